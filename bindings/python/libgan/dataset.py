"""Samples to train on."""

import ctypes
import json
import os

from . import _prototypes as c
from . import _tables
from ._arrays import batch
from ._handle import Handle
from ._library import check, encoded, lib, text_of


def _json(options):
    return json.dumps(options).encode() if options else None


class Dataset(Handle):
    """An immutable set of samples: Dataset("folder"), or Dataset(array, labels).

    A path is a folder of PNG or WAV files (sub-folders are labels), a WAV, IDX, .npy or CIFAR .bin file,
    lines of text (.txt) or a table (.csv); the keyword options are those of gan_dataset_open (size, crop,
    channels, labels, pattern, rate, length, level, columns, …). An array is copied: [N, D] vectors, [N, H, W]
    or [N, H, W, C] images, uint8 or float in -1…1; int32 [N, T] tokens; with kind="series" [N, T, C] sequences
    of numbers, with kind="sounds" [N, T] or [N, T, C] in -1…1. A dict of columns, a structured array or a data
    frame of pandas is a table: its columns are numbers, texts, booleans, dates.
    """

    _free = lib.gan_dataset_free

    def __init__(self, source, labels=None, **options):
        super().__init__(0)
        handle = c.c_uint64()
        if isinstance(source, (str, bytes, os.PathLike)):
            if labels is not None:
                options["labels"] = os.fsdecode(labels)
            check(lib.gan_dataset_open(encoded(source), _json(options), ctypes.byref(handle)))
        elif _tables.is_table(source):
            path, options = _tables.written(source, options)
            try:
                check(lib.gan_dataset_open(encoded(path), _json(options), ctypes.byref(handle)))
            finally:
                os.unlink(path)
        else:
            check(lib.gan_dataset_copy(batch(source, labels), _json(options), ctypes.byref(handle)))
        self._handle = handle.value

    @property
    def info(self):
        """A dict: kind, count, sample_shape, classes, …"""
        return json.loads(text_of(lib.gan_dataset_info, self._handle))

    def __len__(self):
        return self.info["count"]
