//! Finds outlets whose names differ only by case: they may be one outlet, but only a person can decide that.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rustc_hash::FxBuildHasher;

use super::warnings::Warning;

/// With more names than this the column doesn't hold outlets, and there is no warning.
const MOST: usize = 10_000;

/// The names of all outlets.
#[derive(Debug, Default)]
pub(crate) struct Outlets {
    names: HashSet<String, FxBuildHasher>,
}

impl Outlets {
    /// Adds an article's outlet.
    pub(crate) fn add(&mut self, name: Option<String>) {
        if let Some(name) = name.filter(|name| self.names.len() <= MOST && !self.names.contains(name)) {
            self.names.insert(name);
        }
    }

    /// The warning about names that differ only by case.
    pub(crate) fn warning(&self) -> Option<Warning> {
        if self.names.len() > MOST {
            return None;
        }
        let mut alike: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for name in &self.names {
            alike.entry(name.to_lowercase()).or_default().insert(name);
        }
        let outlets: Vec<Vec<String>> = alike
            .into_values()
            .filter(|names| names.len() > 1)
            .map(|names| names.into_iter().map(str::to_owned).collect())
            .collect();
        (!outlets.is_empty()).then_some(Warning::OutletsByCase { outlets })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_names_nothing_is_told() {
        let mut outlets = Outlets::default();
        ["a", "A"].into_iter().for_each(|name| outlets.add(Some(name.to_owned())));
        assert_eq!(outlets.warning(), Some(Warning::OutletsByCase { outlets: vec![vec!["A".into(), "a".into()]] }));
        (0..2 * MOST).for_each(|n| outlets.add(Some(n.to_string())));
        assert_eq!((outlets.warning(), outlets.names.len()), (None, MOST + 1));
    }
}
