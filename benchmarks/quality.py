"""Judges a family's model, trained by scripts/quality, and prints a line of docs/results.md.

usage: quality.py PART MNIST-FOLDER RUN     (runs/quality/RUN and runs/quality/classifier)
"""
import json
import pathlib
import sys
import time

import numpy

import libgan
from images import idx, write_rows

RUNS = pathlib.Path("runs/quality")


def read(folder, name):
    return idx(next(pathlib.Path(folder).glob(name + "*")))


def test_set(folder):
    return read(folder, "t10k-images-idx3-ubyte"), read(folder, "t10k-labels-idx1-ubyte")


def accuracy(model, folder):
    images, labels = test_set(folder)
    return float((model.classify(images).argmax(1) == labels).mean())


def told(samples):
    """The classes that the classifier sees in samples."""
    return libgan.load(RUNS / "classifier").classify(samples).argmax(1)


def best_match(counts):
    """The greatest sum of entries of a square matrix, one in each row and column."""
    best = {0: 0}
    for row in counts:
        following = {}
        for used, total in best.items():
            for column, count in enumerate(row):
                if not used >> column & 1:
                    key = used | 1 << column
                    following[key] = max(following.get(key, 0), total + count)
        best = following
    return max(best.values())


def conditional(model, _):
    labels = numpy.repeat(numpy.arange(10), 200)
    agreed = told(model.sample(len(labels), seed=1, labels=labels)) == labels
    return f"agreement {agreed.mean():.1%} of {len(labels)} samples, worst class {agreed.reshape(10, -1).mean(1).min():.1%}"


def infogan(model, _):
    codes = numpy.repeat(numpy.arange(10), 200)
    rows = numpy.stack([codes, *numpy.random.default_rng(1).uniform(-1, 1, (2, len(codes)))], 1)
    seen = told(model.sample(len(codes), seed=1, codes=rows))
    counts = numpy.zeros((10, 10), int)
    numpy.add.at(counts, (codes, seen), 1)
    return f"best one-to-one match of code and digit {best_match(counts.tolist()) / len(codes):.1%}"


def rebuilt(real, back, part):
    """The error of images made again, and a picture of some: the given ones above."""
    write_rows(f"docs/images/{part}.png", real[:20], back[:20])
    agreed = (told(back) == told(real)).mean()
    return (f"mean square error of {len(real)} test images {((back - real) ** 2).mean():.4f} "
            f"(of their mean image {((real.mean(0) - real) ** 2).mean():.4f}), same class {agreed:.1%}; "
            f"![the first of them, below what became of them](images/{part}.png)")


def real_images(folder, count):
    return (test_set(folder)[0][:count, ..., None] / 127.5 - 1).astype("f4")


def reconstruction(model, folder):
    real = real_images(folder, 1000)
    return rebuilt(real, model.reconstruct(real), model.recipe["preset"])


def inversion(model, folder):
    """Test images from the latents that the library finds for them."""
    real = real_images(folder, 100)
    return rebuilt(real, model.generate(model.invert(real)), "inversion")


def measured(report):
    """Figures in the classifier's features, in words."""
    figure = {name.split("[")[0]: value for name, value in report["figures"].items()}
    share = figure["inception-style-score"] / figure["inception-style-score-real"]
    return (f"inception-style score {figure['inception-style-score']:.2f}, {share:.1%} of real's; "
            f"precision {figure['precision']:.3f}, recall {figure['recall']:.3f}, density {figure['density']:.3f}, "
            f"coverage {figure['coverage']:.3f}; 1-NN {figure['nearest-neighbour']:.3f} "
            f"(real {figure['nearest-neighbour-real']:.3f}, samples {figure['nearest-neighbour-fake']:.3f}); "
            f"Fréchet {figure['frechet']:.2f}, KID {figure['kid']:.4f}")


def mnist(model, folder):
    """10,000 samples, and as many training images, beside the test images in the classifier's features."""
    asked = {"features": RUNS / "classifier", "count": 10000, "seed": 1,
             "metrics": ["frechet", "kid", "prdc", "nearest-neighbour", "inception-style-score"]}
    unseen, seen = (next(pathlib.Path(folder).glob(name)) for name in ("t10k-images*", "train-images*"))
    real = measured(libgan.compare(unseen, seen, **asked))
    return f"{measured(model.evaluate(unseen, **asked))}\n  - training images instead of samples: {real}"


def classifying(model, folder):
    return f"test accuracy {accuracy(model, folder):.2%}"


JUDGES = {
    "classifier": classifying, "sgan": classifying, "infogan": infogan, "bigan": reconstruction,
    "ebgan": reconstruction, "began": reconstruction, "cgan": conditional, "acgan": conditional,
    "projection": conditional, "inversion": inversion, "mnist": mnist,
}


def main(part, folder, run):
    model = libgan.load(RUNS / run)
    with open(RUNS / run / "stats.jsonl") as file:
        reports = [json.loads(line) for line in file]
    note = ""
    if "convergence" in reports[-1]:
        note = f", M {reports[-1]['convergence']:.3f} (at first {reports[0]['convergence']:.3f}), k {reports[-1]['balance']:.3f}"
    date = time.strftime("%Y-%m-%d")
    title = f"`{run}`" if part != "inversion" else f"inversion by `{run}`"
    print(f"- {date} {title}, {model.info['steps']} steps: {JUDGES[part](model, folder)}{note}")


if __name__ == "__main__":
    main(*sys.argv[1:])
