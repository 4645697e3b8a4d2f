"""A workload in JAX: the whole step, optimiser included, in one jit.

usage: jax_worker.py WORKLOAD       (threads: as many as the processors it may run on)
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
from jax import numpy as np  # noqa: E402
from jax.nn import softplus  # noqa: E402

from networks import networks  # noqa: E402
from peers.jax_networks import apply, build  # noqa: E402
from protocol import Worker  # noqa: E402
from workloads import ADAM, named  # noqa: E402

LOSSES = {  # of the discriminator and of the generator, of scores
    "non-saturating": (lambda real, fake: softplus(-real).mean() + softplus(fake).mean(),
                       lambda fake: softplus(-fake).mean()),
    "wasserstein": (lambda real, fake: fake.mean() - real.mean(), None),
    "relativistic": (lambda real, fake: softplus(fake - real).mean(), None),
}


def adam(weights, moments, gradient, count):
    """New weights and moments; count is of this update, from 1."""
    first, second = moments
    kept = jax.tree.map
    first = kept(lambda m, g: ADAM["beta1"] * m + (1 - ADAM["beta1"]) * g, first, gradient)
    second = kept(lambda v, g: ADAM["beta2"] * v + (1 - ADAM["beta2"]) * g * g, second, gradient)
    scale = ADAM["rate"] / (1 - ADAM["beta1"] ** count)
    root = 1 / np.sqrt(1 - ADAM["beta2"] ** count)
    moved = kept(lambda w, m, v: w - scale * m / (np.sqrt(v) * root + 1e-8), weights, first, second)
    return moved, (first, second)


class Training:
    """State and steps of one workload; every function is pure."""

    def __init__(self, workload):
        self.workload = workload
        self.layers = dict(zip("gd", networks(workload.networks, workload.shape, workload.latent)))
        self.loss_d, self.loss_g = LOSSES[workload.loss]

    def real(self):
        return jax.random.uniform(jax.random.key(2), (self.workload.batch, *self.workload.shape), minval=-1)

    def state(self):
        built = {name: build(layers, jax.random.key(0)) for name, layers in self.layers.items()}

        def zeros(weights):
            return jax.tree.map(np.zeros_like, weights)

        return {
            "weights": {name: weights for name, (weights, _) in built.items()},
            "running": {name: running for name, (_, running) in built.items()},
            "moments": {name: (zeros(weights), zeros(weights)) for name, (weights, _) in built.items()},
            "count": np.zeros(()), "key": jax.random.key(1)}

    def discriminator(self, weights, running, x):
        score, running = apply(self.layers["d"], weights, running, x)
        return score, running

    def loss(self, weights, running, real, fake, key):
        """Of the discriminator, penalties included, with its new running statistics."""
        score_real, running = self.discriminator(weights, running, real)
        score_fake, running = self.discriminator(weights, running, fake)
        loss = self.loss_d(score_real, score_fake)

        def slopes(x):
            gradient = jax.grad(lambda at: self.discriminator(weights, running, at)[0].sum())(x)
            return np.square(gradient).reshape(len(x), -1).sum(1)

        for name, weight in self.workload.penalties:
            if name == "gradient-penalty":
                t = jax.random.uniform(key, (len(real),) + (1,) * (real.ndim - 1))
                norms = np.sqrt(slopes(t * real + (1 - t) * fake) + 1e-12)
                loss += weight * np.square(norms - 1).mean()
            else:
                loss += weight / 2 * slopes(real if name == "r1" else fake).mean()
        return loss, running

    def update(self, state, name, gradient, running, count):
        weights, moments = adam(state["weights"][name], state["moments"][name], gradient, count)
        return dict(
            state, weights={**state["weights"], name: weights}, moments={**state["moments"], name: moments},
            running={**state["running"], name: running})

    def step(self, state, real):
        key, draw, mix = jax.random.split(state["key"], 3)
        count = state["count"] + 1
        latent = jax.random.normal(draw, (len(real), self.workload.latent))

        def generate(weights):
            return apply(self.layers["g"], weights, state["running"]["g"], latent)

        fake, back, running = jax.vjp(generate, state["weights"]["g"], has_aux=True)
        gradient, running_d = jax.grad(self.loss, has_aux=True)(
            state["weights"]["d"], state["running"]["d"], real, fake, mix)
        state = self.update(state, "d", gradient, running_d, count)
        if self.workload.task == "gan":
            # The generator's update on the same fakes, by the discriminator as it is now.
            def deceive(x):
                score, kept = self.discriminator(state["weights"]["d"], state["running"]["d"], x)
                return self.loss_g(score), kept
            slope, running_d = jax.grad(deceive, has_aux=True)(fake)
            state = self.update(state, "g", back(slope)[0], running, count)
            state["running"]["d"] = running_d
        else:
            state["running"]["g"] = running
        return dict(state, key=key, count=count)


def main():
    worker = Worker()
    workload = named(sys.argv[1])
    kind = Training
    if workload.task == "likelihood":
        from peers.jax_texts import Texts as kind
    training = kind(workload)
    state, real = training.state(), training.real()
    jitted = jax.jit(training.step, donate_argnums=0)

    def step():
        nonlocal state
        state = jax.block_until_ready(jitted(state, real))

    for _ in range(2):
        step()
    counts = [sum(x.size for x in jax.tree.leaves(state["weights"][name])) for name in "gd"]
    worker.serve(f"JAX {jax.__version__} jit", step, parameters=counts)


if __name__ == "__main__":
    main()
