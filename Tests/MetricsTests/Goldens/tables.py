"""Makes tables.json: column shapes, pair trends and distances to the closest record of some tables by SDMetrics
(pip install sdmetrics==0.32.0).

    python -W ignore tables.py > tables.json
"""
import io
import json
import math

import pandas
from sdmetrics.reports.single_table import QualityReport
from sdmetrics.single_table.privacy.dcr_utils import calculate_dcr

TYPES = {"x": "numerical", "y": "numerical", "age": "numerical", "city": "categorical", "mood": "categorical",
         "paid": "boolean", "day": "datetime", "one": "numerical", "none": "categorical"}
METADATA = {"columns": {name: {"sdtype": kind} | ({"datetime_format": "%Y-%m-%d"} if kind == "datetime" else {})
                        for name, kind in TYPES.items()}}


def table(rows, seed, shift, nulls):
    """CSV whose columns depend on each other; every `nulls`th cell of some has no value."""
    state, lines = seed, [",".join(TYPES)]

    def even():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        return (state >> 33) / 2 ** 31

    for row in range(rows):
        x = sum(even() for _ in range(6)) - 3 + shift
        y = 0.8 * x + shift * even() + 0.3 * (even() - 0.5)
        age = int(17 + 60 * even())
        city = "Oslo Rome Lima Bonn".split()[min(3, int(2 + x + even()) if x > -2 else 0)] if even() > shift else "Kyiv"
        mood = ["good", "bad"][int(even() + 0.3 * (city == "Rome"))]
        paid = "yes" if age + 20 * even() > 50 else "no"
        day = f"2024-{1 + int(12 * even()):02}-{1 + int((age - 17) / 3):02}"
        cells = [f"{x:.3f}", f"{y:.2f}", str(age), city, mood, paid, day, "7", ""]
        for place in (1, 3, 6):
            if (row + place) % nulls == 0:
                cells[place] = ""
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def read(text):
    return pandas.read_csv(io.StringIO(text), dtype={name: str for name in ("city", "mood", "paid", "day", "none")})


def known(values):
    return [None if math.isnan(value) else value for value in values]


def trends(real, fake, related):
    report = QualityReport()
    if not related:
        report.real_correlation_threshold = report.real_association_threshold = 0
    report.generate(real, fake, METADATA, verbose=False)
    details = report.get_details("Column Pair Trends")
    if related:
        details = details[details["Meets Threshold?"].fillna(False)]
    columns = [details[(details["Column 1"] == name) | (details["Column 2"] == name)]["Score"].mean() for name in TYPES]
    shapes = report.get_details("Column Shapes").set_index("Column")["Score"]
    scores = report.get_properties().set_index("Property")["Score"]
    return scores, known(shapes[name] for name in TYPES), known(columns)


def closest(rows, training):
    """Of dates as seconds: only their proportions matter."""
    return float(calculate_dcr(rows, training, METADATA).median())


texts = {"real": table(160, 1, 0, 9), "fake": table(140, 2, 0.25, 7), "training": table(170, 3, 0, 8)}
real, fake, training = map(read, texts.values())
scores, shapes, related = trends(real, fake, True)
every, _, all_pairs = trends(real, fake, False)
print(json.dumps(texts | {
    "column-shapes": [scores["Column Shapes"]], "column-shapes parts": shapes,
    "pair-trends": [scores["Column Pair Trends"]], "pair-trends parts": related,
    "pair-trends-all": [every["Column Pair Trends"]], "pair-trends-all parts": all_pairs,
    "closest-record": [closest(fake, training)], "closest-record-real": [closest(real, training)],
}, indent=1))
