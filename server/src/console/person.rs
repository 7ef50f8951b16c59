//! `GET /people/{person}`: what happened between clinical visits, under what the nurse asked for.
//!
//! The first screen holds what a nurse needs before she rings the bell: what was asked for and how it went, the
//! triggers met with what came of them, and what was not recorded.

use super::news::{self, NewLines};
use super::page::{NotShown, Top, page};
use super::session::SignedIn;
use super::words::{self, Names};
use super::{chart, people, vital_signs};
use crate::app::App;
use crate::care::PersonCare;
use alongside_domain::care::aligned::{CareVisit, Gap, Segment, Trend, TriggerMet, Way};
use alongside_domain::care::emergency_told::UntoldSign;
use alongside_domain::care::escalation::{EscalationState, Escalations, MetHere};
use alongside_domain::care::fields::field_rules;
use alongside_domain::care::lacks::{Lack, Part as ViewPart};
use alongside_domain::care::visits::VisitState;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Category;
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::PlanView;
use alongside_domain::sharing::Scope;
use alongside_domain::time::Moment;
use alongside_domain::value::Value;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    top: Top,
    person: String,
    name: String,
    preferred: String,
    facts: Vec<Fact>,
    plan_shared: bool,
    logs: bool,
    alerts: Vec<String>,
    untold: Vec<String>,
    urgent: bool,
    own_words: String,
    conflicts: usize,
    news: Option<NewLines>,
    vital_signs: String,
    first: Option<Part>,
    others: Vec<Part>,
}

/// A fact of the safety header.
struct Fact {
    label: &'static str,
    value: String,
    recorded: bool,
}

/// A segment, in words.
struct Part {
    title: String,
    anchor: String,
    asked: Vec<Row>,
    others: Vec<Row>,
    triggers: Vec<Met>,
    gaps: Vec<NotRecorded>,
    missed: Vec<String>,
    visits: String,
    nothing_asked: &'static str,
    no_gaps: &'static str,
    no_triggers: &'static str,
    notes: Vec<NoteLine>,
    chart: String,
    chart_values: String,
}

/// One field over a segment.
struct Row {
    label: String,
    way: &'static str,
    sign: &'static str,
    class: &'static str,
    first: String,
    last: String,
    range: String,
    count: usize,
    last_at: String,
}

/// A trigger that was met.
struct Met {
    name: String,
    raised: String,
    state: &'static str,
    class: &'static str,
    line: String,
    outcome: String,
}

/// What was asked for and not recorded at one visit.
struct NotRecorded {
    visit: String,
    what: String,
}

/// A note.
struct NoteLine {
    at: String,
    by: String,
    text: String,
}

/// Which segment comes first.
#[derive(Deserialize)]
pub struct Shown {
    segment: Option<usize>,
}

/// `GET /people/{person}`; `?segment=0` shows the oldest first, without it the newest.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, NotShown> {
    let reader = people::named(&app, &signed_in, &person).await?;
    let person = reader.person;
    let top = people::top_about(&app, &signed_in, &reader).await?;
    let names = people::names(&app).await?;
    let care = PersonCare::load(&app, &reader).await?;
    let looks = news::looks(&app, &care);
    let news = news::lines(&looks, &signed_in, &care, &names);
    let vital_signs = vital_signs::line(&app, &care, &names).await?;
    let rest = person_page(top, person, &care, &names, shown.segment);
    let shown = page(StatusCode::OK, &PersonPage { news, vital_signs, ..rest });
    news::note_look(&app, &signed_in, &looks, person, &care).await;
    Ok(shown)
}

fn person_page(
    top: Top,
    person: PersonId,
    care: &PersonCare,
    names: &Names,
    segment: Option<usize>,
) -> PersonPage {
    let (views, signs) = (care.views(), care.untold_signs());
    let plan = &care.plan.view;
    let segments = &views.notes.segments;
    let chosen = segment.filter(|at| *at < segments.len()).or(segments.len().checked_sub(1));
    let mut parts: Vec<(usize, Part)> =
        segments.iter().enumerate().map(|(at, segment)| (at, part(at, segment, care, names))).collect();
    parts.reverse();
    let (first, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(at, _)| Some(*at) == chosen);
    PersonPage {
        logs: care.scope.reads(Category::CONTACT_LOG) && !top.only_reads(),
        top,
        person: person.to_string(),
        name: words::person_read(care.scope, plan),
        preferred: words::fact(plan, Section::Safety, "preferred_name").unwrap_or_default(),
        facts: facts(plan, care.scope),
        plan_shared: care.scope.reads(Category::PLAN),
        alerts: alerts((&signs, &views.escalations), segments.last(), names, care.now()),
        untold: views.notes.lacks.iter().map(Lack::in_short).collect(),
        urgent: !signs.is_empty() || is_urgent(&views.escalations),
        own_words: words::fact(plan, Section::About, "own_words").unwrap_or_default(),
        conflicts: alongside_domain::plan::conflicts(plan).len(),
        news: None,
        vital_signs: String::new(),
        first: first.into_iter().map(|(_, part)| part).next(),
        others: others.into_iter().map(|(_, part)| part).collect(),
    }
}

fn facts(plan: &PlanView, scope: Scope) -> Vec<Fact> {
    let missing = if scope.reads(Category::PLAN) { "not recorded" } else { "not shared with you" };
    let fact = |label, code: &str| {
        let value = words::fact(plan, Section::Safety, code);
        Fact { label, recorded: value.is_some(), value: value.unwrap_or_else(|| missing.to_owned()) }
    };
    let allergies = words::fact(plan, Section::Safety, "allergies")
        .or_else(|| words::fact(plan, Section::Safety, "allergies_known"));
    let mut facts = vec![
        fact("Born", "date_of_birth"),
        fact("NHS number", "nhs_number"),
        Fact {
            label: "Allergies",
            recorded: allergies.is_some(),
            value: allergies.unwrap_or_else(|| missing.to_owned()),
        },
        fact("CPR or ReSPECT form", "cpr_form"),
        fact("Blood-thinner", "blood_thinner"),
        fact("Moving", "moving_handling"),
        fact("Communication", "communication"),
        fact("Where", "status"),
    ];
    let rules = field_rules(Section::Safety).iter();
    let further = rules.filter(|rule| SHOWN_WHEN_RECORDED.contains(&rule.code));
    facts.extend(further.map(|rule| fact(rule.label, rule.code)).filter(|fact| fact.recorded));
    facts
}

/// What of the safety header is shown where it is recorded, beside what is told always.
const SHOWN_WHEN_RECORDED: [&str; 15] = [
    "cpr_form_where",
    "cpr_form_seen_by",
    "cpr_form_seen_on",
    "insulin",
    "oxygen",
    "time_critical_medicines",
    "food_texture",
    "drink_texture",
    "spinal_injury",
    "infection_precautions",
    "carers_needed",
    "interpreter",
    "attorney",
    "hazards",
    "telephone",
];

/// Emergency signs of which no call is noted, what is open, what nobody can tell and what nobody could tell until lately;
/// where the reader cannot be told, what met a trigger since the last visit.
fn alerts(
    (signs, escalations): (&[UntoldSign], &Escalations),
    last: Option<&Segment>,
    names: &Names,
    now: Moment,
) -> Vec<String> {
    let untold = |one: &UntoldSign| {
        format!("{}: {}, and no call is noted.", one.sign.label, words::seen_by(names, one.seen, one.by))
    };
    let mut alerts: Vec<String> = signs.iter().map(untold).collect();
    alerts.extend(escalations.cannot_tell_now().map(|one| {
        let (since, ring) = (words::time(one.due), words::names_of(names, &one.ring, " or "));
        format!("{}: cannot tell since {since}. Ring {ring}.", one.name)
    }));
    alerts.extend(escalations.lapsed_lately(now).map(|one| {
        let (due, by) = (words::time(one.due), words::names_of(names, &one.ring, " and "));
        format!("{}: nobody could tell at {due}. It was done: {by} had recorded it.", one.name)
    }));
    alerts.extend(escalations.open().map(|one| {
        let state = words::state(one.state).to_lowercase();
        let earlier = earlier(one.had_earlier_plan());
        format!("{}: {state}, due {}{earlier}.", one.trigger.name, words::time(one.due))
    }));
    let met = last.map(|segment| last_met(&segment.met)).unwrap_or_default();
    alerts.extend(met.iter().map(|(one, _)| {
        let at = words::time(one.found.raised);
        format!("{}: met {at}. {NOBODY_KNOWS}{}.", one.name, earlier(one.found.earlier_plan))
    }));
    alerts
}

/// Of each trigger what met it last, and how often it was met.
pub fn last_met(met: &[MetHere]) -> Vec<(&MetHere, usize)> {
    let mut found: Vec<(&MetHere, usize)> = Vec::new();
    for one in met {
        match found.iter_mut().find(|(other, _)| other.found.trigger == one.found.trigger) {
            Some((last, times)) => (*last, *times) = (one, *times + 1),
            None => found.push((one, 1)),
        }
    }
    found
}

const NOBODY_KNOWS: &str = "Whether anybody was told cannot be told here: ask the provider’s office";

/// Nobody has answered, or nobody can tell.
fn is_urgent(escalations: &Escalations) -> bool {
    escalations.open().any(|one| one.state == EscalationState::Raised)
        || escalations.cannot_tell_now().next().is_some()
}

/// What stands where a list is empty and the reader cannot be told: the top of the page says why, and whom to ask.
const CANNOT_TELL: &str = "This cannot be told here.";

fn part(at: usize, segment: &Segment, care: &PersonCare, names: &Names) -> Part {
    let tells = |part: ViewPart| part.is_told(care.scope);
    let nothing =
        |parts: &[ViewPart], told| if parts.iter().all(|part| tells(*part)) { told } else { CANNOT_TELL };
    let pain = segment.asked.iter().chain(&segment.others).find(|trend| is_pain(trend));
    Part {
        title: if tells(ViewPart::SinceVisit) {
            title(segment, names)
        } else {
            "All that is shared with you".to_owned()
        },
        anchor: format!("segment-{at}"),
        asked: segment.asked.iter().map(row).collect(),
        others: segment.others.iter().map(row).collect(),
        triggers: met_of(segment),
        gaps: gaps(&segment.gaps, names),
        missed: segment.visits.iter().filter_map(missed).collect(),
        visits: if tells(ViewPart::Visits) { visits(&segment.visits) } else { visits_made(&segment.visits) },
        nothing_asked: nothing(&[ViewPart::Observed, ViewPart::Plan], "Nothing was asked for."),
        no_gaps: nothing(&[ViewPart::NotRecorded], "Everything was recorded."),
        no_triggers: nothing(&[ViewPart::Escalations], "None."),
        notes: segment.notes.iter().map(|note| note_line(note, names)).collect(),
        chart: pain.map(|trend| chart::svg(trend, 10)).unwrap_or_default(),
        chart_values: pain.map(values_line).unwrap_or_default(),
    }
}

fn is_pain(trend: &Trend) -> bool {
    trend.field == "pain_rest" || (trend.kind == "pain" && trend.field == "score")
}

/// Each value with when it was first seen; values that stayed the same are told once.
fn values_line(trend: &Trend) -> String {
    let told = trend.values.chunk_by(|one, next| one.value == next.value).filter_map(|same| {
        let first = same.first()?;
        let at = words::time(first.at);
        Some(match same.len() {
            1 => format!("{} on {at}", first.words),
            times => format!("{} from {at}, {times} times", first.words),
        })
    });
    told.collect::<Vec<_>>().join("; ")
}

fn title(segment: &Segment, names: &Names) -> String {
    match (segment.opened_by, segment.to) {
        (None, None) => "Before the first nursing visit".to_owned(),
        (None, Some(to)) => format!("Before the first nursing visit, {}", words::time(to)),
        (Some(visit), None) => {
            format!("Since {}’s visit, {}", words::name(names, visit.by), words::time(visit.at))
        }
        (Some(visit), Some(to)) => {
            let by = words::name(names, visit.by);
            format!("From {by}’s visit, {}, to the next, {}", words::time(visit.at), words::time(to))
        }
    }
}

fn row(trend: &Trend) -> Row {
    let words_of = |value: Option<&alongside_domain::care::aligned::ValueAt>| {
        value.map(|at| at.words.clone()).unwrap_or_default()
    };
    let site = trend.site.as_ref().map(|site| format!(" ({})", site.replace('_', " "))).unwrap_or_default();
    let (way, sign, class) = way(trend);
    Row {
        label: format!("{}{site}", trend.label),
        way,
        sign,
        class,
        first: words_of(trend.first()),
        last: words_of(trend.last()),
        range: range(trend),
        count: trend.values.len(),
        last_at: trend.last().map(|at| words::time(at.at)).unwrap_or_default(),
    }
}

fn way(trend: &Trend) -> (&'static str, &'static str, &'static str) {
    match trend.way {
        Way::NotRecorded => ("not recorded", "–", "quiet"),
        Way::Once => ("once", "•", "quiet"),
        Way::Same => ("same", "=", "quiet"),
        Way::Up => ("up", "▲", "changed"),
        Way::Down => ("down", "▼", "changed"),
        Way::Different => ("different", "≠", "changed"),
    }
}

/// The lowest and the highest, in the words of the values that they are.
fn range(trend: &Trend) -> String {
    let words_of = |wanted: &Option<Value>| {
        let found = trend.values.iter().find(|at| Some(&at.value) == wanted.as_ref());
        found.map(|at| at.words.clone())
    };
    match (words_of(&trend.lowest), words_of(&trend.highest)) {
        (Some(low), Some(high)) if low != high => format!("{low} to {high}"),
        _ => String::new(),
    }
}

/// The triggers that were met, with what came of them, or without it where the reader cannot be told.
fn met_of(segment: &Segment) -> Vec<Met> {
    let without = |(one, times): (&MetHere, usize)| Met {
        name: format!("{} {}", one.found.trigger, one.name),
        raised: match times {
            1 => words::time(one.found.raised),
            times => format!("{times} times, last {}", words::time(one.found.raised)),
        },
        state: "cannot tell what came of it",
        class: "calm",
        line: format!("{NOBODY_KNOWS}{}", earlier(one.found.earlier_plan)),
        outcome: String::new(),
    };
    let met_only = last_met(&segment.met).into_iter().map(without);
    segment.triggers.iter().map(met).chain(met_only).collect()
}

/// R3: beside what met a trigger that the carer was not shown.
fn earlier(had_earlier_plan: bool) -> &'static str {
    if had_earlier_plan { ". The carer had the earlier plan" } else { "" }
}

fn met(trigger: &TriggerMet) -> Met {
    let answered = match (trigger.response_minutes, trigger.answers.first()) {
        (Some(minutes), Some((from, said))) => {
            format!(
                "{from} answered after {minutes} min ({}, {}): “{said}”",
                words::in_time(trigger.done_in_time),
                words::known_in_time(trigger.known_in_time)
            )
        }
        _ if trigger.state == EscalationState::Closed => "no answer was logged".to_owned(),
        _ => "no answer yet".to_owned(),
    };
    let attempts = match trigger.attempts {
        0 => "No call was logged".to_owned(),
        1 => "1 attempt".to_owned(),
        many => format!("{many} attempts"),
    };
    Met {
        name: format!("{} {}", trigger.trigger, trigger.name),
        raised: words::time(trigger.raised),
        state: words::state(trigger.state),
        class: if trigger.state == EscalationState::Raised { "urgent" } else { "calm" },
        line: format!("{attempts}; {answered}{}", earlier(trigger.earlier_plan)),
        outcome: trigger.outcome.clone().unwrap_or_default(),
    }
}

/// One line a visit.
fn gaps(gaps: &[Gap], names: &Names) -> Vec<NotRecorded> {
    gaps.chunk_by(|one, next| one.visit == next.visit)
        .filter_map(|visit| {
            let first = visit.first()?;
            let items: Vec<String> = visit.iter().map(gap).collect();
            Some(NotRecorded {
                visit: format!("{}, {}", words::time(first.at), words::name(names, first.by)),
                what: items.join("; "),
            })
        })
        .collect()
}

fn gap(gap: &Gap) -> String {
    let reason = gap.reason.map(|reason| format!(" ({})", words::absent(reason)));
    let earlier = if gap.earlier_plan { " (not asked in the carer’s plan yet)" } else { "" };
    format!("{}{}{earlier}", gap.label, reason.unwrap_or_default())
}

fn missed(visit: &CareVisit) -> Option<String> {
    match (visit.state, visit.planned) {
        (VisitState::Missed { .. }, Some(planned)) => Some(words::time(planned)),
        _ => None,
    }
}

fn visits(visits: &[CareVisit]) -> String {
    let count = |of: fn(&VisitState) -> bool| visits.iter().filter(|visit| of(&visit.state)).count();
    let kept = count(|state| matches!(state, VisitState::Arrived { .. } | VisitState::Unplanned));
    let late = count(|state| matches!(state, VisitState::Arrived { late: true }));
    let unknown = count(|state| matches!(state, VisitState::Unknown { .. }));
    let missed = count(|state| matches!(state, VisitState::Missed { .. }));
    format!("{kept} care visits kept ({late} late), {missed} missed, {unknown} not known")
}

/// Without the plan nobody can tell which of the others were due. Without the visits there are none.
fn visits_made(visits: &[CareVisit]) -> String {
    let came = |state: &VisitState| matches!(state, VisitState::Arrived { .. } | VisitState::Unplanned);
    match visits.iter().filter(|visit| came(&visit.state)).count() {
        0 => String::new(),
        1 => "1 care visit was made".to_owned(),
        many => format!("{many} care visits were made"),
    }
}

fn note_line(note: &alongside_domain::care::aligned::Note, names: &Names) -> NoteLine {
    let quoted = note.quoted.as_ref().map(|quoted| format!("“{quoted}”"));
    let (present, done) = (note.present.as_deref(), note.done.as_deref());
    let beside = words::beside(note.changed, present, done, note.first_note.as_deref());
    let beside = (!beside.is_empty()).then(|| format!("({})", beside.join("; ")));
    let text: Vec<String> = [note.note.clone(), quoted, beside].into_iter().flatten().collect();
    NoteLine {
        at: words::doubted_time(note.at, note.clock_off_ms),
        by: words::name(names, note.by),
        text: text.join(" "),
    }
}
