"""Judges models of text that scripts/quality-text trained, and prints lines of docs/results.md.

usage: quality_text.py draw ORACLE RUN      draws the oracle's samples: RUN/train.npy, RUN/held-out.npy
       quality_text.py oracle FOLDER RUN    NLL of samples by the oracle, of held-out data by the models
       quality_text.py coco FOLDER RUN      BLEU with held-out captions, self-BLEU, samples
"""
import json
import pathlib
import struct
import sys
import time

import numpy

LENGTH, COUNT, HELD_OUT = 20, 10_000, 5_000


class Oracle:
    """The LSTM of the SeqGAN benchmark: gates x·W + h·U + b, token 0 first."""

    def __init__(self, path):
        content = pathlib.Path(path).read_bytes()
        size = struct.unpack("<Q", content[:8])[0]
        self.weights = {}
        for name, entry in json.loads(content[8:8 + size]).items():
            if name != "__metadata__":
                start, end = (8 + size + offset for offset in entry["data_offsets"])
                self.weights[name] = numpy.frombuffer(content[start:end], "<f4").reshape(entry["shape"]).astype("f8")

    def start(self, count):
        units = len(self.weights["b_i"])
        return numpy.zeros(count, int), numpy.zeros((count, units)), numpy.zeros((count, units))

    def step(self, tokens, hidden, cell):
        """State after a token, and log p of the next."""
        w = self.weights
        x = w["embedding"][tokens]

        def gate(name, ending=""):
            return x @ w[f"W_{name}{ending}"] + hidden @ w[f"U_{name}{ending}"] + w[f"b_{name}{ending}"]

        def sigmoid(x):
            return 1 / (1 + numpy.exp(-x))

        cell = sigmoid(gate("f")) * cell + sigmoid(gate("i")) * numpy.tanh(gate("c"))
        hidden = sigmoid(gate("o", "_gate")) * numpy.tanh(cell)
        logits = hidden @ w["W_out"] + w["b_out"]
        logits -= logits.max(1, keepdims=True)
        return hidden, cell, logits - numpy.log(numpy.exp(logits).sum(1, keepdims=True))

    def draw(self, count, seed):
        random = numpy.random.default_rng(seed)
        tokens, hidden, cell = self.start(count)
        columns = []
        for _ in range(LENGTH):
            hidden, cell, logs = self.step(tokens, hidden, cell)
            shares = numpy.exp(logs).cumsum(1)
            tokens = (shares < random.random((count, 1)) * shares[:, -1:]).sum(1)
            columns.append(tokens)
        return numpy.stack(columns, 1).astype("i4")

    def nll(self, samples):
        """Nats a token."""
        total = 0.0
        for part in numpy.array_split(samples, max(1, len(samples) // 1000)):
            tokens, hidden, cell = self.start(len(part))
            for place in range(LENGTH):
                hidden, cell, logs = self.step(tokens, hidden, cell)
                tokens = part[:, place]
                total -= logs[numpy.arange(len(part)), tokens].sum()
        return total / samples.size


def models(run):
    import libgan

    return [("maximum likelihood", libgan.load(run / "likelihood.safetensors")),
            ("adversarial", libgan.load(run / "checkpoint.safetensors"))]


def draw(oracle, run):
    oracle = Oracle(oracle)
    for name, count, seed in [("train", COUNT, 0), ("held-out", HELD_OUT, 1)]:
        numpy.save(pathlib.Path(run) / f"{name}.npy", oracle.draw(count, seed))


def oracle(folder, run):
    run = pathlib.Path(run)
    judge = Oracle(pathlib.Path(folder) / "seqgan_oracle.safetensors")
    held_out = numpy.load(run / "held-out.npy")
    print(f"- {time.strftime('%Y-%m-%d')} `text-oracle` ({models(run)[1][1].info['preset']}), NLL of held-out samples of the "
          f"oracle by itself {judge.nll(held_out):.3f}:")
    for name, model in models(run):
        samples = model.sample_tokens(HELD_OUT, seed=1)
        unique = len({row.tobytes() for row in samples}) / len(samples)
        own = -model.likelihood(held_out).mean() / LENGTH
        print(f"  - {name}, {model.info['steps']} steps: NLL_oracle {judge.nll(samples):.3f}, NLL_gen {own:.3f}, "
              f"unique {unique:.1%}")


def coco(folder, run):
    run = pathlib.Path(run)
    test = str(pathlib.Path(folder) / "image_coco_test.txt")

    print(f"- {time.strftime('%Y-%m-%d')} `text-coco` ({models(run)[1][1].info['preset']}), 2,000 samples beside "
          f"{2000:,} held-out captions:")
    for name, model in models(run):
        figures = model.evaluate(test, metrics=["bleu", "self-bleu", "unique"], count=2000)
        values = ", ".join(f"{name.partition('[')[0]} {value:.3f}" for name, value in figures["figures"].items())
        print(f"  - {name}, {model.info['steps']} steps: {values}")
    for name, model in models(run):
        print(f"  - the first samples by {name}:")
        for line in model.sample(10, seed=1):
            print(f"    - {line}")


if __name__ == "__main__":
    {"draw": draw, "oracle": oracle, "coco": coco}[sys.argv[1]](*sys.argv[2:])
