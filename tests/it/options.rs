//! Every option that a message of the library names is one that the program has.

use assert_cmd::Command;
use std::path::Path;

/// The options named in the string literals of a source file, tests left out.
fn options_named(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or(source);
    let literals = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in literals {
        for piece in line.split("--").skip(1) {
            let name: String = piece.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            if name.len() > 1 && name.starts_with(|c: char| c.is_ascii_lowercase()) {
                found.push(format!("--{}", name.trim_end_matches('-')));
            }
        }
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        // The command line itself, test files and the training of weights name other programs' options.
        if path.is_dir() && name != "cli" {
            sources(&path, found);
        } else if name.ends_with(".rs") && !["tests.rs", "train.rs", "args_doc.rs"].contains(&name.as_str()) {
            found.extend(options_named(&std::fs::read_to_string(&path).expect("a source file")));
        }
    }
}

#[test]
fn messages_name_options_that_exist() {
    let mut named = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut named);
    named.sort();
    named.dedup();
    assert!(named.contains(&"--text".to_owned()) && named.contains(&"--encoding".to_owned()), "{named:?}");
    let help =
        Command::cargo_bin("aslant").expect("the program").args(["compare", "--help"]).output().expect("its help");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    let missing: Vec<_> = named.iter().filter(|option| !help.contains(&format!("{option} "))).collect();
    // `--flag ` with a value, or at a line's end.
    let missing: Vec<_> = missing.into_iter().filter(|option| !help.contains(&format!("{option}\n"))).collect();
    assert!(missing.is_empty(), "not an option of `aslant compare`: {missing:?}");
}
