//! What a phone of a partner organisation holds of a person: what is shared with it, and nothing of what was shared
//! before.

use super::erased_plan::{page, plan_with_trigger, told};
use super::*;
use alongside_domain::care::lacks::Part as ViewPart;
use alongside_domain::journal::Category;
use alongside_domain::journal::body::{Communication, MatchRef, Means};
use alongside_domain::journal::page::Item;
use alongside_domain::sync::messages::{Cursor, Cursors};

const ADA: PersonId = PersonId([8; 16]);
const RANG: &str = "rang the neighbour in flat six";
const OWN: &str = "she told me herself";

fn rang(said: &str) -> Body {
    Body::Communication(Communication {
        with: "the neighbour".into(),
        means: Means::Phone,
        purpose: "to ask after her".into(),
        said: said.into(),
    })
}

const NOTES: &[Category] = &[Category::CARE_NOTES, Category::VISITS];
const NOTES_AND_LOG: &[Category] = &[Category::CARE_NOTES, Category::VISITS, Category::CONTACT_LOG];
const PLAN_TOO: &[Category] = &[Category::CARE_NOTES, Category::PLAN];

/// An answer after which Grace is shared so, and Ada whole.
fn shares(categories: &[Category], version: u64, receipts: Vec<PageId>) -> Exchanged {
    let of = |person, categories| PersonAccess { person, channels: vec![Channel::Care], categories };
    let people = vec![of(GRACE, Some(categories.to_vec())), of(ADA, None)];
    Exchanged { access: Some(AccessList { version, people }), ..exchanged(receipts) }
}

/// The store's page of these records as it is sent to somebody who reads these categories.
fn sent(bodies: &[Body], categories: &[Category], told: Exchanged) -> Exchanged {
    let (mut extract, _) = page(1, (1, Link::START), bodies);
    for part in &mut extract.parts {
        if let Part::Open(run) = part {
            *run = run.clone().narrowed(|category| categories.contains(&category)).expect("it opens");
        }
    }
    let cursors = vec![Cursor { person: GRACE, channel: Channel::Care, position: bodies.len() as u64 }];
    Exchanged { extracts: vec![extract], cursors, ..told }
}

/// An answer to a phone that has the list.
fn no_list() -> Exchanged {
    Exchanged { access: None, ..exchanged(vec![]) }
}

fn records() -> Vec<Body> {
    vec![pain(4).body, rang(RANG)]
}

fn kinds(replica: &Replica, person: PersonId) -> Vec<&'static str> {
    replica.journal(person).expect("it reads").iter().map(|item| item.body.code()).collect()
}

fn holds(replica: &Replica, word: &str) -> bool {
    let cells = replica.inner.state().store.cells_for_tests();
    cells.iter().any(|cell| cell.windows(word.len()).any(|bytes| bytes == word.as_bytes()))
}

/// How far the phone says that it has read about Grace.
fn position(replica: &Replica) -> Option<u64> {
    let request = decode::<Request>(&replica.inner.compose_request(true).expect("it composes"));
    let Cursors::All(_, cursors) = request.expect("its own request").cursors else {
        panic!("all were asked for")
    };
    cursors.iter().find(|cursor| cursor.person == GRACE).map(|cursor| cursor.position)
}

/// A phone with what the store wrote about Grace, the contact log among it.
fn phone_with_all(phone: &Phone) -> Replica {
    let replica = phone.enrolled();
    replica.inner.absorb(&shares(NOTES_AND_LOG, 2, vec![])).expect("it stores");
    let all = sent(&records(), NOTES_AND_LOG, shares(NOTES_AND_LOG, 2, vec![]));
    replica.inner.absorb(&all).expect("it stores");
    assert_eq!(kinds(&replica, GRACE), ["observation", "communication"]);
    assert!(holds(&replica, RANG));
    replica
}

#[test]
fn what_is_no_longer_shared_leaves_and_the_rest_comes_again() {
    let phone = Phone::new();
    let replica = phone_with_all(&phone);
    assert_eq!(position(&replica), Some(2));
    replica.inner.absorb(&shares(NOTES, 3, vec![])).expect("it stores");
    assert!(!holds(&replica, RANG), "in no table");
    assert_eq!((kinds(&replica, GRACE).len(), position(&replica)), (0, None), "it asks for all of it");
    replica.inner.absorb(&sent(&records(), NOTES, no_list())).expect("it stores");
    assert_eq!((kinds(&replica, GRACE), position(&replica)), (vec!["observation"], Some(2)));
    let not_shared = &replica.people().expect("it reads")[0].not_shared;
    assert_eq!(not_shared, &["plan", "contact_log"], "and the screen can say what is missing");
    // The same list again changes nothing.
    replica.inner.absorb(&shares(NOTES, 3, vec![])).expect("it stores");
    assert_eq!(kinds(&replica, GRACE), ["observation"]);
    replica.inner.absorb(&shares(NOTES_AND_LOG, 4, vec![])).expect("it stores");
    let all = sent(&records(), NOTES_AND_LOG, no_list());
    replica.inner.absorb(&all).expect("it stores");
    drop(replica);
    assert_eq!(kinds(&phone.open(), GRACE), ["observation", "communication"], "what it lacked arrives");
}

#[test]
fn nothing_that_this_phone_wrote_leaves_sent_or_not() {
    let phone = Phone::new();
    let replica = phone_with_all(&phone);
    let own = |said| Draft { body: rang(said), observed: None };
    replica.record(GRACE, own(OWN)).expect("it records");
    let page = pages_of(&replica.inner.composed(), &own_key(&replica)).remove(0);
    replica.inner.absorb(&shares(NOTES_AND_LOG, 2, vec![page.id])).expect("it stores");
    replica.record(GRACE, own("not sent yet")).expect("it records");
    replica.inner.absorb(&shares(NOTES, 3, vec![])).expect("it stores");
    assert!(!holds(&replica, RANG));
    assert_eq!(kinds(&replica, GRACE), ["communication", "communication"]);
    assert_eq!(replica.sync_state().expect("it reads").waiting, 1);
    let next = replica.inner.composed().pages[0].open().expect("its own page");
    assert_eq!((next.runs[0].first, next.record_count()), (2, 1), "her stream goes on");
    replica.record(GRACE, own("and one more")).expect("it records");
    drop(replica);
    assert_eq!(kinds(&phone.open(), GRACE).len(), 3);
}

#[test]
fn what_is_known_of_others_stays_and_new_records_stand_in_their_place() {
    let phone = Phone::new();
    let replica = phone_with_all(&phone);
    replica.record(ADA, pain(1)).expect("it records");
    replica.record(GRACE, pain(2)).expect("it records");
    replica.record(ADA, pain(3)).expect("it records");
    replica.inner.composed();
    replica.inner.absorb(&shares(NOTES, 3, vec![])).expect("it stores");
    assert_eq!((kinds(&replica, ADA).len(), kinds(&replica, GRACE).len()), (2, 1));
    replica.inner.absorb(&sent(&records(), NOTES, no_list())).expect("it stores");
    replica.record(ADA, pain(5)).expect("it records");
    drop(replica);
    let replica = phone.open();
    assert_eq!((kinds(&replica, ADA).len(), kinds(&replica, GRACE).len()), (3, 2));
}

#[test]
fn nothing_goes_before_a_restored_server_was_given_what_is_here() {
    let phone = Phone::new();
    let replica = phone_with_all(&phone);
    let of = |epoch: u8, told| Exchanged { epoch: Some(Epoch([epoch; 8])), ..told };
    replica.inner.absorb(&of(1, shares(NOTES_AND_LOG, 2, vec![]))).expect("it stores");
    replica.inner.absorb(&of(2, shares(NOTES, 3, vec![]))).expect("it stores");
    let brought = replica.inner.composed().brought;
    let extract = brought[0].open().expect("it was packed here");
    let whole = extract.parts.iter().all(|part| match part {
        Part::Open(run) => run.items.iter().all(|item| matches!(item, Item::Record(_))),
        Part::Hidden(_) => false,
    });
    assert!(whole, "it may be the only one who has it");
    replica.inner.absorb(&shares(NOTES, 3, vec![extract.id])).expect("it stores");
    assert!(!holds(&replica, RANG), "then it goes");
}

#[test]
fn the_plan_goes_with_its_category_and_what_became_of_own_edits_is_asked_for() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.inner.absorb(&shares(PLAN_TOO, 2, vec![])).expect("it stores");
    let told = told();
    let plan = sent(&told.changes, PLAN_TOO, shares(PLAN_TOO, 2, vec![]));
    replica.inner.absorb(&plan).expect("it stores");
    assert_eq!(replica.plan(GRACE).expect("it reads").view.version, 3);
    let command = || set_routines("coffee");
    let edit = replica.edit_plan(GRACE, vec![command()], "asked").expect("it records");
    let page = replica.inner.composed().pages[0].open().expect("its own page").id;
    replica.inner.absorb(&shares(NOTES, 3, vec![page])).expect("it stores");
    let shown = replica.plan(GRACE).expect("it reads").view;
    assert!(shown.sections.is_empty() && !holds(&replica, "slowly"));
    let refused = replica.edit_plan(GRACE, vec![command()], "asked");
    assert!(matches!(refused, Err(RecordError::PlanNotShared)));
    let own: Vec<_> = replica.own_edits().expect("it reads").iter().map(|item| item.edit).collect();
    assert_eq!(own, [edit]);
    assert_eq!(replica.inner.composed().edits.map(|asked| asked[0].edit), Some(edit));
}

const ALL: &[Category] = &[Category::CARE_NOTES, Category::VISITS, Category::PLAN, Category::CONTACT_LOG];
const ALL_BUT_THE_LOG: &[Category] = &[Category::CARE_NOTES, Category::VISITS, Category::PLAN];
const PAIN_IS_BAD: &str = r#"{"compare":{"kind":"pain","field":"score","op":"at_least","value":8}}"#;
/// In the plan's own time zone, a day has some of these hours without a record.
const NOBODY_ASKED: &str = r#"{"absence":{"kind":"pain","hours":1}}"#;

/// A phone whose holder does not read all, and the plan has this trigger.
fn phone_with_trigger(phone: &Phone, condition: &str, categories: &[Category]) -> Replica {
    let replica = phone.enrolled();
    replica.inner.absorb(&shares(categories, 2, vec![])).expect("it stores");
    let plan = sent(&[plan_with_trigger(condition)], categories, no_list());
    replica.inner.absorb(&plan).expect("it stores");
    replica
}

#[test]
fn whoever_records_what_meets_a_trigger_hears_whom_to_ring_whatever_is_not_shared() {
    let phone = Phone::new();
    let replica = phone_with_trigger(&phone, PAIN_IS_BAD, ALL_BUT_THE_LOG);
    let met = replica.record(GRACE, pain(9)).expect("it records").met;
    assert_eq!(met.len(), 1, "at once, without network");
    let about = MatchRef { trigger: met[0].trigger.id.clone(), matched: met[0].raised_by };
    assert!(replica.sbard(GRACE, &about).expect("it reads").is_some());
    let found = replica.escalations(GRACE).expect("it reads");
    assert!(found.list.is_empty(), "whether anybody was rung cannot be told here");
    assert_eq!((found.met.len(), found.met[0].name.as_str()), (1, "pain is bad"));
    let end = replica.end_of_shift().expect("it reads");
    assert_eq!(end.lacks[0].lacks[0].part, ViewPart::Escalations, "and nothing open is not nothing");
}

#[test]
fn a_phone_tells_no_absence_of_what_is_not_shared_with_it() {
    let (reads_all, reads_less) = (Phone::new(), Phone::new());
    for (phone, categories, expected) in [(&reads_all, ALL, 1), (&reads_less, ALL_BUT_THE_LOG, 0)] {
        let replica = phone_with_trigger(phone, NOBODY_ASKED, categories);
        phone.clock.advance_ms(3 * 60 * 60 * 1000);
        let found = replica.escalations(GRACE).expect("it reads");
        assert_eq!((found.list.len(), found.lacks.is_empty()), (expected, expected == 1));
        assert!(found.met.is_empty());
    }
}

/// Of whom the phone says that more is to come.
fn still_coming(replica: &Replica) -> Vec<bool> {
    replica.people().expect("it reads").iter().map(|row| row.still_coming).collect()
}

#[test]
fn while_more_is_still_to_come_nothing_is_said_to_be_absent() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let nobody = AccessList { version: 2, people: vec![] };
    replica.inner.absorb(&Exchanged { access: Some(nobody), ..no_list() }).expect("it stores");
    let first = sent(&[plan_with_trigger(NOBODY_ASKED)], ALL, shares(ALL, 3, vec![]));
    replica.inner.absorb(&Exchanged { more: true, ..first }).expect("it stores");
    phone.clock.advance_ms(3 * 60 * 60 * 1000);
    assert_eq!(still_coming(&replica), [true, true]);
    assert_eq!(replica.escalations(GRACE).expect("it reads").list.len(), 0, "it may be on its way");
    let last = Exchanged { server_time: NOW.plus_ms(3 * 60 * 60 * 1000), ..no_list() };
    replica.inner.absorb(&last).expect("it stores");
    assert_eq!(still_coming(&replica), [false, false]);
    assert_eq!(replica.escalations(GRACE).expect("it reads").list.len(), 1);
}

#[test]
fn what_goes_because_of_another_list_is_still_to_come_under_it() {
    let phone = Phone::new();
    let replica = phone_with_all(&phone);
    assert_eq!(still_coming(&replica), [false, false]);
    replica.inner.absorb(&shares(NOTES, 3, vec![])).expect("it stores");
    assert_eq!(still_coming(&replica), [true, false], "of her alone");
    replica.inner.absorb(&no_list()).expect("it stores");
    assert_eq!(still_coming(&replica), [false, false]);
}

#[test]
fn a_plan_that_is_not_shared_is_on_no_print_and_an_emergency_all_the_same() {
    let phone = Phone::new();
    let replica = phone_with_all(&phone);
    let page = replica.plan(GRACE).expect("it reads");
    assert_eq!(page.lacks[0].part, ViewPart::Plan, "an empty plan says nothing");
    assert!(matches!(replica.home_folder(GRACE), Err(RecordError::PlanNotShared)));
    assert!(matches!(replica.induction(GRACE), Err(RecordError::PlanNotShared)));
    let Body::Observation(mut fall) = pain(1).body else { unreachable!() };
    fall.kind = "fall".to_owned();
    fall.fields = [("head_hit".to_owned(), Value::text("yes"))].into();
    let signs = replica.emergency_signs(GRACE, &fall).expect("it reads");
    assert!(!signs.is_empty(), "she may well take a blood-thinner");
}
