//! Opening the store and showing today and one plan, with a history of months and of years.
//!
//! As on a phone, each is opened in a process of its own, which takes the time from just before it opens.

use super::{MeasureError, Times, history};
use crate::organisation::{Organisation, person};
use crate::phone;
use crate::report::{Figure, Section, Target};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The argument with which the program runs itself.
pub const CHILD: &str = "open-and-show";

/// Records on the two phones.
const FEW: usize = 50_000;
const MANY: usize = 500_000;
/// How often each is opened.
const TIMES: usize = 15;

/// Takes the measure.
pub async fn measure() -> Result<Section, MeasureError> {
    let (few, many) = (tempfile::tempdir()?, tempfile::tempdir()?);
    fill(few.path(), FEW).await?;
    fill(many.path(), MANY).await?;
    let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        of_few.push(open_in_a_process(few.path())?);
        of_many.push(open_in_a_process(many.path())?);
    }
    let (of_few, of_many) = (Times::of(of_few).micros(0.5) / 1e3, Times::of(of_many).micros(0.5) / 1e3);
    let mut section = Section::titled("Opening the store, showing today and one plan");
    section.figures = vec![
        Figure::shown(format!("with {FEW} records"), "ms", of_few).target(Target::AtMost(10.0)),
        Figure::shown(format!("with {MANY}; limit: the line above"), "ms", of_many)
            .beside(of_few)
            .target(Target::AboveLimit(1.0)),
    ];
    section.notes.push(format!(
        "middle of {TIMES}, alternating, each in a new process; 30 people, about 20 records a person a day; the files are in the page cache"
    ));
    Ok(section)
}

/// Makes a phone in this folder that holds `count` records.
pub async fn fill(folder: &Path, count: usize) -> Result<(), MeasureError> {
    let now = phone::now();
    let organisation = Organisation::start(now, &history(count, now)).await?;
    drop(phone::filled(folder, &organisation).await?);
    Ok(())
}

fn open_in_a_process(folder: &Path) -> Result<Duration, MeasureError> {
    let output = Command::new(std::env::current_exe()?).arg(CHILD).arg(folder).output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    match printed.trim().parse() {
        Ok(nanos) if output.status.success() => Ok(Duration::from_nanos(nanos)),
        _ => Err(MeasureError::Unexpected(format!(
            "the phone could not be opened: {}",
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default()
        ))),
    }
}

/// What the child does: opens the phone in this folder, shows, and prints how many nanoseconds that took.
pub fn open_and_show(folder: &Path) -> Result<(), MeasureError> {
    let begun = Instant::now();
    let phone = phone::open(folder)?;
    let people = phone.people()?;
    phone.today()?;
    let plan = phone.plan(person(0))?;
    let taken = begun.elapsed();
    if people.iter().any(|summary| summary.name.is_none()) || plan.view.sections.is_empty() {
        return Err(MeasureError::Unexpected("the phone that was opened shows no plan".to_owned()));
    }
    println!("{}", taken.as_nanos());
    Ok(())
}
