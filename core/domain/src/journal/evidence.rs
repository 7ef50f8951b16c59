//! A page of which a record was changed after it was sealed.
//!
//! The author keeps the digest of each record as it was sealed. Where they lead to the seal, each record that matches
//! its own is proved, and one that does not is damaged: its digest stands in its place in the chain, and its bytes
//! are evidence of what was there.

use super::chain::{Digest, Link, RecordBytes, StreamSecret, link};
use super::erasure::HeldRun;
use super::page::{Item, Page, PageError, PlacedItem, PublicKey, Run, head_leaf, readable_header};
use super::page::{merkle_root, seal_message};
use super::record::{Category, Header};
use crate::ids::PersonId;
use std::collections::BTreeMap;

/// A record that is not what its author sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// About whom.
    pub person: PersonId,
    /// Its number.
    pub number: u64,
    /// The digest of what was sealed.
    pub digest: Digest,
    /// What there is instead.
    pub record: RecordBytes,
}

/// A page whose digests lead to its seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedByDigests {
    /// For each run, each record's number and link, and its header unless it is damaged.
    pub runs: Vec<Vec<PlacedItem>>,
    /// Those that are damaged, in the order of the page.
    pub damaged: Vec<Damaged>,
}

impl Page {
    /// Checks the page by the digests that its author gives for its records, in their order: shape, links and seal.
    pub fn check_by_digests(
        &self,
        key: &PublicKey,
        digests: &[Digest],
    ) -> Result<CheckedByDigests, PageError> {
        self.check_shape()?;
        let heads = self.heads_by_digests(digests)?;
        let leaves: Vec<_> = self
            .runs
            .iter()
            .zip(&heads)
            .map(|(run, head)| head_leaf(&self.id.stream(run.person), run.last(), head))
            .collect();
        if !key.verifies(&seal_message(&self.id, leaves.len(), &merkle_root(&leaves)), &self.seal) {
            return Err(PageError::Seal);
        }
        let (mut runs, mut damaged) = (Vec::with_capacity(self.runs.len()), Vec::new());
        for (run, digests) in self.with_digests(digests)? {
            let (places, of_run) = self.place(run, digests);
            runs.push(places);
            damaged.extend(of_run);
        }
        Ok(CheckedByDigests { runs, damaged })
    }

    /// Where its runs end if these are the digests of its records.
    pub fn heads_by_digests(&self, digests: &[Digest]) -> Result<Vec<Link>, PageError> {
        let runs = self.with_digests(digests)?.into_iter().map(|(run, digests)| {
            let stream = self.id.stream(run.person);
            let numbered = (run.first..).zip(digests);
            numbered.fold(run.before, |before, (number, digest)| link(&stream, number, &before, digest))
        });
        Ok(runs.collect())
    }

    /// The records that do not have these digests.
    pub fn damaged_by_digests(&self, digests: &[Digest]) -> Result<Vec<Damaged>, PageError> {
        let runs = self.with_digests(digests)?;
        Ok(runs.into_iter().flat_map(|(run, digests)| self.place(run, digests).1).collect())
    }

    /// Its runs with digests in the places of records that are damaged.
    pub fn held_without(&self, damaged: &[Damaged]) -> Vec<HeldRun> {
        let digests: BTreeMap<(PersonId, u64), Digest> =
            damaged.iter().map(|one| ((one.person, one.number), one.digest)).collect();
        let held = self.runs.iter().map(|run| {
            let numbered = (run.first..).zip(&run.records);
            let items = numbered.map(|(number, record)| match digests.get(&(run.person, number)) {
                Some(digest) => Item::Digest(*digest),
                None => Item::Record(record.clone()),
            });
            HeldRun { person: run.person, first: run.first, items: items.collect() }
        });
        held.collect()
    }

    /// Each run with the digests of its records: there is one for each record of the page.
    fn with_digests<'p>(&'p self, digests: &'p [Digest]) -> Result<Vec<(&'p Run, &'p [Digest])>, PageError> {
        if digests.len() != self.record_count() {
            return Err(PageError::Seal);
        }
        let mut left = digests;
        let runs = self.runs.iter().map(|run| {
            let (of_run, rest) = left.split_at(run.records.len());
            left = rest;
            (run, of_run)
        });
        Ok(runs.collect())
    }

    fn place(&self, run: &Run, digests: &[Digest]) -> (Vec<PlacedItem>, Vec<Damaged>) {
        let stream = self.id.stream(run.person);
        let mut opened: BTreeMap<Category, StreamSecret> = BTreeMap::new();
        let (mut before, mut damaged) = (run.before, Vec::new());
        let mut places = Vec::with_capacity(run.records.len());
        for ((number, record), digest) in (run.first..).zip(&run.records).zip(digests) {
            before = link(&stream, number, &before, digest);
            let header = readable_header(record).ok().filter(|header: &Header| {
                let secret = opened
                    .entry(header.category)
                    .or_insert_with(|| self.secret.for_stream(&stream, header.category));
                secret.digest(number, &record.header, &record.body) == *digest
            });
            if header.is_none() {
                damaged.push(Damaged { person: run.person, number, digest: *digest, record: record.clone() });
            }
            places.push(PlacedItem { number, link: before, header });
        }
        (places, damaged)
    }
}
