"""Sounds as WAV files."""

import os
import wave

import numpy

from .errors import ArgumentError


def write_sound(path, samples, rate):
    """Writes [T] or [T, C] values of -1…1 (clamped) as a WAV file of 16 bits, `rate` frames a second."""
    samples = numpy.asarray(samples, dtype="f4")
    if samples.ndim == 1:
        samples = samples[:, None]
    if samples.ndim != 2 or not samples.size or not 1 <= samples.shape[1] <= 64:
        raise ArgumentError(f"samples: expected [T] or [T, C], got {list(samples.shape)}")
    values = numpy.clip(numpy.nan_to_num(samples) * 32768, -32768, 32767).round().astype("<i2")
    with wave.open(os.fspath(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(values.tobytes())


def write_sounds(folder, samples, rate):
    """The same for each of [N, T] or [N, T, C], as 000000.wav, 000001.wav, … in a folder, which is made."""
    os.makedirs(folder, exist_ok=True)
    for index, sound in enumerate(samples):
        write_sound(os.path.join(folder, f"{index:06}.wav"), sound, rate)
