//! `GET /safeguarding`: the cases of whoever answers for concerns, those that wait first. `GET /safeguarding/{case}`:
//! the concern, what was done, what it still asks for, and the forms for what is done next. `POST` records an act.
//!
//! For everybody else these pages are not there: they get the answer that any unknown path gets, and no link.

use super::case_forms::{Filled, FormShown, Forms, Wrong};
use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::people;
use super::session::SignedIn;
use super::words::{self, Names};
use crate::app::App;
use crate::desk::OpenDesk;
use crate::refusal::Refusal;
use crate::safeguarding::{Files, Recorded, TakesPart, record};
use crate::storage::{ConcernName, ConcernSeen};
use alongside_domain::care::escalation::InTime;
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::{CaseAct, Danger, Means};
use alongside_domain::safeguarding::acts::{self, ActField, Holds, code};
use alongside_domain::safeguarding::case::{Case, Owed, Told};
use alongside_domain::safeguarding::reference;
use alongside_domain::time::{Moment, parse_local};
use alongside_domain::value::{Fields, Value};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "safeguarding.html")]
struct ListPage {
    top: Top,
    is_open: bool,
    rows: Vec<Row>,
}

/// A case in the list.
struct Row {
    path: String,
    name: String,
    recorded: String,
    class: &'static str,
    state: &'static str,
    next: String,
    is_late: bool,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    top: Top,
    path: String,
    name: String,
    class: &'static str,
    state: &'static str,
    in_danger: bool,
    done: bool,
    facts: Vec<(&'static str, String)>,
    report: Vec<(&'static str, String, bool)>,
    calls: Vec<String>,
    owed: Vec<OwedShown>,
    acts: Vec<ActShown>,
    wrong: Option<Wrong>,
    forms: Vec<FormShown>,
    acknowledge: bool,
    takes_part: String,
    seen: Vec<String>,
}

/// What a case still asks for.
struct OwedShown {
    words: String,
    when: String,
    form: &'static str,
    is_overdue: bool,
}

/// What was done.
struct ActShown {
    label: &'static str,
    by: String,
    lines: Vec<(&'static str, String)>,
}

/// What any unknown path is answered with.
fn unknown() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

/// What someone finds here.
enum Here {
    /// Their open desk.
    Desk(Arc<OpenDesk>),
    /// They sign in again first.
    Shut,
    /// Nothing: for them there is no such page.
    Unknown,
}

fn here(signed_in: &SignedIn) -> Here {
    match &signed_in.desk {
        _ if !signed_in.answers_for_concerns => Here::Unknown,
        Some(desk) => Here::Desk(Arc::clone(desk)),
        None => Here::Shut,
    }
}

async fn top(app: &App, signed_in: &SignedIn) -> Result<Top, NotShown> {
    let plans = people::all(app, signed_in).await?;
    Ok(people::top(app, signed_in, &plans, "safeguarding").await?)
}

/// The name of a person, whoever cares for them: the concern may be about anyone.
async fn name_of(app: &App, person: PersonId) -> Result<String, NotShown> {
    let plan = app.plans.current(app, person).await?;
    Ok(words::person(&plan.view))
}

/// `GET /safeguarding`.
pub async fn list(signed_in: SignedIn, State(app): State<App>) -> Result<Response, NotShown> {
    let desk = match here(&signed_in) {
        Here::Desk(desk) => Some(desk),
        Here::Shut => None,
        Here::Unknown => return Ok(unknown()),
    };
    let (now, mut rows) = (app.clock.now(), Vec::new());
    if let Some(desk) = &desk {
        let files = Files::open(&app, desk, now).await?;
        let mut cases: Vec<&Case> = files.cases.iter().collect();
        cases.sort_by_key(|case| (order(case, now), case.recorded));
        for case in cases {
            rows.push(row(case, name_of(&app, case.person).await?, now));
        }
    }
    Ok(page(StatusCode::OK, &ListPage { top: top(&app, &signed_in).await?, is_open: desk.is_some(), rows }))
}

/// Those that wait first, then those that owe something, then those that have ended.
fn order(case: &Case, now: Moment) -> u8 {
    match state(case) {
        (_, "Waiting for an acknowledgement") => 0,
        _ if case.owed().iter().any(|owed| owed.is_overdue(now)) => 1,
        (_, "Open") => 2,
        _ => 3,
    }
}

fn state(case: &Case) -> (&'static str, &'static str) {
    if case.acknowledged().is_none() {
        ("urgent", "Waiting for an acknowledgement")
    } else if case.is_ended() {
        ("good", "Outcome recorded")
    } else {
        ("watch", "Open")
    }
}

fn row(case: &Case, name: String, now: Moment) -> Row {
    let (class, state) = state(case);
    let owed = case.owed();
    let next = owed.iter().find(|owed| owed.due.is_some());
    Row {
        path: path_of(case),
        name,
        recorded: words::time(case.recorded),
        class,
        state,
        next: next.map_or_else(String::new, |owed| format!("{}, {}", words_of(owed), when(owed, now))),
        is_late: next.is_some_and(|owed| owed.is_overdue(now)),
    }
}

fn path_of(case: &Case) -> String {
    format!("/safeguarding/{}", case.id.epoch)
}

fn when(owed: &Owed, now: Moment) -> String {
    match owed.due {
        None => "not recorded yet".to_owned(),
        Some(due) if due < now => format!("overdue since {}", words::time(due)),
        Some(due) => format!("due {}", words::time(due)),
    }
}

fn words_of(owed: &Owed) -> String {
    let label = acts::rule(owed.act).map_or("", |rule| rule.label);
    let words = match owed.act {
        code::PROMPT => choice(acts::PROMPTS, &owed.what).to_owned(),
        code::MEASURE => format!("Review: {}", owed.what),
        code::LEARNING => format!("Check: {}", owed.what),
        _ => label.to_owned(),
    };
    if owed.owner.is_empty() { words } else { format!("{words} ({})", owed.owner) }
}

fn choice<'c>(choices: &[(&str, &'c str)], code: &'c str) -> &'c str {
    choices.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words)
}

/// `GET /safeguarding/{case}`. Who reads it is noted.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(epoch): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let desk = match here(&signed_in) {
        Here::Desk(desk) => desk,
        Here::Shut => return Ok(go_to("/safeguarding")),
        Here::Unknown => return Ok(unknown()),
    };
    let now = app.clock.now();
    let files = Files::open(&app, &desk, now).await?;
    let Some(case) = files.case(&epoch) else { return Ok(unknown()) };
    let on = Recorded { desk: &desk, files: &files, case, now };
    shown(&app, &signed_in, &on, done.done.is_some(), &Filled::default()).await
}

/// The page of a case, with what was typed into a form that did not fit.
async fn shown(
    app: &App,
    signed_in: &SignedIn,
    on: &Recorded<'_>,
    done: bool,
    filled: &Filled,
) -> Result<Response, NotShown> {
    let case = on.case;
    let concern = ConcernName { author: case.id.author, epoch: case.id.epoch };
    app.store.note_seen(ConcernSeen { concern, staff: on.desk.staff, at: on.now, is_read: true }).await?;
    let seen = app.store.concern_seen(concern).await?;
    let names = people::names(app).await?;
    let forms = Forms {
        staff: app.store.all_staff().await?,
        takes_part: TakesPart::of(app, on).await?,
        recipients: app.store.recipients().await?,
        filled,
    };
    let on_page = OnPage { case, names: &names, forms, now: on.now };
    let name = name_of(app, case.person).await?;
    let status = if filled.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page(status, &on_page.page(top(app, signed_in).await?, name, done, &seen)))
}

/// What the parts of a case's page are made from.
struct OnPage<'a> {
    case: &'a Case,
    names: &'a Names,
    forms: Forms<'a>,
    now: Moment,
}

impl OnPage<'_> {
    fn page(&self, top: Top, name: String, done: bool, seen: &[ConcernSeen]) -> CasePage {
        let (class, state) = state(self.case);
        let acknowledge = self.case.acknowledged().is_none();
        let all = self.forms.takes_part.all();
        let mut takes_part: Vec<String> = all.iter().map(|staff| words::name(self.names, *staff)).collect();
        takes_part.sort();
        CasePage {
            top,
            path: path_of(self.case),
            name,
            class,
            state,
            in_danger: self.case.concern.danger == Some(Danger::Yes),
            done,
            facts: self.facts(),
            report: self.report(),
            calls: self.calls(),
            owed: self.owed(),
            acts: self.case.acts.iter().rev().map(|told| self.act(told)).collect(),
            wrong: self.forms.wrong(),
            forms: if acknowledge { Vec::new() } else { self.forms.shown() },
            acknowledge,
            takes_part: takes_part.join(", "),
            seen: seen.iter().map(|seen| self.seen(seen)).collect(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let concern = &self.case.concern;
        let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "not said".to_owned());
        vec![
            ("Seen and heard", concern.text.clone()),
            ("Exact words", concern.quoted.as_ref().map_or_else(|| said(&None), |text| format!("“{text}”"))),
            ("When", words::time(self.case.seen)),
            ("Where", said(&concern.place)),
            ("Who was there", said(&concern.present)),
            ("Immediate danger", danger(concern.danger).to_owned()),
            ("Done at once", said(&concern.done)),
            (
                "Recorded by",
                format!("{}, {}", words::name(self.names, self.case.by), words::time(self.case.recorded)),
            ),
            ("Reference, as the reporter was shown it", reference(&self.case.id)),
        ]
    }

    /// Two facts about the report: done in time, and known in time.
    fn report(&self) -> Vec<(&'static str, String, bool)> {
        let report = &self.case.report;
        let done = format!("{}, {}", words::time(self.case.recorded), in_time(report.done_in_time));
        let known = match self.case.received {
            Some(received) => format!("{}, {}", words::time(received), in_time(report.known_in_time)),
            None => "when is not known".to_owned(),
        };
        let unchecked = self.case.is_unchecked.then(|| {
            let words = "the phone had not reached the office since it was started, and its clock may have been \
                         wrong: ask who recorded it when it was";
            ("In doubt", words.to_owned(), true)
        });
        let told = [
            ("Report due", words::time(report.due), false),
            ("Recorded", done, report.done_in_time == InTime::No),
            ("Known here", known, report.known_in_time == InTime::No),
        ];
        told.into_iter().chain(unchecked).collect()
    }

    fn calls(&self) -> Vec<String> {
        let line = |call: &Told<alongside_domain::journal::body::ConcernCall>| {
            let how = match call.what.means {
                Means::Phone => "by phone",
                Means::SecureEmail => "by secure email",
                Means::InPerson => "in person",
            };
            let answered = if call.what.answered { "" } else { ", no answer" };
            let by = words::name(self.names, call.by);
            let said =
                if call.what.said.is_empty() { String::new() } else { format!(": {}", call.what.said) };
            format!("{} {by} to {} {how}{answered}{said}", words::time(call.at), call.what.with)
        };
        self.case.calls.iter().map(line).collect()
    }

    fn owed(&self) -> Vec<OwedShown> {
        let shown = |owed: Owed| OwedShown {
            words: words_of(&owed),
            when: when(&owed, self.now),
            form: owed.act,
            is_overdue: owed.is_overdue(self.now),
        };
        self.case.owed().into_iter().map(shown).collect()
    }

    fn act(&self, told: &Told<CaseAct>) -> ActShown {
        let rule = acts::rule(&told.what.act);
        let fields = rule.map_or(&[] as &[ActField], |rule| rule.fields);
        let has = |field: &&ActField| !told.what.text(field.code).is_empty();
        let line = |field: &ActField| (field.label, self.value(field.holds, told.what.text(field.code)));
        ActShown {
            label: rule.map_or("An act of a newer version", |rule| rule.label),
            by: format!("{}, {}", words::name(self.names, told.by), words::time(told.at)),
            lines: fields.iter().filter(has).map(line).collect(),
        }
    }

    fn value(&self, holds: Holds, text: &str) -> String {
        match holds {
            Holds::Choice(choices) => choice(choices, text).to_owned(),
            Holds::Staff => {
                text.parse().map_or_else(|_| text.to_owned(), |staff: StaffId| words::name(self.names, staff))
            }
            Holds::LocalMoment => parse_local(text)
                .map_or_else(|| text.to_owned(), |(day, minute)| words::time(Moment::at_local(day, minute))),
            Holds::Line | Holds::Words | Holds::Day => text.to_owned(),
        }
    }

    fn seen(&self, seen: &ConcernSeen) -> String {
        let what = if seen.is_read { "read it here" } else { "was given it" };
        format!("{} {} {what}", words::time(seen.at), words::name(self.names, seen.staff))
    }
}

fn danger(danger: Option<Danger>) -> &'static str {
    match danger {
        Some(Danger::Yes) => "yes",
        Some(Danger::No) => "no",
        Some(Danger::NotKnown) => "not known",
        None => "not said",
    }
}

fn in_time(fact: InTime) -> &'static str {
    match fact {
        InTime::Yes => "in time",
        InTime::No => "late",
        InTime::Pending | InTime::Unknown => "not known whether in time",
    }
}

/// `POST /safeguarding/{case}`.
pub async fn act(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(epoch): Path<String>,
    headers: HeaderMap,
    Form(mut given): Form<BTreeMap<String, String>>,
) -> Result<Response, NotShown> {
    let desk = match here(&signed_in) {
        Here::Desk(desk) => Some(desk),
        Here::Shut => None,
        Here::Unknown => return Ok(unknown()),
    };
    signed_in.check_own_form(&headers, &given.remove("csrf").unwrap_or_default())?;
    let Some(desk) = desk else { return Ok(go_to("/safeguarding")) };
    let now = app.clock.now();
    let files = Files::open(&app, &desk, now).await?;
    let Some(case) = files.case(&epoch) else { return Ok(unknown()) };
    let act = given.remove("act").ok_or_else(|| Refusal::field("act", "is missing"))?;
    let filled = given.iter().filter(|(_, text)| !text.trim().is_empty());
    let fields: Fields = filled.map(|(code, text)| (code.clone(), Value::text(text.trim()))).collect();
    let on = Recorded { desk: &desk, files: &files, case, now };
    match record(&app, &on, CaseAct { case: case.id, act: act.clone(), fields }).await {
        Ok(()) => Ok(go_to(&format!("{}?done=recorded", path_of(case)))),
        Err(Refusal::Field { field, why }) if case.acknowledged().is_some() && acts::rule(&act).is_some() => {
            shown(&app, &signed_in, &on, false, &Filled::refused(act, given, field, why)).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
