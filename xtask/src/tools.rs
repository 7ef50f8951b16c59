//! The tools that tests need: found, or installed when that is possible here, or asked for in one line.
//!
//! Python packages and npm packages go beneath the target folder and tests/browser, never into the system.

mod browser;
mod jvm;
mod python;
mod system;

use crate::failure::Failure;
use crate::place::Place;

pub use browser::node;
pub use python::python;
pub use system::ensure_display;

/// A tool that a step needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// rustfmt and clippy.
    Lints,
    /// A C compiler, make and perl, for SQLCipher and its OpenSSL.
    Native,
    /// Python 3 with the packages of tests/requirements.txt.
    Python,
    /// Node, the packages of tests/browser and Chromium.
    Browser,
    /// A JDK and Maven.
    Jvm,
    /// strace, which shows what a program asks of the system.
    Trace,
}

impl Tool {
    /// Every tool, in the order in which they are prepared.
    pub const ALL: &[Tool] =
        &[Tool::Lints, Tool::Native, Tool::Python, Tool::Browser, Tool::Jvm, Tool::Trace];

    /// What it is called in the progress lines.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Lints => "rustfmt and clippy",
            Tool::Native => "C compiler, make and perl",
            Tool::Python => "Python",
            Tool::Browser => "Node and Chromium",
            Tool::Jvm => "JDK and Maven",
            Tool::Trace => "strace",
        }
    }

    /// Makes sure that it is there.
    pub fn ensure(self, place: &Place) -> Result<(), Failure> {
        match self {
            Tool::Lints => system::ensure_lints(place),
            Tool::Native => system::ensure_native(),
            Tool::Python => python::ensure(place),
            Tool::Browser => browser::ensure(place),
            Tool::Jvm => jvm::ensure(),
            Tool::Trace => system::ensure_trace(),
        }
    }
}
