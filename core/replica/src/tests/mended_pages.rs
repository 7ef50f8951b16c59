//! Pages that were changed after they were sealed, and that the server refuses.

use super::*;
use alongside_domain::journal::StreamId;
use alongside_domain::journal::evidence::CheckedByDigests;

fn refusing(why: PageError) -> Exchanged {
    Exchanged { refused: vec![Refused { index: 0, why, wants_digests: None }], ..exchanged(vec![]) }
}

/// A phone with three pages that wait.
fn three_waiting(phone: &Phone) -> (Replica, Vec<Page>) {
    let replica = phone.enrolled();
    for score in 1..4 {
        replica.record(GRACE, pain(score)).expect("it records");
        replica.inner.composed();
    }
    let pages = replica.inner.composed().pages.iter().map(|page| page.open().expect("as cut")).collect();
    (replica, pages)
}

#[test]
fn whichever_bit_of_a_page_has_changed_it_is_made_again_from_the_journal() {
    let phone = Phone::new();
    let (replica, pages) = three_waiting(&phone);
    let bits = replica.inner.composed().pages[0].0.len() * 8;
    let mut changed = 0;
    // Each place that is a multiple of three is in the first page.
    for place in (0..bits).filter(|place| place % 3 == 0) {
        assert!(replica.flip_bit_of_waiting_page(place).expect("it writes"));
        let sent = &replica.inner.composed().pages[0];
        if sent.open().as_ref() == Ok(&pages[0]) {
            // A bit of the packing that says nothing: the server takes the page.
            continue;
        }
        changed += 1;
        replica.inner.absorb(&refusing(PageError::Seal)).expect("it stores");
        let again = replica.inner.composed().pages;
        assert_eq!(again.len(), 3, "bit {place}");
        assert_eq!(again[0].open().as_ref(), Ok(&pages[0]), "bit {place}");
        assert_eq!(replica.sync_state().expect("it reads").refused_pages, 0, "bit {place}");
    }
    assert!(changed > bits / 4, "{changed} of {bits}");
}

#[test]
fn a_page_that_is_as_it_was_cut_stays_refused_behind_the_others() {
    let phone = Phone::new();
    let (replica, pages) = three_waiting(&phone);
    replica.inner.absorb(&refusing(PageError::Access)).expect("it stores");
    assert_eq!(replica.sync_state().expect("it reads").refused_pages, 1);
    let last = replica.inner.composed().pages[2].open();
    assert_eq!(last.as_ref(), Ok(&pages[0]));
}

/// The server cannot prove the first page, and asks for its digests.
fn asking() -> Exchanged {
    let refused = Refused { index: 0, why: PageError::Seal, wants_digests: Some(true) };
    Exchanged { refused: vec![refused], ..exchanged(vec![]) }
}

/// A bit of a record changes, in its page and in the journal. Of which.
fn flip_record(replica: &Replica, place: usize) -> (StreamId, u64) {
    let mut named = None;
    replica.flip_bit_of_waiting_record(place, &mut named).expect("it writes");
    named.expect("a page waits")
}

fn ask(replica: &Replica) {
    replica.inner.composed();
    replica.inner.absorb(&asking()).expect("it stores");
}

/// Checks what is sent of the first page by the digests that are sent with it.
fn checked(replica: &Replica) -> CheckedByDigests {
    let request = replica.inner.composed();
    let digests = request.digests.expect("the server has asked for them");
    let [of_page] = digests.as_slice() else { panic!("of one page") };
    let page = request.pages[of_page.index as usize].open().expect("it opens");
    let digests = of_page.read().expect("digests");
    page.check_by_digests(&own_key(replica), &digests).expect("they lead to the seal")
}

#[test]
fn a_record_that_was_changed_in_the_journal_too_goes_as_damaged_with_the_digests_of_what_was_sealed() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    for score in 1..4 {
        replica.record(GRACE, pain(score)).expect("it records");
    }
    let (stream, number) = flip_record(&replica, 1);
    ask(&replica);
    let checked = checked(&replica);
    assert_eq!(
        checked.damaged.iter().map(|one| (one.person, one.number)).collect::<Vec<_>>(),
        [(GRACE, number)]
    );
    assert_eq!(checked.runs.iter().flatten().filter(|place| place.header.is_some()).count(), 2);
    let shown = replica.damaged_records().expect("it reads");
    assert_eq!(
        shown.iter().map(|one| (one.person, one.record.epoch, one.record.number)).collect::<Vec<_>>(),
        [(GRACE, stream.epoch, number)]
    );
    let state = replica.sync_state().expect("it reads");
    assert_eq!((state.refused_pages, state.waiting), (0, 3));
    assert_eq!(replica.journal(GRACE).expect("it reads").len(), 2, "no view reads it");
    let page = replica.inner.composed().pages[0].open().expect("it opens").id;
    replica.inner.absorb(&exchanged(vec![page])).expect("it stores");
    assert_eq!(replica.sync_state().expect("it reads").waiting, 0);
    replica.inner.state().store.give_again().expect("it writes");
    assert_eq!(self::checked(&replica).damaged.len(), 1, "a restored server gets it with its digests again");
}

#[test]
fn whichever_bit_changes_of_a_page_whose_digests_were_told_what_is_whole_in_the_journal_goes_whole() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    for score in 1..4 {
        replica.record(GRACE, pain(score)).expect("it records");
    }
    let (_, number) = flip_record(&replica, 1);
    ask(&replica);
    let bits = replica.inner.composed().pages[0].0.len() * 8;
    for place in (0..bits).step_by(3) {
        assert!(replica.flip_bit_of_waiting_page(place).expect("it writes"));
        let damaged: Vec<u64> = checked(&replica).damaged.iter().map(|one| one.number).collect();
        assert_eq!(damaged, [number], "bit {place}");
    }
    assert_eq!(replica.damaged_records().expect("it reads").len(), 1);
    // The same of a record that was whole until then: no view reads it any more.
    assert_ne!(flip_record(&replica, 0).1, number);
    assert_eq!(checked(&replica).damaged.len(), 2);
    assert_eq!(replica.damaged_records().expect("it reads").len(), 2);
    assert_eq!(replica.journal(GRACE).expect("it reads").len(), 1);
}

#[test]
fn a_page_that_has_lost_its_name_too_brings_no_records_of_nobody_to_a_restored_server() {
    let phone = Phone::new();
    let (replica, pages) = three_waiting(&phone);
    let mut other = pages[0].clone();
    other.id.author.0[8] ^= 0x40;
    replica.inner.state().store.put_bytes_of_first_page_for_tests(&PackedPage::of(&other));
    let changed = flip_record(&replica, 0);
    assert_eq!(changed, (pages[0].id.stream(GRACE), 1), "it is named as it was recorded");
    replica.inner.state().store.give_again().expect("it writes");
    ask(&replica);
    assert_eq!(checked(&replica).damaged.len(), 1);
    let shown = replica.journal(GRACE).expect("it reads");
    assert_eq!(shown.len(), 2, "the others, each once");
    assert!(shown.iter().all(|item| item.id.author == pages[0].id.author));
}

#[test]
fn what_one_copy_has_lost_the_other_gives_and_nothing_is_damaged() {
    let phone = Phone::new();
    let (replica, pages) = three_waiting(&phone);
    replica.inner.state().store.change_first_record_for_tests();
    // Its bytes are as they were cut: whatever the server saw, it gets the same again.
    ask(&replica);
    assert_eq!(checked(&replica).damaged, []);
    assert_eq!(replica.inner.composed().pages[0].open().as_ref(), Ok(&pages[0]));
    assert_eq!(replica.damaged_records().expect("it reads"), []);
}

#[test]
fn a_record_that_nobody_can_read_stops_neither_screens_nor_the_next_start_nor_a_sync() {
    let phone = Phone::new();
    let replica = phone.enrolled();
    for score in 1..4 {
        replica.record(GRACE, pain(score)).expect("it records");
    }
    replica.inner.state().store.break_first_header_for_tests();
    drop(replica);
    let replica = phone.open();
    assert_eq!(replica.journal(GRACE).expect("it reads").len(), 2);
    replica.record(GRACE, pain(4)).expect("it records");
    replica.inner.composed();
    let refused = Refused { index: 0, why: PageError::Header, wants_digests: Some(true) };
    let answer = Exchanged { refused: vec![refused], ..exchanged(vec![]) };
    replica.inner.absorb(&answer).expect("it stores");
    assert_eq!(checked(&replica).damaged.len(), 1);
    assert_eq!(replica.damaged_records().expect("it reads").len(), 1);
    assert_eq!(replica.journal(GRACE).expect("it reads").len(), 3);
}

#[test]
fn a_page_that_changed_so_that_it_names_a_record_before_it_is_made_again() {
    let phone = Phone::new();
    let (replica, pages) = three_waiting(&phone);
    let mut other = pages[0].clone();
    other.runs[0].first = 5;
    replica.inner.state().store.put_bytes_of_first_page_for_tests(&PackedPage::of(&other));
    replica.inner.composed();
    replica.inner.absorb(&refusing(PageError::BeforeMissing)).expect("it stores");
    assert_eq!(replica.inner.composed().pages[0].open().as_ref(), Ok(&pages[0]));
}

#[test]
fn a_server_that_asks_for_digests_again_and_again_is_told_once() {
    let phone = Phone::new();
    let (replica, _) = three_waiting(&phone);
    flip_record(&replica, 0);
    ask(&replica);
    assert_eq!(replica.sync_state().expect("it reads").refused_pages, 0);
    ask(&replica);
    assert_eq!(replica.sync_state().expect("it reads").refused_pages, 1);
}

#[test]
fn a_header_that_cannot_be_read_any_more_stops_no_sync() {
    let phone = Phone::new();
    let (replica, _) = three_waiting(&phone);
    replica.inner.state().store.break_first_header_for_tests();
    replica.flip_bit_of_waiting_page(0).expect("it writes");
    ask(&replica);
    assert_eq!(replica.damaged_records().expect("it reads").len(), 1);
    assert_eq!(checked(&replica).damaged.len(), 1);
}

#[test]
fn a_record_that_was_changed_in_the_journal_too_is_not_sealed_anew() {
    let phone = Phone::new();
    let (replica, _) = three_waiting(&phone);
    replica.flip_bit_of_waiting_page(0).expect("it writes");
    replica.inner.state().store.change_first_record_for_tests();
    replica.inner.absorb(&refusing(PageError::Seal)).expect("it stores");
    assert_eq!(replica.sync_state().expect("it reads").refused_pages, 1, "what was sealed is nowhere");
}
