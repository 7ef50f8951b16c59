//! The replica as a shell holds it: open, enrol, record, edit the plan, sync, and read.

use crate::asked;
use crate::platform::{Clock, Keystore, ShellClock, ShellKeystore};
use crate::problem::Problem;
use alongside_replica::domain::care::aligned::AlignedNotes;
use alongside_replica::domain::care::catalogue::Catalogue;
use alongside_replica::domain::care::emergency::{self, FirstCall, Sign};
use alongside_replica::domain::care::emergency_told::UntoldSign;
use alongside_replica::domain::care::escalation::Escalations;
use alongside_replica::domain::care::labels;
use alongside_replica::domain::care::looks::News;
use alongside_replica::domain::care::news2::LastSet;
use alongside_replica::domain::care::sbard::Sbard;
use alongside_replica::domain::care::visits::Visit;
use alongside_replica::domain::ids::{PersonId, StaffId};
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::journal::body::{Body, Concern, ConcernCall, MatchRef, Observation};
use alongside_replica::domain::plan::edit::Command;
use alongside_replica::domain::reablement::summary::WeeklySummary;
use alongside_replica::domain::reablement::week::Week;
use alongside_replica::domain::time::Moment;
use alongside_replica::domain::together::view::Together;
use alongside_replica::random::OsRandom;
use alongside_replica::views::{DamagedRecord, EditItem, HistoryItem, PersonSummary, PlanPage, SyncState};
use alongside_replica::{
    Attention, ConcernItem, Draft, EnrolTicket, Me, NeedsYou, NoteFinding, OfficeNumber, OpenConfig,
    Recorded, RouteItem, SyncReport, TemplateItem, TodaysVisit, WaitingConcern,
};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One device's copy of the care of the people that its holder looks after.
#[derive(uniffi::Object)]
pub struct Replica {
    core: alongside_replica::Replica,
}

impl Replica {
    /// The core, unless it is called by a part of the app that the core itself is asking.
    pub(crate) fn core(&self) -> Result<&alongside_replica::Replica, Problem> {
        if asked::is_asking() { Err(Problem::called_back()) } else { Ok(&self.core) }
    }
}

#[uniffi::export]
impl Replica {
    /// Opens the replica in its folder, or makes an empty one. A database that cannot be opened is left as it is.
    #[uniffi::constructor]
    pub fn open(
        folder: String,
        keystore: Arc<dyn Keystore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Replica>, Problem> {
        let config = OpenConfig {
            folder: PathBuf::from(folder),
            keystore: Arc::new(ShellKeystore(keystore)),
            clock: Arc::new(ShellClock::new(clock)),
            random: Arc::new(OsRandom),
        };
        Ok(Arc::new(Replica { core: alongside_replica::Replica::open(config)? }))
    }

    /// Who this device is; nothing before it has enrolled.
    pub fn me(&self) -> Result<Option<Me>, Problem> {
        Ok(self.core()?.me())
    }

    /// The best knowledge of the server's time.
    pub fn now(&self) -> Result<Moment, Problem> {
        Ok(self.core()?.now())
    }

    /// Goes on with a new database that holds what can be read of a damaged one, which stays beside it.
    pub fn mend(&self) -> Result<(), Problem> {
        Ok(self.core()?.mend()?)
    }

    /// Writes the whole database anew under another key, and destroys the old one: it opens nothing any more.
    pub fn change_key(&self) -> Result<(), Problem> {
        Ok(self.core()?.change_key()?)
    }

    /// Records what someone saw or did; `observed` is absent for now. It is durable on this phone when this
    /// returns, and nothing waits for a network.
    #[uniffi::method(default(observed = None))]
    pub fn record(
        &self,
        person: PersonId,
        body: Body,
        observed: Option<Moment>,
    ) -> Result<Recorded, Problem> {
        Ok(self.core()?.record(person, Draft { body, observed })?)
    }

    /// Edits the plan, or proposes the edit where its author may not make it.
    pub fn edit_plan(
        &self,
        person: PersonId,
        commands: Vec<Command>,
        reason: String,
    ) -> Result<RecordRef, Problem> {
        Ok(self.core()?.edit_plan(person, commands, &reason)?)
    }

    /// Decides on a held edit.
    pub fn decide_edit(
        &self,
        person: PersonId,
        edit: RecordRef,
        accept: bool,
        reason: String,
    ) -> Result<RecordRef, Problem> {
        Ok(self.core()?.decide_edit(person, edit, accept, &reason)?)
    }

    /// Records what only supervisors and managers may know about a person.
    pub fn record_office_note(&self, person: PersonId, text: String) -> Result<RecordRef, Problem> {
        Ok(self.core()?.record_office_note(person, &text)?)
    }

    /// Records a concern, sealed to all recipients but those left out: afterwards not even this phone can read it.
    pub fn record_concern(
        &self,
        person: PersonId,
        concern: Concern,
        seen: Option<Moment>,
        leave_out: Vec<StaffId>,
    ) -> Result<RecordRef, Problem> {
        Ok(self.core()?.record_concern(person, &concern, seen, &leave_out)?)
    }

    /// A short reference of a concern, to be written down when it is saved: this phone keeps nothing of it.
    pub fn concern_reference(&self, concern: RecordRef) -> String {
        self.core.concern_reference(concern)
    }

    /// Records a call about a concern of this phone, sealed like it.
    pub fn record_concern_call(
        &self,
        person: PersonId,
        call: ConcernCall,
        called: Option<Moment>,
        leave_out: Vec<StaffId>,
    ) -> Result<RecordRef, Problem> {
        Ok(self.core()?.record_concern_call(person, &call, called, &leave_out)?)
    }

    /// Says that the holder of this phone has a concern and acts on it: nobody else is asked once the server knows it.
    pub fn acknowledge_concern(&self, concern: RecordRef) -> Result<(), Problem> {
        Ok(self.core()?.acknowledge_concern(concern)?)
    }

    /// Starts a plan from a template: its edits. What is clinical is a proposal to the nurse unless the holder is one.
    pub fn start_from_template(&self, person: PersonId, template: String) -> Result<Vec<RecordRef>, Problem> {
        Ok(self.core()?.start_from_template(person, &template)?)
    }

    /// Takes back one's own held edit.
    pub fn withdraw_edit(&self, person: PersonId, edit: RecordRef) -> Result<RecordRef, Problem> {
        Ok(self.core()?.withdraw_edit(person, edit)?)
    }
}

/// What screens read. Each list crosses in one call.
#[uniffi::export]
impl Replica {
    /// The people on this phone, in the order of the access list.
    pub fn people(&self) -> Result<Vec<PersonSummary>, Problem> {
        Ok(self.core()?.people()?)
    }

    /// The names of staff, by their identifier in hex.
    pub fn staff_names(&self) -> Result<HashMap<String, String>, Problem> {
        let names = self.core()?.staff_names()?;
        Ok(names.into_iter().map(|(staff, name)| (staff.to_string(), name)).collect())
    }

    /// The current plan with its conflicts and edits.
    pub fn plan(&self, person: PersonId) -> Result<PlanPage, Problem> {
        Ok(self.core()?.plan(person)?)
    }

    /// The edits of this device's holder, of everyone on it, and what became of them.
    pub fn own_edits(&self) -> Result<Vec<EditItem>, Problem> {
        Ok(self.core()?.own_edits()?)
    }

    /// The person's records, in the order in which they count.
    pub fn history(&self, person: PersonId) -> Result<Vec<HistoryItem>, Problem> {
        Ok(self.core()?.history(person)?)
    }

    /// What is new about a person since the holder of this device last looked.
    pub fn news(&self, person: PersonId) -> Result<News, Problem> {
        Ok(self.core()?.news(person)?)
    }

    /// Screens have shown what is here about a person: a record of it, where any of it was new.
    pub fn looked(&self, person: PersonId) -> Result<Option<RecordRef>, Problem> {
        Ok(self.core()?.looked(person)?)
    }

    /// A screen has rendered what became of the holder's own edits about a person: a record of it, where any was new.
    pub fn fates_shown(&self, person: PersonId) -> Result<Option<RecordRef>, Problem> {
        Ok(self.core()?.fates_shown(person)?)
    }

    /// The emergency signs that an observation is, each with whom to ring first. Ask while it is being written.
    pub fn emergency_signs(&self, person: PersonId, observation: Observation) -> Result<Vec<Sign>, Problem> {
        Ok(self.core()?.emergency_signs(person, &observation)?)
    }

    /// The recorded emergency signs of which nobody has noted a call: a communication with the sign's label as purpose.
    pub fn untold_signs(&self, person: PersonId) -> Result<Vec<UntoldSign>, Problem> {
        Ok(self.core()?.untold_signs(person)?)
    }

    /// Whom to ring first in an emergency of this person: 999, unless a clinician put somebody in its place.
    pub fn first_call(&self, person: PersonId) -> Result<FirstCall, Problem> {
        Ok(self.core()?.first_call(person)?)
    }

    /// The office notes about a person, for supervisors and managers in the care team.
    pub fn office_notes(&self, person: PersonId) -> Result<Vec<HistoryItem>, Problem> {
        Ok(self.core()?.office_notes(person)?)
    }

    /// Who receives concerns, in the order in which they are asked.
    pub fn concern_recipients(&self) -> Result<Vec<StaffId>, Problem> {
        Ok(self.core()?.concern_recipients()?)
    }

    /// The ways outside of the provider by which a concern may be reported: show them beside the form.
    pub fn concern_routes(&self) -> Result<Vec<RouteItem>, Problem> {
        Ok(self.core()?.concern_routes()?)
    }

    /// The concerns that wait on this phone. They are in no other count, and are gone without a trace afterwards.
    pub fn waiting_concerns(&self) -> Result<Vec<WaitingConcern>, Problem> {
        Ok(self.core()?.waiting_concerns()?)
    }

    /// The one line that a locked app shows: the same whatever the reason is, and nothing where there is none.
    pub fn ring_the_office(&self) -> Result<Option<String>, Problem> {
        Ok(self.core()?.ring_the_office().map(str::to_owned))
    }

    /// Whom to ring at the provider: its on-call and coordinator, also while the app is locked.
    pub fn office(&self) -> Result<Vec<OfficeNumber>, Problem> {
        Ok(self.core()?.office()?)
    }

    /// The concerns that this phone's holder has received.
    pub fn concerns(&self) -> Result<Vec<ConcernItem>, Problem> {
        Ok(self.core()?.concerns()?)
    }

    /// The person's escalations, oldest first, and where nobody can tell.
    pub fn escalations(&self, person: PersonId) -> Result<Escalations, Problem> {
        Ok(self.core()?.escalations(person)?)
    }

    /// Looks through a note about a person for words to replace by what was seen. Positions count characters.
    pub fn check_note(&self, person: PersonId, note: String) -> Result<Vec<NoteFinding>, Problem> {
        Ok(self.core()?.check_note(person, &note)?)
    }

    /// What to say on the phone about an escalation, named by its trigger and any of its matches.
    pub fn sbard(&self, person: PersonId, about: MatchRef) -> Result<Option<Sbard>, Problem> {
        Ok(self.core()?.sbard(person, &about)?)
    }

    /// The person's last set of vital signs with its NEWS2 score, or why it has none.
    pub fn news2(&self, person: PersonId) -> Result<Option<LastSet>, Problem> {
        Ok(self.core()?.news2(person)?)
    }

    /// The person's visits, past and planned, by time.
    pub fn visits(&self, person: PersonId) -> Result<Vec<Visit>, Problem> {
        Ok(self.core()?.visits(person)?)
    }

    /// Everyone's visits of the local day, by time.
    pub fn today(&self) -> Result<Vec<TodaysVisit>, Problem> {
        Ok(self.core()?.today()?)
    }

    /// The notes of carers, from one clinical visit up to the next.
    pub fn aligned(&self, person: PersonId) -> Result<AlignedNotes, Problem> {
        Ok(self.core()?.aligned(person)?)
    }

    /// The weeks that are over and have a summary here, each by its Monday, oldest first.
    pub fn weeks(&self, person: PersonId) -> Result<Vec<Week>, Problem> {
        Ok(self.core()?.weeks(person)?)
    }

    /// The summary of a week, named by any day of it, as the server knew it at `known_by`, or as it is known now.
    #[uniffi::method(default(known_by = None))]
    pub fn weekly(
        &self,
        person: PersonId,
        week: Week,
        known_by: Option<Moment>,
    ) -> Result<Option<WeeklySummary>, Problem> {
        Ok(self.core()?.weekly(person, week, known_by)?)
    }

    /// The moments at which there was a new version of the summary of a week.
    pub fn weekly_versions(&self, person: PersonId, week: Week) -> Result<Vec<Moment>, Problem> {
        Ok(self.core()?.weekly_versions(person, week)?)
    }

    /// Risks, decisions, disagreements, referrals, joint assessment and going home, with what is due of all of them.
    pub fn together(&self, person: PersonId) -> Result<Together, Problem> {
        Ok(self.core()?.together(person)?)
    }

    /// What needs the holder of this phone, of everyone on it.
    pub fn needs_you(&self) -> Result<Vec<NeedsYou>, Problem> {
        Ok(self.core()?.needs_you()?)
    }

    /// The records that changed on this phone after they were saved: to be recorded again by whoever still knows.
    pub fn damaged_records(&self) -> Result<Vec<DamagedRecord>, Problem> {
        Ok(self.core()?.damaged_records()?)
    }

    /// What waits, what was refused, and when the server was last heard.
    pub fn sync_state(&self) -> Result<SyncState, Problem> {
        Ok(self.core()?.sync_state()?)
    }

    /// The kinds of observation that this phone knows, as JSON: what a recording screen is drawn from. Those that ship
    /// and, once the server has told them, the organisation's own: ask again when something changed.
    pub fn catalogue_json(&self) -> Result<String, Problem> {
        serde_json::to_string(self.core()?.catalogue().as_ref()).map_err(|error| Problem::unreadable(&error))
    }

    /// The emergency signs of the provider, as JSON, with who has signed them off: the screen that needs no plan, and no
    /// PIN, is drawn from it.
    pub fn emergency_signs_json(&self) -> Result<String, Problem> {
        let list = emergency::list().signed_off(&self.core()?.catalogue());
        serde_json::to_string(&list).map_err(|error| Problem::unreadable(&error))
    }

    /// The label of each code in a language that ships, with those of the organisation's own kinds, which stand in its
    /// own words in each language.
    pub fn labels(&self, locale: String) -> Result<HashMap<String, String>, Problem> {
        Ok(self.core()?.labels(&locale).into_iter().collect())
    }

    /// What the holder should open the app for, also while it is locked: it says nothing about anybody.
    pub fn attention(&self) -> Result<Attention, Problem> {
        Ok(self.core()?.attention()?)
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Replica {
    /// Joins the organisation of the ticket: the JSON text of its QR code or file.
    pub async fn enrol(&self, ticket: String) -> Result<Me, Problem> {
        let ticket: EnrolTicket = serde_json::from_str(&ticket).map_err(|_| Problem::not_a_ticket())?;
        Ok(self.core()?.enrol(&ticket).await?)
    }

    /// Sends what waits and fetches what is new. A server that does not answer is an outcome, not an error.
    pub async fn sync(&self) -> Result<SyncReport, Problem> {
        Ok(self.core()?.sync().await?)
    }

    /// Waits until something has changed since the state that `seen` counts, and returns the new count: begin
    /// with 0, and read the views again each time.
    pub async fn changed_since(&self, seen: u64) -> Result<u64, Problem> {
        let mut changes = self.core()?.changes();
        // Its sender lives in the replica that is borrowed here.
        let newer = changes.wait_for(|count| *count > seen).await.map(|count| *count);
        Ok(newer.unwrap_or(seen))
    }
}

/// The label of each code that ships, in a language that ships, by keys such as `kind.pain.field.score`: `en-GB`, and the
/// pseudo-language `en-XA`, which shows on a screen what cannot be translated yet. Any other is English.
#[uniffi::export]
pub fn labels(locale: String) -> HashMap<String, String> {
    labels::labels(&locale).into_iter().collect()
}

/// The label of each code by a translation: a data file that a clinician has agreed. What it leaves out is in English.
#[uniffi::export]
pub fn labels_of_translation(translation: String) -> Result<HashMap<String, String>, Problem> {
    let found =
        labels::Translation::load(&translation).map_err(|error| Problem::not_a_translation(&error))?;
    Ok(found.labels().into_iter().collect())
}

/// The templates that a plan can be started from.
#[uniffi::export]
pub fn templates() -> Vec<TemplateItem> {
    alongside_replica::templates()
}

/// The version of the catalogue that this app has, to name in records.
#[uniffi::export]
pub fn catalogue_version() -> u32 {
    Catalogue::built_in().version
}
