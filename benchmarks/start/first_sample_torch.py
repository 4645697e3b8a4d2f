"""Loads a generator's weights and makes one sample in PyTorch.

usage: first_sample_torch.py MODEL [WORKLOAD]      (with a workload: writes the weights)
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import torch  # noqa: E402

from networks import networks  # noqa: E402
from peers.torch_networks import module  # noqa: E402
from workloads import WORKLOADS  # noqa: E402


def generator(name):
    workload = WORKLOADS[name]
    return module(networks(workload.networks, workload.shape, workload.latent)[0]).eval()


if len(sys.argv) > 2:
    torch.save({"workload": sys.argv[2], "weights": generator(sys.argv[2]).state_dict()}, sys.argv[1])
else:
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    saved = torch.load(sys.argv[1], weights_only=True)
    with torch.device("meta"):  # Nothing is initialised that is then overwritten.
        made = generator(saved["workload"])
    made.load_state_dict(saved["weights"], assign=True)
    with torch.inference_mode():
        made(torch.randn(1, WORKLOADS[saved["workload"]].latent))
    print(f"PyTorch {torch.__version__.split('+')[0]}", flush=True)
