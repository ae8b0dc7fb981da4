#!/usr/bin/env bash
# Before a release: the oldest Rust, the package as crates.io gets it, licences and advisories. Takes some minutes; what needs
# the network and can't have it is told and left out.
set -euo pipefail
cd "$(dirname "$0")/.."
oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
python3 tests/licences.py
if rustup run "$oldest" cargo --version || rustup toolchain install "$oldest" --profile minimal; then
  CARGO_TARGET_DIR="target/rust-$oldest" rustup run "$oldest" cargo check -p aslant --locked
else
  echo "left out: Rust $oldest is not to be had"
fi
cargo package -p aslant --locked
cargo check --manifest-path fuzz/Cargo.toml --target-dir target/fuzz-check
if cargo deny --version; then
  cargo deny check licenses sources bans
  cargo deny check advisories || echo "advisories: read what stands above"
else
  echo "left out: cargo install cargo-deny"
fi
