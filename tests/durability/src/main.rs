//! `alongside-durability prepare FOLDER` makes an enrolled phone; `alongside-durability record FOLDER COUNT`
//! records on it, and says before and after each record what it does, so that a trace of system calls shows what
//! lies between.

use alongside_bench::organisation::{Organisation, OrganisationError, person};
use alongside_bench::phone::{self, PhoneError};
use alongside_bench::workload::{self, SEED};
use alongside_domain::journal::Body;
use alongside_replica::Draft;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("give `prepare FOLDER`, or `record FOLDER COUNT`")]
    Arguments,
    #[error(transparent)]
    Phone(#[from] PhoneError),
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("alongside-durability: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        ["prepare", folder] => tokio::runtime::Runtime::new()?.block_on(prepare(Path::new(folder))),
        ["record", folder, count] => {
            record(Path::new(folder), count.parse().map_err(|_| Failure::Arguments)?)
        }
        _ => Err(Failure::Arguments),
    }
}

async fn prepare(folder: &Path) -> Result<(), Failure> {
    let organisation = Organisation::start(phone::now(), &[]).await?;
    drop(phone::filled(folder, &organisation).await?);
    Ok(())
}

fn record(folder: &Path, count: usize) -> Result<(), Failure> {
    let phone = phone::open(folder).map_err(PhoneError::from)?;
    let mut out = std::io::stdout().lock();
    for (made, number) in workload::records(SEED, count).iter().zip(1..) {
        let draft = Draft { body: Body::Observation(made.observation()), observed: None };
        writeln!(out, "before {number}")?;
        out.flush()?;
        phone.record(person(made.person), draft).map_err(PhoneError::from)?;
        writeln!(out, "after {number}")?;
        out.flush()?;
    }
    Ok(())
}
