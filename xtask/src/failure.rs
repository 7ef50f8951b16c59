//! Why a command stopped, in one line a developer can act on.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// The reason that a command or a step stopped.
#[derive(Debug)]
pub enum Failure {
    /// An argument is not one that the command knows.
    UnknownArgument(String),
    /// No step has this title.
    NoSuchStep { title: String, titles: String },
    /// A step ran and no test was in it: a green that proves nothing.
    NothingRan { title: &'static str },
    /// A tool is missing and could not be installed here. `remedy` is the one line to run.
    ToolMissing { tool: &'static str, remedy: String },
    /// A program could not be started at all.
    NotStarted { program: String, cause: io::Error },
    /// A program ran and said no.
    Exited { program: String, status: String },
    /// A file of the repository could not be read or written.
    File { path: PathBuf, cause: io::Error },
    /// A program answered something that could not be read.
    Unreadable { what: &'static str, cause: String },
    /// Something that a command needs is not in the repository.
    NotInRepository { what: &'static str },
    /// Walls were breached; each was printed.
    Breaches(usize),
    /// Too few lines of something ran; how many was printed.
    NotCovered { what: String },
    /// Something that phones carry has grown over what it may be.
    TooLarge { what: &'static str, bytes: u64, bytes_max: u64 },
    /// Steps or tests failed; each was printed.
    TestsFailed(usize),
}

impl fmt::Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::UnknownArgument(argument) => write!(to, "unknown argument `{argument}`"),
            Failure::NoSuchStep { title, titles } => write!(to, "no step `{title}`; there are: {titles}"),
            Failure::NothingRan { title } => write!(to, "the step `{title}` ran no test"),
            Failure::ToolMissing { tool, remedy } => write!(to, "{tool} is missing; {remedy}"),
            Failure::NotStarted { program, cause } => write!(to, "`{program}` did not start: {cause}"),
            Failure::Exited { program, status } => write!(to, "`{program}` failed ({status})"),
            Failure::File { path, cause } => write!(to, "{}: {cause}", path.display()),
            Failure::Unreadable { what, cause } => write!(to, "cannot read {what}: {cause}"),
            Failure::NotInRepository { what } => write!(to, "{what} is not in the repository"),
            Failure::Breaches(count) => write!(to, "{count} breached"),
            Failure::NotCovered { what } => write!(to, "too few lines ran of {what}"),
            Failure::TooLarge { what, bytes, bytes_max } => {
                write!(to, "{what} has {bytes} bytes, at most {bytes_max}: see docs/measures.md for why")
            }
            Failure::TestsFailed(count) => write!(to, "{count} failed"),
        }
    }
}
