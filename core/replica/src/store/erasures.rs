//! Erases records on this phone: their digests take their places, and their pages' secrets go.

use super::pages::Extent;
use super::proofs::Kept;
use super::{Store, StoreError, read};
use alongside_domain::ids::{AuthorId, Epoch};
use alongside_domain::journal::StreamId;
use alongside_domain::journal::erasure::Erasure;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;

/// Key of the last order to erase that is known here.
pub(crate) const ERASED: &str = "erased version";

/// The records of a stream with this number, wherever they stand in the journal.
const NAMED: &str = "
    SELECT j.id FROM stream s CROSS JOIN placed p ON p.person = s.person
    CROSS JOIN journal j ON j.id BETWEEN p.first AND p.last
    WHERE s.id = ?1 AND j.stream = ?1 AND j.number = ?2
    UNION ALL
    SELECT id FROM journal WHERE id > ?3 AND stream = ?1 AND number = ?2";

impl Store {
    /// Erases a record that may be here. Views that hold it must be folded anew.
    pub(crate) fn erase(&mut self, erasure: &Erasure, device: AuthorId) -> Result<(), StoreError> {
        let Erasure { version, person, record, digest } = erasure;
        let Some(row) = self.known_person_row(*person)? else { return Ok(()) };
        let stream =
            StreamId { person: *person, channel: record.channel, author: record.author, epoch: record.epoch };
        self.erase_in_proofs(*person, record)?;
        self.erase_own_edit(row, record)?;
        if record.author == device {
            self.forget_damaged(row, record)?;
        }
        if let Some(stream) = self.known_stream(row, &stream)? {
            for id in self.named(stream, record.number)? {
                self.erase_at(row, id, &digest.0)?;
            }
        }
        if record.author == device {
            let mut insert =
                self.connection.prepare_cached("INSERT OR IGNORE INTO erased VALUES (?1, ?2, ?3, ?4, ?5)")?;
            let (epoch, channel) = (&record.epoch.0[..], record.channel as i64);
            insert.execute(params![*version as i64, row, epoch, channel, record.number as i64])?;
        }
        Ok(())
    }

    fn known_stream(&self, person: i64, stream: &StreamId) -> Result<Option<i64>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT id FROM stream WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4",
        )?;
        let key = params![person, stream.channel as i64, &stream.author.0[..], &stream.epoch.0[..]];
        Ok(query.query_row(key, |row| row.get(0)).optional()?)
    }

    pub(super) fn named(&self, stream: i64, number: u64) -> Result<Vec<i64>, StoreError> {
        let mut query = self.connection.prepare_cached(NAMED)?;
        let found = query.query_map(params![stream, number as i64, self.placed()?], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    pub(super) fn erase_at(&mut self, person: i64, id: i64, digest: &[u8; 32]) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE journal SET header = NULL, body = ?2 WHERE id = ?1")?
            .execute(params![id, &digest[..]])?;
        self.forget_in_lists(person, id)
    }

    /// No list names what stands at this place of the journal.
    pub(super) fn forget_in_lists(&mut self, person: i64, id: i64) -> Result<(), StoreError> {
        for index in ["plan_record", "roster", "retimed"] {
            let sql = format!("DELETE FROM {index} WHERE person = ?1 AND id = ?2");
            self.connection.prepare_cached(&sql)?.execute([person, id])?;
        }
        Ok(())
    }

    /// Own pages that hold what is erased: their secrets open nothing any more, and those that the server has are kept
    /// as what proves their other records.
    pub(crate) fn erase_in_own_pages(&mut self) -> Result<(), StoreError> {
        let orders = self.own_orders()?;
        for page in self.pages_with("secret <> x''", &orders)?.into_keys() {
            self.connection.prepare_cached("UPDATE page SET secret = x'' WHERE id = ?1")?.execute([page])?;
        }
        for page in self.pages_with("bytes IS NOT NULL AND receipted = 1", &orders)?.into_keys() {
            let kept = self.kept_page(page)?;
            let damaged = self.damaged_in(page, &kept)?;
            self.keep_as_proof(&kept, &damaged, |person| {
                let about = orders.iter().filter(|order| {
                    (order.person, order.epoch, order.channel)
                        == (person.0, kept.id.epoch, kept.id.channel as i64)
                });
                Kept::Without(about.map(|order| order.number).collect())
            })?;
            self.page_became_proof(page)?;
        }
        Ok(())
    }

    /// The last order that is carried out here to its end, with all before it: a page that waits for its receipt
    /// still holds what its records were.
    pub(crate) fn erased(&self) -> Result<u64, StoreError> {
        let known = self.meta(ERASED)?.unwrap_or(0);
        let waiting = self.pages_with("bytes IS NOT NULL", &self.own_orders()?)?;
        Ok(waiting.into_values().map(|version| version - 1).fold(known, u64::min))
    }

    /// The own pages that are so and hold what is erased, each with the first order about it.
    fn pages_with(&self, are: &str, orders: &[OwnOrder]) -> Result<BTreeMap<i64, u64>, StoreError> {
        let mut found = BTreeMap::new();
        if orders.is_empty() {
            return Ok(found);
        }
        let sql = format!("SELECT id, epoch, channel, runs FROM page WHERE {are}");
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, epoch, channel) = (row.get(0)?, Epoch(row.get(1)?), row.get::<_, i64>(2)?);
            let extents: Vec<Extent> = read(&row.get::<_, Vec<u8>>(3)?, "page")?;
            let holds = |order: &&OwnOrder| {
                let about = |extent: &Extent| extent.person.0 == order.person && extent.holds(order.number);
                (order.epoch, order.channel) == (epoch, channel) && extents.iter().any(about)
            };
            if let Some(first) = orders.iter().filter(holds).map(|order| order.version).min() {
                found.insert(id, first);
            }
        }
        Ok(found)
    }

    fn own_orders(&self) -> Result<Vec<OwnOrder>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT e.version, p.person, e.epoch, e.channel, e.number FROM erased e JOIN person p ON p.id = e.person",
        )?;
        let orders = query.query_map([], |row| {
            Ok(OwnOrder {
                version: row.get::<_, i64>(0)? as u64,
                person: row.get(1)?,
                epoch: Epoch(row.get(2)?),
                channel: row.get(3)?,
                number: row.get::<_, i64>(4)? as u64,
            })
        })?;
        Ok(orders.collect::<Result<_, _>>()?)
    }
}

/// An order about a record of this device.
struct OwnOrder {
    version: u64,
    person: [u8; 16],
    epoch: Epoch,
    channel: i64,
    number: u64,
}
