"""Figures as a Markdown table."""

import math
import statistics

from workloads import TRAINING, WORKLOADS

COLUMNS = {"libgan": "libgan", "eager": "PyTorch eager", "compile": "torch.compile", "jax": "JAX jit",
           "onnx": "ONNX Runtime"}


HEAD = ("workload", *COLUMNS.values(), "best peer ÷ libgan: median", "least", "share of peak")


def row(result):
    """The cells of one workload's line."""
    cells = [cell(result["contestants"].get(who)) for who in COLUMNS]
    median, least = ratio(result, statistics.median), ratio(result, min)
    share = peak_share(result)
    cells += [f"{value:.2f}×" if value else "" for value in (median, least)]
    cells += [f"{100 * share:.0f} %" if share else ""]
    return [result["workload"], *cells]


def cell(contestant):
    if contestant is None:
        return "–"
    if "absent" in contestant:
        return "absent"
    memory = contestant["memory"]
    return milliseconds(statistics.median(contestant["times"])) + (
        f", {memory / 1e6:.0f} MB" if memory else "")


def milliseconds(seconds):
    value = seconds * 1e3
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f} ms"


def present(result):
    return {who: one for who, one in result["contestants"].items() if "times" in one}


def ratio(result, figure):
    """Of the best peer's time to ours; above 1 we are faster. None without one of them."""
    times = {who: figure(one["times"]) for who, one in present(result).items()}
    ours = times.pop("libgan", None)
    return min(times.values()) / ours if ours and times else None


def peak_share(result):
    """Of the matmul peak that was measured in the same rounds; the canonical step's FLOPs."""
    ours = present(result).get("libgan")
    if not ours or not result.get("flops") or not result["peak"]:
        return None
    return result["flops"] / statistics.median(ours["times"]) / statistics.median(result["peak"])


def foot(results):
    """Below the table: means, who it was, and who was absent and why."""
    lines = []
    training = [one for one in results if WORKLOADS[one["workload"]].task in TRAINING
                and WORKLOADS[one["workload"]].precision == "f32" and ratio(one, min)]
    if training:
        medians, least = [statistics.geometric_mean(ratio(one, figure) for one in training)
                          for figure in (statistics.median, min)]
        lines.append(f"Geometric mean over the {len(training)} f32 training workloads: "
                     f"{medians:.2f}× by medians, {least:.2f}× by the least.")
    for precision in ("f32", "bf16"):
        peaks = [value for one in results for value in one["peak"]
                 if WORKLOADS[one["workload"]].precision == precision]
        if peaks:
            lines.append(f"Peak, {precision}: {statistics.median(peaks) / 1e9:.0f} GFLOP/s.")
    names = sorted({one["name"] for result in results for one in present(result).values()})
    lines.append("Contestants: " + "; ".join(names) + ".")
    lines += [f"{result['workload']}, {COLUMNS[who]}: absent: {one['absent']}" for result in results
              for who, one in result["contestants"].items() if "absent" in one]
    return lines
