//! The people whom the signed-in member of staff cares for, and what waits for them.

use super::emergency;
use super::page::{NotShown, Top};
use super::reader::{not_shared, reader_of};
use super::session::SignedIn;
use super::today::{has_today, open_calls};
use super::words::{self, Names};
use crate::agency;
use crate::apart::may_look as may_look_apart;
use crate::app::App;
use crate::plan::{CurrentPlan, PlanError};
use crate::refusal::Refusal;
use crate::sharing::Reader;
use crate::storage::StorageError;
use alongside_domain::access::{Action, Subject, Verdict, may, responsible};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::Role;
use alongside_domain::journal::{PlanSeen, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::states::{EditRecord, EditState, MadeEdit};
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{Conflict, conflicts};

/// Everyone on whose care team the signed-in member of staff is, each with their plan as they may read it.
pub async fn all(app: &App, signed_in: &SignedIn) -> Result<Vec<Reader>, PlanError> {
    let (access, _) = agency::access_now(app, &signed_in.staff, app.clock.now()).await?;
    let mut all = Vec::with_capacity(access.people.len());
    for person in access.people {
        all.push(Reader::related(app, &signed_in.staff, person).await?);
    }
    signed_in.watch.lists(all.iter().map(|reader| reader.person));
    all.sort_by_key(|reader| (words::person(&reader.plan.view), reader.person));
    Ok(all)
}

/// The reader of the person that a path or a form names: on their care team, or in an emergency and only to read.
/// Somebody else's person is not found.
pub async fn named(app: &App, signed_in: &SignedIn, name: &str) -> Result<Reader, NotShown> {
    let person: PersonId = name.parse().map_err(|_| Refusal::NotFound { what: "person" })?;
    reader_of(app, signed_in, person).await
}

/// As [`named`], for what only the care team sees: an opening in an emergency does not reach it.
pub async fn named_in_care(app: &App, signed_in: &SignedIn, name: &str) -> Result<Reader, NotShown> {
    let reader = named(app, signed_in, name).await?;
    if reader.is_related() { Ok(reader) } else { Err(Refusal::OnlyReading.into()) }
}

/// The plan that a form was made on, where it is one that the server has.
pub fn seen(plan: &CurrentPlan, version: u64) -> Result<PlanSeen, Refusal> {
    if version <= plan.view.version && plan.document.has_version(version) {
        return Ok(PlanSeen { version, own_edit: None });
    }
    Err(Refusal::field("version", "is not one that this page offered: load the page again"))
}

/// Names of all staff.
pub async fn names(app: &App) -> Result<Names, StorageError> {
    Ok(app.store.all_staff().await?.into_iter().map(|staff| (staff.staff, staff.name)).collect())
}

/// The top of a page.
pub async fn top(
    app: &App,
    signed_in: &SignedIn,
    all: &[Reader],
    current: &'static str,
) -> Result<Top, StorageError> {
    let waiting = all.iter().map(waiting).sum();
    let has_today = has_today(signed_in);
    let people: Vec<PersonId> = all.iter().map(|reader| reader.person).collect();
    let help = if has_today { open_calls(app, &people).await? } else { 0 };
    let emergencies = emergency::open_records(app, signed_in).await?;
    Ok(Top {
        organisation: app.identity.organisation.clone(),
        name: signed_in.staff.name.clone(),
        role: words::role(signed_in.staff.role),
        csrf: signed_in.session.csrf.clone(),
        current,
        looks_apart: may_look_apart(app, &signed_in.staff),
        has_today,
        help,
        answers_for_concerns: signed_in.answers_for_concerns,
        waiting,
        not_shared: Vec::new(),
        reads_trail: signed_in.is_own_manager(),
        emergencies,
    })
}

/// The top of a page about one person: it begins with what is not shared with its reader.
pub async fn top_about(app: &App, signed_in: &SignedIn, reader: &Reader) -> Result<Top, PlanError> {
    let top = top(app, signed_in, &all(app, signed_in).await?, "person").await?;
    let organisation = signed_in.partner.as_deref().unwrap_or_default();
    Ok(Top { not_shared: not_shared(reader, organisation), ..top })
}

/// How many conflicts and held edits of a plan its reader may settle.
pub fn waiting(reader: &Reader) -> usize {
    let conflicts = conflicts(&reader.plan.view);
    let choices = conflicts.iter().filter(|conflict| may_choose(reader, conflict)).count();
    choices + held(reader).len()
}

fn subject_of<'a>(view: &PlanView, conflict: &Conflict<'a>) -> Subject<'a> {
    let entry = view.sections.get(&conflict.section).and_then(|entries| entries.get(conflict.entry));
    let values = entry.map(|entry| entry.values());
    Subject::of_entry(conflict.section, Some(conflict.field), values.as_ref())
}

/// Whether they may choose between the versions.
pub fn may_choose(reader: &Reader, conflict: &Conflict<'_>) -> bool {
    may(&reader.author, &Action::Choose(subject_of(&reader.plan.view, conflict))) == Verdict::Yes
}

/// The roles that may choose.
pub fn choosers(view: &PlanView, conflict: &Conflict<'_>) -> Vec<Role> {
    responsible(&subject_of(view, conflict)).into_iter().collect()
}

/// Held edits that the reader may decide, oldest first.
pub fn held(reader: &Reader) -> Vec<(RecordRef, &EditRecord, &MadeEdit)> {
    let waits = |record: &EditRecord| matches!(record.state(), EditState::Held { .. });
    let mut held: Vec<_> = reader
        .plan
        .states
        .edits()
        .filter(|(_, record)| waits(record))
        .filter_map(|(id, record)| Some((*id, record, record.made.as_ref()?)))
        .filter(|(_, _, made)| may_decide(reader, made))
        .collect();
    held.sort_by_key(|(id, _, made)| (made.at, *id));
    held
}

/// Whether they decide about a package of care: what follows from a week, and which visits go on.
pub fn may_decide_weeks(reader: &Reader) -> bool {
    let visits = Subject::of_entry(Section::Schedule, None, None);
    may(&reader.author, &Action::Edit(visits)) == Verdict::Yes
}

/// The domain decides again, at the edit's own base; this is for what is shown.
fn may_decide(reader: &Reader, made: &MadeEdit) -> bool {
    let view = &reader.plan.view;
    made.edit.commands.iter().any(|command| {
        let entry = view.sections.get(&command.section()).and_then(|entries| entries.get(command.entry()));
        let subject = Subject::of_command(command, entry);
        may(&reader.author, &Action::Decide(subject)) == Verdict::Yes
    })
}
