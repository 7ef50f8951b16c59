//! A plan that the server made anew without what was erased: it takes the place of the one that is here.

use super::*;
use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::chain::{Chain, PageSecret};
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{Digest, PageExtract, RecordRef, StreamId};
use alongside_domain::plan::{EditToApply, PlanDocument, PlanRoot, StartsAt};
use alongside_domain::value::Value;
use std::collections::{BTreeMap, BTreeSet};

const STORE: AuthorId = AuthorId([9; 16]);
const EPOCH: Epoch = Epoch([6; 8]);
const SECRET: &str = "the neighbour's daughter has another father";

/// A store that has made three versions, the second one with the secret; what it then writes: the plan made anew, and
/// two versions more.
pub(super) struct Told {
    pub(super) changes: Vec<Body>,
    root: Vec<Body>,
    later: Vec<Body>,
    secret: RecordRef,
}

fn of_sam(number: u64) -> RecordRef {
    RecordRef { author: AuthorId([4; 16]), epoch: EPOCH, number, channel: Channel::Care }
}

/// Makes the next version: Sam sets a field.
fn set(document: &mut PlanDocument, field: &str, value: &str) -> Body {
    let command = Command::SetField {
        section: Section::About,
        entry: "main".parse().expect("a plain name"),
        field: field.to_owned(),
        value: Value::text(value),
    };
    changed(document, command)
}

/// The first version of a plan, which has a trigger.
pub(super) fn plan_with_trigger(condition: &str) -> Body {
    let fields =
        [("name", "pain is bad"), ("condition", condition), ("contact", "gp"), ("urgency", "same_day")];
    let fields = fields.map(|(code, text)| (code.to_owned(), Value::text(text))).into();
    let (section, entry) = (Section::Triggers, "t1".parse().expect("a plain name"));
    changed(&mut PlanDocument::new(STORE, EPOCH), Command::AddEntry { section, entry, fields, order: 1 })
}

fn changed(document: &mut PlanDocument, command: Command) -> Body {
    let version = document.version() + 1;
    let base = PlanSeen { version: version - 1, own_edit: None };
    let edit = PlanEdit { base, commands: vec![command], reason: "agreed".to_owned() };
    let starts_at = StartsAt::Base { version: version - 1, own: None };
    let apply =
        EditToApply { id: of_sam(version), author: StaffId([4; 16]), at: NOW, starts_at, edit: &edit };
    Body::PlanChange(document.apply_edit(&apply, version, &|_, _, _| true).expect("it fits"))
}

pub(super) fn told() -> Told {
    let mut document = PlanDocument::new(STORE, EPOCH);
    let fields = [("routines", "tea at four"), ("routines", SECRET), ("communicate", "slowly")];
    let changes = fields.map(|(field, value)| set(&mut document, field, value)).to_vec();
    let secret = of_sam(2);
    let accepted: BTreeMap<u64, Moment> = document.versions().map(|version| (version, NOW)).collect();
    let root = PlanRoot::new(&document, &BTreeSet::from([secret]), &accepted, EPOCH);
    let mut document = root.document(STORE, EPOCH).expect("it is whole");
    let fields = [("important_people", "Harold"), ("matters_most", "the garden")];
    let later = fields.map(|(field, value)| set(&mut document, field, value)).to_vec();
    let root = root.parts().into_iter().map(Body::PlanRootPart).collect();
    Told { changes, root, later, secret }
}

/// The store's page of this number with these records from `first` on.
pub(super) fn page(number: u64, (first, before): (u64, Link), bodies: &[Body]) -> (PageExtract, Link) {
    let id = PageId { author: STORE, epoch: EPOCH, number, channel: Channel::Care };
    let stream = StreamId { person: GRACE, channel: Channel::Care, author: STORE, epoch: EPOCH };
    let secret = PageSecret([number as u8; 32]);
    let mut chain = Chain::at(&secret, stream, first - 1, before);
    let mut records = Vec::new();
    for body in bodies {
        let (header, bytes) = record_of(body);
        chain.push(header.category, &bytes);
        records.push(bytes);
    }
    let head = chain.link;
    let run = Run { person: GRACE, first, before, records };
    let sign =
        |message: &[u8]| Signature::from_slice(key_of(2).0.sign(message).as_ref()).expect("a signature");
    let page = Page::seal(id, secret, vec![run], &[head], sign);
    (extract_of(&page), head)
}

fn orders(told: &Told) -> Exchanged {
    let change = |number| RecordRef { author: STORE, epoch: EPOCH, number, channel: Channel::Care };
    let records = [told.secret, change(2), change(3)];
    let erasures = (1..).zip(records).map(|(version, record)| Erasure {
        version,
        person: GRACE,
        record,
        digest: Digest([7; 32]),
    });
    Exchanged { erasures: erasures.collect(), erasures_version: 3, ..exchanged(vec![]) }
}

fn shown(replica: &Replica, field: &str) -> Option<Value> {
    let view = replica.plan(GRACE).expect("it reads").view;
    let main = &view.sections.get(&Section::About)?[&"main".parse().expect("a plain name")];
    main.fields.get(field).map(|field| field.value().clone())
}

fn says_it(replica: &Replica) -> bool {
    let cells = replica.inner.state().store.cells_for_tests();
    cells.iter().any(|cell| cell.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()))
}

#[test]
fn the_new_plan_takes_the_place_of_the_old_and_nothing_here_says_it() {
    let (phone, told) = (Phone::new(), told());
    let replica = phone.enrolled();
    let (changes, head) = page(1, (1, Link::START), &told.changes);
    replica.inner.absorb(&Exchanged { extracts: vec![changes], ..exchanged(vec![]) }).expect("it stores");
    assert_eq!(shown(&replica, "routines"), Some(Value::text(SECRET)));
    assert!(says_it(&replica), "it can be found");
    let (root, _) = page(2, (4, head), &told.root);
    replica.inner.absorb(&Exchanged { extracts: vec![root], ..orders(&told) }).expect("it stores");
    check_without(&replica);
    drop(replica);
    check_without(&phone.open());
}

fn check_without(replica: &Replica) {
    assert_eq!(shown(replica, "routines"), None);
    assert_eq!(shown(replica, "communicate"), Some(Value::text("slowly")));
    assert_eq!(replica.plan(GRACE).expect("it reads").view.version, 3, "as many versions as before");
    assert!(!says_it(replica));
    assert_eq!(replica.inner.composed().erased, 3);
}

#[test]
fn a_phone_that_never_saw_the_old_plan_needs_only_the_new_one_and_goes_on_from_it() {
    let (phone, told) = (Phone::new(), told());
    let replica = phone.enrolled();
    let (changes, head) = page(1, (1, Link::START), &told.changes);
    let (root, _) = page(2, (4, head), &told.root);
    let mut erased = changes;
    let Part::Open(run) = &mut erased.parts[0] else { panic!("it is about Grace") };
    run.erase(&[2, 3]).expect("they are its own");
    replica.inner.absorb(&Exchanged { extracts: vec![erased, root], ..orders(&told) }).expect("it stores");
    assert_eq!(shown(&replica, "communicate"), Some(Value::text("slowly")));
    let command = set_routines("coffee");
    replica.edit_plan(GRACE, vec![command], "asked").expect("it records");
    assert_eq!(replica.plan(GRACE).expect("it reads").edits.len(), 1);
}

#[test]
fn a_version_that_came_before_the_one_it_stands_on_is_taken_once_that_is_here() {
    let (phone, told) = (Phone::new(), told());
    let replica = phone.enrolled();
    let count = told.root.len() as u64;
    let (root, head) = page(2, (4, Link::START), &told.root);
    let (fourth, head) = page(3, (4 + count, head), &told.later[..1]);
    let (fifth, _) = page(4, (5 + count, head), &told.later[1..]);
    let bring = |extracts| {
        replica.inner.absorb(&Exchanged { extracts, ..exchanged(vec![]) }).expect("it stores");
        replica.plan(GRACE).expect("it reads").view.version
    };
    assert_eq!(bring(vec![root]), 3);
    assert_eq!(bring(vec![fifth]), 3, "what it stands on is not here");
    assert_eq!(bring(vec![fourth]), 5);
    assert_eq!(shown(&replica, "matters_most"), Some(Value::text("the garden")));
}
