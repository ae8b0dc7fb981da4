//! A chain of lines, each of which stays or goes: the odds that each goes, given all of them.
//!
//! A line's own log odds come from its features; the weights of pairs of neighbours add that boilerplate comes in
//! blocks. This is a linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) with two states,
//! computed by the forward and backward algorithm. Linear in the number of lines.

/// A line of the chain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Link {
    /// Known to be prose.
    Stays,
    /// Known not to be prose.
    Goes,
    /// With its own log odds that it goes.
    Open(f32),
}

/// What two neighbours add to the log odds, against both of them staying.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Pair {
    /// Both go.
    pub both: f32,
    /// The first goes, the second stays.
    pub first: f32,
    /// The second goes, the first stays.
    pub second: f32,
}

const SURE: f32 = 30.0;

impl Link {
    fn scores(self) -> [f32; 2] {
        match self {
            Link::Stays => [0.0, -SURE],
            Link::Goes => [-SURE, 0.0],
            Link::Open(odds) => [0.0, odds],
        }
    }
}

impl Pair {
    fn score(self, before: usize, after: usize) -> f32 {
        match (before, after) {
            (0, 0) => 0.0,
            (1, 0) => self.first,
            (0, _) => self.second,
            _ => self.both,
        }
    }
}

/// The log odds that each line goes, given all the others; `pairs` has one entry fewer than `links`.
pub(super) fn odds(links: &[Link], pairs: &[Pair]) -> Vec<f32> {
    let sums = forward(links, pairs).into_iter().zip(backward(links, pairs));
    sums.map(|(f, b)| f[1] + b[1] - f[0] - b[0]).collect()
}

/// For each pair of neighbours, the probabilities that the first goes, that the second goes, and that both go.
#[cfg(test)]
pub(super) fn pairs_going(links: &[Link], pairs: &[Pair]) -> Vec<[f32; 3]> {
    let (forward, backward) = (forward(links, pairs), backward(links, pairs));
    let pair = |at: usize| {
        let own = links[at + 1].scores();
        let score = |before: usize, after: usize| {
            forward[at][before] + pairs[at].score(before, after) + own[after] + backward[at + 1][after]
        };
        let all = [score(0, 0), score(1, 0), score(0, 1), score(1, 1)];
        let sum = all.into_iter().reduce(add).unwrap_or_default();
        [all[1], all[2], all[3]].map(|one| (one - sum).exp())
    };
    (0..pairs.len()).map(pair).collect()
}

/// The forward sums, each including its line. Only the difference of the two states matters, so nothing grows with the
/// chain's length.
fn forward(links: &[Link], pairs: &[Pair]) -> Vec<[f32; 2]> {
    let mut sums: Vec<[f32; 2]> = Vec::with_capacity(links.len());
    for (at, link) in links.iter().enumerate() {
        let own = link.scores();
        let sum = |state: usize| match sums.last() {
            None => own[state],
            Some(last) => {
                let pair = pairs[at - 1];
                own[state] + add(last[0] + pair.score(0, state), last[1] + pair.score(1, state))
            }
        };
        let [stays, goes] = [sum(0), sum(1)];
        let most = stays.max(goes);
        sums.push([stays - most, goes - most]);
    }
    sums
}

/// The backward sums, each excluding its line.
fn backward(links: &[Link], pairs: &[Pair]) -> Vec<[f32; 2]> {
    let mut sums = vec![[0.0; 2]; links.len()];
    for at in (1..links.len()).rev() {
        let (own, pair) = (links[at].scores(), pairs[at - 1]);
        let behind = [own[0] + sums[at][0], own[1] + sums[at][1]];
        let sum = |state: usize| add(behind[0] + pair.score(state, 0), behind[1] + pair.score(state, 1));
        let [stays, goes] = [sum(0), sum(1)];
        let most = stays.max(goes);
        sums[at - 1] = [stays - most, goes - most];
    }
    sums
}

/// The logarithm of a sum, given the logarithms of its terms.
fn add(a: f32, b: f32) -> f32 {
    let most = a.max(b);
    most + (-(a - b).abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by enumerating all states of the chain.
    fn by_counting(links: &[Link], pairs: &[Pair]) -> Vec<f32> {
        let mut sums = vec![[f32::NEG_INFINITY; 2]; links.len()];
        for states in 0..1_usize << links.len() {
            let state = |at: usize| states >> at & 1;
            let own: f32 = links.iter().enumerate().map(|(at, link)| link.scores()[state(at)]).sum();
            let both: f32 = pairs.iter().enumerate().map(|(at, pair)| pair.score(state(at), state(at + 1))).sum();
            for (at, sum) in sums.iter_mut().enumerate() {
                sum[state(at)] = add(sum[state(at)], own + both);
            }
        }
        sums.iter().map(|[stays, goes]| goes - stays).collect()
    }

    const PAIR: Pair = Pair { both: 1.5, first: -0.5, second: -0.25 };

    #[test]
    fn marginals_are_those_of_all_states_counted() {
        let links = [
            Link::Open(0.3),
            Link::Stays,
            Link::Open(-1.0),
            Link::Open(2.0),
            Link::Goes,
            Link::Open(0.1),
            Link::Open(-4.0),
        ];
        let pairs = [PAIR, PAIR, Pair::default(), PAIR, Pair { both: -1.0, ..PAIR }, PAIR];
        let found = odds(&links, &pairs);
        for (at, (odds, counted)) in found.iter().zip(by_counting(&links, &pairs)).enumerate() {
            if matches!(links[at], Link::Open(_)) {
                assert!((odds - counted).abs() < 1e-4, "{at}: {odds} {counted}");
            }
        }
        assert!(found[1] < -20.0 && found[4] > 20.0);
    }

    #[test]
    fn neighbours_draw_a_line_along() {
        let alone = odds(&[Link::Stays, Link::Open(-0.2), Link::Stays], &[PAIR; 2])[1];
        let among = odds(&[Link::Goes, Link::Open(-0.2), Link::Goes], &[PAIR; 2])[1];
        assert!(alone < -0.2 && among > 0.0, "{alone} {among}");
        assert_eq!(odds(&[], &[]), Vec::<f32>::new());
        assert_eq!(odds(&[Link::Open(0.5)], &[]), [0.5]);
    }

    #[test]
    fn long_chains_stay_finite() {
        let found = odds(&[Link::Open(5.0); 5000], &[PAIR; 4999]);
        assert!(found.iter().all(|odds| odds.is_finite() && *odds > 5.0));
    }
}
