//! A module imports only modules that come before it in the list in `src/lib.rs`.

use crate::common::repository;
use std::path::{Path, PathBuf};

/// The modules of the list, in its order.
fn listed() -> Vec<String> {
    let library = std::fs::read_to_string(repository("src/lib.rs")).unwrap();
    let rows = library.lines().filter_map(|line| line.strip_prefix("//! | "));
    let names = rows.filter_map(|row| row.trim_start_matches('[').strip_prefix('`')?.split('`').next());
    names.map(str::to_owned).collect()
}

/// The sources of a module.
fn sources(module: &str) -> Vec<PathBuf> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => below(&path, found),
                false if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
                false => {}
            }
        }
    }
    let mut found = vec![];
    let file = repository(&format!("src/{module}.rs"));
    found.extend(file.exists().then_some(file));
    below(&repository(&format!("src/{module}")), &mut found);
    found
}

/// The modules that a source names in its code, tests at its foot left out.
fn imported(source: &str) -> Vec<&str> {
    let code = source.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let parts = lines.flat_map(|line| line.split("crate::").skip(1));
    parts.filter_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()).collect()
}

#[test]
fn modules_import_only_what_comes_before_them() {
    let modules = listed();
    let mut wrong = vec![];
    for (place, module) in modules.iter().enumerate() {
        let sources = sources(module);
        assert!(!sources.is_empty(), "{module} has no sources");
        for path in sources {
            let source = std::fs::read_to_string(&path).unwrap();
            for name in imported(&source) {
                if modules.iter().position(|m| m == name).is_some_and(|at| at > place) {
                    wrong.push(format!("{}: {name} comes after {module}", path.display()));
                }
            }
        }
    }
    assert!(modules.len() > 15, "{modules:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn imports_are_found() {
    let source =
        "//! See crate::report.\nuse crate::text::Voice;\n\nfn f() -> crate::error::Result<()> {\n    Ok(())\n}\n";
    let tests = "\n#[cfg(test)]\nmod tests {\n    use crate::tally::Tally;\n}\n";
    assert_eq!(imported(&format!("{source}{tests}")), ["text", "error"]);
}
