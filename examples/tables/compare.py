"""How alike the columns of two CSV files are: 1 - the greatest difference of cumulative shares for numbers, 1 - half the
sum of differences of shares for everything else; 1 is the same.

usage: compare.py REAL.csv MADE.csv
"""
import bisect
import collections
import csv
import sys


def columns(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return dict(zip(rows[0], zip(*rows[1:])))


def numbers(cells):
    try:
        return sorted(float(cell) for cell in cells if cell)
    except ValueError:
        return None


def alike(real, made):
    a, b = numbers(real), numbers(made)
    if a and b and len(set(a)) > 2:
        return 1 - max(abs(bisect.bisect_right(a, x) / len(a) - bisect.bisect_right(b, x) / len(b)) for x in set(a + b))
    a, b = collections.Counter(real), collections.Counter(made)
    return 1 - sum(abs(a[value] / len(real) - b[value] / len(made)) for value in set(a) | set(b)) / 2


def main(real, made):
    real, made = columns(real), columns(made)
    scores = {name: alike(real[name], made[name]) for name in real}
    for name, score in scores.items():
        print(f"{name:24} {score:.3f}")
    print(f"{'mean':24} {sum(scores.values()) / len(scores):.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
