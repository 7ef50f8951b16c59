//! Erases what an edit said: its record, and every record that its text, or a hash over it, is in. The plan is made
//! anew without it first, in the same transaction.

use super::current::{CurrentPlan, PlanError, plan_entries};
use super::own_page::{OwnRecord, OwnRecords, pages};
use crate::app::App;
use crate::entries;
use crate::storage::ledger::Order;
use crate::storage::{ErasePlan, Erased, Guard, NewOrder, OwnPage, PLAN_KINDS, StorageError, UnreadRecord};
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::{Body, Channel, Entry, Link, RecordRef, StreamId};
use alongside_domain::plan::{EditState, PlanRoot};
use alongside_domain::time::Moment;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How often this is derived anew when others wrote about the same person meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// What became of an order about the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditErased {
    /// It is carried out here; the order's number.
    Done(u64),
    /// It names something about the plan that is no edit, and no change that an edit made.
    NotAnEdit,
    /// The edit has no final fate yet: it is to be declined, or withdrawn, first.
    Undecided,
}

/// Erases an edit of the plan, which the order names, or a change that it made.
pub async fn erase_edit(app: &App, order: &NewOrder) -> Result<EditErased, PlanError> {
    for _ in 0..ATTEMPTS_MAX {
        if app.store.undecided_after(order.person).await?.is_some() {
            return Err(PlanError::Healing);
        }
        let given = Given::read(app).await?;
        if !given.waiting.is_empty() {
            forget(app, &BTreeSet::new()).await?;
            continue;
        }
        let told = Told::read(app, order.person).await?;
        let Some(edit) = told.edit_named(&order.record) else { return Ok(EditErased::NotAnEdit) };
        match told.current.states.edit(&edit).map(|record| record.state()) {
            Some(EditState::Settled(_)) => {}
            _ => return Ok(EditErased::Undecided),
        }
        let order = NewOrder { record: edit, ..order.clone() };
        let erased = given.erased(order.person).chain([edit]).collect();
        let orders = std::iter::once(order.clone()).chain(told.with_text(&erased, &order)).collect();
        let (own, guards) = told.root(app, &erased, order.at).await?;
        match erase_plan(app, ErasePlan { own, guards, orders, after: given.last() }).await? {
            Erased::Done(number) | Erased::Already(number) => {
                app.plans.let_go(order.person);
                return Ok(EditErased::Done(number));
            }
            Erased::Moved | Erased::Behind => {}
            Erased::NoSuchRecord | Erased::NotAlone => return Ok(EditErased::NotAnEdit),
        }
    }
    Err(PlanError::Storage(StorageError::Busy))
}

/// The orders that have been given.
struct Given {
    orders: Vec<Order>,
    /// Whom those are about that are not carried out yet.
    waiting: BTreeSet<PersonId>,
}

impl Given {
    async fn read(app: &App) -> Result<Given, StorageError> {
        // An order that is carried out meanwhile is in both.
        let waiting = app.store.orders_waiting().await?;
        let people = waiting.iter().map(|order| order.erasure.person).collect();
        let orders = app.store.orders().await?.into_iter().chain(waiting).collect();
        Ok(Given { orders, waiting: people })
    }

    fn last(&self) -> u64 {
        self.orders.iter().map(|order| order.erasure.version).max().unwrap_or(0)
    }

    fn about(&self, person: PersonId) -> impl DoubleEndedIterator<Item = &Order> {
        self.orders.iter().filter(move |order| order.erasure.person == person)
    }

    /// What was ordered to be erased about a person.
    fn erased(&self, person: PersonId) -> impl Iterator<Item = RecordRef> {
        self.about(person).map(|order| order.erasure.record)
    }

    /// An order about a person like the last one, to go on with.
    fn like_last(&self, person: PersonId) -> Option<NewOrder> {
        let Order { erasure, by, at, reason } = self.about(person).next_back()?.clone();
        Some(NewOrder { person, record: erasure.record, by, at, reason })
    }
}

/// Carries out what waits in the ledger, as after a restore: no plan says again what was erased. What fails is tried
/// again by [`forget_if_due`].
pub async fn forget_again(app: &App) {
    if let Err(error) = carried_out(app, forget(app, &BTreeSet::new())).await {
        tracing::error!(%error, "a plan still says what was erased; it is tried again");
    }
}

/// As [`forget_again`], if an erasure failed here.
pub async fn forget_if_due(app: &App) {
    if app.plans.erasure_due.swap(false, Ordering::AcqRel) {
        forget_again(app).await;
    }
}

/// Erases a record that no plan is made of. What fails is tried again by [`forget_if_due`].
pub async fn erase_record(app: &App, order: NewOrder) -> Result<Erased, StorageError> {
    let erased = carried_out(app, app.store.erase(order)).await;
    app.rosters.let_go();
    erased
}

async fn erase_plan(app: &App, erase: ErasePlan) -> Result<Erased, StorageError> {
    carried_out(app, app.store.erase_plan(erase)).await
}

/// Erases something whose order may be in the ledger before it fails. It is due from then on; also when whoever asked
/// for it goes away, so that this never comes to its end.
async fn carried_out<T, E>(app: &App, erasing: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let due = StaysDue(app);
    let erased = erasing.await;
    if erased.is_ok() {
        due.end();
    }
    erased
}

/// An erasure that is due once this goes, unless it is done.
struct StaysDue<'a>(&'a App);

impl StaysDue<'_> {
    fn end(self) {
        std::mem::forget(self);
    }
}

impl Drop for StaysDue<'_> {
    fn drop(&mut self) {
        self.0.plans.erasure_due.store(true, Ordering::Release);
    }
}

/// A device brought records of the store that came too late: what they say of what was erased goes too.
pub async fn forget_brought(app: &App, people: &BTreeSet<PersonId>) -> Result<(), PlanError> {
    if people.is_empty() { Ok(()) } else { forget(app, people).await }
}

/// Erases what the orders about these people say, and about those whose orders wait.
async fn forget(app: &App, people: &BTreeSet<PersonId>) -> Result<(), PlanError> {
    for _ in 0..ATTEMPTS_MAX {
        let given = Given::read(app).await?;
        let mut erase = ErasePlan { after: given.last(), ..ErasePlan::default() };
        let people = people.union(&given.waiting);
        for (person, order) in people.filter_map(|person| Some((*person, given.like_last(*person)?))) {
            let told = Told::read(app, person).await?;
            let erased = given.erased(person).collect();
            let (own, guards) = told.root(app, &erased, app.clock.now()).await?;
            erase.orders.extend(told.with_text(&erased, &order));
            erase.own.extend(own);
            erase.guards.extend(guards);
        }
        let has_nothing = erase.orders.is_empty() && erase.own.is_empty() && given.waiting.is_empty();
        if has_nothing || erase_plan(app, erase).await? != Erased::Moved {
            return Ok(());
        }
    }
    Err(PlanError::Storage(StorageError::Busy))
}

/// All that the store has told about a person's plan.
struct Told {
    person: PersonId,
    current: Arc<CurrentPlan>,
    entries: Vec<Entry>,
    /// Those of them that count.
    counting: BTreeSet<RecordRef>,
    /// What devices brought back of it, whether it counts or not.
    unread: Vec<UnreadRecord>,
    writer: AuthorId,
}

impl Told {
    async fn read(app: &App, person: PersonId) -> Result<Told, PlanError> {
        let writer = app.identity.author;
        let current = app.plans.current(app, person).await?;
        let read = app.store.plan_runs(person, 0).await?;
        let entries = entries::entries(&read.runs, Channel::Care, writer, |kind| PLAN_KINDS.contains(&kind))?;
        let counting = plan_entries(&read.runs, writer)?.iter().map(|entry| entry.id).collect();
        let unread = app.store.unread_plan(person, writer).await?;
        Ok(Told { person, current, entries, counting, unread, writer })
    }

    /// The edit that a record is, or that made it.
    fn edit_named(&self, record: &RecordRef) -> Option<RecordRef> {
        self.entries.iter().find(|entry| entry.id == *record).and_then(|entry| match &entry.body {
            Body::PlanEdit(_) => Some(entry.id),
            Body::PlanChange(change) => change.edit,
            _ => None,
        })
    }

    /// The edits in the plan whose text is still in it, though it was erased.
    fn still_said(&self, erased: &BTreeSet<RecordRef>) -> BTreeSet<RecordRef> {
        let said = |edit: &&RecordRef| {
            !self.current.without.contains(edit) && self.current.document.version_of(edit).is_some()
        };
        erased.iter().filter(said).copied().collect()
    }

    /// Orders about the records of the store that hold the text of these edits, or a hash over it: the changes from
    /// the first of them on, and the roots of before.
    fn with_text<'a>(
        &'a self,
        erased: &'a BTreeSet<RecordRef>,
        order: &'a NewOrder,
    ) -> impl Iterator<Item = NewOrder> + 'a {
        let said = self.still_said(erased);
        let first = said.iter().filter_map(|edit| self.current.document.version_of(edit)).min();
        let holds = move |body: &Body| match (body, first) {
            (Body::PlanChange(change), Some(first)) => change.version >= first,
            (Body::PlanRootPart(_), Some(_)) => true,
            _ => false,
        };
        let brought = self.brought_with_text(erased);
        let read = self.entries.iter().filter(move |entry| holds(&entry.body)).map(|entry| entry.id);
        let records: BTreeSet<RecordRef> = read.chain(brought).collect();
        records.into_iter().map(|record| NewOrder { record, ..order.clone() })
    }

    /// The records that devices brought back and that say what was erased: changes that it made, and roots that are
    /// not without it. With them goes what makes a plan and came too late to count: nobody reads it, and it may hold
    /// hashes over the text.
    fn brought_with_text(&self, erased: &BTreeSet<RecordRef>) -> BTreeSet<RecordRef> {
        let roots = self.unread.iter().filter_map(|unread| match &unread.body {
            Body::PlanRootPart(part) => Some((unread.record, part)),
            _ => None,
        });
        let mut saying = PlanRoot::parts_that_say(self.writer, roots, erased);
        saying.extend(self.unread.iter().filter_map(|unread| match &unread.body {
            Body::PlanChange(change) => {
                change.edit.filter(|edit| erased.contains(edit)).map(|_| unread.record)
            }
            _ => None,
        }));
        if saying.is_empty() {
            return saying;
        }
        let makes_plan = |body: &Body| matches!(body, Body::PlanChange(_) | Body::PlanRootPart(_));
        let late =
            |unread: &&UnreadRecord| makes_plan(&unread.body) && !self.counting.contains(&unread.record);
        saying.extend(self.unread.iter().filter(late).map(|unread| unread.record));
        saying
    }

    /// The store's records of the plan without what was erased; none where the plan says nothing of it.
    async fn root(
        &self,
        app: &App,
        erased: &BTreeSet<RecordRef>,
        now: Moment,
    ) -> Result<(Vec<OwnPage>, Vec<Guard>), PlanError> {
        let (person, position) = (self.person, self.current.position);
        let guards = vec![Guard::Position { person, position }];
        let said = self.still_said(erased);
        if said.is_empty() {
            return Ok((Vec::new(), guards));
        }
        let current = Arc::clone(&self.current);
        let root = tokio::task::spawn_blocking(move || current.root_without(&said)).await;
        let parts = root.map_err(|_| StorageError::Closed)?.parts();
        let (author, epoch) = (app.identity.author, app.identity.epoch);
        let (by, version) = (StaffId(author.0), self.current.view.version);
        let part = |part| OwnRecord::new(Body::PlanRootPart(part), by, now, version);
        let records = parts.into_iter().map(part).collect();
        let stream = StreamId { person, channel: Channel::Care, author, epoch };
        let head = app.store.stream_head(stream).await?;
        let (after, before) = head.map_or((0, Link::START), |head| (head.number, head.link));
        let own = OwnRecords { person, channel: Channel::Care, after, before, records };
        Ok((pages(app, vec![own], now), guards))
    }
}
