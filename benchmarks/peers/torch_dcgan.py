"""PyTorch's DCGAN on MNIST, by the `dcgan` preset's recipe: samples of its averaged generator.

usage: torch_dcgan.py IMAGES STEPS SEED COUNT OUT.npy      (IMAGES: an IDX file; samples are [N, H, W, 1], −1…1)
"""

import copy
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import numpy  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

from images import images  # noqa: E402
from networks import networks  # noqa: E402
from peers.torch_networks import module  # noqa: E402
from peers.torch_worker import LOSSES  # noqa: E402

BATCH, LATENT, AVERAGING = 64, 100, 0.999


def initialize(layer):
    """Radford et al., arXiv 1511.06434, section 4."""
    if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(layer.weight, 0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1, 0.02)
    if getattr(layer, "bias", None) is not None:
        nn.init.zeros_(layer.bias)


@torch.no_grad()
def average(averaged, generator):
    for mean, now in zip(averaged.parameters(), generator.parameters()):
        mean.lerp_(now, 1 - AVERAGING)
    for mean, now in zip(averaged.buffers(), generator.buffers()):
        mean.copy_(now)


def batches(real):
    while True:
        for chosen in torch.randperm(len(real)).split(BATCH)[:len(real) // BATCH]:
            yield real[chosen]


def trained(real, steps):
    generator, discriminator = map(module, networks("dcgan", tuple(real.shape[1:]), LATENT))
    for network in (generator, discriminator):
        network.apply(initialize)
    averaged = copy.deepcopy(generator)
    loss_d, loss_g = LOSSES["non-saturating"]
    adam_g, adam_d = (torch.optim.Adam(network.parameters(), 2e-4, (0.5, 0.999)) for network in (generator, discriminator))
    real = real.permute(0, 3, 1, 2)
    for _, batch in zip(range(steps), batches(real)):
        fake = generator(torch.randn(BATCH, LATENT))
        adam_d.zero_grad()
        loss_d(discriminator(batch), discriminator(fake.detach())).backward()
        adam_d.step()
        adam_g.zero_grad()
        discriminator.requires_grad_(False)
        loss_g(None, discriminator(fake)).backward()
        discriminator.requires_grad_(True)
        adam_g.step()
        average(averaged, generator)
    return averaged.eval()


def main(path, steps, seed, count, out):
    torch.manual_seed(int(seed))
    generator = trained(torch.from_numpy(images(path)), int(steps))
    with torch.inference_mode():
        pieces = [generator(torch.randn(500, LATENT)) for _ in range(int(count) // 500)]
    numpy.save(out, torch.cat(pieces).permute(0, 2, 3, 1).numpy())


if __name__ == "__main__":
    main(*sys.argv[1:])
