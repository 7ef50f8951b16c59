//! What was begun on a visit and is not recorded yet.

use super::plaintext::holds;
use super::standing::seeing;
use super::*;
use alongside_domain::ids::VisitId;
use alongside_domain::journal::body::{TaskDone, VisitLeft};

const VISIT: VisitId = VisitId([5; 16]);
const OTHER: VisitId = VisitId([6; 16]);
const WHY: &str = "the pump beeps and nobody knows why";

fn tasks() -> Vec<TaskDone> {
    let done = |action: &str, not_done: Option<&str>| TaskDone {
        action: action.parse().expect("a name"),
        not_done: not_done.map(str::to_owned),
    };
    vec![done("turning", None), done("mattress", Some(WHY))]
}

fn left(visit: VisitId) -> Draft {
    Draft { body: Body::VisitLeft(VisitLeft { visit, tasks: tasks() }), observed: None }
}

#[test]
fn answers_to_tasks_survive_the_end_of_the_app_and_go_with_the_leaving_that_records_them() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.keep_tasks(GRACE, VISIT, vec![]).expect("it keeps");
    replica.keep_tasks(GRACE, VISIT, tasks()).expect("it keeps");
    drop(replica);
    let replica = phone.open();
    assert_eq!(replica.kept_tasks(GRACE, VISIT).expect("it reads"), tasks());
    assert_eq!(replica.kept_tasks(GRACE, OTHER).expect("it reads"), []);
    assert_eq!(replica.sync_state().expect("it reads").waiting, 0, "it is no record");
    replica.record(GRACE, left(OTHER)).expect("it records");
    assert_eq!(replica.kept_tasks(GRACE, VISIT).expect("it reads"), tasks(), "she left another visit");
    replica.record(GRACE, left(VISIT)).expect("it records");
    assert_eq!(replica.kept_tasks(GRACE, VISIT).expect("it reads"), []);
}

#[test]
fn what_was_begun_is_nowhere_on_the_disk_in_plain_text() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.keep_tasks(GRACE, VISIT, tasks()).expect("it keeps");
    drop(replica);
    for file in std::fs::read_dir(phone.folder.path()).expect("a folder") {
        let path = file.expect("a file").path();
        assert!(!holds(&std::fs::read(&path).expect("it reads"), WHY.as_bytes()), "{}", path.display());
    }
}

#[test]
fn what_was_begun_goes_with_access_to_the_person_and_is_not_shown_on_a_locked_phone() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.keep_tasks(GRACE, VISIT, tasks()).expect("it keeps");
    replica.set_pin("260893", None).expect("it sets");
    replica.lock().expect("it locks");
    assert!(matches!(replica.kept_tasks(GRACE, VISIT), Err(RecordError::AskPin)));
    replica.unlock("260893").expect("it opens");
    replica.inner.absorb(&seeing(&[], 2, vec![])).expect("it stores");
    assert!(matches!(replica.kept_tasks(GRACE, VISIT), Err(RecordError::UnknownPerson)));
    replica.inner.absorb(&seeing(&[GRACE], 3, vec![])).expect("it stores");
    assert_eq!(replica.kept_tasks(GRACE, VISIT).expect("it reads"), []);
}

#[test]
fn what_was_begun_and_never_left_goes_after_a_week() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.keep_tasks(GRACE, VISIT, tasks()).expect("it keeps");
    phone.clock.advance_ms(8 * 24 * HOUR_MS as u64);
    replica.inner.absorb(&Exchanged { server_time: replica.now(), ..exchanged(vec![]) }).expect("it stores");
    replica.keep_tasks(GRACE, OTHER, tasks()).expect("it keeps");
    assert_eq!(replica.kept_tasks(GRACE, VISIT).expect("it reads"), []);
    assert_eq!(replica.kept_tasks(GRACE, OTHER).expect("it reads"), tasks());
}

#[test]
fn answers_too_long_for_a_record_are_refused_before_they_are_kept() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let long = TaskDone {
        action: "turning".parse().expect("a name"),
        not_done: Some("x".repeat(RecordBytes::BODY_BYTES_MAX)),
    };
    assert!(matches!(replica.keep_tasks(GRACE, VISIT, vec![long]), Err(RecordError::TooLong { .. })));
}
