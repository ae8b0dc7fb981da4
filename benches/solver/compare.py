"""Our logistic regression against scikit-learn's: objective, seconds, ratio. Called by run.sh.

Both take the same sparse matrix (values rounded to 32 bits) and the same C. For each solver the tolerance is loosened or
tightened in steps of ten until its objective is, as numpy computes it from the weights, at most 1e-6 (relative) above
the lowest of all; the seconds are those of that fit, the least of some repeats, solvers in turn. LIBLINEAR penalises the
intercept, so all go without one where it takes part. Reading and converting the matrix is not counted.
"""

import argparse
import io
import json
import subprocess
import time
import warnings
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

CLOSE = 1e-6
TOLERANCES = [10.0**-e for e in range(1, 9)]


def made(n, p, per_row, seed):
    """Rows of TF-IDF's kind: columns by Zipf's law, rows of length 1; labels by a sparse linear rule, with noise."""
    rng = np.random.default_rng(seed)
    frequency = 1.0 / np.arange(10, p + 10)
    columns = rng.choice(p, size=(n, per_row), p=frequency / frequency.sum())
    rows = np.repeat(np.arange(n), per_row)
    x = sp.csr_matrix((np.ones(n * per_row), (rows, columns.ravel())), shape=(n, p))
    x.sum_duplicates()
    x.data = 1 + np.log(x.data)
    df = np.bincount(x.indices, minlength=p)
    x = x @ sp.diags(np.log((1 + n) / (1 + df)) + 1)
    x = sp.diags(1 / norms(x)) @ x
    weights = rng.normal(size=(p, 3)) * (rng.random((p, 1)) < 0.1)
    margins = x @ weights
    margins = margins / margins.std(0) + rng.gumbel(size=margins.shape)
    return sp.csr_matrix(x), margins.argmax(1)


def norms(x):
    return np.sqrt(np.asarray(x.multiply(x).sum(1)).ravel())


def of_articles(path, every):
    """TF-IDF of 1-2-grams in at least two articles, sublinear, as `aslant train` makes it (with other tokens)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    opened = path.open("rb")
    if path.suffix == ".zst":
        import zstandard

        opened = zstandard.ZstdDecompressor().stream_reader(opened)
    lines = io.TextIOWrapper(opened, encoding="utf-8")
    articles = [json.loads(line) for i, line in enumerate(lines) if i % every == 0]
    x = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit_transform(a["text"] for a in articles)
    names, labels = np.unique([a["label"] for a in articles], return_inverse=True)
    print("labels:", ", ".join(names))
    return x.tocsr(), labels


def matrix(args):
    """The matrix and the labels, kept in the folder for our solver and for the next run."""
    if args.articles:
        name = f"{args.articles.name.partition('.')[0]}-{args.every}"
    else:
        name = f"made-{args.rows}-{args.columns}-{args.per_row}"
    folder = args.data / name
    if not (folder / "labels.u32").exists():
        x, labels = of_articles(args.articles, args.every) if args.articles else made(args.rows, args.columns, args.per_row, 1)
        x.sort_indices()
        folder.mkdir(parents=True, exist_ok=True)
        x.indptr.astype("<u8").tofile(folder / "indptr.u64")
        x.indices.astype("<u4").tofile(folder / "indices.u32")
        x.data.astype("<f4").tofile(folder / "values.f32")
        (folder / "n_features.txt").write_text(f"{x.shape[1]}\n")
        # Two classes: the commonest against the rest.
        (labels == np.bincount(labels).argmax()).astype("<u4").tofile(folder / "binary.u32")
        labels.astype("<u4").tofile(folder / "labels.u32")
    indptr = np.fromfile(folder / "indptr.u64", "<u8").astype(np.int32)
    shape = (len(indptr) - 1, int((folder / "n_features.txt").read_text()))
    values = np.fromfile(folder / "values.f32", "<f4").astype(np.float64)
    x = sp.csr_matrix((values, np.fromfile(folder / "indices.u32", "<u4").astype(np.int32), indptr), shape=shape)
    labels = {name: np.fromfile(folder / f"{name}.u32", "<u4").astype(int) for name in ("binary", "labels")}
    return folder, x, labels


def objective(x, y, c, weights, intercepts, multi):
    """C times the sum of the losses and half the squared weights, summed over the problems of one against the rest."""
    z = x @ weights.T + intercepts
    penalty = 0.5 * (weights**2).sum()
    if multi == "multinomial" and z.shape[1] > 1:
        top = z.max(1, keepdims=True)
        losses = np.log(np.exp(z - top).sum(1)) + top[:, 0] - z[np.arange(len(y)), y]
    else:
        signs = np.where(y[:, None] == (np.arange(z.shape[1]) if z.shape[1] > 1 else 1), 1, -1)
        losses = np.logaddexp(0, -signs * z)
    return c * losses.sum() + penalty


class Ours:
    def __init__(self, program, threads):
        self.program = program
        self.name, self.threads = f"aslant, {threads} thread{'s' if threads > 1 else ''}", threads

    def fit(self, problem, tol):
        p = problem
        arguments = [p.folder, f"{p.labels}.u32", p.c, tol, int(p.intercept), p.multi, self.threads]
        out = subprocess.run([self.program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout
        k = 1 if p.y.max() == 1 else p.y.max() + 1
        found = np.fromfile(p.folder / "weights.f64", "<f8").reshape(k, -1)
        return float(out.split()[0]), found[:, :-1], found[:, -1]


class Sklearn:
    def __init__(self, name):
        solver, _, dual = name.partition(" ")
        self.name, self.solver, self.dual = f"scikit-learn, {name}", solver, dual == "dual"

    def fit(self, problem, tol):
        p = problem
        params = {"solver": self.solver, "dual": self.dual, "fit_intercept": p.intercept}
        model = LogisticRegression(C=p.c, tol=tol, max_iter=5000, random_state=1, **params)
        if p.multi == "one-vs-rest" and p.y.max() > 1:
            model = OneVsRestClassifier(model)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            before = time.perf_counter()
            model.fit(p.x, p.y)
            seconds = time.perf_counter() - before
        parts = getattr(model, "estimators_", [model])
        weights = np.vstack([part.coef_ for part in parts])
        intercepts = np.concatenate([np.ravel(part.intercept_) * np.ones(len(part.coef_)) for part in parts])
        return seconds, weights, intercepts


def compare(problem, solvers, repeats):
    """For each solver the loosest tolerance that is close enough, then all in turn."""
    p = problem
    value = lambda fit: objective(p.x, p.y, p.c, fit[1], fit[2], p.multi)
    # Exact enough to measure the others by.
    best = value(solvers[0].fit(p, 1e-9))
    rows = []
    for solver in solvers:
        for tol in TOLERANCES:
            fit = solver.fit(p, tol)
            above = value(fit) / best - 1
            if above <= CLOSE:
                break
        rows.append([solver, tol, above, fit[0]])
    for _ in range(repeats - 1):
        for row in rows:
            row[3] = min(row[3], row[0].fit(p, row[1])[0])
    ours = rows[0][3]
    for solver, tol, above, seconds in rows:
        mark = "" if above <= CLOSE else "  (not reached)"
        print(f"  {solver.name:28} {tol:8.0e} {above:12.1e} {seconds:9.3f} {ours / seconds:9.2f}{mark}", flush=True)


class Problem:
    def __init__(self, **values):
        self.__dict__.update(values)


def main():
    parser = argparse.ArgumentParser(prog="benches/solver/run.sh", description=__doc__.splitlines()[0])
    parser.add_argument("--solver", help=argparse.SUPPRESS)
    parser.add_argument("--articles", type=Path, help="JSON lines (.zst or not) with the columns text and label")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every N-th article")
    parser.add_argument("--data", type=Path, default=Path("target/bench-solver"), help="folder for the matrix")
    parser.add_argument("--c", default="1,10", help="strengths")
    parser.add_argument("--without", default="", help="solvers to leave out, such as lbfgs, which takes its time")
    parser.add_argument("--repeats", type=int, default=3, help="the least of so many times counts")
    parser.add_argument("--threads", type=int, default=2, help="of our solver, beside one")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--columns", type=int, default=100_000)
    parser.add_argument("--per-row", type=int, default=100)
    args = parser.parse_args()
    folder, x, labels = matrix(args)
    print(f"{folder.name}: {x.shape[0]:,} × {x.shape[1]:,}, {x.nnz:,} values; ratio: our seconds on one thread to theirs")
    print(f"  {'solver':28} {'tol':>8} {'above best':>12} {'seconds':>9} {'ratio':>9}")
    ours = [Ours(args.solver, 1), Ours(args.solver, args.threads)]
    settings = [
        ("binary", "binary", "multinomial", False, ["liblinear", "liblinear dual", "newton-cg", "lbfgs"]),
        ("binary, intercept", "binary", "multinomial", True, ["newton-cg", "lbfgs"]),
        ("3 classes, one against the rest", "labels", "one-vs-rest", False, ["liblinear", "liblinear dual"]),
        ("3 classes, softmax, intercept", "labels", "multinomial", True, ["newton-cg", "lbfgs"]),
    ]
    for c in map(float, args.c.split(",")):
        for title, name, multi, intercept, others in settings:
            print(f"{title}, C = {c:g}")
            problem = Problem(folder=folder, x=x, y=labels[name], labels=name, c=c, intercept=intercept, multi=multi)
            others = [Sklearn(name) for name in others if name not in args.without.split(",")]
            if others:
                compare(problem, ours + others, args.repeats)


if __name__ == "__main__":
    main()
