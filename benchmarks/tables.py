"""Tables: libgan's ctgan preset beside PyPI's `ctgan`, on the same rows, for as many steps.

usage: tables.py split CSV            runs/tables/train.csv and test.csv, four rows of five and the fifth
       tables.py train WHO SEED       WHO: ctgan or libgan; samples in runs/tables/WHO-SEED.csv
       tables.py time                 seconds of a step of each, in turns, in this run
       tables.py report               a table of the figures of all samples that are there

EPOCHS: of 52 steps on Adult (30). What is there already is not made again.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

RUNS = pathlib.Path("runs/tables")
EPOCHS = int(os.environ.get("EPOCHS", "30"))
BATCH = 500
WHO = ("ctgan", "libgan")


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


def ours(seed, count, run):
    command = ["build/bin/gan", "train", "--data", str(RUNS / "train.csv"), "--preset", "ctgan", "--seed", str(seed),
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
        subprocess.run(["build/bin/gan", "sample", str(run), "--count", str(len(rows)), "--seed", "1", "--out", str(part)],
                       check=True)
    target.with_suffix(".json").write_text(json.dumps({"seconds": time.time() - begun, "epochs": EPOCHS}))
    part.rename(target)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
