#!/usr/bin/env python3
"""Time and memory of a DCGAN step against batch and image size, on one thread and on two: libgan and PyTorch.

usage: scripts/bench --scaling [--rounds N] [--turn SECONDS]

Writes docs/images/scaling-*.svg, which docs/performance.md shows.
"""

import argparse
import os
import statistics

import matplotlib

import results
from contestant import HERE, Absent, Resident

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "libgan", "svg.fonttype": "none"})  # The same figures, the same file.
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import LogLocator  # noqa: E402

IMAGES = os.path.join(os.path.dirname(HERE), "docs/images")
SWEEPS = {  # the workload at each point; what stays the same
    "batch": ("dcgan-64@side=32,batch={}", (1, 2, 4, 8, 16, 32, 64, 128, 256), "32×32 images"),
    "side": ("dcgan-64@batch=16,side={}", (16, 32, 64, 128), "batch 16"),
}
LINES = {  # contestant and threads: colour and line
    ("libgan", 2): ("C0", "o-"), ("libgan", 1): ("C0", "o--"),
    ("PyTorch eager", 2): ("C1", "s-"), ("PyTorch eager", 1): ("C1", "s--"),
}


def resident(who, workload, threads):
    if who == "libgan":
        return Resident(["peers/libgan_worker.py", workload, str(threads)], threads)
    return Resident(["peers/torch_worker.py", workload, "eager", str(threads), "channels_last"], threads)


def point(workload, rounds, turn):
    """Seconds a step and bytes by line, in interleaved rounds."""
    made, figures = {}, {}
    try:
        for line in LINES:
            try:
                made[line] = resident(line[0], workload, line[1])
            except Absent as reason:
                print(f"{workload}: {line[0]}: absent: {reason}")
        steps = {line: max(1, round(turn / one.seconds(1))) for line, one in made.items()}
        times = {line: [] for line in made}
        for _ in range(rounds):
            for line, one in made.items():
                times[line].append(one.seconds(steps[line]))
        for line, one in made.items():
            figures[line] = statistics.median(times[line]), one.memory()
    finally:
        for one in made.values():
            one.close()
    return figures


def plot(sweep, points):
    """points: the figures of each value of the sweep."""
    figure, (times, memories) = pyplot.subplots(1, 2, figsize=(10, 4))
    _, values, fixed = SWEEPS[sweep]
    for line, (colour, style) in LINES.items():
        there = [value for value in values if line in points[value]]
        label = f"{line[0]}, {line[1]} thread{'s' * (line[1] > 1)}"
        batch = {value: value if sweep == "batch" else 16 for value in there}
        times.plot(there, [points[value][line][0] * 1e3 / batch[value] for value in there], style,
                   color=colour, label=label)
        memories.plot(there, [points[value][line][1] / 1e6 for value in there], style, color=colour, label=label)
    for axes, title in ((times, "ms of a step, per sample"), (memories, "MB above the loaded library")):
        axes.set(xscale="log", yscale="log", title=f"{title} ({fixed})",
                 xlabel={"batch": "batch", "side": "pixels a side"}[sweep])
        axes.set_xticks(values, [str(value) for value in values])
        axes.minorticks_off()
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.grid(alpha=0.3)
    times.legend()
    figure.tight_layout()
    figure.savefig(os.path.join(IMAGES, f"scaling-{sweep}.svg"), metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turn", type=float, default=0.3, metavar="SECONDS")
    options = parser.parse_args()
    for sweep, (pattern, values, _) in SWEEPS.items():
        points = {}
        for value in values:
            points[value] = point(pattern.format(value), options.rounds, options.turn)
            shown = {f"{who}, {threads}": f"{seconds * 1e3:.2f} ms, {size / 1e6:.0f} MB"
                     for (who, threads), (seconds, size) in points[value].items()}
            print(sweep, value, shown, flush=True)
        results.keep("scaling", {sweep: {
            str(value): {f"{who} {threads}": figures for (who, threads), figures in lines.items()}
            for value, lines in points.items()}})
        plot(sweep, points)


if __name__ == "__main__":
    main()
