#!/usr/bin/env python3
"""What a step costs while another process keeps one core busy, and what an idle process costs.

usage: scripts/bench --busy [--threads N] [--rounds N] [--turn SECONDS] [--record FILE]

The other process spins and may run on any of the contestants' processors. What the scheduler leaves of them is measured
in the same rounds, by pieces of work that any thread may do at any time (peers/share_worker.py): a step's fair share is its
quiet time × how much longer those take beside the spinner. Afterwards every contestant sleeps for two seconds: the CPU time
that it uses then is spinning.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys

import report
import results
from contestant import Absent, Resident, processors
from table import milliseconds

CASES = ("mlp-ring", "dcgan-28")
IDLE_SECONDS = 2


class Spinner:
    """A process that never sleeps, in a `with`."""

    def __init__(self, threads):
        self.process = subprocess.Popen(
            [sys.executable, "-c", "while True: pass"],
            preexec_fn=lambda: os.sched_setaffinity(0, processors(threads)))
        self.process.send_signal(signal.SIGSTOP)

    def __enter__(self):
        self.process.send_signal(signal.SIGCONT)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGSTOP)

    def close(self):
        self.process.kill()
        self.process.wait()


def measure(case, threads, rounds, turn):
    """Figures by contestant. In a round each has a quiet turn, then each one beside the spinner."""
    makers = {"share": ["peers/share_worker.py", str(threads)],
              "libgan": ["peers/libgan_worker.py", case, str(threads)],
              "eager": ["peers/torch_worker.py", case, "eager", str(threads)]}
    spinner, made, figures = Spinner(threads), {}, {}
    try:
        for who, arguments in makers.items():
            try:
                made[who] = Resident(arguments, threads)
            except Absent as reason:
                figures[who] = {"absent": str(reason)}
        steps = {who: max(1, round(turn / one.seconds(1))) for who, one in made.items()}
        quiet, busy = {who: [] for who in made}, {who: [] for who in made}
        for _ in range(rounds):
            for who, one in made.items():
                quiet[who].append(one.seconds(steps[who]))
            with spinner:
                for who, one in made.items():
                    busy[who].append(one.seconds(steps[who]))
        for who, one in made.items():
            figures[who] = {
                "name": one.name, "quiet": statistics.median(quiet[who]), "busy": statistics.median(busy[who]),
                "slower": statistics.median(busy[who]) / statistics.median(quiet[who]),
                "idle": one.ask(f"idle {IDLE_SECONDS}")["seconds"]}
    finally:
        spinner.close()
        for one in made.values():
            one.close()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--turn", type=float, default=0.6, metavar="SECONDS")
    parser.add_argument("--record", metavar="FILE", help="append the table to this file")
    options = parser.parse_args()
    page = report.Page(f"one core kept busy by another process, {options.threads} threads, {options.rounds} rounds")
    page.table("workload", "what", "quiet", "busy", "busy ÷ quiet", "÷ fair share",
               f"CPU time in {IDLE_SECONDS} s of idleness")
    for case in CASES:
        figures = measure(case, options.threads, options.rounds, options.turn)
        share = figures.pop("share")["slower"]
        page.row(case, "a fair share", "", "", f"{share:.2f}", "1", "")
        for who, one in figures.items():
            if "absent" in one:
                page.row(case, who, f"absent: {one['absent']}", "", "", "", "")
                continue
            one["ratio"] = one["slower"] / share
            results.keep("busy", {f"{case} {who}": one})
            page.row(case, one["name"], milliseconds(one["quiet"]), milliseconds(one["busy"]),
                     f"{one['slower']:.2f}", f"{one['ratio']:.2f}", f"{one['idle'] * 1e3:.1f} ms")
    page.append_to(options.record)


if __name__ == "__main__":
    main()
