//! What the command says, and its exit codes, where no server is needed.

use std::path::Path;
use std::process::{Command, Output};

fn rehearse(file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alongside-rehearse"));
    command.arg(file).env("ALONGSIDE_SERVER", "/nowhere/alongside");
    command.output().expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_file_with_a_fault_ends_with_2_and_names_file_line_and_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bad.json");
    std::fs::write(&file, "{\n \"format\": 1,\n \"titel\": \"x\"\n}").expect("a file");
    let output = rehearse(&file);
    assert_eq!(output.status.code(), Some(2));
    let expected = format!("{}: line 3, /titel: unknown field `titel`", file.display());
    assert!(said(&output).starts_with(&expected), "{}", said(&output));
}

#[test]
fn a_file_that_is_not_there_ends_with_2() {
    assert_eq!(rehearse(Path::new("/nowhere/story.json")).status.code(), Some(2));
}

#[test]
fn without_the_server_the_play_breaks_off_with_1_and_says_what_to_do() {
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/offline-week.json");
    let output = rehearse(&story);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("build it, or name it in ALONGSIDE_SERVER"), "{}", said(&output));
}
