import math
import threading

import numpy
import pytest

import libgan

POINTS = {"preset": "mlp", "shape": (2,), "seed": 3}


@pytest.fixture
def ring():
    turns = numpy.arange(256) * (2 * math.pi / 8)
    return numpy.stack([numpy.cos(turns), numpy.sin(turns)], axis=1).astype("f4")


@pytest.fixture
def model():
    with libgan.Model(**POINTS) as model:
        yield model


def test_train_step_gives_figures(model, ring):
    stats = model.train_step(ring)
    assert stats.step == 1 and stats.generator_updated is True and stats.verdict == 0
    assert math.isfinite(stats.discriminator_loss) and 0 <= stats.accuracy <= 1
    assert model.train_step(ring).step == 2


def test_training_changes_the_samples(model, ring):
    before = model.sample(8, seed=1)
    model.train(ring, steps=20)
    assert model.info["steps"] == 20
    assert not numpy.array_equal(before, model.sample(8, seed=1))


def test_images_of_bytes_and_floats_are_the_same_images():
    pixels = numpy.random.default_rng(0).integers(0, 256, (8, 16, 16, 1), dtype="u1")
    with libgan.Model(preset="dcgan", shape=(16, 16, 1), seed=1) as model:
        scores = model.discriminate(pixels)
        assert scores.shape == (8,) and scores.dtype == numpy.float32
        numpy.testing.assert_allclose(model.discriminate(pixels / 127.5 - 1), scores, atol=1e-5)
        x = model.sample(3)
        assert x.shape == (3, 16, 16, 1) and numpy.abs(x).max() <= 1


def test_a_sample_depends_on_seed_and_index_alone(model):
    ten = model.sample(10, seed=5)
    numpy.testing.assert_allclose(model.sample(4, seed=5, first=6), ten[6:], atol=1e-5)
    assert not numpy.array_equal(model.sample(10, seed=6), ten)


def test_a_saved_model_goes_on_bit_for_bit(ring, tmp_path):
    def weights(steps_before_saving):
        with libgan.Model(**POINTS) as model:
            model.train(ring, steps=steps_before_saving)
            model.save(tmp_path / "half.safetensors")
        with libgan.load(tmp_path / "half.safetensors") as model:
            model.train(ring, steps=12)
            model.save(tmp_path / "whole.safetensors")
        return (tmp_path / "whole.safetensors").read_bytes()

    assert weights(5) == weights(12)


def test_an_exception_in_on_step_comes_out(model, ring):
    def on_step(stats):
        if stats.step == 3:
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        model.train(ring, steps=100, on_step=on_step)
    assert model.info["steps"] == 3


def test_on_step_may_sample_and_stop(model, ring):
    seen = []

    def on_step(stats):
        seen.append((stats.step, model.sample(2).shape))
        return stats.step >= 4

    with pytest.raises(libgan.CancelledError):
        model.train(ring, steps=100, on_step=on_step, report_interval=2)
    assert seen == [(2, (2, 2)), (4, (2, 2))]


def test_another_thread_is_busy_and_may_cancel(model, ring):
    answers = []

    def other():
        for call in (lambda: model.sample(1), lambda: model.train_step(ring), model.close):
            try:
                call()
                answers.append("done")
            except libgan.BusyError:
                answers.append("busy")
        model.cancel()

    def on_step(stats):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    with pytest.raises(libgan.CancelledError):
        model.train(ring, steps=10**6, on_step=on_step)
    assert answers == ["busy"] * 3


def test_readers_run_together(model):
    expected = model.sample(64, seed=2)
    found = [None] * 4

    def read(index):
        found[index] = all(numpy.array_equal(model.sample(64, seed=2), expected) for _ in range(10))

    threads = [threading.Thread(target=read, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_a_recipe_may_stand_alone_or_refine_a_preset(ring):
    with libgan.Model(preset="mlp", data=ring, recipe={"batch": 8}) as model:
        assert model.recipe["batch"] == 8 and model.sample_shape == (2,)
        recipe = model.recipe
    with libgan.Model(recipe=recipe) as copy:
        assert copy.recipe == recipe


@pytest.mark.parametrize("given, error, words", [
    ({"preset": "nothing", "shape": (2,)}, libgan.ArgumentError, ["preset", "nothing"]),
    ({"preset": "mlp", "shape": (-2,)}, libgan.ArgumentError, ["data.shape"]),
    ({"preset": "mlp", "shape": (1 << 62,)}, libgan.ArgumentError, ["data.shape"]),
    ({"preset": "mlp", "shape": (2,), "recipe": {"colour": 1}}, libgan.ArgumentError, ["colour"]),
    ({"preset": "mlp", "shape": (2,), "recipe": {"batch": "x"}}, libgan.ArgumentError, ["batch"]),
    ({"preset": "mlp", "shape": (2,), "recipe": {"batch": 0}}, libgan.ArgumentError, ["batch"]),
    ({"preset": "mlp", "shape": (2,), "recipe": {"batch": 1 << 60}}, libgan.ArgumentError, ["batch"]),
    ({"preset": "mlp"}, libgan.ArgumentError, ["data"]),
])
def test_a_bad_recipe_names_its_field(given, error, words):
    with pytest.raises(error) as raised:
        libgan.Model(**given)
    assert all(word in str(raised.value) for word in words) and "\n" not in str(raised.value)


def test_bad_batches_are_refused_and_nothing_is_lost(model, ring):
    for bad in (numpy.zeros((4, 3), "f4"), numpy.zeros((4,), "f4"), numpy.zeros((0, 2), "f4"),
                numpy.full((4, 2), numpy.nan), numpy.array([["a", "b"]])):
        with pytest.raises(libgan.ArgumentError):
            model.train_step(bad)
    assert model.train_step(ring).step == 1


def test_a_closed_model_raises():
    model = libgan.Model(**POINTS)
    model.close()
    model.close()
    with pytest.raises(libgan.HandleError):
        model.sample(1)


def test_cut_and_changed_checkpoints_are_refused(model, tmp_path):
    path = tmp_path / "model.safetensors"
    model.save(path)
    whole = path.read_bytes()
    for cut in (0, 7, 8, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(libgan.FormatError):
            libgan.load(path)
    for place in (0, 9, 300, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1:])
        with pytest.raises(libgan.FormatError):
            libgan.load(path)
    path.write_bytes(whole)
    libgan.load(path).close()


def test_saving_where_nothing_can_be_written_is_an_error(model):
    with pytest.raises(libgan.FileError, match="/nowhere"):
        model.save("/nowhere/model.safetensors")
    assert model.sample(1).shape == (1, 2)


@pytest.fixture
def turns():
    return numpy.arange(256) % 8


@pytest.mark.parametrize("preset", ["cgan", "acgan", "projection"])
def test_samples_are_asked_for_by_label(preset, ring, turns):
    with libgan.Model(preset=preset, shape=(2,), classes=8, seed=1) as model:
        model.train_step(ring, labels=turns)
        assert model.info["conditional"] and model.info["codes"] == 8
        every = model.sample(16, seed=2)
        numpy.testing.assert_array_equal(every, model.sample(16, seed=2, labels=numpy.arange(16) % 8))
        threes = model.sample(16, seed=2, label=3)
        numpy.testing.assert_array_equal(threes, model.sample(16, seed=2, codes=numpy.eye(8)[3]))
        assert not numpy.array_equal(threes, every)
        between = model.sample(5, codes=numpy.linspace(numpy.eye(8)[0], numpy.eye(8)[1], 5))
        assert between.shape == (5, 2)
        assert model.generate(numpy.zeros((4, 100)), labels=[0, 1, 2, 3]).shape == (4, 2)
        with pytest.raises(libgan.ArgumentError, match=r"^label: expected 0…7"):
            model.sample(2, label=8)
        with pytest.raises(libgan.ArgumentError, match=r"^labels: expected 0…7, got 9 at sample 1"):
            model.sample(2, labels=[0, 9])
        with pytest.raises(libgan.ArgumentError, match="batch.labels: expected 256 labels"):
            model.train_step(ring)
        with pytest.raises(libgan.ArgumentError, match="batch.labels: expected 0…7"):
            model.train_step(ring, labels=turns + 1)


def test_codes_of_infogan_are_set(ring):
    with libgan.Model(preset="infogan", shape=(2,), seed=1) as model:
        stats = model.train_step(ring)
        assert math.isfinite(stats.information) and math.isnan(stats.balance)
        three = model.sample(8, seed=1, codes=[3, 0.5, -0.5])
        assert three.shape == (8, 2)
        assert not numpy.array_equal(three, model.sample(8, seed=1, codes=[4, 0.5, -0.5]))
        with pytest.raises(libgan.ArgumentError, match="codes: expected 6 numbers, 3 a sample, got 4"):
            model.sample(2, codes=[[3, 0.5], [3, 0.5]])
        with pytest.raises(libgan.ArgumentError, match="whole number in 0…9"):
            model.sample(2, codes=[10, 0, 0])


def test_what_a_family_can_do(ring, turns):
    with libgan.Model(preset="bigan", shape=(2,)) as model:
        model.train_step(ring)
        assert model.encode(ring).shape == (256, 50) and model.reconstruct(ring).shape == (256, 2)
        with pytest.raises(libgan.UnsupportedError, match="^classify: this model has no such part"):
            model.classify(ring)
    few = numpy.where(numpy.arange(256) < 8, turns, -1)
    with libgan.Dataset(ring, few) as data, libgan.Model(preset="sgan", data=data) as model:
        assert data.info["labelled"] == 8
        model.train(data, steps=2)
        numpy.testing.assert_allclose(model.classify(ring).sum(1), 1, atol=1e-5)
    with libgan.Model(preset="began", shape=(2,)) as model:
        stats = model.train_step(ring)
        assert 0 <= stats.balance <= 1 and stats.convergence > 0
        with pytest.raises(libgan.UnsupportedError, match="^codes: this model has no codes"):
            model.sample(codes=[1])


def test_samples_are_found_again_and_latents_lie_between(model):
    wanted = model.sample(3, seed=4)
    latents = model.invert(wanted)
    assert latents.shape == (3, model.info["latent"])
    # A latent as good as the one it was made from; what an untrained network makes is not far apart.
    apart = numpy.mean((wanted - model.sample(3, seed=5)) ** 2)
    assert numpy.mean((model.generate(latents) - wanted) ** 2) < 0.1 * apart
    path = libgan.interpolate(latents[0], latents[1], 5)
    assert path.shape == (5, latents.shape[1])
    numpy.testing.assert_allclose(path[[0, 4]], latents[:2], rtol=1e-5, atol=1e-6)
    assert libgan.interpolate([0, 2], [4, 0], 3, spherical=False).tolist() == [[0, 2], [2, 1], [4, 0]]
    for count, words in [(1, "count: expected 2 to"), (2, "b: expected 2 numbers")]:
        with pytest.raises(libgan.ArgumentError, match=words):
            libgan.interpolate([0, 1], [0, 1] if count == 1 else [0], count)


def test_sounds_are_arrays_and_wav_files(tmp_path):
    tones = numpy.sin(numpy.arange(16)[:, None] + 0.3 * numpy.arange(256)).astype("f4")
    libgan.write_sounds(tmp_path / "tones", tones, rate=8000)
    assert len(list((tmp_path / "tones").iterdir())) == 16
    with libgan.Dataset(tmp_path / "tones") as read, libgan.Dataset(tones, kind="sounds", rate=8000) as data:
        assert read.info["kind"] == data.info["kind"] == "sounds"
        assert read.info["rate"] == data.info["rate"] == 8000 and read.info["sample_shape"] == [256, 1]
        thin = {"generator": {"width": 2}, "discriminator": {"width": 2}, "batch": 4}
        with libgan.Model(preset="wavegan", recipe=thin, data=data, seed=1) as model:
            model.train(data, steps=2)
            made = model.sample(3)
    assert made.shape == (3, 256, 1) and numpy.abs(made).max() <= 1
    libgan.write_sound(tmp_path / "one.wav", made[0], rate=8000)
    with libgan.Dataset(tmp_path / "one.wav") as one:
        assert one.info["count"] == 1 and one.info["sample_shape"] == [256, 1]
    with pytest.raises(libgan.ArgumentError):
        libgan.write_sound(tmp_path / "bad.wav", numpy.zeros((2, 3, 4)), rate=8000)
    with pytest.raises(libgan.FormatError):
        (tmp_path / "one.wav").write_bytes((tmp_path / "one.wav").read_bytes()[:60])
        libgan.Dataset(tmp_path / "one.wav")


def test_tables_are_dicts_of_columns(tmp_path):
    random = numpy.random.default_rng(0)
    people = {
        "age": random.integers(18, 90, 300), "income": numpy.where(random.random(300) < 0.3, numpy.nan, random.random(300)),
        "city": random.choice(["Rome", "Oslo, N", "007"], 300), "member": random.random(300) < 0.5,
        "born": numpy.datetime64("1990-01-01") + random.integers(0, 999, 300),
    }
    small = {"generator": {"architecture": "ctgan", "width": 16}, "discriminator": {"architecture": "ctgan", "width": 16}}
    with libgan.Dataset(people) as data:
        kinds = {column["name"]: column["type"] for column in data.info["columns"]}
        assert data.info["kind"] == "tables" and len(data) == 300
        assert kinds == {"age": "integer", "income": "number", "city": "category", "member": "boolean", "born": "date"}
        model = libgan.Model(preset="ctgan", recipe={**small, "batch": 50}, data=data, seed=1)
        model.train(data, steps=4)
    model.train(people, steps=5)
    options = {"training": people, "metrics": ["column-shapes", "closest-record"]}
    figures = model.evaluate(people, **options)["figures"]
    assert 0 < figures["column-shapes[columns]"] < 1 and figures["closest-record-real[columns]"] == 0
    same = libgan.compare(people, people, **options)
    assert same["figures"]["column-shapes[columns]"] == 1 and len(same["parts"]["column-shapes[columns]"]) == 5
    rows = model.sample(200, seed=1)
    assert list(rows) == list(people) and all(len(column) == 200 for column in rows.values())
    assert rows["age"].dtype == "i8" and rows["age"].min() >= 18 and rows["age"].max() < 90
    assert rows["income"].dtype == "f8" and numpy.isnan(rows["income"]).any()
    assert set(rows["city"]) <= set(people["city"]) and rows["member"].dtype == bool
    assert min(rows["born"]) >= "1990-01-01"
    # Others of the same seed: their conditions are drawn another way.
    assert (model.sample(200, seed=1, balanced=True)["age"] != rows["age"]).any()
    asked = model.sample(20, seed=2, where={"city": "Oslo, N", "member": True})
    assert set(asked["city"]) == {"Oslo, N"} and asked["member"].all()
    assert set(numpy.isnan(model.sample(9, where={"income": None})["income"])) == {True}
    with pytest.raises(libgan.ArgumentError, match="where.city: expected one of"):
        model.sample(1, where={"city": "Paris"})
    # A structured array is a table too; a loaded model has all it takes.
    structured = numpy.zeros(20, [("age", "i4"), ("member", "?")])
    structured["age"], structured["member"] = numpy.arange(20), numpy.arange(20) % 2 == 0
    assert [column["type"] for column in libgan.Dataset(structured).info["columns"]] == ["integer", "boolean"]
    model.save(tmp_path / "people.safetensors")
    again = libgan.load(tmp_path / "people.safetensors").sample(5, seed=1)
    assert all(numpy.array_equal(again[name], rows[name][:5], equal_nan=name == "income") for name in rows)
    with pytest.raises(libgan.UnsupportedError, match="draws its rows from a data set"):
        model.train_step(numpy.zeros((50,) + model.sample_shape, "f4"))
    with pytest.raises(libgan.ArgumentError, match="columns of one length"):
        libgan.Dataset({"a": [1, 2], "b": [1]})


def test_csv_files_are_refused_by_row(tmp_path):
    for text, expected in [("a,b\n1,2\n3\n", "row 2 \\(line 3\\): expected 2 cells"), ("a,b\n1,\"2\n", "closing quote"),
                           ("a,b\n", "expected rows below the header")]:
        (tmp_path / "t.csv").write_text(text)
        with pytest.raises(libgan.FormatError, match=expected):
            libgan.Dataset(tmp_path / "t.csv")
