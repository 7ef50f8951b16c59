//! What is kept of own edits about people whose plan the device has forgotten: that they were made, and what became of them.

use super::people::person_of;
use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::FateOutcome;
use alongside_domain::journal::{Channel, RecordRef};
use alongside_domain::sync::messages::{AskedEdit, REQUEST_EDITS_MAX};
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use rusqlite::params;

/// An edit without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptEdit {
    /// Whose plan it was about.
    pub(crate) person: PersonId,
    /// The edit.
    pub(crate) edit: RecordRef,
    /// When it was made.
    pub(crate) at: Moment,
    /// The held fate.
    pub(crate) held: Option<KeptFate>,
    /// The final fate.
    pub(crate) settled: Option<KeptFate>,
    /// The server has said the last of these since it was restored, if it ever was.
    pub(crate) sure: bool,
}

/// What the server said about an edit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct KeptFate {
    /// When.
    #[n(0)]
    pub(crate) at: Moment,
    /// Who decided; absent when the rules did.
    #[n(1)]
    pub(crate) by: Option<StaffId>,
    /// What.
    #[n(2)]
    pub(crate) outcome: FateOutcome,
}

fn written(fate: &Option<KeptFate>) -> Option<Vec<u8>> {
    fate.as_ref().map(write)
}

impl Store {
    /// Keeps an edit of the device's holder about somebody who is about to be forgotten. A fate that is known stays; one
    /// of before a restore gives way to one that the server has said since.
    pub(crate) fn keep_own_edit(&mut self, kept: &KeptEdit) -> Result<(), StoreError> {
        let person = self.person_row(kept.person)?;
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO own_edit (person, author, epoch, number, at, held, settled, sure)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (person, author, epoch, number) DO UPDATE SET at = excluded.at,
               held = CASE excluded.sure - sure WHEN 1 THEN excluded.held
                 WHEN 0 THEN coalesce(excluded.held, held) ELSE held END,
               settled = CASE excluded.sure - sure WHEN 1 THEN excluded.settled
                 WHEN 0 THEN coalesce(excluded.settled, settled) ELSE settled END,
               sure = max(excluded.sure, sure)",
        )?;
        let (author, epoch, number) = (&kept.edit.author.0[..], &kept.edit.epoch.0[..], kept.edit.number);
        let (held, settled) = (written(&kept.held), written(&kept.settled));
        insert.execute(params![person, author, epoch, number as i64, kept.at.0, held, settled, kept.sure])?;
        Ok(())
    }

    /// All that is kept about people whose plan the device may not see.
    pub(crate) fn kept_edits(&self) -> Result<Vec<KeptEdit>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.person, e.author, e.epoch, e.number, e.at, e.held, e.settled, e.sure
             FROM own_edit e JOIN person p ON p.id = e.person WHERE (p.access = 0 OR p.reads_plan = 0) ORDER BY e.id",
        )?;
        let mut rows = query.query([])?;
        let mut kept = Vec::new();
        while let Some(row) = rows.next()? {
            let fate = |column| -> Result<Option<KeptFate>, StoreError> {
                row.get::<_, Option<Vec<u8>>>(column)?.map(|bytes| read(&bytes, "fate")).transpose()
            };
            kept.push(KeptEdit {
                person: person_of(row.get_ref(0)?.as_blob().unwrap_or_default())?,
                edit: edit_of(row, 1)?,
                at: Moment(row.get(4)?),
                held: fate(5)?,
                settled: fate(6)?,
                sure: row.get(7)?,
            });
        }
        Ok(kept)
    }

    /// Edits whose final fate is not known for sure, as many as one request asks for, from the one behind `after` on;
    /// and the last of them.
    pub(crate) fn edits_to_ask_for(&self, after: i64) -> Result<(Vec<AskedEdit>, i64), StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.person, e.author, e.epoch, e.number, e.held IS NOT NULL AND e.sure = 1, e.id
             FROM own_edit e JOIN person p ON p.id = e.person
             WHERE (p.access = 0 OR p.reads_plan = 0) AND (e.settled IS NULL OR e.sure = 0) ORDER BY e.id <= ?1, e.id LIMIT ?2",
        )?;
        let mut rows = query.query([after, REQUEST_EDITS_MAX as i64])?;
        let (mut edits, mut last) = (Vec::new(), after);
        while let Some(row) = rows.next()? {
            let person = person_of(row.get_ref(0)?.as_blob().unwrap_or_default())?;
            edits.push(AskedEdit { person, edit: edit_of(row, 1)?, held: row.get(4)? });
            last = row.get(5)?;
        }
        Ok((edits, last))
    }

    /// The server says what became of an edit that is kept. What it said before it was restored gives way.
    pub(crate) fn note_kept_fate(
        &mut self,
        person: PersonId,
        edit: &RecordRef,
        fate: &KeptFate,
    ) -> Result<(), StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(()) };
        let key = params![row, &edit.author.0[..], &edit.epoch.0[..], edit.number as i64];
        let of = "WHERE person = ?1 AND author = ?2 AND epoch = ?3 AND number = ?4";
        let unsure = format!("UPDATE own_edit SET held = NULL, settled = NULL, sure = 1 {of} AND sure = 0");
        self.connection.prepare_cached(&unsure)?.execute(key)?;
        let column = if fate.outcome.is_final() { "settled" } else { "held" };
        let note = format!("UPDATE own_edit SET {column} = coalesce({column}, ?5) {of}");
        let (author, epoch, number) = (&edit.author.0[..], &edit.epoch.0[..], edit.number as i64);
        self.connection.prepare_cached(&note)?.execute(params![row, author, epoch, number, write(fate)])?;
        Ok(())
    }

    /// The server was restored: what it said may be lost there, and decided anew.
    pub(crate) fn ask_for_fates_again(&mut self) -> Result<(), StoreError> {
        self.connection.execute("UPDATE own_edit SET sure = 0", [])?;
        Ok(())
    }

    /// Nothing is kept of an edit that is erased.
    pub(super) fn erase_own_edit(&mut self, person: i64, edit: &RecordRef) -> Result<(), StoreError> {
        let sql = "DELETE FROM own_edit WHERE person = ?1 AND author = ?2 AND epoch = ?3 AND number = ?4";
        let key = params![person, &edit.author.0[..], &edit.epoch.0[..], edit.number as i64];
        self.connection.prepare_cached(sql)?.execute(key)?;
        Ok(())
    }

    /// A device that is no longer enrolled keeps no list.
    pub(crate) fn forget_own_edits(&mut self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM own_edit", [])?;
        Ok(())
    }
}

/// Edits are records of care.
fn edit_of(row: &rusqlite::Row<'_>, from: usize) -> Result<RecordRef, StoreError> {
    let (author, epoch) = (AuthorId(row.get(from)?), Epoch(row.get(from + 1)?));
    let number = row.get::<_, i64>(from + 2)? as u64;
    Ok(RecordRef { author, epoch, number, channel: Channel::Care })
}
