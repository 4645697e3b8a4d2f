"""Contestants as the driver sees them: processes that keep their model (Resident) or are started anew for
every measurement (Launch)."""

import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(os.path.dirname(HERE), "build")


def environment(threads):
    """Thread counts alike for every library; what compilers keep stays in build/."""
    count = str(threads)
    return dict(
        os.environ, OMP_NUM_THREADS=count, MKL_NUM_THREADS=count, OPENBLAS_NUM_THREADS=count,
        LIBGAN_LIBRARY=os.path.join(BUILD, "lib/libgan.so"), LD_LIBRARY_PATH=os.path.join(BUILD, "lib"),
        TORCHINDUCTOR_CACHE_DIR=os.path.join(BUILD, "bench/inductor"))


def processors(threads):
    """The processors that every contestant is held to; JAX takes its thread count from them."""
    return set(sorted(os.sched_getaffinity(0))[:threads])


class Absent(Exception):
    """Why a contestant does not take part, in one line."""


class Resident:
    """A worker's process (protocol.py). It is stopped whenever it is not asked, so that nobody's waiting
    threads disturb another's turn."""

    def __init__(self, arguments, threads):
        self.process = subprocess.Popen(
            [sys.executable, *arguments], cwd=HERE, env=environment(threads), text=True, process_group=0,
            preexec_fn=lambda: os.sched_setaffinity(0, processors(threads)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            self.facts = self._answer()
        except BaseException:
            self.close()
            raise
        self.name = self.facts["ready"]
        self._signal(signal.SIGSTOP)

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            errors = self.process.stderr.read().strip().splitlines()
            raise Absent(errors[-1] if errors else "it ended without a word")
        return json.loads(line)

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def ask(self, request):
        self._signal(signal.SIGCONT)
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        answer = self._answer()
        self._signal(signal.SIGSTOP)
        return answer

    def seconds(self, steps):
        """Of one step, over `steps` steps."""
        return self.ask(f"steps {steps}")["seconds"]

    def memory(self):
        return self.ask("memory")["bytes"]

    def flops(self):
        return self.ask("flops")["flops"]

    def close(self):
        self._signal(signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()


class Launch:
    """A command that prints a line with its name as soon as it has what is measured, or ends then."""

    facts = {}

    def __init__(self, arguments, threads):
        self.arguments, self.threads = arguments, threads
        self.name = self._run()[1]

    def _run(self):
        begin = time.perf_counter()
        with subprocess.Popen(
                self.arguments, cwd=HERE, env=environment(self.threads), text=True,
                preexec_fn=lambda: os.sched_setaffinity(0, processors(self.threads)),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            line = process.stdout.readline()
            seconds = time.perf_counter() - begin
            errors = process.communicate()[1].strip().splitlines()
        if process.returncode:
            raise Absent(errors[-1] if errors else "it ended without a word")
        return seconds, line.strip() or os.path.basename(self.arguments[0])

    def seconds(self, steps):
        """From the start of the process to its line, the mean of `steps` starts."""
        return sum(self._run()[0] for _ in range(steps)) / steps

    def memory(self):
        return None

    def flops(self):
        return None

    def close(self):
        pass
