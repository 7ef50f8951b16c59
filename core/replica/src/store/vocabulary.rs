//! Which kinds of records this version of the app reads, and what is done about those that an earlier one could not.

use super::journal::{Stored, stream_of};
use super::people::person_of;
use super::{Store, StoreError};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::{Body, Header, Kind, RecordBytes};
use std::collections::BTreeSet;

/// Key of the kinds that could be read when the journal was last noted in the lists that views are read by.
const NOTED: &str = "noted kinds";
/// Those of the versions that did not keep this yet.
const FIRST: [u16; 18] = [1, 10, 11, 12, 20, 21, 22, 23, 30, 31, 32, 33, 34, 35, 40, 50, 51, 52];

/// The kinds of records that a version of the app reads. Others are kept, receipted and forwarded as they came.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary(BTreeSet<u16>);

impl Vocabulary {
    /// That of this version.
    pub(crate) fn whole() -> Vocabulary {
        Vocabulary(Body::KINDS.iter().map(|kind| kind.0).collect())
    }

    /// That of a version which did not have these kinds yet.
    pub(crate) fn without(kinds: &[Kind]) -> Vocabulary {
        let Vocabulary(mut all) = Vocabulary::whole();
        all.retain(|number| !kinds.contains(&Kind(*number)));
        Vocabulary(all)
    }

    /// Whether records of this kind are read.
    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.0.contains(&kind.0)
    }

    /// A body, as far as it can be read.
    pub(crate) fn read(&self, kind: Kind, bytes: &[u8]) -> Body {
        if self.has(kind) { Body::read(kind, bytes) } else { Body::unread(kind, bytes) }
    }
}

impl Store {
    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Whether all that this version can read was noted.
    pub(crate) fn is_noted(&self) -> Result<bool, StoreError> {
        Ok(self.noted()? == self.vocabulary.0)
    }

    /// Notes what an earlier version of the app could not read and this one can. The people about whom there is any
    /// of it: their plans are to be made anew from all that is here.
    pub(crate) fn note_what_can_be_read_now(&mut self) -> Result<BTreeSet<PersonId>, StoreError> {
        let (noted, kinds) = (self.noted()?, self.vocabulary.0.clone());
        let records = self.records_of_kinds(&kinds.difference(&noted).copied().collect())?;
        let mut people = BTreeSet::new();
        for Unnoted { id, stored, header } in records {
            people.insert(stored.stream.person);
            self.note(stored.stream, id, stored.number, &header, &stored.record)?;
        }
        people.iter().try_for_each(|person| self.read_plan_from_its_beginning(*person))?;
        self.set_meta(NOTED, &kinds)?;
        Ok(people)
    }

    /// The lists that views are read by may lack something: all is to be noted again.
    pub(super) fn forget_what_is_noted(&mut self) -> Result<(), StoreError> {
        self.set_meta(NOTED, &BTreeSet::<u16>::new())
    }

    fn noted(&self) -> Result<BTreeSet<u16>, StoreError> {
        Ok(self.meta(NOTED)?.unwrap_or_else(|| FIRST.into()))
    }

    fn records_of_kinds(&self, kinds: &BTreeSet<u16>) -> Result<Vec<Unnoted>, StoreError> {
        let mut records = Vec::new();
        if kinds.is_empty() {
            return Ok(records);
        }
        let mut query = self.connection.prepare(
            "SELECT j.id, p.person, s.channel, s.author, s.epoch, j.number, j.header, j.body
             FROM journal j JOIN stream s ON s.id = j.stream JOIN person p ON p.id = s.person
             WHERE j.header IS NOT NULL ORDER BY j.id",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let record = RecordBytes { header: row.get(6)?, body: row.get(7)? };
            let Ok(header) = record.decode_header() else { continue };
            if kinds.contains(&header.kind.0) {
                let person = person_of(row.get_ref(1)?.as_blob().unwrap_or_default())?;
                let (stream, number) = (stream_of(person, row, 2)?, row.get::<_, i64>(5)? as u64);
                records.push(Unnoted { id: row.get(0)?, stored: Stored { stream, number, record }, header });
            }
        }
        Ok(records)
    }
}

/// A record that stands in no list yet, and its place in the journal.
struct Unnoted {
    id: i64,
    stored: Stored,
    header: Header,
}
