#!/usr/bin/env python3
"""Small valid inputs for scripts/test-fuzz-files, made with the command and Python alone.

usage: fuzz-seeds.py FOLDER      writes FOLDER/seeds/TARGET/*
"""
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import zlib
import gzip

ROOT = pathlib.Path(__file__).resolve().parent.parent
NETWORK = {"architecture": "mlp", "width": 2, "depth": 1}
TINY = {"generator": NETWORK, "discriminator": NETWORK, "latent": {"size": 2}, "batch": 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(colour, depth, interlaced=0):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = b"\0" + bytes(range(7)) * channels
    width = 8
    length = 1 + (width * channels * depth + 7) // 8
    rows = (row * 20)[:length]
    rows = b"\0" + rows[1:]
    header = struct.pack(">IIBBBBB", width, 4, depth, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(range(48))) if colour == 3 else b""
    body = rows * (4 if not interlaced else 12)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def npy(kind, shape, data):
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def idx(code, shape, data):
    return bytes([0, 0, code, len(shape)]) + b"".join(struct.pack(">I", n) for n in shape) + data


def wav(tag, bits, data, channels=1, rate=8000, extensible=False):
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", 0xfffe if extensible else tag, channels, rate, rate * block, block, bits)
    if extensible:
        form += struct.pack("<HHIH", 22, bits, 0, tag) + bytes([0, 0, 0, 0, 16, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71])
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + b"LIST\x02\0\0\0ab" + b"data" + struct.pack(
        "<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def sounds():
    for tag, bits in [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)]:
        for channels, extensible in [(1, False), (2, True)]:
            yield wav(tag, bits, bytes(48), channels, 8000, extensible)
    yield wav(1, 16, struct.pack("<40h", *range(-2000, 2000, 100)), 1, 22050)


def arrays():
    for kind, shape, data in [("<f4", "(2, 3)", struct.pack("<6f", *range(6))), ("|u1", "(2, 2, 2)", bytes(8)),
                              ("<i8", "(3,)", struct.pack("<3q", 0, 1, 2)), ("|b1", "(2, 4)", bytes(8)),
                              (">f8", "(1, 2)", struct.pack(">2d", 1, -1)), ("<u2", "(1, 1, 1, 3)", bytes(6))]:
        yield "npy", npy(kind, shape, data)
    for code, shape, data in [(8, [2, 2, 2], bytes(8)), (8, [3], bytes(3)), (13, [1, 2], struct.pack(">2f", 1, 2)),
                              (12, [2], struct.pack(">2i", 1, 0)), (11, [1, 2, 1, 1], bytes(4))]:
        yield "idx", idx(code, shape, data)


def inputs():
    for preset in json.loads(subprocess.check_output([ROOT / "build/bin/gan", "presets", "--json"])):
        yield "recipe", json.dumps({"preset": preset["name"], "data": {"shape": [8, 8, 1], "classes": 3}}).encode()
        yield "recipe", json.dumps(preset.get("recipe", {})).encode()
    layers = [{"dense": {"units": 4}}, {"reshape": {"shape": [2, 2, 1]}}, {"conv": {"filters": 2, "kernel": 3}},
              {"residual": {"layers": [{"activation": {"name": "relu"}}]}}, {"batch-norm": {}}, {"flatten": {}}]
    yield "recipe", json.dumps({**TINY, "data": {"shape": [8, 8, 1]}, "discriminator": {"layers": layers}}).encode()
    for options in [{"size": [4, 4], "crop": True, "channels": 3, "background": [1, 2, 3]}, {"kind": "vectors"},
                    {"range": [0, 255], "limit": 1000, "labels": ""}]:
        yield "dataset_options", json.dumps(options).encode()
    for target, data in arrays():
        for flags in (0, 1, 2, 4, 9, 32):
            yield target, bytes([flags]) + data
        yield target, b"\0" + gzip.compress(data, mtime=0)
    for data in sounds():
        for flags in (0, 1, 3, 7, 9, 25, 33, 66, 128):
            yield "wav", bytes([flags]) + data
    for text in [b"a,b,c,d\n1,x,2024-01-31,yes\n2.5,\"y,\"\"z\",2023-02-01,no\n,x,,yes\n", b"\xef\xbb\xbfa;b\r\n007;NA\r\n1e-3;\xc3\xbc\r\n",
                 b"a\n1\n1\n2\n", b"a,b\n1\n", b"a,b\n1,\"x\n", b"k,e\n7,\n7,\n"]:
        for flags in (0, 1, 2):
            yield "csv", bytes([flags]) + text
    for colour, depth in [(0, 1), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 8), (4, 8), (6, 8), (6, 16)]:
        for interlaced in (0, 1):
            yield "png", bytes([depth & 7]) + png(colour, depth, interlaced)


def checkpoint(folder):
    recipe = folder / "recipe.json"
    recipe.write_text(json.dumps(TINY))
    # Of an earlier call: training would refuse to write over it.
    shutil.rmtree(folder / "run", ignore_errors=True)
    subprocess.run([ROOT / "build/bin/gan", "train", "--data", "builtin:ring", "--recipe", recipe, "--steps", "1",
                    "--out", folder / "run", "--quiet"], check=True)
    return (folder / "run/checkpoint.safetensors").read_bytes()


def main():
    folder = pathlib.Path(sys.argv[1])
    all_inputs = list(inputs()) + [("safetensors", checkpoint(folder))]
    for number, (target, data) in enumerate(all_inputs):
        place = folder / "seeds" / target
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:03}").write_bytes(data)


if __name__ == "__main__":
    main()
