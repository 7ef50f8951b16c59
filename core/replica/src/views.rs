//! What screens read. Each is a fold over the person's records and plan; none is stored apart from them.

use crate::replica::{RecordError, Replica, State};
use crate::store::StoreError;
use alongside_domain::care::records::Records;
use alongside_domain::ids::{AuthorId, EntryId, PersonId, StaffId};
use alongside_domain::journal::{Body, Entry, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::PlanView;
use alongside_domain::time::Moment;
use serde::Serialize;
use std::collections::BTreeMap;

/// A trigger that a record has met, and whom to contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetTrigger {}

/// A person on this phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonSummary {
    /// Whom.
    pub person: PersonId,
    /// The name that they like to be called by; absent until their plan is here.
    pub name: Option<String>,
}

/// The state of sync, in numbers that are true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SyncState {
    /// Own records that the server does not have yet.
    pub waiting: u64,
    /// Pages that the server has refused. They are kept, and offered again.
    pub refused_pages: u64,
    /// When the server was last heard, by its own clock.
    pub last_heard: Option<Moment>,
}

/// Where a record is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// Only here: nobody else knows it yet.
    OnThisPhone,
    /// Durable on the server.
    OnTheServer,
}

/// One record, as history shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryItem {
    /// Its name.
    pub id: RecordRef,
    /// When it was recorded, corrected.
    pub recorded: Moment,
    /// When it was seen, corrected.
    pub observed: Moment,
    /// What the phone's clock showed, less `recorded`, in milliseconds, where they differ.
    pub clock_off_ms: Option<i64>,
    /// By whom.
    pub by: StaffId,
    /// The plan version that they were looking at.
    pub plan_seen: alongside_domain::journal::PlanSeen,
    /// Where it is known to be.
    pub receipt: Receipt,
    /// What it says.
    pub body: Body,
}

impl Replica {
    /// The people on this phone, in the order of the access list.
    pub fn people(&self) -> Result<Vec<PersonSummary>, StoreError> {
        let mut state = self.inner.state();
        let people = state.store.people()?;
        let visible = people.into_iter().filter(|row| row.access);
        visible.map(|row| state.summary(row.person, self.now())).collect()
    }

    /// Everyone whose certificate is here, by staff member: their name.
    pub fn staff_names(&self) -> Result<BTreeMap<StaffId, String>, StoreError> {
        let state = self.inner.state();
        let holders = state.holders()?;
        Ok(holders.into_values().map(|holder| (holder.staff, holder.name)).collect())
    }

    /// The person's records of the look-back, in the order of folds.
    pub fn history(&self, person: PersonId) -> Result<Vec<HistoryItem>, RecordError> {
        let device = self.inner.identity()?.device;
        let mut state = self.inner.state();
        let entries = state.person(person, self.now())?.records.entries().to_vec();
        entries.into_iter().map(|entry| Ok(state.history_item(person, entry, device)?)).collect()
    }

    /// What waits, what was refused, and when the server was last heard.
    pub fn sync_state(&self) -> Result<SyncState, RecordError> {
        let device = self.inner.identity()?.device;
        let last_heard = self.inner.last_heard();
        let state = self.inner.state();
        let (waiting, refused_pages) = (state.store.waiting(device)?, state.store.refused_pages()?);
        Ok(SyncState { waiting, refused_pages, last_heard })
    }
}

impl State {
    fn summary(&mut self, person: PersonId, now: Moment) -> Result<PersonSummary, StoreError> {
        let name = preferred_name(&self.person(person, now)?.plan.view);
        Ok(PersonSummary { person, name })
    }

    fn history_item(
        &mut self,
        person: PersonId,
        entry: Entry,
        device: AuthorId,
    ) -> Result<HistoryItem, StoreError> {
        let stream = alongside_domain::journal::StreamId {
            person,
            channel: entry.id.channel,
            author: entry.id.author,
            epoch: entry.id.epoch,
        };
        let only_here = entry.id.author == device && entry.id.number > self.store.head(stream)?.receipted;
        Ok(HistoryItem {
            id: entry.id,
            recorded: entry.effective,
            observed: entry.observed,
            clock_off_ms: entry.header.clock_off_ms,
            by: entry.header.by,
            plan_seen: entry.header.plan_seen,
            receipt: if only_here { Receipt::OnThisPhone } else { Receipt::OnTheServer },
            body: entry.body,
        })
    }
}

fn preferred_name(plan: &PlanView) -> Option<String> {
    let main: EntryId = "main".parse().expect("a plain name");
    let field = plan.sections.get(&Section::Safety)?.get(&main)?.fields.get("preferred_name")?;
    field.value().as_text().map(str::to_owned)
}

pub(crate) fn met_by(
    _: &mut State,
    _: PersonId,
    _: RecordRef,
    _: Moment,
) -> Result<Vec<MetTrigger>, StoreError> {
    Ok(Vec::new())
}

pub(crate) fn last_unsettled(records: &Records, device: AuthorId) -> Option<u64> {
    let _ = (records, device);
    None
}
