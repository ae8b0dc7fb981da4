//! Replaces old results with new ones: in one step if possible, otherwise file by file.

use super::lock;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// The prefix of new things in the hidden folder; each run has its own name.
pub(super) const FRESH: &str = "new";
/// Files that were replaced one by one, until all are replaced.
const OLD: &str = "old";
/// The names of files that replaced nothing, until all are replaced.
const ADDED: &str = "added";
/// What was replaced, once everything is.
const GONE: &str = "gone";
/// Files of others that could not be brought along; only their owner removes them.
const LEFT: &str = "left";

/// The next change on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The folders are exchanged.
    Exchange,
    /// Files that were saved meanwhile are brought along.
    BringAlong,
    /// Files that couldn't be brought along get a name that no run removes.
    PutLeft,
    /// A file is put aside, or moved into place.
    Replace,
    /// Everything is replaced: the old files are given up.
    GiveUp,
    /// A file is put back, or removed again.
    Undo,
}

/// A folder to be replaced.
pub(super) struct Replacing<'r> {
    pub hidden: &'r Path,
    /// The new folder, inside the hidden one.
    pub fresh: &'r Path,
    pub place: &'r Path,
    /// Called before every change: lets tests fail there, or end like a killed program.
    pub before: &'r dyn Fn(Change) -> io::Result<()>,
}

/// Why a folder was not replaced, and what is there now.
#[derive(Debug)]
pub(super) struct Failed {
    pub error: io::Error,
    pub stands: Stands,
}

/// What is in a place after a failure.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// What was there before.
    Old,
    /// Some old and some new files; the next claim brings back the old ones, which are in this folder.
    Half(PathBuf),
    /// The new files, without some files of others, which are in this folder.
    New(PathBuf),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Failed { error, stands: Stands::Old }
    }
}

impl Replacing<'_> {
    /// Moves the new folder into place; see [`super::Claim::finish_folder`].
    pub fn run(&self, ours: &[&str], last: &str) -> Result<(), Failed> {
        if !self.place.exists() {
            return Ok(std::fs::rename(self.fresh, self.place)?);
        }
        let mut names = names(self.fresh)?;
        names.extend(ours.iter().map(OsString::from));
        if self.may_swap()? && self.swap(&names)? {
            return Ok(());
        }
        self.one_by_one(&names, last)
    }

    /// Whether the folder may be exchanged for another. It may not if it is the current directory of the program (and
    /// thus of the shell that called it) or contains that directory, or if the new one would have another owner.
    fn may_swap(&self) -> io::Result<bool> {
        let is_inside = self.hidden.starts_with(self.place);
        let here = std::env::current_dir().and_then(|d| d.canonicalize());
        let stands_there = here.is_ok_and(|d| d.starts_with(self.place));
        Ok(!is_inside && !stands_there && same_owner(self.fresh, self.place)?)
    }

    /// Exchanges the two in one step; `names` has the names in the new folder and those to be removed. Returns whether
    /// it could be done. It can't if the system doesn't support it, or if there are folders of others, which can't be
    /// in both places for a moment.
    fn swap(&self, names: &BTreeSet<OsString>) -> Result<bool, Failed> {
        let Replacing { fresh, place, before, .. } = *self;
        let others: Vec<OsString> = self::names(place)?.into_iter().filter(|name| !names.contains(name)).collect();
        let is_folder = |name: &OsString| place.join(name).symlink_metadata().is_ok_and(|found| found.is_dir());
        if others.iter().any(is_folder) {
            return Ok(false);
        }
        // Files of others get a second name, so that they are in the place before and after.
        let link = |name: &OsString| std::fs::hard_link(place.join(name), fresh.join(name));
        let (theirs, ours) = (std::fs::metadata(place)?.permissions(), std::fs::metadata(fresh)?.permissions());
        let linked = others.iter().try_for_each(link);
        // Their present state: saving a file anew creates another file with the same name.
        let stood: BTreeMap<&OsString, Identity> =
            others.iter().filter_map(|name| Some((name, identity(&fresh.join(name))?))).collect();
        let exchanged = linked.and_then(|()| before(Change::Exchange)).and_then(|()| exchange(fresh, place));
        if exchanged.is_err() {
            for name in &others {
                remove(&fresh.join(name))?;
            }
            return Ok(false);
        }
        if let Err(error) = self.bring_along(names, &stood) {
            let left = self.hidden.join(format!("{LEFT}-{:016x}", super::random()));
            // If even that fails, they stay where they are, and this run must not remove them.
            let left = match before(Change::PutLeft).and_then(|()| std::fs::rename(fresh, &left)) {
                Ok(()) => left,
                Err(_) => fresh.to_owned(),
            };
            return Err(Failed { error, stands: Stands::New(left) });
        }
        // Not earlier: in a folder without write permission, nothing could be linked, nor removed afterwards.
        let _ = std::fs::set_permissions(place, theirs);
        let _ = std::fs::set_permissions(fresh, ours);
        Ok(true)
    }

    /// After the exchange: the old folder may have files that others created, or saved anew, after their files were
    /// linked. These are brought along, unless there is something newer with the same name in the place by now.
    fn bring_along(&self, names: &BTreeSet<OsString>, stood: &BTreeMap<&OsString, Identity>) -> io::Result<()> {
        for name in self::names(self.fresh)?.into_iter().filter(|name| !names.contains(name)) {
            let (from, to) = (self.fresh.join(&name), self.place.join(&name));
            let [was, went, there] = [stood.get(&name).copied(), identity(&from), identity(&to)];
            let was_saved = went != was && went != there;
            let is_newer = there.is_some() && there != was;
            if was_saved && !is_newer {
                (self.before)(Change::BringAlong)?;
                std::fs::rename(from, to)?;
            }
        }
        Ok(())
    }

    /// Replaces file by file: the old ones are put aside first and put back if anything fails, either now or, after a
    /// kill, by the next claim ([`clear`]).
    fn one_by_one(&self, names: &BTreeSet<OsString>, last: &str) -> Result<(), Failed> {
        let [old, added, gone] = [OLD, ADDED, GONE].map(|name| self.hidden.join(name));
        std::fs::create_dir(&added)?;
        std::fs::create_dir(&old)?;
        let last = OsString::from(last);
        let others = || names.iter().filter(|name| **name != last);
        let done = self
            .put_aside(&last)
            .and_then(|()| others().try_for_each(|name| self.put_aside(name).and_then(|()| self.bring(name))))
            .and_then(|()| self.bring(&last))
            .and_then(|()| (self.before)(Change::GiveUp))
            .and_then(|()| std::fs::rename(&old, &gone));
        if let Err(error) = done {
            let undone = bring_back(self.hidden, self.place, self.before);
            return Err(Failed { error, stands: undone.map_or(Stands::Half(old), |()| Stands::Old) });
        }
        // What can't be removed now is removed by the next run.
        let _ = remove(&gone);
        let _ = remove(&added);
        Ok(())
    }

    fn put_aside(&self, name: &OsString) -> io::Result<()> {
        (self.before)(Change::Replace)?;
        match is_there(self.place, name) {
            true => std::fs::rename(self.place.join(name), self.hidden.join(OLD).join(name)),
            false => std::fs::write(self.hidden.join(ADDED).join(name), ""),
        }
    }

    fn bring(&self, name: &OsString) -> io::Result<()> {
        (self.before)(Change::Replace)?;
        match is_there(self.fresh, name) {
            true => std::fs::rename(self.fresh.join(name), self.place.join(name)),
            false => Ok(()),
        }
    }
}

/// Repairs what killed runs have left: half-replaced files are put back, new ones removed.
pub(super) fn clear(hidden: &Path, place: &Path) -> io::Result<()> {
    if hidden.join(OLD).is_dir() {
        bring_back(hidden, place, &|_| Ok(()))?;
    }
    let is_ours = |name: &OsString| {
        let shown = name.to_string_lossy();
        // Owners that had ended were put aside under a longer name.
        let has_run = shown.starts_with(FRESH) || shown.starts_with(lock::OWNER) && name != lock::OWNER;
        has_run || name == ADDED || name == GONE
    };
    for name in names(hidden)? {
        if is_ours(&name) {
            // What can't be removed now is removed by the next run.
            let _ = remove(&hidden.join(name));
        }
    }
    Ok(())
}

/// Removes a file, or a folder with its contents, if it exists.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

fn names(folder: &Path) -> io::Result<BTreeSet<OsString>> {
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
}

fn is_there(folder: &Path, name: &OsString) -> bool {
    folder.join(name).symlink_metadata().is_ok()
}

/// Puts old files back, replacing new ones.
fn bring_back(hidden: &Path, place: &Path, before: &dyn Fn(Change) -> io::Result<()>) -> io::Result<()> {
    let (old, added) = (hidden.join(OLD), hidden.join(ADDED));
    // The half-replaced folder may have been removed by somebody.
    std::fs::create_dir_all(place)?;
    for name in names(&added)? {
        before(Change::Undo)?;
        remove(&place.join(name))?;
    }
    for name in names(&old)? {
        before(Change::Undo)?;
        remove(&place.join(&name))?;
        std::fs::rename(old.join(&name), place.join(name))?;
    }
    std::fs::remove_dir(&old)?;
    // Without `old` it has no meaning.
    let _ = remove(&added);
    Ok(())
}

/// Identifies a file, whatever its name, and its time of change: the numbers of deleted files are reused.
type Identity = (u64, u64, i64, i64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    path.symlink_metadata().ok().map(|found| (found.dev(), found.ino(), found.mtime(), found.mtime_nsec()))
}

/// Not needed where nothing can be exchanged.
#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    None
}

#[cfg(unix)]
fn same_owner(one: &Path, other: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let [one, other] = [std::fs::metadata(one)?, std::fs::metadata(other)?];
    Ok((one.uid(), one.gid()) == (other.uid(), other.gid()))
}

#[cfg(not(unix))]
fn same_owner(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
