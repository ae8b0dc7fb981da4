//! Average link over a sparse graph: clusters that do not chain.
//!
//! The two clusters whose articles are linked best on average, over all pairs between them, are joined first, as long
//! as that average is high enough. Pairs without a link count as 0, so a single link never joins two large clusters.

use super::link::Link;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Two clusters that may be joined, at the average that held when this was written down.
struct Join {
    average: f64,
    a: u32,
    b: u32,
}

impl PartialEq for Join {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Join {}
impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Join {
    /// The highest average first, then the lowest numbers.
    fn cmp(&self, other: &Self) -> Ordering {
        self.average.total_cmp(&other.average).then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
    }
}

/// The clusters as lists of articles, each ascending, ordered by their first article; all have two or more.
///
/// Two clusters are only joined where some link between them reaches the threshold, for no average is above all links. So
/// what such links hold together is looked at by itself, and of links between the rest nothing is kept.
pub(super) fn average_link(mut links: Vec<Link>, threshold: f64) -> Vec<Vec<u32>> {
    // Numbered anew, in the same order: most articles have no link.
    let mut linked: Vec<u32> = links.iter().filter(|link| link.2 >= threshold).flat_map(|&(a, b, _)| [a, b]).collect();
    linked.sort_unstable();
    linked.dedup();
    let number = |article: u32| linked.binary_search(&article).ok();
    let mut group: Vec<u32> = (0..linked.len() as u32).collect();
    for &(a, b, _) in links.iter().filter(|link| link.2 >= threshold) {
        if let (Some(a), Some(b)) = (number(a), number(b)) {
            let (a, b) = (first(&mut group, a as u32), first(&mut group, b as u32));
            group[a.max(b) as usize] = a.min(b);
        }
    }
    (0..group.len() as u32).for_each(|article| group[article as usize] = first(&mut group, article));
    let group_of = |article: u32| number(article).map(|number| group[number]);
    links.retain(|&(a, b, _)| group_of(a).is_some_and(|group| group_of(b) == Some(group)));
    links.sort_by_key(|&(a, ..)| group_of(a));
    let mut clusters: Vec<Vec<u32>> = Vec::new();
    for links in links.chunk_by(|x, y| group_of(x.0) == group_of(y.0)) {
        clusters.extend(of_group(links, threshold));
    }
    clusters.sort_unstable();
    clusters
}

/// The first of a group, to which each points by way of others.
fn first(group: &mut [u32], mut of: u32) -> u32 {
    while group[of as usize] != of {
        group[of as usize] = group[group[of as usize] as usize];
        of = group[of as usize];
    }
    of
}

fn of_group(links: &[Link], threshold: f64) -> Vec<Vec<u32>> {
    let mut linked: Vec<u32> = links.iter().flat_map(|&(a, b, _)| [a, b]).collect();
    linked.sort_unstable();
    linked.dedup();
    let number = |article: u32| linked.partition_point(|&other| other < article) as u32;
    let mut members: Vec<Vec<u32>> = linked.iter().map(|&article| vec![article]).collect();
    let mut sums: Vec<FxHashMap<u32, f64>> = vec![FxHashMap::default(); linked.len()];
    let mut heap = BinaryHeap::new();
    for &(a, b, p) in links {
        let (a, b) = (number(a), number(b));
        sums[a as usize].insert(b, p);
        sums[b as usize].insert(a, p);
        if p >= threshold {
            heap.push(Join { average: p, a, b });
        }
    }
    while let Some(Join { average, a, b }) = heap.pop() {
        // Out of date where one of them was joined meanwhile; then a newer entry stands for the pair.
        let now =
            sums[a as usize].get(&b).map(|sum| sum / (members[a as usize].len() * members[b as usize].len()) as f64);
        if now != Some(average) {
            continue;
        }
        join(&mut sums, a, b);
        let joined = std::mem::take(&mut members[b as usize]);
        members[a as usize].extend(joined);
        for (&other, sum) in &sums[a as usize] {
            let average = sum / (members[a as usize].len() * members[other as usize].len()) as f64;
            if average >= threshold {
                heap.push(Join { average, a: a.min(other), b: a.max(other) });
            }
        }
    }
    let mut clusters: Vec<Vec<u32>> = members.into_iter().filter(|m| m.len() > 1).collect();
    clusters.iter_mut().for_each(|c| c.sort_unstable());
    clusters
}

/// Adds the links of `b` to those of `a`.
fn join(sums: &mut [FxHashMap<u32, f64>], a: u32, b: u32) {
    let from_b = std::mem::take(&mut sums[b as usize]);
    sums[a as usize].remove(&b);
    for (other, sum) in from_b {
        if other == a {
            continue;
        }
        sums[other as usize].remove(&b);
        let whole = sums[a as usize].get(&other).copied().unwrap_or(0.0) + sum;
        sums[a as usize].insert(other, whole);
        sums[other as usize].insert(a, whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_do_not_chain() {
        // Two tight groups and one strong link between them.
        let mut links = vec![(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9), (3, 4, 0.8), (2, 3, 0.85)];
        assert_eq!(average_link(links.clone(), 0.3), [vec![0, 1, 2], vec![3, 4]]);
        // With enough links between, they are one.
        links.extend([(0, 3, 0.5), (1, 3, 0.5), (2, 4, 0.6), (1, 4, 0.2)]);
        assert_eq!(average_link(links.clone(), 0.3), [vec![0, 1, 2, 3, 4]]);
        assert!(average_link(Vec::new(), 0.3).is_empty());
    }

    #[test]
    fn ties_go_to_the_lowest_numbers_whatever_the_order_of_the_links() {
        let mut links = vec![(0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5)];
        let expected = average_link(links.clone(), 0.4);
        assert_eq!(expected, [vec![0, 1], vec![2, 3]]);
        links.reverse();
        assert_eq!(average_link(links.clone(), 0.4), expected);
    }
}
