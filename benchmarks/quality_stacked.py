"""Stacked-MNIST: its images, and how many of its modes a model makes, by PacGAN's protocol (arXiv 1712.04086, section 4.2).

usage: quality_stacked.py --write MNIST-FOLDER FILE.npy     128,000 images [32, 32, 3], uint8, each of three digits at random
       quality_stacked.py RUN                               prints a line of docs/results.md
"""
import sys
import time

import numpy

import libgan
from quality import RUNS, read

COUNT, JUDGED, MARGIN = 128_000, 26_000, 2


def write(folder, path):
    digits = read(folder, "train-images-idx3-ubyte")
    chosen = numpy.random.default_rng(1).integers(0, len(digits), (COUNT, 3))
    images = numpy.zeros((COUNT, 32, 32, 3), "u1")
    for channel in range(3):
        images[:, MARGIN:-MARGIN, MARGIN:-MARGIN, channel] = digits[chosen[:, channel]]
    numpy.save(path, images)


def figures(model):
    """Modes among the samples, and the KL divergence of how often they come to 1 in 1,000 each."""
    classifier, counts = libgan.load(RUNS / "classifier"), numpy.zeros(1000)
    for first in range(0, JUDGED, 2000):
        samples = model.sample(2000, seed=1, first=first)[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
        mode = sum(classifier.classify(numpy.ascontiguousarray(samples[..., [channel]])).argmax(1) * 10 ** channel for channel in range(3))
        counts += numpy.bincount(mode, minlength=1000)
    share = counts[counts > 0] / counts.sum()
    return int((counts > 0).sum()), float((share * numpy.log(share * 1000)).sum())


def main(run):
    model = libgan.load(run)
    modes, divergence = figures(model)
    print(f"- {time.strftime('%Y-%m-%d')} Stacked-MNIST, {model.info['steps']} steps, {JUDGED:,} samples: {modes} of 1000 modes, KL {divergence:.4f}")


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        write(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
