//! Rules of replay and of saved documents: damaged, foreign or missing changes are refused whole.

use crate::cases::cases;
use crate::support::{EPOCH, STORE, Store, add, record, set, staff};
use alongside_domain::journal::body::PlanChange;
use alongside_domain::plan::document::LoadError;
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{PlanDocument, ReplayError, conflicts};
use proptest::prelude::*;

/// Two people's edits of one field, apart, one of them twice: the last version has a fold.
fn store() -> Store {
    let mut store = Store::new();
    let v1 = store.take(3, 1, (0, None), vec![add("A", &[("thickness", "1"), ("how", "x")])]).expect("fits");
    store.take(3, 2, (v1, None), vec![set("A", "thickness", "2")]).expect("fits");
    store.take(5, 1, (v1, None), vec![set("A", "thickness", "3")]).expect("fits");
    store.take(5, 2, (v1, Some(1)), vec![set("A", "how", "y")]).expect("fits");
    store
}

fn empty() -> PlanDocument {
    PlanDocument::new(STORE, EPOCH)
}

#[test]
fn versions_that_are_here_are_passed_over() {
    let store = store();
    let mut replica = store.replica();
    let records = || store.changes.iter().map(|(_, change)| change);
    replica.replay(records()).expect("the same again");
    let mut late = empty();
    late.replay(records().take(2)).expect("the first two");
    late.replay(records()).expect("all");
    assert!(late.save() == store.plan.save() && replica.save() == store.plan.save());
}

#[test]
fn a_change_whose_ground_is_missing_is_refused_and_not_kept_waiting() {
    let store = store();
    for missing in 0..store.changes.len() - 1 {
        let mut replica = empty();
        let others = store.changes.iter().enumerate().filter(|(index, _)| *index != missing);
        let refused = replica.replay(others.map(|(_, (_, change))| change));
        assert_eq!(refused, Err(ReplayError::Gap { version: store.changes[missing + 1].0 }));
        assert_eq!(replica.version(), 0);
        replica.replay(store.changes.iter().map(|(_, change)| change)).expect("all of them");
        assert!(replica.save() == store.plan.save());
    }
}

#[test]
fn a_change_that_says_something_else_than_its_record_is_refused() {
    let store = store();
    let (_, change) = &store.changes[0];
    let cases = [
        PlanChange { author: staff(5), ..change.clone() },
        PlanChange { edit: Some(record(3, 9)), ..change.clone() },
        PlanChange { edit: None, ..change.clone() },
        PlanChange { changes: [change.changes.clone(), change.changes.clone()].concat(), ..change.clone() },
        PlanChange { changes: Vec::new(), ..change.clone() },
        PlanChange { version: change.version + 1, ..change.clone() },
    ];
    for change in &cases {
        let mut replica = empty();
        assert_eq!(replica.replay([change]), Err(ReplayError::DoesNotFit { version: change.version }));
    }
}

#[test]
fn an_older_version_than_the_latest_is_refused() {
    let store = store();
    let mut replica = store.replica();
    let older = PlanChange { version: 1, ..store.changes[0].1.clone() };
    assert_eq!(replica.replay([&older]), Err(ReplayError::DoesNotFit { version: 1 }));
}

#[test]
fn changes_longer_than_any_edit_makes_are_not_parsed() {
    let bytes = PlanChange::BYTES_MAX + 1;
    let change = PlanChange { edit: None, author: staff(3), changes: vec![0; bytes], version: 1 };
    assert_eq!(empty().replay([&change]), Err(ReplayError::TooLong { version: 1, bytes }));
    let saved = vec![0; PlanDocument::SAVED_BYTES_MAX + 1];
    let refused = PlanDocument::load(&saved, STORE, EPOCH).err();
    assert_eq!(refused, Some(LoadError::TooLong { bytes: saved.len() }));
}

#[test]
fn every_altered_bit_of_a_change_is_noticed() {
    let store = store();
    let (_, change) = &store.changes[2];
    let ground: Vec<_> = store.changes[..2].iter().map(|(_, change)| change).collect();
    let mut replica = empty();
    replica.replay(ground).expect("the first two");
    let before = replica.save();
    for bit in 0..change.changes.len() * 8 {
        let mut altered = change.clone();
        altered.changes[bit / 8] ^= 1 << (bit % 8);
        assert!(replica.replay([&altered]).is_err(), "bit {bit}");
    }
    assert!(replica.save() == before);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the document is made to be foreign; its actor is set")]
fn a_document_that_no_store_wrote_is_refused() {
    use automerge::transaction::Transactable;
    let actor = automerge::ActorId::from([1_u8; 16]);
    let mut foreign = automerge::AutoCommit::new().with_actor(actor);
    foreign.put(automerge::ROOT, "actions/A/retired", false).expect("the root is a map");
    let refused = PlanDocument::load(&foreign.save(), STORE, EPOCH).err();
    assert_eq!(refused, Some(LoadError::NotAPlan));
    assert_eq!(PlanDocument::load(b"not a document", STORE, EPOCH).err(), Some(LoadError::Damaged));
    let mut cut = store().plan.save();
    cut.truncate(cut.len() / 2);
    assert_eq!(PlanDocument::load(&cut, STORE, EPOCH).err(), Some(LoadError::Damaged));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "looks past our own reading, and writes nothing")]
fn a_conflict_is_shown_wherever_the_document_holds_several_values() {
    use automerge::ReadDoc;
    let store = store();
    let raw = automerge::Automerge::load(&store.plan.save()).expect("an Automerge document");
    let held = raw.get_all(automerge::ROOT, "actions/A/thickness").expect("the root is a map");
    assert_eq!(held.len(), 2);
    let view = store.plan.view();
    let [conflict] = conflicts(&view).try_into().expect("one conflict");
    let (shown, _) = raw.get(automerge::ROOT, "actions/A/thickness").expect("a map").expect("a value");
    assert_eq!(shown.as_str(), conflict.candidates[0].value.as_text());
}

/// A plan as version 0.1 wrote it. Never written again: what is out there must stay readable.
#[test]
fn a_plan_saved_by_the_first_version_still_loads() {
    let saved = include_bytes!("../golden/plan/saved.bin");
    let loaded = PlanDocument::load(saved, STORE, EPOCH).expect("the first version's checkpoint");
    let changes: Vec<(u64, PlanChange)> =
        minicbor::decode(include_bytes!("../golden/plan/changes.cbor")).expect("the first version's records");
    let mut replayed = empty();
    replayed.replay(changes.iter().map(|(_, change)| change)).expect("its changes");
    let expected = include_str!("../golden/plan/view.json");
    for plan in [&loaded, &replayed] {
        assert_eq!(json(&plan.view()), expected);
    }
    assert!(replayed.save() == saved);
    let versions: Vec<u64> = changes.iter().map(|(version, _)| *version).collect();
    assert!(loaded.versions().eq(versions));
}

fn json(view: &PlanView) -> String {
    serde_json::to_string_pretty(view).expect("a view is JSON") + "\n"
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn arbitrary_bytes_are_an_error_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(bytes.is_empty() || PlanDocument::load(&bytes, STORE, EPOCH).is_err());
        let change = PlanChange { edit: None, author: staff(3), changes: bytes, version: 1 };
        prop_assert!(empty().replay([&change]).is_err());
    }
}
