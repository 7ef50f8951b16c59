//! Own pages: cut once, sent until their receipt has come, kept as cut until a backup of the server holds them.

use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{Channel, Digest, Link, Page, PageError, PageId, StreamId};
use alongside_domain::sync::messages::{PackedPage, REQUEST_PAGE_BYTES_MAX, REQUEST_PAGES_MAX};
use minicbor::{Decode, Encode};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// A page that has no receipt yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitingPage {
    /// Its name.
    pub(crate) id: PageId,
    /// Its bytes, as cut.
    pub(crate) page: PackedPage,
    /// The digests of its records, 32 bytes each, where the server has asked for them.
    pub(crate) digests: Option<Vec<u8>>,
}

/// Which records of a person a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) struct Extent {
    #[n(0)]
    pub(super) person: PersonId,
    #[n(1)]
    pub(super) first: u64,
    #[n(2)]
    pub(super) last: u64,
    /// The link of the record before the first: the page is sent without it while the server has that record.
    #[n(3)]
    pub(super) before: Link,
}

impl Extent {
    /// Whether it holds the record with this number.
    pub(super) fn holds(&self, number: u64) -> bool {
        (self.first..=self.last).contains(&number)
    }
}

/// What names an own stream: its epoch, its channel and whom it is about.
pub(super) type StreamKey = (Epoch, Channel, PersonId);

/// For each own stream with a page that has no receipt, or with strays: the first record that waits.
pub(super) type FirstWaiting = HashMap<(Epoch, Channel, PersonId), u64>;

impl Store {
    /// Keeps a page of all own records of its channel that are in none, and moves their streams' heads to it.
    /// `digests` are those of its records.
    pub(crate) fn keep_page(
        &mut self,
        page: Page,
        heads: &[Link],
        digests: &[Digest],
    ) -> Result<(), StoreError> {
        for (run, link) in page.runs.iter().zip(heads) {
            self.mark_paged(page.id.stream(run.person), run.last(), *link)?;
        }
        self.insert_page(page)?;
        self.keep_digests(digests)
    }

    /// The number of the next page of an epoch and channel.
    pub(crate) fn next_page_number(&self, epoch: Epoch, channel: Channel) -> Result<u64, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT coalesce(max(number), 0) + 1 FROM page WHERE epoch = ?1 AND channel = ?2",
        )?;
        Ok(query.query_row(params![&epoch.0[..], channel as i64], |row| row.get::<_, i64>(0))? as u64)
    }

    fn insert_page(&mut self, page: Page) -> Result<(), StoreError> {
        let extents: Vec<Extent> = page
            .runs
            .iter()
            .map(|run| Extent { person: run.person, first: run.first, last: run.last(), before: run.before })
            .collect();
        let (id, secret) = (page.id, page.secret.clone());
        let bytes = PackedPage::without_befores(page).0;
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO page VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, NULL, 0)")?;
        let (number, channel) = (id.number as i64, id.channel as i64);
        insert.execute(params![number, &id.epoch.0[..], channel, &secret.0[..], write(&extents), bytes])?;
        Ok(())
    }

    /// Pages without a receipt, oldest first: as many as one request carries. Those of care before others, so that
    /// none of them waits for what its readers may not know of.
    pub(crate) fn waiting_pages(&self, author: AuthorId) -> Result<Vec<WaitingPage>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT epoch, number, channel, bytes,
               (SELECT s.digests FROM sealed s WHERE s.page = p.id AND s.asked = 1)
             FROM page p WHERE receipted = 0 ORDER BY refused IS NOT NULL, channel, id",
        )?;
        let mut rows = query.query([])?;
        let (mut pages, mut total) = (Vec::new(), 0);
        while pages.len() < REQUEST_PAGES_MAX
            && let Some(row) = rows.next()?
        {
            let page = PackedPage(row.get(3)?);
            total += page.0.len();
            if total > REQUEST_PAGE_BYTES_MAX && !pages.is_empty() {
                break;
            }
            let channel = super::people::channel_of(row.get(2)?)?;
            let id =
                PageId { author, epoch: Epoch(row.get(0)?), number: row.get::<_, i64>(1)? as u64, channel };
            pages.push(WaitingPage { id, page, digests: row.get(4)? });
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
        self.receipt_streams(streams)
    }

    /// The server has what these streams hold, but for what waits in pages.
    pub(crate) fn receipt_streams(&mut self, streams: BTreeSet<StreamId>) -> Result<(), StoreError> {
        if streams.is_empty() {
            return Ok(());
        }
        let first_waiting = self.first_waiting()?;
        streams.into_iter().try_for_each(|stream| self.receipt_up_to_first(stream, &first_waiting))
    }

    /// The unbroken run of receipts of a stream ends before its first page that has none.
    fn receipt_up_to_first(
        &mut self,
        stream: StreamId,
        first_waiting: &FirstWaiting,
    ) -> Result<(), StoreError> {
        let last = match first_waiting.get(&(stream.epoch, stream.channel, stream.person)) {
            Some(first) => first - 1,
            None => self.head(stream)?.number,
        };
        self.mark_receipted(stream, last)
    }

    /// Which records were in the page; none if its receipt had come before.
    fn receipt_page(&mut self, id: &PageId) -> Result<Vec<Extent>, StoreError> {
        let mut update = self.connection.prepare_cached(
            "UPDATE page SET receipted = 1, refused = NULL WHERE epoch = ?1 AND channel = ?2 AND number = ?3 AND receipted = 0 RETURNING runs",
        )?;
        let key = params![&id.epoch.0[..], id.channel as i64, id.number as i64];
        let runs: Option<Vec<u8>> = update.query_row(key, |row| row.get(0)).optional()?;
        runs.map_or(Ok(Vec::new()), |runs| read(&runs, "page"))
    }

    /// For each own stream with a page that has no receipt, or with strays: the first record that waits.
    pub(super) fn first_waiting(&self) -> Result<FirstWaiting, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT epoch, channel, runs FROM page WHERE receipted = 0 ORDER BY id")?;
        let mut rows = query.query([])?;
        let mut first = HashMap::new();
        while let Some(row) = rows.next()? {
            let (epoch, channel) = (Epoch(row.get(0)?), super::people::channel_of(row.get(1)?)?);
            for extent in read::<Vec<Extent>>(&row.get::<_, Vec<u8>>(2)?, "page")? {
                first.entry((epoch, channel, extent.person)).or_insert(extent.first);
            }
        }
        drop(rows);
        for (stream, number) in self.strays()? {
            let first = first.entry((stream.epoch, stream.channel, stream.person)).or_insert(number);
            *first = number.min(*first);
        }
        Ok(first)
    }

    /// The server did not take a page. It stays, and is offered again behind the others.
    pub(crate) fn refuse_page(&mut self, id: &PageId, why: PageError) -> Result<(), StoreError> {
        if why == PageError::BeforeMissing {
            // Not a refusal: it goes with its links next time.
            return self.put_befores_in(id);
        }
        let mut update = self.connection.prepare_cached(
            "UPDATE page SET refused = ?4 WHERE epoch = ?1 AND channel = ?2 AND number = ?3",
        )?;
        update.execute(params![&id.epoch.0[..], id.channel as i64, id.number as i64, why as i64])?;
        Ok(())
    }

    /// An own page as it was cut, with all its links.
    pub(super) fn kept_page(&self, row: i64) -> Result<Page, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT bytes, runs FROM page WHERE id = ?1")?;
        let (bytes, extents) =
            query.query_row([row], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let mut page = PackedPage(bytes).open().map_err(|_| StoreError::Unreadable { what: "page" })?;
        for (run, extent) in page.runs.iter_mut().zip(read::<Vec<Extent>>(&extents, "page")?) {
            run.before = extent.before;
        }
        Ok(page)
    }

    /// From now on the page is sent with the links before its runs.
    fn put_befores_in(&mut self, id: &PageId) -> Result<(), StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT bytes, runs FROM page WHERE epoch = ?1 AND channel = ?2 AND number = ?3 AND receipted = 0",
        )?;
        let key = params![&id.epoch.0[..], id.channel as i64, id.number as i64];
        let found: Option<(Vec<u8>, Vec<u8>)> =
            query.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((bytes, extents)) = found else { return Ok(()) };
        // One that was changed and cannot be made again waits as it is: the server says so.
        let Ok(mut page) = PackedPage(bytes).open() else { return Ok(()) };
        for (run, extent) in page.runs.iter_mut().zip(read::<Vec<Extent>>(&extents, "page")?) {
            run.before = extent.before;
        }
        let mut update = self
            .connection
            .prepare_cached("UPDATE page SET bytes = ?4 WHERE epoch = ?1 AND channel = ?2 AND number = ?3")?;
        let bytes = PackedPage::of(&page).0;
        update.execute(params![&id.epoch.0[..], id.channel as i64, id.number as i64, bytes])?;
        Ok(())
    }

    /// How many pages have no receipt, and how many of them were not refused.
    pub(crate) fn count_waiting_pages(&self) -> Result<(u64, u64), StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE refused IS NULL) FROM page WHERE receipted = 0",
        )?;
        Ok(query.query_row([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64)))?)
    }

    /// The pages that are still kept have no receipt any more, nor has what is in them.
    pub(super) fn await_receipts_again(&mut self) -> Result<(), StoreError> {
        self.connection.execute("UPDATE page SET receipted = 0 WHERE bytes IS NOT NULL", [])?;
        let first_waiting = self.first_waiting()?;
        self.lower_receipts(&first_waiting)
    }

    /// The records of pages that wait again are in the journal again: of people whom the phone had forgotten, only the
    /// bytes of the pages were left. They go once more when the server has them.
    pub(super) fn take_back(&mut self) -> Result<(), StoreError> {
        let mut query = self
            .connection
            .prepare("SELECT id, bytes, runs FROM page WHERE receipted = 0 AND bytes IS NOT NULL")?;
        let kept = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let kept = kept.collect::<Result<Vec<(i64, Vec<u8>, Vec<u8>)>, _>>()?;
        drop(query);
        for (row, bytes, extents) in kept {
            let extents: Vec<Extent> = read(&extents, "page")?;
            // One that was changed waits to be refused, and is made again: nothing is taken from it.
            let Ok(page) = PackedPage(bytes).open() else { continue };
            let damaged = self.damaged_in(row, &page)?;
            for run in &page.runs {
                let stream = page.id.stream(run.person);
                let is_damaged =
                    |number| damaged.iter().any(|one| (one.person, one.number) == (run.person, number));
                let is_as_cut = |extent: &Extent| {
                    (extent.person, extent.first, extent.last) == (run.person, run.first, run.last())
                };
                if !extents.iter().any(is_as_cut) || !self.has_stream(&stream)? {
                    continue;
                }
                let head = self.head(stream)?;
                let held = self.held_between(stream, &head, (run.first, run.last()))?;
                for (number, record) in (run.first..).zip(&run.records) {
                    if !held.contains_key(&number) && !is_damaged(number) {
                        self.insert_again(stream, number, record)?;
                    }
                }
            }
        }
        self.place_records()
    }

    /// Whether anything of a stream was ever here.
    fn has_stream(&self, stream: &StreamId) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT 1 FROM stream s JOIN person p ON p.id = s.person
             WHERE p.person = ?1 AND s.channel = ?2 AND s.author = ?3 AND s.epoch = ?4",
        )?;
        let (author, epoch) = (&stream.author.0[..], &stream.epoch.0[..]);
        Ok(query.exists(params![&stream.person.0[..], stream.channel as i64, author, epoch])?)
    }

    /// Pages that are receipted are not sent again: only what they held is kept, in the journal.
    pub(super) fn forget_receipted_pages(&mut self) -> Result<(), StoreError> {
        self.forget_digests_of_receipted()?;
        self.connection
            .execute("UPDATE page SET bytes = NULL WHERE receipted = 1 AND bytes IS NOT NULL", [])?;
        Ok(())
    }

    /// The own pages up to this one whose bytes are kept and hold something about a person, each with whether it has its
    /// receipt.
    pub(super) fn pages_about(&self, person: PersonId, up_to: i64) -> Result<Vec<(i64, bool)>, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, runs, receipted FROM page WHERE bytes IS NOT NULL AND id <= ?1")?;
        let mut rows = query.query([up_to])?;
        let mut about = Vec::new();
        while let Some(row) = rows.next()? {
            let extents: Vec<Extent> = read(&row.get::<_, Vec<u8>>(1)?, "page")?;
            if extents.iter().any(|extent| extent.person == person) {
                about.push((row.get(0)?, row.get::<_, i64>(2)? != 0));
            }
        }
        Ok(about)
    }

    /// For each own stream, what is in pages that wait.
    pub(super) fn waiting_stretches(&self) -> Result<HashMap<StreamKey, Vec<(u64, u64)>>, StoreError> {
        let mut stretches: HashMap<StreamKey, Vec<(u64, u64)>> = HashMap::new();
        for (key, extent, has_receipt) in self.extents()? {
            if !has_receipt {
                stretches.entry(key).or_default().push((extent.first, extent.last));
            }
        }
        Ok(stretches)
    }

    /// For each run of each own page: its stream, its last record, and whether the page has its receipt.
    pub(super) fn page_ends(&self) -> Result<Vec<(StreamKey, u64, bool)>, StoreError> {
        let extents = self.extents()?;
        Ok(extents.into_iter().map(|(key, extent, has_receipt)| (key, extent.last, has_receipt)).collect())
    }

    /// The link before a record of an own stream, as the page that begins there has it.
    pub(super) fn link_before(&self, stream: StreamKey, first: u64) -> Result<Option<Link>, StoreError> {
        let extents = self.extents()?;
        let found = extents.iter().find(|(key, extent, _)| *key == stream && extent.first == first);
        Ok(found.map(|(_, extent, _)| extent.before))
    }

    fn extents(&self) -> Result<Vec<(StreamKey, Extent, bool)>, StoreError> {
        let mut query = self.connection.prepare("SELECT epoch, channel, runs, receipted FROM page")?;
        let mut rows = query.query([])?;
        let mut extents = Vec::new();
        while let Some(row) = rows.next()? {
            let (epoch, channel) = (Epoch(row.get(0)?), super::people::channel_of(row.get(1)?)?);
            let has_receipt = row.get::<_, i64>(3)? != 0;
            for extent in read::<Vec<Extent>>(&row.get::<_, Vec<u8>>(2)?, "page")? {
                extents.push(((epoch, channel, extent.person), extent, has_receipt));
            }
        }
        Ok(extents)
    }

    /// Changes a bit of a page that waits, as if memory had; nothing where none does.
    pub(crate) fn flip_bit_of_waiting_page(&mut self, place: usize) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, bytes FROM page WHERE receipted = 0 AND bytes IS NOT NULL ORDER BY id",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut waiting = rows.collect::<Result<Vec<(i64, Vec<u8>)>, _>>()?;
        drop(query);
        if waiting.is_empty() {
            return Ok(false);
        }
        let chosen = place % waiting.len();
        let (id, mut bytes) = waiting.swap_remove(chosen);
        let bit = place % (bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        self.connection.execute("UPDATE page SET bytes = ?2 WHERE id = ?1", params![id, bytes])?;
        Ok(true)
    }

    /// How many pages the server has refused and not taken since.
    pub(crate) fn refused_pages(&self) -> Result<u64, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT count(*) FROM page WHERE refused IS NOT NULL")?;
        Ok(query.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }
}
