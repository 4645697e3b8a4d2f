"""Makes tables.json: five steps of CTGAN on tiny networks, in PyTorch's Float64.

    python tables.py > tables.json

In the manner of families.py. The losses are those of the original's code: Wasserstein distance of packs, a penalty
on the slopes between packs of real and of fake rows, and the cross-entropy of the column that a row was asked by.
"""
import json

import torch
import torch.nn.functional as F

from families import Net, batch_norm, dense, leaky, relu
from make import STEPS, normal, rounded, slopes, uniform, wave

BATCH, PACKING, LATENT, WIDTH, TEMPERATURE, WEIGHT = 8, 2, 3, 6, 0.3, 0.7

MODES = [{"mean": 0, "deviation": 1, "level": 0}, {"mean": 1, "deviation": 0.5, "level": 0}]
COLUMNS = [
    {"name": "x", "type": "number", "nulls": 1, "least": 0, "greatest": 1, "modes": MODES},
    {"name": "c", "type": "category", "values": ["a", "b", "c"], "counts": [3, 2, 1]},
    {"name": "y", "type": "integer", "least": 0, "greatest": 9, "modes": MODES[:1]},
    {"name": "b", "type": "boolean", "values": ["yes", "no"], "counts": [1, 1]},
]
# A row: scalar and three choices (two modes, nothing) of x, three of c, the scalar of y, two of b.
SCALARS, CHOICES = (0, 7), ((1, 4), (4, 7), (8, 10))
# Discrete columns: where their choices are in a row and among the conditions.
DISCRETE = (((4, 7), (0, 3)), ((8, 10), (3, 5)))
ROW, CONDITIONS = 10, 5

RECIPE = {
    "family": {"name": "ctgan", "temperature": TEMPERATURE, "weight": WEIGHT},
    "generator": {"architecture": "ctgan", "width": WIDTH}, "discriminator": {"architecture": "ctgan", "width": WIDTH},
    "latent": {"size": LATENT}, "seed": 7, "batch": BATCH, "packing": PACKING,
    "objective": {"loss": "wasserstein", "penalties": [{"name": "gradient-penalty", "weight": 10}]},
    "data": {"table": {"columns": COLUMNS, "dialect": {}}},
}


def made(net, conditions, draw):
    net.begin()
    x = torch.cat([normal([BATCH, LATENT], 1, draw), conditions], 1)
    for _ in range(2):
        x = torch.cat([relu(batch_norm(net, x @ net.take(x.shape[1], WIDTH))), x], 1)
    return dense(net, x, ROW)


def activated(values, draw):
    even = uniform(values.shape, 2, draw) * (1 - 2.0**-23) + 2.0**-24
    noisy = (values - torch.log(-torch.log(even))) / TEMPERATURE
    parts = {place: torch.tanh(values[:, place : place + 1]) for place in SCALARS}
    parts.update({first: F.softmax(noisy[:, first:end], 1) for first, end in CHOICES})
    return torch.cat([parts[place] for place in sorted(parts)], 1)


def packs(rows, conditions):
    return torch.cat([rows, conditions], 1).reshape(BATCH // PACKING, -1)


def score(net, x, streams, draw):
    net.begin()
    for stream in streams:
        x = leaky(dense(net, x, WIDTH))
        x = x * (uniform(x.shape, stream, draw) < 0.5) * 2
    return dense(net, x, 1).reshape(-1)


def conditions(labels):
    own = F.one_hot(labels, CONDITIONS).double()
    return own, torch.roll(own, -(BATCH // 2), 0)


def discriminator(nets, x, labels, draw):
    own, asked = conditions(labels)
    fake = packs(activated(made(nets["generator"], asked, draw), draw), asked).detach()
    real = packs(x, own)
    both = score(nets["discriminator"], torch.cat([real, fake]), (3, 4), draw)
    count = len(real)
    t = uniform([count, 1], 5, draw)
    mixed = (t * real + (1 - t) * fake).detach().requires_grad_()
    slope = slopes(score(nets["discriminator"], mixed, (6, 7), draw), mixed)
    penalty = ((torch.sqrt((slope**2).sum(1) + 1e-12) - 1) ** 2).mean()
    return both[count:].mean() - both[:count].mean() + 10 * penalty


def generator(nets, x, labels, draw):
    _, asked = conditions(labels)
    values = made(nets["generator"], asked, draw)
    value = -score(nets["discriminator"], packs(activated(values, draw), asked), (3, 4), draw).mean()
    entropy = 0
    for (first, end), (start, stop) in DISCRETE:
        wanted = asked[:, start:stop]
        each = F.cross_entropy(values[:, first:end], wanted.argmax(1), reduction="none")
        entropy = entropy + (each * wanted.sum(1)).sum() / BATCH
    return value + WEIGHT * entropy


def labels_of(step):
    return torch.tensor([(2 * i + step) % CONDITIONS for i in range(BATCH)])


def run():
    nets = {"discriminator": Net(0.5), "generator": Net(0.5)}
    with torch.no_grad():
        for net in nets.values():
            net.begin()
        own, asked = conditions(labels_of(0))
        made(nets["generator"], asked, 0)
        score(nets["discriminator"], packs(torch.zeros(BATCH, ROW), own), (3, 4), 0)
    for net in nets.values():
        net.ready()
    optimizers = {name: torch.optim.Adam([net.flat], lr=0.01, betas=(0.5, 0.999), eps=1e-4) for name, net in nets.items()}
    result = {}
    for step in range(STEPS):
        real = wave(BATCH * ROW, 0.8, 0.37, 1.1 * step).reshape(BATCH, ROW)
        for index, phase in enumerate([discriminator, generator]):
            name = phase.__name__
            value = phase(nets, real, labels_of(step), 2 * step + index)
            gradient, = torch.autograd.grad(value, [nets[name].flat])
            result.setdefault(name + "-loss", []).append(value.item())
            result.setdefault(name + "-gradient", gradient.tolist())
            nets[name].flat.grad = gradient
            optimizers[name].step()
    return {**result, **{name: net.flat.tolist() for name, net in nets.items()}}


if __name__ == "__main__":
    case = {"name": "ctgan", "recipe": RECIPE, "labels": [labels_of(step).tolist() for step in range(STEPS)],
            **{key: rounded(value) for key, value in run().items()}}
    print("[\n" + json.dumps(case, separators=(",", ":")) + "\n]")
