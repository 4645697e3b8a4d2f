"""Lists of layers (networks.py) as PyTorch modules."""

import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Module):
    def __init__(self, layers, shortcut):
        super().__init__()
        self.main, self.shortcut = module(layers), module(shortcut)
        if isinstance(self.main[0], nn.ReLU):
            self.main[0].inplace = False  # The shortcut needs x as it was.

    def forward(self, x):
        return self.main(x) + self.shortcut(x)


class Sum(nn.Module):
    def forward(self, x):
        return x.sum((2, 3))


class Basis(nn.Module):
    """A learned picture of each channel, as strong as the input says."""

    def __init__(self, height, width, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, height, width))

    def forward(self, x):
        return x[:, :, None, None] * self.weight


class BasisPool(Basis):
    def forward(self, x):
        return (x * self.weight).sum((2, 3))


class Blur(nn.Module):
    """[1, 2, 1] on each axis, at half or twice the size."""

    def __init__(self, channels, up):
        super().__init__()
        taps = torch.tensor([0.5, 1, 0.5] if up else [0.25, 0.5, 0.25])
        self.register_buffer("kernel", (taps[:, None] * taps).expand(channels, 1, 3, 3).contiguous())
        self.up = up

    def forward(self, x):
        if self.up:
            return F.conv_transpose2d(x, self.kernel, None, 2, 1, 1, groups=x.shape[1])
        return F.conv2d(x, self.kernel, None, 2, 1, groups=x.shape[1])


class Line(nn.Conv1d):
    """⌈length / stride⌉ positions: TensorFlow's padding `same`, the odd zero at the end."""

    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__(inputs, outputs, kernel, stride)
        self.zeros = (kernel - stride) // 2, (kernel - stride + 1) // 2

    def forward(self, x):
        return super().forward(F.pad(x, self.zeros))


class LineUp(nn.ConvTranspose1d):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__(inputs, outputs, kernel, stride)
        self.low = (kernel - stride) // 2

    def forward(self, x):
        return super().forward(x)[:, :, self.low:self.low + x.shape[2] * self.stride[0]]


class Shuffle(nn.Module):
    """One move for the whole batch, as WaveGAN's authors draw it: cheaper than libgan's, one for each sample."""

    def __init__(self, radius):
        super().__init__()
        self.radius = radius

    def forward(self, x):
        move = int(torch.randint(-self.radius, self.radius + 1, ()))
        wide = F.pad(x, (max(move, 0), max(-move, 0)), mode="reflect")
        return wide[:, :, max(-move, 0):max(-move, 0) + x.shape[2]]


class BatchNorm(nn.BatchNorm2d):
    """Of images, and of vectors."""

    def _check_input_dim(self, x):
        assert x.dim() in (2, 4)


class Beside(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.main = module(layers)

    def forward(self, x):
        return torch.cat([self.main(x), x], 1)


class LSTM(nn.Module):
    """With one trained bias, as the field's formulas have it."""

    def __init__(self, inputs, units):
        super().__init__()
        self.cells = nn.LSTM(inputs, units, batch_first=True)
        self.cells.bias_hh_l0.requires_grad_(False).zero_()

    def forward(self, x):
        outputs, _ = self.cells(x)
        return outputs


class TextConvolutions(nn.ModuleList):
    def __init__(self, inputs, kernels, filters):
        super().__init__(nn.Conv1d(inputs, count, kernel) for kernel, count in zip(kernels, filters))

    def forward(self, x):
        x = x.transpose(1, 2)
        # Behind the greatest, where there is less to pass over.
        return F.relu(torch.cat([each(x).amax(2) for each in self], 1))


class Highway(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x):
        return x + torch.sigmoid(self.gate(x)) * (F.relu(self.transform(x)) - x)


KINDS = {
    "tokens": nn.Embedding,
    "lstm": LSTM,
    "text-conv": TextConvolutions,
    "highway": Highway,
    "beside": Beside,
    "dropout": nn.Dropout,
    "dense": lambda inputs, outputs, bias: nn.Linear(inputs, outputs, bias),
    "conv": lambda inputs, outputs, kernel, stride, padding, bias, groups=1:
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=bias),
    "up": lambda inputs, outputs, kernel, stride, padding, bias:
        nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding, bias=bias),
    "line": Line,
    "line-up": LineUp,
    "line-shape": lambda length, channels: nn.Unflatten(1, (channels, length)),
    "shuffle": Shuffle,
    "batch-norm": BatchNorm,
    "relu": lambda: nn.ReLU(True),
    "leaky": lambda: nn.LeakyReLU(0.2, True),
    "tanh": nn.Tanh,
    "reshape": lambda height, width, channels: nn.Unflatten(1, (channels, height, width)),
    "flatten": nn.Flatten,
    "residual": Residual,
    "spectral": lambda layer: nn.utils.parametrizations.spectral_norm(module([layer])[0]),
    "upsample": lambda: nn.Upsample(scale_factor=2),
    "pool": lambda: nn.AvgPool2d(2),
    "sum": Sum,
    "basis": Basis,
    "basis-pool": BasisPool,
    "blur-up": lambda channels: Blur(channels, True),
    "blur-down": lambda channels: Blur(channels, False),
}


def module(layers):
    return nn.Sequential(*[KINDS[kind](*values) for kind, *values in layers])
