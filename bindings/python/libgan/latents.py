"""Ways between latents."""

import ctypes

import numpy

from . import _prototypes as c
from ._library import check, lib
from .errors import ArgumentError


def interpolate(a, b, count, *, spherical=True):
    """`count` latents from a to b, both included, [count, Z]: along the arc, as normal latents want it,
    or straight."""
    a, b = (numpy.ascontiguousarray(latent, dtype="f4").reshape(-1) for latent in (a, b))
    if a.size != b.size:
        raise ArgumentError(f"b: expected {a.size} numbers, as a has, got {b.size}")
    pointers = [latent.ctypes.data_as(ctypes.POINTER(ctypes.c_float)) for latent in (a, b)]
    given = (*pointers, a.size, int(count), int(bool(spherical)))
    needed = c.c_int64()
    check(lib.gan_latents_interpolate(*given, None, 0, ctypes.byref(needed)))
    path = numpy.empty(needed.value, dtype="f4")
    out = path.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
    check(lib.gan_latents_interpolate(*given, out, path.size, ctypes.byref(needed)))
    return path.reshape(-1, a.size)
