//! What a plan leaves open that it should say (D1): who does between the visits what is to be done more often than
//! somebody comes, and who of several is the one care coordinator; and what it says so that nobody can act on it.

use super::entry::{Reading, Shown};
use super::flag::{Flag, FlagWhy};
use crate::care::plan::CarePlan;
use crate::care::schedule::occurrences;
use crate::journal::body::VisitKind;
use crate::plan::edit::Section;
use crate::time::MINUTE_MS;
use chrono::Days;

/// How many days of visits are looked at: a week has every day on which a rule may say something else.
const DAYS: u64 = 8;

pub(super) fn flags(reading: &Reading<'_>, plan: &CarePlan) -> Vec<Flag> {
    let longest = longest_between_visits(reading, plan);
    let is_left_open = |action: &Shown<'_>| {
        let open = !matches!(action.text("state"), "done" | "stopped");
        let more_often = action.int("interval_min").zip(longest).is_some_and(|(every, gap)| every < gap);
        open && more_often && !action.has("who_between")
    };
    let actions = reading.entries(Section::Actions).filter(is_left_open);
    let actions = actions.map(|action| action.flag("who_between", FlagWhy::NobodyBetween));
    let coordinators = reading.entries(Section::Contacts).filter(|one| one.text("role") == "coordinator");
    let others = coordinators.skip(1).map(|one| one.flag("role", FlagWhy::SeveralCoordinators));
    let unread = plan.problems.iter().map(|problem| Flag {
        section: problem.error.section,
        entry: problem.entry.clone(),
        field: problem.error.field.clone(),
        why: FlagWhy::CannotBeRead {
            place: problem.error.place.clone(),
            reason: problem.error.reason.clone(),
        },
    });
    actions.chain(others).chain(unread).collect()
}

/// The longest time from the beginning of one care visit to that of the next, in minutes; nothing where the plan has
/// no two visits in the days to come.
fn longest_between_visits(reading: &Reading<'_>, plan: &CarePlan) -> Option<i64> {
    let today = reading.now().local_day();
    let to = today.checked_add_days(Days::new(DAYS)).unwrap_or(today);
    let visits = occurrences(&plan.schedule, today, to);
    let care = visits.iter().filter(|one| one.visit.visit_kind == VisitKind::Care);
    let starts: Vec<_> = care.map(|one| one.start).collect();
    starts.windows(2).map(|pair| pair[1].since_ms(pair[0]) / MINUTE_MS).max()
}
