"""Judges the WaveGAN that scripts/quality-sound trained, and prints a line of docs/results.md.

usage: quality_sound.py FOLDER     (FOLDER/wavegan, FOLDER/classifier, FOLDER/test)
"""
import json
import pathlib
import sys
import time

import numpy

import libgan


def recordings(folder):
    """Values [N, T, 1] and labels, read by Python alone."""
    import wave
    sounds, labels = [], []
    for path in sorted(folder.glob("*.wav")):
        with wave.open(str(path)) as file:
            values = numpy.frombuffer(file.readframes(4096), "<i2").astype("f4") / 32768
        values = numpy.pad(values, (0, 4096 - len(values)))
        sounds.append(values / max(1e-6, numpy.abs(values).max()))
        labels.append(int(path.name[0]))
    return numpy.stack(sounds)[..., None], numpy.array(labels)


def score(chances):
    """exp of the mean divergence of each sample's class probabilities from their mean: Salimans et al.,
    arXiv 1606.03498, section 4, on the classifier's classes."""
    chances = numpy.maximum(chances.astype("f8"), 1e-12)
    return float(numpy.exp((chances * numpy.log(chances / chances.mean(0))).sum(1).mean()))


def main(folder):
    folder = pathlib.Path(folder)
    classifier, model = libgan.load(folder / "classifier"), libgan.load(folder / "wavegan")
    real, labels = recordings(folder / "test")
    told = classifier.classify(real)
    accuracy, best = (told.argmax(1) == labels).mean(), score(told)
    wanted = numpy.repeat(numpy.arange(10), 200)
    chances = classifier.classify(model.sample(len(wanted), seed=1, labels=wanted))
    seen = chances.argmax(1)
    agreed = (seen == wanted).reshape(10, -1).mean(1)
    found = score(chances)
    with open(folder / "wavegan/stats.jsonl") as file:
        steps = json.loads(file.readlines()[-1])["step"]
    print(f"- {time.strftime('%Y-%m-%d')} `wavegan` of spoken digits, conditional ({model.recipe['conditioning']['name']}), "
          f"{steps} steps: inception-style score {found:.2f} of {len(wanted)} samples, {found / best:.0%} of the {best:.2f} of "
          f"{len(real)} held-out recordings; {len(set(seen))} digits heard, the rarest in {numpy.bincount(seen, minlength=10).min() / len(seen):.1%}; "
          f"agreement with the digit asked for {agreed.mean():.1%}, worst digit {agreed.min():.1%}. "
          f"Classifier: test accuracy {accuracy:.1%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
