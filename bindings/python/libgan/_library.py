"""The shared library: finding it, its prototypes, and its functions that belong to no object."""

import ctypes
import ctypes.util
import json
import os
import pathlib

from . import _prototypes as c
from .errors import BY_STATUS, GanError


def _open():
    """By LIBGAN_LIBRARY, else beside this file (a wheel), else by the system's loader."""
    named = os.environ.get("LIBGAN_LIBRARY")
    if named:
        return ctypes.CDLL(named)
    beside = pathlib.Path(__file__).with_name("libgan.so")
    if beside.exists():
        try:
            return ctypes.CDLL(str(beside))
        except OSError as error:
            raise ImportError(f"{error}. The wheel needs the system's oneDNN 2, libpng and zlib: "
                              "on Debian, apt-get install libdnnl2 libpng16-16 zlib1g") from error
    for name in ("libgan.so.0", ctypes.util.find_library("gan")):
        try:
            if name:
                return ctypes.CDLL(name)
        except OSError:
            pass
    raise ImportError("libgan.so was not found: set LIBGAN_LIBRARY to its path, or install it (make install)")


def _bind(library):
    for name, (result, parameters) in c.FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise ImportError(f"{library._name} has no {name}: it is older than this package") from None
        function.restype, function.argtypes = result, parameters
    return library


lib = _bind(_open())


def check(status):
    """Raises the exception of a status that is not GAN_OK."""
    if status != c.GAN_OK:
        text = lib.gan_last_error().decode("utf-8", "replace")
        raise BY_STATUS.get(status, GanError)(text)


def text_of(function, *arguments, room=0):
    """Calls a function that gives a text: once for the length, once for the bytes; with `room` for it
    once. A text that is longer than that, or grew in between, is asked for again."""
    length = ctypes.c_int64(room - 1)
    if not room:
        check(function(*arguments, None, 0, ctypes.byref(length)))
    while True:
        buffer = ctypes.create_string_buffer(length.value + 1)
        status = function(*arguments, buffer, len(buffer), ctypes.byref(length))
        if status == c.GAN_ARGUMENT and length.value >= len(buffer):
            continue
        check(status)
        return buffer.raw[:length.value].decode("utf-8")


def encoded(text):
    """Bytes of a text or path for the library; a zero inside would cut it short."""
    data = os.fsencode(text)
    if b"\0" in data:
        raise ValueError("expected a text without zero characters")
    return data


def verdict_name(code):
    """The name of StepStats.verdict, such as "discriminator wins"."""
    return lib.gan_verdict_name(code).decode()


def version():
    """The library's release."""
    return lib.gan_version_string().decode()


def build_info():
    """What the library was built with and what it found on this machine."""
    return json.loads(text_of(lib.gan_build_info))


def presets():
    """The presets: a list of dicts with at least name, kind, paper and summary."""
    return json.loads(text_of(lib.gan_presets))


def set_threads(count):
    """Most threads of this process that the library computes on; 0 for all processors."""
    check(lib.gan_set_threads(count))


def set_memory_limit(bytes):
    """Most bytes of the library's buffers in this process; 0 for no limit."""
    check(lib.gan_set_memory_limit(bytes))


_log = None


def set_log(callback):
    """callback(level, message) receives the library's lines of log; None for none."""
    global _log

    def receive(_, level, message):
        try:
            callback(level, message.decode("utf-8", "replace"))
        except Exception:  # There is nobody to raise it to.
            pass

    following = c.gan_log_callback(receive) if callback else c.gan_log_callback()
    check(lib.gan_set_log(following, None))
    _log = following  # Kept alive as long as the library may call it.
