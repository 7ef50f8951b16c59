//! The organisation's own kinds of observation on a phone: taken with a sync, used from then on, and never in the way of
//! what was recorded.

use super::*;
use alongside_domain::care::catalogue::{ADDITIONS_BYTES_MAX, Catalogue};
use alongside_domain::care::labels::ENGLISH;
use alongside_domain::sync::messages::OwnKinds;

const STOMA: &str = r#"{"version":1,"kinds":[{"code":"x_stoma_check","label":"Stoma check","channel":"care","sites":[],
    "absent":["declined"],"fields":[{"code":"output_ml","label":"Output","type":{"int":{"min":0,"max":5000}},
    "unit":"ml","required":true}]}]}"#;

fn told(version: u32, json: &str) -> Exchanged {
    Exchanged { own_kinds: Some(OwnKinds { version, json: json.to_owned() }), ..exchanged(vec![]) }
}

fn stoma(output: i64) -> Draft {
    let Body::Observation(other) = pain(0).body else { panic!("an observation") };
    let fields = [("output_ml".to_owned(), Value::Int(output))].into();
    Draft {
        body: Body::Observation(Observation { kind: "x_stoma_check".to_owned(), fields, ..other }),
        observed: None,
    }
}

fn knows_it(replica: &Replica) -> bool {
    replica.catalogue().kind("x_stoma_check").is_some()
}

#[test]
fn an_own_kind_is_recorded_once_the_server_has_told_it_and_after_a_restart() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    assert_eq!(replica.inner.composed().own_kinds, Some(0));
    let refused = replica.record(GRACE, stoma(250)).expect_err("nobody knows that kind");
    assert!(matches!(refused, RecordError::Observation(_)), "{refused}");
    replica.inner.absorb(&told(1, STOMA)).expect("it stores");
    replica.record(GRACE, stoma(250)).expect("it records");
    drop(replica);
    let replica = phone.open();
    assert_eq!(replica.inner.composed().own_kinds, Some(1));
    assert_eq!(replica.labels(ENGLISH)["kind.x_stoma_check"], "Stoma check");
    let refused = replica.record(GRACE, stoma(5001)).expect_err("more than it may hold");
    assert!(refused.to_string().contains("x_stoma_check.output_ml"), "{refused}");
    replica.record(GRACE, stoma(251)).expect("it records");
    assert_eq!(replica.history(GRACE).expect("it reads").len(), 2);
}

#[test]
fn what_this_version_of_the_app_does_not_understand_keeps_no_sync_back_and_takes_nothing_away() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.inner.absorb(&told(1, STOMA)).expect("it stores");
    replica.record(GRACE, stoma(250)).expect("it records");
    let newer = STOMA.replacen(r#""version":1"#, r#""version":2"#, 1).replacen(r#""int""#, r#""photo""#, 1);
    replica.inner.absorb(&told(2, &newer)).expect("the rest of the answer counts");
    assert!(!knows_it(&replica));
    assert_eq!(replica.history(GRACE).expect("it reads").len(), 1, "the record is shown by its codes");
    assert_eq!(replica.inner.composed().own_kinds, Some(2), "it is not asked for again");
    drop(replica);
    let replica = phone.open();
    assert_eq!(replica.catalogue(), Catalogue::shipped());
    let mended = STOMA.replacen(r#""version":1"#, r#""version":3"#, 1);
    replica.inner.absorb(&told(3, &mended)).expect("it stores");
    assert!(knows_it(&replica));
}

#[test]
fn more_than_there_is_room_for_is_not_kept() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let padded = format!("{STOMA}{}", " ".repeat(ADDITIONS_BYTES_MAX));
    replica.inner.absorb(&told(1, &padded)).expect("the rest of the answer counts");
    assert!(!knows_it(&replica));
    assert_eq!(replica.inner.composed().own_kinds, Some(1), "it is not asked for again");
}

#[test]
fn a_server_that_was_put_back_takes_no_kind_from_a_phone_and_tells_its_own_again() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let epoch = |of: u8| Some(Epoch([of; 8]));
    let later = STOMA.replacen(r#""version":1"#, r#""version":7"#, 1);
    replica.inner.absorb(&Exchanged { epoch: epoch(1), ..told(7, &later) }).expect("it stores");
    replica.inner.absorb(&Exchanged { epoch: epoch(2), ..exchanged(vec![]) }).expect("it stores");
    assert_eq!(replica.inner.composed().own_kinds, Some(0));
    replica.inner.absorb(&told(3, r#"{"version":3,"kinds":[]}"#)).expect("it stores");
    assert!(knows_it(&replica), "records may name what only this phone has");
    assert_eq!(replica.inner.composed().own_kinds, Some(3), "it is not told again and again");
    replica.inner.absorb(&told(7, &later.replacen("Stoma check", "Stoma", 1))).expect("it stores");
    assert_eq!(replica.labels(ENGLISH)["kind.x_stoma_check"], "Stoma", "what the server gave last counts");
}

#[test]
fn an_answer_that_is_not_taken_brings_no_kind() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let (stranger, key) = key_of(4);
    let subject = Subject {
        author: AuthorId([4; 16]),
        key,
        holder: None,
        valid_from: Moment(0),
        valid_to: Moment(i64::MAX),
        sealing: None,
        desk: None,
    };
    let forged = certificate(&subject, &stranger);
    let broken = Exchanged { directory: vec![forged], ..told(1, STOMA) };
    assert!(replica.inner.absorb(&broken).is_err());
    assert!(!knows_it(&replica));
    assert_eq!(replica.inner.composed().own_kinds, Some(0));
}
