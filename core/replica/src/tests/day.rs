//! The carer's day on a phone: a call for help leaves nothing to read, a code is there near a visit only, the end of a
//! shift.

use super::erased_plan::{page, plan_with_trigger};
use super::plaintext::{holds, with_the_key};
use super::*;
use crate::keystore::KeyName;
use crate::store::Store;
use crate::{OpenWhat, Ring};
use alongside_domain::ids::VisitId;
use alongside_domain::journal::body::{
    HandoverNote, HandoverRead, KeySafeLook, NoReplyStep, NoReplyTried, StepResult, VisitArrived, VisitKind,
    VisitLeft,
};
use alongside_domain::sync::messages::{KeySafe, KeySafeCode};
use alongside_domain::time::MINUTE_MS;

const VISIT: VisitId = VisitId([5; 16]);
const CODE: &str = "C4471Z";

fn record(replica: &Replica, body: Body) -> alongside_domain::journal::RecordRef {
    replica.record(GRACE, Draft { body, observed: None }).expect("it records").id
}

#[test]
fn a_call_for_help_leaves_nothing_that_the_phone_shows_and_goes_out_in_the_office_channel() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let before = format!("{:?} {:?}", replica.day(GRACE), replica.end_of_shift().map(|end| end.open));
    replica.ask_for_help(GRACE, Some(VISIT)).expect("it records");
    assert!(replica.history(GRACE).expect("it reads").is_empty());
    assert!(replica.journal(GRACE).expect("it reads").is_empty());
    assert!(matches!(replica.office_notes(GRACE), Err(RecordError::NotForYou)));
    assert!(matches!(replica.help_calls(GRACE), Err(RecordError::NotForYou)));
    let after = format!("{:?} {:?}", replica.day(GRACE), replica.end_of_shift().map(|end| end.open));
    assert_eq!(after, before);
    assert_eq!(replica.sync_state().expect("it reads").waiting, 1, "a count, until it is sent");
    let pages = pages_of(&replica.inner.composed(), &own_key(&replica));
    let sent: Vec<_> = pages.iter().map(|page| (page.id.channel, page.record_count())).collect();
    assert_eq!(sent, [(Channel::Office, 1)]);
    let receipts = pages.iter().map(|page| page.id).collect();
    replica.inner.absorb(&exchanged(receipts)).expect("it stores");
    assert_eq!(replica.sync_state().expect("it reads").waiting, 0);
}

#[test]
fn a_supervisors_own_call_for_help_is_not_among_the_office_notes_of_her_phone() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let people = vec![PersonAccess {
        person: GRACE,
        channels: vec![Channel::Care, Channel::Office],
        categories: None,
    }];
    let both = Exchanged { access: Some(AccessList { version: 2, people }), ..exchanged(vec![]) };
    replica.inner.absorb(&both).expect("it stores");
    replica.ask_for_help(GRACE, None).expect("it records");
    replica.record_office_note(GRACE, "owes money").expect("it records");
    assert_eq!(replica.office_notes(GRACE).expect("it reads").len(), 1);
    assert_eq!(replica.help_calls(GRACE).expect("it reads"), []);
}

#[test]
fn calls_for_help_and_looks_have_calls_of_their_own() {
    let replica = Phone::new().enrolled();
    for body in [
        Body::HelpAsked(alongside_domain::journal::body::HelpAsked { visit: None }),
        Body::KeySafeLook(KeySafeLook { visit: None }),
    ] {
        let refused = replica.record(GRACE, Draft { body, observed: None });
        assert!(matches!(refused, Err(RecordError::NotYours)));
    }
}

/// The answer of a server that gives the code from now on for an hour.
fn with_code() -> Exchanged {
    let code = KeySafeCode(CODE.to_owned());
    let (from, until) = (NOW, NOW.plus_ms(HOUR_MS));
    Exchanged {
        key_safes: Some(vec![KeySafe { person: GRACE, visit: VISIT, from, until, code }]),
        ..exchanged(vec![])
    }
}

/// All that the phone's database and the files beside it hold, read with its key.
fn everything(phone: &Phone) -> Vec<u8> {
    let key = phone.keystore().load(KeyName::Current).expect("it answers").expect("a key");
    with_the_key(&Store::connect_for_tests(phone.folder.path(), 1, &key).expect("it opens"))
}

#[test]
fn the_code_of_a_key_safe_is_shown_near_the_visit_only_and_each_look_is_a_record_without_it() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    assert!(matches!(replica.look_at_key_safe(GRACE), Err(RecordError::NoKeySafe)));
    assert!(replica.journal(GRACE).expect("it reads").is_empty(), "what was not shown was no look");
    replica.inner.absorb(&with_code()).expect("it stores");
    assert!(replica.has_key_safe(GRACE).expect("it reads"));
    assert!(replica.holds_key_safe_code(GRACE, "dial c44 71z").expect("it reads"));
    assert_eq!(replica.look_at_key_safe(GRACE).expect("its window is open"), CODE);
    let looks: Vec<Body> =
        replica.journal(GRACE).expect("it reads").into_iter().map(|item| item.body).collect();
    assert_eq!(looks, [Body::KeySafeLook(KeySafeLook { visit: Some(VISIT) })]);
    let sent = replica.inner.compose_request(false).expect("it composes");
    let pages = pages_of(&decode(&sent).expect("its own request"), &own_key(&replica));
    for page in &pages {
        let plain = minicbor::to_vec(page).expect("a vector takes every byte");
        assert!(!holds(&plain, CODE.as_bytes()), "no page holds it");
    }
    assert_eq!(pages.len(), 1);
    assert!(holds(&everything(&phone), CODE.as_bytes()), "the search would find it");

    phone.clock.advance_ms(HOUR_MS as u64);
    assert!(matches!(replica.look_at_key_safe(GRACE), Err(RecordError::NoKeySafe)));
    assert!(!holds(&everything(&phone), CODE.as_bytes()), "it is deleted when its window ends");
}

#[test]
fn a_code_that_the_server_gives_no_more_is_deleted_and_one_in_the_plain_file_is_never_there() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.inner.absorb(&with_code()).expect("it stores");
    let raw = |phone: &Phone| {
        let files = std::fs::read_dir(phone.folder.path()).expect("a folder");
        let read = |file: Result<std::fs::DirEntry, _>| std::fs::read(file.expect("a file").path());
        files.map(read).filter_map(Result::ok).flatten().collect::<Vec<u8>>()
    };
    assert!(!holds(&raw(&phone), CODE.as_bytes()), "it is encrypted");
    replica.inner.absorb(&exchanged(vec![])).expect("it stores");
    assert!(!replica.has_key_safe(GRACE).expect("it reads"));
    assert!(!holds(&everything(&phone), CODE.as_bytes()));
}

#[test]
fn a_code_whose_window_ended_while_the_app_was_off_is_gone_at_the_first_look() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.inner.absorb(&with_code()).expect("it stores");
    drop(replica);
    phone.clock.advance_ms(2 * HOUR_MS as u64);
    let replica = phone.open();
    assert!(!replica.has_key_safe(GRACE).expect("it reads"));
    assert!(!holds(&everything(&phone), CODE.as_bytes()));
}

#[test]
fn the_end_of_a_shift_tells_what_is_unsent_unread_and_open_and_whom_to_ring() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let own = record(
        &replica,
        Body::HandoverNote(HandoverNote { visit: Some(VISIT), text: "the milk is off".into() }),
    );
    record(&replica, Body::VisitArrived(VisitArrived { visit: VISIT, visit_kind: VisitKind::Care }));
    let (step, result) = (NoReplyStep::Knock, StepResult::NoReply);
    record(&replica, Body::NoReplyTried(NoReplyTried { visit: VISIT, step, result, note: None }));
    let end = replica.end_of_shift().expect("it reads");
    assert_eq!((end.unsent, end.unread.len()), (3, 0), "an own note is not for the own eyes");
    let what: Vec<_> = end.open.iter().map(|item| (&item.what, item.overdue)).collect();
    assert_eq!(
        what,
        [(&OpenWhat::NoReply { visit: VISIT }, false), (&OpenWhat::NotLeft { visit: VISIT }, false)]
    );
    assert_eq!(end.open[0].ring, Vec::<Ring>::new(), "no contact is in the plan: the office");
    phone.clock.advance_ms(10 * MINUTE_MS as u64);
    assert!(replica.end_of_shift().expect("it reads").open[0].overdue, "the second step was not taken");
    record(&replica, Body::HandoverRead(HandoverRead { note: own }));
    assert_eq!(replica.day(GRACE).expect("it reads").unread.len(), 1, "her own reading is none");
}

#[test]
fn a_change_over_ninety_days_is_met_on_the_phone_too() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let condition =
        r#"{"change":{"kind":"pain","field":"score","direction":"up","by":2,"within_hours":2184}}"#;
    let (plan, _) = page(1, (1, Link::START), &[plan_with_trigger(condition)]);
    replica.inner.absorb(&Exchanged { extracts: vec![plan], ..exchanged(vec![]) }).expect("it stores");
    replica.record(GRACE, pain(2)).expect("it records");
    drop(replica);
    phone.clock.advance_ms(90 * 24 * HOUR_MS as u64);
    let replica = phone.open();
    let heard = Exchanged { server_time: phone.clock.wall(), ..exchanged(vec![]) };
    replica.inner.absorb(&heard).expect("it stores");
    assert_eq!(replica.record(GRACE, pain(4)).expect("it records").met.len(), 1);
}

#[test]
fn a_visit_that_the_carer_is_still_in_stays_on_the_list_after_midnight() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let midnight = NOW.end_of_local_day().plus_ms(1_000);
    let to = |minutes: i64| {
        let ms = midnight.plus_ms(minutes * MINUTE_MS).since_ms(replica.now());
        phone.clock.advance_ms(u64::try_from(ms).expect("it is later"));
    };
    let listed = || replica.today().expect("it reads").len();
    to(-10);
    record(&replica, Body::VisitArrived(VisitArrived { visit: VISIT, visit_kind: VisitKind::Care }));
    assert_eq!(listed(), 1);
    to(5);
    assert_eq!(listed(), 1, "she is there");
    record(&replica, Body::VisitLeft(VisitLeft { visit: VISIT, tasks: Vec::new() }));
    to(6);
    assert_eq!(listed(), 0);
}
