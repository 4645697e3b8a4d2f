"""The training steps of compare.py in libgan, through its Python package.

usage: worker_libgan.py CASE THREADS
"""

import os
import sys

import numpy

from protocol import serve

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("LIBGAN_LIBRARY", os.path.join(ROOT, "build/lib/libgan.so"))
sys.path.insert(0, os.path.join(ROOT, "bindings/python"))
import libgan  # noqa: E402  (its path is set above)

# The networks, losses and optimisers of worker_torch.py.
OPTIMIZER = {"name": "adam", "rate": 2e-4, "beta1": 0.5, "beta2": 0.999}
OPTIMIZERS = {"generator": OPTIMIZER, "discriminator": OPTIMIZER}
MLP = {"architecture": "mlp", "width": 128, "depth": 2, "activation": "relu"}
CASES = {
    "mlp-ring": ((2,), 256, {"generator": MLP, "discriminator": MLP, "latent": {"size": 2}}),
    "dcgan-28": ((28, 28, 1), 64, {}),
    "dcgan-64": ((64, 64, 3), 64, {}),
}


def main():
    case, threads = sys.argv[1], int(sys.argv[2])
    libgan.set_threads(threads)
    shape, batch, changes = CASES[case]
    recipe = dict(preset="gan", batch=batch, optimizers=OPTIMIZERS, averaging=0, **changes)
    model = libgan.Model(recipe=recipe, shape=shape, seed=1)
    random = numpy.random.default_rng(0)
    real = (random.random((batch, *shape), numpy.float32) * 2 - 1).astype(numpy.float32)
    serve(f"libgan {libgan.version()}", lambda: model.train_step(real))


main()
