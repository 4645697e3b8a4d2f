"""A generative model: networks, optimisers and counters."""

import contextlib
import ctypes
import functools
import json
import os
import signal
import threading
from collections import namedtuple

import numpy

from . import _prototypes as c
from . import _tables
from ._arrays import batch, codes_pointer, labels_pointer
from ._handle import Handle
from ._library import check, encoded, lib, text_of
from .dataset import Dataset
from .evaluation import evaluated
from .errors import ArgumentError, CancelledError

_FIELDS = [name for name, _ in c.gan_step_stats._fields_ if name not in ("struct_size", "reserved", "reserved_2")]

StepStats = namedtuple("StepStats", sorted(_FIELDS, key=lambda name: (name != "step", name == "verdict")))
StepStats.__doc__ = "Figures of one training step; NaN where the step did not compute one."


def _stats(raw):
    values = {name: getattr(raw, name) for name in _FIELDS}
    for name in ("generator_updated", "went_back"):
        values[name] = bool(values[name])
    return StepStats(**values)


class Model(Handle):
    """A model with fresh weights, or a saved one by libgan.load.

    preset: a name of libgan.presets(). shape: of one sample, (H, W, C) or (D,). classes: of
    conditional models. recipe: a dict that refines the preset or stands alone. data: a Dataset, path
    or array that gives shape and classes instead.
    """

    _free = lib.gan_model_free

    def __init__(self, preset=None, *, shape=None, classes=None, seed=None, recipe=None, data=None):
        super().__init__(0)
        text = json.dumps(_recipe(preset, shape, classes, seed, recipe)).encode()
        with _Data(data) as dataset:
            handle = c.c_uint64()
            check(lib.gan_model_create(text, dataset, ctypes.byref(handle)))
        self._handle = handle.value

    @property
    def info(self):
        """A dict: kind, sample_shape, classes, parameters, steps, recipe, …"""
        return json.loads(text_of(lib.gan_model_info, self._handle))

    @property
    def health(self):
        """A dict about the training so far: verdict and its code, the step since which it holds, evidence,
        advice, and the latest signals of the samples."""
        return json.loads(text_of(lib.gan_model_health, self._handle))

    @property
    def recipe(self):
        """The complete recipe, a dict."""
        return self.info["recipe"]

    @functools.cached_property
    def sample_shape(self):
        """Shape of one sample, a tuple."""
        return tuple(self.info["sample_shape"])

    @functools.cached_property
    def data_kind(self):
        """What a sample is: images, vectors, text, series, sounds or tables."""
        return self.info["data"]

    def set_threads(self, count):
        """Most threads that a call of this model computes on; 0 for as many as libgan.set_threads allows."""
        check(lib.gan_model_set_threads(self._handle, count))

    def train_step(self, samples, labels=None):
        """One step on a batch: uint8 or float -1…1, [N, H, W, C] or [N, D]. Gives its StepStats."""
        raw = c.gan_step_stats(struct_size=ctypes.sizeof(c.gan_step_stats))
        check(lib.gan_model_train_step(self._handle, batch(samples, labels), ctypes.byref(raw)))
        return _stats(raw)

    def train(self, data, steps=0, *, labels=None, held_out=None, best=None, on_step=None,
              report_interval=1, seconds=0):
        """Trains until the model has made `steps` in all (0: the recipe's), or `seconds` are over.

        data: an array (with labels), a path or a Dataset. held_out: the same, to judge the run by; without
        it a part of data is kept for that. best: where the best checkpoint is kept, by the recipe's
        "evaluation". on_step receives StepStats every
        report_interval steps; if it returns something true, training stops with CancelledError; if
        it raises, training stops and the exception comes out here. So does Ctrl-C.
        """
        options = c.gan_train_options()
        lib.gan_train_options_init(ctypes.byref(options))
        options.steps, options.seconds, options.report_interval = steps, seconds, report_interval
        raised = []

        def step(_, raw):
            stop = False
            try:
                stop = on_step is not None and on_step(_stats(raw.contents))
            except BaseException as error:  # Through ctypes it would be an arbitrary number.
                raised.append(error)
            return 1 if raised or stop else 0

        callback = c.gan_step_callback(step)
        kind = self.data_kind
        with _Data(data, labels, kind=kind) as dataset, _Data(held_out, kind=kind) as other:
            options.held_out = other
            options.best_path = None if best is None else encoded(best)
            with _interrupt_kept_in(raised):
                status = lib.gan_model_train(self._handle, dataset, ctypes.byref(options), callback, None)
        if raised:
            raise raised[0]
        check(status)

    def cancel(self):
        """Stops a train() that runs in another thread; that call raises CancelledError."""
        check(lib.gan_model_cancel(self._handle))

    def sample(self, count=1, *, seed=0, first=0, label=None, labels=None, codes=None, truncation=1.0,
               temperature=1.0, averaged=True, where=None, balanced=False):
        """`count` samples: float32, [count, H, W, C] in -1…1, [count, D] or [count, T, C]; of a model of
        text a list of strings, of one of tables a dict of columns (pandas.DataFrame takes it as it is).

        Sample i of a seed is the same however many are asked for; `first` is the index of the first.

        label, labels: of a conditional model the class of every sample, or of each; without them
        sample i is of class i mod K. codes: [count, info["codes"]] or one row for all; of InfoGAN the
        value of each categorical code, then the continuous ones; of a conditional model a weight for
        every class, so that samples may lie between two. where: of tables, {column: value} that every
        row is to have, None for no value; balanced: rare values come more often, as in training, so that
        classifiers learn more of them.
        """
        options = c.gan_sample_options()
        lib.gan_sample_options_init(ctypes.byref(options))
        options.seed, options.first, options.count = seed, first, count
        options.label = -1 if label is None else label
        options.truncation, options.temperature, options.averaged = truncation, temperature, int(averaged)
        options.balanced = int(balanced)
        kept, options.labels, options.label_count = labels_pointer(labels)
        rows, options.codes, options.code_count = codes_pointer(codes, count)
        if where:
            options.conditions = json.dumps({name: _plain(value) for name, value in where.items()}).encode()
        if self.data_kind == "tables":
            text = text_of(lib.gan_model_sample_rows, self._handle, ctypes.byref(options))
            return _tables.read(text, self.info["recipe"]["data"]["table"])
        if self.data_kind == "text":
            text = text_of(lib.gan_model_sample_rows, self._handle, ctypes.byref(options))
            return text.split("\n")[:-1]
        values = _array_of(lib.gan_model_sample, self._handle, ctypes.byref(options))
        del kept, rows
        return values.reshape((count,) + self.sample_shape)

    def sample_tokens(self, count=1, *, seed=0, first=0, temperature=1.0, averaged=True):
        """The same samples of a model of text as its tokens, int32 [count, T]."""
        options = c.gan_sample_options()
        lib.gan_sample_options_init(ctypes.byref(options))
        options.seed, options.first, options.count = seed, first, count
        options.temperature, options.averaged = temperature, int(averaged)
        values = _array_of(lib.gan_model_sample, self._handle, ctypes.byref(options))
        return values.reshape((count,) + self.sample_shape).astype("i4")

    def apply(self, operation, samples, labels=None):
        """Runs a part of the model ("discriminate", "generate", "classify", …); float32, [N, …]."""
        given = batch(samples, labels)
        values = _array_of(lib.gan_model_apply, self._handle, operation.encode(), given)
        return values.reshape((given.shape[0], -1))

    def discriminate(self, samples, labels=None):
        """Raw scores, [N]: higher looks more real to the discriminator."""
        return self.apply("discriminate", samples, labels).reshape(-1)

    def generate(self, latents, labels=None):
        """Samples from latents [N, Z] of your own, with labels where the model is conditional; or
        [N, Z + codes], every latent followed by its codes (see `sample`)."""
        return self.apply("generate", latents, labels).reshape((-1,) + self.sample_shape)

    def classify(self, samples):
        """Class probabilities, [N, classes]: of a classifier, acgan or sgan."""
        return self.apply("classify", samples)

    def features(self, samples):
        """What a classifier's last hidden layer sees, [N, F]."""
        return self.apply("features", samples)

    def encode(self, samples):
        """Latents, [N, Z]: of bigan."""
        return self.apply("encode", samples)

    def reconstruct(self, samples):
        """Samples as the model makes them again: of bigan, ebgan and began."""
        return self.apply("reconstruct", samples).reshape((-1,) + self.sample_shape)

    def likelihood(self, tokens):
        """log p of texts, int32 [N, T], in nats, [N]: of a model of text."""
        return self.apply("likelihood", tokens).reshape(-1)

    def invert(self, samples, labels=None):
        """Latents [N, Z] whose own samples come nearest to these, searched for by gradient; with labels
        where the model is conditional."""
        return self.apply("invert", samples, labels)

    def evaluate(self, data, labels=None, **options):
        """Measures samples against data that the model has not been trained on: a Dataset, path or array.

        A dict with "figures", such as {"coverage[random]": 0.91}; NaN where one could not be computed.
        Options are those of gan_model_evaluate: metrics (a list of names), features ("random", "raw" or a
        classifier's run directory or checkpoint), count, seed, reference, training (of tables, the rows trained
        on: a path or columns), …
        """
        with _Data(data, labels, kind=self.data_kind) as dataset:
            return evaluated(lib.gan_model_evaluate, self._handle, dataset, options)

    def save(self, path):
        """Writes a checkpoint from which training goes on bit for bit."""
        check(lib.gan_model_save(self._handle, encoded(path)))


def load(path):
    """A model from a checkpoint file or a run directory."""
    handle = c.c_uint64()
    check(lib.gan_model_load(encoded(path), ctypes.byref(handle)))
    model = Model.__new__(Model)
    Handle.__init__(model, handle.value)
    return model


@contextlib.contextmanager
def _interrupt_kept_in(raised):
    """Keeps Ctrl-C for after the step: raised inside a callback's first instruction it would be lost."""
    usual = (threading.current_thread() is threading.main_thread()
             and signal.getsignal(signal.SIGINT) is signal.default_int_handler)
    if not usual:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: raised.append(KeyboardInterrupt()))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _array_of(function, *arguments):
    """Calls a function that gives floats: once for their count, once for the values."""
    count = c.c_int64()
    check(function(*arguments, None, 0, ctypes.byref(count)))
    values = numpy.empty(count.value, dtype="f4")
    pointer = values.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
    check(function(*arguments, pointer, values.size, ctypes.byref(count)))
    return values[:count.value]


def _plain(value):
    """numpy's scalars as Python's."""
    return value.item() if hasattr(value, "item") else value


def _recipe(preset, shape, classes, seed, recipe):
    """One recipe of what the constructor was given; the library checks it."""
    result = dict(recipe or {})
    if preset is not None:
        result["preset"] = preset
    if seed is not None:
        result["seed"] = int(seed)
    if shape is not None or classes is not None:
        description = dict(result.get("data") or {})
        if shape is not None:
            description["shape"] = [int(extent) for extent in shape]
            description.setdefault("kind", "images" if len(description["shape"]) > 1 else "vectors")
        if classes is not None:
            description["classes"] = int(classes)
        result["data"] = description
    return result


class _Data:
    """The handle of a Dataset, or of one made from a path or an array for the length of a call."""

    def __init__(self, data, labels=None, kind=None):
        self.own = None
        if data is None or isinstance(data, Dataset):
            if labels is not None:
                raise ArgumentError("labels: expected an array beside them, got a Dataset or None")
            self.handle = data.handle if data is not None else 0
        else:
            is_path = isinstance(data, (str, bytes, os.PathLike))
            self.own = Dataset(data, labels) if is_path or kind not in ("text", "series") else Dataset(data, labels, kind=kind)
            self.handle = self.own.handle

    def __enter__(self):
        return self.handle

    def __exit__(self, *_):
        if self.own is not None:
            self.own.close()
