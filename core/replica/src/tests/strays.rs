//! Records whose page a damaged file has lost before its receipt came: they wait until the server has sent all that it
//! has, and never stand twice.

use super::damaged::{each_damaged, noted, times};
use super::*;
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::journal::{Digest, RecordRef};

/// How many records there are, all in pages.
const RECORDS: usize = 40;

/// Does `act` with a phone whose pages were sent and got no receipt, for each damage that lost their rows and nothing else:
/// with what the server would send of those pages.
fn each_with_strays(mut act: impl FnMut(&Replica, Vec<PageExtract>)) {
    let phone = Phone::new();
    let replica = phone.enrolled();
    (0..RECORDS).for_each(|number| drop(replica.record(GRACE, noted(number)).expect("it records")));
    let sent = replica.inner.composed();
    let pages = pages_of(&sent, &own_key(&replica));
    drop(replica);
    let mut met = 0;
    each_damaged(&phone, |page, replica| {
        replica.mend().unwrap_or_else(|error| panic!("page {page}: {error}"));
        replica.inner.composed();
        if strays_of(replica) == RECORDS && (0..RECORDS).all(|number| times(replica, number) == 1) {
            met += 1;
            act(replica, pages.iter().map(extract_of).collect());
        }
    });
    assert!(met > 0, "no damage lost the pages alone");
}

fn strays_of(replica: &Replica) -> usize {
    replica.inner.state().store.strays().expect("it reads").len()
}

fn waiting(replica: &Replica) -> u64 {
    replica.sync_state().expect("it reads").waiting
}

/// The records in the pages of the next request.
fn sent_next(replica: &Replica) -> usize {
    let pages = pages_of(&replica.inner.composed(), &own_key(replica));
    pages.iter().flat_map(|page| &page.runs).map(|run| run.records.len()).sum()
}

/// How often any of the records stands in the journal.
fn in_journal(replica: &Replica) -> usize {
    (0..RECORDS).map(|number| times(replica, number)).sum()
}

#[test]
fn what_may_be_on_the_server_waits_and_is_shown_so_until_all_has_come() {
    each_with_strays(|replica, _| {
        assert_eq!(waiting(replica), RECORDS as u64);
        assert_eq!(sent_next(replica), 0);
        replica.inner.absorb(&Exchanged { more: true, ..exchanged(vec![]) }).expect("it stores");
        assert_eq!((waiting(replica), sent_next(replica)), (RECORDS as u64, 0), "more is to come");
    });
}

#[test]
fn what_the_server_has_already_is_not_sent_again() {
    each_with_strays(|replica, extracts| {
        let directory = vec![replica.inner.identity().expect("it is enrolled").certificate().clone()];
        replica.inner.absorb(&Exchanged { extracts, directory, ..exchanged(vec![]) }).expect("it stores");
        assert_eq!((waiting(replica), sent_next(replica)), (0, 0));
        assert_eq!(in_journal(replica), RECORDS);
    });
}

#[test]
fn what_the_server_never_got_is_sent_once_all_has_come() {
    each_with_strays(|replica, _| {
        let left = replica.inner.absorb(&exchanged(vec![])).expect("it stores");
        assert!(left, "the same sync sends it");
        assert_eq!((waiting(replica), sent_next(replica)), (RECORDS as u64, RECORDS));
        assert_eq!(in_journal(replica), RECORDS);
        let sent = pages_of(&replica.inner.composed(), &own_key(replica));
        let receipts = sent.iter().map(|page| page.id).collect();
        replica.inner.absorb(&exchanged(receipts)).expect("it stores");
        assert_eq!((waiting(replica), sent_next(replica)), (0, 0));
    });
}

#[test]
fn what_was_erased_meanwhile_does_not_come_again_under_another_name() {
    each_with_strays(|replica, extracts| {
        let record = |number| {
            let PageId { author, epoch, channel, .. } = extracts[0].id;
            RecordRef { author, epoch, number, channel }
        };
        let erasures =
            vec![Erasure { version: 1, person: GRACE, record: record(3), digest: Digest([7; 32]) }];
        let told = Exchanged { erasures, erasures_version: 1, ..exchanged(vec![]) };
        replica.inner.absorb(&told).expect("it stores");
        assert_eq!(sent_next(replica), RECORDS - 1);
        assert_eq!(times(replica, 2), 0);
    });
}

#[test]
fn an_answer_to_what_was_asked_before_the_damage_does_not_count() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.record(GRACE, noted(1)).expect("it records");
    let asked = replica.inner.composed();
    let receipts: Vec<PageId> = pages_of(&asked, &own_key(&replica)).iter().map(|page| page.id).collect();
    replica.mend().expect("it mends");
    assert!(replica.inner.absorb(&exchanged(receipts.clone())).is_err());
    assert_eq!(waiting(&replica), 1);
    replica.inner.composed();
    replica.inner.absorb(&exchanged(receipts)).expect("it stores");
    assert_eq!(waiting(&replica), 0);
}
