//! Counts in a byte each, few of which are large.

/// Stands for a count that doesn't fit in a byte.
pub(super) const LARGE: u8 = u8::MAX;

/// Small numbers in place; those from [`LARGE`] on in a separate list, by place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SmallCounts {
    bytes: Vec<u8>,
    /// Place and count, by increasing place.
    large: Vec<(usize, u32)>,
}

impl SmallCounts {
    /// From bytes made by [`byte`], and the large counts with their places, in any order.
    pub(super) fn new(bytes: Vec<u8>, mut large: Vec<(usize, u32)>) -> Self {
        large.sort_unstable();
        SmallCounts { bytes, large }
    }

    pub(super) fn push(&mut self, count: u32) {
        if is_large(count) {
            self.large.push((self.bytes.len(), count));
        }
        self.bytes.push(byte(count));
    }

    /// The count in a place. Panics, like indexing, if there is no such place.
    pub(super) fn get(&self, place: usize) -> u32 {
        match self.bytes[place] {
            LARGE => {
                let (of, count) = self.large[self.large.partition_point(|(of, _)| *of < place)];
                debug_assert_eq!(of, place, "a large count was not given");
                count
            }
            byte => byte.into(),
        }
    }

    /// Keeps the first `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
        self.large.truncate(self.large.partition_point(|(place, _)| *place < len));
    }
}

/// A count as [`SmallCounts::new`] takes it; a large one must be given separately.
pub(super) fn byte(count: u32) -> u8 {
    u8::try_from(count).unwrap_or(LARGE)
}

/// Whether a count doesn't fit in a byte.
pub(super) fn is_large(count: u32) -> bool {
    count >= u32::from(LARGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_come_back() {
        let given = [1, 254, 255, 256, 0, u32::MAX, 7];
        let mut counts = SmallCounts::default();
        given.iter().for_each(|count| counts.push(*count));
        assert_eq!((0..7).map(|place| counts.get(place)).collect::<Vec<_>>(), given);
        let large = given.iter().enumerate().rev().filter(|(_, count)| is_large(**count));
        let large = large.map(|(place, count)| (place, *count)).collect();
        assert_eq!(SmallCounts::new(given.iter().map(|count| byte(*count)).collect(), large), counts);
        counts.truncate(4);
        counts.push(3);
        assert_eq!((counts.bytes.len(), counts.get(3), counts.get(4)), (5, 256, 3));
    }
}
