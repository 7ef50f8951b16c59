//! Rules of a plan that is made anew without what some edits said.

use crate::cases::cases;
use crate::overlay::{canonical, steps};
use crate::support::{EPOCH, STORE, Store, add, record, retire, set, values};
use alongside_domain::ids::Epoch;
use alongside_domain::journal::body::{PlanChange, PlanRootPart};
use alongside_domain::journal::{Body, Entry, RecordRef};
use alongside_domain::plan::{PlanDocument, PlanRoot, conflicts};
use alongside_domain::time::Moment;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const SECRET: &str = "the neighbour's daughter has another father";

fn only(edit: RecordRef) -> BTreeSet<RecordRef> {
    [edit].into()
}

fn root_of(plan: &PlanDocument, without: &BTreeSet<RecordRef>) -> PlanRoot {
    let accepted: BTreeMap<u64, Moment> = plan.versions().map(|at| (at, Moment(at as i64))).collect();
    PlanRoot::new(plan, without, &accepted, EPOCH)
}

fn without(plan: &PlanDocument, edits: &BTreeSet<RecordRef>) -> PlanDocument {
    root_of(plan, edits).document(STORE, EPOCH).expect("it was made just now")
}

fn has(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Two people's edits; the second one is the secret, and is long, so that it would be compressed.
fn told() -> Store {
    let mut store = Store::new();
    let secret = format!("{SECRET}{}", " and so on".repeat(300));
    let v1 = store.take(3, 1, (0, None), vec![add("A", &[("how", "x"), ("who", "p")])]).expect("fits");
    store.take(3, 2, (v1, None), vec![set("A", "how", &secret)]).expect("fits");
    store.take(5, 1, (v1, None), vec![set("A", "how", "y"), set("A", "who", "q")]).expect("fits");
    store.take(5, 2, (v1, Some(1)), vec![add("B", &[("how", "z")])]).expect("fits");
    store
}

#[test]
fn no_byte_of_the_text_and_no_hash_over_it_is_left() {
    let store = told();
    let root = root_of(&store.plan, &only(record(3, 2)));
    let parts: Vec<u8> = root.parts().into_iter().flat_map(|part| part.bytes).collect();
    assert!(!has(&parts, SECRET.as_bytes()) && !has(&root.document, SECRET.as_bytes()));
    assert!(
        has(&root_of(&store.plan, &BTreeSet::new()).document, SECRET.as_bytes()),
        "it can be found there"
    );
    let new: BTreeSet<_> = changes(&root.document).iter().map(|change| change.hash()).collect();
    let mut over_it = BTreeSet::new();
    for old in changes(&store.plan.save()) {
        let is_it = old.message().is_some_and(|message| message.starts_with("edit 4 "));
        if is_it || old.deps().iter().any(|on| over_it.contains(on)) {
            over_it.insert(old.hash());
            assert!(!has(&root.document, &old.hash().0), "a guess could be tried with it");
        }
        assert_eq!(new.contains(&old.hash()), !over_it.contains(&old.hash()), "the others are as they were");
    }
    assert_eq!(over_it.len(), 3, "the edit, the fold after it, and what stands on that");
}

#[expect(clippy::disallowed_methods, reason = "nothing is written with the random actor")]
fn changes(saved: &[u8]) -> Vec<automerge::Change> {
    automerge::Automerge::load(saved).expect("a saved document").get_changes(&[])
}

#[test]
fn what_others_said_stands_in_each_version() {
    let store = told();
    let made = without(&store.plan, &only(record(3, 2)));
    assert!(made.versions().eq(store.plan.versions()));
    let is_left = |(value, _): &(String, _)| !value.contains(SECRET);
    for version in store.plan.versions() {
        let (before, after) = (store.plan.view_at(version), made.view_at(version));
        for (entry, field) in [("A", "how"), ("A", "who"), ("B", "how")] {
            let left: Vec<_> = values(&before, entry, field).into_iter().filter(is_left).collect();
            assert_eq!(values(&after, entry, field), left, "{entry} {field} in version {version}");
        }
    }
    assert_eq!(conflicts(&made.view()), [], "one of two values is no conflict");
    assert_eq!(made.version_of(&record(3, 2)), store.plan.version_of(&record(3, 2)), "it was an edit");
}

#[test]
fn an_entry_of_which_nothing_is_left_is_not_there() {
    let mut store = told();
    let edit = record(5, 2);
    assert!(values(&without(&store.plan, &only(edit)).view(), "B", "how").is_empty());
    assert_eq!(without(&store.plan, &only(edit)).view().sections.values().flatten().count(), 1);
    let version = store.plan.version();
    store.take(3, 3, (version, None), vec![set("B", "who", "r")]).expect("fits");
    let view = without(&store.plan, &only(edit)).view();
    assert_eq!((values(&view, "B", "who").len(), values(&view, "B", "how").len()), (1, 0));
}

#[test]
fn edits_go_on_also_on_versions_of_before_and_merge_as_they_would_have() {
    let mut store = told();
    let mut made = Store { plan: without(&store.plan, &only(record(3, 2))), changes: Vec::new() };
    let versions: Vec<u64> = store.plan.versions().collect();
    for (number, version) in (3..).zip(versions) {
        for store in [&mut store, &mut made] {
            store.take(3, number, (version, None), vec![set("A", "who", "later")]).expect("fits");
        }
    }
    for store in [&mut store, &mut made] {
        store.take(5, 9, (4, None), vec![retire("B")]).expect_err("it was not there then");
    }
    assert_eq!(made.values("A", "who"), store.values("A", "who"));
    let changes = made.changes.iter().map(|(_, change)| change);
    let mut replica = without(&told().plan, &only(record(3, 2)));
    replica.replay(changes).expect("a replica goes on from the same root");
    assert!(replica.save() == made.plan.save());
}

#[test]
fn a_change_of_before_stands_on_nothing_here() {
    let store = told();
    let mut made = root_of(&store.plan, &only(record(3, 2))).document(STORE, EPOCH).expect("it is whole");
    let before = made.save();
    made.replay(store.changes.iter().map(|(_, change)| change))
        .expect("versions that are here are passed over");
    assert!(made.save() == before);
    let mut earlier = Store::new();
    earlier.plan.replay(store.changes[..2].iter().map(|(_, change)| change)).expect("its own");
    let mut made = without(&earlier.plan, &only(record(3, 2)));
    made.replay([&store.changes[2].1]).expect_err("it stands on a change that is no more");
}

fn entry(epoch: Epoch, number: u64, part: PlanRootPart) -> Entry {
    let id = RecordRef { author: STORE, epoch, number, ..record(1, 1) };
    Entry { id, ..crate::people::entry_of(1, 1, Body::PlanRootPart(part)) }
}

fn entries(epoch: Epoch, first: u64, root: &PlanRoot) -> Vec<Entry> {
    (first..).zip(root.parts()).map(|(number, part)| entry(epoch, number, part)).collect()
}

#[test]
fn a_root_counts_once_all_its_parts_are_here_and_of_several_the_one_that_says_least() {
    let mut store = told();
    for number in 10..60 {
        let version = store.plan.version();
        let text = format!("{number}").repeat(2_000);
        store.take(5, number, (version, None), vec![set("A", "who", &text)]).expect("fits");
    }
    let secret = only(record(3, 2));
    let (least, more) =
        (root_of(&store.plan, &[record(3, 2), record(5, 10)].into()), root_of(&store.plan, &secret));
    let mut all = entries(EPOCH, 7, &more);
    assert!(all.len() > 2, "it is cut into parts");
    assert_eq!(PlanRoot::latest(STORE, &all), Ok(Some(more.clone())));
    assert_eq!(PlanRoot::latest(STORE, &all[1..]), Ok(None));
    assert_eq!(PlanRoot::latest(STORE, all.iter().chain(&all).rev()), Ok(Some(more)), "in any order, twice");
    all.extend(entries(Epoch([9; 8]), 7, &least));
    assert_eq!(PlanRoot::latest(STORE, &all), Ok(Some(least)));
    assert_eq!(PlanRoot::latest(record(3, 1).author, &all), Ok(None), "nobody else's counts");
}

/// The plan of the golden changes without one of its edits, as version 0.1 wrote it: read for ever.
#[test]
fn a_root_of_the_first_version_still_reads() {
    let bytes = include_bytes!("../golden/plan/root.cbor");
    let root: PlanRoot = minicbor::decode(bytes).expect("the first version's root");
    let changes: Vec<(u64, PlanChange)> =
        minicbor::decode(include_bytes!("../golden/plan/changes.cbor")).expect("the first version's records");
    let mut plan = PlanDocument::new(STORE, EPOCH);
    plan.replay(changes.iter().map(|(_, change)| change)).expect("its changes");
    let edit = changes[1].1.edit.expect("an edit made it");
    assert_eq!(root, root_of(&plan, &only(edit)));
    assert_eq!(root.document(STORE, EPOCH).expect("it is whole").view(), plan.without(&only(edit)).view());
    assert_eq!(minicbor::to_vec(&root).expect("a vector takes every byte"), bytes);
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn erasing_is_the_same_in_any_order_and_leaves_all_that_others_said(steps in steps(), picks in any::<[prop::sample::Index; 2]>()) {
        let world = canonical(&steps);
        let edits: Vec<RecordRef> = world.changes().filter_map(|change| change.edit).collect();
        prop_assume!(!edits.is_empty());
        let [a, b] = picks.map(|pick| edits[pick.index(edits.len())]);
        let both = world.plan.without(&[a, b].into());
        let in_turn = world.plan.without(&only(a)).without(&only(b));
        prop_assert!(both.versions().eq(world.plan.versions()));
        prop_assert_eq!(both.view(), in_turn.view());
        prop_assert!(world.plan.without(&BTreeSet::new()).save() == world.plan.save());
        for version in world.plan.versions() {
            let after = both.view_at(version);
            let candidates = after.sections.values().flatten().flat_map(|(_, entry)| &entry.fields);
            for (field, view) in candidates.filter(|(field, _)| *field != "retired" && *field != "order") {
                let said = view.candidates.iter().all(|one| one.edit != a && one.edit != b);
                prop_assert!(said, "{field} in version {version}");
            }
        }
    }
}
