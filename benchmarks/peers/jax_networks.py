"""Lists of layers (networks.py) as functions of weights in JAX, images as [N, H, W, C].

`build(layers, key)` gives weights and running statistics, lists beside the layers; `apply` gives the
output and the new statistics.
"""

import jax
from jax import lax
from jax import numpy as np
from jax.nn import sigmoid

IMAGES = ("NHWC", "HWIO", "NHWC")


def build(layers, key):
    weights, statistics = [], []
    for kind, *values in layers:
        key, draw = jax.random.split(key)
        running, weight = (), ()
        if kind == "dense":
            inputs, outputs, bias = values
            weight = (0.02 * jax.random.normal(draw, (inputs, outputs)),) + (np.zeros(outputs),) * bias
        elif kind in ("conv", "up"):
            inputs, outputs, kernel, _, _, bias = values
            weight = (0.02 * jax.random.normal(draw, (kernel, kernel, inputs, outputs)),)
            weight += (np.zeros(outputs),) * bias
        elif kind == "batch-norm":
            weight = np.ones(values[0]), np.zeros(values[0])
            running = np.zeros(values[0]), np.ones(values[0])
        elif kind == "tokens":
            weight = (jax.random.normal(draw, tuple(values)),)
        elif kind == "lstm":
            inputs, units = values
            weight = tuple(0.1 * jax.random.normal(draw, (rows, 4 * units)) for rows in (inputs, units)) + (np.zeros(4 * units),)
        weights.append(weight)
        statistics.append(running)
    return weights, statistics


def apply(layers, weights, statistics, x):
    """In training: batch statistics, and the running ones moved by a tenth."""
    kept = []
    for (kind, *values), weight, running in zip(layers, weights, statistics):
        if kind == "batch-norm":
            x, running = batch_norm(x, weight, running)
        else:
            x = KINDS[kind](x, weight, *values)
        kept.append(running)
    return x, kept


def batch_norm(x, weight, running):
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axes), x.var(axes)
    count = x.size / x.shape[-1]
    moved = (0.9 * running[0] + 0.1 * mean, 0.9 * running[1] + 0.1 * variance * count / (count - 1))
    return (x - mean) * lax.rsqrt(variance + 1e-5) * weight[0] + weight[1], lax.stop_gradient(moved)


def dense(x, weight, inputs, outputs, bias):
    return x @ weight[0] + (weight[1] if bias else 0)


def conv(x, weight, inputs, outputs, kernel, stride, padding, bias):
    y = lax.conv_general_dilated(x, weight[0], (stride,) * 2, [(padding,) * 2] * 2, dimension_numbers=IMAGES)
    return y + weight[1] if bias else y


def up(x, weight, inputs, outputs, kernel, stride, padding, bias):
    edge = kernel - 1 - padding
    y = lax.conv_general_dilated(
        x, weight[0], (1, 1), [(edge, edge)] * 2, lhs_dilation=(stride,) * 2, dimension_numbers=IMAGES)
    return y + weight[1] if bias else y


def lstm(x, weight, inputs, units):
    entry, recurrent, bias = weight

    def step(state, projected):
        hidden, cell = state
        taken, kept, new, shown = np.split(projected + hidden @ recurrent, 4, 1)
        cell = sigmoid(kept) * cell + sigmoid(taken) * np.tanh(new)
        hidden = sigmoid(shown) * np.tanh(cell)
        return (hidden, cell), hidden

    projected = (x @ entry + bias).swapaxes(0, 1)
    return lax.scan(step, (np.zeros((len(x), units)),) * 2, projected)[1].swapaxes(0, 1)


KINDS = {
    "tokens": lambda x, weight, *_: weight[0][x],
    "lstm": lstm,
    "dense": dense, "conv": conv, "up": up,
    "relu": lambda x, _: np.maximum(x, 0),
    "leaky": lambda x, _: np.where(x > 0, x, 0.2 * x),
    "tanh": lambda x, _: np.tanh(x),
    "reshape": lambda x, _, *shape: x.reshape(len(x), *shape),
    "flatten": lambda x, _: x.reshape(len(x), -1),
}
