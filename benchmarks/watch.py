"""What watching a run costs: time of a step with "health": {"policy": "off"} and as it is by default, by turns.

usage: watch.py [SECONDS]      of each measurement (6)
"""
import statistics
import sys
import time

import numpy

import libgan

random = numpy.random.default_rng(0)
CASES = {
    "mlp on points, batch 256": ({"preset": "mlp"}, random.normal(0, 1, (4000, 2)).astype("f4")),
    "mlp on 28×28, batch 64": (
        {"preset": "rpgan", "batch": 64, "generator": {"architecture": "mlp", "width": 128},
         "discriminator": {"architecture": "mlp", "width": 128}}, random.integers(0, 256, (4000, 28, 28), "u1")),
    "dcgan on 28×28, batch 64": ({"preset": "dcgan"}, random.integers(0, 256, (4000, 28, 28), "u1")),
}
TURNS = 7


def measure(model, data, seconds):
    """Seconds a step, over whole intervals of looks."""
    every, began, first = model.recipe["health"]["every"], time.perf_counter(), model.info["steps"]
    while True:
        model.train(data, steps=model.info["steps"] + every, report_interval=every)
        taken = time.perf_counter() - began
        if taken > seconds:
            return taken / (model.info["steps"] - first)


def main(seconds=6.0):
    print("| run | ms a step, unwatched | watched | more |\n|---|---|---|---|")
    for name, (recipe, samples) in CASES.items():
        times = {}
        with libgan.Dataset(samples) as data:
            models = {policy: libgan.Model(recipe=recipe | {"seed": 1, "health": {"policy": policy}}, data=data)
                      for policy in ("off", "warn")}
            for model in models.values():
                measure(model, data, 0)
            for _ in range(TURNS):
                for policy, model in models.items():
                    times.setdefault(policy, []).append(measure(model, data, seconds / TURNS))
        off, on = (statistics.median(times[policy]) for policy in ("off", "warn"))
        ratio = statistics.median(b / a for a, b in zip(times["off"], times["warn"]))
        print(f"| {name} | {off * 1e3:.3f} | {on * 1e3:.3f} | {ratio - 1:+.1%} |", flush=True)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
