import subprocess
import sys

import numpy
import pytest

import libgan
from libgan import _prototypes, errors


def test_presets_have_their_fields():
    presets = libgan.presets()
    assert {"mlp", "dcgan", "classifier"} <= {preset["name"] for preset in presets}
    assert all(preset["name"] and preset["kind"] and preset["summary"] for preset in presets)
    assert all("paper" in preset for preset in presets)


def test_build_info_and_version():
    info = libgan.build_info()
    assert info["version"] == libgan.version() == libgan.__version__
    assert info["abi_version"] == _prototypes.GAN_ABI_VERSION and info["threads"] >= 1


def test_every_status_has_its_exception():
    codes = [value for name, value in vars(_prototypes).items() if name in (
        "GAN_ARGUMENT", "GAN_HANDLE", "GAN_BUSY", "GAN_MEMORY", "GAN_IO", "GAN_FORMAT", "GAN_CANCELLED",
        "GAN_UNSUPPORTED", "GAN_DIVERGED", "GAN_INTERNAL")]
    assert sorted(errors.BY_STATUS) == sorted(codes) == list(range(1, 11))


def test_threads_do_not_change_a_bit():
    data = numpy.linspace(-1, 1, 128, dtype="f4").reshape(64, 2)
    results = []
    for threads in (1, 2):
        libgan.set_threads(threads)
        with libgan.Model(preset="mlp", data=data, seed=1) as model:
            model.train(data, steps=5)
            results.append(model.sample(16))
    libgan.set_threads(0)
    assert numpy.array_equal(*results)


def test_the_memory_limit_is_an_error_not_an_end():
    with pytest.raises(libgan.ArgumentError):
        libgan.set_memory_limit(-1)
    libgan.set_memory_limit(1 << 16)
    try:
        with pytest.raises(libgan.OutOfMemoryError):
            libgan.Model(preset="dcgan", shape=(64, 64, 3))
    finally:
        libgan.set_memory_limit(0)
    libgan.Model(preset="mlp", shape=(2,)).close()


def test_every_memory_limit_is_survived():
    # Whatever allocation is the one that fails, the answer is an error and everything is given back.
    data = numpy.linspace(-1, 1, 128, dtype="f4").reshape(64, 2)
    held = libgan.build_info()["memory_held"]
    outcomes = set()
    for limit in [held + int(1.25 ** step) for step in range(20, 75)]:
        libgan.set_memory_limit(limit)
        try:
            with libgan.Model(preset="mlp", data=data, recipe={"batch": 8}) as model:
                model.train(data, steps=1)
                model.sample(4)
                model.discriminate(data)
            outcomes.add("done")
        except libgan.OutOfMemoryError:
            outcomes.add("refused")
        finally:
            libgan.set_memory_limit(0)
    assert outcomes == {"done", "refused"}
    assert libgan.build_info()["memory_held"] == held


def test_log_lines_arrive():
    lines = []
    libgan.set_log(lambda level, message: lines.append((level, message)))
    with libgan.Model(preset="mlp", shape=(2,)) as model:
        model.train(numpy.zeros((8, 2), "f4"), steps=1)
    libgan.set_log(None)
    # The model is made, training begins, training ends.
    assert [message.split()[0] for _, message in lines] == ["made", "training", "trained"]
    assert all(level == _prototypes.GAN_LOG_INFO for level, _ in lines)


def test_datasets(tmp_path):
    images = numpy.zeros((6, 8, 8, 3), "u1")
    with libgan.Dataset(images, labels=[0, 1, 2, 0, 1, 2]) as data:
        assert len(data) == 6 and data.info["sample_shape"] == [8, 8, 3] and data.info["classes"] == 3
    numpy.save(tmp_path / "points.npy", numpy.zeros((5, 2), "f4"))
    with libgan.Dataset(tmp_path / "points.npy") as data:
        assert len(data) == 5
    with pytest.raises(libgan.FileError):
        libgan.Dataset(tmp_path / "missing")
    with pytest.raises(libgan.ArgumentError, match="colour"):
        libgan.Dataset(tmp_path / "points.npy", colour=1)
    (tmp_path / "cut.npy").write_bytes((tmp_path / "points.npy").read_bytes()[:-3])
    with pytest.raises(libgan.FormatError):
        libgan.Dataset(tmp_path / "cut.npy")
    with pytest.raises(libgan.ArgumentError):
        libgan.Dataset(images, labels=[0, 1])


def test_a_forked_child_trains():
    # The parent has threads of the library running before it forks.
    program = """
import os, sys, numpy, libgan
data = numpy.zeros((64, 2), "f4")
model = libgan.Model(preset="mlp", data=data)
model.train(data, steps=3)
child = os.fork()
if child == 0:
    model.train(data, steps=6)
    os._exit(0 if model.info["steps"] == 6 else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_ctrl_c_stops_training():
    program = """
import os, signal, threading, numpy, libgan
signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell's background jobs begin with it ignored.
data = numpy.zeros((64, 2), "f4")
model = libgan.Model(preset="mlp", data=data)
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    model.train(data, steps=10**8)
except KeyboardInterrupt:
    print("stopped", model.info["steps"] > 0)
"""
    run = subprocess.run([sys.executable, "-c", program], timeout=60, capture_output=True, text=True)
    assert run.stdout.strip() == "stopped True", run.stderr
