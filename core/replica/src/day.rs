//! The carer's day on a phone: handover, running late, no reply, working alone, a call for help, the end of a shift.

use crate::care_views::inputs;
use crate::replica::{RecordError, Replica, State};
use crate::views::EditItem;
use alongside_domain::care::escalation::Escalation;
use alongside_domain::care::heard::Heard;
use alongside_domain::care::lacks::Lack;
use alongside_domain::care::offer::{ON_CALL, Offer};
use alongside_domain::care::plan::Contact;
use alongside_domain::care::visits::{self, Visit};
use alongside_domain::day::PersonDay;
use alongside_domain::day::handover::Handover;
use alongside_domain::day::help::{self, HelpCall};
use alongside_domain::day::home_folder::{self, HomeFolder};
use alongside_domain::day::induction;
use alongside_domain::day::lone_worker::{self, AtVisit};
use alongside_domain::day::running_late::{self, Endangered};
use alongside_domain::ids::{EntryId, PersonId, VisitId};
use alongside_domain::journal::body::{CarerSafe, HelpAsked};
use alongside_domain::journal::{Body, Channel, Entry, RecordRef};
use alongside_domain::plan::view::PlanView;
use alongside_domain::time::{HOUR_MS, Moment};
use serde::Serialize;

/// What is left to do or to know before somebody goes home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndOfShift {
    /// Own records that the server does not have yet: stay where there is signal until it is none.
    pub unsent: u64,
    /// Pages that the server has refused.
    pub refused_pages: u64,
    /// Handover notes of others that nobody has read.
    pub unread: Vec<UnreadNote>,
    /// Own edits of the plan that wait, or were declined in the last day.
    pub edits: Vec<EditItem>,
    /// What is not over, by when it is due.
    pub open: Vec<OpenItem>,
    /// Of whom this cannot be told here, since not all that it is made from is shared with the holder's organisation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<PersonLacks>,
}

/// What of one person cannot be told here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonLacks {
    /// Of whom.
    pub person: PersonId,
    /// The name that they like to be called by.
    pub name: Option<String>,
    /// What.
    pub lacks: Vec<Lack>,
}

/// A handover note that nobody has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadNote {
    /// About whom.
    pub person: PersonId,
    /// The name that they like to be called by.
    pub name: Option<String>,
    /// The note.
    pub note: Handover,
}

/// Something that is not over, and whom to ring about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenItem {
    /// About whom.
    pub person: PersonId,
    /// The name that they like to be called by.
    pub name: Option<String>,
    /// What.
    pub what: OpenWhat,
    /// When it is due; nothing where no time is.
    pub due: Option<Moment>,
    /// Whether that has passed.
    pub overdue: bool,
    /// Whom to ring, best first, with their numbers as the plan has them. Empty: the provider's office.
    pub ring: Vec<Ring>,
}

/// What is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenWhat {
    /// A met trigger that is not closed.
    Escalation {
        /// The trigger.
        trigger: EntryId,
        /// Its name.
        name: String,
        /// Somebody has promised to come or ring.
        promised: bool,
    },
    /// Nobody has located the person.
    NoReply {
        /// The visit.
        visit: VisitId,
    },
    /// The holder of this phone has not said that they left.
    NotLeft {
        /// The visit.
        visit: VisitId,
    },
}

/// Somebody to ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ring {
    /// Who or which team.
    pub name: String,
    /// Their number, as written in the plan.
    pub phone: String,
}

impl Replica {
    /// The day of a person: what is unread, open, late and not safe.
    pub fn day(&self, person: PersonId) -> Result<PersonDay, RecordError> {
        let everyone = self.everyone()?;
        self.look(person, |state, heard, now| {
            let mut day = PersonDay::of(&inputs(state.person(person, now)?, heard, now));
            settle(person, &mut day.at_visits, &everyone);
            Ok(day)
        })
    }

    /// Whoever of the people on this phone comes after a visit to which the holder said that they come late, and is
    /// not reached in time.
    pub fn endangered(&self, person: PersonId, visit: VisitId) -> Result<Vec<Endangered>, RecordError> {
        let me = self.inner.state().viewer()?.staff;
        let late = self.day(person)?.late.into_iter().find(|late| (late.visit, late.by) == (visit, me));
        let Some(late) = late else { return Ok(Vec::new()) };
        let all: Vec<(PersonId, Visit)> =
            self.today()?.into_iter().map(|today| (today.person, today.visit)).collect();
        Ok(running_late::endangered(&late, &all))
    }

    /// Calls for help, durable on this phone when it returns. No view of this phone shows it afterwards but the count
    /// of what waits, and nothing on it tells when it is answered: somebody may be looking.
    pub fn ask_for_help(&self, person: PersonId, visit: Option<VisitId>) -> Result<(), RecordError> {
        self.to_office(person, Body::HelpAsked(HelpAsked { visit }))?;
        Ok(())
    }

    /// Records that a colleague who called for help, or did not leave in time, is safe. For supervisors and managers.
    pub fn note_carer_safe(&self, person: PersonId, safe: CarerSafe) -> Result<RecordRef, RecordError> {
        self.to_office(person, Body::CarerSafe(safe))
    }

    /// The calls for help about a person, oldest first, for supervisors and managers; never those of the holder of
    /// this phone.
    pub fn help_calls(&self, person: PersonId) -> Result<Vec<HelpCall>, RecordError> {
        if !self.inner.reading_all()?.store.may_see_office(person)? {
            return Err(RecordError::NotForYou);
        }
        let me = self.inner.state().viewer()?.staff;
        let mut calls = help::calls(&self.office_entries(person)?);
        calls.retain(|call| call.by != me);
        Ok(calls)
    }

    fn office_entries(&self, person: PersonId) -> Result<Vec<Entry>, RecordError> {
        let mut state = self.inner.reading(person)?;
        state.office_entries(person)
    }

    /// The page for the folder in the person's home.
    pub fn home_folder(&self, person: PersonId) -> Result<HomeFolder, RecordError> {
        Ok(home_folder::page(&self.plan_to_print(person)?, self.now(), None))
    }

    /// What somebody must know who comes to this person for the first time.
    pub fn induction(&self, person: PersonId) -> Result<HomeFolder, RecordError> {
        Ok(induction::page(&self.plan_to_print(person)?, self.now()))
    }

    /// A page of a plan that is not read would say of all of it that it is not recorded.
    fn plan_to_print(&self, person: PersonId) -> Result<PlanView, RecordError> {
        let page = self.plan(person)?;
        if page.lacks.is_empty() { Ok(page.view) } else { Err(RecordError::PlanNotShared) }
    }

    /// What is unsent, unread and open, with whom to ring.
    pub fn end_of_shift(&self) -> Result<EndOfShift, RecordError> {
        let (sync, now) = (self.sync_state()?, self.now());
        let me = self.inner.state().viewer()?.staff;
        let is_recent = |edit: &EditItem| match &edit.settled {
            None => true,
            Some(fate) => {
                let is_declined =
                    matches!(fate.outcome, alongside_domain::journal::body::FateOutcome::Declined { .. });
                is_declined && now.since_ms(fate.at) < 24 * HOUR_MS
            }
        };
        let edits = self.own_edits()?.into_iter().filter(is_recent).collect();
        let (mut unread, mut open, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
        for one in self.people()? {
            let (person, name) = (one.person, one.name);
            let day = self.day(person)?;
            let others = day.unread.iter().filter(|note| note.by != me).cloned();
            unread.extend(others.map(|note| UnreadNote { person, name: name.clone(), note }));
            let contacts = self.contacts(person)?;
            let item = |what, due: Option<Moment>, overdue, ring| OpenItem {
                person,
                name: name.clone(),
                what,
                due,
                overdue,
                ring,
            };
            let escalations = self.escalations(person)?;
            let lacks = [day.lacks.clone(), escalations.lacks.clone()].concat();
            if !lacks.is_empty() {
                lacking.push(PersonLacks { person, name: name.clone(), lacks });
            }
            for escalation in escalations.open() {
                let ring = ring_about(escalation, &contacts);
                let overdue = escalation.is_overdue(now);
                open.push(item(what_of(escalation), Some(escalation.due), overdue, ring));
            }
            for search in day.searches.iter().filter(|search| search.is_open()) {
                let due = search.next.map(|next| next.due).or(search.overdue_from);
                let what = OpenWhat::NoReply { visit: search.visit };
                open.push(item(what, due, search.is_overdue(now), on_call(&contacts)));
            }
            for one in day.at_visits.iter().filter(|one| one.staff == me) {
                let what = OpenWhat::NotLeft { visit: one.visit };
                open.push(item(what, Some(one.expected_leaving), one.alarm.is_some(), on_call(&contacts)));
            }
        }
        open.sort_by_key(|item| (!item.overdue, item.due));
        let (unsent, refused_pages) = (sync.waiting, sync.refused_pages);
        Ok(EndOfShift { unsent, refused_pages, unread, edits, open, lacks: lacking })
    }

    fn contacts(&self, person: PersonId) -> Result<Vec<Contact>, RecordError> {
        self.look(person, |state, _, now| {
            let newest = state.person(person, now)?.plan.newest();
            Ok(newest.map(|at| at.plan.contacts.clone()).unwrap_or_default())
        })
    }

    /// Who is, or was today, at visits to the people on this phone.
    fn everyone(&self) -> Result<Vec<(PersonId, AtVisit)>, RecordError> {
        let mut all = Vec::new();
        for one in self.people()? {
            let found = self.look(one.person, |state, heard: &Heard, now| {
                let inputs = inputs(state.person(one.person, now)?, heard, now);
                Ok(lone_worker::fold(&inputs, &visits::fold(&inputs)))
            })?;
            all.extend(found.into_iter().map(|at| (one.person, at)));
        }
        Ok(all)
    }
}

impl State {
    fn office_entries(&mut self, person: PersonId) -> Result<Vec<Entry>, RecordError> {
        let writer = self.viewer()?.store;
        let stored = self.store.records_since(person, Channel::Office, Moment(i64::MIN))?;
        Ok(crate::person::entries_of(&self.store, &stored, writer)?)
    }
}

/// Whoever has arrived somewhere else since is not missing here.
fn settle(person: PersonId, here: &mut [AtVisit], everyone: &[(PersonId, AtVisit)]) {
    let mut all: Vec<(PersonId, AtVisit)> = everyone.to_vec();
    lone_worker::settle(&mut all, &[]);
    for one in here {
        let same = |(of, other): &&(PersonId, AtVisit)| {
            *of == person && (other.visit, other.staff) == (one.visit, one.staff)
        };
        one.alarm = all.iter().find(same).and_then(|(_, settled)| settled.alarm);
    }
}

fn what_of(escalation: &Escalation) -> OpenWhat {
    OpenWhat::Escalation {
        trigger: escalation.trigger.id.clone(),
        name: escalation.trigger.name.clone(),
        promised: escalation.promise.as_ref().is_some_and(|promise| promise.kept.is_none()),
    }
}

/// The next contact, then the others who can be called.
fn ring_about(escalation: &Escalation, contacts: &[Contact]) -> Vec<Ring> {
    let Some(offers) = &escalation.offers else { return Vec::new() };
    let others = offers.list.iter().filter(|offer| **offer != offers.next);
    std::iter::once(&offers.next).chain(others).filter_map(|offer| ring_of(offer, contacts)).collect()
}

fn ring_of(offer: &Offer, contacts: &[Contact]) -> Option<Ring> {
    let named = |name: &str| Some(Ring { name: name.to_owned(), phone: name.to_owned() });
    match offer {
        Offer::Contact(id) => contacts.iter().find(|contact| contact.id == *id).map(ring),
        Offer::OneOneOne => named("111"),
        Offer::NineNineNineIfWorse => named("999"),
    }
}

fn ring(contact: &Contact) -> Ring {
    Ring { name: contact.name.clone(), phone: contact.phone.clone() }
}

fn on_call(contacts: &[Contact]) -> Vec<Ring> {
    contacts.iter().filter(|contact| contact.role == ON_CALL).map(ring).collect()
}
