//! Pages that were changed after they were sealed, and that the server refuses.

use super::*;

fn refusing(why: PageError) -> Exchanged {
    Exchanged { refused: vec![Refused { index: 0, why }], ..exchanged(vec![]) }
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

#[test]
fn a_record_that_was_changed_in_the_journal_too_is_not_sealed_anew() {
    let phone = Phone::new();
    let (replica, _) = three_waiting(&phone);
    replica.flip_bit_of_waiting_page(0).expect("it writes");
    replica.inner.state().store.change_first_record_for_tests();
    replica.inner.absorb(&refusing(PageError::Seal)).expect("it stores");
    assert_eq!(replica.sync_state().expect("it reads").refused_pages, 1, "what was sealed is nowhere");
}
