//! Own pages: cut once, kept as cut until their receipt has come.

use super::journal::Head;
use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{
    Channel, Page, PageError, PageId, PageSecret, RecordBytes, Run, Signature, StreamId,
};
use minicbor::{Decode, Encode};
use rusqlite::{OptionalExtension, params};

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
        for (stream, head) in self.streams_to_cut(author, channel)? {
            self.unpaged_records(stream, &head)?.iter().for_each(|record| unpaged.add(record));
        }
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

    fn unpaged_records(&self, stream: StreamId, head: &Head) -> Result<Vec<RecordBytes>, StoreError> {
        let person = self.known_person_row(stream.person)?;
        let mut query = self.connection.prepare_cached(
            "SELECT header, body FROM journal WHERE person = ?1 AND day >= ?2 AND stream = ?3 AND number > ?4 ORDER BY number",
        )?;
        let from = head.unpaged_day.unwrap_or(i64::MIN);
        let rows = query.query_map(params![person, from, head.id, head.paged as i64], |row| {
            Ok(RecordBytes { header: row.get(0)?, body: row.get(1)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
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
        for (stream, head) in self.streams_to_cut(author, channel)? {
            let records = self.unpaged_records(stream, &head)?;
            runs.push(Run { person: stream.person, first: head.paged + 1, before: head.paged_link, records });
            heads.push(head.link);
            self.mark_paged(stream)?;
        }
        if runs.is_empty() {
            return Ok(());
        }
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

    /// A page is durable on the server.
    pub(crate) fn receipt_page(&mut self, id: &PageId) -> Result<(), StoreError> {
        let mut update = self.connection.prepare_cached(
            "UPDATE page SET bytes = NULL, refused = NULL WHERE epoch = ?1 AND number = ?2 AND bytes IS NOT NULL RETURNING runs",
        )?;
        let runs: Option<Vec<u8>> =
            update.query_row(params![&id.epoch.0[..], id.number as i64], |row| row.get(0)).optional()?;
        drop(update);
        let Some(runs) = runs else { return Ok(()) };
        for extent in read::<Vec<Extent>>(&runs, "page")? {
            self.advance_receipted(id.stream(extent.person))?;
        }
        Ok(())
    }

    /// The unbroken run of receipts of a stream ends before its first page that has none.
    fn advance_receipted(&mut self, stream: StreamId) -> Result<(), StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT runs FROM page WHERE bytes IS NOT NULL AND epoch = ?1 AND channel = ?2 ORDER BY number",
        )?;
        let rows = query
            .query_map(params![&stream.epoch.0[..], stream.channel as i64], |row| row.get::<_, Vec<u8>>(0))?;
        let mut first_waiting = None;
        for runs in rows {
            let extents: Vec<Extent> = read(&runs?, "page")?;
            first_waiting =
                extents.iter().find(|extent| extent.person == stream.person).map(|extent| extent.first);
            if first_waiting.is_some() {
                break;
            }
        }
        drop(query);
        let last = match first_waiting {
            Some(first) => first - 1,
            None => self.head(stream)?.paged,
        };
        self.mark_receipted(stream, last)
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
