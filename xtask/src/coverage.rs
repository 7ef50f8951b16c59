//! `cargo xtask coverage`: which lines of the SQLite store and of the sync handler a run of the simulator reaches.
//!
//! Arguments go to the simulator. Without tests of their own: what seeds do not reach does not count.

use crate::failure::Failure;
use crate::place::Place;
use crate::play::DEMO;
use crate::process::{output, show};
use crate::simulate;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is counted, and its folder.
const PARTS: &[(&str, &str)] =
    &[("the SQLite store", "server/src/storage/sqlite/"), ("the sync handler", "server/src/sync/")];
/// Least part of the lines of each that a run reaches, in per cent.
const LEAST: f64 = 80.0;
/// How many seeds are run when no argument says otherwise.
const SEEDS: [&str; 2] = ["--seeds", "2000"];

/// `cargo xtask coverage [arguments of simulate]`.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    let tools = tools(place)?;
    let folder = place.target.join("coverage");
    let failure = |cause| Failure::File { path: folder.clone(), cause };
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failure)?;
    }
    fs::create_dir_all(&folder).map_err(failure)?;
    let mut build = place.cargo(&["build", "--profile", DEMO.name, "--package", "alongside-simulate"]);
    show(build.env("RUSTC_WORKSPACE_WRAPPER", place.root.join("xtask/coverage-rustc.sh")))?;
    let binary = simulate::binary(place);
    let seeds: Vec<String> = SEEDS.map(str::to_owned).to_vec();
    let arguments = if arguments.is_empty() { &seeds } else { arguments };
    show(Command::new(&binary).args(arguments).env("LLVM_PROFILE_FILE", folder.join("%p-%m.profraw")))?;
    let merged = merge(&tools, &folder)?;
    report(place, &export(&tools, &merged, &binary)?)
}

/// The folder of llvm-profdata and llvm-cov, of the version of this compiler.
fn tools(place: &Place) -> Result<PathBuf, Failure> {
    let rustc = |argument: &[&str]| output(Command::new("rustc").current_dir(&place.root).args(argument));
    let sysroot = rustc(&["--print", "sysroot"])?;
    let about = rustc(&["-vV"])?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let folder = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin");
    if !folder.join("llvm-cov").exists() {
        let remedy = "rustup component add llvm-tools".to_owned();
        show(Command::new("rustup").args(["component", "add", "llvm-tools"]))
            .map_err(|_| Failure::ToolMissing { tool: "llvm-cov", remedy })?;
    }
    Ok(folder)
}

fn merge(tools: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let merged = folder.join("merged.profdata");
    let failure = |cause| Failure::File { path: folder.to_owned(), cause };
    let counts = fs::read_dir(folder).map_err(failure)?.filter_map(Result::ok).map(|entry| entry.path());
    let mut command = Command::new(tools.join("llvm-profdata"));
    show(command.args(["merge", "--sparse", "--output"]).arg(&merged).args(counts))?;
    Ok(merged)
}

fn export(tools: &Path, merged: &Path, binary: &Path) -> Result<Value, Failure> {
    let mut command = Command::new(tools.join("llvm-cov"));
    command.args(["export", "--summary-only", "--format=text", "--instr-profile"]).arg(merged).arg(binary);
    serde_json::from_str(&output(&mut command)?)
        .map_err(|cause| Failure::Unreadable { what: "llvm-cov", cause: cause.to_string() })
}

fn report(place: &Place, exported: &Value) -> Result<(), Failure> {
    let mut too_little = Vec::new();
    for (name, folder) in PARTS {
        let (mut reached, mut all) = (0, 0);
        println!("\n{name}");
        for (file, file_reached, file_all) in files(place, exported, folder) {
            println!("  {:5.1}%  {file_reached:4} of {file_all:4}  {file}", percent(file_reached, file_all));
            (reached, all) = (reached + file_reached, all + file_all);
        }
        println!("  {:5.1}%  {reached:4} of {all:4}  lines in all; least: {LEAST}%", percent(reached, all));
        if percent(reached, all) < LEAST {
            too_little.push(*name);
        }
    }
    if too_little.is_empty() { Ok(()) } else { Err(Failure::NotCovered { what: too_little.join(", ") }) }
}

/// Files beneath a folder: how many of their lines ran, of how many.
fn files(place: &Place, exported: &Value, folder: &str) -> Vec<(String, u64, u64)> {
    let files = exported["data"][0]["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let counted = files.iter().filter_map(|file| {
        let path = Path::new(file["filename"].as_str()?);
        let name = path.strip_prefix(&place.root).unwrap_or(path).to_str()?;
        let lines = &file["summary"]["lines"];
        let of = |key: &str| lines[key].as_u64();
        name.starts_with(folder).then_some((name.to_owned(), of("covered")?, of("count")?))
    });
    counted.collect()
}

fn percent(reached: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { 100.0 * reached as f64 / all as f64 }
}
