#!/usr/bin/env bash
# All tests: format, lints, units, documentation examples, the program as a whole, the report in a browser. Needs cargo;
# for the browser Node 20 and Chromium, which are installed where that is allowed.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --check
cargo clippy --workspace --all-targets --locked -- -D warnings
cargo test --workspace --locked
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
bash tests/browser/run.sh
