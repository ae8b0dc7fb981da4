#!/usr/bin/env bash
# Before a release, after tests/run.sh: the oldest Rust, the package as crates.io gets it, the fuzz targets and benches as they
# compile, licences and advisories, kills and hostile inputs at full size with the program, the wheel of the source distribution.
# Takes half an hour on two cores; what needs the network and can't have it is told and left out.
set -euo pipefail
cd "$(dirname "$0")/.."
oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
python3 tests/licences.py
if rustup run "$oldest" cargo --version || rustup toolchain install "$oldest" --profile minimal; then
  CARGO_TARGET_DIR="target/rust-$oldest" rustup run "$oldest" cargo check --workspace --locked
else
  echo "left out: Rust $oldest is not to be had"
fi
cargo package -p aslant --locked
cargo build --release --locked
# As cargo-fuzz builds them.
RUSTFLAGS="--cfg fuzzing" cargo check --manifest-path fuzz/Cargo.toml --target-dir target/fuzz-check
cargo check --benches --manifest-path benches/hot/Cargo.toml --target-dir target/hot-check
bash tests/deny.sh
python3 tests/faults.py --program target/release/aslant
python3 tests/hostile.py
bash tests/python.sh --wheel
python3 tests/shipped.py
