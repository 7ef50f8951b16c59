//! `GET /people/{person}/weeks/{monday}`: the week of a person, for the supervisor who decides about the package.
//!
//! The first screen holds what the rules propose and how each goal does, each with a small chart and its figures.
//! Every version of the summary can be read; the one that was decided on is named by the decision.

use super::chart::{self, Line};
use super::page::{Done, NotShown, Top, go_to, page};
use super::people;
use super::plan_forms::{CAPACITY, WHOSE};
use super::reader::untold;
use super::session::SignedIn;
use super::weekly_decision::Given;
use super::words::{self, Names};
use crate::app::App;
use crate::care::PersonCare;
use crate::refusal::Refusal;
use crate::sharing::Reader;
use alongside_domain::care::lacks::Part;
use alongside_domain::ids::{EntryId, PersonId};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::states::EditState;
use alongside_domain::plan::view::PlanView;
use alongside_domain::reablement::goal::Level;
use alongside_domain::reablement::progress::{GoalState, GoalWeek, LevelAt, WeekBefore};
use alongside_domain::reablement::proposal::{Reason, Step};
use alongside_domain::reablement::summary::{self, WeeklySummary};
use alongside_domain::reablement::week::Week;
use alongside_domain::time::Moment;
use alongside_domain::value::{Fields, Value, text_in};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "weekly.html")]
struct WeeklyPage {
    top: Top,
    person: String,
    name: String,
    week: String,
    title: String,
    earlier: Option<Neighbour>,
    later: Option<Neighbour>,
    known_by: String,
    versions: Vec<Version>,
    done: &'static str,
    proposal: &'static str,
    reasons: Vec<String>,
    goals: Vec<GoalShown>,
    facts: Vec<(&'static str, String)>,
    escalations: Vec<String>,
    changes: Vec<String>,
    equipment: Vec<String>,
    reviews: Vec<String>,
    feedback: Vec<Said>,
    decision: Option<Decided>,
    form: Option<Form>,
}

/// In the place of a week of which the reader cannot be told.
#[derive(Template)]
#[template(path = "weekly_untold.html")]
struct UntoldPage {
    top: Top,
    person: String,
    name: String,
    title: String,
    why: String,
}

/// Another week that has a summary.
struct Neighbour {
    week: String,
    words: String,
}

/// A version of the summary.
struct Version {
    known_by_ms: i64,
    words: String,
    shown: bool,
}

/// A goal, in words.
struct GoalShown {
    text: String,
    own_words: String,
    state: &'static str,
    sign: &'static str,
    class: &'static str,
    figures: String,
    trend: String,
    support: String,
    chart: String,
    values: Vec<String>,
}

/// What the person or their family said when they were asked in the week.
struct Said {
    words: String,
    from: String,
    answer: String,
}

/// The decision on this week.
struct Decided {
    lines: Vec<(String, String)>,
    by: String,
}

/// What the form of the decision offers.
struct Form {
    version: u64,
    known_by_ms: i64,
    visits: Vec<(String, String)>,
    earliest: String,
    whose: &'static [(&'static str, &'static str)],
    capacity: &'static [(&'static str, &'static str)],
    typed: Given,
    error: Option<(String, String)>,
}

/// Which version of the summary, and what was just done.
#[derive(Deserialize)]
pub struct Shown {
    known_by: Option<i64>,
    #[serde(flatten)]
    done: Done,
}

/// The entry of the plan that holds the decision on a week.
pub fn decision_entry(week: Week) -> EntryId {
    format!("week-{}", week.monday()).parse().expect("a plain name")
}

/// The person and the week that a path names, if the signed-in member of staff cares for that person.
pub async fn week_of(
    app: &App,
    signed_in: &SignedIn,
    (person, monday): &(String, String),
) -> Result<(Reader, Week), NotShown> {
    let reader = people::named(app, signed_in, person).await?;
    let day: NaiveDate = monday.parse().map_err(|_| Refusal::NotFound { what: "week" })?;
    Ok((reader, Week::of_day(day)))
}

/// `GET /people/{person}/weeks`: the last week that is over.
pub async fn last(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
) -> Result<Response, NotShown> {
    let person = people::named(&app, &signed_in, &person).await?.person;
    let week = Week::of(app.clock.now()).before(1);
    Ok(go_to(&format!("/people/{person}/weeks/{}", week.monday())))
}

/// `GET /people/{person}/weeks/{monday}`; `?known_by=` shows an earlier version of the summary.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    Query(shown): Query<Shown>,
) -> Result<Response, NotShown> {
    let (reader, week) = week_of(&app, &signed_in, &path).await?;
    let asked = Asked { known_by: shown.known_by.map(Moment), done: done_words(shown.done.done.as_deref()) };
    show_week(&app, &signed_in, (&reader, week), asked, None).await
}

/// Which version of a summary is shown, and what was just done.
#[derive(Default)]
struct Asked {
    known_by: Option<Moment>,
    done: &'static str,
}

/// The page again after a decision that does not fit, with which field, why, and everything that was typed.
pub async fn show_again(
    app: &App,
    signed_in: &SignedIn,
    week: (&Reader, Week),
    typed: Given,
    error: (String, String),
) -> Result<Response, NotShown> {
    show_week(app, signed_in, week, Asked::default(), Some((typed, error))).await
}

async fn show_week(
    app: &App,
    signed_in: &SignedIn,
    (reader, week): (&Reader, Week),
    asked: Asked,
    again: Option<(Given, (String, String))>,
) -> Result<Response, NotShown> {
    let person = reader.person;
    let top = people::top_about(app, signed_in, reader).await?;
    let names = people::names(app).await?;
    let care = PersonCare::load(app, reader).await?;
    let why = untold(&care, signed_in, Part::Week);
    if !why.is_empty() {
        let name = words::person_read(care.scope, &care.plan.view);
        let untold = UntoldPage { top, person: person.to_string(), name, title: week_words(week), why };
        return Ok(page(StatusCode::OK, &untold));
    }
    let versions = summary::versions(&care.inputs(), week);
    let known_by = asked.known_by.filter(|at| versions.contains(at)).or(versions.last().copied());
    let summary = known_by.and_then(|known_by| summary::weekly(&care.inputs(), week, known_by));
    let Some(summary) = summary else { return Err(Refusal::NotFound { what: "week" }.into()) };
    let on_page = OnPage { care: &care, summary: &summary, names: &names, person };
    let mut shown_page = on_page.page(top, &versions);
    shown_page.done = asked.done;
    if shown_page.decision.is_none() && people::may_decide_weeks(reader) {
        shown_page.form = form(&on_page, &versions);
    }
    let status = if again.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    if let (Some(form), Some((typed, (field, why)))) = (&mut shown_page.form, again) {
        (form.typed, form.error) = (typed, Some((label(&field).to_owned(), why)));
    }
    Ok(page(status, &shown_page))
}

fn done_words(done: Option<&str>) -> &'static str {
    match done {
        Some("decided") => "Your decision is in the plan, and reaches every phone at its next sync.",
        Some("unchanged") => {
            "Nothing was changed: someone else changed the plan meanwhile. Look again, and decide."
        }
        _ => "",
    }
}

struct OnPage<'a> {
    care: &'a PersonCare,
    summary: &'a WeeklySummary,
    names: &'a Names,
    person: PersonId,
}

impl OnPage<'_> {
    fn plan(&self) -> &PlanView {
        &self.care.plan.view
    }

    fn page(&self, top: Top, versions: &[Moment]) -> WeeklyPage {
        let (summary, week) = (self.summary, self.summary.week);
        let inputs = self.care.inputs();
        let weeks = summary::weeks(inputs.plan, inputs.now);
        let neighbour = |found: Option<&Week>| {
            found.map(|week| Neighbour { week: week.monday().to_string(), words: week_words(*week) })
        };
        WeeklyPage {
            top,
            person: self.person.to_string(),
            name: words::person_read(self.care.scope, self.plan()),
            week: week.monday().to_string(),
            title: week_words(week),
            earlier: neighbour(weeks.iter().rev().find(|other| **other < week)),
            later: neighbour(weeks.iter().find(|other| **other > week)),
            known_by: words::time(summary.known_by),
            versions: versions.iter().map(|at| version(*at, summary.known_by)).collect(),
            done: "",
            proposal: step_words(summary.proposal.step),
            reasons: self.reasons(),
            goals: summary.goals.iter().map(|goal| self.goal(goal)).collect(),
            facts: facts(summary),
            escalations: summary.escalations.iter().map(escalation).collect(),
            changes: self.changes(),
            equipment: summary.equipment.iter().map(|id| self.entry(Section::Equipment, id)).collect(),
            reviews: summary.reviews.iter().map(|review| self.review(&review.goal, review.due)).collect(),
            feedback: self.feedback(),
            decision: self.decision(),
            form: None,
        }
    }

    fn entry(&self, section: Section, id: &EntryId) -> String {
        words::entry(self.plan(), section, id.as_str())
    }

    fn reasons(&self) -> Vec<String> {
        let reasons = self.summary.proposal.reasons.iter().map(|reason| self.reason(reason));
        let mut told: Vec<String> = reasons.collect();
        if told.is_empty() {
            told.push("No rule of the plan for more or less care is met.".to_owned());
        }
        told
    }

    fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::GoalsAtTarget { goals } => {
                let goals: Vec<String> = goals
                    .iter()
                    .map(|(goal, records)| {
                        format!("{} ({records} records)", self.entry(Section::Goals, goal))
                    })
                    .collect();
                format!("At target or better in every record of the week: {}.", goals.join("; "))
            }
            Reason::GoalWorse { goal, records } => {
                let goal = self.entry(Section::Goals, goal);
                format!("{goal}: worse than last week, {} records running.", records.len())
            }
            Reason::Falls { records, days } => format!("{} falls in {days} days.", records.len()),
            Reason::NoFalls { days } => format!("No fall in {days} days."),
        }
    }

    fn goal(&self, week: &GoalWeek) -> GoalShown {
        let (state, sign, class) = state_words(week.state);
        let goal = &week.goal;
        let points: Vec<(i64, i64)> =
            week.levels.iter().map(|at| (at.at.0, i64::from(at.level.number()))).collect();
        let target = goal.target.map(|target| i64::from(target.number()));
        GoalShown {
            text: goal.text.clone(),
            own_words: goal.own_words.clone(),
            state,
            sign,
            class,
            figures: figures(week),
            trend: week.before.iter().map(week_before).collect::<Vec<_>>().join("; "),
            support: goal.support.clone(),
            chart: chart::line(&Line { points: &points, top: 5, marks: &[0, 1, 2, 3, 4, 5], target }),
            values: week.levels.iter().map(|at| self.level(at)).collect(),
        }
    }

    fn level(&self, at: &LevelAt) -> String {
        let when = words::doubted_time(at.at, at.clock_off_ms);
        format!("{when}, {}: {}", words::name(self.names, at.by), level_words(at.level))
    }

    fn review(&self, goal: &EntryId, due: NaiveDate) -> String {
        let held = self.plan().entries(Section::Reviews).into_iter().map(|(_, entry)| entry.values());
        let mut of_goal = held.filter(|fields| text_in(fields, "goal") == goal.as_str());
        let week = self.summary.week.monday().to_string();
        let found = of_goal.find(|fields| text_in(fields, "week") == week);
        let goal = self.entry(Section::Goals, goal);
        let told = |code| found.as_ref().map(|fields| text_in(fields, code)).unwrap_or_default();
        match (told("last_held"), told("agreed")) {
            (held, agreed) if !held.is_empty() => {
                let held = words::value("last_held", &Value::text(held));
                format!("{goal} has stalled: review held on {held}. {agreed}")
            }
            _ => format!("{goal} has stalled: a problem-solving review is due by {}.", day_words(due)),
        }
    }

    fn changes(&self) -> Vec<String> {
        let changed = |version: &u64| {
            let edits = self.care.plan.states.edits();
            let made = edits.filter(|(_, record)| record.state() != EditState::Unsettled);
            let of_version = made.filter(|(id, _)| self.care.plan.document.version_of(id) == Some(*version));
            of_version.filter_map(|(_, record)| record.made.as_ref()).next()
        };
        let told = self.summary.plan_changes.iter().filter_map(changed);
        told.map(|made| {
            format!(
                "{}, {}: {}",
                words::time(made.at),
                words::name(self.names, made.author),
                made.edit.reason
            )
        })
        .collect()
    }

    /// What was asked in the week, by the plan as it stands.
    fn feedback(&self) -> Vec<Said> {
        let week = self.summary.week;
        let days = week.monday()..=week.sunday();
        let views = self.plan().entries(Section::Views).into_iter().map(|(_, entry)| entry.values());
        let asked_on = |fields: &Fields| text_in(fields, "asked_on").parse::<NaiveDate>().ok();
        let of_week = views.filter_map(|fields| Some((asked_on(&fields)?, fields)));
        let of_week = of_week.filter(|(day, _)| days.contains(day));
        of_week
            .map(|(day, fields)| {
                let told = [text_in(&fields, "from"), text_in(&fields, "about"), &day_words(day)];
                let told: Vec<&str> = told.into_iter().filter(|one| !one.is_empty()).collect();
                Said {
                    words: text_in(&fields, "words").to_owned(),
                    from: told.join(", "),
                    answer: text_in(&fields, "answer").to_owned(),
                }
            })
            .collect()
    }

    fn decision(&self) -> Option<Decided> {
        let entry = decision_entry(self.summary.week);
        let view = self.plan().sections.get(&Section::Decisions)?.get(&entry)?;
        let by = view.fields.get("decision").or(view.fields.get("outcome"))?.candidates.first()?;
        let told = [
            "outcome",
            "whose",
            "capacity",
            "decision",
            "rationale",
            "own_words",
            "attended",
            "took_part",
            "funder",
            "summary",
        ];
        let lines = told.iter().filter_map(|code| {
            let field = view.fields.get(*code)?;
            Some((words::field(Section::Decisions, code), words::value(code, field.value())))
        });
        let by = format!("{}, {}", words::name(self.names, by.author), words::time(by.at));
        Some(Decided { lines: lines.collect(), by })
    }
}

/// The form, on the newest version of the summary only.
fn form(shown: &OnPage<'_>, versions: &[Moment]) -> Option<Form> {
    let summary = shown.summary;
    if versions.last() != Some(&summary.known_by) {
        return None;
    }
    let today = shown.care.now().local_day();
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let going_on =
        |fields: &Fields| text_in(fields, "ends_before").is_empty() && !text_in(fields, "rule").is_empty();
    let visits = shown.plan().entries(Section::Schedule).into_iter();
    let visits = visits.map(|(id, entry)| (id, entry.values())).filter(|(_, fields)| going_on(fields));
    Some(Form {
        version: shown.plan().version,
        known_by_ms: summary.known_by.0,
        visits: visits.map(|(id, fields)| (id.to_string(), visit_words(&fields))).collect(),
        typed: Given::proposing(summary.proposal.step, &tomorrow.to_string()),
        earliest: tomorrow.to_string(),
        whose: WHOSE,
        capacity: CAPACITY,
        error: None,
    })
}

/// What the form calls a field.
fn label(field: &str) -> &str {
    match field {
        "outcome" => "Outcome",
        "whose" => "Whose decision it is",
        "capacity" => "Capacity for this decision",
        "decision" => "What is decided",
        "rationale" => "Why",
        "own_words" => "What the person said",
        "took_part" => "Who was asked",
        "funder" => "The funder’s agreement",
        "visit" => "Visit",
        "ends_before" => "First day without it",
        other => other,
    }
}

fn visit_words(fields: &Fields) -> String {
    let starts = text_in(fields, "starts");
    format!("{}, {}", text_in(fields, "text"), starts.get(11..).unwrap_or_default())
}

fn version(at: Moment, shown: Moment) -> Version {
    Version { known_by_ms: at.0, words: words::time(at), shown: at == shown }
}

fn day_words(day: NaiveDate) -> String {
    day.format("%a %-d %b").to_string()
}

fn week_words(week: Week) -> String {
    format!("{} to {}", day_words(week.monday()), week.sunday().format("%a %-d %b %Y"))
}

/// What a step is called.
fn step_words(step: Step) -> &'static str {
    match step {
        Step::StepDown => "Step down: less care",
        Step::Maintain => "Maintain: go on as it is",
        Step::StepUp => "Step up: more care",
    }
}

fn state_words(state: GoalState) -> (&'static str, &'static str, &'static str) {
    match state {
        GoalState::TooFew => ("too few records to say", "–", "quiet"),
        GoalState::Achieved => ("achieved", "✓", "good"),
        GoalState::Improving => ("improving", "▲", "good"),
        GoalState::Declining => ("declining", "▼", "urgent"),
        GoalState::Stalled => ("stalled", "■", "watch"),
        GoalState::Steady => ("steady", "=", "quiet"),
    }
}

fn level_words(level: Level) -> String {
    format!("{} {}", level.number(), level.words())
}

fn figures(week: &GoalWeek) -> String {
    let told = |name: &str, level: Option<Level>| level.map(|level| format!("{name} {}", level_words(level)));
    let parts = [
        told("this week", week.level),
        told("before", week.last_week),
        told("at the start", week.goal.baseline),
        told("target", week.goal.target),
    ];
    let told: Vec<String> = parts.into_iter().flatten().collect();
    format!("{} records; {}", week.levels.len(), told.join(", "))
}

fn week_before(before: &WeekBefore) -> String {
    let monday = before.week.monday().format("%-d %B");
    match before.level {
        Some(level) => format!("{monday} {} ({} records)", level_words(level), before.records),
        None => format!("{monday} too few records to say ({})", before.records),
    }
}

fn facts(summary: &WeeklySummary) -> Vec<(&'static str, String)> {
    let visits = summary.visits;
    vec![
        ("Visits kept", format!("{}, {} of them late", visits.kept + visits.late, visits.late)),
        ("Visits missed", visits.missed.to_string()),
        ("Visits not known", visits.unknown.to_string()),
        ("Visits to which nobody had come by Sunday 24:00", visits.not_come.to_string()),
        ("Unplanned visits", visits.unplanned.to_string()),
        ("Falls", summary.falls.len().to_string()),
    ]
}

fn escalation(one: &summary::EscalationOfWeek) -> String {
    let answered =
        one.minutes_to_answer.map_or("no answer".to_owned(), |min| format!("answered after {min} min"));
    format!("{}, {}: {answered}. {}", words::time(one.raised), one.name, words::state(one.state))
}
