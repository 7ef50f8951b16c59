//! `cargo xtask test` and `check`: the list of steps. A new kind of test is one line in it.

use crate::failure::Failure;
use crate::place::Place;
use crate::process::{count, show};
use crate::steps::{self, Step};
use crate::tally::Tally;
use crate::tools::{self, Tool};
use crate::{bench, chaos, maven, oracle, package, plant, play, shell, simulate, volatile, walls};
use std::path::Path;
use std::process::Command;

const FORMAT: Step = Step { title: "format", folder: "xtask", needs: &[Tool::Lints], run: format };
const WALLS: Step = Step { title: "walls", folder: "xtask", needs: &[], run: walls::step };
const PLANT: Step =
    Step { title: "planted changes apply", folder: "tests/plant", needs: &[], run: plant::step };
const CHECK: Step = Step { title: "compile", folder: "core", needs: &[Tool::Native], run: compile };
const LINTS: Step = Step { title: "lints", folder: "core", needs: &[Tool::Lints, Tool::Native], run: lints };
const UNITS: Step = Step { title: "unit tests", folder: "core", needs: &[Tool::Native], run: units };
const RUST: Step = Step { title: "tests", folder: "core", needs: &[Tool::Native, Tool::Trace], run: rust };
const SCENARIOS: Step =
    Step { title: "scenarios", folder: "tests/scenarios", needs: &[Tool::Native], run: play::scenarios };
const PYTHON: Step = Step {
    title: "Python package",
    folder: "tests/python",
    needs: &[Tool::Native, Tool::Python],
    run: python,
};
const KOTLIN: Step =
    Step { title: "Kotlin package", folder: "tests/kotlin", needs: &[Tool::Native, Tool::Jvm], run: kotlin };
const SHELL: Step =
    Step { title: "shell", folder: "mobile-shell", needs: &[Tool::Native, Tool::Jvm], run: shell::step };
const SWIFT: Step =
    Step { title: "Swift package", folder: "bindings/swift", needs: &[Tool::Native], run: package::swift };
const SIZE: Step =
    Step { title: "library size", folder: "bindings", needs: &[Tool::Native], run: package::size };
const READER: Step = Step {
    title: "journal reader",
    folder: "tests/reader",
    needs: &[Tool::Native, Tool::Python],
    run: reader,
};
const ORACLE: Step =
    Step { title: "oracle", folder: "tests/oracle", needs: &[Tool::Native, Tool::Python], run: oracle::step };
const BROWSER: Step =
    Step { title: "browser", folder: "tests/browser", needs: &[Tool::Native, Tool::Browser], run: browser };
const MUTATE: Step = Step {
    title: "changed scenarios",
    folder: "tests/scenarios",
    needs: &[Tool::Native],
    run: play::mutate_scenarios,
};
const SIMULATE: Step =
    Step { title: "simulator", folder: "tests/simulate", needs: &[Tool::Native], run: simulate::step };
const BENCH: Step =
    Step { title: "measures", folder: "tests/bench", needs: &[Tool::Native], run: bench::step };

const CHAOS: Step =
    Step { title: "chaos", folder: "tests/chaos", needs: &[Tool::Native, Tool::Python], run: chaos::step };

const VOLATILE: Step = Step {
    title: "durability control",
    folder: "tests/durability",
    needs: &[Tool::Native, Tool::Trace],
    run: volatile::step,
};

const PROPERTIES: Step =
    Step { title: "properties", folder: "core/domain", needs: &[Tool::Native], run: properties };

const ORDERS: Step =
    Step { title: "orders", folder: "tests/simulate", needs: &[Tool::Native], run: simulate::orders };

const CHECKS: &[&Step] = &[&FORMAT, &WALLS, &PLANT, &LINTS];
const QUICK: &[&Step] = &[&FORMAT, &WALLS, &PLANT, &CHECK, &UNITS];
const FUNCTIONAL: &[&Step] = &[
    &FORMAT, &WALLS, &PLANT, &LINTS, &RUST, &SIMULATE, &SCENARIOS, &PYTHON, &KOTLIN, &SHELL, &SWIFT, &READER,
    &ORACLE, &BROWSER,
];
const ALL: &[&Step] = &[
    &FORMAT,
    &WALLS,
    &PLANT,
    &LINTS,
    &RUST,
    &SIMULATE,
    &SCENARIOS,
    &PYTHON,
    &KOTLIN,
    &SHELL,
    &SWIFT,
    &READER,
    &ORACLE,
    &BROWSER,
    &MUTATE,
    &VOLATILE,
    &CHAOS,
    &BENCH,
    &PROPERTIES,
    &ORDERS,
    &SIZE,
];

/// `cargo xtask test [--quick | --all | --only TITLE]`.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => steps::run(place, FUNCTIONAL),
        ["--quick"] => steps::run(place, QUICK),
        ["--all"] => steps::run(place, ALL),
        ["--only", title] => match ALL.iter().find(|step| step.title == *title) {
            Some(step) if !place.has(step.folder)? => Err(Failure::NotInRepository { what: step.folder }),
            Some(step) => steps::run(place, &[step]),
            None => Err(Failure::NoSuchStep { title: title.to_string(), titles: titles() }),
        },
        [.., last] => Err(Failure::UnknownArgument(last.to_string())),
    }
}

fn titles() -> String {
    ALL.iter().map(|step| step.title).collect::<Vec<_>>().join(", ")
}

/// `cargo xtask check`.
pub fn check(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    match arguments.first() {
        None => steps::run(place, CHECKS),
        Some(argument) => Err(Failure::UnknownArgument(argument.clone())),
    }
}

fn format(place: &Place) -> Result<Tally, Failure> {
    show(&mut place.cargo(&["fmt", "--all", "--check"]))?;
    Ok(Tally::ONE)
}

fn compile(place: &Place) -> Result<Tally, Failure> {
    show(&mut place.cargo(&["check", "--workspace", "--all-targets"]))?;
    Ok(Tally::ONE)
}

fn lints(place: &Place) -> Result<Tally, Failure> {
    show(&mut place.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Tally::ONE)
}

fn units(place: &Place) -> Result<Tally, Failure> {
    count(&mut place.cargo(&["test", "--workspace", "--lib", "--bins", "--no-fail-fast"]))
}

fn rust(place: &Place) -> Result<Tally, Failure> {
    count(&mut place.cargo(&["test", "--workspace", "--no-fail-fast"]))
}

/// Random cases of each property in a long run.
const CASES: &str = "10000";

/// The rules of the domain again, each property with many more random cases than in every run.
fn properties(place: &Place) -> Result<Tally, Failure> {
    let mut command = place.cargo(&["test", "--profile", "demo", "-p", "alongside-domain", "--no-fail-fast"]);
    count(command.env("PROPTEST_CASES", CASES))
}

fn python(place: &Place) -> Result<Tally, Failure> {
    let package = package::python(place, play::DEV)?;
    python_tests(place, "tests/python", &[("PYTHONPATH", &package)])
}

fn kotlin(place: &Place) -> Result<Tally, Failure> {
    package::kotlin(place, play::DEV)?;
    let programs = play::build(place, play::DEV)?;
    let mut command = maven::maven(place, "bindings/kotlin");
    maven::count(place, programs.environment(command.arg("test")), "alongside-core-tests")
}

fn reader(place: &Place) -> Result<Tally, Failure> {
    python_tests(place, "tests/reader", &[])
}

/// Runs Python's unittest over a folder, with the programs of the dev profile built and named in the environment.
fn python_tests(place: &Place, folder: &str, environment: &[(&str, &Path)]) -> Result<Tally, Failure> {
    let programs = play::build(place, play::DEV)?;
    // unittest reports on standard error; the shell joins the two so that the results can be counted.
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" -m unittest discover --start-directory \"$1\" 2>&1"]);
    command.arg(tools::python(place)).arg(folder);
    command.current_dir(&place.root).env("ALONGSIDE_TARGET", &place.target);
    command.envs(environment.iter().copied());
    count(programs.environment(&mut command))
}

/// Runs every `*.test.mjs` beneath tests/browser, one file at a time: each starts its own browser.
fn browser(place: &Place) -> Result<Tally, Failure> {
    let programs = play::build(place, play::DEV)?;
    let files = place.files("tests/browser")?;
    let tests = files.iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs"));
    let mut command = tools::node(place);
    command.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).args(tests);
    command.current_dir(&place.root);
    count(programs.environment(&mut command))
}
