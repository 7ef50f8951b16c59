//! Access that ends, the lease, and the order to wipe.

use super::*;
use crate::exchange::Step;
use alongside_domain::sync::machine::Outcome;
use alongside_domain::sync::messages::{Answer, Envelope, pack};
use alongside_domain::sync::standing::{Statement, WipeOrder};

/// What a sync of this replica ends with, when the server answers each request with this; and the requests.
fn synced(replica: &Replica, answer: impl Fn(&Envelope) -> Answer) -> (Outcome, Vec<Request>) {
    let mut exchange = replica.begin_exchange().expect("nothing else is under way");
    let mut requests = Vec::new();
    loop {
        match exchange.poll() {
            Step::Working => {}
            Step::Finished(outcome) => return (outcome, requests),
            Step::Send(bytes) => {
                let envelope: Envelope = decode(&bytes).expect("its own request");
                requests.push(decode(&envelope.body).expect("its own request"));
                exchange.handle_answer(Ok(pack(&answer(&envelope))));
            }
        }
    }
}

/// An answer to a device whose enrolment has ended, with an order to wipe that the key of `store` has signed.
fn ordering(order: &WipeOrder, store: u8, receipts: Vec<PageId>) -> Answer {
    let sign =
        |message: &[u8]| Signature::from_slice(key_of(store).0.sign(message).as_ref()).expect("64 bytes");
    let wipe = Some(Statement::of(order, sign));
    let terms = Terms { ended: true, wipe, ..Terms::default() };
    Answer::Exchanged(Exchanged { terms, access: None, ..exchanged(receipts) })
}

#[test]
fn an_order_under_the_organisations_key_wipes_once_all_is_handed_in_and_says_so() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.record(GRACE, pain(1)).expect("it records");
    let device = replica.me().expect("it is enrolled").device;
    let (outcome, requests) = synced(&replica, |envelope| {
        let request: Request = decode(&envelope.body).expect("its own request");
        let receipts = request.pages.iter().map(|page| page.open().expect("its own page").id).collect();
        ordering(&WipeOrder { device, answers: envelope.challenge }, 2, receipts)
    });
    assert_eq!(outcome, Outcome::Wiped);
    assert_eq!((requests.len(), requests[0].pages.len()), (2, 1), "it hands in, then says that it is done");
    assert_eq!((requests[1].wiped, requests[1].pages.len()), (Some(true), 0));
    assert!(!phone.database().exists() && !phone.folder.path().join("key").exists());
    assert!(replica.me().is_none());
    assert!(matches!(replica.record(GRACE, pain(2)), Err(RecordError::NotEnrolled)));
    drop(replica);
    assert!(phone.open().me().is_none(), "a new start finds an empty phone");
}

#[test]
fn nothing_but_a_right_order_wipes() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let device = replica.me().expect("it is enrolled").device;
    let right = |envelope: &Envelope| WipeOrder { device, answers: envelope.challenge };
    type Answers<'a> = &'a dyn Fn(&Envelope) -> Answer;
    let wrong: [(&str, Answers<'_>); 4] = [
        ("not enrolled", &|_| Answer::NotEnrolled),
        ("another key", &|envelope| ordering(&right(envelope), 5, vec![])),
        ("another device", &|envelope| {
            ordering(&WipeOrder { device: AuthorId([7; 16]), ..right(envelope) }, 2, vec![])
        }),
        ("an order given before", &|_| {
            ordering(&WipeOrder { device, answers: Challenge([7; 16]) }, 2, vec![])
        }),
    ];
    for (what, answer) in wrong {
        let (outcome, _) = synced(&replica, answer);
        assert_ne!(outcome, Outcome::Wiped, "{what}");
        assert!(phone.database().exists() && replica.me().is_some(), "{what}");
    }
}

#[test]
fn a_wipe_that_was_begun_goes_on_when_the_app_starts() {
    let phone = Phone::new();
    drop(phone.enrolled());
    std::fs::write(phone.folder.path().join("wipe-begun"), b"").expect("it writes");
    assert!(phone.open().me().is_none());
    assert!(!phone.folder.path().join("wipe-begun").exists());
}

/// An answer after which the device may see these people.
pub(super) fn seeing(people: &[PersonId], version: u64, receipts: Vec<PageId>) -> Exchanged {
    let people = people.iter().map(|person| PersonAccess {
        person: *person,
        channels: vec![Channel::Care],
        categories: None,
    });
    let access = Some(AccessList { version, people: people.collect() });
    Exchanged { access, ..exchanged(receipts) }
}

#[test]
fn when_access_ends_the_readable_copy_goes_once_what_waits_is_handed_in() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let standing = || replica.sync_state().map(|state| (state.waiting, state.leaving)).expect("it reads");
    let absorb = |exchanged: Exchanged| replica.inner.absorb(&exchanged).expect("it stores");
    let waiting_page = || replica.inner.composed().pages[0].open().expect("its own page");
    replica.record(GRACE, pain(1)).expect("it records");
    let page = waiting_page();
    absorb(seeing(&[], 2, vec![]));
    assert_eq!(standing(), (1, 1), "it waits to be handed in");
    assert!(matches!(replica.journal(GRACE), Err(RecordError::UnknownPerson)), "and nobody reads it");
    absorb(seeing(&[], 2, vec![page.id]));
    assert_eq!(standing(), (0, 0));
    replica.record(GRACE, pain(2)).expect("a fact of care is never refused for access");
    let next = waiting_page();
    assert_eq!((next.runs[0].first, next.runs[0].records.len()), (2, 1), "her stream goes on, in a page");
    absorb(seeing(&[], 2, vec![next.id]));
    absorb(seeing(&[GRACE], 3, vec![]));
    assert!(replica.journal(GRACE).expect("it may be read").is_empty(), "until the server sends it again");
}

#[test]
fn after_the_lease_nothing_is_shown_and_everything_is_recorded_until_a_sync() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    phone.clock.advance_ms(73 * HOUR_MS as u64);
    assert!(matches!(replica.people(), Err(RecordError::Locked { hours: 72 })));
    assert!(matches!(replica.plan(GRACE), Err(RecordError::Locked { .. })));
    replica.record(GRACE, pain(1)).expect("it records");
    phone.clock.set_wall(NOW);
    phone.clock.reboot();
    drop(replica);
    let reopened = phone.open();
    assert!(matches!(reopened.today(), Err(RecordError::Locked { .. })), "the highest time was written down");
    let later = Exchanged { server_time: NOW.plus_ms(73 * HOUR_MS), ..exchanged(vec![]) };
    reopened.inner.absorb(&later).expect("it stores");
    assert_eq!(reopened.people().expect("a sync unlocks").len(), 1);
}
