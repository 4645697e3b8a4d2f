"""A step of CTGAN in PyTorch, as in PyPI's ctgan: packs, conditions, Gumbel-softmax, the conditions' cross-entropy.
Its rows and conditions are there already; drawing them is not part of the step."""

import torch
from torch.nn import functional as F

from networks import TABLE
from peers.torch_worker import LOSSES, Training, squared


class Tables(Training):
    def __init__(self, workload, real, compiled, functional):
        super().__init__(workload, real, compiled, functional)
        batch, conditions = workload.batch, TABLE.discrete * TABLE.values
        own = F.one_hot(torch.randint(conditions, (batch,)), conditions).float()
        self.asked = torch.roll(own, batch // 2, 0)
        self.real = self.packed(torch.rand(batch, TABLE.width) * 2 - 1, own)
        self.made = None

    def packed(self, rows, conditions):
        return torch.cat([rows, conditions], 1).reshape(-1, TABLE.packing * (TABLE.width + TABLE.discrete * TABLE.values))

    def latent(self):
        return torch.cat([super().latent(), self.asked], 1)

    def generate(self, latent):
        """Packs of rows; what they were made of stays for the cross-entropy."""
        self.made = self.generator(latent)
        noise = -torch.log(-torch.log(torch.rand_like(self.made).clamp(1e-7, 1 - 1e-7)))
        noisy, parts = (self.made + noise) / 0.2, []
        for scalar, first, end in TABLE.columns():
            if scalar is not None:
                parts.append(torch.tanh(self.made[:, scalar : scalar + 1]))
            parts.append(F.softmax(noisy[:, first:end], 1))
        return self.packed(torch.cat(parts, 1), self.asked)

    def deceive(self, fake):
        loss, start = super().deceive(fake), 0
        for scalar, first, end in TABLE.columns():
            if scalar is None:
                wanted = self.asked[:, start : start + end - first]
                loss = loss - (F.log_softmax(self.made[:, first:end], 1) * wanted).sum() / len(wanted)
                start += end - first
        return loss
