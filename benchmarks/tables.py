"""Tables: libgan's ctgan preset beside PyPI's `ctgan`, on the same rows, for as many steps. Figures are libgan's
metrics; SDMetrics judges the same samples beside them.

usage: tables.py split CSV            runs/tables/train.csv and test.csv, four rows of five and the fifth
       tables.py train WHO SEED       WHO: ctgan or libgan; samples in runs/tables/WHO-SEED.csv, and of libgan in
                                      balanced-SEED.csv ones whose conditions are drawn as ctgan draws them
       tables.py time                 seconds of a step of each, in turns, in this run
       tables.py report               a table of the figures of all samples that are there

EPOCHS: of 52 steps on Adult (30). What is there already is not made again.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

RUNS = pathlib.Path("runs/tables")
EPOCHS = int(os.environ.get("EPOCHS", "30"))
BATCH = 500
WHO = ("ctgan", "libgan", "balanced")


def read(name):
    import pandas
    return pandas.read_csv(RUNS / f"{name}.csv", keep_default_na=False)


def discrete(rows):
    return [name for name in rows.columns if rows[name].dtype == object]


def split(path):
    import pandas
    rows = pandas.read_csv(path, keep_default_na=False).sample(frac=1, random_state=0)
    RUNS.mkdir(parents=True, exist_ok=True)
    rows[len(rows) // 5 :].to_csv(RUNS / "train.csv", index=False)
    rows[: len(rows) // 5].to_csv(RUNS / "test.csv", index=False)


def steps(rows, epochs):
    return len(rows) // BATCH * epochs


def peer(rows, seed, epochs):
    """A trained model of PyPI's ctgan."""
    import numpy
    import torch
    from ctgan import CTGAN
    torch.manual_seed(seed)
    numpy.random.seed(seed)
    model = CTGAN(epochs=epochs, batch_size=BATCH, enable_gpu=False)
    model.fit(rows, discrete(rows))
    return model


def ours(seed, count, run, data=RUNS / "train.csv"):
    command = ["build/bin/gan", "train", "--data", str(data), "--preset", "ctgan", "--seed", str(seed),
               "--steps", str(count), "--out", str(run), "--quiet"]
    subprocess.run(command + ["--resume"] * (run / "checkpoint.safetensors").exists(), check=True)


def train(who, seed):
    target = RUNS / f"{who}-{seed}.csv"
    if target.exists():
        return
    rows = read("train")
    begun = time.time()
    part = target.with_suffix(".part.csv")
    if who == "ctgan":
        peer(rows, int(seed), EPOCHS).sample(len(rows)).to_csv(part, index=False)
    else:
        run = RUNS / f"run-{seed}"
        ours(int(seed), steps(rows, EPOCHS), run)
        draw(run, len(rows), part)
    facts = json.dumps({"seconds": time.time() - begun, "epochs": EPOCHS})
    target.with_suffix(".json").write_text(facts)
    if who == "libgan":
        balanced = RUNS / f"balanced-{seed}.csv"
        draw(run, len(rows), balanced, "--balanced")
        balanced.with_suffix(".json").write_text(facts)
    part.rename(target)


def draw(run, count, target, *options):
    command = ["build/bin/gan", "sample", str(run), "--count", str(count), "--seed", "1", "--out", str(target), *options]
    subprocess.run(command, check=True)


# Figures of samples

def measures(who, seed):
    """A dict of figures of some samples, kept beside them."""
    kept = RUNS / f"{who}-{seed}.figures.json"
    if not kept.exists():
        kept.write_text(json.dumps({**report_of(read(f"{who}-{seed}")), **json.loads((RUNS / f"{who}-{seed}.json").read_text())}))
    return json.loads(kept.read_text())


def report_of(rows):
    train, test = read("train"), read("test")
    return {**fidelity(train, rows), **usefulness(rows, test), **distances(train, test, rows), "judge": judged(train, rows)}


def figures(real, rows, metrics, **options):
    """libgan's, by name."""
    import libgan
    report = libgan.compare(dict(real), dict(rows), metrics=metrics, count=100_000, **options)
    return {name.partition("[")[0]: value for name, value in report["figures"].items()}


def fidelity(train, rows):
    """Column shapes and pair trends, 0…1."""
    found = figures(train, rows, ["column-shapes", "pair-trends"])
    return {"shape": found["column-shapes"], "trend": found["pair-trends"]}


def judged(train, rows):
    """The same by SDMetrics."""
    from sdmetrics.reports.single_table import QualityReport
    types = {name: {"sdtype": "categorical" if name in discrete(train) else "numerical"} for name in train.columns}
    report = QualityReport()
    report.num_rows_subsample = None
    report.generate(train, rows, {"columns": types}, verbose=False)
    scores = report.get_properties().set_index("Property")["Score"]
    return {"shape": scores["Column Shapes"], "trend": scores["Column Pair Trends"]}


def encoded(train, *tables):
    """Numbers scaled by their deviation, categories one-hot, as `train` has them."""
    import numpy
    names = discrete(train)
    columns = []
    for rows in tables:
        parts = [((rows[name] - train[name].mean()) / train[name].std()).to_numpy()[:, None]
                 for name in train.columns if name not in names]
        parts += [(rows[name].to_numpy()[:, None] == train[name].unique()[None]) for name in names]
        columns.append(numpy.concatenate(parts, 1).astype("f4"))
    return columns


def usefulness(rows, test):
    """F1 and area under the ROC curve on real held-out rows, of classifiers of the last column that have seen these
    rows only: means of three."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score, roc_auc_score
    train = read("train")
    target = train.columns[-1]
    rare = train[target].value_counts().idxmin()
    inputs, held = encoded(train.drop(columns=target), rows.drop(columns=target), test.drop(columns=target))
    models = [HistGradientBoostingClassifier(random_state=0), RandomForestClassifier(100, random_state=0, n_jobs=1),
              LogisticRegression(max_iter=300)]
    wanted, f1, auc = test[target] == rare, [], []
    for model in models:
        model.fit(inputs, rows[target] == rare)
        f1.append(f1_score(wanted, model.predict(held)))
        auc.append(roc_auc_score(wanted, model.predict_proba(held)[:, 1]))
    return {"f1": sum(f1) / 3, "auc": sum(auc) / 3}


def distances(train, test, rows):
    """Median distance to the closest training row, of held-out rows and of these."""
    found = figures(test, rows, ["closest-record"], training=dict(train))
    return {"held_out": found["closest-record-real"], "closest": found["closest-record"]}


def report():
    import statistics
    print(f"\n## Tables: Adult, {EPOCHS} epochs of {steps(read('train'), 1)} steps, rows drawn from {len(read('train'))}\n")
    print("Means and, in brackets, least and greatest of the seeds. F1 and ROC are on real held-out rows, of classifiers trained on synthetic")
    print("ones; closest is the median distance to the nearest training row. PyPI's ctgan samples on conditions drawn by the logarithm of how often")
    print("values come; libgan as often as they come, and balanced as ctgan does.\n")
    gaps = []
    print("| | seeds | column shapes | pair trends | train on synthetic, F1 | ROC | closest | held-out rows' |\n|---|---|---|---|---|---|---|---|")
    for who in WHO:
        seeds = sorted(path.stem.split("-")[1] for path in RUNS.glob(f"{who}-*.csv") if "part" not in path.name)
        found = [measures(who, seed) for seed in seeds]
        if not found:
            continue
        gaps += [abs(one[key] - one["judge"][key]) for one in found for key in ("shape", "trend")]
        cells = []
        for key in ("shape", "trend", "f1", "auc", "closest", "held_out"):
            values = [figure[key] for figure in found]
            cells.append(f"{statistics.mean(values):.3f} ({min(values):.3f}–{max(values):.3f})")
        print(f"| {who} | {len(seeds)} | " + " | ".join(cells) + " |")
    kept = RUNS / "real.figures.json"
    if not kept.exists():
        train, test = read("train"), read("test")
        kept.write_text(json.dumps({**fidelity(train, test), **usefulness(train, test)}))
    real = json.loads(kept.read_text())
    print(f"| real rows | | {real['shape']:.3f} | {real['trend']:.3f} | {real['f1']:.3f} | {real['auc']:.3f} | | |")
    print(f"\nSDMetrics, of the same samples: at most {max(gaps, default=0):.1e} from these shapes and trends.")


# Time

def peer_step(rows):
    """A step of ctgan: from one drawing of real rows to the next, the median of what comes after the first ten."""
    import statistics
    from ctgan.synthesizers import ctgan
    times, draw = [], ctgan.DataSampler.sample_data
    def drawing(*arguments):
        times.append(time.perf_counter())
        return draw(*arguments)
    ctgan.DataSampler.sample_data = drawing
    # As few rows as make a batch: a step takes as long, and what comes before does not.
    peer(rows[:BATCH], 0, 60)
    return statistics.median(after - before for before, after in zip(times[10:], times[11:]))


def our_step(rows):
    """What forty passes take longer than ten, so that what comes before does not count; the least of three."""
    data, run = RUNS / "time.csv", RUNS / "time"
    rows.to_csv(data, index=False)
    def seconds(epochs):
        shutil.rmtree(run, ignore_errors=True)
        begun = time.perf_counter()
        ours(0, steps(rows, epochs), run, data)
        return time.perf_counter() - begun
    return min(seconds(40) - seconds(10) for _ in range(3)) / steps(rows, 30)


def measure_time():
    rows = read("train")[:3000]
    theirs, own = peer_step(rows), our_step(rows)
    print(f"\nA step of {BATCH} rows, {os.cpu_count()} processors: ctgan {theirs * 1000:.1f} ms, libgan {own * 1000:.1f} ms, "
          f"{theirs / own:.1f} times as fast.")


if __name__ == "__main__":
    {"split": split, "train": train, "time": measure_time, "report": report}[sys.argv[1]](*sys.argv[2:])
