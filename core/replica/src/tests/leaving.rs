//! What is kept about people whom the phone has forgotten: until a backup holds it, or seven days.

use super::standing::seeing;
use super::*;

const ADA: PersonId = PersonId([8; 16]);
const DAY_MS: u64 = 24 * HOUR_MS as u64;

/// A phone that has handed in a page about Grace and Ada, and may then see only Ada.
fn forgot_grace(phone: &Phone) -> (Replica, PageId) {
    let replica = phone.enrolled();
    replica.inner.absorb(&seeing(&[ADA, GRACE], 2, vec![])).expect("it stores");
    replica.inner.absorb(&in_epoch(1, seeing(&[ADA, GRACE], 2, vec![]))).expect("it stores");
    replica.record(GRACE, pain(3)).expect("it records");
    replica.record(ADA, pain(5)).expect("it records");
    let page = pages_of(&replica.inner.composed(), &own_key(&replica)).remove(0);
    assert_eq!(page.runs.len(), 2);
    replica.inner.absorb(&seeing(&[ADA], 3, vec![page.id])).expect("it stores");
    (replica, page.id)
}

fn in_epoch(epoch: u8, told: Exchanged) -> Exchanged {
    Exchanged { epoch: Some(Epoch([epoch; 8])), ..told }
}

/// Whom the phone brings something about to a server that was restored.
fn brings(replica: &Replica) -> Vec<PersonId> {
    let restored = Exchanged { access: None, server_time: replica.now(), ..exchanged(vec![]) };
    replica.inner.absorb(&in_epoch(2, restored)).expect("it stores");
    let (key, request) = (own_key(replica), replica.inner.composed());
    let mut people = Vec::new();
    for page in request.pages.iter().map(|page| page.open().expect("its own page")) {
        people.extend(page.runs.iter().map(|run| run.person));
    }
    for extract in request.brought.iter().map(|extract| extract.open().expect("its own extract")) {
        extract.check(&key).expect("what is left proves itself");
        people.extend(extract.parts.iter().filter_map(|part| match part {
            Part::Open(run) => Some(run.person),
            Part::Hidden(_) => None,
        }));
    }
    people.sort_unstable();
    people
}

#[test]
fn own_bytes_about_somebody_who_is_forgotten_wait_seven_days_for_a_backup_and_no_longer() {
    for (days, expected) in [(6, vec![GRACE, ADA]), (7, vec![ADA])] {
        let phone = Phone::new();
        let (replica, _) = forgot_grace(&phone);
        phone.clock.advance_ms(days * DAY_MS);
        // Without an answer, as without network: a request is made all the same.
        replica.inner.composed();
        assert_eq!(brings(&replica), expected, "after {days} days");
    }
}

#[test]
fn no_clock_that_is_set_ends_the_seven_days_and_no_new_start_begins_them_again() {
    let phone = Phone::new();
    let (replica, _) = forgot_grace(&phone);
    phone.clock.set_wall(NOW.plus_ms(3_650 * DAY_MS as i64));
    replica.inner.composed();
    drop(replica);
    phone.clock.reboot();
    let replica = phone.open();
    replica.inner.composed();
    let heard = Exchanged { access: None, server_time: NOW.plus_ms(6 * DAY_MS as i64), ..exchanged(vec![]) };
    replica.inner.absorb(&heard).expect("it stores");
    replica.inner.composed();
    assert!(replica.inner.state().store.keeps_something().expect("it reads"));
    phone.clock.advance_ms(DAY_MS);
    replica.inner.composed();
    assert_eq!(brings(&replica), [ADA]);
}

#[test]
fn whoever_may_be_seen_again_does_not_leave() {
    let phone = Phone::new();
    let (replica, _) = forgot_grace(&phone);
    replica.inner.absorb(&seeing(&[ADA, GRACE], 4, vec![])).expect("it stores");
    phone.clock.advance_ms(8 * DAY_MS);
    replica.inner.composed();
    assert_eq!(brings(&replica), [GRACE, ADA]);
}

#[test]
fn what_a_restored_server_has_not_receipted_again_waits_for_that() {
    let phone = Phone::new();
    let (replica, page) = forgot_grace(&phone);
    assert_eq!(brings(&replica), [GRACE, ADA]);
    phone.clock.advance_ms(8 * DAY_MS);
    let sent = replica.inner.composed();
    assert_eq!(sent.pages.len(), 1, "it waits");
    let later = Exchanged { server_time: replica.now(), ..seeing(&[ADA], 3, vec![page]) };
    replica.inner.absorb(&later).expect("it stores");
    replica.inner.composed();
    let restored = Exchanged { access: None, server_time: replica.now(), ..exchanged(vec![]) };
    replica.inner.absorb(&in_epoch(3, restored)).expect("it stores");
    let request = replica.inner.composed();
    assert_eq!((request.pages.len(), request.brought.len()), (0, 1), "what is left is about Ada alone");
}

#[test]
fn nothing_is_left_once_everybody_in_a_page_has_left() {
    let phone = Phone::new();
    let (replica, _) = forgot_grace(&phone);
    replica.inner.absorb(&seeing(&[], 4, vec![])).expect("it stores");
    phone.clock.advance_ms(7 * DAY_MS);
    replica.inner.composed();
    assert!(!replica.inner.state().store.keeps_something().expect("it reads"));
    assert_eq!(brings(&replica), []);
}
