"""Makes tricks.json: five steps with what is added to a plain pair of networks (augmentation, fixed and
adaptive, packing, consistency, LeCam, orthogonality, minibatch deviation), as make.py does for objectives.

    python tricks.py > tricks.json
"""
import math

import torch
import torch.nn.functional as F

from make import DCGAN, LATENT, LOSSES, MLP, STEPS, Net, conv, normal, slopes, uniform, wave, write


class Draws:
    """Random numbers of one phase, each from the next stream."""

    def __init__(self, step):
        self.step, self.stream = step, 0

    def normal(self, shape):
        self.stream += 1
        return normal(shape, self.stream, self.step)

    def uniform(self, count):
        self.stream += 1
        return uniform([count, 1, 1, 1], self.stream, self.step)


def augment(x, transforms, probability, draws):
    count, height, width, _ = x.shape

    def gated(number):
        return number if probability is None else number * (draws.uniform(count) < probability)

    def whole(values):
        return torch.floor(values * draws.uniform(count))

    if "color" in transforms:
        x = x + gated(draws.uniform(count) - 0.5)
        grey = x.mean(3, keepdim=True)
        x = grey + (x - grey) * (1 + gated(2 * draws.uniform(count) - 1))
        level = x.mean((1, 2, 3), keepdim=True)
        x = level + (x - level) * (1 + gated(draws.uniform(count) - 0.5))
    if "flip" in transforms or "translation" in transforms:
        rows = torch.arange(height).reshape(1, -1, 1, 1).expand(count, height, width, 1).double()
        columns = torch.arange(width).reshape(1, 1, -1, 1).expand(count, height, width, 1).double()
        if "flip" in transforms:
            flips = gated((draws.uniform(count) < 0.5).double())
            columns = columns * (1 - flips) + (width - 1 - columns) * flips
        if "translation" in transforms:
            most = [int(extent / 8 + 0.5) for extent in (height, width)]
            rows = rows + gated(whole(2 * most[0] + 1) - most[0])
            columns = columns + gated(whole(2 * most[1] + 1) - most[1])
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        rows, columns = (a.clamp(0, b - 1).long().squeeze(3) for a, b in ((rows, height), (columns, width)))
        x = x[torch.arange(count).reshape(-1, 1, 1), rows, columns] * inside
    if "cutout" in transforms:
        bands = []
        for extent, shape in ((height, (1, -1, 1, 1)), (width, (1, 1, -1, 1))):
            size = int(extent * 0.5 + 0.5)
            first = whole(extent + 1 - size % 2) - size // 2
            places = torch.arange(extent).reshape(shape) - first
            bands.append(((places >= 0) & (places < size)).double())
        x = x * (1 - gated(bands[0] * bands[1]))
    return x


class Plain(DCGAN):
    """Without normalisation in the discriminator."""

    network = {"architecture": "dcgan", "width": 1}
    judge = {**network, "normalization": "none"}
    discriminator = [[4, 4, 1, 1], [1], [4, 3, 1, 2], [2], [32, 1], [1]]
    deviates = False

    @classmethod
    def score(cls, net, x):
        net.begin()
        x = F.leaky_relu(conv(x, net.take(), 2) + net.take(), 0.2)
        x = F.leaky_relu(conv(x, net.take(), (2, 1)) + net.take(), 0.2)
        if cls.deviates:
            groups = x.reshape(3, 2, -1)
            each = torch.sqrt(groups.var(0, unbiased=False) + 1e-8).mean(1)
            net.deviation = 0.9 * net.deviation + 0.1 * each.mean().item()
            x = torch.cat([x, each.repeat(3).reshape(-1, 1, 1, 1).expand(*x.shape[:3], 1)], 3)
        return (x.reshape(len(x), -1) @ net.take() + net.take()).reshape(-1)


class Deviating(Plain):
    batch, deviates = 6, True
    judge = {**Plain.judge, "minibatch-deviation": True}
    discriminator = [*Plain.discriminator[:4], [48, 1], [1]]


class Points(MLP):
    network = judge = {"architecture": "mlp", "width": 6, "depth": 2}


class Packed(Points):
    batch = 6
    discriminator = [[4, 6], *MLP.discriminator[1:]]


def orthogonality(net):
    net.begin()
    terms = []
    for part in (p for p in net.parts if p.dim() > 1):
        matrix = part.reshape(-1, part.shape[-1])
        product = matrix.T @ matrix
        terms.append(((product * (1 - torch.eye(len(product)))) ** 2).sum())
    return sum(terms)


def run(model, loss, penalties=(), augmentation=None, packing=1, orthogonal=0, flip=False):
    augmentation = augmentation or {}
    transforms, target = augmentation.get("transforms", []), augmentation.get("target")
    probability = augmentation.get("probability", None if target is None else 0)
    signs, counted = 0.0, 0
    means = {"real": [0.0, 0.0], "fake": [0.0, 0.0]}
    g, d = Net(model.generator, model.size, False), Net(model.discriminator, model.size, False)
    d.deviation = 0.0
    optimizers = [torch.optim.Adam([n.flat], lr=0.01, betas=(0.5, 0.999), eps=1e-4) for n in (g, d)]
    shape = [model.batch] + model.sample
    result = {"discriminator-loss": [], "generator-loss": []}

    def shown(x, draws):
        x = augment(x, transforms, probability, draws) if transforms else x
        return x.reshape(len(x) // packing, -1) if packing > 1 else x

    def update(net, optimizer, value, name):
        value = value + orthogonal * orthogonality(net) if orthogonal else value
        net.flat.grad, = torch.autograd.grad(value, net.flat)
        result[name + "-loss"].append(value.item())
        result.setdefault(name + "-gradient", net.flat.grad.tolist())
        optimizer.step()

    for step in range(STEPS):
        draws = Draws(2 * step)
        data = wave(math.prod(shape), 0.8, 0.37, 1.1 * step).reshape(shape)
        real = shown(data, draws).detach().requires_grad_()
        fake = model.generate(g, draws.normal([model.batch, LATENT])).detach()
        fake = shown(fake, draws).requires_grad_()
        scores = model.score(d, real), model.score(d, fake)
        value = LOSSES[loss][0](*scores)
        if target is not None:
            margin = scores[0] - scores[1] if loss == "relativistic" else scores[0]
            signs, counted = signs + torch.sign(margin).mean().item(), counted + 1
        for name, weight in penalties:
            if name == "r1":
                term = 0.5 * (slopes(scores[0], real) ** 2).sum(1).mean()
            elif name == "lecam":
                for key, score in zip(("real", "fake"), scores):
                    total, counted_so_far = means[key]
                    means[key] = [0.99 * total + 0.01 * score.mean().item(), 0.99 * counted_so_far + 0.01]
                right = {key: total / weight for key, (total, weight) in means.items()}
                term = ((scores[0] - right["fake"]) ** 2).mean() + ((scores[1] - right["real"]) ** 2).mean()
            else:
                index = 0 if name == "consistency" else 1
                moves = ["flip", "translation"] if flip else ["translation"]
                moved = model.score(d, augment((real, fake)[index], moves, None, draws))
                term = ((scores[index] - moved) ** 2).mean()
            value = value + weight * term
        update(d, optimizers[1], value, "discriminator")
        if target is not None and counted == augmentation["interval"]:
            pace = model.batch * counted / augmentation["span"]
            probability = min(max(probability + pace * math.copysign(1, signs / counted - target), 0), 1)
            signs, counted = 0.0, 0
        draws = Draws(2 * step + 1)
        fake = model.score(d, shown(model.generate(g, draws.normal([model.batch, LATENT])), draws))
        real = model.score(d, shown(data, draws)) if loss == "relativistic" else None
        update(g, optimizers[0], LOSSES[loss][1](real, fake), "generator")
    if target is not None:
        result["discriminator.state"] = [probability, signs, float(counted)]
    if any(name == "lecam" for name, _ in penalties):
        result["discriminator.state"] = means["real"] + means["fake"]
    if model is Deviating:
        result["discriminator.state"] = [d.deviation]
    return {**result, "generator": g.flat.tolist(), "discriminator": d.flat.tolist()}


def case(model, loss, **options):
    adam = {"name": "adam", "rate": 0.01, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-4,
            "orthogonality": options.get("orthogonal", 0)}
    terms = [{"name": name, "weight": weight} for name, weight in options.get("penalties", [])]
    recipe = {"generator": model.network, "discriminator": model.judge, "latent": {"size": LATENT}, "seed": 7,
              "batch": model.batch, "data": {"shape": model.sample},
              "objective": {"loss": loss, "penalties": terms},
              "optimizers": {"generator": adam, "discriminator": adam}, "packing": options.get("packing", 1),
              "flip": options.get("flip", False)}
    if "augmentation" in options:
        recipe["augmentation"] = options["augmentation"]
    return {"recipe": recipe, "size": model.size}, run(model, loss, **options)


every = ["flip", "color", "translation", "cutout"]
write([
    case(Plain, "hinge", augmentation={"transforms": every}),
    case(Plain, "non-saturating", augmentation={
        "transforms": every[1:], "target": 0.6, "probability": 0.3, "interval": 2, "span": 40}),
    case(Plain, "relativistic", augmentation={"transforms": every[2:], "probability": 0.5}),
    case(Plain, "hinge", penalties=[("consistency", 10), ("fake-consistency", 5)], flip=True),
    case(Points, "hinge", penalties=[("lecam", 0.3)]),
    case(Packed, "relativistic", penalties=[("r1", 0.5)], packing=2),
    case(Deviating, "hinge"),
    case(Points, "hinge", orthogonal=0.01),
])
