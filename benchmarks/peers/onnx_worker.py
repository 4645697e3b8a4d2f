"""Sampling in ONNX Runtime, from a graph that holds the generator.

usage: onnx_worker.py WORKLOAD THREADS
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import numpy  # noqa: E402
import onnxruntime  # noqa: E402

from networks import networks, parameters  # noqa: E402
from protocol import Worker  # noqa: E402
from workloads import named  # noqa: E402


def main():
    worker = Worker()
    workload = named(sys.argv[1])
    from peers.onnx_networks import model  # The library that writes graphs is not part of running one.
    layers = networks(workload.networks, workload.shape, workload.latent)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(sys.argv[2])
    session = onnxruntime.InferenceSession(
        model(layers[0], workload.latent), options, providers=["CPUExecutionProvider"])
    random = numpy.random.default_rng(0)

    def step():
        latent = random.standard_normal((workload.batch, workload.latent), numpy.float32)
        session.run(None, {"latent": latent})

    for _ in range(3):
        step()
    worker.serve(f"ONNX Runtime {onnxruntime.__version__}", step, parameters=[*map(parameters, layers)])


main()
