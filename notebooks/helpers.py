"""What all three notebooks use: finding and running the program, and one kind of chart."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import Image, display
from PIL import Image as Picture

ROOT = Path(__file__).resolve().parent.parent  # the repository: commands run here, so paths in outputs are short

INK, ACCENT, PALE = "#222222", "#1f5fa8", "#9aa5b1"

plt.rcParams.update({
    "figure.dpi": 96, "savefig.bbox": "tight", "font.size": 10, "text.color": INK, "axes.titlesize": 11,
    "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
    "ytick.left": False, "axes.axisbelow": True, "axes.grid": True, "axes.grid.axis": "x", "grid.color": "#e6e6e6",
    "legend.frameon": False,
})
pd.set_option("display.max_colwidth", 120)


def program():
    """The program: $ASLANT if set, else `aslant` on PATH, else target/release/aslant of this repository."""
    built = ROOT / "target" / "release" / ("aslant.exe" if os.name == "nt" else "aslant")
    found = os.environ.get("ASLANT") or shutil.which("aslant") or (str(built) if built.exists() else None)
    if found is None or not shutil.which(found):
        raise SystemExit(
            f"The program `aslant` was not found{f' at {found} (ASLANT)' if found else ''}.\n"
            "In the folder of the repository, run `cargo build --release` (which makes target/release/aslant)\n"
            "or `cargo install --path .` (which puts it on PATH), then run this cell again."
        )
    return found


def aslant(*arguments, expect=(0,)):
    """Runs `aslant` in the repository's folder and returns what it printed; its message where it failed."""
    run = subprocess.run([program(), *map(str, arguments)], cwd=ROOT, capture_output=True, encoding="utf-8")
    if run.returncode not in expect:
        raise RuntimeError(f"aslant {arguments[0]} ended with exit code {run.returncode}:\n{run.stderr or run.stdout}")
    return run.stdout + run.stderr


def show(fig):
    """Shows a figure with few colours, a third of the size that `plt.show()` would put into the notebook, and sharp."""
    drawn, small = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, dpi=144)
    plt.close(fig)
    picture = Picture.open(drawn).convert("RGB")
    picture.quantize(48, dither=Picture.Dither.NONE).save(small, format="png", optimize=True)
    display(Image(data=small.getvalue(), format="png", width=picture.width * 96 // 144))


def lines(ax, rows, left, right, title, value="share", low="share_low", high="share_high", colors=None, xlim=(0, 1)):
    """One outlet a line, from `left` to `right`: a dot with its interval, which is dashed and the dot hollow where
    it speaks of mentions only; a diamond at the expected share where there is one. `rows` in order, from above."""
    rows = rows.iloc[::-1].reset_index(drop=True)
    for y, row in rows.iterrows():
        color = colors[row["outlet"]] if colors else ACCENT
        mentions = row.get("interval") == "mentions"
        ax.plot([row[low], row[high]], [y, y], color=color, lw=1.6, ls=":" if mentions else "-", alpha=0.8)
        ax.plot(row[value], y, "o", ms=7, color=color, mfc="white" if mentions else color)
        if pd.notna(row.get("expected_share")):
            ax.plot(row["expected_share"], y, "D", ms=6, mfc="white", mec=INK, zorder=3)
    ax.set_yticks(range(len(rows)), rows["outlet"])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlim(xlim[0] - 0.03 * (xlim[1] - xlim[0]), xlim[1] + 0.03 * (xlim[1] - xlim[0]))
    ax.set_title(title)
    ax.set_xlabel(f"←  {left}{' ' * 30}{right}  →")
    return ax
