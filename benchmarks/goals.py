#!/usr/bin/env python3
"""The latest figures against the goals: the table in docs/performance.md.

usage: benchmarks/goals.py      (scripts/bench ends with it)
"""

import os
import statistics
from dataclasses import dataclass
from typing import Callable

import results
from contestant import HERE
from table import peak_share, present, ratio
from workloads import TRAINING, WORKLOADS

PAGE = os.path.join(os.path.dirname(HERE), "docs/performance.md")
BEGIN, END = "<!-- goals: made by scripts/bench -->", "<!-- end of goals -->"


class Figures:
    """What was measured so far; None or an empty list where something was not."""

    def __init__(self, kept):
        self.steps = kept.get("steps", {})
        self.busy, self.frechet = kept.get("busy", {}), kept.get("frechet", {})

    def training(self):
        """f32 training workloads that libgan and a peer took part in."""
        return [one for name, one in self.steps.items() if name in WORKLOADS
                and WORKLOADS[name].task in TRAINING and WORKLOADS[name].precision == "f32"
                and ratio(one, statistics.median)]

    def against(self, name, *peers):
        """Times as fast as the best of these peers (none named: of all), by medians."""
        one = self.steps.get(name)
        if one and peers:
            chosen = {who: figures for who, figures in one["contestants"].items() if who in ("libgan", *peers)}
            one = dict(one, contestants=chosen)
        return ratio(one, statistics.median) if one else None

    def least(self, names, *peers):
        return lowest([(self.against(name, *peers), name) for name in names])

    def memory(self):
        """Ours to PyTorch's where it is worst."""
        shares = []
        for one in self.training():
            here = present(one)
            if "libgan" in here and "eager" in here:
                shares.append((here["libgan"]["memory"] / here["eager"]["memory"], one["workload"]))
        return max(shares) if shares else None

    def start(self, name):
        ours = present(self.steps[name]).get("libgan") if name in self.steps else None
        return ours and statistics.median(ours["times"]) * 1e3

    def busiest(self, key):
        ours = [one[key] for name, one in self.busy.items() if name.endswith(" libgan")]
        return max(ours) if ours else None


def lowest(pairs):
    """The least (figure, name), or None if one is missing."""
    pairs = list(pairs)
    return min(pairs) if pairs and all(figure is not None for figure, _ in pairs) else None


def mean(figures):
    ratios = [ratio(one, statistics.median) for one in figures.training()]
    return (statistics.geometric_mean(ratios), f"{len(ratios)} workloads") if ratios else None


def frechet(figures):
    if not {"f32", "bf16"} <= figures.frechet.keys():
        return None
    return statistics.mean(figures.frechet["bf16"]) / statistics.mean(figures.frechet["f32"])


@dataclass
class Goal:
    what: str
    figure: Callable            # of Figures: a number, (number, workload) or None
    gate: float
    goal: float
    unit: str = "×"
    at_most: bool = False

    def row(self, figures):
        value, *where = self._value(figures)
        sign = "≤" if self.at_most else "≥"
        bounds = [f"{sign} {self._text(bound)}" for bound in (self.gate, self.goal)]
        if value is None:
            return [self.what, "not measured", *bounds, ""]
        shown = self._text(value) + (f" ({where[0]})" if where else "")
        verdict = "met" if self._meets(value, self.goal) else (
            "gate met" if self._meets(value, self.gate) else "**missed**")
        return [self.what, shown, *bounds, verdict]

    def _value(self, figures):
        value = self.figure(figures)
        return value if isinstance(value, tuple) else (value,)

    def _meets(self, value, bound):
        return value <= bound if self.at_most else value >= bound

    def _text(self, value):
        return f"{value:.2f}×" if self.unit == "×" else f"{value:.0f} {self.unit}"


PENALTIES = ("wgan-gp-32", "r1r2-32", "mlp-wgan-gp")
GOALS = [
    Goal("f32 training against its best peer, where it is least",
         lambda f: lowest((ratio(one, statistics.median), one["workload"]) for one in f.training()), 1, 1.2),
    Goal("geometric mean over them", mean, 1.5, 2),
    Goal("MLP, the lesser of both", lambda f: f.least(("mlp-ring", "mlp-wgan-gp")), 2, 3),
    Goal("DCGAN-64, batch 64, f32, against torch.compile",
         lambda f: f.against("dcgan-64", "compile"), 1.15, 1.3),
    Goal("the same, share of the measured peak",
         lambda f: f.steps.get("dcgan-64") and percent(peak_share(f.steps["dcgan-64"])), 75, 85, "%"),
    Goal("DCGAN-64, batch 64, bf16, against compiled autocast",
         lambda f: f.against("dcgan-64-bf16", "compile"), 1, 1.2),
    Goal("its Fréchet distance to f32's after equal steps, means over seeds", frechet, 1.1, 1, "×", True),
    Goal("WGAN-GP and R1 + R2 against PyTorch eager, the least", lambda f: f.least(PENALTIES, "eager"), 1.4, 1.6),
    Goal("sampling DCGAN-64 against ONNX Runtime, batch 64", lambda f: f.against("sample-64", "onnx"), 1.2, 1.5),
    Goal("the same, batch 1", lambda f: f.against("sample-64-b1", "onnx"), 1.2, 1.5),
    Goal("start to first sample, C", lambda f: f.start("start-c"), 150, 80, "ms", True),
    Goal("the same, `gan sample`", lambda f: f.start("start-command"), 150, 80, "ms", True),
    Goal("training memory against PyTorch's, where it is most", Figures.memory, 1, 0.5, "×", True),
    Goal("busy machine: step against its fair share, the most", lambda f: f.busiest("ratio"), 1.3, 1.3, "×", True),
]


def percent(share):
    return share and 100 * share


def table(figures):
    rows = [["", "measured", "gate", "goal", ""], ["---"] * 5] + [goal.row(figures) for goal in GOALS]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def main():
    made = table(Figures(results.load()))
    print("\n" + made)
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{made}\n{END}" + rest.split(END)[1])


if __name__ == "__main__":
    main()
