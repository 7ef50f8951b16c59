//! Orders to erase: what is gone from every view, and when the phone says so.

use super::*;
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::journal::page::{OpenRun, Part};
use alongside_domain::journal::{Digest, PageExtract, RecordRef};

fn order(record: RecordRef) -> Exchanged {
    let erasures = vec![Erasure { version: 1, person: GRACE, record, digest: Digest([7; 32]) }];
    Exchanged { erasures, erasures_version: 1, ..exchanged(vec![]) }
}

fn shown(replica: &Replica) -> Vec<u64> {
    let journal = replica.journal(GRACE).expect("it reads");
    let history = replica.history(GRACE).expect("it reads");
    assert_eq!(journal.len(), history.len());
    journal.iter().map(|item| item.id.number).collect()
}

#[test]
fn an_erased_record_is_in_no_view_and_what_is_recorded_next_goes_on() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let secret = replica.record(GRACE, pain(9)).expect("it records").id;
    replica.record(GRACE, pain(3)).expect("it records");
    let page = pages_of(&replica.inner.composed(), &own_key(&replica))[0].id;
    replica.inner.absorb(&Exchanged { receipts: vec![page], ..order(secret) }).expect("it stores");
    assert_eq!(shown(&replica), [2]);
    assert_eq!(replica.inner.composed().erased, 1);
    replica.record(GRACE, pain(4)).expect("it records");
    let page = replica.inner.composed().pages[0].open().expect("a page");
    assert_eq!(page.runs[0].first, 3, "it follows what is gone");
    drop(replica);
    assert_eq!(shown(&phone.open()), [2, 3]);
}

#[test]
fn a_page_that_still_waits_is_not_said_to_be_forgotten() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let secret = replica.record(GRACE, pain(9)).expect("it records").id;
    let page = pages_of(&replica.inner.composed(), &own_key(&replica))[0].id;
    replica.inner.absorb(&order(secret)).expect("it stores");
    assert_eq!(shown(&replica), [] as [u64; 0], "no view shows it");
    assert_eq!(replica.inner.composed().erased, 0);
    replica.inner.absorb(&Exchanged { receipts: vec![page], ..order(secret) }).expect("it stores");
    assert_eq!(replica.inner.composed().erased, 1);
}

#[test]
fn an_order_about_what_is_not_here_is_carried_out_at_once() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let of_other =
        RecordRef { author: AuthorId([4; 16]), epoch: Epoch([1; 8]), number: 1, channel: Channel::Care };
    replica.inner.absorb(&order(of_other)).expect("it stores");
    assert_eq!(replica.inner.composed().erased, 1);
}

#[test]
fn views_in_memory_are_folded_anew() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let secret = replica.record(GRACE, pain(9)).expect("it records").id;
    assert_eq!(replica.aligned(GRACE).expect("it folds").segments.len(), 1);
    let page = pages_of(&replica.inner.composed(), &own_key(&replica))[0].id;
    replica.inner.absorb(&Exchanged { receipts: vec![page], ..order(secret) }).expect("it stores");
    let notes = replica.aligned(GRACE).expect("it folds");
    assert!(notes.segments.iter().all(|segment| segment.others.is_empty()), "views are folded anew");
}

#[test]
fn an_order_comes_together_with_what_the_server_had_erased_before() {
    check_erased_before(0);
    check_erased_before(1);
}

/// With so many records beside the erased one in its run.
fn check_erased_before(others: usize) {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let secret = replica.record(GRACE, pain(9)).expect("it records").id;
    (0..others).for_each(|_| drop(replica.record(GRACE, pain(3)).expect("it records")));
    let page = pages_of(&replica.inner.composed(), &own_key(&replica)).remove(0);
    let run = page.runs[0].clone();
    let mut open = OpenRun::for_reader(&page.id, &page.secret, run, |_| true).expect("it opens");
    open.erase(&[secret.number]).expect("it is the page's own");
    let extract = PageExtract { id: page.id, seal: page.seal, parts: vec![Part::Open(open)] };
    let (valid_from, valid_to) = (Moment(0), Moment(i64::MAX));
    let own = Subject {
        author: page.id.author,
        key: own_key(&replica),
        holder: None,
        valid_from,
        valid_to,
        sealing: None,
        desk: None,
    };
    let directory = vec![certificate(&own, &key_of(2).0)];
    let receipts = vec![page.id];
    let answer = Exchanged { extracts: vec![extract], receipts, directory, ..order(secret) };
    replica.inner.absorb(&answer).expect("it stores");
    assert_eq!(shown(&replica).len(), others);
    assert_eq!(replica.inner.composed().erased, 1);
}
