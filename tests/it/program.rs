//! Runs the program in a folder.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// The path of the program: the one built with these tests, or the one named in `QUICKER`, relative to the root of the
/// sources.
pub fn path() -> OsString {
    let quicker = std::env::var_os("QUICKER").map(|program| Path::new(env!("CARGO_MANIFEST_DIR")).join(program).into());
    quicker.unwrap_or_else(|| env!("CARGO_BIN_EXE_aslant").into())
}

/// The exit code, standard output and standard error.
pub fn aslant(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::new(path()).current_dir(folder).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (out.status.code().unwrap(), text(&out.stdout), text(&out.stderr))
}

/// Standard output of a run that must succeed.
pub fn ok(folder: &Path, args: &[&str]) -> String {
    let (code, out, err) = aslant(folder, args);
    assert_eq!(code, 0, "{args:?}\n{out}\n{err}");
    out
}

/// Articles of eight outlets, of which half like the bridge and half don't: `n` each, from number `from` on.
pub fn bridge_articles(from: usize, n: usize) -> String {
    let mut csv = String::from("id,outlet,date,text,label\n");
    let (likes, dislikes) = (["graceful", "welcome", "useful", "bright"], ["ugly", "costly", "needless", "gloomy"]);
    for outlet in 0..8 {
        for i in from..from + n {
            let (label, words) = if outlet % 2 == 0 { ("for", likes) } else { ("against", dislikes) };
            let (a, b) = (words[i % 4], words[(i + outlet + 1) % 4]);
            let _ = writeln!(
                csv,
                "a{outlet}-{i:02},Paper {outlet},2020-0{}-10,The {a} bridge over the river was called {b} once more. \
                 Nobody in the town had asked for it.,{label}",
                1 + i % 5
            );
        }
    }
    csv
}
