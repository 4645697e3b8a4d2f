"""What a worker does between the driver's lines: one request a line, one JSON object as the answer.

    steps N → {"seconds": of one step}        memory → {"bytes": above the loaded library}
    idle S  → {"seconds": CPU time used in S seconds of sleep}     flops → {"flops": of one step}

A worker ends with its input.
"""

import json
import sys
import time


def memory(*fields):
    """Bytes of fields of /proc/self/status, in order."""
    with open("/proc/self/status", encoding="ascii") as file:
        lines = dict(line.split(":", 1) for line in file)
    return [int(lines[field].split()[0]) * 1024 for field in fields]


class Worker:
    """Made as soon as the contestant's library is imported: what comes on top of that is its memory."""

    def __init__(self):
        self.loaded, = memory("RssAnon")

    def peak(self):
        """Peak of the process's own pages since it was made. Code that is read from files as it is first
        used does not count, in favour of large libraries."""
        high, files, shared = memory("VmHWM", "RssFile", "RssShmem")
        return high - files - shared - self.loaded

    def serve(self, name, step, flops=None, **facts):
        """Answers the driver until it closes the pipe. `step` does one step; it is warm already."""
        say({"ready": name, **facts})
        for line in sys.stdin:
            request, *value = line.split()
            if request == "steps":
                count = int(value[0])
                begin = time.perf_counter()
                for _ in range(count):
                    step()
                say({"seconds": (time.perf_counter() - begin) / count})
            elif request == "idle":
                begin = time.process_time()
                time.sleep(float(value[0]))
                say({"seconds": time.process_time() - begin})
            elif request == "memory":
                say({"bytes": self.peak()})
            elif request == "flops":
                say({"flops": flops() if flops else None})


def say(value):
    print(json.dumps(value), flush=True)
