//! `GET /people/{person}/contacts`: the escalations that are open, who was told and what they answered, with forms to
//! note a call, to close one with its outcome, and to note any other conversation about the person.

mod given;

use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::plan_forms::{Typed, Wrong};
use super::session::SignedIn;
use super::words::{self, Names};
use super::{inbox, people};
use crate::app::App;
use crate::care::PersonCare;
use crate::plan::{Acts, act_all};
use crate::refusal::Refusal;
use crate::sharing::Reader;
use alongside_domain::access::{Action, Verdict, may};
use alongside_domain::care::emergency_told::UntoldSign;
use alongside_domain::care::escalation::{Answer, Attempt, Escalation};
use alongside_domain::ids::EntryId;
use alongside_domain::journal::body::{MatchRef, Means};
use alongside_domain::journal::{Body, Category, Entry};
use alongside_domain::plan::edit::Section;
use alongside_domain::time::HOUR_MS;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

/// How far back the log goes on the page.
const SHOWN_MS: i64 = 28 * 24 * HOUR_MS;

#[derive(Template)]
#[template(path = "contacts.html")]
struct ContactsPage {
    top: Top,
    done: &'static str,
    person: String,
    name: String,
    signs: Vec<UntoldShown>,
    open: Vec<Open>,
    contacts: Vec<(String, String)>,
    log: Vec<Line>,
    filled: Filled,
}

/// An emergency sign of which nobody has noted a call.
struct UntoldShown {
    /// Its name in the form.
    about: String,
    label: String,
    told: String,
}

/// An escalation that is open.
struct Open {
    /// Its name in the forms.
    about: String,
    title: String,
    state: &'static str,
    is_urgent: bool,
    raised: String,
    due: String,
    say: String,
    told: Vec<String>,
}

/// A line of the log.
struct Line {
    at: String,
    by: String,
    words: String,
}

/// A form that was sent and did not fit.
#[derive(Default)]
struct Filled {
    form: &'static str,
    typed: Typed,
    wrong: Option<Wrong>,
}

impl Filled {
    fn is(&self, form: &str, about: &str) -> bool {
        self.form == form && self.typed.get("about").map_or("", String::as_str) == about
    }

    /// What was typed there.
    fn value(&self, form: &str, about: &str, field: &str) -> &str {
        let typed = self.typed.get(field).filter(|_| self.is(form, about));
        typed.map_or("", String::as_str)
    }

    /// What is wrong there.
    fn wrong(&self, form: &str, about: &str, field: &str) -> &str {
        let wrong = self.wrong.as_ref().filter(|wrong| self.is(form, about) && wrong.field == field);
        wrong.map_or("", |wrong| &wrong.why)
    }
}

/// Whether a reader may log, and is told of what was logged. An opening in an emergency reads only.
pub fn may_log(reader: &Reader) -> bool {
    let may_log = may(&reader.author, &Action::LogContact) == Verdict::Yes;
    may_log && reader.sharing.scope.reads(Category::CONTACT_LOG)
}

/// Whoever may log.
async fn reader(app: &App, signed_in: &SignedIn, person: &str) -> Result<Reader, NotShown> {
    let reader = people::named_in_care(app, signed_in, person).await?;
    if may_log(&reader) { Ok(reader) } else { Err(Refusal::MayNot.into()) }
}

/// `GET /people/{person}/contacts`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let reader = reader(&app, &signed_in, &person).await?;
    let done = match done.done.as_deref() {
        Some("called") => "The call is noted. Everybody who cares for this person sees it.",
        Some("closed") => "It is closed, with its outcome.",
        Some("talked") => "The conversation is noted.",
        _ => "",
    };
    shown(&app, &signed_in, &reader, done, Filled::default()).await
}

async fn shown(
    app: &App,
    signed_in: &SignedIn,
    reader: &Reader,
    done: &'static str,
    filled: Filled,
) -> Result<Response, NotShown> {
    let top = people::top_about(app, signed_in, reader).await?;
    let names = people::names(app).await?;
    let care = PersonCare::load(app, reader).await?;
    let escalations = care.views().escalations;
    let status = if filled.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let contacts_page = ContactsPage {
        top,
        done,
        person: reader.person.to_string(),
        name: words::person_read(reader.sharing.scope, &care.plan.view),
        signs: care.untold_signs().iter().map(|sign| untold(sign, &names)).collect(),
        open: escalations.open().map(|one| open(one, &care, &names)).collect(),
        contacts: contacts(&care).map(|id| (id.to_string(), contact(&care, id))).collect(),
        log: log(&care, &names),
        filled,
    };
    Ok(page(status, &contacts_page))
}

fn contacts(care: &PersonCare) -> impl Iterator<Item = &EntryId> {
    care.plan.view.entries(Section::Contacts).into_iter().map(|(id, _)| id)
}

fn contact(care: &PersonCare, id: &EntryId) -> String {
    words::entry(&care.plan.view, Section::Contacts, id.as_str())
}

fn untold(one: &UntoldSign, names: &Names) -> UntoldShown {
    UntoldShown {
        about: inbox::name_of(&one.record),
        label: one.sign.label.clone(),
        told: words::seen_by(names, one.seen, one.by),
    }
}

fn open(one: &Escalation, care: &PersonCare, names: &Names) -> Open {
    let mut told: Vec<_> =
        one.attempts.iter().map(|attempt| (attempt.at, tried(attempt, care, names))).collect();
    told.extend(one.responses.iter().map(|answer| (answer.at, answered(answer))));
    told.sort_by_key(|(at, _)| *at);
    Open {
        about: name_of(one),
        title: format!("{} {}", one.trigger.id, one.trigger.name),
        state: words::state(one.state),
        is_urgent: one.responses.is_empty() || one.is_overdue(care.now()),
        raised: words::time(one.raised),
        due: due(one, care),
        say: one.trigger.say.clone(),
        told: told.into_iter().map(|(_, words)| words).collect(),
    }
}

fn due(one: &Escalation, care: &PersonCare) -> String {
    let at = words::time(one.due);
    match (one.is_overdue(care.now()), one.first_answer(), &one.promise) {
        (true, ..) => format!("Overdue: was due {at}"),
        (false, Some(_), None) => {
            format!("An answer was due {at}: it was {}", words::in_time(one.done_in_time))
        }
        (false, _, Some(_)) => format!("Promised by {at}"),
        (false, None, None) => format!("Due {at}"),
    }
}

fn tried(attempt: &Attempt, care: &PersonCare, names: &Names) -> String {
    let (at, by) = (words::time(attempt.at), words::name(names, attempt.by));
    format!("{at} {by} {}", reached(attempt.means, &contact(care, &attempt.contact), attempt.answered))
}

fn reached(means: Means, whom: &str, answered: bool) -> String {
    let how = match means {
        Means::Phone => "rang",
        Means::SecureEmail => "wrote to",
        Means::InPerson => "went to",
    };
    format!("{how} {whom}: {}", if answered { "answered" } else { "no answer" })
}

fn answered(answer: &Answer) -> String {
    let promise = answer.promise.as_ref().map(|promise| format!(", by {}", words::time(promise.by)));
    let refused = if answer.refused { " They will not help." } else { "" };
    let (at, from, said) = (words::time(answer.at), &answer.from, &answer.said);
    format!("{at} {from} answered: “{said}”{}.{refused}", promise.unwrap_or_default())
}

/// How a form names an escalation: by its first match, in JSON.
fn name_of(one: &Escalation) -> String {
    serde_json::to_string(&one.about()).expect("a name is text")
}

/// Every contact and conversation of the last weeks, the newest first.
fn log(care: &PersonCare, names: &Names) -> Vec<Line> {
    let is_new = |entry: &&Entry| care.now().since_ms(entry.effective) < SHOWN_MS;
    let mut entries: Vec<&Entry> = care.records.entries().iter().filter(is_new).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.fold_key()));
    let line = |entry: &Entry| {
        let words = match &entry.body {
            Body::ContactAttempt(attempt) => {
                reached(attempt.means, &contact(care, &attempt.contact), attempt.answered)
            }
            Body::Response(_) | Body::Closing(_) | Body::Communication(_) => {
                words::record(&care.plan.catalogue, &entry.body)
            }
            _ => return None,
        };
        Some(Line {
            at: words::doubted_time(entry.effective, entry.clock_off_ms()),
            by: words::name(names, entry.header.by),
            words,
        })
    };
    entries.into_iter().filter_map(line).collect()
}

/// `POST /people/{person}/contacts/call`: somebody was rung, or written to, about an escalation.
pub async fn call(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, NotShown> {
    let sent = Sent::of(&app, &signed_in, &person, &headers, typed).await?;
    let care = PersonCare::load(&app, &sent.reader).await?;
    let about = sent.about(&care)?;
    let known: Vec<EntryId> = contacts(&care).cloned().collect();
    let bodies = given::call(&sent.typed, about, &known, care.now());
    sent.write(&app, ("call", "called"), bodies).await
}

/// `POST /people/{person}/contacts/close`: an escalation is over.
pub async fn close(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, NotShown> {
    let sent = Sent::of(&app, &signed_in, &person, &headers, typed).await?;
    let about = sent.about(&PersonCare::load(&app, &sent.reader).await?)?;
    let bodies = given::closing(&sent.typed, about);
    sent.write(&app, ("close", "closed"), bodies).await
}

/// `POST /people/{person}/contacts/talk`: a conversation that is about no escalation.
pub async fn talk(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, NotShown> {
    let sent = Sent::of(&app, &signed_in, &person, &headers, typed).await?;
    let bodies = given::talk(&sent.typed);
    sent.write(&app, ("talk", "talked"), bodies).await
}

/// A form as it came, by whoever may send it.
struct Sent<'s> {
    signed_in: &'s SignedIn,
    reader: Reader,
    typed: Typed,
}

impl<'s> Sent<'s> {
    async fn of(
        app: &App,
        signed_in: &'s SignedIn,
        person: &str,
        headers: &HeaderMap,
        mut typed: Typed,
    ) -> Result<Sent<'s>, NotShown> {
        let reader = reader(app, signed_in, person).await?;
        signed_in.check_own_form(headers, &typed.remove("csrf").unwrap_or_default())?;
        Ok(Sent { signed_in, reader, typed })
    }

    /// The escalation that it names: one that is known, be it closed meanwhile.
    fn about(&self, care: &PersonCare) -> Result<MatchRef, Refusal> {
        let named = self.typed.get("about").and_then(|about| serde_json::from_str::<MatchRef>(about).ok());
        let escalations = care.views().escalations;
        let is_here = |about: &MatchRef| {
            let mut of_trigger = escalations.of_trigger(about.trigger.as_str());
            of_trigger.any(|one| {
                one.raised_by == about.matched
                    || one.matches.iter().any(|found| found.matched == about.matched)
            })
        };
        named.filter(is_here).ok_or_else(|| Refusal::not_offered("about"))
    }

    /// Writes it, or shows what does not fit beside everything that was typed.
    async fn write(
        self,
        app: &App,
        (form, done): (&'static str, &str),
        bodies: Result<Vec<Body>, Wrong>,
    ) -> Result<Response, NotShown> {
        let person = self.reader.person;
        match bodies {
            Ok(bodies) => {
                act_all(app, &Acts { person, by: self.signed_in.staff.staff, bodies }).await?;
                Ok(go_to(&format!("/people/{person}/contacts?done={done}")))
            }
            Err(wrong) => {
                let filled = Filled { form, typed: self.typed, wrong: Some(wrong) };
                shown(app, self.signed_in, &self.reader, "", filled).await
            }
        }
    }
}
