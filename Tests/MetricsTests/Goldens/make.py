#!/usr/bin/env python3
"""Golden values of Sources/Metrics from the public reference implementations, written to goldens.json.

    python3 -m venv /tmp/references
    /tmp/references/bin/pip install numpy scipy torch torchvision clean-fid prdc torch-fidelity pytorch-msssim POT scikit-learn
    /tmp/references/bin/python Tests/MetricsTests/Goldens/make.py

  frechet                 clean-fid and torch-fidelity (SciPy's root of the covariances' product, as TTUR has it)
  kid                     clean-fid's kernel distance, on TF-GAN's blocks
  prdc                    prdc (clovaai)
  nearest-neighbour       scikit-learn's nearest neighbours, leaving one out
  inception-style-score   torch-fidelity, one split
  sliced-wasserstein      POT's; PGGAN's patches and pyramid are on no registry: NumPy and SciPy after its paper and code
  ms-ssim                 pytorch-msssim where it can (160 pixels and more); PGGAN's for small images in NumPy and SciPy
  modes                   on no registry: NumPy after PacGAN, section 4.1
  random features         torch, Float64
"""
import json
import pathlib

import numpy
import ot
import prdc
import pytorch_msssim
import scipy.ndimage
import sklearn.neighbors
import torch
import torch_fidelity.metric_isc
import torch_fidelity.metric_fid
from cleanfid import fid

from philox import normal, uniform

HERE = pathlib.Path(__file__).parent


def features(count, width, seed, scale=1.0, shift=0.0):
    """Correlated normal rows, f32: both sides make them from the same numbers."""
    x = normal(count * width, seed, 7).reshape(count, width)
    mixed = x + 0.5 * numpy.roll(x, 1, 1) * numpy.sin(numpy.arange(width))
    return (scale * mixed + shift).astype("f4")


def images(count, height, width, channels, seed, noise):
    """[N, H, W, C] of -1…1, f32."""
    y, x, c = numpy.meshgrid(numpy.arange(height), numpy.arange(width), numpy.arange(channels), indexing="ij")
    wave = numpy.stack([numpy.sin(0.31 * x + 0.17 * n + c) * numpy.cos(0.23 * y - 0.11 * n) for n in range(count)])
    draws = normal(wave.size, seed, 8).reshape(wave.shape)
    return numpy.tanh(0.8 * wave + noise * draws).astype("f4")


def moments(x):
    x = x.astype("f8")
    return x.mean(0), numpy.cov(x, rowvar=False)


def frechet(a, b):
    (m1, s1), (m2, s2) = moments(a), moments(b)
    one = fid.frechet_distance(m1, s1, m2, s2)
    other = torch_fidelity.metric_fid.fid_statistics_to_metric(
        {"mu": m1, "sigma": s1}, {"mu": m2, "sigma": s2}, False)["frechet_inception_distance"]
    assert abs(one - other) < 1e-6 * max(1, abs(one)), (one, other)
    return float(one)


def kid(a, b):
    """TF-GAN's mean over blocks of at most 1,024; clean-fid's estimate of each, on the whole block."""
    count = -(-max(len(a), len(b)) // 1024)
    found = []
    for block in range(count):
        x, y = a[block::count].astype("f8"), b[block::count].astype("f8")
        size = min(len(x), len(y))
        # clean-fid takes as many of one as of the other, in random order; the whole block is one such draw.
        found.append(fid.kernel_distance(x[:size], y[:size], num_subsets=1, max_subset_size=size))
    return float(numpy.mean(found))


def nearest_neighbour(a, b):
    both, is_real = numpy.concatenate([a, b]).astype("f8"), numpy.arange(len(a) + len(b)) < len(a)
    found = sklearn.neighbors.NearestNeighbors(n_neighbors=2).fit(both).kneighbors(both, return_distance=False)
    own = numpy.where(found[:, 0] == numpy.arange(len(both)), found[:, 1], found[:, 0])
    right = is_real[own] == is_real
    return [float(right.mean()), float(right[is_real].mean()), float(right[~is_real].mean())]


def probabilities(count, classes, seed):
    logits = 3 * normal(count * classes, seed, 9).reshape(count, classes)
    return logits, torch.softmax(torch.tensor(logits), 1).numpy().astype("f4")


def inception_style_score(count, classes, seed):
    logits, _ = probabilities(count, classes, seed)
    return float(torch_fidelity.metric_isc.isc_features_to_metric(
        torch.tensor(logits), splits=1, shuffle=False)["inception_score_mean"])


def directions(width):
    vectors = normal(512 * width, 0, 1).reshape(512, width)
    return (vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)).T


def wasserstein(a, b):
    return float(ot.sliced_wasserstein_distance(
        a.astype("f8"), b.astype("f8"), p=1, projections=directions(a.shape[1])))


FILTER = numpy.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]).astype("f4") / 256


def pyramid(x):
    """PGGAN's Laplacian pyramid of [N, H, W, C], down to 16 pixels."""
    levels = [x]
    while min(levels[-1].shape[1:3]) // 2 >= 16:
        blurred = scipy.ndimage.convolve(levels[-1], FILTER[None, :, :, None], mode="mirror")
        levels.append(blurred[:, ::2, ::2])
    for fine, coarse in zip(range(len(levels) - 1), levels[1:]):
        spread = numpy.zeros((len(x), 2 * coarse.shape[1], 2 * coarse.shape[2], x.shape[3]), "f4")
        spread[:, ::2, ::2] = coarse
        levels[fine] = levels[fine] - scipy.ndimage.convolve(spread, 4 * FILTER[None, :, :, None], mode="mirror")
    return levels


def descriptors(level, index):
    """128 patches of 7x7 an image, every channel normalised."""
    n, height, width, channels = level.shape
    draws = uniform(2 * 128 * n, 0, 2 + index).reshape(n, 128, 2)
    patches = numpy.empty((n, 128, 7, 7, channels), "f4")
    for image in range(n):
        for patch, (u, v) in enumerate(draws[image]):
            x, y = int(u * (width - 6)), int(v * (height - 6))
            patches[image, patch] = level[image, y:y + 7, x:x + 7]
    patches = patches.reshape(-1, 7, 7, channels).astype("f8")
    patches -= patches.mean((0, 1, 2), keepdims=True)
    patches /= patches.std((0, 1, 2), keepdims=True)
    return patches.reshape(len(patches), -1)


def image_distances(a, b):
    return [1000 * wasserstein(descriptors(x, i), descriptors(y, i))
            for i, (x, y) in enumerate(zip(pyramid(a), pyramid(b)))]


def similarity(a, b):
    """pytorch-msssim of single images [H, W, 1]."""
    x, y = (torch.tensor(i.astype("f8")).permute(2, 0, 1)[None] for i in (a, b))
    return float(pytorch_msssim.ms_ssim(x + 1, y + 1, data_range=2))


def small_similarity(a, b):
    """PGGAN's, whose window shrinks with the image and whose products are over means of all channels."""
    a, b = a.astype("f8") + 1, b.astype("f8") + 1
    product = 1.0
    for level, weight in enumerate([0.0448, 0.2856, 0.3001, 0.2363, 0.1333]):
        size = min(11, *a.shape[:2])
        place = numpy.arange(size) - (size - 1) / 2
        taps = numpy.exp(-place**2 / (2 * (size * 1.5 / 11)**2))
        window = numpy.outer(taps, taps) / taps.sum()**2

        def blur(x):
            views = numpy.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))
            return (views * window).sum((-2, -1))

        ma, mb = blur(a), blur(b)
        va, vb, vab = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
        contrast = (2 * vab + 0.06**2) / (va + vb + 0.06**2)
        whole = contrast * (2 * ma * mb + 0.02**2) / (ma * ma + mb * mb + 0.02**2)
        product *= numpy.clip((whole if level == 4 else contrast).mean(), 0, 1) ** weight
        a, b = ((x[0::2, 0::2] + x[1::2, 0::2] + x[0::2, 1::2] + x[1::2, 1::2]) / 4 if level < 4 else x for x in (a, b))
    return float(product)


def points(count, seed):
    """Seven of the ring's eight modes, too narrow, and some points far off."""
    draws = normal(2 * count, seed, 10).reshape(count, 2)
    angle = 2 * numpy.pi * (numpy.arange(count) % 7) / 8
    spread = numpy.where(numpy.arange(count)[:, None] % 10 == 3, 0.05, 0.008)
    return (numpy.stack([numpy.cos(angle), numpy.sin(angle)], 1) + spread * draws).astype("f4")


def modes(x):
    angles = 2 * numpy.pi * numpy.arange(8) / 8
    centres = numpy.stack([numpy.cos(angles), numpy.sin(angles)], 1)
    distances = numpy.linalg.norm(x[:, None].astype("f8") - centres, axis=2)
    nearest, good = distances.argmin(1), distances.min(1) <= 0.03
    counts = numpy.bincount(nearest[good], minlength=8)
    shares = counts[counts > 0] / counts.sum()
    spreads = []
    for mode in numpy.flatnonzero(counts):
        mean = x[good & (nearest == mode)].astype("f8").mean(0)
        spreads.append(float(numpy.median(numpy.abs(x[nearest == mode] - mean)) / 0.6744897501960817 / 0.01))
    return {"modes": int((counts > 0).sum()), "high-quality": float(good.mean()),
            "mode-kl": float(numpy.log(8) + (shares * numpy.log(shares)).sum()), "mode-spread": spreads}


def random_features(x):
    x = torch.tensor(x.astype("f8")).permute(0, 3, 1, 2)
    kept = []
    for level, filters in enumerate([32, 64, 64]):
        inputs = x.shape[1]
        weight = normal(16 * inputs * filters, 0, 0x1000 + level).reshape(4, 4, inputs, filters)
        weight = torch.tensor(weight * numpy.sqrt(2 / (16 * inputs))).permute(3, 2, 0, 1)
        x = torch.nn.functional.leaky_relu(torch.nn.functional.conv2d(x, weight, stride=2, padding=1), 0.2)
        kept += [x.mean((2, 3)), x.square().mean((2, 3)).sqrt()]
    return torch.cat(kept, 1).numpy()


def main():
    a, b = features(300, 16, 1), features(280, 16, 2, 0.9, 0.2)
    few, many = features(20, 48, 3), features(200, 48, 4, 1.1, -0.1)
    long, longer = features(1500, 8, 5), features(1500, 8, 6, 0.8, 0.3)
    real, fake = images(6, 40, 36, 3, 11, 0.1), images(6, 40, 36, 3, 12, 0.4)
    large = images(4, 176, 176, 1, 13, 0.3)
    small = images(4, 32, 32, 3, 14, 0.3)
    found = random_features(images(3, 28, 28, 1, 15, 0.3))
    goldens = {
        "frechet": frechet(a, b),
        "frechet of fewer rows than features": frechet(few, many),
        "kid": kid(a[:280], b),
        "kid in blocks": kid(long, longer),
        "prdc": {name: float(value) for name, value in prdc.compute_prdc(
            a.astype("f8"), b.astype("f8"), nearest_k=5).items()},
        "nearest-neighbour": nearest_neighbour(a[:280], b),
        "inception-style-score": inception_style_score(500, 10, 16),
        "sliced-wasserstein": wasserstein(a[:280], b),
        "sliced-wasserstein of images": image_distances(real, fake),
        "ms-ssim": [similarity(large[0], large[1]), similarity(large[2], large[3])],
        "ms-ssim of small images": [small_similarity(small[0], small[1]), small_similarity(small[2], small[3])],
        "modes": modes(points(1000, 17)),
        "random features": found[:, ::16].tolist(),
    }
    (HERE / "goldens.json").write_text(json.dumps(goldens, indent=1) + "\n")


if __name__ == "__main__":
    main()
