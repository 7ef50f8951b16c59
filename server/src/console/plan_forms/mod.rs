//! Forms that write what several services decide together: decisions, risks, contributions to a joint assessment,
//! disagreements, the handover. `GET` and `POST /people/{person}/forms/{form}` for a new entry,
//! `/people/{person}/forms/{form}/{entry}` to go on with one that is there.
//!
//! A form writes edits of the plan. What its author may not do alone becomes a proposal, which the page says before it
//! is sent. What does not fit is not written, and everything that was typed stays in the form.

mod beside;
mod filled;
mod shown;
mod specs;

pub use filled::{Typed, Wrong};
pub use specs::{CAPACITY, WHOSE};

use super::form::Form;
use super::page::{NotShown, Top, go_to, page};
use super::people;
use super::session::SignedIn;
use super::words;
use crate::app::App;
use crate::care::PersonCare;
use crate::plan::{Act, act};
use crate::refusal::Refusal;
use crate::sharing::Reader;
use alongside_domain::ids::EntryId;
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::states::EditState;
use alongside_domain::plan::view::{EntryView, PlanView};
use alongside_domain::together::consistent::check_together;
use alongside_domain::value::Fields;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use beside::Beside;
use filled::Over;
use serde::Deserialize;
use shown::{PartShown, Showing};
use specs::FormSpec;

#[derive(Template)]
#[template(path = "plan_form.html")]
struct FormPage {
    top: Top,
    person: String,
    name: String,
    path: String,
    title: &'static str,
    about: &'static str,
    button: &'static str,
    entry: String,
    version: u64,
    reason: String,
    asks_reason: bool,
    proposal: &'static str,
    error: Option<ErrorShown>,
    beside: Vec<Beside>,
    people: Vec<String>,
    parts: Vec<PartShown>,
}

/// What does not fit, above the form.
struct ErrorShown {
    field: String,
    label: &'static str,
    why: String,
}

/// What a new entry is about.
#[derive(Deserialize)]
pub struct About {
    about: Option<String>,
}

/// The longest reason, in bytes.
const REASON_BYTES_MAX: usize = 1_000;

/// `GET /people/{person}/forms/{form}`.
pub async fn new(
    signed_in: SignedIn,
    State(app): State<App>,
    Path((person, form)): Path<(String, String)>,
    Query(about): Query<About>,
) -> Result<Response, NotShown> {
    let on = OnForm::find(&app, &signed_in, (&person, &form), None).await?;
    let field = if on.spec.section == Section::Disputes { "about" } else { "because" };
    let given = about.about.map(|about| (field.to_owned(), about));
    on.show(&app, given.into_iter().collect()).await
}

/// `GET /people/{person}/forms/{form}/{entry}`.
pub async fn change(
    signed_in: SignedIn,
    State(app): State<App>,
    Path((person, form, entry)): Path<(String, String, String)>,
) -> Result<Response, NotShown> {
    let on = OnForm::find(&app, &signed_in, (&person, &form), Some(&entry)).await?;
    let own_name = ["accepted_by", "health_by", "social_care_by"];
    let given = own_name.map(|code| (code.to_owned(), signed_in.staff.name.clone()));
    on.show(&app, given.into()).await
}

/// `POST /people/{person}/forms/{form}`.
pub async fn add(
    signed_in: SignedIn,
    State(app): State<App>,
    Path((person, form)): Path<(String, String)>,
    headers: HeaderMap,
    Form(given): Form<Typed>,
) -> Result<Response, NotShown> {
    let on = OnForm::find(&app, &signed_in, (&person, &form), None).await?;
    on.send(&app, &headers, given).await
}

/// `POST /people/{person}/forms/{form}/{entry}`.
pub async fn set(
    signed_in: SignedIn,
    State(app): State<App>,
    Path((person, form, entry)): Path<(String, String, String)>,
    headers: HeaderMap,
    Form(given): Form<Typed>,
) -> Result<Response, NotShown> {
    let on = OnForm::find(&app, &signed_in, (&person, &form), Some(&entry)).await?;
    on.send(&app, &headers, given).await
}

/// A form, for one person's plan.
struct OnForm<'a> {
    signed_in: &'a SignedIn,
    reader: Reader,
    spec: &'static FormSpec,
    /// The entry that the path names.
    entry: Option<EntryId>,
}

/// What was sent.
struct Sent {
    typed: Typed,
    entry: EntryId,
    /// The plan that the author was looking at; absent where the server does not have it any more.
    base: Option<PlanView>,
    reason: String,
}

impl<'a> OnForm<'a> {
    async fn find(
        app: &App,
        signed_in: &'a SignedIn,
        (person, form): (&str, &str),
        entry: Option<&str>,
    ) -> Result<OnForm<'a>, NotShown> {
        let reader = people::named_in_care(app, signed_in, person).await?;
        let spec = specs::form(form).ok_or(Refusal::NotFound { what: "form" })?;
        let not_found = || Refusal::NotFound { what: "entry of the plan" };
        let entry = match entry {
            Some(entry) => {
                let entry: EntryId = entry.parse().map_err(|_| not_found())?;
                entry_in(&reader.plan.view, spec.section, &entry).ok_or_else(not_found)?;
                Some(entry)
            }
            None if spec.adds => None,
            None => return Err(not_found().into()),
        };
        Ok(OnForm { signed_in, reader, spec, entry })
    }

    fn over<'e>(&'e self, entry: &'e EntryId, plan: &'e PlanView) -> Over<'e> {
        let view = entry_in(plan, self.spec.section, entry);
        let (author, catalogue) = (self.reader.author, self.reader.plan.catalogue.as_ref());
        Over { spec: self.spec, author, entry, view, catalogue }
    }

    /// The page, as it is opened.
    async fn show(&self, app: &App, given: Typed) -> Result<Response, NotShown> {
        let entry = match &self.entry {
            Some(entry) => entry.clone(),
            None => new_entry(app),
        };
        let filled = Filled {
            entry,
            plan: &self.reader.plan.view,
            typed: None,
            given,
            reason: String::new(),
            wrong: None,
        };
        self.page(app, filled).await
    }

    async fn page(&self, app: &App, filled: Filled<'_>) -> Result<Response, NotShown> {
        let top = people::top_about(app, self.signed_in, &self.reader).await?;
        let names = people::names(app).await?;
        let care = PersonCare::load(app, &self.reader).await?;
        let over = self.over(&filled.entry, filled.plan);
        let showing = Showing {
            over,
            plan: filled.plan,
            typed: filled.typed.as_ref(),
            given: &filled.given,
            wrong: filled.wrong.as_ref(),
        };
        let parts = showing.parts();
        let mut waits = parts.iter().flat_map(|part| &part.fields).map(|field| field.waits_for);
        let first = waits.clone().find(|role| !role.is_empty()).unwrap_or_default();
        let proposal = if waits.all(|role| !role.is_empty()) { first } else { "" };
        let error = filled.wrong.as_ref().map(|wrong| ErrorShown {
            field: wrong.field.clone(),
            label: showing.label(&wrong.field),
            why: wrong.why.clone(),
        });
        let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let shown = FormPage {
            top,
            person: self.reader.person.to_string(),
            name: words::person(&self.reader.plan.view),
            path: self.path(),
            title: self.spec.title,
            about: self.spec.about,
            button: self.spec.button,
            entry: filled.entry.to_string(),
            version: filled.plan.version,
            reason: filled.reason,
            asks_reason: self.spec.section == Section::Risks,
            proposal,
            error,
            beside: beside::of(self.spec.section, &filled.entry, &care, &names),
            people: showing.people(&self.signed_in.staff.name),
            parts,
        };
        Ok(page(status, &shown))
    }

    fn path(&self) -> String {
        let entry = self.entry.as_ref().map(|entry| format!("/{entry}")).unwrap_or_default();
        format!("/people/{}/forms/{}{entry}", self.reader.person, self.spec.code)
    }

    async fn send(&self, app: &App, headers: &HeaderMap, mut typed: Typed) -> Result<Response, NotShown> {
        self.signed_in.check_own_form(headers, &typed.remove("csrf").unwrap_or_default())?;
        let sent = self.sent(app, typed);
        let edits = match self.edits(&sent) {
            Ok(edits) => edits,
            Err(wrong) => return self.again(app, sent, wrong).await,
        };
        let mut done = Vec::new();
        for edit in edits {
            done.push(self.write(app, edit).await?);
        }
        let done = match (done.contains(&Became::InPlan), done.contains(&Became::Waits)) {
            (true, true) => "both",
            (true, false) => "written",
            (false, true) => "proposed",
            (false, false) => "same",
        };
        Ok(go_to(&format!("/people/{}/deadlines?done={done}", self.reader.person)))
    }

    /// What was sent, over the plan that its author was looking at.
    fn sent(&self, app: &App, mut typed: Typed) -> Sent {
        let version = typed.remove("version").and_then(|version| version.parse().ok());
        let named = typed.remove("entry").and_then(|entry| entry.parse().ok());
        let reason = typed.remove("reason").unwrap_or_default();
        let is_here = |version: &u64| people::seen(&self.reader.plan, *version).is_ok();
        let mut base = version.filter(is_here).map(|version| self.reader.plan.document.view_at(version));
        let entry = self.entry.clone().or(named).unwrap_or_else(|| new_entry(app));
        // Sent twice, perhaps with a word changed: what is in the plan by now is what it changes.
        if self.entry.is_none() && entry_in(&self.reader.plan.view, self.spec.section, &entry).is_some() {
            base = Some(self.reader.plan.view.clone());
        }
        Sent { typed, entry, base, reason }
    }

    /// The edits that say what was typed, each checked as one that a phone makes.
    fn edits(&self, sent: &Sent) -> Result<Vec<PlanEdit>, Wrong> {
        let Some(base) = &sent.base else {
            return Err(Wrong::new(
                "version",
                "The plan was changed meanwhile: look again, and send it again.",
            ));
        };
        let reason = sent.reason.trim();
        if reason.len() > REASON_BYTES_MAX {
            let why = format!("is too long: give at most {} characters", REASON_BYTES_MAX / 4);
            return Err(Wrong { field: "reason".to_owned(), why });
        }
        let commands = self.over(&sent.entry, base).commands(&sent.typed)?;
        let mut edits = Vec::new();
        for commands in commands.into_iter().filter(|commands| !commands.is_empty()) {
            check_together(&self.reader.plan.view, &commands)?;
            let reason =
                if reason.is_empty() { self.reason(&sent.entry, base, &commands) } else { reason.to_owned() };
            let base = PlanSeen { version: base.version, own_edit: None };
            edits.push(fitting(PlanEdit { base, commands, reason })?);
        }
        Ok(edits)
    }

    /// What the history says of it, where its author says nothing.
    fn reason(&self, entry: &EntryId, base: &PlanView, commands: &[Command]) -> String {
        let added = commands.iter().find_map(|command| match command {
            Command::AddEntry { fields, .. } => Some(title(fields)),
            _ => None,
        });
        let title = added.unwrap_or_else(|| words::entry(base, self.spec.section, entry.as_str()));
        let title: String = title.chars().take(200).collect();
        format!("{}: {title}", words::section(self.spec.section))
    }

    /// The page again, with what does not fit and everything that was typed.
    async fn again(&self, app: &App, sent: Sent, wrong: Wrong) -> Result<Response, NotShown> {
        let plan = sent.base.as_ref().unwrap_or(&self.reader.plan.view);
        let filled = Filled {
            entry: sent.entry,
            plan,
            typed: Some(sent.typed),
            given: Typed::new(),
            reason: sent.reason,
            wrong: Some(wrong),
        };
        self.page(app, filled).await
    }

    async fn write(&self, app: &App, edit: PlanEdit) -> Result<Became, NotShown> {
        let by = self.signed_in.staff.staff;
        let body = Body::PlanEdit(edit.clone());
        act(app, &Act { person: self.reader.person, by, body }).await?;
        let plan = app.plans.current(app, self.reader.person).await?;
        let own = plan.states.edits().filter(|(_, record)| {
            record.made.as_ref().is_some_and(|made| made.author == by && made.edit == edit)
        });
        let last = own.max_by_key(|(id, _)| id.number).map(|(_, record)| record.state());
        Ok(match last {
            Some(EditState::Held { .. } | EditState::Unsettled) | None => Became::Waits,
            Some(EditState::Settled(_)) => Became::InPlan,
        })
    }
}

/// What became of an edit.
#[derive(Clone, Copy, PartialEq)]
enum Became {
    InPlan,
    Waits,
}

/// What a page is filled with.
struct Filled<'a> {
    entry: EntryId,
    plan: &'a PlanView,
    typed: Option<Typed>,
    given: Typed,
    reason: String,
    wrong: Option<Wrong>,
}

fn entry_in<'p>(plan: &'p PlanView, section: Section, entry: &EntryId) -> Option<&'p EntryView> {
    plan.sections.get(&section)?.get(entry)
}

/// A name that no other entry has.
fn new_entry(app: &App) -> EntryId {
    let random: [u8; 8] = app.random.bytes();
    format!("c-{}", crate::hex::encode(&random)).parse().expect("hex digits make a name")
}

fn title(fields: &Fields) -> String {
    alongside_domain::value::text_in(fields, "text").to_owned()
}

/// An edit that is not longer than one may be.
fn fitting(edit: PlanEdit) -> Result<PlanEdit, Wrong> {
    let bytes = minicbor::to_vec(&edit).map_or(usize::MAX, |bytes| bytes.len());
    if bytes <= PlanEdit::BYTES_MAX {
        return Ok(edit);
    }
    let longest = edit.commands.iter().flat_map(texts).max_by_key(|(_, length)| *length);
    let field = longest.map(|(field, _)| field).unwrap_or_default();
    Err(Wrong { field, why: "is too long together with the rest: shorten it".to_owned() })
}

fn texts(command: &Command) -> Vec<(String, usize)> {
    let length = |value: &alongside_domain::value::Value| value.as_text().map_or(0, str::len);
    match command {
        Command::SetField { field, value, .. } => vec![(field.clone(), length(value))],
        Command::AddEntry { fields, .. } => {
            fields.iter().map(|(field, value)| (field.clone(), length(value))).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether someone of this role has a part in a form.
pub fn is_asked(form: &str, role: Role, side: &str) -> bool {
    let spec = specs::form(form);
    spec.is_some_and(|spec| spec.parts_of(role).flat_map(|part| part.asks).any(|ask| ask.code == side))
}
