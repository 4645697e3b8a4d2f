"""numpy arrays as batches of the library, without a copy where the type allows it."""

import ctypes

import numpy

from . import _prototypes as c
from .errors import ArgumentError

_ELEMENTS = {numpy.dtype("u1"): c.GAN_U8, numpy.dtype("f4"): c.GAN_F32, numpy.dtype("i4"): c.GAN_I32}


def _samples(array):
    array = numpy.asarray(array)
    if array.dtype in _ELEMENTS and array.dtype.isnative:
        return numpy.ascontiguousarray(array)
    if array.dtype.kind == "f":
        return numpy.ascontiguousarray(array, dtype="f4")
    if array.dtype.kind in "iu":
        return _as_int32(array, "samples")
    raise ArgumentError(f"samples: expected uint8, int32 or float elements, got {array.dtype}")


def _as_int32(array, field):
    array = numpy.asarray(array)
    if array.dtype.kind not in "iu":
        raise ArgumentError(f"{field}: expected whole numbers, got {array.dtype}")
    limits = numpy.iinfo("i4")
    if array.size and not limits.min <= array.min() <= array.max() <= limits.max:
        raise ArgumentError(f"{field}: expected 32-bit numbers, got {array.min()} to {array.max()}")
    return numpy.ascontiguousarray(array, dtype="i4")


def labels_pointer(labels):
    """(array to keep alive, pointer, count) of labels; None gives none."""
    if labels is None:
        return None, None, 0
    array = _as_int32(labels, "labels").reshape(-1)
    return array, array.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)), array.size


def codes_pointer(codes, count):
    """The same of codes, one row for all samples or a row for each."""
    if codes is None:
        return None, None, 0
    array = numpy.asarray(codes)
    if array.dtype.kind not in "fiu" or array.ndim not in (1, 2):
        raise ArgumentError(f"codes: expected numbers, one row or {count}, got {array.dtype} {array.shape}")
    array = numpy.ascontiguousarray(numpy.tile(array, (max(count, 0), 1)) if array.ndim == 1 else array, dtype="f4")
    return array, array.ctypes.data_as(ctypes.POINTER(ctypes.c_float)), array.size


def batch(array, labels=None):
    """A gan_batch that borrows the arrays. They live as long as the batch does."""
    array = _samples(array)
    if not 1 <= array.ndim <= 8:
        raise ArgumentError(f"samples: expected 1 to 8 axes, got {array.ndim}")
    result = c.gan_batch(struct_size=ctypes.sizeof(c.gan_batch))
    result.element_type = _ELEMENTS[array.dtype]
    result.rank = array.ndim
    result.shape[:array.ndim] = array.shape
    result.data = array.ctypes.data
    result.data_bytes = array.nbytes
    kept, result.labels, result.label_count = labels_pointer(labels)
    result.borrowed = (array, kept)
    return result
