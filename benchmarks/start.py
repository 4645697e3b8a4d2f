"""From the start of a process to its first sample: the commands, and the files that they load."""

import os
import subprocess
import sys

from contestant import BUILD, HERE, Absent, environment

ROOT = os.path.dirname(HERE)
FOLDER = os.path.join(BUILD, "bench")
# libgan's stands for how it is called: that is what the workload's name ends with.
SCRIPTS = {"eager": "start/first_sample_torch.py", "onnx": "start/first_sample_onnx.py",
           "start-python": "start/first_sample_libgan.py"}


def command(workload, who):
    """Of a contestant, its model made if it is not there yet.

    Raises: Absent where a part is not installed.
    """
    model = os.path.join(FOLDER, f"{workload.networks}-{workload.shape[0]}")
    if who != "libgan":
        return _script(SCRIPTS[who], workload, model + "." + who)
    model += ".safetensors"
    if workload.name == "start-c":
        _script(SCRIPTS["start-python"], workload, model)
        return [_program(), model]
    if workload.name == "start-command":
        _script(SCRIPTS["start-python"], workload, model)
        return [os.path.join(BUILD, "bin/gan"), "sample", model, "--count", "1", "--out",
                os.path.join(FOLDER, "first.npy")]
    return _script(SCRIPTS[workload.name], workload, model)


def _script(script, workload, model):
    """A script that samples from a model; without one it is asked to make it first."""
    line = [sys.executable, os.path.join(HERE, script), model]
    if not os.path.exists(model):
        _run(line + [workload.name])
    return line


def _program():
    """The C program, compiled against the library in build/."""
    program = os.path.join(FOLDER, "first_sample")
    _run(["cc", "-O2", os.path.join(HERE, "start/first_sample.c"), "-o", program,
          "-I", os.path.join(ROOT, "include"), "-L", os.path.join(BUILD, "lib"), "-lgan"])
    return program


def _run(line):
    done = subprocess.run(line, env=environment(2), capture_output=True, text=True)
    if done.returncode:
        raise Absent((done.stderr.strip().splitlines() or ["it failed without a word"])[-1])
