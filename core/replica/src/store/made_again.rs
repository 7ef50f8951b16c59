//! Own pages that are made again from the journal: the same page, byte by byte but for its packing, since its records, its
//! secret and the device's key are the same.

use super::pages::Extent;
use super::{Store, StoreError, read};
use crate::identity::Identity;
use alongside_domain::journal::{Chain, Link, Page, PageId, PageSecret, RecordBytes, Run, StreamId};
use alongside_domain::sync::messages::PackedPage;
use rusqlite::{OptionalExtension, params};

/// A page's row: its id, secret, extents and bytes.
type Row = (i64, Vec<u8>, Vec<u8>, Vec<u8>);

impl Store {
    /// The page of these records, and where its streams then stand; nothing if one is not in the journal.
    pub(super) fn made_again(
        &self,
        id: PageId,
        secret: &PageSecret,
        extents: &[Extent],
        identity: &Identity,
    ) -> Result<Option<(Page, Vec<Link>)>, StoreError> {
        let (mut runs, mut heads) = (Vec::new(), Vec::new());
        for extent in extents {
            let stream = id.stream(extent.person);
            let Some(records) = self.records_between(stream, extent.first, extent.last)? else {
                return Ok(None);
            };
            let mut chain = Chain::at(secret, stream, extent.first - 1, extent.before);
            for record in &records {
                // One that was changed so is not what was sealed.
                let Ok(header) = record.decode_header() else { return Ok(None) };
                chain.push(header.category, record);
            }
            heads.push(chain.link);
            runs.push(Run { person: extent.person, first: extent.first, before: extent.before, records });
        }
        let made = Page::seal(id, secret.clone(), runs, &heads, |message| identity.sign(message));
        Ok(Some((made, heads)))
    }

    /// The server has refused a page. If it was changed since it was cut, and the journal still has what was sealed, it
    /// is made again, to be sent so. `false`: it stays as it is.
    pub(crate) fn mend_refused_page(&mut self, id: &PageId, identity: &Identity) -> Result<bool, StoreError> {
        let Some((row, secret, extents, bytes)) = self.waiting_row(id)? else { return Ok(false) };
        // Of a page of which a record is erased the secret is gone.
        let Ok(secret) = <[u8; 32]>::try_from(secret.as_slice()) else { return Ok(false) };
        let extents: Vec<Extent> = read(&extents, "page")?;
        let Some((made, heads)) = self.made_again(*id, &PageSecret(secret), &extents, identity)? else {
            return Ok(false);
        };
        let is_as_sealed = self.are_as_sealed(id, &extents, &heads)? || self.has_digests_of(row, &made)?;
        if !is_as_sealed || is_as(&bytes, &made, &extents) {
            return Ok(false);
        }
        let mut update =
            self.connection.prepare_cached("UPDATE page SET bytes = ?2, refused = NULL WHERE id = ?1")?;
        update.execute(params![row, PackedPage::of(&made).0])?;
        tracing::warn!(number = id.number, "a page was changed since it was cut, and is made again");
        Ok(true)
    }

    pub(super) fn waiting_row(&self, id: &PageId) -> Result<Option<Row>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, secret, runs, bytes FROM page
             WHERE epoch = ?1 AND channel = ?2 AND number = ?3 AND receipted = 0 AND bytes IS NOT NULL",
        )?;
        let key = params![&id.epoch.0[..], id.channel as i64, id.number as i64];
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        Ok(query.query_row(key, row).optional()?)
    }

    /// Whether the streams of a page stood at these links as it was cut: so says the next page, or the stream itself.
    /// A record that was changed in the journal too is not sealed anew.
    pub(super) fn are_as_sealed(
        &mut self,
        id: &PageId,
        extents: &[Extent],
        heads: &[Link],
    ) -> Result<bool, StoreError> {
        for (extent, link) in extents.iter().zip(heads) {
            let head = self.head(id.stream(extent.person))?;
            let known = match head.number == extent.last {
                true => Some(head.link),
                false => self.link_before((id.epoch, id.channel, extent.person), extent.last + 1)?,
            };
            if known != Some(*link) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// All records of a stream between two numbers; nothing if one is not here.
    fn records_between(
        &self,
        stream: StreamId,
        first: u64,
        last: u64,
    ) -> Result<Option<Vec<RecordBytes>>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT j.header, j.body FROM journal j JOIN stream s ON s.id = j.stream JOIN person p ON p.id = s.person
             WHERE p.person = ?1 AND s.channel = ?2 AND s.author = ?3 AND s.epoch = ?4
               AND j.number BETWEEN ?5 AND ?6 AND j.header IS NOT NULL ORDER BY j.number",
        )?;
        let key = params![
            &stream.person.0[..],
            stream.channel as i64,
            &stream.author.0[..],
            &stream.epoch.0[..],
            first as i64,
            last as i64
        ];
        let records =
            query.query_map(key, |row| Ok(RecordBytes { header: row.get(0)?, body: row.get(1)? }))?;
        let records = records.collect::<Result<Vec<_>, _>>()?;
        Ok((records.len() as u64 == last - first + 1).then_some(records))
    }
}

/// Whether these bytes are that page, perhaps without the links before its runs.
fn is_as(bytes: &[u8], made: &Page, extents: &[Extent]) -> bool {
    let Ok(mut sent) = PackedPage(bytes.to_vec()).open() else { return false };
    for (run, extent) in sent.runs.iter_mut().zip(extents).filter(|(run, _)| run.leaves_out_before()) {
        run.before = extent.before;
    }
    sent == *made
}
