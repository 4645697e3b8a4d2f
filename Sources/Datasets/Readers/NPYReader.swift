import Graphs

/// NumPy's .npy, versions 1 to 3, C order (numpy.lib.format); also gzipped.
enum NPYReader: Reader {
  static let name = "npy"
  static let title = ".npy"

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  private static let greatestHeader = 1 << 16

  static func accepts(_ input: Candidate) -> Bool { input.head.starts(with: magic) }

  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
    let input = try openInput(path, limit: options.decodedLimit)
    return try readArray(input, try header(of: input), options, format: name)
  }

  static func header(of input: any ByteInput) throws(GANError) -> ArrayHeader {
    let start = try input.read(count: 8)
    guard start.count == 8, start.starts(with: magic) else {
      throw GANError(
        .format, field: input.path, expected: "the first bytes of .npy", got: "\(start.count) bytes")
    }
    guard (1...3).contains(start[6]) else {
      throw GANError(.format, field: input.path, expected: ".npy version 1, 2 or 3", got: start[6])
    }
    let width = start[6] == 1 ? 2 : 4
    let field = try input.read(count: width)
    let length = field.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard field.count == width, length <= greatestHeader else {
      throw GANError(
        .format, field: input.path, expected: "a header of at most \(greatestHeader) bytes",
        got: field.count == width ? "\(length)" : "the end of the file")
    }
    let text = try input.read(count: length)
    guard text.count == length else {
      throw GANError(.format, field: input.path, expected: "a header of \(length) bytes", got: text.count)
    }
    var parser = NPYHeaderParser(text, path: input.path)
    return try parser.header()
  }
}

/// The Python dictionary of a .npy header:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (60000, 28, 28), }`.
private struct NPYHeaderParser {
  private let text: [UInt8]
  private let path: String
  private var position = 0
  private var isFortran: Bool?
  private var element: (type: ArrayElement, isBigEndian: Bool)?
  private var shape: Shape?

  init(_ text: [UInt8], path: String) {
    self.text = text
    self.path = path
  }

  mutating func header() throws(GANError) -> ArrayHeader {
    try expect("{")
    while !skip("}") {
      let key = try quoted()
      try expect(":")
      switch key {
      case "descr": element = try type()
      case "fortran_order": isFortran = try bool()
      case "shape": shape = try tuple()
      default: throw wrong("the keys descr, fortran_order and shape")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    guard let element, let shape, let isFortran else {
      throw wrong("the keys descr, fortran_order and shape")
    }
    guard !isFortran || shape.rank <= 1 else {
      throw GANError(.unsupported, field: path, expected: "an array in C order", got: "Fortran order")
    }
    return ArrayHeader(shape: shape, element: element.type, isBigEndian: element.isBigEndian)
  }

  private func wrong(_ expected: String) -> GANError {
    GANError(.format, field: path, expected: "\(expected) in the .npy header", got: "byte \(position) of it")
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) { position += 1 }
  }

  private mutating func skip(_ word: String) -> Bool {
    skipSpace()
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func expect(_ word: String) throws(GANError) {
    guard skip(word) else { throw wrong(word) }
  }

  private mutating func quoted() throws(GANError) -> String {
    let quote: UInt8 = skip("\"") ? 0x22 : 0x27
    if quote == 0x27 { try expect("'") }
    guard let end = text[position...].firstIndex(of: quote), end - position <= 32 else {
      throw wrong("a short text in quotes")
    }
    defer { position = end + 1 }
    return String(decoding: text[position..<end], as: UTF8.self)
  }

  private mutating func type() throws(GANError) -> (ArrayElement, Bool) {
    skipSpace()
    let types: [String: ArrayElement] = [
      "b1": .bool, "u1": .u8, "i1": .i8, "u2": .u16, "i2": .i16, "u4": .u32, "i4": .i32, "i8": .i64,
      "f4": .f32, "f8": .f64,
    ]
    let known = "bool, u1, i1, u2, i2, u4, i4, i8, f4 or f8 elements"
    guard position < text.count, text[position] != UInt8(ascii: "[") else {
      throw GANError(.unsupported, field: path, expected: known, got: "a structured type")
    }
    let name = try quoted()
    guard let order = name.first, "<>|=".contains(order), let type = types[String(name.dropFirst())] else {
      throw GANError(.unsupported, field: path, expected: known, got: name)
    }
    return (type, order == ">")
  }

  private mutating func bool() throws(GANError) -> Bool {
    if skip("True") { return true }
    try expect("False")
    return false
  }

  private mutating func tuple() throws(GANError) -> Shape {
    try expect("(")
    var extents: [Int] = []
    while !skip(")") {
      skipSpace()
      let digits = text[position...].prefix { (0x30...0x39).contains($0) }
      guard extents.count < 32, let extent = Int(String(decoding: digits, as: UTF8.self)) else {
        throw wrong("extents that fit 63 bits")
      }
      extents.append(extent)
      position += digits.count
      // NumPy of Python 2 wrote long integers as 3L.
      _ = skip("L")
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return Shape(extents)
  }
}
