//! The end of what is kept about people whom the device has forgotten: bytes of own pages that no screen reads, and
//! proofs. They wait for a backup of the server, but no longer than some days.

use super::people::person_of;
use super::proofs::Kept;
use super::{Store, StoreError};
use alongside_domain::ids::PersonId;
use alongside_domain::time::{HOUR_MS, Moment};
use std::collections::BTreeSet;

/// How long they wait at most, from the moment at which the device has forgotten the person.
pub(crate) const KEPT_MS: i64 = 7 * 24 * HOUR_MS;

/// A person whose bytes are due.
struct Due {
    person: PersonId,
    page: i64,
    proof: i64,
}

impl Store {
    /// Somebody was just forgotten: what is kept about them leaves in some days. `now` is the server's time.
    pub(super) fn let_bytes_leave(&mut self, person: i64, now: Moment) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO leaving (person, since, page, proof)
             VALUES (?1, ?2, (SELECT coalesce(max(id), 0) FROM page), (SELECT coalesce(max(id), 0) FROM proof))",
        )?;
        insert.execute([person, now.0])?;
        Ok(())
    }

    /// Whoever may be seen again does not leave.
    pub(super) fn stay_with_access(&mut self) -> Result<(), StoreError> {
        let sql = "DELETE FROM leaving WHERE person IN (SELECT id FROM person WHERE access = 1)";
        self.connection.execute(sql, [])?;
        Ok(())
    }

    /// Whether anything has waited long enough. `now` is no later than the server's time.
    pub(crate) fn has_bytes_due(&self, now: Moment) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT 1 FROM leaving WHERE since <= ?1")?;
        Ok(query.exists([now.0 - KEPT_MS])?)
    }

    /// Drops what has waited long enough; of a page about several people, only what is about these. What has no receipt
    /// waits for it in any case.
    pub(crate) fn drop_bytes_due(&mut self, now: Moment) -> Result<(), StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT id FROM leaving WHERE since <= ?1 ORDER BY id")?;
        let ids = query.query_map([now.0 - KEPT_MS], |row| row.get(0))?;
        let ids = ids.collect::<Result<Vec<i64>, _>>()?;
        drop(query);
        for id in ids {
            // Read one by one: what is left of a page may be in a proof by now.
            let due = self.due(id)?;
            let waits = self.drop_pages(&due)? | self.drop_from_proofs(due.person, due.proof)?;
            if !waits {
                self.connection.execute("DELETE FROM leaving WHERE id = ?1", [id])?;
            }
        }
        Ok(())
    }

    fn due(&self, id: i64) -> Result<Due, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.person, l.page, l.proof FROM leaving l JOIN person p ON p.id = l.person WHERE l.id = ?1",
        )?;
        let (person, page, proof) =
            query.query_row([id], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(Due { person: person_of(&person)?, page, proof })
    }

    /// Whether any is left that has no receipt.
    fn drop_pages(&mut self, due: &Due) -> Result<bool, StoreError> {
        let (mut with_receipt, mut waits) = (BTreeSet::new(), false);
        for (row, has_receipt) in self.pages_about(due.person, due.page)? {
            if has_receipt {
                with_receipt.insert(row);
            }
            waits |= !has_receipt;
        }
        for row in with_receipt {
            let page = self.kept_page(row)?;
            let kept = |person| if person == due.person { Kept::Leaf } else { Kept::Without(Vec::new()) };
            let damaged = self.damaged_in(row, &page)?;
            self.keep_as_proof(&page, &damaged, kept)?;
            self.page_became_proof(row)?;
        }
        Ok(waits)
    }

    /// What is left of an own page is in the last proof now: it leaves as the page would have.
    pub(super) fn page_became_proof(&mut self, page: i64) -> Result<(), StoreError> {
        self.connection.prepare_cached("UPDATE page SET bytes = NULL WHERE id = ?1")?.execute([page])?;
        self.forget_digests(page)?;
        let sql = "UPDATE leaving SET proof = (SELECT coalesce(max(id), 0) FROM proof) WHERE page >= ?1";
        self.connection.prepare_cached(sql)?.execute([page])?;
        Ok(())
    }
}
