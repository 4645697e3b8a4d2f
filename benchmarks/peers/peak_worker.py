"""What the machine can do at that moment: a product of two 2048×2048 matrices by PyTorch's oneDNN, the
right one packed beforehand. (torch.mm itself takes MKL for f32, less than half as fast on some processors.)

usage: peak_worker.py f32|bf16 THREADS
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import torch  # noqa: E402

from protocol import Worker  # noqa: E402

SIDE = 2048


def main():
    worker = Worker()
    torch.set_num_threads(int(sys.argv[2]))
    kind = {"f32": torch.float32, "bf16": torch.bfloat16}[sys.argv[1]]
    left, right = torch.randn(SIDE, SIDE).to(kind), torch.randn(SIDE, SIDE).to(kind)
    packed = torch.ops.mkldnn._reorder_linear_weight(right, SIDE)

    def step():
        torch.ops.mkldnn._linear_pointwise(left, packed, None, "none", [], "")

    for _ in range(3):
        step()
    worker.serve(f"{SIDE}³ {sys.argv[1]}", step, lambda: 2 * SIDE ** 3)


main()
