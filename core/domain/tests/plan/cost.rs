//! What a plan costs, printed: `cargo test -p alongside-domain --test plan cost -- --nocapture`. The limits are
//! wide: they notice an order of magnitude, not a slow machine.

use crate::people::{NURSE, SUPERVISOR, World, add_risk, edit_of, likelihood, who};
use crate::support::{EPOCH, STORE};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::plan::{PlanDocument, overlay};
use std::time::Duration;

#[expect(clippy::disallowed_types, reason = "a test of costs looks at the clock")]
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let done = work();
    let took = start.elapsed();
    println!("{what:<58} {:>9.3} ms", took.as_secs_f64() * 1_000.0);
    (done, took)
}

fn plan_of_a_thousand_edits() -> World {
    let mut world = World::new();
    let mut page = Vec::new();
    for entry in 0..40 {
        let base = world.plan.version();
        page.push(edit_of(SUPERVISOR, 2 + entry, (base, None), vec![add_risk(&format!("R{entry}"))]));
    }
    world.decide(&page);
    for number in 0..960_u64 {
        let name = format!("R{}", number % 40);
        let edit = edit_of(
            NURSE,
            10 + number,
            (world.plan.version(), None),
            vec![likelihood(&name, number as i64 % 5 + 1)],
        );
        world.decide(&[edit]);
    }
    world
}

#[test]
fn two_hundred_edits_on_an_old_base_cost_little() {
    let (world, _) = timed("make a plan of 1,001 edits, a page each", plan_of_a_thousand_edits);
    let old = world.plan.versions().nth(500).expect("a thousand versions");
    let stacked: Vec<_> = (0..200_u64)
        .map(|index| {
            let own = (index > 0).then_some(4_999 + index);
            edit_of(NURSE, 5_000 + index, (old, own), vec![likelihood("R1", index as i64 % 5 + 1)])
        })
        .collect();
    let mut taken = world.clone();
    let (_, took) = timed("take 200 stacked edits on a base 500 edits old", || taken.decide(&stacked));
    assert!(took < Duration::from_secs(20));
    let (_, _) = timed("show one own edit on top (overlay)", || {
        overlay(&world.plan, &world.states, &stacked[..1], Catalogue::built_in(), &who)
    });
    let (saved, _) = timed("save", || world.plan.save());
    println!("{:<58} {:>9} bytes", "checkpoint", saved.len());
    timed("load", || PlanDocument::load(&saved, STORE, EPOCH).expect("what was saved"));
    timed("view", || world.plan.view());
    timed("view at version 500", || world.plan.view_at(old));
    let bytes: usize = world.changes().map(|change| change.changes.len()).sum();
    println!("{:<58} {:>9} bytes", "one change, on average", bytes / world.changes().count());
    timed("replay all changes", || world.replica());
}
