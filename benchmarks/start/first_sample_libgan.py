"""Loads a checkpoint and makes one sample in libgan's Python package.

usage: first_sample_libgan.py MODEL [WORKLOAD]      (with a workload: writes the checkpoint)
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../bindings/python"))

import libgan  # noqa: E402


def make(path, name):
    """A complete checkpoint: both networks, moments and averages, as training leaves it."""
    sys.path.insert(0, os.path.dirname(HERE))
    import numpy
    from workloads import WORKLOADS
    workload = WORKLOADS[name]
    model = libgan.Model(preset="dcgan", shape=workload.shape, seed=1)
    model.train_step(numpy.zeros((8, *workload.shape), "f4"))
    model.save(path)


if len(sys.argv) > 2:
    make(*sys.argv[1:])
else:
    libgan.load(sys.argv[1]).sample(1)
    print(f"libgan {libgan.version()}, Python", flush=True)
