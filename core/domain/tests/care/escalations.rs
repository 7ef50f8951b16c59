//! R4 and R5: joining, closing, deadlines, promises, and whom to call next.

use crate::support::*;
use alongside_domain::care::escalation::{Escalation, EscalationState, InTime};
use alongside_domain::care::offer::Offer;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{Response, VisitKind};
use alongside_domain::plan::edit::Section;
use alongside_domain::value::Value;

const OVER_3: &str = r#"{"compare":{"kind":"pain","field":"score","op":"over","value":3}}"#;

fn world(urgency: &str) -> World {
    World::with(OVER_3, urgency)
}

fn score(world: &mut World, who: Who, when: &str) -> alongside_domain::journal::RecordRef {
    world.see(who, when, "pain", &[("score", "5")])
}

fn first(world: &World, now: &str) -> Escalation {
    world.escalations(now).list.remove(0)
}

#[test]
fn r4_matches_of_an_open_escalation_join_and_those_after_its_closing_raise_another() {
    let mut world = world("same_day");
    let one = score(&mut world, JOEL, "2 10:00");
    score(&mut world, AMINA, "2 11:00");
    world.close(SAM, "2 12:00", about("T", one), "done");
    score(&mut world, JOEL, "2 13:00");
    assert_eq!(world.raised("3 00:00"), ["T 2 10:00 x2", "T 2 13:00 x1"]);
}

#[test]
fn r4_an_earlier_match_that_arrives_late_gives_the_raising_time_and_keeps_all_attempts() {
    let mut world = world("same_day");
    let known_first = score(&mut world, BETH, "2 15:00");
    world.attempt(BETH, "2 15:05", about("T", known_first), "gp", true);
    let late = score(&mut world, AMINA, "2 12:00");
    world.attempt(AMINA, "2 12:05", about("T", late), "gp", false);
    world.close(BETH, "2 16:00", about("T", known_first), "done");
    let found = first(&world, "3 00:00");
    assert_eq!(
        (shown(found.raised), found.attempts.len(), found.state),
        ("2 12:00".to_owned(), 2, EscalationState::Closed)
    );
    assert_eq!(world.raised("3 00:00"), ["T 2 12:00 x2"]);
}

#[test]
fn r4_a_second_closing_by_someone_who_did_not_know_of_the_first_ends_nothing_else() {
    let mut world = world("same_day");
    let one = score(&mut world, JOEL, "2 10:00");
    world.close(SAM, "2 12:00", about("T", one), "done");
    score(&mut world, JOEL, "2 13:00");
    world.close(BETH, "2 14:00", about("T", one), "done too");
    let found = world.escalations("3 00:00").list;
    assert_eq!((found[0].closed_again.len(), found[1].state), (1, EscalationState::Raised));
}

#[test]
fn a_closing_whose_clock_is_behind_still_closes_what_it_names() {
    let mut world = world("same_day");
    let one = score(&mut world, JOEL, "2 10:00");
    world.close(SAM, "2 09:00", about("T", one), "done");
    assert_eq!(first(&world, "3 00:00").state, EscalationState::Closed);
}

#[test]
fn only_an_answer_is_a_response() {
    let mut world = world("60");
    let one = score(&mut world, JOEL, "2 10:00");
    world.attempt(JOEL, "2 10:05", about("T", one), "gp", true);
    let found = first(&world, "2 11:01");
    assert_eq!((found.state, found.response_minutes), (EscalationState::Raised, None));
    assert!(found.is_overdue(at("2 11:01")) && !found.is_overdue(at("2 11:00")));
    world.answer(JOEL, "2 10:06", about("T", one), None);
    let found = first(&world, "2 11:01");
    assert_eq!((found.state, found.response_minutes), (EscalationState::Answered, Some(6)));
    assert!(!found.is_overdue(at("2 11:01")));
}

#[test]
fn r5_same_day_is_answered_by_23_59_59_local_and_the_bound_is_inside() {
    for (answered, done) in [("2 23:59:59", InTime::Yes), ("3 00:00", InTime::No)] {
        let mut world = world("same_day");
        let one = score(&mut world, JOEL, "2 10:00");
        world.answer(JOEL, answered, about("T", one), None);
        assert_eq!(first(&world, "4 00:00").done_in_time, done);
    }
}

#[test]
fn r5_a_closing_is_no_answer() {
    let mut world = world("60");
    let one = score(&mut world, JOEL, "2 10:00");
    world.close(SAM, "2 10:30", about("T", one), "done");
    assert_eq!(first(&world, "2 12:00").done_in_time, InTime::No);
}

#[test]
fn r5_done_in_time_and_known_in_time_are_two_facts() {
    let mut world = world("60");
    let one = score(&mut world, JOEL, "2 10:00");
    let answer = world.answer(JOEL, "2 10:30", about("T", one), None);
    assert_eq!(first(&world, "2 12:00").known_in_time, InTime::Yes, "it came at once");
    world.received(answer, "2 11:30");
    let found = first(&world, "2 12:00");
    assert_eq!((found.done_in_time, found.known_in_time), (InTime::Yes, InTime::No));
    world.received(answer, "2 11:00");
    assert_eq!(first(&world, "2 12:00").known_in_time, InTime::Yes);
}

#[test]
fn r5_an_answer_that_waits_on_the_phone_is_pending_until_its_deadline_and_then_unknown() {
    let mut world = world("60");
    let one = score(&mut world, JOEL, "2 10:00");
    world.answer(JOEL, "2 10:30", about("T", one), None);
    for (now, known) in [("2 11:00", InTime::Pending), ("2 11:01", InTime::Unknown)] {
        let mut found = first(&world, now);
        found.answer_waits(at(now));
        assert_eq!((found.done_in_time, found.known_in_time), (InTime::Yes, known));
    }
}

#[test]
fn r5_a_promise_is_the_new_deadline_and_is_kept_by_arriving_not_by_closing() {
    let promised = |arrives: Option<&str>, closes: bool| {
        let mut world = world("60");
        let one = score(&mut world, JOEL, "2 10:00");
        world.answer(JOEL, "2 10:10", about("T", one), Some((BETH, "2 15:30")));
        if let Some(when) = arrives {
            world.arrive(BETH, when, 7, VisitKind::Clinical);
        }
        if closes {
            world.close(SAM, "2 12:00", about("T", one), "done");
        }
        let found = first(&world, "2 16:00");
        (shown(found.due), found.promise.expect("one was made").in_time)
    };
    let due = || "2 15:30".to_owned();
    assert_eq!(promised(Some("2 15:30"), false), (due(), InTime::Yes));
    assert_eq!(promised(Some("2 15:31"), false), (due(), InTime::No));
    assert_eq!(promised(Some("2 10:00"), false), (due(), InTime::No), "she had been there before");
    assert_eq!(promised(None, true), (due(), InTime::No));
}

#[test]
fn urgency_at_the_next_visit_is_due_at_its_planned_start() {
    let mut world = world("next_visit");
    world.visit(1, VisitKind::Care, "2 09:00", JOEL);
    world.visit(2, VisitKind::Care, "2 12:30", JOEL);
    score(&mut world, JOEL, "2 09:00");
    assert_eq!(shown(first(&world, "2 10:00").due), "2 12:30");
}

fn with_contacts() -> World {
    let mut text = PlanText::default().trigger("T", OVER_3, "district_nursing", "same_day");
    let hours = |from: &str, to: &str| Some(format!(r#"{{"open":[{{"from":"{from}","to":"{to}"}}]}}"#));
    for (id, role, hours) in [
        ("duty", "on_call", hours("17:00", "09:00")),
        ("gp", "gp", hours("08:00", "18:30")),
        ("nurses", "district_nursing", hours("08:00", "18:00")),
        ("night", "out_of_hours_nursing", hours("18:00", "08:00")),
        ("daughter", "family", None),
    ] {
        let mut values = fields(&[("role", role), ("name", id)]);
        values.extend(hours.map(|hours| ("hours".to_owned(), Value::Text(hours))));
        if id == "nurses" {
            values.insert("out_of_hours".to_owned(), Value::text("night"));
        }
        text = text.set(Section::Contacts, id, values);
    }
    text = text.set(Section::Safety, "main", fields(&[("telephone", "01632 960 001")]));
    let mut world = World::new();
    world.plan(1, "1 00:00", text);
    world.seen.version = 1;
    world
}

fn offered(world: &World, now: &str) -> Vec<String> {
    let name = |offer: &Offer| match offer {
        Offer::Contact(id) => id.to_string(),
        Offer::OneOneOne => "111".to_owned(),
        Offer::NineNineNineIfWorse => "999 if worse".to_owned(),
    };
    let offers = first(world, now).offers.expect("it is open");
    let mut shown = vec![format!("next {}", name(&offers.next))];
    shown.extend(offers.list.iter().map(name));
    shown
}

#[test]
fn the_list_begins_with_the_agreed_contact_and_ends_with_on_call_111_and_999() {
    let mut world = with_contacts();
    score(&mut world, JOEL, "2 10:00");
    assert_eq!(
        offered(&world, "2 10:00"),
        ["next nurses", "nurses", "gp", "daughter", "duty", "111", "999 if worse"]
    );
}

#[test]
fn without_signal_the_telephone_in_the_home_stands_beside_whom_to_call() {
    let mut world = with_contacts();
    score(&mut world, JOEL, "2 10:00");
    assert_eq!(first(&world, "2 10:10").offers.expect("it is open").telephone, "01632 960 001");
}

#[test]
fn r5_when_the_contact_is_closed_their_out_of_hours_stands_in() {
    let mut world = with_contacts();
    score(&mut world, JOEL, "2 10:00");
    assert_eq!(offered(&world, "2 17:59")[0], "next nurses");
    assert_eq!(offered(&world, "2 18:00")[..2], ["next night", "night"], "hours are half-open");
}

#[test]
fn who_has_just_failed_is_not_next_but_may_be_tried_again() {
    let mut world = with_contacts();
    let one = score(&mut world, JOEL, "2 10:00");
    let mut next = Vec::new();
    for (minute, contact) in ["nurses", "gp", "daughter", "duty"].into_iter().enumerate() {
        world.attempt(JOEL, &format!("2 10:0{minute}"), about("T", one), contact, false);
        next.push(offered(&world, "2 10:10")[0].clone());
    }
    assert_eq!(next, ["next gp", "next daughter", "next duty", "next 111"]);
    let retry = first(&world, "2 10:10").offers.expect("it is open").retry;
    assert_eq!(retry.len(), 4);
}

#[test]
fn an_answer_that_refuses_help_makes_the_on_call_next_and_does_not_count_as_the_answer() {
    let mut world = with_contacts();
    let met = score(&mut world, AMINA, "2 09:00");
    let refuse = |world: &mut World, when: &str| {
        let response = Response {
            about: about("T", met),
            from: "Beth".to_owned(),
            said: "not our patient".to_owned(),
            promise: None,
            refused: Some(true),
        };
        world.add(AMINA, when, when, Body::Response(response));
    };
    world.attempt(AMINA, "2 09:04", about("T", met), "nurses", true);
    refuse(&mut world, "2 09:05");
    let found = first(&world, "2 09:06");
    assert_eq!(offered(&world, "2 09:06")[0], "next duty", "whoever else could be tried");
    assert_eq!((found.state, found.response_minutes), (EscalationState::HelpRefused, None));
    assert!(found.is_overdue(found.due.plus_ms(1)), "nobody has answered what the deadline is for");
    world.attempt(AMINA, "2 09:07", about("T", met), "duty", true);
    refuse(&mut world, "2 09:08");
    assert_eq!(offered(&world, "2 09:09")[0], "next 111", "the on-call has refused too");
    world.answer(AMINA, "2 09:10", about("T", met), None);
    let found = first(&world, "2 09:11");
    assert_eq!((found.state, found.response_minutes), (EscalationState::Answered, Some(10)));
}
