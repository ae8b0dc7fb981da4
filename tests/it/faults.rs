//! What goes wrong outside of the program: signals, kills, closed pipes, full devices, two runs at once. Tests that
//! take long or need privileges are in `tests/faults.py`.
#![cfg(unix)]

use crate::common::{Folder, article};
use rustix::process::{Pid, Signal, kill_process};
use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const COMPARE: &str = "compare articles.csv --cues cues.toml --out out";

fn small() -> Folder {
    Folder::with(&[
        article("a1", "Bugle", "The government closed the bridge."),
        article("a2", "Courier", "The regime closed the bridge."),
    ])
}

fn program(folder: &Folder, arguments: &str) -> Command {
    let mut command = Command::new(crate::program::path());
    command.current_dir(folder.path("")).args(arguments.split_whitespace());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A run that has claimed its place and waits for standard input, which doesn't end.
fn held(folder: &Folder, arguments: &str, place: &str) -> Child {
    let mut child = program(folder, arguments).env("TMPDIR", folder.path("tmp")).spawn().expect("starts");
    for _ in 0..1000 {
        if folder.path(&format!("{place}/lock")).exists() {
            std::thread::sleep(Duration::from_millis(50));
            return child;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().and_then(|()| child.wait()).expect("ends");
    panic!("{place} was not claimed");
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("is there");
}

/// Its exit code and its output.
fn ended(child: &mut Child) -> (Option<i32>, String) {
    // `wait` closes standard input, whose end must not come before the signal.
    let stdin = child.stdin.take();
    let code = child.wait().expect("ends").code();
    drop(stdin);
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
    (code, said)
}

#[test]
fn a_signal_ends_a_run_in_order() {
    let folder = small();
    assert_eq!(folder.run(COMPARE).code, 0);
    folder.write("scores.csv", "older");
    folder.write("tmp/x", "");
    let before = (folder.names(""), folder.bytes("out"), folder.names("tmp"));
    for (arguments, place) in [
        ("compare - --cues cues.toml --out out", ".aslant-out"),
        ("clean - --out scores.csv", ".aslant-scores.csv"),
        ("compare - --cues cues.toml --out new/out", "new/.aslant-out"),
    ] {
        for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
            let mut run = held(&folder, arguments, place);
            send(&run, signal);
            let want = "error: stopped\n  note: what was there before is unchanged\n".to_owned();
            assert_eq!(ended(&mut run), (Some(code), want), "{arguments}");
            assert_eq!((folder.names(""), folder.bytes("out"), folder.names("tmp")), before, "{arguments}");
        }
    }
}

#[test]
fn a_second_run_is_refused_and_the_next_one_clears_up_behind_a_kill() {
    let folder = small();
    assert_eq!(folder.run(COMPARE).code, 0);
    folder.write("tmp/x", "");
    let before = folder.bytes("out");
    let mut first = held(&folder, "compare - --cues cues.toml --out out", ".aslant-out");
    let second = folder.run(COMPARE);
    insta::assert_snapshot!(second.show(), @r"
    exit 5
    --- stderr
    error: another run is writing there
     --> out
      found:    a run of aslant that has not ended
      expected: one run at a time in a place
      help: wait for it to end, or choose another name
      note: nothing was written
    ");
    assert_eq!(folder.run(&COMPARE.replace("out out", "out elsewhere")).code, 0);
    send(&first, Signal::KILL);
    assert_eq!(ended(&mut first).0, None);
    assert_eq!(folder.bytes("out"), before);
    // The temporary copy of standard input disappeared with the process.
    assert_eq!(folder.names("tmp").expect("there"), ["x"]);
    assert!(folder.path(".aslant-out").exists());
    assert_eq!(folder.run(COMPARE).code, 0);
    assert!(!folder.path(".aslant-out").exists());
}

#[test]
fn a_folder_can_be_written_from_within() {
    let folder = small();
    let run = |arguments: &str| {
        let out = program(&folder, arguments).current_dir(folder.path("out")).output().expect("runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    folder.write("out/mine/notes.txt", "mine");
    let compare = "compare ../articles.csv --cues ../cues.toml --out .";
    run(compare);
    let first = folder.read("out/contrasts.csv");
    run(compare);
    assert_eq!(folder.read("out/contrasts.csv"), first);
    assert_eq!(folder.read("out/mine/notes.txt"), "mine");
    assert!(!folder.names("out").expect("there").iter().any(|name| name.starts_with(".aslant")));
    assert_eq!(folder.names("").expect("there"), ["articles.csv", "cues.toml", "out"]);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = small();
    for arguments in
        [COMPARE, "clean articles.csv", "voice articles.csv", "stories articles.csv --out -", "compare --help"]
    {
        let mut run = program(&folder, arguments).spawn().expect("starts");
        drop(run.stdout.take());
        drop(run.stdin.take());
        assert_eq!(ended(&mut run), (Some(0), String::new()), "{arguments}");
    }
}

#[test]
fn a_full_device_is_told_and_stays_a_device() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let folder = small();
    let full = folder.run("clean articles.csv --out /dev/full");
    insta::assert_snapshot!(full.show(), @r"
    exit 5
    --- stderr
    error: no room left
     --> /dev/full
      found:    No space left on device (os error 28)
    ");
    assert_eq!(folder.run("clean articles.csv --out /dev/null").code, 0);
    let is_device = |path: &str| std::fs::metadata(path).expect("there").file_type().is_char_device();
    assert!(is_device("/dev/full") && is_device("/dev/null"));
    let device = std::fs::File::options().write(true).open("/dev/full").expect("opens");
    let mut run = program(&folder, COMPARE).stdout(device).spawn().expect("starts");
    let (code, said) = ended(&mut run);
    assert_eq!(code, Some(5));
    assert!(said.starts_with("error: no room left\n --> standard output"), "{said}");
}

#[test]
fn a_result_needs_its_own_place() {
    let folder = small();
    folder.write("file", "");
    folder.write("folder/x", "");
    folder.write("label.csv", "outlet,label,text\nBugle,x,One.\nCourier,y,Two.\n");
    std::os::unix::fs::symlink("nowhere", folder.path("loose")).expect("links");
    let (loose, before) = ("--out names a link that leads nowhere", folder.names(""));
    for (arguments, said) in [
        ("compare articles.csv --cues cues.toml --out file", "--out names a file"),
        ("clean articles.csv --out folder", "--out names a folder"),
        ("clean articles.csv --out nowhere/x", "reading or writing failed"),
        ("tally articles.csv --cues cues.toml --out folder", "--out is taken"),
        ("compare articles.csv --cues cues.toml --out loose", loose),
        ("discover articles.csv --out loose", loose),
        ("tally articles.csv --cues cues.toml --out loose", loose),
        ("train label.csv --label label --out loose", loose),
        ("clean articles.csv --out loose", loose),
    ] {
        let ran = folder.run(arguments);
        assert!(ran.stderr.contains(said), "{ran:?}");
    }
    assert_eq!(folder.names(""), before);
}
