//! All articles' files in a folder and its subfolders.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::inputs::{Found, by_extension, not_read, parts, with_slashes};
use super::source::Held;
use super::warnings::Warning;
use crate::error::{Error, Result};

/// A walk through folders, one or several.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// What was found, sorted by name within each folder.
    pub found: Vec<Found>,
    /// The manifest, which isn't an article although it may be in the folder.
    manifest: Option<PathBuf>,
    /// Documents that can't be read: how many, the first one, and what to do about it.
    not_read: Option<(u64, String, &'static str)>,
}

impl Walk {
    pub fn new(manifest: Option<&Path>) -> Self {
        let manifest = manifest.and_then(|path| fs::canonicalize(path).ok());
        Walk { manifest, ..Walk::default() }
    }

    /// Adds the files in a folder and its subfolders.
    ///
    /// # Errors
    /// A folder that can't be read.
    pub fn add(&mut self, root: &Path) -> Result<()> {
        self.folder(root, root, &mut HashSet::new())
    }

    fn folder(&mut self, root: &Path, folder: &Path, walked: &mut HashSet<PathBuf>) -> Result<()> {
        // A link to a parent folder must not cause an endless loop.
        if !walked.insert(fs::canonicalize(folder).map_err(|e| Error::io(folder, e))?) {
            return Ok(());
        }
        let mut entries: Vec<_> =
            fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(|e| Error::io(folder, e))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let file = entry.file_name().to_string_lossy().into_owned();
            if file.starts_with('.') || file.to_lowercase().starts_with("readme") {
                continue;
            }
            // A broken link isn't an article.
            let Ok(data) = fs::metadata(&path) else { continue };
            if data.is_dir() {
                self.folder(root, &path, walked)?;
                continue;
            }
            let (name, (stem, extension)) = (path.display().to_string(), parts(&file));
            let Some(format) = by_extension(&extension) else {
                if let Some(help) = not_read(&extension).filter(|_| is_document(&extension)) {
                    self.not_read.get_or_insert((0, name, help)).0 += 1;
                }
                continue;
            };
            if self
                .manifest
                .as_ref()
                .is_some_and(|manifest| fs::canonicalize(&path).is_ok_and(|path| path == *manifest))
            {
                continue;
            }
            let relative = with_slashes(path.strip_prefix(root).unwrap_or(&path));
            let stem = match relative.rsplit_once('/') {
                Some((folders, _)) => format!("{folders}/{stem}"),
                None => stem,
            };
            let (held, bytes) = (Held::At(path), data.len());
            self.found.push(Found { name, stem, relative, folder: None, format: Some(format), bytes, held });
        }
        Ok(())
    }

    /// A warning about files that may hold articles and were left out.
    pub fn warning(&self) -> Option<Warning> {
        let (count, first, help) = self.not_read.clone()?;
        Some(Warning::NotRead { count, first, help })
    }
}

/// Whether a file that isn't read may hold articles; settings and lexicons next to the articles don't.
fn is_document(extension: &str) -> bool {
    !matches!(extension, "toml" | "yml" | "yaml" | "dic")
}
