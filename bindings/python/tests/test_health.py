"""What a training says of itself, and what it does when something goes wrong."""

import json

import numpy
import pytest

import libgan

TINY = {"generator": {"architecture": "mlp", "width": 16, "depth": 2},
        "discriminator": {"architecture": "mlp", "width": 16, "depth": 2}, "latent": {"size": 4}, "batch": 32}


def points(count, seed=0):
    return numpy.random.default_rng(seed).normal(0, 1, (count, 2)).astype("f4")


def model(**recipe):
    return libgan.Model(shape=(2,), seed=3, recipe={**TINY, **recipe})


def test_looks_come_with_their_figures():
    seen = []
    with model(health={"every": 10}) as made:
        made.train(points(2000), steps=30, on_step=lambda stats: seen.append(stats))
        health = made.health
    assert numpy.isnan(seen[8].coverage) and not seen[8].went_back
    assert 0 <= seen[-1].held_out_share <= 1 and 0 <= seen[-1].coverage <= 1
    assert seen[-1].diversity > 0 and seen[-1].nearest > 0 and seen[-1].fake_slope > 0
    assert health["verdict"] == libgan.verdict_name(health["code"]) and health["step"] == 30
    assert health["signals"]["step"] == 30 and health["advice"] and health["rate_factor"] == 1


def test_data_that_repeat_themselves_are_told():
    lines = []
    libgan.set_log(lambda level, message: lines.append((level, message)))
    try:
        with model(health={"every": 10}) as made:
            made.train(numpy.repeat(points(20), 100, axis=0), steps=30)
            assert made.health["verdict"] == "memorising" and made.health["since"] == 20
            assert made.health["evidence"][0]["name"] == "distinct items"
    finally:
        libgan.set_log(None)
    assert any("memorising (distinct items 0.0" in message for _, message in lines)


def test_the_policy_stop_ends_the_training():
    with model(health={"every": 10, "policy": "stop"}) as made:
        with pytest.raises(libgan.DivergedError, match="memorising"):
            made.train(numpy.repeat(points(20), 100, axis=0), steps=100)
        assert made.info["steps"] == 20


def test_steps_that_are_not_finite_go_back_and_end(tmp_path):
    huge = numpy.full((8, 2), 3e38, "f4")
    with model(objective={"loss": "least-squares"}) as made:
        for _ in range(5):
            made.train_step(points(8))
        before = made.sample(16)
        first, second = made.train_step(huge), made.train_step(huge)
        assert libgan.verdict_name(first.verdict) == "not finite" and not first.went_back and first.rate_factor == 1
        assert second.went_back is True and second.rate_factor == 0.5
        with pytest.raises(libgan.DivergedError):
            for _ in range(20):
                made.train_step(huge)
        assert numpy.isfinite(made.sample(16)).all() and numpy.isfinite(before).all()
        made.save(tmp_path / "good.safetensors")
        assert made.train_step(points(8)).verdict == 0


def test_the_best_checkpoint_is_kept_and_patience_ends(tmp_path):
    best = tmp_path / "best.safetensors"
    plan = {"every": 20, "metrics": ["nearest-neighbour"], "held-out": 200, "patience": 2}
    with model(evaluation=plan, optimizers={"generator": {"name": "adam", "rate": 1e-9}}) as made:
        made.train(points(2000), steps=400, best=best)
        # A generator that stands still gets no better than it was at first.
        assert made.info["steps"] < 400
        kept = made.health["best"]
    with libgan.load(best) as loaded:
        assert loaded.info["steps"] == kept["best_step"] and kept["figure"] == "nearest-neighbour[raw]"
        figures = loaded.evaluate(points(2000, seed=9), metrics=["nearest-neighbour"], count=500)["figures"]
    assert abs(figures["nearest-neighbour[raw]"] - kept["best"]) < 0.1


def test_held_out_data_of_ones_own():
    with model(health={"every": 10}) as made:
        made.train(points(500), steps=20, held_out=points(300, seed=1))
        signals = made.health["signals"]
        assert "seen_share" in signals and json.dumps(signals)
        with pytest.raises(libgan.ArgumentError, match="held-out data"):
            made.train(points(500), steps=30, held_out=numpy.zeros((50, 3), "f4"))
