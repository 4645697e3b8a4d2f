"""Lists of layers (networks.py) as an ONNX graph with random weights, for inference; images as [N, C, H, W]."""

import numpy
import onnx
from onnx import helper, numpy_helper


def model(layers, latent):
    """Bytes of a model from `latent` [N, latent] to `image`."""
    builder = _Builder()
    for kind, *values in layers:
        getattr(builder, kind.replace("-", "_"))(*values)
    builder.nodes[-1].output[0] = "image"
    number = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        builder.nodes, "generator", [helper.make_tensor_value_info("latent", number, ["N", latent])],
        [helper.make_tensor_value_info("image", number, ["N", "C", "H", "W"])], builder.weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 10
    onnx.checker.check_model(made)
    return made.SerializeToString()


class _Builder:
    def __init__(self):
        self.nodes, self.weights, self.value = [], [], "latent"
        self.random = numpy.random.default_rng(0)

    def weight(self, *shape, of=None):
        name = f"w{len(self.weights)}"
        values = (0.02 * self.random.standard_normal(shape)).astype("f4") if of is None else of
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def node(self, kind, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, [self.value, *inputs], [name], **attributes))
        self.value = name

    def dense(self, inputs, outputs, bias):
        self.node("Gemm", self.weight(inputs, outputs), *[self.weight(outputs)] * bias)

    def reshape(self, height, width, channels):
        self.node("Reshape", self.weight(of=numpy.array([-1, channels, height, width], "i8")))

    def batch_norm(self, channels):
        ones, zeros = numpy.ones(channels, "f4"), numpy.zeros(channels, "f4")
        self.node("BatchNormalization", *[self.weight(of=values) for values in (ones, zeros, zeros, ones)])

    def up(self, inputs, outputs, kernel, stride, padding, bias):
        self.node(
            "ConvTranspose", self.weight(inputs, outputs, kernel, kernel), *[self.weight(outputs)] * bias,
            kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[padding] * 4)

    def relu(self):
        self.node("Relu")

    def tanh(self):
        self.node("Tanh")
