//! What a set of runs tells: counts a fault class, states reached, and what is missing.

use crate::faults::{Class, NOT_YET_SURVIVED, NOT_YET_TOGETHER};
use crate::run::Told;
use crate::states::State;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A class must have changed at least one run in so many, once that many were run.
const CHANGED_ONE_IN: u64 = 20;
/// Of fewer runs than these, chance alone leaves a class below that: there it is one in [`CHANGED_ONE_IN_OF_FEW`].
const RUNS_FOR_CHANGES: u64 = 1_000;
const CHANGED_ONE_IN_OF_FEW: u64 = 40;
/// From so many runs on, every state must have been reached.
const RUNS_FOR_STATES: u64 = 200;

/// Counts of a class of faults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Times that it was injected.
    pub injected: u64,
    /// Runs in which it changed an effect, a state, or the order of the journal.
    pub changed_runs: u64,
}

/// The sum of many runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Seeds that were run.
    pub seeds: u64,
    /// Seeds that broke a promise.
    pub violations: Vec<u64>,
    /// Seeds that were run twice, with traces alike.
    pub twice_alike: u64,
    /// Seeds that were run again without one of their faults, with another trace.
    pub without_differs: u64,
    /// Counts of each class, by its code.
    pub faults: BTreeMap<String, Count>,
    /// Runs in which each state was reached, by what it is.
    pub states: BTreeMap<String, u64>,
    /// Orders in which a new phone took in what there was at the end of a run.
    pub orders: u64,
}

impl Report {
    /// Adds a run.
    pub fn add(&mut self, seed: u64, told: &Told) {
        self.seeds += 1;
        self.orders += told.orders;
        if !told.breaches.is_empty() {
            self.violations.push(seed);
        }
        for (class, injected) in &told.injected {
            self.count(*class).injected += injected;
        }
        for class in told.changed.keys() {
            self.count(*class).changed_runs += 1;
        }
        for state in told.states.keys() {
            *self.states.entry(state.code().to_owned()).or_default() += 1;
        }
    }

    fn count(&mut self, class: Class) -> &mut Count {
        self.faults.entry(class.code().to_owned()).or_default()
    }

    /// Adds the runs of another process.
    pub fn join(&mut self, other: Report) {
        self.seeds += other.seeds;
        self.orders += other.orders;
        self.violations.extend(other.violations);
        self.violations.sort_unstable();
        self.twice_alike += other.twice_alike;
        self.without_differs += other.without_differs;
        for (class, count) in other.faults {
            let sum = self.faults.entry(class).or_default();
            sum.injected += count.injected;
            sum.changed_runs += count.changed_runs;
        }
        for (state, runs) in other.states {
            *self.states.entry(state).or_default() += runs;
        }
    }

    /// What these runs should have done and did not: a fault that changed too little, a state that none reached.
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let one_in = if self.seeds < RUNS_FOR_CHANGES { CHANGED_ONE_IN_OF_FEW } else { CHANGED_ONE_IN };
        let least = self.seeds / one_in;
        for class in Class::ALL.iter().filter(|class| class.is_survived()) {
            let changed = self.faults.get(class.code()).map_or(0, |count| count.changed_runs);
            if changed < least {
                missing.push(format!("{} changed {changed} runs, not {least}", class.code()));
            }
        }
        if self.seeds >= RUNS_FOR_STATES {
            let unreached = State::ALL.iter().filter(|state| !self.states.contains_key(state.code()));
            missing.extend(unreached.map(|state| format!("no run reached: {}", state.code())));
        }
        missing
    }

    /// A table to read.
    pub fn table(&self) -> String {
        let mut lines = vec![format!("{:24} {:>9} {:>13}", "fault", "injected", "changed runs")];
        for (class, count) in &self.faults {
            lines.push(format!("{class:24} {:9} {:13}", count.injected, count.changed_runs));
        }
        lines.push(String::new());
        lines.push("runs that reached a state".to_owned());
        lines.extend(self.states.iter().map(|(state, runs)| format!("{runs:7}  {state}")));
        lines.push(format!("{:7}  orders in which a new phone took in what there was", self.orders));
        lines.extend(
            NOT_YET_SURVIVED.iter().map(|(class, why)| format!("not yet survived: {} ({why})", class.code())),
        );
        lines.extend(NOT_YET_TOGETHER.iter().map(|(first, second, why)| {
            format!("not yet survived together: {} and {} ({why})", first.code(), second.code())
        }));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(class: Class, state: State) -> Told {
        Told { changed: [(class, 3)].into(), states: [(state, 1)].into(), ..Told::default() }
    }

    #[test]
    fn a_class_that_changed_too_few_runs_is_missing() {
        let mut report = Report::default();
        (0..40).for_each(|seed| report.add(seed, &told(Class::Drop, State::EditHeld)));
        let missing = report.missing();
        assert!(missing.iter().any(|line| line.starts_with("cut changed 0 runs, not 1")), "{missing:?}");
        (40..RUNS_FOR_CHANGES).for_each(|seed| report.add(seed, &told(Class::Drop, State::EditHeld)));
        let missing = report.missing();
        assert!(missing.iter().any(|line| line.starts_with("cut changed 0 runs, not 50")), "{missing:?}");
        assert!(!missing.iter().any(|line| line.starts_with("drop")), "{missing:?}");
    }

    #[test]
    fn a_state_that_no_run_reached_is_missing_once_there_were_many() {
        let mut report = Report::default();
        (0..RUNS_FOR_STATES).for_each(|seed| report.add(seed, &told(Class::Drop, State::EditHeld)));
        let missing = report.missing();
        assert!(missing.contains(&format!("no run reached: {}", State::Conflict.code())));
        assert!(!missing.contains(&format!("no run reached: {}", State::EditHeld.code())));
    }

    #[test]
    fn two_processes_sum_up() {
        let (mut one, mut two) = (Report::default(), Report::default());
        one.add(3, &told(Class::Drop, State::EditHeld));
        let broken = Told { breaches: vec!["lost".to_owned()], ..told(Class::Drop, State::Conflict) };
        two.add(2, &broken);
        one.join(two);
        assert_eq!((one.seeds, one.violations.clone(), one.faults["drop"].changed_runs), (2, vec![2], 2));
    }
}
