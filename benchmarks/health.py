"""Planted faults and healthy runs: does the trainer's verdict say what is wrong?

usage: health.py FOLDER [--tuning] [--jobs N]     trains what has not been trained yet, then prints the figures
       health.py FOLDER --one NAME [--tuning]     trains one run

FOLDER: the four IDX files of MNIST. Each run writes runs/health/NAME.json, so that a suite that was stopped goes
on. The limits in Sources/Training/Health/HealthRules.swift were chosen on runs like those of --tuning: other seeds,
point sets and images than those that are scored.
"""
import argparse
import collections
import concurrent.futures
import functools
import gzip
import json
import pathlib
import subprocess
import sys

import numpy

RUNS = pathlib.Path("runs/health")
PAGE = pathlib.Path("docs/health.md")

# Fault -> verdicts that name it. A healthy run has no alarm at all.
RIGHT = {
    "learning rate ×10": {"oscillating", "diverging", "generator collapsing", "discriminator wins"},
    "discriminator 10× too strong": {"discriminator wins", "generator collapsing"},
    "discriminator 10× too weak": {"feedback is noise", "oscillating", "generator collapsing"},
    "dead generator": {"discriminator wins", "generator collapsing"},
    "one-class data": {"generator collapsing"},
    "label noise": {"feedback is noise"},
    "duplicated data": {"memorising"},
    "β too high": {"oscillating", "diverging", "generator collapsing", "discriminator wins"},
    "NaN in a batch": {"not finite", "diverging"},
    "long past the balance": {"feedback is noise", "memorising"},
}
ALARMS = set().union(*RIGHT.values())

# Fault -> task -> runs of the scored suite, where the fault does harm; the task's data are never used for tuning.
SCORED = {
    "healthy": {"circles": 4, "pinwheel": 4, "mlp-test": 4, "dcgan-test": 3, "cgan-test": 2},
    "learning rate ×10": {"circles": 2, "pinwheel": 2, "mlp-test": 2},
    "discriminator 10× too strong": {"mlp-test": 3, "dcgan-test": 3},
    "discriminator 10× too weak": {"circles": 2, "pinwheel": 2, "mlp-test": 2, "dcgan-test": 1},
    "dead generator": {"circles": 1, "pinwheel": 1, "mlp-test": 1, "dcgan-test": 1},
    "one-class data": {"mlp-test": 2, "dcgan-test": 2},
    "label noise": {"cgan-test": 4},
    "duplicated data": {"circles": 1, "pinwheel": 1, "mlp-test": 1, "dcgan-test": 1},
    "β too high": {"circles": 2, "pinwheel": 2, "mlp-test": 2, "dcgan-test": 1},
    "NaN in a batch": {"circles": 2, "pinwheel": 2},
    "long past the balance": {"dcgan-test": 3},
}
OTHER = {"circles": "ring", "pinwheel": "moons", "mlp-test": "mlp-low", "dcgan-test": "dcgan-low", "cgan-test": "cgan-low"}


def suite(tuning):
    """Runs as (name, fault, task, seed)."""
    runs = []
    for fault, tasks in SCORED.items():
        for task, count in tasks.items():
            for seed in range(1 if tuning else count):
                task_here = OTHER[task] if tuning else task
                runs.append((f"{fault}.{task_here}.{seed}", fault, task_here, seed if tuning else 501 + seed))
    return runs


# MARK: Data

def points(kind, count, random):
    noise = random.normal(0, 1, (count, 2))
    if kind == "ring":
        turn = random.integers(0, 8, count) * numpy.pi / 4
        return numpy.stack([numpy.cos(turn), numpy.sin(turn)], 1) + 0.03 * noise
    if kind == "grid":
        return random.integers(0, 5, (count, 2)) * 0.5 - 1 + 0.03 * noise
    if kind == "moons":
        turn, upper = random.uniform(0, numpy.pi, count), random.integers(0, 2, (count, 1))
        arc = numpy.stack([numpy.cos(turn), numpy.sin(turn)], 1)
        return numpy.where(upper == 1, arc, [1, 0.5] - arc) - [0.5, 0.25] + 0.05 * noise
    if kind == "circles":
        turn, radius = random.uniform(0, 2 * numpy.pi, count), random.choice([0.5, 1], count)
        return numpy.stack([radius * numpy.cos(turn), radius * numpy.sin(turn)], 1) + 0.03 * noise
    reach = 0.3 + 0.7 * random.uniform(0, 1, count)
    turn = random.integers(0, 5, count) * 2 * numpy.pi / 5 + 1.2 * reach
    return numpy.stack([reach * numpy.cos(turn), reach * numpy.sin(turn)], 1) + 0.03 * noise


@functools.cache
def digits(folder, half):
    """Images [N, 28, 28] and labels 0…4: digits 0 to 4 of MNIST's training set, or 5 to 9 of its test set."""
    def read(name, offset):
        path = next(pathlib.Path(folder).glob(name + "*"))
        return numpy.frombuffer((gzip.open if path.suffix == ".gz" else open)(path, "rb").read(), "u1", offset=offset)

    part = "train" if half == "low" else "t10k"
    images, labels = read(f"{part}-images", 16).reshape(-1, 28, 28), read(f"{part}-labels", 8)
    chosen = labels < 5 if half == "low" else labels >= 5
    return images[chosen], (labels[chosen] % 5).astype("i4")


def data(folder, task, fault, random):
    """Samples to train on, their labels or None, held-out ones or None, and others to judge by."""
    if "-" not in task:
        train, test = (points(task, count, random).astype("f4") for count in (8000, 2000))
        labels, held = None, None
    else:
        images, classes = digits(folder, task.split("-")[1])
        train, labels = images[:3000], classes[:3000] if task.startswith("cgan") else None
        held, test = images[3000:3600], images[3600:4600]
        if fault == "one-class data":
            train = train[classes[:3000] == 1]
        if fault == "long past the balance":
            train = train[:150]
        if fault not in ("one-class data", "long past the balance"):
            held = None
    if fault == "label noise":
        labels = random.permutation(labels)
    if fault == "duplicated data":
        train = numpy.repeat(train[:40], 200, axis=0)
    if fault == "NaN in a batch":
        train[random.choice(len(train), 6, replace=False)] = 3e38  # Finite, but its square is not.
    return train, labels, held, test


# MARK: Recipes

PENALTIES = [{"name": "r1", "weight": 0.5}, {"name": "r2", "weight": 0.5}]


def mlp(width):
    return {"architecture": "mlp", "width": width}


def recipe(task, fault, seed):
    kind = task.split("-")[0]
    if kind == "dcgan":
        made = {"preset": "dcgan", "batch": 32, "steps": 1500, "latent": {"size": 32}}
        made |= {side: {"width": 16} for side in ("generator", "discriminator")}
        every, rate = 60, 2e-4
    elif kind in ("mlp", "cgan"):
        made = {"preset": kind, "batch": 64, "steps": 2500, "latent": {"size": 32}}
        made["objective"] = {"loss": "relativistic", "penalties": PENALTIES}
        made |= {side: mlp(128) for side in ("generator", "discriminator")}
        every, rate = 100, 5e-4
    else:
        made = {"preset": "mlp", "batch": 128, "steps": 2500}
        made |= {side: mlp(64) for side in ("generator", "discriminator")}
        every, rate = 100, 1e-3
    rates, beta = [rate, rate], None
    if fault == "learning rate ×10":
        rates = [5e-2, 5e-2]  # Ten times the largest that was fine.
    if fault == "discriminator 10× too strong":
        made["objective"] = {"penalties": [], "loss": "non-saturating", "discriminator-steps": 10}
    if fault == "discriminator 10× too weak":
        rates[1] = rate / 10
    if fault == "dead generator":
        rates[0] = 1e-9
    if fault == "β too high":
        beta = 0.98
    if fault == "NaN in a batch":
        made["objective"] = {"loss": "least-squares"}
    if fault == "long past the balance":
        made["steps"] *= 2
    made["optimizers"] = {
        side: {"rate": rate} | ({"beta1": beta} if beta else {})
        for side, rate in zip(("generator", "discriminator"), rates)}
    # Few images of a small network are told from real ones by 1-NN to the last: that would not rank checkpoints.
    metric, features = ("frechet", "random") if kind in ("dcgan", "mlp", "cgan") else ("nearest-neighbour", "raw")
    return made | {
        "seed": seed, "health": {"every": every},
        "evaluation": {"every": every * 5, "metrics": [metric], "features": features, "count": 500}}


# MARK: Runs

def train(folder, name, tuning):
    """Trains a run and writes down its verdicts, and its metric on held-out and on other data."""
    import libgan

    libgan.set_threads(1)
    fault, task, seed = next(run[1:] for run in suite(tuning) if run[0] == name)
    random = numpy.random.default_rng(seed)
    samples, labels, held, test = data(folder, task, fault, random)
    plan = recipe(task, fault, seed)
    every, looks, bad, measured, best = plan["health"]["every"], [], [0], [], [None]
    with libgan.Dataset(samples, labels) as source, libgan.Dataset(test) as others:
        model = libgan.Model(recipe=plan, data=source)

        def note(stats):
            bad[0] += stats.verdict == 1
            if stats.step % every == 0:
                looks.append(libgan.verdict_name(stats.verdict))
            if stats.step % (5 * every) == 0:
                figures = model.evaluate(others, metrics=plan["evaluation"]["metrics"], count=1000,
                                         features=plan["evaluation"]["features"])["figures"]
                measured.append((stats.step, next(iter(figures.values()))))
                best[0] = model.health.get("best", {}).get("best_step")

        end = "done"
        try:
            model.train(source, on_step=note, held_out=held)
        except libgan.DivergedError as error:
            end = str(error)
    RUNS.mkdir(parents=True, exist_ok=True)
    result = {"fault": fault, "task": task, "looks": looks, "not_finite": bad[0], "end": end,
              "measured": measured, "best_step": best[0], "health": model.health}
    (RUNS / f"{name}.json").write_text(json.dumps(result, indent=1))


def verdict(run):
    """What the run is called: its longest alarm, or steps that were not finite; None for none."""
    alarms = collections.Counter(look for look in run["looks"] if look in ALARMS)
    if alarms and alarms.most_common(1)[0][1] > 1 or not run["not_finite"]:
        return alarms.most_common(1)[0][0] if alarms else None
    return "not finite"


def kept(run):
    """By how much the kept checkpoint's metric, on data that did not choose it, exceeds the best of the run."""
    values = dict(run["measured"])
    if not values or any(value is None for value in values.values()) or run["best_step"] not in values:
        return None
    return values[run["best_step"]] / min(values.values()) - 1


def share(part, whole):
    return f"{part} of {whole} ({part / max(1, whole):.1%})"


def figures(tuning):
    runs = {name: json.loads((RUNS / f"{name}.json").read_text())
            for name, *_ in suite(tuning) if (RUNS / f"{name}.json").exists()}
    rows, right, faulty = [], 0, 0
    for fault in RIGHT:
        of = [run for run in runs.values() if run["fault"] == fault]
        good = sum(verdict(run) in RIGHT[fault] for run in of)
        said = collections.Counter(verdict(run) or "no alarm" for run in of)
        rows.append(f"| {fault} | {good} of {len(of)} | {', '.join(f'{v} {n}' for v, n in said.most_common())} |")
        right, faulty = right + good, faulty + len(of)
    healthy = [run for run in runs.values() if run["fault"] == "healthy"]
    false = [run for run in healthy if verdict(run)]
    excess = [e for e in map(kept, runs.values()) if e is not None]
    lines = [
        f"{len(runs)} runs{' of the tuning set' if tuning else ''}:", "",
        "| fault | right verdict | what was said |", "|---|---|---|", *rows, "",
        f"- Right verdict: {share(right, faulty)} of the faulty runs (gate 90 %, goal 95 %).",
        f"- False alarms: {share(len(false), len(healthy))} of the healthy runs (gate 10 %, goal 5 %)"
        + "".join(f"; {run['task']}: {verdict(run)}" for run in false) + ".",
        f"- The kept checkpoint's figure (1-NN accuracy of points, Fréchet distance of images), on data that did not choose it, is within 5 % of the run's best in "
        f"{share(sum(e <= 0.05 for e in excess), len(excess))} (gate 90 %).",
    ]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--one")
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.one:
        return train(options.folder, options.one, options.tuning)
    missing = [name for name, *_ in suite(options.tuning) if not (RUNS / f"{name}.json").exists()]

    def run(name):
        extra = ["--tuning"] if options.tuning else []
        command = [sys.executable, __file__, options.folder, "--one", name, *extra]
        done = subprocess.run(command, capture_output=True, text=True)
        print(f"{name}: {'trained' if done.returncode == 0 else done.stderr[-400:]}", file=sys.stderr, flush=True)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(run, missing))
    text = figures(options.tuning)
    print(text)
    if not options.tuning and PAGE.exists():
        page = PAGE.read_text()
        start, end = "<!-- figures -->\n", "<!-- end of figures -->"
        before, rest = page.split(start)
        PAGE.write_text(before + start + text + "\n" + end + rest.split(end)[1])


if __name__ == "__main__":
    main()
