//! Where results may not go: among the articles, where the next run would read them as articles, and over anything that is
//! read. Every command that writes asks this before it begins.

use aslant::error::{Error, Place, Result};
use aslant::model::artifact::{self, versions};
use aslant::report::folder;
use std::path::{Path, PathBuf};

/// What a command reads.
pub struct Reads<'a> {
    articles: &'a [PathBuf],
    /// Files, and folders of which nothing may be replaced: what they are called, and where they are.
    others: Vec<(&'static str, PathBuf)>,
    /// Folders that may have results in them, and not in their place.
    folders: Vec<(&'static str, &'a Path)>,
}

impl<'a> Reads<'a> {
    /// Articles, or folders of tallies.
    pub fn articles(articles: &'a [PathBuf]) -> Self {
        Reads { articles, others: Vec::new(), folders: Vec::new() }
    }

    /// These files, too.
    pub fn and(mut self, what: &'static str, files: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        self.others.extend(files.into_iter().map(|file| (what, file.clone())));
        self
    }

    /// A model's folder, too.
    pub fn and_model(self, folder: Option<&'a PathBuf>) -> Self {
        let names = artifact::FILES.into_iter().chain([versions::HISTORY]);
        self.and_folder("the model", folder, names.map(str::to_owned))
    }

    /// A comparison's folder, too.
    pub fn and_comparison(self, folder: Option<&'a PathBuf>) -> Self {
        self.and_folder("the comparison", folder, folder::made_of())
    }

    fn and_folder(
        mut self,
        what: &'static str,
        folder: Option<&'a PathBuf>,
        names: impl IntoIterator<Item = String>,
    ) -> Self {
        let Some(folder) = folder else { return self };
        self.folders.push((what, folder));
        self.others.extend(names.into_iter().map(|name| (what, folder.join(name))));
        self
    }

    /// Refuses a place for results that would harm what is read.
    pub fn check(&self, out: &Path) -> Result<()> {
        let absolute = std::path::absolute(out).ok().filter(|_| out != Path::new("-"));
        let Some(place) = absolute.and_then(|out| out.ancestors().find_map(|a| a.canonicalize().ok())) else {
            return Ok(());
        };
        // Where nothing is there yet the place is that of the folder above.
        let is = |read: &Path| out.exists() && read.canonicalize().is_ok_and(|read| place == read);
        let is_in = |read: &Path| read.is_dir() && read.canonicalize().is_ok_and(|read| place.starts_with(read));
        if let Some(input) = self.articles.iter().find(|input| is_in(input)) {
            let apart = format!("a place outside of {}", input.display());
            return Err(Error::usage("results among the articles")
                .at(Place::file(out))
                .expected(format!("{apart}: the next run would read the results as articles"))
                .help("choose another name"));
        }
        let articles = self.articles.iter().map(|input| ("the articles", input.as_path()));
        let others = self.others.iter().map(|(what, path)| (*what, path.as_path()));
        let over = articles.chain(others.filter(|(_, path)| !is_in(path))).chain(self.folders.iter().copied());
        let over = over.filter(|(_, path)| is(path)).map(|(what, _)| what);
        let within = self.others.iter().filter(|(_, path)| is_in(path)).map(|(what, _)| *what);
        match over.chain(within).next() {
            None => Ok(()),
            Some(what) => Err(Error::usage(format!("results over {what}"))
                .at(Place::file(out))
                .expected(format!("a place outside the input: {what} would be lost"))
                .help("choose another name")),
        }
    }
}
