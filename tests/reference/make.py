"""Writes the reference values that the Rust tests compare with, as JSON beside this file.

Set up and run (Python 3.11 or later):

    python3 -m venv venv
    venv/bin/pip install -r requirements.txt
    venv/bin/python make.py

Made with scikit-learn 1.9.1, numpy 2.4.6, scipy 1.17.1, statsmodels 0.15.0, krippendorff 0.9.0 (Python 3.11.7). Every number is
from one of these packages, or from a formula that stands here in a line or two and is checked against a package
where one has it, or against the value that another program was seen to give (R's quanteda.textstats 0.97.2 and
corpora 0.6). A second run on the same machine gives the same bytes; another
machine may differ in the last digits. All text is invented. `null` stands where a value isn't defined.

    corpus.json    documents, and their tokens
    tfidf.json     scikit-learn's TfidfVectorizer on them
    logistic.json  scikit-learn's LogisticRegression on small sparse problems
    metrics.json   classification, ranking and calibration scores
    rates.json     cluster-robust rates, intervals, keyness, dispersion, Mantel-Haenszel
    tests.json     tests of rates and pairs, change points, power and planning, places on a map
    agreement.json krippendorff's alpha of annotators
    report.json    scikit-learn's classification_report and calibration_curve
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # sums in one order

import itertools
import json
import math
import re
import warnings
from importlib.metadata import version
from pathlib import Path

import krippendorff
import numpy as np
import scipy.sparse as sparse
import scipy.stats as st
import statsmodels.api as sm
from scipy import optimize, special
from sklearn import metrics as skm
from sklearn.calibration import calibration_curve
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

HERE = Path(__file__).resolve().parent


# ---------------------------------------------------------------------------------------------- corpus.json

TRAINING = [
    "The council said the Bridge will close in March; the council gave no reason.",
    "Rebels in the north took the bridge, the army said. The army took it back.",
    "In the Café Zoë the minister called the protest a riot, a riot, a RIOT!",
    "",
    "Protesters call it a march; the police in the square call it a riot.",
    "Prices rose 3.5% in 2024, the bank said, and 12% in 2023.",
    "The regime's army shelled the town in the night, the rebels said.",
    "In the town the government's army opened the road, the minister said.",
    "ÉCOLE fermée: the school in the rue de l'Église stays shut.",
    "the The THE in In IN tHe",
    "Two  spaces,\ttab,\nnew line,\r\n\r\nand\u00a0\u00a0hard spaces in the text.",
    "Naïve readers in the town read the naïve headline, the naive one, the cafe\u0301 one.",
    "Police shot 2 protesters in the square. Police said 1 was armed. Police lied, the crowd said.",
    "A climate law, the climate law, passed in the night; the minister wept.",
    "Straße und Größe: the German minister in the ΟΔΟΣ met the ΣΟΦΟΣ.",
    "user_name x1 y2 a b c",
    "The crowd in the square sang. The crowd in the town slept. Rebels watched them march north on the bridge.",
    "Emoji 🙂🙂 in the feed 🙂, the minister's own 👩‍🌾, no word said.",
    "Migrants, refugees, newcomers: up north the minister said migrants, the church said refugees.",
    "A minister left town, rain on her coat.",
]

HELD_OUT = [
    "Ждём щук жюри",  # only unseen words, and only unseen characters
    "",
    "The minister and the rebels met in the new school on the bridge to the north.",
    "riot riot riot riot Riot RIOT",
    "zebra quagga okapi",  # only unseen words, seen characters
    "the army said the army said the army",
]


def tokens_of(text):
    """scikit-learn's default word tokens: lower case, then two or more word characters."""
    return re.findall(r"(?u)\b\w\w+\b", text.lower())


def corpus():
    documents = [("train", text) for text in TRAINING] + [("held_out", text) for text in HELD_OUT]
    write("corpus.json", {
        "about": "`tokens` is (?u)\\b\\w\\w+\\b on the lower-cased text. tfidf.json names documents by `id`.",
        "documents": [
            {"id": i, "part": part, "text": text, "tokens": tokens_of(text)}
            for i, (part, text) in enumerate(documents)
        ],
    })


# ----------------------------------------------------------------------------------------------- tfidf.json

# Short training documents only, to keep the file small: an empty one, odd white space, accents, two alphabets
# more, emoji (characters are code points, not bytes and not what the reader sees as one letter).
CHAR_TRAINING = [3, 9, 10, 14, 15, 17, 19]
CHAR_HELD_OUT = [20, 21, 24, 25]


def tfidf():
    # max_features keeps the terms of the highest total count over all training documents, among those that
    # min_df and max_df left. scikit-learn sorts the terms, then takes `(-counts).argsort()[:limit]`: numpy's
    # default argsort isn't stable, and its order of equal counts depends on the processor (AVX2, AVX-512, none)
    # and the length. So which of the terms of equal count at the border stay is NOT defined by scikit-learn.
    # `word_1_max_features_15` has no tie at its border (asserted). `word_1_max_features_tied` has one; its
    # vocabulary is what a stable sort gives, the alphabetically first of equals, handed to scikit-learn as a
    # fixed vocabulary: our rule, its numbers (left alone, scikit-learn kept police and riot of army, police, riot).
    # Columns are sorted by code point (the same as by UTF-8 bytes).
    #
    # max_df and min_df as a share p of n documents: kept are df <= p*n and df >= p*n, as floats, not rounded.
    # `in` stands in 16 of the 20 training documents and `the` in 17, so 0.8 and 16 keep one and drop the other.
    documents_with = [sum(term in tokens_of(text) for text in TRAINING) for term in ("in", "the")]
    assert len(TRAINING) == 20 and documents_with == [16, 17]
    word, char = {"analyzer": "word"}, {"analyzer": "char", "ngram_range": (2, 4)}
    cases = [
        tfidf_case("word_1", word),
        tfidf_case("word_1_2", {**word, "ngram_range": (1, 2)}),
        tfidf_case("word_1_3_min_df_2_max_df_0.8", {**word, "ngram_range": (1, 3), "min_df": 2, "max_df": 0.8}),
        tfidf_case("word_1_min_df_0.1_max_df_16", {**word, "min_df": 0.1, "max_df": 16}),
        tfidf_case("word_1_sublinear_tf", {**word, "sublinear_tf": True}),
        tfidf_case("word_1_no_smooth_idf", {**word, "smooth_idf": False}),
        tfidf_case("word_1_no_norm", {**word, "norm": None}),
        tfidf_case("word_1_sublinear_no_smooth_no_norm",
                   {**word, "sublinear_tf": True, "smooth_idf": False, "norm": None}),
        tfidf_case("word_1_max_features_15", {**word, "max_features": 15}),
        tfidf_case("word_1_max_features_tied", {**word, "max_features": 7}),
        tfidf_case("char_2_4", char),
        tfidf_case("char_wb_2_4", {**char, "analyzer": "char_wb"}),
        hashed_case("hashed_word_1_2", {**word, "ngram_range": (1, 2), "sublinear_tf": True, "hashing": 2**20}),
        hashed_case("hashed_word_1_2_crowded", {**word, "ngram_range": (1, 2), "min_df": 2, "hashing": 50}),
        hashed_case("hashed_char_wb_2_4", {**char, "analyzer": "char_wb", "sublinear_tf": True, "hashing": 1000}),
    ]
    write("tfidf.json", {
        "about": [
            "`train` and `held_out` are ids in corpus.json. `rows` are [column, value] pairs by column; `fit` is"
            " fit_transform on train, `transform` is transform on held_out. idf by column; n-grams of words are"
            " joined by one space. Words: from corpus.json's `tokens`.",
            "char: lower-case the text; put one space for each run of TWO OR MORE white-space characters"
            " (\\s\\s+: a single tab, newline or hard space stays as it is); then every n-gram of code points of"
            " the whole text, spaces included, nothing padded.",
            "char_wb: the same start; split at white space (all \\s); pad each word with one space on both sides;"
            " n-grams inside the padded word, for n rising; a padded word no longer than n is taken whole, once,"
            " and the word is done (so `a` gives ` a`, `a `, ` a ` and nothing for n = 4).",
            "White space is Python's: Unicode's White_Space and U+001C to U+001F.",
            "hashed: TfidfTransformer behind HashingVectorizer(alternate_sign=False, norm=None), over the columns that"
            " at least min_df training documents have; `vocabulary` has their numbers.",
        ],
        "cases": cases,
    })


def tfidf_case(name, params):
    texts = TRAINING + HELD_OUT
    is_word = params["analyzer"] == "word"
    train = list(range(len(TRAINING))) if is_word else CHAR_TRAINING
    held_out = list(range(len(TRAINING), len(texts))) if is_word else CHAR_HELD_OUT
    settings = dict(params)
    if is_word:
        texts = [tokens_of(text) for text in texts]
        settings |= {"tokenizer": lambda tokens: tokens, "token_pattern": None, "lowercase": False}

    fixed, tied = None, []
    if "max_features" in params:
        fixed, tied = stable_max_features([texts[i] for i in train], settings)
        assert bool(tied) == name.endswith("_tied")
        if tied:
            settings |= {"max_features": None, "vocabulary": fixed}

    vectorizer = TfidfVectorizer(**settings)
    fit = vectorizer.fit_transform([texts[i] for i in train])
    transform = vectorizer.transform([texts[i] for i in held_out])
    vocabulary = list(vectorizer.get_feature_names_out())
    assert vocabulary == sorted(vocabulary) and (fixed is None or vocabulary == fixed)
    case = {
        "name": name,
        "params": params_for_rust(params),
        "train": train,
        "held_out": held_out,
        "vocabulary": vocabulary,
        "idf": vectorizer.idf_,
        "rows": {"fit": sparse_rows(fit), "transform": sparse_rows(transform)},
    }
    if tied:
        case["tied_at_the_border"] = tied
    return case


def hashed_case(name, params):
    texts = TRAINING + HELD_OUT
    is_word = params["analyzer"] == "word"
    train = list(range(len(TRAINING))) if is_word else CHAR_TRAINING
    held_out = list(range(len(TRAINING), len(texts))) if is_word else CHAR_HELD_OUT
    settings = {"analyzer": params["analyzer"], "ngram_range": params["ngram_range"]}
    if is_word:
        texts = [tokens_of(text) for text in texts]
        settings |= {"tokenizer": lambda tokens: tokens, "token_pattern": None, "lowercase": False}
    hashing = HashingVectorizer(n_features=params["hashing"], alternate_sign=False, norm=None, **settings)
    counts = hashing.transform([texts[i] for i in train])
    kept = np.flatnonzero(counts.getnnz(axis=0) >= params.get("min_df", 1))
    transformer = TfidfTransformer(sublinear_tf=params.get("sublinear_tf", False))
    fit = transformer.fit_transform(counts[:, kept])
    transform = transformer.transform(hashing.transform([texts[i] for i in held_out])[:, kept])
    digits = len(str(params["hashing"] - 1))
    return {
        "name": name,
        "params": params_for_rust(params),
        "train": train,
        "held_out": held_out,
        "vocabulary": [f"#{column:0{digits}}" for column in kept],
        "idf": transformer.idf_,
        "rows": {"fit": sparse_rows(fit), "transform": sparse_rows(transform)},
    }


def stable_max_features(documents, settings):
    """The vocabulary by a stable sort on falling counts, and the terms tied across the border."""
    counter = CountVectorizer(tokenizer=settings["tokenizer"], token_pattern=None, lowercase=False)
    counts = np.asarray(counter.fit_transform(documents).sum(axis=0)).ravel()
    terms, limit = counter.get_feature_names_out(), settings["max_features"]
    order = np.argsort(-counts, kind="stable")
    border, after = counts[order[limit - 1]], counts[order[limit]]
    tied = sorted(terms[counts == border]) if border == after else []
    return sorted(terms[order[:limit]]), tied


def params_for_rust(params):
    """All parameters, with a count (2) and a share (0.8) of documents told apart by name."""
    def frequency(value):
        return {"count": value} if isinstance(value, int) else {"share": value}

    return {
        "analyzer": params["analyzer"],
        "ngram_range": params.get("ngram_range", (1, 1)),
        "min_df": frequency(params.get("min_df", 1)),
        "max_df": frequency(params.get("max_df", 1.0)),
        "max_features": params.get("max_features"),
        **({"hashing": params["hashing"]} if "hashing" in params else {}),
        "sublinear_tf": params.get("sublinear_tf", False),
        "smooth_idf": params.get("smooth_idf", True),
        "norm": params.get("norm", "l2"),
    }


# -------------------------------------------------------------------------------------------- logistic.json

def logistic():
    binary = problem(seed=20261, n=60, p=30, classes=2)
    four = problem(seed=20264, n=80, p=30, classes=4)
    rng = np.random.default_rng(7)
    weights = {name: rng.integers(0, 25, len(p["y"])) / 8 for name, p in [("binary", binary), ("four", four)]}

    fits = []
    for c in [0.1, 1.0, 10.0]:
        fits.append(logistic_fit("binary", binary, "multinomial_or_binary", c))
        fits.append(logistic_fit("four", four, "multinomial_or_binary", c))
        fits.append(logistic_fit("four", four, "one_vs_rest", c))
    for name, data in [("binary", binary), ("four", four)]:
        fits.append(logistic_fit(name, data, "multinomial_or_binary", 1.0, sample_weight=weights[name]))
        fits.append(logistic_fit(name, data, "multinomial_or_binary", 1.0, balanced=True))

    write("logistic.json", {
        "about": [
            "Minimises C * sum(s_i * loss_i) + 0.5 * |w|^2; intercepts are not penalised. s_i is the sample weight,"
            " or with `balanced` n / (classes * rows of that class). loss: ln(1 + exp(-y z)) for two classes"
            " (coef is one row, for class 1), -ln softmax for more (a row a class), one binary problem a class for"
            " one_vs_rest (then `objective` has one value a class).",
            "scikit-learn's solution, then Newton steps to `gradient_max`, the largest |derivative| of that"
            " objective. Multinomial: adding a constant to all intercepts changes nothing, so they are given with"
            " mean 0; centre yours before comparing. coef sums to 0 over classes.",
            "`proba` is predict_proba on the problem's `new_rows`, a column a class (two for binary); one_vs_rest"
            " divides the single probabilities by their sum. Rows are [column, value]; row 0, new"
            " row 0 and the last column are empty. All values and weights are multiples of 1/64, so exact"
            " in f32 too. Some sample weights are 0.",
        ],
        "problems": {
            name: {
                "columns": data["x"].shape[1],
                "rows": sparse_rows(data["x"]),
                "y": data["y"],
                "sample_weight": weights[name],
                "new_rows": sparse_rows(data["new"]),
            }
            for name, data in [("binary", binary), ("four", four)]
        },
        "fits": fits,
    })


def problem(seed, n, p, classes):
    """Sparse rows with a weak signal, and classes of unequal size."""
    rng = np.random.default_rng(seed)
    x = np.where(rng.random((n + 8, p)) < 0.2, rng.integers(-32, 129, (n + 8, p)) / 64, 0.0)
    x[0], x[n], x[:, -1] = 0.0, 0.0, 0.0
    true = rng.normal(0, 1.2, (p, classes))
    offset = np.linspace(0.6, -0.6, classes)
    y = (x[:n] @ true + offset + rng.gumbel(size=(n, classes))).argmax(axis=1)
    assert set(y) == set(range(classes))
    return {"x": sparse.csr_matrix(x[:n]), "y": y, "new": sparse.csr_matrix(x[n:])}


def logistic_fit(problem_name, data, kind, c, sample_weight=None, balanced=False):
    x, y = data["x"], data["y"]
    settings = {"C": c, "tol": 1e-10, "max_iter": 10_000, "class_weight": "balanced" if balanced else None}
    if kind == "one_vs_rest":
        model = OneVsRestClassifier(LogisticRegression(**settings)).fit(x, y)
        solved = [polish(single, x, (y == k).astype(int), c, np.ones(len(y)))
                  for k, single in enumerate(model.estimators_)]
        coef = np.vstack([s["coef"] for s in solved])
        intercept = np.concatenate([s["intercept"] for s in solved])
        objective = [s["objective"] for s in solved]
        gradient = max(s["gradient"] for s in solved)
    else:
        s = np.ones(len(y)) if sample_weight is None else sample_weight
        if balanced:
            s = s * (len(y) / (len(set(y)) * np.bincount(y)))[y]
        # Whichever solver ends at the lower gradient; both are polished to the same point.
        models = [LogisticRegression(solver=solver, **settings).fit(x, y, sample_weight=sample_weight)
                  for solver in ["lbfgs", "newton-cg"]]
        model = min(models, key=lambda m: np.abs(value_and_slopes(pack(m), x, y, c, s)[1]).max())
        best = polish(model, x, y, c, s)
        coef, intercept, objective, gradient = (best[k] for k in ["coef", "intercept", "objective", "gradient"])
    return {
        "problem": problem_name,
        "kind": "one_vs_rest" if kind == "one_vs_rest" else ("binary" if len(set(y)) == 2 else "multinomial"),
        "C": c,
        "weighted": sample_weight is not None,
        "balanced": balanced,
        "coef": coef,
        "intercept": intercept,
        "objective": objective,
        "gradient_max": gradient,
        "proba": model.predict_proba(data["new"]),  # `polish` put the polished weights into the model
    }


def pack(model):
    """Weights as one (classes or 1, p + 1) array, the intercept last."""
    return np.column_stack([model.coef_, model.intercept_])


def value_and_slopes(w, x, y, c, s):
    """Objective, gradient and Hessian at w, an array (1 or classes, p + 1), by scikit-learn's definition."""
    design = np.column_stack([x.toarray(), np.ones(len(y))])
    z = design @ w.T
    if len(w) == 1:
        sign = 2.0 * y - 1.0
        loss = np.logaddexp(0, -sign * z[:, 0])
        proba = 1 / (1 + np.exp(-z))
        residual = proba - y[:, None]
    else:
        top = z.max(axis=1, keepdims=True)
        log_sum = (top + np.log(np.exp(z - top).sum(axis=1, keepdims=True)))[:, 0]
        loss = log_sum - z[np.arange(len(y)), y]
        proba = np.exp(z - log_sum[:, None])
        residual = proba - np.eye(len(w))[y]
    penalised = np.ones(w.shape[1])
    penalised[-1] = 0.0
    value = c * math.fsum(s * loss) + 0.5 * math.fsum((w * w * penalised).ravel())
    gradient = c * (residual * s[:, None]).T @ design + w * penalised
    m, p = w.shape
    hessian = np.zeros((m, p, m, p))
    for i in range(m):
        for j in range(m):
            inner = proba[:, i] * ((i == j) - proba[:, j])
            hessian[i, :, j] = c * design.T @ (design * (s * inner)[:, None]) + (i == j) * np.diag(penalised)
    return value, gradient, hessian.reshape(m * p, m * p)


def polish(model, x, y, c, s):
    """Newton steps from scikit-learn's solution until they no longer lower the gradient; put into the model."""
    start = pack(model)
    if len(start) > 1:
        start[:, -1] -= start[:, -1].mean()
    start_value, slopes, hessian = value_and_slopes(start, x, y, c, s)
    best, value = start, start_value
    for _ in range(20):
        step = np.linalg.lstsq(hessian, slopes.ravel(), rcond=1e-12)[0].reshape(best.shape)
        trial = best - step
        trial_value, trial_slopes, hessian = value_and_slopes(trial, x, y, c, s)
        if np.abs(trial_slopes).max() >= np.abs(slopes).max():
            break
        best, value, slopes = trial, trial_value, trial_slopes
    if len(best) > 1:
        best[:, -1] -= best[:, -1].mean()
    gradient = np.abs(slopes).max()
    assert gradient < 1e-11, gradient
    # The objective is above its minimum by half slope * inverse Hessian * slope: far below 1e-10 here.
    excess = 0.5 * slopes.ravel() @ np.linalg.lstsq(hessian, slopes.ravel(), rcond=1e-12)[0]
    assert excess < 1e-20 and -1e-12 < start_value - value < 1e-8, (excess, start_value - value)
    assert np.abs(start - best).max() < 1e-5, np.abs(start - best).max()
    LARGEST["scikit-learn's distance from the polished weights"].append(np.abs(start - best).max())
    LARGEST["scikit-learn's objective above the polished one"].append(start_value - value)
    LARGEST["gradient after polishing"].append(gradient)
    model.coef_, model.intercept_ = best[:, :-1].copy(), best[:, -1].copy()
    return {"coef": model.coef_, "intercept": model.intercept_, "objective": value, "gradient": gradient}


# --------------------------------------------------------------------------------------------- metrics.json

def metrics():
    rng = np.random.default_rng(11)
    y3 = rng.integers(0, 3, 40)
    proba3 = rng.dirichlet([1, 1, 1], 40).round(3)
    proba3[:, 2] = 1 - proba3[:, 0] - proba3[:, 1]
    pred3 = proba3.argmax(axis=1)
    spread = rng.random(50)
    y_spread = (rng.random(50) < spread).astype(int)
    write("metrics.json", {
        "about": [
            "classes: `labels` in order; precision, recall, f1 are 0 where undefined (zero_division=0); confusion is"
            " [true][predicted]; macro is over all labels, also those without support.",
            "binary: score for class 1. auc counts ties half; null where one class is missing. brier: mean (p - y)^2."
            " log_loss: natural log, p clipped to [eps, 1 - eps], eps = 2^-52. ece: 10 bins, bin"
            " min(floor(10 p), 9), sum over bins of share * |mean p - mean y|. null where scores aren't"
            " probabilities.",
            "multiclass: brier sums over classes (0 to 2); ece takes the probability of the first highest class"
            " against whether it is right.",
        ],
        "classes": [
            class_case("three classes, c never predicted", ["a", "b", "c"],
                       "a a a a b b b b b c c c".split(), "a a b a b b a b b a b b".split()),
            class_case("a label predicted that is never true", ["a", "b", "c"],
                       "a a b b b a".split(), "a c b b c a".split()),
            class_case("a label neither true nor predicted", ["a", "b", "c"], "a b a b".split(), "a a a b".split()),
            class_case("all wrong", ["a", "b"], "a a b".split(), "b b a".split()),
            class_case("perfect", ["a", "b", "c"], "a b c c b a a".split(), "a b c c b a a".split()),
            class_case("unequal classes", ["against", "favor", "none"],
                       ["against"] * 31 + ["favor"] * 7 + ["none"] * 12,
                       ["against"] * 25 + ["favor"] * 2 + ["none"] * 4 + ["favor"] * 3 + ["against"] * 4
                       + ["none"] * 9 + ["favor"] * 1 + ["against"] * 2),
            class_case("one article", ["a", "b"], ["a"], ["b"]),
        ],
        "binary": [
            binary_case("ties", [0, 1, 0, 1, 1, 0, 1, 0], [0.5, 0.5, 0.25, 0.75, 0.25, 0.25, 0.75, 0.75]),
            binary_case("ties, weighted", [0, 1, 0, 1, 1, 0, 1, 0], [0.5, 0.5, 0.25, 0.75, 0.25, 0.25, 0.75, 0.75],
                        weight=[1, 2, 0.5, 1, 3, 0, 1.25, 2]),
            binary_case("lowest score 0", [0, 0, 1, 0, 1, 1], [0.0, 0.1, 0.2, 0.3, 0.4, 0.9]),
            binary_case("lowest score 0 is a positive", [1, 0, 1, 0, 1], [0.0, 0.0, 0.6, 0.3, 1.0]),
            binary_case("constant", [0, 1, 1, 0, 1], [0.3] * 5),
            binary_case("perfect, certain", [0, 0, 1, 1], [0.0, 0.0, 1.0, 1.0]),
            binary_case("perfect order", [0, 0, 0, 1, 1], [0.05, 0.1, 0.4, 0.6, 0.95]),
            binary_case("reversed and certain", [1, 1, 0], [0.0, 0.0, 1.0]),
            binary_case("scores on bin edges", [0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1],
                        [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
            binary_case("one class only", [1, 1, 1], [0.2, 0.7, 0.9]),
            binary_case("fifty", y_spread, spread),
            binary_case("margins", [0, 1, 0, 1, 1], [-2.5, -0.25, -1.0, 3.0, 0.0], probabilities=False),
        ],
        "multiclass": [{
            "name": "forty, three classes",
            "y": y3,
            "proba": proba3,
            "brier": skm.brier_score_loss(y3, proba3, labels=[0, 1, 2], scale_by_half=False),
            "log_loss": skm.log_loss(y3, proba3, labels=[0, 1, 2]),
            "ece": calibration_error(proba3.max(axis=1), pred3 == y3, np.ones(40)),
        }],
    })


def class_case(name, labels, y_true, y_pred):
    assert len(y_true) == len(y_pred)

    def scores(average):
        return skm.precision_recall_fscore_support(y_true, y_pred, labels=labels, average=average, zero_division=0)

    def averaged(average):
        return dict(zip(["precision", "recall", "f1"], scores(average)[:3]))

    precision, recall, f1, support = scores(None)
    return {
        "name": name, "labels": labels, "y_true": y_true, "y_pred": y_pred,
        "precision": precision, "recall": recall, "f1": f1, "support": support.astype(int),
        "accuracy": skm.accuracy_score(y_true, y_pred),
        "macro": averaged("macro"), "weighted": averaged("weighted"),
        "confusion": skm.confusion_matrix(y_true, y_pred, labels=labels),
    }


def binary_case(name, y, score, weight=None, probabilities=True):
    y, score = np.array(y), np.array(score, dtype=float)
    w = np.ones(len(y)) if weight is None else np.array(weight, dtype=float)
    auc = None
    if len(set(y)) == 2:
        auc = skm.roc_auc_score(y, score, sample_weight=w)
        assert abs(auc - pairwise_auc(y, score, w)) < 1e-12
    return {
        "name": name, "y": y, "score": score, "weight": weight,
        "auc": auc,
        "brier": skm.brier_score_loss(y, score, sample_weight=w, pos_label=1) if probabilities else None,
        "log_loss": skm.log_loss(y, score, sample_weight=w, labels=[0, 1]) if probabilities else None,
        "ece": calibration_error(score, y, w) if probabilities else None,
    }


def pairwise_auc(y, score, w):
    """The weighted part of (positive, negative) pairs in the right order, ties half."""
    up, down = y == 1, y == 0
    difference = score[up][:, None] - score[down][None, :]
    weight = w[up][:, None] * w[down][None, :]
    return float((weight * (np.sign(difference) + 1) / 2).sum() / weight.sum())


def calibration_error(p, hit, w):
    """Expected calibration error over ten bins of equal width, [0, .1), ... [.9, 1]."""
    bins = np.minimum(np.floor(p * 10).astype(int), 9)
    error = 0.0
    for b in range(10):
        inside = bins == b
        total = w[inside].sum()
        if total > 0:
            error += abs((w * p)[inside].sum() - (w * hit)[inside].sum()) / w.sum()
    return error


# ----------------------------------------------------------------------------------------------- rates.json

def rates():
    rng = np.random.default_rng(23)
    lengths = rng.integers(80, 900, 40)
    overdispersed = rng.poisson(lengths * 0.012 * rng.gamma(3, 1 / 3, 40))
    uses = rng.integers(0, 9, 30)
    share_uses = rng.binomial(uses, rng.beta(4, 2, 30))
    three = [(2, 300), (0, 150), (5, 410)]
    eight = [(1, 120), (0, 300), (4, 250), (2, 510), (0, 90), (7, 640), (1, 333), (3, 280)]
    forty = list(zip(overdispersed, lengths))
    write("rates.json", {
        "about": [
            "rates: `articles` are [x, L, cluster]. Per cluster x and L are summed; rate = sum x / sum L;"
            " var_no_factor = sum (x - rate L)^2 / (sum L)^2 over clusters; var = k/(k-1) of that, null for k = 1."
            " k is all clusters given, k_positive those with L > 0 (an article without a cue use tells a share"
            " nothing, yet stands in k: decide which, var_positive has k_positive)."
            " log_se = sqrt(var)/rate, logit_se = sqrt(var)/(rate (1 - rate)). log_se is null for a rate"
            " of 0, logit_se for a share of 0 or 1."
            " log_interval and logit_interval: t(.975, k-1) on that scale.",
            "log_ratios: ln(rate_a / rate_b), se = sqrt(var_a/rate_a^2 + var_b/rate_b^2), with and without factor.",
            "log_odds (Monroe, Colaresi and Quinn 2008): alpha = alpha0 * background_count / background_total,"
            " log_odds = ln((a + alpha)/(n1 + alpha0 - a - alpha)) - ln((b + alpha)/(n2 + alpha0 - b - alpha)),"
            " z = log_odds / sqrt(1/(a + alpha) + 1/(b + alpha)). p is 0 where a double can't hold it.",
            "keyness: n1, n2 are all words; g2 and chi2 over the four cells; log2_ratio is null with a zero count,"
            " zero_safe is log2(((a + .5)/(n1 + 1)) / ((b + .5)/(n2 + 1))); lrc is the end nearer 0 of the"
            " Clopper-Pearson interval at 1 - .05/tests, 0 if it spans 0. dispersion: Gries' DP,"
            " dp_norm = dp/(1 - smallest share of sizes), null for one part.",
            "mantel_haenszel: tables [[a, b], [c, d]], odds ratio ad/bc; confidence .95 by Robins, Breslow and"
            " Greenland; null_test is the Mantel-Haenszel chi-squared, [without, with] continuity correction. With it,"
            " null where |sum of a - expected| < .5: there statsmodels squares (difference - .5) and gets more than"
            " without, R's mantelhaen.test drops the correction. homogeneity is [Breslow-Day, with Tarone's"
            " adjustment], df = tables - 1, null where a table has an empty margin (0/0 in statsmodels). p is"
            " scipy's chi2.sf of the statistic, as statsmodels' own 1 - cdf loses digits.",
            "share_intervals, share_differences: articles are [x, n], n > 0. Squared residuals weigh 1 + 2(h - 1/k), h ="
            " n / sum n; Kish's (sum n)^2 / sum n^2, at least 1.5, stands for k in k/(k-1) and in the degrees of freedom;"
            " logit scale. Checked against the textbook's interval where all n are equal. difference: Welch, [low, high]"
            " of the log odds ratio.",
            "t_two_sided_p and chi2_1_p: scipy's tail probabilities. wilson: .95.",
        ],
        "rates": [
            rate_case("three articles", "rate", three),
            rate_case("eight articles", "rate", eight),
            rate_case("forty overdispersed articles", "rate", forty),
            rate_case("eight articles in three stories", "rate", eight, clusters=[0, 0, 0, 1, 1, 2, 2, 2]),
            rate_case("one of the articles is empty", "rate", three + [(0, 0)]),
            rate_case("no use at all", "rate", [(0, 100), (0, 250), (0, 75)]),
            rate_case("one article", "rate", [(3, 400)]),
            rate_case("share, thirty articles, some without a use", "share", list(zip(share_uses, uses))),
            rate_case("share, five articles", "share", [(3, 4), (0, 2), (5, 5), (1, 3), (2, 6)]),
            rate_case("share of one", "share", [(2, 2), (3, 3), (1, 1)]),
            rate_case("share, equal articles", "share", [(1, 2), (1, 2), (1, 2)]),
        ],
        "share_intervals": [share_interval_case(articles) for articles in SHARES],
        "share_differences": [share_difference_case(SHARES[a], SHARES[b]) for a, b in [(0, 1), (1, 2), (2, 3), (0, 4)]],
        "log_ratios": [
            log_ratio_case("eight against three", eight, three),
            log_ratio_case("forty against eight", forty, eight),
            log_ratio_case("two against two", [(3, 200), (1, 150)], [(1, 400), (2, 260)]),
        ],
        "benjamini_hochberg": [{"p": p, "q": benjamini_hochberg(p)} for p in [
            [0.01, 0.02, 0.03, 0.04, 0.5],
            [0.5, 0.01, 0.04, 0.02, 0.03],
            [0.02, 0.02, 0.02, 0.5, 0.5, 0.9],
            [0.04, 0.001, 0.04, 0.04, 0.2, 0.0005, 0.2],
            [0.0, 1e-300, 1e-12, 0.05, 1.0, 1.0],
            [0.9, 0.95, 0.99],
            [0.03],
            [],
            [float(v) for v in np.round(rng.random(25) ** 3, 4)],
        ]],
        "t_quantile_975": [{"df": df, "t": st.t.ppf(0.975, df)} for df in [1, 2, 3, 7, 29, 199]],
        "t_two_sided_p": [{"df": df, "t": t, "p": 2 * st.t.sf(t, df)}
                          for df in [1, 2, 7, 29, 199] for t in [0.0, 0.5, 1.96, 4.5, 12.0]],
        "chi2_1_p": [{"x": x, "p": st.chi2.sf(x, 1)} for x in [0.0, 0.5, 3.841458820694124, 10.66905, 60.0, 400.0]],
        "log_odds": [log_odds_case(*case) for case in [
            # a, n1, b, n2, alpha0, background_count, background_total
            (30, 1000, 10, 1000, 100.0, 40, 2000),
            (10, 1000, 30, 1000, 100.0, 40, 2000),
            (0, 1000, 12, 3000, 500.0, 12, 4000),
            (12, 3000, 0, 1000, 500.0, 12, 4000),
            (5, 800, 5, 800, 10.0, 10, 1600),
            (3, 120, 1, 95, 0.5, 900, 250000),
            (25000, 900000, 21000, 1100000, 10000.0, 46000, 2000000),
            (1, 50, 0, 60, 1000.0, 1, 110),
        ]],
        "keyness": [keyness_case(*case) for case in [
            (30, 1000, 10, 1000, 5), (30, 1000, 10, 1000, 1), (10, 1000, 30, 1000, 5), (0, 5000, 14, 4000, 100),
            (14, 4000, 0, 5000, 100), (7, 700, 8, 800, 1), (120, 250000, 900, 3000000, 20000),
        ]],
        "dispersion": [dispersion_case(*case) for case in [
            ([1, 2, 3, 4, 5], [9, 10, 10, 10, 11]),  # .18 and .219512 in quanteda.extras
            ([4, 0, 0, 0], [100, 100, 100, 100]),
            ([5, 10, 20], [50, 100, 200]),
            ([0, 3, 1, 0, 8, 2], [312, 95, 640, 150, 221, 77]),
            ([7], [300]),
        ]],
        "wilson": [wilson_case(*case) for case in
                   [(0, 5), (5, 5), (1, 1), (0, 1), (3, 10), (17, 200), (500, 1000), (999999, 1000000)]],
        "mantel_haenszel": [mantel_haenszel_case(*case) for case in [
            ("one table", [[[12, 5], [8, 15]]]),
            ("three tables", [[[12, 5], [8, 15]], [[6, 9], [4, 20]], [[30, 22], [18, 41]]]),
            ("different odds ratios", [[[20, 5], [5, 20]], [[5, 20], [20, 5]], [[10, 10], [10, 11]]]),
            ("sparse, with zeros", [[[1, 0], [2, 3]], [[0, 2], [1, 1]], [[3, 1], [0, 2]], [[2, 2], [1, 4]]]),
            ("a table with an empty margin", [[[12, 5], [8, 15]], [[3, 0], [4, 0]], [[6, 9], [4, 20]]]),
            ("pairs: 7 against 3 discordant, 6 concordant",
             [[[1, 0], [0, 1]]] * 7 + [[[0, 1], [1, 0]]] * 3 + [[[1, 0], [1, 0]]] * 4 + [[[0, 1], [0, 1]]] * 2),
            ("no odds ratio: b or c is always 0", [[[3, 0], [1, 2]], [[2, 0], [2, 2]]]),
        ]],
    })


SHARES = [
    [(3, 4), (0, 2), (5, 5), (1, 3), (2, 6)],
    [(1, 4), (0, 3), (1, 5), (0, 6), (2, 7), (1, 9)],
    [(20, 40), (0, 1), (1, 1), (0, 1), (1, 2), (0, 1), (2, 3), (0, 2)],  # one article has most
    [(1, 5), (0, 5), (3, 5), (2, 5), (4, 5), (1, 5)],
    [(90, 100), (0, 1), (1, 1)],
]


def share_logit(articles):
    x, n = np.array(articles, dtype=float).T
    k, share, h = len(x), x.sum() / n.sum(), n / n.sum()
    effective = max(1 / (h ** 2).sum(), 1.5)
    squares = (((x - share * n) / n.sum()) ** 2 * (1 + 2 * (h - 1 / k))).sum()
    se = math.sqrt(effective / (effective - 1) * squares) / (share * (1 - share))
    if len(set(n)) == 1:
        textbook = math.sqrt(k / (k - 1) * (((x - share * n) / n.sum()) ** 2).sum()) / (share * (1 - share))
        assert abs(se - textbook) < 1e-12 and abs(effective - k) < 1e-12
    return math.log(share / (1 - share)), se, effective - 1


def share_interval_case(articles):
    centre, se, df = share_logit(articles)
    t = st.t.ppf(0.975, df)
    low, high = (1 / (1 + math.exp(-end)) for end in (centre - t * se, centre + t * se))
    return {"articles": articles, "low": low, "high": high}


def share_difference_case(a, b):
    (la, sa, dfa), (lb, sb, dfb) = share_logit(a), share_logit(b)
    se = math.hypot(sa, sb)
    df = se ** 4 / (sa ** 4 / dfa + sb ** 4 / dfb)
    t = st.t.ppf(0.975, df)
    return {"a": a, "b": b, "p": 2 * st.t.sf(abs(la - lb) / se, df), "low": la - lb - t * se, "high": la - lb + t * se}


def per_cluster(articles, clusters):
    x, length = np.array(articles, dtype=float).T
    groups = np.array(clusters)
    return [np.array([v[groups == g].sum() for g in sorted(set(clusters))]) for v in (x, length)]


def rate_case(name, kind, articles, clusters=None):
    clusters = list(range(len(articles))) if clusters is None else clusters
    x, length = per_cluster(articles, clusters)
    k, k_positive = len(x), int((length > 0).sum())
    rate = x.sum() / length.sum()
    bare = ((x - rate * length) ** 2).sum() / length.sum() ** 2
    var = bare * k / (k - 1) if k > 1 else None
    se = None if var is None else math.sqrt(var)
    if 0 < rate and k_positive > 1:
        check_with_poisson(articles, clusters, rate, bare, k_positive)
    if kind == "share" and 0 < rate < 1:
        check_with_binomial(articles, clusters, rate, bare)
    log_se = se / rate if se is not None and rate > 0 else None
    logit_se = se / (rate * (1 - rate)) if kind == "share" and se is not None and 0 < rate < 1 else None
    t = st.t.ppf(0.975, k - 1) if k > 1 else None
    return {
        "name": name, "kind": kind,
        "articles": [[int(x), int(n), int(g)] for (x, n), g in zip(articles, clusters)],
        "k": k, "k_positive": k_positive, "rate": rate,
        "var_no_factor": bare, "var": var,
        "var_positive": bare * k_positive / (k_positive - 1) if k_positive > 1 else None,
        "log_se": log_se,
        "log_interval": None if log_se is None else
        [math.exp(math.log(rate) - t * log_se), math.exp(math.log(rate) + t * log_se)],
        "logit_se": logit_se,
        "logit_interval": None if logit_se is None else
        [1 / (1 + math.exp(-(math.log(rate / (1 - rate)) + side * t * logit_se))) for side in (-1, 1)],
    }


def check_with_poisson(articles, clusters, rate, bare, k):
    """statsmodels' Poisson GLM knows var(ln rate); it can't take an article of no length, which adds nothing."""
    rows = [(x, n, g) for (x, n), g in zip(articles, clusters) if n > 0]
    x, length, groups = np.array(rows, dtype=float).T
    model = sm.GLM(x, np.ones((len(x), 1)), family=sm.families.Poisson(), offset=np.log(length))
    for correction, factor in [(False, 1.0), (True, k / (k - 1))]:
        fit = model.fit(tol=1e-15, maxiter=200, cov_type="cluster",
                        cov_kwds={"groups": groups.astype(int), "use_correction": correction})
        close(fit.params[0], math.log(rate), 1e-12)
        close(fit.cov_params()[0, 0], bare * factor / rate**2, 1e-12)


def check_with_binomial(articles, clusters, share, bare):
    rows = [(x, n, g) for (x, n), g in zip(articles, clusters) if n > 0]
    x, total, groups = np.array(rows, dtype=float).T
    model = sm.GLM(np.column_stack([x, total - x]), np.ones((len(x), 1)), family=sm.families.Binomial())
    fit = model.fit(tol=1e-15, maxiter=200, cov_type="cluster",
                    cov_kwds={"groups": groups.astype(int), "use_correction": False})
    close(fit.cov_params()[0, 0], bare / (share * (1 - share)) ** 2, 1e-12)


def log_ratio_case(name, first, second):
    parts = []
    for articles in (first, second):
        x, length = per_cluster(articles, range(len(articles)))
        rate = x.sum() / length.sum()
        parts.append((rate, ((x - rate * length) ** 2).sum() / length.sum() ** 2, len(x)))
    (r1, v1, k1), (r2, v2, k2) = parts
    bare = math.sqrt(v1 / r1**2 + v2 / r2**2)
    x, length = np.array(list(first) + list(second), dtype=float).T
    in_first = np.repeat([1.0, 0.0], [len(first), len(second)])
    fit = sm.GLM(x, np.column_stack([np.ones(len(x)), in_first]), family=sm.families.Poisson(),
                 offset=np.log(length)).fit(tol=1e-15, maxiter=200, cov_type="cluster",
                                            cov_kwds={"groups": np.arange(len(x)), "use_correction": False})
    close(fit.params[1], math.log(r1 / r2), 1e-12)
    close(fit.bse[1], bare, 1e-12)
    return {
        "name": name,
        "a": [[int(x), int(n)] for x, n in first], "b": [[int(x), int(n)] for x, n in second],
        "log_ratio": math.log(r1 / r2), "se_no_factor": bare,
        "se": math.sqrt(v1 * k1 / (k1 - 1) / r1**2 + v2 * k2 / (k2 - 1) / r2**2),
    }


def benjamini_hochberg(p):
    if not p:
        return []
    q = st.false_discovery_control(p, method="bh")
    assert np.allclose(q, multipletests(p, method="fdr_bh")[1], rtol=1e-14, atol=0)
    return q


def log_odds_case(a, n1, b, n2, alpha0, background_count, background_total):
    alpha = alpha0 * background_count / background_total
    delta = math.log((a + alpha) / (n1 + alpha0 - a - alpha)) - math.log((b + alpha) / (n2 + alpha0 - b - alpha))
    z = delta / math.sqrt(1 / (a + alpha) + 1 / (b + alpha))
    return {
        "a": a, "n1": n1, "b": b, "n2": n2, "alpha0": alpha0,
        "background_count": background_count, "background_total": background_total,
        "log_odds": delta, "z": z, "p_two_sided": 2 * st.norm.sf(abs(z)),
    }


def keyness_case(a, n1, b, n2, tests):
    """G2 and chi-squared over four cells, log ratio, and R corpora's conservative log ratio (LRC)."""
    table = [[a, b], [n1 - a, n2 - b]]
    g2 = st.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    chi2 = st.chi2_contingency(table, correction=False).statistic
    expected = np.outer(np.sum(table, axis=1), np.sum(table, axis=0)) / (n1 + n2)
    terms = [2 * o * math.log(o / e) for o, e in zip(np.ravel(table), np.ravel(expected)) if o > 0]
    close(g2, math.fsum(terms), 1e-9)
    if (a, n1, b, n2) == (30, 1000, 10, 1000):
        assert abs(g2 - 10.66905) < 5e-6 and abs(chi2 - 10.20408) < 5e-6
        assert abs(conservative_log_ratio(a, n1, b, n2, tests) - {5: 0.2242703, 1: 0.5133982}[tests]) < 5e-8
    return {
        "a": a, "n1": n1, "b": b, "n2": n2, "g2": math.fsum(terms), "chi2": chi2,
        "log2_ratio": math.log2((a / n1) / (b / n2)) if a and b else None,
        "log2_ratio_zero_safe": math.log2(((a + 0.5) / (n1 + 1)) / ((b + 0.5) / (n2 + 1))),
        "tests": tests, "lrc": conservative_log_ratio(a, n1, b, n2, tests),
    }


def conservative_log_ratio(a, n1, b, n2, tests):
    """The end nearer 0 of the Clopper-Pearson interval of a in a + b, as a log2 ratio; 0 if it spans 0."""
    tail = 0.05 / tests / 2
    low = st.beta.ppf(tail, a, b + 1) if a else 0.0
    high = st.beta.isf(tail, a + 1, b) if b else 1.0
    ends = [-math.inf if p == 0 else math.inf if p == 1 else math.log2(p / (1 - p) * n2 / n1) for p in (low, high)]
    return ends[0] if ends[0] > 0 else ends[1] if ends[1] < 0 else 0.0


def dispersion_case(counts, sizes):
    counts_share = np.array(counts) / sum(counts)
    sizes_share = np.array(sizes) / sum(sizes)
    dp = 0.5 * math.fsum(abs(counts_share - sizes_share))
    if counts == [1, 2, 3, 4, 5]:
        assert abs(dp - 0.18) < 1e-12 and abs(dp / (1 - min(sizes_share)) - 0.219512) < 5e-7
    whole = len(counts) == 1
    return {"counts": counts, "sizes": sizes, "dp": dp, "dp_norm": None if whole else dp / (1 - min(sizes_share))}


def wilson_case(count, total):
    low, high = proportion_confint(count, total, alpha=0.05, method="wilson")
    return {"count": count, "total": total, "low": low, "high": high}


def mantel_haenszel_case(name, tables):
    pooled = StratifiedTable([np.array(t, dtype=float) for t in tables])
    (a, b), (c, d) = np.moveaxis(np.array(tables, dtype=float), 0, -1)
    n = a + b + c + d
    result = {"name": name, "tables": tables, "odds_ratio": None, "low": None, "high": None, "log_se": None,
              "null_test": None, "homogeneity": None}
    if (b * c).sum() > 0 and (a * d).sum() > 0:
        low, high = pooled.oddsratio_pooled_confint(alpha=0.05)
        close(pooled.logodds_pooled_se, robins_breslow_greenland(a, b, c, d), 1e-12)
        result |= {"odds_ratio": pooled.oddsratio_pooled, "low": low, "high": high,
                   "log_se": pooled.logodds_pooled_se}
    bare, corrected = pooled.test_null_odds(correction=False), pooled.test_null_odds(correction=True)
    difference = abs((a - (a + b) * (a + c) / n).sum())
    result["null_test"] = [with_tail(bare, 1), with_tail(corrected, 1) if difference >= 0.5 else None]
    margins = np.array([a + b, c + d, a + c, b + d])
    if result["odds_ratio"] is not None and len(tables) > 1 and margins.min() > 0:
        result["homogeneity"] = [with_tail(pooled.test_equal_odds(adjust=adjust), len(tables) - 1)
                                 for adjust in (False, True)]
    return result


def with_tail(test, df):
    p = st.chi2.sf(test.statistic, df)
    assert abs(p - test.pvalue) < 1e-12
    return {"statistic": test.statistic, "p": p}


def robins_breslow_greenland(a, b, c, d):
    n = a + b + c + d
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    return math.sqrt((p * r).sum() / (2 * r.sum() ** 2) + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
                     + (q * s).sum() / (2 * s.sum() ** 2))


# ----------------------------------------------------------------------------------------------- tests.json


def tests():
    rng = np.random.default_rng(31)
    random_counts = [(int(rng.poisson(3)), int(rng.integers(200, 900))) for _ in range(30)]
    write("tests.json", {
        "about": [
            "two_rates: articles [x, n]. Log ratio of (x + .5)/(n + 1) in base 2. SE^2 = sum over sides of"
            " max(k/(k-1) sum (x_i - r n_i)^2, x + .5)/(x + .5)^2, df by Welch with (sum x^2)^2/sum x^4 - 1, at least 1, a"
            " side; checked against the Poisson GLM. With fewer than five articles with a use on a side: binomial over"
            " articles, the larger of the parts of words and of articles, doubled.",
            "rates: 95% interval of one rate; with fewer than five articles that have it scipy's exact interval of the part"
            " of articles that have it, times the least and the greatest of uses in one that has it and `burst`.",
            "turned: p by all ways of turning signs (up to 12), normal from there on.",
            "changes: [x, n, clusters] a period; the first period behind the change, and p over all orders of the periods.",
            "noncentral_t: scipy's nct.cdf. power: of the two-sided Welch test of [logit, variance, df].",
            "widths: clusters, not necessarily whole, that an interval of this width needs: logit scale, variance"
            " dispersion * s (1 - s) / m, df m * evenness - 1; for a share of 0 Clopper and Pearson's.",
            "places: articles' uses by name [x, n]; names [contrast, share, average, x, y]; jackknife over articles, and a"
            " deviation for each contrast of which a name is not used; contrasts of the same shares in all articles as if"
            " each article were one observation.",
        ],
        "two_rates": [two_rates_case(*case) for case in [
            (random_counts[:12], random_counts[12:]),
            ([(4, 300), (0, 500), (1, 250), (2, 410), (6, 390), (1, 120)], [(1, 380), (1, 640), (0, 90), (1, 200), (1, 310), (2, 700)]),
            ([(1, 300)] * 9, [(1, 330)] * 7),
            ([(5, 300), (0, 500), (1, 250), (2, 410)], [(0, 380), (0, 640), (0, 90), (0, 200), (0, 310), (1, 700), (0, 500)]),
            ([(1, 300)] * 8 + [(0, 200)] * 4, [(0, 250)] * 20),
        ]],
        "rates": [rate_interval_case(*case) for case in [
            (random_counts[:12], 2.0), ([(1, 300)] * 9, 1.0), ([(0, 300)] * 9, 2.5), ([(4, 200), (0, 300), (1, 100)], 1.5),
        ]],
        "turned": [{"tables": tables, "p": turned_p(tables)} for tables in [
            [[2, 1, 0, 3], [1, 1, 1, 2], [3, 0, 1, 1]],
            [[int(v) for v in rng.integers(0, 6, 4)] for _ in range(11)],
            [[int(v) for v in rng.integers(0, 6, 4)] for _ in range(25)],
        ]],
        "changes": [change_case(periods) for periods in [
            [(2, 20, 8), (3, 20, 7), (2, 18, 9), (14, 20, 8), (13, 21, 8), (15, 20, 8), (12, 20, 8)],
            [(5, 20, 8), (3, 12, 4), (9, 30, 9), (4, 10, 5), (8, 20, 8), (5, 25, 9)],
            [(1, 9, 3), (2, 12, 4), (1, 14, 5), (4, 10, 5), (1, 15, 5), (6, 11, 4), (7, 12, 6)],
        ]],
        "noncentral_t": [{"t": t, "df": df, "delta": delta, "p": st.nct.cdf(t, df, delta)}
                         for df in [1.5, 7, 40, 300] for t in [-2.2, 0.0, 0.7, 2.0, 6.0] for delta in [-3.0, 0.0, 0.4, 2.8]],
        "power": [power_case(*case) for case in [
            ((0.5, 0.04, 20), (-0.2, 0.03, 90), 0.05), ((0.1, 0.4, 4), (-1.2, 0.1, 12), 0.05),
            ((2.0, 0.02, 300), (1.5, 0.02, 300), 0.001), ((0.0, 0.1, 30), (0.0, 0.2, 9), 0.05),
        ]],
        "widths": [width_case(*case) for case in [
            (0.3, 1.7, 0.6, 0.2), (0.5, 1.0, 1.0, 0.1), (0.04, 3.0, 0.3, 0.15), (0.97, 0.8, 0.9, 0.05), (0.0, 0.0, 0.5, 0.1),
        ]],
        "places": [place_case(rng, *case) for case in [(12, False), (40, False), (9, True)]],
    })


def two_rates_case(a, b):
    sides = []
    for articles in (a, b):
        x, n = np.array(articles, dtype=float).T
        k, total = len(x), x.sum()
        squares = k / (k - 1) * ((x - total / n.sum() * n) ** 2).sum()
        if total > 0 and (x > 0).sum() >= 5:
            fit = sm.GLM(x, np.ones((k, 1)), family=sm.families.Poisson(), offset=np.log(n)).fit(
                tol=1e-15, maxiter=200, cov_type="cluster", cov_kwds={"groups": np.arange(k), "use_correction": True})
            if squares > 1e-9:
                close(fit.cov_params()[0, 0], squares / total ** 2, 1e-9)
        df = max((x ** 2).sum() ** 2 / (x ** 4).sum() - 1, 1) if total > 0 else 1
        sides.append((total, n.sum(), (x > 0).sum(), k, max(squares, total + 0.5) / (total + 0.5) ** 2, df))
    (xa, na, ha, ka, va, da), (xb, nb, hb, kb, vb, db) = sides
    ratio = math.log2((xa + 0.5) / (na + 1)) - math.log2((xb + 0.5) / (nb + 1))
    if min(ha, hb) < 5:
        tails = []
        for part in (na / (na + nb), ka / (ka + kb)):
            tail = st.binomtest(int(ha), int(ha + hb), part, alternative="greater" if ratio > 0 else "less").pvalue
            tails.append(tail)
        return {"a": a, "b": b, "log2_ratio": ratio, "p": min(2 * max(tails), 1), "low": None, "high": None}
    se = math.sqrt(va + vb)
    df = (va + vb) ** 2 / (va ** 2 / da + vb ** 2 / db)
    half = st.t.ppf(0.975, df) * se / math.log(2)
    return {"a": a, "b": b, "log2_ratio": ratio, "p": 2 * st.t.sf(abs(ratio) * math.log(2) / se, df),
            "low": ratio - half, "high": ratio + half}


def rate_interval_case(articles, burst):
    x, n = np.array(articles, dtype=float).T
    k, having, rate = len(x), int((x > 0).sum()), x.sum() / n.sum()
    if having >= 5:
        squares = max(k / (k - 1) * ((x - rate * n) ** 2).sum(), x.sum())
        half = st.t.ppf(0.975, max((x ** 2).sum() ** 2 / (x ** 4).sum() - 1, 1)) * math.sqrt(squares) / x.sum()
        low, high = rate * math.exp(-half), rate * math.exp(half)
    else:
        exact = st.binomtest(having, k).proportion_ci(0.95, method="exact")
        here = x.sum() / having if having else burst
        low, high = exact.low * min(here, burst) * k / n.sum(), exact.high * max(here, burst) * k / n.sum()
    return {"articles": articles, "burst": burst, "low": low, "high": high}


def turned_p(tables):
    a, b, c, d = np.array(tables, dtype=float).T
    carrying = a * d + b * c > 0
    z = ((a * d - b * c) / np.maximum(a + b + c + d, 1))[carrying]
    if len(z) > 12:
        return 2 * st.norm.sf(abs(z.sum()) / math.sqrt((z ** 2).sum()))
    sums = [abs((z * signs).sum()) for signs in itertools.product([1, -1], repeat=len(z))]
    return sum(s >= abs(z.sum()) - 1e-9 for s in sums) / len(sums)


def change_case(periods):
    x, n, k = np.array(periods, dtype=float).T
    e, w = x - x.sum() / n.sum() * n, k / k.sum()

    def greatest(order):
        best = (0.0, None)
        for t in range(1, len(order)):
            before = w[order[:t]].sum()
            if min(before, 1 - before) * k.sum() >= 3 - 1e-9:
                value = abs(e[order[:t]].sum()) / math.sqrt(before * (1 - before))
                if value > best[0] + 1e-12:
                    best = (value, t)
        return best

    observed, at = greatest(list(range(len(x))))
    orders = list(itertools.permutations(range(len(x))))
    p = sum(greatest(list(order))[0] >= observed * (1 - 1e-9) for order in orders) / len(orders)
    return {"periods": periods, "at": at, "difference": x[at:].sum() / n[at:].sum() - x[:at].sum() / n[:at].sum(), "p": p}


def power_case(a, b, level):
    (la, va, da), (lb, vb, db) = a, b
    df = (va + vb) ** 2 / (va ** 2 / da + vb ** 2 / db)
    t, delta = st.t.ppf(1 - level / 2, df), (la - lb) / math.sqrt(va + vb)
    return {"a": a, "b": b, "level": level, "power": st.nct.sf(t, df, delta) + st.nct.cdf(-t, df, delta)}


def width_case(share, dispersion, evenness, width):
    if share == 0:
        clusters = math.log(0.025) / math.log(1 - width)
    else:
        def off(m):
            t = st.t.ppf(0.975, max(m * evenness - 1, 0.5))
            half = t * math.sqrt(dispersion / (m * share * (1 - share)))
            return special.expit(special.logit(share) + half) - special.expit(special.logit(share) - half) - width
        clusters = optimize.brentq(off, 3, 1e6, xtol=1e-10)
    return {"share": share, "dispersion": dispersion, "evenness": evenness, "width": width, "clusters": clusters}


def place_case(rng, k, one_sided):
    """Two contrasts, of two and of three names."""
    names = [[0, 0.3, 0.1, 0.6, 0.2], [0, 0.7, -0.1, -0.6, -0.2], [1, 0.5, 0.05, 0.1, 0.5], [1, 0.3, 0.0, 0.3, -0.4],
             [1, 0.2, -0.2, -0.4, -0.1]]
    articles = []
    for _ in range(k):
        first = rng.multinomial(rng.poisson(2), [0.0, 1.0] if one_sided else [0.4, 0.6])
        second = rng.multinomial(rng.poisson(1.5), [0.7, 0.3, 0.0] if one_sided else [0.5, 0.2, 0.3])
        articles.append([[int(x), int(part.sum())] for part in (first, second) for x in part])
    used = np.array([a for a in articles if any(n for _, n in a)], dtype=float)
    contrast, share, average, towards_x, towards_y = np.array(names).T

    def place(sums):
        d = special.logit((sums[:, 0] + 10 * share) / (sums[:, 1] + 10)) - special.logit(share) - average
        return np.array([(d * towards_x).sum(), (d * towards_y).sum()])

    sums = used.sum(axis=0)
    without = np.array([place(sums - a) for a in used])
    variance = (len(used) - 1) / len(used) * ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    for c in (0, 1):
        mine, n = contrast == c, sums[contrast == c][0, 1]
        unused = mine & (sums[:, 0] == 0)
        if n > 0 and unused.any():
            more = n / (used[:, mine][:, 0, 1] > 0).sum()
            added = sums.copy()
            added[mine, 1] += more
            added[unused, 0] += more * share[unused] / share[unused].sum()
            variance += (place(added) - place(sums)) ** 2
        # Where all articles use the names in the same proportion, each counts as one observation of a name.
        k = (used[:, mine][:, 0, 1] > 0).sum()
        if k > 1 and np.allclose(used[:, mine, 0] * n, used[:, mine, 1] * sums[mine, 0]):
            for name in np.flatnonzero(mine):
                added = sums.copy()
                added[mine, 1] += n / k
                added[name, 0] += n / k
                variance += k * sums[name, 0] / n * (place(added) - place(sums)) ** 2
    uses = used[:, :, 0].sum(axis=1)
    t = st.t.ppf(0.975, max(uses.sum() ** 2 / (uses ** 2).sum() - 1, 0.5))
    centre = place(sums)
    return {"names": names, "articles": articles, "place": centre,
            "low": centre - t * np.sqrt(variance), "high": centre + t * np.sqrt(variance)}


# --------------------------------------------------------------------------------------------------- common

LARGEST = {
    "scikit-learn's distance from the polished weights": [],
    "scikit-learn's objective above the polished one": [],
    "gradient after polishing": [],
    "relative difference from statsmodels": [],
}


# ------------------------------------------------------------------------------------------- agreement.json


def agreement():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 4, 60)
    noisy = np.where(rng.random((5, 60)) < 0.7, truth, rng.integers(0, 4, (5, 60))).astype(str)
    noisy[rng.random((5, 60)) < 0.4] = "."
    write("agreement.json", {
        "about": ["a row of `values` an annotator, a character a unit; `.` where there is no value. alpha: nominal."],
        "cases": [
            agreement_case("Krippendorff 2011, A", ["0100000010", "1110010000"]),
            agreement_case("Krippendorff 2011, B", ["aabbdcccedda", "babbbccceddd"]),
            agreement_case("Krippendorff 2011, C", ["123321412...", "1233224125.3", ".3332342251.",
                                                    "12332441251."]),
            agreement_case("the package's example", [".....34121133.3", "1.213343.......", "..21344.21133.4"]),
            agreement_case("sixty units, five annotators", ["".join(row) for row in noisy]),
            agreement_case("always different", ["abab", "baba"]),
        ],
    })


def agreement_case(name, values):
    assert len({len(row) for row in values}) == 1, values
    domain = sorted({v for row in values for v in row} - {"."})
    data = [[np.nan if v == "." else domain.index(v) for v in row] for row in values]
    alpha = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal", value_domain=list(range(len(domain))))
    return {"name": name, "values": values, "alpha": alpha}


# ---------------------------------------------------------------------------------------------- report.json


def report():
    rng = np.random.default_rng(23)
    write("report.json", {
        "about": ["`p`: probabilities of the labels in order; predicted is the first highest. report:"
                  " classification_report(output_dict=True); printed: digits=3. reliability: calibration_curve of the"
                  " highest probability, 10 bins of equal width (mean probability, part that is right)."],
        "cases": [
            report_case("three labels", ["against", "for", "none"], rng.integers(0, 3, 60),
                        rng.dirichlet([1, 1.5, 0.7], 60).round(4)),
            report_case("two labels", ["no", "yes"], rng.integers(0, 2, 45), rng.dirichlet([2, 1], 45).round(4)),
            report_case("a label that is never true", ["a", "b", "c"], rng.integers(0, 2, 30),
                        rng.dirichlet([1, 1, 1], 30).round(4)),
            report_case("a label that is neither", ["a", "b", "c"], np.array([0, 1, 0, 1]),
                        np.array([[0.5, 0.3, 0.2], [0.2, 0.7, 0.1], [0.1, 0.6, 0.3], [0.1, 0.9, 0.0]])),
        ],
    })


def report_case(name, labels, y, p):
    p[:, -1] = (1 - p[:, :-1].sum(axis=1)).round(4)
    predicted = p.argmax(axis=1)
    true, said = [labels[i] for i in y], [labels[i] for i in predicted]
    fraction, mean = calibration_curve((predicted == y).astype(int), p.max(axis=1), n_bins=10)
    return {
        "name": name, "labels": labels, "y": y, "p": p,
        "report": skm.classification_report(true, said, output_dict=True, zero_division=0),
        "printed": skm.classification_report(true, said, digits=3, zero_division=0),
        "confusion": skm.confusion_matrix(true, said),
        "brier": skm.brier_score_loss(y, p if len(labels) > 2 else p[:, 1], labels=list(range(len(labels))))
        if len(labels) > 2 else skm.brier_score_loss(y, p[:, 1]),
        "ece": calibration_error(p.max(axis=1), (predicted == y).astype(int), np.ones(len(y))),
        "reliability": list(zip(mean, fraction)),
    }


def close(found, expected, tolerance):
    """The two agree, relatively (absolutely where 0 is expected)."""
    difference = abs(found - expected) / (abs(expected) or 1.0)
    assert difference < tolerance, (found, expected, difference)
    LARGEST["relative difference from statsmodels"].append(difference)


def sparse_rows(matrix):
    matrix = sparse.csr_matrix(matrix)
    matrix.sort_indices()
    return [[[int(j), float(v)] for j, v in zip(matrix.indices[s:e], matrix.data[s:e])]
            for s, e in zip(matrix.indptr[:-1], matrix.indptr[1:])]


def plain(value):
    """numpy's types as Python's, for json."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return value


def write(name, content):
    """JSON with one list item or problem a line; a NaN or an infinity is an error."""
    def line(value):
        return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    parts = []
    for key, value in content.items():
        if isinstance(value, list):
            body = "[\n  " + ",\n  ".join(line(v) for v in value) + "\n]"
        elif isinstance(value, dict):
            body = "{\n  " + ",\n  ".join(f"{line(k)}:{line(v)}" for k, v in value.items()) + "\n}"
        else:
            body = line(value)
        parts.append(f"{line(key)}: {body}")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    json.loads(text)
    (HERE / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{name}: {len(text.encode()) / 1000:.1f} kB")


def check_versions():
    for requirement in (HERE / "requirements.txt").read_text().split("\n"):
        if "==" in requirement:
            package, wanted = requirement.split("==")
            if version(package) != wanted.strip():
                print(f"warning: {package} is {version(package)}, the committed values are from {wanted}")


if __name__ == "__main__":
    check_versions()
    # statsmodels warns of the shares that are the same in every article; they are meant so.
    warnings.filterwarnings("ignore", category=PerfectSeparationWarning)
    for make in (corpus, tfidf, logistic, metrics, rates, tests, agreement, report):
        make()
    for what, values in LARGEST.items():
        print(f"largest {what}: {max(values):.1e}")
