//! "What became of my edits" after access to a person has ended: the list goes on without what the edits say.

use crate::absorb::AbsorbError;
use crate::compose::STORE_EPOCH;
use crate::identity::Identity;
use crate::person_plan::edit_states;
use crate::store::{KeptEdit, KeptFate, Store, StoreError};
use crate::views::{EditItem, FateShown};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::page::{Item, OpenRun, Part};
use alongside_domain::journal::{Body, Channel, PageError, PageExtract};
use alongside_domain::plan::states::KnownFate;
use std::collections::BTreeMap;

/// The edits of `staff` about a person, as the journal has them, without what they say.
fn in_journal(
    store: &Store,
    person: PersonId,
    (writer, staff): (AuthorId, StaffId),
) -> Result<Vec<KeptEdit>, StoreError> {
    let states = edit_states(store, person, writer)?;
    let epoch: Option<Epoch> = store.meta(STORE_EPOCH)?;
    // What the server said before it was restored, it may have lost, and decided anew.
    let is_sure =
        |fate: &KnownFate| epoch.is_none_or(|epoch| fate.record.is_some_and(|record| record.epoch == epoch));
    let made = states.edits().filter_map(|(edit, record)| Some((edit, record, record.made.as_ref()?)));
    let own = made.filter(|(_, _, made)| made.author == staff);
    let kept = own.map(|(edit, record, made)| KeptEdit {
        person,
        edit: *edit,
        at: made.at,
        held: record.held.as_ref().map(kept_fate),
        settled: record.settled.as_ref().map(kept_fate),
        sure: record.settled.as_ref().or(record.held.as_ref()).is_some_and(is_sure),
    });
    Ok(kept.collect())
}

fn kept_fate(known: &KnownFate) -> KeptFate {
    KeptFate { at: known.at, by: known.fate.by, outcome: known.fate.outcome.clone() }
}

/// Keeps the list of edits about somebody who is about to be forgotten.
pub(crate) fn keep(store: &mut Store, identity: &Identity, person: PersonId) -> Result<(), AbsorbError> {
    let (writer, staff) = (identity.store_subject()?.author, identity.me()?.staff);
    let edits = in_journal(store, person, (writer, staff))?;
    Ok(edits.iter().try_for_each(|edit| store.keep_own_edit(edit))?)
}

/// Takes what the server says became of edits that are kept. Only its own pages say it; of those nothing goes into the
/// journal.
pub(crate) fn take_fates(
    store: &mut Store,
    identity: &Identity,
    fates: &[PageExtract],
) -> Result<(), AbsorbError> {
    if fates.is_empty() {
        return Ok(());
    }
    let subject = identity.store_subject()?;
    for extract in fates {
        if extract.id.author != subject.author || extract.id.channel != Channel::Care {
            return Err(PageError::Author.into());
        }
        extract.check(&subject.key)?;
        for part in &extract.parts {
            if let Part::Open(run) = part {
                take_run(store, run)?;
            }
        }
    }
    Ok(())
}

fn take_run(store: &mut Store, run: &OpenRun) -> Result<(), AbsorbError> {
    for record in run.items.iter().filter_map(Item::record) {
        let header = record.decode_header().map_err(|_| PageError::Header)?;
        if let Body::Fate(fate) = Body::read(header.kind, &record.body) {
            let kept = KeptFate { at: header.recorded, by: fate.by, outcome: fate.outcome };
            store.note_kept_fate(run.person, &fate.edit, &kept)?;
        }
    }
    Ok(())
}

/// The edits of `staff` about people whose plan the device may not see: what is kept, and what is not forgotten yet.
pub(crate) fn of_the_unseen(
    store: &Store,
    (writer, staff): (AuthorId, StaffId),
) -> Result<Vec<EditItem>, StoreError> {
    let mut found: BTreeMap<_, KeptEdit> = BTreeMap::new();
    let unseen = store.people()?.into_iter().filter(|row| !(row.access && row.reads_plan));
    let edits = unseen.map(|row| in_journal(store, row.person, (writer, staff)));
    for edit in edits.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().chain(store.kept_edits()?) {
        let here = found.entry((edit.person, edit.edit)).or_insert_with(|| edit.clone());
        (here.held, here.settled) = (here.held.take().or(edit.held), here.settled.take().or(edit.settled));
    }
    Ok(found.into_values().map(|kept| item(kept, staff)).collect())
}

fn item(kept: KeptEdit, author: StaffId) -> EditItem {
    let shown = |fate: KeptFate| FateShown { at: fate.at, by: fate.by, outcome: fate.outcome };
    let KeptEdit { person, edit, at, held, settled, .. } = kept;
    let (held, settled) = (held.map(shown), settled.map(shown));
    EditItem { person, edit, author, at, commands: Vec::new(), reason: String::new(), held, settled }
}
