"""Makes families.json: five steps of every family on tiny networks, in PyTorch's Float64.

    python families.py > families.json

In the manner of make.py; each case holds the recipe that the tests train.
"""
import json
import math

import torch
import torch.nn.functional as F

from make import LOSSES, STEPS, conv, deconv, normal, rounded, slopes, uniform, wave, words

LATENT, CLASSES, EMBEDDING = 3, 3, 2


class Net:
    """Tensors cut from one flat leaf in the order in which a first, declaring pass asked for them."""

    def __init__(self, size, spectral=False):
        self.size, self.spectral, self.shapes, self.flat = size, spectral, [], None

    def ready(self):
        self.flat = wave(sum(map(math.prod, self.shapes)), self.size, 1.7, 0.3).requires_grad_()
        matrices = [s for s in self.shapes if len(s) > 1] if self.spectral else []
        self.vectors = [u / u.norm() for u in (wave(s[-1], 1, 1.0, 1.0) for s in matrices)]

    def begin(self):
        self.offset = self.vector = 0

    def take(self, *shape):
        if self.flat is None:
            self.shapes.append(shape)
            return torch.zeros(shape)
        part = self.flat[self.offset : self.offset + math.prod(shape)].reshape(shape)
        self.offset += math.prod(shape)
        if self.spectral and len(shape) > 1:
            matrix = part.reshape(-1, shape[-1])
            with torch.no_grad():
                v = F.normalize(matrix @ self.vectors[self.vector], dim=0)
                u = F.normalize(matrix.T @ v, dim=0)
            self.vectors[self.vector] = u
            self.vector += 1
            part = part / (v @ (matrix @ u))
        return part


relu, leaky = torch.relu, lambda x: F.leaky_relu(x, 0.2)


def dense(net, x, units):
    return x @ net.take(x.shape[1], units) + net.take(units)


def batch_norm(net, x, classes=None):
    axes, channels = tuple(range(x.dim() - 1)), x.shape[-1]
    mean, variance = x.mean(axes), x.var(axes, unbiased=False)
    x = (x - mean) / torch.sqrt(variance + 1e-5)
    if classes is None:
        return x * net.take(channels) + net.take(channels)
    each = [len(x)] + [1] * (x.dim() - 2) + [channels]
    scale = (classes @ net.take(CLASSES, channels)).reshape(each)
    return x * scale + (classes @ net.take(CLASSES, channels)).reshape(each)


def joined(net, x, classes):
    """The class' vector beside a vector, its plane beside an image's channels."""
    row = [EMBEDDING] if x.dim() == 2 else list(x.shape[1:3]) + [1]
    plane = (classes @ net.take(CLASSES, math.prod(row))).reshape([len(x)] + row)
    return torch.cat([x, plane], -1)


class MLP:
    sample, batch, size, features = [2], 5, 0.5, 6
    recipe = {"architecture": "mlp", "width": 6, "depth": 2}

    @staticmethod
    def trunk(net, x, activation=leaky, norm=False, classes=None):
        for _ in range(2):
            x = x @ net.take(x.shape[1], 6)
            x = activation(batch_norm(net, x, classes) if norm else x + net.take(6))
        return x

    @staticmethod
    def generate(net, z, activation=relu, norm=False, classes=None):
        return dense(net, MLP.trunk(net, z, activation, norm, classes), 2)


class DCGAN:
    sample, batch, size, features = [16, 8, 1], 4, 0.4, 32
    recipe = {"architecture": "dcgan", "width": 1}

    @staticmethod
    def trunk(net, x, activation=leaky, norm=True):
        x = activation(conv(x, net.take(4, 4, x.shape[3], 1), 2) + net.take(1))
        x = conv(x, net.take(4, 3, 1, 2), (2, 1))
        x = activation(batch_norm(net, x) if norm else x + net.take(2))
        return x.reshape(len(x), -1)

    @staticmethod
    def generate(net, z, activation=relu, norm=True, classes=None):
        after = lambda x, c: activation(batch_norm(net, x, classes) if norm else x)
        x = z @ net.take(z.shape[1], 32)
        x = after((x if norm else x + net.take(32)).reshape(-1, 4, 4, 2), 2)
        x = deconv(x, net.take(4, 3, 1, 2), (2, 1))
        x = after(x if norm else x + net.take(1), 1)
        return torch.tanh(deconv(x, net.take(4, 4, 1, 1), 2) + net.take(1))


class Case:
    """What a family's two phases are; `model` is one of the above."""

    groups = ["discriminator", "generator"]
    loss, penalties, spectral, norm = "non-saturating", [], False, {}
    networks, family, conditioning, labelled = {}, None, None, lambda self, i: True

    def __init__(self, model):
        self.model = model

    def recipe(self):
        network = {**self.model.recipe, **self.networks}
        recipe = {
            "generator": network, "discriminator": {**network, "spectral-norm": self.spectral},
            "latent": {"size": LATENT}, "seed": 7, "batch": self.model.batch,
            "data": {"shape": self.model.sample, "classes": CLASSES},
            "objective": {"loss": self.loss,
                          "penalties": [{"name": n, "weight": w} for n, w in self.penalties]}}
        if self.family:
            recipe["family"] = self.family
        if self.conditioning:
            recipe["conditioning"] = self.conditioning
        return recipe

    def condition(self, labels, draw):
        return F.one_hot(labels.clamp(min=0), CLASSES).double(), 1

    def latent(self, stream, draw):
        return normal([self.model.batch, LATENT], stream, draw)

    # What follows is given networks by name, real samples, labels, and the number of the draw.

    def fake(self, nets, classes, z):
        raise NotImplementedError

    def judge(self, nets, x, classes):
        """A dict with at least score."""
        raise NotImplementedError

    def terms(self, real, fake, labels, classes):
        return 0, 0

    def discriminator(self, nets, x, labels, draw):
        classes, stream = self.condition(labels, draw)
        made = self.fake(nets, classes, self.latent(stream, draw)).detach()
        x = x.requires_grad_()
        real, fake = self.judge(nets, x, classes), self.judge(nets, made, classes)
        value = LOSSES[self.loss][0](real["score"], fake["score"])
        for name, weight in self.penalties:
            assert name == "gradient-penalty"
            t = uniform([len(x)] + [1] * (x.dim() - 1), stream + 1, draw)
            mixed = (t * x + (1 - t) * made).detach().requires_grad_()
            score = self.judge(nets, mixed, classes)["score"]
            value = value + weight * ((torch.sqrt((slopes(score, mixed) ** 2).sum(1) + 1e-12) - 1) ** 2).mean()
        return value + self.terms(real, fake, labels, classes)[0]

    def generator(self, nets, x, labels, draw):
        classes, stream = self.condition(labels, draw)
        fake = self.judge(nets, self.fake(nets, classes, self.latent(stream, draw)), classes)
        return LOSSES[self.loss][1](None, fake["score"]) + self.terms(None, fake, labels, classes)[1]


class CGAN(Case):
    name, conditioning = "cgan", {"name": "cgan", "embedding": EMBEDDING}

    def fake(self, nets, classes, z):
        nets["generator"].begin()
        return self.model.generate(nets["generator"], joined(nets["generator"], z, classes))

    def judge(self, nets, x, classes):
        net = nets["discriminator"]
        net.begin()
        features = self.model.trunk(net, joined(net, x, classes))
        return {"score": dense(net, features, 1).reshape(-1)}


class PenalisedCGAN(CGAN):
    name, loss, penalties = "cgan with a penalty", "wasserstein", [("gradient-penalty", 10)]


class Projection(Case):
    name, loss, spectral, conditioning = "projection", "hinge", True, {"name": "projection"}
    networks = {"normalization": "batch"}

    def fake(self, nets, classes, z):
        nets["generator"].begin()
        return self.model.generate(nets["generator"], z, norm=True, classes=classes)

    def judge(self, nets, x, classes):
        net = nets["discriminator"]
        net.begin()
        features = self.model.trunk(net, x, norm=True)
        score = dense(net, features, 1).reshape(-1)
        return {"score": score + ((classes @ net.take(CLASSES, features.shape[1])) * features).sum(1)}


class ACGAN(CGAN):
    name, conditioning = "acgan", {"name": "acgan", "embedding": EMBEDDING, "weight": 0.7, "fake-classes": True}

    def judge(self, nets, x, classes):
        net = nets["discriminator"]
        net.begin()
        features = self.model.trunk(net, x)
        score = dense(net, features, 1).reshape(-1)
        return {"score": score, "classes": dense(net, features, CLASSES)}

    def terms(self, real, fake, labels, classes):
        entropy = lambda seen: 0.7 * F.cross_entropy(seen["classes"], labels)
        learned = [entropy(seen) for seen in (real, fake if self.conditioning["fake-classes"] else None) if seen]
        return sum(learned), entropy(fake)


class RealClassesACGAN(ACGAN):
    name, conditioning = "acgan-real-classes", ACGAN.conditioning | {"fake-classes": False}


class InfoGAN(Case):
    name, loss = "infogan", "least-squares"
    family = {"name": "infogan", "categorical": [3, 2], "continuous": 2, "hidden": 4,
              "categorical-weight": 0.8, "continuous-weight": 0.3}

    def condition(self, labels, draw):
        parts = []
        for stream, count in ((1, 3), (2, 2)):
            even = torch.full((count,), 1 / count).cumsum(0)
            drawn = [(words(i, stream, draw)[i % 4] >> 8) * 2.0**-24 for i in range(self.model.batch)]
            parts.append(F.one_hot(torch.tensor([int((u >= even).sum()) for u in drawn]), count).double())
        return torch.cat(parts + [uniform([self.model.batch, 2], 3, draw) * 2 - 1], 1), 4

    def fake(self, nets, codes, z):
        nets["generator"].begin()
        return self.model.generate(nets["generator"], torch.cat([z, codes], 1))

    def judge(self, nets, x, codes):
        net = nets["discriminator"]
        net.begin()
        features = self.model.trunk(net, x)
        score = dense(net, features, 1).reshape(-1)
        return {"score": score, "codes": dense(net, leaky(dense(net, features, 4)), 7)}

    def terms(self, real, fake, labels, codes):
        found = fake["codes"]
        value = 0.8 * (F.cross_entropy(found[:, :3], codes[:, :3]) + F.cross_entropy(found[:, 3:5], codes[:, 3:5]))
        value = value + 0.3 * 0.5 * ((codes[:, 5:] - found[:, 5:]) ** 2).sum(1).mean()
        return value, value


class SGAN(Case):
    name, family = "sgan", {"name": "sgan", "weight": 0.6}
    labelled = lambda self, i: i % 2 == 0

    def fake(self, nets, classes, z):
        nets["generator"].begin()
        return self.model.generate(nets["generator"], z)

    def judge(self, nets, x, classes):
        net = nets["discriminator"]
        net.begin()
        features = self.model.trunk(net, x)
        logits = dense(net, features, CLASSES)
        return {"features": features, "classes": logits, "score": torch.logsumexp(logits, 1)}

    def terms(self, real, fake, labels, classes):
        return 0.6 * F.cross_entropy(real["classes"], labels, ignore_index=-1), 0

    def generator(self, nets, x, labels, draw):
        fake = self.judge(nets, self.fake(nets, None, self.latent(1, draw)), None)
        real = self.judge(nets, x, None)
        return ((fake["features"].mean(0) - real["features"].mean(0).detach()) ** 2).mean()


class BiGAN(Case):
    name, groups, family = "bigan", ["discriminator", "generator", "encoder"], {"name": "bigan", "hidden": 4}

    def recipe(self):
        return {**super().recipe(), "encoder": self.model.recipe}

    def pairs(self, nets, x, draw):
        for net in nets.values():
            net.begin()
        z = self.latent(1, draw)
        made = self.model.generate(nets["generator"], z)
        return (x, dense(nets["encoder"], self.model.trunk(nets["encoder"], x), LATENT)), (made, z)

    def judge(self, nets, x, z):
        net = nets["discriminator"]
        net.begin()
        sample = leaky(dense(net, self.model.trunk(net, x), 4))
        partner = leaky(dense(net, leaky(dense(net, z, 4)), 4))
        return dense(net, leaky(dense(net, torch.cat([sample, partner], 1), 4)), 1).reshape(-1)

    def discriminator(self, nets, x, labels, draw):
        pairs = [[part.detach().requires_grad_() for part in pair] for pair in self.pairs(nets, x, draw)]
        scores = [self.judge(nets, *pair) for pair in pairs]
        return LOSSES[self.loss][0](*scores) + self.penalty(nets, *pairs, *scores, draw)

    def penalty(self, nets, real, fake, real_score, fake_score, draw):
        return 0

    def generator(self, nets, x, labels, draw):
        real, fake = (self.judge(nets, *pair) for pair in self.pairs(nets, x, draw))
        return -torch.log(torch.sigmoid(fake)).mean() - torch.log(1 - torch.sigmoid(real)).mean()


class LeastSquaresBiGAN(BiGAN):
    name, loss = "bigan of least squares", "least-squares"

    def generator(self, nets, x, labels, draw):
        real, fake = (self.judge(nets, *pair) for pair in self.pairs(nets, x, draw))
        return 0.5 * ((fake - 1) ** 2).mean() + 0.5 * (real**2).mean()


class RelativisticBiGAN(BiGAN):
    """R1 and R2: slopes by both halves of a pair."""

    name, loss, penalties = "bigan of relativistic pairs, r1 and r2", "relativistic", [("r1", 0.5), ("r2", 0.3)]

    def penalty(self, nets, real, fake, real_score, fake_score, draw):
        squares = lambda score, pair: sum((slopes(score, part) ** 2).sum(1) for part in pair).mean()
        return 0.5 * (0.5 * squares(real_score, real) + 0.3 * squares(fake_score, fake))

    def generator(self, nets, x, labels, draw):
        return LOSSES[self.loss][1](*(self.judge(nets, *pair) for pair in self.pairs(nets, x, draw)))


class CyclicBiGAN(BiGAN):
    name, family = "bigan with a cycle", {"name": "bigan", "hidden": 4, "cycle": 0.7}

    def generator(self, nets, x, labels, draw):
        pairs = self.pairs(nets, x, draw)
        real, fake = (self.judge(nets, *pair) for pair in pairs)
        value = -torch.log(torch.sigmoid(fake)).mean() - torch.log(1 - torch.sigmoid(real)).mean()
        nets["generator"].begin()
        return value + 0.7 * ((self.model.generate(nets["generator"], pairs[0][1]) - x) ** 2).mean()


class PenalisedBiGAN(BiGAN):
    name, loss, penalties = "bigan with a penalty", "wasserstein", [("gradient-penalty", 10)]

    def penalty(self, nets, real, fake, real_score, fake_score, draw):
        mixed = []
        for x, made in zip(real, fake):
            t = uniform([len(x)] + [1] * (x.dim() - 1), 2, draw)
            mixed.append((t * x + (1 - t) * made).detach().requires_grad_())
        score = self.judge(nets, *mixed)
        squares = sum((slopes(score, part) ** 2).sum(1) for part in mixed)
        return 10 * ((torch.sqrt(squares + 1e-12) - 1) ** 2).mean()

    def generator(self, nets, x, labels, draw):
        real, fake = (self.judge(nets, *pair) for pair in self.pairs(nets, x, draw))
        return real.mean() - fake.mean()


class EBGAN(Case):
    name = "ebgan"
    family = {"name": "ebgan", "code": 4, "margin": 1.5, "pull-away": 0.3}
    activations = {"activation": leaky}, {"activation": relu}

    def fake(self, nets, classes, z):
        nets["generator"].begin()
        return self.model.generate(nets["generator"], z, **self.activations[1])

    def judge(self, nets, x, classes):
        net = nets["discriminator"]
        net.begin()
        code = dense(net, self.model.trunk(net, x, **self.activations[0]), 4)
        return {"code": code, "energy": self.energy(self.model.generate(net, code, **self.activations[1]) - x)}

    def energy(self, difference):
        return (difference**2).flatten(1).mean(1)

    def discriminator(self, nets, x, labels, draw):
        made = self.fake(nets, None, self.latent(1, draw)).detach()
        real, fake = self.judge(nets, x, None)["energy"], self.judge(nets, made, None)["energy"]
        return real.mean() + F.relu(1.5 - fake).mean()

    def generator(self, nets, x, labels, draw):
        fake = self.judge(nets, self.fake(nets, None, self.latent(1, draw)), None)
        cosines = F.cosine_similarity(fake["code"][:, None], fake["code"][None], dim=2)
        count = len(cosines)
        apart = (cosines**2).sum() - (cosines.diagonal() ** 2).sum()
        return fake["energy"].mean() + 0.3 * apart / (count * (count - 1))


class BEGAN(EBGAN):
    name = "began"
    family = {"name": "began", "code": 4, "diversity": 0.9, "rate": 0.05}
    networks = {"normalization": "none", "activation": "elu"}
    activations = ({"activation": F.elu, "norm": False},) * 2

    def __init__(self, model):
        super().__init__(model)
        self.k = 0.0

    def energy(self, difference):
        return difference.abs().flatten(1).mean(1)

    def discriminator(self, nets, x, labels, draw):
        made = self.fake(nets, None, self.latent(1, draw)).detach()
        real = self.judge(nets, x, None)["energy"].mean()
        fake = self.judge(nets, made, None)["energy"].mean()
        value = real - self.k * fake
        self.k = min(max(self.k + 0.05 * (0.9 * real - fake).item(), 0), 1)
        return value

    def generator(self, nets, x, labels, draw):
        return self.judge(nets, self.fake(nets, None, self.latent(1, draw)), None)["energy"].mean()


def run(case):
    model = case.model
    nets = {name: Net(model.size, case.spectral and name == "discriminator") for name in case.groups}
    shape = [model.batch] + model.sample
    x, labels = torch.zeros(shape), torch.zeros(model.batch, dtype=torch.long)
    for net in nets.values():
        net.begin()
    declare(case, nets, x, labels)
    for net in nets.values():
        net.ready()
    if hasattr(case, "k"):
        case.k = 0.0
    optimizers = {
        name: torch.optim.Adam([net.flat], lr=0.01, betas=(0.5, 0.999), eps=1e-4) for name, net in nets.items()}
    result = {"discriminator-loss": [], "generator-loss": []}
    if hasattr(case, "k"):
        result["balance"] = []
    phases = [("discriminator", ["discriminator"]), ("generator", case.groups[1:])]
    for step in range(STEPS):
        real = wave(math.prod(shape), 0.8, 0.37, 1.1 * step).reshape(shape)
        labels = torch.tensor(
            [(2 * i + step) % CLASSES if case.labelled(i) else -1 for i in range(model.batch)])
        for index, (phase, moved) in enumerate(phases):
            value = getattr(case, phase)(nets, real.clone(), labels, 2 * step + index)
            gradients = torch.autograd.grad(value, [nets[name].flat for name in moved])
            result[phase + "-loss"].append(value.item())
            for name, gradient in zip(moved, gradients):
                result.setdefault(name + "-gradient", gradient.tolist())
                nets[name].flat.grad = gradient
                optimizers[name].step()
        if hasattr(case, "k"):
            result["balance"].append(case.k)
    return {**result, **{name: net.flat.tolist() for name, net in nets.items()}}


def declare(case, nets, x, labels):
    """Every network once, so that it asks for its tensors."""
    classes, _ = case.condition(labels, 0)
    with torch.no_grad():
        if isinstance(case, BiGAN):
            (x, code), _ = case.pairs(nets, x, 0)
            case.judge(nets, x, code)
        else:
            case.fake(nets, classes, case.latent(1, 0))
            case.judge(nets, x, classes)


CASES = [CGAN, PenalisedCGAN, Projection, ACGAN, RealClassesACGAN, InfoGAN, SGAN, BiGAN, LeastSquaresBiGAN,
         RelativisticBiGAN, CyclicBiGAN, PenalisedBiGAN, EBGAN, BEGAN]

if __name__ == "__main__":
    lines = []
    for model in (MLP, DCGAN):
        for kind in CASES:
            case = kind(model)
            labels = [[(2 * i + s) % CLASSES if case.labelled(i) else -1 for i in range(model.batch)]
                      for s in range(STEPS)]
            head = {"name": case.name, "recipe": case.recipe(), "labels": labels}
            result = {key: rounded(value) for key, value in run(kind(model)).items()}
            lines.append(json.dumps({**head, **result}, separators=(",", ":")))
    print("[\n" + ",\n".join(lines) + "\n]")
