"""A workload in libgan, through its Python package: a call's own cost is in it.

usage: libgan_worker.py WORKLOAD THREADS
"""

import os
import sys
import threading

import numpy
import numpy.random  # It would come with its first use, as if it were libgan's memory.

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
os.environ.setdefault("LIBGAN_LIBRARY", os.path.join(ROOT, "build/lib/libgan.so"))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(ROOT, "bindings/python")]

import libgan  # noqa: E402

from networks import TABLE, TEXT  # noqa: E402
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


def table():
    """Rows of TABLE's columns, and their schema."""
    random = numpy.random.default_rng(0)
    rows, columns = {}, []
    modes = [{"mean": mode / TABLE.values, "deviation": 0.1, "level": 0} for mode in range(TABLE.values)]
    values = [str(value) for value in range(TABLE.values)]
    for index in range(TABLE.numbers + TABLE.discrete):
        name = f"column {index}"
        if index < TABLE.numbers:
            rows[name] = random.random(2000)
            columns.append({"name": name, "type": "number", "least": 0, "greatest": 1, "modes": modes})
        else:
            rows[name] = random.choice(values, 2000)
            columns.append({"name": name, "type": "category", "values": values, "counts": [200] * TABLE.values})
    return rows, {"columns": columns, "dialect": {}}


class TableSteps:
    """A training that goes on by one step a call: rows are drawn, and read ahead, by the library."""

    def __init__(self, workload):
        rows, schema = table()
        self.model = libgan.Model(
            recipe={"preset": "ctgan", "discriminator": {"dropout": 0.5}, "data": {"table": schema},
                    "batch": workload.batch, "packing": TABLE.packing},
            seed=1)
        self.go, self.done = threading.Semaphore(0), threading.Semaphore(0)
        self.data = libgan.Dataset(rows)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        self.go.acquire()
        self.model.train(self.data, steps=10 ** 8, on_step=self.pause)

    def pause(self, _):
        self.done.release()
        self.go.acquire()

    def __call__(self):
        self.go.release()
        self.done.acquire()


def texts(workload):
    """The sizes of the preset are TEXT's."""
    adam = {"name": "adam", **ADAM, "clip-norm": 0}
    made = {
        "preset": "seqgan" if workload.task == "texts" else "language-model", "batch": workload.batch,
        "data": {"kind": "text", "shape": list(workload.shape), "vocabulary": {"level": "token", "size": TEXT.vocabulary}},
        "generator": {"architecture": "recurrent", "width": TEXT.units, "embedding": TEXT.embedding},
        "optimizers": {"generator": adam}, "averaging": 0}
    if workload.task == "texts":
        made["family"] = {
            "name": "seqgan", "pretraining": {"steps": 0, "rate": ADAM["rate"]}, "discriminator-pretraining": 0,
            "rollouts": TEXT.rollouts, "embedding": TEXT.judged}
        made["objective"] = {"discriminator-steps": 1}
        made["optimizers"]["discriminator"] = adam
    return made


def recipe(workload):
    if workload.task in ("likelihood", "texts"):
        return texts(workload)
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
    if workload.task == "table":
        step = TableSteps(workload)
        model = step.model
    else:
        model = libgan.Model(recipe=recipe(workload), seed=1)
    if workload.task == "table":
        pass
    elif workload.task == "sample":
        def step():
            model.sample(workload.batch, seed=1)
    else:
        random = numpy.random.default_rng(0)
        if workload.task in ("likelihood", "texts"):
            real = random.integers(0, TEXT.vocabulary, (workload.batch, *workload.shape), numpy.int32)
        else:
            real = random.random((workload.batch, *workload.shape), numpy.float32) * 2 - 1

        def step():
            model.train_step(real)
    counted = {each["network"]: each["count"] for each in model.info["parameters"]}
    for _ in range(3):
        step()
    counts = [counted.get(network, 0) for network in ("generator", "discriminator")]
    worker.serve(f"libgan {libgan.version()}", step, parameters=counts)


main()
