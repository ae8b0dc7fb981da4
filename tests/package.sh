#!/usr/bin/env bash
# The Python package as a folder for PYTHONPATH, whose name is printed: target/python. The native part is what the workspace has
# built, so that nothing is compiled twice.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/build.sh
cargo build "${BUILD[@]}" --workspace --locked --quiet
PACKAGE=target/python
rm -rf "$PACKAGE"
mkdir -p "$PACKAGE"
cp -r bindings/python/python/aslant "$PACKAGE/"
LIBRARY=$BUILT/lib_aslant.so
[ -e "$LIBRARY" ] || LIBRARY=$BUILT/lib_aslant.dylib
cp "$LIBRARY" "$PACKAGE/aslant/_aslant.abi3.so"
realpath "$PACKAGE"
