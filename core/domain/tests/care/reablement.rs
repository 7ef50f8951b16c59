//! R8 and the criteria: a six-week package, told week by week.

use crate::support::*;
use alongside_domain::ids::EntryId;
use alongside_domain::journal::body::Received;
use alongside_domain::journal::{Body, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::reablement::progress::GoalState;
use alongside_domain::reablement::proposal::{Reason, Step};
use alongside_domain::reablement::summary::{self, WeeklySummary, weekly};
use alongside_domain::reablement::week::Week;
use alongside_domain::time::Moment;
use chrono::{Days, NaiveDate};

const STEP_DOWN: &str = r#"{"all":[{"goals_at_target":{"goals":2,"records":6}},{"no_falls":{"days":14}}]}"#;
const STEP_UP: &str =
    r#"{"any":[{"goal_worse":{"levels":2,"records":3}},{"falls":{"at_least":2,"days":14}}]}"#;

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
    let said = Received {
        author: late.author,
        epoch: late.epoch,
        first: late.number,
        last: late.number,
        at: at("7-6 07:30"),
    };
    world.add(STORE, "7-6 07:30", "7-6 07:30", Body::Received(said));
    let week = Week::of(at("7-5 12:00"));
    let versions = world.at("7-30 12:00", |inputs| summary::versions(inputs, week));
    assert_eq!(versions, [week.to(), at("7-6 07:30")]);
    let records = |by: &Moment| world.week_as_known(35, Some(*by)).goals[2].levels.len();
    assert_eq!(versions.iter().map(records).collect::<Vec<_>>(), [7, 8]);
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
    world.complete_from = at("5-18 00:00");
    let week = Week::of(at("7-5 12:00"));
    assert!(world.at("7-30 12:00", |inputs| weekly(inputs, week, week.to())).is_some());
    world.complete_from = at("5-18 00:01");
    assert!(world.at("7-30 12:00", |inputs| weekly(inputs, week, week.to())).is_none());
}
