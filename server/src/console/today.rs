//! `GET /today`: what a supervisor must know now, over all of their people: calls for help, who has not left, emergency
//! signs of which no call is noted, who does not answer the door, what is overdue, late visits, what is not safe, key safes
//! to change.
//!
//! It is as new as its last load, and says when that was. Absent on purpose: a page that loads itself again, which
//! would throw away what somebody is writing.

use super::contact_log::may_log;
use super::emergency::{self, OpenedLine};
use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::session::SignedIn;
use super::words::{self, Names};
use super::{inbox, people};
use crate::app::App;
use crate::care::PersonCare;
use crate::key_safe;
use crate::plan::{Act, CurrentPlan, act_for_office};
use crate::refusal::Refusal;
use crate::sharing::Reader;
use alongside_domain::access::channels_of;
use alongside_domain::care::emergency_told::UntoldSign;
use alongside_domain::care::escalation::Escalations;
use alongside_domain::care::visits::{Visit, VisitState};
use alongside_domain::day::help::{self, Safe};
use alongside_domain::day::lone_worker::{self, AtVisit};
use alongside_domain::day::no_reply::Episode;
use alongside_domain::day::overdue::{self, Open, Overdue};
use alongside_domain::day::{PersonDay, running_late};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::CarerSafe;
use alongside_domain::journal::{Body, Channel, Entry, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::time::Moment;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest answer about a colleague, in bytes.
const HOW_BYTES_MAX: usize = 1000;

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage {
    top: Top,
    done: &'static str,
    as_of: String,
    emergencies: Vec<OpenedLine>,
    help: Vec<Colleague>,
    alone: Vec<Colleague>,
    signs: Vec<Untold>,
    searches: Vec<Search>,
    overdue: Vec<Late>,
    late: Vec<Coming>,
    not_safe: Vec<Line>,
    key_safes: Vec<Line>,
}

/// A colleague who called for help, or has not left.
struct Colleague {
    id: String,
    name: String,
    at: String,
    person: String,
    person_name: String,
    staff: String,
    help: String,
    visit: String,
    silent: String,
    /// Whether to ring them: not where they have asked for help.
    ring: bool,
}

/// An emergency sign of which nobody has noted a call.
struct Untold {
    person: String,
    name: String,
    sign: String,
    told: String,
    logs: bool,
}

/// A search for a person.
struct Search {
    person: String,
    name: String,
    began: String,
    steps: Vec<String>,
    next: String,
    overdue: bool,
}

/// Something that is overdue.
struct Late {
    person: String,
    name: String,
    what: String,
    since: String,
}

/// Somebody is running late.
struct Coming {
    person: String,
    name: String,
    by: String,
    expected: String,
    reason: String,
    endangered: Vec<String>,
}

/// Something about a person.
struct Line {
    person: String,
    name: String,
    words: String,
}

/// Whether somebody has this page: whoever reads the office channel, of the provider's own staff.
pub fn has_today(signed_in: &SignedIn) -> bool {
    signed_in.partner.is_none() && channels_of(signed_in.staff.role).contains(&Channel::Office)
}

/// One person, as far as this page goes.
struct Looked {
    person: PersonId,
    name: String,
    plan: Arc<CurrentPlan>,
    day: PersonDay,
    visits: Vec<Visit>,
    escalations: Escalations,
    signs: Vec<UntoldSign>,
    /// Whether the reader may note a call.
    logs: bool,
    /// When each of the staff last came to them.
    came: BTreeMap<StaffId, Moment>,
    office: Vec<Entry>,
}

async fn look(app: &App, reader: &Reader, office: Vec<Entry>) -> Result<Looked, NotShown> {
    let (person, plan) = (reader.person, &reader.plan);
    let care = PersonCare::load(app, reader).await?;
    let views = care.views();
    let day = PersonDay::of_visits(&care.inputs(), &views.visits);
    let now = care.now();
    let mut came: BTreeMap<StaffId, Moment> = BTreeMap::new();
    for arrival in views.visits.iter().flat_map(|visit| &visit.arrivals) {
        let last = came.entry(arrival.staff).or_insert(arrival.at);
        *last = arrival.at.max(*last);
    }
    Ok(Looked {
        person,
        name: words::person(&plan.view),
        plan: Arc::clone(plan),
        day,
        visits: views.visits.into_iter().filter(|visit| visit.is_about(now)).collect(),
        escalations: views.escalations,
        signs: care.untold_signs(),
        logs: may_log(reader),
        came,
        office,
    })
}

/// How many calls for help of these people's carers nobody has answered.
pub async fn open_calls(app: &App, people: &[PersonId]) -> Result<usize, crate::storage::StorageError> {
    let offices = PersonCare::offices(app, people).await?;
    Ok(offices.iter().flat_map(|office| help::calls(office)).filter(|call| call.is_open()).count())
}

/// `GET /today`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    if !has_today(&signed_in) {
        return Err(Refusal::MayNot.into());
    }
    let readers = people::all(&app, &signed_in).await?;
    let top = people::top(&app, &signed_in, &readers, "today").await?;
    let names = people::names(&app).await?;
    let of_whom: Vec<PersonId> = readers.iter().map(|reader| reader.person).collect();
    let offices = PersonCare::offices(&app, &of_whom).await?;
    let mut all = Vec::with_capacity(readers.len());
    for (reader, office) in readers.iter().zip(offices) {
        all.push(look(&app, reader, office).await?);
    }
    settle_alarms(&mut all);
    let now = app.clock.now();
    let key_safes = key_safes(&app, &all, &names).await?;
    let done = match done.done.as_deref() {
        Some("safe") => "Written down: your colleague is safe.",
        _ => "",
    };
    let page_of = TodayPage {
        top,
        done,
        as_of: words::time(now),
        emergencies: emergency::waiting(&app, &signed_in, &names).await?,
        help: all.iter().flat_map(|one| calls(one, &names)).collect(),
        alone: all.iter().flat_map(|one| alone(one, &names)).collect(),
        signs: all.iter().flat_map(|one| signs(one, &names)).collect(),
        searches: all.iter().flat_map(|one| searches(one, &names, now)).collect(),
        overdue: overdue_of(&all, &names, now),
        late: all.iter().flat_map(|one| coming(one, &all, &names)).collect(),
        not_safe: all.iter().flat_map(|one| not_safe(one, &names)).collect(),
        key_safes,
    };
    Ok(page(StatusCode::OK, &page_of))
}

/// Whoever has arrived at somebody else's since, or is known to be safe, is not missing.
fn settle_alarms(all: &mut [Looked]) {
    let safe: Vec<Safe> = all.iter().flat_map(|one| help::safe(&one.office)).collect();
    let mut at_visits: Vec<(PersonId, AtVisit)> = Vec::new();
    for one in all.iter_mut() {
        let there = std::mem::take(&mut one.day.at_visits);
        at_visits.extend(there.into_iter().map(|at| (one.person, at)));
        // Who came and left counts as seen elsewhere too.
        let came = one.came.iter().map(|(staff, at)| AtVisit {
            visit: alongside_domain::ids::VisitId([0; 16]),
            staff: *staff,
            arrived: *at,
            expected_leaving: *at,
            said: None,
            left: Some(*at),
            alarm: None,
        });
        at_visits.extend(came.map(|at| (one.person, at)));
    }
    lone_worker::settle(&mut at_visits, &safe);
    for one in all {
        let here = at_visits.iter().filter(|(person, at)| *person == one.person && at.left.is_none());
        one.day.at_visits = here.map(|(_, at)| at.clone()).collect();
    }
}

fn calls(one: &Looked, names: &Names) -> Vec<Colleague> {
    let open = help::calls(&one.office).into_iter().filter(|call| call.is_open());
    open.map(|call| Colleague {
        id: format!("help-{}", call.record.number),
        name: words::name(names, call.by),
        at: words::time(call.at),
        person: one.person.to_string(),
        person_name: one.name.clone(),
        staff: call.by.to_string(),
        help: inbox::name_of(&call.record),
        visit: call.visit.map(|visit| visit.to_string()).unwrap_or_default(),
        silent: String::new(),
        ring: false,
    })
    .collect()
}

fn alone(one: &Looked, names: &Names) -> Vec<Colleague> {
    let calls = help::calls(&one.office);
    let asked = |staff| calls.iter().any(|call| call.is_open() && call.by == staff);
    let alarmed = one.day.at_visits.iter().filter_map(|at| Some((at, at.alarm?)));
    alarmed
        .map(|(at, alarm)| Colleague {
            id: format!("alone-{}-{}", at.visit, at.staff),
            name: words::name(names, at.staff),
            at: words::time(at.expected_leaving),
            person: one.person.to_string(),
            person_name: one.name.clone(),
            staff: at.staff.to_string(),
            help: String::new(),
            visit: at.visit.to_string(),
            silent: match (alarm.silent, alarm.last_heard) {
                (false, _) => String::new(),
                (true, Some(heard)) => format!("Their phone was last heard {}.", words::time(heard)),
                (true, None) => "Their phone was never heard.".to_owned(),
            },
            ring: !asked(at.staff),
        })
        .collect()
}

fn signs(one: &Looked, names: &Names) -> Vec<Untold> {
    let untold = |sign: &UntoldSign| Untold {
        person: one.person.to_string(),
        name: one.name.clone(),
        sign: sign.sign.label.clone(),
        told: words::seen_by(names, sign.seen, sign.by),
        logs: one.logs,
    };
    one.signs.iter().map(untold).collect()
}

fn searches(one: &Looked, names: &Names, now: Moment) -> Vec<Search> {
    let open = one.day.searches.iter().filter(|search| search.is_open());
    open.map(|search| Search {
        person: one.person.to_string(),
        name: one.name.clone(),
        began: words::time(search.began),
        steps: steps(search, names),
        next: match search.next {
            Some(next) => {
                format!("Next: {}, due {}.", words::no_reply_task(next.step), words::time(next.due))
            }
            None => "Every step was taken, and nobody knows where they are.".to_owned(),
        },
        overdue: search.is_overdue(now),
    })
    .collect()
}

fn steps(search: &Episode, names: &Names) -> Vec<String> {
    let step = |taken: &alongside_domain::day::no_reply::StepTaken| {
        let (at, by) = (words::time(taken.at), words::name(names, taken.by));
        let note = taken.note.as_ref().map(|note| format!(" “{note}”")).unwrap_or_default();
        let (step, result) = (words::no_reply_step(taken.step), words::step_result(taken.result));
        format!("{at} {by} {step}: {result}{note}")
    };
    search.steps.iter().map(step).collect()
}

fn overdue_of(all: &[Looked], names: &Names, now: Moment) -> Vec<Late> {
    let mut found: Vec<(Moment, Late)> = Vec::new();
    for one in all {
        let open = Open {
            escalations: &one.escalations.list,
            visits: &one.visits,
            searches: &one.day.searches,
            at_visits: &one.day.at_visits,
        };
        let late = overdue::list(open, now).into_iter().map(|late| {
            let what = overdue_words(&late, one);
            let (person, name) = (one.person.to_string(), one.name.clone());
            (late.since(), Late { person, name, what, since: words::time(late.since()) })
        });
        found.extend(late);
        found.extend(one.escalations.cannot_tell_now().map(|told| {
            let what =
                format!("{}: cannot tell, ring {}", told.name, words::names_of(names, &told.ring, " or "));
            let (person, name) = (one.person.to_string(), one.name.clone());
            (told.due, Late { person, name, what, since: words::time(told.due) })
        }));
    }
    found.sort_by_key(|(since, _)| *since);
    found.into_iter().map(|(_, late)| late).collect()
}

fn overdue_words(late: &Overdue, one: &Looked) -> String {
    match late {
        Overdue::NoReply { .. } => "nobody has located them".to_owned(),
        Overdue::LoneWorker { .. } => "a colleague has not left".to_owned(),
        Overdue::Escalation { about, .. } => {
            let met = one.escalations.list.iter().find(|escalation| escalation.about() == *about);
            let name = met.map_or_else(|| about.trigger.to_string(), |met| met.trigger.name.clone());
            format!("{name}: {}", met.map_or("", |met| words::state(met.state)).to_lowercase())
        }
        Overdue::Visit { visit, .. } => {
            let state = one.visits.iter().find(|other| other.id == *visit).map(|visit| visit.state);
            match state {
                Some(VisitState::Missed { .. }) => "visit missed".to_owned(),
                Some(VisitState::Unknown { .. }) => "visit: nobody can tell, ring the carer".to_owned(),
                _ => "visit late".to_owned(),
            }
        }
    }
}

fn coming(one: &Looked, all: &[Looked], names: &Names) -> Vec<Coming> {
    let visits: Vec<(PersonId, Visit)> =
        all.iter().flat_map(|of| of.visits.iter().map(|visit| (of.person, visit.clone()))).collect();
    let name_of = |person: PersonId| all.iter().find(|of| of.person == person).map_or("", |of| &of.name);
    let late = one.day.late.iter().map(|late| Coming {
        person: one.person.to_string(),
        name: one.name.clone(),
        by: words::name(names, late.by),
        expected: words::time(late.expected),
        reason: late.reason.clone().unwrap_or_default(),
        endangered: running_late::endangered(late, &visits)
            .iter()
            .map(|next| {
                let must = if next.time_critical { ", time-critical" } else { "" };
                format!("{} at {}{must}", name_of(next.person), words::time(next.start))
            })
            .collect(),
    });
    late.collect()
}

fn not_safe(one: &Looked, names: &Names) -> Vec<Line> {
    let flags = one.day.not_safe.iter().map(|flag| {
        let action = words::entry(&one.plan.view, Section::Actions, flag.action.as_str());
        let told = flag.told.as_ref().map_or_else(String::new, |told| format!(" Told: {told}."));
        let by = words::name(names, flag.by);
        line(one, format!("{action}: “{}” ({by}, {}).{told}", flag.why, words::time(flag.at)))
    });
    flags.collect()
}

fn line(one: &Looked, words: String) -> Line {
    Line { person: one.person.to_string(), name: one.name.clone(), words }
}

async fn key_safes(app: &App, all: &[Looked], names: &Names) -> Result<Vec<Line>, NotShown> {
    let people: Vec<PersonId> = all.iter().map(|one| one.person).collect();
    let mut lines = Vec::new();
    for change in key_safe::to_change(app, &people).await? {
        let left: Vec<String> = change.left.iter().map(|staff| words::name(names, *staff)).collect();
        let of = all.iter().find(|one| one.person == change.person);
        let words = format!("change the code: {} could see it and has left", left.join(", "));
        lines.extend(of.map(|one| line(one, words)));
    }
    for set in app.store.key_safes(people).await? {
        let of = all.iter().find(|one| one.person == set.person);
        if let Some(one) = of.filter(|one| key_safe::is_in_plan(&one.plan.view, &set.code)) {
            lines.push(line(one, "the code stands in the plan: take it out there, and change it".to_owned()));
        }
    }
    Ok(lines)
}

/// What an answer carries.
#[derive(Deserialize)]
pub struct Given {
    csrf: String,
    person: String,
    staff: String,
    #[serde(default)]
    help: String,
    #[serde(default)]
    visit: String,
    how: String,
}

/// `POST /today/safe`: somebody of the office knows that a colleague is safe.
pub async fn note_safe(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, NotShown> {
    signed_in.check_own_form(&headers, &given.csrf)?;
    if !has_today(&signed_in) {
        return Err(Refusal::MayNot.into());
    }
    let person = people::named(&app, &signed_in, &given.person).await?.person;
    let body = Body::CarerSafe(given.safe()?);
    act_for_office(&app, &Act { person, by: signed_in.staff.staff, body }).await?;
    Ok(go_to("/today?done=safe"))
}

impl Given {
    fn safe(&self) -> Result<CarerSafe, Refusal> {
        let how = self.how.trim();
        if how.is_empty() {
            return Err(Refusal::field("how", "is missing: how do you know that they are safe?"));
        }
        if how.len() > HOW_BYTES_MAX {
            return Err(Refusal::field("how", "takes at most 1000 bytes"));
        }
        let staff: StaffId = self.staff.parse().map_err(|_| Refusal::not_offered("staff"))?;
        let help: Option<RecordRef> = match self.help.as_str() {
            "" => None,
            text => {
                Some(inbox::record_named(text, Channel::Office).ok_or_else(|| Refusal::not_offered("help"))?)
            }
        };
        let visit = match self.visit.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| Refusal::not_offered("visit"))?),
        };
        Ok(CarerSafe { staff, help, visit, how: how.to_owned() })
    }
}
