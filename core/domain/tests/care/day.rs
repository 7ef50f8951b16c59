//! D11: the carer's day. Handover, running late, no reply, working alone, what is not safe, help, the key safe.

use crate::support::*;
use alongside_domain::care::visits;
use alongside_domain::day::handover;
use alongside_domain::day::help::{self, HelpCall};
use alongside_domain::day::home_folder;
use alongside_domain::day::induction;
use alongside_domain::day::key_safe::{Window, holds_code, is_code, open_window};
use alongside_domain::day::lone_worker::{self, AtVisit};
use alongside_domain::day::no_reply::{self, Episode, LADDER};
use alongside_domain::day::not_safe;
use alongside_domain::day::overdue::{self, Open, Overdue};
use alongside_domain::day::running_late::{self, Late};
use alongside_domain::day::shared_visit::{self, SharedVisit};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::*;
use alongside_domain::journal::{Body, Entry, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::PlanView;
use alongside_domain::time::MINUTE_MS;

const GRACE: PersonId = PersonId([7; 16]);
const OMAR: PersonId = PersonId([8; 16]);

/// A visit to a person on the 2nd, with its planned end an hour after its start.
pub fn rostered(world: &mut World, number: u8, start: &str, who: Who, time_critical: bool) -> VisitPlanned {
    let start = at(start);
    let planned = VisitPlanned {
        visit: visit_id(number),
        visit_kind: VisitKind::Care,
        start,
        window_end: start.plus_ms(30 * MINUTE_MS),
        staff: vec![staff(who)],
        cancelled: false,
        ends: Some(start.plus_ms(60 * MINUTE_MS)),
        time_critical: Some(time_critical),
    };
    world.add(SAM, "1 00:00", "1 00:00", Body::VisitPlanned(planned.clone()));
    planned
}

fn home() -> World {
    let mut world = World::with(TURN_6H, "same_day");
    rostered(&mut world, 1, "2 09:00", AMINA, false);
    world
}

pub fn write(world: &mut World, who: Who, when: &str, text: &str) -> RecordRef {
    let note = HandoverNote { visit: Some(visit_id(1)), text: text.to_owned() };
    world.add(who, when, when, Body::HandoverNote(note))
}

pub fn read(world: &mut World, who: Who, when: &str, note: RecordRef) -> RecordRef {
    world.add(who, when, when, Body::HandoverRead(HandoverRead { note }))
}

pub fn tried(world: &mut World, who: Who, when: &str, step: NoReplyStep, result: StepResult) -> RecordRef {
    let body = NoReplyTried { visit: visit_id(1), step, result, note: None };
    world.add(who, when, when, Body::NoReplyTried(body))
}

pub fn located(world: &mut World, who: Who, when: &str) -> RecordRef {
    let (located_by, how) = ("Priya".to_owned(), "at her daughter's".to_owned());
    let body = LocatedSafe { visit: visit_id(1), located_by, how };
    world.add(who, when, when, Body::LocatedSafe(body))
}

pub fn leaves(world: &mut World, who: Who, when: &str, by: &str) -> RecordRef {
    world.add(who, when, when, Body::ExpectedLeaving(ExpectedLeaving { visit: visit_id(1), at: at(by) }))
}

pub fn runs_late(world: &mut World, who: Who, when: &str, expected: &str) -> RecordRef {
    let body = RunningLate { visit: visit_id(1), expected: at(expected), reason: None };
    world.add(who, when, when, Body::RunningLate(body))
}

pub fn searches(world: &World, now: &str) -> Vec<Episode> {
    world.at(now, |inputs| no_reply::fold(inputs.records))
}

pub fn at_visits(world: &World, now: &str) -> Vec<AtVisit> {
    world.at(now, |inputs| lone_worker::fold(inputs, &visits::fold(inputs)))
}

pub fn lates(world: &World, now: &str) -> Vec<Late> {
    world.at(now, |inputs| running_late::fold(inputs, &visits::fold(inputs)))
}

pub fn shared(world: &World, now: &str) -> Vec<SharedVisit> {
    world.visits(now).iter().map(shared_visit::of_visit).collect()
}

fn unread(world: &World) -> Vec<String> {
    world.at("2 20:00", |inputs| handover::unread(inputs.records)).into_iter().map(|note| note.text).collect()
}

#[test]
fn a_handover_note_is_shown_until_somebody_else_has_read_it() {
    let mut world = home();
    let first = write(&mut world, AMINA, "2 10:00", "the milk is off");
    write(&mut world, AMINA, "2 10:01", "the cat is in");
    read(&mut world, AMINA, "2 10:02", first);
    assert_eq!(unread(&world), ["the milk is off", "the cat is in"], "her own reading is none");
    read(&mut world, JOEL, "2 12:00", first);
    read(&mut world, JOEL, "2 12:01", first);
    assert_eq!(unread(&world), ["the cat is in"]);
    let notes = world.at("2 20:00", |inputs| handover::fold(inputs.records));
    let reads: Vec<_> = notes[0].reads.iter().map(|one| (one.by, shown(one.at))).collect();
    assert_eq!(reads, [(staff(JOEL), "2 12:00".to_owned())]);
}

#[test]
fn a_reading_that_a_wrong_clock_put_before_its_note_counts() {
    let mut world = home();
    let note = write(&mut world, AMINA, "2 10:00", "the milk is off");
    read(&mut world, JOEL, "2 09:00", note);
    assert_eq!(unread(&world), Vec::<String>::new());
}

fn ladder(world: &World, now: &str) -> String {
    let all = searches(world, now);
    let one = |search: &Episode| match (&search.located, search.next) {
        (Some(end), _) => format!("{} steps, located {}", search.steps.len(), shown(end.at)),
        (None, Some(next)) => {
            let overdue = if search.is_overdue(at(now)) { ", overdue" } else { "" };
            format!("{} steps, {:?} due {}{overdue}", search.steps.len(), next.step, shown(next.due))
        }
        (None, None) => {
            format!("{} steps, all taken, overdue: {}", search.steps.len(), search.is_overdue(at(now)))
        }
    };
    all.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn no_reply_names_the_next_step_and_when_it_is_due() {
    let mut world = home();
    tried(&mut world, AMINA, "2 09:02", NoReplyStep::Knock, StepResult::NoReply);
    assert_eq!(ladder(&world, "2 09:03"), "1 steps, Ring due 2 09:04");
    assert_eq!(
        ladder(&world, "2 09:09"),
        "1 steps, Ring due 2 09:04",
        "five minutes later it is not overdue yet"
    );
    assert_eq!(ladder(&world, "2 09:10"), "1 steps, Ring due 2 09:04, overdue");
    tried(&mut world, AMINA, "2 09:04", NoReplyStep::Ring, StepResult::NoReply);
    tried(&mut world, AMINA, "2 09:05", NoReplyStep::KeySafe, StepResult::NotPossible);
    assert_eq!(ladder(&world, "2 09:06"), "3 steps, Look due 2 09:07", "a step out of turn is no other step");
}

#[test]
fn no_reply_is_open_until_the_person_is_located_whatever_was_tried() {
    let mut world = home();
    for rung in &LADDER {
        tried(&mut world, AMINA, &format!("2 09:{:02}", rung.after_min), rung.step, StepResult::Reply);
    }
    assert_eq!(ladder(&world, "2 09:20"), "6 steps, all taken, overdue: false");
    assert_eq!(ladder(&world, "2 09:31"), "6 steps, all taken, overdue: true");
    world.arrive(AMINA, "2 09:32", 1, VisitKind::Care);
    assert_eq!(ladder(&world, "2 09:33"), "6 steps, all taken, overdue: true", "arriving locates nobody");
    located(&mut world, SAM, "2 09:40");
    assert_eq!(ladder(&world, "2 12:00"), "6 steps, located 2 09:40");
}

#[test]
fn steps_of_two_carers_are_one_search_and_one_after_its_end_is_another() {
    let mut world = home();
    tried(&mut world, AMINA, "2 09:02", NoReplyStep::Knock, StepResult::NoReply);
    tried(&mut world, JOEL, "2 09:03", NoReplyStep::Ring, StepResult::NoReply);
    tried(&mut world, JOEL, "2 09:02", NoReplyStep::Knock, StepResult::NoReply);
    assert_eq!(ladder(&world, "2 09:04"), "3 steps, Look due 2 09:07");
    located(&mut world, SAM, "2 09:10");
    located(&mut world, JOEL, "2 09:12");
    tried(&mut world, AMINA, "2 13:00", NoReplyStep::Knock, StepResult::NoReply);
    assert_eq!(ladder(&world, "2 13:01"), "3 steps, located 2 09:10; 1 steps, Ring due 2 13:02");
}

#[test]
fn the_steps_of_the_ladder_come_in_order_and_end_with_the_office() {
    assert!(LADDER.windows(2).all(|two| two[0].after_min < two[1].after_min && two[0].step < two[1].step));
    assert_eq!(LADDER.last().map(|rung| rung.step), Some(NoReplyStep::Office));
}

#[test]
fn running_late_holds_until_the_carer_is_there_and_the_last_word_counts() {
    let mut world = home();
    runs_late(&mut world, AMINA, "2 08:50", "2 09:20");
    runs_late(&mut world, AMINA, "2 09:10", "2 09:45");
    let said = lates(&world, "2 09:11");
    assert_eq!(
        (said.len(), shown(said[0].expected), said[0].delay_ms),
        (1, "2 09:45".to_owned(), 45 * MINUTE_MS)
    );
    world.arrive(AMINA, "2 09:44", 1, VisitKind::Care);
    assert_eq!(lates(&world, "2 09:50"), []);
}

#[test]
fn running_late_names_the_later_visits_of_the_same_carer_that_it_endangers() {
    let mut world = home();
    runs_late(&mut world, AMINA, "2 08:50", "2 09:45");
    let mut other = World::new();
    rostered(&mut other, 2, "2 10:30", AMINA, true);
    rostered(&mut other, 3, "2 08:30", AMINA, true);
    rostered(&mut other, 4, "2 11:00", JOEL, true);
    rostered(&mut other, 5, "2 10:00", AMINA, false);
    rostered(&mut other, 6, "3 09:00", AMINA, true);
    let late = lates(&world, "2 08:51").remove(0);
    let of = |world: &World, person| world.visits("2 08:51").into_iter().map(move |visit| (person, visit));
    let all: Vec<_> = of(&world, GRACE).chain(of(&other, OMAR)).collect();
    let found = running_late::endangered(&late, &all);
    let told: Vec<_> =
        found.iter().map(|one| (one.visit.0[0], one.time_critical, shown(one.expected))).collect();
    assert_eq!(told, [(2, true, "2 11:15".to_owned()), (5, false, "2 10:45".to_owned())]);
    let shorter = Late { delay_ms: 30 * MINUTE_MS, ..late };
    assert_eq!(running_late::endangered(&shorter, &all), [], "half an hour is within their windows");
}

fn alarm(world: &World, now: &str) -> Option<String> {
    let one = at_visits(world, now).pop().expect("she came");
    let alarm = one.alarm?;
    Some(format!("{}{}", shown(alarm.since), if alarm.silent { ", silent" } else { "" }))
}

#[test]
fn who_has_not_left_a_quarter_of_an_hour_after_the_expected_time_raises_an_alarm() {
    let mut world = home();
    world.arrive(AMINA, "2 09:10", 1, VisitKind::Care);
    world.heard(AMINA, "2 10:40");
    assert_eq!(alarm(&world, "2 10:24"), None, "the planned hour counts from her arrival");
    assert_eq!(alarm(&world, "2 10:25"), Some("2 10:25".to_owned()));
    leaves(&mut world, AMINA, "2 10:26", "2 11:00");
    assert_eq!(alarm(&world, "2 10:30"), None, "as she says");
    assert_eq!(alarm(&world, "2 11:15").as_deref(), Some("2 11:15, silent"));
    world.leave(AMINA, "2 11:05", 1);
    assert_eq!(alarm(&world, "2 12:00"), None);
}

#[test]
fn who_comes_back_to_a_visit_is_there_again_and_raises_an_alarm() {
    let mut world = home();
    world.arrive(AMINA, "2 09:00", 1, VisitKind::Care);
    leaves(&mut world, AMINA, "2 09:05", "2 09:20");
    world.leave(AMINA, "2 09:20", 1);
    assert_eq!(alarm(&world, "2 11:00"), None);
    world.arrive(AMINA, "2 09:25", 1, VisitKind::Care);
    world.heard(AMINA, "2 11:00");
    assert_eq!(alarm(&world, "2 10:39"), None, "what she said of the first stay is not about this one");
    assert_eq!(alarm(&world, "2 11:00").as_deref(), Some("2 10:40"));
    world.leave(AMINA, "2 11:05", 1);
    assert_eq!(alarm(&world, "2 12:00"), None);
}

#[test]
fn a_silent_phone_is_an_alarm_too_and_the_alarm_says_so() {
    let mut world = home();
    world.arrive(AMINA, "2 09:00", 1, VisitKind::Care);
    world.heard(AMINA, "2 09:05");
    assert_eq!(alarm(&world, "2 10:15").as_deref(), Some("2 10:15, silent"));
}

#[test]
fn an_alarm_ends_when_the_carer_arrives_elsewhere_or_the_office_knows_that_she_is_safe() {
    let mut world = home();
    world.arrive(AMINA, "2 09:00", 1, VisitKind::Care);
    let mut elsewhere = World::new();
    elsewhere.arrive(AMINA, "2 10:20", 9, VisitKind::Care);
    let of = |world: &World, person| at_visits(world, "2 10:30").into_iter().map(move |one| (person, one));
    let mut alone: Vec<_> = of(&world, GRACE).collect();
    lone_worker::settle(&mut alone, &[]);
    assert!(alone[0].1.alarm.is_some());
    let mut both: Vec<_> = of(&world, GRACE).chain(of(&elsewhere, OMAR)).collect();
    lone_worker::settle(&mut both, &[]);
    assert!(both[0].1.alarm.is_none());

    let safe =
        CarerSafe { staff: staff(AMINA), help: None, visit: Some(visit_id(1)), how: "rang".to_owned() };
    let office = office(vec![(SAM, "2 10:28", Body::CarerSafe(safe))]);
    lone_worker::settle(&mut alone, &help::safe(&office));
    assert!(alone[0].1.alarm.is_none());
    leaves(&mut world, AMINA, "2 10:29", "2 10:30");
    let mut later: Vec<_> = at_visits(&world, "2 10:50").into_iter().map(|one| (GRACE, one)).collect();
    lone_worker::settle(&mut later, &help::safe(&office));
    assert!(later[0].1.alarm.is_some(), "what she said after it is not answered by it");
}

pub fn office(said: Vec<(Who, &str, Body)>) -> Vec<Entry> {
    let mut world = World::new();
    for (who, when, body) in said {
        world.add(who, when, when, body);
    }
    world.entries
}

#[test]
fn a_call_for_help_is_open_until_the_office_knows_that_its_author_is_safe() {
    let asked = (AMINA, "2 09:30", Body::HelpAsked(HelpAsked { visit: Some(visit_id(1)) }));
    let calls = help::calls(&office(vec![asked.clone()]));
    assert!(calls[0].is_open());
    let how = "police are with her".to_owned();
    let safe = |help| CarerSafe { staff: staff(AMINA), help: Some(help), visit: None, how: how.clone() };
    let other = RecordRef { number: 99, ..calls[0].record };
    let unanswered = office(vec![asked.clone(), (SAM, "2 09:31", Body::CarerSafe(safe(other)))]);
    assert!(help::calls(&unanswered)[0].is_open(), "it answers another call");
    let mut answered = office(vec![asked, (SAM, "2 09:40", Body::CarerSafe(safe(calls[0].record)))]);
    answered.reverse();
    let answers: Vec<_> = help::calls(&answered).into_iter().map(|call: HelpCall| call.answered).collect();
    assert_eq!(answers[0].as_ref().map(|safe| safe.how.as_str()), Some(how.as_str()));
}

#[test]
fn two_carers_at_a_visit_have_one_task_list_and_nothing_counts_twice() {
    let mut world = home();
    world.arrive(AMINA, "2 09:00", 1, VisitKind::Care);
    world.arrive(JOEL, "2 09:05", 1, VisitKind::Care);
    let done = |action: &str| TaskDone { action: entry_id(action), not_done: None };
    let not = |action: &str, why: &str| TaskDone { action: entry_id(action), not_done: Some(why.to_owned()) };
    for (who, when, tasks) in [
        (AMINA, "2 09:40", vec![done("wash"), not("walk", "too tired"), not("shop", "no time")]),
        (JOEL, "2 09:50", vec![done("wash"), done("walk")]),
        (JOEL, "2 09:51", vec![done("wash")]),
    ] {
        world.add(who, when, when, Body::VisitLeft(VisitLeft { visit: visit_id(1), tasks }));
    }
    let shared = shared(&world, "2 12:00").remove(0);
    let carers: Vec<_> = shared.carers.iter().map(|one| (one.staff, one.left.map(shown_at))).collect();
    assert_eq!(carers, [(staff(AMINA), Some("2 09:40".into())), (staff(JOEL), Some("2 09:51".into()))]);
    let tasks: Vec<_> = shared
        .tasks
        .iter()
        .map(|task| (task.action.as_str(), task.done, task.differs, task.answers.len()))
        .collect();
    assert_eq!(tasks, [("shop", false, false, 1), ("walk", true, true, 2), ("wash", true, false, 2)]);
}

fn shown_at(moment: alongside_domain::time::Moment) -> String {
    shown(moment)
}

#[test]
fn a_carer_who_comes_back_is_there_again() {
    let mut world = home();
    world.arrive(AMINA, "2 09:00", 1, VisitKind::Care);
    world.leave(AMINA, "2 09:20", 1);
    world.arrive(AMINA, "2 09:30", 1, VisitKind::Care);
    let presence = shared(&world, "2 12:00").remove(0).carers;
    assert_eq!((presence.len(), presence[0].left), (1, None));
}

#[test]
fn an_action_is_not_safe_on_the_day_on_which_it_was_seen() {
    let mut world = home();
    let flag = NotSafeToday {
        visit: Some(visit_id(1)),
        action: entry_id("shower"),
        why: "the seat is loose".to_owned(),
        told: Some("the office".to_owned()),
    };
    world.add(AMINA, "2 09:20", "2 09:25", Body::NotSafeToday(flag));
    let of = |day: &str| world.at("3 12:00", |inputs| not_safe::of_day(inputs.records, at(day).local_day()));
    let why: Vec<_> = of("2 08:00").into_iter().map(|flag| (flag.why, shown(flag.at))).collect();
    assert_eq!(why, [("the seat is loose".to_owned(), "2 09:20".to_owned())]);
    assert_eq!(of("3 08:00"), []);
}

#[test]
fn the_overdue_list_begins_with_those_whose_safety_is_in_doubt() {
    let mut world = home();
    rostered(&mut world, 2, "2 05:00", JOEL, false);
    world.heard(JOEL, "2 12:00");
    world.arrive(AMINA, "2 09:00", 1, VisitKind::Care);
    tried(&mut world, JOEL, "2 09:00", NoReplyStep::Knock, StepResult::NoReply);
    let visits = world.visits("2 12:00");
    let (searches, at_visits) = (searches(&world, "2 12:00"), at_visits(&world, "2 12:00"));
    let open = Open { escalations: &[], visits: &visits, searches: &searches, at_visits: &at_visits };
    let found: Vec<_> = overdue::list(open, at("2 12:00")).iter().map(told_overdue).collect();
    assert_eq!(found, ["alone 2 10:15", "no reply 2 09:07", "visit 2 07:00"]);
}

fn told_overdue(one: &Overdue) -> String {
    let what = match one {
        Overdue::LoneWorker { .. } => "alone",
        Overdue::NoReply { .. } => "no reply",
        Overdue::Escalation { .. } => "escalation",
        Overdue::Visit { .. } => "visit",
    };
    format!("{what} {}", shown(one.since()))
}

#[test]
fn the_code_of_the_key_safe_is_given_from_two_hours_before_a_visit_to_an_hour_after_it() {
    let planned = rostered(&mut World::new(), 1, "2 09:00", AMINA, false);
    let window = Window::of(&planned);
    for (now, open) in [("2 06:59", false), ("2 07:00", true), ("2 10:59", true), ("2 11:00", false)] {
        assert_eq!(window.is_open(at(now)), open, "{now}");
        assert_eq!(open_window([&planned], staff(AMINA), at(now)).is_some(), open, "{now}");
        assert_eq!(open_window([&planned], staff(JOEL), at(now)), None, "not his visit");
    }
    let cancelled = VisitPlanned { cancelled: true, ..planned };
    assert_eq!(open_window([&cancelled], staff(AMINA), at("2 09:00")), None);
}

#[test]
fn a_text_that_holds_the_code_is_found_however_it_is_spaced() {
    for (text, holds) in [
        ("the key safe is 4471 by the door", true),
        ("dial 44-71", true),
        ("4 4 7 1", true),
        ("ring 4470", false),
        ("", false),
    ] {
        assert_eq!(holds_code(text, "4471"), holds, "{text}");
    }
    assert!(!holds_code("room 12", "12"), "too short to warn of");
    let fine =
        [("4471", true), ("C14 #", true), ("1", false), (" 44", false), ("44\n71", false), ("é44", false)];
    for (code, is_fine) in fine {
        assert_eq!(is_code(code), is_fine, "{code:?}");
    }
}

fn plan_of_a_home() -> PlanView {
    let plan = PlanText::default()
        .set(
            Section::Safety,
            "main",
            fields(&[
                ("full_name", "Grace Obi"),
                ("date_of_birth", "1941-06-14"),
                ("hazards", "her nephew shouts"),
                ("allergies", "penicillin"),
            ]),
        )
        .set(Section::Actions, "wash", fields(&[("text", "Wash and dress"), ("state", "open")]))
        .set(Section::Actions, "old", fields(&[("text", "Old thing"), ("state", "stopped")]))
        .set(Section::Actions, "door", fields(&[("text", "The safe is 44 71"), ("state", "open")]))
        .set(Section::Risks, "fall", fields(&[("text", "Falls at night")]))
        .view;
    PlanView { version: 12, ..plan }
}

#[test]
fn the_home_folder_has_version_and_date_and_neither_hazards_nor_the_code() {
    let plan = plan_of_a_home();
    let text = home_folder::page(&plan, at("2 09:00"), Some("4471")).text();
    assert!(text.starts_with("Grace Obi\nPlan version 12, printed 2 Mar 2026 09:00\n"), "{text}");
    assert!(text.contains("Date of birth: 14 Jun 1941"), "{text}");
    assert!(text.contains("Allergies: penicillin") && text.contains("Wash and dress"), "{text}");
    for left_out in ["nephew", "Old thing", "44 71", "Falls"] {
        assert!(!text.contains(left_out), "{left_out}: {text}");
    }
    assert!(text.contains("CPR or ReSPECT form: not recorded"), "it never means none: {text}");
    assert!(text.contains("1 more: ask the office"), "what was left out is said: {text}");
}

#[test]
fn the_induction_to_a_person_tells_hazards_risks_and_what_is_done_at_visits() {
    let induction = induction::page(&plan_of_a_home(), at("2 09:00"));
    let lines = |title: &str| {
        induction.parts.iter().find(|part| part.title == title).map(|part| part.lines.join("\n"))
    };
    let told = [
        ("Safety", "her nephew shouts"),
        ("Risks", "Falls at night"),
        ("What is done at visits", "Wash and dress"),
    ];
    for (title, line) in told {
        assert!(lines(title).is_some_and(|lines| lines.contains(line)), "{title}: {induction:?}");
    }
    assert!(!format!("{induction:?}").contains("Old thing"), "what was stopped is not done");
}
