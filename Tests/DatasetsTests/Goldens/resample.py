"""Makes resample.json: every fifth value of a chirp, resampled from 44,100 to 8,000 Hz by SciPy.

    python resample.py > resample.json
"""
import json

import numpy
from scipy import signal

t = numpy.arange(22_050) / 44_100
x = 0.8 * numpy.sin(2 * numpy.pi * (200 + 2800 * t) * t)
taps = signal.firwin(2 * 441 * 64 + 1, 0.97 / 441, window=("kaiser", 12))
y = signal.resample_poly(x, 80, 441, window=taps)
assert len(y) == 4000
print(json.dumps([float(f"{v:.9g}") for v in y[1000:3001:5]]))
