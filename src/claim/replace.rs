//! The new in the place of the old: in one step where that can be, else file by file.

use super::lock;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// What the names of new things in the hidden folder begin with; each run has its own.
pub(super) const FRESH: &str = "new";
/// What was replaced one by one, until all of it is.
const OLD: &str = "old";
/// The names of what came to places that were free, until all is replaced.
const ADDED: &str = "added";
/// What was replaced, when all of it is.
const GONE: &str = "gone";
/// Files of others that could not be brought along; nobody but their owner takes them away.
const LEFT: &str = "left";

/// What comes next on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The folders change places.
    Exchange,
    /// What was saved meanwhile comes along.
    BringAlong,
    /// What couldn't come along gets a name that no run takes away.
    PutLeft,
    /// A file is put aside, or comes to its place.
    Replace,
    /// All is replaced: the old files are given up.
    GiveUp,
    /// A file comes back, or goes again.
    Undo,
}

/// A folder that is to be replaced.
pub(super) struct Replacing<'r> {
    pub hidden: &'r Path,
    /// The new folder, in the hidden one.
    pub fresh: &'r Path,
    pub place: &'r Path,
    /// Is asked before every change: tests fail there, or end as a killed program does.
    pub before: &'r dyn Fn(Change) -> io::Result<()>,
}

/// Why a folder was not replaced, and what stands there now.
#[derive(Debug)]
pub(super) struct Failed {
    pub error: io::Error,
    pub stands: Stands,
}

/// What stands in a place after a failure.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// What stood there before.
    Old,
    /// Some of each; the next claim brings the old files back, which are here.
    Half(PathBuf),
    /// What is new, without some files of others, which are here.
    New(PathBuf),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Failed { error, stands: Stands::Old }
    }
}

impl Replacing<'_> {
    /// Brings the new folder to its place; see [`super::Claim::finish_folder`].
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

    /// Whether another folder may stand in the place of this one. Not where the program (and so the shell that called it)
    /// stands in it, and not where the new one would have another owner.
    fn may_swap(&self) -> io::Result<bool> {
        let is_inside = self.hidden.starts_with(self.place);
        let here = std::env::current_dir().and_then(|d| d.canonicalize());
        let stands_there = here.is_ok_and(|d| d.starts_with(self.place));
        Ok(!is_inside && !stands_there && same_owner(self.fresh, self.place)?)
    }

    /// Swaps the two in one step; `names` are those of the new folder and those that go. Whether it could be done: not
    /// where the system can't, nor where there are folders of others, which can't stand in both places for a moment.
    fn swap(&self, names: &BTreeSet<OsString>) -> Result<bool, Failed> {
        let Replacing { fresh, place, before, .. } = *self;
        let others: Vec<OsString> = self::names(place)?.into_iter().filter(|name| !names.contains(name)).collect();
        let is_folder = |name: &OsString| place.join(name).symlink_metadata().is_ok_and(|found| found.is_dir());
        if others.iter().any(is_folder) {
            return Ok(false);
        }
        // Files of others get a second name, so that they stand in the place before and after.
        let link = |name: &OsString| std::fs::hard_link(place.join(name), fresh.join(name));
        let (theirs, ours) = (std::fs::metadata(place)?.permissions(), std::fs::metadata(fresh)?.permissions());
        let linked = others.iter().try_for_each(link);
        // As they are now: who saves one anew makes another file of the same name.
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
            // Where even that fails they stand where they are, and this run must not take them away.
            let left = match before(Change::PutLeft).and_then(|()| std::fs::rename(fresh, &left)) {
                Ok(()) => left,
                Err(_) => fresh.to_owned(),
            };
            return Err(Failed { error, stands: Stands::New(left) });
        }
        // Only now: in a folder without the right to write nothing could be linked, nor taken away afterwards.
        let _ = std::fs::set_permissions(place, theirs);
        let _ = std::fs::set_permissions(fresh, ours);
        Ok(true)
    }

    /// After the exchange: the folder that went has what others put there, or saved anew, after their files were linked.
    /// That comes along, but where something newer of that name stands in the place by now.
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

    /// Replaces file by file: the old ones are put aside first and come back where anything fails, now or, after a kill,
    /// with the next claim ([`clear`]).
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
        // What can't be removed now, the next run removes.
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

/// Puts right what killed runs have left: what was half replaced comes back, what was new goes.
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
            // What can't be removed now, the next run removes.
            let _ = remove(&hidden.join(name));
        }
    }
    Ok(())
}

/// Removes a file or a folder, whatever is in it, where there is one.
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

/// Brings old files back, in the place of new ones.
fn bring_back(hidden: &Path, place: &Path, before: &dyn Fn(Change) -> io::Result<()>) -> io::Result<()> {
    let (old, added) = (hidden.join(OLD), hidden.join(ADDED));
    // Somebody may have taken away what was half replaced.
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
    // Without `old` it says nothing.
    let _ = remove(&added);
    Ok(())
}

/// Which file it is, whatever its name, and since when: numbers of files that are gone are given to others.
type Identity = (u64, u64, i64, i64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    path.symlink_metadata().ok().map(|found| (found.dev(), found.ino(), found.mtime(), found.mtime_nsec()))
}

/// Where nothing can be exchanged nobody asks.
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
