//! The typed commands of a plan edit. Devices send these, never document bytes.

use crate::ids::EntryId;
use crate::value::{Fields, Value};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The parts of the plan. Each holds entries; single facts stand in an entry named `main`. A part that an older app
/// does not know leaves the whole edit unread there: kept, forwarded, and read after an update.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// The safety header, always on screen (entry `main`).
    #[n(0)]
    Safety,
    /// About me, in the person's words (entry `main`).
    #[n(1)]
    About,
    /// Whom to contact, in order.
    #[n(2)]
    Contacts,
    /// What the person wants to be able to do.
    #[n(3)]
    Goals,
    /// What may go wrong, as each organisation sees it.
    #[n(4)]
    Risks,
    /// What is done, by whom, how often.
    #[n(5)]
    Actions,
    /// Thresholds agreed in advance.
    #[n(6)]
    Triggers,
    /// What the nurse asks carers to observe at each visit.
    #[n(7)]
    Asked,
    /// What is usual for this person.
    #[n(8)]
    Baselines,
    /// What the person and their family say of the care, and our answer.
    #[n(9)]
    Views,
    /// Family and friends who care, and what they need themselves.
    #[n(10)]
    Family,
    /// Equipment and assistive technology.
    #[n(11)]
    Equipment,
    /// The visits that recur, by carers and by clinicians.
    #[n(12)]
    Schedule,
    /// Reviews: how often, last held, and those that look at one goal.
    #[n(13)]
    Reviews,
    /// When to step down, maintain or step up.
    #[n(14)]
    Criteria,
    /// With whom what is shared, and on what ground.
    #[n(15)]
    Sharing,
    /// Who holds the final decision on what.
    #[n(16)]
    Rights,
    /// What was decided, why, and by whom.
    #[n(17)]
    Decisions,
    /// Who disagrees on what, and how it was settled.
    #[n(18)]
    Disputes,
    /// Requests to and from other services.
    #[n(19)]
    Referrals,
    /// What each side contributes to a joint assessment.
    #[n(20)]
    Assessments,
    /// What must be ready for going home.
    #[n(21)]
    Discharge,
}

/// One change to the plan. Doing one twice does no harm.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Sets a field of an entry, whole.
    #[n(0)]
    SetField {
        /// Where.
        #[n(0)]
        section: Section,
        /// The entry.
        #[n(1)]
        entry: EntryId,
        /// The field's code.
        #[n(2)]
        field: String,
        /// Its new value.
        #[n(3)]
        value: Value,
    },
    /// Adds an entry. One that is already there keeps what the command does not name.
    #[n(1)]
    AddEntry {
        /// Where.
        #[n(0)]
        section: Section,
        /// The new entry.
        #[n(1)]
        entry: EntryId,
        /// Its fields.
        #[n(2)]
        fields: Fields,
        /// Its place: entries are shown by (order, id).
        #[n(3)]
        order: i64,
    },
    /// Takes an entry out of use. It stays readable in the history.
    #[n(2)]
    RetireEntry {
        /// Where.
        #[n(0)]
        section: Section,
        /// The entry.
        #[n(1)]
        entry: EntryId,
    },
    /// Gives an entry another place.
    #[n(3)]
    MoveEntry {
        /// Where.
        #[n(0)]
        section: Section,
        /// The entry.
        #[n(1)]
        entry: EntryId,
        /// Its new place.
        #[n(2)]
        order: i64,
    },
}

impl Section {
    /// Every section, in the order in which the plan shows them.
    pub const ALL: [Section; 22] = [
        Section::Safety,
        Section::Baselines,
        Section::About,
        Section::Views,
        Section::Family,
        Section::Contacts,
        Section::Goals,
        Section::Criteria,
        Section::Risks,
        Section::Actions,
        Section::Triggers,
        Section::Asked,
        Section::Equipment,
        Section::Schedule,
        Section::Reviews,
        Section::Decisions,
        Section::Disputes,
        Section::Rights,
        Section::Sharing,
        Section::Referrals,
        Section::Assessments,
        Section::Discharge,
    ];

    /// The stable name of the section, as in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Section::Safety => "safety",
            Section::About => "about",
            Section::Contacts => "contacts",
            Section::Goals => "goals",
            Section::Risks => "risks",
            Section::Actions => "actions",
            Section::Triggers => "triggers",
            Section::Asked => "asked",
            Section::Baselines => "baselines",
            Section::Views => "views",
            Section::Family => "family",
            Section::Equipment => "equipment",
            Section::Schedule => "schedule",
            Section::Reviews => "reviews",
            Section::Criteria => "criteria",
            Section::Sharing => "sharing",
            Section::Rights => "rights",
            Section::Decisions => "decisions",
            Section::Disputes => "disputes",
            Section::Referrals => "referrals",
            Section::Assessments => "assessments",
            Section::Discharge => "discharge",
        }
    }

    /// The section of that name; nothing for a section of a newer version.
    pub fn from_code(code: &str) -> Option<Section> {
        Section::ALL.into_iter().find(|section| section.code() == code)
    }
}

impl Command {
    /// The section that it changes.
    pub fn section(&self) -> Section {
        match self {
            Command::SetField { section, .. }
            | Command::AddEntry { section, .. }
            | Command::RetireEntry { section, .. }
            | Command::MoveEntry { section, .. } => *section,
        }
    }

    /// The section, the entry, and the field where it sets one.
    pub fn place(&self) -> (Section, &EntryId, Option<&str>) {
        let field = match self {
            Command::SetField { field, .. } => Some(field.as_str()),
            _ => None,
        };
        (self.section(), self.entry(), field)
    }

    /// The entry that it changes.
    pub fn entry(&self) -> &EntryId {
        match self {
            Command::SetField { entry, .. }
            | Command::AddEntry { entry, .. }
            | Command::RetireEntry { entry, .. }
            | Command::MoveEntry { entry, .. } => entry,
        }
    }
}
