"""The latest figures of every measurement, in build/bench/results.json: what docs/performance.md is made of."""

import json
import os

from contestant import BUILD

PATH = os.path.join(BUILD, "bench/results.json")


def load():
    try:
        with open(PATH, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def keep(section, values):
    """Puts values into a section; those of other keys stay."""
    everything = load()
    everything.setdefault(section, {}).update(values)
    os.makedirs(os.path.dirname(PATH), exist_ok=True)
    with open(PATH + ".new", "w", encoding="utf-8") as file:
        json.dump(everything, file, indent=1, sort_keys=True)
    os.replace(PATH + ".new", PATH)
