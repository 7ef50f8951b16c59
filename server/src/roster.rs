//! Who is rostered to whom, as the journal says it: kept in memory by the position that it covers.

use crate::app::App;
use crate::entries;
use crate::storage::{StorageError, StoredRun, WantedRuns};
use alongside_domain::care::records::Records;
use alongside_domain::day::key_safe::{self, Window};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::VisitPlanned;
use alongside_domain::journal::{Channel, Entry, Kind, times};
use alongside_domain::time::Moment;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Visits that are planned, and corrections of times.
const KINDS: [Kind; 2] = [Kind(10), Kind(40)];

/// Rosters in memory.
#[derive(Debug, Default)]
pub struct Rosters {
    kept: Mutex<HashMap<PersonId, Arc<Roster>>>,
}

/// The roster of a person at a position of their care channel.
#[derive(Debug, Default)]
struct Roster {
    position: u64,
    /// As they came; their times are corrected when all are here.
    entries: Vec<Entry>,
}

impl Rosters {
    /// The last word on each planned visit to a person.
    pub async fn current(&self, app: &App, person: PersonId) -> Result<Vec<VisitPlanned>, StorageError> {
        let before = self.kept().get(&person).cloned().unwrap_or_default();
        let wanted = WantedRuns { person, channel: Channel::Care, after: before.position };
        let read = app.store.runs(vec![wanted], BTreeSet::new(), usize::MAX).await?;
        let Some(read) = read.into_iter().next() else { return Ok(last_words(&before.entries, app)) };
        if read.position <= before.position {
            return Ok(last_words(&before.entries, app));
        }
        let mut entries = before.entries.clone();
        entries.extend(uncorrected(&read.runs)?);
        let after = Arc::new(Roster { position: read.position, entries });
        self.kept().insert(person, Arc::clone(&after));
        Ok(last_words(&after.entries, app))
    }

    /// Lets go of all rosters: something was erased.
    pub fn let_go(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<PersonId, Arc<Roster>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn uncorrected(runs: &[StoredRun]) -> Result<Vec<Entry>, StorageError> {
    let nobody = alongside_domain::ids::AuthorId([0; 16]);
    // Nobody has corrected anything: what the store says of times is applied to all of them together.
    entries::entries(runs, Channel::Care, nobody, |kind| KINDS.contains(&kind))
}

fn last_words(entries: &[Entry], app: &App) -> Vec<VisitPlanned> {
    let mut corrected = entries.to_vec();
    times::correct(&mut corrected, app.identity.author);
    Records::of(&corrected).roster().cloned().collect()
}

/// The window in which a member of staff may be shown the code of a person's key safe now.
pub async fn key_safe_window(
    app: &App,
    person: PersonId,
    staff: StaffId,
    now: Moment,
) -> Result<Option<Window>, StorageError> {
    Ok(key_safe::open_window(&app.rosters.current(app, person).await?, staff, now))
}
