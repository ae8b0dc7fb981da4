#!/usr/bin/env bash
# The wheel as users get it: made by maturin, looked into, installed alone into a new environment (target/wheel-venv), and used.
# It is built of the sources, beside what `cargo build --release` has built; with --sdist the source distribution is made as for
# a release, and the wheel of that. Both stand in target/wheels then. tests/python.sh runs the package's tests: on the same
# sources without optimisation, or with --wheel on what was installed here.
set -euo pipefail
cd "$(dirname "$0")/.."
VENV=target/wheel-venv
PYTHON=${PYTHON:-python3}
rm -rf "$VENV" target/wheels
"$PYTHON" -m venv "$VENV"
if [ -z "${MATURIN:-}" ]; then
    "$VENV/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2'
    MATURIN=$VENV/bin/maturin
fi
if [ "${1:-}" = --sdist ]; then
    # What was built of the dependencies is kept. The crate's own files have old times in a source distribution, so that
    # cargo would take a library of earlier sources for theirs.
    export CARGO_TARGET_DIR=$PWD/target/wheel
    rm -rf "$CARGO_TARGET_DIR"/release/.fingerprint/aslant-*
    SOURCE=--sdist
else
    export CARGO_TARGET_DIR=$PWD/target
    SOURCE=
fi
"$MATURIN" build --release ${SOURCE:+"$SOURCE"} --locked --quiet --manifest-path bindings/python/Cargo.toml --out target/wheels
"$PYTHON" tests/shipped.py target/wheels/aslant-*.whl
# It needs nothing from elsewhere.
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
