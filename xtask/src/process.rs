//! Running other programs: silently for their answer, or in view with their test results counted.

use crate::failure::Failure;
use crate::tally::Tally;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitStatus, Stdio};

/// Runs in view. An exit status other than 0 is a failure.
pub fn show(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|cause| not_started(command, cause))?;
    succeeded(command, status)
}

/// Runs silently and gives standard output.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let done = command.stderr(Stdio::inherit()).output().map_err(|cause| not_started(command, cause))?;
    succeeded(command, done.status)?;
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Whether the program can be started and exits with 0. Shows nothing.
pub fn works(program: &str, arguments: &[&str]) -> bool {
    let quiet = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

/// Runs in view and counts the test results that it prints on standard output. A run that fails without naming
/// a failed test (it did not compile, say) counts as one failure.
pub fn count(command: &mut Command) -> Result<Tally, Failure> {
    command.stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|cause| not_started(command, cause))?;
    let printed = child.stdout.take().expect("standard output was piped");
    let mut tally = Tally::default();
    for line in BufReader::new(printed).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        // A closed terminal must not stop the count.
        let _ = writeln!(std::io::stdout(), "{line}");
        tally.read_line(&line);
    }
    let status = child.wait().map_err(|cause| not_started(command, cause))?;
    if !status.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    Err(Failure::Exited { program: name(command), status: status.to_string() })
}

fn not_started(command: &Command, cause: std::io::Error) -> Failure {
    Failure::NotStarted { program: name(command), cause }
}

/// The program and its first words, short enough for one line.
fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args().take(4));
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
