//! All of shared work in one view: what stands, what is due, what clashes, and what does not fit.

pub use super::entry::{Made, TogetherInputs};

use super::assessment::{self, AssessmentView};
use super::deadline::{self, Deadline, DeadlineKind};
use super::decision::{self, DecisionView};
use super::discharge::{self, DischargeView};
use super::dispute::{self, DisputeView};
use super::entry::Reading;
use super::flag::Flag;
use super::gaps;
use super::referral::{self, ReferralView};
use super::review;
use super::risk::{self, RiskView};
use super::watch;
use crate::care::clashes::{ClashWhy, VisitName, clashes};
use crate::care::lacks::{Lack, Part};
use crate::care::plan::CarePlan;
use crate::journal::body::{VisitKind, VisitPlanned};
use crate::plan::edit::Section;
use crate::time::Moment;
use crate::value::text_in;
use chrono::Days;
use serde::Serialize;

/// How many days ahead clashes of visits are looked for.
const CLASH_DAYS: u64 = 28;

/// What several services do for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Together {
    /// The risks of the plan, in its order.
    pub risks: Vec<RiskView>,
    /// Its decisions.
    pub decisions: Vec<DecisionView>,
    /// Its disagreements.
    pub disputes: Vec<DisputeView>,
    /// Its referrals.
    pub referrals: Vec<ReferralView>,
    /// The parts of the joint assessment.
    pub assessments: Vec<AssessmentView>,
    /// Going home.
    pub discharge: Option<DischargeView>,
    /// What is due, what is to do first; then what was done.
    pub deadlines: Vec<Deadline>,
    /// Visits of the next four weeks that do not go together, by time.
    pub clashes: Vec<VisitClash>,
    /// What does not fit.
    pub flags: Vec<Flag>,
    /// What the reader cannot be told: what would stand for it is left out, which says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Lack>,
}

/// Two visits that do not go together, or one that does not fit the person's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VisitClash {
    /// When.
    pub at: Moment,
    /// The visit.
    pub visit: VisitName,
    /// What it is.
    pub what: String,
    /// With which other.
    pub with: Option<VisitName>,
    /// What that is; empty where there is no other.
    pub with_what: String,
    /// When that is.
    pub with_at: Option<Moment>,
    /// Why.
    pub why: ClashWhy,
}

/// Folds the plan, its history and the records.
pub fn together(inputs: &TogetherInputs<'_>) -> Together {
    let reading = Reading::new(inputs);
    let plan = CarePlan::from_view(inputs.plan, inputs.care.catalogue);
    let matches = watch::matches(&reading);
    let (decisions, mut deadlines) = decision::fold(&reading, &matches);
    let mut flags: Vec<Flag> = decisions.iter().flat_map(|one| one.flags.clone()).collect();
    let (risks, of_risks, risk_flags) = risk::fold(&reading, &decisions, &matches);
    let (disputes, of_disputes, dispute_flags) = dispute::fold(&reading);
    let (referrals, of_referrals, referral_flags) = referral::fold(&reading);
    let (assessments, of_assessments, assessment_flags) = assessment::fold(&reading);
    let (discharge, of_discharge, discharge_flags) = discharge::fold(&reading);
    deadlines.extend([of_risks, of_disputes, of_referrals, of_assessments, of_discharge].concat());
    deadlines.extend(review::deadlines(&reading));
    deadlines.extend(trigger_reviews(&reading));
    deadlines.extend(deadline::of_actions_and_equipment(&reading));
    deadline::sort(&mut deadlines);
    flags.extend([risk_flags, dispute_flags, referral_flags, assessment_flags, discharge_flags].concat());
    flags.extend(review::flags(&reading));
    flags.extend(gaps::flags(&reading, &plan));
    flags.sort();
    let mut clashes = visit_clashes(inputs, &plan);
    if plan.status.is_over() {
        // What was done stays to be read; nobody is asked for more.
        deadlines.retain(|one| !one.state.is_to_do());
        clashes.clear();
        flags.clear();
    }
    let lacks = lacks(&reading, &plan);
    Together {
        risks,
        decisions,
        disputes,
        referrals,
        assessments,
        discharge,
        deadlines,
        clashes,
        flags,
        lacks,
    }
}

fn lacks(reading: &Reading<'_>, plan: &CarePlan) -> Vec<Lack> {
    // Visits that recur may clash with those on the roster.
    let roster = (!plan.schedule.is_empty()).then_some(Part::Visits);
    let watched = watch::is_any(reading).then_some(Part::ReviewTriggers);
    let parts: Vec<Part> = std::iter::once(Part::SharedWork).chain(roster).chain(watched).collect();
    reading.inputs.care.lacks(&parts)
}

/// The days on which triggers of the plan are to be reviewed.
fn trigger_reviews(reading: &Reading<'_>) -> Vec<Deadline> {
    let due = |trigger: super::entry::Shown<'_>| {
        let held = review::held_of(reading, &trigger.own_link());
        review::of_day(&trigger, &held, trigger.owner("agreed_by"))
    };
    reading.entries(Section::Triggers).filter_map(due).collect()
}

fn visit_clashes(inputs: &TogetherInputs<'_>, plan: &CarePlan) -> Vec<VisitClash> {
    let today = inputs.care.now.local_day();
    let to = today.checked_add_days(Days::new(CLASH_DAYS - 1)).unwrap_or(today);
    let visits = inputs.plan.sections.get(&Section::Schedule);
    let roster: Vec<&VisitPlanned> = inputs.care.records.roster().collect();
    let what = |name: &VisitName| match name {
        VisitName::Recurring(id) => {
            let entry = visits.and_then(|visits| visits.get(id));
            entry.map(|entry| text_in(&entry.values(), "text").to_owned()).unwrap_or_default()
        }
        VisitName::Rostered(id) => {
            let visit = roster.iter().find(|visit| visit.visit == *id);
            visit.map(|visit| on_the_roster(visit.visit_kind).to_owned()).unwrap_or_default()
        }
    };
    let found = clashes(&plan.schedule, roster.iter().copied(), plan.day, today, to).into_iter();
    found
        .map(|clash| VisitClash {
            at: clash.at,
            what: what(&clash.visit),
            visit: clash.visit,
            with_what: clash.with.as_ref().map(|(id, _)| what(id)).unwrap_or_default(),
            with_at: clash.with.as_ref().map(|(_, at)| *at),
            with: clash.with.map(|(id, _)| id),
            why: clash.why,
        })
        .collect()
}

/// What a visit is of which only the roster says that it comes.
fn on_the_roster(kind: VisitKind) -> &'static str {
    match kind {
        VisitKind::Care => "A carer’s visit on the roster",
        VisitKind::Clinical => "A clinical visit on the roster",
    }
}

impl Together {
    /// The deadlines of one kind.
    pub fn due(&self, kind: DeadlineKind) -> impl Iterator<Item = &Deadline> {
        self.deadlines.iter().filter(move |deadline| deadline.kind == kind)
    }
}
