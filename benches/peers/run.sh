#!/usr/bin/env bash
# aslant against scikit-learn, scattertext and wc, on the same articles, in one run: time, memory, ratio.
#
#   benches/peers/run.sh                                        made articles
#   benches/peers/run.sh --articles articles.jsonl.zst --cues seeds/cues/us-politics.toml
#   benches/peers/run.sh --help
#
# Needs cargo, and Python 3.11 or later with access to PyPI: packages go into target/bench-peers/venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=target/bench-peers/venv
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement benches/peers/requirements.txt
fi
if [ -z "${ASLANT:-}" ]; then
    cargo build --locked --quiet --release --bin aslant
    ASLANT=target/release/aslant
fi
exec "$venv/bin/python" benches/peers/peers.py --aslant "$ASLANT" "$@"
