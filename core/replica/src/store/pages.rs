//! Own pages: cut once, kept as cut until their receipt has come.

use super::journal::Head;
use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{
    Channel, Page, PageError, PageId, PageSecret, RecordBytes, Run, Signature, StreamId,
};
use minicbor::{Decode, Encode};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// A page that has no receipt yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitingPage {
    /// Its name.
    pub(crate) id: PageId,
    /// Its bytes, as cut.
    pub(crate) bytes: Vec<u8>,
}

/// Which records of a person a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
struct Extent {
    #[n(0)]
    person: PersonId,
    #[n(1)]
    first: u64,
    #[n(2)]
    last: u64,
}

/// How much the records that are in no page come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Unpaged {
    /// How many there are.
    pub(crate) records: usize,
    /// Their bytes in a page, at most.
    pub(crate) bytes: usize,
}

/// What a record adds to a page beside its header and body, and a new run beside its records: at most this.
pub(crate) const RECORD_OVERHEAD: usize = 8 + 80;

impl Unpaged {
    /// Counts one more record.
    pub(crate) fn add(&mut self, record: &RecordBytes) {
        self.records += 1;
        self.bytes += record.header.len() + record.body.len() + RECORD_OVERHEAD;
    }
}

impl Store {
    /// What is in no page, in one channel.
    pub(crate) fn unpaged(&mut self, author: AuthorId, channel: Channel) -> Result<Unpaged, StoreError> {
        let mut unpaged = Unpaged::default();
        let streams = self.streams_to_cut(author, channel)?;
        self.unpaged_records(&streams)?.values().flatten().for_each(|record| unpaged.add(record));
        Ok(unpaged)
    }

    fn streams_to_cut(
        &mut self,
        author: AuthorId,
        channel: Channel,
    ) -> Result<Vec<(StreamId, Head)>, StoreError> {
        let mut streams = self.own_streams(author, "s.number > s.paged")?;
        streams.retain(|(stream, _)| stream.channel == channel);
        streams.sort_by_key(|(stream, _)| stream.person);
        Ok(streams)
    }

    /// The records of these streams that are in no page, by the stream's row, each list in order: one pass over
    /// the end of the journal.
    fn unpaged_records(
        &self,
        streams: &[(StreamId, Head)],
    ) -> Result<HashMap<i64, Vec<RecordBytes>>, StoreError> {
        let paged: HashMap<i64, u64> = streams.iter().map(|(_, head)| (head.id, head.paged)).collect();
        let Some(first) = streams.iter().filter_map(|(_, head)| head.unpaged).min() else {
            return Ok(HashMap::new());
        };
        let mut query = self
            .connection
            .prepare_cached("SELECT stream, number, header, body FROM journal WHERE id >= ?1 ORDER BY id")?;
        let mut rows = query.query([first])?;
        let mut records: HashMap<i64, Vec<RecordBytes>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (stream, number): (i64, i64) = (row.get(0)?, row.get(1)?);
            if paged.get(&stream).is_some_and(|paged| number as u64 > *paged) {
                let record = RecordBytes { header: row.get(2)?, body: row.get(3)? };
                records.entry(stream).or_default().push(record);
            }
        }
        Ok(records)
    }

    /// Cuts a page of all records of `channel` that are in none. The caller has kept them within a page's limits.
    pub(crate) fn cut_page(
        &mut self,
        author: AuthorId,
        epoch: Epoch,
        channel: Channel,
        secret: PageSecret,
        sign: impl FnOnce(&[u8]) -> Signature,
    ) -> Result<(), StoreError> {
        let (mut runs, mut heads) = (Vec::new(), Vec::new());
        let streams = self.streams_to_cut(author, channel)?;
        let mut unpaged = self.unpaged_records(&streams)?;
        for (stream, head) in streams {
            let records = unpaged.remove(&head.id).unwrap_or_default();
            runs.push(Run { person: stream.person, first: head.paged + 1, before: head.paged_link, records });
            heads.push(head.link);
            self.mark_paged(stream)?;
        }
        if runs.is_empty() {
            return Ok(());
        }
        self.place_records()?;
        let id = PageId { author, epoch, number: self.next_page_number(epoch)?, channel };
        self.insert_page(&Page::seal(id, secret, runs, &heads, sign))
    }

    fn next_page_number(&self, epoch: Epoch) -> Result<u64, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM page WHERE epoch = ?1")?;
        Ok(query.query_row([&epoch.0[..]], |row| row.get::<_, i64>(0))? as u64)
    }

    fn insert_page(&mut self, page: &Page) -> Result<(), StoreError> {
        let extents: Vec<Extent> = page
            .runs
            .iter()
            .map(|run| Extent { person: run.person, first: run.first, last: run.last() })
            .collect();
        let mut insert =
            self.connection.prepare_cached("INSERT INTO page VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)")?;
        insert.execute(params![
            page.id.number as i64,
            &page.id.epoch.0[..],
            page.id.channel as i64,
            &page.secret.0[..],
            write(&extents),
            write(page),
        ])?;
        Ok(())
    }

    /// Pages without a receipt, oldest first, up to `bytes_max` together but at least one.
    pub(crate) fn waiting_pages(
        &self,
        author: AuthorId,
        bytes_max: usize,
    ) -> Result<Vec<WaitingPage>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT epoch, number, channel, bytes FROM page WHERE bytes IS NOT NULL ORDER BY refused IS NOT NULL, epoch, number",
        )?;
        let mut rows = query.query([])?;
        let (mut pages, mut total) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(3)?;
            total += bytes.len();
            if total > bytes_max && !pages.is_empty() {
                break;
            }
            let channel = super::people::channel_of(row.get(2)?)?;
            let id =
                PageId { author, epoch: Epoch(row.get(0)?), number: row.get::<_, i64>(1)? as u64, channel };
            pages.push(WaitingPage { id, bytes });
        }
        Ok(pages)
    }

    /// Pages that are durable on the server.
    pub(crate) fn receipt_pages<'p>(
        &mut self,
        ids: impl IntoIterator<Item = &'p PageId>,
    ) -> Result<(), StoreError> {
        let mut streams = BTreeSet::new();
        for id in ids {
            let extents = self.receipt_page(id)?;
            streams.extend(extents.iter().map(|extent| id.stream(extent.person)));
        }
        let first_waiting = if streams.is_empty() { HashMap::new() } else { self.first_waiting()? };
        for stream in streams {
            // The unbroken run of receipts of a stream ends before its first page that has none.
            let key = (stream.epoch, stream.channel, stream.person);
            let last = match first_waiting.get(&key) {
                Some(first) => first - 1,
                None => self.head(stream)?.paged,
            };
            self.mark_receipted(stream, last)?;
        }
        Ok(())
    }

    /// Which records were in the page; none if its receipt had come before.
    fn receipt_page(&mut self, id: &PageId) -> Result<Vec<Extent>, StoreError> {
        let mut update = self.connection.prepare_cached(
            "UPDATE page SET bytes = NULL, refused = NULL WHERE epoch = ?1 AND number = ?2 AND bytes IS NOT NULL RETURNING runs",
        )?;
        let key = params![&id.epoch.0[..], id.number as i64];
        let runs: Option<Vec<u8>> = update.query_row(key, |row| row.get(0)).optional()?;
        runs.map_or(Ok(Vec::new()), |runs| read(&runs, "page"))
    }

    /// For each own stream with a page that has no receipt: the first record of the first such page.
    fn first_waiting(&self) -> Result<HashMap<(Epoch, Channel, PersonId), u64>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT epoch, channel, runs FROM page WHERE bytes IS NOT NULL ORDER BY number",
        )?;
        let mut rows = query.query([])?;
        let mut first = HashMap::new();
        while let Some(row) = rows.next()? {
            let (epoch, channel) = (Epoch(row.get(0)?), super::people::channel_of(row.get(1)?)?);
            for extent in read::<Vec<Extent>>(&row.get::<_, Vec<u8>>(2)?, "page")? {
                first.entry((epoch, channel, extent.person)).or_insert(extent.first);
            }
        }
        Ok(first)
    }

    /// The server did not take a page. It stays, and is offered again behind the others.
    pub(crate) fn refuse_page(&mut self, id: &PageId, why: PageError) -> Result<(), StoreError> {
        let mut update = self
            .connection
            .prepare_cached("UPDATE page SET refused = ?3 WHERE epoch = ?1 AND number = ?2")?;
        update.execute(params![&id.epoch.0[..], id.number as i64, why as i64])?;
        Ok(())
    }

    /// How many pages the server has refused and not taken since.
    pub(crate) fn refused_pages(&self) -> Result<u64, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT count(*) FROM page WHERE refused IS NOT NULL")?;
        Ok(query.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }
}
