//! What proves records that came from the server, kept until a backup of it holds them.
//!
//! A server that was put back to an older state has lost what came after. Whoever holds a record with its proof can
//! give it back: the seal says who wrote it, whoever brings it. The records stand in the journal; kept here is the
//! rest of the extract that brought them.

use super::people::channel_of;
use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::page::{CategorySecret, Item, OpenRun, Part, PlacedItem, head_leaf};
use alongside_domain::journal::{Digest, Link, PageExtract, PageId, Signature};
use minicbor::{Decode, Encode};
use rusqlite::params;

/// An extract without its records.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Frame {
    #[n(0)]
    seal: Signature,
    #[n(1)]
    parts: Vec<FramePart>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
enum FramePart {
    #[n(0)]
    Hidden(#[n(0)] Digest),
    #[n(1)]
    Open(#[n(0)] FrameRun),
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct FrameRun {
    #[n(0)]
    person: PersonId,
    #[n(1)]
    first: u64,
    #[n(2)]
    last: u64,
    #[n(3)]
    before: Link,
    /// The link of the last record.
    #[n(4)]
    head: Link,
    #[n(5)]
    secrets: Vec<CategorySecret>,
}

impl Frame {
    /// `placed`: where the records of each open part stand.
    fn of(extract: &PageExtract, placed: &[Vec<PlacedItem>]) -> Frame {
        let mut placed = placed.iter();
        let parts = extract.parts.iter().map(|part| match part {
            Part::Hidden(leaf) => FramePart::Hidden(*leaf),
            Part::Open(run) => {
                let last = placed.next().and_then(|places| places.last());
                FramePart::Open(FrameRun {
                    person: run.person,
                    first: run.first,
                    last: last.map_or(run.first, |place| place.number),
                    before: run.before,
                    head: last.map_or(run.before, |place| place.link),
                    secrets: run.secrets.clone(),
                })
            }
        });
        Frame { seal: extract.seal, parts: parts.collect() }
    }
}

impl Store {
    /// Keeps what proves the records of an extract, which are in the journal.
    pub(crate) fn keep_proof(
        &mut self,
        extract: &PageExtract,
        placed: &[Vec<PlacedItem>],
    ) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO proof (author, epoch, channel, number, frame) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let (id, frame) = (&extract.id, write(&Frame::of(extract, placed)));
        insert.execute(params![
            &id.author.0[..],
            &id.epoch.0[..],
            id.channel as i64,
            id.number as i64,
            frame
        ])?;
        Ok(())
    }

    /// The server was restored: what is kept is given to it again, and own records are not receipted before.
    pub(crate) fn give_again(&mut self) -> Result<(), StoreError> {
        self.connection.execute("UPDATE proof SET given = 0", [])?;
        self.await_receipts_again()?;
        self.take_back()
    }

    /// A backup of the server holds all that it had: nothing that is receipted needs to be kept.
    pub(crate) fn forget_what_is_backed_up(&mut self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM proof WHERE given = 1", [])?;
        self.forget_receipted_pages()
    }

    /// Whether anything is kept until a backup holds it.
    pub(crate) fn keeps_something(&self) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM proof) OR EXISTS (SELECT 1 FROM page WHERE receipted = 1 AND bytes IS NOT NULL)",
        )?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// How many proofs the server has not taken again.
    pub(crate) fn proofs_to_give(&self) -> Result<u64, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT count(*) FROM proof WHERE given = 0")?;
        Ok(query.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }

    /// The oldest extracts that the server has not taken again, at most `count`.
    pub(crate) fn extracts_to_give(&mut self, count: usize) -> Result<Vec<PageExtract>, StoreError> {
        let mut frames = Vec::with_capacity(count);
        let mut query = self.connection.prepare_cached(
            "SELECT author, epoch, channel, number, frame FROM proof WHERE given = 0 ORDER BY id LIMIT ?1",
        )?;
        let mut rows = query.query([count as i64])?;
        while let Some(row) = rows.next()? {
            let id = PageId {
                author: AuthorId(row.get(0)?),
                epoch: Epoch(row.get(1)?),
                channel: channel_of(row.get(2)?)?,
                number: row.get::<_, i64>(3)? as u64,
            };
            frames.push((id, read::<Frame>(&row.get::<_, Vec<u8>>(4)?, "proof")?));
        }
        drop(rows);
        drop(query);
        frames.into_iter().map(|(id, frame)| self.extract(id, frame)).collect()
    }

    fn extract(&mut self, id: PageId, frame: Frame) -> Result<PageExtract, StoreError> {
        let mut parts = Vec::with_capacity(frame.parts.len());
        for part in frame.parts {
            parts.push(match part {
                FramePart::Hidden(leaf) => Part::Hidden(leaf),
                FramePart::Open(run) => self.part(&id, run)?,
            });
        }
        Ok(PageExtract { id, seal: frame.seal, parts })
    }

    /// The run with its records; only its leaf when they are no longer here.
    fn part(&mut self, id: &PageId, run: FrameRun) -> Result<Part, StoreError> {
        let stream = id.stream(run.person);
        let head = self.head(stream)?;
        let mut held = self.held_between(stream, &head, (run.first, run.last))?;
        // Of two records of one number, which no phone of ours makes, the server finds out which is proved.
        let items: Option<Vec<Item>> = (run.first..=run.last)
            .map(|number| held.remove(&number).and_then(|items| items.into_iter().next()))
            .collect();
        let FrameRun { person, first, last, before, head, secrets } = run;
        Ok(match items {
            Some(items) => Part::Open(OpenRun { person, first, before, items, secrets }),
            None => Part::Hidden(Digest(head_leaf(&stream, last, &head))),
        })
    }

    /// The server has taken what these pages show, or has no use for it.
    pub(crate) fn note_given(&mut self, id: &PageId) -> Result<(), StoreError> {
        let mut update = self.connection.prepare_cached(
            "UPDATE proof SET given = 1 WHERE given = 0 AND author = ?1 AND epoch = ?2 AND channel = ?3 AND number = ?4",
        )?;
        update.execute(params![&id.author.0[..], &id.epoch.0[..], id.channel as i64, id.number as i64])?;
        Ok(())
    }
}
