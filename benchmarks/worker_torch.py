"""The same training steps in PyTorch, eager, f32: what libgan is compared with.

usage: worker_torch.py CASE THREADS
"""

import sys

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from protocol import serve


def mlp(sizes):
    """Dense layers with ReLU between them."""
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def up(inputs, outputs, stride=2, padding=1):
    return [nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False),
            nn.BatchNorm2d(outputs), nn.ReLU(True)]


def down(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False),
            nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2, True)]


def ring():
    """2-D points: two hidden layers of 128 on both sides."""
    return mlp([2, 128, 128, 2]), mlp([2, 128, 128, 1]), (2,), torch.randn(256, 2)


def dcgan28():
    """28×28 grey images, 64 and 128 filters."""
    generator = nn.Sequential(
        nn.Linear(100, 7 * 7 * 128, bias=False), nn.Unflatten(1, (128, 7, 7)),
        nn.BatchNorm2d(128), nn.ReLU(True),
        *up(128, 64), nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.2, True), *down(64, 128),
        nn.Flatten(), nn.Linear(7 * 7 * 128, 1))
    return generator, discriminator, (100,), torch.rand(64, 1, 28, 28) * 2 - 1


def dcgan64():
    """64×64 colour images, 64 to 512 filters: the networks of the DCGAN paper's usual code."""
    generator = nn.Sequential(
        *up(100, 512, 1, 0), *up(512, 256), *up(256, 128), *up(128, 64),
        nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2, True),
        *down(64, 128), *down(128, 256), *down(256, 512), nn.Conv2d(512, 1, 4))
    return generator, discriminator, (100, 1, 1), torch.rand(64, 3, 64, 64) * 2 - 1


def main():
    case, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    generator, discriminator, latent, real = {
        "mlp-ring": ring, "dcgan-28": dcgan28, "dcgan-64": dcgan64}[case]()
    batch = len(real)
    adams = [torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999))
             for net in (generator, discriminator)]

    def step():
        """One update of the discriminator, then one of the generator (non-saturating), on the same
        fakes: how PyTorch's own DCGAN example does it."""
        fake = generator(torch.randn(batch, *latent))
        adams[1].zero_grad()
        scores = discriminator(real), discriminator(fake.detach())
        (cross_entropy(scores[0], torch.ones_like(scores[0]))
         + cross_entropy(scores[1], torch.zeros_like(scores[1]))).backward()
        adams[1].step()
        adams[0].zero_grad()
        discriminator.requires_grad_(False)
        score = discriminator(fake)
        cross_entropy(score, torch.ones_like(score)).backward()
        adams[0].step()
        discriminator.requires_grad_(True)

    serve(f"PyTorch {torch.__version__} eager", step)


main()
