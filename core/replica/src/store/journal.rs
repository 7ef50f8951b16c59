//! Records and the heads of their streams.

use super::people::{channel_of, person_of};
use super::{Store, StoreError};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{Channel, Digest, Link, RecordBytes, StreamId};
use alongside_domain::time::{HOUR_MS, Moment};
use rusqlite::{OptionalExtension, params};
use std::collections::HashMap;

/// Where a stream stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(super) id: i64,
    /// The number of its last record.
    pub(crate) number: u64,
    /// The link of its last record.
    pub(crate) link: Link,
    /// Own streams: the last number that is in a page.
    pub(crate) paged: u64,
    /// Own streams: the link of that record.
    pub(crate) paged_link: Link,
    /// Own streams: the last number of an unbroken run of receipts.
    pub(crate) receipted: u64,
    /// Own streams: the earliest day of a record that is in no page.
    pub(super) unpaged_day: Option<i64>,
}

/// A stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Its stream.
    pub(crate) stream: StreamId,
    /// Its number.
    pub(crate) number: u64,
    /// Its bytes.
    pub(crate) record: RecordBytes,
}

/// The day that the journal files a moment under.
pub(super) fn day_of(moment: Moment) -> i64 {
    moment.0.div_euclid(24 * HOUR_MS)
}

impl Store {
    /// Where a stream stands; numbers are 0 for one that has no record here.
    pub(crate) fn head(&mut self, stream: StreamId) -> Result<Head, StoreError> {
        if let Some(head) = self.cache.heads.get(&stream) {
            return Ok(head.clone());
        }
        let person = self.person_row(stream.person)?;
        let mut query = self.connection.prepare_cached(
            "SELECT id, number, link, paged, paged_link, receipted, unpaged_day FROM stream
             WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4",
        )?;
        let key = params![person, stream.channel as i64, &stream.author.0[..], &stream.epoch.0[..]];
        let found = query.query_row(key, head_of_row).optional()?;
        drop(query);
        let head = match found {
            Some(head) => head,
            None => self.new_head(person, stream)?,
        };
        self.cache.heads.insert(stream, head.clone());
        Ok(head)
    }

    fn new_head(&mut self, person: i64, stream: StreamId) -> Result<Head, StoreError> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO stream (person, channel, author, epoch, number, link, paged, paged_link, receipted)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, 0, ?5, 0)",
        )?;
        let key = params![
            person,
            stream.channel as i64,
            &stream.author.0[..],
            &stream.epoch.0[..],
            &Link::START.0[..]
        ];
        insert.execute(key)?;
        let id = self.connection.last_insert_rowid();
        Ok(Head {
            id,
            number: 0,
            link: Link::START,
            paged: 0,
            paged_link: Link::START,
            receipted: 0,
            unpaged_day: None,
        })
    }

    fn save_head(&mut self, stream: StreamId, head: Head) -> Result<(), StoreError> {
        let mut update = self.connection.prepare_cached(
            "UPDATE stream SET number = ?2, link = ?3, paged = ?4, paged_link = ?5, receipted = ?6, unpaged_day = ?7 WHERE id = ?1",
        )?;
        update.execute(params![
            head.id,
            head.number as i64,
            &head.link.0[..],
            head.paged as i64,
            &head.paged_link.0[..],
            head.receipted as i64,
            head.unpaged_day
        ])?;
        drop(update);
        self.cache.heads.insert(stream, head);
        Ok(())
    }

    /// Adds the next record of an own stream.
    pub(crate) fn append_own(
        &mut self,
        stream: StreamId,
        link: Link,
        recorded: Moment,
        record: &RecordBytes,
    ) -> Result<u64, StoreError> {
        let mut head = self.head(stream)?;
        let day = day_of(recorded);
        head.number += 1;
        head.link = link;
        head.unpaged_day = Some(head.unpaged_day.map_or(day, |earliest| earliest.min(day)));
        let number = head.number;
        self.insert(stream.person, day, head.id, number, Some(&record.header), &record.body)?;
        self.save_head(stream, head)?;
        Ok(number)
    }

    /// Adds a record of another author's stream that proved itself, and moves the stream's head to it.
    pub(crate) fn append_other(
        &mut self,
        stream: StreamId,
        number: u64,
        link: Link,
        recorded: Moment,
        record: &RecordBytes,
    ) -> Result<(), StoreError> {
        let mut head = self.head(stream)?;
        self.insert(stream.person, day_of(recorded), head.id, number, Some(&record.header), &record.body)?;
        (head.number, head.link) = (number, link);
        self.save_head(stream, head)
    }

    /// Notes that a record exists which may not be seen here.
    pub(crate) fn append_digest(
        &mut self,
        stream: StreamId,
        number: u64,
        link: Link,
        digest: &Digest,
    ) -> Result<(), StoreError> {
        let mut head = self.head(stream)?;
        self.insert(stream.person, i64::MIN, head.id, number, None, &digest.0)?;
        (head.number, head.link) = (number, link);
        self.save_head(stream, head)
    }

    fn insert(
        &mut self,
        person: PersonId,
        day: i64,
        stream: i64,
        number: u64,
        header: Option<&[u8]>,
        body: &[u8],
    ) -> Result<(), StoreError> {
        let person = self.person_row(person)?;
        let mut insert = self
            .connection
            .prepare_cached("INSERT OR IGNORE INTO journal VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        insert.execute(params![person, day, stream, number as i64, header, body])?;
        Ok(())
    }

    /// All records of the stream are in a page now.
    pub(super) fn mark_paged(&mut self, stream: StreamId) -> Result<(), StoreError> {
        let mut head = self.head(stream)?;
        (head.paged, head.paged_link, head.unpaged_day) = (head.number, head.link, None);
        self.save_head(stream, head)
    }

    /// Records that the server has: all up to `last`.
    pub(super) fn mark_receipted(&mut self, stream: StreamId, last: u64) -> Result<(), StoreError> {
        let mut head = self.head(stream)?;
        head.receipted = head.receipted.max(last);
        self.save_head(stream, head)
    }

    /// The records about a person that were recorded from `from` on, in no particular order.
    pub(crate) fn records_since(&self, person: PersonId, from: Moment) -> Result<Vec<Stored>, StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(Vec::new()) };
        let streams = self.streams_of(person, row)?;
        let mut query = self.connection.prepare_cached(
            "SELECT stream, number, header, body FROM journal
             WHERE person = ?1 AND day >= ?2 AND header IS NOT NULL",
        )?;
        let mut rows = query.query(params![row, day_of(from)])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let stream =
                streams.get(&row.get::<_, i64>(0)?).ok_or(StoreError::Unreadable { what: "stream" })?;
            let record = RecordBytes { header: row.get(2)?, body: row.get(3)? };
            records.push(Stored { stream: *stream, number: row.get::<_, i64>(1)? as u64, record });
        }
        Ok(records)
    }

    /// The records of one author about a person with a number above `after`, that may be seen here.
    pub(crate) fn records_of(
        &self,
        person: PersonId,
        author: AuthorId,
        channel: Channel,
        after: u64,
    ) -> Result<Vec<Stored>, StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(Vec::new()) };
        let streams = self.streams_of(person, row)?;
        let mut query = self.connection.prepare_cached(
            "SELECT number, header, body FROM journal
             WHERE person = ?1 AND stream = ?2 AND number > ?3 AND header IS NOT NULL ORDER BY number",
        )?;
        let mut records = Vec::new();
        for (id, stream) in streams.iter().filter(|(_, of)| of.author == author && of.channel == channel) {
            let mut rows = query.query(params![row, id, after as i64])?;
            while let Some(row) = rows.next()? {
                let record = RecordBytes { header: row.get(1)?, body: row.get(2)? };
                records.push(Stored { stream: *stream, number: row.get::<_, i64>(0)? as u64, record });
            }
        }
        Ok(records)
    }

    fn streams_of(&self, person: PersonId, row: i64) -> Result<HashMap<i64, StreamId>, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, channel, author, epoch FROM stream WHERE person = ?1")?;
        let mut rows = query.query([row])?;
        let mut streams = HashMap::new();
        while let Some(row) = rows.next()? {
            streams.insert(row.get(0)?, stream_of(person, row, 1)?);
        }
        Ok(streams)
    }

    /// The own streams that satisfy `condition`, with their heads.
    pub(super) fn own_streams(
        &mut self,
        author: AuthorId,
        condition: &str,
    ) -> Result<Vec<(StreamId, Head)>, StoreError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT s.id, s.number, s.link, s.paged, s.paged_link, s.receipted, s.unpaged_day, p.person, s.channel, s.author, s.epoch
             FROM stream s JOIN person p ON p.id = s.person WHERE s.author = ?1 AND {condition}"
        ))?;
        let mut rows = query.query([&author.0[..]])?;
        let mut streams = Vec::new();
        while let Some(row) = rows.next()? {
            let person = person_of(row.get_ref(7)?.as_blob().unwrap_or_default())?;
            streams.push((stream_of(person, row, 8)?, head_of_row(row)?));
        }
        Ok(streams)
    }

    /// How many own records the server has not receipted.
    pub(crate) fn waiting(&self, author: AuthorId) -> Result<u64, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT coalesce(sum(number - receipted), 0) FROM stream WHERE author = ?1")?;
        let waiting: i64 = query.query_row([&author.0[..]], |row| row.get(0))?;
        Ok(waiting as u64)
    }
}

fn head_of_row(row: &rusqlite::Row<'_>) -> Result<Head, rusqlite::Error> {
    Ok(Head {
        id: row.get(0)?,
        number: row.get::<_, i64>(1)? as u64,
        link: Link(row.get(2)?),
        paged: row.get::<_, i64>(3)? as u64,
        paged_link: Link(row.get(4)?),
        receipted: row.get::<_, i64>(5)? as u64,
        unpaged_day: row.get(6)?,
    })
}

fn stream_of(person: PersonId, row: &rusqlite::Row<'_>, from: usize) -> Result<StreamId, StoreError> {
    let channel = channel_of(row.get(from)?)?;
    Ok(StreamId { person, channel, author: AuthorId(row.get(from + 1)?), epoch: Epoch(row.get(from + 2)?) })
}
