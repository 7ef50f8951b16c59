//! A page of which a record was changed after it was sealed: its digests say which one, and prove all others.

use crate::made::{Signer, any_page, person, usual_page};
use alongside_domain::journal::erasure::{HeldRun, PageSecrets, RunSecrets, erase};
use alongside_domain::journal::evidence::CheckedByDigests;
use alongside_domain::journal::page::{OpenRun, Part};
use alongside_domain::journal::{Chain, Digest, Page, PageError, PageExtract};
use proptest::prelude::*;

/// The digests of a page as it is.
fn digests(page: &Page) -> Vec<Digest> {
    let mut digests = Vec::new();
    for run in &page.runs {
        let mut chain = Chain::at(&page.secret, page.id.stream(run.person), run.first - 1, run.before);
        for record in &run.records {
            let category = record.decode_header().expect("a header").category;
            digests.push(chain.push_for_digest(category, record));
        }
    }
    digests
}

fn check(page: &Page, digests: &[Digest]) -> Result<CheckedByDigests, PageError> {
    page.check_by_digests(&Signer::new(1).public(), digests)
}

#[test]
fn whichever_bit_of_a_record_changes_it_alone_is_damaged() {
    let page = usual_page(&Signer::new(1));
    let sealed = digests(&page);
    let whole = check(&page, &sealed).expect("as it was sealed");
    assert_eq!(whole.damaged, []);
    let changed = |run: usize, at: usize, flip: &dyn Fn(&mut Page)| {
        let mut page = page.clone();
        flip(&mut page);
        let checked = check(&page, &sealed).expect("its digests lead to the seal");
        let found: Vec<_> = checked.damaged.iter().map(|one| (one.person, one.number)).collect();
        assert_eq!(found, [(page.runs[run].person, page.runs[run].first + at as u64)]);
        for (places, whole) in checked.runs.iter().flatten().zip(whole.runs.iter().flatten()) {
            assert_eq!((places.number, places.link), (whole.number, whole.link));
            assert!(places.header.is_none() || places.header == whole.header);
        }
    };
    for (run, records) in page.runs.iter().map(|run| &run.records).enumerate() {
        for (at, record) in records.iter().enumerate() {
            for bit in 0..record.header.len() * 8 {
                changed(run, at, &|page| page.runs[run].records[at].header[bit / 8] ^= 1 << (bit % 8));
            }
            for bit in 0..record.body.len() * 8 {
                changed(run, at, &|page| page.runs[run].records[at].body[bit / 8] ^= 1 << (bit % 8));
            }
        }
    }
}

#[test]
fn digests_that_do_not_lead_to_the_seal_prove_nothing() {
    let page = usual_page(&Signer::new(1));
    let sealed = digests(&page);
    assert_eq!(check(&page, &sealed[1..]), Err(PageError::Seal));
    assert_eq!(check(&page, &[]), Err(PageError::Seal));
    let more = [sealed.clone(), vec![sealed[0]]].concat();
    assert_eq!(check(&page, &more), Err(PageError::Seal));
    for place in 0..sealed.len() {
        let mut other = sealed.clone();
        other[place].0[7] ^= 1;
        assert_eq!(check(&page, &other), Err(PageError::Seal), "digest {place}");
    }
    let mut swapped = sealed;
    swapped.swap(0, 1);
    assert_eq!(check(&page, &swapped), Err(PageError::Seal));
}

/// What a reader gets of the page when one record came damaged.
fn extract(page: &Page, secrets: &PageSecrets, runs: Vec<HeldRun>) -> PageExtract {
    let parts = page.runs.iter().zip(runs).map(|(run, held)| {
        let secrets: RunSecrets = secrets.of_run(&page.id, &held).expect("the page's own");
        Part::Open(OpenRun::of_held(held, run.before, secrets, |_| true).expect("a run of the page"))
    });
    PageExtract { id: page.id, seal: page.seal, parts: parts.collect() }
}

#[test]
fn readers_get_a_digest_in_its_place_and_the_seal_holds() {
    let mut page = usual_page(&Signer::new(1));
    let sealed = digests(&page);
    page.runs[0].records[1].body[3] ^= 1;
    let damaged = check(&page, &sealed).expect("its digests lead to the seal").damaged;
    let held = page.held_without(&damaged);
    let extract = extract(&page, &PageSecrets::Whole(page.secret.clone()), held);
    let seen = extract.check(&Signer::new(1).public()).expect("the seal holds");
    let shown: Vec<bool> = seen[0].iter().map(|place| place.header.is_some()).collect();
    assert_eq!(shown, [true, false, true]);
}

#[test]
fn once_it_is_erased_nothing_opens_what_it_was() {
    let mut page = usual_page(&Signer::new(1));
    let sealed = digests(&page);
    page.runs[0].records[1].body[3] ^= 1;
    let damaged = check(&page, &sealed).expect("its digests lead to the seal").damaged;
    let mut held = page.held_without(&damaged);
    let whole = PageSecrets::Whole(page.secret.clone());
    let (secrets, _) = erase(&page.id, &whole, &mut held, (person(1), &[2])).expect("a page");
    let PageSecrets::Expanded(runs) = &secrets else { panic!("the secret is still there") };
    assert!(runs[0].secrets.is_empty());
    assert_eq!(runs[0].salts.iter().map(|salt| salt.number).collect::<Vec<_>>(), [1, 3]);
    let extract = extract(&page, &secrets, held);
    assert!(extract.check(&Signer::new(1).public()).is_ok());
}

proptest! {
    #[test]
    fn of_any_page_those_records_are_damaged_that_were_changed(page in any_page(), which in any::<u64>()) {
        let sealed = digests(&page);
        let mut other = page.clone();
        let mut expected = Vec::new();
        for (at, run) in other.runs.iter_mut().enumerate() {
            for (number, record) in (run.first..).zip(&mut run.records) {
                if which >> ((at * 7 + expected.len() + number as usize) % 64) & 1 == 1 {
                    record.body.push(0);
                    expected.push((run.person, number));
                }
            }
        }
        let checked = check(&other, &sealed).expect("its digests lead to the seal");
        let found: Vec<_> = checked.damaged.iter().map(|one| (one.person, one.number)).collect();
        prop_assert_eq!(found, expected);
    }
}
