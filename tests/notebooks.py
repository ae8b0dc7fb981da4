"""Runs every notebook and checks what is committed with it: that it says what the program says now, that it is small,
that no path of a machine and no text of an article stands in it. Called by notebooks.sh."""

import base64
import csv
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
CASE_STUDY = ROOT / "seeds" / "case-study-syria"
NOTEBOOK_LIMIT, PICTURE_LIMIT, CASE_STUDY_LIMIT = 300_000, 60_000, 600_000
MACHINE = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|usr|var|work|opt|mnt|Users|private)/|[A-Z]:\\\\")
TEXT_COLUMNS = {"title", "text", "url", "author", "before", "match", "after", "speaker", "cue", "term"}

failures = []


def expect(holds, what):
    if not holds:
        failures.append(what)
        print(f"FAILED  {what}")


def said(notebook):
    """What its cells printed or showed as text, cell by cell; pictures are left to the eye."""
    return [[o["text"] if o.output_type == "stream" else o.get("data", {}).get("text/plain", "") for o in cell.outputs]
            for cell in notebook.cells if cell.cell_type == "code"]


def run(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(notebook, timeout=300, record_timing=False, resources={"metadata": {"path": str(path.parent)}},
                   extra_arguments=["--log-level=ERROR"]).execute()
    notebook.metadata.language_info = {"name": "python"}  # without the version of this Python
    return notebook


def check(path, update):
    name = path.name
    try:
        fresh = run(path)
    except CellExecutionError as error:
        expect(False, f"{name} stopped:\n{error}")
        return
    for cell in fresh.cells:
        for output in cell.get("outputs", []):
            expect(output.get("name") != "stderr", f"{name} warns: {output.get('text', '')[:500]}")
            picture = output.get("data", {}).get("image/png")
            if picture:
                size = len(base64.b64decode(picture))
                expect(size <= PICTURE_LIMIT, f"{name}: a picture of {size:,} bytes; at most {PICTURE_LIMIT:,}")
    if update:
        nbformat.write(fresh, path)
    kept = nbformat.read(path, as_version=4)
    for number, (before, now) in enumerate(zip(said(kept), said(fresh)), 1):
        expect(before == now, f"{name}, code cell {number}, says something else than what is committed: see whether the "
               f"prose still holds, then run `bash tests/notebooks.sh --update`\n  committed: {before}\n  now:       {now}")
    expect(path.stat().st_size < NOTEBOOK_LIMIT, f"{name} has {path.stat().st_size:,} bytes; at most {NOTEBOOK_LIMIT:,}")
    without_pictures = re.sub(r'"image/png": "[^"]*"', "", path.read_text(encoding="utf-8"))
    expect(not MACHINE.search(without_pictures), f"{name} has a path of a machine: {MACHINE.findall(without_pictures)[:3]}")


def check_case_study():
    files = [path for path in CASE_STUDY.rglob("*") if path.is_file()]
    expect(len(files) > 10, f"{CASE_STUDY.name} has its tables")
    size = sum(path.stat().st_size for path in files)
    expect(size < CASE_STUDY_LIMIT, f"{CASE_STUDY.name} has {size:,} bytes; at most {CASE_STUDY_LIMIT:,}")
    for path in files:
        text = path.read_text(encoding="utf-8")
        expect(not MACHINE.search(text), f"{path.name} has a path of a machine")
        if path.suffix == ".csv":
            columns = set(next(csv.reader(text.splitlines())))
            expect(not columns & TEXT_COLUMNS, f"{path.name} has columns of text: {sorted(columns & TEXT_COLUMNS)}")


notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
expect(len(notebooks) == 3, f"three notebooks, not {len(notebooks)}")
for path in notebooks:
    check(path, update="--update" in sys.argv)
check_case_study()
print(f"{len(notebooks)} notebooks: {'all well' if not failures else f'{len(failures)} failures'}")
sys.exit(bool(failures))
