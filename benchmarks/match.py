"""A workload's contestants against each other: who they are, and the rounds."""

import statistics
import sys

from contestant import Absent, Launch, Resident
from workloads import WORKLOADS

# A contestant that needs longer than this for a step takes part in few rounds only.
SLOW_SECONDS, SLOW_ROUNDS = 1.5, 4
# Variants of one contestant (memory layout, way to differentiate) run against each other for so many rounds; the faster stays.
HEATS = 3


def variants(workload, who, threads):
    """The processes that stand for a contestant, each a function that makes it."""
    def resident(script, *arguments):
        return lambda: Resident([f"peers/{script}_worker.py", workload.name, *arguments], threads)

    if workload.task == "start":
        import start
        return [lambda: Launch(start.command(workload, who), threads)]
    count = str(threads)
    if who == "eager":
        layouts = [(), ("channels_last",)] if len(workload.shape) > 2 else [()]
        ways = [(), ("functional",)] if workload.penalties else [()]
        return [resident("torch", "eager", count, *layout, *way) for layout in layouts for way in ways]
    return [{
        "libgan": resident("libgan", count),
        "compile": resident("torch", "compile", count), "jax": resident("jax"),
        "onnx": resident("onnx", count)}[who]]


class Entrant:
    """One process in the rounds and what it has shown so far."""

    def __init__(self, make, turn):
        self.contestant = make()
        try:
            once = self.contestant.seconds(1)
        except BaseException:
            self.contestant.close()
            raise
        self.steps = max(1, round(turn / once))
        self.slow = once > SLOW_SECONDS
        self.times, self.memory, self.flops = [], None, None

    def turn(self, index):
        if not (self.slow and index >= SLOW_ROUNDS):
            self.times.append(self.contestant.seconds(self.steps))

    def close(self):
        self.contestant.close()


def match(name, peak, threads, rounds, turn):
    """The figures of one workload as JSON can hold them."""
    workload = WORKLOADS[name]
    entrants, result = {}, {"workload": name, "contestants": {}, "peak": []}
    try:
        for who in ("libgan", *workload.peers):
            try:
                entrants[who] = []
                for make in variants(workload, who, threads):
                    entrants[who].append(Entrant(make, turn))
            except Absent as reason:
                result["contestants"][who] = {"absent": str(reason)}
                for entrant in entrants.pop(who):
                    entrant.close()
        check_parameters(name, entrants)
        for index in range(rounds):
            if index == min(HEATS, rounds - 1):
                drop_slower(entrants)
            for entrant in [one for several in entrants.values() for one in several]:
                entrant.turn(index)
            if peak:
                result["peak"].append(peak.flops() / peak.seconds(3))
        for who, (entrant,) in entrants.items():
            result["contestants"][who] = {
                "name": entrant.contestant.name, "times": entrant.times,
                "memory": entrant.contestant.memory()}
            # PyTorch also differentiates penalties by what cannot matter: its count would be no measure.
            if not workload.penalties:
                result["flops"] = result.get("flops") or entrant.contestant.flops()
    finally:
        for entrant in [one for several in entrants.values() for one in several]:
            entrant.close()
    return result


def drop_slower(entrants):
    for several in entrants.values():
        several.sort(key=lambda entrant: statistics.median(entrant.times))
        while len(several) > 1:
            several.pop().close()


def check_parameters(name, entrants):
    """All contestants train as many numbers, or it would be no comparison."""
    counts = {who: one.contestant.facts["parameters"] for who, (one, *_) in entrants.items()
              if "parameters" in one.contestant.facts}
    if len(set(map(str, counts.values()))) > 1:
        sys.exit(f"bench: {name}: parameters of generator and discriminator differ: {counts}")
