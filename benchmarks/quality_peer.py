"""Judges samples of libgan's and PyTorch's DCGAN, made by scripts/quality-peer, and prints lines of docs/results.md.

usage: quality_peer.py MNIST-FOLDER WORK STEPS     (WORK/libgan-SEED.npy and WORK/pytorch-SEED.npy)
"""
import pathlib
import statistics
import sys
import time

import numpy

import libgan
from quality import RUNS

SHOWN = {"inception-style score": "inception-style-score", "coverage": "coverage", "1-NN": "nearest-neighbour",
         "Fréchet": "frechet"}


def figures(folder, path):
    """Of 10,000 samples beside the test images, by name without the features'."""
    unseen = next(pathlib.Path(folder).glob("t10k-images*"))
    report = libgan.compare(unseen, numpy.load(path), features=RUNS / "classifier", count=10000, seed=1,
                            metrics=["frechet", "prdc", "nearest-neighbour", "inception-style-score"])
    return {name.split("[")[0]: value for name, value in report["figures"].items()}


def main(folder, work, steps):
    print(f"- {time.strftime('%Y-%m-%d')} DCGAN on MNIST after {steps} steps, 10,000 samples, mean (least to greatest of the seeds):")
    for who in ("libgan", "pytorch"):
        found = [figures(folder, path) for path in sorted(pathlib.Path(work).glob(f"{who}-*.npy"))]
        words = []
        for title, name in SHOWN.items():
            values = [one[name] for one in found]
            words.append(f"{title} {statistics.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})")
        print(f"  - {who}, {len(found)} seeds: " + ", ".join(words))


if __name__ == "__main__":
    main(*sys.argv[1:])
