"""Texts in PyTorch: a step of maximum likelihood, and one of SeqGAN: the discriminator's, then the generator's by policy gradient, rewarded by
roll-outs. As libgan does, all beginnings of a text are continued together: step t takes a token into the t · batch that have begun by then."""

import torch
from torch.nn import functional as F

from networks import TEXT
from peers.torch_worker import Training


class Texts(Training):
    def __init__(self, workload, real, compiled, functional):
        super().__init__(workload, real, compiled, functional)
        self.real = torch.randint(TEXT.vocabulary, real.shape[:1] + workload.shape)
        self.table, self.lstm, self.out = self.generator[0], self.generator[1].cells, self.generator[2]
        if compiled:
            self.loss = torch.compile(self.loss)
            self.draw = torch.compile(self.draw, dynamic=True)
            self.judge = torch.compile(self.judge)

    def start(self, batch):
        """The token before the first one, and the state."""
        return torch.full((batch,), TEXT.vocabulary), torch.zeros(batch, TEXT.units), torch.zeros(batch, TEXT.units)

    def loss(self, texts, weights=None):
        """−log p of each token, the mean of all or the sum by weights."""
        before = torch.cat([texts.new_full((len(texts), 1), TEXT.vocabulary), texts[:, :-1]], 1)
        logits = self.generator(before).flatten(0, 1)
        if weights is None:
            return F.cross_entropy(logits, texts.flatten())
        return (F.cross_entropy(logits, texts.flatten(), reduction="none") * weights.flatten()).sum() / len(texts)

    def update(self, loss):
        self.adams[0].zero_grad()
        loss.backward()
        self.adams[0].step()

    def likelihood(self):
        self.update(self.loss(self.real))

    def draw(self, token, hidden, cell):
        """The next token, by its probability; faster than torch.multinomial, which draws a number for each."""
        lstm = self.lstm
        hidden, cell = torch._VF.lstm_cell(
            self.table(token), (hidden, cell), lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0, lstm.bias_hh_l0)
        shares = torch.softmax(self.out(hidden), 1).cumsum(1)
        token = torch.searchsorted(shares, torch.rand(len(token), 1) * shares[:, -1:]).squeeze(1)
        return token.clamp(max=TEXT.vocabulary - 1), hidden, cell

    def drawn(self):
        token, hidden, cell = self.start(self.workload.batch)
        columns = []
        for _ in range(TEXT.length):
            token, hidden, cell = self.draw(token, hidden, cell)
            columns.append(token)
        return torch.stack(columns, 1)

    def continued(self, texts):
        """Block p [batch, length] keeps tokens 0…p of the texts."""
        batch, length = texts.shape
        token, hidden, cell = self.start(batch)
        _, hidden, cell = self.draw(token, hidden, cell)
        before, columns = texts[:, 0], [texts[:, 0].repeat(length)]
        for place in range(1, length):
            token, hidden, cell = self.draw(before, hidden, cell)
            columns.append(torch.cat([token, texts[:, place].repeat(length - place)]))
            # The texts' own state comes last.
            hidden, cell = (torch.cat([state, state[-batch:]]) for state in (hidden, cell))
            before = torch.cat([token, texts[:, place]])
        return torch.stack(columns, 1)

    def judge(self, texts):
        return torch.sigmoid(self.discriminator(texts))

    def rewards(self, texts):
        """Of each token: the mean judgement of what its roll-outs became, from the batch's mean at its place."""
        self.discriminator.eval()
        total = sum(self.judge(self.continued(texts)) for _ in range(TEXT.rollouts)) / TEXT.rollouts
        self.discriminator.train()
        rewards = total.reshape(TEXT.length, -1).T
        return rewards - rewards.mean(0)

    def texts(self):
        with torch.no_grad():
            fake = self.drawn()
        self.update_discriminator(fake)
        with torch.no_grad():
            texts = self.drawn()
            rewards = self.rewards(texts)
        self.update(self.loss(texts, rewards))
