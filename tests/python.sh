#!/usr/bin/env bash
# The Python package, tested against the program, which is target/debug/aslant or what ASLANT says. Needs Python 3.11 or
# newer; installs what bindings/python/tests/requirements.txt names into target/python-venv once. The native part is what
# the workspace has built, so that nothing is compiled twice; with --wheel it is what pip installs of a wheel that was made
# of the source distribution (tests/wheel.sh). --spark adds pyspark (450 MB) for the tests of Spark, which need Java, too;
# without them these are skipped, and it is said.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/build.sh

fail() {
    echo "the Python package could not be tested: $1" >&2
    exit 1
}

WHEEL= SPARK=
while true; do
    case ${1:-} in
    --wheel) WHEEL=yes ;;
    --spark) SPARK=yes ;;
    *) break ;;
    esac
    shift
done
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
if [ -n "$SPARK" ]; then
    command -v java >/dev/null || [ -n "${JAVA_HOME:-}" ] || fail "Spark needs Java (Debian: apt-get install default-jre-headless)"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check -r bindings/python/tests/requirements-spark.txt ||
        fail "pip could not install pyspark"
fi
if [ -z "${ASLANT:-}" ]; then
    cargo build "${BUILD[@]}" --workspace --locked --quiet
fi
ASLANT=$(realpath "${ASLANT:-$BUILT/aslant}")
export ASLANT
if [ -n "$WHEEL" ]; then
    MATURIN=$VENV/bin/maturin PYTHON=$PYTHON bash tests/wheel.sh --sdist
    PACKAGE=$(target/wheel-venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
else
    PACKAGE=$(bash tests/package.sh)
fi
PYTHONPATH=$PACKAGE "$VENV/bin/python" -m pytest -q -rs -p no:cacheprovider bindings/python/tests "$@"
