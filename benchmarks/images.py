"""Images of the formats that the benchmarks read, as arrays, and pictures of some."""

import gzip

import numpy


def idx(path):
    """The array in an IDX file of bytes (.gz too)."""
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    return numpy.frombuffer(data, "u1", offset=4 + 4 * data[3]).reshape(numpy.frombuffer(data, ">i4", data[3], 4))


def images(path):
    """Of an IDX file (.gz too) or a CIFAR .bin: [N, H, W, C], −1…1."""
    if path.endswith(".bin"):
        pixels = numpy.fromfile(path, "u1").reshape(-1, 3073)[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    else:
        pixels = idx(path)[..., None]
    return pixels.astype("f4") / 127.5 - 1


def write_rows(path, *rows):
    """A grey picture of images [N, H, W, 1], −1…1, a row for each array."""
    from matplotlib.image import imsave

    lines = [numpy.concatenate(list(row[..., 0]), 1) for row in rows]
    imsave(path, numpy.concatenate(lines), cmap="gray", vmin=-1, vmax=1)
