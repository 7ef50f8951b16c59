//! Visits that recur: their days, and where they clash.

use crate::support::*;
use alongside_domain::care::clashes::{Clash, VisitName, clashes};
use alongside_domain::care::records::Records;
use alongside_domain::care::schedule::occurrences;
use alongside_domain::journal::body::VisitKind;
use alongside_domain::plan::edit::Section;
use alongside_domain::value::Value;
use chrono::NaiveDate;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a day")
}

/// A visit: entry, kind, start and other fields.
type VisitText<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)]);

/// A plan with visits: entry, kind, start, and other fields; `yes` and `no` are marks.
fn plan(visits: &[VisitText<'_>]) -> PlanText {
    visits.iter().fold(PlanText::default(), |plan, (entry, kind, starts, others)| {
        let mut values = fields(&[("text", entry), ("visit_kind", kind), ("starts", starts)]);
        for (code, text) in *others {
            let mark = (*text == "yes").then_some(Value::Bool(true));
            values.insert((*code).to_owned(), mark.unwrap_or_else(|| value(text)));
        }
        plan.set(Section::Schedule, entry, values)
    })
}

fn shown_clash(clash: &Clash) -> String {
    let with = clash.with.as_ref();
    let with = with.map(|(visit, at)| format!(" with {} {}", name(visit), shown(*at))).unwrap_or_default();
    format!("{} {}{with}: {:?}", shown(clash.at), name(&clash.visit), clash.why)
}

fn name(visit: &VisitName) -> String {
    match visit {
        VisitName::Recurring(entry) => entry.to_string(),
        VisitName::Rostered(visit) => format!("roster {}", visit.0[15]),
    }
}

fn check(plan: PlanText, from: NaiveDate, to: NaiveDate, expected: &[&str]) {
    check_with_roster(plan, &[], from, to, expected);
}

/// With visits on the roster: number, kind and start, each of half an hour.
fn check_with_roster(
    plan: PlanText,
    roster: &[(u8, VisitKind, &str)],
    from: NaiveDate,
    to: NaiveDate,
    expected: &[&str],
) {
    let mut world = World::new();
    world.plan(1, "1 00:00", plan);
    for (number, kind, start) in roster {
        world.visit(*number, *kind, start, JOEL);
    }
    let records = Records::of(&world.entries);
    let plan = &world.versions[0].plan;
    let found = clashes(&plan.schedule, records.roster(), plan.day, from, to);
    assert_eq!(found.iter().map(shown_clash).collect::<Vec<_>>(), expected);
}

const DRESSING: VisitText<'static> = (
    "dressing",
    "clinical",
    "2026-05-18T09:00",
    &[("rule", "FREQ=WEEKLY;BYDAY=MO,TH"), ("task", "dressing_change")],
);

#[test]
fn a_visit_comes_on_the_days_of_its_rule_but_for_those_left_out_and_until_its_end() {
    let mut world = World::new();
    let lunch: VisitText<'_> = (
        "lunch",
        "care",
        "2026-07-03T12:30",
        &[("rule", "FREQ=DAILY"), ("except", "2026-07-05"), ("ends_before", "2026-07-08")],
    );
    world.plan(1, "1 00:00", plan(&[lunch, ("once", "clinical", "2026-07-04T09:00", &[])]));
    let plan = &world.versions[0].plan;
    let found = occurrences(&plan.schedule, day(7, 1), day(7, 31));
    let found: Vec<String> =
        found.iter().map(|one| format!("{} {}", one.visit.id, shown(one.start))).collect();
    assert_eq!(found, ["lunch 3 12:30", "once 4 09:00", "lunch 4 12:30", "lunch 6 12:30", "lunch 7 12:30"]);
}

#[test]
fn a_visit_at_eight_is_at_eight_by_the_wall_clock_before_and_after_the_clocks_change() {
    let mut world = World::new();
    world.plan(1, "1 00:00", plan(&[("tea", "care", "2026-03-01T08:00", &[("rule", "FREQ=DAILY")])]));
    for (from, to) in [(day(3, 28), day(3, 30)), (day(10, 24), day(10, 26))] {
        let found = occurrences(&world.versions[0].plan.schedule, from, to);
        assert_eq!(found.iter().map(|one| one.start.local_minute()).collect::<Vec<_>>(), [480, 480, 480]);
    }
}

#[test]
fn a_carer_and_a_nurse_at_the_same_time_clash_unless_it_is_a_joint_visit() {
    let morning = |joint: &'static [(&'static str, &'static str)]| {
        plan(&[DRESSING, ("morning", "care", "2026-05-21T08:45", joint)])
    };
    check(morning(&[]), day(5, 21), day(5, 21), &["21 08:45 morning with dressing 21 09:00: SameTime"]);
    check(morning(&[("joint", "yes")]), day(5, 21), day(5, 21), &[]);
    // Half-open: one ends as the other begins.
    check(morning(&[("minutes", "15")]), day(5, 21), day(5, 21), &[]);
}

#[test]
fn a_shower_between_a_dressing_and_its_next_change_clashes_unless_the_dressing_is_waterproof() {
    let shower = ("shower", "care", "2026-05-18T09:30", [("task", "shower")]);
    let shower: VisitText<'_> = (shower.0, shower.1, shower.2, &shower.3);
    let expected = ["18 09:30 shower with dressing 18 09:00: WetDressing"];
    check(plan(&[DRESSING, shower]), day(5, 18), day(5, 18), &expected);
    let mut waterproof = DRESSING;
    let others: Vec<(&str, &str)> = [DRESSING.3, &[("waterproof", "yes")]].concat();
    waterproof.3 = &others;
    check(plan(&[waterproof, shower]), day(5, 18), day(5, 18), &[]);
    // No change comes after it: nothing is left to keep dry.
    let last: VisitText<'_> = ("dressing", "clinical", "2026-05-18T09:00", &[("task", "dressing_change")]);
    check(plan(&[last, shower]), day(5, 18), day(5, 18), &[]);
}

#[test]
fn a_visit_outside_the_day_that_the_person_told_clashes() {
    let about = fields(&[("day_begins", "07:30"), ("day_ends", "22:00")]);
    let visits = plan(&[
        ("early", "care", "2026-05-18T07:00", &[]),
        ("late", "care", "2026-05-18T21:45", &[]),
        ("fits", "care", "2026-05-18T21:30", &[]),
    ]);
    let expected = ["18 07:00 early: OutsideRoutine", "18 21:45 late: OutsideRoutine"];
    check(visits.set(Section::About, "main", about), day(5, 18), day(5, 18), &expected);
}

#[test]
fn a_carer_on_the_roster_at_the_time_of_a_nurse_clashes_unless_it_is_a_joint_visit() {
    let on = day(5, 21);
    let carer = |start| [(7, VisitKind::Care, start)];
    let clash = ["21 09:10 roster 7 with dressing 21 09:00: SameTime"];
    check_with_roster(plan(&[DRESSING]), &carer("5-21 09:10"), on, on, &clash);
    check_with_roster(plan(&[DRESSING]), &carer("5-21 09:30"), on, on, &[]);
    let joint: Vec<(&str, &str)> = [DRESSING.3, &[("joint", "yes")]].concat();
    let joint = (DRESSING.0, DRESSING.1, DRESSING.2, joint.as_slice());
    check_with_roster(plan(&[joint]), &carer("5-21 09:10"), on, on, &[]);
}

#[test]
fn a_carer_and_a_nurse_who_are_both_on_the_roster_only_clash_there() {
    let roster = [(1, VisitKind::Care, "5-20 09:00"), (2, VisitKind::Clinical, "5-20 09:15")];
    let clash = ["20 09:00 roster 1 with roster 2 20 09:15: SameTime"];
    check_with_roster(plan(&[DRESSING]), &roster, day(5, 20), day(5, 20), &clash);
    check_with_roster(plan(&[DRESSING]), &roster, day(5, 19), day(5, 19), &[]);
}

#[test]
fn a_visit_on_the_roster_that_the_plan_has_too_is_one_visit() {
    let on = day(5, 21);
    let morning = |joint: &'static [(&'static str, &'static str)]| {
        plan(&[DRESSING, ("morning", "care", "2026-05-21T08:45", joint)])
    };
    let roster = [(1, VisitKind::Care, "5-21 08:45"), (2, VisitKind::Clinical, "5-21 09:00")];
    let clash = ["21 08:45 morning with dressing 21 09:00: SameTime"];
    check_with_roster(morning(&[]), &roster, on, on, &clash);
    check_with_roster(morning(&[("joint", "yes")]), &roster, on, on, &[]);
}

#[test]
fn a_visit_on_the_roster_outside_the_day_that_the_person_told_clashes() {
    let about = fields(&[("day_begins", "07:30"), ("day_ends", "22:00")]);
    let roster = [(1, VisitKind::Care, "5-18 07:00"), (2, VisitKind::Care, "5-18 07:30")];
    let plan = PlanText::default().set(Section::About, "main", about);
    check_with_roster(plan, &roster, day(5, 18), day(5, 18), &["18 07:00 roster 1: OutsideRoutine"]);
}
