//! Erasing a record: its bytes go, its digest stays, and nothing is left that a guess could be tried with.
//!
//! All salts of a page follow from its secret, so the secret goes with the record. It is expanded first: what the
//! page holds about other people keeps the secrets of its categories, and the other records of the erased one's run
//! keep a salt each. Links, heads and seal stay as they are, and all that is left still proves itself.

use super::chain::{Digest, PageSecret, RecordBytes, Salt};
use super::page::{CategorySecret, Item, OpenRun, PageError, PageId, Run, readable_header};
use super::record::{Category, RecordRef};
use crate::ids::PersonId;
use minicbor::{Decode, Encode};

/// A record that is to be erased at every holder.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Erasure {
    /// Orders are numbered 1, 2, 3.
    #[n(0)]
    pub version: u64,
    /// About whom.
    #[n(1)]
    pub person: PersonId,
    /// The record.
    #[n(2)]
    pub record: RecordRef,
    /// What stands in its place.
    #[n(3)]
    pub digest: Digest,
}

/// What opens the records of one run: a salt of its own for each, or a secret for each category.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RunSecrets {
    /// About whom.
    #[n(0)]
    pub person: PersonId,
    /// The secrets of its categories, each once.
    #[n(1)]
    pub secrets: Vec<CategorySecret>,
    /// The salts of its records, ascending by number; where there are any, there are no secrets.
    #[n(2)]
    pub salts: Vec<RecordSalt>,
}

/// Opens one record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RecordSalt {
    /// The record's number.
    #[n(0)]
    pub number: u64,
    /// Its salt.
    #[n(1)]
    pub salt: Salt,
}

/// What opens the records of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageSecrets {
    /// All of them.
    Whole(PageSecret),
    /// Those of each run that are not erased, in the order of the page's runs.
    Expanded(Vec<RunSecrets>),
}

/// What a page holds about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRun {
    /// About whom.
    pub person: PersonId,
    /// The number of its first record.
    pub first: u64,
    /// Its records in order, or the digests of those that are erased.
    pub items: Vec<Item>,
}

impl HeldRun {
    /// A run of a page of which nothing is erased.
    pub fn of(run: Run) -> HeldRun {
        let items = run.records.into_iter().map(Item::Record).collect();
        HeldRun { person: run.person, first: run.first, items }
    }

    /// Puts a record in the place of its digest, to which this salt leads. Whether that digest stood there.
    pub fn put_back(&mut self, number: u64, opened: (&RecordBytes, &Salt)) -> bool {
        let place = self.digest_of(number, opened);
        if let Some(at) = place {
            self.items[at] = Item::Record(opened.0.clone());
        }
        place.is_some()
    }

    /// Where the digest of a record stands, to which this salt leads.
    fn digest_of(&self, number: u64, (record, salt): (&RecordBytes, &Salt)) -> Option<usize> {
        let digest = Item::Digest(salt.digest(&record.header, &record.body));
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        (self.items.get(at) == Some(&digest)).then_some(at)
    }
}

impl RunSecrets {
    /// What a whole page's secret opens of a run.
    pub fn of_whole(id: &PageId, secret: &PageSecret, run: &HeldRun) -> Result<RunSecrets, PageError> {
        let stream = id.stream(run.person);
        let mut secrets: Vec<CategorySecret> = Vec::new();
        for category in categories(run)? {
            if secrets.iter().all(|known| known.category != category) {
                secrets.push(CategorySecret { category, secret: secret.for_stream(&stream, category) });
            }
        }
        Ok(RunSecrets { person: run.person, secrets, salts: Vec::new() })
    }

    /// The digest of a record of the run; nothing where neither salt nor secret opens it.
    pub fn digest(&self, number: u64, category: Category, record: &RecordBytes) -> Option<Digest> {
        Some(self.salt(number, category)?.digest(&record.header, &record.body))
    }

    pub(super) fn salt(&self, number: u64, category: Category) -> Option<Salt> {
        if let Ok(place) = self.salts.binary_search_by_key(&number, |known| known.number) {
            return Some(self.salts[place].salt.clone());
        }
        let secret = self.secrets.iter().find(|known| known.category == category)?;
        Some(secret.secret.salt(number))
    }

    /// Puts a record in the place of its digest, to which this salt leads, so that what is here opens it. Whether that
    /// digest stood there.
    fn put_back(
        &mut self,
        run: &mut HeldRun,
        number: u64,
        opened: (&RecordBytes, &Salt),
    ) -> Result<bool, PageError> {
        let (record, salt) = opened;
        let stood = run.digest_of(number, opened).is_some();
        if stood && self.salt(number, readable_header(record)?.category).is_none() {
            self.expand(run)?;
            let place = self.salts.partition_point(|known| known.number < number);
            self.salts.insert(place, RecordSalt { number, salt: salt.clone() });
        }
        Ok(run.put_back(number, opened))
    }

    /// From now on each record of the run has a salt of its own.
    fn expand(&mut self, run: &HeldRun) -> Result<(), PageError> {
        let mut salts = Vec::with_capacity(run.items.len());
        for (number, item) in (run.first..).zip(&run.items) {
            if let Item::Record(record) = item {
                let salt = self.salt(number, readable_header(record)?.category).ok_or(PageError::Seal)?;
                salts.push(RecordSalt { number, salt });
            }
        }
        (self.secrets, self.salts) = (Vec::new(), salts);
        Ok(())
    }
}

fn categories(run: &HeldRun) -> Result<Vec<Category>, PageError> {
    let records = run.items.iter().filter_map(Item::record);
    records.map(|record| Ok(readable_header(record)?.category)).collect()
}

impl PageSecrets {
    /// What opens one run of the page.
    pub fn of_run(&self, id: &PageId, run: &HeldRun) -> Result<RunSecrets, PageError> {
        match self {
            PageSecrets::Whole(secret) => RunSecrets::of_whole(id, secret, run),
            PageSecrets::Expanded(all) => {
                all.iter().find(|known| known.person == run.person).cloned().ok_or(PageError::Seal)
            }
        }
    }

    /// Puts a record in the place of its digest, to which this salt leads. The secret of a whole page opens all of its
    /// records; where something of it is erased, each has what opens it. Whether that digest stood there.
    pub fn put_back(
        &mut self,
        run: &mut HeldRun,
        number: u64,
        opened: (&RecordBytes, &Salt),
    ) -> Result<bool, PageError> {
        match self {
            PageSecrets::Whole(_) => Ok(run.put_back(number, opened)),
            PageSecrets::Expanded(all) => match all.iter_mut().find(|known| known.person == run.person) {
                Some(secrets) => secrets.put_back(run, number, opened),
                None => Ok(false),
            },
        }
    }
}

/// Erases records by number in runs of one page: their items become digests, and nothing in the secrets that come
/// back opens them. `runs` are all runs of the page. The digest of each number that was a record.
pub fn erase(
    id: &PageId,
    secrets: &PageSecrets,
    runs: &mut [HeldRun],
    (person, numbers): (PersonId, &[u64]),
) -> Result<(PageSecrets, Vec<(u64, Digest)>), PageError> {
    let mut expanded = runs.iter().map(|run| secrets.of_run(id, run)).collect::<Result<Vec<_>, _>>()?;
    let mut erased = Vec::new();
    for (run, secrets) in runs.iter_mut().zip(&mut expanded).filter(|(run, _)| run.person == person) {
        erased.extend(erase_in_run(run, secrets, numbers)?);
    }
    Ok((PageSecrets::Expanded(expanded), erased))
}

/// Erases records by number in a run, and what could open them. The digest of each that was a record.
fn erase_in_run(
    run: &mut HeldRun,
    secrets: &mut RunSecrets,
    numbers: &[u64],
) -> Result<Vec<(u64, Digest)>, PageError> {
    let mut erased = Vec::new();
    for (number, item) in (run.first..).zip(&run.items).filter(|(number, _)| numbers.contains(number)) {
        if let Item::Record(record) = item {
            let category = readable_header(record)?.category;
            erased.push((number, secrets.digest(number, category, record).ok_or(PageError::Seal)?));
        }
    }
    // Also for a digest that stands there already: what it is of was damaged, and could be guessed.
    let end = run.first.saturating_add(run.items.len() as u64);
    if numbers.iter().any(|number| (run.first..end).contains(number)) {
        secrets.expand(run)?;
    }
    for (number, digest) in &erased {
        run.items[(number - run.first) as usize] = Item::Digest(*digest);
        secrets.salts.retain(|known| known.number != *number);
    }
    Ok(erased)
}

impl OpenRun {
    /// One of its records, with the salt that leads to its digest.
    pub fn opened(&self, number: u64) -> Option<(&RecordBytes, Salt)> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let record = self.items.get(at)?.record()?;
        let category = readable_header(record).ok()?.category;
        let salt = self.opened_by().salt(number, category)?;
        Some((record, salt))
    }

    /// Puts a record in the place of its digest, to which this salt leads. Whether that digest stood there.
    pub fn put_back(&mut self, number: u64, opened: (&RecordBytes, &Salt)) -> Result<bool, PageError> {
        self.change(|run, secrets| secrets.put_back(run, number, opened))
    }

    /// Erases records by number: their items become digests, and nothing that is left in the run opens them. The
    /// digest of each that was a record.
    pub fn erase(&mut self, numbers: &[u64]) -> Result<Vec<(u64, Digest)>, PageError> {
        self.change(|run, secrets| erase_in_run(run, secrets, numbers))
    }

    /// What opens it.
    pub fn opened_by(&self) -> RunSecrets {
        let salts = self.salts.clone().unwrap_or_default();
        RunSecrets { person: self.person, secrets: self.secrets.clone(), salts }
    }

    /// Changes its items, and what opens them; nothing after an error.
    fn change<T>(
        &mut self,
        change: impl FnOnce(&mut HeldRun, &mut RunSecrets) -> Result<T, PageError>,
    ) -> Result<T, PageError> {
        let mut held = HeldRun { person: self.person, first: self.first, items: self.items.clone() };
        let mut secrets = self.opened_by();
        let changed = change(&mut held, &mut secrets)?;
        (self.items, self.secrets) = (held.items, secrets.secrets);
        self.salts = (!secrets.salts.is_empty()).then_some(secrets.salts);
        Ok(changed)
    }
}
