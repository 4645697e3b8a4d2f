"""A step of maximum likelihood on texts in JAX: see torch_texts.py, which does the same."""

import jax
from jax import numpy as np

from networks import TEXT
from peers.jax_networks import apply
from peers.jax_worker import Training


class Texts(Training):
    def real(self):
        return jax.random.randint(jax.random.key(2), (self.workload.batch, TEXT.length), 0, TEXT.vocabulary)

    def loss(self, weights, texts):
        """−log p of each token, the mean of all."""
        before = np.concatenate([np.full((len(texts), 1), TEXT.vocabulary), texts[:, :-1]], 1)
        logits, _ = apply(self.layers["g"], weights, [()] * 3, before)
        own = np.take_along_axis(logits, texts[..., None], 2)[..., 0]
        return (jax.nn.logsumexp(logits, 2) - own).mean()

    def step(self, state, real):
        count = state["count"] + 1
        gradient = jax.grad(self.loss)(state["weights"]["g"], real)
        return dict(self.update(state, "g", gradient, state["running"]["g"], count), count=count)
