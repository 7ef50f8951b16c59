//! R8 and the criteria: a six-week package, told week by week.

use crate::support::*;
use alongside_domain::ids::EntryId;
use alongside_domain::journal::RecordRef;
use alongside_domain::journal::body::VisitKind;
use alongside_domain::plan::edit::Section;
use alongside_domain::reablement::progress::{GoalState, WeekBefore};
use alongside_domain::reablement::proposal::{Reason, Step};
use alongside_domain::reablement::summary::{self, VisitCounts, WeeklySummary, weekly};
use alongside_domain::reablement::week::Week;
use alongside_domain::time::Moment;
use chrono::{Days, NaiveDate};

const STEP_DOWN: &str = r#"{"all":[{"goals_at_target":{"goals":2,"records":6}},{"no_falls":{"days":14}}]}"#;
const STEP_UP: &str =
    r#"{"any":[{"goal_worse":{"levels":2,"records":3}},{"falls":{"at_least":2,"days":14}}]}"#;

const MEALS_1: &str = r#"{"compare":{"kind":"meal","field":"eaten","op":"at_most","value":"quarter"}}"#;

const LEVELS: [&str; 6] =
    ["independent", "prompting", "supervision", "help_of_one", "help_of_two", "not_possible"];

/// The goal's fields: baseline and target.
fn goal(baseline: i64, target: i64) -> alongside_domain::value::Fields {
    fields(&[("text", "a goal"), ("baseline", &baseline.to_string()), ("target", &target.to_string())])
}

fn package() -> PlanText {
    PlanText::default()
        .set(Section::Goals, "G1", goal(3, 0))
        .set(Section::Goals, "G2", goal(3, 1))
        .set(Section::Goals, "G3", goal(5, 1))
        .set(Section::Goals, "G4", goal(2, 0))
        .set(Section::Criteria, "down", fields(&[("proposes", "step_down"), ("rule", STEP_DOWN)]))
        .set(Section::Criteria, "up", fields(&[("proposes", "step_up"), ("rule", STEP_UP)]))
}

/// A world in June 2026 with the package's plan of the 1st.
fn world(plan: PlanText) -> World {
    let mut world = World::new();
    world.plan(1, "6-1 07:00", plan);
    world.seen.version = 1;
    world
}

fn day(of_june: u64) -> String {
    let first = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day");
    let date = first.checked_add_days(Days::new(of_june - 1)).expect("a day");
    date.format("%-m-%-d").to_string()
}

impl World {
    fn progress(&mut self, when: &str, goal: &str, level: usize) -> RecordRef {
        self.see(AMINA, when, "goal_progress", &[("goal", goal), ("level", LEVELS[level])])
    }

    /// Levels by day from a day of June on, at these times of each day.
    fn levels(&mut self, goal: &str, from: u64, times: &[&str], levels: &[usize]) {
        for (index, level) in levels.iter().enumerate() {
            let when = format!("{} {}", day(from + (index / times.len()) as u64), times[index % times.len()]);
            self.progress(&when, goal, *level);
        }
    }

    /// The summary of the week of a day of June, as known at its end.
    fn week(&self, of_june: u64) -> WeeklySummary {
        self.week_as_known(of_june, None)
    }

    /// When there was a version of the summary of that week.
    fn versions(&self, of_june: u64) -> Vec<Moment> {
        let week = Week::of(at(&format!("{} 12:00", day(of_june))));
        self.at("7-30 12:00", |inputs| summary::versions(inputs, week))
    }

    fn week_as_known(&self, of_june: u64, known_by: Option<Moment>) -> WeeklySummary {
        let week = Week::of(at(&format!("{} 12:00", day(of_june))));
        self.at("7-30 12:00", |inputs| weekly(inputs, week, known_by.unwrap_or(week.to())))
            .expect("a summary")
    }
}

fn states(summary: &WeeklySummary) -> Vec<GoalState> {
    summary.goals.iter().map(|goal| goal.state).collect()
}

fn entry(name: &str) -> EntryId {
    entry_id(name)
}

/// The story of the package: goals by days and by weeks.
fn story() -> World {
    let mut world = world(package());
    let (morning_and_night, morning, tea) = (["08:00", "21:00"], ["08:00"], ["17:30"]);
    world.levels("G1", 1, &morning_and_night, &[3, 3, 3, 2, 3, 2, 2, 2, 2, 1, 2, 1, 1, 1]);
    world.levels("G1", 8, &morning_and_night, &[1; 14]);
    world.levels("G1", 15, &morning_and_night, &[1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    world.levels("G1", 22, &morning_and_night, &[0; 28]);
    let g2 = [
        3, 3, 3, 3, 2, 3, 3, 2, 3, 2, 2, 3, 2, 2, 2, 2, 3, 2, 2, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1,
    ];
    world.levels("G2", 1, &morning, &g2);
    let g3 = [
        5, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1,
        1,
    ];
    world.levels("G3", 1, &tea, &g3);
    for (week, levels) in [[2, 2], [2, 1], [1, 1], [1, 0], [0, 0]].iter().enumerate() {
        let tuesday = 2 + 7 * week as u64;
        world.progress(&format!("{} 12:30", day(tuesday)), "G4", levels[0]);
        world.progress(&format!("{} 12:30", day(tuesday + 3)), "G4", levels[1]);
    }
    world
}

#[test]
fn r8_the_weeks_of_a_package_have_the_states_of_the_rule() {
    use GoalState::{Achieved, Improving, Stalled, Steady, TooFew};
    let world = story();
    let found: Vec<_> = [7, 14, 21, 28, 35].map(|sunday| states(&world.week(sunday))).into();
    assert_eq!(
        found,
        [
            [Improving, Steady, Improving, TooFew],
            [Improving, Improving, Steady, TooFew],
            [Improving, Steady, Stalled, TooFew],
            [Achieved, Improving, Improving, TooFew],
            [Achieved, Achieved, Achieved, TooFew],
        ]
    );
}

#[test]
fn the_trend_of_a_goal_is_its_level_in_each_of_up_to_six_weeks_before() {
    let mut world = story();
    let trend = |world: &World, sunday, goal: usize| -> Vec<(String, u32, Option<u8>)> {
        let before = world.week(sunday).goals.swap_remove(goal).before;
        let told =
            |one: WeekBefore| (one.week.monday().to_string(), one.records, one.level.map(|at| at.number()));
        before.into_iter().map(told).collect()
    };
    assert_eq!(trend(&world, 7, 0), [], "it has just begun");
    assert_eq!(
        trend(&world, 21, 0),
        [("2026-06-01".to_owned(), 14, Some(2)), ("2026-06-08".to_owned(), 14, Some(1))]
    );
    assert_eq!(trend(&world, 14, 3), [("2026-06-01".to_owned(), 2, None)], "too few to say");
    world.progress("7-20 08:00", "G1", 0);
    let late = trend(&world, 56, 0);
    let mondays: Vec<&str> = late.iter().map(|(monday, ..)| monday.as_str()).collect();
    assert_eq!(mondays, ["2026-06-08", "2026-06-15", "2026-06-22", "2026-06-29", "2026-07-06", "2026-07-13"]);
    assert_eq!(late[5].1, 0, "a week without a record is told too");
}

#[test]
fn the_week_proposes_what_the_criteria_of_the_plan_say_and_why() {
    let world = story();
    let steps = [7, 14, 21, 28, 35].map(|sunday| world.week(sunday).proposal.step);
    assert_eq!(steps, [Step::Maintain, Step::Maintain, Step::Maintain, Step::Maintain, Step::StepDown]);
    let proposal = world.week(35).proposal;
    assert_eq!(proposal.rule, Some(entry("down")));
    let goals = vec![(entry("G1"), 14), (entry("G2"), 7), (entry("G3"), 7)];
    assert_eq!(proposal.reasons, [Reason::GoalsAtTarget { goals }, Reason::NoFalls { days: 14 }]);
}

#[test]
fn a_stalled_goal_opens_a_review_due_three_days_after_the_sunday() {
    let world = story();
    let due = |sunday| -> Vec<String> {
        world.week(sunday).reviews.iter().map(|review| format!("{} {}", review.goal, review.due)).collect()
    };
    assert_eq!(due(21), ["G3 2026-06-24"]);
    assert!(due(14).is_empty() && due(28).is_empty());
}

#[test]
fn a_fall_stands_against_stepping_down_and_two_are_for_stepping_up() {
    let mut world = story();
    world.see(AMINA, "6-25 10:00", "fall", &[("how_learned", "found")]);
    assert_eq!(world.week(35).proposal.step, Step::Maintain);
    let second = world.see(AMINA, "7-1 10:00", "fall", &[("how_learned", "found")]);
    let proposal = world.week(35).proposal;
    assert_eq!((proposal.step, proposal.rule), (Step::StepUp, Some(entry("up"))));
    assert!(
        matches!(&proposal.reasons[..], [Reason::Falls { records, days: 14 }] if records.contains(&second))
    );
    // The one of the 25th is fifteen days before the Sunday of the week after.
    assert_eq!(world.week(42).proposal.step, Step::Maintain);
}

#[test]
fn a_goal_two_levels_worse_three_times_running_is_for_stepping_up() {
    let mut world = world(package());
    world.levels("G1", 1, &["08:00"], &[1; 7]);
    world.levels("G1", 8, &["08:00"], &[3, 3, 1, 3, 3, 3, 1]);
    let proposal = world.week(14).proposal;
    assert_eq!(proposal.step, Step::StepUp);
    assert!(matches!(&proposal.reasons[..], [Reason::GoalWorse { records, .. }] if records.len() == 3));
    let mut other = self::world(package());
    other.levels("G1", 1, &["08:00"], &[1; 7]);
    other.levels("G1", 8, &["08:00"], &[3, 3, 1, 3, 3, 1, 3]);
    assert_eq!(other.week(14).proposal.step, Step::Maintain);
}

/// The level of G1 in the week of `records` given from Monday on, and its state.
fn check_week_two(first: &[usize], second: &[usize], expected: (Option<u8>, GoalState)) {
    let mut world = world(package());
    world.levels("G1", 1, &["08:00", "21:00"], first);
    world.levels("G1", 8, &["08:00", "21:00"], second);
    let goal = world.week(14).goals.swap_remove(0);
    assert_eq!((goal.level.map(|level| level.number()), goal.state), expected, "{first:?} {second:?}");
}

#[test]
fn r8_a_level_is_the_median_with_ties_to_the_worse_and_needs_three_records() {
    use GoalState::{Declining, Improving, Stalled, Steady, TooFew};
    check_week_two(&[2, 2, 2], &[1, 2], (None, TooFew));
    check_week_two(&[2, 2, 2], &[1, 2, 1], (Some(1), Improving));
    check_week_two(&[2, 2, 2], &[1, 2, 1, 2], (Some(2), Steady));
    check_week_two(&[2, 2, 2], &[3, 3, 1], (Some(3), Declining));
    // A week with fewer than 3 records has no level: the baseline of 3 counts.
    check_week_two(&[0, 0], &[2, 2, 2], (Some(2), Improving));
    check_week_two(&[], &[3, 3, 3], (Some(3), Steady));
    // In week 2 the baseline is what stalled compares with; it takes 8 records in the two weeks.
    check_week_two(&[3, 3, 3, 3], &[3, 3, 3], (Some(3), Steady));
    check_week_two(&[3, 3, 3, 3], &[3, 3, 3, 3], (Some(3), Stalled));
}

#[test]
fn r8_achieved_needs_six_records_each_at_target_or_better() {
    use GoalState::{Achieved, Improving};
    check_week_two(&[1, 1, 1], &[0; 6], (Some(0), Achieved));
    check_week_two(&[1, 1, 1], &[0; 5], (Some(0), Improving));
    check_week_two(&[1, 1, 1], &[0, 0, 0, 0, 0, 0, 1], (Some(0), Improving));
}

#[test]
fn r8_a_goal_is_never_stalled_in_its_first_week() {
    let mut world = world(package());
    world.levels("G1", 1, &["08:00", "21:00"], &[3; 14]);
    assert_eq!(world.week(7).goals[0].state, GoalState::Steady);
}

#[test]
fn records_of_sunday_night_and_monday_morning_are_of_different_weeks() {
    let mut world = world(package());
    world.progress("6-7 23:59", "G1", 1);
    world.progress("6-8 00:00", "G1", 2);
    let counts = [7, 14].map(|sunday| world.week(sunday).goals[0].levels.len());
    assert_eq!(counts, [1, 1]);
}

#[test]
fn records_that_arrive_late_make_a_new_version_of_the_summary() {
    let mut world = story();
    let late = world.progress("7-5 18:00", "G3", 1);
    world.received(late, "7-6 07:30");
    let versions = world.versions(35);
    assert_eq!(versions, [at("7-6 00:00"), at("7-6 07:30")]);
    let records = |by: &Moment| world.week_as_known(35, Some(*by)).goals[2].levels.len();
    assert_eq!(versions.iter().map(records).collect::<Vec<_>>(), [7, 8]);
}

#[test]
fn a_late_record_of_an_earlier_week_makes_a_new_version_where_the_summary_is_another_with_it() {
    let mut world = story();
    let fall = world.see(AMINA, "6-25 10:00", "fall", &[("how_learned", "found")]);
    world.received(fall, "7-7 08:00");
    assert_eq!(world.versions(35), [at("7-6 00:00"), at("7-7 08:00")]);
    let steps = world.versions(35).into_iter().map(|by| world.week_as_known(35, Some(by)).proposal.step);
    assert_eq!(steps.collect::<Vec<_>>(), [Step::StepDown, Step::Maintain]);
    // A meal of that day changes nothing in the week after.
    let meal = world.see(AMINA, "6-25 12:00", "meal", &[("eaten", "all")]);
    world.received(meal, "7-8 08:00");
    assert_eq!(world.versions(35), [at("7-6 00:00"), at("7-7 08:00")]);
    assert_eq!(world.versions(28), [at("6-29 00:00"), at("7-7 08:00"), at("7-8 08:00")]);
}

#[test]
fn a_rule_over_eight_weeks_knows_the_falls_of_eight_weeks() {
    let rule = r#"{"no_falls":{"days":56}}"#;
    let plan = PlanText::default().set(
        Section::Criteria,
        "down",
        fields(&[("proposes", "step_down"), ("rule", rule)]),
    );
    let mut world = World::new();
    world.plan(1, "4-1 07:00", plan);
    // The 56th day before the end of Sunday 28 June is 4 May.
    assert_eq!(world.week(28).proposal.step, Step::StepDown);
    world.see(AMINA, "5-4 00:00", "fall", &[("how_learned", "found")]);
    assert_eq!(world.week(28).proposal.step, Step::Maintain);
    assert_eq!(world.week(35).proposal.step, Step::StepDown);
}

#[test]
fn r8_after_a_long_gap_a_goal_is_compared_with_its_last_level_and_not_with_the_baseline() {
    let mut world = World::new();
    world.plan(1, "2-2 07:00", package());
    for day in ["2-3", "2-4", "2-5"] {
        world.progress(&format!("{day} 08:00"), "G1", 1);
    }
    world.levels("G1", 22, &["08:00"], &[2; 3]);
    let goal = world.week(28).goals.swap_remove(0);
    assert_eq!((goal.last_week.map(|level| level.number()), goal.state), (Some(1), GoalState::Declining));
}

#[test]
fn a_version_does_not_change_once_devices_are_heard_later() {
    let mut world = world(PlanText::default());
    world.visit(1, VisitKind::Care, "6-7 20:00", AMINA);
    let sunday = world.week(7);
    assert_eq!((sunday.visits.unknown, sunday.visits.missed), (1, 0));
    world.heard(AMINA, "6-8 07:00");
    assert_eq!(world.week(7), sunday);
    // A record of hers says it: it makes no version, and stands in those that are made from then on.
    world.see(AMINA, "6-8 07:00", "meal", &[("eaten", "all")]);
    assert_eq!((world.week(7), world.versions(7)), (sunday, vec![at("6-8 00:00")]));
    let late = world.see(JOEL, "6-7 12:00", "meal", &[("eaten", "all")]);
    world.received(late, "6-8 09:00");
    let monday = world.week_as_known(7, Some(at("6-8 09:00")));
    assert_eq!((monday.visits.unknown, monday.visits.missed), (0, 1));
}

#[test]
fn a_later_version_says_nothing_of_what_was_done_after_the_week() {
    let mut world = world(PlanText::default().trigger("T", MEALS_1, "district_nursing", "30"));
    let meal = world.see(AMINA, "6-7 23:50", "meal", &[("eaten", "none")]);
    world.answer(JOEL, "6-8 07:00", about("T", meal), None);
    let late = world.see(AMINA, "6-7 08:00", "meal", &[("eaten", "all")]);
    world.received(late, "6-8 07:30");
    let monday = world.week_as_known(7, Some(at("6-8 07:30")));
    let answered: Vec<_> = monday.escalations.iter().map(|one| one.minutes_to_answer).collect();
    assert_eq!(answered, [None]);
}

#[test]
fn a_visit_of_sunday_evening_to_which_nobody_came_counts_in_its_week() {
    // Of the second one not even the window is over.
    for start in ["6-7 22:30", "6-7 23:45"] {
        let mut world = world(PlanText::default());
        world.visit(1, VisitKind::Care, start, AMINA);
        world.see(AMINA, "6-7 23:40", "meal", &[("eaten", "all")]);
        let counts = VisitCounts { not_come: 1, ..VisitCounts::default() };
        assert_eq!(world.week(7).visits, counts, "{start}");
        let came = world.arrive(AMINA, "6-8 00:05", 1, VisitKind::Care);
        world.received(came, "6-8 09:00");
        assert_eq!(world.week_as_known(7, Some(at("6-8 09:00"))).visits, counts, "{start}");
        assert_eq!(world.week(14).visits, VisitCounts::default(), "{start}");
    }
}

#[test]
fn a_summary_says_nothing_of_days_after_its_week() {
    let mut world = story();
    let before = world.week(21);
    world.plan(2, "6-23 12:00", package().set(Section::Goals, "G5", goal(3, 0)));
    world.see(AMINA, "6-24 10:00", "fall", &[("how_learned", "found")]);
    world.levels("G1", 22, &["09:00"], &[5; 7]);
    assert_eq!(world.week(21), before);
    assert_eq!(world.week(28).goals.len(), 5);
}

#[test]
fn a_summary_is_not_made_where_records_that_it_reads_are_missing() {
    let mut world = story();
    world.complete_from = at("5-4 00:00");
    let week = Week::of(at("7-5 12:00"));
    assert!(world.at("7-30 12:00", |inputs| weekly(inputs, week, week.to())).is_some());
    world.complete_from = at("5-4 00:01");
    assert!(world.at("7-30 12:00", |inputs| weekly(inputs, week, week.to())).is_none());
}
