"""Tables as columns: dicts of sequences, structured arrays and pandas' data frames, by way of CSV."""

import csv
import io
import math
import os
import tempfile
from collections.abc import Mapping

import numpy

from .errors import ArgumentError


def is_table(source):
    """Whether something has columns with names."""
    if isinstance(source, Mapping):
        return True
    names = getattr(getattr(source, "dtype", None), "names", None)
    return names is not None or (hasattr(source, "columns") and hasattr(source, "__getitem__"))


def _columns(source):
    if isinstance(source, Mapping):
        names = list(source)
    else:
        names = list(getattr(source, "columns", None) if hasattr(source, "columns") else source.dtype.names)
    columns = {str(name): numpy.asarray(source[name]).reshape(-1) for name in names}
    lengths = {name: len(column) for name, column in columns.items()}
    if not columns or len(set(lengths.values())) != 1:
        raise ArgumentError(f"data: expected columns of one length, got {lengths or 'none'}")
    return columns


def _cell(value):
    if value is None or value != value:
        return ""
    if isinstance(value, (bool, numpy.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, numpy.floating)):
        return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    return str(value)


def written(source, options):
    """The path of a temporary CSV file with a table's rows, and the options to read it with."""
    columns = _columns(source)
    types = {}
    for name, column in columns.items():
        known = [value for value in column[:100].tolist() if value is not None]
        # What is text stays text, even where it looks like numbers.
        if column.dtype.kind == "U" or (column.dtype.kind == "O" and known and all(type(v) is str for v in known)):
            types[name] = "category"
    options = {**options, "columns": {**types, **options.get("columns", {})}}
    descriptor, path = tempfile.mkstemp(suffix=".csv", prefix="libgan-")
    try:
        with open(descriptor, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_cell(value) for value in row] for row in zip(*columns.values()))
    except BaseException:
        os.unlink(path)
        raise
    return path, options


def read(text, schema):
    """CSV as a dict of arrays, typed by the columns of a model's schema."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=schema["dialect"]["delimiter"]))
    # One empty cell is an empty line, which csv takes for no row's cells.
    cells = list(zip(*(row or [""] for row in rows[1:]))) or [()] * len(rows[0])
    return {column["name"]: _typed(values, column) for column, values in zip(schema["columns"], cells)}


def _typed(cells, column):
    kind, has_nulls = column["type"], "" in cells
    if kind == "integer" and not has_nulls:
        return numpy.array([int(cell) for cell in cells], "i8")
    if kind in ("integer", "number"):
        return numpy.array([float(cell) if cell else math.nan for cell in cells], "f8")
    if kind == "boolean" and {value.lower() for value in column["values"]} <= {"true", "false"}:
        truth = [cell.lower() == "true" if cell else None for cell in cells]
        return numpy.array(truth, object if has_nulls else bool)
    return numpy.array([cell or None for cell in cells], object)
