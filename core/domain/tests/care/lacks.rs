//! What is not shared makes no view say that it is not there: nothing is missing, overdue or done by what is hidden.

use crate::cases::cases;
use crate::properties::{step, world};
use crate::support::*;
use alongside_domain::care::escalation::Escalation;
use alongside_domain::care::lacks::{Lack, NotEvaluated, Part, lacks, not_evaluated};
use alongside_domain::care::visits::VisitState;
use alongside_domain::day::PersonDay;
use alongside_domain::journal::Category;
use alongside_domain::journal::body::{Match, VisitKind};
use alongside_domain::plan::edit::Section;
use alongside_domain::reablement::summary::weekly;
use alongside_domain::reablement::week::Week;
use alongside_domain::sharing::{SHAREABLE, Scope, Shared};
use proptest::prelude::*;
use std::collections::BTreeSet;

const NOTES: Category = Category::CARE_NOTES;
const VISITS: Category = Category::VISITS;
const PLAN: Category = Category::PLAN;
const LOG: Category = Category::CONTACT_LOG;

/// The world as somebody sees it with whom all but this is shared.
fn without(world: &World, hidden: &[Category]) -> World {
    let shared: Vec<Category> =
        SHAREABLE.iter().map(|(category, _)| *category).filter(|one| !hidden.contains(one)).collect();
    let scope = Scope::Only(Shared::of(&shared));
    let mut seen = world.clone();
    seen.scope = scope;
    seen.entries.retain(|entry| scope.reads(entry.header.category));
    if !scope.reads(PLAN) {
        seen.versions.clear();
    }
    seen
}

fn told(lacks: &[Lack]) -> Vec<(Part, Vec<&str>)> {
    lacks.iter().map(|lack| (lack.part, lack.needs.iter().map(String::as_str).collect())).collect()
}

#[test]
fn a_part_is_told_to_whoever_reads_all_of_its_inputs_and_to_nobody_else() {
    for hidden in 0..16_u8 {
        let shared: Vec<Category> =
            (0..4).filter(|at| hidden >> at & 1 == 0).map(|at| SHAREABLE[at].0).collect();
        let scope = Scope::Only(Shared::of(&shared));
        for part in Part::ALL {
            let reads_all = part.inputs().iter().all(|input| shared.contains(input));
            assert_eq!(Lack::of(part, scope).is_none(), reads_all, "{part:?} {shared:?}");
            assert_eq!(part.is_told(scope), reads_all);
        }
    }
    assert_eq!(lacks(Scope::Whole, &Part::ALL), []);
    assert_eq!(lacks(Scope::SHAREABLE, &Part::ALL), [], "who reads all that can be shared lacks nothing");
}

#[test]
fn a_lack_says_what_it_needs_of_whom_it_is_not_shared_and_whom_to_ask() {
    let lack = Lack::of(Part::NotRecorded, Scope::Only(Shared::of(&[PLAN]))).expect("it lacks");
    assert_eq!(
        lack.words("Northside"),
        "Whether all was recorded that was asked for: this cannot be told here. It needs the care notes and the visits, not \
         shared with Northside. Ask the provider’s office."
    );
}

#[test]
fn whoever_edits_a_trigger_is_told_which_partners_do_not_have_it_evaluated() {
    let entry = [
        ("organisation", &["Northside Nursing"][..]),
        ("category", &["care_notes"]),
        ("ground", &["direct_care"]),
        ("ends_on", &["2026-03-01"]),
    ];
    let plan = view_of(Section::Sharing, "s1", &entry);
    let day = |text: &str| text.parse().expect("a real day");
    assert_eq!(not_evaluated(&plan, day("2026-03-01")), [], "it is the last day");
    let found = not_evaluated(&plan, day("2026-03-02"));
    let words: Vec<String> = found.iter().map(NotEvaluated::words).collect();
    assert_eq!(
        words,
        [
            "Nurses of Northside Nursing do not read the care notes: not every trigger is evaluated on their phones."
        ]
    );
}

#[test]
fn nobody_hears_that_nothing_was_recorded_from_notes_that_are_not_shared() {
    let mut world = World::with(TURN_6H, "same_day");
    for when in ["1 09:00", "1 14:00", "1 20:00", "2 10:00"] {
        world.see(JOEL, when, "position", &[("to", "back")]);
    }
    assert!(world.escalations("2 15:00").list.is_empty(), "it was done");
    let found = without(&world, &[NOTES]).escalations("2 15:00");
    assert!(found.list.is_empty() && found.cannot_tell.is_empty() && found.met.is_empty(), "{found:?}");
    let expected = [(Part::TriggersMet, vec!["care_notes"]), (Part::Escalations, vec!["care_notes"])];
    assert_eq!(told(&found.lacks), expected);
}

#[test]
fn an_absence_that_only_a_silent_phone_could_excuse_is_not_told_without_the_roster() {
    let mut world = World::with(TURN_6H, "same_day");
    for when in ["1 09:00", "1 15:00", "1 21:00"] {
        world.see(JOEL, when, "position", &[("to", "back")]);
    }
    world.visit(1, VisitKind::Care, "2 12:30", AMINA);
    world.heard(AMINA, "2 07:45");
    assert_eq!(world.escalations("2 14:00").cannot_tell.len(), 1, "ring the carer");
    let found = without(&world, &[VISITS]).escalations("2 14:00");
    assert!(found.list.is_empty() && found.met.is_empty(), "no false alarm: {found:?}");
    assert_eq!(told(&found.lacks), [(Part::Escalations, vec!["visits"])]);
}

#[test]
fn without_the_contact_log_it_is_told_what_met_a_trigger_and_not_what_came_of_it() {
    let mut world = World::with(MEALS, "60");
    for when in ["2 08:00", "2 12:00", "2 18:00"] {
        world.see(AMINA, when, "meal", &[("eaten", "none")]);
    }
    let met = world.see(AMINA, "3 08:00", "meal", &[("eaten", "quarter")]);
    world.attempt(AMINA, "3 08:05", about("T", met), "gp", true);
    assert_eq!(world.escalations("3 12:00").list.len(), 1);
    let seen = without(&world, &[LOG]);
    let found = seen.escalations("3 12:00");
    assert!(found.list.is_empty(), "neither raised nor unanswered nor overdue: {found:?}");
    assert_eq!(found.met.len(), 2);
    assert_eq!(found.met[1].found.matched, Match::Record(met));
    assert_eq!(told(&found.lacks), [(Part::Escalations, vec!["contact_log"])]);
    let notes = seen.aligned("3 12:00");
    assert_eq!((notes.segments[0].triggers.len(), notes.segments[0].met.len()), (0, 2));
}

#[test]
fn a_change_is_not_told_without_the_closings_after_which_it_counts_anew() {
    let mut world = World::with(PAIN_UP_2, "same_day");
    world.pain(AMINA, "2 08:00", "2");
    let met = world.pain(AMINA, "2 12:00", "4");
    world.close(SAM, "2 13:00", about("T", met), "settled");
    world.pain(AMINA, "2 14:00", "5");
    assert_eq!(world.escalations("2 15:00").list.len(), 1, "5 is not 2 more than 4 (R1)");
    let found = without(&world, &[LOG]).escalations("2 15:00");
    assert!(found.met.is_empty() && !found.lacks.is_empty(), "{found:?}");
}

#[test]
fn nothing_is_missing_and_nothing_went_down_where_notes_are_not_shared() {
    let asked = fields(&[("kind", "wound_dressed"), ("field", "pain_rest")]);
    let mut world = World::new();
    world.plan(1, "1 00:00", PlanText::default().set(Section::Asked, "a1", asked));
    world.visit(1, VisitKind::Care, "2 08:00", JOEL);
    world.arrive(JOEL, "2 08:00", 1, VisitKind::Care);
    world.pain(JOEL, "2 08:10", "3");
    let notes = without(&world, &[NOTES]).aligned("2 09:00");
    let segment = &notes.segments[0];
    assert!(segment.gaps.is_empty() && segment.asked.is_empty() && segment.others.is_empty(), "{segment:?}");
    assert_eq!(segment.visits_missed, Some(0), "the visits are shared");
    let parts: Vec<Part> = notes.lacks.iter().map(|lack| lack.part).collect();
    assert!(parts.contains(&Part::NotRecorded) && parts.contains(&Part::Observed));
    // Without the visits it is not known at which visit it should have been.
    let notes = without(&world, &[VISITS]).aligned("2 09:00");
    assert_eq!((notes.segments[0].gaps.len(), notes.segments[0].visits_missed), (0, None));
    assert_eq!(notes.segments[0].asked[0].values.len(), 1, "what was seen is shared");
}

#[test]
fn without_the_visits_of_others_nothing_is_since_a_nursing_visit() {
    let mut world = World::new();
    world.plan(1, "1 00:00", PlanText::default());
    world.arrive(BETH, "2 09:00", 1, VisitKind::Clinical);
    world.pain(JOEL, "2 08:10", "3");
    world.pain(JOEL, "2 10:10", "4");
    assert_eq!(world.aligned("2 12:00").segments.len(), 2);
    let mut seen = without(&world, &[VISITS]);
    // What somebody wrote themselves they go on reading.
    seen.entries = world.entries.clone();
    let notes = seen.aligned("2 12:00");
    assert_eq!(notes.segments.len(), 1);
    assert!(notes.lacks.iter().any(|lack| lack.part == Part::SinceVisit));
}

#[test]
fn a_visit_is_neither_late_nor_missed_for_who_does_not_read_the_plan_or_the_visits() {
    let mut world = World::new();
    world.plan(1, "1 00:00", PlanText::default());
    world.visit(1, VisitKind::Care, "2 08:00", JOEL);
    world.visit(2, VisitKind::Care, "2 09:00", JOEL);
    world.arrive(JOEL, "2 09:00", 2, VisitKind::Care);
    world.heard(JOEL, "2 13:00");
    let states = |world: &World| world.visits("2 14:00").iter().map(|visit| visit.state).collect::<Vec<_>>();
    assert!(matches!(states(&world)[..], [VisitState::Missed { .. }, VisitState::Arrived { .. }]));
    assert_eq!(states(&without(&world, &[PLAN])), [VisitState::NotTold, VisitState::Arrived { late: false }]);
    let mut own = without(&world, &[VISITS]);
    own.entries =
        world.entries.iter().filter(|entry| entry.body.code() == "visit_arrived").cloned().collect();
    assert_eq!(states(&own), [VisitState::NotTold], "one's own, of which nobody says that it was unplanned");
}

#[test]
fn the_day_the_week_and_shared_work_say_what_they_lack_and_no_figure() {
    let mut world = World::new();
    world.plan(1, "1 00:00", PlanText::default());
    let seen = without(&world, &[VISITS]);
    let day = seen.at("2 12:00", PersonDay::of);
    assert_eq!(told(&day.lacks), [(Part::Day, vec!["visits"])]);
    let week = Week::of(at("2 12:00"));
    for hidden in [NOTES, VISITS, PLAN, LOG] {
        let seen = without(&world, &[hidden]);
        assert!(seen.at("20 12:00", |inputs| weekly(inputs, week, week.to())).is_none(), "{hidden:?}");
    }
    assert!(world.at("20 12:00", |inputs| weekly(inputs, week, week.to())).is_some());
}

fn matches(found: &[Escalation]) -> BTreeSet<(String, Match)> {
    let all = found.iter().flat_map(|one| &one.matches);
    all.map(|found| (found.trigger.to_string(), found.matched)).collect()
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn what_is_said_to_have_met_a_trigger_has_met_it_whatever_is_hidden(
        steps in prop::collection::vec(step(), 1..50),
        hidden in 1..16_u8,
    ) {
        let told = world(&steps);
        let hidden: Vec<Category> = (0..4).filter(|at| hidden >> at & 1 == 1).map(|at| SHAREABLE[at].0).collect();
        let seen = without(&told, &hidden).escalations("7 12:00");
        prop_assert!(!seen.lacks.is_empty() && seen.list.is_empty() && seen.cannot_tell.is_empty());
        let known = matches(&told.escalations("7 12:00").list);
        for one in &seen.met {
            let name = (one.found.trigger.to_string(), one.found.matched);
            prop_assert!(known.contains(&name), "{:?} is not known to who reads all: {:?}", name, known);
        }
    }
}
