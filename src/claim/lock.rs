//! One run at a time: a locked file in the hidden folder. The system releases it when the process ends, in whatever
//! way.
//!
//! Some disks have no locks (some network disks). There, the first run to create a file holds the place, and the file
//! identifies this run. Whether the run has ended is found out by its process number, if it ran on this machine.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::Path;

/// The locked file.
pub(super) const LOCK: &str = "lock";
/// The file of the run that holds the place, if there are no locks.
pub(super) const OWNER: &str = "owner";

/// The result of trying.
#[derive(Debug)]
pub(super) enum Taken {
    /// The place belongs to this run, as long as it holds the file.
    Ours(File),
    /// Another run holds it.
    Others,
    /// Another run holds or held it, and without locks there is no telling. Says which run that was.
    Unknown(String),
}

/// Locks a hidden folder, which is created if it is missing.
pub(super) fn take(hidden: &Path) -> io::Result<Taken> {
    take_by(hidden, File::try_lock)
}

/// The same with another way of locking.
pub(super) fn take_by(hidden: &Path, try_lock: fn(&File) -> Result<(), TryLockError>) -> io::Result<Taken> {
    let path = hidden.join(LOCK);
    // A run that ends removes the folder: then it is created again.
    for _ in 0..100 {
        if let Err(e) = std::fs::create_dir(hidden) {
            if e.kind() != io::ErrorKind::AlreadyExists {
                return Err(e);
            }
            check_own(hidden)?;
        }
        let file = match File::options().create(true).truncate(false).write(true).open(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            opened => opened?,
        };
        match try_lock(&file) {
            Err(TryLockError::WouldBlock) => return Ok(Taken::Others),
            Err(TryLockError::Error(_)) => match own(hidden) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                taken => return taken,
            },
            Ok(()) if is_there(&file, &path) => return Ok(Taken::Ours(file)),
            Ok(()) => {}
        }
    }
    Ok(Taken::Others)
}

/// Takes a folder without locks.
fn own(hidden: &Path) -> io::Result<Taken> {
    let path = hidden.join(OWNER);
    for _ in 0..2 {
        match File::options().create_new(true).write(true).open(&path) {
            Ok(mut file) => {
                // Half a name, on a full disk, would block the place on behalf of nobody.
                let written = file.write_all(this_run().as_bytes());
                written.inspect_err(|_| drop(std::fs::remove_file(&path)))?;
                return Ok(Taken::Ours(file));
            }
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
            Err(_) => {}
        }
        let owner = std::fs::read_to_string(&path)?;
        if !has_ended(&owner) {
            return Ok(Taken::Unknown(owner));
        }
        // Another run may do the same at this moment, and may be the owner by now: only remove what was read.
        let aside = hidden.join(format!("{OWNER}-{:016x}", super::random()));
        std::fs::rename(&path, &aside)?;
        let is_other = std::fs::read_to_string(&aside)? != owner;
        if is_other {
            // If a third run holds the place by now, it keeps it.
            let _ = std::fs::hard_link(&aside, &path);
        }
        std::fs::remove_file(&aside)?;
        if is_other {
            return Ok(Taken::Others);
        }
    }
    Ok(Taken::Others)
}

/// Identifies this run: its process number and, where that means something, the machine.
fn this_run() -> String {
    format!("{} {}", std::process::id(), machine())
}

/// The machine since it was started, and the container; empty if the system doesn't say.
fn machine() -> String {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap_or_default();
    format!("{} {}", read("hostname").trim(), read("random/boot_id").trim())
}

/// Whether a run has certainly ended.
#[cfg(unix)]
fn has_ended(owner: &str) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let (number, machine) = owner.split_once(' ').unwrap_or((owner, ""));
    let number = number.parse().ok().and_then(Pid::from_raw);
    let is_here = machine == self::machine() && !machine.trim().is_empty();
    is_here && number.is_some_and(|number| test_kill_process(number) == Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn has_ended(_: &str) -> bool {
    false
}

/// Releases a locked folder: removes its files, and the folder if nothing else is in it.
pub(super) fn free(hidden: &Path) {
    let _ = std::fs::remove_file(hidden.join(LOCK));
    let _ = std::fs::remove_file(hidden.join(OWNER));
    // Another run may have put its own lock there by now.
    let _ = std::fs::remove_dir(hidden);
}

/// Whether the opened file is still at this path.
#[cfg(unix)]
fn is_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(opened), Ok(there)) => (opened.dev(), opened.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_there(_: &File, path: &Path) -> bool {
    path.exists()
}

/// A folder that somebody else has put there, or a link to elsewhere, is not written to, and nothing in it is removed.
fn check_own(hidden: &Path) -> io::Result<()> {
    let Ok(found) = std::fs::symlink_metadata(hidden) else { return Ok(()) };
    let refuse = |what: &str| {
        let name = hidden.file_name().unwrap_or_default().to_string_lossy();
        Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{name} next to it is {what}: remove it first")))
    };
    if !found.is_dir() {
        return refuse("no folder");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return refuse("another user's");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_locks(_: &File) -> Result<(), TryLockError> {
        Err(TryLockError::Error(io::ErrorKind::Unsupported.into()))
    }

    /// On a disk without locks.
    fn taken(hidden: &Path) -> Taken {
        take_by(hidden, no_locks).expect("tries")
    }

    #[test]
    fn without_locks_the_first_run_has_the_place() {
        let home = tempfile::tempdir().expect("a folder");
        let hidden = home.path().join(".aslant-out");
        let first = taken(&hidden);
        assert!(matches!(first, Taken::Ours(_)), "{first:?}");
        let Taken::Unknown(owner) = taken(&hidden) else { panic!("a second run must not have it") };
        assert_eq!(owner, this_run());
        free(&hidden);
        assert!(!hidden.exists());
        assert!(matches!(taken(&hidden), Taken::Ours(_)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn without_locks_a_run_that_was_killed_loses_the_place_on_its_machine() {
        let home = tempfile::tempdir().expect("a folder");
        let mut process = std::process::Command::new("true").spawn().expect("starts");
        process.wait().expect("ends");
        std::fs::write(home.path().join(OWNER), format!("{} {}", process.id(), machine())).expect("writes");
        let took = taken(home.path());
        assert!(matches!(took, Taken::Ours(_)), "{took:?}");
        assert_eq!(std::fs::read_to_string(home.path().join(OWNER)).expect("reads"), this_run());
        // Nobody can tell for another machine, nor for a run that hasn't identified itself yet.
        for owner in [format!("{} elsewhere 0", process.id()), String::new()] {
            std::fs::write(home.path().join(OWNER), &owner).expect("writes");
            let took = taken(home.path());
            assert!(matches!(&took, Taken::Unknown(who) if *who == owner), "{took:?}");
        }
    }
}
