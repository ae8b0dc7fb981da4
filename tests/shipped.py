#!/usr/bin/env python3
"""What users get has all that it needs and nothing else: the package for crates.io, or the wheels that are named.

    python3 tests/shipped.py [target/wheels/aslant-*.whl ...]

The crate is packed without being built, which takes seconds; `tests/release.sh` builds it, too. Needs cargo and Python 3.11.
"""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"]
# crates.io takes no more.
LARGEST = 10 << 20
problems = []


def check(holds, what):
    if not holds:
        problems.append(what)


def crate():
    command = ["cargo", "package", "-p", "aslant", "--locked", "--no-verify", "--allow-dirty", "--quiet"]
    subprocess.run(command, cwd=ROOT, check=True)
    metadata = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT, check=True, capture_output=True)
    target = Path(re.search(rb'"target_directory":"([^"]+)"', metadata.stdout)[1].decode())
    path = target / "package" / f"aslant-{VERSION}.crate"
    check(path.stat().st_size < LARGEST, f"{path.name} has {path.stat().st_size} bytes")
    with tarfile.open(path) as packed:
        files = {str(PurePosixPath(name).relative_to(f"aslant-{VERSION}")): name for name in packed.getnames()}
        for name in ["README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE-MIT", "LICENSE-APACHE", "Cargo.lock", "src/main.rs"]:
            check(name in files, f"the crate has no {name}")
        for name in files:
            top = name.split("/")[0]
            check(top not in {"models", "notebooks", "fuzz", "bindings", "target", ".ci"}, f"the crate has {name}")
        # Nothing that only lies about here. Cargo adds these three itself.
        known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
        for name in set(files) - set(known) - {".cargo_vcs_info.json", "Cargo.toml.orig", "Cargo.lock"}:
            check(False, f"the crate has {name}, which git doesn't know")
        # What the sources take in must come with them.
        for name in filter(lambda name: name.endswith(".rs"), files):
            text = packed.extractfile(files[name]).read().decode()
            for taken in re.findall(r'include_(?:str|bytes)!\(\s*"([^"]+)"\s*\)', text):
                wanted = (ROOT / name).parent.joinpath(taken).resolve().relative_to(ROOT)
                check(str(wanted) in files, f"the crate has no {wanted}, which {name} takes in")
    return f"aslant {VERSION}: {len(files)} files, {path.stat().st_size >> 10} kB"


def wheel(path):
    check(path.name.startswith(f"aslant-{VERSION}-"), f"{path.name} is not version {VERSION}")
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        for name in ["aslant/__init__.py", "aslant/py.typed", "aslant/_aslant.pyi", "aslant/_aslant.abi3.so"]:
            check(name in names, f"{path.name} has no {name}")
        for name in names:
            check(name.startswith(("aslant/", f"aslant-{VERSION}.dist-info/")), f"{path.name} has {name}")
            check("__pycache__" not in name, f"{path.name} has {name}")
    return f"{path.name}: {path.stat().st_size >> 10} kB"


def main():
    told = [wheel(Path(path)) for path in sys.argv[1:]] or [crate()]
    print("\n".join(problems or told))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
