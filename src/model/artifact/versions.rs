//! Earlier versions of a model: `history/1/`, the oldest, `history/2/` and so on, each a model's folder.

use super::read::check_folder;
use super::write::{Old, claim, write};
use super::{FILES, HEADER, Model};
use crate::claim::Claim;
use crate::error::{Error, Kind, Place, Result};
use std::path::{Path, PathBuf};

/// The folder of the versions.
pub const HISTORY: &str = "history";

/// The numbers of the earlier versions, increasing.
///
/// # Errors
/// If the folder can't be read.
pub fn numbers(model: &Path) -> Result<Vec<u64>> {
    let folder = model.join(HISTORY);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder).map_err(|e| Error::io(&folder, e))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut numbers: Vec<u64> = names.filter_map(|name| name.parse().ok()).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// The folder of a version.
pub fn folder(model: &Path, version: u64) -> PathBuf {
    model.join(HISTORY).join(version.to_string())
}

/// Replaces a model by a new one; the old one becomes a version, whose number is returned. The place must have been
/// claimed with [`claim`].
///
/// # Errors
/// If it can't be written; the old model is then unchanged.
pub fn promote(new: &Model, place: Claim) -> Result<Option<u64>> {
    write(place, Old::Keep, |fresh| super::write::write_files(new, fresh))
}

/// Restores a version (by default the last); the current model becomes a version itself. Returns the numbers of the
/// restored version and of the new one.
///
/// # Errors
/// [`Kind::Usage`]: no such version. Those of [`Model::read`] for a broken version; a failure to write.
pub fn restore(place: &Path, version: Option<u64>) -> Result<(u64, Option<u64>)> {
    Claim::put_right(place);
    check_folder(place)?;
    let numbers = numbers(place)?;
    let named: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let missing = |title: &str| {
        Error::new(Kind::Usage, title).at(Place::file(place)).help("`aslant models show` lists the versions")
    };
    let Some(&last) = numbers.last() else {
        return Err(missing("a model without earlier versions").expected(format!("a folder {HISTORY} in it")));
    };
    let version = version.unwrap_or(last);
    if !numbers.contains(&version) {
        return Err(missing("no such version").found(version.to_string()).expected(named.join(", ")));
    }
    let from = folder(place, version);
    // A version that can't be used must not replace one that can.
    Model::read(&from)?;
    if !place.join(HEADER).is_file() {
        return Err(missing("no model's folder"));
    }
    let went = write(claim(place)?, Old::Keep, |fresh| {
        for name in FILES.into_iter().filter(|name| from.join(name).is_file()) {
            // A copy, so that later changes to the model don't affect the version.
            std::fs::copy(from.join(name), fresh.join(name)).map_err(|e| Error::io(from.join(name), e))?;
        }
        Ok(())
    })?;
    Ok((version, went))
}
