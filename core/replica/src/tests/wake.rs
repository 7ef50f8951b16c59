//! Wake-ups: what the core does about one, and when it asks for the next.

use super::*;
use crate::wake::Woken;
use alongside_domain::sync::machine::{NoAnswer, Outcome};
use alongside_domain::sync::pace::{EVERY_MS, FIRST_WAIT_MS, Line, WakeReason};

/// An enrolled phone; the address of its organisation leads nowhere.
fn phone() -> (Phone, Replica) {
    let phone = Phone::new();
    let replica = phone.enrolled();
    (phone, replica)
}

#[tokio::test]
async fn a_wake_up_without_a_line_tries_nothing() {
    let (_phone, replica) = phone();
    let woken = replica.wake(WakeReason::AppOpened, Line::Down).await.expect("it decides");
    assert_eq!(woken, Woken { sync: None, again_in_ms: Some(EVERY_MS) });
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_asked_again_soon_and_not_sooner() {
    let (phone, replica) = phone();
    let woken = replica.wake(WakeReason::AppOpened, Line::Unknown).await.expect("it tries");
    let outcome = woken.sync.expect("it tried").outcome;
    assert_eq!(outcome, Outcome::NoAnswer(NoAnswer::Unreachable));
    let again = woken.again_in_ms.expect("it goes on");
    assert!((FIRST_WAIT_MS / 2..=FIRST_WAIT_MS).contains(&again), "{again}");
    phone.clock.advance_ms(again - 1);
    let early = replica.wake(WakeReason::Time, Line::Unknown).await.expect("it decides");
    assert_eq!(early, Woken { sync: None, again_in_ms: Some(1) });
    phone.clock.advance_ms(1);
    let due = replica.wake(WakeReason::Time, Line::Unknown).await.expect("it tries");
    assert!(due.sync.is_some());
}

#[tokio::test]
async fn a_phone_that_is_not_enrolled_cannot_sync() {
    let replica = Phone::new().open();
    let woken = replica.wake(WakeReason::AppOpened, Line::Up).await;
    assert!(matches!(woken, Err(RecordError::NotEnrolled)));
}
