//! Where records end: the numbers that stay in memory of each.

use super::too_many;
use crate::error::Result;
use std::collections::BTreeMap;

/// Where records end, in four and a half bytes each.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// Where every [`STEP`]th record begins.
    steps: Vec<u64>,
    /// By record: so many bytes behind the step before, or [`FAR`].
    behind: Vec<u32>,
    /// The ends of records that are far behind it.
    far: BTreeMap<usize, u64>,
}

/// So many records are counted from one step.
const STEP: usize = 16;
/// Four gigabytes behind a step, or more.
const FAR: u32 = u32::MAX;

impl Ends {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.behind.len()
    }

    pub fn push(&mut self, begin: u64, end: u64) -> Result<()> {
        let record = self.behind.len();
        if record >= u32::MAX as usize {
            return Err(too_many());
        }
        if record.is_multiple_of(STEP) {
            self.steps.push(begin);
        }
        let behind = end - self.steps[record / STEP];
        self.behind.push(u32::try_from(behind).unwrap_or(FAR));
        if behind >= u64::from(FAR) {
            self.far.insert(record, end);
        }
        Ok(())
    }

    pub fn begin(&self, record: usize) -> u64 {
        record.checked_sub(1).map_or(0, |before| self.end(before))
    }

    pub fn end(&self, record: usize) -> u64 {
        match self.behind[record] {
            FAR => self.far[&record],
            behind => self.steps[record / STEP] + u64::from(behind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_come_back() {
        let mut ends = Ends::default();
        for record in 0..40 {
            ends.push(record << 30, (record + 1) << 30).expect("room");
        }
        assert!((0..40).all(|record| ends.begin(record as usize) == record << 30), "four gigabytes behind a step");
        assert_eq!(too_many().title(), "more articles than can be worked on at once");
    }
}
