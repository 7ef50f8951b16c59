//! Rules of the canonical document: merging, candidates, versions, replay.

use crate::support::{Store, add, any_field, edit, entry, move_to, record, retire, set, staff, values};
use alongside_domain::plan::apply::InvalidCommand;
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::{EditToApply, NotApplied, PlanDocument, StartsAt, conflicts};
use alongside_domain::time::Moment;

const NURSE: u8 = 3;
const OTHER: u8 = 5;
const THIRD: u8 = 7;

fn pairs(values: &[(&str, u8)]) -> Vec<(String, alongside_domain::ids::StaffId)> {
    values.iter().map(|(value, who)| ((*value).to_owned(), staff(*who))).collect()
}

/// A store in which the nurse added action A with thickness 1.
fn started() -> (Store, u64) {
    let mut store = Store::new();
    let version = store.take(NURSE, 1, (0, None), vec![add("A", &[("thickness", "1")])]);
    (store, version.expect("a first edit fits"))
}

#[test]
fn two_people_who_change_a_field_apart_are_both_shown() {
    let (mut store, v1) = started();
    store.take(NURSE, 2, (v1, None), vec![set("A", "thickness", "2")]).expect("fits");
    store.take(OTHER, 1, (v1, None), vec![set("A", "thickness", "3")]).expect("fits");
    let mut found = store.values("A", "thickness");
    found.sort();
    assert_eq!(found, pairs(&[("2", NURSE), ("3", OTHER)]));
}

#[test]
fn two_people_who_set_the_same_value_have_not_clashed() {
    let (mut store, v1) = started();
    store.take(OTHER, 1, (v1, None), vec![set("A", "thickness", "2")]).expect("fits");
    store.take(NURSE, 2, (v1, None), vec![set("A", "thickness", "2")]).expect("fits");
    // The nurse's moment is the earlier one, although her edit came later.
    assert_eq!(store.values("A", "thickness"), pairs(&[("2", NURSE)]));
    assert!(conflicts(&store.plan.view()).is_empty());
}

#[test]
fn an_edit_stacked_on_her_own_does_not_conflict_with_herself() {
    let (mut store, v1) = started();
    store.take(NURSE, 2, (v1, None), vec![set("A", "thickness", "2")]).expect("fits");
    store.take(NURSE, 3, (v1, Some(2)), vec![set("A", "thickness", "3")]).expect("fits");
    store.take(NURSE, 4, (v1, Some(3)), vec![set("A", "thickness", "4")]).expect("fits");
    assert_eq!(store.values("A", "thickness"), pairs(&[("4", NURSE)]));
}

#[test]
fn every_replica_shows_the_same_candidates_of_three_authors() {
    let (mut store, v1) = started();
    for number in 0..500 {
        let text = format!("instruction {number}");
        let base = store.plan.version();
        store.take(NURSE, 2 + number, (base, None), vec![set("A", "how", &text)]).expect("fits");
    }
    let recent = store.plan.version();
    store.take(OTHER, 1, (recent, None), vec![set("A", "thickness", "2")]).expect("fits");
    store.take(OTHER, 2, (recent, Some(1)), vec![set("A", "thickness", "3")]).expect("fits");
    store.take(NURSE, 600, (recent, None), vec![set("A", "thickness", "4")]).expect("fits");
    store.take(THIRD, 1, (v1, None), vec![set("A", "thickness", "5")]).expect("fits");
    let mut found = store.values("A", "thickness");
    assert_eq!(found[0], ("5".to_owned(), staff(THIRD)));
    found.sort();
    assert_eq!(found, pairs(&[("3", OTHER), ("4", NURSE), ("5", THIRD)]));
    assert_replicas_agree(&store);
}

fn assert_replicas_agree(store: &Store) {
    let replica = store.replica();
    assert_eq!(replica.view(), store.plan.view());
    assert!(replica.save() == store.plan.save(), "replica");
    let loaded = PlanDocument::load(&store.plan.save(), crate::support::STORE, crate::support::EPOCH);
    let loaded = loaded.expect("what the store saved");
    assert_eq!(loaded.view(), store.plan.view());
    assert!(loaded.save() == store.plan.save(), "loaded");
    for version in loaded.versions() {
        assert_eq!(loaded.view_at(version), replica.view_at(version));
    }
    let mut one_by_one = PlanDocument::new(crate::support::STORE, crate::support::EPOCH);
    for (_, change) in &store.changes {
        one_by_one.replay([change]).expect("a store's own change");
    }
    assert!(one_by_one.save() == store.plan.save(), "one by one");
}

#[test]
fn one_choice_clears_a_conflict_and_a_late_third_edit_opens_it_again() {
    let (mut store, v1) = started();
    store.take(NURSE, 2, (v1, None), vec![set("A", "thickness", "2")]).expect("fits");
    let both = store.take(OTHER, 1, (v1, None), vec![set("A", "thickness", "3")]).expect("fits");
    let shown = store.values("A", "thickness")[0].0.clone();
    for choice in ["2", "3"] {
        let mut chosen = Store { plan: store.plan.clone(), changes: store.changes.clone() };
        chosen.take(NURSE, 3, (both, None), vec![set("A", "thickness", choice)]).expect("fits");
        assert_eq!(chosen.values("A", "thickness"), pairs(&[(choice, NURSE)]), "{shown} was shown");
        chosen.take(THIRD, 1, (v1, None), vec![set("A", "thickness", "9")]).expect("fits");
        assert_eq!(chosen.values("A", "thickness"), pairs(&[("9", THIRD), (choice, NURSE)]));
        assert_replicas_agree(&chosen);
    }
}

#[test]
fn two_choices_made_apart_are_both_shown_whatever_was_chosen() {
    let (mut store, v1) = started();
    store.take(NURSE, 2, (v1, None), vec![set("A", "thickness", "2")]).expect("fits");
    let both = store.take(OTHER, 1, (v1, None), vec![set("A", "thickness", "3")]).expect("fits");
    for choice in ["2", "3"] {
        let mut chosen = Store { plan: store.plan.clone(), changes: store.changes.clone() };
        chosen.take(NURSE, 3, (both, None), vec![set("A", "thickness", choice)]).expect("fits");
        chosen.take(THIRD, 1, (both, None), vec![set("A", "thickness", "9")]).expect("fits");
        assert_eq!(chosen.values("A", "thickness"), pairs(&[("9", THIRD), (choice, NURSE)]));
    }
}

#[test]
fn adding_an_entry_twice_is_harmless() {
    let (mut store, v1) = started();
    let before = store.plan.view();
    let again = store.take(NURSE, 2, (v1, None), vec![add("A", &[("thickness", "1")])]).expect("fits");
    assert_eq!(store.plan.view().sections, before.sections);
    store.take(OTHER, 1, (0, None), vec![add("A", &[("thickness", "1")])]).expect("fits");
    assert_eq!(store.plan.view().sections, before.sections);
    assert!(again > v1);
    assert_replicas_agree(&store);
}

#[test]
fn an_entry_added_apart_by_two_keeps_the_fields_of_both() {
    let mut store = Store::new();
    store.take(NURSE, 1, (0, None), vec![add("A", &[("thickness", "1"), ("who", "x")])]).expect("fits");
    store.take(OTHER, 1, (0, None), vec![add("A", &[("thickness", "2"), ("how", "y")])]).expect("fits");
    assert_eq!(store.values("A", "who"), pairs(&[("x", NURSE)]));
    assert_eq!(store.values("A", "how"), pairs(&[("y", OTHER)]));
    assert_eq!(store.values("A", "thickness").len(), 2);
}

#[test]
fn a_retired_entry_is_gone_and_can_be_added_again() {
    let (mut store, v1) = started();
    let v2 = store.take(NURSE, 2, (v1, None), vec![retire("A")]).expect("fits");
    assert!(store.values("A", "thickness").is_empty());
    let on_retired = store.take(OTHER, 1, (v2, None), vec![set("A", "thickness", "2")]);
    assert_eq!(on_retired, Err(NotApplied::Command { index: 0, why: InvalidCommand::NoEntry }));
    store.take(NURSE, 3, (v2, None), vec![add("A", &[])]).expect("fits");
    assert_eq!(store.values("A", "thickness"), pairs(&[("1", NURSE)]));
    assert!(!values(&store.plan.view_at(v1), "A", "thickness").is_empty());
    assert!(values(&store.plan.view_at(v2), "A", "thickness").is_empty());
}

#[test]
fn what_one_retires_while_another_changes_it_stays_until_someone_chooses() {
    for nurse_first in [true, false] {
        let (mut store, v1) = started();
        let mut edits = [(NURSE, 2, retire("A")), (OTHER, 1, set("A", "thickness", "2"))];
        if !nurse_first {
            edits.reverse();
        }
        for (who, number, command) in edits {
            store.take(who, number, (v1, None), vec![command]).expect("fits");
        }
        assert_eq!(store.values("A", "retired"), pairs(&[("no", OTHER), ("yes", NURSE)]));
        assert_eq!(store.values("A", "thickness"), pairs(&[("2", OTHER)]));
        for (command, stays) in [(retire("A"), false), (set_retired(true), false), (set_retired(false), true)]
        {
            let mut chosen = Store { plan: store.plan.clone(), changes: store.changes.clone() };
            let both = chosen.plan.version();
            chosen.take(NURSE, 3, (both, None), vec![command]).expect("fits");
            assert!(conflicts(&chosen.plan.view()).is_empty());
            assert_eq!(!chosen.values("A", "thickness").is_empty(), stays);
            assert_replicas_agree(&chosen);
        }
    }
}

fn set_retired(retired: bool) -> Command {
    Command::SetField {
        section: Section::Actions,
        entry: entry("A"),
        field: "retired".into(),
        value: alongside_domain::value::Value::Bool(retired),
    }
}

#[test]
fn two_places_for_one_entry_are_a_conflict_of_its_order() {
    let (mut store, v1) = started();
    store.take(NURSE, 2, (v1, None), vec![move_to("A", 5)]).expect("fits");
    store.take(OTHER, 1, (v1, None), vec![move_to("A", 6)]).expect("fits");
    let view = store.plan.view();
    let [conflict] = conflicts(&view).try_into().expect("one conflict");
    assert_eq!((conflict.field, conflict.candidates.len()), ("order", 2));
    assert!(view.sections[&Section::Actions][&entry("A")].values().keys().all(|field| field != "order"));
}

#[test]
fn an_edit_on_a_base_that_is_not_there_changes_nothing() {
    let (mut store, v1) = started();
    let before = store.plan.save();
    for base in [(v1 + 1, None), (1, None)] {
        let refused = store.take(OTHER, 1, base, vec![set("A", "thickness", "2")]);
        assert_eq!(refused, Err(NotApplied::BaseMissing));
    }
    let on_held = store.take(OTHER, 2, (v1, Some(1)), vec![set("A", "thickness", "2")]);
    assert_eq!(on_held, Err(NotApplied::BaseHeld));
    assert!(store.plan.save() == before);
}

#[test]
fn commands_that_do_not_fit_change_nothing_and_say_which() {
    let (mut store, v1) = started();
    let before = store.plan.save();
    let long = "x".repeat(4_001);
    let cases = [
        (set("B", "thickness", "2"), InvalidCommand::NoEntry),
        (retire("B"), InvalidCommand::NoEntry),
        (move_to("B", 1), InvalidCommand::NoEntry),
        (set("A", "no_such_field", "2"), InvalidCommand::Field),
        (set("A", "a/b", "2"), InvalidCommand::Field),
        (set("A", "order", "2"), InvalidCommand::Field),
        (add("B", &[("retired", "2")]), InvalidCommand::Field),
        (set("A", "thickness", &long), InvalidCommand::TooLong),
    ];
    for (command, why) in cases {
        let refused = store.take(OTHER, 1, (v1, None), vec![set("A", "how", "y"), command]);
        assert_eq!(refused, Err(NotApplied::Command { index: 1, why }));
    }
    for commands in [vec![], vec![retire("A"); 501]] {
        assert_eq!(store.take(OTHER, 1, (v1, None), commands), Err(NotApplied::Size));
    }
    assert!(store.plan.save() == before);
}

#[test]
fn an_edit_is_in_the_plan_once() {
    let (mut store, v1) = started();
    let again = store.take(NURSE, 1, (v1, None), vec![set("A", "thickness", "2")]);
    assert_eq!(again, Err(NotApplied::AlreadyInPlan));
    assert_eq!(store.plan.version_of(&record(NURSE, 1)), Some(v1));
}

#[test]
fn an_edit_without_a_base_is_taken_over_onto_the_plan_as_it_is() {
    let (mut store, v1) = started();
    let edit = edit(999, None, vec![set("A", "thickness", "2")]);
    let id = record(OTHER, 1);
    let apply =
        EditToApply { id, author: staff(OTHER), at: Moment(9), starts_at: StartsAt::Latest, edit: &edit };
    store.plan.apply_edit(&apply, v1 + 1, &any_field).expect("fits");
    assert_eq!(store.values("A", "thickness"), pairs(&[("2", OTHER)]));
}
