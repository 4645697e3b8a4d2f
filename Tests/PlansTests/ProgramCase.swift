import CKernels

@testable import Graphs

/// Repeatable random numbers for choosing cases (SplitMix64).
struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &self)] }
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

struct View {
  var offset = 0
  var strides: [Int]
}

/// A program with its inputs, as the kernels run it and as plain loops over its definition do.
struct ProgramCase {
  var extents: [Int]
  var views: [View] = []
  var inputs: [[Float]] = []
  var instructions: [gan_instruction] = []
  var stores: [Int32] = []
  var reductions: [Int32] = []
  var kinds: [Int32] = []
  /// How inputs and stores are stored; empty for all in f32.
  var viewElements: [Int32] = []
  var storeElements: [Int32] = []
  var split = (outer: 1, reduced: 1, inner: 1)

  var total: Int { extents.reduce(1, *) }

  /// The C description, alive during `body`.
  func withProgram<R>(_ body: (OpaquePointer?) -> R) -> R {
    var description = gan_program_description()
    description.rank = Int32(extents.count)
    withUnsafeMutableBytes(of: &description.extents) { bytes in
      for (axis, extent) in extents.enumerated() { bytes.bindMemory(to: Int64.self)[axis] = Int64(extent) }
    }
    let views = self.views.enumerated().map { index, view in
      var result = gan_view()
      result.element = viewElements.isEmpty ? Int32(GAN_F32) : viewElements[index]
      result.offset = Int64(view.offset)
      withUnsafeMutableBytes(of: &result.strides) { bytes in
        for (axis, stride) in view.strides.enumerated() {
          bytes.bindMemory(to: Int64.self)[axis] = Int64(stride)
        }
      }
      return result
    }
    description.input_count = Int32(views.count)
    description.instruction_count = Int32(instructions.count)
    description.store_count = Int32(stores.count)
    description.reduction_count = Int32(reductions.count)
    (description.outer, description.reduced, description.inner) =
      (Int64(split.outer), Int64(split.reduced), Int64(split.inner))
    return views.withUnsafeBufferPointer { views in
      instructions.withUnsafeBufferPointer { instructions in
        stores.withUnsafeBufferPointer { stores in
          reductions.withUnsafeBufferPointer { reductions in
            kinds.withUnsafeBufferPointer { kinds in
              storeElements.withUnsafeBufferPointer { storeElements in
                description.inputs = views.baseAddress
                description.instructions = instructions.baseAddress
                description.stores = stores.baseAddress
                description.store_elements = self.storeElements.isEmpty ? nil : storeElements.baseAddress
                description.reductions = reductions.baseAddress
                description.reduction_kinds = kinds.baseAddress
                let program = gan_program_make(&description)
                defer { gan_program_free(program) }
                return body(program)
              }
            }
          }
        }
      }
    }
  }

  /// Every register at every position, one operation at a time, each rounded to f32.
  func registers() -> [[Float]] {
    var position = extents.map { _ in 0 }
    var result = Array(repeating: [Float](), count: views.count + instructions.count)
    for _ in 0..<total {
      var values: [Float] = []
      for (view, input) in zip(views, inputs) {
        values.append(input[view.offset + zip(position, view.strides).map(*).reduce(0, +)])
      }
      for instruction in instructions { values.append(definition(instruction, values, position)) }
      for (register, value) in values.enumerated() { result[register].append(value) }
      for axis in extents.indices.reversed() {
        position[axis] += 1
        if position[axis] < extents[axis] { break }
        position[axis] = 0
      }
    }
    return result
  }
}

/// What an instruction means: the functions of the graph, NaN kept by maximum and minimum.
func definition(_ i: gan_instruction, _ registers: [Float], _ position: [Int]) -> Float {
  func operand(_ index: Int32) -> Double { Double(registers[Int(index)]) }
  if let function = unary(i) { return Float(function.value(operand(i.a))) }
  switch i.operation {
  case Int32(GAN_CONSTANT): return i.value
  case Int32(GAN_INDEX): return Float(position[Int(i.a)])
  case Int32(GAN_SELECT):
    return registers[Int(operand(i.a) != 0 ? i.b : i.c)]
  case Int32(GAN_MULTIPLY_ADD):
    return registers[Int(i.c)].addingProduct(registers[Int(i.a)], registers[Int(i.b)])
  default: break
  }
  let (a, b) = (operand(i.a), operand(i.b))
  let function = binary[Int(i.operation) - Int(GAN_ADD)]
  if function == .maximum || function == .minimum, a.isNaN || b.isNaN { return .nan }
  return Float(function.value(a, b))
}

let binary: [BinaryFunction] = [.add, .subtract, .multiply, .divide, .maximum, .minimum, .less, .equal]

func unary(_ i: gan_instruction) -> UnaryFunction? {
  let functions: [UnaryFunction] = [
    .negate, .reciprocal, .exp, .log, .tanh, .sigmoid, .softplus, .sine, .squareRoot,
    .reciprocalSquareRoot, .absolute, .sign, .floor, .square, .isFinite, .leaky(slope: Double(i.value)),
    .leakySlope(slope: Double(i.value)),
  ]
  let index = Int(i.operation) - Int(GAN_NEGATE)
  return functions.indices.contains(index) ? functions[index] : nil
}

/// 64-byte aligned memory for the time of `body`.
func withScratch<R>(_ bytes: Int64, _ body: (UnsafeMutableRawPointer) -> R) -> R {
  let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(64, Int(bytes)), alignment: 64)
  defer { scratch.deallocate() }
  return body(scratch)
}

/// Equal, zeros of either sign alike and NaN equal to NaN.
func same(_ a: Float, _ b: Float) -> Bool { a == b || (a.isNaN && b.isNaN) }
