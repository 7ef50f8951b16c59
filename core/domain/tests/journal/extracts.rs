//! An extract proves what its reader may see, and holds nothing of what they may not.

use crate::made::{Signer, any_page, page_id, person, usual_page};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::page::{Item, NUMBER_MAX, OpenRun, Part, head_leaf};
use alongside_domain::journal::{
    Category, Digest, Link, Page, PageError, PageExtract, PageSecret, RecordBytes, Signature,
};
use proptest::prelude::*;

/// The extract for a reader, as a server makes it.
fn extract(
    page: &Page,
    person_seen: impl Fn(PersonId) -> bool,
    category_seen: impl Fn(Category) -> bool,
) -> PageExtract {
    let checked = page.check(&Signer::new(1).public()).expect("sealed by its author");
    let parts = page.runs.iter().zip(&checked.runs).map(|(run, linked)| {
        if person_seen(run.person) {
            let run = OpenRun::for_reader(&page.id, &page.secret, run.clone(), &category_seen);
            return Part::Open(run.expect("a checked run"));
        }
        let head = linked.last().expect("a run has records");
        Part::Hidden(Digest(head_leaf(&page.id.stream(run.person), head.number, &head.link)))
    });
    PageExtract { id: page.id, seal: page.seal, parts: parts.collect() }
}

fn bytes(extract: &PageExtract) -> Vec<u8> {
    minicbor::to_vec(extract).expect("a vector takes every byte")
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

fn refused(what: &str, alter: impl FnOnce(&mut PageExtract)) -> PageError {
    let only_notes = |category| category == Category::CARE_NOTES;
    let mut extract = extract(&usual_page(&Signer::new(1)), |whom| whom != person(3), only_notes);
    let untouched = extract.clone();
    alter(&mut extract);
    assert_ne!(extract, untouched, "{what}: nothing was altered");
    extract.check(&Signer::new(1).public()).expect_err(what)
}

fn open(extract: &mut PageExtract, index: usize) -> &mut OpenRun {
    match &mut extract.parts[index] {
        Part::Open(run) => run,
        Part::Hidden(_) => panic!("part {index} is hidden"),
    }
}

#[test]
fn a_reader_gets_the_links_that_the_author_made() {
    let page = usual_page(&Signer::new(1));
    let whole = page.check(&Signer::new(1).public()).expect("sealed by its author");
    let part = extract(&page, |whom| whom != person(2), |category| category == Category::VISITS);
    let seen = part.check(&Signer::new(1).public()).expect("an extract of a sealed page");
    for (linked, placed) in [&whole.runs[0], &whole.runs[2]].into_iter().zip(&seen) {
        for (linked, placed) in linked.iter().zip(placed) {
            assert_eq!((linked.number, linked.link), (placed.number, placed.link));
            let visible = linked.header.category == Category::VISITS;
            assert_eq!(placed.header.as_ref(), visible.then_some(&linked.header));
        }
    }
}

#[test]
fn who_sees_nothing_learns_only_how_many_streams_there_are() {
    let page = usual_page(&Signer::new(1));
    let nothing = extract(&page, |_| false, |_| true);
    assert_eq!(nothing.check(&Signer::new(1).public()), Ok(vec![]));
    let sent = bytes(&nothing);
    for run in &page.runs {
        assert!(!holds(&sent, &run.person.0) && !holds(&sent, &run.before.0));
    }
}

#[test]
fn an_extract_cannot_be_altered() {
    let seal = PageError::Seal;
    assert_eq!(refused("a hidden leaf", |part| part.parts[2] = Part::Hidden(Digest([0; 32]))), seal);
    assert_eq!(refused("a part dropped", |part| drop(part.parts.pop())), seal);
    assert_eq!(refused("parts swapped", |part| part.parts.swap(0, 1)), seal);
    assert_eq!(refused("number", |part| open(part, 0).first = 2), seal);
    assert_eq!(refused("before", |part| open(part, 1).before = Link::START), seal);
    assert_eq!(refused("person", |part| open(part, 1).person = person(7)), seal);
    assert_eq!(refused("the last item dropped", |part| drop(open(part, 0).items.pop())), seal);
    assert_eq!(refused("items swapped", |part| open(part, 0).items.swap(0, 2)), seal);
    assert_eq!(refused("a digest", |part| open(part, 0).items[0] = Item::Digest(Digest([1; 32]))), seal);
    assert_eq!(refused("page", |part| part.id = page_id(13)), seal);
    assert_eq!(refused("seal", |part| part.seal = Signature([0; 64])), seal);
    assert_eq!(refused("secrets", |part| open(part, 0).secrets.clear()), seal);
    let body = |part: &mut PageExtract| match &mut open(part, 0).items[1] {
        Item::Record(record) => record.body[5] ^= 1,
        Item::Digest(_) => panic!("the reader may see it"),
    };
    assert_eq!(refused("a body", body), seal);
}

#[test]
fn an_extract_has_numbers_that_a_database_can_hold() {
    for first in [0, NUMBER_MAX, u64::MAX - 1, u64::MAX] {
        assert_eq!(refused("number", |part| open(part, 0).first = first), PageError::RunsOutOfOrder);
    }
    assert_eq!(refused("no items", |part| open(part, 0).items.clear()), PageError::RunsOutOfOrder);
}

#[test]
fn a_run_with_impossible_numbers_is_not_prepared_for_a_reader() {
    let page = usual_page(&Signer::new(1));
    for first in [0, u64::MAX] {
        let mut run = page.runs[0].clone();
        run.first = first;
        let made = OpenRun::for_reader(&page.id, &page.secret, run, |_| true);
        assert_eq!(made, Err(PageError::RunsOutOfOrder));
    }
}

#[test]
fn one_category_does_not_open_another_nor_another_page() {
    let page = usual_page(&Signer::new(1));
    let stream = page.id.stream(person(1));
    let (header, body) = (b"header".as_slice(), b"body".as_slice());
    let digest = |secret: &PageSecret, category| secret.for_stream(&stream, category).digest(1, header, body);
    let one = digest(&page.secret, Category::VISITS);
    assert_ne!(one, digest(&page.secret, Category::CARE_NOTES));
    assert_ne!(one, digest(&PageSecret([1; 32]), Category::VISITS));
}

#[test]
fn where_a_header_ends_and_its_body_begins_is_part_of_the_digest() {
    let page = usual_page(&Signer::new(1));
    let secret = page.secret.for_stream(&page.id.stream(person(1)), Category::VISITS);
    assert_ne!(secret.digest(1, b"ab", b"c"), secret.digest(1, b"a", b"bc"));
}

fn seen_and_unseen(page: &Page, people: u8, categories: u8) -> (Vec<RecordBytes>, Vec<RecordBytes>) {
    let (mut seen, mut unseen) = (vec![], vec![]);
    for run in &page.runs {
        for record in &run.records {
            let category = record.decode_header().expect("made by an honest author").category;
            let visible = sees_person(people)(run.person) && sees_category(categories)(category);
            if visible { seen.push(record.clone()) } else { unseen.push(record.clone()) }
        }
    }
    (seen, unseen)
}

fn sees_person(mask: u8) -> impl Fn(PersonId) -> bool {
    move |person| mask & (1 << (person.0[0] % 8)) != 0
}

fn sees_category(mask: u8) -> impl Fn(Category) -> bool {
    move |category| mask & (1 << (category.0 % 8)) != 0
}

proptest! {
    #[test]
    fn whatever_a_reader_may_see_the_extract_proves_it_and_holds_nothing_else(
        page in any_page(),
        people: u8,
        categories: u8,
    ) {
        let extract = extract(&page, sees_person(people), sees_category(categories));
        let placed = extract.check(&Signer::new(1).public()).expect("an extract of a sealed page");
        let (seen, unseen) = seen_and_unseen(&page, people, categories);
        let shown = placed.iter().flatten().filter(|item| item.header.is_some()).count();
        prop_assert_eq!(shown, seen.len());
        let sent = bytes(&extract);
        prop_assert!(seen.iter().all(|record| holds(&sent, &record.header)));
        prop_assert!(!holds(&sent, &page.secret.0), "the page's own secret opens everything");
        for record in unseen.iter().filter(|record| !seen.contains(record)) {
            // A header alone may equal one that the reader may see; a whole record may not be there.
            prop_assert!(!holds(&sent, &[record.header.as_slice(), &cbor_bytes(&record.body)].concat()));
        }
        prop_assert_eq!(minicbor::decode(&sent).ok(), Some(extract));
    }
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    minicbor::to_vec(minicbor::bytes::ByteVec::from(bytes.to_vec())).expect("a vector takes every byte")
}
