//! A list of steps run in order, each with its title and its time, stopping at the first that fails.

use crate::failure::Failure;
use crate::place::Place;
use crate::tally::Tally;
use crate::tools::Tool;
use std::time::Instant;

/// One step of a command.
pub struct Step {
    /// What it is, in a few words.
    pub title: &'static str,
    /// The folder that it tests. A step whose folder git does not have is left out.
    pub folder: &'static str,
    /// What must be installed.
    pub needs: &'static [Tool],
    /// What it does.
    pub run: fn(&Place) -> Result<Tally, Failure>,
}

/// Runs the steps and prints the summary line "N passed, N failed" last.
pub fn run(place: &Place, steps: &[&Step]) -> Result<(), Failure> {
    let started = Instant::now();
    let mut total = Tally::default();
    let result = run_each(place, steps, &mut total);
    if let Err(failure) = &result {
        println!("\n{failure}");
    }
    println!("\n{total} ({})", elapsed(started));
    result
}

fn run_each(place: &Place, steps: &[&Step], total: &mut Tally) -> Result<(), Failure> {
    let steps = present(place, steps)?;
    prepare(place, &steps).inspect_err(|_| total.failed += 1)?;
    for (index, step) in steps.iter().enumerate() {
        let started = Instant::now();
        println!("\n[{}/{}] {}", index + 1, steps.len(), step.title);
        let tally = run_one(place, step).inspect_err(|_| total.failed += 1)?;
        *total += tally;
        println!("[{}/{}] {}: {tally} ({})", index + 1, steps.len(), step.title, elapsed(started));
        if tally.failed > 0 {
            return Err(Failure::TestsFailed(tally.failed));
        }
    }
    Ok(())
}

fn run_one(place: &Place, step: &Step) -> Result<Tally, Failure> {
    let tally = (step.run)(place)?;
    if tally == Tally::default() { Err(Failure::NothingRan { title: step.title }) } else { Ok(tally) }
}

/// The steps whose folder is in the repository.
fn present<'a>(place: &Place, steps: &[&'a Step]) -> Result<Vec<&'a Step>, Failure> {
    let mut present = Vec::new();
    for step in steps {
        if place.has(step.folder)? {
            present.push(*step);
        }
    }
    Ok(present)
}

/// Installs what any step needs, before the first one runs: a missing tool is said at once, not after the build.
fn prepare(place: &Place, steps: &[&Step]) -> Result<(), Failure> {
    for tool in Tool::ALL {
        if steps.iter().any(|step| step.needs.contains(tool)) {
            println!("tools: {}", tool.name());
            tool.ensure(place)?;
        }
    }
    Ok(())
}

fn elapsed(since: Instant) -> String {
    let seconds = since.elapsed().as_secs();
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Step = Step { title: "good", folder: "xtask", needs: &[], run: |_| Ok(Tally::ONE) };
    const BAD: Step =
        Step { title: "bad", folder: "xtask", needs: &[], run: |_| Ok(Tally { passed: 2, failed: 1 }) };
    const BROKEN: Step =
        Step { title: "broken", folder: "xtask", needs: &[], run: |_| Err(Failure::Breaches(3)) };
    const EMPTY: Step = Step { run: |_| Ok(Tally::default()), ..GOOD };
    const ABSENT: Step = Step { title: "absent", folder: "no/such/folder", ..BROKEN };

    fn check(steps: &[&Step], passed: usize, failed: usize) {
        let mut total = Tally::default();
        let place = Place::find().expect("the repository is there");
        let result = run_each(&place, steps, &mut total);
        assert_eq!((total, result.is_ok()), (Tally { passed, failed }, failed == 0));
    }

    #[test]
    fn a_run_stops_at_the_first_failure_and_counts_it() {
        check(&[&GOOD, &GOOD], 2, 0);
        check(&[&GOOD, &BAD, &GOOD], 3, 1);
        check(&[&GOOD, &BROKEN, &GOOD], 1, 1);
    }

    #[test]
    fn a_step_without_a_single_test_is_a_failure() {
        check(&[&GOOD, &EMPTY, &GOOD], 1, 1);
    }

    #[test]
    fn a_step_is_left_out_only_when_its_folder_is_not_in_git() {
        check(&[&ABSENT, &GOOD], 1, 0);
    }
}
