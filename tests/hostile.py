#!/usr/bin/env python3
"""Inputs that were made to fill the memory, at their full size: how much of it aslant takes, and what it says.

    cargo build --release && python3 tests/hostile.py [--program target/release/aslant] [--most 300]

Every input is made, read, and removed: a line of 1 GB, a million columns, JSON 10,000 deep, gigabytes of zeros packed to
kilobytes or megabytes, Parquet pages that claim or unpack to gigabytes, models and tallies that claim them. Each must end with a whole error
or a result, in less than --most MB of memory, and leave nothing behind. Small ones of the same kinds, with the exact words,
are in tests/it/hostile.rs. Needs Python 3.9, Linux or macOS, 1.1 GB of disk, and nothing else.
"""

import argparse
import gzip
import hashlib
import json
import os
import shutil
import struct
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
CUES = HERE / "seeds/cues/syria.toml"
MB, GB = 1 << 20, 1 << 30
ZEROS = bytes(MB)


# ------------------------------------------------------------------------------------------------ packed


def gzip_of(size):
    packer, parts = gzip.zlib.compressobj(9, wbits=31), []
    for _ in range(size // MB):
        parts.append(packer.compress(ZEROS))
    return b"".join(parts) + packer.flush()


def zstd_of(size, byte=b"\0"):
    """A frame of blocks that each say: this byte, 128 kB times."""
    head = b"\x28\xb5\x2f\xfd" + b"\x00\x38"
    block = lambda last: struct.pack("<I", (1 << 17) << 3 | 1 << 1 | last)[:3] + byte
    return head + block(0) * (size // (1 << 17) - 1) + block(1)


# ------------------------------------------------------------------------------------------------ Parquet


def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes([*out, n])


I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12


def thrift(*fields):
    """A struct in Thrift's compact protocol: (field, kind, value)."""
    out, last = b"", 0
    for field, kind, value in fields:
        out += bytes([(field - last) << 4 | kind]) + item(kind, value)
        last = field
    return out + b"\0"


def item(kind, value):
    if kind in (I32, I64):
        return varint(value << 1)
    if kind == BINARY:
        return varint(len(value)) + value
    if kind == LIST:
        of, items = value
        return bytes([len(items) << 4 | of]) + b"".join(item(of, one) for one in items)
    return value


UNCOMPRESSED, GZIP, ZSTD = 0, 2, 6
PLAIN, RLE, DELTA_LENGTH, DELTA_TEXTS, RLE_DICTIONARY = 0, 3, 6, 7, 8


def page(unpacked, packed, rows, dictionary=False, encoding=PLAIN):
    of = (7, STRUCT, thrift((1, I32, rows), (2, I32, PLAIN)))
    if not dictionary:
        of = (5, STRUCT, thrift((1, I32, rows), (2, I32, encoding), (3, I32, RLE), (4, I32, RLE)))
    return thrift((1, I32, 2 if dictionary else 0), (2, I32, unpacked), (3, I32, len(packed)), of) + packed


def parquet(pages, rows, codec, claimed, dictionary=0, optional=False):
    """A file with one column `text`; `claimed` is what its footer says that the column unpacks to."""
    start = 4
    data = start + dictionary
    column = [(1, I32, 6), (2, LIST, (I32, [PLAIN, RLE, RLE_DICTIONARY])), (3, LIST, (BINARY, [b"text"])), (4, I32, codec)]
    column += [(5, I64, rows), (6, I64, claimed), (7, I64, len(pages)), (9, I64, data)]
    column += [(11, I64, start)] if dictionary else []
    chunk = thrift((2, I64, start), (3, STRUCT, thrift(*column)))
    group = thrift((1, LIST, (STRUCT, [chunk])), (2, I64, claimed), (3, I64, rows))
    root = thrift((4, BINARY, b"schema"), (5, I32, 1))
    leaf = thrift((1, I32, 6), (3, I32, int(optional)), (4, BINARY, b"text"), (6, I32, 0))
    footer = thrift((1, I32, 1), (2, LIST, (STRUCT, [root, leaf])), (3, I64, rows), (4, LIST, (STRUCT, [group])))
    return b"PAR1" + pages + footer + struct.pack("<I", len(footer)) + b"PAR1"


def page_that_claims():
    return parquet(page(2**31 - 1, zstd_of(MB), 1), 1, ZSTD, 1000)


def page_of_zstd_zeros():
    return parquet(page(2**31 - MB, zstd_of(2**31 - MB), 1), 1, ZSTD, 1000)


def page_of_gzip_zeros():
    return parquet(page(1000, gzip_of(4 * GB), 1), 1, GZIP, 1000)


def shared_text():
    """A text of 10 MB that all of 60 rows have."""
    text = b"The regime met in town. " * (10 * MB // 24)
    first = page(len(text) + 4, struct.pack("<I", len(text)) + text, 1, dictionary=True)
    # Numbers of one bit: 60 times the first.
    keys = b"\x01" + varint(60 << 1) + b"\0"
    second = page(len(keys), keys, 60, encoding=RLE_DICTIONARY)
    return parquet(first + second, 60, UNCOMPRESSED, len(first) + len(second), len(first))


def many(of, n, items):
    """A list that says it has `n` of a kind."""
    return bytes([0xF0 | of]) + varint(n) + b"".join(items)


def footer_of(columns, groups):
    """A file that is a footer and nothing else: lists of columns and of groups of rows."""
    named = lambda field, last, of: bytes([(field - last) << 4 | LIST]) + of
    footer = thrift((1, I32, 1))[:-1] + named(2, 1, columns) + named(4, 2, groups) + b"\0"
    return b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


def column_of(within):
    return thrift((3, I32, 0), (4, BINARY, b"text"), (5, I32, within))


def columns_that_claim():
    return footer_of(many(STRUCT, 1, [column_of(2**31 - 1)]), many(STRUCT, 0, []))


def groups_that_claim():
    leaf = thrift((1, I32, 6), (3, I32, 0), (4, BINARY, b"text"), (6, I32, 0))
    return footer_of(many(STRUCT, 2, [column_of(1), leaf]), many(STRUCT, 2**31 - 1, []))


def columns_deep():
    leaf = thrift((1, I32, 6), (3, I32, 0), (4, BINARY, b"text"), (6, I32, 0))
    return footer_of(many(STRUCT, 10**6 + 1, [column_of(1)] * 10**6 + [leaf]), many(STRUCT, 0, []))


def dictionary_that_claims():
    """A dictionary of one text that says it has two thousand million."""
    text = b"The regime met in town."
    first = page(len(text) + 4, struct.pack("<I", len(text)) + text, 2**31 - 1, dictionary=True)
    keys = b"\x01" + varint(1 << 1) + b"\0"
    return parquet(first + page(len(keys), keys, 1, encoding=RLE_DICTIONARY), 1, UNCOMPRESSED, 200, len(first))


def rows_of_nothing():
    """Ten pages of two thousand million nulls, in a group that says it has a thousand rows."""
    nulls = varint((2**31 - 1) << 1) + b"\0"
    levels = struct.pack("<I", len(nulls)) + nulls
    return parquet(page(len(levels), levels, 2**31 - 1) * 10, 1000, UNCOMPRESSED, 1000, optional=True)


def differences(numbers):
    """Numbers as DELTA_BINARY_PACKED: the first, and blocks of 128 differences of 32 bits."""
    packed = lambda of: b"\0" + b"\x20" + struct.pack("<128i", *of, *[0] * (128 - len(of)))
    steps = [b - a for a, b in zip(numbers, numbers[1:])]
    blocks = b"".join(packed(steps[at : at + 128]) for at in range(0, len(steps), 128))
    return varint(128) + varint(1) + varint(len(numbers)) + varint(numbers[0] << 1) + blocks


def lengths_that_claim(claimed, rows):
    """A page that says it has so many lengths of texts, all 0."""
    lengths = varint(128 + claimed // 128 * 128) + varint(1) + varint(claimed) + b"\0" + b"\0\0"
    return parquet(page(len(lengths), lengths, rows, encoding=DELTA_LENGTH), rows, UNCOMPRESSED, 200)


def texts_that_begin_alike():
    """A thousand texts, each that of 10 MB before it once more."""
    text = b"The regime met in town. " * (10 * MB // 24)
    body = differences([0] + [len(text)] * 999) + differences([len(text)] + [0] * 999) + text
    return parquet(page(len(body), body, 1000, encoding=DELTA_TEXTS), 1000, UNCOMPRESSED, len(body) + 200)


# ------------------------------------------------------------------------------------------------ inputs


def pieces(path, start, piece, times, end=b""):
    with open(path, "wb") as file:
        file.write(start)
        for _ in range(times):
            file.write(piece)
        file.write(end)


LETTERS = b"regime met " * (MB // 11)
INPUTS = {
    "line of 1 GB, CSV": ("a.csv", lambda p: pieces(p, b'id,text\n1,"', LETTERS, 1024, b'"\n'), 3),
    "line of 1 GB, JSON lines": ("a.jsonl", lambda p: pieces(p, b'{"text":"', LETTERS, 1024, b'"}\n'), 3),
    "line of 1 GB, text": ("a.txt", lambda p: pieces(p, b"", LETTERS, 1024), 3),
    "an article of 80,000 short lines": (
        "a.txt", lambda p: p.write_text("".join(f"Town hall {n:05} Of The Old Harbour Board\n" for n in range(80_000))), 0),
    "line of 1 GB, web page": ("a.html", lambda p: pieces(p, b"<html><body><p>", LETTERS, 1024), 3),
    "a million columns": ("a.csv", lambda p: p.write_text(",".join(f"c{n}" for n in range(10**6)) + ",text\n"), 3),
    "a million columns, JSON": ("a.jsonl", lambda p: p.write_text(json.dumps({f"c{n}": n for n in range(10**6)}) + "\n"), 3),
    "JSON 10,000 deep": ("a.jsonl", lambda p: p.write_text('{"text":' + "[" * 10**4 + "]" * 10**4 + "}\n"), 3),
    "JSON 10 million deep, array": ("a.json", lambda p: p.write_text("[" * 10**7), 3),
    "a web page 1 million deep": ("a.html", lambda p: p.write_text("<html><body>" + "<div>" * 10**6 + "The regime met."), 3),
    "a web page that opens a million and closes others": ("a.html", lambda p: p.write_text("<div></x>The regime met." * 10**6), 3),
    "a web page that opens all again in every paragraph": (
        "a.html", lambda p: p.write_text("".join(f"<p><b id={n}>The regime met.</p>" for n in range(10**5))), 3),
    "4 GB of zeros, gzip": ("a.csv.gz", lambda p: p.write_bytes(gzip_of(4 * GB)), 3),
    "4 GB of zeros, zstd": ("a.csv.zst", lambda p: p.write_bytes(zstd_of(4 * GB)), 3),
    "4 GB of letters, zstd": ("a.jsonl.zst", lambda p: p.write_bytes(zstd_of(4 * GB, b"a")), 3),
    "4 GB of lines, zstd": ("a.txt.zst", lambda p: p.write_bytes(zstd_of(4 * GB, b"\n")), 3),
    "4 GB of brackets, zstd": ("a.json.zst", lambda p: p.write_bytes(zstd_of(4 * GB, b"[")), 3),
    "Parquet page that claims 2 GB": ("a.parquet", lambda p: p.write_bytes(page_that_claims()), 3),
    "Parquet page of 2 GB of zeros, zstd": ("a.parquet", lambda p: p.write_bytes(page_of_zstd_zeros()), 3),
    "Parquet page of 4 GB of zeros, gzip": ("a.parquet", lambda p: p.write_bytes(page_of_gzip_zeros()), 3),
    "Parquet footer that claims 2,147,483,647 columns": ("a.parquet", lambda p: p.write_bytes(columns_that_claim()), 3),
    "Parquet footer that claims 2,147,483,647 groups": ("a.parquet", lambda p: p.write_bytes(groups_that_claim()), 3),
    "Parquet columns 1 million deep": ("a.parquet", lambda p: p.write_bytes(columns_deep()), 3),
    "Parquet pages of 20 thousand million nulls": ("a.parquet", lambda p: p.write_bytes(rows_of_nothing()), 3),
    "Parquet dictionary that claims 2,147,483,647 texts": ("a.parquet", lambda p: p.write_bytes(dictionary_that_claims()), 3),
    "Parquet page that claims 2^45 lengths": ("a.parquet", lambda p: p.write_bytes(lengths_that_claim(2**45, 1)), 3),
    "Parquet page of 2^29 lengths in a few bytes": ("a.parquet", lambda p: p.write_bytes(lengths_that_claim(2**29, 2**29)), 3),
    "Parquet, 1,000 texts of 10 MB that begin alike": ("a.parquet", lambda p: p.write_bytes(texts_that_begin_alike()), 3),
    "Parquet, 60 rows of one text of 10 MB": ("a.parquet", lambda p: p.write_bytes(shared_text()), 0),
}

# What a text is filled with. Each once took time by the square of its length: hours.
FILLED = {"verbs": "reply ", "adverbials": "said Monday in ", "the ends of link boxes": "MORE ", "full stops": ". "}


# ------------------------------------------------------------------------------------------------ runs


class Runs:
    def __init__(self, program, most):
        self.program, self.most, self.failures = str(program), most, 0

    def run(self, what, arguments, home, codes):
        """Runs the program and measures it; nothing may be left behind."""
        before = sorted(home.iterdir())
        started, said = time.monotonic(), home.parent / "said"
        child = os.fork()
        if child == 0:
            with open(said, "wb") as file:
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os.dup2(file.fileno(), 2)
                os.chdir(home)
                os.execv(self.program, [self.program, *map(str, arguments)])
        _, status, used = os.wait4(child, 0)
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        code, memory, seconds = os.waitstatus_to_exitcode(status), used.ru_maxrss / unit, time.monotonic() - started
        error = said.read_text(errors="replace")
        problems = []
        if code not in codes:
            problems.append(f"exit code {code}, not {codes}")
        if code and not (error.startswith("error: ") and ("found:" in error or "expected:" in error) and len(error) < 2000):
            problems.append(f"no whole error: {error[:500]!r}")
        if memory > self.most:
            problems.append("too much memory")
        if sorted(home.iterdir()) != before:
            problems.append(f"left behind: {sorted(set(home.iterdir()) - set(before))}")
        first = error.splitlines()[0].removeprefix("error: ") if code and error else "read"
        print(f"{what}: {memory:.0f} MB, {seconds:.1f} s: {first}", flush=True)
        for problem in problems:
            self.failures += 1
            print(f"  FAILED: {problem}")


def inputs(runs, folder, only):
    for what, (name, make, code) in INPUTS.items():
        if only and only not in what:
            continue
        home = folder / "input"
        home.mkdir()
        make(home / name)
        runs.run(what, ["clean", name, "--out", os.devnull], home, [code])
        shutil.rmtree(home)


def filled(runs, folder, only):
    for what, words in FILLED.items():
        name = f"4 MB of nothing but {what}"
        if only and only not in name:
            continue
        home = folder / "input"
        home.mkdir()
        (home / "a.txt").write_text("The regime met in town.\n" + words * (4 * MB // len(words)))
        for command in ("clean", "voice"):
            runs.run(f"{name}, {command}", [command, "a.txt", "--out", os.devnull], home, [0])
        shutil.rmtree(home)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def vouch(header, file):
    """Writes the size and the hash of a file where the header has those of the file that stood there."""

    def mend(value):
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            mend(item)
        if isinstance(value, dict) and value.get("name") == file.name:
            value.update(bytes=file.stat().st_size, sha256=sha256(file))

    told = json.loads(header.read_text())
    mend(told)
    header.write_text(json.dumps(told))


def folders(runs, folder, only):
    """Models and tallies of strangers."""
    if only and only not in "models and tallies":
        return
    home = folder / "folders"
    home.mkdir()
    rows = ["id,outlet,label,text"]
    for n in range(60):
        side, word = [("state", "government"), ("other", "regime")][n % 2]
        rows.append(f"a{n},Outlet {n % 5},{side},The {word} of the town met for the {n}th time. The {word} spoke.")
    (home / "a.csv").write_text("\n".join(rows) + "\n")
    runs.run("a model is trained", ["train", "a.csv", "--label", "label", "--out", folder / "model", "--quiet"], home, [0])
    tally = ["tally", "a.csv", "--cues", CUES, "--out", folder / "tally", "--quiet"]
    runs.run("articles are counted", tally, home, [0])
    spoilt = {
        "model.json of 1 GB": ("model", "model.json", lambda p: os.truncate(p, GB)),
        "terms.csv, a line of 1 GB": ("model", "terms.csv", lambda p: pieces(p, p.read_bytes(), LETTERS, 1024)),
        "training data: page that claims 2 GB": ("model", "training.parquet", lambda p: p.write_bytes(page_that_claims())),
        "tally.json of 1 GB": ("tally", "tally.json", lambda p: os.truncate(p, GB)),
        "tally: page that claims 2 GB": ("tally", "articles.parquet", lambda p: p.write_bytes(page_that_claims())),
        "tally: dictionary that claims 2,147,483,647 texts": ("tally", "articles.parquet", lambda p: p.write_bytes(dictionary_that_claims())),
        "tally: page of 2 GB of zeros": ("tally", "articles.parquet", lambda p: p.write_bytes(page_of_zstd_zeros())),
        "tally: page of 4 GB of zeros, gzip": ("tally", "terms.parquet", lambda p: p.write_bytes(page_of_gzip_zeros())),
        "tally: one text of 10 MB for 60 rows": ("tally", "articles.parquet", lambda p: p.write_bytes(shared_text())),
    }
    for what, (kind, name, spoil) in spoilt.items():
        copy = home / kind
        shutil.copytree(folder / kind, copy)
        spoil(copy / name)
        if name.endswith(".parquet"):
            vouch(copy / f"{kind}.json", copy / name)
        if kind == "tally":
            arguments = ["compare", copy, "--out", folder / "out"]
        elif name == "training.parquet":
            arguments = ["retrain", copy, "a.csv", "--label", "label"]
        else:
            arguments = ["score", copy, "a.csv", "--out", os.devnull]
        runs.run(what, arguments, home, [3, 4])
        shutil.rmtree(copy)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=HERE / "target/release/aslant")
    parser.add_argument("--most", type=int, default=300, help="MB of memory that a run may take")
    parser.add_argument("--only", help="only inputs whose name has this in it")
    arguments = parser.parse_args()
    runs = Runs(arguments.program.resolve(), arguments.most)
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        inputs(runs, folder, arguments.only)
        filled(runs, folder, arguments.only)
        folders(runs, folder, arguments.only)
    finally:
        shutil.rmtree(folder)
    print("all well" if not runs.failures else f"{runs.failures} failures")
    sys.exit(bool(runs.failures))


if __name__ == "__main__":
    main()
