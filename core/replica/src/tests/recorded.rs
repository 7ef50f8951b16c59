//! What a saved record leads to: who must know at once, whom to ring, and when the phone is to be looked at again.

use super::*;
use alongside_domain::ids::VisitId;
use alongside_domain::journal::body::{
    Communication, ExpectedLeaving, HandoverNote, LocatedSafe, Means, NoReplyStep, NoReplyTried,
    NotSafeToday, RunningLate, StepResult, VisitArrived, VisitKind, VisitLeft,
};
use alongside_domain::sync::pace::WakeReason;
use alongside_domain::time::MINUTE_MS;

const VISIT: VisitId = VisitId([5; 16]);

fn seen(kind: &str, field: &str, value: &str) -> Body {
    let Body::Observation(any) = pain(1).body else { panic!("an observation") };
    let fields = [(field.to_owned(), Value::text(value))].into();
    Body::Observation(Observation { kind: kind.to_owned(), fields, ..any })
}

fn wake(replica: &Replica, body: Body) -> WakeReason {
    replica.record(GRACE, Draft { body, observed: None }).expect("it records").wake
}

fn call(purpose: &str) -> Body {
    let (with, said) = ("999".to_owned(), "on their way".to_owned());
    Body::Communication(Communication { with, means: Means::Phone, purpose: purpose.to_owned(), said })
}

#[test]
fn what_somebody_must_know_goes_out_at_once_and_what_can_wait_does_not() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let (text, now) = ("she is safe".to_owned(), replica.now());
    let at_once = [
        Body::RunningLate(RunningLate { visit: VISIT, expected: now, reason: None }),
        Body::NoReplyTried(NoReplyTried {
            visit: VISIT,
            step: NoReplyStep::Knock,
            result: StepResult::NoReply,
            note: None,
        }),
        Body::LocatedSafe(LocatedSafe { visit: VISIT, located_by: text.clone(), how: text.clone() }),
        Body::NotSafeToday(NotSafeToday {
            visit: None,
            action: "turning".parse().expect("a name"),
            why: text.clone(),
            told: None,
        }),
        Body::ExpectedLeaving(ExpectedLeaving { visit: VISIT, at: now }),
        call("about her tablets"),
        seen("breathing", "chest_pain", "yes"),
    ];
    for body in at_once {
        assert_eq!(wake(&replica, body.clone()), WakeReason::AtOnce, "{body:?}");
    }
    let soon = [
        Body::VisitArrived(VisitArrived { visit: VISIT, visit_kind: VisitKind::Care }),
        Body::VisitLeft(VisitLeft { visit: VISIT, tasks: Vec::new() }),
        Body::HandoverNote(HandoverNote { visit: Some(VISIT), text }),
    ];
    for body in soon {
        assert_eq!(wake(&replica, body.clone()), WakeReason::VisitEnded, "{body:?}");
    }
    assert_eq!(wake(&replica, pain(3).body), WakeReason::Time);
}

#[test]
fn a_saved_sign_says_whom_to_ring_and_is_untold_until_a_call_is_noted_also_on_a_locked_phone() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let draft = Draft { body: seen("breathing", "chest_pain", "yes"), observed: None };
    let recorded = replica.record(GRACE, draft).expect("it records");
    let codes: Vec<&str> = recorded.signs.iter().map(|sign| sign.code.as_str()).collect();
    assert_eq!((codes, recorded.met.len()), (vec!["chest_pain"], 0), "no trigger is needed");
    let untold = replica.untold_signs(GRACE).expect("it reads");
    assert_eq!(untold.iter().map(|one| one.record).collect::<Vec<_>>(), [recorded.id]);
    replica.set_pin("260893", None).expect("it sets");
    replica.lock().expect("it locks");
    assert_eq!(replica.attention().expect("it counts").untold, 1, "a number");
    assert!(matches!(replica.untold_signs(GRACE), Err(RecordError::AskPin)), "and nothing about anybody");
    replica.unlock("260893").expect("it opens");
    assert_eq!(wake(&replica, call("Chest pain")), WakeReason::AtOnce);
    assert!(replica.untold_signs(GRACE).expect("it reads").is_empty());
    assert_eq!(replica.attention().expect("it counts").untold, 0);
}

#[test]
fn a_phone_is_to_be_looked_at_when_the_next_step_at_a_door_is_due() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    assert_eq!(replica.attention().expect("it counts").next_due, None);
    let (step, result) = (NoReplyStep::Knock, StepResult::NoReply);
    wake(&replica, Body::NoReplyTried(NoReplyTried { visit: VISIT, step, result, note: None }));
    let due = replica.attention().expect("it counts").next_due.expect("the person is to be rung");
    assert_eq!(due.since_ms(replica.now()), 2 * MINUTE_MS);
}
