//! What became of edits whose author may not see the person any more: the store's word on them, and nothing else of the
//! page that it stands in.

use super::outgoing;
use crate::app::App;
use crate::plan::PlanError;
use crate::refusal::Refusal;
use crate::sharing::Scopes;
use crate::storage::{Access, Device, StorageError, StoredPage, StoredRun};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{Category, Channel, PageExtract, RecordRef, StreamId};
use alongside_domain::plan::states::EditRecord;
use alongside_domain::sync::messages::AskedEdit;
use std::collections::{BTreeMap, BTreeSet};

/// About how many bytes of such pages one answer carries: the device asks again for what is left out.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Of the runs of a page, by person, the records that are shown.
type Shown = BTreeMap<PersonId, (StoredRun, BTreeSet<u64>)>;

/// The fates that a device asks for, of edits that its holder made. Of people whose plan it may see it is told with the
/// rest of their journal.
pub async fn collect(
    app: &App,
    device: &Device,
    (access, scopes): (&Access, &Scopes),
    asked: &[AskedEdit],
) -> Result<Vec<PageExtract>, Refusal> {
    let is_told =
        |person| access.people.binary_search(person).is_ok() && scopes.of(*person).reads(Category::PLAN);
    let asked = asked.iter().filter(|asked| !is_told(&asked.person));
    let mut records = Vec::new();
    for asked in asked {
        records.extend(fates_of(app, device, asked).await?);
    }
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let (mut pages, mut bytes) = (BTreeMap::<i64, Shown>::new(), 0);
    for ((stream, number), run) in records.iter().zip(app.store.runs_of(records.clone()).await?) {
        let Some(run) = run.filter(|_| bytes < ANSWER_BYTES_MAX) else { continue };
        bytes += run.size();
        let shown = pages.entry(run.page).or_default();
        shown.entry(stream.person).or_insert_with(|| (run, BTreeSet::new())).1.insert(*number);
    }
    let stored = app.store.pages(pages.keys().copied().collect()).await?;
    let extracts = stored.iter().zip(pages.into_values()).map(|(page, shown)| extract(page, shown));
    extracts.collect()
}

/// The store's records that say what became of an edit, as far as the device does not know it. Nothing of somebody
/// else's edit.
async fn fates_of(
    app: &App,
    device: &Device,
    asked: &AskedEdit,
) -> Result<Vec<(StreamId, u64)>, StorageError> {
    let current = match app.plans.current(app, asked.person).await {
        Ok(current) => current,
        Err(PlanError::Storage(error)) => return Err(error),
        Err(error) => {
            tracing::error!(person = %asked.person, %error, "what became of edits cannot be told");
            return Ok(Vec::new());
        }
    };
    let record = current.states.edit(&asked.edit).filter(|record| is_by(device, &asked.edit, record));
    let fates = record.into_iter().flat_map(|record| {
        let held = record.held.as_ref().filter(|_| !asked.held);
        held.into_iter().chain(&record.settled)
    });
    let named = fates.filter_map(|fate| {
        let RecordRef { author, epoch, number, channel } = fate.record?;
        Some((StreamId { person: asked.person, channel, author, epoch }, number))
    });
    Ok(named.filter(|(stream, _)| stream.channel == Channel::Care).collect())
}

/// Whether the device's holder made the edit; of one that is erased, whether the device did.
fn is_by(device: &Device, edit: &RecordRef, record: &EditRecord) -> bool {
    let made = record.made.as_ref();
    made.map_or(edit.author == device.device, |made| made.author == device.staff)
}

/// What the device gets of a page: these records, and digests and leaves for the rest.
fn extract(page: &StoredPage, shown: Shown) -> Result<PageExtract, Refusal> {
    let (mut runs, mut numbers) = (BTreeMap::new(), BTreeMap::new());
    for (person, (run, shows)) in shown {
        runs.insert(person, run);
        numbers.insert(person, shows);
    }
    let mut extract = outgoing::extract(page, runs)?;
    for part in &mut extract.parts {
        if let Part::Open(run) = part
            && let Some(shows) = numbers.get(&run.person)
        {
            let narrowed = run.clone().with_only(|number| shows.contains(&number));
            *run = narrowed.map_err(|error| {
                tracing::error!(row = page.row, %error, "a stored page cannot be read");
                Refusal::Unavailable
            })?;
        }
    }
    Ok(extract)
}
