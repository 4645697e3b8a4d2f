"""Makes recurrent.json: LSTM and GRU, one way and both ways, as PyTorch computes them in Float64: outputs, first
derivatives of sum(outputs · weights) by everything, and second ones, of the sum of the squares of the first by
the input.

    python recurrent.py > recurrent.json
"""
import json

import torch

torch.set_default_dtype(torch.float64)
BATCH, STEPS, WIDTH, UNITS = 2, 4, 3, 2


def wave(count, step=1.7, start=0.3, size=0.5):
    return size * torch.sin(step * torch.arange(count, dtype=torch.float64) + start)


def parameters(cell, ways):
    """In libgan's order, by way: input [D, GH], recurrent [H, GH], bias [GH], of a GRU reset-bias [H]."""
    gates = {"lstm": 4, "gru": 3}[cell]
    shapes = [(WIDTH, gates * UNITS), (UNITS, gates * UNITS), (gates * UNITS,)]
    if cell == "gru":
        shapes.append((UNITS,))
    sizes = [torch.Size(shape).numel() for _ in range(ways) for shape in shapes]
    flat = wave(sum(sizes)).requires_grad_()
    parts = [part.reshape(shape) for part, shape in zip(flat.split(sizes), shapes * ways)]
    return flat, [parts[way * len(shapes):(way + 1) * len(shapes)] for way in range(ways)]


def outputs(cell, ways, x, groups):
    module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](
        WIDTH, UNITS, batch_first=True, bidirectional=ways == 2)
    named = {}
    for group, ending in zip(groups, ["", "_reverse"]):
        weight, recurrent, bias = group[:3]
        inner = torch.zeros_like(bias)
        if cell == "gru":
            inner = torch.cat([inner[:2 * UNITS], group[3]])
        named |= {"weight_ih_l0" + ending: weight.t(), "weight_hh_l0" + ending: recurrent.t(),
                  "bias_ih_l0" + ending: bias, "bias_hh_l0" + ending: inner}
    return torch.func.functional_call(module, named, x)[0]


def case(cell, ways):
    x = wave(BATCH * STEPS * WIDTH, 0.9, 0.1, 1.0).reshape(BATCH, STEPS, WIDTH).requires_grad_()
    flat, groups = parameters(cell, ways)
    y = outputs(cell, ways, x, groups)
    weights = wave(y.numel(), 2.3, 0.7, 1.0).reshape(y.shape)
    by_x, by_flat = torch.autograd.grad((y * weights).sum(), [x, flat], create_graph=True)
    second = torch.autograd.grad(by_x.square().sum(), [x, flat])
    return {"cell": cell, "bidirectional": ways == 2, "outputs": y.flatten().tolist(),
            "by-input": by_x.flatten().tolist(), "by-parameters": by_flat.tolist(),
            "second-by-input": second[0].flatten().tolist(), "second-by-parameters": second[1].tolist()}


print(json.dumps([case(cell, ways) for cell in ("lstm", "gru") for ways in (1, 2)]))
