import math

import numpy
import pytest

import libgan

RANDOM = numpy.random.default_rng(5)


def test_a_model_is_measured_against_arrays_and_paths():
    with libgan.Model(preset="mlp", shape=(2,), seed=3) as model:
        report = model.evaluate("builtin:ring", count=300, metrics=["frechet", "modes"], reference=True)
        figures = report["figures"]
        assert report["features"] == "raw" and report["count"] == 300 and report["step"] == 0
        assert figures["frechet[raw]"] > report["reference"]["frechet[raw]"] >= 0
        assert report["reference"]["modes[ring]"] == 8
        again = model.evaluate(RANDOM.normal(size=(50, 2)).astype("f4"))
        assert 0 <= again["figures"]["coverage[raw]"] <= 1


def test_feature_arrays_are_compared_under_their_own_name():
    one = RANDOM.normal(size=(500, 6)).astype("f4")
    moved = one + numpy.array([3, 4, 0, 0, 0, 0], "f4")
    figures = libgan.compare(one, moved, name="mine")["figures"]
    # The covariances are the same: what remains is the squared distance of the means.
    assert figures["frechet[mine]"] == pytest.approx(25, rel=1e-4)
    assert figures["nearest-neighbour[mine]"] > 0.95
    assert libgan.compare(one, one)["figures"]["frechet[raw]"] == pytest.approx(0, abs=1e-6)


def test_the_distance_is_that_of_a_plain_formula():
    a, b = (RANDOM.normal(size=(400, 5)).astype("f4") @ RANDOM.normal(size=(5, 5)).astype("f4") for _ in range(2))
    (first, second), means = (numpy.cov(x, rowvar=False) for x in (a, b)), a.mean(0) - b.mean(0)
    roots = numpy.sqrt(numpy.linalg.eigvals(first @ second).real.clip(0))
    expected = means @ means + numpy.trace(first) + numpy.trace(second) - 2 * roots.sum()
    assert libgan.compare(a, b)["figures"]["frechet[raw]"] == pytest.approx(expected, rel=1e-4)


def test_images_have_figures_of_their_own():
    a, b = (RANDOM.integers(0, 256, (40, 20, 20, 1), dtype="u1") for _ in range(2))
    report = libgan.compare(a, b)
    for name in ("frechet[random]", "sliced-wasserstein[laplacian]", "ms-ssim[pixels]"):
        assert math.isfinite(report["figures"][name])
    assert "modes" in report["left_out"]


def test_what_does_not_fit_is_refused():
    points = numpy.zeros((10, 2), "f4")
    with pytest.raises(libgan.ArgumentError, match="metrics"):
        libgan.compare(points, points, metrics=["inception"])
    with pytest.raises(libgan.UnsupportedError, match="images"):
        libgan.compare(points, points, metrics=["ms-ssim"])
    with pytest.raises(libgan.ArgumentError, match="unknown key"):
        libgan.compare(points, points, metircs=["kid"])
