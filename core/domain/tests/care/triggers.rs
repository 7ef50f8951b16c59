//! R1 (change), R7 (meals), counts, runs, any and all: one observation at a time.

use crate::support::*;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{Observation, ReasonAbsent};

/// Records of one field, and what they raise.
fn check(condition: &str, kind: &str, field: &str, before: &[(&str, &str)], expected: &[&str]) {
    let mut world = World::with(condition, "same_day");
    for (when, value) in before {
        world.see(JOEL, when, kind, &[(field, value)]);
    }
    assert_eq!(world.raised("28 00:00"), expected, "{before:?}");
}

fn pains(before: &[(&str, &str)], expected: &[&str]) {
    check(PAIN_UP_2, "wound_dressed", "pain_rest", before, expected);
}

#[test]
fn r1_up_by_compares_with_the_lowest_earlier_value_of_the_window() {
    pains(&[("2 08:00", "3"), ("2 12:00", "2"), ("2 17:00", "4")], &["T 2 17:00 x1"]);
    pains(&[("2 08:00", "3"), ("2 12:00", "4"), ("2 17:00", "4")], &[]);
    pains(&[("2 08:00", "5")], &[]);
}

#[test]
fn r1_the_bounds_of_the_window_are_included() {
    pains(&[("2 08:00", "2"), ("4 08:00", "4")], &["T 4 08:00 x1"]);
    pains(&[("2 08:00", "2"), ("4 08:00:01", "4")], &[]);
}

#[test]
fn r1_down_by_compares_with_the_highest_earlier_value() {
    let eaten = r#"{"change":{"kind":"meal","field":"eaten","direction":"down","by":2,"within_hours":48}}"#;
    let meals = |values: &[(&str, &str)], expected: &[&str]| check(eaten, "meal", "eaten", values, expected);
    meals(&[("2 08:00", "half"), ("2 12:00", "all"), ("2 17:00", "half")], &["T 2 17:00 x1"]);
    meals(&[("2 08:00", "half"), ("2 12:00", "three_quarters"), ("2 17:00", "half")], &[]);
}

#[test]
fn r1_only_values_of_the_same_site_are_compared() {
    let mut world = World::with(PAIN_UP_2, "same_day");
    for (when, site, pain) in [
        ("2 08:00", "sacrum", "1"),
        ("2 12:00", "left_heel", "5"),
        ("2 17:00", "sacrum", "2"),
        ("2 21:00", "left_heel", "7"),
    ] {
        let seen = Observation {
            site: Some(site.to_owned()),
            ..observation("wound_dressed", &[("pain_rest", pain)])
        };
        world.add(JOEL, when, when, Body::Observation(seen));
    }
    assert_eq!(world.raised("3 00:00"), ["T 2 21:00 x1"]);
}

#[test]
fn r1_earlier_is_by_observed_time_not_by_recording() {
    let mut world = World::with(PAIN_UP_2, "same_day");
    world.pain(JOEL, "2 12:00", "4");
    let late = Body::Observation(observation("wound_dressed", &[("pain_rest", "2")]));
    world.add(AMINA, "2 08:00", "2 20:00", late);
    assert_eq!(world.raised("3 00:00"), ["T 2 12:00 x1"]);
}

#[test]
fn r1_after_a_closing_the_value_that_raised_it_is_the_base() {
    let closed_then = |after: &str| {
        let mut world = World::with(PAIN_UP_2, "same_day");
        world.pain(JOEL, "2 08:00", "2");
        let raised = world.pain(JOEL, "2 12:00", "4");
        world.close(SAM, "2 13:00", about("T", raised), "nurse came");
        world.pain(JOEL, "2 17:00", after);
        world.raised("3 00:00")
    };
    assert_eq!(closed_then("4"), ["T 2 12:00 x1"]);
    assert_eq!(closed_then("5"), ["T 2 12:00 x1"]);
    assert_eq!(closed_then("6"), ["T 2 12:00 x1", "T 2 17:00 x1"]);
}

#[test]
fn r1_values_after_the_raising_one_count_again_once_it_is_closed() {
    let mut world = World::with(PAIN_UP_2, "same_day");
    world.pain(JOEL, "2 08:00", "2");
    let raised = world.pain(JOEL, "2 12:00", "6");
    world.pain(JOEL, "2 14:00", "3");
    world.close(SAM, "2 15:00", about("T", raised), "medicine given");
    world.pain(JOEL, "2 17:00", "5");
    assert_eq!(world.raised("3 00:00"), ["T 2 12:00 x1", "T 2 17:00 x1"]);
}

#[test]
fn r1_while_the_escalation_is_open_the_old_base_stands_and_matches_join() {
    pains(&[("2 08:00", "2"), ("2 12:00", "4"), ("2 17:00", "4"), ("2 21:00", "3")], &["T 2 12:00 x2"]);
}

#[test]
fn codes_compare_by_their_rank() {
    let over =
        r#"{"compare":{"kind":"wound_dressed","field":"strike_through","op":"at_least","value":"25_to_75"}}"#;
    let strike = |values: &[(&str, &str)], expected: &[&str]| {
        check(over, "wound_dressed", "strike_through", values, expected)
    };
    strike(&[("2 08:00", "none"), ("2 12:00", "under_25")], &[]);
    strike(&[("2 08:00", "25_to_75")], &["T 2 08:00 x1"]);
    strike(&[("2 08:00", "leaking")], &["T 2 08:00 x1"]);
}

#[test]
fn a_count_takes_the_matching_ones_of_its_window_bounds_included() {
    let meals = |values: &[(&str, &str)], expected: &[&str]| check(MEALS, "meal", "eaten", values, expected);
    meals(
        &[("2 08:00", "none"), ("2 12:00", "all"), ("3 12:00", "quarter"), ("4 08:00", "none")],
        &["T 4 08:00 x1"],
    );
    meals(&[("2 08:00", "none"), ("3 12:00", "quarter"), ("4 08:01", "none")], &[]);
    meals(&[("2 08:00", "none"), ("2 12:00", "none"), ("2 17:00", "half")], &[]);
}

#[test]
fn r7_declined_counts_as_eaten_nothing_and_not_offered_or_not_due_never_count() {
    let absent = |reason| {
        let mut world = World::with(MEALS, "same_day");
        for when in ["2 08:00", "2 12:00", "2 17:00"] {
            world.declined(JOEL, when, "meal", reason);
        }
        world.raised("3 00:00").len()
    };
    assert_eq!(absent(ReasonAbsent::Declined), 1);
    for reason in
        [ReasonAbsent::NotOffered, ReasonAbsent::NotDue, ReasonAbsent::Asleep, ReasonAbsent::NotObserved]
    {
        assert_eq!(absent(reason), 0, "{reason:?}");
    }
    let mut world = World::with(MEALS, "same_day");
    for when in ["2 08:00", "2 12:00", "2 17:00"] {
        world.see(JOEL, when, "meal", &[("offered", "no"), ("eaten", "none")]);
    }
    assert_eq!(world.raised("3 00:00").len(), 0, "a form that says not offered counts for nothing");
}

#[test]
fn a_run_is_of_consecutive_observations_with_the_field() {
    let run = r#"{"run":{"of":{"kind":"meal","field":"eaten","op":"at_most","value":"quarter"},"times":3}}"#;
    let meals = |values: &[(&str, &str)], expected: &[&str]| check(run, "meal", "eaten", values, expected);
    meals(&[("2 08:00", "none"), ("2 12:00", "none"), ("2 17:00", "none")], &["T 2 17:00 x1"]);
    meals(&[("2 08:00", "none"), ("2 12:00", "half"), ("2 17:00", "none"), ("3 08:00", "none")], &[]);
    let mut world = World::with(run, "same_day");
    for when in ["2 08:00", "2 12:00", "2 21:00"] {
        world.see(JOEL, when, "meal", &[("eaten", "none")]);
    }
    world.declined(JOEL, "2 17:00", "meal", ReasonAbsent::NotOffered);
    assert_eq!(world.raised("3 00:00"), ["T 2 21:00 x1"], "what was not offered does not break a run");
}

#[test]
fn all_of_takes_the_latest_of_another_kind_within_a_day() {
    let both = r#"{"all":[{"compare":{"kind":"pain","field":"score","op":"at_least","value":4}},
        {"compare":{"kind":"meal","field":"eaten","op":"at_most","value":"quarter"}}]}"#;
    let raised = |pain_at: &str, meal_at: &str| {
        let mut world = World::with(both, "same_day");
        world.see(JOEL, pain_at, "pain", &[("score", "5")]);
        world.see(JOEL, meal_at, "meal", &[("eaten", "none")]);
        world.raised("5 00:00")
    };
    assert_eq!(raised("2 08:00", "2 12:00"), ["T 2 12:00 x1"]);
    assert_eq!(raised("2 12:00", "2 08:00"), ["T 2 12:00 x1"]);
    assert_eq!(raised("2 08:00", "3 08:01"), [""; 0]);
}

#[test]
fn any_of_is_met_by_one_of_them() {
    let any = r#"{"any":[{"compare":{"kind":"pain","field":"score","op":"at_least","value":7}},
        {"compare":{"kind":"wound_dressed","field":"dressing","op":"is","value":"off"}}]}"#;
    check(any, "wound_dressed", "dressing", &[("2 08:00", "lifting"), ("2 12:00", "off")], &["T 2 12:00 x1"]);
    check(any, "pain", "score", &[("2 08:00", "7")], &["T 2 08:00 x1"]);
}

/// When, which kind, and the fields.
type Told<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// Pain of 7 or more while nothing was eaten or food was given; or drowsy.
const NESTED: &str = r#"{"any":[
    {"all":[
        {"compare":{"kind":"pain","field":"score","op":"at_least","value":7}},
        {"any":[
            {"compare":{"kind":"meal","field":"eaten","op":"is","value":"none"}},
            {"compare":{"kind":"meal","field":"help","op":"is","value":"fed"}}]}]},
    {"compare":{"kind":"pain","field":"score","op":"is","value":10}}]}"#;

#[test]
fn any_of_and_all_of_stand_in_one_another() {
    let raised = |records: &[Told<'_>]| {
        let mut world = World::with(NESTED, "same_day");
        for (when, kind, values) in records {
            world.see(JOEL, when, kind, values);
        }
        world.raised("3 00:00")
    };
    assert_eq!(raised(&[("2 12:00", "pain", &[("score", "8")])]), Vec::<String>::new());
    assert_eq!(raised(&[("2 12:00", "pain", &[("score", "10")])]), ["T 2 12:00 x1"]);
    let meal: Told<'_> = ("2 13:00", "meal", &[("eaten", "none")]);
    let pain: Told<'_> = ("2 12:00", "pain", &[("score", "8")]);
    assert_eq!(raised(&[pain, meal]), ["T 2 13:00 x1"]);
    let fed: Told<'_> = ("2 13:00", "meal", &[("eaten", "all"), ("help", "fed")]);
    assert_eq!(raised(&[pain, fed]), ["T 2 13:00 x1"]);
    // The pain is more than a day old.
    let late: Told<'_> = ("3 13:00", "meal", &[("eaten", "none")]);
    assert_eq!(raised(&[pain, late]), Vec::<String>::new());
}

#[test]
fn an_observation_that_meets_nothing_itself_raises_nothing_with_what_was_seen_before() {
    let either = r#"{"all":[
        {"any":[
            {"compare":{"kind":"pain","field":"score","op":"at_least","value":7}},
            {"compare":{"kind":"meal","field":"eaten","op":"is","value":"none"}}]},
        {"compare":{"kind":"position","field":"to","op":"is","value":"back"}}]}"#;
    let mut world = World::with(either, "same_day");
    world.see(JOEL, "2 12:00", "meal", &[("eaten", "none")]);
    let position = world.see(JOEL, "2 13:00", "position", &[("to", "back")]);
    world.close(SAM, "2 14:00", about("T", position), "seen");
    world.see(JOEL, "2 15:00", "pain", &[("score", "1")]);
    assert_eq!(world.raised("3 00:00"), ["T 2 13:00 x1"]);
}
