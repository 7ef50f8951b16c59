//! What the holder of this phone has looked at, and what is new for them; who has seen a record.

use crate::draft::Draft;
use crate::person::LOOK_BACK_MS;
use crate::replica::{RecordError, Replica, State};
use alongside_domain::care::looks::{Looks, News, Seen};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::{Looked, Role};
use alongside_domain::journal::{Body, RecordRef};
use alongside_domain::plan::unseen::{FateLooks, fates_of};
use alongside_domain::time::Moment;
use std::collections::BTreeMap;

impl Replica {
    /// What is new about a person since the holder of this phone last looked: what others changed in the plan, and
    /// what they recorded. It stays so while they are at the same reading.
    pub fn news(&self, person: PersonId) -> Result<News, RecordError> {
        let now = self.now();
        let mut state = self.inner.reading(person)?;
        let (me, looks) = (state.viewer()?.staff, state.looks(person, now)?);
        let edits = state.plan_of(person)?.edits.clone();
        Ok(looks.news(me, state.person(person, now)?.records.entries(), &edits, now))
    }

    /// Screens have shown what this phone holds about a person: a record of it, where any of it is new to its holder.
    pub fn looked(&self, person: PersonId) -> Result<Option<RecordRef>, RecordError> {
        let Some(looked) = self.new_to_show(person)? else { return Ok(None) };
        let recorded = self.inner.keep(person, Draft { body: Body::Looked(looked), observed: None })?;
        self.inner.changed();
        Ok(Some(recorded.id))
    }

    /// A screen has rendered what became of the holder's own edits about a person ([`Replica::own_edits`]): a record of
    /// it, where any of it is new to them. What no screen renders goes to the supervisor after a time.
    pub fn fates_shown(&self, person: PersonId) -> Result<Option<RecordRef>, RecordError> {
        let now = self.now();
        let looked = {
            let mut state = self.inner.reading(person)?;
            let me = state.viewer()?.staff;
            let looks = FateLooks::of(state.person(person, now)?.records.entries());
            let mut own = fates_of(&state.plan_of(person)?.edits, me);
            // Of what is older, the looks are beyond what is read here.
            own.retain(|fate| now.since_ms(fate.since) < LOOK_BACK_MS);
            looks.look(me, own.iter().map(|fate| &fate.fate))
        };
        let Some(looked) = looked else { return Ok(None) };
        let recorded = self.inner.keep(person, Draft { body: Body::Looked(looked), observed: None })?;
        self.inner.changed();
        Ok(Some(recorded.id))
    }

    /// What a look now would record; nothing where nothing is new to the holder of this phone.
    pub fn new_to_show(&self, person: PersonId) -> Result<Option<Looked>, RecordError> {
        let now = self.now();
        let mut state = self.inner.reading(person)?;
        let (me, looks) = (state.viewer()?.staff, state.looks(person, now)?);
        let version = state.plan_of(person)?.plan_seen().version;
        Ok(looks.look((me, None), state.person(person, now)?.records.entries(), version))
    }
}

impl State {
    /// What readers have looked at, as far as the records here say.
    pub(crate) fn looks(&mut self, person: PersonId, now: Moment) -> Result<Looks, RecordError> {
        let store = self.viewer()?.store;
        Ok(Looks::of(self.person(person, now)?.records.entries(), store))
    }

    /// The roles of staff whose certificates are here.
    pub(crate) fn roles(&mut self) -> Result<BTreeMap<StaffId, Role>, RecordError> {
        Ok(self.holders()?.values().map(|holder| (holder.staff, holder.role)).collect())
    }
}

/// Who has seen a record, each with what they do, as far as it is known here.
pub(crate) fn seen_by(looks: &Looks, roles: &BTreeMap<StaffId, Role>, record: &RecordRef) -> Vec<Seen> {
    let with_role = |seen: Seen| Seen { role: seen.role.or_else(|| roles.get(&seen.by).copied()), ..seen };
    looks.seen(record).into_iter().map(with_role).collect()
}
