//! Which articles a model was trained on, without their counts.

use super::training::{column, for_batches, text_hashes};
use super::{Header, TRAINING};
use crate::error::Result;
use crate::model::counted::Counted;
use arrow_array::cast::AsArray;
use rustc_hash::FxHashSet;
use std::path::Path;

/// The ids and the outlets of the articles that a model was trained on.
#[derive(Debug, Default)]
pub struct TrainedOn {
    /// Ids, with a hash of the text if the id was generated
    /// ([`Origin::text_hash`](crate::model::labelled::Origin::text_hash)); `None` if there is no training data.
    pub ids: Option<FxHashSet<(String, Option<u64>)>>,
    /// The known outlets.
    pub outlets: FxHashSet<String>,
}

impl TrainedOn {
    /// From training data in memory.
    pub fn of(counted: &Counted) -> Self {
        let entries = || counted.parts.iter().flat_map(|part| &part.articles);
        TrainedOn {
            ids: Some(entries().map(|entry| (entry.id.clone(), entry.origin.text_hash)).collect()),
            outlets: entries().filter_map(|entry| entry.origin.outlet.clone()).collect(),
        }
    }

    /// The outlets that a model itself knows of.
    pub fn named(header: &Header) -> Self {
        TrainedOn { ids: None, outlets: header.models.iter().flat_map(|part| &part.outlet_names).cloned().collect() }
    }
}

/// Reads only these from a folder; `None` if the model has no training data.
pub(super) fn read(folder: &Path) -> Result<Option<TrainedOn>> {
    let path = folder.join(TRAINING);
    if !path.is_file() {
        return Ok(None);
    }
    let (mut all, mut outlets) = (FxHashSet::default(), FxHashSet::default());
    for_batches(&path, |batch| {
        let text = |name: &str| column(batch, &path, name, |a| a.as_string_view_opt());
        let hashes = text_hashes(batch, &path)?;
        let ids = text("id")?.iter().zip(hashes);
        all.extend(ids.filter_map(|(id, hash)| Some((id?.to_owned(), hash))));
        outlets.extend(text("outlet")?.iter().flatten().map(str::to_owned));
        Ok(())
    })?;
    Ok(Some(TrainedOn { ids: Some(all), outlets }))
}
