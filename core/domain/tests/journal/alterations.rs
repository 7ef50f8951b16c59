//! A page checks as it was made, and in no other way.

use crate::made::{Signer, any_page, person, usual_page};
use alongside_domain::ids::{AuthorId, Epoch};
use alongside_domain::journal::page::{CheckedPage, NUMBER_MAX, PAGE_RECORDS_MAX};
use alongside_domain::journal::{Channel, Page, PageError, PageSecret};
use proptest::prelude::*;

fn check(page: &Page) -> Result<CheckedPage, PageError> {
    page.check(&Signer::new(1).public())
}

/// Alters a page that checks; it must check no more.
fn refused(what: &str, alter: impl FnOnce(&mut Page)) -> PageError {
    let mut page = usual_page(&Signer::new(1));
    let untouched = page.clone();
    alter(&mut page);
    assert_ne!(page, untouched, "{what}: nothing was altered");
    check(&page).expect_err(what)
}

#[test]
fn every_single_bit_of_every_header_and_body_is_covered_by_the_seal() {
    let whole = usual_page(&Signer::new(1));
    for (run, records) in whole.runs.iter().map(|run| &run.records).enumerate() {
        for (index, record) in records.iter().enumerate() {
            for bit in 0..record.header.len() * 8 {
                let why = refused("header", |page| {
                    page.runs[run].records[index].header[bit / 8] ^= 1 << (bit % 8);
                });
                assert!(matches!(why, PageError::Seal | PageError::Header), "{why}");
            }
            for bit in 0..record.body.len() * 8 {
                let why = refused("body", |page| {
                    page.runs[run].records[index].body[bit / 8] ^= 1 << (bit % 8);
                });
                assert_eq!(why, PageError::Seal);
            }
        }
    }
}

#[test]
fn every_byte_of_a_page_as_it_is_sent_is_covered_by_the_seal() {
    let bytes = minicbor::to_vec(usual_page(&Signer::new(1))).expect("a vector takes every byte");
    for place in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut altered = bytes.clone();
            altered[place] ^= flip;
            let taken = Page::decode(&altered).and_then(|page| check(&page));
            assert!(taken.is_err(), "byte {place} altered by {flip:#x} was not noticed");
        }
    }
}

#[test]
fn the_number_the_person_and_what_stands_before_are_covered_by_the_seal() {
    for run in 0..3 {
        assert_eq!(refused("number", |page| page.runs[run].first += 1), PageError::Seal);
        for bit in 0..256 {
            refused("before", |page| page.runs[run].before.0[bit / 8] ^= 1 << (bit % 8));
        }
    }
    assert_eq!(refused("person", |page| page.runs[2].person = person(9)), PageError::Seal);
}

#[test]
fn the_secret_the_seal_and_the_name_of_a_page_are_covered_by_the_seal() {
    for bit in 0..256 {
        refused("secret", |page| {
            let mut secret = page.secret.0;
            secret[bit / 8] ^= 1 << (bit % 8);
            page.secret = PageSecret(secret);
        });
    }
    for bit in 0..512 {
        refused("seal", |page| page.seal.0[bit / 8] ^= 1 << (bit % 8));
    }
    refused("page number", |page| page.id.number += 1);
    refused("author", |page| page.id.author = AuthorId([0xa2; 16]));
    refused("epoch", |page| page.id.epoch = Epoch([0xe2; 8]));
    refused("channel", |page| page.id.channel = Channel::Office);
}

#[test]
fn a_page_signed_with_another_key_is_refused() {
    let page = usual_page(&Signer::new(2));
    assert_eq!(check(&page), Err(PageError::Seal));
    assert!(page.check(&Signer::new(2).public()).is_ok());
}

#[test]
fn records_cannot_change_places_or_go_or_come() {
    refused("two records swapped", |page| page.runs[0].records.swap(0, 1));
    refused("records of two people swapped", |page| {
        let (left, right) = page.runs.split_at_mut(1);
        std::mem::swap(&mut left[0].records[2], &mut right[0].records[1]);
    });
    refused("the last record dropped", |page| drop(page.runs[0].records.pop()));
    refused("the first record dropped, with its number", |page| {
        page.runs[0].records.remove(0);
        page.runs[0].first += 1;
    });
    refused("a record said twice", |page| {
        let again = page.runs[0].records[2].clone();
        page.runs[0].records.push(again);
    });
    refused("a run dropped", |page| drop(page.runs.remove(1)));
}

#[test]
fn a_run_cannot_move_to_another_stream() {
    // With everything that the run brings along, and with persons still in order.
    let mut between = person(2);
    between.0[15] += 1;
    assert_eq!(refused("to another person", |page| page.runs[1].person = between), PageError::Seal);
    let signer = Signer::new(1);
    let (mut one, mut other) = (usual_page(&signer), usual_page(&signer));
    other.id.number = 13;
    std::mem::swap(&mut one.runs, &mut other.runs);
    assert_eq!(check(&other), Err(PageError::Seal));
}

#[test]
fn a_run_has_numbers_that_a_database_can_hold() {
    for (what, first) in [("zero", 0), ("too high", NUMBER_MAX), ("the highest", u64::MAX)] {
        let why = refused(what, |page| page.runs[0].first = first);
        assert_eq!(why, PageError::RunsOutOfOrder, "{what}");
    }
    for number in [0, NUMBER_MAX, u64::MAX] {
        assert_eq!(refused("page", |page| page.id.number = number), PageError::RunsOutOfOrder);
    }
}

#[test]
fn the_last_number_of_a_run_is_told_without_a_check_too() {
    let mut page = usual_page(&Signer::new(1));
    assert_eq!(page.runs.iter().map(|run| run.last()).collect::<Vec<_>>(), [3, 41, 7]);
    page.runs[0].first = 0;
    page.runs[1].first = u64::MAX;
    let _ = page.runs.iter().map(|run| run.last()).max();
}

#[test]
fn a_page_has_runs_by_person_each_with_records_and_not_too_many() {
    assert_eq!(refused("no runs", |page| page.runs.clear()), PageError::RunsOutOfOrder);
    assert_eq!(refused("empty run", |page| page.runs[1].records.clear()), PageError::RunsOutOfOrder);
    assert_eq!(refused("order", |page| page.runs.swap(0, 1)), PageError::RunsOutOfOrder);
    let twice = refused("one person twice", |page| page.runs[1].person = page.runs[0].person);
    assert_eq!(twice, PageError::RunsOutOfOrder);
    let many = refused("too many", |page| {
        let record = page.runs[0].records[0].clone();
        page.runs[0].records = vec![record; PAGE_RECORDS_MAX + 1];
    });
    assert_eq!(many, PageError::TooLarge);
}

proptest! {
    #[test]
    fn a_page_that_was_sealed_over_its_chains_checks(page in any_page()) {
        let checked = check(&page).expect("sealed by its author");
        for (run, linked) in page.runs.iter().zip(&checked.runs) {
            let numbers: Vec<u64> = linked.iter().map(|linked| linked.number).collect();
            prop_assert_eq!(numbers, (run.first..=run.last()).collect::<Vec<_>>());
        }
        let bytes = minicbor::to_vec(&page).expect("a vector takes every byte");
        prop_assert_eq!(Page::decode(&bytes), Ok(page));
    }

    #[test]
    fn one_altered_byte_anywhere_is_noticed(page in any_page(), place in any::<prop::sample::Index>(), to: u8) {
        let bytes = minicbor::to_vec(&page).expect("a vector takes every byte");
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != to);
        let mut altered = bytes.clone();
        altered[place] = to;
        if let Ok(read) = Page::decode(&altered) {
            prop_assert_ne!(&read, &page, "two encodings of one page");
            prop_assert!(check(&read).is_err());
        }
    }
}
