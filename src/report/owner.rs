//! Which command's results are in a folder. Commands write files with the same names, and the leftovers of one would be
//! mistaken for part of another's run.

use super::run;
use crate::claim::{Claim, check_folder};
use crate::error::{Error, Place, Result};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::path::Path;

/// A command that fills a folder and needs it for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// `aslant compare`
    Compare,
    /// `aslant discover`
    Discover,
    /// `aslant evaluate`
    Evaluate,
    /// `aslant train`, which takes care of its own place
    Train,
    /// `aslant tally`, which does the same
    Tally,
}

/// Files that only one command writes.
const MARKS: [(&str, Owner); 3] =
    [("model.json", Owner::Train), ("tally.json", Owner::Tally), (super::evaluation::JSON, Owner::Evaluate)];

impl Owner {
    fn command(self) -> &'static str {
        match self {
            Owner::Compare => "aslant compare",
            Owner::Discover => "aslant discover",
            Owner::Evaluate => "aslant evaluate",
            Owner::Train => "aslant train",
            Owner::Tally => "aslant tally",
        }
    }

    /// Checks whether this command can write there; call it before long work.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) if there is a file, a link to nowhere, or another command's results.
    pub fn check_place(self, out: &Path) -> Result<()> {
        check_folder(out)?;
        Claim::put_right(out);
        let Some((name, other)) = owners(out).find(|(_, owner)| *owner != self) else { return Ok(()) };
        Err(Error::usage("--out names a folder of another command")
            .at(Place::file(out))
            .found(format!("what `{}` has written there ({name})", other.command()))
            .expected(format!("a name that is free, or a folder with results of `{}` alone", self.command()))
            .help("choose another name: otherwise files of both would be mixed, which don't belong together"))
    }

    /// Checks whether a folder that is read can come from this command.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) if another command has written there.
    pub fn check_source(self, folder: &Path) -> Result<()> {
        let Some((name, other)) = owners(folder).find(|(_, owner)| *owner != self) else { return Ok(()) };
        Err(Error::usage("a folder of another command")
            .at(Place::file(folder))
            .found(format!("what `{}` has written there ({name})", other.command()))
            .expected(format!("a folder that `{}` has written", self.command()))
            .help(format!("make one with `{} … --out FOLDER`", self.command())))
    }

    /// Claims a folder for this command.
    ///
    /// # Errors
    /// As [`check_place`](Self::check_place) and [`Claim::folder`].
    pub fn claim(self, out: &Path) -> Result<Claim> {
        self.check_place(out)?;
        Claim::folder(out)
    }
}

/// Whose results are in a folder, each with the file that shows it.
fn owners(folder: &Path) -> impl Iterator<Item = (&'static str, Owner)> {
    let marked = MARKS.into_iter().filter(|(name, _)| folder.join(name).is_file());
    marked.chain(of_run(folder).map(|owner| (run::NAME, owner)))
}

/// The command that wrote `run.json`, which two commands do.
fn of_run(folder: &Path) -> Option<Owner> {
    #[derive(Deserialize)]
    struct Written {
        #[serde(rename = "aslant")]
        _version: String,
        contrasts: Option<IgnoredAny>,
    }
    let text = std::fs::read_to_string(folder.join(run::NAME)).ok()?;
    // A file that isn't ours is replaced like any file with that name.
    let written: Written = serde_json::from_str(&text).ok()?;
    Some(if written.contrasts.is_some() { Owner::Compare } else { Owner::Discover })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_belongs_to_the_command_that_filled_it() {
        let home = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).expect("writes");
        let may = |owner: Owner| owner.check_place(home.path()).is_ok();
        let all = [Owner::Compare, Owner::Discover, Owner::Evaluate];
        assert_eq!(all.map(may), [true; 3]);
        write("run.json", r#"{"of": "another program"}"#);
        assert_eq!(all.map(may), [true; 3]);
        write("run.json", r#"{"aslant": "0.1.0", "contrasts": []}"#);
        assert_eq!(all.map(may), [true, false, false]);
        write("run.json", r#"{"aslant": "0.1.0", "keywords": {}}"#);
        assert_eq!(all.map(may), [false, true, false]);
        write("run.json", "");
        write("evaluation.json", "{}");
        assert_eq!(all.map(may), [false, false, true]);
        write("model.json", "{}");
        assert_eq!(all.map(may), [false; 3]);
        assert!(!home.path().join(".aslant").exists());
    }

    #[test]
    fn another_commands_folder_is_no_source() {
        let home = tempfile::tempdir().expect("a folder");
        assert!(
            Owner::Compare.check_source(home.path()).is_ok() && Owner::Compare.check_source("none".as_ref()).is_ok()
        );
        let written = r#"{"aslant": "0.1.0", "keywords": {}}"#;
        std::fs::write(home.path().join("run.json"), written).expect("writes");
        let refused = Owner::Compare.check_source(home.path()).expect_err("refused").at(Place::file("keywords"));
        insta::assert_snapshot!(refused, @r"
        a folder of another command
         --> keywords
          found:    what `aslant discover` has written there (run.json)
          expected: a folder that `aslant compare` has written
          help: make one with `aslant compare … --out FOLDER`
        ");
    }

    #[test]
    fn another_commands_folder_is_told() {
        let home = tempfile::tempdir().expect("a folder");
        std::fs::write(home.path().join("tally.json"), "{}").expect("writes");
        let refused = Owner::Compare.claim(home.path()).expect_err("refused").at(Place::file("out"));
        insta::assert_snapshot!(refused, @r"
        --out names a folder of another command
         --> out
          found:    what `aslant tally` has written there (tally.json)
          expected: a name that is free, or a folder with results of `aslant compare` alone
          help: choose another name: otherwise files of both would be mixed, which don't belong together
        ");
    }
}
