//! What became of one's edits, after access to the person has ended.

use super::corrected::from_the_store;
use super::*;
use crate::absorb::AbsorbError;
use crate::views::EditItem;
use alongside_domain::journal::RecordRef;
use alongside_domain::journal::body::{Fate, FateOutcome, HeldWhy};
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::journal::{Digest, Signature};
use alongside_domain::sync::messages::AskedEdit;

fn nobody(receipts: Vec<PageId>) -> Exchanged {
    Exchanged { access: Some(AccessList { version: 2, people: vec![] }), ..exchanged(receipts) }
}

/// A phone that has proposed something for Grace's plan, handed it in, and may not see her any more.
fn proposed(phone: &Phone) -> (Replica, RecordRef) {
    let replica = phone.enrolled();
    let command = Command::SetField {
        section: Section::Safety,
        entry: "main".parse().expect("a plain name"),
        field: "preferred_name".to_owned(),
        value: Value::text("Gracie"),
    };
    let edit = replica.edit_plan(GRACE, vec![command], "she asked for it").expect("it proposes");
    let pages = pages_of(&replica.inner.composed(), &own_key(&replica));
    replica.inner.absorb(&nobody(vec![pages[0].id])).expect("it stores");
    (replica, edit)
}

/// A phone that has proposed something for Grace's plan: the edit, and the page that it goes in.
fn proposing(phone: &Phone) -> (Replica, RecordRef, PageId) {
    let replica = phone.enrolled();
    let command = Command::RetireEntry { section: Section::Actions, entry: "walk".parse().expect("a name") };
    let edit = replica.edit_plan(GRACE, vec![command], "").expect("it proposes");
    let page = pages_of(&replica.inner.composed(), &own_key(&replica))[0].id;
    (replica, edit, page)
}

fn own(replica: &Replica) -> Vec<EditItem> {
    replica.own_edits().expect("it reads")
}

fn outcome(replica: &Replica) -> Option<FateOutcome> {
    own(replica)[0].settled.as_ref().map(|fate| fate.outcome.clone())
}

fn declined(edit: RecordRef) -> Fate {
    let reason = "it is Grace in every letter".to_owned();
    Fate { edit, outcome: FateOutcome::Declined { reason }, by: Some(StaffId([8; 16])) }
}

/// The server's word on an edit, and nothing else of its page.
fn says(fate: Fate) -> Exchanged {
    let mut told = from_the_store(Body::Fate(fate));
    let mut extract = told.extracts.pop().expect("a page of the store");
    for part in &mut extract.parts {
        if let Part::Open(run) = part {
            *run = run.clone().with_only(|_| true).expect("its salts are here");
        }
    }
    Exchanged { fates: Some(vec![extract]), access: None, ..told }
}

#[test]
fn the_list_goes_on_without_what_an_edit_says_and_asks_until_its_fate_has_come() {
    let phone = Phone::new();
    let (replica, edit) = proposed(&phone);
    assert!(matches!(replica.plan(GRACE), Err(RecordError::UnknownPerson)));
    let listed = own(&replica);
    assert_eq!((listed.len(), listed[0].edit, listed[0].person), (1, edit, GRACE));
    assert!(listed[0].commands.is_empty() && listed[0].reason.is_empty() && listed[0].settled.is_none());
    let asked = |held| Some(vec![AskedEdit { person: GRACE, edit, held }]);
    assert_eq!(replica.inner.composed().edits, asked(false));
    let held = FateOutcome::Held { role: Role::Supervisor, why: HeldWhy::MayNot };
    replica.inner.absorb(&says(Fate { edit, outcome: held, by: None })).expect("it stores");
    assert_eq!(replica.inner.composed().edits, asked(true));
    replica.inner.absorb(&says(declined(edit))).expect("it stores");
    assert_eq!(replica.inner.composed().edits, None);
    assert_eq!(replica.sync_state().expect("it reads").leaving, 0, "nothing of it went into the journal");
    drop(replica);
    let replica = phone.open();
    assert_eq!(outcome(&replica), Some(declined(edit).outcome));
    assert!(own(&replica)[0].held.is_some());
    // Until a backup holds it, its page stays as bytes that no screen reads.
    replica.inner.absorb(&Exchanged { backed_up: true, ..nobody(vec![]) }).expect("it stores");
    for cell in replica.inner.state().store.cells_for_tests() {
        assert!(!cell.windows(6).any(|bytes| bytes == b"Gracie"), "what the edit says is gone");
    }
}

#[test]
fn a_fate_that_came_while_there_was_access_stays_known() {
    let phone = Phone::new();
    let (replica, edit, page) = proposing(&phone);
    let told = from_the_store(Body::Fate(declined(edit)));
    let receipts = vec![page];
    let epoch = Some(told.extracts[0].id.epoch);
    replica.inner.absorb(&Exchanged { receipts, epoch, ..told }).expect("it stores");
    replica.inner.absorb(&nobody(vec![])).expect("it stores");
    assert_eq!(outcome(&replica), Some(declined(edit).outcome));
    assert_eq!(replica.inner.composed().edits, None);
}

#[test]
fn a_restored_server_is_asked_again_and_its_new_word_takes_the_place_of_the_old() {
    let phone = Phone::new();
    let (replica, edit) = proposed(&phone);
    let of = |epoch, told| Exchanged { epoch: Some(Epoch([epoch; 8])), ..told };
    replica.inner.absorb(&of(1, says(declined(edit)))).expect("it stores");
    replica.inner.absorb(&of(2, nobody(vec![]))).expect("it stores");
    assert_eq!(outcome(&replica), Some(declined(edit).outcome), "the last that is known is shown");
    assert_eq!(replica.inner.composed().edits.expect("it asks").len(), 1);
    let withdrawn = FateOutcome::Withdrawn;
    replica.inner.absorb(&says(Fate { outcome: withdrawn.clone(), ..declined(edit) })).expect("it stores");
    assert_eq!(outcome(&replica), Some(withdrawn));
    assert_eq!(replica.inner.composed().edits, None);
}

#[test]
fn a_fate_of_before_a_restore_is_asked_for_again_where_access_ends_with_the_news_of_it() {
    let phone = Phone::new();
    let (replica, edit, own_page) = proposing(&phone);
    let told = from_the_store(Body::Fate(declined(edit)));
    let of_the_store = told.extracts[0].id;
    let (receipts, epoch) = (vec![own_page], Some(of_the_store.epoch));
    replica.inner.absorb(&Exchanged { receipts, epoch, ..told }).expect("it stores");
    let restored = Exchanged { epoch: Some(Epoch([7; 8])), ..nobody(vec![]) };
    replica.inner.absorb(&restored).expect("it stores");
    assert!(replica.sync_state().expect("it reads").leaving > 0, "it has to bring what it keeps first");
    replica.inner.absorb(&nobody(vec![own_page, of_the_store])).expect("it stores");
    assert_eq!(replica.sync_state().expect("it reads").leaving, 0);
    assert_eq!(outcome(&replica), Some(declined(edit).outcome), "the last that is known is shown");
    let asked = Some(vec![AskedEdit { person: GRACE, edit, held: false }]);
    assert_eq!(replica.inner.composed().edits, asked);
    let withdrawn = FateOutcome::Withdrawn;
    replica.inner.absorb(&says(Fate { outcome: withdrawn.clone(), ..declined(edit) })).expect("it stores");
    assert_eq!(outcome(&replica), Some(withdrawn));
    assert_eq!(replica.inner.composed().edits, None);
}

#[test]
fn only_the_stores_own_sealed_word_counts() {
    let phone = Phone::new();
    let (replica, edit) = proposed(&phone);
    let mut forged = says(declined(edit));
    forged.fates.as_mut().expect("it says something")[0].seal = Signature([1; 64]);
    let refused = replica.inner.absorb(&forged);
    assert!(matches!(refused, Err(AbsorbError::Page(PageError::Seal))));
    let mut of_another = says(declined(edit));
    of_another.fates.as_mut().expect("it says something")[0].id.author = AuthorId([4; 16]);
    assert!(matches!(replica.inner.absorb(&of_another), Err(AbsorbError::Page(PageError::Author))));
    assert_eq!(outcome(&replica), None);
}

#[test]
fn an_erased_edit_and_a_device_that_is_no_longer_enrolled_leave_no_list() {
    let phone = Phone::new();
    let (replica, record) = proposed(&phone);
    let erasures = vec![Erasure { version: 1, person: GRACE, record, digest: Digest([7; 32]) }];
    let order = Exchanged { erasures, erasures_version: 1, ..nobody(vec![]) };
    replica.inner.absorb(&order).expect("it stores");
    assert!(own(&replica).is_empty());
    let phone = Phone::new();
    let (replica, _) = proposed(&phone);
    let terms = Terms { ended: true, ..Terms::default() };
    replica.inner.absorb(&Exchanged { terms, ..nobody(vec![]) }).expect("it stores");
    assert!(own(&replica).is_empty());
}

#[test]
fn what_a_screen_has_rendered_of_ones_own_edits_is_recorded_once() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    let command = Command::SetField {
        section: Section::Safety,
        entry: "main".parse().expect("a plain name"),
        field: "preferred_name".to_owned(),
        value: Value::text("Gracie"),
    };
    let edit = replica.edit_plan(GRACE, vec![command], "she asked for it").expect("it proposes");
    assert_eq!(replica.fates_shown(GRACE).expect("it reads"), None, "nothing has become of it yet");
    let told = from_the_store(Body::Fate(declined(edit)));
    let fate = match &told.extracts[0].parts[0] {
        Part::Open(run) => (told.extracts[0].id.author, told.extracts[0].id.epoch, run.first),
        Part::Hidden(_) => panic!("about Grace"),
    };
    replica.inner.absorb(&told).expect("it stores");
    replica.set_pin("260893", None).expect("it sets");
    replica.lock().expect("it locks");
    assert_eq!(replica.attention().expect("it counts").fates, 1, "a number, on a locked phone too");
    replica.unlock("260893").expect("it opens");
    let look = replica.fates_shown(GRACE).expect("it records").expect("a record of it");
    let items = replica.journal(GRACE).expect("it reads");
    let body = items.iter().find(|item| item.id == look).map(|item| item.body.clone());
    let Some(Body::Looked(looked)) = body else { panic!("a look") };
    let named: Vec<_> = looked.fates.iter().flatten().map(|run| (run.author, run.epoch, run.first)).collect();
    assert_eq!((named, looked.shown), (vec![fate], vec![]));
    assert_eq!(replica.fates_shown(GRACE).expect("it reads"), None, "once");
    assert_eq!(replica.attention().expect("it counts").fates, 0);
}
