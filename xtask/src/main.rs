//! The developer's commands of Alongside. `cargo xtask help` lists them.
//!
//! Only the standard library and serde_json, so that the first command of a fresh clone starts in seconds.

mod bench;
mod chaos;
mod coverage;
mod failure;
mod maven;
mod oracle;
mod package;
mod place;
mod plant;
mod play;
mod process;
mod shell;
mod simulate;
mod steps;
mod tally;
mod test;
mod tools;
mod volatile;
mod walls;

use failure::Failure;
use place::Place;
use std::process::ExitCode;

struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&Place, &[String]) -> Result<(), Failure>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        about: "every functional test; --quick: the inner loop, --all: the long ones too, --only TITLE",
        run: test::run,
    },
    Command { name: "check", about: "format, lints and walls, without running tests", run: test::check },
    Command {
        name: "walls",
        about: "which crate may lean on which, what the pure core may name",
        run: walls::run,
    },
    Command {
        name: "demo",
        about: "build, start a server, enrol devices, play a story; --once: play and exit",
        run: play::demo,
    },
    Command { name: "rehearse", about: "play a scenario FILE; --json, --mutate", run: play::rehearse },
    Command {
        name: "shell",
        about: "the phone's app in a window, in a story with its server; --picture FILE: a picture of it",
        run: shell::run,
    },
    Command {
        name: "package",
        about: "the packages, beneath target; --python, --kotlin, --swift, --dev: not optimised",
        run: package::run,
    },
    Command {
        name: "simulate",
        about: "phones and servers under faults, from seeds; --seeds N, --from S, --seconds T, --trace",
        run: simulate::run,
    },
    Command {
        name: "chaos",
        about: "real processes killed, starved and cut off; --only NAME, --rounds PER_CENT, --seed S",
        run: chaos::run,
    },
    Command {
        name: "coverage",
        about: "lines of the store and the sync handler that the simulator reaches; arguments of simulate",
        run: coverage::run,
    },
    Command {
        name: "plant",
        about: "known-bad changes, each of which the simulator must find; --only NAME",
        run: plant::run,
    },
    Command { name: "bench", about: "measure, each figure beside its limit", run: bench::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.first().map_or("help", String::as_str);
    if matches!(name, "help" | "--help" | "-h") {
        print_help();
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("unknown command `{name}`");
        print_help();
        return ExitCode::from(2);
    };
    match Place::find().and_then(|place| (command.run)(&place, &arguments[1..])) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask {name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn print_help() {
    println!("cargo xtask COMMAND [arguments]\n");
    for command in COMMANDS {
        println!("  {:9} {}", command.name, command.about);
    }
    println!("  {:9} this list", "help");
}
