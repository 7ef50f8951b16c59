//! Reviews: those that were held, those that a review trigger opened, and when the plan is due for one (D1).

use super::deadline::{Deadline, DeadlineKind};
use super::entry::{Made, Reading, Shown, end_of};
use super::flag::{Flag, FlagWhy};
use super::owner::Owner;
use crate::care::link::Link;
use crate::care::triggers::MatchFound;
use crate::ids::EntryId;
use crate::journal::body::Match;
use crate::plan::edit::Section;
use crate::reablement::stalled::ReviewOfWeek;
use crate::time::Moment;
use chrono::{Days, Months, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// A review that was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldReview {
    /// The entry of the plan that says so.
    pub review: EntryId,
    /// When: the day is given, the hour is that of the entry, or the end of the day if it was written later.
    pub at: Moment,
    /// Who wrote it down, and when the server knew.
    pub made: Made,
    /// Who held it.
    pub held_by: String,
    /// What was found.
    pub found: String,
    /// What was agreed.
    pub agreed: String,
}

/// A review that a review trigger has opened. It is derived, never recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenedReview {
    /// When: the time of the record that met the trigger.
    pub opened: Moment,
    /// When what met it was seen.
    pub observed: Moment,
    /// By when it is due, where the plan says so.
    pub due: Option<Moment>,
    /// What met it; the first one opened it.
    pub matches: Vec<MatchFound>,
    /// The review that closed it.
    pub held: Option<HeldReview>,
}

/// How often the plan of a package is reviewed: weekly for reablement and step-down, monthly or sooner for long-term.
fn cadence(package: &str, from: NaiveDate) -> Option<NaiveDate> {
    match package {
        "reablement" | "step_down" => from.checked_add_days(Days::new(7)),
        "long_term" => from.checked_add_months(Months::new(1)),
        _ => None,
    }
}

/// The longest time between two reviews of a package, in days; nothing where the plan names none.
pub fn every_days_max(package: &str) -> Option<i64> {
    match package {
        "reablement" | "step_down" => Some(7),
        "long_term" => Some(31),
        _ => None,
    }
}

/// The reviews that were held of an entry of the plan, oldest first. Several of one day are one.
pub(super) fn held_of(reading: &Reading<'_>, of: &Link) -> Vec<HeldReview> {
    let reviews =
        reading.entries(Section::Reviews).filter(|review| review.link("because").as_ref() == Some(of));
    let mut held: Vec<HeldReview> = reviews.flat_map(|review| held_by(&review)).collect();
    held.sort_by(|a, b| (a.at, &a.review).cmp(&(b.at, &b.review)));
    held
}

/// The times that one entry says that it was held.
fn held_by(review: &Shown<'_>) -> Vec<HeldReview> {
    let settings = review.reading.inputs.history.settings(Section::Reviews, review.id, "last_held");
    let mut days: BTreeMap<NaiveDate, Made> = BTreeMap::new();
    for setting in settings {
        let Some(day) = setting.value.as_text().and_then(|day| day.parse().ok()) else { continue };
        let made = review.reading.made(setting);
        let first = days.entry(day).or_insert(made);
        *first = (*first).min(made);
    }
    let held = |(day, made): (NaiveDate, Made)| HeldReview {
        review: review.id.clone(),
        at: moment_of(day, made.at),
        made,
        held_by: review.words("held_by"),
        found: review.words("found"),
        agreed: review.words("agreed"),
    };
    days.into_iter().map(held).filter(|held| held.at <= review.reading.now()).collect()
}

/// The moment of something done on a day and written down at a moment.
pub(super) fn moment_of(day: NaiveDate, written: Moment) -> Moment {
    if day > written.local_day() { Moment::at_local(day, 0) } else { written.min(end_of(day)) }
}

/// The reviews of an entry that its trigger has opened, oldest first. A review closes what was known when it was held:
/// what is known only later opens another.
pub(super) fn opened(entry: &Shown<'_>, matches: &[MatchFound], held: &[HeldReview]) -> Vec<OpenedReview> {
    let mut found: Vec<OpenedReview> = Vec::new();
    for one in matches {
        let known = known(entry.reading, one);
        let closes = held.iter().find(|review| known.is_some_and(|known| review.at >= known)).cloned();
        match found.iter_mut().find(|opened| opened.held == closes) {
            Some(opened) => opened.matches.push(one.clone()),
            None => found.push(OpenedReview {
                opened: one.raised,
                observed: one.observed,
                due: due_of(entry, one.raised),
                matches: vec![one.clone()],
                held: closes,
            }),
        }
    }
    found.sort_by_key(|opened| opened.opened);
    found
}

fn due_of(entry: &Shown<'_>, opened: Moment) -> Option<Moment> {
    let days = u64::try_from(entry.int("review_within_days")?).ok()?;
    opened.local_day().checked_add_days(Days::new(days)).map(end_of)
}

/// When the server knew of what met a trigger, which is not before it was raised.
fn known(reading: &Reading<'_>, found: &MatchFound) -> Option<Moment> {
    let Match::Record(record) = found.matched else { return Some(found.raised) };
    reading.known(record, found.raised).map(|known| known.max(found.raised))
}

/// The deadlines of opened reviews.
pub(super) fn of_opened<'a>(
    entry: &'a Shown<'_>,
    opened: &'a [OpenedReview],
    owner: &'a Owner,
) -> impl Iterator<Item = Deadline> + 'a {
    opened.iter().map(move |one| {
        let done = one.held.as_ref().map(|held| Made { at: held.at, ..held.made });
        let deadline = Deadline::of(entry, DeadlineKind::ReviewOpened, owner.clone(), one.due, done);
        Deadline { since: Some(one.opened), ..deadline }
    })
}

/// The review of an entry that its field `review_on` asks for, done by the first review of it that was held since that
/// day was set. A day that falls on a bank holiday is kept and flagged.
pub(super) fn of_day(entry: &Shown<'_>, held: &[HeldReview], owner: Owner) -> Option<Deadline> {
    let (due, set) = (entry.due_on("review_on")?, entry.made("review_on")?);
    let done = held.iter().find(|review| review.at >= set.at).map(|held| Made { at: held.at, ..held.made });
    Some(Deadline::of(entry, DeadlineKind::Review, owner, Some(due), done))
}

/// The reviews of the plan and of its goals, from the entries of the section, and those that stalled goals opened.
pub(super) fn deadlines(reading: &Reading<'_>) -> Vec<Deadline> {
    let of_plan = reading.entries(Section::Reviews).flat_map(|review| of_review(&review));
    of_plan.chain(reading.inputs.reviews.iter().filter_map(|opened| of_stalled(reading, opened))).collect()
}

/// The review of a goal that stalled in a week, done by the entry of that goal and week that says when it was held.
/// Nothing of a goal that the plan no longer has.
fn of_stalled(reading: &Reading<'_>, opened: &ReviewOfWeek) -> Option<Deadline> {
    let goal = reading.entry(Section::Goals, &opened.goal)?;
    let of_week = reading.entries(Section::Reviews).filter(|review| is_of(review, opened));
    let held = of_week.flat_map(|review| held_by(&review)).min_by_key(|held| held.at);
    let done = held.map(|held| Made { at: held.at, ..held.made });
    let (owner, due) = (goal.owner("lead"), end_of(opened.due));
    let deadline = Deadline::of(&goal, DeadlineKind::ProblemSolving, owner, Some(due), done);
    Some(Deadline { since: Some(opened.week.to()), ..deadline })
}

fn is_of(review: &Shown<'_>, opened: &ReviewOfWeek) -> bool {
    review.text("goal") == opened.goal.as_str() && review.day("week") == Some(opened.week.monday())
}

fn of_review(review: &Shown<'_>) -> Vec<Deadline> {
    let owner = if review.has("owner") { review.owner("owner") } else { review.owner("held_by") };
    let mut found = Vec::new();
    if let Some((last, next)) = next_by_cadence(review) {
        let deadline = Deadline::of(review, DeadlineKind::PlanReview, owner.clone(), Some(next), None);
        found.push(Deadline { last_held: last, ..deadline });
    }
    let stalled = review.reading.inputs.reviews.iter().any(|opened| is_of(review, opened));
    if let (false, Some(due), Some(set)) = (stalled, review.due_on("due"), review.made("due")) {
        let held = held_by(review).into_iter().find(|held| held.at >= set.at);
        let done = held.map(|held| Made { at: held.at, ..held.made });
        found.push(Deadline::of(review, DeadlineKind::Review, owner, Some(due), done));
    }
    found
}

/// When a review that recurs was last held, and by the end of which day it is due next.
fn next_by_cadence(review: &Shown<'_>) -> Option<(Option<NaiveDate>, Moment)> {
    let last = review.day("last_held");
    let since =
        last.or(review.day("opened_on")).or(review.first_made("text").map(|made| made.at.local_day()))?;
    let by_rule = cadence(review.text("package"), since);
    let every = review.int("every_days").and_then(|days| u64::try_from(days).ok());
    let by_plan = every.and_then(|days| since.checked_add_days(Days::new(days)));
    let next = [by_rule, by_plan].into_iter().flatten().min()?;
    Some((last, end_of(next)))
}

/// Reviews of a package that the plan wants less often than the rule.
pub(super) fn flags(reading: &Reading<'_>) -> Vec<Flag> {
    let too_rare = |review: &Shown<'_>| {
        let max = every_days_max(review.text("package"));
        max.is_some_and(|max| review.int("every_days").is_some_and(|days| days > max))
    };
    let reviews = reading.entries(Section::Reviews).filter(too_rare);
    reviews.map(|review| review.flag("every_days", FlagWhy::ReviewTooRare)).collect()
}
