use super::replace::Change;
use super::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A folder with these files.
fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), files);
    folder
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("makes");
        std::fs::write(path, text).expect("writes");
    }
}

/// Every file below a folder with its text.
fn read(folder: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("reads") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).expect("inside").display().to_string();
                found.insert(name, std::fs::read_to_string(&path).expect("reads"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn of(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// Replaces `out` in a folder.
fn replace(home: &Path, files: &[(&str, &str)], ours: &[&str]) {
    let claim = Claim::folder(&home.join("out")).expect("claims");
    write(claim.path(), files);
    claim.finish_folder(ours, "last").expect("replaces");
}

const OLD: [(&str, &str); 3] = [("out/a", "old a"), ("out/last", "old"), ("out/gone", "old gone")];
const NEW: [(&str, &str); 3] = [("a", "new a"), ("b", "new b"), ("last", "new")];

#[test]
fn a_folder_takes_the_place_of_the_old_one_and_leaves_what_is_others() {
    let home = with(&OLD);
    write(home.path(), &[("out/notes.txt", "mine")]);
    replace(home.path(), &NEW, &["gone"]);
    let want = [("out/a", "new a"), ("out/b", "new b"), ("out/last", "new"), ("out/notes.txt", "mine")];
    assert_eq!(read(home.path()), of(&want));
}

#[test]
fn a_folder_with_folders_of_others_is_replaced_file_by_file() {
    let home = with(&OLD);
    write(home.path(), &[("out/mine/notes.txt", "mine")]);
    replace(home.path(), &NEW, &["gone"]);
    let want = [("out/a", "new a"), ("out/b", "new b"), ("out/last", "new"), ("out/mine/notes.txt", "mine")];
    assert_eq!(read(home.path()), of(&want));
}

#[test]
fn folders_that_are_missing_are_made_and_go_again() {
    let home = with(&[]);
    let out = home.path().join("x/y/out");
    drop(Claim::folder(&out).expect("claims"));
    assert!(!home.path().join("x").exists());
    let claim = Claim::folder(&out).expect("claims");
    write(claim.path(), &NEW);
    claim.finish_folder(&[], "last").expect("replaces");
    assert_eq!(read(&out), of(&NEW));
}

#[test]
fn a_place_is_claimed_once() {
    let home = with(&OLD);
    let out = home.path().join("out");
    let claim = Claim::folder(&out).expect("claims");
    insta::assert_snapshot!(Claim::folder(&out).expect_err("claimed").at(Place::file("out")), @r"
    another run is writing there
     --> out
      found:    a run of aslant that has not ended
      expected: one run at a time in a place
      help: wait for it to end, or choose another name
      note: nothing was written
    ");
    drop(claim);
    assert_eq!(read(home.path()), of(&OLD));
    drop(Claim::folder(&out).expect("claims again"));
}

#[test]
fn what_a_killed_run_leaves_goes() {
    let home = with(&OLD);
    write(home.path(), &[(".aslant-out/new-1/a", "half"), (".aslant-out/new-2", "half"), (".aslant-out/lock", "")]);
    drop(Claim::folder(&home.path().join("out")).expect("claims"));
    assert_eq!(read(home.path()), of(&OLD));
    assert!(!home.path().join(".aslant-out").exists());
}

#[test]
fn what_a_killed_run_has_half_replaced_comes_back() {
    let home = with(&[("out/a", "new a"), ("out/b", "new b"), ("out/gone", "old gone"), ("out/notes.txt", "mine")]);
    let half = [
        (".aslant-out/lock", ""),
        (".aslant-out/added/b", ""),
        (".aslant-out/old/a", "old a"),
        (".aslant-out/old/last", "old"),
        (".aslant-out/new/last", "new"),
    ];
    write(home.path(), &half);
    drop(Claim::folder(&home.path().join("out")).expect("claims"));
    let want = [&OLD[..], &[("out/notes.txt", "mine")]].concat();
    assert_eq!(read(home.path()), of(&want));
}

#[test]
fn a_replacement_that_fails_is_undone() {
    let home = with(&OLD);
    write(home.path(), &[("out/mine/notes.txt", "mine")]);
    let before = read(home.path());
    let claim = Claim::folder(&home.path().join("out")).expect("claims");
    write(claim.path(), &NEW);
    // Somebody has put something into the hidden folder.
    write(&claim.hidden, &[("old/x", "")]);
    assert_eq!(claim.finish_folder(&[], "last").expect_err("fails").kind(), Kind::Io);
    std::fs::remove_dir_all(home.path().join(".aslant-out")).expect("removes");
    assert_eq!(read(home.path()), before);
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_never_removed_through() {
    let home = with(&[("real/a", "old"), ("other/new/precious", "precious")]);
    let link =
        |to: &str, at: &str| std::os::unix::fs::symlink(home.path().join(to), home.path().join(at)).expect("links");
    link("real", "out");
    link("nowhere", "loose");
    for claimed in [Claim::folder(&home.path().join("loose")), Claim::file(&home.path().join("loose"))] {
        let error = claimed.expect_err("refused");
        assert_eq!((error.kind(), error.title()), (Kind::Usage, "--out names a link that leads nowhere"));
    }
    replace(home.path(), &NEW, &[]);
    assert!(home.path().join("out").is_symlink());
    assert_eq!(read(&home.path().join("real")), of(&NEW));
    // Somebody else's link in the place of the hidden folder.
    link("other", ".aslant-else");
    let refused = Claim::folder(&home.path().join("else")).expect_err("refused");
    assert!(refused.to_string().contains(".aslant-else next to it is no folder"), "{refused}");
    assert!(home.path().join("other/new/precious").exists());
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_rights() {
    use std::os::unix::fs::PermissionsExt;
    let home = with(&[("scores.csv", "old")]);
    let path = home.path().join("scores.csv");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("sets");
    let claim = Claim::file(&path).expect("claims");
    std::fs::write(claim.path(), "new").expect("writes");
    claim.finish().expect("replaces");
    assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    assert_eq!(read(home.path()), of(&[("scores.csv", "new")]));
}

#[test]
fn errors_are_told_of_the_place() {
    let home = with(&[]);
    let claim = Claim::folder(&home.path().join("out")).expect("claims");
    let full = |path: &Path| Err::<(), _>(Error::io(path.join("a.csv"), io::ErrorKind::StorageFull.into()));
    let error = claim.fill(full).expect_err("full");
    let file = error.place().file.clone().expect("a file");
    assert_eq!(file, home.path().join("out/a.csv").display().to_string());
    insta::assert_snapshot!(error.at(Place::file("out/a.csv")), @r"
    no room left
     --> out/a.csv
      found:    no storage space
      help: make room on that disk, or write elsewhere
      note: what was there before is unchanged
    ");
}

#[test]
fn what_was_half_replaced_is_put_right_before_it_is_looked_at() {
    for is_gone in [false, true] {
        // `last` has been put aside and `new` has been added when the run is killed.
        let home = with(&[("out/new", "new"), (".aslant-out/added/new", ""), (".aslant-out/old/last", "old")]);
        let out = home.path().join("out");
        if is_gone {
            std::fs::remove_dir_all(&out).expect("removes");
        }
        Claim::put_right(&out);
        // If nothing was left behind, nothing is created.
        Claim::put_right(&home.path().join("other"));
        assert_eq!(read(home.path()), of(&[("out/last", "old")]));
        assert!(!home.path().join(".aslant-out").exists());
    }
}

/// Replaces `out` with [`NEW`], calling `before` before every change on disk.
fn replace_with(home: &Path, before: &dyn Fn(Change) -> io::Result<()>) -> std::result::Result<(), Failed> {
    let [hidden, fresh, place] = [".aslant-out", ".aslant-out/new-1", "out"].map(|name| home.join(name));
    write(&fresh, &NEW);
    Replacing { hidden: &hidden, fresh: &fresh, place: &place, before }.run(&["gone"], "last")
}

/// Replaces the folder while somebody saves `notes.txt` there; the changes in `failing` fail.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn saved_but(home: &Path, failing: &[Change]) -> Failed {
    replace_with(home, &|next| {
        if next == Change::Exchange {
            write(&home.join("out"), &[("notes.txt", "mine")]);
        }
        if failing.contains(&next) { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    })
    .expect_err("fails")
}

/// Saves a file as editors do: as another file with the same name.
fn save(path: &Path, text: &str) {
    let beside = path.with_extension("saving");
    std::fs::write(&beside, text).expect("writes");
    std::fs::rename(beside, path).expect("renames");
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[test]
fn what_others_save_while_a_folder_takes_its_place_is_not_lost() {
    let home = with(&OLD);
    let out = home.path().join("out");
    write(&out, &[("a.txt", "1"), ("same.txt", "1"), ("written.txt", "1"), ("z.txt", "1")]);
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_500_000_000);
    let z = std::fs::File::options().write(true).open(out.join("z.txt")).expect("opens");
    z.set_modified(long_ago).expect("sets");
    replace_with(home.path(), &|next| {
        match next {
            Change::Exchange => {
                save(&out.join("a.txt"), "2");
                save(&out.join("z.txt"), "2");
                write(&out, &[("fresh.txt", "2"), ("written.txt", "2"), ("folder/x", "2")]);
            }
            // Saved once more, after the exchange: the newest stays.
            Change::BringAlong if !out.join("fresh.txt").exists() => save(&out.join("z.txt"), "3"),
            _ => {}
        }
        Ok(())
    })
    .expect("replaces");
    replace::clear(&home.path().join(".aslant-out"), &out).expect("clears");
    let ours = NEW.map(|(name, text)| (format!("out/{name}"), text.to_owned()));
    let theirs = [
        ("a.txt", "2"),
        ("folder/x", "2"),
        ("fresh.txt", "2"),
        ("same.txt", "1"),
        ("written.txt", "2"),
        ("z.txt", "3"),
    ]
    .map(|(name, text)| (format!("out/{name}"), text.to_owned()));
    assert_eq!(read(home.path()), ours.into_iter().chain(theirs).collect());
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[test]
fn what_can_not_come_along_is_kept_and_told() {
    let home = with(&OLD);
    let out = home.path().join("out");
    let failed = saved_but(home.path(), &[Change::BringAlong]);
    let Stands::New(left) = &failed.stands else { panic!("{failed:?}") };
    let left = left.clone();
    assert_eq!(read(&out), of(&NEW));
    let claim = Claim::folder(&out).expect("claims");
    let told = claim.not_replaced(Failed { stands: Stands::New("out/left".into()), ..failed }).at(Place::file("out"));
    insta::assert_snapshot!(told, @r"
    reading or writing failed
     --> out
      found:    permission denied
      help: check the permissions of the folder that it is in
      note: the new files are in place; files of yours that were saved at that moment are in out/left
    ");
    drop(claim);
    // No run removes it.
    assert_eq!(read(&left).get("notes.txt").map(String::as_str), Some("mine"));
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[test]
fn what_can_not_even_be_put_by_stands_where_it_is() {
    let home = with(&OLD);
    let out = home.path().join("out");
    let failed = saved_but(home.path(), &[Change::BringAlong, Change::PutLeft]);
    let Stands::New(left) = &failed.stands else { panic!("{failed:?}") };
    assert_eq!(read(&out), of(&NEW));
    assert_eq!(read(left).get("notes.txt").map(String::as_str), Some("mine"));
}

/// The number of changes that a replacement file by file makes.
const CHANGES: usize = 9;

#[test]
fn a_replacement_that_fails_anywhere_is_undone() {
    for fails_at in 0..CHANGES {
        let home = with(&OLD);
        write(home.path(), &[("out/mine/notes.txt", "mine")]);
        let before = read(&home.path().join("out"));
        let at = Cell::new(0);
        let failed = replace_with(home.path(), &|_| match at.replace(at.get() + 1) {
            n if n == fails_at => Err(io::ErrorKind::PermissionDenied.into()),
            _ => Ok(()),
        });
        assert_eq!(failed.expect_err("fails").stands, Stands::Old, "{fails_at}");
        assert_eq!(read(&home.path().join("out")), before, "{fails_at}");
    }
}

#[test]
fn where_undoing_fails_too_it_is_told_and_the_next_claim_does_it() {
    for fails_at in 1..CHANGES {
        let home = with(&OLD);
        write(home.path(), &[("out/mine/notes.txt", "mine")]);
        let out = home.path().join("out");
        let before = read(&out);
        let at = Cell::new(0);
        let failed = replace_with(home.path(), &|next| match at.replace(at.get() + 1) {
            n if n >= fails_at || next == Change::Undo => Err(io::ErrorKind::PermissionDenied.into()),
            _ => Ok(()),
        })
        .expect_err("fails");
        let old = home.path().join(".aslant-out/old");
        assert_eq!(failed.stands, Stands::Half(old), "{fails_at}");
        if fails_at == 1 {
            let claim = Claim::folder(&home.path().join("other")).expect("claims");
            let told = claim.not_replaced(Failed { stands: Stands::Half(".aslant-out/old".into()), ..failed });
            insta::assert_snapshot!(told.at(Place::file("out")), @r"
            reading or writing failed
             --> out
              found:    permission denied
              help: check the permissions of the folder that it is in
              note: some files there are new, some old ones are in .aslant-out/old: the next run into this place brings them back
            ");
        }
        drop(Claim::folder(&out).expect("claims"));
        assert_eq!(read(&out), before, "{fails_at}");
        assert!(!home.path().join(".aslant-out").exists());
    }
}

#[test]
fn a_kill_at_any_change_leaves_the_old_folder_to_the_next_claim() {
    // With a folder of others it goes file by file, otherwise in one step.
    for (others, changes) in [("out/mine/notes.txt", CHANGES), ("out/notes.txt", 1)] {
        for killed_at in 0..changes {
            let home = with(&OLD);
            write(home.path(), &[(others, "mine")]);
            let out = home.path().join("out");
            let before = read(&out);
            let at = Cell::new(0);
            let kill = |_| match at.replace(at.get() + 1) {
                n if n == killed_at => resume_unwind(Box::new("killed")),
                _ => Ok(()),
            };
            let killed = catch_unwind(AssertUnwindSafe(|| replace_with(home.path(), &kill)));
            assert!(killed.is_err(), "{others} has {killed_at} changes");
            drop(Claim::folder(&out).expect("claims"));
            assert_eq!(read(home.path()), before.iter().map(|(k, v)| (format!("out/{k}"), v.clone())).collect());
        }
    }
}
