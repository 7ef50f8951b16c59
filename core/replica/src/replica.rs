//! The facade that a shell sees: open, enrol, record, edit the plan, sync. What screens read is in `views`.

use crate::absorb::{AbsorbError, absorb, leave};
use crate::clock::{Clock, Heard, best_time, time_at_least};
use crate::compose::{self, Sent};
use crate::draft::{Draft, check_command, check_draft, check_length};
use crate::driver::{
    self,
    transport::{BestTime, Transport, TransportError},
};
use crate::exchange::Exchange;
use crate::identity::{EnrolTicket, Identity, Me, PinnedServer};
use crate::keystore::Keystore;
use crate::lease::Lease;
use crate::open_pages::OpenPages;
use crate::person::{PersonCare, entry_of_new};
use crate::person_plan::{PersonPlan, Viewer, is_about_the_plan};
use crate::plan_steps::{PlanUpdateError, update_plan};
use crate::random::Random;
use crate::reading::is_fact_of_care;
use crate::recorded::{Recorded, wake_after};
use crate::recorder::{Circumstances, append};
use crate::store::{Store, StoreError, Vocabulary};
use crate::wipe::finish_begun;
use alongside_domain::care::check::ObservationError;
use alongside_domain::care::fields::PlanFieldError;
use alongside_domain::care::needed::NotSaid;
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::body::{EditDecision, EditWithdrawal, PlanEdit};
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{Body, Category, Channel, Header, Kind, PlanSeen, RecordBytes, RecordRef};
use alongside_domain::plan::added::check_added;
use alongside_domain::plan::edit::Command;
use alongside_domain::safeguarding::concern::ConcernError;
use alongside_domain::sync::certificate::Holder;
use alongside_domain::sync::machine::{NoAnswer, Outcome};
use alongside_domain::sync::messages::{Challenge, EnrolRefusal, Exchanged};
use alongside_domain::sync::pace::Pace;
use alongside_domain::time::Moment;
use alongside_domain::together::consistent::check_together;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Where a replica lives, and the parts of the platform that it uses.
pub struct OpenConfig {
    /// The folder of its database.
    pub folder: PathBuf,
    /// Where the key of the database is kept.
    pub keystore: Arc<dyn Keystore>,
    /// The phone's clocks.
    pub clock: Arc<dyn Clock>,
    /// Where keys, names and secrets are drawn from.
    pub random: Arc<dyn Random>,
}

/// One device's copy of the care of the people that its holder looks after. Cheap to clone.
#[derive(Clone)]
pub struct Replica {
    pub(crate) inner: Arc<Inner>,
}

/// Why something was not recorded. Nothing was stored; the draft is still the caller's.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Enrol first.
    #[error("this phone is not enrolled yet")]
    NotEnrolled,
    /// Nobody of this name is on this phone, or access to them has ended. What someone saw or did is recorded all the
    /// same; only what needs the plan is refused.
    #[error("this person is not on this phone: sync, or ask the office")]
    UnknownPerson,
    /// The phone has not reached the server for longer than the lease. What is recorded is kept all the same.
    #[error(
        "this phone has not reached the office for {hours} hours: connect it to see people again; what you record is kept"
    )]
    Locked {
        /// How long the lease is.
        hours: i64,
    },
    /// The holder's PIN is asked for first. What is recorded is kept all the same.
    #[error("this phone is locked: enter the PIN; what you record is kept")]
    AskPin,
    /// The observation does not fit its kind.
    #[error(transparent)]
    Observation(#[from] ObservationError),
    /// A record that does not say what it is for.
    #[error(transparent)]
    NotSaid(#[from] NotSaid),
    /// A text or list that is too long.
    #[error("the record is too long: {bytes} of at most {bytes_max} bytes; shorten the note")]
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        bytes_max: usize,
    },
    /// A time later than now.
    #[error("the time it was seen is later than now: correct the time")]
    InTheFuture,
    /// Only the server writes records of this kind, or they have a call of their own.
    #[error("records of this kind are not written by this call")]
    NotYours,
    /// Its channel is not open to the holder of this phone.
    #[error(
        "this is not for you: office notes are for supervisors and managers, concerns for their recipients"
    )]
    NotForYou,
    /// No visit of the holder is near, no code is set, or the phone has not reached the server since it was.
    #[error("the code of the key safe is not on this phone now: ring the office")]
    NoKeySafe,
    /// What it says stands in the plan.
    #[error("the plan of this person is not shared with your organisation: ask the office")]
    PlanNotShared,
    /// Nobody who may receive it, but those whom it leaves out, has a device that is known here.
    #[error("nobody can receive this concern: ring the office, or the council's safeguarding team")]
    NobodyToTell,
    /// A concern, or a call about one, that lacks something or is too long.
    #[error(transparent)]
    Concern(#[from] ConcernError),
    /// A command that does not fit its field: it would wait at the server and help nobody.
    #[error(transparent)]
    PlanField(#[from] PlanFieldError),
    /// There is no template of this code.
    #[error("there is no such template: choose one of the list")]
    UnknownTemplate,
    /// An edit without commands, or with too many.
    #[error("an edit has 1 to {max} commands", max = PlanEdit::COMMANDS_MAX)]
    Commands,
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a device could not join.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// It has joined before.
    #[error("this phone is enrolled already")]
    AlreadyEnrolled,
    /// The code.
    #[error(transparent)]
    Refused(#[from] EnrolRefusal),
    /// The network, or the wrong server.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    /// The ticket.
    #[error(transparent)]
    Ticket(#[from] TransportError),
    /// The server's certificates are not the organisation's.
    #[error("the server's certificate is not signed by the organisation: ask the office for a new ticket")]
    NotTheOrganisation,
    /// This app was emptied by order of the organisation.
    #[error("this phone was emptied by order of the organisation: close the app and open it again")]
    Wiped,
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a sync went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncReport {
    /// How it ended.
    pub outcome: Outcome,
    /// Own records that the server does not have yet.
    pub waiting: u64,
}

pub(crate) struct Inner {
    state: Mutex<State>,
    pub(crate) clock: Arc<dyn Clock>,
    heard: Arc<Mutex<Option<Heard>>>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) syncing: Arc<tokio::sync::Mutex<()>>,
    changes: watch::Sender<u64>,
    pub(crate) pace: Mutex<Pace>,
    pub(crate) folder: PathBuf,
    pub(crate) keystore: Arc<dyn Keystore>,
}

pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) identity: Option<Arc<Identity>>,
    pub(crate) open_pages: OpenPages,
    pub(crate) plans: HashMap<PersonId, PersonPlan>,
    pub(crate) people: HashMap<PersonId, PersonCare>,
    pub(crate) sent: Sent,
    /// What was asked for last was asked by the database that is damaged.
    pub(crate) is_answer_outdated: bool,
    /// The concern that was sent last: those behind it go first the next time.
    concern_sent: Epoch,
    /// The last edit whose fate was asked for: those behind it are asked for first the next time.
    edit_asked: i64,
    /// How long screens may show what is here, as it was written down last.
    pub(crate) lease: Lease,
    /// Screens show nothing until the PIN is given.
    pub(crate) asks_pin: bool,
    /// When the first code of a key safe is to be deleted.
    pub(crate) key_safe_end: Option<Moment>,
    /// What was here was destroyed by order of the organisation.
    pub(crate) is_wiped: bool,
    /// Who holds each device, as verified; nothing when the directory has changed since.
    pub(crate) holders: Option<Arc<BTreeMap<AuthorId, Holder>>>,
}

/// Keys of single values in the database.
const IDENTITY: &str = "identity";
const CHALLENGE: &str = "challenge";
const HEARD: &str = "heard";
/// Key of the [`Lease`].
pub(crate) const LEASE: &str = "lease";
/// Key of whether this device is no longer enrolled.
pub(crate) const ENDED: &str = "ended";

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Replica {
    /// Opens the replica in its folder, or makes an empty one.
    pub fn open(config: OpenConfig) -> Result<Replica, StoreError> {
        Replica::open_with(config, Vocabulary::whole())
    }

    /// Opens it as a version of the app would that does not know these kinds of records yet.
    #[doc(hidden)]
    pub fn open_as_before(config: OpenConfig, kinds: &[Kind]) -> Result<Replica, StoreError> {
        Replica::open_with(config, Vocabulary::without(kinds))
    }

    fn open_with(config: OpenConfig, vocabulary: Vocabulary) -> Result<Replica, StoreError> {
        finish_begun(&config.folder, config.keystore.as_ref())?;
        let (keystore, random) = (config.keystore.as_ref(), config.random.as_ref());
        let mut store = Store::open(&config.folder, keystore, random, vocabulary)?;
        let identity = store.meta::<Identity>(IDENTITY)?.map(Arc::new);
        read_what_is_new(&mut store, identity.as_deref());
        let heard: Option<Heard> = store.meta(HEARD)?;
        let lease = store.meta(LEASE)?.unwrap_or_else(|| Lease::first(heard.as_ref()));
        let heard = Arc::new(Mutex::new(heard));
        // A damaged page there must not keep the rest from being shown: what is over is looked for at the first look.
        let key_safe_end = store.next_key_safe_end().unwrap_or(Some(Moment(i64::MIN)));
        let asks_pin = crate::pin::is_set(&store)?;
        let state = State {
            store,
            identity,
            asks_pin,
            open_pages: OpenPages::new(Arc::clone(&config.random)),
            plans: HashMap::new(),
            people: HashMap::new(),
            sent: Sent::default(),
            lease,
            key_safe_end,
            is_wiped: false,
            concern_sent: Epoch([0; 8]),
            is_answer_outdated: false,
            edit_asked: 0,
            holders: None,
        };
        let inner = Inner {
            state: Mutex::new(state),
            clock: config.clock,
            heard,
            random: config.random,
            syncing: Arc::default(),
            changes: watch::Sender::new(0),
            pace: Mutex::default(),
            folder: config.folder,
            keystore: config.keystore,
        };
        Ok(Replica { inner: Arc::new(inner) })
    }

    /// Joins the organisation of the ticket.
    pub async fn enrol(&self, ticket: &EnrolTicket) -> Result<Me, EnrolError> {
        let one_at_a_time = Arc::clone(&self.inner.syncing).lock_owned().await;
        self.inner.check_may_enrol()?;
        let enrolment = self.enrolment(ticket, one_at_a_time);
        let server = enrolment.server();
        let transport = Transport::to(server, self.inner.best_time_for(server))?;
        let answer = transport.enrol(enrolment.request()).await;
        self.finish_enrolment(enrolment, answer)
    }

    /// Who this device is; nothing before it has enrolled.
    pub fn me(&self) -> Option<Me> {
        self.inner.state().identity.as_ref().and_then(|identity| identity.me().ok().cloned())
    }

    /// The best knowledge of the time.
    pub fn now(&self) -> Moment {
        self.inner.now()
    }

    /// Records what someone saw or did. Durable on this phone when it returns. Also about somebody whom this phone
    /// does not show: the server then keeps it, for a manager where the author was never on the care team.
    pub fn record(&self, person: PersonId, draft: Draft) -> Result<Recorded, RecordError> {
        let recorded = match self.inner.record(person, draft.clone()) {
            // What someone saw must not wait for a mended phone.
            Err(RecordError::Store(StoreError::Damaged)) => {
                self.inner.mend()?;
                self.inner.record(person, draft)?
            }
            recorded => recorded?,
        };
        self.inner.changed();
        Ok(recorded)
    }

    /// Edits the plan, or proposes the edit where its author may not make it: the server then holds it for
    /// whoever may decide.
    pub fn edit_plan(
        &self,
        person: PersonId,
        commands: Vec<Command>,
        reason: &str,
    ) -> Result<RecordRef, RecordError> {
        if commands.is_empty() || commands.len() > PlanEdit::COMMANDS_MAX {
            return Err(RecordError::Commands);
        }
        let catalogue = self.catalogue();
        commands.iter().try_for_each(|command| check_command(&catalogue, command))?;
        let base = self.inner.plan_base(person, &commands)?;
        let edit = PlanEdit { base, commands, reason: reason.to_owned() };
        Ok(self.record(person, Draft { body: Body::PlanEdit(edit), observed: None })?.id)
    }

    /// Decides on a held edit.
    pub fn decide_edit(
        &self,
        person: PersonId,
        edit: RecordRef,
        accept: bool,
        reason: &str,
    ) -> Result<RecordRef, RecordError> {
        let decision = EditDecision { edit, accept, reason: reason.to_owned() };
        Ok(self.record(person, Draft { body: Body::EditDecision(decision), observed: None })?.id)
    }

    /// Takes back one's own held edit.
    pub fn withdraw_edit(&self, person: PersonId, edit: RecordRef) -> Result<RecordRef, RecordError> {
        Ok(self
            .record(person, Draft { body: Body::EditWithdrawal(EditWithdrawal { edit }), observed: None })?
            .id)
    }

    /// Sends what waits and fetches what is new. Calls at the same time wait for one another.
    pub async fn sync(&self) -> Result<SyncReport, RecordError> {
        let one_at_a_time = Arc::clone(&self.inner.syncing).lock_owned().await;
        let identity = self.inner.identity()?;
        let best_time = self.inner.best_time_for(&identity.server);
        let exchange = Exchange::new(Arc::clone(&self.inner), one_at_a_time);
        let outcome = match Transport::to(&identity.server, best_time) {
            Ok(transport) => driver::run(exchange, transport).await,
            Err(_) => Outcome::NoAnswer(NoAnswer::Unreachable),
        };
        self.inner.changed();
        let waiting = self.inner.state().store.waiting(identity.device)?;
        Ok(SyncReport { outcome, waiting })
    }

    /// Reads the whole database file: an error says that a page of it has changed since it was written.
    pub fn check_file(&self) -> Result<(), StoreError> {
        self.inner.state().store.check_integrity()
    }

    /// Goes on with a new database that holds what can be read of the damaged one, which stays beside it. Syncs do it
    /// by themselves when they meet the damage; a screen may ask for it when it does.
    pub fn mend(&self) -> Result<(), StoreError> {
        self.inner.mend()?;
        self.inner.changed();
        Ok(())
    }

    /// A number that grows with each change of state; wait for it instead of polling.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }
}

impl Inner {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn now(&self) -> Moment {
        best_time(lock(&self.heard).as_ref(), self.clock.as_ref())
    }

    pub(crate) fn last_heard(&self) -> Option<Moment> {
        lock(&self.heard).as_ref().map(Heard::server)
    }

    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// A device enrols once; one that was emptied has nowhere to keep anything until it is opened anew.
    pub(crate) fn check_may_enrol(&self) -> Result<(), EnrolError> {
        let state = self.state();
        if state.is_wiped {
            return Err(EnrolError::Wiped);
        }
        if state.identity.is_some() { Err(EnrolError::AlreadyEnrolled) } else { Ok(()) }
    }

    pub(crate) fn heard(&self) -> Option<Heard> {
        *lock(&self.heard)
    }

    /// As if the server had never been heard.
    pub(crate) fn forget_heard(&self) {
        *lock(&self.heard) = None;
    }

    pub(crate) fn identity(&self) -> Result<Arc<Identity>, RecordError> {
        self.state().identity.clone().ok_or(RecordError::NotEnrolled)
    }

    /// For the check of the server's certificate: before the server was ever heard, the ticket's time counts.
    fn best_time_for(&self, server: &PinnedServer) -> BestTime {
        let (heard, clock, issued) = (Arc::clone(&self.heard), Arc::clone(&self.clock), server.issued);
        Arc::new(move || match lock(&heard).as_ref() {
            None => issued,
            Some(heard) => best_time(Some(heard), clock.as_ref()).max(issued),
        })
    }

    pub(crate) fn join(
        &self,
        identity: Identity,
        challenge: Challenge,
        server_time: Moment,
    ) -> Result<(), StoreError> {
        let heard = Heard::now(server_time, self.clock.as_ref());
        let mut state = self.state();
        state.store.transact(|store| {
            store.set_meta(CHALLENGE, &challenge)?;
            store.set_meta(HEARD, &heard)?;
            store.set_meta(IDENTITY, &identity)
        })?;
        // Who the phone is must not be lost with a damaged log.
        state.store.empty_log()?;
        state.identity = Some(Arc::new(identity));
        state.lease = Lease::first(Some(&heard));
        *lock(&self.heard) = Some(heard);
        self.changed();
        Ok(())
    }

    fn record(&self, person: PersonId, draft: Draft) -> Result<Recorded, RecordError> {
        self.identity()?;
        check_draft(&draft, &self.catalogue(), self.now())?;
        self.keep(person, draft)
    }

    /// Records what was checked.
    pub(crate) fn keep(&self, person: PersonId, draft: Draft) -> Result<Recorded, RecordError> {
        let identity = self.identity()?;
        let mut state = self.state();
        self.keep_time(&mut state)?;
        let may_see = state.store.may_see(person)?;
        if !may_see && !is_fact_of_care(&draft.body) {
            return Err(RecordError::UnknownPerson);
        }
        if may_see {
            // What is read to say what the record meets is read before it is saved: an error then says that it is not.
            state.person(person, self.now())?;
        }
        let signs = state.signs_of(person, may_see, &draft.body)?;
        let (header, bytes) = self.write(&mut state, &identity, person, &draft)?;
        let id = state.append_care(person, &header, &bytes, &draft.body)?;
        let (recorded, wake) = (header.recorded, wake_after(&draft.body));
        state.add(person, entry_of_new(id, header, draft.body))?;
        let (id, met) = if may_see { self.met_by_saved(&mut state, person, id)? } else { (id, Vec::new()) };
        Ok(Recorded { id, recorded, met, signs, wake }.at_once_if_alarm())
    }

    /// What is to be stored of a draft.
    pub(crate) fn write(
        &self,
        state: &mut State,
        identity: &Identity,
        person: PersonId,
        draft: &Draft,
    ) -> Result<(Header, RecordBytes), RecordError> {
        let me = identity.me().map_err(|_| RecordError::NotEnrolled)?;
        let plan_seen = state.plan_of(person)?.plan_seen();
        let heard = *lock(&self.heard);
        let circumstances =
            Circumstances::now(me.staff, plan_seen, draft.observed, heard.as_ref(), self.clock.as_ref());
        let header = circumstances.header(&draft.body);
        let bytes = RecordBytes::of(&header, &draft.body);
        check_length(draft, &bytes)?;
        Ok((header, bytes))
    }

    /// What an edit starts from. Commands that would leave that plan inconsistent are refused.
    fn plan_base(&self, person: PersonId, commands: &[Command]) -> Result<PlanSeen, RecordError> {
        let mut state = self.state();
        if !state.store.may_see(person)? {
            return Err(RecordError::UnknownPerson);
        }
        if !state.store.scope(person)?.reads(Category::PLAN) {
            return Err(RecordError::PlanNotShared);
        }
        let catalogue = Arc::clone(state.store.catalogue());
        let plan = state.plan_of(person)?;
        check_added(&catalogue, &plan.shown.view, commands)?;
        check_together(&plan.shown.view, commands)?;
        Ok(plan.plan_seen())
    }

    /// Drops what was kept long enough about people whom the phone has forgotten.
    fn drop_what_is_due(&self, state: &mut State) -> Result<(), StoreError> {
        let Some(heard) = self.heard() else { return Ok(()) };
        let now = time_at_least(&heard, self.clock.as_ref());
        if !state.store.has_bytes_due(now)? {
            return Ok(());
        }
        state.transact(|store, _, _| store.drop_bytes_due(now))?;
        if let Err(error) = state.store.empty_log() {
            tracing::warn!(%error, "the database's log could not be emptied");
        }
        Ok(())
    }

    pub(crate) fn compose_request(&self, all_cursors: bool) -> Result<Vec<u8>, StoreError> {
        let mut state = self.state();
        self.drop_what_is_due(&mut state)?;
        let damaged = state.transact(|store, identity, pages| {
            pages.cut(store, identity)?;
            store.put_told_pages_together(identity)
        })?;
        for person in &damaged {
            state.plans.remove(person);
            state.people.remove(person);
        }
        let sealed = state.store.sealed_to_send(state.concern_sent)?;
        state.concern_sent = sealed.last.unwrap_or(state.concern_sent);
        let State { store, identity, sent, edit_asked, .. } = &mut *state;
        let identity = identity.as_ref().expect("only an enrolled device syncs");
        let edits;
        (edits, *edit_asked) = store.edits_to_ask_for(*edit_asked)?;
        let clock = self.clock.as_ref();
        let (request, carried) = compose::request(store, identity, all_cursors, clock, sealed, edits)?;
        *sent = carried;
        state.is_answer_outdated = false;
        Ok(request)
    }

    /// What a device says last, once it has destroyed what it held.
    pub(crate) fn last_request(&self) -> Result<Vec<u8>, StoreError> {
        compose::last_request(&self.state().store, self.clock.as_ref())
    }

    /// Takes the stored challenge; it is good for one request.
    pub(crate) fn take_challenge(&self) -> Result<Challenge, RecordError> {
        Ok(self.state().store.meta(CHALLENGE)?.unwrap_or(Challenge([0; 16])))
    }

    /// Stores an answer. Whether pages are left that no request has carried yet.
    pub(crate) fn absorb(&self, exchanged: &Exchanged) -> Result<bool, AbsorbError> {
        let heard = Heard::now(exchanged.server_time, self.clock.as_ref());
        let mut state = self.state();
        if state.is_answer_outdated {
            return Err(AbsorbError::Outdated);
        }
        let sent = std::mem::take(&mut state.sent);
        let lease = Lease::from(exchanged.server_time, exchanged.terms.lease_ms());
        let (grown, gone, left, key_safe_end) =
            state.transact(|store, identity, pages| -> Result<_, AbsorbError> {
                pages.cut(store, identity)?;
                let mut grown = absorb(store, identity, exchanged, &sent)?;
                let writer = identity.store_subject()?.author;
                for person in &people_in(exchanged, writer) {
                    keep_plan_up_to_date(store, *person, writer)?;
                }
                store.set_meta(CHALLENGE, &exchanged.challenge)?;
                store.set_meta(HEARD, &heard)?;
                store.set_meta(LEASE, &lease)?;
                let gone = leave(store, identity, exchanged)?;
                if !exchanged.more {
                    grown.extend(pages.send_strays(store, identity)?);
                }
                let had_codes = store.set_key_safes(exchanged.key_safes.as_deref().unwrap_or_default())?;
                if had_codes {
                    store.owe_empty_log()?;
                }
                let left = store.count_waiting_pages()?.1 > 0 || store.extracts_left()? > 0;
                Ok((grown, gone, left, store.next_key_safe_end()?))
            })?;
        if let Err(error) = state.store.empty_log_if_owed() {
            tracing::warn!(%error, "the database's log could not be emptied: the next sync tries again");
        }
        state.lease = lease;
        state.key_safe_end = key_safe_end;
        if exchanged.own_kinds.is_some() {
            state.take_up_kinds();
        }
        for person in grown.union(&gone) {
            state.plans.remove(person);
            state.people.remove(person);
        }
        if !exchanged.directory.is_empty() {
            state.holders = None;
        }
        if (!gone.is_empty() || !exchanged.erasures.is_empty())
            && let Err(error) = state.store.empty_log()
        {
            // It holds what was deleted, encrypted, until it is written over.
            tracing::warn!(%error, "the database's log could not be emptied");
        }
        *lock(&self.heard) = Some(heard);
        drop(state);
        self.changed();
        Ok(left)
    }
}

/// The people about whom an author's records came.
fn people_in(exchanged: &Exchanged, author: AuthorId) -> BTreeSet<PersonId> {
    let extracts = exchanged.extracts.iter().filter(|extract| extract.id.author == author);
    let runs = extracts.flat_map(|extract| &extract.parts).filter_map(|part| match part {
        Part::Open(run) => Some(run.person),
        Part::Hidden(_) => None,
    });
    runs.collect()
}

/// Takes up what an earlier version of the app kept and could not read. What is here is shown in any case.
pub(crate) fn read_what_is_new(store: &mut Store, identity: Option<&Identity>) {
    let noted = store.is_noted().map_err(AbsorbError::from).and_then(|is_noted| match is_noted {
        true => Ok(()),
        false => note_what_is_new(store, identity),
    });
    if let Err(error) = noted {
        tracing::warn!(%error, "what can be read now is taken up at the next start");
    }
}

fn note_what_is_new(store: &mut Store, identity: Option<&Identity>) -> Result<(), AbsorbError> {
    store.transact(|store| {
        let people = store.note_what_can_be_read_now()?;
        let Some(identity) = identity else { return Ok(()) };
        let writer = identity.store_subject()?.author;
        people.into_iter().try_for_each(|person| keep_plan_up_to_date(store, person, writer))
    })
}

/// A plan that cannot be brought up to date must not keep records from arriving.
fn keep_plan_up_to_date(store: &mut Store, person: PersonId, writer: AuthorId) -> Result<(), AbsorbError> {
    match update_plan(store, person, writer) {
        Ok(()) => Ok(()),
        Err(PlanUpdateError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::error!(%person, %error, "the plan could not be brought up to date");
            Ok(())
        }
    }
}

impl State {
    /// A person's plan, read from the store when it is not in memory.
    pub(crate) fn plan_of(&mut self, person: PersonId) -> Result<&mut PersonPlan, RecordError> {
        let viewer = self.viewer()?;
        match self.plans.entry(person) {
            Entry::Occupied(plan) => Ok(plan.into_mut()),
            Entry::Vacant(vacant) => Ok(vacant.insert(PersonPlan::load(&self.store, person, &viewer)?)),
        }
    }

    /// A person's care, read from the store when it is not in memory.
    pub(crate) fn person(&mut self, person: PersonId, now: Moment) -> Result<&mut PersonCare, RecordError> {
        let writer = self.viewer()?.store;
        match self.people.entry(person) {
            Entry::Occupied(care) => Ok(care.into_mut()),
            Entry::Vacant(vacant) => Ok(vacant.insert(PersonCare::load(&self.store, person, writer, now)?)),
        }
    }

    /// A person's care, if it is in memory.
    pub(crate) fn in_memory(&self, person: PersonId) -> Option<&PersonCare> {
        self.people.get(&person)
    }

    /// Adds a record that was just made to what is in memory; the rest is read with it when it is needed.
    pub(crate) fn add(
        &mut self,
        person: PersonId,
        entry: alongside_domain::journal::Entry,
    ) -> Result<(), RecordError> {
        let viewer = self.viewer()?;
        if is_about_the_plan(&entry.body)
            && let Some(plan) = self.plans.get_mut(&person)
            && let Err(error) = plan.add(entry.clone(), &self.store, person, &viewer)
        {
            // The record is saved: an error here would have it saved again. Whoever looks next reads the plan anew.
            tracing::warn!(%error, "the plan could not be read with what was just saved");
            self.plans.remove(&person);
        }
        if let Some(care) = self.people.get_mut(&person) {
            care.add(entry);
        }
        Ok(())
    }

    pub(crate) fn viewer(&self) -> Result<Viewer, RecordError> {
        let identity = self.identity.as_ref().ok_or(RecordError::NotEnrolled)?;
        let me = identity.me().map_err(|_| RecordError::NotEnrolled)?;
        let store = identity.store_subject().map_err(|_| RecordError::NotEnrolled)?.author;
        Ok(Viewer { device: me.device, staff: me.staff, role: me.role, store })
    }

    /// As if the app had just started.
    #[cfg(test)]
    pub(crate) fn forget_open_pages_for_tests(&mut self) {
        self.open_pages.forget();
    }

    /// Stores a record at the end of this device's stream about a person in a channel.
    pub(crate) fn append(
        &mut self,
        person: PersonId,
        channel: Channel,
        header: &Header,
        bytes: &RecordBytes,
    ) -> Result<RecordRef, StoreError> {
        self.transact(|store, identity, pages| append(store, identity, pages, person, channel, header, bytes))
    }

    /// Does `act` in one transaction, durable when this returns. Only an enrolled device has anything to keep.
    pub(crate) fn transact<T, E: From<StoreError>>(
        &mut self,
        act: impl FnOnce(&mut Store, &Identity, &mut OpenPages) -> Result<T, E>,
    ) -> Result<T, E> {
        let State { store, identity, open_pages, .. } = self;
        let identity = identity.as_ref().expect("only an enrolled device records and syncs");
        let done = store.transact(|store| act(store, identity, open_pages));
        if done.is_err() {
            open_pages.forget();
        }
        done
    }
}

impl State {
    /// Who holds each device whose certificate is here.
    pub(crate) fn holders(&mut self) -> Result<Arc<BTreeMap<AuthorId, Holder>>, StoreError> {
        if let Some(holders) = &self.holders {
            return Ok(Arc::clone(holders));
        }
        let holders = Arc::new(self.verified_holders()?);
        self.holders = Some(Arc::clone(&holders));
        Ok(holders)
    }

    fn verified_holders(&self) -> Result<BTreeMap<AuthorId, Holder>, StoreError> {
        let Some(identity) = &self.identity else { return Ok(BTreeMap::new()) };
        let Ok(store) = identity.store_subject() else { return Ok(BTreeMap::new()) };
        let subjects = self
            .store
            .directory()?
            .into_iter()
            .filter_map(move |certificate| certificate.verify(&store.key).ok());
        Ok(subjects.filter_map(|subject| Some((subject.author, subject.holder?))).collect())
    }
}
