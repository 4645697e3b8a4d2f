"""Work that any processor may do at any time: what the scheduler leaves of them is this one's to use. Its time beside
other processes is a step's fair share of the machine.

usage: share_worker.py THREADS
"""

import multiprocessing
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from protocol import Worker  # noqa: E402

TURNS = 20_000  # Of a loop: half a millisecond, far less than a scheduler's slice.
PIECES = 50  # Of a step, for each processor.


def work(done):
    while True:
        for _ in range(TURNS):
            pass
        with done.get_lock():
            done.value += 1


def main(threads):
    worker = Worker()
    context = multiprocessing.get_context("fork")
    done = context.Value("q", 0)
    for _ in range(threads):
        context.Process(target=work, args=(done,), daemon=True).start()

    def step():
        """Whoever does them; the waiting takes no processor's time."""
        end = done.value + threads * PIECES
        while done.value < end:
            time.sleep(0.0005)

    worker.serve("a fair share", step)


if __name__ == "__main__":
    main(int(sys.argv[1]))
