#!/usr/bin/env bash
# All tests: format, lints, licences, what is packed, units, documentation examples, the program as a whole, kills, the report in
# a browser, the notebooks, the Python package. Needs cargo and Python 3.11, and for the browser Node 20 and Chromium; what is
# missing is installed where that is allowed.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --check
python3 tests/licences.py
python3 tests/shipped.py
cargo clippy --workspace --all-targets --locked -- -D warnings
cargo test --workspace --locked
python3 tests/faults.py --short
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
# The notebooks train models: a release build, where QUICKER names one, takes a fifth of the time.
ASLANT=${QUICKER:-target/debug/aslant} bash tests/notebooks.sh
ASLANT=target/debug/aslant bash tests/python.sh
bash tests/browser/run.sh
