//! What a plan leaves open that it should say (D1): who does between the visits what is to be done more often than
//! somebody comes, and who of several is the one care coordinator; and what it says so that nobody can act on it.

use super::entry::{Reading, Shown};
use super::flag::{Flag, FlagWhy};
use crate::care::hours::{Hours, OnBankHoliday, bank_holidays_end};
use crate::care::plan::CarePlan;
use crate::care::schedule::occurrences;
use crate::journal::body::VisitKind;
use crate::plan::edit::Section;
use crate::time::MINUTE_MS;
use chrono::Days;

/// How many days of visits are looked at: a week has every day on which a rule may say something else.
const DAYS: u64 = 8;
/// How many days before the list of bank holidays ends that is said.
const HOLIDAYS_AHEAD_DAYS: u64 = 28;

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
    actions.chain(others).chain(unread).chain(holidays_end(reading)).collect()
}

/// Contacts whose hours hang on bank holidays that the list does not tell in the weeks to come.
fn holidays_end<'r>(reading: &'r Reading<'_>) -> impl Iterator<Item = Flag> + 'r {
    let to = reading.now().local_day().checked_add_days(Days::new(HOLIDAYS_AHEAD_DAYS));
    let is_near = to.is_none_or(|to| to > bank_holidays_end());
    let hang_on_it = |contact: &Shown<'_>| {
        let hours = Hours::parse(contact.text("hours"));
        hours.is_ok_and(|hours| hours.bank_holidays != OnBankHoliday::AsUsual)
    };
    let contacts = reading.entries(Section::Contacts).filter(move |contact| is_near && hang_on_it(contact));
    contacts.map(|contact| contact.flag("hours", FlagWhy::BankHolidaysEnd))
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
