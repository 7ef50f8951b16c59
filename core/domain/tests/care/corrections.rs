//! A correction supersedes an observation in every fold; what was done about the first stays.

use crate::support::*;
use alongside_domain::care::escalation::{EscalationState, InTime};
use alongside_domain::care::today;

const OVER_7: &str = r#"{"compare":{"kind":"pain","field":"score","op":"over","value":7}}"#;

fn score(text: &str) -> alongside_domain::journal::body::Observation {
    observation("pain", &[("score", text)])
}

#[test]
fn a_correction_that_still_matches_keeps_the_escalation_and_its_time() {
    let mut world = World::with(OVER_7, "same_day");
    let first = world.see(JOEL, "2 10:00", "pain", &[("score", "8")]);
    world.attempt(JOEL, "2 10:05", about("T", first), "gp", true);
    let corrected = world.correct(JOEL, "2 10:00", "2 11:00", first, score("9"));
    world.close(SAM, "2 12:00", about("T", corrected), "seen");
    let found = world.escalations("3 00:00").list;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (shown(found[0].raised), found[0].attempts.len(), found[0].state),
        ("2 10:00".to_owned(), 1, EscalationState::Closed)
    );
}

#[test]
fn a_correction_that_no_longer_matches_leaves_it_overtaken_if_someone_acted() {
    let mut world = World::with(OVER_7, "same_day");
    let first = world.see(JOEL, "2 10:00", "pain", &[("score", "8")]);
    world.correct(JOEL, "2 10:00", "2 11:00", first, score("3"));
    assert!(world.escalations("3 00:00").list.is_empty());
    world.attempt(JOEL, "2 10:05", about("T", first), "gp", true);
    let found = world.escalations("3 00:00").list;
    assert_eq!((found.len(), found[0].state), (1, EscalationState::Overtaken));
}

#[test]
fn a_correction_that_first_matches_raises_from_its_own_recording_with_what_was_done() {
    let mut world = World::with(OVER_7, "60");
    let first = world.see(JOEL, "2 10:00", "pain", &[("score", "3")]);
    world.attempt(JOEL, "2 10:05", about("T", first), "gp", false);
    world.correct(JOEL, "2 10:00", "2 11:00", first, score("8"));
    let found = world.escalations("2 11:01").list;
    assert_eq!(found.len(), 1);
    let one = &found[0];
    assert_eq!(
        (shown(one.raised), shown(one.due), one.attempts.len()),
        ("2 11:00".to_owned(), "2 12:00".to_owned(), 1)
    );
}

#[test]
fn a_superseded_value_is_no_base_for_a_change() {
    let mut world = World::with(PAIN_UP_2, "same_day");
    let wrong = world.pain(JOEL, "2 08:00", "1");
    world.correct(JOEL, "2 08:00", "2 08:05", wrong, observation("wound_dressed", &[("pain_rest", "4")]));
    world.pain(JOEL, "2 12:00", "5");
    assert_eq!(world.raised("3 00:00"), [""; 0]);
}

#[test]
fn a_correction_is_no_base_for_the_value_that_it_corrects() {
    // R1: seen two hours earlier, says the correction. It is the same observation all the same.
    let smell_or_green = r#"{"any":[{"change":{"kind":"wound_dressed","field":"smell","direction":"up","by":1,"within_hours":48}},{"compare":{"kind":"wound_dressed","field":"fluid_colour","op":"is","value":"green"}}]}"#;
    let mut world = World::with(smell_or_green, "60");
    let wrong = world.see(JOEL, "2 08:30", "wound_dressed", &[("smell", "close_to")]);
    let right = observation("wound_dressed", &[("smell", "none"), ("fluid_colour", "green")]);
    world.correct(JOEL, "2 06:30", "2 09:30", wrong, right);
    assert_eq!(world.raised("3 00:00"), ["T 2 09:30 x1"], "nobody could know of it before");
}

#[test]
fn an_answer_in_time_stays_in_time_when_its_escalation_is_overtaken() {
    // R5: what was done in time was done in time, although the value that asked for it was wrong.
    let mut world = World::with(OVER_7, "60");
    let first = world.see(JOEL, "2 10:00", "pain", &[("score", "8")]);
    world.answer(JOEL, "2 10:20", about("T", first), None);
    world.correct(JOEL, "2 10:00", "2 11:00", first, score("3"));
    let found = &world.escalations("3 00:00").list[0];
    assert_eq!(
        (found.state, shown(found.answer_due), found.done_in_time, found.known_in_time),
        (EscalationState::Overtaken, "2 11:00".to_owned(), InTime::Yes, InTime::Yes)
    );
}

#[test]
fn of_two_corrections_the_later_holds_and_both_stay_in_the_journal() {
    let mut world = World::with(OVER_7, "same_day");
    let first = world.see(JOEL, "2 10:00", "pain", &[("score", "1")]);
    world.correct(SAM, "2 10:00", "2 12:00", first, score("3"));
    world.correct(JOEL, "2 10:00", "2 11:00", first, score("2"));
    let latest = world.at("3 00:00", |inputs| {
        assert_eq!(inputs.records.entries().len(), 3);
        today::latest(inputs).into_iter().map(|latest| latest.value.words).collect::<Vec<_>>()
    });
    assert_eq!(latest, ["3"]);
}

#[test]
fn a_correction_whose_clock_is_behind_still_comes_after_what_it_corrects() {
    let mut world = World::with(OVER_7, "same_day");
    let first = world.see(JOEL, "2 10:00", "pain", &[("score", "8")]);
    world.correct(SAM, "2 09:00", "2 09:30", first, score("2"));
    assert!(world.escalations("3 00:00").list.is_empty());
}
