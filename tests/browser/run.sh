#!/usr/bin/env bash
# report.html in a real browser, as the program writes it: target/debug/aslant, or what ASLANT says. Takes Node 20 or newer and
# Chromium; installs what is missing where it may.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/build.sh

fail() {
    echo "the browser tests could not run: $1" >&2
    exit 1
}

command -v npm >/dev/null || fail "npm is not there; install Node.js 20 or newer (https://nodejs.org)"
CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
if [ ! -x "$CHROMIUM" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        (apt-get install -y chromium || (apt-get update && apt-get install -y chromium)) >/dev/null 2>&1 || true
    fi
    [ -x "$CHROMIUM" ] || fail "no Chromium at $CHROMIUM; install it (Debian: apt-get install chromium), or say where it is: CHROMIUM=/path/to/chromium"
fi
if [ -z "${ASLANT:-}" ]; then
    cargo build "${BUILD[@]}" --workspace --locked --quiet
fi
ASLANT=$(realpath "${ASLANT:-$BUILT/aslant}")
export ASLANT
cd tests/browser
# The lock file decides which versions; they are installed once.
if ! cmp -s package-lock.json node_modules/.installed; then
    npm ci --no-audit --no-fund --silent || fail "npm ci could not install what package-lock.json names"
    cp package-lock.json node_modules/.installed
fi
CHROMIUM="$CHROMIUM" node --test --test-reporter=spec report.test.mjs
