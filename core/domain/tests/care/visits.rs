//! R6: late, missed, unplanned, and unknown while a device is silent.

use crate::support::*;
use alongside_domain::care::visits::VisitState;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{VisitKind, VisitPlanned};
use alongside_domain::plan::edit::Section;

/// A visit on the 2nd at 12:30, to 13:00, by Amina; the next at 17:30.
fn planned() -> World {
    let mut world = World::with(TURN_6H, "same_day");
    world.visit(1, VisitKind::Care, "2 12:30", AMINA);
    world.visit(2, VisitKind::Care, "2 17:30", JOEL);
    world
}

fn states(world: &World, now: &str) -> Vec<String> {
    let state = |state: VisitState| match state {
        VisitState::Late { tell_at } => format!("late, tell {}", shown(tell_at)),
        VisitState::Unknown { tell_at } => format!("unknown, tell {}", shown(tell_at)),
        VisitState::Missed { at } => format!("missed {}", shown(at)),
        other => format!("{other:?}"),
    };
    world.visits(now).iter().map(|visit| format!("{} {}", visit.id.0[0], state(visit.state))).collect()
}

fn check(heard: &str, now: &str, expected: &str) {
    let mut world = planned();
    world.heard(AMINA, heard);
    assert_eq!(states(&world, now)[0], expected, "heard {heard}, now {now}");
}

#[test]
fn r6_a_visit_is_late_after_its_window_and_the_supervisor_is_told_30_minutes_later() {
    check("2 13:00", "2 13:00", "1 Expected");
    check("2 13:01", "2 13:01", "1 late, tell 2 13:30");
    let mut world = planned();
    world.heard(AMINA, "2 13:30");
    assert!(!world.visits("2 13:29")[0].tells_supervisor(at("2 13:29")));
    assert!(world.visits("2 13:30")[0].tells_supervisor(at("2 13:30")));
}

#[test]
fn r6_a_visit_is_missed_two_hours_after_its_start() {
    check("2 14:29", "2 14:29", "1 late, tell 2 13:30");
    check("2 14:30", "2 14:30", "1 missed 2 14:30");
}

#[test]
fn r6_a_visit_is_missed_when_the_next_one_starts_if_that_is_earlier() {
    let mut world = planned();
    world.visit(3, VisitKind::Care, "2 13:30", JOEL);
    world.heard(AMINA, "2 13:30");
    assert_eq!(states(&world, "2 13:30")[0], "1 missed 2 13:30");
}

#[test]
fn r6_a_nurses_planned_visit_makes_no_carers_visit_missed() {
    let mut world = planned();
    world.visit(3, VisitKind::Clinical, "2 13:30", BETH);
    world.heard(AMINA, "2 13:30");
    assert_eq!(states(&world, "2 13:30")[0], "1 late, tell 2 13:30");
}

#[test]
fn r6_it_is_unknown_while_the_device_is_silent() {
    check("2 12:59", "2 13:10", "1 unknown, tell 2 13:30");
    check("2 14:29", "2 15:00", "1 unknown, tell 2 13:30");
    assert_eq!(states(&planned(), "2 15:00")[0], "1 unknown, tell 2 13:30", "never heard at all");
}

#[test]
fn r6_an_arrival_after_it_was_missed_is_an_unplanned_visit() {
    for (when, expected) in [
        ("2 12:20", vec!["1 Arrived { late: false }"]),
        ("2 13:00", vec!["1 Arrived { late: false }"]),
        ("2 13:01", vec!["1 Arrived { late: true }"]),
        ("2 14:30", vec!["1 Arrived { late: true }"]),
        ("2 14:50", vec!["1 missed 2 14:30", "1 Unplanned"]),
    ] {
        let mut world = planned();
        world.arrive(AMINA, when, 1, VisitKind::Care);
        let found = states(&world, "2 16:00");
        assert_eq!(found[..found.len() - 1], expected, "{when}");
    }
}

#[test]
fn two_carers_at_one_visit_are_one_visit() {
    let mut world = planned();
    world.arrive(AMINA, "2 12:31", 1, VisitKind::Care);
    world.arrive(JOEL, "2 12:35", 1, VisitKind::Care);
    world.leave(AMINA, "2 13:00", 1);
    let visits = world.visits("2 16:00");
    assert_eq!((visits.len(), visits[0].arrivals.len(), visits[0].leavings.len()), (2, 2, 1));
}

#[test]
fn the_last_word_of_the_roster_on_a_visit_holds() {
    let mut world = planned();
    let (visit, visit_kind) = (visit_id(1), VisitKind::Care);
    let (start, window_end) = (at("2 13:30"), at("2 14:00"));
    for (recorded, cancelled) in [("1 09:00", false), ("1 10:00", true)] {
        let moved = VisitPlanned {
            visit,
            visit_kind,
            start,
            window_end,
            staff: vec![staff(JOEL)],
            cancelled,
            ends: None,
            time_critical: None,
        };
        world.add(SAM, recorded, recorded, Body::VisitPlanned(moved));
    }
    assert_eq!(states(&world, "2 16:00")[0], "1 Cancelled");
}

#[test]
fn no_visit_is_missed_while_the_person_is_in_hospital() {
    let mut world = planned();
    world.plan(
        2,
        "2 07:00",
        PlanText::default().set(Section::Safety, "main", fields(&[("status", "in_hospital")])),
    );
    world.heard(AMINA, "2 16:00");
    assert_eq!(states(&world, "2 16:00")[0], "1 Paused");
}

#[test]
fn what_is_recorded_after_a_second_arrival_at_one_visit_is_of_that_visit() {
    // D4: who taps "arrived" twice is still there.
    let asked = fields(&[("kind", "wound_dressed"), ("field", "pain_rest")]);
    let mut world = World::new();
    world.plan(1, "1 00:00", PlanText::default().set(Section::Asked, "a1", asked));
    world.visit(1, VisitKind::Care, "2 08:00", JOEL);
    world.arrive(JOEL, "2 08:00", 1, VisitKind::Care);
    world.arrive(JOEL, "2 08:05", 1, VisitKind::Care);
    world.pain(JOEL, "2 08:10", "3");
    let notes = world.aligned("2 09:00");
    assert!(notes.segments.iter().all(|segment| segment.gaps.is_empty()), "{notes:?}");
}

#[test]
fn midnight_takes_no_visit_off_the_list_that_is_not_over() {
    let mut world = World::with(TURN_6H, "same_day");
    world.visit(1, VisitKind::Care, "2 23:00", AMINA);
    world.visit(2, VisitKind::Care, "3 08:00", JOEL);
    let about = |world: &World, now: &str| -> Vec<u8> {
        let visits = world.visits(now).into_iter().filter(|visit| visit.is_about(at(now)));
        visits.map(|visit| visit.id.0[0]).collect()
    };
    assert_eq!(about(&world, "2 22:00"), [1]);
    for (heard, now) in [("3 00:01", "3 00:01"), ("2 22:00", "3 00:01"), ("3 01:01", "3 22:59")] {
        world.heard(AMINA, heard);
        assert_eq!(about(&world, now), [1, 2], "late, unknown or missed");
    }
    assert_eq!(about(&world, "3 23:00"), [2]);
    world.arrive(AMINA, "2 23:50", 1, VisitKind::Care);
    assert_eq!(about(&world, "3 00:05"), [1, 2], "she is there");
    world.leave(AMINA, "3 00:10", 1);
    assert_eq!(about(&world, "3 00:11"), [2], "she has left");
}
