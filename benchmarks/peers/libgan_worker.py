"""A workload in libgan, through its Python package: a call's own cost is in it.

usage: libgan_worker.py WORKLOAD THREADS
"""

import os
import sys

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
os.environ.setdefault("LIBGAN_LIBRARY", os.path.join(ROOT, "build/lib/libgan.so"))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(ROOT, "bindings/python")]

import libgan  # noqa: E402

from protocol import Worker  # noqa: E402
from workloads import ADAM, named  # noqa: E402

MLP = {"architecture": "mlp", "width": 128, "depth": 2, "activation": "relu"}
DCGAN = {"architecture": "dcgan"}
CRITIC = dict(DCGAN, normalization="none")
RESNET = {"architecture": "resnet", "width": 64}
R3GAN = {"architecture": "r3gan", "width": 32, "widest": 128, "blocks": 1}
WAVEGAN = {"architecture": "wavegan", "width": 16}
NETWORKS = {  # generator and discriminator, by the families of networks.py
    "mlp": (MLP, MLP),
    "dcgan": (DCGAN, DCGAN),
    "dcgan-critic": (DCGAN, CRITIC),
    "resnet": (RESNET, RESNET),
    "r3gan": (R3GAN, R3GAN),
    "wavegan": (WAVEGAN, WAVEGAN),
}


def recipe(workload):
    generator, discriminator = NETWORKS[workload.networks]
    adam = {"name": "adam", **ADAM}
    kinds = {1: "vectors", 2: "sounds", 3: "images"}
    return {
        "preset": "gan", "data": {"kind": kinds[len(workload.shape)], "shape": list(workload.shape)}, "generator": generator, "discriminator": discriminator,
        "latent": {"size": workload.latent}, "batch": workload.batch, "averaging": 0,
        "optimizers": {"generator": adam, "discriminator": adam}, "precision": workload.precision,
        "objective": {
            "loss": workload.loss,
            "penalties": [{"name": name, "weight": weight} for name, weight in workload.penalties],
            # A critic's workload ends before the generator's first turn.
            "discriminator-steps": 1000 if workload.task == "critic" else 1,
        }}


def main():
    worker = Worker()
    workload = named(sys.argv[1])
    libgan.set_threads(int(sys.argv[2]))
    model = libgan.Model(recipe=recipe(workload), seed=1)
    if workload.task == "sample":
        def step():
            model.sample(workload.batch, seed=1)
    else:
        random = numpy.random.default_rng(0)
        real = random.random((workload.batch, *workload.shape), numpy.float32) * 2 - 1

        def step():
            model.train_step(real)
    for _ in range(3):
        step()
    counted = {each["network"]: each["count"] for each in model.info["parameters"]}
    counts = [counted["generator"], counted["discriminator"]]
    worker.serve(f"libgan {libgan.version()}", step, parameters=counts)


main()
