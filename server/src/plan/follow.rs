//! What follows from a page: what the store notes of its records, and fates and changes of the plan, which follow from
//! plan edits, decisions and withdrawals; or an act on the console with what follows from it.

use super::current::{CurrentPlan, PlanError, plan_entries};
use super::own_page::{OwnRecord, OwnRecords, pages};
use crate::agency::team_now;
use crate::app::App;
use crate::entries;
use crate::sharing::by_plan;
use crate::storage::{
    ApartRun, Commit, Committed, Guard, OwnPage, PLAN_ASKING_KINDS, PLAN_KINDS, PageToStore, Staff,
    StorageError,
};
use alongside_domain::access::Author;
use alongside_domain::care::heard::received;
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::body::{PlanResumed, Received, Role, Times};
use alongside_domain::journal::{
    Body, Channel, Entry, Kind, Link, PageId, RecordBytes, RecordRef, StreamId, times,
};
use alongside_domain::plan::fates::{Decided, NoEffect, accepted_again, plan_fates};
use alongside_domain::plan::view::PlanView;
use alongside_domain::time::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// How often a commit is derived anew when others wrote about the same person meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// What follows from a page.
#[derive(Default)]
pub struct Following {
    /// The store's pages.
    pub own: Vec<OwnPage>,
    /// What they were made from.
    pub guards: Vec<Guard>,
}

/// What each member of staff is to a person.
struct Team(BTreeMap<StaffId, Author>);

impl Team {
    async fn load(app: &App, person: PersonId, plan: &PlanView) -> Result<Team, StorageError> {
        let related: BTreeSet<StaffId> = team_now(app, person).await?.into_iter().collect();
        let author = |staff: Staff| {
            let is_related = related.contains(&staff.staff);
            let scope = is_related.then(|| by_plan(app, &staff, plan).scope);
            (staff.staff, Author { staff: staff.staff, role: staff.role, scope })
        };
        Ok(Team(app.store.all_staff().await?.into_iter().map(author).collect()))
    }

    /// Someone whom nobody knows is nobody here: the least role, and not related.
    fn author(&self, staff: StaffId) -> Author {
        self.0.get(&staff).copied().unwrap_or(Author { staff, role: Role::Carer, scope: None })
    }
}

/// Whether the store answers this page with records of its own.
pub fn concerns(page: &PageToStore) -> bool {
    let mut runs = page.places.iter().zip(&page.standing);
    let concerns = runs.any(|(run, standing)| standing.is_visible() && has_read_kinds(run));
    page.page.id.channel == Channel::Care && concerns
}

fn has_read_kinds(run: &[(Link, Kind)]) -> bool {
    run.iter().any(|(_, kind)| PLAN_ASKING_KINDS.contains(kind))
}

/// What the store notes of the records of a run.
#[derive(Debug, Default)]
pub struct Notes {
    /// Times that are shown to be wrong.
    pub times: Vec<Times>,
    /// When they came in, if that was later than they were recorded.
    pub received: Option<Received>,
}

impl Notes {
    /// Whether there is nothing to note.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.received.is_none()
    }

    fn bodies(self) -> Vec<Body> {
        let times = self.times.into_iter().map(Body::Times);
        times.chain(self.received.map(Body::Received)).collect()
    }
}

/// What the store notes of a page's records, about each person of whom there is something to note.
pub type NotesOfPage = BTreeMap<PersonId, Notes>;

/// What follows from a device's page, for each person in it: what the store notes of the records, then fates.
pub async fn follow(
    app: &App,
    page: &PageToStore,
    notes: &NotesOfPage,
    now: Moment,
) -> Result<Following, PlanError> {
    let mut following = Following::default();
    if page.page.id.channel != Channel::Care {
        return Ok(following);
    }
    let runs = page.page.runs.iter().zip(&page.places).zip(&page.standing);
    for ((run, places), _) in runs.filter(|(_, standing)| standing.is_visible()) {
        let notes = match notes.get(&run.person) {
            Some(Notes { times, received }) => {
                let stream = page.page.id.stream(run.person);
                let received = without_known(app, stream, received.as_ref(), (run.first, places)).await?;
                Notes { times: times.clone(), received }
            }
            None => Notes::default(),
        };
        let mut entries = Vec::new();
        if has_read_kinds(places) {
            let is_whole = |number: &u64| {
                !page.damaged.iter().any(|one| (one.person, one.number) == (run.person, *number))
            };
            let whole = (run.first..).zip(&run.records).filter(|(number, _)| is_whole(number));
            entries = entries_of(&page.page.id, whole)?;
        }
        following.add(app, run.person, entries, notes, now).await?;
    }
    Ok(following)
}

/// When records of a run came in, without those at its ends that are here already: they came in before.
async fn without_known(
    app: &App,
    stream: StreamId,
    received: Option<&Received>,
    (first, places): (u64, &[(Link, Kind)]),
) -> Result<Option<Received>, StorageError> {
    let Some(received) = received else { return Ok(None) };
    let head = app.store.stream_head(stream).await?;
    if head.is_none_or(|head| head.number < first) {
        return Ok(Some(received.clone()));
    }
    let numbers = received.first..=received.last;
    let here = app.store.links(numbers.clone().map(|number| (stream, number)).collect()).await?;
    let is_new = |number: &u64, here: &Option<Link>| {
        let place = places.get((number - first) as usize);
        place.map(|(link, _)| link) != here.as_ref()
    };
    let new: Vec<u64> =
        numbers.zip(here).filter(|(number, here)| is_new(number, here)).map(|(number, _)| number).collect();
    let ends = new.first().zip(new.last());
    Ok(ends.map(|(first, last)| Received { first: *first, last: *last, ..received.clone() }))
}

/// The store's records of what it notes.
async fn noted(app: &App, person: PersonId, notes: Notes, now: Moment) -> Result<Vec<OwnRecord>, PlanError> {
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let (by, version) = (StaffId(app.identity.author.0), app.plans.current(app, person).await?.view.version);
    Ok(notes.bodies().into_iter().map(|body| OwnRecord::new(body, by, now, version)).collect())
}

/// What follows from a run that is released.
pub async fn follow_released(app: &App, run: &ApartRun, now: Moment) -> Result<Following, PlanError> {
    let (author, epoch, channel) = (run.author, run.epoch, run.channel);
    let mut following = Following::default();
    if channel != Channel::Care {
        return Ok(following);
    }
    let mut entries = entries_of(&PageId { author, epoch, number: 0, channel }, run.records())?;
    let recorded = entries.iter().map(|entry| (entry.id.number, entry.effective));
    let stream = StreamId { person: run.person, channel, author, epoch };
    let notes = Notes { times: Vec::new(), received: received(&stream, recorded, run.received) };
    entries.retain(|entry| PLAN_ASKING_KINDS.contains(&entry.header.kind));
    following.add(app, run.person, entries, notes, now).await?;
    Ok(following)
}

impl Following {
    /// Adds what the store notes, and what follows from these entries about a person: of the entries nothing while
    /// devices are awaited after a restore, and of an erased edit nothing ever. Whoever has not heard of the order may
    /// bring it again, and the store may have lost what it had decided.
    async fn add(
        &mut self,
        app: &App,
        person: PersonId,
        mut entries: Vec<Entry>,
        notes: Notes,
        now: Moment,
    ) -> Result<(), PlanError> {
        if !entries.is_empty() {
            let edits = entries.iter().filter(|entry| is_edit(entry)).map(|entry| entry.id).collect();
            if let Some(erased) = app.store.erased_of(person, edits).await? {
                entries.retain(|entry| !erased.contains(&entry.id));
                let edits = entries.iter().filter(|entry| is_edit(entry));
                self.guards.extend(edits.map(|entry| Guard::NotErased { person, record: entry.id }));
            } else {
                self.guards.push(Guard::Undecided { person });
                entries.clear();
            }
        }
        if entries.is_empty() && notes.is_empty() {
            return Ok(());
        }
        let notes = noted(app, person, notes, now).await?;
        let derived = derive(app, person, (entries, Asked::Now), notes, now).await?;
        self.guards.push(derived.guard);
        self.own.extend(pages(app, derived.own.into_iter().collect(), now));
        Ok(())
    }
}

fn is_edit(entry: &Entry) -> bool {
    matches!(entry.body, Body::PlanEdit(_))
}

fn entries_of<'r>(
    id: &PageId,
    records: impl Iterator<Item = (u64, &'r RecordBytes)>,
) -> Result<Vec<Entry>, StorageError> {
    records
        .map(|(number, bytes)| {
            let id = RecordRef { author: id.author, epoch: id.epoch, number, channel: id.channel };
            entries::entry_of(id, bytes)
        })
        .collect()
}

/// What the store writes about one person.
struct Derived {
    guard: Guard,
    own: Option<OwnRecords>,
    without_effect: Option<NoEffect>,
}

/// Derives what the store writes about a person: `acts` of its own first, then what follows from them and from
/// the entries of a page.
async fn derive(
    app: &App,
    person: PersonId,
    (page, asked): (Vec<Entry>, Asked),
    acts: Vec<OwnRecord>,
    now: Moment,
) -> Result<Derived, PlanError> {
    let current = app.plans.current(app, person).await?;
    let (author, epoch) = (app.identity.author, app.identity.epoch);
    let stream = StreamId { person, channel: Channel::Care, author, epoch };
    let head = app.store.stream_head(stream).await?;
    let (after, before) = head.map_or((0, Link::START), |head| (head.number, head.link));
    let guard = Guard::Position { person, position: current.position };
    let kinds = page.iter().map(|entry| entry.header.kind).chain(acts.iter().map(|act| act.header.kind));
    if asked == Asked::Now && !kinds.into_iter().any(|kind| PLAN_ASKING_KINDS.contains(&kind)) {
        let own = (!acts.is_empty()).then_some(OwnRecords {
            person,
            channel: Channel::Care,
            after,
            before,
            records: acts,
        });
        return Ok(Derived { guard, own, without_effect: None });
    }
    let team = Team::load(app, person, &current.view).await?;
    let by = StaffId(author.0);
    let derived = tokio::task::spawn_blocking(move || {
        let number = |at: usize| after + 1 + at as u64;
        let own = acts.iter().enumerate().map(|(at, act)| {
            let id = RecordRef { author, epoch, number: number(at), channel: Channel::Care };
            entries::entry_with(id, act.header.clone(), act.body.clone())
        });
        let mut read: Vec<Entry> = page.into_iter().chain(own).collect();
        times::correct(&mut read, author);
        let decided = decide(&current, (&read, asked), &team);
        let version = current.view.version;
        let follow = decided.records.into_iter().map(|body| OwnRecord::new(body, by, now, version));
        let without_effect = decided.without_effect.first().map(|(_, why)| *why);
        (acts.into_iter().chain(follow).collect::<Vec<_>>(), without_effect)
    });
    let (records, without_effect) = derived.await.map_err(|_| StorageError::Closed)?;
    let own = (!records.is_empty()).then_some(OwnRecords {
        person,
        channel: Channel::Care,
        after,
        before,
        records,
    });
    Ok(Derived { guard, own, without_effect })
}

/// When entries were asked for.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    /// In this page.
    Now,
    /// Since the backup to which the store was restored.
    SinceBackup,
}

fn decide(current: &CurrentPlan, (read, asked): (&[Entry], Asked), team: &Team) -> Decided {
    let (mut states, mut document) = (current.states.clone(), current.document.clone());
    let who = |staff: StaffId| team.author(staff);
    let mut next_version = current.next_version();
    let again = match asked {
        Asked::Now => Vec::new(),
        Asked::SinceBackup => accepted_again(&states, &mut document, &current.catalogue, next_version),
    };
    next_version += again.len() as u64;
    let mut decided = plan_fates(&mut states, &mut document, read, &current.catalogue, &who, next_version);
    decided.records.splice(0..0, again.into_iter().map(Body::PlanChange));
    for (record, why) in &decided.without_effect {
        tracing::warn!(author = %record.author, number = record.number, %why, "a decision had no effect");
    }
    decided
}

/// Something that a member of staff does on the console about a person's plan.
pub struct Act {
    /// About whom.
    pub person: PersonId,
    /// Who.
    pub by: StaffId,
    /// A plan edit, a decision or a withdrawal.
    pub body: Body,
}

/// Several at once: all of them are written, or none.
pub struct Acts {
    /// About whom.
    pub person: PersonId,
    /// Who.
    pub by: StaffId,
    /// What.
    pub bodies: Vec<Body>,
}

/// Writes an act of the console with what follows from it, durably. Says why, when it changes nothing.
pub async fn act(app: &App, act: &Act) -> Result<Option<NoEffect>, PlanError> {
    act_all(app, &Acts { person: act.person, by: act.by, bodies: vec![act.body.clone()] }).await
}

/// As [`act`], in one commit.
pub async fn act_all(app: &App, acts: &Acts) -> Result<Option<NoEffect>, PlanError> {
    let (now, person) = (app.clock.now(), acts.person);
    for _ in 0..ATTEMPTS_MAX {
        if app.store.undecided_after(person).await?.is_some() {
            return Err(PlanError::Healing);
        }
        let version = app.plans.current(app, person).await?.view.version;
        let record = |body: &Body| OwnRecord::new(body.clone(), acts.by, now, version);
        let records = acts.bodies.iter().map(record).collect();
        let derived = derive(app, person, (Vec::new(), Asked::Now), records, now).await?;
        let own = pages(app, derived.own.into_iter().collect(), now);
        let commit = Commit { own, guards: vec![derived.guard], ..Commit::default() };
        if app.store.commit(commit).await? != Committed::Moved {
            return Ok(derived.without_effect);
        }
    }
    Err(PlanError::Storage(StorageError::Busy))
}

/// Writes an act of the console into the office channel, durably.
pub async fn act_for_office(app: &App, act: &Act) -> Result<(), PlanError> {
    let now = app.clock.now();
    let (author, epoch, person) = (app.identity.author, app.identity.epoch, act.person);
    let stream = StreamId { person, channel: Channel::Office, author, epoch };
    for _ in 0..ATTEMPTS_MAX {
        let heads = app.store.heads(vec![person]).await?;
        let position =
            heads.iter().find(|head| head.channel == Channel::Office).map_or(0, |head| head.position);
        let head = app.store.stream_head(stream).await?;
        let (after, before) = head.map_or((0, Link::START), |head| (head.number, head.link));
        let version = app.plans.current(app, person).await?.view.version;
        let records = vec![OwnRecord::new(act.body.clone(), act.by, now, version)];
        let own =
            pages(app, vec![OwnRecords { person, channel: Channel::Office, after, before, records }], now);
        let guards = vec![Guard::Office { person, position }];
        if app.store.commit(Commit { own, guards, ..Commit::default() }).await? != Committed::Moved {
            return Ok(());
        }
    }
    Err(PlanError::Storage(StorageError::Busy))
}

/// A device has brought all that it keeps since a restore, or nobody waits for it any more: decides about the people
/// for whom no other device is awaited.
pub async fn hear_out(app: &App, device: AuthorId) -> Result<(), PlanError> {
    for person in app.store.hear_out(device).await? {
        settle(app, person).await?;
    }
    Ok(())
}

/// Decides what was asked for since the backup and has no fate, as far as anyone still knows.
async fn settle(app: &App, person: PersonId) -> Result<(), PlanError> {
    let now = app.clock.now();
    for _ in 0..ATTEMPTS_MAX {
        let Some(after) = app.store.undecided_after(person).await? else { return Ok(()) };
        let read = app.store.plan_runs(person, after).await?;
        let kinds = |kind: Kind| PLAN_KINDS.contains(&kind);
        let mut asked = entries::entries(&read.runs, Channel::Care, app.identity.author, kinds)?;
        asked.retain(|entry| PLAN_ASKING_KINDS.contains(&entry.header.kind));
        // Edits first, in the order in which they were brought: each before those of its author that build on it, and
        // before what is said about it.
        asked.sort_by_key(|entry| entry.header.kind);
        let resumed = resumed(app, person, now).await?;
        let derived = derive(app, person, (asked, Asked::SinceBackup), vec![resumed], now).await?;
        let own = pages(app, derived.own.into_iter().collect(), now);
        // What came after it was read has no fate yet: the person stays undecided until it is read too.
        let guards = vec![Guard::Position { person, position: read.position }, derived.guard];
        let commit = Commit { own, guards, settled: Some(person), ..Commit::default() };
        if app.store.commit(commit).await? != Committed::Moved {
            return Ok(());
        }
    }
    Err(PlanError::Storage(StorageError::Busy))
}

/// The store's word that it goes on with what is here: what it wrote before, and comes later, counts no more.
async fn resumed(app: &App, person: PersonId, now: Moment) -> Result<OwnRecord, PlanError> {
    let store = app.identity.author;
    let current = app.plans.current(app, person).await?;
    let mut here = plan_entries(&app.store.plan_runs(person, 0).await?.runs, store)?;
    here.retain(|entry| match &entry.body {
        // What it builds on may never come: its edit is taken over again.
        Body::PlanChange(change) => !current.beyond_a_gap.contains(&change.version),
        _ => true,
    });
    let version = current.view.version;
    let body = Body::PlanResumed(PlanResumed::with(&here, store));
    Ok(OwnRecord::new(body, StaffId(store.0), now, version))
}

/// Whether every record that the store would write is one that readers take.
pub fn fits(own: &[OwnPage]) -> bool {
    let records = own.iter().flat_map(|page| &page.runs).flat_map(|run| &run.records);
    records.into_iter().all(|record| record.body.len() <= RecordBytes::BODY_BYTES_MAX)
}
