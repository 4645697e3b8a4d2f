import Graphs

/// The elements of all samples, in the narrowest type that holds them: bytes stay bytes and
/// become floats batch by batch.
enum SampleStorage {
  case bytes(Buffer<UInt8>)
  case floats(Buffer<Float>)
  case tokens(Buffer<Int32>)
  case table(Table)

  var count: Int {
    switch self {
    case .bytes(let buffer): buffer.count
    case .floats(let buffer): buffer.count
    case .tokens(let buffer): buffer.count
    case .table(let table): table.rows * table.columns.count
    }
  }

  /// Held in memory.
  var bytes: Int {
    switch self {
    case .bytes, .floats, .tokens: count * elementType.size
    case .table(let table): table.bytes
    }
  }

  var elementType: ElementType {
    switch self {
    case .bytes: .u8
    case .floats, .table: .f32
    case .tokens: .i32
    }
  }

  /// Elements `from ..< from + count` as floats; bytes of images and sounds become −1…1.
  func copy(from: Int, count: Int, as kind: DataKind, into target: UnsafeMutablePointer<Float>) {
    switch self {
    case .floats(let buffer):
      target.update(from: buffer.pointer + from, count: count)
    case .bytes(let buffer):
      expand(buffer.pointer + from, count: count, as: kind, into: target)
    case .tokens(let buffer):
      for i in 0..<count { target[i] = Float(buffer.pointer[from + i]) }
    case .table(let table):
      let width = table.columns.count
      for row in 0..<count / width { table.copy(from / width + row, into: target + row * width) }
    }
  }
}

/// Bytes as floats: x / 127.5 − 1 in images and sounds, x itself elsewhere.
func expand(
  _ bytes: UnsafePointer<UInt8>, count: Int, as kind: DataKind, into target: UnsafeMutablePointer<Float>
) {
  if kind.isRanged {
    for i in 0..<count { target[i] = Float(bytes[i]) / 127.5 - 1 }
  } else {
    for i in 0..<count { target[i] = Float(bytes[i]) }
  }
}

/// −1…1 as a byte, rounded to the nearest and clamped; NaN gives 0.
func byte(_ value: Float) -> UInt8 {
  let scaled = ((value + 1) * 127.5).rounded()
  return scaled >= 255 ? 255 : scaled > 0 ? UInt8(scaled) : 0
}

/// Mirrors the columns of one image `[H, W, C]` in place.
func mirror(_ image: UnsafeMutablePointer<Float>, _ shape: Shape) {
  let (height, width, channels) = (shape[0], shape[1], shape[2])
  for y in 0..<height {
    let row = image + y * width * channels
    for x in 0..<width / 2 {
      let left = row + x * channels
      let right = row + (width - 1 - x) * channels
      for c in 0..<channels { swap(&left[c], &right[c]) }
    }
  }
}
