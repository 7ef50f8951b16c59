//! Risks: how each organisation sees them, side by side, and the gap that asks for a decision.

use super::deadline::{Deadline, DeadlineKind};
use super::decision::DecisionView;
use super::entry::{Made, Reading, Shown};
use super::flag::Flag;
use super::history::At;
use super::owner::Owner;
use super::review::{HeldReview, OpenedReview, held_of, of_day, of_opened, opened};
use crate::care::link::Link;
use crate::care::triggers::MatchFound;
use crate::ids::EntryId;
use crate::plan::edit::Section;
use crate::time::Moment;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// The organisations that may score a risk, by the code that ends their fields.
const ORGANISATIONS: [&str; 5] = ["nursing", "provider", "council", "therapy", "hospital"];
/// What each of them scores.
const DIMENSIONS: [&str; 2] = ["likelihood", "impact"];
/// From this difference on a gap asks for a decision.
pub const GAP_MIN: i64 = 2;

/// A risk of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskView {
    /// Its entry.
    pub id: EntryId,
    /// What may go wrong.
    pub text: String,
    /// What each organisation thinks, those that have said anything.
    pub scores: Vec<Score>,
    /// The widest difference of likelihood between two organisations; nothing while fewer than two have given one.
    pub likelihood_gap: Option<i64>,
    /// The widest difference of impact.
    pub impact_gap: Option<i64>,
    /// How the person sees it.
    pub own_view: String,
    /// What taking the risk gives them.
    pub benefit: String,
    /// The agreed approach.
    pub approach: String,
    /// Who owns it.
    pub owner: Owner,
    /// The day of its review.
    pub review_on: Option<NaiveDate>,
    /// A gap of two or more on either dimension.
    pub asks_for_decision: bool,
    /// The decisions that name it and that somebody holds for services or in best interests.
    pub decisions: Vec<EntryId>,
    /// Reviews that its trigger has opened.
    pub opened: Vec<OpenedReview>,
    /// Reviews that were held.
    pub held: Vec<HeldReview>,
}

/// What one organisation thinks of a risk, each from 1 to 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Which: `nursing`, `provider`, `council`, `therapy`, `hospital`.
    pub organisation: String,
    /// How likely.
    pub likelihood: Option<i64>,
    /// How bad.
    pub impact: Option<i64>,
}

/// The risks of the plan, and what is due of them.
pub(super) fn fold(
    reading: &Reading<'_>,
    decisions: &[DecisionView],
    matches: &BTreeMap<Link, Vec<MatchFound>>,
) -> (Vec<RiskView>, Vec<Deadline>, Vec<Flag>) {
    let (mut risks, mut deadlines, mut flags) = (Vec::new(), Vec::new(), Vec::new());
    for entry in reading.entries(Section::Risks) {
        let link = entry.own_link();
        let settle: Vec<&DecisionView> = decisions.iter().filter(|one| one.settles(&link)).collect();
        let held = held_of(reading, &link);
        let opened = opened(&entry, matches.get(&link).map(Vec::as_slice).unwrap_or_default(), &held);
        let risk = risk(&entry, settle.iter().map(|one| one.id.clone()).collect(), opened, held);
        if risk.asks_for_decision {
            // What was decided before the gap arose does not answer it.
            let arose = DIMENSIONS.iter().filter_map(|of| arose(&entry, of)).max();
            let answers = |made: &Made| arose.is_none_or(|arose| made.at >= arose);
            let done = settle.iter().filter_map(|one| one.decided).filter(answers).min();
            deadlines.push(Deadline::of(&entry, DeadlineKind::RiskGap, risk.owner.clone(), None, done));
        }
        deadlines.extend(of_opened(&entry, &risk.opened, &risk.owner));
        deadlines.extend(of_day(&entry, &risk.held, risk.owner.clone()));
        flags.extend(entry.flag_unknown("owner"));
        risks.push(risk);
    }
    (risks, deadlines, flags)
}

fn risk(
    entry: &Shown<'_>,
    decisions: Vec<EntryId>,
    opened: Vec<OpenedReview>,
    held: Vec<HeldReview>,
) -> RiskView {
    let scores: Vec<Score> = ORGANISATIONS.iter().filter_map(|of| score(entry, of)).collect();
    let likelihood_gap = gap(scores.iter().filter_map(|score| score.likelihood));
    let impact_gap = gap(scores.iter().filter_map(|score| score.impact));
    let is_wide = |gap: Option<i64>| gap.is_some_and(|gap| gap >= GAP_MIN);
    RiskView {
        id: entry.id.clone(),
        text: entry.words("text"),
        asks_for_decision: is_wide(likelihood_gap) || is_wide(impact_gap),
        scores,
        likelihood_gap,
        impact_gap,
        own_view: entry.words("own_view"),
        benefit: entry.words("benefit"),
        approach: entry.words("approach"),
        owner: entry.owner("owner"),
        review_on: entry.day("review_on"),
        decisions,
        opened,
        held,
    }
}

fn score(entry: &Shown<'_>, organisation: &str) -> Option<Score> {
    let of = |dimension: &str| entry.int(&format!("{dimension}_{organisation}"));
    let (likelihood, impact) = (of("likelihood"), of("impact"));
    let given = likelihood.is_some() || impact.is_some();
    given.then(|| Score { organisation: organisation.to_owned(), likelihood, impact })
}

/// When the gap that stands now on a dimension arose: when the last score was set that made it, in the first version
/// since which it has been there without a break.
fn arose(entry: &Shown<'_>, dimension: &str) -> Option<Moment> {
    let history = entry.reading.inputs.history;
    let scores = |at: At| {
        ORGANISATIONS.iter().filter_map(move |of| {
            let code = format!("{dimension}_{of}");
            history.field_at(at, entry.section, entry.id, &code)?.candidates.first()
        })
    };
    let is_wide = |at: &At| {
        let values: Vec<i64> = scores(*at).filter_map(|one| one.value.as_int()).collect();
        gap(values.into_iter()).is_some_and(|gap| gap >= GAP_MIN)
    };
    let first = (0..=entry.reading.last()).rev().take_while(is_wide).last()?;
    scores(first).map(|one| entry.reading.made(one).at).max()
}

fn gap(values: impl Iterator<Item = i64> + Clone) -> Option<i64> {
    let several = values.clone().count() > 1;
    several.then(|| values.clone().max().unwrap_or(0) - values.min().unwrap_or(0))
}
