//! What was declined, or waits, reaches its author or the supervisor.

use crate::people::*;
use crate::support::{STORE, record, staff};
use alongside_domain::ids::StaffId;
use alongside_domain::journal::body::Looked;
use alongside_domain::journal::{Body, Entry};
use alongside_domain::plan::EditStates;
use alongside_domain::plan::unseen::{FateLooks, UNSEEN_AFTER_MS, UnseenFate, fates_of, told, unseen_fates};
use alongside_domain::time::{HOUR_MS, Moment};

/// The carer's proposal was declined.
fn declined() -> World {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")])]);
    world.send(&[decision_of(SUPERVISOR, 2, record(CARER, 1), false)]);
    world
}

fn states(world: &World) -> EditStates {
    EditStates::fold(STORE, &world.entries)
}

fn unseen_at(world: &World, now: Moment) -> Vec<UnseenFate> {
    unseen_fates(&states(world), &FateLooks::of(&world.entries), |_| true, now)
}

/// Since when the carer could know.
fn since(world: &World) -> Moment {
    fates_of(&states(world), staff(CARER))[0].since
}

/// A look, as its author's record says it.
fn add(world: &mut World, who: u8, number: u64, looked: Looked) {
    let entry: Entry = entry_of(who, number, Body::Looked(looked));
    world.entries.push(entry);
}

#[test]
fn what_nobody_looked_at_for_fourteen_days_stands_before_the_supervisor_and_not_an_hour_earlier() {
    let world = declined();
    let since = since(&world);
    assert_eq!(unseen_at(&world, since.plus_ms(UNSEEN_AFTER_MS - HOUR_MS)), []);
    let unseen = unseen_at(&world, since.plus_ms(UNSEEN_AFTER_MS));
    assert_eq!(
        unseen.iter().map(|fate| (fate.edit, fate.author)).collect::<Vec<_>>(),
        [(record(CARER, 1), staff(CARER))]
    );
    assert_eq!(UNSEEN_AFTER_MS, 14 * 24 * HOUR_MS);
}

#[test]
fn once_a_screen_of_its_author_has_rendered_it_it_is_seen_and_by_nobody_elses() {
    let mut world = declined();
    let late = since(&world).plus_ms(UNSEEN_AFTER_MS);
    let fate = fates_of(&states(&world), staff(CARER))[0].fate;
    let look = |world: &World, who: StaffId| FateLooks::of(&world.entries).look(who, [&fate]);
    let looked = look(&world, staff(NURSE)).expect("new to her");
    add(&mut world, NURSE, 9, looked);
    assert_eq!(unseen_at(&world, late).len(), 1, "the nurse's screen tells the carer nothing");
    let looked = look(&world, staff(CARER)).expect("new to her");
    add(&mut world, CARER, 9, looked);
    assert_eq!(unseen_at(&world, late), []);
    assert_eq!(look(&world, staff(CARER)), None, "the next rendering records nothing");
}

#[test]
fn a_look_at_the_person_alone_is_not_a_look_at_what_became_of_an_edit() {
    let mut world = declined();
    let late = since(&world).plus_ms(UNSEEN_AFTER_MS);
    let fate = fates_of(&states(&world), staff(CARER))[0].fate;
    let all = FateLooks::default().look(staff(CARER), [&fate]).expect("new").fates.expect("runs");
    add(&mut world, CARER, 9, Looked { role: None, shown: all, fates: None, told: None });
    assert_eq!(unseen_at(&world, late).len(), 1);
}

#[test]
fn it_goes_once_somebody_says_that_they_have_told_the_author() {
    let mut world = declined();
    let late = since(&world).plus_ms(UNSEEN_AFTER_MS);
    let fate = unseen_at(&world, late)[0].fate;
    add(&mut world, SUPERVISOR, 9, told(&fate, "rang her at home".to_owned()));
    assert_eq!(unseen_at(&world, late), []);
}

#[test]
fn an_author_who_cannot_look_any_more_is_for_the_supervisor_at_once() {
    let world = declined();
    let now = since(&world);
    let left = |author: StaffId| author != staff(CARER);
    let unseen = unseen_fates(&states(&world), &FateLooks::default(), left, now);
    assert_eq!(unseen.iter().map(|fate| fate.cannot_look).collect::<Vec<_>>(), [true]);
}

#[test]
fn what_waits_is_to_be_known_until_it_is_settled_and_what_was_accepted_or_taken_back_is_not() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")])]);
    let held = fates_of(&states(&world), staff(CARER));
    assert_eq!(held.len(), 1);
    world.send(&[decision_of(SUPERVISOR, 2, record(CARER, 1), true)]);
    assert_eq!(fates_of(&states(&world), staff(CARER)), [], "it is in the plan: the plan says it");
    let declined = declined();
    let [fate] = &fates_of(&states(&declined), staff(CARER))[..] else { panic!("one") };
    assert!(fate.since >= held[0].since, "the last word counts, not the first");
}
