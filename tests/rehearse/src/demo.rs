//! `alongside-rehearse demo`: plays the wound care story, says how it went, and stays up to be looked at.

use crate::format::Scenario;
use crate::play::{Played, play};
use crate::stage::SignIn;
use crate::time::LocalTime;
use crate::{Trouble, folder, read, report};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Where the story is, from the root of the repository.
const STORY: &str = "tests/scenarios/wound-care.json";

/// What `demo` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Play to the end, print one line of JSON, and end.
    #[arg(long)]
    once: bool,
    /// Stop the story at this local time, such as 2026-03-06T08:59, before it is looked at.
    #[arg(long, conflicts_with = "once")]
    until: Option<LocalTime>,
    /// Say where the console is and who can sign in as one line of JSON, for programs that drive it.
    #[arg(long, conflicts_with = "once")]
    json: bool,
    /// Another scenario than the wound care story.
    #[arg(long, default_value = STORY)]
    story: PathBuf,
}

/// Plays the story.
pub async fn run(arguments: &Arguments) -> Result<ExitCode, Trouble> {
    let (scenario, text) = read(&story(&arguments.story))?;
    let (folder, _kept) = folder(None)?;
    let started = Instant::now();
    let played = play(&scenario, &folder, arguments.until).await.map_err(Trouble::play)?;
    let wall_ms = started.elapsed().as_millis();
    let problems = report::failures(&arguments.story.display().to_string(), &text, &played.found);
    problems.iter().for_each(|problem| eprintln!("{problem}"));
    if arguments.once {
        let state = played.state(&scenario).await.map_err(Trouble::play)?;
        println!("{}", summary(&played, &state, wall_ms));
    } else {
        if arguments.json {
            println!("{}", invitation(&scenario, &played));
        } else {
            invite(&scenario, &played, arguments.until);
        }
        let _ = tokio::signal::ctrl_c().await;
        eprintln!("ending");
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The story from where the program was started, or from the folder that this program was built in.
fn story(path: &Path) -> PathBuf {
    let at_home = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if path.is_file() { path.to_owned() } else { at_home() }
}

fn summary(played: &Played, state: &Json, wall_ms: u128) -> Json {
    let of_server = |name: &str| -> usize {
        let people = state["server"]["people"].as_object().into_iter().flatten();
        people.map(|(_, person)| person[name].as_array().map_or(0, Vec::len)).sum()
    };
    let waiting = state["devices"].as_object().into_iter().flatten();
    let waiting: u64 = waiting.filter_map(|(_, device)| device["waiting"].as_u64()).sum();
    let journal = &state["server"]["journal"];
    let on_server = played.made.len() as u64 - journal["missing"].as_u64().unwrap_or_default();
    json!({
        "records_made": played.made.len(),
        "records_on_server": on_server,
        "waiting": waiting,
        "escalations": of_server("escalations"),
        "conflicts": of_server("conflicts"),
        "held_edits": of_server("held"),
        "wall_ms": wall_ms,
    })
}

fn invitation(scenario: &Scenario, played: &Played) -> Json {
    let stage = &played.stage;
    let sign_in = |one: &SignIn| json!({ "username": one.username, "password": one.password });
    let people = scenario.people.keys().map(|name| (name.clone(), json!(stage.cast.person(name))));
    json!({
        "console": format!("https://{}", stage.server.address),
        "time": stage.now,
        "sign_ins": played.sign_ins.iter().map(sign_in).collect::<Vec<_>>(),
        "people": people.collect::<serde_json::Map<_, _>>(),
    })
}

fn invite(scenario: &Scenario, played: &Played, until: Option<LocalTime>) {
    println!("\n{}", scenario.title);
    println!(
        "It is {} in the story{}.",
        played.stage.now,
        if until.is_some() { "" } else { ", which has ended" }
    );
    println!("\nThe console: https://{}", played.stage.server.address);
    println!("Its certificate is of the demo's own authority: your browser warns once.\n");
    for sign_in in &played.sign_ins {
        let name = &scenario.staff[&sign_in.username].name;
        println!("  {name}: username {}, password {}", sign_in.username, sign_in.password);
    }
    println!("\nWhat to look at:");
    println!(
        "  As beth: Grace's notes between the nurse's visits: what changed, what was not recorded, what was met."
    );
    if until.is_some() {
        println!(
            "  As sam or beth: the inbox, with what waits for a choice or a decision at this time of the story."
        );
    } else {
        println!(
            "  As sam: the inbox is empty, since Sam chose on Friday. To see it before that, stop the story with"
        );
        println!("  --until 2026-03-06T08:59: three people's changes of one interval wait there.");
    }
    println!("\nCtrl-C ends the demo and removes its files.");
}
