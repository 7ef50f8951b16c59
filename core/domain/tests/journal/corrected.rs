//! Corrected times: what the server can show, and what folds make of it.

use crate::made::{header, page_id, person};
use alongside_domain::ids::{AuthorId, Epoch};
use alongside_domain::journal::body::{Times, VisitLeft};
use alongside_domain::journal::times::{Counted, WRONG_FROM_MS, correct, corrections};
use alongside_domain::journal::{Body, Category, Channel, Entry, Header, RecordRef};
use alongside_domain::time::Moment;

const HOUR_MS: i64 = 3_600_000;
const STORE: AuthorId = AuthorId([9; 16]);

/// A header that says `recorded`, made after so many milliseconds of a boot; no boot: the time is sure.
fn made(recorded: i64, counted: Option<(u64, u64)>) -> Header {
    let counted = counted.map(|(boot, monotonic_ms)| Counted { boot, monotonic_ms });
    Header { counted, ..header(1, Category::CARE_NOTES, recorded) }
}

/// What is said of these headers, numbered from 5, when boot 7 asks at a count of ten hours and it is noon (12 h):
/// (first, last, hours added).
fn check(headers: &[Header], expected: &[(u64, u64, i64)]) {
    let stream = page_id(1).stream(person(1));
    let asked = Counted { boot: 7, monotonic_ms: 10 * HOUR_MS as u64 };
    let found = corrections(&stream, (5..).zip(headers), asked, Moment(12 * HOUR_MS));
    assert!(found.iter().all(|times| (times.author, times.epoch) == (stream.author, stream.epoch)));
    let found: Vec<_> = found.iter().map(|times| (times.first, times.last, times.add_ms / HOUR_MS)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_record_of_this_boot_gets_the_time_that_counting_gives_it() {
    // Made at a count of nine hours, an hour ago: at eleven.
    let nine = Some((7, 9 * HOUR_MS as u64));
    check(&[made(11 * HOUR_MS, nine)], &[]);
    check(&[made(11 * HOUR_MS + WRONG_FROM_MS - 1, nine)], &[]);
    check(&[made(8 * HOUR_MS, nine)], &[(5, 5, 3)]);
    check(&[made(80_000 * HOUR_MS, nine)], &[(5, 5, 11 - 80_000)]);
}

#[test]
fn what_cannot_be_shown_to_be_wrong_stands() {
    let other_boot = made(8 * HOUR_MS, Some((6, 9 * HOUR_MS as u64)));
    let later_than_asked = made(8 * HOUR_MS, Some((7, 11 * HOUR_MS as u64)));
    check(&[made(8 * HOUR_MS, None), other_boot, later_than_asked], &[]);
}

#[test]
fn neighbours_that_are_wrong_by_the_same_share_a_record() {
    let at = |recorded: i64, count: i64| made(recorded, Some((7, count as u64)));
    let (one, two) = (at(8 * HOUR_MS, 9 * HOUR_MS), at(8 * HOUR_MS + 5_000, 9 * HOUR_MS + 5_000));
    let set_again = at(HOUR_MS, 9 * HOUR_MS + 6_000);
    let sure = made(HOUR_MS, None);
    check(&[one.clone(), two.clone(), set_again.clone()], &[(5, 6, 3), (7, 7, 10)]);
    check(&[one, sure, two, set_again], &[(5, 5, 3), (7, 7, 3), (8, 8, 10)]);
}

#[test]
fn counts_beyond_all_bounds_correct_nothing() {
    let stream = page_id(1).stream(person(1));
    let asked = Counted { boot: 7, monotonic_ms: u64::MAX };
    for recorded in [i64::MIN, i64::MAX] {
        let header = made(recorded, Some((7, 0)));
        assert_eq!(corrections(&stream, [(1, &header)], asked, Moment(0)), []);
    }
}

fn entry(author: AuthorId, number: u64, body: Body) -> Entry {
    let id = RecordRef { author, epoch: Epoch([1; 8]), number, channel: Channel::Care };
    let header = Header { observed: Some(Moment(900)), ..header(1, Category::CARE_NOTES, 1_000) };
    Entry { id, effective: Moment(1_000), observed: Moment(900), header, body }
}

fn note(number: u64) -> Entry {
    let visit = alongside_domain::ids::VisitId([0; 16]);
    entry(AuthorId([1; 16]), number, Body::VisitLeft(VisitLeft { visit, tasks: vec![] }))
}

fn times(author: AuthorId, number: u64, (first, last): (u64, u64), add_ms: i64) -> Entry {
    let body = Times { author: AuthorId([1; 16]), epoch: Epoch([1; 8]), first, last, add_ms };
    entry(author, number, Body::Times(body))
}

#[test]
fn both_times_move_and_only_those_of_the_range() {
    let mut entries = [times(STORE, 1, (2, 3), 50), note(1), note(2), note(3), note(4)];
    correct(&mut entries, STORE);
    let found: Vec<_> = entries[1..].iter().map(|entry| (entry.effective.0, entry.observed.0)).collect();
    assert_eq!(found, [(1_000, 900), (1_050, 950), (1_050, 950), (1_000, 900)]);
}

#[test]
fn times_are_replaced_once_whatever_the_order_in_which_records_came() {
    let (first, second) = (times(STORE, 1, (1, 1), 50), times(STORE, 2, (1, 1), 70));
    for mut entries in [[note(1), first.clone(), second.clone()], [second, first, note(1)]] {
        correct(&mut entries, STORE);
        let note = entries.iter().find(|entry| matches!(entry.body, Body::VisitLeft(_))).unwrap();
        assert_eq!(note.effective, Moment(1_050));
    }
}

#[test]
fn nobody_but_the_store_corrects_times() {
    let mut entries = [note(1), times(AuthorId([2; 16]), 1, (1, 1), 50)];
    correct(&mut entries, STORE);
    assert_eq!(entries[0].effective, Moment(1_000));
}
