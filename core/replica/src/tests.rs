//! Rules of the replica that need no server: durability, the encrypted file, pages and receipts.

mod brought;
mod corrected;
mod erased;
mod erased_plan;

use crate::clock::{Clock, ManualClock};
use crate::draft::Draft;
use crate::identity::{NewDevice, PinnedServer};
use crate::keystore::{FileKeystore, Keystore};
use crate::random::OsRandom;
use crate::replica::{OpenConfig, RecordError, Replica};
use crate::store::{DATABASE_FILE, StoreError};
use alongside_domain::care::check::ObservationError;
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{HowKnown, Observation, OfficeNote, Role};
use alongside_domain::journal::page::{OpenRun, Part};
use alongside_domain::journal::{
    Body, Channel, Header, Link, Page, PageError, PageExtract, PageId, PlanSeen, PublicKey, RecordBytes, Run,
    Signature,
};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::sync::certificate::{Certificate, Holder, Subject};
use alongside_domain::sync::messages::{
    AccessList, Challenge, Exchanged, PackedPage, PersonAccess, Refused, Request, Welcome, decode,
};
use alongside_domain::sync::standing::Terms;
use alongside_domain::time::{HOUR_MS, Moment};
use alongside_domain::value::Value;
use ring::signature::{Ed25519KeyPair, KeyPair};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

mod bad_input;
mod begun;
mod concerns;
mod damaged;
mod day;
mod fates;
mod keys;
mod kinds;
mod leaving;
mod mended_pages;
mod pin;
mod plaintext;
mod received;
mod recorded;
mod sharing;
mod standing;
mod strays;
mod wake;

const GRACE: PersonId = PersonId([7; 16]);
const NOW: Moment = Moment(1_772_449_500_000);

struct Phone {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Phone {
    fn new() -> Phone {
        Phone { folder: tempfile::tempdir().expect("a folder"), clock: Arc::new(ManualClock::new(NOW)) }
    }

    fn open_with(&self, keystore: impl Keystore + 'static) -> Result<Replica, StoreError> {
        let folder = self.folder.path().to_owned();
        let (keystore, random) = (Arc::new(keystore), Arc::new(OsRandom));
        Replica::open(OpenConfig { folder, keystore, clock: self.clock.clone(), random })
    }

    fn keystore(&self) -> FileKeystore {
        FileKeystore::new(self.folder.path().join("key"))
    }

    fn open(&self) -> Replica {
        self.open_with(self.keystore()).expect("it opens")
    }

    /// An enrolled replica that may see Grace.
    fn enrolled(&self) -> Replica {
        self.enrolled_as(Role::Carer)
    }

    /// The same, of somebody of this role.
    fn enrolled_as(&self, role: Role) -> Replica {
        let replica = self.open();
        replica.inner.join_for_tests(NOW, role);
        replica.inner.absorb(&exchanged(Vec::new())).expect("it stores");
        replica
    }

    fn database(&self) -> std::path::PathBuf {
        self.folder.path().join(DATABASE_FILE)
    }
}

fn key_of(seed: u8) -> (Ed25519KeyPair, PublicKey) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed");
    let key = PublicKey::from_slice(pair.public_key().as_ref()).expect("a key");
    (pair, key)
}

fn certificate(subject: &Subject, issuer: &Ed25519KeyPair) -> Certificate {
    Certificate::issue(subject, |message| {
        Signature::from_slice(issuer.sign(message).as_ref()).expect("a signature")
    })
}

impl crate::replica::Inner {
    /// Joins an organisation that exists in this test only.
    fn join_for_tests(&self, now: Moment, role: Role) {
        let ((root, root_key), (store, store_key)) = (key_of(1), key_of(2));
        let (valid_from, valid_to) = (Moment(0), Moment(i64::MAX));
        let device = NewDevice::make(&OsRandom);
        let enrol = device.enrol("code");
        let holder = Holder {
            staff: StaffId([3; 16]),
            role,
            name: "Amina".into(),
            organisation: "Larkfield Homecare".into(),
        };
        let own = Subject {
            author: enrol.device,
            key: enrol.key,
            holder: Some(holder),
            valid_from,
            valid_to,
            sealing: Some(enrol.sealing),
            desk: None,
        };
        let of_store = Subject {
            author: AuthorId([9; 16]),
            key: store_key,
            holder: None,
            valid_from,
            valid_to,
            sealing: None,
            desk: None,
        };
        let welcome = Welcome {
            store: certificate(&of_store, &root),
            device: certificate(&own, &store),
            challenge: Challenge([1; 16]),
            server_time: now,
        };
        let server = PinnedServer { url: String::new(), ca_pem: String::new(), root_key, issued: now };
        let identity = device.welcomed(server, &welcome).expect("the organisation's own");
        self.join(identity, welcome.challenge, now).expect("it stores");
    }

    fn composed(&self) -> Request {
        decode(&self.compose_request(false).expect("it composes")).expect("its own request")
    }
}

/// What a server sends of a page to whoever may read all of it.
fn extract_of(page: &Page) -> PageExtract {
    let open = |run: &Run| {
        let run = OpenRun::for_reader(&page.id, &page.secret, run.clone(), |_| true);
        Part::Open(run.expect("it opens"))
    };
    PageExtract { id: page.id, seal: page.seal, parts: page.runs.iter().map(open).collect() }
}

fn set_routines(value: &str) -> Command {
    Command::SetField {
        section: Section::About,
        entry: "main".parse().expect("a plain name"),
        field: "routines".to_owned(),
        value: Value::text(value),
    }
}

fn exchanged(receipts: Vec<PageId>) -> Exchanged {
    let people = vec![PersonAccess { person: GRACE, channels: vec![Channel::Care], categories: None }];
    Exchanged {
        challenge: Challenge([2; 16]),
        server_time: NOW,
        receipts,
        refused: vec![],
        extracts: vec![],
        cursors: vec![],
        access: Some(AccessList { version: 1, people }),
        directory: vec![],
        directory_version: 0,
        heard: vec![],
        more: false,
        epoch: None,
        backed_up: false,
        terms: Terms::default(),
        erasures: vec![],
        erasures_version: 0,
        recipients: None,
        fates: None,
        key_safes: None,
        admitted: None,
        audit: None,
        shut_cases: None,
        own_kinds: None,
    }
}

fn pain(score: i64) -> Draft {
    let observation = Observation {
        visit: None,
        kind: "pain".into(),
        catalogue_version: 1,
        site: None,
        fields: [("score".to_owned(), Value::Int(score))].into(),
        absent: None,
        how_known: HowKnown::SeenNow,
        note: None,
        quoted: None,
        corrects: None,
        changed: None,
        present: None,
        done: None,
        first_note: None,
    };
    Draft { body: Body::Observation(observation), observed: None }
}

fn pages_of(request: &Request, key: &PublicKey) -> Vec<Page> {
    let mut links = BTreeMap::new();
    let read = |page: &PackedPage| {
        let mut page = page.open().expect("a page");
        let left_out = page.runs.iter().all(|run| run.first == 1 || run.leaves_out_before());
        assert!(left_out, "the server has the records before it");
        page.put_befores_in(|stream, number| links.get(&(*stream, number)).copied())
            .expect("of a page before");
        let checked = page.check(key).expect("it proves itself");
        for (run, checked) in page.runs.iter().zip(checked.runs) {
            links.extend(checked.iter().map(|it| ((page.id.stream(run.person), it.number), it.link)));
        }
        page
    };
    request.pages.iter().map(read).collect()
}

fn own_key(replica: &Replica) -> PublicKey {
    replica.inner.identity().expect("enrolled").key_for_tests()
}

#[test]
fn pages_of_each_channel_are_numbered_by_themselves() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let cut = |channels: &[Channel]| {
        channels.iter().for_each(|channel| append(&replica, *channel, &pain(3).body));
        replica.inner.composed()
    };
    cut(&[Channel::Care, Channel::Office]);
    let request = cut(&[Channel::Care]);
    let pages = pages_of(&request, &own_key(&replica));
    let names: Vec<(Channel, u64)> = pages.iter().map(|page| (page.id.channel, page.id.number)).collect();
    assert_eq!(names, [(Channel::Care, 1), (Channel::Care, 2), (Channel::Office, 1)], "care goes first");
    let ids: Vec<PageId> = pages.iter().map(|page| page.id).collect();
    replica.inner.absorb(&exchanged(vec![ids[0]])).expect("it stores the receipt");
    assert_eq!(replica.sync_state().expect("it reads").waiting, 2, "a receipt counts for its channel only");
}

/// A header for `body`, and its bytes.
fn record_of(body: &Body) -> (Header, RecordBytes) {
    let header = Header {
        kind: body.kind(),
        category: body.category(),
        recorded: NOW,
        observed: None,
        by: StaffId([1; 16]),
        plan_seen: PlanSeen::default(),
        clock_off_ms: None,
        counted: None,
    };
    let bytes = RecordBytes::of(&header, body);
    (header, bytes)
}

/// Appends a record to a channel without syncing.
fn append(replica: &Replica, channel: Channel, body: &Body) {
    let (header, bytes) = record_of(body);
    replica.inner.state().append(GRACE, channel, &header, &bytes).expect("it records");
}

#[test]
fn a_channel_that_is_full_cuts_no_other() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let long = Body::OfficeNote(OfficeNote { text: "x".repeat(60_000) });
    let pain = pain(3).body;
    for at in 0..12 {
        append(&replica, Channel::Care, &pain);
        append(&replica, Channel::Office, &long);
        // What was not cut is found again by an app that starts.
        let opened = (at == 5).then(|| replica.inner.state().forget_open_pages_for_tests());
        assert!(opened.is_none() || replica.sync_state().expect("it reads").waiting == 12);
    }
    assert_eq!(replica.sync_state().expect("it reads").waiting, 24);
    assert_eq!(replica.journal(GRACE).expect("it reads").len(), 12, "views of care hold care alone");
    let pages = pages_of(&replica.inner.composed(), &own_key(&replica));
    let records = |channel| {
        let of = pages.iter().filter(|page| page.id.channel == channel).map(Page::record_count);
        of.collect::<Vec<_>>()
    };
    assert_eq!(
        records(Channel::Care),
        [6, 6],
        "as many pages as the app was started, however full the office is"
    );
    assert_eq!(records(Channel::Office).iter().sum::<usize>(), 12);
    assert!(records(Channel::Office).len() > 2);
    let epochs = |channel| {
        let of = pages.iter().filter(|page| page.id.channel == channel).map(|page| page.id.epoch);
        of.collect::<BTreeSet<_>>()
    };
    assert!(epochs(Channel::Care).is_disjoint(&epochs(Channel::Office)), "nothing links two channels");
}

#[test]
fn an_office_note_is_for_those_whom_the_access_list_says() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    assert!(matches!(replica.record_office_note(GRACE, "owes money"), Err(RecordError::NotForYou)));
    let mut both = exchanged(vec![]);
    let people = vec![PersonAccess {
        person: GRACE,
        channels: vec![Channel::Care, Channel::Office],
        categories: None,
    }];
    both.access = Some(AccessList { version: 2, people });
    replica.inner.absorb(&both).expect("it stores");
    replica.record_office_note(GRACE, "owes money").expect("it records");
    assert_eq!(replica.office_notes(GRACE).expect("it reads").len(), 1);
    assert!(replica.history(GRACE).expect("it reads").is_empty(), "no view of care looks at it");
    replica.inner.absorb(&exchanged(vec![])).expect("it stores");
    assert!(matches!(replica.office_notes(GRACE), Err(RecordError::NotForYou)));
}

#[test]
fn what_was_recorded_is_there_after_the_app_was_killed() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let recorded = replica.record(GRACE, pain(3)).expect("it records");
    drop(replica);
    let history = phone.open().history(GRACE).expect("it reads");
    assert_eq!(history.iter().map(|item| item.id).collect::<Vec<_>>(), [recorded.id]);
}

#[test]
fn nothing_of_a_record_is_readable_in_the_files() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let mut draft = pain(3);
    let Body::Observation(observation) = &mut draft.body else { unreachable!() };
    observation.note = Some("I like the window open".into());
    replica.record(GRACE, draft).expect("it records");
    for file in std::fs::read_dir(phone.folder.path()).expect("a folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("it reads");
        assert!(!bytes.windows(6).any(|found| found == b"window"));
    }
}

#[test]
fn a_thousand_and_one_records_make_two_pages_that_prove_themselves() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    (0..1001).for_each(|_| drop(replica.record(GRACE, pain(3)).expect("it records")));
    let pages = pages_of(&replica.inner.composed(), &own_key(&replica));
    assert_eq!(pages.iter().map(Page::record_count).collect::<Vec<_>>(), [1000, 1]);
    assert_eq!(pages[1].runs[0].first, 1001);
}

#[test]
fn a_page_is_sent_again_as_it_was_cut_until_its_receipt_comes() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.record(GRACE, pain(3)).expect("it records");
    let first = replica.inner.composed().pages;
    replica.record(GRACE, pain(4)).expect("it records");
    let again = replica.inner.composed().pages;
    assert_eq!(first[0], again[0]);
    assert_eq!(again.len(), 2);
    assert_eq!(replica.sync_state().expect("it reads").waiting, 2);
}

#[test]
fn a_page_goes_with_its_links_once_the_server_lacks_the_records_before_it() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.record(GRACE, pain(3)).expect("it records");
    replica.inner.composed();
    replica.record(GRACE, pain(4)).expect("it records");
    let [first, second] = &pages_of(&replica.inner.composed(), &own_key(&replica))[..] else {
        panic!("two pages")
    };
    let refused = vec![Refused { index: 1, why: PageError::BeforeMissing, wants_digests: None }];
    replica.inner.absorb(&Exchanged { refused, ..exchanged(vec![first.id]) }).expect("it stores");
    let again = replica.inner.composed().pages[0].open();
    assert_eq!(again.as_ref(), Ok(second), "with the link that the server lacks");
    assert!(again.expect("a page").check(&own_key(&replica)).is_ok());
}

#[test]
fn only_a_receipt_ends_the_waiting_and_only_of_its_own_page() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.record(GRACE, pain(3)).expect("it records");
    let first = pages_of(&replica.inner.composed(), &own_key(&replica))[0].id;
    replica.record(GRACE, pain(4)).expect("it records");
    let second = pages_of(&replica.inner.composed(), &own_key(&replica))[1].id;
    let waiting = || replica.sync_state().expect("it reads").waiting;
    replica.inner.absorb(&exchanged(vec![second])).expect("it stores");
    assert_eq!(waiting(), 2, "the first record has no receipt yet");
    replica.inner.absorb(&exchanged(vec![first])).expect("it stores");
    assert_eq!(waiting(), 0);
    assert!(replica.inner.composed().pages.is_empty());
}

#[test]
fn a_full_disk_is_said_and_what_was_saved_stays() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.record(GRACE, pain(1)).expect("it records");
    replica.inner.state().store.allow_no_growth_for_tests();
    let mut long = pain(2);
    let Body::Observation(observation) = &mut long.body else { unreachable!() };
    observation.note = Some("x".repeat(1000));
    let refused = (0..100).find_map(|_| replica.record(GRACE, long.clone()).err());
    assert!(matches!(refused, Some(RecordError::Store(StoreError::DiskFull))), "{refused:?}");
    let saved = replica.history(GRACE).expect("it reads").len();
    drop(replica);
    let reopened = phone.open();
    assert_eq!(
        reopened.history(GRACE).expect("it reads").len(),
        saved,
        "what the screen showed as saved is there"
    );
    reopened.record(GRACE, pain(3)).expect("with space again, it records");
}

#[test]
fn bad_input_names_the_field_and_stores_nothing() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let refused = replica.record(GRACE, pain(11)).expect_err("11 is no pain score");
    assert!(matches!(refused, RecordError::Observation(ObservationError::NotAllowed { .. })), "{refused:?}");
    let later = Draft { observed: Some(NOW.plus_ms(60_000)), ..pain(1) };
    assert!(matches!(replica.record(GRACE, later), Err(RecordError::InTheFuture)));
    assert_eq!(replica.sync_state().expect("it reads").waiting, 0);
}

#[test]
fn what_someone_saw_is_recorded_of_a_person_whom_the_phone_does_not_show_and_nothing_of_them_is_read() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let stranger = PersonId([8; 16]);
    replica.record(stranger, pain(1)).expect("a fact of care is never refused for access");
    assert_eq!(replica.sync_state().expect("it reads").waiting, 1);
    assert!(matches!(replica.journal(stranger), Err(RecordError::UnknownPerson)));
    assert!(matches!(replica.plan(stranger), Err(RecordError::UnknownPerson)));
    assert!(matches!(replica.escalations(stranger), Err(RecordError::UnknownPerson)));
    let edit = replica.edit_plan(
        stranger,
        vec![Command::RetireEntry {
            section: Section::Actions,
            entry: "turning".parse().expect("a plain name"),
        }],
        "no",
    );
    assert!(matches!(edit, Err(RecordError::UnknownPerson)), "an edit needs the plan");
}

#[test]
fn the_database_folder_may_be_anywhere_a_path_goes() {
    let phone = Phone::new();
    let deep = phone.folder.path().join("a").join("b");
    let config = |path: &Path| OpenConfig {
        folder: path.to_owned(),
        keystore: Arc::new(phone.keystore()),
        clock: phone.clock.clone(),
        random: Arc::new(OsRandom),
    };
    assert!(Replica::open(config(&deep)).is_ok());
}

#[test]
fn an_own_edit_that_the_server_never_answered_is_shown_however_old_it_is() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let command = Command::AddEntry {
        section: Section::Actions,
        entry: "tea".parse().expect("an entry's name"),
        fields: [("text".to_owned(), Value::text("Tea with two sugars"))].into(),
        order: 1,
    };
    let edit = replica.edit_plan(GRACE, vec![command], "she asked for it").expect("it records");
    drop(replica);
    phone.clock.advance_ms(400 * 24 * HOUR_MS as u64);
    let replica = phone.open();
    let later = Exchanged { server_time: phone.clock.wall(), ..exchanged(vec![]) };
    replica.inner.absorb(&later).expect("it stores");
    let plan = replica.plan(GRACE).expect("it reads");
    assert_eq!(plan.edits.iter().map(|item| item.edit).collect::<Vec<_>>(), [edit]);
}

#[test]
fn numbers_and_links_go_on_after_the_app_was_killed_before_and_after_a_cut() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let key = own_key(&replica);
    replica.record(GRACE, pain(1)).expect("it records");
    drop(replica);
    let replica = phone.open();
    replica.record(GRACE, pain(2)).expect("it records");
    replica.inner.composed();
    replica.record(GRACE, pain(3)).expect("it records");
    drop(replica);
    let replica = phone.open();
    replica.record(GRACE, pain(4)).expect("it records");
    assert_eq!(replica.sync_state().expect("it reads").waiting, 4);
    let pages = pages_of(&replica.inner.composed(), &key);
    let runs: Vec<&Run> = pages.iter().map(|page| &page.runs[0]).collect();
    assert_eq!(
        runs.iter().map(|run| (run.first, run.last())).collect::<Vec<_>>(),
        [(1, 1), (1, 1), (2, 2), (1, 1)]
    );
    let epochs: BTreeSet<Epoch> = pages.iter().map(|page| page.id.epoch).collect();
    assert_eq!(epochs.len(), 3, "an epoch for each time that the app ran");
    let mut before = Link::START;
    for page in &pages {
        assert_eq!(page.runs[0].before, before, "each goes on where the one before it ended");
        before = page.check(&key).expect("it proves itself").runs[0].last().expect("a record").link;
    }
}

/// Opens what is on a phone's disk now in another folder, as a phone that a backup was put on.
fn restored(phone: &Phone) -> (Phone, Replica) {
    let copy = Phone::new();
    for file in std::fs::read_dir(phone.folder.path()).expect("a folder") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), copy.folder.path().join(file.file_name())).expect("it copies");
    }
    let replica = copy.open();
    (copy, replica)
}

#[test]
fn a_phone_that_was_set_back_never_gives_a_record_the_name_of_another() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.record(GRACE, pain(1)).expect("it records");
    let (_copy, back) = restored(&phone);
    let names = |replica: &Replica, score| replica.record(GRACE, pain(score)).expect("it records").id;
    let made = [names(&replica, 2), names(&back, 3), names(&replica, 4), names(&back, 5)];
    assert_eq!(BTreeSet::from(made).len(), 4);
    let pages = pages_of(&back.inner.composed(), &own_key(&back));
    assert_eq!(pages.len(), 2, "what it had, as the first one recorded it, and what it recorded itself");
    assert_eq!(pages[0].runs[0].records.len(), 1);
}
