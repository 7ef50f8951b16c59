//! Tools that belong to the system or to rustup, and apt for what is missing.

use crate::failure::Failure;
use crate::place::Place;
use crate::process::{output, show, works};
use std::process::Command;

/// Installs Debian packages as root; anyone else gets the one line to run.
pub fn install(tool: &'static str, packages: &[&str]) -> Result<(), Failure> {
    if !is_root() || !works("apt-get", &["--version"]) {
        let remedy = format!("install it, on Debian: apt-get install {}", packages.join(" "));
        return Err(Failure::ToolMissing { tool, remedy });
    }
    println!("tools: installing {}", packages.join(" "));
    show(apt().arg("update").arg("-qq"))?;
    show(apt().args(["install", "-qq", "--yes", "--no-install-recommends"]).args(packages))
}

/// rustfmt and clippy come with rustup's default profile; with a minimal one they are added.
pub fn ensure_lints(place: &Place) -> Result<(), Failure> {
    for (component, argument) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if output(&mut place.cargo(&[argument, "--version"])).is_err() {
            let remedy = format!("rustup component add {component}");
            show(Command::new("rustup").args(["component", "add", component]))
                .map_err(|_| Failure::ToolMissing { tool: "rustfmt or clippy", remedy })?;
        }
    }
    Ok(())
}

/// What SQLCipher and its vendored OpenSSL are built with.
pub fn ensure_native() -> Result<(), Failure> {
    let perl = works("perl", &["-MFindBin", "-MIPC::Cmd", "-e", "1"]);
    if perl && works("cc", &["--version"]) && works("make", &["--version"]) {
        return Ok(());
    }
    install("a C compiler, make or perl", &["gcc", "libc6-dev", "make", "perl"])
}

/// strace, for the trace of what a record writes.
pub fn ensure_trace() -> Result<(), Failure> {
    if works("strace", &["-V"]) { Ok(()) } else { install("strace", &["strace"]) }
}

/// A display in memory, and the parts of Java that open windows: for a picture of one without a screen.
pub fn ensure_display() -> Result<(), Failure> {
    let has_windows = output(Command::new("sh").args(["-c", "ls /usr/lib/jvm/*/lib/libawt_xawt.so"])).is_ok();
    if has_windows && works("which", &["Xvfb"]) {
        return Ok(());
    }
    install("a display in memory", &["xvfb", "libgl1", "openjdk-17-jre"])
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
