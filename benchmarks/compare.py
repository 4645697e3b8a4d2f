#!/usr/bin/env python3
"""Times one training step of libgan and of its peers, side by side.

usage: benchmarks/compare.py [--threads N] [--rounds N] [--record FILE] [CASE…]

Every contestant is a process of its own that keeps its model. They take turns: each round asks each
of them, one after the other, for a few steps, so that a busy machine slows all alike. What is
reported is the median over the rounds. A peer that is not installed is named as absent.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = {  # steps a round
    "mlp-ring": 200,
    "dcgan-28": 8,
    "dcgan-64": 2,
}
WORKERS = {"libgan": "worker_libgan.py", "PyTorch": "worker_torch.py"}


class Worker:
    """A contestant's process; `absent` says why it does not take part."""

    def __init__(self, script, case, threads):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, script), case, str(threads)], text=True,
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = self.process.stdout.readline()
        if line:
            self.absent, self.name = None, json.loads(line)["ready"]
        else:
            errors = self.process.stderr.read().strip().splitlines()
            self.absent, self.name = (errors or ["it ended without a word"])[-1], script

    def seconds(self, steps):
        """Seconds a step, over `steps` steps."""
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"bench: {self.name}: {self.process.stderr.read().strip()}")
        return json.loads(line)["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(case, threads, rounds):
    """One line a contestant: (case, name, median, least, ratio to the first) or the reason why not."""
    workers = {name: Worker(script, case, threads) for name, script in WORKERS.items()}
    present = {name: worker for name, worker in workers.items() if not worker.absent}
    times = {name: [] for name in present}
    for _ in range(rounds):
        for name, worker in present.items():
            times[name].append(worker.seconds(CASES[case]))
    medians = {name: statistics.median(values) for name, values in times.items()}
    base = medians.get("PyTorch")
    for name, worker in workers.items():
        worker.close()
        if worker.absent:
            yield f"| {case} | {name} | absent: {worker.absent} | | |"
        else:
            ratio = f"{medians[name] / base:.2f}" if base else ""
            yield (f"| {case} | {worker.name} | {medians[name] * 1e3:.2f} "
                   f"| {min(times[name]) * 1e3:.2f} | {ratio} |")


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--record", metavar="FILE", help="append the table to this file")
    options = parser.parse_args()
    for case in options.cases:
        if case not in CASES:
            parser.error(f"case: expected one of {', '.join(CASES)}, got {case}")
    lines = [
        f"## {time.strftime('%Y-%m-%d')}: {processor()}, {options.threads} threads, "
        f"{options.rounds} interleaved rounds", "",
        "| case | what | median ms a step | least | median to PyTorch's |",
        "|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    for case in options.cases or CASES:
        for line in compare(case, options.threads, options.rounds):
            print(line, flush=True)
            lines.append(line)
    if options.record:
        with open(options.record, "a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
