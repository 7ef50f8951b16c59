//! Review triggers: what the records meet of the conditions in a decision or a risk, by the engine of D3.
//!
//! The conditions of the plan's entries make a plan timeline of their own, and the fold of escalations finds their
//! matches. So R1 to R3 hold for them as for any trigger: none is applied to what was seen before it was agreed.

use super::entry::Reading;
use super::history::At;
use crate::care::CareInputs;
use crate::care::condition::Condition;
use crate::care::escalation;
use crate::care::link::Link;
use crate::care::plan::{CarePlan, PlanAt, PlanTimeline, Status, Trigger};
use crate::care::triggers::MatchFound;
use crate::ids::EntryId;
use crate::plan::edit::Section;
use std::collections::BTreeMap;

const FIELD: &str = "review_when";

/// What met the review triggers of the plan's decisions and risks, by entry, in the order of raising.
pub(super) fn matches(reading: &Reading<'_>) -> BTreeMap<Link, Vec<MatchFound>> {
    let named = named(reading);
    if named.is_empty() {
        return BTreeMap::new();
    }
    let timeline = timeline(reading, &named);
    let inputs = CareInputs { plan: &timeline, ..reading.inputs.care };
    let mut found: BTreeMap<Link, Vec<MatchFound>> = BTreeMap::new();
    let escalation::Escalations { list, met, .. } = escalation::fold(&inputs);
    let met = met.into_iter().map(|one| one.found);
    for one in list.into_iter().flat_map(|escalation| escalation.matches).chain(met) {
        if let Some((link, _)) = named.iter().find(|(_, id)| **id == one.trigger) {
            found.entry(link.clone()).or_default().push(one);
        }
    }
    found.values_mut().for_each(|matches| matches.sort_by_key(|one| (one.raised, one.matched)));
    found
}

/// Whether anything of the plan has a review trigger.
pub(super) fn is_any(reading: &Reading<'_>) -> bool {
    !named(reading).is_empty()
}

/// The entries that have a review trigger as the plan stands, each with the name of its trigger: entries of two
/// sections may have one name.
fn named(reading: &Reading<'_>) -> BTreeMap<Link, EntryId> {
    let entries = [Section::Decisions, Section::Risks].into_iter().flat_map(|at| reading.entries(at));
    let watched = entries.filter(|entry| entry.has(FIELD)).map(|entry| entry.own_link());
    let name =
        |(index, link): (usize, Link)| (link, format!("review_{index}").parse().expect("a plain name"));
    watched.enumerate().map(name).collect()
}

fn timeline(reading: &Reading<'_>, named: &BTreeMap<Link, EntryId>) -> PlanTimeline {
    let mut versions: Vec<PlanAt> = Vec::new();
    for (at, version) in reading.inputs.history.versions().iter().enumerate() {
        let plan = plan_at(reading, named, at);
        if versions.last().is_none_or(|last| last.plan != plan) {
            versions.push(PlanAt { version: version.version, accepted: version.accepted, plan });
        }
    }
    PlanTimeline::new(versions)
}

fn plan_at(reading: &Reading<'_>, named: &BTreeMap<Link, EntryId>, at: At) -> CarePlan {
    let mut plan = CarePlan { status: status_at(reading, at), ..CarePlan::default() };
    for (link, id) in named {
        let conditions = conditions_at(reading, link, at);
        if !conditions.is_empty() {
            plan.triggers.insert(id.clone(), Trigger { conditions, ..Trigger::unknown(id) });
        }
    }
    plan
}

/// The conditions of an entry: each candidate counts while people differ, so that no review is lost to a conflict.
fn conditions_at(reading: &Reading<'_>, link: &Link, at: At) -> Vec<Condition> {
    let field = reading.inputs.history.field_at(at, link.section, &link.entry, FIELD);
    let texts = field.into_iter().flat_map(|field| &field.candidates).filter_map(|one| one.value.as_text());
    texts.filter_map(|text| Condition::parse(text, reading.inputs.care.catalogue).ok()).collect()
}

fn status_at(reading: &Reading<'_>, at: At) -> Status {
    let history = reading.inputs.history;
    let mut entries = history.entries_at(at, Section::Safety);
    let field = entries.find_map(|id| history.field_at(at, Section::Safety, id, "status"));
    field.map_or(Status::AtHome, Status::of_field)
}
