//! R3: which plan a record is judged by.

use crate::support::*;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::escalation;
use alongside_domain::care::offer::Offer;
use alongside_domain::care::plan::{CarePlan, Status};
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::body::{Fate, FateOutcome, HeldWhy, PlanEdit, Role};
use alongside_domain::journal::{Body, OwnRecord, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::view::Candidate;
use alongside_domain::value::Value;

const OVER_3: &str = r#"{"compare":{"kind":"pain","field":"score","op":"over","value":3}}"#;
const OVER_7: &str = r#"{"compare":{"kind":"pain","field":"score","op":"over","value":7}}"#;

fn text(condition: &str) -> PlanText {
    PlanText::default().trigger("T", condition, "gp", "same_day")
}

/// Version 1 has T over `first`; version 2, accepted on the 2nd at 12:00, has it over `second`. A score of 5 is
/// recorded by an author who saw `seen`.
fn check(first: &str, second: Option<&str>, seen: u64, observed: &str, recorded: &str, expected: &[&str]) {
    let mut world = World::new();
    world.plan(1, "1 00:00", text(first));
    world.plan(2, "2 12:00", second.map_or_else(PlanText::default, text));
    world.seen.version = seen;
    world.add(JOEL, observed, recorded, Body::Observation(observation("pain", &[("score", "5")])));
    let found = world.escalations("3 00:00");
    let one = |e: &alongside_domain::care::escalation::Escalation| {
        let earlier = if e.matches[0].earlier_plan { ", earlier plan" } else { "" };
        format!("{} by version {}{earlier}", shown(e.raised), e.matches[0].judged_by)
    };
    assert_eq!(found.list.iter().map(one).collect::<Vec<_>>(), expected);
}

#[test]
fn r3_a_record_is_judged_by_the_plan_that_its_author_saw() {
    check(OVER_3, Some(OVER_7), 1, "2 13:00", "2 13:00", &["2 13:00 by version 1"]);
    check(OVER_3, None, 1, "2 13:00", "2 13:00", &["2 13:00 by version 1"]);
    check(OVER_7, Some(OVER_3), 2, "2 13:00", "2 13:00", &["2 13:00 by version 2"]);
    check(OVER_3, Some(OVER_7), 2, "2 13:00", "2 13:00", &[]);
}

#[test]
fn r3_a_newer_trigger_counts_if_it_was_accepted_before_the_observation() {
    check(OVER_7, Some(OVER_3), 1, "2 13:00", "2 13:00", &["2 13:00 by version 2, earlier plan"]);
    check(OVER_7, Some(OVER_3), 0, "2 13:00", "2 13:00", &["2 13:00 by version 2, earlier plan"]);
    check(OVER_7, Some(OVER_3), 1, "2 12:00", "2 12:00", &[]);
    check(OVER_7, Some(OVER_3), 1, "2 11:00", "2 11:00", &[]);
}

#[test]
fn r3_a_trigger_is_never_applied_to_what_was_seen_before_it_existed() {
    // Recorded from memory after the change was seen: judged as the trigger was when it was observed.
    check(OVER_7, Some(OVER_3), 2, "2 11:00", "2 13:00", &[]);
    check(OVER_3, Some(OVER_7), 2, "2 11:00", "2 13:00", &["2 13:00 by version 1"]);
}

fn edit(world: &mut World, who: Who, when: &str, condition: &str) -> RecordRef {
    let value = Value::text(condition);
    let set = Command::SetField {
        section: Section::Triggers,
        entry: entry_id("T"),
        field: "condition".to_owned(),
        value,
    };
    let base = PlanSeen { version: 1, own_edit: None };
    let edit = PlanEdit { base, commands: vec![set], reason: String::new() };
    world.add(who, when, when, Body::PlanEdit(edit))
}

fn own_edit(outcome: Option<FateOutcome>, condition: [&str; 2]) -> Vec<String> {
    let mut world = World::new();
    world.plan(1, "1 00:00", text(condition[0]));
    world.seen.version = 1;
    let made = edit(&mut world, BETH, "2 09:00", condition[1]);
    world.seen.own_edit = Some(OwnRecord { epoch: made.epoch, number: made.number });
    world.see(BETH, "2 10:00", "pain", &[("score", "5")]);
    world.seen.own_edit = None;
    world.see(JOEL, "2 10:30", "pain", &[("score", "5")]);
    if let Some(outcome) = outcome {
        world.add(STORE, "2 15:00", "2 15:00", Body::Fate(Fate { edit: made, outcome, by: None }));
    }
    world.raised("3 00:00")
}

#[test]
fn r3_the_authors_own_edit_counts_for_their_own_records_before_it_is_confirmed() {
    let declined = FateOutcome::Declined { reason: "no".to_owned() };
    for outcome in [None, Some(FateOutcome::Accepted { version: 2 }), Some(declined)] {
        assert_eq!(own_edit(outcome, [OVER_7, OVER_3]), ["T 2 10:00 x1"]);
    }
}

#[test]
fn an_unconfirmed_edit_never_silences_an_alert() {
    assert_eq!(own_edit(None, [OVER_3, OVER_7]), ["T 2 10:00 x2"]);
}

#[test]
fn a_proposal_of_someone_who_may_not_is_no_trigger() {
    let held = FateOutcome::Held { role: Role::Nurse, why: HeldWhy::MayNot };
    assert_eq!(own_edit(Some(held), [OVER_7, OVER_3]), [""; 0]);
}

#[test]
fn an_edit_of_another_device_is_not_on_top_of_what_an_author_saw() {
    let mut world = World::new();
    world.plan(1, "1 00:00", text(OVER_7));
    world.seen.version = 1;
    let made = edit(&mut world, BETH, "2 09:00", OVER_3);
    world.seen.own_edit = Some(OwnRecord { epoch: made.epoch, number: made.number });
    let seen = world.see(JOEL, "2 10:00", "pain", &[("score", "5")]);
    assert_eq!(seen.author, AuthorId([JOEL; 16]));
    assert_eq!(world.raised("3 00:00"), [""; 0]);
}

/// Somebody else says something else.
fn differ(plan: &mut PlanText, (section, entry, field): (Section, &str, &str), value: Value) {
    let entries = plan.view.sections.get_mut(&section).expect("there is one");
    let field = entries.get_mut(&entry_id(entry)).and_then(|entry| entry.fields.get_mut(field));
    let field = field.expect("it has one");
    let other = Candidate { value, ..field.candidates[0].clone() };
    field.candidates.push(other);
}

#[test]
fn while_two_people_differ_about_a_condition_each_candidate_counts() {
    let mut world = World::new();
    let mut both = text(OVER_7);
    differ(&mut both, (Section::Triggers, "T", "condition"), Value::text(OVER_3));
    world.plan(1, "1 00:00", both);
    world.see(JOEL, "2 10:00", "pain", &[("score", "5")]);
    assert_eq!(world.raised("3 00:00"), ["T 2 10:00 x1"]);
}

#[test]
fn while_people_differ_about_urgency_the_sooner_counts() {
    let due = |first: &str, other: Value| {
        let mut both = PlanText::default().trigger("T", OVER_3, "district_nursing", first);
        differ(&mut both, (Section::Triggers, "T", "urgency"), other);
        let mut world = World::new();
        world.plan(1, "1 00:00", both);
        world.seen.version = 1;
        world.see(JOEL, "2 10:00", "pain", &[("score", "5")]);
        world.at("2 10:01", |inputs| shown(escalation::fold(inputs).list[0].due))
    };
    assert_eq!(due("same_day", Value::Int(60)), "2 11:00");
    assert_eq!(due("60", Value::text("same_day")), "2 11:00");
    assert_eq!(due("next_visit", Value::text("same_day")), "2 23:59");
}

#[test]
fn while_people_differ_about_whom_to_ring_all_of_them_are_offered_first() {
    let contact = |name: &str, role: &str| fields(&[("role", role), ("name", name)]);
    let mut both = PlanText::default()
        .set(Section::Contacts, "pharmacy", contact("Pharmacy", "pharmacy"))
        .set(Section::Contacts, "surgery", contact("Surgery", "gp"))
        .set(Section::Contacts, "nurses", contact("Hub", "district_nursing"))
        .trigger("T", OVER_3, "district_nursing", "same_day");
    differ(&mut both, (Section::Triggers, "T", "contact"), Value::text("gp"));
    let mut world = World::new();
    world.plan(1, "1 00:00", both);
    world.seen.version = 1;
    world.see(JOEL, "2 10:00", "pain", &[("score", "5")]);
    world.at("2 10:01", |inputs| {
        let escalations = escalation::fold(inputs);
        let offers = escalations.list[0].offers.as_ref().expect("it is open");
        let offered = |id: &str| Offer::Contact(entry_id(id));
        assert_eq!(offers.list[..3], [offered("nurses"), offered("surgery"), offered("pharmacy")]);
    });
}

#[test]
fn while_people_differ_about_where_the_person_is_they_are_at_home() {
    let status = |first: &str, other: &str| {
        let values: &[&str] = &[first, other];
        let view = view_of(Section::Safety, "main", &[("status", values)]);
        CarePlan::from_view(&view, Catalogue::built_in()).status
    };
    assert_eq!(status("in_hospital", "at_home"), Status::AtHome);
    assert_eq!(status("at_home", "died"), Status::AtHome);
    assert_eq!(status("died", "in_hospital"), Status::InHospital);
}
