//! Disagreements: who disagrees on what, senior oversight, its result, and the check of it.

use super::deadline::{Deadline, DeadlineKind};
use super::entry::{Made, Reading, Shown};
use super::flag::{Flag, FlagWhy};
use super::owner::Owner;
use super::review::moment_of;
use crate::care::hours::{Nation, bank_holidays_end, is_bank_holiday};
use crate::ids::EntryId;
use crate::plan::edit::Section;
use chrono::NaiveDate;
use serde::Serialize;

/// A disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisputeView {
    /// Its entry.
    pub id: EntryId,
    /// What is disputed.
    pub text: String,
    /// The entry of the plan that it is about, such as `decisions/d1`.
    pub about: Option<String>,
    /// Who disagrees.
    pub by: String,
    /// Who decides.
    pub decides: Owner,
    /// When senior oversight was asked.
    pub asked_on: Option<NaiveDate>,
    /// When it was reached.
    pub reached_on: Option<NaiveDate>,
    /// By whom.
    pub reached_by: String,
    /// With what result.
    pub result: String,
    /// Who was told.
    pub told: String,
    /// When the result is to be checked.
    pub check_on: Option<NaiveDate>,
    /// That day is a bank holiday: it is kept.
    pub check_on_bank_holiday: bool,
    /// When it was checked.
    pub checked: Option<Made>,
    /// What the check found.
    pub check_found: String,
    /// Whether it is settled.
    pub settled: bool,
}

/// The disagreements of the plan, and what is due of them.
pub(super) fn fold(reading: &Reading<'_>) -> (Vec<DisputeView>, Vec<Deadline>, Vec<Flag>) {
    let (mut disputes, mut deadlines, mut flags) = (Vec::new(), Vec::new(), Vec::new());
    for entry in reading.entries(Section::Disputes) {
        let view = dispute(&entry);
        let settled = entry.made("state").filter(|_| view.settled);
        let owner = view.decides.clone();
        deadlines.push(Deadline::of(&entry, DeadlineKind::Dispute, owner, None, settled));
        if view.asked_on.is_some() {
            let reached = done_on(&entry, "oversight_on");
            let owner = view.decides.clone();
            deadlines.push(Deadline::of(&entry, DeadlineKind::Oversight, owner, None, reached));
        }
        if let Some(due) = entry.due_on("check_on") {
            let owner = view.decides.clone();
            deadlines.push(Deadline::of(&entry, DeadlineKind::DisputeCheck, owner, Some(due), view.checked));
        }
        if view.check_on_bank_holiday && view.checked.is_none() {
            flags.push(entry.flag("check_on", FlagWhy::BankHoliday));
        }
        if view.checked.is_none() && view.check_on.is_some_and(|day| day > bank_holidays_end()) {
            flags.push(entry.flag("check_on", FlagWhy::BankHolidaysEnd));
        }
        disputes.push(view);
    }
    (disputes, deadlines, flags)
}

fn dispute(entry: &Shown<'_>) -> DisputeView {
    let check_on = entry.day("check_on");
    let decides = entry.owner(if entry.has("decides") { "decides" } else { "oversight_by" });
    DisputeView {
        id: entry.id.clone(),
        text: entry.words("text"),
        about: entry.link("about").map(|link| link.to_string()),
        by: entry.words("by"),
        decides,
        asked_on: entry.day("oversight_asked_on"),
        reached_on: entry.day("oversight_on"),
        reached_by: entry.words("oversight_by"),
        result: entry.words("result"),
        told: entry.words("told"),
        check_on,
        check_on_bank_holiday: check_on.is_some_and(|day| is_bank_holiday(Nation::default(), day)),
        checked: done_on(entry, "checked_on"),
        check_found: entry.words("check_found"),
        settled: entry.text("state") == "settled",
    }
}

/// Done on the day that a field says, written down by whoever set it.
fn done_on(entry: &Shown<'_>, code: &str) -> Option<Made> {
    let (day, made) = (entry.day(code)?, entry.made(code)?);
    Some(Made { at: moment_of(day, made.at), ..made })
}
