import numpy
import pytest

import libgan

GENERATOR = {"architecture": "recurrent", "width": 12, "embedding": 6}
ALONE = {"preset": "language-model", "recipe": {"generator": GENERATOR, "batch": 16}}
SEQGAN = {"preset": "seqgan", "recipe": {
    "generator": GENERATOR, "batch": 16, "objective": {"discriminator-steps": 2},
    "discriminator": {"architecture": "text-cnn", "kernels": [1, 2], "filters": [4, 4]},
    "family": {"name": "seqgan", "pretraining": {"steps": 3}, "discriminator-pretraining": 2, "rollouts": 2}}}


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(["the cat sleeps", "the dog barks", "ein Vögelchen singt"] * 8), encoding="utf-8")
    return path


def test_a_dataset_tells_its_vocabulary(lines):
    info = libgan.Dataset(lines, length=2).info
    assert info["kind"] == "text" and info["sample_shape"] == [2] and info["count"] == 24
    vocabulary = info["vocabulary"]
    assert vocabulary["level"] == "word" and vocabulary["words"][0] == "the" and vocabulary["end"] == 0
    characters = libgan.Dataset(lines, level="character").info["vocabulary"]
    assert "ö" in characters["words"]


def test_samples_are_strings_and_tokens(lines):
    with libgan.Model(data=lines, **ALONE) as model:
        model.train(lines, steps=30)
        texts, tokens = model.sample(20, seed=2), model.sample_tokens(20, seed=2)
        words = [None, "<unk>"] + libgan.Dataset(lines).info["vocabulary"]["words"]
        assert tokens.shape == (20, 3) and tokens.dtype == numpy.int32
        for text, row in zip(texts, tokens):
            assert text == " ".join(words[token] for token in row if token)
        assert model.sample(3, seed=2, first=7) == texts[7:10]
        assert len(set(model.sample(20, temperature=1e-6))) == 1
        assert (model.likelihood(tokens) < 0).all()


def test_an_adversarial_model_goes_on_bit_for_bit(lines, tmp_path):
    def trained(*stops):
        model = libgan.Model(data=lines, **SEQGAN)
        for stop in stops:
            model.train(lines, steps=stop)
            model.save(tmp_path / "model.safetensors")
            model = libgan.load(tmp_path / "model.safetensors")
        return (tmp_path / "model.safetensors").read_bytes(), model

    (whole, model), (pieces, _) = trained(9), trained(2, 4, 9)
    assert whole == pieces
    figures = model.evaluate(lines, metrics=["bleu", "self-bleu", "unique"], count=24)["figures"]
    assert 0 <= figures["bleu-2[tokens]"] <= 1 and 0 < figures["unique[tokens]"] <= 1


def test_tokens_without_words():
    tokens = numpy.random.default_rng(0).integers(0, 7, (40, 5)).astype("i4")
    with libgan.Model(data=tokens, **ALONE) as model:
        model.train_step(tokens[:16])
        assert all(len(row.split()) == 5 for row in model.sample(4))
        with pytest.raises(libgan.ArgumentError, match="0…6"):
            model.train_step(tokens[:16] + 1)


def test_series(tmp_path):
    series = numpy.sin(numpy.arange(32 * 10 * 2).reshape(32, 10, 2) / 3).astype("f4") * 5
    recipe = {"data": {"kind": "series", "shape": [10, 2]}, "batch": 16,
              "generator": {"architecture": "recurrent", "width": 8},
              "discriminator": {"architecture": "recurrent", "width": 8, "bidirectional": True}}
    with libgan.Model(preset="sequence", recipe=recipe) as model:
        model.train(series, steps=3)
        assert model.sample(4).shape == (4, 10, 2)


def test_bad_texts(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"fine line\nnot \xff\n")
    with pytest.raises(libgan.FormatError, match="line 2"):
        libgan.Dataset(bad)
    bad.write_text("word\nword\n")
    with pytest.raises(libgan.FormatError, match="at least 2 words"):
        libgan.Dataset(bad)
