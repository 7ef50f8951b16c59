//! `cargo xtask plant`: shows that the simulator finds known-bad changes. Each patch of tests/plant is applied to a
//! copy of the tree, and the simulator built from it must find a broken promise. A patch may name the faults that it
//! takes to be seen, in a line `Played with: --with CLASS`; without it they are as seeds choose.
//!
//! The copy stands beneath the target folder and has a target folder of its own, so that between patches only the
//! crates are built that a patch changes.

use crate::failure::Failure;
use crate::place::Place;
use crate::play::DEMO;
use crate::process::show;
use crate::tally::Tally;
use crate::volatile::copy_tree;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

const PATCHES: &str = "tests/plant";
/// How many seeds the simulator has to find a change.
const SEEDS_MAX: &str = "400";
/// What a patch has before the arguments of the simulator.
const PLAYED_WITH: &str = "Played with: ";
/// What the simulator prints when it has found one.
const FOUND: &str = "broke a promise";

/// What came of a planted change.
enum Outcome {
    /// The seed, and the promise that it broke.
    Found(String),
    /// No seed broke a promise that it keeps without the change.
    Missed,
    /// The tree has moved on.
    DoesNotBuild,
}

/// `cargo xtask plant [--only NAME | --from NAME]`: all, one, or those from one on in the order of their names.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    let is_played: Box<dyn Fn(&str) -> bool> = match arguments {
        [] => Box::new(|_| true),
        [flag, only] if flag == "--only" => Box::new(move |name| name == only),
        [flag, first] if flag == "--from" => Box::new(move |name| name >= first.as_str()),
        [.., last] => return Err(Failure::UnknownArgument(last.clone())),
    };
    let folder = place.target.join("plant");
    let scratch =
        Scratch { tree: folder.join("tree"), built: folder.join("built"), sound: folder.join("sound") };
    scratch.build_sound(place)?;
    let (mut found, mut missed) = (0, Vec::new());
    for patch in patches(place)? {
        let name = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !is_played(&name) {
            continue;
        }
        match scratch.find(place, &patch)? {
            Outcome::Found(line) => {
                found += 1;
                println!("{name}: found: {line}");
                continue;
            }
            Outcome::Missed => println!("{name}: NOT FOUND in {SEEDS_MAX} seeds"),
            Outcome::DoesNotBuild => println!("{name}: DOES NOT BUILD"),
        }
        missed.push(name);
    }
    println!("{}", serde_json::json!({ "command": "plant", "found": found, "not_found": missed }));
    match (found, missed.len()) {
        (0, 0) => Err(Failure::NothingRan { title: "plant" }),
        (_, 0) => Ok(()),
        (_, count) => Err(Failure::TestsFailed(count)),
    }
}

/// A step of `cargo xtask test`: every planted change still applies to the tree.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    let patches = patches(place)?;
    for patch in &patches {
        let mut check = Command::new("git");
        show(check.current_dir(&place.root).args(["apply", "--check", "-C1"]).arg(patch))?;
    }
    Ok(Tally { passed: patches.len(), failed: 0 })
}

fn patches(place: &Place) -> Result<Vec<PathBuf>, Failure> {
    let mut files = place.files(PATCHES)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "patch"));
    Ok(files)
}

/// Where planted changes are built.
struct Scratch {
    tree: PathBuf,
    built: PathBuf,
    /// The simulator of the tree without any patch.
    sound: PathBuf,
}

impl Scratch {
    /// What the simulator says of a tree with this patch.
    fn find(&self, place: &Place, patch: &Path) -> Result<Outcome, Failure> {
        copy_tree(place, &self.tree)?;
        let mut apply = Command::new("git");
        // Above the copy may be a repository, in which git would look for the files.
        apply.current_dir(&self.tree).env("GIT_DIR", self.tree.join("none"));
        show(apply.args(["apply", "-C1"]).arg(place.root.join(patch)))?;
        let Ok(program) = self.build(place) else { return Ok(Outcome::DoesNotBuild) };
        let faults = played_with(&place.root.join(patch))?;
        let mut simulator = Simulator::start(&program, &["--seeds", SEEDS_MAX], &faults)?;
        while let Some((seed, breach)) = simulator.next_breach() {
            // What the tree breaks without the patch too says nothing of the patch.
            let mut sound = Simulator::start(&self.sound, &["--seeds", "1", "--from", &seed], &faults)?;
            if sound.next_breach().is_none_or(|(_, without)| promise(&without) != promise(&breach)) {
                return Ok(Outcome::Found(format!("seed {seed}: {breach}")));
            }
        }
        Ok(Outcome::Missed)
    }

    /// Builds the simulator of the tree without any patch, and keeps it.
    fn build_sound(&self, place: &Place) -> Result<(), Failure> {
        copy_tree(place, &self.tree)?;
        let built = self.build(place)?;
        let copied = std::fs::copy(built, &self.sound);
        copied.map(drop).map_err(|cause| Failure::File { path: self.sound.clone(), cause })
    }

    fn build(&self, place: &Place) -> Result<PathBuf, Failure> {
        let build = ["build", "--quiet", "--profile", DEMO.name, "--package", "alongside-simulate"];
        show(place.cargo(&build).current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.built))?;
        Ok(self.built.join(DEMO.folder).join(format!("alongside-simulate{}", std::env::consts::EXE_SUFFIX)))
    }
}

/// The faults that a patch takes to be seen.
fn played_with(patch: &Path) -> Result<Vec<String>, Failure> {
    let text =
        std::fs::read_to_string(patch).map_err(|cause| Failure::File { path: patch.to_owned(), cause })?;
    let arguments = text.lines().find_map(|line| line.strip_prefix(PLAYED_WITH)).unwrap_or_default();
    Ok(arguments.split_whitespace().map(str::to_owned).collect())
}

/// Which promise a breach is of: its first word.
fn promise(breach: &str) -> &str {
    breach.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default()
}

/// A simulator that runs. It is ended when nobody listens to it any more, and its workers then end too.
struct Simulator {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Simulator {
    fn start(program: &Path, arguments: &[&str], faults: &[String]) -> Result<Simulator, Failure> {
        let failed = |cause| Failure::NotStarted { program: program.display().to_string(), cause };
        let mut command = Command::new(program);
        command.args(arguments).args(faults).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(failed)?;
        let lines = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
        Ok(Simulator { child, lines })
    }

    /// The next seed that broke a promise, and the first one that it broke.
    fn next_breach(&mut self) -> Option<(String, String)> {
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        let line = lines.find(|line| line.contains(FOUND))?;
        let seed = line.split(' ').nth(1)?.to_owned();
        Some((seed, lines.next()?.trim().to_owned()))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
