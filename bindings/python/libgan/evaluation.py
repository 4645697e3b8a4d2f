"""How well samples resemble real ones."""

import contextlib
import json
import os

from . import _tables
from ._library import lib, text_of
from .dataset import Dataset


def compare(real, fake, **options):
    """Figures of one set of samples beside another: Datasets, paths or arrays.

    Of feature vectors of your own, [N, F], give `name`, which figures call them by:

        libgan.compare(real, fake, name="inception-v3")["figures"]["frechet[inception-v3]"]

    Options are those of gan_model_evaluate: metrics, features, count, seed, neighbours, reference, training (of
    tables: a path or columns), …
    """
    with contextlib.ExitStack() as opened:
        handles = []
        for data in (real, fake):
            if not isinstance(data, Dataset):
                data = opened.enter_context(contextlib.closing(Dataset(data)))
            handles.append(data.handle)
        return evaluated(lib.gan_dataset_compare, *handles, options)


def evaluated(function, first, second, options):
    """The answer of a function that measures: one call, since asking for the length measures too."""
    options = {key: os.fspath(value) if isinstance(value, os.PathLike) else value
               for key, value in options.items() if value is not None}
    written = None
    if _tables.is_table(options.get("training")):
        options["training"] = written = _tables.written(options["training"], {})[0]
    try:
        report = json.loads(text_of(function, first, second, json.dumps(options).encode(), room=1 << 16))
    finally:
        if written:
            os.unlink(written)
    for part in ("figures", "reference"):
        for name, value in report.get(part, {}).items():
            if value is None:
                report[part][name] = float("nan")
    return report
