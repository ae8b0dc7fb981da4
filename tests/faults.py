#!/usr/bin/env python3
"""Faults: kills at random moments, full disks, refused rights, closed pipes, signals, two runs at once.

    cargo build && python3 tests/faults.py [--kills 50] [--only compare,train] [--short] [--program target/debug/aslant]

Every command that writes is killed (kill -9) while it replaces an older result: at random moments of its run, while it writes,
and while files are replaced one by one. After every kill the old result or the new one must stand there, to the byte (where
files are replaced one by one: after the next run has looked), and the next run must leave nothing beside it. What was hit is
counted; a command that was never hit while it wrote, or between two files, is a failure. A full disk and a folder without
rights are tried on a small tmpfs, for which the script must run as root on Linux; else they are left out, and that is told.
--short kills three commands a few times, for every test run. Needs Python 3.9 and nothing else. Signals, closed pipes and the
like are in tests/it/faults.rs, too; every step of a replacement by itself in src/claim/tests.rs.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ARTICLES, CUES = HERE / "seeds/articles", HERE / "seeds/cues/syria.toml"
# What a run says of itself, and not of the articles.
VARIES = {"run.json"}
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print(f"  FAILED: {what}")


def files(path):
    """Every file below a path with its hash; a file is a folder of one."""
    path = Path(path)
    if path.is_file():
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}
    found = (file for file in sorted(path.rglob("*")) if file.is_file())
    return {str(file.relative_to(path)): hashlib.sha256(file.read_bytes()).hexdigest() for file in found}


def leftovers(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob(".aslant*"))


def wait_for_claim(home):
    """Waits until a command has claimed its place, and then a little."""
    for _ in range(600):
        if leftovers(home):
            return time.sleep(0.1)
        time.sleep(0.05)
    check(False, f"no command wrote anything into {home}")


def from_standard_input(name, base, home):
    """A command that waits for articles with its place claimed; none for those that claim it later."""
    arguments = [str(argument) if argument != ARTICLES else "-" for argument in [*base, "--out", home / "out"]]
    return arguments if "-" in arguments and name != "tally" else None


class Commands:
    """The commands that write, each with an older and a newer result that differ."""

    def __init__(self, program, folder):
        self.program, self.folder = str(program), Path(folder)
        labelled = self.labelled = self.folder / "labelled.csv"
        rows = ["id,outlet,label,text"]
        for n in range(60):
            side, word = [("state", "government"), ("other", "regime")][n % 2]
            rows.append(f"a{n},Outlet {n % 5},{side},The {word} of the town met for the {n}th time. The {word} spoke.")
        labelled.write_text("\n".join(rows) + "\n")
        more = self.more = self.folder / "more.csv"
        more.write_text("\n".join(rows[:1] + [row.replace("a", "b", 1) for row in rows[1:21]]) + "\n")
        model = self.folder / "model"
        self.run(["train", labelled, "--label", "label", "--out", model])
        cues = ["--cues", CUES]
        # Arguments of the old result, arguments of the new one; {out} is the place.
        self.all = {
            "compare": (["compare", ARTICLES, *cues, "--seed", "1"], ["--placebo", "0"]),
            "discover": (["discover", ARTICLES], ["--ngrams", "1"]),
            "tally": (["tally", ARTICLES, *cues], ["--omit", "title"]),
            "train": (["train", labelled, "--label", "label"], ["--seed", "7"]),
            "evaluate": (["evaluate", model, labelled, "--label", "label"], ["--seed", "7"]),
            "suggest": (["cues", "suggest", CUES, ARTICLES], ["--top", "3"]),
            "stories": (["stories", ARTICLES], ["--id", "title"]),
            "voice": (["voice", ARTICLES], ["--id", "title"]),
            "clean": (["clean", ARTICLES], ["--id", "title"]),
            "score": (["score", model, ARTICLES], ["--id", "title"]),
        }
        self.retrain = ["retrain", model, more, "--label", "label", "--promote"]
        self.model = model

    def run(self, arguments, **options):
        command = [self.program, *map(str, arguments)]
        options = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, **options}
        return subprocess.run(command, **options)

    def start(self, arguments):
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([self.program, *map(str, arguments)], **quiet)


def without(found, names):
    return {name: value for name, value in found.items() if name not in names}


def moment(home):
    """Where a run is, or was killed, by what stands there: nothing, a claim, something written, or files half replaced."""
    try:
        hidden = next(iter(home.rglob(".aslant*")), None)
        if hidden is None:
            return "outside"
        if (hidden / "old").is_dir():
            return "between"
        written = any(new.is_file() or any(new.iterdir()) for new in hidden.glob("new*"))
        return "writing" if written else "claimed"
    except FileNotFoundError:
        # It went while it was looked at.
        return moment(home)


def wait_until(process, holds, seconds=120):
    """Looks again and again, without a pause, until something holds or the process has ended."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        if holds():
            return True
    return False


class Killer:
    """Kills a command and counts where it was."""

    def __init__(self, commands, name, home, chance):
        self.commands, self.name, self.home, self.chance = commands, name, home, chance
        self.seen = {"outside": 0, "claimed": 0, "writing": 0, "between": 0}
        self.length = self.window = 0

    def measure(self, arguments):
        """How long a run takes, and how long it writes."""
        started = time.monotonic()
        process = self.commands.start(arguments)
        first = time.monotonic() if wait_until(process, lambda: moment(self.home) == "writing") else None
        code = process.wait()
        ended = time.monotonic()
        check(code == 0, f"{self.name}: exit code {code}")
        self.length, self.window = ended - started, ended - (first or ended)

    def kill(self, arguments, when):
        """Kills one run `anywhere`, `writing` or `between` two files; tells where it was."""
        process = self.commands.start(arguments)
        if when == "between":
            wait_until(process, lambda: (self.home / ".aslant-out/old").is_dir())
        elif when == "writing":
            wait_until(process, lambda: moment(self.home) == "writing")
            time.sleep(self.window * self.chance.uniform(0, 1.1))
        else:
            time.sleep(self.length * self.chance.uniform(0, 1.02))
        process.send_signal(signal.SIGKILL)
        process.wait()
        where = moment(self.home)
        self.seen[where] += 1
        return where

    def told(self):
        seen = self.seen
        return (
            f"{seen['outside']} before it wrote or when it was done, {seen['claimed']} with the place claimed, "
            f"{seen['writing']} while it wrote, {seen['between']} between two files"
        )

    def kills(self, arguments, n, when, after):
        """Kills `n` runs, and more where none was hit at the moment that was asked for."""
        before = dict(self.seen)
        for tried in range(n + 150):
            was_hit = when == "anywhere" or self.seen[when] > before[when]
            if tried >= n and was_hit:
                return
            after(self.kill(arguments, when))
        check(False, f"{self.name}: never killed {when}: {self.told()}")


def kills(commands, name, n, chance):
    """Kills a command that replaces an older result: anywhere, while it writes, and between two files."""
    base, change = commands.all[name]
    home = commands.folder / name
    home.mkdir()
    out = home / "out"
    old, new = [*base, "--out", out], [*base, *change, "--out", out]
    killer = Killer(commands, name, home, chance)

    def result(arguments):
        ran = commands.run(arguments)
        check(ran.returncode == 0, f"{name}: {ran.stderr}")
        return files(out)

    def look(where):
        nonlocal older
        found = files(out)
        if found == older:
            return
        is_new = without(found, VARIES) == without(newer, VARIES) and found.keys() == newer.keys()
        check(is_new, f"{name}: neither the old nor the new result after a kill ({where})")
        older = result(old)

    newer = result(new)
    older = result(old)
    check(without(older, VARIES) != without(newer, VARIES), f"{name}: the two results are the same")
    killer.measure(new)
    older = result(old)
    killer.kills(new, n // 3, "anywhere", look)
    killer.kills(new, n // 3, "writing", look)
    if out.is_dir():
        # A folder of others in it: files are replaced one by one, and the next run that looks there puts them right.
        (out / "mine").mkdir()
        (out / "mine/notes.txt").write_text("mine")
        newer = {**newer, "mine/notes.txt": files(out)["mine/notes.txt"]}
        older = files(out)
        nothing = [argument if argument not in (ARTICLES, commands.labelled) else home / "nothing" for argument in old]

        def put_right(where):
            check(commands.run(nothing).returncode != 0, f"{name}: {nothing} went well")
            look(where)

        killer.kills(new, n - 2 * (n // 3), "between", put_right)
    result(old)
    check(leftovers(home) == [], f"{name}: left beside the result: {leftovers(home)}")
    print(f"{name}: {sum(killer.seen.values())} kills: {killer.told()}")


def kill_retrain(commands, n, chance):
    """The same for a model that is promoted: any number of versions, all of them whole."""
    home = commands.folder / "retrain"
    home.mkdir()
    out = home / "out"
    shutil.copytree(commands.model, out)
    retrain = [argument if argument != commands.model else out for argument in commands.retrain]
    killer = Killer(commands, "retrain", home, chance)

    def look(where):
        # It puts right what was half replaced.
        commands.run([argument if argument != commands.more else home / "nothing" for argument in retrain])
        for model in [out, *(out / "history").glob("*")]:
            shown = commands.run(["score", model, ARTICLES])
            check(shown.returncode == 0, f"retrain: {model.name}, killed {where}: {shown.stderr}")

    killer.measure(retrain)
    killer.kills(retrain, n // 3, "anywhere", look)
    killer.kills(retrain, n // 3, "writing", look)
    (out / "mine").mkdir()
    killer.kills(retrain, n - 2 * (n // 3), "between", look)
    commands.run(retrain)
    check(leftovers(home) == [], f"retrain: left behind: {leftovers(home)}")
    versions = len(list((out / "history").glob("*")))
    print(f"retrain --promote: {sum(killer.seen.values())} kills: {killer.told()}; {versions} versions, all whole")


def signals(commands):
    """Ctrl-C and SIGTERM while a command works."""
    for name, (base, _) in commands.all.items():
        home = commands.folder / f"{name}-signals"
        home.mkdir()
        for number, code in [(signal.SIGINT, 130), (signal.SIGTERM, 143)]:
            quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
            # Standard input that doesn't end holds the command where it reads.
            arguments = from_standard_input(name, base, home)
            if arguments is None:
                continue
            process = subprocess.Popen([commands.program, *arguments], **quiet)
            wait_for_claim(home)
            process.send_signal(number)
            process.wait()
            error = process.stderr.read()
            check(process.returncode == code, f"{name}: exit code {process.returncode} after signal {number}")
            check(error.startswith("error: stopped"), f"{name}: {error!r}")
            check(list(home.iterdir()) == [], f"{name}: left behind: {list(home.iterdir())}")
    print("signals: 130 and 143, nothing left behind")


def closed_pipe(commands):
    for name in ["voice", "clean", "stories", "score"]:
        base, _ = commands.all[name]
        command = " ".join(map(str, [commands.program, *base])) + " --out - | head -1 >/dev/null"
        ran = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
        check(ran.returncode == 0 and ran.stderr == "", f"{name} | head -1: {ran.returncode} {ran.stderr}")
    print("closed pipe: silence")


def full_disk(commands):
    """Every command on a disk that is too small for its result, whose older result is there."""
    if os.geteuid() != 0 or sys.platform != "linux":
        return print("full disk: left out, it needs root on Linux")
    for name, (base, _) in commands.all.items():
        disk = commands.folder / f"{name}-disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], check=True)
        try:
            out = disk / "out"
            ran = commands.run([*base, "--out", out])
            check(ran.returncode == 0, f"{name}: {ran.stderr}")
            before = files(out)
            # All that is left goes to something else.
            with open(disk / "filler", "wb", buffering=0) as filler:
                try:
                    while filler.write(b"x" * 4096):
                        pass
                except OSError:
                    pass
            ran = commands.run([*base, "--out", out])
            check(ran.returncode == 5, f"{name} on a full disk: exit code {ran.returncode}")
            check("no room" in ran.stderr and "help:" in ran.stderr and ".aslant" not in ran.stderr, f"{name}: {ran.stderr}")
            check(files(out) == before, f"{name}: the older result was touched")
            check(leftovers(disk) == [], f"{name}: left behind: {leftovers(disk)}")
        finally:
            subprocess.run(["umount", disk], check=True)
    print("full disk: told, the older results stand")


def no_rights(commands):
    """A disk that can only be read."""
    if os.geteuid() != 0 or sys.platform != "linux":
        return print("no rights: left out, it needs root on Linux")
    for name, (base, _) in commands.all.items():
        disk = commands.folder / f"{name}-read-only"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], check=True)
        try:
            commands.run([*base, "--out", disk / "out"])
            before = files(disk)
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            ran = commands.run([*base, "--out", disk / "out"])
            check(ran.returncode == 5 and "help:" in ran.stderr, f"{name}: {ran.returncode} {ran.stderr}")
            check(files(disk) == before, f"{name}: the older result was touched")
        finally:
            subprocess.run(["umount", disk], check=True)
    print("no rights: told")


def two_at_once(commands):
    for name, (base, _) in commands.all.items():
        home = commands.folder / f"{name}-two"
        home.mkdir()
        arguments = from_standard_input(name, base, home)
        if arguments is None:
            continue
        quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        first = subprocess.Popen([commands.program, *arguments], **quiet)
        wait_for_claim(home)
        ran = commands.run([*base, "--out", home / "out"])
        check(ran.returncode == 5 and "another run" in ran.stderr, f"{name}: {ran.returncode} {ran.stderr}")
        first.kill()
        first.wait()
        ran = commands.run([*base, "--out", home / "out"])
        check(ran.returncode == 0 and leftovers(home) == [], f"{name}: {ran.stderr} {leftovers(home)}")
    print("two at once: the second is refused, and goes when the first has ended")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="kills of every command")
    parser.add_argument("--program", type=Path, default=HERE / "target/debug/aslant")
    parser.add_argument("--only", help="kill only these commands, parted by commas")
    parser.add_argument("--short", action="store_true", help="three commands, a few kills each, nothing else")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.short:
        arguments.kills, arguments.only = 6, "compare,score,retrain"
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        commands = Commands(arguments.program.resolve(), folder)
        for part in [] if arguments.short else [signals, closed_pipe, full_disk, no_rights, two_at_once]:
            part(commands)
        chance = random.Random(arguments.seed)
        only = arguments.only.split(",") if arguments.only else [*commands.all, "retrain"]
        for name in only:
            if name == "retrain":
                kill_retrain(commands, arguments.kills, chance)
            else:
                kills(commands, name, arguments.kills, chance)
    finally:
        shutil.rmtree(folder)
    print("all well" if not failures else f"{len(failures)} failures")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
