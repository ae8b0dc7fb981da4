#!/usr/bin/env bash
# The wheel as users get it: built by maturin beside what `cargo build --release` has built, installed alone into a new
# environment, and used. The package's tests run on the same sources without optimisation (tests/python.sh); with
# `tests/python.sh --wheel` they run on a wheel that was made of the source distribution.
set -euo pipefail
cd "$(dirname "$0")/.."
VENV=target/wheel-venv
PYTHON=${PYTHON:-python3}
rm -rf "$VENV" target/wheels
"$PYTHON" -m venv "$VENV"
"$VENV/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2'
CARGO_TARGET_DIR=$PWD/target "$VENV/bin/maturin" build --release --locked --quiet --manifest-path bindings/python/Cargo.toml --out target/wheels
"$VENV/bin/pip" install --quiet --disable-pip-version-check --no-index target/wheels/aslant-*.whl
"$VENV/bin/python" - <<'PYTHON'
import csv
import aslant

aslant.compare("seeds/articles", "seeds/cues/syria.toml").save("target/wheel-results")
rows = list(csv.DictReader(open("target/wheel-results/outlets.csv", encoding="utf-8")))
assert [row["outlet"] for row in rows] == ["Capital Voice", "Free Levant", "Harbour Herald", "The Meridian"], rows
print(f"aslant {aslant.__version__}: {len(rows)} outlets compared")
PYTHON
rm -rf target/wheel-results
"$PYTHON" tests/shipped.py target/wheels/aslant-*.whl
