//! Going home: the checklist with owners and due times, daily joint reviews, delays, and the handover.
//!
//! What hangs on going home moves when that day moves. Who owns what has moved is told; the list of what moved stands
//! until the plan says that they were.

use super::deadline::{Deadline, DeadlineKind, DeadlineState};
use super::entry::{Made, Reading, Shown, end_of};
use super::flag::{Flag, FlagWhy};
use super::owner::Owner;
use super::review::moment_of;
use crate::care::due::Due;
use crate::care::escalation::InTime;
use crate::ids::EntryId;
use crate::plan::edit::{Command, Section};
use crate::time::Moment;
use crate::value::Value;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// The most days before going home for which a daily review is listed.
const DAILY_MAX: usize = 366;

/// A person's way home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DischargeView {
    /// The entry that says from where, and when.
    pub id: EntryId,
    /// From where.
    pub from: String,
    /// The discharge-to-assess pathway, 0 to 3.
    pub pathway: Option<i64>,
    /// The day that is planned.
    pub home_on: Option<NaiveDate>,
    /// When they came home.
    pub home_at: Option<Moment>,
    /// Each time that the planned day moved, oldest first.
    pub postponed: Vec<Postponed>,
    /// The checklist, in the order of the plan.
    pub items: Vec<ChecklistItem>,
    /// The joint review of each day that has come, from the day after planning began to the day of coming home.
    pub reviews: Vec<DailyReview>,
    /// Who accepted the handover; empty while nobody has.
    pub accepted_by: Owner,
    /// When they did.
    pub accepted: Option<Made>,
}

/// The planned day moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Postponed {
    /// From.
    pub from: NaiveDate,
    /// To.
    pub to: NaiveDate,
    /// When, and by whom.
    pub made: Made,
    /// Why, as it stands in the plan.
    pub delay: String,
}

/// Something that must be ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistItem {
    /// Its entry.
    pub id: EntryId,
    /// What.
    pub text: String,
    /// Who.
    pub owner: Owner,
    /// By when; absent where nobody has said so, and while what it hangs on is not known.
    pub due: Option<Moment>,
    /// Whether that hangs on going home.
    pub hangs_on_going_home: bool,
    /// How it stands.
    pub state: DeadlineState,
    /// Whether the server knew in time that it was done.
    pub known_in_time: InTime,
    /// When and by whom it was done.
    pub done: Option<Made>,
    /// Why it is late.
    pub delay: String,
    /// That its time has moved, until its owner has been told.
    pub moved: Option<Moved>,
}

/// The due time of something has moved, and its owner has not been told yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The entry of the checklist.
    pub item: EntryId,
    /// What.
    pub text: String,
    /// Whose it is.
    pub owner: Owner,
    /// The time that they know of.
    pub from: Moment,
    /// The time as it is now.
    pub to: Moment,
}

/// The joint review of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DailyReview {
    /// Which day.
    pub day: NaiveDate,
    /// When it was held, and who wrote it down.
    pub held: Option<Made>,
    /// What it found.
    pub found: String,
}

impl Moved {
    /// The command that says that the owner has been told.
    pub fn told(&self) -> Command {
        let to = self.to.local().format("%Y-%m-%dT%H:%M").to_string();
        Command::SetField {
            section: Section::Discharge,
            entry: self.item.clone(),
            field: "told_due".to_owned(),
            value: Value::text(to),
        }
    }
}

/// The way home, and what is due of it. Nothing where the plan says nothing about going home.
pub(super) fn fold(reading: &Reading<'_>) -> (Option<DischargeView>, Vec<Deadline>, Vec<Flag>) {
    let entries: Vec<Shown<'_>> = reading.entries(Section::Discharge).collect();
    let is_case =
        |entry: &&Shown<'_>| ["home_on", "home_at", "pathway", "from"].iter().any(|code| entry.has(code));
    // Whatever is neither the case nor the review of a day is to be ready, also where nobody has said by when.
    let is_item = |entry: &&Shown<'_>| {
        (entry.has("due") || !is_case(entry) && !entry.has("review_on"))
            && entry.text("state") != "not_needed"
    };
    let (mut deadlines, mut items, mut flags) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries.iter().filter(is_item) {
        let (item, deadline) = item(entry);
        if item.done.is_none() {
            flags.extend((!entry.has("due")).then(|| entry.flag("due", FlagWhy::NoDue)));
            flags.extend((!entry.has("owner")).then(|| entry.flag("owner", FlagWhy::NoOwner)));
        }
        items.push(item);
        deadlines.push(deadline);
    }
    flags.extend(entries.iter().filter_map(|entry| entry.flag_unknown("owner")));
    let Some(case) = entries.iter().find(is_case) else { return (None, deadlines, flags) };
    let reviews = daily_reviews(reading, case, &entries);
    deadlines.extend(review_deadlines(case, &reviews));
    let (accepted_by, accepted) = (case.owner("accepted_by"), case.made("accepted_by"));
    if case.has("home_at") {
        let owner = if accepted.is_some() { accepted_by.clone() } else { case.owner("handover_to") };
        deadlines.push(Deadline::of(case, DeadlineKind::Handover, owner, None, accepted));
    }
    let view = DischargeView {
        id: case.id.clone(),
        from: case.words("from"),
        pathway: case.int("pathway"),
        home_on: case.day("home_on"),
        home_at: case.moment("home_at"),
        postponed: postponed(case),
        items,
        reviews,
        accepted_by,
        accepted,
    };
    (Some(view), deadlines, flags)
}

fn item(entry: &Shown<'_>) -> (ChecklistItem, Deadline) {
    let (owner, due, done) = (entry.owner("owner"), entry.due("due"), done(entry));
    let deadline = Deadline::of(entry, DeadlineKind::Checklist, owner.clone(), due, done);
    let hangs = entry.text("due").parse().is_ok_and(Due::hangs_on_going_home);
    let item = ChecklistItem {
        id: entry.id.clone(),
        text: entry.words("text"),
        owner,
        due,
        hangs_on_going_home: hangs,
        state: deadline.state,
        known_in_time: deadline.known_in_time,
        done,
        delay: entry.words("delay"),
        moved: due.filter(|_| done.is_none()).and_then(|due| moved(entry, due)),
    };
    (item, deadline)
}

/// When an item was done: as it says, or when it was said.
fn done(entry: &Shown<'_>) -> Option<Made> {
    let said = entry.made("state").filter(|_| entry.text("state") == "done")?;
    Some(Made { at: entry.moment("done_at").unwrap_or(said.at), ..said })
}

/// From the time that the owner was told of, else from the first time that it had.
fn moved(entry: &Shown<'_>, to: Moment) -> Option<Moved> {
    let reading = entry.reading;
    let first = || {
        let mut versions = 0..reading.inputs.history.versions().len();
        versions.find_map(|at| reading.due_at(at, entry.section, entry.id, "due"))
    };
    let from = entry.moment("told_due").or_else(first).filter(|from| *from != to)?;
    let (item, text, owner) = (entry.id.clone(), entry.words("text"), entry.owner("owner"));
    Some(Moved { item, text, owner, from, to })
}

fn postponed(case: &Shown<'_>) -> Vec<Postponed> {
    let settings = case.reading.inputs.history.settings(case.section, case.id, "home_on");
    let days = settings.into_iter().filter_map(|one| {
        let day: NaiveDate = one.value.as_text()?.parse().ok()?;
        Some((day, case.reading.made(one)))
    });
    let days: Vec<(NaiveDate, Made)> = days.collect();
    let moves = days.windows(2).filter(|pair| pair[0].0 != pair[1].0);
    let delay = case.words("delay");
    moves
        .map(|pair| Postponed { from: pair[0].0, to: pair[1].0, made: pair[1].1, delay: delay.clone() })
        .collect()
}

/// A review is expected on each day from the one after planning began up to the day of coming home, or up to today.
fn daily_reviews(reading: &Reading<'_>, case: &Shown<'_>, entries: &[Shown<'_>]) -> Vec<DailyReview> {
    let Some(began) = case.first_made("home_on").map(|made| made.at.local_day()) else { return Vec::new() };
    let today = reading.now().local_day();
    let to = case.moment("home_at").map_or(today, |home| home.local_day().min(today));
    let held: BTreeMap<NaiveDate, (Made, String)> = entries.iter().rev().filter_map(held_review).collect();
    let expected = began.iter_days().skip(1).take_while(|day| *day <= to).take(DAILY_MAX);
    let days: std::collections::BTreeSet<NaiveDate> =
        expected.chain(held.keys().copied().filter(|day| *day <= today)).collect();
    days.into_iter()
        .map(|day| {
            let review = held.get(&day);
            let found = review.map(|(_, found)| found.clone()).unwrap_or_default();
            DailyReview { day, held: review.map(|(made, _)| *made), found }
        })
        .collect()
}

fn held_review(entry: &Shown<'_>) -> Option<(NaiveDate, (Made, String))> {
    let (day, made) = (entry.day("review_on")?, entry.made("review_on")?);
    Some((day, (Made { at: moment_of(day, made.at), ..made }, entry.words("found"))))
}

/// One deadline a day. A day without a review is overdue until a later one was held; after that it only stands as not
/// held among the reviews.
fn review_deadlines(case: &Shown<'_>, reviews: &[DailyReview]) -> Vec<Deadline> {
    let last_held = reviews.iter().filter(|review| review.held.is_some()).map(|review| review.day).max();
    let counts =
        |review: &&DailyReview| review.held.is_some() || last_held.is_none_or(|last| review.day > last);
    let deadline = |review: &DailyReview| {
        let due = end_of(review.day);
        let owner = case.owner("owner");
        let deadline = Deadline::of(case, DeadlineKind::DailyReview, owner, Some(due), review.held);
        Deadline { delay: String::new(), ..deadline }
    };
    reviews.iter().filter(counts).map(deadline).collect()
}
