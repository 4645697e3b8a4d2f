"""What a worker and the driver say to each other, one line each way.

A worker builds its model, does a warm-up step, prints {"ready": …} and then, for every number n it
reads from standard input, does n steps and prints {"seconds": per step}. It ends with its input.
"""

import json
import sys
import time


def serve(name, step):
    """Answers the driver until it closes the pipe. `step` does one training step."""
    step()
    say({"ready": name})
    for line in sys.stdin:
        count = int(line)
        begin = time.perf_counter()
        for _ in range(count):
            step()
        say({"seconds": (time.perf_counter() - begin) / count})


def say(value):
    print(json.dumps(value), flush=True)
