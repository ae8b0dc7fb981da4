//! Runs the program in a folder.

use assert_cmd::Command;
use std::path::Path;

/// The exit code, standard output and standard error.
pub fn aslant(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::cargo_bin("aslant").unwrap().current_dir(folder).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (out.status.code().unwrap(), text(&out.stdout), text(&out.stderr))
}

/// Standard output of a run that must do well.
pub fn ok(folder: &Path, args: &[&str]) -> String {
    let (code, out, err) = aslant(folder, args);
    assert_eq!(code, 0, "{args:?}\n{out}\n{err}");
    out
}
