import CKernels
import COneDNN
import Graphs

extension ConvolutionSizes {
  /// Channels of what a direction writes.
  fileprivate func made(_ direction: Int32) -> Int { direction == Int32(GAN_DNN_FORWARD) ? y[-1] : x[-1] }

  /// Into how many parts the channels of a single sample's result are cut, where there is no batch to
  /// cut; 1 where it does not pay.
  func channelParts(_ direction: Int32) -> Int {
    guard x[0] == 1, geometry.groups == 1, flops >= 4_000_000 else { return 1 }
    return [4, 2].first { made(direction) % ($0 * 32) == 0 } ?? 1
  }
}

extension Builder {
  /// Forward or backward data of one sample, a part of the result's channels a chunk: computed dense,
  /// then brought between the others.
  mutating func emitChannelParts(
    _ name: String, _ sizes: ConvolutionSizes, _ direction: Int32, _ value: Int, parts: Int
  ) throws(GANError) {
    let inputs = values[value].inputs
    let path = values[value].path
    let all = sizes.made(direction)
    let part = all / parts
    let isForward = direction == Int32(GAN_DNN_FORWARD)
    let primitive = try sizes.primitive(direction, batch: 1, (.f32, .f32), path, part: part)
    let weights = try reordered(
      self.weights(value, sizes), primitive, parts: parts, apart: isForward ? part : part * sizes.y[-1],
      sizes, path)
    let stride = weights.stride
    let positions = (isForward ? sizes.output : sizes.input) / all
    let ahead = (primitive.scratch + 63) / 64 * 64
    let extents = [Int64(positions), Int64(part)]
    let (near, far) = ([Int64(part), 1], [Int64(all), 1])
    emit(
      Step(
        name: name, implementation: primitive.implementation, path: path, flops: sizes.flops,
        bytes: 4 * (sizes.x.count + sizes.w.count + sizes.y.count), chunks: parts,
        scratch: ahead + 4 * positions * part,
        operands: [operand(inputs[0]), weights.operand, operand(value, writes: true)]
      ) { call in
        let dense = (call.scratch + ahead).assumingMemoryBound(to: Float.self)
        let status = primitive.run(
          call.pointer(0), call.pointer(1) + call.chunk * stride, dense, call.scratch)
        gan_copy(2, extents, dense, near, call.pointer(2) + call.chunk * part, far)
        return status
      })
  }

  /// The weights of every part, `apart` elements from each other, as `primitive` wants them.
  private mutating func reordered(
    _ plain: Operand, _ primitive: DNN, parts: Int, apart: Int, _ sizes: ConvolutionSizes, _ path: String
  ) throws(GANError) -> (operand: Operand, stride: Int) {
    let reorder = try DNN.made(path) { gan_dnn_reorder_make(primitive.pointer, 0, 0, 1, &$0) }
    let stride = (primitive.weights + 15) / 16 * 16
    let storage = temporary(stride * parts)
    emit(
      Step(
        name: "reorder weights", implementation: reorder.implementation, path: path, flops: 0,
        bytes: 8 * sizes.w.count, chunks: parts, scratch: reorder.scratch,
        operands: [plain, Operand(storage: storage, offset: 0, writes: true)]
      ) { call in
        reorder.run(
          call.pointer(0) + call.chunk * apart, nil, call.pointer(1) + call.chunk * stride, call.scratch)
      })
    return (Operand(storage: storage, offset: 0, writes: false), stride)
  }
}
