"""A workload in PyTorch: eager, or its forward and backward passes through torch.compile.

usage: torch_worker.py WORKLOAD eager|compile THREADS [channels_last] [functional]
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import torch  # noqa: E402
from torch._inductor import config as inductor  # noqa: E402
from torch.nn import functional as F  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402
from torch.utils.flop_counter import flop_registry  # noqa: E402

from networks import networks  # noqa: E402
from peers.torch_networks import module  # noqa: E402
from protocol import Worker  # noqa: E402
from workloads import ADAM, named  # noqa: E402

LOSSES = {  # of the discriminator and of the generator, of scores
    "non-saturating": (lambda real, fake: F.softplus(-real).mean() + F.softplus(fake).mean(),
                       lambda real, fake: F.softplus(-fake).mean()),
    "wasserstein": (lambda real, fake: fake.mean() - real.mean(), lambda real, fake: -fake.mean()),
    "hinge": (lambda real, fake: F.relu(1 - real).mean() + F.relu(1 + fake).mean(),
              lambda real, fake: -fake.mean()),
    "relativistic": (lambda real, fake: F.softplus(fake - real).mean(),
                     lambda real, fake: F.softplus(real - fake).mean()),
}


def slopes_by_autograd(discriminator, x):
    """Scores, and the gradient of each by its sample."""
    at = x.detach().requires_grad_()
    score = discriminator(at)
    gradient, = torch.autograd.grad(score.sum(), at, create_graph=True)
    return score, gradient


def slopes_by_function(discriminator, x):
    """The same by torch.func, which torch.compile can differentiate again."""
    def total(x):
        score = discriminator(x)
        return score.sum(), score
    gradient, score = torch.func.grad(total, has_aux=True)(x)
    return score, gradient


def trained(net):
    return [weight for weight in net.parameters() if weight.requires_grad]


def squared(gradient):
    """Squared norms, one a sample."""
    return gradient.square().flatten(1).sum(1)


class Training:
    """The steps of one workload."""

    def __init__(self, workload, real, compiled, functional):
        self.workload, self.real = workload, real
        self.slopes = slopes_by_function if functional else slopes_by_autograd
        self.generator, self.discriminator = map(
            module, networks(workload.networks, workload.shape, workload.latent))
        self.adams = [
            torch.optim.Adam(trained(net), ADAM["rate"], (ADAM["beta1"], ADAM["beta2"]), fused=True)
            for net in (self.generator, self.discriminator) if trained(net)]
        self.weights = trained(self.discriminator)
        self.loss_d, self.loss_g = LOSSES[workload.loss]
        if compiled:
            if workload.task == "sample":
                inductor.freezing = True  # Weights become constants, packed once.
            self.generate = torch.compile(self.generate)
            self.discriminate = torch.compile(self.discriminate)
            self.penalized = torch.compile(self.penalized)
            self.deceive = torch.compile(self.deceive)

    def autocast(self):
        return torch.autocast("cpu", torch.bfloat16, enabled=self.workload.precision == "bf16")

    def latent(self):
        return torch.randn(self.workload.batch, self.workload.latent)

    def generate(self, latent):
        with self.autocast():
            return self.generator(latent)

    def discriminate(self, fake):
        with self.autocast():
            scores = self.discriminator(self.real), self.discriminator(fake)
        return self.loss_d(*[score.float() for score in scores])

    def penalized(self, fake):
        """The discriminator's loss with penalties; R1 and R2 differentiate the scores that it uses."""
        penalties = dict(self.workload.penalties)
        scores, loss = [], 0
        for name, x in (("r1", self.real), ("r2", fake)):
            if name in penalties:
                score, gradient = self.slopes(self.discriminator, x)
                loss = loss + penalties[name] / 2 * squared(gradient).mean()
            else:
                score = self.discriminator(x)
            scores.append(score)
        if "gradient-penalty" in penalties:
            t = torch.rand(len(fake), *[1] * (fake.dim() - 1))
            _, gradient = self.slopes(self.discriminator, t * self.real + (1 - t) * fake)
            away = torch.sqrt(squared(gradient) + 1e-12) - 1
            loss = loss + penalties["gradient-penalty"] * away.square().mean()
        return loss + self.loss_d(*scores)

    def deceive(self, fake):
        with self.autocast():
            score = self.discriminator(fake)
            real = self.discriminator(self.real) if self.workload.loss == "relativistic" else score
        return self.loss_g(real.float(), score.float())

    def update_discriminator(self, fake):
        self.adams[1].zero_grad()
        loss = self.penalized(fake) if self.workload.penalties else self.discriminate(fake)
        # Without `inputs` the samples that penalties differentiate by would get gradients too.
        loss.backward(inputs=self.weights)
        self.adams[1].step()

    def gan(self):
        """One update of the discriminator, then one of the generator on the same fakes: PyTorch's DCGAN
        example."""
        fake = self.generate(self.latent())
        self.update_discriminator(fake.detach())
        self.adams[0].zero_grad()
        self.discriminator.requires_grad_(False)
        self.deceive(fake).backward()
        self.adams[0].step()
        self.discriminator.requires_grad_(True)

    def critic(self):
        with torch.no_grad():
            fake = self.generate(self.latent())
        self.update_discriminator(fake)

    def sample(self):
        with torch.inference_mode():
            return self.generate(self.latent())


class Counter(TorchDispatchMode):
    """FLOPs of the products and convolutions while it is on."""

    total = 0

    def __torch_dispatch__(self, function, types, arguments=(), named=None):
        named = named or {}
        rule = flop_registry.get(function._overloadpacket)
        if not rule:
            with self:  # Its parts may be products.
                result = function.decompose(*arguments, **named)
            return function(*arguments, **named) if result is NotImplemented else result
        result = function(*arguments, **named)
        self.total += rule(*arguments, **named, out_val=result)
        return result


def counted(step):
    with Counter() as counter:
        step()
    return counter.total


def main():
    worker = Worker()
    workload, mode, threads = named(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    channels_last, functional = "channels_last" in sys.argv, "functional" in sys.argv
    torch.set_num_threads(threads)
    shape = workload.shape[-1:] + workload.shape[:-1]  # Channels first.
    real = torch.rand(workload.batch, *shape) * 2 - 1
    kind = Training
    if workload.task == "table":
        from peers.torch_tables import Tables as kind
    elif workload.task in ("likelihood", "texts"):
        from peers.torch_texts import Texts as kind
    training = kind(workload, real, mode == "compile", functional or mode == "compile")
    if channels_last:
        training.real = real.to(memory_format=torch.channels_last)
        for net in (training.generator, training.discriminator):
            net.to(memory_format=torch.channels_last)
    if workload.task == "sample":
        training.generator.eval()
    step = getattr(training, "gan" if workload.task == "table" else workload.task)
    for _ in range(3):
        step()
    counts = [sum(p.numel() for p in trained(net)) for net in (training.generator, training.discriminator)]
    name = "PyTorch " + torch.__version__.split("+")[0] + " " + mode + (", channels last" * channels_last) + (", torch.func" * functional)
    worker.serve(name, step, lambda: counted(step) if mode == "eager" else None, parameters=counts)


if __name__ == "__main__":
    main()
