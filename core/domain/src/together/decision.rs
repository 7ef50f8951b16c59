//! Decisions: whose they are, who held the final one by the plan's decision rights, and what came of them.

use super::deadline::{Deadline, DeadlineKind};
use super::entry::{Made, Reading, Shown};
use super::flag::{Flag, FlagWhy};
use super::history::At;
use super::owner::Owner;
use super::review::{HeldReview, OpenedReview, held_of, of_day, of_opened, opened};
use crate::care::link::Link;
use crate::care::triggers::MatchFound;
use crate::ids::EntryId;
use crate::plan::edit::Section;
use crate::value::Value;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// A decision of the plan, or a question that waits for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionView {
    /// Its entry.
    pub id: EntryId,
    /// The question.
    pub question: String,
    /// Whose decision it is: `person`, `attorney`, `best_interests`, `services`; empty while nobody has asked.
    pub whose: String,
    /// Capacity for this decision: `has`, `lacks`, `in_doubt`, `not_asked`; empty while nobody has said.
    pub capacity: String,
    /// Who looked at it.
    pub capacity_by: String,
    /// The options.
    pub options: String,
    /// What was decided; empty while it is open.
    pub decision: String,
    /// Why.
    pub rationale: String,
    /// What the person said.
    pub own_words: String,
    /// Whether the person was there.
    pub attended: Option<bool>,
    /// Who took part.
    pub took_part: String,
    /// Who agreed.
    pub agreed: String,
    /// Who did not, and why.
    pub dissented: String,
    /// Who held the final decision.
    pub final_by: Owner,
    /// As which role.
    pub final_role: String,
    /// The decision right that it rests on.
    pub right: Option<EntryId>,
    /// What that right is about.
    pub right_about: String,
    /// What it follows from.
    pub because: Option<String>,
    /// When it was decided, and by whom it was written down.
    pub decided: Option<Made>,
    /// The day on which it was decided, as written.
    pub decided_on: Option<NaiveDate>,
    /// The day of its review.
    pub review_on: Option<NaiveDate>,
    /// Whether it has a review trigger.
    pub watched: bool,
    /// Reviews that its trigger has opened.
    pub opened: Vec<OpenedReview>,
    /// Reviews that were held.
    pub held: Vec<HeldReview>,
    /// What does not fit.
    pub flags: Vec<Flag>,
}

impl DecisionView {
    /// Whether it settles what services do about something. Where the person decides for themself, that is still open.
    pub fn settles(&self, what: &Link) -> bool {
        let names = self.because.as_ref().is_some_and(|because| *because == what.to_string());
        names && self.decided.is_some() && self.whose != "person"
    }
}

/// The decisions of the plan, and what is due of them.
pub(super) fn fold(
    reading: &Reading<'_>,
    matches: &BTreeMap<Link, Vec<MatchFound>>,
) -> (Vec<DecisionView>, Vec<Deadline>) {
    let (mut decisions, mut deadlines) = (Vec::new(), Vec::new());
    for entry in reading.entries(Section::Decisions) {
        let link = entry.own_link();
        let held = held_of(reading, &link);
        let opened = opened(&entry, matches.get(&link).map(Vec::as_slice).unwrap_or_default(), &held);
        let view = decision(&entry, opened, held);
        let owner = owner_of(&entry, &view);
        let due = entry.due("decide_by");
        if due.is_some() || view.decided.is_none() {
            deadlines.push(Deadline::of(&entry, DeadlineKind::Decision, owner.clone(), due, view.decided));
        }
        deadlines.extend(of_opened(&entry, &view.opened, &owner));
        deadlines.extend(of_day(&entry, &view.held, owner));
        decisions.push(view);
    }
    (decisions, deadlines)
}

/// Whoever holds the final decision; before it is made, whom the right names.
fn owner_of(entry: &Shown<'_>, view: &DecisionView) -> Owner {
    if !view.final_by.words.is_empty() {
        return view.final_by.clone();
    }
    let right = view.right.as_ref().and_then(|right| entry.reading.entry(Section::Rights, right));
    right.map(|right| right.owner("by")).unwrap_or_default()
}

fn decision(entry: &Shown<'_>, opened: Vec<OpenedReview>, held: Vec<HeldReview>) -> DecisionView {
    let right: Option<EntryId> = entry.text("right").parse().ok();
    let right_at = right.as_ref().map(|right| RightAt::read(entry, right));
    DecisionView {
        id: entry.id.clone(),
        question: entry.words("text"),
        whose: entry.words("whose"),
        capacity: entry.words("capacity"),
        capacity_by: entry.words("capacity_by"),
        options: entry.words("options"),
        decision: entry.words("decision"),
        rationale: entry.words("rationale"),
        own_words: entry.words("own_words"),
        attended: entry.says("attended"),
        took_part: entry.words("took_part"),
        agreed: entry.words("agreed"),
        dissented: entry.words("dissented"),
        final_by: entry.owner("final_by"),
        final_role: entry.words("final_role"),
        right_about: right_at.as_ref().map(|right| right.about.clone()).unwrap_or_default(),
        right,
        because: entry.link("because").map(|link| link.to_string()),
        decided: entry.made("decision"),
        decided_on: entry.day("decided_on"),
        review_on: entry.day("review_on"),
        watched: entry.has("review_when"),
        opened,
        held,
        flags: if entry.has("decision") { flags(entry, right_at.as_ref()) } else { Vec::new() },
    }
}

/// A decision right as the plan had it when the decision was made: what changes later does not touch it.
struct RightAt {
    there: bool,
    about: String,
    decides: String,
    by: String,
}

impl RightAt {
    fn read(entry: &Shown<'_>, right: &EntryId) -> RightAt {
        let history = entry.reading.inputs.history;
        let at = made_in(entry);
        let text = |code: &str| {
            let value = history.value_at(at, Section::Rights, right, code).and_then(Value::as_text);
            value.unwrap_or_default().to_owned()
        };
        let there = history.entries_at(at, Section::Rights).any(|id| id == right);
        RightAt { there, about: text("about"), decides: text("decides"), by: text("by") }
    }
}

/// The version in which the decision came to say what it rests on.
fn made_in(entry: &Shown<'_>) -> At {
    let history = entry.reading.inputs.history;
    let first = |code: &str| history.first_with(entry.section, entry.id, code, entry.candidate(code)?);
    let fields = ["decision", "right", "final_by", "final_role"];
    fields.into_iter().filter_map(first).max().unwrap_or(entry.reading.last())
}

/// Whose decision is it? With capacity the person decides for themself, and a final decider decides only what services
/// provide; without capacity it is decided in best interests.
fn flags(entry: &Shown<'_>, right: Option<&RightAt>) -> Vec<Flag> {
    let (whose, capacity) = (entry.text("whose"), entry.text("capacity"));
    let mut found = Vec::new();
    let mut flag = |field: &str, why| found.push(entry.flag(field, why));
    match (whose, capacity) {
        ("", _) => flag("whose", FlagWhy::WhoseNotAsked),
        ("person", "lacks") => flag("whose", FlagWhy::BestInterests),
        ("best_interests", "has") => flag("whose", FlagWhy::PersonDecides),
        ("person" | "best_interests" | "attorney", "" | "not_asked") => {
            flag("capacity", FlagWhy::CapacityNotAsked);
        }
        _ => {}
    }
    if whose == "person" {
        if entry.has("final_role") {
            flag("final_role", FlagWhy::NoRoleDecides);
        }
    } else if !entry.has("final_by") {
        flag("final_by", FlagWhy::NoDecider);
    }
    if whose == "services"
        && let Some((field, why)) = right_flag(entry, right)
    {
        flag(field, why);
    }
    found
}

/// Whether the final decider of what services provide has the right to it. About a week of reablement the supervisor
/// decides, by rule (D5).
fn right_flag(entry: &Shown<'_>, right: Option<&RightAt>) -> Option<(&'static str, FlagWhy)> {
    let role = entry.text("final_role");
    if entry.has("week") && ["supervisor", "manager"].contains(&role) {
        return None;
    }
    let Some(right) = right else { return Some(("right", FlagWhy::NoRight)) };
    if !right.there {
        return Some(("right", FlagWhy::RightNotThere));
    }
    if !right.decides.split(',').any(|one| one.trim() == role) {
        return Some(("final_role", FlagWhy::RoleHasNoRight));
    }
    let is_holder = right.by.is_empty() || entry.reading.everyone.are_one(&right.by, entry.text("final_by"));
    (!is_holder).then_some(("final_by", FlagWhy::NotTheHolder))
}
