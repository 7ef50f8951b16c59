//! `alongside-bench [--json] [--only NAME[,NAME]]`: takes the measures and prints their table.

use alongside_bench::measures::{self, MeasureError, instructions, opening};
use alongside_bench::report::{Section, json, table};
use std::path::Path;
use std::process::ExitCode;

/// The measures, in the order of the table.
const NAMES: &[&str] = &["recording", "exchange", "small", "opening", "plans", "instructions"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [child, folder] = arguments.as_slice() {
        match child.as_str() {
            instructions::CHILD => return ended(instructions::add_records(Path::new(folder))),
            opening::CHILD => return ended(opening::open_and_show(Path::new(folder))),
            _ => {}
        }
    }
    let Some((as_json, names)) = read(&arguments) else {
        eprintln!("alongside-bench [--json] [--only NAME[,NAME]]; names: {}", NAMES.join(", "));
        return ExitCode::from(2);
    };
    ended(run(as_json, &names))
}

fn ended(result: Result<(), MeasureError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("alongside-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether JSON is wanted, and which measures.
fn read(arguments: &[String]) -> Option<(bool, Vec<&'static str>)> {
    let (mut as_json, mut names) = (false, NAMES.to_vec());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => as_json = true,
            "--only" => {
                let asked: Vec<&str> = arguments.next()?.split(',').collect();
                names = asked
                    .iter()
                    .map(|asked| NAMES.iter().find(|name| *name == asked).copied())
                    .collect::<Option<_>>()?;
            }
            _ => return None,
        }
    }
    Some((as_json, names))
}

fn run(as_json: bool, names: &[&str]) -> Result<(), MeasureError> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut sections = Vec::new();
    for name in names {
        eprintln!("measuring: {name}");
        sections.push(runtime.block_on(measure(name))?);
    }
    if as_json {
        println!("{}", json(&sections));
    } else {
        println!("{}", table(&sections));
    }
    Ok(())
}

async fn measure(name: &str) -> Result<Section, MeasureError> {
    match name {
        "recording" => measures::recording::measure().await,
        "exchange" => measures::exchange::measure().await,
        "small" => measures::small::measure().await,
        "opening" => measures::opening::measure().await,
        "plans" => measures::plans::measure().await,
        _ => measures::instructions::measure().await,
    }
}
