"""Invents words: learns the letters of a list of words, one a line, and shows what it makes of them.

usage: words.py LIST.txt [RUN]     RUN: the model's file (words.safetensors); goes on with it when it is there

SECONDS: of training, 120. It needs numpy and libgan's Python package.
"""
import os
import pathlib
import sys

import libgan


def main(path, run="words.safetensors"):
    known = set(pathlib.Path(path).read_text(encoding="utf-8").split("\n"))
    # A token is a letter; words of more than twelve are cut.
    data = libgan.Dataset(path, level="character", length=12)
    if os.path.exists(run):
        model = libgan.load(run)
    else:
        model = libgan.Model(preset="language-model", data=data, seed=1)
    print(f"{len(data)} words of {data.info['vocabulary']['size']} letters and marks, from step {model.info['steps']}")

    def show(stats):
        words = model.sample(6, seed=stats.step)
        print(f"step {stats.step:6}  loss {stats.generator_loss:.3f}  {' '.join(words)}")

    model.train(data, steps=1_000_000_000, seconds=float(os.environ.get("SECONDS", "120")), report_interval=500, on_step=show)
    model.save(run)
    if model.health["verdict"] != "healthy":
        print(model.health["verdict"], "-", model.health["advice"])

    # Cold ones are usual, warm ones are odd.
    for temperature in (0.5, 0.8, 1.0):
        made = model.sample(200, seed=7, temperature=temperature)
        new = sorted(set(made) - known)
        print(f"\nat temperature {temperature}, {len(made) - sum(word not in known for word in made)} of {len(made)} are in the list; new are")
        print(" ".join(new[:40]))
    figures = model.evaluate(data, metrics=["bleu", "self-bleu", "unique"], count=500)["figures"]
    print("\n" + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
