//! One run at a time: a locked file in the hidden folder. The system frees it when the process ends, however that is.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// The locked file.
pub(super) const LOCK: &str = "lock";

/// Takes the lock of a hidden folder, which is made where it is missing; `None` where another run has it.
///
/// Where the disk has no locks (some network disks), there is none, and the run goes on.
pub(super) fn take(hidden: &Path) -> io::Result<Option<File>> {
    let path = hidden.join(LOCK);
    // A run that ends takes the folder away: then it is made again.
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
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        if is_there(&file, &path) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Frees a folder that is locked: the file goes, and the folder where nothing else is in it.
pub(super) fn free(hidden: &Path) {
    let _ = std::fs::remove_file(hidden.join(LOCK));
    // Another run may have put its own lock there by now.
    let _ = std::fs::remove_dir(hidden);
}

/// Whether the file that was opened still stands there.
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
        Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{name} beside it is {what}: take it away first")))
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
