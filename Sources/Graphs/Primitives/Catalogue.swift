/// Every primitive there is: what the tests run over. A new file in this folder adds its types here.
public let primitiveCatalogue: [any Primitive.Type] = [
  Binary.self, Broadcast.self, Concatenate.self, Constant.self, Convolution.self,
  ConvolutionBackwardData.self, ConvolutionBackwardWeights.self, Detach.self, Gather.self, Input.self,
  Iota.self, Literal.self, MatMul.self, MaximumOver.self, Pad.self, RandomBernoulli.self,
  RandomCategorical.self, RandomNormal.self, RandomUniform.self, Reshape.self, ScatterAdd.self,
  Select.self, Slice.self, Sum.self, Transpose.self, Unary.self, UpsampleNearest.self,
]
