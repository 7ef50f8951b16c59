//! The people whom the signed-in member of staff cares for, and what waits for them.

use super::page::{NotShown, Top};
use super::session::SignedIn;
use super::today::{has_today, open_calls};
use super::words::{self, Names};
use crate::apart::may_look as may_look_apart;
use crate::app::App;
use crate::plan::{CurrentPlan, PlanError};
use crate::refusal::Refusal;
use crate::storage::StorageError;
use alongside_domain::access::{Action, Subject, Verdict, may, responsible};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::RecordRef;
use alongside_domain::journal::body::Role;
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::states::{EditRecord, EditState, MadeEdit};
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{Conflict, conflicts};
use std::sync::Arc;

/// The plans of everyone on whose care team the signed-in member of staff is.
pub async fn plans(app: &App, signed_in: &SignedIn) -> Result<Vec<(PersonId, Arc<CurrentPlan>)>, PlanError> {
    let access = app.store.access_of(signed_in.staff.staff).await?;
    let mut plans = Vec::with_capacity(access.people.len());
    for person in access.people {
        plans.push((person, app.plans.current(app, person).await?));
    }
    plans.sort_by_key(|(person, plan)| (words::person(&plan.view), *person));
    Ok(plans)
}

/// Whether the signed-in member of staff is on the person's care team.
async fn may_see(app: &App, signed_in: &SignedIn, person: PersonId) -> Result<bool, StorageError> {
    let access = app.store.access_of(signed_in.staff.staff).await?;
    Ok(access.people.binary_search(&person).is_ok())
}

/// The person that a path or a form names, if the signed-in member of staff is on their care team. Somebody else's
/// person is not found.
pub async fn named(app: &App, signed_in: &SignedIn, name: &str) -> Result<PersonId, NotShown> {
    let not_found = || Refusal::NotFound { what: "person" };
    let person: PersonId = name.parse().map_err(|_| not_found())?;
    if may_see(app, signed_in, person).await? { Ok(person) } else { Err(not_found().into()) }
}

/// Names of all staff.
pub async fn names(app: &App) -> Result<Names, StorageError> {
    Ok(app.store.all_staff().await?.into_iter().map(|staff| (staff.staff, staff.name)).collect())
}

/// The top of a page.
pub async fn top(
    app: &App,
    signed_in: &SignedIn,
    plans: &[(PersonId, Arc<CurrentPlan>)],
    current: &'static str,
) -> Result<Top, StorageError> {
    let waiting = plans.iter().map(|(_, plan)| waiting(signed_in, plan)).sum();
    let has_today = has_today(signed_in.staff.role);
    let people: Vec<PersonId> = plans.iter().map(|(person, _)| *person).collect();
    let help = if has_today { open_calls(app, &people).await? } else { 0 };
    Ok(Top {
        organisation: app.identity.organisation.clone(),
        name: signed_in.staff.name.clone(),
        role: words::role(signed_in.staff.role),
        csrf: signed_in.session.csrf.clone(),
        current,
        looks_apart: may_look_apart(&signed_in.staff),
        has_today,
        help,
        answers_for_concerns: signed_in.answers_for_concerns,
        waiting,
    })
}

/// How many conflicts and held edits of a plan the signed-in member of staff may settle.
pub fn waiting(signed_in: &SignedIn, plan: &CurrentPlan) -> usize {
    let conflicts = conflicts(&plan.view);
    let choices = conflicts.iter().filter(|conflict| may_choose(signed_in, &plan.view, conflict)).count();
    choices + held(signed_in, plan).len()
}

fn subject_of<'a>(view: &PlanView, conflict: &Conflict<'a>) -> Subject<'a> {
    let entry = view.sections.get(&conflict.section).and_then(|entries| entries.get(conflict.entry));
    let values = entry.map(|entry| entry.values());
    Subject::of_entry(conflict.section, Some(conflict.field), values.as_ref())
}

/// Whether they may choose between the versions.
pub fn may_choose(signed_in: &SignedIn, view: &PlanView, conflict: &Conflict<'_>) -> bool {
    may(&signed_in.author(), &Action::Choose(subject_of(view, conflict))) == Verdict::Yes
}

/// The roles that may choose.
pub fn choosers(view: &PlanView, conflict: &Conflict<'_>) -> Vec<Role> {
    responsible(&subject_of(view, conflict)).into_iter().collect()
}

/// Held edits that the signed-in member of staff may decide, oldest first.
pub fn held<'p>(
    signed_in: &SignedIn,
    plan: &'p CurrentPlan,
) -> Vec<(RecordRef, &'p EditRecord, &'p MadeEdit)> {
    let waits = |record: &EditRecord| matches!(record.state(), EditState::Held { .. });
    let mut held: Vec<_> = plan
        .states
        .edits()
        .filter(|(_, record)| waits(record))
        .filter_map(|(id, record)| Some((*id, record, record.made.as_ref()?)))
        .filter(|(_, _, made)| may_decide(signed_in, &plan.view, made))
        .collect();
    held.sort_by_key(|(id, _, made)| (made.at, *id));
    held
}

/// Whether they decide about a package of care: what follows from a week, and which visits go on.
pub fn may_decide_weeks(signed_in: &SignedIn) -> bool {
    let visits = Subject::of_entry(Section::Schedule, None, None);
    may(&signed_in.author(), &Action::Edit(visits)) == Verdict::Yes
}

/// The domain decides again, at the edit's own base; this is for what is shown.
fn may_decide(signed_in: &SignedIn, view: &PlanView, made: &MadeEdit) -> bool {
    made.edit.commands.iter().any(|command| {
        let entry = view.sections.get(&command.section()).and_then(|entries| entries.get(command.entry()));
        let subject = Subject::of_command(command, entry);
        may(&signed_in.author(), &Action::Decide(subject)) == Verdict::Yes
    })
}
