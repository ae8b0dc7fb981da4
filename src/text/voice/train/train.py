"""Learns src/text/voice/en/weights.txt: a linear-chain model (CRF) over the segments of sentences.

    python3 train.py FEATURES [FEATURES ...] --out weights.txt [--l2 X] [--min N] [--prune X]

FEATURES are written by the ignored test `voice::train::write_features`. Needs scikit-learn (for SciPy and NumPy).
Deterministic: no randomness, sentences in the order of the files.
"""
import argparse, collections, sys
import numpy as np
from scipy import sparse
from scipy.optimize import minimize


def read(paths):
    """-> sentences: lists of (attributed words, other words, features)"""
    sentences, now = [], []
    for path in paths:
        for line in open(path, encoding='utf-8'):
            fields = line.split()
            if fields:
                now.append((int(fields[0]), int(fields[1]), fields[2:]))
            elif now:
                sentences.append(now)
                now = []
    return sentences


class Chains:
    """Sentences of segments as one sparse matrix, sorted by length so that a time step is a slice."""

    def __init__(self, sentences, index):
        sentences = sorted(sentences, key=len, reverse=True)
        self.lengths = np.array([len(s) for s in sentences])
        longest = self.lengths[0]
        # Row order: all first segments, then all second segments, ...
        self.counts = [int((self.lengths > t).sum()) for t in range(longest)]
        self.offsets = np.concatenate([[0], np.cumsum(self.counts)])
        indices, indptr, self.y, self.words = [], [0], [], []
        for t in range(longest):
            for s in sentences[:self.counts[t]]:
                inside, outside, features = s[t]
                indices.extend(index[f] for f in features if f in index)
                indptr.append(len(indices))
                self.y.append(inside > outside)
                self.words.append((inside, outside))
        self.x = sparse.csr_matrix((np.ones(len(indices)), indices, indptr), (len(self.y), len(index)))
        self.xt = self.x.T.tocsr()
        self.y = np.array(self.y, dtype=int)
        self.words = np.array(self.words)

    def scores(self, w, bias):
        return self.x @ w + bias

    def marginals(self, s):
        """-> log Z summed, P(attributed), P(begins), P(ceases) for every row"""
        steps = len(self.counts)
        n = self.counts[0]
        pot = np.exp(np.clip(s, -30, 30))  # attributed, begins, ceases
        alpha = np.zeros((len(s), 2))
        logz = 0.0
        state = np.tile([1.0, 0.0], (n, 1))
        for t in range(steps):
            c, o = self.counts[t], self.offsets[t]
            p = pot[o:o + c]
            state = state[:c]
            own = state[:, 0] + state[:, 1] * p[:, 2]
            content = (state[:, 0] * p[:, 1] + state[:, 1]) * p[:, 0]
            z = own + content
            logz += np.log(z).sum()
            state = np.stack([own / z, content / z], 1)
            alpha[o:o + c] = state
        marginal = np.zeros(len(s))
        begins, ceases = np.zeros(len(s)), np.zeros(len(s))
        beta = np.ones((0, 2))
        for t in range(steps - 1, -1, -1):
            c, o = self.counts[t], self.offsets[t]
            beta = np.concatenate([beta, np.ones((c - len(beta), 2))])
            p = pot[o:o + c]
            ab = alpha[o:o + c] * beta
            marginal[o:o + c] = ab[:, 1] / ab.sum(1)
            before = alpha[self.offsets[t - 1]:self.offsets[t - 1] + c] if t else np.tile([1.0, 0.0], (c, 1))
            oo, io = before[:, 0] * beta[:, 0], before[:, 1] * p[:, 2] * beta[:, 0]
            oi, ii = before[:, 0] * p[:, 1] * p[:, 0] * beta[:, 1], before[:, 1] * p[:, 0] * beta[:, 1]
            z = oo + io + oi + ii
            begins[o:o + c], ceases[o:o + c] = oi / z, io / z
            own = beta[:, 0] + p[:, 1] * p[:, 0] * beta[:, 1]
            content = p[:, 2] * beta[:, 0] + p[:, 0] * beta[:, 1]
            z = own + content
            beta = np.stack([own / z, content / z], 1)
        return logz, np.stack([marginal, begins, ceases], 1)

    def gold(self):
        g = np.zeros((len(self.y), 3))
        g[:, 0] = self.y
        for t in range(len(self.counts)):
            c, o = self.counts[t], self.offsets[t]
            before = self.y[self.offsets[t - 1]:self.offsets[t - 1] + c] if t else np.zeros(c, int)
            now = self.y[o:o + c]
            g[o:o + c, 1] = (before == 0) & (now == 1)
            g[o:o + c, 2] = (before == 1) & (now == 0)
        return g


def fit(chains, n, l2, start=None, iterations=150):
    gold = chains.gold()
    target = chains.xt @ gold
    target_bias = gold.sum(0)

    def loss(v):
        w, bias = v[:-3].reshape(n, 3), v[-3:]
        s = chains.scores(w, bias)
        logz, m = chains.marginals(s)
        value = logz - (gold * np.clip(s, -30, 30)).sum() + 0.5 * l2 * (w * w).sum()
        g = chains.xt @ m - target + l2 * w
        return value, np.concatenate([g.ravel(), m.sum(0) - target_bias])

    v0 = np.zeros(3 * n + 3) if start is None else start
    r = minimize(loss, v0, jac=True, method='L-BFGS-B', options=dict(maxiter=iterations, maxcor=10))
    return r.x


def words_f1(chains, v, n, threshold=0.5):
    _, m = chains.marginals(chains.scores(v[:-3].reshape(n, 3), v[-3:]))
    on = m[:, 0] > threshold
    tp, fp, fn = chains.words[on, 0].sum(), chains.words[on, 1].sum(), chains.words[~on, 0].sum()
    return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


def main():
    a = argparse.ArgumentParser()
    a.add_argument('features', nargs='+')
    a.add_argument('--held')
    a.add_argument('--out')
    a.add_argument('--l2', type=float, default=2.0)
    a.add_argument('--min', type=int, default=6)
    a.add_argument('--size', type=int, default=200_000, help='most bytes of the file')
    a.add_argument('--templates', default='', help='leave these out, with commas')
    a = a.parse_args()
    sentences = read(a.features)
    leave = set(a.templates.split(','))
    seen = collections.Counter(f for s in sentences for _, _, fs in s for f in fs)
    keep = sorted(f for f, c in seen.items() if c >= a.min and f.split(':')[0] not in leave)
    index = {f: i for i, f in enumerate(keep)}
    chains = Chains(sentences, index)
    ceiling = chains.words[:, :2]
    print(len(sentences), 'sentences', len(chains.y), 'segments', len(keep), 'features', file=sys.stderr)
    best = np.where(chains.y == 1)[0]
    held = a.held and read([a.held])
    v = fit(chains, len(keep), a.l2)
    # The file may hold so many features only: keep those that weigh most, and fit these again.
    weight = np.abs(v[:-3].reshape(-1, 3)).max(1) * np.sqrt(np.array([seen[f] for f in keep]))
    order, size, chosen = np.argsort(-weight), 0, []
    for i in order:
        size += len(keep[i]) + 18
        if size > a.size:
            break
        chosen.append(i)
    if held:
        c = Chains(held, index)
        print('held out, all features: ', *('%.4f' % x for x in words_f1(c, v, len(keep))), file=sys.stderr)
    chosen = sorted(chosen)
    small = {keep[i]: k for k, i in enumerate(chosen)}
    chains = Chains(sentences, small)
    start = np.concatenate([v[:-3].reshape(-1, 3)[chosen].ravel(), v[-3:]])
    v = fit(chains, len(small), a.l2, start, 80)
    print(len(small), 'features kept; training: ', *('%.4f' % x for x in words_f1(chains, v, len(small))), file=sys.stderr)
    if held:
        c = Chains(held, small)
        for t in (0.35, 0.4, 0.45, 0.5, 0.55):
            print('held out', t, *('%.4f' % x for x in words_f1(c, v, len(small), t)), file=sys.stderr)
    if a.out:
        w = v[:-3].reshape(-1, 3)
        with open(a.out, 'w', encoding='utf-8') as f:
            f.write('# Weights of the segment model: template:value:value:value attributed begins ceases. See model.rs.\n'
                    '# Learnt by train/train.py from PolNeAR\'s training articles (Newell, Margolin and Ruths, LREC 2018);\n'
                    '# holds counts\' weights and listed words only, no text.\n')
            f.write('bias %s\n' % ' '.join('%.2f' % x for x in v[-3:]))
            for name, i in small.items():
                if np.abs(w[i]).max() >= 0.01:
                    f.write('%s %s\n' % (name, ' '.join(('%.2f' % x).replace('-0.00', '0').replace('0.00', '0') for x in w[i])))


if __name__ == '__main__':
    main()
