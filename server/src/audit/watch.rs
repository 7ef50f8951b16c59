//! What a request turns out to be about, while it is answered.

use super::entry::{Entry, Outcome, What, Who};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::time::Moment;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Is told by those who answer a request, and makes its entry in the end.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    who: Option<Who>,
    what: Option<What>,
    staff: Option<StaffId>,
    /// The person whom the request is about.
    named: BTreeSet<PersonId>,
    /// People who are shown in a list.
    listed: BTreeSet<PersonId>,
    shows_nobody: bool,
    is_noted: bool,
    emergency: Option<Moment>,
}

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who asks.
    pub fn is_by(&self, who: Who) {
        self.seen().who = Some(who);
    }

    /// What it is, where it is more than reading or writing.
    pub fn does(&self, what: What) {
        self.seen().what = Some(what);
    }

    /// Which member of staff it is about.
    pub fn is_about_staff(&self, staff: StaffId) {
        self.seen().staff = Some(staff);
    }

    /// About whom it is, also where it is refused.
    pub fn is_about(&self, person: PersonId) {
        self.seen().named.insert(person);
    }

    /// Whom it shows in a list, where it is about nobody by name.
    pub fn lists(&self, people: impl IntoIterator<Item = PersonId>) {
        self.seen().listed.extend(people);
    }

    /// It shows nothing of the people whom it lists.
    pub fn shows_nobody(&self) {
        self.seen().shows_nobody = true;
    }

    /// Its entry is written already.
    pub fn is_noted(&self) {
        self.seen().is_noted = true;
    }

    /// The person's record is shown because it was opened in an emergency, until this moment.
    pub fn is_in_emergency(&self, until: Moment) {
        self.seen().emergency = Some(until);
    }

    /// Until when, if so.
    pub fn emergency(&self) -> Option<Moment> {
        self.seen().emergency
    }

    /// The person whom it is about, if it is one.
    pub fn person(&self) -> Option<PersonId> {
        self.seen().named.first().copied()
    }

    /// The entry; nothing where nobody asked who is known and nothing was said of it, or it is written already.
    pub fn entry(&self, at: Moment, usual: What, outcome: Outcome, place: Option<String>) -> Option<Entry> {
        let seen = self.seen();
        if seen.is_noted || (seen.who.is_none() && seen.what.is_none()) {
            return None;
        }
        let people = match () {
            () if !seen.named.is_empty() => seen.named.clone(),
            () if seen.shows_nobody => BTreeSet::new(),
            () => seen.listed.clone(),
        };
        let who = seen.who.unwrap_or(Who::Nobody);
        let (what, staff) = (seen.what.unwrap_or(usual), seen.staff);
        Some(Entry { outcome, place, people, staff, ..Entry::new(at, who, what) })
    }
}
