#!/usr/bin/env python3
"""Every dependency has a licence that deny.toml allows, and comes from crates.io; crate and Python package have one version.

    python3 tests/licences.py

What `cargo deny check licenses sources` checks, in a second and with nothing but cargo and Python 3.11.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = set(tomllib.loads((ROOT / "deny.toml").read_text())["licenses"]["allow"])


def is_allowed(expression):
    """Whether an SPDX expression can be met: of alternatives one, of licences joined by AND all."""
    expression = expression.replace("/", " OR ")
    tokens = re.findall(r"\(|\)|\bAND\b|\bOR\b|[A-Za-z0-9.+-]+(?: WITH [A-Za-z0-9.-]+)?", expression)
    python = " ".join(
        {"AND": "and", "OR": "or"}.get(token, token if token in "()" else str(token in ALLOWED)) for token in tokens
    )
    return eval(python)  # nothing but True, False, and, or and brackets


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    metadata = json.loads(told)
    members, problems = set(metadata["workspace_members"]), []
    for package in metadata["packages"]:
        name = f"{package['name']} {package['version']}"
        if package["id"] in members:
            continue
        if not package["license"] or not is_allowed(package["license"]):
            problems.append(f"{name}: licence {package['license']}")
        if package["source"] != "registry+https://github.com/rust-lang/crates.io-index":
            problems.append(f"{name}: from {package['source']}")
    versions = {p["name"]: (p["version"], p["rust_version"]) for p in metadata["packages"] if p["id"] in members}
    if len(set(versions.values())) != 1:
        problems.append(f"versions that differ: {versions}")
    changelog = (ROOT / "CHANGELOG.md").read_text()
    version = versions["aslant"][0]
    if "## Unreleased" not in changelog and f"## {version}" not in changelog:
        problems.append(f"CHANGELOG.md tells neither of {version} nor of what is unreleased")
    print("\n".join(problems) or f"licences of {len(metadata['packages']) - len(members)} dependencies: well")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
