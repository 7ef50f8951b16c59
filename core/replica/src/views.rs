//! What screens read. Each is a fold over the person's records and plan; none is stored apart from them.

use crate::looks::seen_by;
use crate::own_edits;
use crate::person::entries_of;
use crate::person_plan::{PersonPlan, Viewer};
use crate::plan_steps::day_view;
use crate::replica::{ENDED, RecordError, Replica, State};
use crate::store::{DamagedHere, PersonRow, StoreError};
use alongside_domain::access::{Action, Author, Subject, Verdict, may};
use alongside_domain::care::lacks::{Lack, Part, lacks};
use alongside_domain::care::looks::Seen;
use alongside_domain::ids::{AuthorId, EntryId, PersonId, StaffId};
use alongside_domain::journal::body::{FateOutcome, Role};
use alongside_domain::journal::{Body, Channel, Entry, RecordRef, StreamId};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::states::KnownFate;
use alongside_domain::plan::view::{Candidate, PlanView};
use alongside_domain::plan::{Conflict, conflicts};
use alongside_domain::sync::standing::Revocation;
use alongside_domain::time::Moment;
use serde::Serialize;
use std::collections::BTreeMap;

/// A person on this phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonSummary {
    /// Whom.
    pub person: PersonId,
    /// The name that they like to be called by; absent until their plan is here.
    pub name: Option<String>,
    /// What of their record is not shared with the holder's organisation, as the plan calls it: what hangs on it, this
    /// phone cannot tell. Empty in the usual case.
    pub not_shared: Vec<String>,
    /// More of what others wrote about them is still to come: what is not here may be on its way. Until then, nothing is
    /// said to be absent.
    pub still_coming: bool,
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
    /// Records here about people whom this phone does not show any more. They go once what waits is handed in.
    pub leaving: u64,
    /// This phone is no longer enrolled: what is recorded on it is handed in, and nothing comes down.
    pub ended: bool,
    /// Files of the database that were damaged and are set aside: what could be read of them goes on here.
    pub set_aside: u64,
}

/// A record of this phone that is not what was saved any more. No view reads it; the office sees what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DamagedRecord {
    /// About whom.
    pub person: PersonId,
    /// Which.
    pub record: RecordRef,
    /// When it was recorded, as far as that can be read.
    pub recorded: Option<Moment>,
}

/// Where a record is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// Only here: nobody else knows it yet.
    OnThisPhone,
    /// Durable on the server.
    OnTheServer,
    /// A nurse's screen has shown it. That is no answer: only a named person's words are.
    SeenByTheNurse,
}

/// The current plan, as this device's holder sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanPage {
    /// The plan; fields that hold an own edit which the server has not confirmed are marked.
    pub view: PlanView,
    /// Where people differ and nobody has chosen yet.
    pub conflicts: Vec<ConflictView>,
    /// All plan edits of the look-back and what became of them, oldest first.
    pub edits: Vec<EditItem>,
    /// The plan is not shared with the holder: nothing in it says that nothing is recorded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Lack>,
}

/// A field of which there are several versions: "ask the office", or choose if you are responsible for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConflictView {
    /// The section.
    pub section: Section,
    /// The entry.
    pub entry: EntryId,
    /// The field's code.
    pub field: String,
    /// The versions, each with its author and time.
    pub candidates: Vec<Candidate>,
    /// Whether the holder of this device may choose.
    pub may_choose: bool,
}

/// A plan edit and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditItem {
    /// Whose plan.
    pub person: PersonId,
    /// The edit.
    pub edit: RecordRef,
    /// Who made it.
    pub author: StaffId,
    /// When.
    pub at: Moment,
    /// What it changes; nothing where access to the person has ended.
    pub commands: Vec<Command>,
    /// Why; empty where access to the person has ended.
    pub reason: String,
    /// When the server said that it waits for somebody.
    pub held: Option<FateShown>,
    /// Its final fate.
    pub settled: Option<FateShown>,
}

/// What the server said about an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FateShown {
    /// When.
    pub at: Moment,
    /// Who decided; absent when the rules did.
    pub by: Option<StaffId>,
    /// What.
    pub outcome: FateOutcome,
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
    /// Whose screens have shown it, other than its author's, first ones first.
    pub seen: Vec<Seen>,
    /// What it says.
    pub body: Body,
}

impl Replica {
    /// The people on this phone, in the order of the access list.
    pub fn people(&self) -> Result<Vec<PersonSummary>, RecordError> {
        let mut state = self.inner.reading_all()?;
        let people = state.store.people()?;
        let visible = people.into_iter().filter(|row| row.access);
        visible.map(|row| state.summary(row)).collect()
    }

    /// Everyone whose certificate is here, by staff member: their name.
    pub fn staff_names(&self) -> Result<BTreeMap<StaffId, String>, StoreError> {
        let mut state = self.inner.state();
        let holders = state.holders()?;
        Ok(holders.values().map(|holder| (holder.staff, holder.name.clone())).collect())
    }

    /// The person's records of the look-back, in the order of folds.
    pub fn history(&self, person: PersonId) -> Result<Vec<HistoryItem>, RecordError> {
        let device = self.inner.identity()?.device;
        let mut state = self.inner.reading(person)?;
        let entries = state.person(person, self.now())?.records.entries().to_vec();
        state.history_items(person, entries, device, self.now())
    }

    /// Everything about a person's care that this phone holds and may read, older than any screen looks back too:
    /// by stream and number.
    pub fn journal(&self, person: PersonId) -> Result<Vec<HistoryItem>, RecordError> {
        self.channel_items(person, Channel::Care)
    }

    /// All records of a channel about a person that this phone holds: by stream and number.
    pub(crate) fn channel_items(
        &self,
        person: PersonId,
        channel: Channel,
    ) -> Result<Vec<HistoryItem>, RecordError> {
        let device = self.inner.identity()?.device;
        let mut state = self.inner.reading(person)?;
        let writer = state.viewer()?.store;
        let stored = state.store.records_since(person, channel, Moment(i64::MIN))?;
        let mut entries = entries_of(&state.store, &stored, writer)?;
        entries.sort_by_key(|entry| entry.id);
        state.history_items(person, entries, device, self.now())
    }

    /// The current plan.
    pub fn plan(&self, person: PersonId) -> Result<PlanPage, RecordError> {
        let mut state = self.inner.reading(person)?;
        let (viewer, scope) = (state.viewer()?, state.store.scope(person)?);
        let author = viewer.author(viewer.staff, scope);
        let plan = state.plan_of(person)?;
        let view = plan.shown.view.clone();
        let conflicts =
            conflicts(&view).into_iter().map(|conflict| conflict_view(&conflict, &view, &author)).collect();
        let edits = edit_items(person, plan, |_| true);
        Ok(PlanPage { view, conflicts, edits, lacks: lacks(scope, &[Part::Plan]) })
    }

    /// Where people differ and nobody has chosen yet.
    pub fn conflicts(&self, person: PersonId) -> Result<Vec<ConflictView>, RecordError> {
        Ok(self.plan(person)?.conflicts)
    }

    /// The edits that the holder of this device has made, and what became of them: of everyone on it, then those about
    /// people whose plan it may not show any more, without what they say (no commands, no reason).
    pub fn own_edits(&self) -> Result<Vec<EditItem>, RecordError> {
        let mut state = self.inner.reading_all()?;
        let Viewer { staff: me, store: writer, .. } = state.viewer()?;
        let people = state.store.people()?;
        let mut items = Vec::new();
        for row in people.into_iter().filter(|row| row.access && row.reads_plan) {
            items.extend(edit_items(row.person, state.plan_of(row.person)?, |author| author == me));
        }
        items.extend(own_edits::of_the_unseen(&state.store, (writer, me))?);
        Ok(items)
    }

    /// What waits, what was refused, and when the server was last heard.
    pub fn sync_state(&self) -> Result<SyncState, RecordError> {
        let device = self.inner.identity()?.device;
        let last_heard = self.inner.last_heard();
        let state = self.inner.state();
        Ok(SyncState {
            waiting: state.store.waiting(device)?,
            refused_pages: state.store.refused_pages()?,
            last_heard,
            leaving: state.store.unseen_records()?,
            ended: state.store.meta(ENDED)?.unwrap_or(false),
            set_aside: state.store.set_aside(),
        })
    }

    /// The records that changed on this phone after they were saved: to be recorded again by whoever still knows.
    pub fn damaged_records(&self) -> Result<Vec<DamagedRecord>, RecordError> {
        let author = self.inner.identity()?.device;
        let damaged = self.inner.reading_all()?.store.damaged_here()?;
        let record = |DamagedHere { person, epoch, channel, number, recorded }| DamagedRecord {
            person,
            record: RecordRef { author, epoch, number, channel },
            recorded,
        };
        Ok(damaged.into_iter().map(record).collect())
    }

    /// Devices that are no longer enrolled, as the organisation's server said it.
    pub fn ended_devices(&self) -> Result<Vec<Revocation>, RecordError> {
        let identity = self.inner.identity()?;
        let key = identity.store_subject().map_err(|_| RecordError::NotEnrolled)?.key;
        let statements = self.inner.state().store.revocations()?;
        Ok(statements.iter().filter_map(|statement| statement.verify(&key).ok()).collect())
    }
}

impl State {
    fn summary(&mut self, row: PersonRow) -> Result<PersonSummary, RecordError> {
        let person = row.person;
        // Own edits may have changed the name; without any, the stored view is what is shown.
        let name = if row.edited {
            preferred_name(&self.plan_of(person)?.shown.view)
        } else {
            day_view(&self.store, person)?.as_ref().and_then(preferred_name)
        };
        let not_shared = self.store.scope(person)?.lacks();
        Ok(PersonSummary { person, name, not_shared, still_coming: row.still_coming })
    }

    /// Whether a record is this device's own, and no receipt says that the server has it.
    pub(crate) fn is_only_here(
        &mut self,
        person: PersonId,
        id: RecordRef,
        device: AuthorId,
    ) -> Result<bool, StoreError> {
        let RecordRef { author, epoch, number, channel } = id;
        let stream = StreamId { person, channel, author, epoch };
        Ok(author == device && number > self.store.head(stream)?.receipted)
    }

    fn history_items(
        &mut self,
        person: PersonId,
        entries: Vec<Entry>,
        device: AuthorId,
        now: Moment,
    ) -> Result<Vec<HistoryItem>, RecordError> {
        let (looks, roles) = (self.looks(person, now)?, self.roles()?);
        let seen = |entry: &Entry| {
            let mut seen = seen_by(&looks, &roles, &entry.id);
            seen.retain(|seen| seen.by != entry.header.by);
            seen
        };
        let item = |entry: Entry| {
            let seen = seen(&entry);
            Ok(self.history_item(person, entry, seen, device)?)
        };
        entries.into_iter().map(item).collect()
    }

    fn history_item(
        &mut self,
        person: PersonId,
        entry: Entry,
        seen: Vec<Seen>,
        device: AuthorId,
    ) -> Result<HistoryItem, StoreError> {
        let receipt = if self.is_only_here(person, entry.id, device)? {
            Receipt::OnThisPhone
        } else if seen.iter().any(|seen| seen.role == Some(Role::Nurse)) {
            Receipt::SeenByTheNurse
        } else {
            Receipt::OnTheServer
        };
        Ok(HistoryItem {
            id: entry.id,
            recorded: entry.effective,
            observed: entry.observed,
            clock_off_ms: entry.clock_off_ms(),
            by: entry.header.by,
            plan_seen: entry.header.plan_seen,
            receipt,
            seen,
            body: entry.body,
        })
    }
}

fn conflict_view(conflict: &Conflict<'_>, view: &PlanView, author: &Author) -> ConflictView {
    let entry = view.sections.get(&conflict.section).and_then(|entries| entries.get(conflict.entry));
    let values = entry.map(|entry| entry.values());
    let subject = Subject::of_entry(conflict.section, Some(conflict.field), values.as_ref());
    ConflictView {
        section: conflict.section,
        entry: conflict.entry.clone(),
        field: conflict.field.to_owned(),
        candidates: conflict.candidates.to_vec(),
        may_choose: may(author, &Action::Choose(subject)) == Verdict::Yes,
    }
}

fn edit_items(person: PersonId, plan: &PersonPlan, of: impl Fn(StaffId) -> bool) -> Vec<EditItem> {
    let shown =
        |fate: &KnownFate| FateShown { at: fate.at, by: fate.fate.by, outcome: fate.fate.outcome.clone() };
    let made = plan.edits.edits().filter_map(|(edit, record)| Some((edit, record, record.made.as_ref()?)));
    let mut items: Vec<EditItem> = made
        .filter(|(_, _, made)| of(made.author))
        .map(|(edit, record, made)| EditItem {
            person,
            edit: *edit,
            author: made.author,
            at: made.at,
            commands: made.edit.commands.clone(),
            reason: made.edit.reason.clone(),
            held: record.held.as_ref().map(shown),
            settled: record.settled.as_ref().map(shown),
        })
        .collect();
    items.sort_by_key(|item| (item.at, item.edit));
    items
}

fn preferred_name(plan: &PlanView) -> Option<String> {
    let main: EntryId = "main".parse().expect("a plain name");
    let field = plan.sections.get(&Section::Safety)?.get(&main)?.fields.get("preferred_name")?;
    field.value().as_text().map(str::to_owned)
}
