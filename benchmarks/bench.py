#!/usr/bin/env python3
"""Times libgan and its peers side by side: steps of training, sampling, and the start of a process.

usage: benchmarks/bench.py [--quick] [--threads N] [--rounds N] [--turn SECONDS] [--record FILE] [CASE…]
"""

import argparse
import os
import sys

import report
import results
import table
from contestant import Absent, Resident
from match import match
from workloads import WORKLOADS


class Peaks:
    """The probes of the machine's peak, one a precision, made when first needed."""

    def __init__(self, threads):
        self.threads, self.probes = threads, {}

    def __getitem__(self, precision):
        if precision not in self.probes:
            try:
                script = ["peers/peak_worker.py", precision, str(self.threads)]
                self.probes[precision] = Resident(script, self.threads)
            except Absent as reason:
                print(f"bench: no share of the peak: {reason}", file=sys.stderr)
                self.probes[precision] = None
        return self.probes[precision]

    def close(self):
        for probe in self.probes.values():
            if probe:
                probe.close()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(WORKLOADS))
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--turn", type=float, default=0.4, metavar="SECONDS", help="of a contestant in a round")
    parser.add_argument("--quick", action="store_true", help="two short rounds, figures not kept: does it run?")
    parser.add_argument("--record", metavar="FILE", help="append the table to this file")
    options = parser.parse_args()
    for case in options.cases:
        if case not in WORKLOADS:
            parser.error(f"case: expected one of {', '.join(WORKLOADS)}, got {case}")
    if options.quick:
        options.rounds, options.turn, options.record = 2, 0.05, None
    return options


def main():
    options = arguments()
    page = report.Page(f"{options.threads} threads, {options.rounds} interleaved rounds")
    page.table(*table.HEAD)
    peaks, measured = Peaks(options.threads), []
    try:
        for case in options.cases or WORKLOADS:
            workload = WORKLOADS[case]
            peak = None if workload.task == "start" else peaks[workload.precision]
            measured.append(match(case, peak, options.threads, options.rounds, options.turn))
            page.row(*table.row(measured[-1]))
            if not options.quick:
                results.keep("steps", {case: measured[-1]})
    except Absent as reason:
        sys.exit(f"bench: {case}: a contestant ended in the middle: {reason}")
    finally:
        peaks.close()
    for line in table.foot(measured):
        page.line()
        page.line(line)
    page.append_to(options.record)


if __name__ == "__main__":
    main()
