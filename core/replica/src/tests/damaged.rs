//! One changed bit in the database: only what stood there is lost, the rest arrives, and the phone goes on.

use super::erased_plan::{page, told};
use super::*;
use crate::exchange::Step;
use alongside_domain::ids::VisitId;
use alongside_domain::journal::StreamId;
use alongside_domain::journal::body::{VisitKind, VisitPlanned};
use alongside_domain::sync::messages::{Answer, Envelope, pack};

/// Bytes of a page of the database.
const PAGE_BYTES: usize = 2048;
/// How many records are in no page yet.
const IN_NO_PAGE: usize = 40;
/// How many pages of the file name its tables, or the phone: however many records there are.
const CLOSED_PAGES_MAX: usize = 12;
/// How many records of this test fit into one.
const RECORDS_A_PAGE: usize = 16;

pub(super) fn noted(number: usize) -> Draft {
    let mut draft = pain(3);
    if let Body::Observation(observation) = &mut draft.body {
        observation.note = Some(format!("note {number} of what was seen on a quiet morning at her home"));
    }
    draft
}

/// What a server that takes everything gets in up to three syncs: the notes, in pages that prove themselves.
fn handed_in(replica: &Replica, links: &mut Links) -> BTreeSet<String> {
    let key = own_key(replica);
    let mut notes = BTreeSet::new();
    for _ in 0..3 {
        let Some(mut exchange) = replica.begin_exchange() else { break };
        loop {
            match exchange.poll() {
                Step::Working => {}
                Step::Finished(_) => break,
                Step::Send(bytes) => {
                    let envelope: Envelope = decode(&bytes).expect("its own request");
                    let request: Request = decode(&envelope.body).expect("its own request");
                    let pages = proved(&request, &key, links);
                    notes.extend(pages.iter().flat_map(|page| &page.runs).flat_map(notes_of));
                    let receipts = pages.iter().map(|page| page.id).collect();
                    exchange.handle_answer(Ok(pack(&Answer::Exchanged(exchanged(receipts)))));
                }
            }
        }
    }
    notes
}

/// The links of records that the server has.
type Links = BTreeMap<(StreamId, u64), Link>;

fn proved(request: &Request, key: &PublicKey, links: &mut Links) -> Vec<Page> {
    let prove = |page: &PackedPage| {
        let mut page = page.open().expect("its own page");
        let known = |stream: &StreamId, number| links.get(&(*stream, number)).copied();
        page.put_befores_in(known).expect("the server has the records before");
        let checked = page.check(key).expect("it proves itself");
        for (run, checked) in page.runs.iter().zip(checked.runs) {
            links.extend(checked.iter().map(|it| ((page.id.stream(run.person), it.number), it.link)));
        }
        page
    };
    request.pages.iter().map(prove).collect()
}

fn notes_of(run: &Run) -> Vec<String> {
    let bodies = run.records.iter().map(|record| {
        let kind = record.decode_header().expect("its own header").kind;
        Body::decode(kind, &record.body).expect("its own body")
    });
    let notes = bodies.filter_map(|body| match body {
        Body::Observation(observation) => observation.note,
        _ => None,
    });
    notes.collect()
}

/// A phone with records that are receipted, that wait in pages, and that are in none yet; and the notes that wait.
fn with_everything(phone: &Phone, links: &mut Links) -> BTreeSet<String> {
    let replica = phone.enrolled();
    (0..40).for_each(|number| drop(replica.record(GRACE, noted(number)).expect("it records")));
    handed_in(&replica, links);
    (40..80).for_each(|number| drop(replica.record(GRACE, noted(number)).expect("it records")));
    replica.inner.composed();
    (80..80 + IN_NO_PAGE).for_each(|number| drop(replica.record(GRACE, noted(number)).expect("it records")));
    (40..120)
        .map(|number| noted(number).body)
        .filter_map(|body| match body {
            Body::Observation(observation) => observation.note,
            _ => None,
        })
        .collect()
}

/// A phone with this database and key, with another bit in this page of it; and that database.
fn copied(bytes: &[u8], key: &[u8], page: usize) -> (Phone, Vec<u8>) {
    let other = Phone::new();
    let mut damaged = bytes.to_vec();
    damaged[page * PAGE_BYTES + PAGE_BYTES / 2] ^= 1;
    std::fs::write(other.database(), &damaged).expect("it writes");
    std::fs::write(other.folder.path().join("key"), key).expect("it writes");
    (other, damaged)
}

/// The database and the key of a phone.
fn files_of(phone: &Phone) -> (Vec<u8>, Vec<u8>) {
    let read = |path: std::path::PathBuf| std::fs::read(path).expect("it reads");
    (read(phone.database()), read(phone.folder.path().join("key")))
}

/// Does `act` with a copy of the phone in which a bit of the page has changed, for each page with which it opens.
pub(super) fn each_damaged(phone: &Phone, mut act: impl FnMut(usize, &Replica)) {
    let (bytes, key) = files_of(phone);
    for page in 1..bytes.len() / PAGE_BYTES {
        let (other, _) = copied(&bytes, &key, page);
        if let Ok(replica) = other.open_with(other.keystore()) {
            act(page, &replica);
        }
    }
}

/// Who may be seen may have been lost with the page; the server says it again.
fn mend(page: usize, replica: &Replica) {
    replica.mend().unwrap_or_else(|error| panic!("page {page}: {error}"));
    replica.inner.composed();
    replica.inner.absorb(&exchanged(Vec::new())).expect("it stores");
}

/// How often a note stands in the journal.
pub(super) fn times(replica: &Replica, number: usize) -> usize {
    let body = noted(number).body;
    replica.journal(GRACE).expect("it reads").iter().filter(|item| item.body == body).count()
}

#[test]
fn what_is_recorded_when_the_damage_is_met_is_saved_once() {
    let phone = Phone::new();
    with_everything(&phone, &mut Links::new());
    let mut met = 0;
    each_damaged(&phone, |page, replica| {
        replica.record(GRACE, noted(500)).unwrap_or_else(|error| panic!("page {page}: {error}"));
        met += replica.sync_state().expect("it reads").set_aside;
        mend(page, replica);
        assert_eq!(times(replica, 500), 1, "page {page}");
    });
    assert!(met > 5, "the damage was met {met} times");
}

#[test]
fn an_edit_that_is_made_when_the_damage_is_met_is_saved_once() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let (changes, _) = page(1, (1, Link::START), &told().changes);
    let told = Exchanged { extracts: vec![changes], ..exchanged(Vec::new()) };
    replica.inner.absorb(&told).expect("it stores");
    drop(replica);
    let mut met = 0;
    each_damaged(&phone, |page, replica| {
        let edit = || vec![set_routines("supper at six")];
        // The edit starts from the plan: where that cannot be read, it is made once the phone is mended.
        if replica.edit_plan(GRACE, edit(), "she asked").is_err() {
            mend(page, replica);
            replica
                .edit_plan(GRACE, edit(), "she asked")
                .unwrap_or_else(|error| panic!("page {page}: {error}"));
        }
        met += usize::from(replica.check_file().is_err());
        mend(page, replica);
        let items = replica.journal(GRACE).expect("it reads");
        let edits = items.iter().filter(|item| matches!(item.body, Body::PlanEdit(_))).count();
        assert_eq!(edits, 1, "page {page}");
    });
    assert!(met > 5, "the damage was met {met} times");
}

#[test]
fn what_is_left_of_the_journal_stands_in_the_lists_of_views() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let start = phone.clock.wall();
    for number in 0..120 {
        let planned = VisitPlanned {
            visit: VisitId([number; 16]),
            visit_kind: VisitKind::Care,
            start,
            window_end: start,
            staff: Vec::new(),
            cancelled: false,
            ends: None,
            time_critical: None,
        };
        let draft = Draft { body: Body::VisitPlanned(planned), observed: None };
        replica.record(GRACE, draft).expect("it records");
    }
    drop(replica);
    let mut mended = 0;
    each_damaged(&phone, |page, replica| {
        mend(page, replica);
        let items = replica.journal(GRACE).expect("it reads");
        let held = items.iter().filter(|item| matches!(item.body, Body::VisitPlanned(_))).count();
        let listed = replica.inner.state().store.planned_between(GRACE, start, start).expect("it reads");
        assert_eq!(listed.len(), held, "page {page}");
        mended += 1;
    });
    assert!(mended > 5, "{mended} pages");
}

#[test]
fn with_one_bit_flipped_anywhere_all_but_what_stood_there_arrives() {
    let phone = Phone::new();
    let mut links = Links::new();
    let waiting = with_everything(&phone, &mut links);
    let (bytes, key) = files_of(&phone);
    let (mut whole, mut lost, mut inner, mut closed) = (0, 0, 0, 0);
    for page in 1..bytes.len() / PAGE_BYTES {
        let (other, damaged) = copied(&bytes, &key, page);
        // What names the tables and who the phone is stands in a few pages: without them the file stays closed.
        let Ok(replica) = other.open_with(other.keystore()) else {
            closed += 1;
            continue;
        };
        assert!(matches!(replica.check_file(), Err(StoreError::Damaged)), "page {page}");
        replica.mend().unwrap_or_else(|error| panic!("page {page}: {error}"));
        let mut links = links.clone();
        let arrived = handed_in(&replica, &mut links);
        let missing = waiting.difference(&arrived).count();
        // Beneath the journal's inner page stands all of it: then what was in no page yet is lost, and no more.
        assert!(missing <= IN_NO_PAGE, "page {page}: {missing} are missing");
        match missing {
            0 => whole += 1,
            1..=RECORDS_A_PAGE => lost += 1,
            _ => inner += 1,
        }
        let state = replica.sync_state().expect("it reads");
        assert_eq!((state.waiting, state.set_aside), (0, 1), "page {page}");
        replica.record(GRACE, noted(500)).expect("it goes on");
        assert_eq!(handed_in(&replica, &mut links).len(), 1, "page {page}");
        assert_eq!(std::fs::read(other.database()).expect("it reads"), damaged, "the damaged file stays");
        drop(replica);
        assert_eq!(other.open().sync_state().expect("it reads").set_aside, 1, "and is not opened again");
    }
    assert!(closed <= CLOSED_PAGES_MAX, "{closed} pages close the file");
    assert_eq!(inner, 1, "the journal of this test has one inner page");
    assert!(whole > 3 * lost, "{whole} without a loss, {lost} with one");
}
