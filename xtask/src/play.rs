//! `cargo xtask demo` and `rehearse`: builds the server and the scenario player, then lets the player play.
//!
//! What is played, and what must hold afterwards, is the player's business (tests/rehearse), not this file's.

use crate::failure::Failure;
use crate::place::Place;
use crate::process::show;
use crate::tally::Tally;
use std::path::PathBuf;
use std::process::Command;

/// A cargo profile: its name, and the folder beneath target that it builds into.
#[derive(Clone, Copy)]
pub struct Profile {
    /// As cargo knows it.
    pub name: &'static str,
    /// Beneath target.
    pub folder: &'static str,
}

/// What tests are run with.
pub const DEV: Profile = Profile { name: "dev", folder: "debug" };
/// Optimised, without the cost of LTO.
pub const DEMO: Profile = Profile { name: "demo", folder: "demo" };

/// What is shipped.
pub const RELEASE: Profile = Profile { name: "release", folder: "release" };

/// The programs that were built.
pub struct Programs {
    server: PathBuf,
    player: PathBuf,
}

impl Programs {
    /// Tells a program where the others are.
    pub fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("ALONGSIDE_SERVER", &self.server).env("ALONGSIDE_REHEARSE", &self.player)
    }

    fn play(&self, place: &Place) -> Command {
        let mut command = Command::new(&self.player);
        command.current_dir(&place.root);
        self.environment(&mut command);
        command
    }
}

/// Builds the server and the player.
pub fn build(place: &Place, profile: Profile) -> Result<Programs, Failure> {
    let packages = ["--package", "alongside-server", "--package", "alongside-rehearse"];
    show(place.cargo(&["build", "--bins", "--profile", profile.name]).args(packages))?;
    let folder = place.target.join(profile.folder);
    let program = |name: &str| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    Ok(Programs { server: program("alongside"), player: program("alongside-rehearse") })
}

/// `cargo xtask demo [--once]`.
pub fn demo(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    eprintln!("building the demo; the first build takes some minutes");
    let programs = build(place, DEMO)?;
    show(programs.play(place).arg("demo").args(arguments))
}

/// `cargo xtask rehearse [arguments]`.
pub fn rehearse(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    let programs = build(place, DEV)?;
    // Names that the developer typed are relative to where she stands.
    let mut command = programs.play(place);
    if let Ok(here) = std::env::current_dir() {
        command.current_dir(here);
    }
    show(command.args(arguments))
}

/// Plays every scenario file of the repository.
pub fn scenarios(place: &Place) -> Result<Tally, Failure> {
    play_each(place, &[])
}

/// Plays every scenario with each of its expectations changed in turn.
pub fn mutate_scenarios(place: &Place) -> Result<Tally, Failure> {
    play_each(place, &["--mutate"])
}

/// Each file is one test. All are played, also after one that failed.
fn play_each(place: &Place, options: &[&str]) -> Result<Tally, Failure> {
    let programs = build(place, DEV)?;
    let mut tally = Tally::default();
    for file in place.files("tests/scenarios")? {
        let name = file.to_string_lossy();
        if !name.ends_with(".json") || name.ends_with(".schema.json") {
            continue;
        }
        println!("playing {}", file.display());
        match show(programs.play(place).args(options).arg(&file)) {
            Ok(()) => tally.passed += 1,
            Err(failure) => {
                println!("{}: {failure}", file.display());
                tally.failed += 1;
            }
        }
    }
    Ok(tally)
}
