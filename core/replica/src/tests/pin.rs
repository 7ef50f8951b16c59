//! The PIN: what it hides, what goes on without it, and what wrong ones cost.

use super::*;
use crate::OfficeNumber;
use crate::pin::{PIN_TRIES, PinError, PinState};
use alongside_domain::care::emergency::FirstCall;

const RIGHT: &str = "260893";
const WRONG: &str = "111999";
const MINUTE: u64 = 60_000;

/// A phone that asks for its PIN.
fn locked() -> (Phone, Replica) {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.set_pin(RIGHT, None).expect("it is taken");
    replica.lock().expect("it locks");
    (phone, replica)
}

fn wait(replica: &Replica) -> u64 {
    replica.pin_state().expect("it reads").wait_ms
}

fn is_wrong(replica: &Replica, tries_left: u32) -> bool {
    matches!(replica.unlock(WRONG), Err(PinError::Wrong { left }) if left == tries_left)
}

/// Wrong tries until the first wait.
fn try_in_vain(replica: &Replica) {
    for left in (1..PIN_TRIES).rev() {
        assert!(is_wrong(replica, left));
    }
    assert!(matches!(replica.unlock(WRONG), Err(PinError::Wait { ms: MINUTE })));
}

#[test]
fn a_locked_phone_shows_nothing_and_records_everything() {
    let (_phone, replica) = locked();
    assert!(replica.is_locked());
    let refused = |result: Result<(), RecordError>| matches!(result, Err(RecordError::AskPin));
    assert!(refused(replica.people().map(drop)));
    assert!(refused(replica.plan(GRACE).map(drop)));
    assert!(refused(replica.history(GRACE).map(drop)));
    assert!(refused(replica.today().map(drop)));
    assert!(refused(replica.own_edits().map(drop)));
    assert!(refused(replica.needs_you().map(drop)));
    assert!(refused(replica.end_of_shift().map(drop)));
    assert!(refused(replica.concerns().map(drop)));
    assert!(refused(replica.waiting_concerns().map(drop)), "whoever found the phone learns of no concern");
    assert!(refused(replica.damaged_records().map(drop)));
    assert!(refused(replica.office_notes(GRACE).map(drop)));
    replica.record(GRACE, pain(4)).expect("it records");
    assert_eq!(replica.sync_state().expect("it says what waits").waiting, 1);
    replica.unlock(RIGHT).expect("it opens");
    assert_eq!(replica.history(GRACE).expect("it may be read").len(), 1);
}

#[test]
fn a_locked_phone_tells_an_emergency_sign_all_the_same() {
    let (_phone, replica) = locked();
    let Body::Observation(grey) = pain(1).body else { unreachable!("an observation") };
    let grey = Observation {
        kind: "breathing".to_owned(),
        fields: BTreeMap::from([("chest_pain".to_owned(), Value::Text("yes".to_owned()))]),
        ..grey
    };
    assert_eq!(replica.emergency_signs(GRACE, &grey).expect("it tells").len(), 1);
    let fields = BTreeMap::from([("head_hit".to_owned(), Value::Text("yes".to_owned()))]);
    let fall = Observation { kind: "fall".to_owned(), fields, ..grey };
    let signs = replica.emergency_signs(GRACE, &fall).expect("it tells");
    assert_eq!(replica.first_call(GRACE).expect("it tells"), FirstCall::NineNineNine);
    assert_eq!(signs.len(), 1, "the plan that it does not show may name a blood-thinner");
}

#[test]
fn a_phone_that_has_a_pin_asks_for_it_at_each_start() {
    let (phone, replica) = locked();
    replica.unlock(RIGHT).expect("it opens");
    assert!(!replica.is_locked());
    drop(replica);
    let reopened = phone.open();
    assert!(reopened.is_locked());
    assert!(matches!(reopened.people(), Err(RecordError::AskPin)));
}

#[test]
fn a_phone_without_a_pin_is_open_and_cannot_be_locked() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    assert!(matches!(replica.lock(), Err(PinError::NotSet)));
    assert!(matches!(replica.unlock(RIGHT), Err(PinError::NotSet)));
    assert!(!replica.is_locked() && replica.people().is_ok());
}

#[test]
fn a_phone_that_is_not_enrolled_has_no_pin() {
    let replica = Phone::new().open();
    assert!(matches!(replica.set_pin(RIGHT, None), Err(PinError::NotEnrolled)));
    assert!(matches!(replica.lock(), Err(PinError::NotEnrolled)));
    assert!(matches!(replica.unlock(RIGHT), Err(PinError::NotEnrolled)));
}

#[test]
fn a_pin_that_anybody_tries_first_is_refused() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    for poor in ["", "123", "1234", "987654", "0000", "12a4", "12 34", "1234567890123", "１２３９"] {
        assert!(matches!(replica.set_pin(poor, None), Err(PinError::Form)), "{poor}");
    }
    for good in ["1235", "260893", "102030405060"] {
        let phone = Phone::new();
        phone.enrolled().set_pin(good, None).expect("it is taken");
    }
}

#[test]
fn another_pin_needs_the_present_one_and_a_wrong_one_counts() {
    let (_phone, replica) = locked();
    assert!(matches!(replica.set_pin("7391", None), Err(PinError::Wrong { left: 4 })));
    assert!(matches!(replica.set_pin("7391", Some(WRONG)), Err(PinError::Wrong { left: 3 })));
    replica.set_pin("7391", Some(RIGHT)).expect("it is taken");
    replica.lock().expect("it locks");
    assert!(is_wrong(&replica, 4), "the right one gave the tries back");
    assert!(replica.unlock(RIGHT).is_err(), "the earlier one opens nothing");
    replica.unlock("7391").expect("it opens");
}

#[test]
fn after_five_wrong_tries_not_even_the_right_one_opens_until_a_wait_is_over() {
    let (phone, replica) = locked();
    try_in_vain(&replica);
    assert!(matches!(replica.unlock(RIGHT), Err(PinError::Wait { .. })));
    phone.clock.advance_ms(MINUTE - 1);
    assert!(matches!(replica.unlock(RIGHT), Err(PinError::Wait { ms: 1 })));
    phone.clock.advance_ms(1);
    replica.unlock(RIGHT).expect("it opens");
    let state = PinState { is_set: true, is_asked: false, tries_left: PIN_TRIES, wait_ms: 0 };
    assert_eq!(replica.pin_state().expect("it reads"), state);
}

#[test]
fn waits_grow_to_a_quarter_of_an_hour_and_nothing_is_destroyed() {
    let (phone, replica) = locked();
    replica.record(GRACE, pain(4)).expect("it records");
    try_in_vain(&replica);
    for minutes in [1, 5, 15, 15, 15] {
        assert_eq!(wait(&replica), minutes * MINUTE);
        phone.clock.advance_ms(minutes * MINUTE);
        assert!(matches!(replica.unlock(WRONG), Err(PinError::Wait { .. })));
    }
    phone.clock.advance_ms(15 * MINUTE);
    replica.unlock(RIGHT).expect("it opens");
    assert_eq!(replica.history(GRACE).expect("it may be read").len(), 1);
}

#[test]
fn a_wait_is_shortened_neither_by_the_wall_clock_nor_by_a_new_start() {
    let (phone, replica) = locked();
    try_in_vain(&replica);
    phone.clock.set_wall(NOW.plus_ms(365 * 24 * HOUR_MS));
    assert_eq!(wait(&replica), MINUTE);
    phone.clock.advance_ms(MINUTE / 2);
    drop(replica);
    phone.clock.reboot();
    let reopened = phone.open();
    assert_eq!(wait(&reopened), MINUTE, "after a new start it is counted anew");
    assert!(matches!(reopened.unlock(RIGHT), Err(PinError::Wait { .. })));
    phone.clock.advance_ms(MINUTE);
    reopened.unlock(RIGHT).expect("it opens");
}

#[test]
fn a_try_is_counted_before_it_is_answered_so_that_ending_the_app_gives_none_back() {
    let (phone, replica) = locked();
    assert!(is_wrong(&replica, 4));
    drop(replica);
    let reopened = phone.open();
    assert_eq!(reopened.pin_state().expect("it reads").tries_left, 4);
    assert!(is_wrong(&reopened, 3));
}

#[test]
fn many_tries_at_once_are_no_more_than_one_after_another() {
    let (_phone, replica) = locked();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..20).map(|_| scope.spawn(|| replica.unlock(WRONG))).collect();
        tries.into_iter().map(|tried| tried.join().expect("it ends")).collect()
    });
    assert!(
        answers.iter().all(|answer| matches!(answer, Err(PinError::Wrong { .. } | PinError::Wait { .. })))
    );
    assert_eq!(wait(&replica), MINUTE, "five of them counted, the others came in the wait");
}

#[test]
fn the_line_to_ring_the_office_is_there_while_the_phone_is_locked() {
    let (_phone, replica) = locked();
    assert_eq!(replica.ring_the_office(), None);
    replica
        .inner
        .state()
        .transact(|store, _, _| store.set_meta(crate::replica::ENDED, &true))
        .expect("it keeps");
    assert_eq!(replica.ring_the_office(), Some(crate::RING_THE_OFFICE));
}

#[test]
fn numbers_of_the_office_are_told_on_a_locked_phone_and_stay_known_when_no_plan_names_them() {
    let phone = Phone::new();
    let replica = phone.enrolled_as(Role::Supervisor);
    assert_eq!(replica.office().expect("it reads"), []);
    let contact = |role: &str, name: &str, number: &str| {
        let text = |text: &str| Value::Text(text.to_owned());
        let fields = [("role", role), ("name", name), ("phone", number)];
        let fields = fields.map(|(field, value)| (field.to_owned(), text(value)));
        let (entry, fields) = (role.parse().expect("a name"), fields.into_iter().collect());
        Command::AddEntry { section: Section::Contacts, entry, fields, order: 0 }
    };
    let contacts = vec![
        contact("coordinator", "Sam", "01632 960106"),
        contact("gp", "Mill Lane Surgery", "01632 960103"),
        contact("on_call", "Larkfield on-call", "01632 960105"),
    ];
    replica.edit_plan(GRACE, contacts, "first plan").expect("it records");
    replica.set_pin(RIGHT, None).expect("it is taken");
    replica.lock().expect("it locks");
    let number = |role: &str, name: Option<&str>, phone: &str| OfficeNumber {
        role: role.to_owned(),
        name: name.map(str::to_owned),
        phone: phone.to_owned(),
    };
    let numbers = [
        number("on_call", Some("Larkfield on-call"), "01632 960105"),
        number("coordinator", None, "01632 960106"),
    ];
    assert_eq!(replica.office().expect("it reads"), numbers, "the on-call first, and nobody by name");
    drop(replica);
    let replica = phone.open();
    assert!(replica.is_locked());
    assert_eq!(replica.office().expect("it reads"), numbers, "after a new start too");
    replica.inner.state().transact(|store, _, _| store.set_access(&[])).expect("it keeps");
    assert_eq!(replica.office().expect("it reads"), numbers, "of nobody whom it shows");
}

#[test]
fn the_pin_stands_nowhere_in_words_of_an_error() {
    let (_phone, replica) = locked();
    let error = replica.unlock(WRONG).expect_err("it is wrong");
    assert!(!format!("{error} {error:?}").contains(WRONG));
}
