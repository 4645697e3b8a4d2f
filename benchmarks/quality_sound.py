"""Judges the WaveGAN that scripts/quality-sound trained, and prints a line of docs/results.md.

usage: quality_sound.py FOLDER     (FOLDER/wavegan, FOLDER/classifier, FOLDER/test)
"""
import pathlib
import sys
import time

import numpy

import libgan

OPTIONS = {"rate": 8000, "length": 4096, "normalize": True, "pattern": "{label}_*"}


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


def figures(model, folder):
    """Of 2,000 samples beside the held-out recordings, as our classifier sees them: scores (Salimans et al., arXiv
    1606.03498, section 4), and coverage, which tells how many of the recordings have a sample near them."""
    with libgan.Dataset(folder / "test", **OPTIONS) as test:
        report = model.evaluate(
            test, metrics=["inception-style-score", "prdc"], features=str(folder / "classifier"), count=2000, seed=1)["figures"]
    named = {name.split("[")[0]: value for name, value in report.items()}
    return [named[name] for name in ("inception-style-score", "inception-style-score-real", "coverage")]


def main(folder):
    folder = pathlib.Path(folder)
    classifier, model = libgan.load(folder / "classifier"), libgan.load(folder / "wavegan")
    real, labels = recordings(folder / "test")
    accuracy = (classifier.classify(real).argmax(1) == labels).mean()
    wanted = numpy.repeat(numpy.arange(10), 200)
    seen = classifier.classify(model.sample(len(wanted), seed=1, labels=wanted)).argmax(1)
    agreed = (seen == wanted).reshape(10, -1).mean(1)
    heard = numpy.bincount(seen, minlength=10)
    found, best, coverage = figures(model, folder)
    print(f"- {time.strftime('%Y-%m-%d')} `wavegan` of spoken digits, conditional "
          f"({model.recipe['conditioning']['name']}), {model.info['steps']} steps: inception-style score {found:.2f} of 2,000 "
          f"samples, {found / best:.0%} of the {best:.2f} of {len(real)} held-out recordings; {(heard > 0).sum()} digits heard, "
          f"the rarest in {heard.min() / len(seen):.1%}; agreement with the digit asked for {agreed.mean():.1%}, worst digit "
          f"{agreed.min():.1%}; coverage {coverage:.2f}. Classifier: test accuracy {accuracy:.1%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
