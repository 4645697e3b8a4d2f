"""What the networks are, once for every contestant: lists of layers, with images as height, width, channels and
sounds as length, channels.

A layer is a tuple, its kind first:

    dense IN OUT BIAS               conv IN OUT KERNEL STRIDE PADDING BIAS [GROUPS]
    batch-norm CHANNELS             up   IN OUT KERNEL STRIDE PADDING BIAS      (transposed convolution)
    relu, leaky, tanh               reshape HEIGHT WIDTH CHANNELS, flatten
    residual LAYERS SHORTCUT        spectral LAYER      (its weights over their greatest singular value)
    upsample (nearest, by two)      pool (mean of 2×2), sum (over all positions)
    line IN OUT KERNEL STRIDE       line-up IN OUT KERNEL STRIDE                (in one dimension, padded to whole strides)
    line-shape LENGTH CHANNELS      shuffle RADIUS      (WaveGAN's)
    dropout SHARE                   beside LAYERS       (their output, with their input behind it)
    blur-up, blur-down CHANNELS     basis, basis-pool HEIGHT WIDTH CHANNELS     (R3GAN's)
    tokens COUNT WIDTH              lstm IN UNITS       highway WIDTH
    text-conv IN KERNELS FILTERS    (of every filter its greatest value over the text)

`networks(name, shape, latent)` gives the generator's and the discriminator's list; libgan's worker has
the recipe of the same name, and the driver checks that both have as many parameters.
"""

import math
from dataclasses import dataclass


def networks(name, shape, latent):
    return FAMILIES[name](shape, latent)


def parameters(layers):
    """Trainable numbers of a list of layers."""
    return sum(COUNTS[layer[0]](*layer[1:]) for layer in layers if layer[0] in COUNTS)


COUNTS = {
    "dense": lambda inputs, outputs, bias: inputs * outputs + outputs * bias,
    "conv": lambda inputs, outputs, kernel, stride, padding, bias, groups=1:
        inputs // groups * outputs * kernel ** 2 + outputs * bias,
    "up": lambda inputs, outputs, kernel, stride, padding, bias:
        inputs * outputs * kernel ** 2 + outputs * bias,
    "line": lambda inputs, outputs, kernel, stride: inputs * outputs * kernel + outputs,
    "line-up": lambda inputs, outputs, kernel, stride: inputs * outputs * kernel + outputs,
    "batch-norm": lambda channels: 2 * channels,
    "beside": lambda layers: parameters(layers),
    "residual": lambda layers, shortcut: parameters(layers) + parameters(shortcut),
    "spectral": lambda layer: parameters([layer]),
    "tokens": lambda count, width: count * width,
    "lstm": lambda inputs, units: 4 * units * (inputs + units + 1),
    "highway": lambda width: 2 * width * (width + 1),
    "text-conv": lambda inputs, kernels, filters: sum((inputs * kernel + 1) * count for kernel, count in zip(kernels, filters)),
    "basis": lambda *shape: math.prod(shape),
    "basis-pool": lambda *shape: math.prod(shape),
}


def _mlp(shape, latent, width=128, depth=2):
    """`depth` hidden layers with ReLU on both sides."""
    def layers(inputs, outputs):
        sizes = [inputs] + [width] * depth + [outputs]
        dense = [("dense", *pair, True) for pair in zip(sizes, sizes[1:])]
        return [layer for each in dense for layer in (each, ("relu",))][:-1]
    points, = shape
    return layers(latent, points), layers(points, 1)


def _dcgan(shape, latent, width=64, critic_norm=True):
    """Radford et al., arXiv 1511.06434: filters double from `width` while sides halve to 4 to 7
    pixels. No normalisation next to the image, no bias before one."""
    side, _, channels = shape
    levels = max(1, math.ceil(math.log2(side / 7)))
    small, deepest = side >> levels, width << (levels - 1)
    filters = [width << level for level in range(levels)]
    discriminator = [("conv", channels, width, 4, 2, 1, True), ("leaky",)]
    for inputs, outputs in zip(filters, filters[1:]):
        discriminator += [("conv", inputs, outputs, 4, 2, 1, not critic_norm)]
        discriminator += [("batch-norm", outputs)] * critic_norm + [("leaky",)]
    discriminator += [("flatten",), ("dense", small * small * deepest, 1, True)]
    generator = [("dense", latent, small * small * deepest, False), ("reshape", small, small, deepest)]
    for inputs, outputs in zip(filters[::-1], filters[-2::-1] + [channels]):
        last = outputs == channels
        generator += [("batch-norm", inputs), ("relu",), ("up", inputs, outputs, 4, 2, 1, last)]
    return generator + [("tanh",)], discriminator


def _resnet(shape, latent, width=64):
    """Miyato et al., arXiv 1802.05957, table 4 for 32×32, narrower: spectral norms in the discriminator."""
    side, _, channels = shape
    levels = int(math.log2(side / 4))

    def up():
        return ("residual", [
            ("batch-norm", width), ("relu",), ("upsample",), ("conv", width, width, 3, 1, 1, False),
            ("batch-norm", width), ("relu",), ("conv", width, width, 3, 1, 1, True)],
            [("conv", width, width, 1, 1, 0, True), ("upsample",)])

    def down(inputs, halves, first=False):
        pool = [("pool",)] * halves
        def conv(*values):
            return "spectral", ("conv", *values, True)
        shortcut = pool + [conv(inputs, width, 1, 1, 0)] if halves or inputs != width else []
        return ("residual", [("relu",)] * (not first) + [
            conv(inputs, width, 3, 1, 1), ("relu",), conv(width, width, 3, 1, 1)] + pool, shortcut)

    generator = [("dense", latent, 16 * width, True), ("reshape", 4, 4, width)] + [up() for _ in range(levels)]
    generator += [("batch-norm", width), ("relu",), ("conv", width, channels, 3, 1, 1, True), ("tanh",)]
    discriminator = [down(channels, True, True)] + [down(width, True) for _ in range(levels - 2)]
    discriminator += [down(width, False), down(width, False), ("relu",), ("sum",)]
    return generator, discriminator + [("spectral", ("dense", width, 1, True))]


def _r3gan(shape, latent, width=32, widest=128, group=16):
    """Huang et al., arXiv 2501.05441, section 3, with one block a stage."""
    side, _, channels = shape
    levels = int(math.log2(side / 4))
    filters = [min(width << level, widest) for level in range(levels + 1)]

    def block(inputs):
        wide = 2 * inputs
        return ("residual", [
            ("conv", inputs, wide, 1, 1, 0, True), ("leaky",),
            ("conv", wide, wide, 3, 1, 1, True, wide // group), ("leaky",),
            ("conv", wide, inputs, 1, 1, 0, False)], [])

    def resized(inputs, outputs):
        return [("conv", inputs, outputs, 1, 1, 0, False)] * (inputs != outputs)

    discriminator = resized(channels, filters[0])
    generator = [("dense", latent, filters[-1], False), ("basis", 4, 4, filters[-1]), block(filters[-1])]
    for large, small in zip(filters, filters[1:]):
        discriminator += [block(large), ("blur-down", large), *resized(large, small)]
    for large, small in zip(filters[-2::-1], filters[::-1]):
        generator += [*resized(small, large), ("blur-up", large), block(large)]
    discriminator += [block(filters[-1]), ("basis-pool", 4, 4, filters[-1]), ("dense", filters[-1], 1, False)]
    return generator + resized(filters[0], channels), discriminator


def _wavegan(shape, latent, width=16, kernel=25, radius=2):
    """Donahue et al., arXiv 1802.04208, appendix D: by strides of 4 to 16 positions."""
    length, channels = shape
    levels = int(math.log(length / 16, 4))
    filters = [channels] + [width << level for level in range(levels)]
    discriminator, generator = [], [("dense", latent, 16 * filters[-1], True), ("line-shape", 16, filters[-1])]
    for level, (inputs, outputs) in enumerate(zip(filters, filters[1:])):
        discriminator += [("line", inputs, outputs, kernel, 4), ("leaky",)]
        discriminator += [("shuffle", radius)] * (level < levels - 1)
    for inputs, outputs in zip(filters[:0:-1], filters[-2::-1]):
        generator += [("relu",), ("line-up", inputs, outputs, kernel, 4)]
    return generator + [("tanh",)], discriminator + [("flatten",), ("dense", 16 * filters[-1], 1, True)]


@dataclass(frozen=True)
class Table:
    """As many columns as UCI Adult has: numbers of ten modes, categories of ten values."""
    numbers: int = 6
    discrete: int = 9
    values: int = 10
    packing: int = 10

    @property
    def width(self):
        return self.numbers + (self.numbers + self.discrete) * self.values

    def columns(self):
        """Of each column where its scalar is, None for a category, and where its choices begin and end."""
        place = 0
        for column in range(self.numbers + self.discrete):
            scalar = place if column < self.numbers else None
            first = place + (column < self.numbers)
            place = first + self.values
            yield scalar, first, place


TABLE = Table()


def _ctgan(shape, latent, width=256, depth=2):
    """Xu et al., arXiv 1907.00503, section 4.4, with batches of packs."""
    row, conditions = shape[0], TABLE.discrete * TABLE.values
    generator, discriminator, made, seen = [], [], latent + conditions, (row + conditions) * TABLE.packing
    for _ in range(depth):
        generator.append(("beside", [("dense", made, width, False), ("batch-norm", width), ("relu",)]))
        discriminator += [("dense", seen, width, True), ("leaky",), ("dropout", 0.5)]
        made, seen = made + width, width
    return generator + [("dense", made, row, True)], discriminator + [("dense", seen, 1, True)]


@dataclass(frozen=True)
class Text:
    """The synthetic task of SeqGAN's authors, with their sizes."""
    vocabulary: int = 5000
    length: int = 20
    embedding: int = 32
    units: int = 32
    judged: int = 64
    rollouts: int = 16
    kernels: tuple = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20)
    filters: tuple = (100, 200, 200, 200, 200, 100, 100, 100, 100, 100, 160, 160)


TEXT = Text()


def _lstm(shape, latent):
    """A vector for each token and for the beginning; nothing judges what it writes."""
    return [
        ("tokens", TEXT.vocabulary + 1, TEXT.embedding), ("lstm", TEXT.embedding, TEXT.units),
        ("dense", TEXT.units, TEXT.vocabulary, True)], []


def _seqgan(shape, latent):
    """Yu et al., arXiv 1609.05473, and the authors' code."""
    filters = sum(TEXT.filters)
    return _lstm(shape, latent)[0], [
        ("tokens", TEXT.vocabulary, TEXT.judged), ("text-conv", TEXT.judged, TEXT.kernels, TEXT.filters),
        ("highway", filters), ("dropout", 0.25), ("dense", filters, 1, True)]


FAMILIES = {
    "lstm": _lstm,
    "seqgan": _seqgan,
    "ctgan": _ctgan,
    "mlp": _mlp,
    "dcgan": _dcgan,
    "dcgan-critic": lambda shape, latent: _dcgan(shape, latent, critic_norm=False),
    "resnet": _resnet,
    "r3gan": _r3gan,
    "wavegan": _wavegan,
}
