"""libgan trains and samples generative adversarial networks; see libgan.Model."""

from ._library import build_info, presets, set_log, set_memory_limit, set_threads, verdict_name, version
from .dataset import Dataset
from .errors import (ArgumentError, BusyError, CancelledError, DivergedError, FileError, FormatError,
                     GanError, HandleError, InternalError, OutOfMemoryError, UnsupportedError)
from .evaluation import compare
from .latents import interpolate
from .model import Model, StepStats, load
from .sounds import write_sound, write_sounds

__version__ = version()

__all__ = [
    "ArgumentError", "BusyError", "CancelledError", "Dataset", "DivergedError", "FileError", "FormatError",
    "GanError", "HandleError", "InternalError", "Model", "OutOfMemoryError", "StepStats", "UnsupportedError",
    "build_info", "compare", "interpolate", "load", "presets", "set_log", "set_memory_limit", "set_threads",
    "verdict_name", "version", "write_sound", "write_sounds",
]
