//! Records and the heads of their streams.

use super::pages::FirstWaiting;
use super::people::{channel_of, person_of};
use super::{Store, StoreError};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::page::{Item, PlacedItem};
use alongside_domain::journal::{Category, Channel, Digest, Header, Link, RecordBytes, RecordRef, StreamId};
use alongside_domain::time::{HOUR_MS, Moment};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};

/// Key of the last id of the journal that is in `placed`.
const PLACED: &str = "placed";

/// Adds a record at the end.
const INSERT: &str = "INSERT INTO journal VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6)";

/// Where a stream stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(super) id: i64,
    /// The number of its last record; of an own stream, the last one that is in a page.
    pub(crate) number: u64,
    /// The link of that record.
    pub(crate) link: Link,
    /// Own streams: the last number of an unbroken run of receipts.
    pub(crate) receipted: u64,
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
            "SELECT id, number, link, receipted FROM stream
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

    /// A stream begins with the link of its author's stream before it.
    fn new_head(&mut self, person: i64, stream: StreamId) -> Result<Head, StoreError> {
        let mut before = self.connection.prepare_cached(
            "SELECT link FROM stream WHERE person = ?1 AND channel = ?2 AND author = ?3 AND number > 0
             ORDER BY id DESC LIMIT 1",
        )?;
        let key = params![person, stream.channel as i64, &stream.author.0[..]];
        let link = before.query_row(key, |row| row.get(0).map(Link)).optional()?.unwrap_or(Link::START);
        drop(before);
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO stream (person, channel, author, epoch, number, link, receipted)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, 0)",
        )?;
        let key =
            params![person, stream.channel as i64, &stream.author.0[..], &stream.epoch.0[..], &link.0[..]];
        insert.execute(key)?;
        let id = self.connection.last_insert_rowid();
        Ok(Head { id, number: 0, link, receipted: 0 })
    }

    fn save_head(&mut self, stream: StreamId, head: Head) -> Result<(), StoreError> {
        let mut update = self
            .connection
            .prepare_cached("UPDATE stream SET number = ?2, link = ?3, receipted = ?4 WHERE id = ?1")?;
        update.execute(params![head.id, head.number as i64, &head.link.0[..], head.receipted as i64])?;
        drop(update);
        self.cache.heads.insert(stream, head);
        Ok(())
    }

    /// Adds the next record of an own stream, which is in no page yet: its stream's head moves with the page.
    pub(crate) fn append_own(
        &mut self,
        stream: StreamId,
        number: u64,
        header: &Header,
        record: &RecordBytes,
    ) -> Result<(), StoreError> {
        let head = self.head(stream)?.id;
        let day = day_of(header.recorded);
        let person = self.person_row(stream.person)?;
        let mut insert = self.connection.prepare_cached(INSERT)?;
        let id = insert.insert(params![person, day, head, number as i64, record.header, record.body])?;
        drop(insert);
        self.note_own(stream, id, number, header, record)
    }

    /// Notes a record that the device made.
    pub(super) fn note_own(
        &mut self,
        stream: StreamId,
        id: i64,
        number: u64,
        header: &Header,
        record: &RecordBytes,
    ) -> Result<(), StoreError> {
        if header.category == Category::PLAN {
            self.mark_edited(stream.person)?;
        }
        self.note(stream, id, number, header, record)
    }

    /// The own records that are in no page, in the order in which they were made. They are among those after the
    /// last one that is placed, since all pages are cut before records of others are stored.
    pub(crate) fn unpaged(&self) -> Result<Vec<(StreamId, RecordBytes)>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.person, s.channel, s.author, s.epoch, j.header, j.body
             FROM journal j JOIN stream s ON s.id = j.stream JOIN person p ON p.id = s.person
             WHERE j.id > ?1 AND j.number > s.number ORDER BY j.id",
        )?;
        let mut rows = query.query([self.placed()?])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let person = person_of(row.get_ref(0)?.as_blob().unwrap_or_default())?;
            let record = RecordBytes { header: row.get(4)?, body: row.get(5)? };
            records.push((stream_of(person, row, 1)?, record));
        }
        Ok(records)
    }

    /// Adds what the server has of a stream: records that proved themselves, or digests of those that may not be
    /// seen here. Moves the stream's head over them.
    pub(crate) fn append_others<'i>(
        &mut self,
        stream: StreamId,
        items: impl Iterator<Item = (&'i Item, &'i PlacedItem)>,
    ) -> Result<(), StoreError> {
        let mut head = self.head(stream)?;
        let person = self.person_row(stream.person)?;
        let mut added = Vec::new();
        let mut insert = self.connection.prepare_cached(INSERT)?;
        for (item, place) in items {
            let (day, header, body) = match (item, &place.header) {
                (Item::Record(record), Some(header)) => {
                    (day_of(header.recorded), Some(record.header.as_slice()), record.body.as_slice())
                }
                (Item::Digest(digest), _) => (i64::MIN, None, digest.0.as_slice()),
                (Item::Record(_), None) => unreachable!("a checked record has its header"),
            };
            let id = insert.insert(params![person, day, head.id, place.number as i64, header, body])?;
            added.push((id, item, place));
            if place.number > head.number {
                (head.number, head.link) = (place.number, place.link);
            }
        }
        drop(insert);
        let ids: Vec<(u64, i64)> = added.iter().map(|(id, _, place)| (place.number, *id)).collect();
        for (id, item, place) in added {
            if let (Item::Record(record), Some(header)) = (item, &place.header) {
                self.note(stream, id, place.number, header, record)?;
            }
        }
        self.note_retimed(stream, &ids)?;
        self.save_head(stream, head)
    }

    /// Notes a record that is in the journal in the lists that views are read by. They are views of care. What this
    /// version cannot read waits for one that can.
    pub(super) fn note(
        &mut self,
        stream: StreamId,
        id: i64,
        number: u64,
        header: &Header,
        record: &RecordBytes,
    ) -> Result<(), StoreError> {
        if stream.channel != Channel::Care || !self.vocabulary.has(header.kind) {
            return Ok(());
        }
        self.note_planned(stream.person, id, header, record)?;
        self.note_plan_record(stream.person, id, number, header)?;
        self.note_times(stream.person, id, header, record)
    }

    /// What is here of a stream between two numbers: by number, the bytes of each record, or its digest's. A number
    /// that is here twice has both.
    pub(crate) fn held_between(
        &self,
        stream: StreamId,
        head: &Head,
        (first, last): (u64, u64),
    ) -> Result<BTreeMap<u64, Vec<Item>>, StoreError> {
        let mut held: BTreeMap<u64, Vec<Item>> = BTreeMap::new();
        let Some(person) = self.known_person_row(stream.person)? else { return Ok(held) };
        let mut query = self.connection.prepare_cached(
            "SELECT j.number, j.header, j.body FROM placed p CROSS JOIN journal j ON j.id BETWEEN p.first AND p.last
             WHERE p.person = ?1 AND j.stream = ?2 AND j.number BETWEEN ?3 AND ?4
             UNION ALL
             SELECT number, header, body FROM journal
             WHERE id > ?5 AND stream = ?2 AND number BETWEEN ?3 AND ?4",
        )?;
        let mut rows = query.query(params![person, head.id, first as i64, last as i64, self.placed()?])?;
        while let Some(row) = rows.next()? {
            let item = match row.get::<_, Option<Vec<u8>>>(1)? {
                Some(header) => Item::Record(RecordBytes { header, body: row.get(2)? }),
                None => Item::Digest(Digest(row.get(2)?)),
            };
            held.entry(row.get::<_, i64>(0)? as u64).or_default().push(item);
        }
        Ok(held)
    }

    /// Enters the records that came since the last time into `placed`: once for many, not for each.
    pub(crate) fn place_records(&mut self) -> Result<(), StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, person, day FROM journal WHERE id > ?1 ORDER BY id")?;
        let mut rows = query.query([self.placed()?])?;
        let (mut last, mut stretches) = (0, Vec::<(i64, i64, i64, i64)>::new());
        while let Some(row) = rows.next()? {
            let (id, person, day) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match stretches.last_mut() {
                Some(stretch) if (stretch.0, stretch.1, stretch.3 + 1) == (person, day, id) => stretch.3 = id,
                _ => stretches.push((person, day, id, id)),
            }
            last = id;
        }
        drop(rows);
        drop(query);
        if stretches.is_empty() {
            return Ok(());
        }
        stretches.sort_unstable();
        let mut insert = self.connection.prepare_cached("INSERT INTO placed VALUES (?1, ?2, ?3, ?4)")?;
        for (person, day, first, last) in stretches {
            insert.execute([person, day, first, last])?;
        }
        drop(insert);
        self.set_meta(PLACED, &last)
    }

    /// After records were deleted, `placed` ends with the last one that is left: all of them are in it.
    pub(super) fn set_placed_to_end(&mut self) -> Result<(), StoreError> {
        let last: i64 =
            self.connection.query_row("SELECT coalesce(max(id), 0) FROM journal", [], |row| row.get(0))?;
        self.set_meta(PLACED, &last)
    }

    /// The last id of the journal that is in `placed`.
    pub(super) fn placed(&self) -> Result<i64, StoreError> {
        Ok(self.meta(PLACED)?.unwrap_or(0))
    }

    /// The records of an own stream up to this one are in a page now.
    pub(super) fn mark_paged(&mut self, stream: StreamId, number: u64, link: Link) -> Result<(), StoreError> {
        let head = self.head(stream)?;
        self.save_head(stream, Head { number, link, ..head })
    }

    /// Records that the server has: all up to `last`.
    pub(super) fn mark_receipted(&mut self, stream: StreamId, last: u64) -> Result<(), StoreError> {
        let mut head = self.head(stream)?;
        head.receipted = head.receipted.max(last);
        self.save_head(stream, head)
    }

    /// Adds a record of an own page that is not here any more.
    pub(super) fn insert_again(
        &mut self,
        stream: StreamId,
        number: u64,
        record: &RecordBytes,
    ) -> Result<(), StoreError> {
        let header = record.decode_header().map_err(|_| StoreError::Unreadable { what: "record header" })?;
        let (head, person) = (self.head(stream)?.id, self.person_row(stream.person)?);
        let mut insert = self.connection.prepare_cached(INSERT)?;
        let day = day_of(header.recorded);
        let id = insert.insert(params![person, day, head, number as i64, record.header, record.body])?;
        drop(insert);
        self.note_own(stream, id, number, &header, record)
    }

    /// The receipts of these own streams end before these numbers.
    pub(super) fn lower_receipts(&mut self, first_waiting: &FirstWaiting) -> Result<(), StoreError> {
        self.cache.heads.clear();
        let mut update = self.connection.prepare_cached(
            "UPDATE stream SET receipted = min(receipted, ?4)
             WHERE epoch = ?1 AND channel = ?2 AND person = (SELECT id FROM person WHERE person = ?3)",
        )?;
        for ((epoch, channel, person), first) in first_waiting {
            update.execute(params![&epoch.0[..], *channel as i64, &person.0[..], *first as i64 - 1])?;
        }
        Ok(())
    }

    /// The records of a channel about a person that were recorded from `from` on, and all whose times were
    /// corrected, in no particular order.
    pub(crate) fn records_since(
        &self,
        person: PersonId,
        channel: Channel,
        from: Moment,
    ) -> Result<Vec<Stored>, StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(Vec::new()) };
        let mut query = self.connection.prepare_cached(
            "SELECT j.stream, j.number, j.header, j.body
             FROM placed p CROSS JOIN journal j ON j.id BETWEEN p.first AND p.last
             WHERE p.person = ?1 AND p.day >= ?2 AND j.header IS NOT NULL
             UNION ALL
             SELECT stream, number, header, body FROM journal
             WHERE id > ?3 AND person = ?1 AND day >= ?2 AND header IS NOT NULL
             UNION ALL
             SELECT j.stream, j.number, j.header, j.body FROM retimed r CROSS JOIN journal j ON j.id = r.id
             WHERE r.person = ?1 AND j.day < ?2 AND j.header IS NOT NULL",
        )?;
        let rows = query.query(params![row, day_of(from), self.placed()?])?;
        self.stored_of_rows(person, channel, rows)
    }

    /// Those of the rows of (stream, number, header, body) about a person that are of a channel.
    pub(super) fn stored_of_rows(
        &self,
        person: PersonId,
        channel: Channel,
        mut rows: rusqlite::Rows<'_>,
    ) -> Result<Vec<Stored>, StoreError> {
        let (mut streams, mut records) = (HashMap::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let stream = match streams.get(&id) {
                Some(stream) => *stream,
                None => *streams.entry(id).or_insert(self.stream_at(person, id)?),
            };
            if stream.channel != channel {
                continue;
            }
            let record = RecordBytes { header: row.get(2)?, body: row.get(3)? };
            records.push(Stored { stream, number: row.get::<_, i64>(1)? as u64, record });
        }
        Ok(records)
    }

    fn stream_at(&self, person: PersonId, id: i64) -> Result<StreamId, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT channel, author, epoch FROM stream WHERE id = ?1")?;
        let mut rows = query.query([id])?;
        stream_of(person, rows.next()?.ok_or(StoreError::Unreadable { what: "stream" })?, 0)
    }

    /// The record that the device made last.
    pub(crate) fn last_own(&self, device: AuthorId) -> Result<Option<RecordRef>, StoreError> {
        let sql = "SELECT s.epoch, j.number, s.channel FROM journal j JOIN stream s ON s.id = j.stream
                   WHERE s.author = ?1 ORDER BY j.id DESC LIMIT 1";
        let mut query = self.connection.prepare_cached(sql)?;
        let mut rows = query.query([&device.0[..]])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let (epoch, number) = (Epoch(row.get(0)?), row.get::<_, i64>(1)? as u64);
        Ok(Some(RecordRef { author: device, epoch, number, channel: channel_of(row.get(2)?)? }))
    }

    /// How many own records the server has not receipted.
    pub(crate) fn waiting(&self, author: AuthorId) -> Result<u64, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT (SELECT coalesce(sum(number - receipted), 0) FROM stream WHERE author = ?1)
                  + (SELECT count(*) FROM journal j JOIN stream s ON s.id = j.stream
                     WHERE j.id > ?2 AND j.number > s.number)",
        )?;
        let waiting: i64 = query.query_row(params![&author.0[..], self.placed()?], |row| row.get(0))?;
        Ok(waiting as u64)
    }
}

fn head_of_row(row: &rusqlite::Row<'_>) -> Result<Head, rusqlite::Error> {
    Ok(Head {
        id: row.get(0)?,
        number: row.get::<_, i64>(1)? as u64,
        link: Link(row.get(2)?),
        receipted: row.get::<_, i64>(3)? as u64,
    })
}

pub(super) fn stream_of(
    person: PersonId,
    row: &rusqlite::Row<'_>,
    from: usize,
) -> Result<StreamId, StoreError> {
    let channel = channel_of(row.get(from)?)?;
    Ok(StreamId { person, channel, author: AuthorId(row.get(from + 1)?), epoch: Epoch(row.get(from + 2)?) })
}
