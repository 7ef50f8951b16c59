//! A store that waits for its turn before each of its acts: so a simulator decides which of several requests goes
//! on, and can end the process between any two effects. Acts that a request asks for together happen one after
//! the other, each in a commit of its own.

use alongside_domain::access::break_glass::BreakGlass;
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::journal::{Link, PageId, RecordRef, Signature, StreamId};
use alongside_domain::safeguarding::routes::Council;
use alongside_domain::sync::messages::{Challenge, Cursor, Heard, OwnKinds, Recipients};
use alongside_domain::time::Moment;
use alongside_server::audit::Entry;
use alongside_server::storage::ledger::Order;
use alongside_server::storage::{
    Access, Account, ApartRun, Asked, Awaited, BroughtPage, CaseAccess, Claim, CodeAnswer, Commit, Committed,
    ConcernName, ConcernSeen, Desk, Device, DeviceCursor, EndedDevice, ErasePlan, Erased, Evidence,
    ExchangeNote, FlaggedRun, GivenTime, Kept, KeySafeSet, Later, NewAccount, NewCode, NewDevice, NewOrder,
    NumberedEntry, OpenedRecord, ReadRuns, ReadSealed, Receipted, Release, Revoke, SealedPage, Session,
    SignedHead, Staff, Store, StoredPage, StoredRun, StreamCount, StreamHead, TimedAccess, TriedCode,
    UnreadRecord, WaitingLetter, WantedEntries, WantedRuns,
};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::runtime::Runtime;

thread_local! {
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// Waits until it is polled again.
#[derive(Default)]
struct Turn {
    has_waited: bool,
}

impl Future for Turn {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.has_waited {
            return Poll::Ready(());
        }
        self.has_waited = true;
        WAITS.set(true);
        Poll::Pending
    }
}

/// Lets `work` go on until it waits for its next turn, or ends: then its result.
pub fn take_turn<T>(runtime: &Runtime, work: &mut Pin<Box<dyn Future<Output = T>>>) -> Option<T> {
    WAITS.set(false);
    runtime.block_on(poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if WAITS.take() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    }))
}

/// A store whose acts each wait for a turn.
#[derive(Clone)]
pub struct Gated<S>(pub Arc<S>);

macro_rules! gated {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        impl<S: Store> Store for Gated<S> {
            $(fn $name(&self, $($argument: $type),*) -> Later<'_, $answer> {
                Box::pin(async move {
                    Turn::default().await;
                    self.0.$name($($argument),*).await
                })
            })+
        }
    };
}

gated! {
    probe() -> ();
    set_administrator_token(hash: [u8; 32]) -> ();
    administrator_token() -> Option<[u8; 32]>;
    add_staff(staff: Staff, account: Option<NewAccount>) -> ();
    staff(staff: StaffId) -> Option<Staff>;
    set_employer(staff: StaffId, organisation: String, agency: bool) -> bool;
    all_staff() -> Vec<Staff>;
    add_person(person: PersonId) -> ();
    people() -> Vec<PersonId>;
    set_care_team(person: PersonId, staff: StaffId, on: bool) -> bool;
    access_of(staff: StaffId) -> Access;
    care_team(person: PersonId) -> Vec<StaffId>;
    give_time(access: TimedAccess) -> bool;
    end_time(id: i64, person: PersonId, by: StaffId, at: Moment) -> bool;
    times_of(staff: StaffId) -> Vec<GivenTime>;
    times_about(person: PersonId) -> Vec<GivenTime>;
    set_key_safe(set: KeySafeSet) -> bool;
    key_safes(people: Vec<PersonId>) -> Vec<KeySafeSet>;
    note_key_safes_given(staff: StaffId, people: Vec<PersonId>, at: Moment) -> ();
    key_safe_given(person: PersonId) -> Vec<(StaffId, Moment)>;
    add_code(code: NewCode) -> ();
    try_code(tried: TriedCode) -> CodeAnswer;
    enrol_device(code: String, device: NewDevice) -> bool;
    device(device: AuthorId) -> Option<Device>;
    devices() -> Vec<Device>;
    directory_after(version: u64) -> Vec<(u64, Vec<u8>)>;
    take_challenge(device: AuthorId, challenge: Challenge, not_before: Moment) -> bool;
    give_challenge(device: AuthorId, challenge: Challenge, now: Moment) -> ();
    device_cursors(device: AuthorId) -> Vec<DeviceCursor>;
    heard_for(device: AuthorId) -> (Vec<Heard>, u64);
    note_exchange(exchange: ExchangeNote) -> ();
    former_heads(epoch: Epoch) -> Vec<Cursor>;
    undecided_after(person: PersonId) -> Option<u64>;
    has_decided_since_restore(person: PersonId) -> bool;
    awaited() -> Vec<Awaited>;
    hear_out(device: AuthorId) -> Vec<PersonId>;
    bring_device(device: NewDevice) -> bool;
    bring(page: BroughtPage) -> Committed;
    is_backed_up(device: AuthorId, has: Vec<Cursor>) -> bool;
    commit(commit: Commit) -> Committed;
    revoke(revoke: Revoke) -> bool;
    ended_devices() -> Vec<EndedDevice>;
    receipted_before(device: AuthorId) -> Vec<Receipted>;
    revocations_after(version: u64) -> Vec<(u64, Vec<u8>)>;
    order_wipe(device: AuthorId, by: StaffId, at: Moment) -> bool;
    note_wiped(device: AuthorId, at: Moment) -> ();
    apart() -> Vec<ApartRun>;
    evidence() -> Vec<Evidence>;
    flagged() -> Vec<FlaggedRun>;
    release(release: Release) -> Committed;
    keep_apart(id: i64, decided: Kept) -> bool;
    erase(order: NewOrder) -> Erased;
    erase_plan(erase: ErasePlan) -> Erased;
    orders_waiting() -> Vec<Order>;
    erased_of(person: PersonId, records: Vec<RecordRef>) -> Option<BTreeSet<RecordRef>>;
    unread_plan(person: PersonId, store: AuthorId) -> Vec<UnreadRecord>;
    erasures_after(version: u64) -> Vec<Erasure>;
    orders() -> Vec<Order>;
    set_recipients(staff: Vec<StaffId>) -> ();
    set_council(council: Council) -> ();
    recipients() -> Recipients;
    set_own_kinds(after: u32, own: OwnKinds, at: Moment) -> bool;
    own_kinds_version() -> u32;
    own_kinds() -> Option<OwnKinds>;
    desk(staff: StaffId) -> Option<Desk>;
    keep_desk(desk: Desk, device: NewDevice) -> ();
    waiting_letters(device: AuthorId) -> Vec<WaitingLetter>;
    give_letters(device: AuthorId, pages: Vec<i64>, now: Moment) -> ();
    acknowledge(concern: ConcernName, at: Moment) -> ();
    asked(concern: ConcernName) -> Option<Asked>;
    set_case_access(access: CaseAccess) -> ();
    case_access_of(staff: StaffId) -> Vec<CaseAccess>;
    note_case_pages(pages: Vec<ConcernName>, case: ConcernName) -> ();
    is_admitted(staff: StaffId) -> bool;
    note_seen(seen: ConcernSeen) -> ();
    concern_seen(concern: ConcernName) -> Vec<ConcernSeen>;
    commit_sealed(page: SealedPage) -> Committed;
    sealed_for(device: AuthorId, has: Vec<Cursor>, bytes_max: usize) -> ReadSealed;
    is_with_recipient(page: PageId, seal: Signature) -> bool;
    heads(people: Vec<PersonId>) -> Vec<Cursor>;
    runs(wanted: Vec<WantedRuns>, without: BTreeSet<Signature>, bytes_max: usize) -> Vec<ReadRuns>;
    plan_runs(person: PersonId, after: u64) -> ReadRuns;
    pages(rows: Vec<i64>) -> Vec<StoredPage>;
    audit(entries: Vec<Entry>) -> ();
    audit_entries(wanted: WantedEntries) -> Vec<NumberedEntry>;
    audit_head_before(at: Moment) -> Option<(u64, Link)>;
    audit_number(link: Link) -> Option<u64>;
    former_audit_end(epoch: Epoch) -> Option<Moment>;
    audit_was_restored() -> bool;
    keep_audit_head(head: SignedHead) -> ();
    note_audit_claim(claim: Claim) -> bool;
    audit_claims() -> Vec<Claim>;
    open_break_glass(grant: BreakGlass, entry: Entry) -> ();
    break_glass_of(staff: StaffId, now: Moment) -> Vec<OpenedRecord>;
    end_break_glass(id: i64, at: Moment) -> bool;
    stream_head(stream: StreamId) -> Option<StreamHead>;
    links(records: Vec<(StreamId, u64)>) -> Vec<Option<Link>>;
    runs_of(records: Vec<(StreamId, u64)>) -> Vec<Option<StoredRun>>;
    streams(person: PersonId) -> Vec<StreamCount>;
    account(username: String) -> Option<Account>;
    note_sign_in(staff: StaffId, failed_at: Option<Moment>) -> ();
    add_session(session: Session) -> ();
    session(token_hash: [u8; 32]) -> Option<Session>;
    touch_session(token_hash: [u8; 32], now: Moment) -> ();
    end_session(token_hash: [u8; 32]) -> ();
}
