//! Where results go: they are written next to their destination, and moved there in one step when they are complete.
//!
//! A [`Claim`] is a run's right to a place: while it is held, no other run may write there. A run writes to a hidden
//! folder `.aslant-NAME` next to the place (or inside it, if it may not write next to it), which also has the lock,
//! under a name of its own. A run that fails, or is stopped by [`abandon`], removes it. A run that is killed leaves it
//! behind; the next run that claims the place cleans up.
//!
//! | file | job |
//! |---|---|
//! | `lock` | one run at a time |
//! | `replace` | replaces the old results with the new ones |
//! | `live` | what to remove when the program is stopped |
//!
//! A whole folder is exchanged with the old one in one step, if the system can do it and nothing prevents it. Otherwise
//! its files are replaced one by one; if that is interrupted by a kill, the next claim repairs it. Not done here: the
//! writing itself.

mod live;
mod lock;
mod replace;

use crate::error::{Error, Kind, Place, Result};
pub use live::abandon;
use lock::Taken;
use replace::{Failed, Replacing, Stands};
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// A place that only this run writes to, until the claim is finished or dropped.
///
/// ```
/// use aslant::claim::Claim;
///
/// # let folder = tempfile::tempdir()?;
/// # let out = folder.path().join("scores.csv");
/// let claim = Claim::file(&out)?;
/// assert_eq!(Claim::file(&out).expect_err("claimed").title(), "another run is writing there");
/// std::fs::write(claim.path(), "id,p\n")?;
/// assert!(!out.exists());
/// claim.finish()?;
/// assert_eq!(std::fs::read_to_string(&out)?, "id,p\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Claim {
    /// The place as it was named.
    out: PathBuf,
    /// Where the place is, with links followed.
    place: PathBuf,
    /// The hidden folder that has everything until then.
    hidden: PathBuf,
    /// The new file or folder, in `hidden`.
    fresh: PathBuf,
    /// Folders that had to be created for it, the innermost last.
    made: Vec<PathBuf>,
    /// The lock, held as long as the claim.
    _lock: File,
}

/// The note for every place whose claim ends without being finished.
const STANDS: &str = "what was there before is unchanged";

impl Claim {
    /// Claims the place of a folder. [`Claim::path`] is then an empty folder.
    ///
    /// # Errors
    /// [`Kind::Usage`] if there is a file, or a link that leads nowhere; [`Kind::Io`] if another run holds the place,
    /// or nothing can be written next to it.
    pub fn folder(out: &Path) -> Result<Self> {
        check_folder(out)?;
        let claim = Claim::new(out)?;
        std::fs::create_dir(&claim.fresh).map_err(|e| Error::io(out, e))?;
        Ok(claim)
    }

    /// Claims the place of a file. There is nothing at [`Claim::path`] yet.
    ///
    /// # Errors
    /// As [`Claim::folder`], with a folder instead of a file; also if the folder that would contain the file doesn't
    /// exist.
    pub fn file(out: &Path) -> Result<Self> {
        check_link(out)?;
        if out.is_dir() {
            return Err(Error::usage("--out names a folder")
                .at(Place::file(out))
                .expected("a file, or a name that is free")
                .help("name a file in it"));
        }
        let folder = out.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let error = std::fs::metadata(folder).err().unwrap_or(io::ErrorKind::NotADirectory.into());
            return Err(Error::io(folder, error).help("--out names a file in a folder that is there"));
        }
        Claim::new(out)
    }

    /// Repairs what a killed run has left in a place, as every claim does; for callers that look at the contents before
    /// they claim the place. Does nothing if another run holds the place.
    pub fn put_right(out: &Path) {
        if Claim::left_behind(out) {
            // What can't be repaired now is reported when the place is claimed.
            drop(Claim::new(out));
        }
    }

    fn left_behind(out: &Path) -> bool {
        let place = out.canonicalize().unwrap_or_else(|_| out.to_owned());
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        place.with_file_name(format!(".aslant-{name}")).exists() || place.join(".aslant").exists()
    }

    fn new(out: &Path) -> Result<Self> {
        let failed = |e| Error::io(out, e).help("choose a place that you may write to and that has room");
        let place = if out.exists() { out.canonicalize().map_err(failed)? } else { out.to_owned() };
        let parent = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let made = make_folders(&parent).map_err(failed)?;
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (beside, inside) = (parent.join(format!(".aslant-{name}")), place.join(".aslant"));
        let beside = if place.is_dir() && !same_disk(&place, &parent) { &inside } else { &beside };
        let (hidden, taken) = match lock::take(beside) {
            Err(e) if is_refusal(&e) && place.is_dir() => (&inside, lock::take(&inside)),
            taken => (beside, taken),
        };
        let lock = match taken.inspect_err(|_| remove_folders(&made)).map_err(failed)? {
            Taken::Ours(lock) => lock,
            taken => return Err(refused(out, hidden, &taken)),
        };
        let fresh = hidden.join(format!("{}-{:016x}", replace::FRESH, random()));
        let claim = Claim { out: out.to_owned(), place, fresh, hidden: hidden.clone(), made, _lock: lock };
        live::add(&claim.hidden, &claim.fresh, &claim.made);
        replace::clear(&claim.hidden, &claim.place).map_err(failed)?;
        Ok(claim)
    }

    /// Where to write for now.
    pub fn path(&self) -> &Path {
        &self.fresh
    }

    /// The place, as it was named.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Writes to [`Claim::path`]; errors name the destination, not the temporary path.
    ///
    /// # Errors
    /// Errors of `write`.
    pub fn fill<T>(&self, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
        write(&self.fresh).map_err(|error| self.told(error))
    }

    /// Turns an error of writing to [`Claim::path`] into one for people, which names the destination.
    pub fn told(&self, error: Error) -> Error {
        let mut place = error.place().clone();
        let inside = place.file.as_deref().and_then(|file| Path::new(file).strip_prefix(&self.fresh).ok());
        let file = match inside {
            None => return error,
            Some(inside) if inside.as_os_str().is_empty() => self.out.display().to_string(),
            Some(inside) => self.out.join(inside).display().to_string(),
        };
        place.file = Some(file);
        let error = error.at(place);
        match error.kind() {
            Kind::Io => error.help("make room on that disk, or write elsewhere").note(STANDS),
            _ => error,
        }
    }

    fn not_replaced(&self, Failed { error, stands }: Failed) -> Error {
        let shown = |path: &Path| path.display().to_string();
        let error = Error::io(&self.out, error).help("check the permissions of the folder that it is in");
        match stands {
            Stands::Old => error.note(STANDS),
            Stands::Half(old) => error.note(format!(
                "some files there are new, some old ones are in {}: the next run into this place brings them back",
                shown(&old)
            )),
            Stands::New(left) => error.note(format!(
                "the new files are in place; files of yours that were saved at that moment are in {}",
                shown(&left)
            )),
        }
    }

    /// Moves a file to its place, with the permissions of the old one.
    ///
    /// # Errors
    /// [`Kind::Io`]; then the old file is still there.
    pub fn finish(mut self) -> Result<()> {
        let held = live::hold();
        if let Ok(old) = std::fs::metadata(&self.place) {
            // If this isn't allowed, the file keeps the default permissions.
            let _ = std::fs::set_permissions(&self.fresh, old.permissions());
        }
        std::fs::rename(&self.fresh, &self.place).map_err(|e| self.not_replaced(e.into()))?;
        self.made.clear();
        drop(held);
        Ok(())
    }

    /// Moves a folder to its place. Files there with the same names, and those named in `ours`, are removed; all others
    /// stay. `last` is the file without which the folder is incomplete: if files are replaced one by one, it is removed
    /// first and added last.
    ///
    /// # Errors
    /// [`Kind::Io`]; then the old files are still there, unless the error says otherwise.
    pub fn finish_folder(mut self, ours: &[&str], last: &str) -> Result<()> {
        let held = live::hold();
        let Claim { hidden, fresh, place, .. } = &self;
        let replacing = Replacing { hidden, fresh, place, before: &|_| Ok(()) };
        if let Err(failed) = replacing.run(ours, last) {
            let stay = failed.stands == Stands::New(fresh.clone());
            let error = self.not_replaced(failed);
            if stay {
                // The temporary folder has files of others, so this run must not remove it.
                std::mem::forget(self);
            }
            return Err(error);
        }
        self.made.clear();
        drop(held);
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        live::remove(&self.hidden, &self.fresh, &self.made);
    }
}

/// The error if another run holds a place.
fn refused(out: &Path, hidden: &Path, taken: &Taken) -> Error {
    let error = Error::new(Kind::Io, "another run is writing there").at(Place::file(out));
    let error = match taken {
        Taken::Unknown(owner) => {
            let mut words = owner.split(' ');
            let mut next = || words.next().filter(|word| !word.is_empty()).unwrap_or("unknown");
            error
                .found(format!(
                    "process {} on {}, and a disk without locks, which would show whether it has ended",
                    next(),
                    next()
                ))
                .expected("one run at a time in a place")
                .help(format!(
                    "wait for it to end, or choose another name; if it has ended, remove the file {}",
                    hidden.join(lock::OWNER).display()
                ))
        }
        _ => error
            .found("a run of aslant that has not ended")
            .expected("one run at a time in a place")
            .help("wait for it to end, or choose another name"),
    };
    error.note("nothing was written")
}

/// A random number that distinguishes this run.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Checks, as far as that is possible without writing, whether a folder can be written there. Call it before long work.
///
/// # Errors
/// [`Kind::Usage`] if there is a file in its place, or a link that leads nowhere.
pub fn check_folder(out: &Path) -> Result<()> {
    check_link(out)?;
    if out.exists() && !out.is_dir() {
        return Err(Error::usage("--out names a file")
            .at(Place::file(out))
            .expected("a folder, or a name that is free")
            .help("choose another name"));
    }
    Ok(())
}

/// Refuses a link that leads nowhere: nothing can replace it without removing the link.
fn check_link(out: &Path) -> Result<()> {
    match std::fs::read_link(out) {
        Ok(to) if !out.exists() => Err(Error::usage("--out names a link that leads nowhere")
            .at(Place::file(out))
            .found(format!("a link to {}", to.display()))
            .expected("a name that is free, or a link to what is there")
            .help("create what it points to, remove the link, or choose another name")),
        _ => Ok(()),
    }
}

/// Creates a folder and its missing parents, and returns those that it created.
fn make_folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut made: Vec<PathBuf> =
        folder.ancestors().take_while(|f| !f.as_os_str().is_empty() && !f.exists()).map(Path::to_owned).collect();
    made.reverse();
    std::fs::create_dir_all(folder).inspect_err(|_| remove_folders(&made))?;
    Ok(made)
}

/// Removes those of the folders that are empty.
fn remove_folders(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        let _ = std::fs::remove_dir(folder);
    }
}

/// Whether writing to a folder is forbidden, as opposed to other errors.
fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

#[cfg(unix)]
fn same_disk(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (std::fs::metadata(one), std::fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.dev() == other.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_disk(_: &Path, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests;
