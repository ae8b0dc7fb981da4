//! Earlier versions of a model: `history/1/`, the oldest, `history/2/` and so on, each a model's folder.

use super::read::check_folder;
use super::write::{Old, claim, write};
use super::{FILES, HEADER, Model};
use crate::claim::Claim;
use crate::error::{Error, Kind, Place, Result};
use std::path::{Path, PathBuf};

/// The folder of the versions.
pub const HISTORY: &str = "history";

/// The numbers of the earlier versions, rising.
///
/// # Errors
/// Where the folder can't be read.
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

/// Puts a new model in the place of the old one, which becomes a version. Returns its number. The place was claimed with
/// [`claim`].
///
/// # Errors
/// Where it can't be written; then the old model is unchanged.
pub fn promote(new: &Model, place: Claim) -> Result<Option<u64>> {
    write(place, Old::Keep, |fresh| super::write::write_files(new, fresh))
}

/// Brings a version back (the last, unless one is named); what stood there becomes a version of its own. Returns the
/// number of the one that is back, and of the one that went.
///
/// # Errors
/// [`Kind::Usage`]: no such version. Those of [`Model::read`] for a version that is broken; where it can't be written.
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
            // A copy: the version stays what it is, whatever becomes of the model.
            std::fs::copy(from.join(name), fresh.join(name)).map_err(|e| Error::io(from.join(name), e))?;
        }
        Ok(())
    })?;
    Ok((version, went))
}
