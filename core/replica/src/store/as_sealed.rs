//! The digests of what own pages hold, as it was sealed. Where a record has changed since, in its page and in the
//! journal, they say which one it is: the server takes the others, and this phone says which one it was.

use super::pages::Extent;
use super::people::{channel_of, person_of};
use super::{Store, StoreError, read};
use crate::identity::Identity;
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::evidence::Damaged;
use alongside_domain::journal::{
    Channel, Digest, Page, PageId, PageSecret, RecordBytes, RecordRef, Run, StreamId,
};
use alongside_domain::sync::messages::PackedPage;
use alongside_domain::time::Moment;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;

/// An own record that changed here after it was sealed: nobody can tell any more what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DamagedHere {
    /// About whom.
    pub(crate) person: PersonId,
    pub(crate) epoch: Epoch,
    pub(crate) channel: Channel,
    pub(crate) number: u64,
    /// When it was recorded, as far as that can be read.
    pub(crate) recorded: Option<Moment>,
}

impl Store {
    /// Keeps the digests of the page that was inserted last.
    pub(super) fn keep_digests(&mut self, digests: &[Digest]) -> Result<(), StoreError> {
        let page = self.connection.last_insert_rowid();
        let bytes: Vec<u8> = digests.iter().flat_map(|digest| digest.0).collect();
        let mut insert =
            self.connection.prepare_cached("INSERT OR REPLACE INTO sealed VALUES (?1, ?2, 0)")?;
        insert.execute(params![page, bytes])?;
        Ok(())
    }

    /// They go with the bytes of their pages.
    pub(super) fn forget_digests_of_receipted(&mut self) -> Result<(), StoreError> {
        let sql = "DELETE FROM sealed WHERE EXISTS
                     (SELECT 1 FROM page p WHERE p.id = sealed.page AND p.receipted = 1)";
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// The digests of a page are not needed any more.
    pub(super) fn forget_digests(&mut self, page: i64) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM sealed WHERE page = ?1")?.execute([page])?;
        Ok(())
    }

    fn digests_of(&self, page: i64, asked: bool) -> Result<Option<Vec<Digest>>, StoreError> {
        let sql = "SELECT digests FROM sealed WHERE page = ?1 AND asked = ?2";
        let mut query = self.connection.prepare_cached(sql)?;
        let found: Option<Vec<u8>> = query.query_row(params![page, asked], |row| row.get(0)).optional()?;
        Ok(found.map(|bytes| bytes.as_chunks::<32>().0.iter().map(|digest| Digest(*digest)).collect()))
    }

    /// Whether a page has the records whose digests were kept as it was cut.
    pub(super) fn has_digests_of(&self, row: i64, page: &Page) -> Result<bool, StoreError> {
        let digests = match self.digests_of(row, false)? {
            Some(digests) => Some(digests),
            None => self.digests_of(row, true)?,
        };
        let damaged = digests.map(|digests| page.damaged_by_digests(&digests));
        Ok(matches!(damaged, Some(Ok(damaged)) if damaged.is_empty()))
    }

    /// What is damaged in an own page, as far as the server has asked for its digests.
    pub(super) fn damaged_in(&self, row: i64, page: &Page) -> Result<Vec<Damaged>, StoreError> {
        match self.digests_of(row, true)? {
            Some(digests) => Ok(page.damaged_by_digests(&digests).unwrap_or_default()),
            None => Ok(Vec::new()),
        }
    }

    /// The server asks for the digests of a page that it could not prove: the page goes with them next time, with what
    /// is whole of it, here or there. The people about whom a record turns out to be damaged; nothing where the digests
    /// do not lead to what was sealed, or the server has had them: then the page stays refused.
    pub(crate) fn tell_digests(
        &mut self,
        id: &PageId,
        identity: &Identity,
    ) -> Result<Option<BTreeSet<PersonId>>, StoreError> {
        self.put_in_what_is_whole(id, false, identity)
    }

    /// A page whose digests were told may have changed once more since then: each that waits is put together again before
    /// it goes. The people about whom one more record turns out to be damaged.
    pub(crate) fn put_told_pages_together(
        &mut self,
        identity: &Identity,
    ) -> Result<BTreeSet<PersonId>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.epoch, p.channel, p.number FROM page p JOIN sealed s ON s.page = p.id
             WHERE p.receipted = 0 AND p.bytes IS NOT NULL AND s.asked = 1 ORDER BY p.id",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?)))?;
        let told = rows.collect::<Result<Vec<([u8; 8], i64, i64)>, _>>()?;
        drop(query);
        let mut about = BTreeSet::new();
        for (epoch, channel, number) in told {
            let (epoch, channel) = (Epoch(epoch), channel_of(channel)?);
            let id = PageId { author: identity.device, epoch, number: number as u64, channel };
            about.extend(self.put_in_what_is_whole(&id, true, identity)?.unwrap_or_default());
        }
        Ok(about)
    }

    /// `told`: whether the digests of the page have been told before.
    fn put_in_what_is_whole(
        &mut self,
        id: &PageId,
        told: bool,
        identity: &Identity,
    ) -> Result<Option<BTreeSet<PersonId>>, StoreError> {
        let Some((row, secret, extents, bytes)) = self.waiting_row(id)? else { return Ok(None) };
        let Some(digests) = self.digests_of(row, told)? else { return Ok(None) };
        let extents: Vec<Extent> = read(&extents, "page")?;
        let sent = PackedPage(bytes).open().ok().filter(|page| is_of(page, &extents));
        // Of a page of which a record is erased the secret stands in the page alone.
        let known = <[u8; 32]>::try_from(secret.as_slice()).ok().map(PageSecret);
        let secrets: Vec<PageSecret> =
            known.into_iter().chain(sent.as_ref().map(|page| page.secret.clone())).collect();
        let mut best: Option<(Page, Vec<Damaged>)> = None;
        for secret in secrets {
            let Some(found) = self.put_together(id, &secret, &extents, sent.as_ref(), &digests)? else {
                continue;
            };
            if best.as_ref().is_none_or(|(_, damaged)| found.1.len() < damaged.len()) {
                best = Some(found);
            }
        }
        let Some((page, damaged)) = best else { return Ok(None) };
        let Ok(heads) = page.heads_by_digests(&digests) else { return Ok(None) };
        let page = Page::seal(*id, page.secret, page.runs, &heads, |message| identity.sign(message));
        // Nothing is sealed that was not: the seal that was made then is the same, or the streams went on from there.
        let is_the_seal = sent.as_ref().is_some_and(|sent| sent.seal == page.seal);
        if !is_the_seal && !self.are_as_sealed(id, &extents, &heads)? {
            return Ok(None);
        }
        if !told || sent.as_ref() != Some(&page) {
            self.keep_changed_page(row, &page)?;
            tracing::warn!(
                number = id.number,
                damaged = damaged.len(),
                "records were changed since they were sealed"
            );
        }
        let mut about = BTreeSet::new();
        for one in &damaged {
            let stream = id.stream(one.person);
            // Of what was damaged as they were told, or is erased, the digest stands there already.
            if !told || self.has_record(&stream, one.number)? {
                self.set_damaged(&stream, one)?;
                about.insert(one.person);
            }
        }
        Ok(Some(about))
    }

    /// Whether the journal has a record of this number, as it was sealed or not.
    fn has_record(&mut self, stream: &StreamId, number: u64) -> Result<bool, StoreError> {
        let head = self.head(*stream)?;
        let held = self.held_between(*stream, &head, (number, number))?;
        Ok(held.values().flatten().any(|item| item.record().is_some()))
    }

    /// Whether the bytes of a page that waits are still a page of the runs that it was cut of.
    pub(crate) fn is_as_cut(&self, id: &PageId) -> Result<bool, StoreError> {
        let Some((_, _, extents, bytes)) = self.waiting_row(id)? else { return Ok(true) };
        let extents: Vec<Extent> = read(&extents, "page")?;
        Ok(PackedPage(bytes).open().is_ok_and(|page| is_of(&page, &extents)))
    }

    fn keep_changed_page(&mut self, row: i64, page: &Page) -> Result<(), StoreError> {
        let sql = "UPDATE page SET bytes = ?2, refused = NULL WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![row, PackedPage::of(page).0])?;
        self.connection.prepare_cached("UPDATE sealed SET asked = 1 WHERE page = ?1")?.execute([row])?;
        Ok(())
    }

    /// The page with what has these digests, from what was sent and from the journal; and what nowhere has.
    fn put_together(
        &mut self,
        id: &PageId,
        secret: &PageSecret,
        extents: &[Extent],
        sent: Option<&Page>,
        digests: &[Digest],
    ) -> Result<Option<(Page, Vec<Damaged>)>, StoreError> {
        let mut runs = Vec::with_capacity(extents.len());
        for extent in extents {
            runs.push(self.run_in_journal(&id.stream(extent.person), extent)?);
        }
        // Its seal is made once it is known to be right.
        let seal = alongside_domain::journal::Signature([0; 64]);
        let mut page = Page { id: *id, secret: secret.clone(), runs, seal };
        let Ok(mut damaged) = page.damaged_by_digests(digests) else { return Ok(None) };
        if let Some(sent) = sent.filter(|_| !damaged.is_empty()) {
            for one in &damaged {
                let same = |run: &&mut Run| run.person == one.person;
                let there = sent.runs.iter().find(|run| run.person == one.person);
                if let (Some(run), Some(there)) = (page.runs.iter_mut().find(same), there) {
                    let at = (one.number - run.first) as usize;
                    run.records[at] = there.records[at].clone();
                }
            }
            damaged = page.damaged_by_digests(digests).unwrap_or(damaged);
        }
        Ok(Some((page, damaged)))
    }

    fn run_in_journal(&mut self, stream: &StreamId, extent: &Extent) -> Result<Run, StoreError> {
        let head = self.head(*stream)?;
        let mut held = self.held_between(*stream, &head, (extent.first, extent.last))?;
        let records = (extent.first..=extent.last).map(|number| {
            let items = held.remove(&number).unwrap_or_default();
            let record = items.iter().find_map(|item| item.record().cloned());
            record.unwrap_or(RecordBytes { header: Vec::new(), body: Vec::new() })
        });
        let records = records.collect();
        Ok(Run { person: extent.person, first: extent.first, before: extent.before, records })
    }

    /// The digest takes the record's place in the journal: no view reads it any more. What is left of it stays in its
    /// page until a backup of the server holds it.
    fn set_damaged(&mut self, stream: &StreamId, damaged: &Damaged) -> Result<(), StoreError> {
        let person = self.person_row(stream.person)?;
        let head = self.head(*stream)?.id;
        for id in self.named(head, damaged.number)? {
            self.erase_at(person, id, &damaged.digest.0)?;
        }
        let recorded = damaged.record.decode_header().ok().map(|header| header.recorded.0);
        let mut insert =
            self.connection.prepare_cached("INSERT OR IGNORE INTO damaged VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let (epoch, channel) = (&stream.epoch.0[..], stream.channel as i64);
        insert.execute(params![person, epoch, channel, damaged.number as i64, recorded])?;
        Ok(())
    }

    /// The own records about people whom the device may see that were damaged here.
    pub(crate) fn damaged_here(&self) -> Result<Vec<DamagedHere>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.person, d.epoch, d.channel, d.number, d.recorded
             FROM damaged d JOIN person p ON p.id = d.person WHERE p.access = 1
             ORDER BY p.place, d.recorded, d.epoch, d.number",
        )?;
        let mut rows = query.query([])?;
        let mut damaged = Vec::new();
        while let Some(row) = rows.next()? {
            damaged.push(DamagedHere {
                person: person_of(row.get_ref(0)?.as_blob().unwrap_or_default())?,
                epoch: Epoch(row.get(1)?),
                channel: channel_of(row.get(2)?)?,
                number: row.get::<_, i64>(3)? as u64,
                recorded: row.get::<_, Option<i64>>(4)?.map(Moment),
            });
        }
        Ok(damaged)
    }

    /// Nothing is said of a record that is erased.
    pub(super) fn forget_damaged(&mut self, person: i64, record: &RecordRef) -> Result<(), StoreError> {
        let sql = "DELETE FROM damaged WHERE person = ?1 AND epoch = ?2 AND channel = ?3 AND number = ?4";
        let (channel, number) = (record.channel as i64, record.number as i64);
        self.connection.prepare_cached(sql)?.execute(params![
            person,
            &record.epoch.0[..],
            channel,
            number
        ])?;
        Ok(())
    }

    /// Changes a bit of a record in a page that waits and in the journal, as if memory had before both were written.
    /// Which, by the page's row: the page may have been changed before. Nothing where no page waits, or it has other runs.
    pub(crate) fn flip_bit_of_waiting_record(
        &mut self,
        device: AuthorId,
        place: usize,
    ) -> Result<Option<(StreamId, u64)>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT epoch, channel, number FROM page WHERE receipted = 0 AND bytes IS NOT NULL ORDER BY id",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?)))?;
        let waiting = rows.collect::<Result<Vec<([u8; 8], i64, i64)>, _>>()?;
        drop(query);
        if waiting.is_empty() {
            return Ok(None);
        }
        let (epoch, channel, number) = waiting[place % waiting.len()];
        let (epoch, channel) = (Epoch(epoch), channel_of(channel)?);
        let id = PageId { author: device, epoch, number: number as u64, channel };
        let Some((row, _, extents, bytes)) = self.waiting_row(&id)? else { return Ok(None) };
        let extents: Vec<Extent> = read(&extents, "page")?;
        let Some(mut page) = PackedPage(bytes).open().ok().filter(|page| is_of(page, &extents)) else {
            return Ok(None);
        };
        let run_at = place % page.runs.len();
        let run = &mut page.runs[run_at];
        let at = place % run.records.len();
        let (stream, number) = (id.stream(run.person), run.first + at as u64);
        let body = &mut run.records[at].body;
        if body.is_empty() {
            return Ok(None);
        }
        let bit = place % (body.len() * 8);
        body[bit / 8] ^= 1 << (bit % 8);
        let body = body.clone();
        let head = self.head(stream)?.id;
        for id in self.named(head, number)? {
            let sql = "UPDATE journal SET body = ?2 WHERE id = ?1 AND header IS NOT NULL";
            self.connection.prepare_cached(sql)?.execute(params![id, body])?;
        }
        let sql = "UPDATE page SET bytes = ?2 WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![row, PackedPage::of(&page).0])?;
        Ok(Some((stream, number)))
    }
}

/// Whether a page has these runs.
fn is_of(page: &Page, extents: &[Extent]) -> bool {
    let mut runs = page.runs.iter().zip(extents);
    page.runs.len() == extents.len()
        && runs.all(|(run, extent)| {
            (run.person, run.first, run.last()) == (extent.person, extent.first, extent.last)
        })
}
