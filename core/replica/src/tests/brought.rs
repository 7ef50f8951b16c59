//! What a phone brings to a server that was restored.

use super::corrected::from_the_store;
use super::*;
use alongside_domain::journal::body::OfficeNote;
use alongside_domain::sync::messages::Refused;

/// A phone that keeps a record of the store, and has learnt that the server was restored.
fn keeps_a_record(phone: &Phone) -> Replica {
    let replica = phone.enrolled();
    let told = |epoch| Exchanged { epoch: Some(Epoch(epoch)), ..exchanged(vec![]) };
    replica.inner.absorb(&told([1; 8])).expect("it stores");
    let note = Body::OfficeNote(OfficeNote { text: "a record".into() });
    replica.inner.absorb(&from_the_store(note)).expect("it stores");
    replica.inner.absorb(&told([2; 8])).expect("it stores");
    replica
}

#[test]
fn what_the_restored_server_has_no_receipt_for_is_brought_until_it_has() {
    let phone = Phone::new();
    let replica = keeps_a_record(&phone);
    let brought = replica.inner.composed().brought;
    assert_eq!(brought.len(), 1);
    assert_eq!(replica.inner.composed().brought, brought, "no answer came");
    let id = brought[0].open().expect("it was packed here").id;
    replica.inner.absorb(&exchanged(vec![id])).expect("it stores");
    assert_eq!(replica.inner.composed().brought, []);
}

#[test]
fn what_the_restored_server_refuses_is_not_brought_again() {
    let phone = Phone::new();
    let replica = keeps_a_record(&phone);
    replica.record(GRACE, pain(3)).expect("it records");
    let request = replica.inner.composed();
    assert_eq!((request.pages.len(), request.brought.len()), (1, 1));
    let refused = vec![Refused { index: 1, why: PageError::Seal, wants_digests: None }];
    replica.inner.absorb(&Exchanged { refused, ..exchanged(vec![]) }).expect("it stores");
    let request = replica.inner.composed();
    assert_eq!((request.pages.len(), request.brought.len()), (1, 0), "the page still waits");
}
