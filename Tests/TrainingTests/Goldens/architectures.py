"""Makes architectures.json: five steps of every convolutional architecture on tiny images, with spectral
normalisation in one or both networks and the schedules of R3GAN, as make.py does for objectives.

    python architectures.py > architectures.json
"""
import math

import torch
import torch.nn.functional as F

from make import LATENT, LOSSES, STEPS, Net, batch_norm, conv, deconv, normal, slopes, wave, write


def upsample(x, factor):
    return x.repeat_interleave(factor[0], 1).repeat_interleave(factor[1], 2)


def pool(x, factor):
    return F.avg_pool2d(x.permute(0, 3, 1, 2), factor).permute(0, 2, 3, 1)


def biased(net, x):
    return conv(x, net.take(), 1) + net.take()


def dense(net, x):
    return x @ net.take() + net.take()


def attend(net, x):
    flat = x.reshape(len(x), -1, x.shape[-1])
    query, key, value = flat @ net.take(), flat @ net.take(), flat @ net.take()
    weights = torch.softmax(query @ key.transpose(1, 2), 2)
    gain = net.take()
    return x + gain * ((weights @ value) @ net.take()).reshape(x.shape)


class ResNet:
    """16×8 images. `widths` next to the image first; the generator's halvings, then the discriminator's."""

    sample, batch, size = [16, 8, 1], 4, 0.4
    steps = [(2, 2), (2, 1)]

    def __init__(self, doubling, attention, spectral):
        self.doubling, self.attention, self.spectral = doubling, attention, spectral
        self.settings = {"architecture": "resnet", "width": 2, "doubling": doubling}
        # After the first halving in both networks, at 8×4.
        looking = lambda c: [[c, 1], [c, 1], [c, 1], [], [1, c]] if attention else []
        wide = [2, 4, 8] if doubling else [2, 2, 2]
        up = lambda i, o: [[i], [i], [3, 3, i, o], [o], [o], [3, 3, o, o], [o], [1, 1, i, o], [o]]
        self.generator = [[LATENT, 16 * wide[2]], [16 * wide[2]], *up(wide[2], wide[1]), *looking(wide[1]),
                          *up(wide[1], wide[0]), [2], [2], [3, 3, 2, 1], [1]]
        down = lambda i, o: [[3, 3, i, o], [o], [3, 3, o, o], [o], [1, 1, i, o], [o]]
        level = lambda i, o: down(i, o) if i != o else down(i, o)[:4]
        rest = [*down(2, 4), *level(4, 8)] if doubling else [*level(2, 2), *level(2, 2)]
        self.discriminator = [*down(1, 2), *looking(2), *rest, [8 if doubling else 2, 1], [1]]

    def generate(self, net, z):
        net.begin()
        x = dense(net, z).reshape(len(z), 4, 4, -1)
        for factor in reversed(self.steps):
            if factor == (2, 2) and self.attention:
                x = attend(net, x)
            y = conv(upsample(torch.relu(batch_norm(net, x)), factor), net.take(), 1)
            y = biased(net, torch.relu(batch_norm(net, y)))
            x = y + biased(net, upsample(x, factor))
        return torch.tanh(biased(net, torch.relu(batch_norm(net, x))))

    def score(self, net, x):
        net.begin()
        steps = self.steps if self.doubling else self.steps[:1]
        for factor in steps:
            y = biased(net, torch.relu(biased(net, x if factor == (2, 2) else torch.relu(x))))
            x = pool(y, factor) + pool(biased(net, x), factor)
            if factor == (2, 2) and self.attention:
                x = attend(net, x)
        for _ in range(1 if self.doubling else 2):
            y = biased(net, torch.relu(biased(net, torch.relu(x))))
            x = y + (biased(net, x) if self.doubling else x)
        return dense(net, torch.relu(x).sum((1, 2))).reshape(-1)


class R3GAN:
    sample, batch, size = [16, 8, 1], 4, 0.4
    spectral = False, False
    settings = {"architecture": "r3gan", "width": 2, "widest": 4, "blocks": 1, "group": 2}
    steps = [(2, 2), (2, 1)]
    block = staticmethod(lambda c: [[1, 1, c, 2 * c], [2 * c], [3, 3, 2, 2 * c], [2 * c], [1, 1, 2 * c, c]])
    generator = [[LATENT, 4], [4, 4, 4], *block(4), *block(4), [1, 1, 4, 2], *block(2), [1, 1, 2, 1]]
    discriminator = [[1, 1, 1, 2], *block(2), [1, 1, 2, 4], *block(4), *block(4), [4, 4, 4], [4, 1]]

    def residual(self, net, x):
        y = F.leaky_relu(biased(net, x), 0.2)
        weight, groups = net.take().permute(3, 2, 0, 1).contiguous(), x.shape[-1]
        y = F.conv2d(y.permute(0, 3, 1, 2), weight, padding=1, groups=groups).permute(0, 2, 3, 1)
        return x + conv(F.leaky_relu(y + net.take(), 0.2), net.take(), 1)

    def resample(self, x, factor, up):
        """[1, 2, 1] along the axes with factor 2, as convolutions of single channels."""
        x = x.permute(0, 3, 1, 2)
        n, c = x.shape[:2]
        for axis in (a for a in (0, 1) if factor[a] == 2):
            size, stride, pad = ([3, 1], [2, 1], [1, 0]) if axis == 0 else ([1, 3], [1, 2], [0, 1])
            taps = torch.tensor([1.0, 2.0, 1.0]).reshape(1, 1, *size)
            x = x.reshape(n * c, 1, *x.shape[2:])
            if up:
                x = F.conv_transpose2d(x, taps / 2, stride=stride, padding=pad, output_padding=pad)
            else:
                x = F.conv2d(x, taps / 4, stride=stride, padding=pad)
            x = x.reshape(n, c, *x.shape[2:])
        return x.permute(0, 2, 3, 1)

    def generate(self, net, z):
        net.begin()
        x = (z @ net.take()).reshape(-1, 1, 1, 4)
        x = self.residual(net, x * net.take())
        x = self.residual(net, self.resample(x, self.steps[1], True))
        x = self.residual(net, self.resample(conv(x, net.take(), 1), self.steps[0], True))
        return conv(x, net.take(), 1)

    def score(self, net, x):
        net.begin()
        x = self.residual(net, conv(x, net.take(), 1))
        x = self.residual(net, conv(self.resample(x, self.steps[0], False), net.take(), 1))
        x = self.residual(net, self.resample(x, self.steps[1], False))
        return ((x * net.take()).sum((1, 2)) @ net.take()).reshape(-1)


class InfoGAN:
    sample, batch, size = [8, 8, 1], 4, 0.4
    spectral = False, False
    settings = {"architecture": "infogan", "width": 1, "hidden": 4}
    generator = [[LATENT, 4], [4], [4], [4, 8], [8], [8], [4, 4, 1, 2], [1], [1], [4, 4, 1, 1], [1]]
    discriminator = [[4, 4, 1, 1], [1], [4, 4, 1, 2], [2], [2], [8, 4], [4], [4], [4, 1], [1]]

    def generate(self, net, z):
        net.begin()
        x = torch.relu(batch_norm(net, z @ net.take()))
        x = torch.relu(batch_norm(net, x @ net.take())).reshape(-1, 2, 2, 2)
        x = torch.relu(batch_norm(net, deconv(x, net.take(), 2)))
        return torch.tanh(deconv(x, net.take(), 2) + net.take())

    def score(self, net, x):
        net.begin()
        x = F.leaky_relu(conv(x, net.take(), 2) + net.take(), 0.1)
        x = F.leaky_relu(batch_norm(net, conv(x, net.take(), 2)), 0.1)
        x = F.leaky_relu(batch_norm(net, x.reshape(len(x), -1) @ net.take()), 0.1)
        return dense(net, x).reshape(-1)


def rest(step, end):
    return 0.5 * (1 + math.cos(math.pi * min(1, step / end)))


def run(model, loss, penalties, end):
    """`end`: where the schedules of R3GAN end, 0 without."""
    g, d = Net(model.generator, model.size, model.spectral[0]), Net(
        model.discriminator, model.size, model.spectral[1])
    optimizers = [torch.optim.Adam([n.flat], lr=0.01, betas=(0.5, 0.9), eps=1e-4) for n in (g, d)]
    shape = [model.batch] + model.sample
    result = {"discriminator-loss": [], "generator-loss": []}
    average = g.flat.detach().clone()

    def update(net, optimizer, value, name):
        net.flat.grad, = torch.autograd.grad(value, net.flat)
        result[name + "-loss"].append(value.item())
        result.setdefault(name + "-gradient", net.flat.grad.tolist())
        optimizer.step()

    for step in range(STEPS):
        left = rest(step, end) if end else 1
        for optimizer in optimizers:
            if end:
                optimizer.param_groups[0].update(
                    lr=0.01 * (0.25 + 0.75 * left), betas=(0.5, 0.99 + (0.9 - 0.99) * left))
        real = wave(math.prod(shape), 0.8, 0.37, 1.1 * step).reshape(shape).requires_grad_()
        fake = model.generate(g, normal([model.batch, LATENT], 1, 2 * step)).detach().requires_grad_()
        scores = model.score(d, real), model.score(d, fake)
        value = LOSSES[loss][0](*scores)
        for (_, weight), score, x in zip(penalties, scores, (real, fake)):
            weight *= 0.1 + 0.9 * left
            value = value + weight * 0.5 * (slopes(score, x) ** 2).sum(1).mean()
        update(d, optimizers[1], value, "discriminator")
        fake = model.score(d, model.generate(g, normal([model.batch, LATENT], 1, 2 * step + 1)))
        real = model.score(d, real.detach()) if loss == "relativistic" else None
        update(g, optimizers[0], LOSSES[loss][1](real, fake), "generator")
        if end:
            half_life = math.log(0.5) / math.log(0.9) * (1 - left)
            decay = 0.5 ** (1 / half_life) if half_life else 0
            average = decay * average + (1 - decay) * g.flat.detach()
    if end:
        result["generator.average"] = average.tolist()
    return {**result, "generator": g.flat.tolist(), "discriminator": d.flat.tolist()}


def case(model, loss, penalties=(), end=0):
    fall = lambda final: {"name": "cosine", "end": end, "final": final}
    adam = {"name": "adam", "rate": 0.01, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-4}
    terms = [{"name": name, "weight": weight} for name, weight in penalties]
    if end:
        adam = {**adam, "beta2-final": 0.99, "schedule": fall(0.25)}
        terms = [{**term, "schedule": fall(0.1)} for term in terms]
    networks = [{**model.settings} for _ in range(2)]
    if isinstance(model, ResNet):
        for network, spectral in zip(networks, model.spectral):
            network["spectral-norm"] = spectral
            network["attention"] = 8 if model.attention else 0
    recipe = {"generator": networks[0], "discriminator": networks[1], "latent": {"size": LATENT}, "seed": 7,
              "batch": model.batch, "data": {"shape": model.sample},
              "objective": {"loss": loss, "penalties": terms},
              "optimizers": {"generator": adam, "discriminator": adam}}
    if end:
        recipe |= {"averaging": 0.9, "averaging-burn-in": end}
    return {"recipe": recipe, "size": model.size}, run(model, loss, penalties, end)


write([
    case(ResNet(False, False, (False, True)), "hinge"), case(ResNet(True, True, (True, True)), "hinge"),
    case(R3GAN(), "relativistic", [("r1", 0.5), ("r2", 0.5)], 3), case(InfoGAN(), "non-saturating"),
])
