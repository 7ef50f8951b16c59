//! Referrals in and out: their reason, state and answer.

use super::deadline::{Deadline, DeadlineKind};
use super::entry::{Made, Reading, Shown};
use super::flag::{Flag, FlagWhy};
use super::owner::Owner;
use crate::ids::EntryId;
use crate::plan::edit::Section;
use crate::time::Moment;
use serde::Serialize;

/// A referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReferralView {
    /// Its entry.
    pub id: EntryId,
    /// What is asked for.
    pub text: String,
    /// `in` or `out`.
    pub way: String,
    /// From or to which service.
    pub service: String,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub made_at: Option<Moment>,
    /// `made`, `received`, `accepted`, `declined` or `done`; empty where nobody has said.
    pub state: String,
    /// The answer.
    pub answer: String,
    /// Who answered.
    pub answered_by: String,
    /// When the answer was written down, and by whom.
    pub answered: Option<Made>,
    /// Whether social care was asked at triage: `yes`, `no`, `not_recorded`; empty where nobody has said.
    pub triage: String,
    /// Whoever sees to it.
    pub owner: Owner,
}

/// The referrals of the plan, and which of them wait for an answer.
pub(super) fn fold(reading: &Reading<'_>) -> (Vec<ReferralView>, Vec<Deadline>, Vec<Flag>) {
    let (mut referrals, mut deadlines, mut flags) = (Vec::new(), Vec::new(), Vec::new());
    for entry in reading.entries(Section::Referrals) {
        let view = referral(&entry);
        let owner = view.owner.clone();
        deadlines.push(Deadline::of(&entry, DeadlineKind::Referral, owner, None, view.answered));
        if view.way == "in" && !["yes", "no"].contains(&view.triage.as_str()) {
            flags.push(entry.flag("triage", FlagWhy::TriageNotAsked));
        }
        flags.extend(entry.flag_unknown("owner"));
        referrals.push(view);
    }
    (referrals, deadlines, flags)
}

fn referral(entry: &Shown<'_>) -> ReferralView {
    let state = entry.words("state");
    let is_answered = ["accepted", "declined", "done"].contains(&state.as_str());
    let answered = if is_answered { entry.made("state") } else { entry.made("answer") };
    ReferralView {
        id: entry.id.clone(),
        text: entry.words("text"),
        way: entry.words("way"),
        service: entry.words("service"),
        reason: entry.words("reason"),
        made_at: entry.moment("made_at"),
        state,
        answer: entry.words("answer"),
        answered_by: entry.words("answered_by"),
        answered,
        triage: entry.words("triage"),
        owner: entry.owner(if entry.has("owner") { "owner" } else { "service" }),
    }
}
