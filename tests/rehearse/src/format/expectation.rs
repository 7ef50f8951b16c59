//! What a scenario expects: when, where to look, at what, and what must be found.

use crate::time::LocalTime;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// What must hold at a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Its name: docs and messages use it.
    pub id: String,
    /// When: after all steps up to and including this time.
    pub at: LocalTime,
    /// Whose device, or `server`, or `console`; one or several.
    pub on: Places,
    /// Who is signed in to the console.
    #[serde(rename = "as", default)]
    pub signed_in: Option<String>,
    /// About whom. May be left out where the file has one person.
    #[serde(default)]
    pub person: Option<String>,
    /// What to look at.
    pub look_at: Subject,
    /// For `page`: its path, with `{grace}` for the identifier of a person.
    #[serde(default)]
    pub path: Option<String>,
    /// For `field`: the part of the plan.
    #[serde(default)]
    pub section: Option<String>,
    /// For `field`: the entry.
    #[serde(default)]
    pub entry: Option<String>,
    /// For `field`: the field.
    #[serde(default)]
    pub field: Option<String>,
    /// For `note_words`: the note as it is typed.
    #[serde(default)]
    pub text: Option<String>,
    /// Of a list, only the items that have these values.
    #[serde(rename = "where", default)]
    pub only: Option<Map<String, Json>>,
    /// All of it: lists have the same length and order; of an object, the named values are compared.
    #[serde(default, deserialize_with = "present")]
    pub is: Option<Json>,
    /// A list has each of these among its items.
    #[serde(default)]
    pub includes: Option<Vec<Json>>,
    /// Words that a page shows.
    #[serde(default)]
    pub shows: Vec<String>,
    /// Words that a page does not show.
    #[serde(default)]
    pub shows_not: Vec<String>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `null` is a value that can be expected.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(from).map(Some)
}

/// One place or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "OneOrMany")]
pub struct Places(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Places {
    fn from(from: OneOrMany) -> Places {
        match from {
            OneOrMany::One(place) => Places(vec![place]),
            OneOrMany::Many(places) => Places(places),
        }
    }
}

/// What an expectation looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Escalations of a person, open and closed, oldest first.
    Escalations,
    /// What cannot be told because a device is silent.
    CannotTell,
    /// Planned and unplanned visits.
    Visits,
    /// Notes aligned with clinical visits.
    Aligned,
    /// One field of the plan, with every version of it.
    Field,
    /// All fields on which people differ.
    Conflicts,
    /// Edits that wait for a decision.
    Held,
    /// Own edits and what became of them.
    MyEdits,
    /// What of the person's record is not shared with the organisation of the device's holder; null where the person is
    /// not on the device.
    NotShared,
    /// What of the person's views a device cannot tell.
    Untold,
    /// Records on the device that the server has not receipted.
    Waiting,
    /// The server's journal: how many records of whom, gaps, records missing.
    Journal,
    /// Every record of a person, oldest first, with the plan that its author saw.
    History,
    /// What is new for the device's holder since they looked.
    News,
    /// The summary of each week that is over, in each of its versions. At several places they must be the same
    /// to the last figure.
    Weekly,
    /// What is due of a person's care from whom. At several places it must be the same to the last figure.
    Deadlines,
    /// What the deadlines follow from: risks, decisions, disagreements, referrals, joint assessment, going home. At
    /// several places it must be the same to the last figure.
    SharedWork,
    /// Recurring visits that do not go together.
    Clashes,
    /// What needs the holder of a device.
    NeedsYou,
    /// What a carer's day holds about a person: unread, open, late, not safe.
    Day,
    /// Whether the code of the key safe can be looked at on the device now.
    KeySafe,
    /// What a device's holder reads as concerns; null where nothing is for them.
    Concerns,
    /// How many concerns wait on a device.
    WaitingConcerns,
    /// What the check of a note offers in place of its words, while it is typed.
    NoteWords,
    /// The one line that a locked app shows; null where there is none.
    RingTheOffice,
    /// The words of `shows_not`, as they stand in any file of the device or the server.
    Files,
    /// The text of a console page.
    Page,
}

impl Subject {
    /// Whether what is found at several places must be the same to the last figure.
    pub fn is_the_same_everywhere(self) -> bool {
        matches!(self, Subject::Weekly | Subject::Deadlines | Subject::SharedWork | Subject::Clashes)
    }
}
