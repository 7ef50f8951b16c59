//! A JDK and Maven, for the Kotlin package.

use super::system::install;
use crate::failure::Failure;
use crate::process::{output, works};
use std::process::Command;

/// What the Kotlin modules are compiled for.
const JDK_MAJOR_MIN: u32 = 17;

/// Makes sure that both are there.
pub fn ensure() -> Result<(), Failure> {
    if jdk_works() && works("mvn", &["--version"]) {
        return Ok(());
    }
    install("a JDK of version 17 or later, or Maven", &["openjdk-17-jdk-headless", "maven"])
}

/// Asks the compiler: a machine may have Java's runtime alone.
fn jdk_works() -> bool {
    let version = output(Command::new("javac").arg("-version")).unwrap_or_default();
    let number = version.trim().strip_prefix("javac ").unwrap_or_default();
    number
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .is_some_and(|major: u32| major >= JDK_MAJOR_MIN)
}
