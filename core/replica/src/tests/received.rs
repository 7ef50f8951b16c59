//! When the server came to know of a record, as a phone knows it.

use super::corrected::from_the_store;
use super::*;
use alongside_domain::care::escalation::InTime;
use alongside_domain::journal::RecordRef;
use alongside_domain::journal::body::{Match, MatchRef, Received, Response};

/// An answer about a record, logged as that was made.
fn answered(replica: &Replica) -> RecordRef {
    let seen = replica.record(GRACE, pain(9)).expect("it records").id;
    let about = MatchRef { trigger: "T1".parse().expect("a name"), matched: Match::Record(seen) };
    let response =
        Response { about, from: "Beth".into(), said: "I come".into(), promise: None, refused: None };
    let draft = Draft { body: Body::Response(response), observed: None };
    replica.record(GRACE, draft).expect("it records").id
}

fn known_in_time(replica: &Replica) -> Vec<InTime> {
    let found = replica.escalations(GRACE).expect("it reads");
    found.list.iter().map(|escalation| escalation.known_in_time).collect()
}

fn received(record: RecordRef, at: Moment) -> Body {
    let RecordRef { author, epoch, number, .. } = record;
    Body::Received(Received { author, epoch, first: 1, last: number, at })
}

#[test]
fn an_answer_is_known_once_a_receipt_names_it_and_when_the_store_says_so() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let answer = answered(&replica);
    assert_eq!(known_in_time(&replica), [InTime::Pending], "it waits, and its deadline is now");
    phone.clock.advance_ms(24 * HOUR_MS as u64);
    assert_eq!(known_in_time(&replica), [InTime::Unknown], "it may have arrived");
    let pages = pages_of(&replica.inner.composed(), &own_key(&replica));
    let receipts = pages.iter().map(|page| page.id).collect();
    replica.inner.absorb(&exchanged(receipts)).expect("it stores");
    assert_eq!(known_in_time(&replica), [InTime::Yes], "nothing says that it came late");
    replica.inner.absorb(&from_the_store(received(answer, NOW.plus_ms(24 * HOUR_MS)))).expect("it stores");
    assert_eq!(known_in_time(&replica), [InTime::No]);
    drop(replica);
    assert_eq!(known_in_time(&phone.open()), [InTime::No], "also after a start");
}

#[test]
fn a_device_does_not_say_when_records_came_in() {
    let replica = Phone::new().enrolled();
    let seen = replica.record(GRACE, pain(9)).expect("it records").id;
    let refused = replica.record(GRACE, Draft { body: received(seen, NOW), observed: None });
    assert!(matches!(refused, Err(RecordError::NotYours)));
}
