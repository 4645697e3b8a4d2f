import CZlib
import Graphs

/// A gzip file (RFC 1952, any number of members), inflated as it is read. The checksum of every
/// member that is read to its end is compared.
final class GzipInput: ByteInput {
  let path: String
  private(set) var bound: Int
  let isExact = false
  private let file: InputFile
  private let inflater: OpaquePointer
  private let pending: Buffer<UInt8>
  private var start = 0
  private var end = 0
  private var isBetweenMembers = true

  /// Deflate gives at most 1,032 bytes for one (two bits for 258), so a small file cannot hold
  /// what a large header promises.
  private static let greatestRatio = 1032

  init(_ file: InputFile, limit: Int) throws(GANError) {
    self.file = file
    path = file.path
    let (possible, overflow) = file.size.multipliedReportingOverflow(by: Self.greatestRatio)
    bound = min(limit, overflow ? .max : possible)
    pending = try Buffer(count: 1 << 16, for: file.path)
    guard let inflater = gan_inflate_create() else {
      throw GANError(.memory, file.path, "not enough memory to inflate")
    }
    self.inflater = inflater
  }

  deinit { gan_inflate_free(inflater) }

  func read(into target: UnsafeMutableRawPointer, count: Int) throws(GANError) -> Int {
    var done = 0
    while done < count {
      if start == end {
        start = 0
        end = try file.read(into: pending.pointer, count: pending.count)
      }
      if start == end {
        guard isBetweenMembers else {
          throw GANError(.format, path, "gzip data is cut: expected more after \(file.size) bytes")
        }
        break
      }
      try inflate(into: target, &done, count)
    }
    bound = max(0, bound - done)
    return done
  }

  private func inflate(
    into target: UnsafeMutableRawPointer, _ done: inout Int, _ count: Int
  ) throws(GANError) {
    var left = end - start
    var room = count - done
    let output = (target + done).assumingMemoryBound(to: UInt8.self)
    isBetweenMembers = false
    let status = gan_inflate_step(inflater, pending.pointer + start, &left, output, &room)
    let isStuck = left == end - start && room == count - done
    start = end - left
    done = count - room
    switch Int(status) {
    case GAN_INFLATE_END: isBetweenMembers = true
    case GAN_INFLATE_MEMORY: throw GANError(.memory, path, "not enough memory to inflate")
    case GAN_INFLATE_MORE where !isStuck: break
    default: throw GANError(.format, path, "gzip data is damaged: it cannot be inflated")
    }
  }
}
