//! `alongside-rehearse`: plays scenario files with real replicas against a real server process.
//!
//! It knows the replica's facade and the server's HTTP surface, and nothing behind them.

mod act;
mod cast;
mod check;
mod day;
mod demo;
mod emergency;
mod expand;
mod expect;
mod format;
mod given_time;
mod html;
mod http;
mod inbox;
mod line;
mod locate;
mod make;
mod mutate;
mod observe;
mod parse;
mod play;
mod report;
mod safeguarding;
mod server_process;
mod shared_work;
mod shown;
mod stage;
mod time;

use clap::Parser;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Plays scenario files with real replicas against a real server process.
#[derive(Debug, Parser)]
#[command(name = "alongside-rehearse", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    demo: Option<Command>,
    /// A scenario: see docs/scenarios.md.
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// Print the final state of each device and of the server as one JSON document.
    #[arg(long)]
    json: bool,
    /// Change every expected value in turn; each change must be noticed.
    #[arg(long)]
    mutate: bool,
    /// Keep the server's and the devices' files in this new or empty folder, and say in its kept.json what is what.
    #[arg(long)]
    keep: Option<PathBuf>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Play the wound care story, and stay up to be looked at.
    Demo(demo::Arguments),
}

/// Why there is nothing to say about a scenario.
#[derive(Debug)]
pub enum Trouble {
    /// The file is wrong: each fault.
    File(Vec<String>),
    /// The play broke off.
    Play(String),
}

impl Trouble {
    fn play(cause: impl std::fmt::Display) -> Trouble {
        Trouble::Play(cause.to_string())
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A second installation, by a library, is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(cause) => return report_trouble(&Trouble::play(cause)),
    };
    runtime.block_on(run(&arguments)).unwrap_or_else(|trouble| report_trouble(&trouble))
}

/// Ends early when told to, so that the server's process ends too.
async fn run(arguments: &Arguments) -> Result<ExitCode, Trouble> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Trouble::play)?;
    let work = async {
        match &arguments.demo {
            Some(Command::Demo(demo)) => demo::run(demo).await,
            None => rehearse(arguments).await,
        }
    };
    tokio::select! {
        done = work => done,
        _ = terminate.recv() => Err(Trouble::Play("it was told to end".to_owned())),
    }
}

fn report_trouble(trouble: &Trouble) -> ExitCode {
    match trouble {
        Trouble::File(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::from(2)
        }
        Trouble::Play(cause) => {
            eprintln!("the play broke off: {cause}");
            ExitCode::from(1)
        }
    }
}

/// Reads a scenario file and its text.
fn read(file: &Path) -> Result<(format::Scenario, String), Trouble> {
    let name = file.display();
    let text =
        std::fs::read_to_string(file).map_err(|cause| Trouble::File(vec![format!("{name}: {cause}")]))?;
    match parse::parse(&text) {
        Ok(scenario) => Ok((scenario, text)),
        Err(faults) => Err(Trouble::File(faults.iter().map(|fault| format!("{name}: {fault}")).collect())),
    }
}

async fn rehearse(arguments: &Arguments) -> Result<ExitCode, Trouble> {
    let file = arguments.file.as_deref().expect("clap requires a file where there is no subcommand");
    let (scenario, text) = read(file)?;
    let (folder, _kept) = folder(arguments.keep.as_deref())?;
    let played = play::play(&scenario, &folder, None).await.map_err(Trouble::play)?;
    if arguments.keep.is_some() {
        let kept = kept(&scenario, &played).to_string();
        std::fs::write(folder.join("kept.json"), kept).map_err(Trouble::play)?;
    }
    let name = file.display().to_string();
    let mut problems = report::failures(&name, &text, &played.found);
    let (summary, differed) = (format!("{} of {name}", checks(&played.found)), problems.len());
    if arguments.json {
        println!("{}", played.state(&scenario).await.map_err(Trouble::play)?);
    }
    eprintln!("{summary}: {differed} differences");
    if arguments.mutate {
        let (changed, missed) = report::mutations(&name, &text, &played.found);
        eprintln!("{changed} expected values changed in turn: {} changes not noticed", missed.len());
        problems.extend(missed);
    }
    problems.iter().for_each(|problem| eprintln!("{problem}"));
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What somebody needs who looks at the kept files: where the database is, the key that vouches for it, who is who.
fn kept(scenario: &format::Scenario, played: &play::Played) -> serde_json::Value {
    let people: BTreeMap<&str, String> = scenario
        .people
        .keys()
        .map(|name| (name.as_str(), played.stage.cast.person(name).to_string()))
        .collect();
    serde_json::json!({
        "database": "server/alongside.sqlite", "root_key": played.stage.server.root_key, "people": people,
    })
}

fn checks(found: &[play::Found]) -> String {
    let expectations: BTreeSet<&str> = found.iter().map(|found| found.expectation.id.as_str()).collect();
    format!("{} expectations checked {} times", expectations.len(), found.len())
}

/// The folder to play in, and what removes it in the end if nobody wants to keep it.
fn folder(keep: Option<&Path>) -> Result<(PathBuf, Option<tempfile::TempDir>), Trouble> {
    match keep {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(Trouble::play)?;
            Ok((folder.to_owned(), None))
        }
        None => {
            let folder = tempfile::tempdir().map_err(Trouble::play)?;
            Ok((folder.path().to_owned(), Some(folder)))
        }
    }
}
