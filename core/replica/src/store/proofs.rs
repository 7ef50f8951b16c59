//! What proves records that came from the server, kept until a backup of it holds them.
//!
//! A server that was put back to an older state has lost what came after. Whoever holds a record with its proof can
//! give it back: the seal says who wrote it, whoever brings it. The records stand in the journal; kept here is the
//! rest of the extract that brought them.

use super::people::channel_of;
use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::erasure::{RecordSalt, RunSecrets};
use alongside_domain::journal::evidence::Damaged;
use alongside_domain::journal::page::{CategorySecret, Item, OpenRun, Part, PlacedItem, head_leaf};
use alongside_domain::journal::{
    Channel, Digest, Link, Page, PageError, PageExtract, PageId, RecordRef, Run, Signature, StreamId,
};
use minicbor::{Decode, Encode};
use rusqlite::{Params, params};

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
    /// With its records, of which the journal has none: the phone has forgotten the person.
    #[n(2)]
    Whole(#[n(0)] OpenRun),
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
    /// Where a record of the run was erased, instead.
    #[n(6)]
    salts: Option<Vec<RecordSalt>>,
}

/// What stays of a run of an own page.
pub(super) enum Kept {
    /// Its records but these.
    Without(Vec<u64>),
    /// Its leaf.
    Leaf,
}

impl FramePart {
    fn person(&self) -> Option<PersonId> {
        match self {
            FramePart::Hidden(_) => None,
            FramePart::Open(run) => Some(run.person),
            FramePart::Whole(run) => Some(run.person),
        }
    }
}

impl Frame {
    fn is_about(&self, person: PersonId) -> bool {
        self.parts.iter().any(|part| part.person() == Some(person))
    }

    fn shows_nothing(&self) -> bool {
        self.parts.iter().all(|part| part.person().is_none())
    }

    /// Leaves stand for what is about a person.
    fn hide(&mut self, id: &PageId, person: PersonId) -> Result<(), StoreError> {
        let stream = id.stream(person);
        for part in self.parts.iter_mut().filter(|part| part.person() == Some(person)) {
            let leaf = match part {
                FramePart::Open(run) => head_leaf(&stream, run.last, &run.head),
                FramePart::Whole(run) => run.leaf(&stream).map_err(unreadable)?,
                FramePart::Hidden(_) => continue,
            };
            *part = FramePart::Hidden(Digest(leaf));
        }
        Ok(())
    }

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
                    salts: run.salts.clone(),
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
        self.insert_proof(&extract.id, &Frame::of(extract, placed))
    }

    /// The server was restored: what is kept is given to it again, and own records are not receipted before.
    pub(crate) fn give_again(&mut self) -> Result<(), StoreError> {
        self.connection.execute("UPDATE proof SET given = 0", [])?;
        self.connection.execute("UPDATE concern_received SET given = 0, backed_up = 0", [])?;
        self.await_receipts_again()?;
        self.take_back()
    }

    /// A backup of the server holds all that it had: nothing that is receipted needs to be kept.
    pub(crate) fn forget_what_is_backed_up(&mut self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM proof WHERE given = 1", [])?;
        self.connection.execute("UPDATE concern_received SET backed_up = 1 WHERE given = 1", [])?;
        self.forget_receipted_pages()
    }

    /// Whether anything is kept until a backup holds it.
    pub(crate) fn keeps_something(&self) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM proof) OR EXISTS (SELECT 1 FROM concern_received WHERE backed_up = 0)
                 OR EXISTS (SELECT 1 FROM page WHERE receipted = 1 AND bytes IS NOT NULL)",
        )?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// How many extracts the server has not taken again.
    pub(crate) fn extracts_left(&self) -> Result<u64, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT (SELECT count(*) FROM proof WHERE given = 0)
                  + (SELECT count(*) FROM concern_received WHERE given = 0)",
        )?;
        Ok(query.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }

    /// The oldest extracts that the server has not taken again, at most `count`.
    pub(crate) fn extracts_to_give(&mut self, count: usize) -> Result<Vec<PageExtract>, StoreError> {
        let frames = self.frames("given = 0 ORDER BY id LIMIT ?1", [count as i64])?;
        let extracts = frames.into_iter().map(|(_, id, frame)| self.extract(id, frame));
        let mut extracts = extracts.collect::<Result<Vec<_>, _>>()?;
        extracts.extend(self.concerns_to_give(count - extracts.len())?);
        Ok(extracts)
    }

    fn extract(&mut self, id: PageId, frame: Frame) -> Result<PageExtract, StoreError> {
        let mut parts = Vec::with_capacity(frame.parts.len());
        for part in frame.parts {
            parts.push(match part {
                FramePart::Hidden(leaf) => Part::Hidden(leaf),
                FramePart::Open(run) => self.part(&id, run)?,
                FramePart::Whole(run) => Part::Open(run),
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
        let FrameRun { person, first, last, before, head, secrets, salts } = run;
        Ok(match items {
            Some(items) => Part::Open(OpenRun { person, first, before, items, secrets, salts }),
            None => Part::Hidden(Digest(head_leaf(&stream, last, &head))),
        })
    }

    /// The server has taken what these pages show, or has no use for it.
    pub(crate) fn note_given(&mut self, id: &PageId) -> Result<(), StoreError> {
        if id.channel == Channel::Restricted {
            return self.note_concern_given(id);
        }
        let mut update = self.connection.prepare_cached(
            "UPDATE proof SET given = 1 WHERE given = 0 AND author = ?1 AND epoch = ?2 AND channel = ?3 AND number = ?4",
        )?;
        update.execute(params![&id.author.0[..], &id.epoch.0[..], id.channel as i64, id.number as i64])?;
        Ok(())
    }

    /// What proves a record that is about to be erased here opens it no more.
    pub(super) fn erase_in_proofs(&mut self, person: PersonId, record: &RecordRef) -> Result<(), StoreError> {
        let key = params![&record.author.0[..], &record.epoch.0[..], record.channel as i64];
        for (row, id, mut frame) in self.frames("author = ?1 AND epoch = ?2 AND channel = ?3", key)? {
            if self.erase_in_frame(&id, &mut frame, person, record.number)? {
                self.set_frame(row, &frame)?;
            }
        }
        Ok(())
    }

    fn erase_in_frame(
        &mut self,
        id: &PageId,
        frame: &mut Frame,
        person: PersonId,
        number: u64,
    ) -> Result<bool, StoreError> {
        let mut changed = false;
        for part in &mut frame.parts {
            let run = match part {
                FramePart::Open(run) => run,
                FramePart::Whole(run) if run.person == person => {
                    run.erase(&[number]).map_err(unreadable)?;
                    changed = true;
                    continue;
                }
                FramePart::Whole(_) | FramePart::Hidden(_) => continue,
            };
            // Nothing opens it: the server had erased it before it sent the run.
            let mut salts = run.salts.iter().flatten();
            let is_erased = run.secrets.is_empty() && salts.all(|known| known.number != number);
            if run.person != person || !(run.first..=run.last).contains(&number) || is_erased {
                continue;
            }
            (run.secrets, run.salts) = match self.part(id, run.clone())? {
                Part::Open(mut open) => {
                    open.erase(&[number]).map_err(unreadable)?;
                    (open.secrets, open.salts)
                }
                Part::Hidden(_) => (Vec::new(), None),
            };
            changed = true;
        }
        Ok(changed)
    }

    /// The records about a person go from the journal: those that the device wrote stay in what proves them, as the
    /// bytes of its other pages do, until a backup holds them.
    pub(super) fn keep_own_proofs_whole(
        &mut self,
        device: AuthorId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        for (row, id, mut frame) in self.frames("author = ?1", [&device.0[..]])? {
            let mut changed = false;
            for part in &mut frame.parts {
                if let FramePart::Open(run) = part
                    && run.person == person
                    && let Part::Open(open) = self.part(&id, run.clone())?
                {
                    *part = FramePart::Whole(open);
                    changed = true;
                }
            }
            if changed {
                self.set_frame(row, &frame)?;
            }
        }
        Ok(())
    }

    /// The extracts of which this is so, each with its row.
    fn frames(&self, so: &str, values: impl Params) -> Result<Vec<(i64, PageId, Frame)>, StoreError> {
        let sql = format!("SELECT id, author, epoch, channel, number, frame FROM proof WHERE {so}");
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut rows = query.query(values)?;
        let mut frames = Vec::new();
        while let Some(row) = rows.next()? {
            let id = PageId {
                author: AuthorId(row.get(1)?),
                epoch: Epoch(row.get(2)?),
                channel: channel_of(row.get(3)?)?,
                number: row.get::<_, i64>(4)? as u64,
            };
            frames.push((row.get(0)?, id, read(&row.get::<_, Vec<u8>>(5)?, "proof")?));
        }
        Ok(frames)
    }

    fn set_frame(&mut self, row: i64, frame: &Frame) -> Result<(), StoreError> {
        let mut update = self.connection.prepare_cached("UPDATE proof SET frame = ?2 WHERE id = ?1")?;
        update.execute(params![row, write(frame)])?;
        Ok(())
    }

    /// Keeps an own page of which something goes as what proves the rest, whose records are in the journal. Nothing,
    /// where nothing of it stays.
    pub(super) fn keep_as_proof(
        &mut self,
        page: &Page,
        damaged: &[Damaged],
        kept: impl Fn(PersonId) -> Kept,
    ) -> Result<(), StoreError> {
        let mut parts = Vec::with_capacity(page.runs.len());
        for (run, held) in page.runs.iter().zip(page.held_without(damaged)) {
            let stream = page.id.stream(run.person);
            let secrets = RunSecrets::of_whole(&page.id, &page.secret, &held).map_err(unreadable)?;
            let mut open = OpenRun::of_held(held, run.before, secrets, |_| true).map_err(unreadable)?;
            let (last, head) = open.head(&stream).map_err(unreadable)?;
            let Kept::Without(erased) = kept(run.person) else {
                parts.push(FramePart::Hidden(Digest(head_leaf(&stream, last, &head))));
                continue;
            };
            open.erase(&erased).map_err(unreadable)?;
            if !self.holds(stream, run)? {
                parts.push(FramePart::Whole(open));
                continue;
            }
            parts.push(FramePart::Open(FrameRun {
                person: run.person,
                first: run.first,
                last,
                before: run.before,
                head,
                secrets: open.secrets,
                salts: open.salts,
            }));
        }
        let frame = Frame { seal: page.seal, parts };
        if frame.shows_nothing() { Ok(()) } else { self.insert_proof(&page.id, &frame) }
    }

    /// Of proofs up to this one, what is about a person goes. Whether any is left that the server has still to take
    /// again.
    pub(super) fn drop_from_proofs(&mut self, person: PersonId, up_to: i64) -> Result<bool, StoreError> {
        let mut waits = false;
        for (row, id, mut frame) in self.frames("id <= ?1", [up_to])? {
            if !frame.is_about(person) {
                continue;
            }
            if !self.is_given(row)? {
                waits = true;
                continue;
            }
            frame.hide(&id, person)?;
            self.keep_what_shows(row, &frame)?;
        }
        Ok(waits)
    }

    /// Of what proves what others wrote, leaves stand for what is about a person.
    pub(super) fn hide_in_proofs_of_others(
        &mut self,
        person: PersonId,
        device: AuthorId,
    ) -> Result<(), StoreError> {
        for (row, id, mut frame) in self.frames("author <> ?1", [&device.0[..]])? {
            if frame.is_about(person) {
                frame.hide(&id, person)?;
                self.keep_what_shows(row, &frame)?;
            }
        }
        Ok(())
    }

    fn keep_what_shows(&mut self, row: i64, frame: &Frame) -> Result<(), StoreError> {
        if !frame.shows_nothing() {
            return self.set_frame(row, frame);
        }
        self.connection.prepare_cached("DELETE FROM proof WHERE id = ?1")?.execute([row])?;
        Ok(())
    }

    fn is_given(&self, row: i64) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT given FROM proof WHERE id = ?1")?;
        Ok(query.query_row([row], |row| row.get(0))?)
    }

    /// Whether the journal has every record of a run, be it erased.
    fn holds(&mut self, stream: StreamId, run: &Run) -> Result<bool, StoreError> {
        let head = self.head(stream)?;
        let held = self.held_between(stream, &head, (run.first, run.last()))?;
        Ok((run.first..=run.last()).all(|number| held.contains_key(&number)))
    }

    fn insert_proof(&mut self, id: &PageId, frame: &Frame) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO proof (author, epoch, channel, number, frame) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let (author, epoch) = (&id.author.0[..], &id.epoch.0[..]);
        insert.execute(params![author, epoch, id.channel as i64, id.number as i64, write(frame)])?;
        Ok(())
    }
}

fn unreadable(_: PageError) -> StoreError {
    StoreError::Unreadable { what: "page" }
}
