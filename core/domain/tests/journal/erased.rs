//! After an erasure all that is left proves itself, and nothing opens what is gone.

use crate::made::{Signer, any_page, person, usual_page};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::chain::Salt;
use alongside_domain::journal::erasure::{HeldRun, PageSecrets, RecordSalt, erase};
use alongside_domain::journal::page::{Item, OpenRun, Part};
use alongside_domain::journal::{Category, Page, PageError, PageExtract, PageSecret};
use proptest::prelude::*;

fn held(page: &Page) -> Vec<HeldRun> {
    page.runs.iter().cloned().map(HeldRun::of).collect()
}

/// The extract of all that is held, as a server makes it for a reader of some categories.
fn extract(
    page: &Page,
    secrets: &PageSecrets,
    held: &[HeldRun],
    may_see: impl Fn(Category) -> bool + Copy,
) -> PageExtract {
    let parts = page.runs.iter().zip(held).map(|(run, held)| {
        let secrets = secrets.of_run(&page.id, held).expect("the page's own");
        Part::Open(OpenRun::of_held(held.clone(), run.before, secrets, may_see).expect("a run of the page"))
    });
    PageExtract { id: page.id, seal: page.seal, parts: parts.collect() }
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Erases some records of some people, one order after the other.
fn erased(page: &Page, orders: &[(PersonId, u64)]) -> (PageSecrets, Vec<HeldRun>) {
    let (mut secrets, mut held) = (PageSecrets::Whole(page.secret.clone()), held(page));
    for (person, number) in orders {
        secrets = erase(&page.id, &secrets, &mut held, (*person, &[*number])).expect("a sealed page").0;
    }
    (secrets, held)
}

#[test]
fn what_is_left_proves_itself_and_the_erased_is_in_no_byte_of_it() {
    let page = usual_page(&Signer::new(1));
    let (secrets, held) = erased(&page, &[(person(1), 2)]);
    let extract = extract(&page, &secrets, &held, |_| true);
    let seen = extract.check(&Signer::new(1).public()).expect("the seal holds");
    let headers: Vec<Vec<bool>> =
        seen.iter().map(|run| run.iter().map(|place| place.header.is_some()).collect()).collect();
    assert_eq!(headers, [vec![true, false, true], vec![true, true], vec![true]]);
    let bytes = minicbor::to_vec(&extract).expect("a vector takes every byte");
    assert!(!holds(&bytes, b"dressing lifted") && holds(&bytes, b"ate all of it"));
    let PageSecrets::Expanded(expanded) = &secrets else { panic!("the secret is gone") };
    let bytes = minicbor::to_vec(expanded).expect("a vector takes every byte");
    assert!(!holds(&bytes, &page.secret.0));
}

#[test]
fn nothing_that_is_kept_opens_the_digest_of_what_is_gone() {
    let page = usual_page(&Signer::new(1));
    let record = page.runs[0].records[1].clone();
    let (secrets, held) = erased(&page, &[(person(1), 2)]);
    let Item::Digest(gone) = &held[0].items[1] else { panic!("it is erased") };
    let PageSecrets::Expanded(expanded) = &secrets else { panic!("the secret is gone") };
    let mut tried: Vec<Salt> =
        expanded.iter().flat_map(|run| &run.salts).map(|known| known.salt.clone()).collect();
    let of_categories = expanded.iter().flat_map(|run| &run.secrets);
    tried.extend(of_categories.flat_map(|known| (1..50).map(|number| known.secret.salt(number))));
    assert!(tried.len() > 50);
    assert!(tried.iter().all(|salt| salt.digest(&record.header, &record.body) != *gone));
    let right = page.secret.for_stream(&page.id.stream(person(1)), Category::CARE_NOTES).salt(2);
    assert_eq!(right.digest(&record.header, &record.body), *gone, "only the salt that was destroyed does");
}

#[test]
fn erasing_again_changes_nothing_and_erases_nothing_else() {
    let page = usual_page(&Signer::new(1));
    let once = erased(&page, &[(person(1), 2)]);
    assert_eq!(erased(&page, &[(person(1), 2), (person(1), 2), (person(1), 99), (person(9), 1)]), once);
}

#[test]
fn salts_out_of_order_or_of_another_record_prove_nothing() {
    let page = usual_page(&Signer::new(1));
    let (secrets, held) = erased(&page, &[(person(1), 2)]);
    let refused = |alter: &dyn Fn(&mut Vec<RecordSalt>)| {
        let mut extract = extract(&page, &secrets, &held, |_| true);
        let Part::Open(run) = &mut extract.parts[0] else { panic!("it is open") };
        alter(run.salts.as_mut().expect("a record of the run was erased"));
        assert_eq!(extract.check(&Signer::new(1).public()), Err(PageError::Seal));
    };
    refused(&|salts| salts.reverse());
    refused(&|salts| drop(salts.pop()));
    refused(&|salts| salts[0].salt = salts[1].salt.clone());
}

#[test]
fn a_page_without_its_secret_is_not_erased_by_guessing() {
    let page = usual_page(&Signer::new(1));
    let mut held = held(&page);
    let other = PageSecrets::Expanded(vec![]);
    assert_eq!(erase(&page.id, &other, &mut held, (person(1), &[2])), Err(PageError::Seal));
    assert_ne!(page.secret, PageSecret([0; 32]));
}

proptest! {
    #[test]
    fn any_records_of_any_page_can_be_erased_in_any_order(
        page in any_page(),
        chosen in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>()), 1..6),
        hidden in any::<u8>(),
    ) {
        let order = |(run, record): &(proptest::sample::Index, proptest::sample::Index)| {
            let run = run.get(&page.runs);
            (run.person, run.first + record.index(run.records.len()) as u64)
        };
        let orders: Vec<_> = chosen.iter().map(order).collect();
        let (secrets, held) = erased(&page, &orders);
        let reversed: Vec<_> = orders.iter().rev().copied().collect();
        prop_assert_eq!(erased(&page, &reversed).1, held.clone());
        let extract = extract(&page, &secrets, &held, |category| category != Category(hidden));
        let seen = extract.check(&Signer::new(1).public()).expect("the seal holds");
        let whole = page.check(&Signer::new(1).public()).expect("sealed by its author");
        for ((linked, placed), run) in whole.runs.iter().zip(&seen).zip(&page.runs) {
            for (linked, placed) in linked.iter().zip(placed) {
                prop_assert_eq!(linked.link, placed.link);
                let gone = orders.contains(&(run.person, linked.number)) || linked.header.category == Category(hidden);
                prop_assert_eq!(placed.header.is_some(), !gone);
            }
        }
    }
}
