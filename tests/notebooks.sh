#!/usr/bin/env bash
# The notebooks, run against the program: target/debug/aslant, or what ASLANT says. Needs Python 3.11 or newer; installs
# notebooks/requirements.txt into target/notebooks-venv once. With --update the outputs are written into the notebooks.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/build.sh

fail() {
    echo "the notebooks could not be tested: $1" >&2
    exit 1
}

PYTHON=${PYTHON:-python3}
command -v "$PYTHON" >/dev/null || fail "no $PYTHON; install Python 3.11 or newer, or say where it is: PYTHON=/path/to/python"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$PYTHON is older than 3.11"
VENV=target/notebooks-venv
if ! cmp -s notebooks/requirements.txt "$VENV/.installed"; then
    rm -rf "$VENV"
    "$PYTHON" -m venv "$VENV" || fail "$PYTHON can't make virtual environments (Debian: apt-get install python3-venv)"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check -r notebooks/requirements.txt ||
        fail "pip could not install what notebooks/requirements.txt names"
    cp notebooks/requirements.txt "$VENV/.installed"
fi
# The package is the one that the workspace has built, and so is the program, unless another is named.
PYTHONPATH=$(bash tests/package.sh)
ASLANT=$(realpath "${ASLANT:-$BUILT/aslant}")
export PYTHONPATH ASLANT
"$VENV/bin/python" tests/notebooks.py "$@"
