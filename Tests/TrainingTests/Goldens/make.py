"""Makes goldens.json: five steps of every objective on tiny networks, in PyTorch's Float64.

    python make.py > goldens.json

Weights, data and random numbers follow from formulas that the tests repeat; nothing here is ours but
Philox and the layouts (HWIO kernels, NHWC values).
"""
import json
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
STEPS, LATENT = 5, 3


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k[1], p0 & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def words(index, stream, step):
    return philox((index // 4, 0, stream, step), (7, 0))


def uniform(shape, stream, step):
    values = [(words(i, stream, step)[i % 4] >> 8) * 2.0**-24 for i in range(math.prod(shape))]
    return torch.tensor(values).reshape(shape)


def normal(shape, stream, step):
    values = []
    for i in range(math.prod(shape)):
        w = words(i, stream, step)[0 if i % 4 < 2 else 2 :]
        radius = math.sqrt(-2 * math.log(((w[0] >> 8) + 1) * 2.0**-24))
        angle = 2 * math.pi * (w[1] >> 8) * 2.0**-24
        values.append(radius * (math.cos(angle) if i % 2 == 0 else math.sin(angle)))
    return torch.tensor(values).reshape(shape)


def wave(count, size, frequency, phase):
    return size * torch.sin(frequency * torch.arange(count, dtype=torch.float64) + phase)


class Net:
    """Tensors of the given shapes, cut from one flat leaf; spectral vectors beside them."""

    def __init__(self, shapes, size, spectral):
        self.shapes = shapes
        self.flat = wave(sum(map(math.prod, shapes)), size, 1.7, 0.3).requires_grad_()
        self.vectors = []
        if spectral:
            for shape in (s for s in shapes if len(s) > 1):
                u = wave(shape[-1], 1, 1.0, 1.0)
                self.vectors.append(u / u.norm())

    def begin(self):
        self.parts, offset = [], 0
        self.vector = 0
        for shape in self.shapes:
            count = math.prod(shape)
            self.parts.append(self.flat[offset : offset + count].reshape(shape))
            offset += count

    def take(self):
        part = self.parts.pop(0)
        if self.vectors and part.dim() > 1:
            matrix = part.reshape(-1, part.shape[-1])
            with torch.no_grad():
                v = F.normalize(matrix @ self.vectors[self.vector], dim=0)
                u = F.normalize(matrix.T @ v, dim=0)
            self.vectors[self.vector] = u
            self.vector += 1
            part = part / (v @ (matrix @ u))
        return part


def batch_norm(net, x):
    axes = tuple(range(x.dim() - 1))
    mean, variance = x.mean(axes), x.var(axes, unbiased=False)
    return (x - mean) / torch.sqrt(variance + 1e-5) * net.take() + net.take()


def conv(x, weight, stride):
    pad = tuple((k - 1) // 2 for k in weight.shape[:2])
    weight = weight.permute(3, 2, 0, 1).contiguous()
    y = F.conv2d(x.permute(0, 3, 1, 2), weight, stride=stride, padding=pad)
    return y.permute(0, 2, 3, 1)


def deconv(x, weight, stride):
    pad = tuple((k - 1) // 2 for k in weight.shape[:2])
    weight = weight.permute(3, 2, 0, 1).contiguous()
    y = F.conv_transpose2d(x.permute(0, 3, 1, 2), weight, stride=stride, padding=pad)
    return y.permute(0, 2, 3, 1)


class MLP:
    sample, batch, size = [2], 5, 0.5
    generator = [[3, 6], [6], [6, 6], [6], [6, 2], [2]]
    discriminator = [[2, 6], [6], [6, 6], [6], [6, 1], [1]]

    @staticmethod
    def generate(net, z):
        net.begin()
        for _ in range(2):
            z = torch.relu(z @ net.take() + net.take())
        return z @ net.take() + net.take()

    @staticmethod
    def score(net, x):
        net.begin()
        for _ in range(2):
            x = F.leaky_relu(x @ net.take() + net.take(), 0.2)
        return (x @ net.take() + net.take()).reshape(-1)


class DCGAN:
    sample, batch, size = [16, 8, 1], 4, 0.4
    generator = [[3, 32], [2], [2], [4, 3, 1, 2], [1], [1], [4, 4, 1, 1], [1]]
    discriminator = [[4, 4, 1, 1], [1], [4, 3, 1, 2], [2], [2], [32, 1], [1]]

    @staticmethod
    def generate(net, z):
        net.begin()
        x = (z @ net.take()).reshape(-1, 4, 4, 2)
        x = deconv(torch.relu(batch_norm(net, x)), net.take(), (2, 1))
        return torch.tanh(deconv(torch.relu(batch_norm(net, x)), net.take(), 2) + net.take())

    @staticmethod
    def score(net, x):
        net.begin()
        x = F.leaky_relu(conv(x, net.take(), 2) + net.take(), 0.2)
        x = F.leaky_relu(batch_norm(net, conv(x, net.take(), (2, 1))), 0.2)
        return (x.reshape(len(x), -1) @ net.take() + net.take()).reshape(-1)


bce = lambda r, f: F.softplus(-r).mean() + F.softplus(f).mean()
LOSSES = {
    "minimax": (bce, lambda r, f: torch.log(1 - torch.sigmoid(f)).mean()),
    "non-saturating": (bce, lambda r, f: -torch.log(torch.sigmoid(f)).mean()),
    "least-squares": (
        lambda r, f: 0.5 * ((r - 1) ** 2).mean() + 0.5 * (f**2).mean(), lambda r, f: 0.5 * ((f - 1) ** 2).mean()),
    "wasserstein": (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean()),
    "hinge": (lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean(), lambda r, f: -f.mean()),
    "relativistic": (lambda r, f: F.softplus(f - r).mean(), lambda r, f: F.softplus(r - f).mean()),
}


def slopes(score, x):
    return torch.autograd.grad(score.sum(), x, create_graph=True)[0].flatten(1)


def penalty(name, model, net, real, fake, scores, step):
    each = [len(real)] + [1] * (real.dim() - 1)
    if name == "r1":
        return 0.5 * (slopes(scores[0], real) ** 2).sum(1).mean()
    if name == "r2":
        return 0.5 * (slopes(scores[1], fake) ** 2).sum(1).mean()
    if name == "gradient-penalty":
        t = uniform(each, 2, step)
        x = t * real + (1 - t) * fake
    else:
        noise, t = uniform(list(real.shape), 2, step), uniform(each, 3, step)
        x = real + t * 0.5 * real.std(unbiased=False) * noise
    x = x.detach().requires_grad_()
    return ((torch.sqrt((slopes(model.score(net, x), x) ** 2).sum(1) + 1e-12) - 1) ** 2).mean()


def run(model, loss, penalties, clip, spectral, fakes="fresh"):
    g, d = Net(model.generator, model.size, False), Net(model.discriminator, model.size, spectral)
    make = (lambda p: torch.optim.RMSprop([p], lr=0.01, eps=1e-4)) if clip else (
        lambda p: torch.optim.Adam([p], lr=0.01, betas=(0.5, 0.999), eps=1e-4))
    optimizers = make(g.flat), make(d.flat)
    shape = [model.batch] + model.sample
    result = {"discriminator-loss": [], "generator-loss": []}

    def update(net, optimizer, value, name):
        net.flat.grad, = torch.autograd.grad(value, net.flat)
        result[name + "-loss"].append(value.item())
        result.setdefault(name + "-gradient", net.flat.grad.tolist())
        optimizer.step()

    for step in range(STEPS):
        real = wave(math.prod(shape), 0.8, 0.37, 1.1 * step).reshape(shape).requires_grad_()
        made = model.generate(g, normal([model.batch, LATENT], 1, 2 * step))
        fake = made.detach().requires_grad_()
        scores = model.score(d, real), model.score(d, fake)
        value = LOSSES[loss][0](*scores)
        for name, weight in penalties:
            value = value + weight * penalty(name, model, d, real, fake, scores, 2 * step)
        update(d, optimizers[1], value, "discriminator")
        if clip:
            d.flat.data.clamp_(-clip, clip)
        if fakes == "fresh":
            made = model.generate(g, normal([model.batch, LATENT], 1, 2 * step + 1))
        fake = model.score(d, made)
        real = model.score(d, real.detach()) if loss == "relativistic" else None
        update(g, optimizers[0], LOSSES[loss][1](real, fake), "generator")
    return {**result, "generator": g.flat.tolist(), "discriminator": d.flat.tolist()}


CASES = [
    ("minimax", [], 0, False), ("non-saturating", [], 0, False), ("least-squares", [], 0, False),
    ("wasserstein", [], 0.3, False), ("wasserstein", [("gradient-penalty", 10)], 0, False),
    ("non-saturating", [("dragan", 10)], 0, False), ("hinge", [], 0, True),
    ("relativistic", [("r1", 0.5), ("r2", 0.25)], 0, False),
]
SHARED = [
    ("non-saturating", [], 0, False), ("hinge", [], 0, True),
    ("relativistic", [("r1", 0.5), ("r2", 0.25)], 0, False),
]
rounded = lambda x: [float(f"{v:.12g}") for v in x] if isinstance(x, list) else x


def write(cases):
    """One line a case, of its settings and its results."""
    lines = [json.dumps({**head, **{key: rounded(value) for key, value in result.items()}},
                        separators=(",", ":")) for head, result in cases]
    print("[\n" + ",\n".join(lines) + "\n]")


def objectives():
    for model in (MLP, DCGAN):
        cases = [(*case, "fresh") for case in CASES] + [(*case, "shared") for case in SHARED]
        for loss, penalties, clip, spectral, fakes in cases:
            head = {"network": model.__name__.lower(), "loss": loss, "clip": clip, "spectral": spectral,
                    "penalties": [{"name": n, "weight": w} for n, w in penalties], "fakes": fakes}
            yield head, run(model, loss, penalties, clip, spectral, fakes)


if __name__ == "__main__":
    write(objectives())
