"""Loads a generator and makes one sample in ONNX Runtime.

usage: first_sample_onnx.py MODEL [WORKLOAD]      (with a workload: writes the model)
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def make(path, name):
    from networks import networks
    from peers.onnx_networks import model
    from workloads import WORKLOADS
    workload = WORKLOADS[name]
    layers, _ = networks(workload.networks, workload.shape, workload.latent)
    with open(path, "wb") as file:
        file.write(model(layers, workload.latent))


if len(sys.argv) > 2:
    make(*sys.argv[1:])
else:
    import numpy
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ["OMP_NUM_THREADS"])
    session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
    width = session.get_inputs()[0].shape[1]
    session.run(None, {"latent": numpy.random.standard_normal((1, width)).astype("f4")})
    print(f"ONNX Runtime {onnxruntime.__version__}", flush=True)
