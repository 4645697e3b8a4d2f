"""What watching a run costs: time of a step with "health": {"policy": "off"} and as it is by default, by turns.

usage: watch.py [CASE]      a part of a case's name; all without
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
    "dcgan on 28×28, batch 64, looks every 50 steps": (
        {"preset": "dcgan", "health": {"every": 50}}, random.integers(0, 256, (4000, 28, 28), "u1")),
}
TURNS = 5
SECONDS = 2  # Of a measurement, about: it is a whole number of intervals between looks.


def measure(model, data, intervals=1):
    """Seconds a step over so many intervals between looks, in one training."""
    steps, began = intervals * model.recipe["health"]["every"], time.perf_counter()
    model.train(data, steps=model.info["steps"] + steps, report_interval=steps)
    return (time.perf_counter() - began) / steps


def main(part=""):
    print("| run | ms a step, unwatched | watched | more |\n|---|---|---|---|")
    for name, (recipe, samples) in CASES.items():
        if part not in name:
            continue
        times = {}
        with libgan.Dataset(samples) as data:
            models = {policy: libgan.Model(recipe=recipe | {"seed": 1, "health": recipe.get("health", {}) | {"policy": policy}}, data=data)
                      for policy in ("off", "warn")}
            taken = max(measure(model, data) * model.recipe["health"]["every"] for model in models.values())
            intervals = max(1, round(SECONDS / taken))
            for _ in range(TURNS):
                for policy, model in models.items():
                    times.setdefault(policy, []).append(measure(model, data, intervals))
        off, on = (statistics.median(times[policy]) for policy in ("off", "warn"))
        ratio = statistics.median(b / a for a, b in zip(times["off"], times["warn"]))
        print(f"| {name} | {off * 1e3:.3f} | {on * 1e3:.3f} | {ratio - 1:+.1%} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
