//! R2: absence inside a daily window, and what cannot be told while a device is silent.

use crate::support::*;
use alongside_domain::care::absence;
use alongside_domain::care::plan::Status;
use alongside_domain::journal::body::{ReasonAbsent, VisitKind};
use alongside_domain::plan::edit::Section;
use alongside_domain::time::Moment;

fn turned(times: &[&str]) -> World {
    let mut world = World::with(TURN_6H, "same_day");
    for when in times {
        world.see(JOEL, when, "position", &[("to", "back")]);
    }
    world
}

#[test]
fn r2_absence_is_due_six_hours_after_the_opening_or_the_last_record() {
    assert_eq!(turned(&["1 21:30"]).raised("2 13:59"), ["T 1 14:00 x1"]);
    assert_eq!(turned(&["1 09:00", "1 14:00", "1 20:00", "2 10:00"]).raised("2 15:59"), [""; 0]);
    assert_eq!(turned(&["1 09:00", "1 14:00", "1 20:00", "2 10:00"]).raised("2 16:00"), ["T 2 16:00 x1"]);
}

#[test]
fn r2_a_record_at_the_due_instant_is_in_time() {
    assert_eq!(turned(&["1 09:00", "1 15:00", "1 21:00"]).raised("1 23:59"), [""; 0]);
}

#[test]
fn r2_absence_does_not_count_outside_the_window() {
    // 16:01 and six hours is after the window; the night does not count, and the next window opens anew.
    assert_eq!(turned(&["1 10:00", "1 15:59", "1 16:01"]).raised("2 13:59"), [""; 0]);
    assert_eq!(turned(&["1 10:00", "1 16:00"]).raised("2 13:59"), ["T 1 22:00 x1"]);
}

#[test]
fn r2_a_reason_why_not_is_no_record_of_it() {
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00", "2 08:00"]);
    world.declined(JOEL, "2 12:00", "position", ReasonAbsent::Declined);
    assert_eq!(world.raised("2 14:00"), ["T 2 14:00 x1"]);
}

const DRUNK_12H: &str = r#"{"absence":{"kind":"fluid","hours":12,"of":{"kind":"fluid","field":"drink_ml","op":"over","value":0}}}"#;

#[test]
fn r2_a_refused_drink_is_nothing_drunk() {
    let mut world = World::with(DRUNK_12H, "same_day");
    world.see(JOEL, "1 10:00", "fluid", &[("drink_ml", "150")]);
    world.see(JOEL, "1 14:00", "fluid", &[("refused", "yes")]);
    world.see(JOEL, "1 18:00", "fluid", &[("refused", "yes"), ("drink_ml", "0")]);
    assert_eq!(world.raised("1 21:59"), [""; 0]);
    assert_eq!(world.raised("1 22:00"), ["T 1 22:00 x1"]);
    world.see(JOEL, "1 21:30", "fluid", &[("drink_ml", "50")]);
    assert_eq!(world.raised("1 22:00"), [""; 0]);
}

#[test]
fn r2_of_the_absence_of_what_was_passed_only_what_was_passed_counts() {
    let passed = r#"{"absence":{"kind":"bladder","hours":8,"of":{"kind":"bladder","field":"passed","op":"is","value":"yes"}}}"#;
    let mut world = World::with(passed, "same_day");
    world.see(JOEL, "1 07:00", "bladder", &[("passed", "yes")]);
    world.see(JOEL, "1 12:00", "bladder", &[("passed", "no")]);
    assert_eq!(world.raised("1 15:00"), ["T 1 15:00 x1"]);
}

#[test]
fn r2_a_meal_that_was_not_offered_or_declined_is_nothing_eaten() {
    let eaten = r#"{"absence":{"kind":"meal","hours":12,"of":{"kind":"meal","field":"eaten","op":"over","value":"none"}}}"#;
    let mut world = World::with(eaten, "same_day");
    world.see(JOEL, "1 08:00", "meal", &[("offered", "yes"), ("eaten", "half")]);
    world.see(JOEL, "1 12:30", "meal", &[("offered", "no"), ("eaten", "half")]);
    world.declined(JOEL, "1 17:30", "meal", ReasonAbsent::Declined);
    assert_eq!(world.raised("1 20:00"), ["T 1 20:00 x1"]);
}

#[test]
fn r2_without_saying_which_count_each_record_with_a_value_does() {
    let mut world = World::with(r#"{"absence":{"kind":"fluid","hours":12}}"#, "same_day");
    world.see(JOEL, "1 10:00", "fluid", &[("refused", "yes")]);
    assert_eq!(world.raised("1 21:59"), [""; 0]);
    assert_eq!(world.raised("1 22:00"), ["T 1 22:00 x1"]);
}

#[test]
fn r2_the_same_absence_joins_the_open_escalation_on_the_next_day() {
    assert_eq!(turned(&[]).raised("3 23:00"), ["T 1 14:00 x3"]);
}

#[test]
fn r2_a_window_may_go_over_midnight() {
    let night = r#"{"absence":{"kind":"position","hours":4,"between":["22:00","06:00"]}}"#;
    let mut world = World::with(night, "same_day");
    world.see(JOEL, "1 23:00", "position", &[("to", "back")]);
    // From midnight, when it was agreed, and from 23:00.
    assert_eq!(world.raised("2 21:59"), ["T 1 04:00 x2"]);
}

#[test]
fn r2_without_a_window_it_comes_again_after_each_stretch() {
    let mut world = World::with(r#"{"absence":{"kind":"meal","hours":12}}"#, "same_day");
    world.see(JOEL, "1 10:00", "meal", &[("eaten", "all")]);
    assert_eq!(world.raised("1 21:59"), [""; 0]);
    assert_eq!(world.raised("1 22:00"), ["T 1 22:00 x1"]);
    assert_eq!(world.raised("2 10:00"), ["T 1 22:00 x2"]);
}

#[test]
fn r2_in_the_spring_change_six_hours_are_six_hours() {
    let night = r#"{"absence":{"kind":"position","hours":6,"between":["22:00","06:00"]}}"#;
    let mut world = World::new();
    world.plan(1, "28 12:00", PlanText::default().trigger("T", night, "gp", "same_day"));
    // 22:00 to 05:00 on the clock is six hours in the night of the 28th to the 29th.
    assert_eq!(world.raised("29 04:59"), [""; 0]);
    assert_eq!(world.raised("29 05:00"), ["T 29 05:00 x1"]);
}

#[test]
fn r2_a_silent_device_that_is_rostered_makes_it_cannot_tell() {
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00"]);
    world.visit(1, VisitKind::Care, "2 12:30", AMINA);
    world.heard(AMINA, "2 07:45");
    let found = world.escalations("2 14:00");
    assert!(found.list.is_empty());
    assert_eq!(found.cannot_tell_now().map(|c| c.ring.clone()).collect::<Vec<_>>(), [[staff(AMINA)]]);
    world.heard(AMINA, "2 08:01");
    assert_eq!(world.raised("2 14:00"), ["T 2 14:00 x1"], "heard in the span, and nothing came");
}

#[test]
fn r2_a_silent_device_that_is_not_rostered_in_the_span_does_not_matter() {
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00"]);
    world.visit(1, VisitKind::Care, "2 17:30", AMINA);
    world.heard(AMINA, "1 07:45");
    assert_eq!(world.raised("2 14:00"), ["T 2 14:00 x1"]);
}

#[test]
fn r2_cannot_tell_lapses_when_records_arrive_and_becomes_certain_when_none_do() {
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00"]);
    world.visit(1, VisitKind::Care, "2 12:30", AMINA);
    world.heard(AMINA, "2 18:20");
    assert_eq!(world.raised("2 18:20"), ["T 2 14:00 x1"], "heard again, with nothing");
    let record = world.see(AMINA, "2 12:40", "position", &[("to", "back")]);
    world.received(record, "2 18:20");
    let found = world.escalations("2 18:20");
    assert!(found.list.is_empty());
    assert_eq!(
        found.cannot_tell.iter().map(|c| c.lapsed.map(shown)).collect::<Vec<_>>(),
        [Some("2 18:20".to_owned())]
    );
}

#[test]
fn an_absence_that_someone_acted_on_is_overtaken_not_gone() {
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00"]);
    world.attempt(SAM, "2 14:05", about_absence("T", "2 14:00"), "sam", true);
    let record = world.see(AMINA, "2 12:40", "position", &[("to", "back")]);
    world.received(record, "2 18:20");
    let found = world.escalations("2 18:20").list;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].state, alongside_domain::care::escalation::EscalationState::Overtaken);
    assert_eq!((found[0].attempts.len(), found[0].offers.is_none()), (1, true));
}

#[test]
fn an_absence_is_not_counted_before_its_trigger_existed() {
    let mut world = World::new();
    world.plan(1, "2 11:00", PlanText::default().trigger("T", TURN_6H, "gp", "same_day"));
    assert_eq!(world.raised("2 16:59"), [""; 0]);
    assert_eq!(world.raised("2 17:00"), ["T 2 17:00 x1"]);
}

#[test]
fn a_trigger_made_stricter_is_due_at_once_not_after_another_whole_stretch() {
    let stricter = TURN_6H.replace("\"hours\":6", "\"hours\":4");
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00", "2 08:00"]);
    world.plan(2, "2 13:00", PlanText::default().trigger("T", &stricter, "gp", "same_day"));
    assert_eq!(world.raised("2 14:00"), ["T 2 13:00 x1"]);
}

#[test]
fn an_edit_of_the_words_alone_does_not_move_the_absence() {
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00", "2 08:00"]);
    let said = PlanText::default().trigger("T", TURN_6H, "gp", "same_day");
    world.plan(2, "2 13:00", said.set(Section::Triggers, "T", fields(&[("say", "please turn")])));
    assert_eq!(world.raised("2 14:00"), ["T 2 14:00 x1"]);
}

#[test]
fn a_stay_in_hospital_pauses_absence_and_it_begins_anew_at_home() {
    let in_state = |status: &str| {
        PlanText::default().trigger("T", TURN_6H, "gp", "same_day").set(
            Section::Safety,
            "main",
            fields(&[("status", status)]),
        )
    };
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00"]);
    world.plan(2, "2 07:00", in_state("in_hospital"));
    assert_eq!(world.versions[1].plan.status, Status::InHospital);
    assert_eq!(world.raised("2 23:00"), [""; 0]);
    world.plan(3, "3 11:00", in_state("at_home"));
    assert_eq!(world.raised("3 16:59"), [""; 0]);
    assert_eq!(world.raised("3 17:00"), ["T 3 17:00 x1"]);
}

#[test]
fn a_partial_copy_finds_no_absence_before_its_beginning() {
    let mut world = turned(&["3 08:00", "3 13:00", "3 19:00"]);
    world.complete_from = at("3 00:00");
    assert_eq!(world.raised("3 23:00"), [""; 0]);
    world.complete_from = Moment(i64::MIN);
    assert_eq!(world.raised("3 23:00"), ["T 1 14:00 x2"]);
}

#[test]
fn an_absence_before_the_first_clinical_visit_is_in_the_nurse_s_notes() {
    // D4: triggers met, also where nobody has recorded anything yet.
    let mut world = World::with(TURN_6H, "60");
    world.visit(1, VisitKind::Clinical, "2 16:00", BETH);
    world.arrive(BETH, "2 16:00", 1, VisitKind::Clinical);
    let notes = world.aligned("2 17:00");
    let met: Vec<usize> = notes.segments.iter().map(|segment| segment.triggers.len()).collect();
    assert_eq!(met, [1, 0], "{notes:?}");
}

#[test]
fn r2_when_the_next_absence_is_due_is_known_before_it_is() {
    let next = |world: &World, now: &str| world.at(now, absence::next_due).map(shown);
    let mut world = turned(&["1 09:00", "1 15:00", "1 21:00"]);
    assert_eq!(next(&world, "2 13:59"), Some("2 14:00".to_owned()));
    assert_eq!(next(&world, "2 14:00"), Some("3 14:00".to_owned()), "that one is due now");
    world.see(JOEL, "2 10:00", "position", &[("to", "back")]);
    assert_eq!(next(&world, "2 13:59"), Some("2 16:00".to_owned()));
    assert_eq!(next(&World::new(), "2 13:59"), None);
}
