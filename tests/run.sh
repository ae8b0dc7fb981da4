#!/usr/bin/env bash
# All tests: format, lints, licences, what is packed, units, documentation examples, the program as a whole, kills, the report in
# a browser, the notebooks, the Python package. Needs cargo and Python 3.11, and for the browser Node 20 and Chromium; what is
# missing is installed where that is allowed. Where QUICKER names a release build of the program, that is what is run wherever a
# program is (tests/build.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/build.sh
PROGRAM=${QUICKER:-$BUILT/aslant}
cargo fmt --check
python3 tests/licences.py
python3 tests/shipped.py
cargo clippy "${BUILD[@]}" --workspace --all-targets --locked -- -D warnings
cargo test "${BUILD[@]}" --workspace --locked
python3 tests/faults.py --short --program "$PROGRAM"
RUSTDOCFLAGS="-D warnings" cargo doc "${BUILD[@]}" --workspace --no-deps --locked --quiet
ASLANT=$PROGRAM bash tests/notebooks.sh
ASLANT=$PROGRAM bash tests/python.sh
ASLANT=$PROGRAM bash tests/browser/run.sh
