"""Makes sound.json: five steps of WaveGAN with phase shuffle and the gradient penalty on tiny sounds, as make.py
does for objectives.

    python sound.py > sound.json
"""
import math

import torch
import torch.nn.functional as F

from make import LATENT, LOSSES, STEPS, Net, normal, slopes, uniform, wave, write


def same(length, kernel, stride):
    """Zeros before and after that give ⌈length / stride⌉ positions, the odd one after."""
    total = max(0, ((length + stride - 1) // stride - 1) * stride + kernel - length)
    return total // 2, total - total // 2


class WaveGAN:
    batch, size = 4, 0.4

    def __init__(self, length, channels, kernel, strides, radius):
        self.sample, self.kernel, self.strides, self.radius = [length, channels], kernel, strides, radius
        self.lengths = [length]
        for stride in strides:
            self.lengths.append(-(-self.lengths[-1] // stride))
        filters = [channels] + [2 << level for level in range(len(strides))]
        smallest = self.lengths[-1] * filters[-1]
        ways = list(zip(filters, filters[1:]))
        shapes = [[kernel, few, many] for few, many in ways]
        self.discriminator = [s for shape in shapes for s in (shape, [shape[2]])] + [[smallest, 1], [1]]
        self.generator = [[LATENT, smallest], [smallest]] + [
            s for shape in shapes[::-1] for s in (shape, [shape[1]])]
        self.settings = {"architecture": "wavegan", "width": 2, "kernel": kernel, "phase-shuffle": radius}

    def generate(self, net, z):
        net.begin()
        x = (z @ net.take() + net.take()).reshape(len(z), self.lengths[-1], -1).transpose(1, 2)
        for length, stride in list(zip(self.lengths, self.strides))[::-1]:
            weight, bias = net.take().permute(2, 1, 0), net.take()
            low, _ = same(length, self.kernel, stride)
            x = F.conv_transpose1d(torch.relu(x), weight, stride=stride)
            x = F.pad(x, (0, max(0, low + length - x.shape[2])))[:, :, low:low + length] + bias[:, None]
        return torch.tanh(x).transpose(1, 2)

    def score(self, net, x, stream, step):
        """Draws from `stream` on."""
        net.begin()
        x = x.transpose(1, 2)
        for level, (length, stride) in enumerate(zip(self.lengths, self.strides)):
            weight, bias = net.take().permute(2, 1, 0), net.take()
            x = F.conv1d(F.pad(x, same(length, self.kernel, stride)), weight, bias, stride)
            x = F.leaky_relu(x, 0.2)
            if level + 1 < len(self.strides):
                x = self.shuffle(x, stream + level, step)
        return (x.transpose(1, 2).flatten(1) @ net.take() + net.take()).reshape(-1)

    def shuffle(self, x, stream, step):
        moves = 2 * self.radius + 1
        drawn = [min(moves - 1, int(u * moves)) - self.radius for u in uniform([len(x)], stream, step)]
        wide = F.pad(x, (self.radius, self.radius), mode="reflect")
        length = x.shape[2]
        return torch.stack([row[:, self.radius + m:self.radius + m + length] for row, m in zip(wide, drawn)])

    @property
    def draws(self):
        return len(self.strides) - 1


def run(model, loss, weight):
    g, d = Net(model.generator, model.size, False), Net(model.discriminator, model.size, False)
    optimizers = [torch.optim.Adam([n.flat], lr=0.01, betas=(0.5, 0.9), eps=1e-4) for n in (g, d)]
    shape = [model.batch] + model.sample
    result = {"discriminator-loss": [], "generator-loss": []}

    def update(net, optimizer, value, name):
        net.flat.grad, = torch.autograd.grad(value, net.flat)
        result[name + "-loss"].append(value.item())
        result.setdefault(name + "-gradient", net.flat.grad.tolist())
        optimizer.step()

    for step in range(STEPS):
        real = wave(math.prod(shape), 0.8, 0.37, 1.1 * step).reshape(shape)
        fake = model.generate(g, normal([model.batch, LATENT], 1, 2 * step)).detach()
        # Real and fake samples are judged in one pass.
        scores = model.score(d, torch.cat([real, fake]), 2, 2 * step).split(model.batch)
        t = uniform([model.batch, 1, 1], 2 + model.draws, 2 * step)
        x = (t * real + (1 - t) * fake).requires_grad_()
        norms = torch.sqrt((slopes(model.score(d, x, 3 + model.draws, 2 * step), x) ** 2).sum(1) + 1e-12)
        value = LOSSES[loss][0](*scores) + weight * ((norms - 1) ** 2).mean()
        update(d, optimizers[1], value, "discriminator")
        fake = model.generate(g, normal([model.batch, LATENT], 1, 2 * step + 1))
        update(g, optimizers[0], LOSSES[loss][1](None, model.score(d, fake, 2, 2 * step + 1)), "generator")
    return {**result, "generator": g.flat.tolist(), "discriminator": d.flat.tolist()}


def case(model, loss="wasserstein", weight=10):
    adam = {"name": "adam", "rate": 0.01, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-4}
    recipe = {"generator": model.settings, "discriminator": model.settings, "latent": {"size": LATENT}, "seed": 7,
              "batch": model.batch, "data": {"kind": "sounds", "shape": model.sample},
              "objective": {"loss": loss, "penalties": [{"name": "gradient-penalty", "weight": weight}]},
              "optimizers": {"generator": adam, "discriminator": adam}}
    return {"recipe": recipe, "size": model.size}, run(model, loss, weight)


write([case(WaveGAN(256, 2, 25, [4, 4], 2)), case(WaveGAN(512, 1, 9, [4, 4, 2], 3))])
