//! Average link over a sparse graph: clusters that don't chain.
//!
//! The two clusters with the highest average link over all pairs between them are joined first, as long as this average
//! is high enough. Pairs without a link count as 0, so a single link never joins two large clusters.
//!
//! An article without a date may be linked to articles that are years apart. To keep it from joining them, the average
//! over pairs with two dates must be high enough, too, if there are any.

use super::link::Link;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Two clusters that may be joined, with the average at the time of this entry.
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
/// Two clusters are only joined if some link between them reaches the threshold, because no average is above all links.
/// So each group that such links hold together is processed on its own, and links between groups are dropped.
pub(super) fn average_link(mut links: Vec<Link>, threshold: f64, is_dated: impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
    // Renumbered in the same order: most articles have no link.
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
        clusters.extend(of_group(links, threshold, &is_dated));
    }
    clusters.sort_unstable();
    clusters
}

/// The first article of a group; each points to it, directly or through others.
fn first(group: &mut [u32], mut of: u32) -> u32 {
    while group[of as usize] != of {
        group[of as usize] = group[group[of as usize] as usize];
        of = group[of as usize];
    }
    of
}

/// Clusters in the making.
struct Growing {
    /// The articles of each cluster.
    members: Vec<Vec<u32>>,
    /// The number of articles with a date in each.
    dated: Vec<u32>,
    /// For each cluster, the sums of its links to others.
    sums: Vec<FxHashMap<u32, Sums>>,
}

/// Sums of links between two clusters.
#[derive(Clone, Copy, Default)]
struct Sums {
    all: f64,
    /// Over pairs with two dates.
    dated: f64,
}

impl Growing {
    /// The average that decides: over all pairs, or over those with two dates if that is lower.
    fn average(&self, a: u32, b: u32) -> Option<f64> {
        let [a, b] = [a as usize, b as usize];
        let sums = self.sums[a].get(&(b as u32))?;
        let all = sums.all / (self.members[a].len() * self.members[b].len()) as f64;
        let pairs = u64::from(self.dated[a]) * u64::from(self.dated[b]);
        Some(if pairs == 0 { all } else { all.min(sums.dated / pairs as f64) })
    }

    /// Adds `b` to `a`.
    fn join(&mut self, a: u32, b: u32) {
        let from_b = std::mem::take(&mut self.sums[b as usize]);
        self.sums[a as usize].remove(&b);
        for (other, sums) in from_b.into_iter().filter(|(other, _)| *other != a) {
            self.sums[other as usize].remove(&b);
            let whole = self.sums[a as usize].entry(other).or_default();
            *whole = Sums { all: whole.all + sums.all, dated: whole.dated + sums.dated };
            let whole = *whole;
            self.sums[other as usize].insert(a, whole);
        }
        let joined = std::mem::take(&mut self.members[b as usize]);
        self.members[a as usize].extend(joined);
        self.dated[a as usize] += self.dated[b as usize];
    }
}

fn of_group(links: &[Link], threshold: f64, is_dated: &impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
    let mut linked: Vec<u32> = links.iter().flat_map(|&(a, b, _)| [a, b]).collect();
    linked.sort_unstable();
    linked.dedup();
    let number = |article: u32| linked.partition_point(|&other| other < article) as u32;
    let dated: Vec<u32> = linked.iter().map(|&article| u32::from(is_dated(article))).collect();
    let members = linked.iter().map(|&article| vec![article]).collect();
    let mut growing = Growing { members, dated, sums: vec![FxHashMap::default(); linked.len()] };
    let mut heap = BinaryHeap::new();
    for &(a, b, p) in links {
        let (a, b) = (number(a), number(b));
        let both = growing.dated[a as usize] * growing.dated[b as usize];
        let sums = Sums { all: p, dated: p * f64::from(both) };
        growing.sums[a as usize].insert(b, sums);
        growing.sums[b as usize].insert(a, sums);
        if p >= threshold {
            heap.push(Join { average: p, a, b });
        }
    }
    while let Some(Join { average, a, b }) = heap.pop() {
        // Outdated if one of them was joined meanwhile; then there is a newer entry for the pair.
        if growing.average(a, b) != Some(average) {
            continue;
        }
        growing.join(a, b);
        for &other in growing.sums[a as usize].keys() {
            if let Some(average) = growing.average(a, other).filter(|average| *average >= threshold) {
                heap.push(Join { average, a: a.min(other), b: a.max(other) });
            }
        }
    }
    let mut clusters: Vec<Vec<u32>> = growing.members.into_iter().filter(|m| m.len() > 1).collect();
    clusters.iter_mut().for_each(|c| c.sort_unstable());
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_do_not_chain() {
        // Two tight groups and one strong link between them.
        let mut links = vec![(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9), (3, 4, 0.8), (2, 3, 0.85)];
        assert_eq!(average_link(links.clone(), 0.3, |_| true), [vec![0, 1, 2], vec![3, 4]]);
        // With enough links between them, they are one cluster.
        links.extend([(0, 3, 0.5), (1, 3, 0.5), (2, 4, 0.6), (1, 4, 0.2)]);
        assert_eq!(average_link(links.clone(), 0.3, |_| true), [vec![0, 1, 2, 3, 4]]);
        assert!(average_link(Vec::new(), 0.3, |_| true).is_empty());
    }

    #[test]
    fn ties_go_to_the_lowest_numbers_whatever_the_order_of_the_links() {
        let mut links = vec![(0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5)];
        let expected = average_link(links.clone(), 0.4, |_| true);
        assert_eq!(expected, [vec![0, 1], vec![2, 3]]);
        links.reverse();
        assert_eq!(average_link(links.clone(), 0.4, |_| true), expected);
    }

    #[test]
    fn an_article_without_a_date_does_not_join_those_of_other_years() {
        // Article 1 has no date and is much like 0 and 2, which are years apart; 3 is from the same days as 2.
        let links = vec![(0, 1, 0.9), (1, 2, 0.95), (1, 3, 0.8), (2, 3, 0.9)];
        assert_eq!(average_link(links.clone(), 0.3, |article| article != 1), [vec![1, 2, 3]]);
        assert_eq!(average_link(links.clone(), 0.3, |_| false), [vec![0, 1, 2, 3]]);
        // Articles without a date are joined as usual.
        assert_eq!(average_link(vec![(0, 1, 0.9)], 0.3, |article| article == 0), [vec![0, 1]]);
    }
}
