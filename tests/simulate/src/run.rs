//! One seed from beginning to end, and what is told of it.

use crate::dice::Dice;
use crate::faults::{Class, Faults};
use crate::place::Place;
use crate::states::State;
use crate::trace::Trace;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many steps a run has before its faults end.
const STEPS: usize = 420;

/// How a seed is run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Classes to enable in any case.
    pub with: BTreeSet<Class>,
    /// Classes to leave out.
    pub without: BTreeSet<Class>,
    /// Print each line of the trace.
    pub shown: bool,
    /// In how many orders a new phone takes in what there is at the end.
    pub orders: usize,
}

/// What a run tells.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Two runs are alike when this is equal.
    pub digest: u64,
    /// What was broken; nothing: all promises were kept.
    pub breaches: Vec<String>,
    /// How often each class was injected.
    pub injected: BTreeMap<Class, u64>,
    /// How often each class changed an effect, a state, or the order of the journal.
    pub changed: BTreeMap<Class, u64>,
    /// How often each state was reached.
    pub states: BTreeMap<State, u64>,
    /// In how many orders a new phone took in what there was.
    pub orders: u64,
}

/// Runs a seed. A panic of the product is a breach too.
pub fn run(place: &Place, seed: u64, options: &Options) -> Told {
    let ran = catch_unwind(AssertUnwindSafe(|| run_world(place, seed, options)));
    ran.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Told { breaches: vec![format!("panic: {}", text.unwrap_or_default())], ..Told::default() }
    })
}

fn run_world(place: &Place, seed: u64, options: &Options) -> Told {
    let faults = Faults::of(&Dice::new(seed), &options.with, &options.without);
    let mut world = World::begin(place, seed, faults, Trace::new(options.shown));
    (0..STEPS).for_each(|_| world.step());
    world.finish();
    let mut breaches: Vec<String> = world.checker.breaches().iter().map(ToString::to_string).collect();
    if options.orders > 0 {
        breaches.extend(world.any_order(options.orders));
    }
    Told {
        digest: world.trace.digest(),
        breaches,
        injected: world.faults.injected.clone(),
        changed: world.faults.changed.clone(),
        states: world.states.counts().clone(),
        orders: options.orders as u64,
    }
}
