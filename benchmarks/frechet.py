#!/usr/bin/env python3
"""Does bf16 train as well as f32? Fréchet distances to the data after equal steps, over several seeds.

usage: scripts/bench --frechet --data FILE [--steps N] [--seeds N] [--count N] [--record FILE]

FILE is an IDX file of images (.gz too) or a CIFAR .bin. The features are libgan's "random", of a convolutional network with fixed
random weights: they compare trainings with each other, and are no Inception distance.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

import numpy

import report
import results
from contestant import BUILD
from images import images

os.environ.setdefault("LIBGAN_LIBRARY", os.path.join(BUILD, "lib/libgan.so"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bindings/python"))
import libgan  # noqa: E402, found by the two lines above


def distance(real, samples):
    """Fréchet's, in the library's random convolutional features."""
    report = libgan.compare(real, samples, metrics=["frechet"], features="random", count=len(samples))
    return report["figures"]["frechet[random]"]


def generated(data, precision, seed, steps, count, folder):
    """Samples after `steps` steps of DCGAN through the command. Raises CalledProcessError with its words."""
    run = os.path.join(folder, f"{precision}-{seed}")
    gan = os.path.join(BUILD, "bin/gan")
    for line in (
            [gan, "train", "--data", data, "--preset", "dcgan", "--steps", str(steps), "--seed", str(seed),
             "--precision", precision, "--out", run, "--quiet"],
            [gan, "sample", run, "--count", str(count), "--seed", "1", "--out", run + ".npy"]):
        subprocess.run(line, check=True, capture_output=True, text=True)
    return numpy.load(run + ".npy")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", metavar="FILE", required=True)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--count", type=int, default=5000, help="samples of each training")
    parser.add_argument("--record", metavar="FILE", help="append the table to this file")
    options = parser.parse_args()
    if not os.path.exists(options.data):
        sys.exit(f"frechet: --data: there is no {options.data}: expected an IDX file of images or a CIFAR .bin")
    real = images(options.data)
    order = numpy.random.default_rng(1).permutation(len(real))
    halves = [real[order[start:start + options.count]] for start in (0, options.count)]
    page = report.Page(
        f"Fréchet distance to {os.path.basename(options.data)} after {options.steps} steps of DCGAN, batch 64, "
        f"{options.count} samples, random convolutional features (no Inception distance)")
    page.table("precision", "mean", "least to greatest over the seeds", "seeds")
    page.row("the data's other half", f"{distance(*halves):.3f}", "", "")
    with tempfile.TemporaryDirectory() as folder:
        for precision in ("f32", "bf16"):
            try:
                distances = [
                    distance(halves[0], generated(
                        options.data, precision, seed, options.steps, options.count, folder))
                    for seed in range(1, options.seeds + 1)]
            except subprocess.CalledProcessError as error:
                page.row(precision, "absent: " + (error.stderr.strip().splitlines() or ["no words"])[-1], "", "")
                continue
            results.keep("frechet", {precision: distances})
            page.row(precision, f"{statistics.mean(distances):.3f}",
                     f"{min(distances):.3f} to {max(distances):.3f}", str(options.seeds))
    page.append_to(options.record)


if __name__ == "__main__":
    main()
