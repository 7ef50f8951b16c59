//! Rules of fates: what is applied, what is held for whom, and how it is settled.

use crate::people::*;
use crate::support::{EPOCH, STORE, record, staff};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::journal::body::{FateOutcome, HeldWhy, Role};
use alongside_domain::journal::{Body, RecordRef};
use alongside_domain::plan::fates::accepted_again;
use alongside_domain::plan::{EditState, NoEffect, PlanDocument};
use std::collections::BTreeSet;

fn held(role: Role, why: HeldWhy) -> EditState<'static> {
    EditState::Held { role, why }
}

#[test]
fn an_edit_by_someone_who_may_is_applied_at_once() {
    let mut world = World::new();
    let v1 = world.plan.version();
    let decided = world.send(&[edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 4)])]);
    let version = world.plan.version();
    assert!(matches!(&decided.records[..], [Body::PlanChange(_), Body::Fate(fate)]
        if fate.outcome == FateOutcome::Accepted { version } && fate.by.is_none()));
    assert_eq!(world.risk("likelihood_nursing"), ["4"]);
}

#[test]
fn a_change_by_someone_who_may_not_waits_for_who_may() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[
        edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")]),
        edit_of(CARER, 2, (v1, None), vec![likelihood("R", 4)]),
        edit_of(SUPERVISOR, 2, (v1, None), vec![measures("R", "alarm"), likelihood("R", 4)]),
        edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 4), measures("R", "alarm")]),
        edit_of(STRANGER, 1, (v1, None), vec![measures("R", "nothing")]),
    ]);
    assert_eq!(world.state(CARER, 1), held(Role::Supervisor, HeldWhy::MayNot));
    assert_eq!(world.state(CARER, 2), held(Role::Nurse, HeldWhy::MayNot));
    assert_eq!(world.state(SUPERVISOR, 2), held(Role::Nurse, HeldWhy::MayNot));
    assert_eq!(world.state(NURSE, 1), held(Role::Supervisor, HeldWhy::MayNot));
    assert_eq!(world.state(STRANGER, 1), held(Role::Supervisor, HeldWhy::MayNot));
    assert_eq!(world.plan.version(), v1);
    let waiting: Vec<RecordRef> = world.states.held_for(Role::Nurse).iter().map(|(id, _)| **id).collect();
    assert_eq!(waiting, [record(CARER, 2), record(SUPERVISOR, 2)]);
}

#[test]
fn an_accepted_proposal_is_applied_at_its_own_base() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")])]);
    world.send(&[edit_of(MANAGER, 1, (v1, None), vec![measures("R", "alarm")])]);
    world.send(&[decision_of(SUPERVISOR, 2, record(CARER, 1), true)]);
    assert!(world.is_accepted(CARER, 1));
    let mut found = world.risk("measures");
    found.sort();
    assert_eq!(found, ["alarm", "rails"]);
    let fate = world.states.edit(&record(CARER, 1)).and_then(|it| it.settled.clone()).expect("settled");
    assert_eq!(fate.fate.by, Some(staff(SUPERVISOR)));
}

#[test]
fn a_declined_proposal_says_why_and_changes_nothing() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")])]);
    world.send(&[decision_of(SUPERVISOR, 2, record(CARER, 1), false)]);
    let declined = FateOutcome::Declined { reason: "so decided".into() };
    assert_eq!(world.state(CARER, 1), EditState::Settled(&declined));
    assert_eq!(world.plan.version(), v1);
}

#[test]
fn a_decision_by_someone_who_may_not_has_no_effect_and_is_kept() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![likelihood("R", 4)])]);
    for (person, accept) in [(CARER, true), (SUPERVISOR, true), (STRANGER, false), (MANAGER, false)] {
        let decided = world.send(&[decision_of(person, 50, record(CARER, 1), accept)]);
        assert_eq!(decided.without_effect, [(record(person, 50), NoEffect::MayNot)]);
        assert_eq!(decided.records, []);
    }
    assert_eq!(world.state(CARER, 1), held(Role::Nurse, HeldWhy::MayNot));
    let known = world.states.edit(&record(CARER, 1)).expect("a known edit");
    assert_eq!(known.decisions.len(), 4);
}

#[test]
fn a_mixed_edit_is_accepted_only_by_who_may_do_what_its_author_may_not() {
    let mut world = World::new();
    let v1 = world.plan.version();
    let commands = vec![measures("R", "rails"), likelihood("R", 4)];
    world.send(&[
        edit_of(SUPERVISOR, 2, (v1, None), commands.clone()),
        edit_of(CARER, 1, (v1, None), commands),
    ]);
    let decided = world.send(&[decision_of(NURSE, 1, record(CARER, 1), true)]);
    assert_eq!(decided.without_effect, [(record(NURSE, 1), NoEffect::MayNot)]);
    world.send(&[decision_of(NURSE, 2, record(SUPERVISOR, 2), true)]);
    assert!(world.is_accepted(SUPERVISOR, 2));
}

#[test]
fn a_decision_on_a_settled_edit_does_nothing() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")])]);
    world.send(&[decision_of(SUPERVISOR, 2, record(CARER, 1), true)]);
    let before = world.plan.save();
    let page = [decision_of(MANAGER, 1, record(CARER, 1), false), withdrawal_of(CARER, 2, record(CARER, 1))];
    let decided = world.send(&page);
    let settled = [(record(MANAGER, 1), NoEffect::Settled), (record(CARER, 2), NoEffect::Settled)];
    assert_eq!(decided.without_effect, settled);
    assert_eq!(decided.records, []);
    assert!(world.plan.save() == before);
}

#[test]
fn a_decision_on_an_edit_that_nobody_knows_does_nothing() {
    let mut world = World::new();
    let decided = world.send(&[decision_of(MANAGER, 1, record(CARER, 77), true)]);
    assert_eq!(decided.without_effect, [(record(MANAGER, 1), NoEffect::NotHeld)]);
}

#[test]
fn its_author_alone_withdraws_a_held_edit() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")])]);
    let decided = world.send(&[withdrawal_of(NURSE, 1, record(CARER, 1))]);
    assert_eq!(decided.without_effect, [(record(NURSE, 1), NoEffect::MayNot)]);
    world.send(&[withdrawal_of(CARER, 2, record(CARER, 1))]);
    assert_eq!(world.state(CARER, 1), EditState::Settled(&FateOutcome::Withdrawn));
}

#[test]
fn an_edit_withdrawn_before_it_arrives_never_takes_effect() {
    let mut same_page = World::new();
    let v1 = same_page.plan.version();
    let edit = edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 4)]);
    let withdrawal = withdrawal_of(NURSE, 2, edit.id);
    let mut withdrawal_first = same_page.clone();
    assert_eq!(same_page.send(&[edit.clone(), withdrawal.clone()]).without_effect, []);
    withdrawal_first.send(&[withdrawal]);
    withdrawal_first.send(&[edit]);
    for world in [same_page, withdrawal_first] {
        assert_eq!(world.state(NURSE, 1), EditState::Settled(&FateOutcome::Withdrawn));
        assert_eq!(world.plan.version(), v1);
    }
}

#[test]
fn an_edit_sent_twice_has_one_fate() {
    let mut world = World::new();
    let v1 = world.plan.version();
    let page = [
        edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 4)]),
        edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")]),
    ];
    assert_eq!(world.send(&page).records.len(), 3);
    assert_eq!(world.send(&page).records, []);
}

#[test]
fn an_edit_whose_base_is_not_here_is_held_and_can_be_taken_over() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[
        edit_of(NURSE, 5, (v1 + 1, None), vec![likelihood("R", 4)]),
        edit_of(NURSE, 6, (v1, Some(4)), vec![likelihood("R", 3)]),
        edit_of(NURSE, 7, (v1, Some(9)), vec![likelihood("R", 2)]),
    ]);
    for number in 5..8 {
        assert_eq!(world.state(NURSE, number), held(Role::Nurse, HeldWhy::BaseMissing));
    }
    world.send(&[decision_of(NURSE, 20, record(NURSE, 5), true)]);
    assert!(world.is_accepted(NURSE, 5));
    assert_eq!(world.risk("likelihood_nursing"), ["4"]);
}

#[test]
fn what_was_taken_over_onto_an_unseen_plan_is_no_base_for_more() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(NURSE, 5, (999, None), vec![likelihood("R", 4)])]);
    world.send(&[edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 1)])]);
    world.send(&[decision_of(NURSE, 20, record(NURSE, 5), true)]);
    world.send(&[edit_of(NURSE, 6, (v1, Some(5)), vec![likelihood("R", 3)])]);
    assert_eq!(world.state(NURSE, 6), held(Role::Nurse, HeldWhy::BaseMissing));
}

#[test]
fn an_edit_on_a_held_one_waits_and_is_decided_after_it() {
    let mut world = World::new();
    let v1 = world.plan.version();
    let first = edit_of(NURSE, 1, (v1, None), vec![measures("R", "rails")]);
    let second = edit_of(NURSE, 2, (v1, Some(1)), vec![likelihood("R", 4)]);
    world.send(&[first, second]);
    assert_eq!(world.state(NURSE, 2), held(Role::Nurse, HeldWhy::BaseHeld));
    let decided = world.send(&[decision_of(NURSE, 3, record(NURSE, 2), true)]);
    assert_eq!(decided.without_effect, [(record(NURSE, 3), NoEffect::EarlierEditHeld)]);
    world.send(&[decision_of(SUPERVISOR, 2, record(NURSE, 1), true)]);
    world.send(&[decision_of(NURSE, 4, record(NURSE, 2), true)]);
    assert_eq!(
        (world.risk("measures"), world.risk("likelihood_nursing")),
        (vec!["rails".into()], vec!["4".into()])
    );
}

#[test]
fn a_declined_edit_leaves_later_edits_standing() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 2)])]);
    world.send(&[edit_of(NURSE, 2, (v1, Some(1)), vec![measures("R", "rails")])]);
    world.send(&[decision_of(SUPERVISOR, 2, record(NURSE, 2), false)]);
    world.send(&[edit_of(NURSE, 3, (v1, Some(2)), vec![likelihood("R", 4)])]);
    assert!(world.is_accepted(NURSE, 3));
    assert_eq!(world.risk("likelihood_nursing"), ["4"]);
}

#[test]
fn an_edit_that_does_not_fit_is_held_and_only_declined() {
    let mut world = World::new();
    let v1 = world.plan.version();
    let cases = [vec![measures("S", "rails")], vec![], vec![likelihood("R", 99)]];
    for (number, commands) in cases.into_iter().enumerate() {
        let number = number as u64 + 10;
        let person = if number == 12 { NURSE } else { SUPERVISOR };
        let role = if number == 12 { Role::Nurse } else { Role::Supervisor };
        world.send(&[edit_of(person, number, (v1, None), commands)]);
        assert_eq!(world.state(person, number), held(role, HeldWhy::Invalid));
        let decided = world.send(&[decision_of(person, number + 100, record(person, number), true)]);
        assert_eq!(decided.without_effect, [(record(person, number + 100), NoEffect::DoesNotFit)]);
        world.send(&[decision_of(person, number + 200, record(person, number), false)]);
        assert!(matches!(world.state(person, number), EditState::Settled(FateOutcome::Declined { .. })));
    }
    assert_eq!(world.plan.version(), v1);
}

#[test]
fn a_fate_that_no_store_wrote_counts_for_nothing() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")])]);
    world.states.add(&World::forged_fate(CARER, 2, record(CARER, 1)));
    assert_eq!(world.state(CARER, 1), held(Role::Supervisor, HeldWhy::MayNot));
}

#[test]
fn a_fate_is_to_be_shown_to_its_author_until_a_screen_has_shown_it() {
    let mut world = World::new();
    let v1 = world.plan.version();
    world.send(&[edit_of(CARER, 1, (v1, None), vec![measures("R", "rails")])]);
    world.send(&[decision_of(SUPERVISOR, 2, record(CARER, 1), false)]);
    let states = alongside_domain::plan::EditStates::fold(crate::support::STORE, &world.entries);
    let mut shown = BTreeSet::new();
    let fates = states.fates_to_show(staff(CARER), &shown);
    assert_eq!(fates.iter().map(|known| known.fate.outcome.is_final()).collect::<Vec<_>>(), [false, true]);
    shown.extend(fates.iter().filter_map(|known| known.record));
    assert!(states.fates_to_show(staff(CARER), &shown).is_empty());
    assert!(states.fates_to_show(staff(NURSE), &BTreeSet::new()).is_empty());
}

#[test]
fn nobody_takes_a_trigger_out_of_the_clinical_part_by_adding_it_again() {
    use alongside_domain::plan::edit::{Command, Section};
    use alongside_domain::value::{Fields, Value};
    let mut world = World::new();
    let trigger = |clinical: bool| Command::AddEntry {
        section: Section::Triggers,
        entry: crate::support::entry("T1"),
        fields: Fields::from([
            ("name".to_owned(), Value::text("worse")),
            ("condition".to_owned(), Value::text(crate::people::WORSE)),
            ("contact".to_owned(), Value::text("gp")),
            ("urgency".to_owned(), Value::text("same_day")),
            ("clinical".to_owned(), Value::Bool(clinical)),
        ]),
        order: 1,
    };
    let retire = Command::RetireEntry { section: Section::Triggers, entry: crate::support::entry("T1") };
    let base = world.plan.version();
    world.send(&[edit_of(NURSE, 1, (base, None), vec![trigger(true)])]);
    let base = world.plan.version();
    world.send(&[edit_of(NURSE, 2, (base, None), vec![retire])]);
    let base = world.plan.version();
    world.send(&[edit_of(SUPERVISOR, 2, (base, None), vec![trigger(false)])]);
    assert_eq!(world.state(SUPERVISOR, 2), held(Role::Nurse, HeldWhy::MayNot));
}

#[test]
fn an_entry_that_lacks_what_it_needs_is_held_and_counts_with_what_the_same_edit_sets() {
    use alongside_domain::plan::edit::{Command, Section};
    use alongside_domain::value::{Fields, Value};
    let mut world = World::new();
    let (section, name) = (Section::Contacts, crate::support::entry("hub"));
    let add = || Command::AddEntry {
        section,
        entry: name.clone(),
        fields: Fields::from([("role".to_owned(), Value::text("gp"))]),
        order: 1,
    };
    let set = Command::SetField {
        section,
        entry: name.clone(),
        field: "name".to_owned(),
        value: Value::text("Hub"),
    };
    let base = world.plan.version();
    world.send(&[edit_of(SUPERVISOR, 2, (base, None), vec![add()])]);
    assert_eq!(world.state(SUPERVISOR, 2), held(Role::Supervisor, HeldWhy::Invalid));
    let decided = world.send(&[decision_of(MANAGER, 1, record(SUPERVISOR, 2), true)]);
    assert_eq!(decided.without_effect, [(record(MANAGER, 1), NoEffect::DoesNotFit)]);
    world.send(&[edit_of(SUPERVISOR, 3, (base, None), vec![add(), set])]);
    assert!(world.is_accepted(SUPERVISOR, 3));
    // What was retired has its fields still, and what stands is not judged again.
    let base = world.plan.version();
    let retire = Command::RetireEntry { section, entry: name.clone() };
    world.send(&[edit_of(SUPERVISOR, 4, (base, None), vec![retire])]);
    let base = world.plan.version();
    world.send(&[edit_of(SUPERVISOR, 5, (base, None), vec![add()])]);
    let base = world.plan.version();
    world.send(&[edit_of(SUPERVISOR, 6, (base, None), vec![add()])]);
    assert!(world.is_accepted(SUPERVISOR, 5) && world.is_accepted(SUPERVISOR, 6));
}

#[test]
fn what_was_accepted_and_is_not_in_the_plan_is_applied_again_and_gets_no_other_fate() {
    let mut world = World::new();
    world.send(&[edit_of(SUPERVISOR, 2, (1, None), vec![measures("R", "rails")])]);
    world.send(&[edit_of(CARER, 3, (2, None), vec![measures("R", "as I say")])]);
    let mut lost = PlanDocument::new(STORE, EPOCH);
    lost.replay(world.changes().take(1)).expect("the first change is there");
    let again = accepted_again(&world.states, &mut lost, Catalogue::built_in(), 1_002);
    assert_eq!(
        again.iter().map(|change| (change.edit, change.version)).collect::<Vec<_>>(),
        [(Some(record(SUPERVISOR, 2)), 1_002)]
    );
    assert_eq!(lost.view().sections, world.plan.view().sections);
    assert_eq!(accepted_again(&world.states, &mut lost, Catalogue::built_in(), 1_003), []);
}
