#!/usr/bin/env bash
# The Python package, tested against the program, which is target/debug/aslant or what ASLANT says. Needs Python 3.11 or
# newer; installs what bindings/python/tests/requirements.txt names into target/python-venv once. The native part is what
# the workspace has built, so that nothing is compiled twice; with --wheel the wheel and the source distribution are made
# by maturin as for a release, and those are tested.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "the Python package could not be tested: $1" >&2
    exit 1
}

WHEEL=
if [ "${1:-}" = --wheel ]; then
    WHEEL=yes
    shift
fi
PYTHON=${PYTHON:-python3}
REQUIREMENTS=bindings/python/tests/requirements.txt
command -v "$PYTHON" >/dev/null || fail "no $PYTHON; install Python 3.11 or newer, or say where it is: PYTHON=/path/to/python"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$PYTHON is older than 3.11"
VENV=target/python-venv
if ! cmp -s "$REQUIREMENTS" "$VENV/.installed"; then
    rm -rf "$VENV"
    "$PYTHON" -m venv "$VENV" || fail "$PYTHON can't make virtual environments (Debian: apt-get install python3-venv)"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$REQUIREMENTS" ||
        fail "pip could not install what $REQUIREMENTS names"
    cp "$REQUIREMENTS" "$VENV/.installed"
fi
if [ -z "${ASLANT:-}" ] || [ -z "$WHEEL" ]; then
    cargo build --workspace --locked --quiet
fi
ASLANT=$(realpath "${ASLANT:-target/debug/aslant}")
export ASLANT
if [ -n "$WHEEL" ]; then
    rm -rf target/wheels target/python
    "$VENV/bin/maturin" build --release --sdist --locked --manifest-path bindings/python/Cargo.toml --out target/wheels
    "$VENV/bin/pip" install --quiet --disable-pip-version-check --no-deps --target target/python target/wheels/aslant-*.whl
else
    rm -rf target/python
    mkdir -p target/python
    cp -r bindings/python/python/aslant target/python/
    LIBRARY=target/debug/lib_aslant.so
    [ -e "$LIBRARY" ] || LIBRARY=target/debug/lib_aslant.dylib
    cp "$LIBRARY" target/python/aslant/_aslant.abi3.so
fi
PYTHONPATH=target/python "$VENV/bin/python" -m pytest -q -p no:cacheprovider bindings/python/tests "$@"
