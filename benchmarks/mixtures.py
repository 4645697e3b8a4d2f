"""Judges the seeds of a mixture's recipe, trained by scripts/quality-mixtures, and prints a line of docs/results.md.

usage: mixtures.py RUNS      (RUNS/SEED/figures.json, as `gan evaluate --json` writes them, and RUNS/SEED/seconds)
"""
import json
import pathlib
import statistics
import sys
import time


def told(values, form):
    return f"{statistics.mean(values):{form}} ± {statistics.pstdev(values):{form}}"


def main(runs):
    runs = pathlib.Path(runs)
    task = runs.name.split("-")[0]
    modes = {"ring": 8, "grid": 25}[task]
    seeds = sorted(path.parent for path in runs.glob("*/figures.json"))
    figures = [json.loads((seed / "figures.json").read_text()) for seed in seeds]
    column = {name: [run["figures"][f"{name}[{task}]"] for run in figures]
              for name in ("modes", "high-quality", "mode-kl", "mode-spread")}
    spreads = [value for run in figures for value in run["parts"][f"mode-spread[{task}]"] if value is not None]
    full = sum(count == modes for count in column["modes"])
    seconds = max(int((seed / "seconds").read_text()) for seed in seeds)
    print(f"- {time.strftime('%Y-%m-%d')} `{runs.name}`, {len(figures)} seeds, {figures[0]['step']} steps each (one thread, at most "
          f"{seconds} s), 2,500 samples, mean ± deviation over seeds: all {modes} modes in {full}, "
          f"{told(column['modes'], '.1f')} modes; high quality {told([100 * x for x in column['high-quality']], '.1f')} %, least "
          f"{100 * min(column['high-quality']):.1f}; KL {told(column['mode-kl'], '.3f')}, most {max(column['mode-kl']):.3f}; "
          f"σ̂/σ of a mode {statistics.mean(spreads):.2f} ({min(spreads):.2f} to {max(spreads):.2f})")


if __name__ == "__main__":
    main(*sys.argv[1:])
