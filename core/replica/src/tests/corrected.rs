//! Times that the server corrects: every view has them, whatever day a record is filed under.

use super::*;
use alongside_domain::journal::body::Times;
use alongside_domain::journal::chain::{Chain, PageSecret};
use alongside_domain::journal::{RecordRef, StreamId};

const STORE: AuthorId = AuthorId([9; 16]);
const TEN_YEARS_MS: i64 = 10 * 365 * 24 * HOUR_MS;

/// The store's first record about Grace.
pub(super) fn from_the_store(body: Body) -> Exchanged {
    let header = Header {
        kind: body.kind(),
        category: body.category(),
        recorded: NOW,
        observed: None,
        by: StaffId(STORE.0),
        plan_seen: PlanSeen::default(),
        clock_off_ms: None,
        counted: None,
    };
    let (secret, records) = (PageSecret([5; 32]), vec![RecordBytes::of(&header, &body)]);
    let id = PageId { author: STORE, epoch: Epoch([6; 8]), number: 1, channel: Channel::Care };
    let stream = StreamId { person: GRACE, channel: Channel::Care, author: STORE, epoch: id.epoch };
    let mut chain = Chain::at(&secret, stream, 0, Link::START);
    chain.push(header.category, &records[0]);
    let head = chain.link;
    let run = Run { person: GRACE, first: 1, before: Link::START, records };
    let sign =
        |message: &[u8]| Signature::from_slice(key_of(2).0.sign(message).as_ref()).expect("a signature");
    let page = Page::seal(id, secret, vec![run], &[head], sign);
    Exchanged { extracts: vec![extract_of(&page)], ..exchanged(vec![]) }
}

fn times(record: RecordRef, add_ms: i64) -> Body {
    let RecordRef { author, epoch, number, .. } = record;
    Body::Times(Times { author, epoch, first: number, last: number, add_ms })
}

/// A phone whose clock is set ten years back, and which then starts anew.
fn behind() -> (Phone, Replica) {
    let phone = Phone::new();
    drop(phone.enrolled());
    phone.clock.set_wall(NOW.plus_ms(-TEN_YEARS_MS));
    phone.clock.reboot();
    let replica = phone.open();
    (phone, replica)
}

#[test]
fn a_record_is_found_under_its_corrected_time_and_shows_what_the_phone_showed() {
    let (_phone, replica) = behind();
    let recorded = replica.record(GRACE, pain(3)).expect("it records");
    assert_eq!(recorded.recorded, NOW.plus_ms(-TEN_YEARS_MS));
    replica.inner.absorb(&from_the_store(times(recorded.id, TEN_YEARS_MS))).expect("it stores");
    let history = replica.history(GRACE).expect("it reads");
    let found = history.iter().find(|item| item.id == recorded.id).expect("it is within the look-back now");
    assert_eq!((found.recorded, found.observed), (NOW, NOW));
    assert_eq!(found.clock_off_ms, Some(-TEN_YEARS_MS));
}

#[test]
fn an_edit_has_its_corrected_time() {
    let (_phone, replica) = behind();
    let command = set_routines("tea at four");
    let edit = replica.edit_plan(GRACE, vec![command], "asked").expect("it records");
    replica.inner.absorb(&from_the_store(times(edit, TEN_YEARS_MS))).expect("it stores");
    let shown = replica.plan(GRACE).expect("it reads").edits;
    assert_eq!(shown.iter().map(|item| (item.edit, item.at)).collect::<Vec<_>>(), [(edit, NOW)]);
}

#[test]
fn only_what_rests_on_the_clock_says_what_was_counted() {
    let counted = |replica: &Replica, page: usize| {
        let pages = pages_of(&replica.inner.composed(), &own_key(replica));
        let header = pages[page].runs[0].records[0].decode_header().expect("a header");
        header.counted
    };
    let (_phone, replica) = behind();
    replica.record(GRACE, pain(3)).expect("it records");
    assert!(counted(&replica, 0).is_some(), "the server was not heard since the phone started");
    replica.inner.absorb(&exchanged(vec![])).expect("it stores");
    replica.record(GRACE, pain(4)).expect("it records");
    assert_eq!(counted(&replica, 1), None);
}
