//! What every store must do, whatever it is made of. A new store calls [`holds_for`] with its own maker.

use super::*;
use crate::audit::{TrailHead, What, Who};
use crate::secret::{OsRandom, Random};
use alongside_domain::ids::Epoch;
use alongside_domain::journal::StreamId;
use alongside_domain::journal::body::Role;
use alongside_domain::journal::{
    Channel, Kind, Link, Page, PageId, PageSecret, PublicKey, RecordBytes, Run, Signature,
};
use alongside_domain::safeguarding::routes::Council;
use alongside_domain::sync::messages::{AuditHead, OwnKinds};
use std::collections::BTreeSet;
use std::sync::Arc;

const NOW: Moment = Moment(1_000_000);
const GRACE: PersonId = PersonId([1; 16]);
const HAROLD: PersonId = PersonId([2; 16]);
const AMINA: StaffId = StaffId([3; 16]);
const BETH: StaffId = StaffId([4; 16]);
const PHONE: AuthorId = AuthorId([5; 16]);
const TABLET: AuthorId = AuthorId([6; 16]);
const STORE: AuthorId = AuthorId([7; 16]);
const EPOCH: Epoch = Epoch([8; 8]);

/// Runs the whole contract, each part on a new store.
pub async fn holds_for<S: Store>(make: impl Fn() -> S) {
    a_code_enrols_once(&make()).await;
    wrong_tries_kill_a_code(&make()).await;
    a_challenge_is_taken_once_and_two_are_good(&make()).await;
    a_page_is_stored_once_and_its_records_get_positions_in_order(&make()).await;
    what_a_phone_that_was_set_back_sends_again_is_taken_and_counts_once(&make()).await;
    a_second_link_at_one_number_is_kept_as_a_branch(&make()).await;
    a_link_is_told_where_one_record_has_the_number(&make()).await;
    a_record_is_found_in_the_run_that_holds_it(&make()).await;
    a_commit_whose_guard_moved_writes_nothing(&make()).await;
    the_stores_own_pages_are_numbered_without_a_gap(&make()).await;
    what_a_reader_has_just_sent_is_left_out_and_nothing_else_is(&make()).await;
    runs_that_do_not_fit_are_left_out_at_the_end(&make()).await;
    a_gap_is_counted(&make()).await;
    cursors_follow_what_the_device_said(&make()).await;
    heard_is_told_once_and_again_to_a_changed_team(&make()).await;
    access_ends_but_is_remembered(&make()).await;
    a_time_that_was_given_ends_and_goes_as_somebody_joins_the_care_team(&make()).await;
    for_whom_somebody_works_can_change(&make()).await;
    a_sealed_record_reaches_the_devices_that_it_names_and_leaves_no_gap_for_others(&make()).await;
    a_concern_says_who_was_asked_when_it_was_acknowledged_and_who_has_seen_it(&make()).await;
    what_was_not_given_before_access_to_a_case_was_taken_back_is_not_given_and_positions_go_on(&make()).await;
    recipients_are_a_list_with_a_version(&make()).await;
    own_kinds_stand_in_their_last_version(&make()).await;
    a_username_is_taken_once(&make()).await;
    a_session_ends(&make()).await;
    the_audit_trail_is_read_by_whom_it_is_about_and_each_link_follows(&make()).await;
    what_is_opened_in_an_emergency_is_open_until_its_time_or_its_end(&make()).await;
}

async fn enrolled<S: Store>(store: &S) {
    for (staff, role) in [(AMINA, Role::Carer), (BETH, Role::Nurse)] {
        let staff = Staff { staff, name: "A".to_owned(), role, organisation: "L".to_owned(), agency: false };
        store.add_staff(staff, None).await.unwrap();
    }
    store.add_person(GRACE).await.unwrap();
    store.add_person(HAROLD).await.unwrap();
    for (staff, device, lookup) in [(AMINA, PHONE, "AAAA"), (BETH, TABLET, "BBBB")] {
        store.add_code(code(lookup, staff)).await.unwrap();
        assert!(store.enrol_device(lookup.to_owned(), new_device(device, staff)).await.unwrap());
    }
}

fn code(lookup: &str, staff: StaffId) -> NewCode {
    NewCode { lookup: lookup.to_owned(), hash: [9; 32], staff, expires: NOW }
}

fn new_device(device: AuthorId, staff: StaffId) -> NewDevice {
    let challenge = Challenge([0; 16]);
    NewDevice {
        device,
        staff,
        key: PublicKey([1; 32]),
        certificate: vec![1],
        challenge,
        now: NOW,
        is_desk: false,
    }
}

fn tried(lookup: &str, hash: u8) -> TriedCode {
    TriedCode { lookup: lookup.to_owned(), hash: [hash; 32], now: NOW, tries_max: 2 }
}

/// A page of one run about Grace: its links are `tag` and the number, so that runs can be made to differ.
fn page(number: u64, first: u64, records: u64, tag: u8) -> PageToStore {
    let id = PageId { author: PHONE, epoch: EPOCH, number, channel: Channel::Care };
    let bytes = RecordBytes { header: vec![tag], body: vec![tag; 3] };
    let run = Run { person: GRACE, first, before: Link::START, records: vec![bytes; records as usize] };
    let seal = Signature([tag.wrapping_add(number as u8); 64]);
    let places = (first..first + records).map(|number| (link(tag, number), Kind(1))).collect();
    let page = Page { id, secret: PageSecret([tag; 32]), runs: vec![run], seal };
    let damaged = Vec::new();
    PageToStore {
        page,
        places: vec![places],
        damaged,
        standing: vec![Standing::Good],
        ended: None,
        received: NOW,
    }
}

fn link(tag: u8, number: u64) -> Link {
    let mut link = [tag; 32];
    link[..8].copy_from_slice(&number.to_be_bytes());
    Link(link)
}

async fn put<S: Store>(store: &S, page: PageToStore) -> Committed {
    store.commit(Commit { page: Some(Arc::new(page)), ..Commit::default() }).await.unwrap()
}

fn own_page(person: PersonId, after: u64) -> OwnPage {
    let run = OwnRun {
        person,
        after,
        before: Link::START,
        records: vec![RecordBytes { header: vec![0], body: vec![0] }],
        places: vec![(link(0, after + 1), Kind(31))],
    };
    let (secret, channel) = (PageSecret([0; 32]), Channel::Care);
    let seal = Box::new(|id: PageId| Signature([id.number as u8; 64]));
    OwnPage { author: STORE, epoch: EPOCH, channel, secret, runs: vec![run], seal, made: NOW }
}

async fn runs<S: Store>(store: &S, after: u64, bytes_max: usize) -> ReadRuns {
    let wanted = WantedRuns { person: GRACE, channel: Channel::Care, after };
    store.runs(vec![wanted], BTreeSet::new(), bytes_max).await.unwrap().remove(0)
}

/// Positions and numbers of the records in all runs about Grace.
async fn positions<S: Store>(store: &S) -> Vec<(u64, u64)> {
    let runs = runs(store, 0, usize::MAX).await.runs;
    let of_run = |run: &StoredRun| {
        let (last, number) = (run.last_position(), run.first);
        (run.position..=last).zip(number..).collect::<Vec<_>>()
    };
    runs.iter().flat_map(of_run).collect()
}

async fn a_code_enrols_once<S: Store>(store: &S) {
    enrolled(store).await;
    assert_eq!(store.try_code(tried("AAAA", 9)).await.unwrap(), CodeAnswer::Used(PHONE));
    let again = new_device(AuthorId([99; 16]), AMINA);
    assert!(!store.enrol_device("AAAA".to_owned(), again).await.unwrap());
    assert_eq!(store.device(AuthorId([99; 16])).await.unwrap(), None);
    assert_eq!(store.directory_after(0).await.unwrap().len(), 2);
    assert_eq!(store.directory_after(1).await.unwrap().len(), 1);
    store.add_code(code("CCCC", AMINA)).await.unwrap();
    let late = TriedCode { now: NOW.plus_ms(1), ..tried("CCCC", 9) };
    assert_eq!(store.try_code(late).await.unwrap(), CodeAnswer::Expired);
    assert_eq!(store.try_code(tried("CCCC", 9)).await.unwrap(), CodeAnswer::Good(AMINA));
}

async fn wrong_tries_kill_a_code<S: Store>(store: &S) {
    enrolled(store).await;
    store.add_code(code("CCCC", AMINA)).await.unwrap();
    assert_eq!(store.add_code(code("CCCC", AMINA)).await, Err(StorageError::Exists));
    for _ in 0..2 {
        assert_eq!(store.try_code(tried("CCCC", 1)).await.unwrap(), CodeAnswer::Unknown);
    }
    assert_eq!(store.try_code(tried("CCCC", 9)).await.unwrap(), CodeAnswer::Dead);
    assert_eq!(store.try_code(tried("DDDD", 9)).await.unwrap(), CodeAnswer::Unknown);
}

async fn a_challenge_is_taken_once_and_two_are_good<S: Store>(store: &S) {
    enrolled(store).await;
    for value in 1..=3 {
        store.give_challenge(PHONE, Challenge([value; 16]), NOW).await.unwrap();
    }
    let take = async |value, not_before| {
        store.take_challenge(PHONE, Challenge([value; 16]), not_before).await.unwrap()
    };
    assert!(!take(1, NOW).await, "a third challenge ends the first");
    assert!(take(2, NOW).await);
    assert!(!take(2, NOW).await);
    assert!(!take(3, NOW.plus_ms(1)).await, "too old");
}

async fn a_page_is_stored_once_and_its_records_get_positions_in_order<S: Store>(store: &S) {
    enrolled(store).await;
    assert_eq!(put(store, page(1, 1, 2, 1)).await, Committed::Stored);
    assert_eq!(put(store, page(1, 1, 2, 1)).await, Committed::Already);
    assert_eq!(put(store, page(2, 3, 1, 1)).await, Committed::Stored);
    assert_eq!(positions(store).await, vec![(1, 1), (2, 2), (3, 3)]);
    let heads = store.heads(vec![GRACE, HAROLD]).await.unwrap();
    assert_eq!(heads, vec![Cursor { person: GRACE, channel: Channel::Care, position: 3 }]);
    let few = runs(store, 1, 1).await;
    assert_eq!((few.position, few.runs.len()), (2, 1), "one whole run comes, however small the limit");
    let found = store.pages(vec![few.runs[0].page]).await.unwrap();
    let place = RunPlace { person: GRACE, first: 1, last: 2, before: Link::START, head: link(1, 2) };
    assert_eq!(found[0].runs, vec![place]);
}

async fn what_a_phone_that_was_set_back_sends_again_is_taken_and_counts_once<S: Store>(store: &S) {
    enrolled(store).await;
    put(store, page(1, 1, 3, 1)).await;
    assert_eq!(put(store, page(2, 2, 2, 1)).await, Committed::Already, "all of it is here");
    assert_eq!(put(store, page(3, 3, 2, 1)).await, Committed::Stored, "the second of it is new");
    let streams = store.streams(GRACE).await.unwrap();
    assert_eq!((streams[0].records, streams[0].branches), (4, 0));
}

async fn a_second_link_at_one_number_is_kept_as_a_branch<S: Store>(store: &S) {
    enrolled(store).await;
    put(store, page(1, 1, 2, 1)).await;
    assert_eq!(put(store, page(1, 2, 2, 2)).await, Committed::Stored);
    assert_eq!(positions(store).await, vec![(1, 1), (2, 2), (3, 2), (4, 3)]);
    assert_eq!(store.streams(GRACE).await.unwrap()[0].branches, 1);
}

async fn a_link_is_told_where_one_record_has_the_number<S: Store>(store: &S) {
    enrolled(store).await;
    put(store, page(1, 1, 2, 1)).await;
    put(store, page(2, 3, 2, 1)).await;
    put(store, page(3, 4, 1, 2)).await;
    let stream = StreamId { person: GRACE, channel: Channel::Care, author: PHONE, epoch: EPOCH };
    let other = StreamId { author: TABLET, ..stream };
    let asked = vec![(stream, 1), (stream, 3), (stream, 4), (stream, 5), (other, 1)];
    let found = store.links(asked).await.unwrap();
    assert_eq!(found, [Some(link(1, 1)), Some(link(1, 3)), None, None, None], "4 is a branch, 5 is not here");
}

async fn a_record_is_found_in_the_run_that_holds_it<S: Store>(store: &S) {
    enrolled(store).await;
    put(store, page(1, 1, 2, 1)).await;
    put(store, page(2, 3, 2, 1)).await;
    let stream = StreamId { person: GRACE, channel: Channel::Care, author: PHONE, epoch: EPOCH };
    let other = StreamId { author: TABLET, ..stream };
    let found = store.runs_of(vec![(stream, 4), (stream, 5), (other, 1), (stream, 1)]).await.unwrap();
    let firsts: Vec<_> = found.iter().map(|run| run.as_ref().map(|run| run.first)).collect();
    assert_eq!(firsts, [Some(3), None, None, Some(1)]);
}

async fn a_commit_whose_guard_moved_writes_nothing<S: Store>(store: &S) {
    enrolled(store).await;
    put(store, page(1, 1, 2, 1)).await;
    let commit = |position| Commit {
        page: Some(Arc::new(page(2, 3, 1, 1))),
        own: vec![own_page(GRACE, 0)],
        guards: vec![Guard::Position { person: GRACE, position }],
        settled: None,
    };
    assert_eq!(store.commit(commit(1)).await.unwrap(), Committed::Moved);
    assert_eq!(positions(store).await.len(), 2);
    assert_eq!(store.commit(commit(2)).await.unwrap(), Committed::Stored);
    assert_eq!(positions(store).await.len(), 4);
    let plan = store.plan_runs(GRACE, 0).await.unwrap();
    assert_eq!((plan.position, plan.runs.len()), (4, 1));
}

async fn the_stores_own_pages_are_numbered_without_a_gap<S: Store>(store: &S) {
    enrolled(store).await;
    for (person, after) in [(GRACE, 0), (HAROLD, 0), (GRACE, 1)] {
        let own = vec![own_page(person, after)];
        store.commit(Commit { own, ..Commit::default() }).await.unwrap();
    }
    let stream = StreamId { person: GRACE, channel: Channel::Care, author: STORE, epoch: EPOCH };
    let head = store.stream_head(stream).await.unwrap();
    assert_eq!(head, Some(StreamHead { number: 2, link: link(0, 2) }));
    let rows = runs(store, 0, usize::MAX).await.runs.iter().map(|run| run.page).collect();
    let pages = store.pages(rows).await.unwrap();
    assert_eq!(pages.iter().map(|page| page.id.number).collect::<Vec<_>>(), vec![1, 3]);
    let office = OwnPage { channel: Channel::Office, ..own_page(GRACE, 0) };
    store.commit(Commit { own: vec![office], ..Commit::default() }).await.unwrap();
    let wanted = WantedRuns { person: GRACE, channel: Channel::Office, after: 0 };
    let read = store.runs(vec![wanted], BTreeSet::new(), 1).await.unwrap();
    let pages = store.pages(vec![read[0].runs[0].page]).await.unwrap();
    assert_eq!(
        (pages[0].id.channel, pages[0].id.number),
        (Channel::Office, 1),
        "each channel has its own numbers"
    );
}

async fn what_a_reader_has_just_sent_is_left_out_and_nothing_else_is<S: Store>(store: &S) {
    enrolled(store).await;
    put(store, page(1, 1, 2, 1)).await;
    store.commit(Commit { own: vec![own_page(GRACE, 0)], ..Commit::default() }).await.unwrap();
    put(store, page(2, 3, 2, 1)).await;
    let wanted = WantedRuns { person: GRACE, channel: Channel::Care, after: 0 };
    let check = async |sent: &[PageToStore], expected: &[u64]| {
        let seals = sent.iter().map(|page| page.page.seal).collect();
        let read = store.runs(vec![wanted], seals, usize::MAX).await.unwrap().remove(0);
        let found: Vec<u64> = read.runs.iter().map(|run| run.position).collect();
        assert_eq!((read.position, found.as_slice()), (5, expected));
    };
    check(&[], &[1, 3, 4]).await;
    check(&[page(2, 3, 2, 1)], &[1, 3]).await;
    check(&[page(1, 1, 2, 1), page(2, 3, 2, 1)], &[3]).await;
}

async fn runs_that_do_not_fit_are_left_out_at_the_end<S: Store>(store: &S) {
    enrolled(store).await;
    put(store, page(1, 1, 2, 1)).await;
    put(store, page(2, 3, 2, 1)).await;
    store.commit(Commit { own: vec![own_page(HAROLD, 0)], ..Commit::default() }).await.unwrap();
    let wanted = |person| WantedRuns { person, channel: Channel::Care, after: 0 };
    let check = async |bytes_max, expected: &[(u64, usize)]| {
        let read = store.runs(vec![wanted(GRACE), wanted(HAROLD)], BTreeSet::new(), bytes_max).await.unwrap();
        let found: Vec<(u64, usize)> = read.iter().map(|read| (read.position, read.runs.len())).collect();
        assert_eq!(found, expected);
    };
    check(1, &[(2, 1)]).await;
    check(9, &[(4, 2)]).await;
    check(17, &[(4, 2), (1, 1)]).await;
}

async fn a_gap_is_counted<S: Store>(store: &S) {
    enrolled(store).await;
    put(store, page(1, 4, 2, 1)).await;
    let stream = store.streams(GRACE).await.unwrap()[0];
    assert_eq!((stream.records, stream.last, stream.missing), (2, 5, 3));
}

fn exchange(acked: Option<u64>, offered: Option<u64>) -> ExchangeNote {
    let random: &dyn Random = &OsRandom;
    let cursor = |position| vec![Cursor { person: GRACE, channel: Channel::Care, position }];
    ExchangeNote {
        device: PHONE,
        acked: acked.map(cursor),
        offered: offered.map(cursor).unwrap_or_default(),
        challenge: Challenge(random.bytes()),
        erased: 0,
        heard_told: 0,
        now: NOW,
    }
}

async fn cursors_follow_what_the_device_said<S: Store>(store: &S) {
    enrolled(store).await;
    let check = async |note: ExchangeNote, expected: (u64, u64)| {
        store.note_exchange(note).await.unwrap();
        let cursor = store.device_cursors(PHONE).await.unwrap()[0];
        assert_eq!((cursor.acked, cursor.offered), expected);
    };
    check(exchange(None, Some(5)), (0, 5)).await;
    check(exchange(Some(5), None), (5, 5)).await;
    check(exchange(None, Some(9)), (5, 9)).await;
    check(exchange(None, None), (5, 5)).await;
    check(exchange(Some(2), Some(9)), (2, 9)).await;
}

async fn heard_is_told_once_and_again_to_a_changed_team<S: Store>(store: &S) {
    enrolled(store).await;
    assert_eq!(store.heard_for(PHONE).await.unwrap().0, vec![], "no shared person");
    for staff in [AMINA, BETH] {
        assert!(store.set_care_team(GRACE, staff, true).await.unwrap());
    }
    let (heard, told) = store.heard_for(PHONE).await.unwrap();
    assert_eq!(heard, vec![Heard { device: TABLET, at: NOW }]);
    let challenge = Challenge([40; 16]);
    store.note_exchange(ExchangeNote { heard_told: told, challenge, ..exchange(None, None) }).await.unwrap();
    assert_eq!(store.heard_for(PHONE).await.unwrap().0.len(), 1, "the answer may be lost");
    assert!(store.take_challenge(PHONE, challenge, NOW).await.unwrap());
    assert_eq!(store.heard_for(PHONE).await.unwrap().0, vec![]);
    store.set_care_team(GRACE, BETH, true).await.unwrap();
    assert_eq!(store.heard_for(PHONE).await.unwrap().0.len(), 1);
}

async fn access_ends_but_is_remembered<S: Store>(store: &S) {
    enrolled(store).await;
    assert!(!store.set_care_team(GRACE, StaffId([77; 16]), true).await.unwrap());
    store.set_care_team(GRACE, AMINA, true).await.unwrap();
    let before = store.access_of(AMINA).await.unwrap();
    store.set_care_team(GRACE, AMINA, false).await.unwrap();
    let after = store.access_of(AMINA).await.unwrap();
    assert_eq!((before.people, after.people, after.former), (vec![GRACE], vec![], vec![GRACE]));
    assert_eq!(store.care_team(GRACE).await.unwrap(), vec![]);
}

async fn a_time_that_was_given_ends_and_goes_as_somebody_joins_the_care_team<S: Store>(store: &S) {
    enrolled(store).await;
    let time = |person| TimedAccess {
        staff: AMINA,
        person,
        from: NOW,
        until: NOW.plus_ms(5),
        by: BETH,
        at: NOW,
        ended: None,
    };
    assert!(!store.give_time(time(PersonId([78; 16]))).await.unwrap());
    assert!(store.give_time(time(GRACE)).await.unwrap());
    let given = store.access_of(AMINA).await.unwrap();
    assert_eq!((&given.people, &given.timed), (&vec![GRACE], &vec![GRACE]));
    assert_eq!(store.care_team(GRACE).await.unwrap(), vec![], "they see her for a time only");
    let found = store.times_of(AMINA).await.unwrap();
    assert_eq!(store.times_about(GRACE).await.unwrap(), found);
    assert_eq!(found.iter().map(|one| &one.access).collect::<Vec<_>>(), [&time(GRACE)]);
    let id = found[0].id;
    let end = |person| store.end_time(id, person, BETH, NOW.plus_ms(2));
    assert_eq!(end(PersonId([78; 16])).await, Ok(false), "it is about somebody else");
    assert_eq!((end(GRACE).await, end(GRACE).await), (Ok(true), Ok(false)));
    assert_eq!(store.times_of(AMINA).await.unwrap()[0].access.ended, Some(NOW.plus_ms(2)));
    store.give_time(time(GRACE)).await.unwrap();
    store.set_care_team(GRACE, AMINA, true).await.unwrap();
    let joined = store.access_of(AMINA).await.unwrap();
    assert_eq!((joined.people, joined.timed), (vec![GRACE], vec![]));
    assert!(store.times_of(AMINA).await.unwrap().iter().all(|one| one.access.ended.is_some()));
    store.give_time(time(GRACE)).await.unwrap();
    assert_eq!(store.access_of(AMINA).await.unwrap().timed, vec![], "who is on the team stays on it");
}

async fn for_whom_somebody_works_can_change<S: Store>(store: &S) {
    enrolled(store).await;
    let employer = "Eastshire".to_owned();
    assert!(!store.set_employer(StaffId([77; 16]), employer.clone(), false).await.unwrap());
    assert!(store.set_employer(AMINA, employer.clone(), true).await.unwrap());
    let amina = store.staff(AMINA).await.unwrap().unwrap();
    assert_eq!((amina.organisation, amina.agency), (employer, true));
}

async fn a_username_is_taken_once<S: Store>(store: &S) {
    let account = || Some(NewAccount { username: "beth".to_owned(), password_hash: "h".to_owned() });
    let staff = |staff| Staff {
        staff,
        name: "B".to_owned(),
        role: Role::Nurse,
        organisation: "N".to_owned(),
        agency: false,
    };
    store.add_staff(staff(BETH), account()).await.unwrap();
    assert_eq!(store.add_staff(staff(AMINA), account()).await, Err(StorageError::Exists));
    assert_eq!(store.staff(AMINA).await.unwrap(), None, "nothing of a failed write counts");
    store.note_sign_in(BETH, Some(NOW)).await.unwrap();
    let found = store.account("beth".to_owned()).await.unwrap().unwrap();
    assert_eq!((found.failed, found.failed_at), (1, NOW));
    store.note_sign_in(BETH, None).await.unwrap();
    assert_eq!(store.account("beth".to_owned()).await.unwrap().unwrap().failed, 0);
}

async fn a_session_ends<S: Store>(store: &S) {
    enrolled(store).await;
    let session = Session { token_hash: [1; 32], staff: BETH, csrf: "c".to_owned(), began: NOW, used: NOW };
    store.add_session(session.clone()).await.unwrap();
    store.touch_session([1; 32], NOW.plus_ms(5)).await.unwrap();
    let used = store.session([1; 32]).await.unwrap();
    assert_eq!(used, Some(Session { used: NOW.plus_ms(5), ..session }));
    store.end_session([1; 32]).await.unwrap();
    assert_eq!(store.session([1; 32]).await.unwrap(), None);
}

/// A page about Grace with a sealed record of the phone's: the one of epoch `tag`.
fn sealed(tag: u8, devices: &[AuthorId]) -> SealedPage {
    let mut page = page(1, 1, 1, tag);
    (page.page.id.channel, page.page.id.epoch) = (Channel::Restricted, Epoch([tag; 8]));
    SealedPage { page, devices: devices.to_vec(), case: None, call_about: None, at_once: Vec::new() }
}

async fn a_sealed_record_reaches_the_devices_that_it_names_and_leaves_no_gap_for_others<S: Store>(store: &S) {
    enrolled(store).await;
    let unknown = AuthorId([77; 16]);
    let pages = [sealed(1, &[TABLET]), sealed(2, &[PHONE, unknown]), sealed(3, &[TABLET, PHONE])];
    for page in &pages {
        assert_eq!(store.commit_sealed(page.clone()).await, Ok(Committed::Stored));
    }
    assert_eq!(store.commit_sealed(pages[0].clone()).await, Ok(Committed::Already));
    let cursor = |position| Cursor { person: GRACE, channel: Channel::Restricted, position };
    let read = |device, has: Vec<Cursor>, room| store.sealed_for(device, has, room);
    let places = |read: &ReadSealed| -> Vec<(u64, u8)> {
        read.runs.iter().map(|sealed| (sealed.position, sealed.run.epoch.0[0])).collect()
    };
    for device in [TABLET, PHONE] {
        assert_eq!(places(&read(device, vec![], usize::MAX).await.unwrap()), [], "not before it is given");
        let waiting = store.waiting_letters(device).await.unwrap();
        let rows: Vec<i64> = waiting.iter().map(|letter| letter.page).collect();
        assert_eq!((rows.len(), waiting[0].asking.received), (2, NOW));
        store.give_letters(device, rows.clone(), NOW).await.unwrap();
        store.give_letters(device, rows, NOW).await.unwrap();
        assert_eq!(store.waiting_letters(device).await, Ok(vec![]));
    }
    assert_eq!(store.commit_sealed(pages[0].clone()).await, Ok(Committed::Already));
    assert_eq!(store.waiting_letters(TABLET).await, Ok(vec![]), "what was given does not wait again");
    let all = read(TABLET, vec![], usize::MAX).await.unwrap();
    assert_eq!((places(&all), all.more), (vec![(1, 1), (2, 3)], false));
    assert_eq!(places(&read(PHONE, vec![], usize::MAX).await.unwrap()), [(1, 2), (2, 3)]);
    let some = read(TABLET, vec![], 1).await.unwrap();
    assert_eq!((places(&some), some.more), (vec![(1, 1)], true));
    assert_eq!(places(&read(TABLET, vec![cursor(1)], usize::MAX).await.unwrap()), [(2, 3)]);
    assert_eq!(store.waiting_letters(unknown).await.unwrap().len(), 1, "it may come to be known");
    let is_with = |at: usize| {
        let page = &pages[at].page.page;
        store.is_with_recipient(page.id, page.seal)
    };
    assert_eq!(is_with(0).await, Ok(false));
    let has = |device, position| {
        let acked = Some(vec![cursor(position)]);
        store.note_exchange(ExchangeNote { device, acked, ..exchange(None, None) })
    };
    has(TABLET, 1).await.unwrap();
    assert_eq!((is_with(0).await, is_with(2).await), (Ok(true), Ok(false)));
    has(PHONE, 2).await.unwrap();
    assert_eq!(is_with(1).await, Ok(false), "its author's own device is no second place");
}

async fn a_concern_says_who_was_asked_when_it_was_acknowledged_and_who_has_seen_it<S: Store>(store: &S) {
    enrolled(store).await;
    let page = sealed(1, &[TABLET]);
    let concern = ConcernName { author: page.page.page.id.author, epoch: page.page.page.id.epoch };
    store.commit_sealed(page).await.unwrap();
    for later in [5, 9] {
        store.acknowledge(concern, NOW.plus_ms(later)).await.unwrap();
    }
    let waiting = store.waiting_letters(TABLET).await.unwrap().remove(0);
    assert_eq!(waiting.asking.acknowledged, Some(NOW.plus_ms(5)), "the first one stays");
    let holder = store.device(TABLET).await.unwrap().unwrap().staff;
    assert_eq!(waiting.asking.chosen, [holder].into());
    store.give_letters(TABLET, vec![waiting.page], NOW).await.unwrap();
    let read = ConcernSeen { concern, staff: holder, at: NOW.plus_ms(7), is_read: true };
    store.note_seen(read).await.unwrap();
    let given = ConcernSeen { at: NOW, is_read: false, ..read };
    assert_eq!(store.concern_seen(concern).await, Ok(vec![given, read]));
    assert_eq!(store.is_admitted(holder).await, Ok(false));
    let access = |on| CaseAccess { concern, staff: holder, on, at: NOW };
    store.set_case_access(access(true)).await.unwrap();
    assert_eq!(store.is_admitted(holder).await, Ok(true));
    assert_eq!(store.case_access_of(holder).await, Ok(vec![access(true)]));
}

async fn what_was_not_given_before_access_to_a_case_was_taken_back_is_not_given_and_positions_go_on<
    S: Store,
>(
    store: &S,
) {
    enrolled(store).await;
    let name =
        |page: &SealedPage| ConcernName { author: page.page.page.id.author, epoch: page.page.page.id.epoch };
    let (concern, other) = (sealed(1, &[TABLET, PHONE]), sealed(2, &[TABLET, PHONE]));
    let case = name(&concern);
    let act = SealedPage { case: Some(case), ..sealed(3, &[TABLET, PHONE]) };
    let call = sealed(4, &[TABLET, PHONE]);
    for page in [&concern, &call, &act, &other] {
        assert_eq!(store.commit_sealed(page.clone()).await, Ok(Committed::Stored));
    }
    let asked = store.asked(case).await.unwrap().unwrap();
    assert!(asked.given.is_empty() && asked.asking.acknowledged.is_none());
    for device in [TABLET, PHONE] {
        let waiting = store.waiting_letters(device).await.unwrap();
        assert_eq!(waiting.len(), 3, "an act waits for no step");
        store.give_letters(device, waiting.iter().map(|letter| letter.page).collect(), NOW).await.unwrap();
    }
    let holder = store.device(TABLET).await.unwrap().unwrap().staff;
    assert!(store.asked(case).await.unwrap().unwrap().given.contains(&holder));
    let has = |device| {
        let read = store.sealed_for(device, vec![], usize::MAX);
        async move {
            read.await.unwrap().runs.iter().map(|run| (run.position, run.run.epoch.0[0])).collect::<Vec<_>>()
        }
    };
    let all = has(TABLET).await;
    assert_eq!(all.len(), 4);
    store.note_case_pages(vec![case, name(&call)], case).await.unwrap();
    let access = |on| CaseAccess { concern: case, staff: holder, on, at: NOW };
    store.set_case_access(access(false)).await.unwrap();
    let left: Vec<_> = all.iter().copied().filter(|(_, epoch)| *epoch == 2).collect();
    assert_eq!(has(TABLET).await, left, "its place is what it was");
    assert_eq!(has(PHONE).await.len(), 4, "to others it is as it was");
    assert_eq!(store.is_admitted(holder).await, Ok(false));
    store.set_case_access(access(true)).await.unwrap();
    assert_eq!((has(TABLET).await, store.is_admitted(holder).await), (all, Ok(true)));
}

async fn recipients_are_a_list_with_a_version<S: Store>(store: &S) {
    enrolled(store).await;
    assert_eq!(store.recipients().await, Ok(Recipients::default()));
    store.set_recipients(vec![BETH, AMINA]).await.unwrap();
    assert_eq!(
        store.recipients().await,
        Ok(Recipients { version: 1, staff: vec![BETH, AMINA], council: None })
    );
    store.set_recipients(vec![AMINA]).await.unwrap();
    assert_eq!(store.recipients().await, Ok(Recipients { version: 2, staff: vec![AMINA], council: None }));
    let council = Council { day: Some("01632 960 001".to_owned()), out_of_hours: None };
    store.set_council(council.clone()).await.unwrap();
    let with_numbers = Recipients { version: 3, staff: vec![AMINA], council: Some(council) };
    assert_eq!(store.recipients().await, Ok(with_numbers));
}

async fn own_kinds_stand_in_their_last_version<S: Store>(store: &S) {
    let own = |version| OwnKinds { version, json: format!("version {version}") };
    assert_eq!((store.own_kinds_version().await, store.own_kinds().await), (Ok(0), Ok(None)));
    assert_eq!(store.set_own_kinds(0, own(3), NOW).await, Ok(true));
    for (after, version) in [(0, 4), (3, 3), (3, 2)] {
        assert_eq!(store.set_own_kinds(after, own(version), NOW).await, Ok(false), "{version} after {after}");
    }
    assert_eq!(store.set_own_kinds(3, own(7), NOW).await, Ok(true));
    assert_eq!((store.own_kinds_version().await, store.own_kinds().await), (Ok(7), Ok(Some(own(7)))));
}

async fn the_audit_trail_is_read_by_whom_it_is_about_and_each_link_follows<S: Store>(store: &S) {
    let by = Who::AtConsole { staff: BETH, session: None };
    let entry = |at: i64, people: &[PersonId]| AuditEntry {
        people: people.iter().copied().collect(),
        ..AuditEntry::new(Moment(at), by, What::Read)
    };
    let all = [entry(1, &[GRACE]), entry(2, &[HAROLD]), entry(3, &[GRACE, HAROLD])];
    store.audit(all[..2].to_vec()).await.unwrap();
    store.audit(all[2..].to_vec()).await.unwrap();
    let numbers = async |about: Option<[u8; 16]>, before| {
        let wanted = WantedEntries { about, before, count: 2 };
        let read = store.audit_entries(wanted).await.unwrap();
        read.into_iter().map(|one| (one.number, one.entry.at.0)).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None, None).await, [(3, 3), (2, 2)]);
    assert_eq!(numbers(None, Some(2)).await, [(1, 1)]);
    assert_eq!(numbers(Some(GRACE.0), None).await, [(3, 3), (1, 1)]);
    assert_eq!(numbers(Some(BETH.0), Some(3)).await, [(2, 2), (1, 1)]);
    assert_eq!(numbers(Some(AMINA.0), None).await, []);
    let mut before = Link::START;
    for (number, entry) in (1u64..).zip(&all) {
        before = crate::audit::link(&before, &entry.encode());
        assert_eq!(store.audit_number(before).await.unwrap(), Some(number));
        assert_eq!(store.audit_head_before(Moment(number as i64 + 1)).await.unwrap(), Some((number, before)));
    }
    assert_eq!(store.audit_number(Link([7; 32])).await.unwrap(), None);
    assert_eq!(store.audit_head_before(Moment(1)).await.unwrap(), None);
    let head = AuditHead { epoch: EPOCH, hour: Moment(9), link: before };
    let claim = Claim { device: PHONE, head, at: NOW, is_lost: false };
    assert!(store.note_audit_claim(claim).await.unwrap());
    assert!(!store.note_audit_claim(Claim { at: Moment(1), ..claim }).await.unwrap(), "once");
    assert_eq!(store.audit_claims().await.unwrap(), [claim]);
    assert!(!store.audit_was_restored().await.unwrap());
    let former = Some(TrailHead { epoch: EPOCH, number: 3, link: before });
    let former = AuditEntry { former, ..AuditEntry::new(NOW, Who::Command, What::Restored) };
    store.audit(vec![former]).await.unwrap();
    assert_eq!(store.former_audit_end(EPOCH).await.unwrap(), Some(Moment(3)));
    assert_eq!(store.former_audit_end(Epoch([9; 8])).await.unwrap(), None);
    assert!(store.audit_was_restored().await.unwrap());
}

async fn what_is_opened_in_an_emergency_is_open_until_its_time_or_its_end<S: Store>(store: &S) {
    enrolled(store).await;
    let grant = BreakGlass { staff: BETH, person: GRACE, opened: Moment(10), until: Moment(20), ended: None };
    let entry = || AuditEntry::new(Moment(10), Who::Command, What::OpenedInEmergency);
    store.open_break_glass(grant.clone(), entry()).await.unwrap();
    let other = BreakGlass { person: HAROLD, until: Moment(30), ..grant.clone() };
    store.open_break_glass(other.clone(), entry()).await.unwrap();
    let open = async |at| store.break_glass_of(BETH, Moment(at)).await.unwrap();
    let people = async |at| open(at).await.into_iter().map(|one| one.grant).collect::<Vec<_>>();
    assert_eq!(people(19).await, [grant, other.clone()]);
    assert_eq!(people(20).await, [other]);
    assert!(store.break_glass_of(AMINA, Moment(19)).await.unwrap().is_empty());
    let id = open(20).await[0].id;
    assert!(store.end_break_glass(id, Moment(21)).await.unwrap());
    assert!(!store.end_break_glass(id, Moment(22)).await.unwrap());
    assert!(open(22).await.is_empty());
}
