#!/usr/bin/env bash
# All tests: format, lints, units, documentation examples, the program as a whole. Needs cargo and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --check
cargo clippy --workspace --all-targets --locked -- -D warnings
cargo test --workspace --locked
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
