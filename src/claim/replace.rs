//! The new in the place of the old: in one step where that can be, else file by file.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::Path;

/// What is new, in the hidden folder.
pub(super) const FRESH: &str = "new";
/// What was replaced one by one, until all of it is.
const OLD: &str = "old";
/// The names of what came to places that were free, until all is replaced.
const ADDED: &str = "added";
/// What was replaced, when all of it is.
const GONE: &str = "gone";

/// Brings `hidden/new` to its place; see [`super::Claim::finish_folder`].
pub(super) fn folder(hidden: &Path, place: &Path, ours: &[&str], last: &str) -> io::Result<()> {
    let fresh = hidden.join(FRESH);
    if !place.exists() {
        return std::fs::rename(&fresh, place);
    }
    let mut names = names(&fresh)?;
    names.extend(ours.iter().map(OsString::from));
    if may_swap(hidden, place)? && swap(&fresh, place, &names)? {
        return Ok(());
    }
    one_by_one(hidden, place, &names, last)
}

/// Puts right what a killed run has left: what was half replaced comes back, what was new goes.
pub(super) fn clear(hidden: &Path, place: &Path) -> io::Result<()> {
    if hidden.join(OLD).is_dir() {
        bring_back(hidden, place)?;
    }
    remove(&hidden.join(ADDED));
    remove(&hidden.join(GONE));
    remove(&hidden.join(FRESH));
    Ok(())
}

/// Removes a file or a folder, whatever is in it.
pub(super) fn remove(path: &Path) {
    // What can't be removed now, the next run removes.
    let _ = match path.symlink_metadata() {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(_) => Ok(()),
    };
}

fn names(folder: &Path) -> io::Result<BTreeSet<OsString>> {
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
}

/// Whether another folder may stand in the place of this one. Not where the program (and so the shell that called it)
/// stands in it, and not where the new one would have another owner.
fn may_swap(hidden: &Path, place: &Path) -> io::Result<bool> {
    let is_inside = hidden.starts_with(place);
    let stands_there = std::env::current_dir().and_then(|d| d.canonicalize()).is_ok_and(|d| d.starts_with(place));
    Ok(!is_inside && !stands_there && same_owner(&hidden.join(FRESH), place)?)
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

/// Swaps the two in one step; `names` are those of the new folder and those that go. Whether it could be done: not where
/// the system can't, nor where there are folders of others, which can't stand in both places for a moment.
fn swap(fresh: &Path, place: &Path, names: &BTreeSet<OsString>) -> io::Result<bool> {
    let others: Vec<OsString> = self::names(place)?.into_iter().filter(|name| !names.contains(name)).collect();
    let is_folder = |name: &OsString| place.join(name).symlink_metadata().is_ok_and(|found| found.is_dir());
    if others.iter().any(is_folder) {
        return Ok(false);
    }
    // Files of others get a second name, so that they stand in the place before and after.
    let link = |name: &OsString| std::fs::hard_link(place.join(name), fresh.join(name));
    let (theirs, ours) = (std::fs::metadata(place)?.permissions(), std::fs::metadata(fresh)?.permissions());
    if others.iter().try_for_each(link).and_then(|()| exchange(fresh, place)).is_err() {
        others.iter().for_each(|name| remove(&fresh.join(name)));
        return Ok(false);
    }
    // Only now: in a folder without the right to write nothing could be linked, nor taken away afterwards.
    let _ = std::fs::set_permissions(place, theirs);
    let _ = std::fs::set_permissions(fresh, ours);
    // Now `fresh` is the old folder. What somebody has put there in between comes along.
    for name in self::names(fresh)?.into_iter().filter(|name| !names.contains(name)) {
        if place.join(&name).symlink_metadata().is_err() {
            std::fs::rename(fresh.join(&name), place.join(&name))?;
        }
    }
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

/// Replaces file by file: the old ones are put aside first and come back where anything fails, now or, after a kill, with
/// the next claim ([`clear`]).
fn one_by_one(hidden: &Path, place: &Path, names: &BTreeSet<OsString>, last: &str) -> io::Result<()> {
    let [fresh, old, added, gone] = [FRESH, OLD, ADDED, GONE].map(|name| hidden.join(name));
    std::fs::create_dir(&added)?;
    std::fs::create_dir(&old)?;
    let aside = |name: &OsString| match is_there(place, name) {
        true => std::fs::rename(place.join(name), old.join(name)),
        false => std::fs::write(added.join(name), ""),
    };
    let bring = |name: &OsString| match is_there(&fresh, name) {
        true => std::fs::rename(fresh.join(name), place.join(name)),
        false => Ok(()),
    };
    let last = OsString::from(last);
    let before: Vec<&OsString> = names.iter().filter(|name| **name != last).collect();
    let done = aside(&last)
        .and_then(|()| before.iter().try_for_each(|name| aside(name).and_then(|()| bring(name))))
        .and_then(|()| bring(&last));
    if let Err(error) = done {
        bring_back(hidden, place)?;
        return Err(error);
    }
    std::fs::rename(&old, &gone)?;
    remove(&gone);
    remove(&added);
    Ok(())
}

fn is_there(folder: &Path, name: &OsString) -> bool {
    folder.join(name).symlink_metadata().is_ok()
}

/// Brings old files back, in the place of new ones.
fn bring_back(hidden: &Path, place: &Path) -> io::Result<()> {
    let (old, added) = (hidden.join(OLD), hidden.join(ADDED));
    // Somebody may have taken away what was half replaced.
    std::fs::create_dir_all(place)?;
    for name in names(&added)? {
        remove(&place.join(name));
    }
    for name in names(&old)? {
        remove(&place.join(&name));
        std::fs::rename(old.join(&name), place.join(name))?;
    }
    std::fs::remove_dir(&old)?;
    remove(&added);
    Ok(())
}
