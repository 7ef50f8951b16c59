//! One process's part of a set of runs. It tells what it does on standard output, one JSON line each.

use crate::faults::Class;
use crate::place::Place;
use crate::report::Report;
use crate::run::{Options, Told, run};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// One seed in so many is run twice, and must trace alike.
const TWICE_ONE_IN: u64 = 100;
/// One seed in so many is run again without one fault that changed it, and must trace otherwise.
const WITHOUT_ONE_IN: u64 = 50;

/// The seeds that a process runs.
#[derive(Debug, Clone)]
pub struct Share {
    /// The first of all.
    pub from: u64,
    /// How many all processes run together; nothing for as many as the time allows.
    pub seeds: Option<u64>,
    /// Which process this is.
    pub index: u64,
    /// How many there are.
    pub of: u64,
    /// How long to go on.
    pub time: Option<Duration>,
}

/// What a process tells.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// So many seeds are done.
    Done(u64),
    /// A seed broke a promise.
    Violation {
        /// Which.
        seed: u64,
        /// Which promises.
        breaches: Vec<String>,
    },
    /// The sum; the last line.
    Report(Report),
}

/// Runs the share; `tell` gets each line.
pub fn work(place: &Place, share: &Share, options: &Options, mut tell: impl FnMut(Line)) {
    let started = Instant::now();
    let mut report = Report::default();
    let seeds = (share.index..).step_by(share.of as usize);
    for seed in seeds.take_while(|place| share.seeds.is_none_or(|seeds| *place < seeds)) {
        if share.time.is_some_and(|time| started.elapsed() >= time) {
            break;
        }
        let seed = share.from + seed;
        let mut told = run(place, seed, options);
        check_alike(place, seed, options, &mut told, &mut report);
        check_faults_count(place, seed, options, &mut told, &mut report);
        report.add(seed, &told);
        if !told.breaches.is_empty() {
            tell(Line::Violation { seed, breaches: told.breaches });
        }
        tell(Line::Done(report.seeds));
    }
    tell(Line::Report(report));
}

/// The same seed gives the same trace.
fn check_alike(place: &Place, seed: u64, options: &Options, told: &mut Told, report: &mut Report) {
    if !seed.is_multiple_of(TWICE_ONE_IN) {
        return;
    }
    let again = run(place, seed, options);
    if again.digest == told.digest && again.breaches == told.breaches {
        report.twice_alike += 1;
    } else {
        told.breaches.push("two runs of the seed are not alike".to_owned());
    }
}

/// A fault that was counted as one that changed the run did change it: without it, the trace is another.
fn check_faults_count(place: &Place, seed: u64, options: &Options, told: &mut Told, report: &mut Report) {
    let classes: Vec<Class> = told.changed.keys().copied().collect();
    if !seed.is_multiple_of(WITHOUT_ONE_IN) || classes.is_empty() {
        return;
    }
    let class = classes[(seed / WITHOUT_ONE_IN) as usize % classes.len()];
    let without: BTreeSet<Class> = options.without.iter().copied().chain([class]).collect();
    let other = run(place, seed, &Options { without, shown: false, orders: 0, ..options.clone() });
    if other.digest == told.digest {
        told.breaches.push(format!("{} was counted, and the trace without it is the same", class.code()));
    } else {
        report.without_differs += 1;
    }
}
