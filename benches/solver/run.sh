#!/usr/bin/env bash
# Our logistic regression against scikit-learn's solvers, on the same matrix and strength, in one run.
#
#   benches/solver/run.sh                                     made data
#   benches/solver/run.sh --articles articles.jsonl.zst       TF-IDF of articles with the columns text and label
#   benches/solver/run.sh --help
#
# Needs cargo, and Python 3.11 or later with access to PyPI: packages go into target/bench-solver/venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=target/bench-solver/venv
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement benches/solver/requirements.txt
fi
built=$(cargo bench --locked --quiet --bench solver --no-run --message-format=json)
solver=$(grep '"name":"solver"' <<<"$built" | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
exec "$venv/bin/python" benches/solver/compare.py --solver "$solver" "$@"
