//! How names, moments and maps of fields cross.
//!
//! An identifier is a record of one field, so that a shell cannot give a visit where a person is wanted. The name
//! of a plan entry is text, as people choose it, so that maps by it work in every language.

use crate::problem::Problem;
use alongside_replica::domain::care::catalogue::Catalogue;
use alongside_replica::domain::care::condition::Condition;
use alongside_replica::domain::care::emergency::CallFirst;
use alongside_replica::domain::ids::{AuthorId, EntryId, Epoch, PersonId, StaffId, VisitId};
use alongside_replica::domain::journal::Kind;
use alongside_replica::domain::journal::body::Role;
use alongside_replica::domain::plan::edit::Section;
use alongside_replica::domain::plan::view::{EntryView, FieldView};
use alongside_replica::domain::reablement::goal::Level;
use alongside_replica::domain::reablement::week::Week;
use alongside_replica::domain::time::Moment;
use alongside_replica::domain::value::{Fields, Value};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// An identifier of core crosses as a record that holds its hex form.
macro_rules! crosses_as_hex {
    ($(#[$doc:meta])* $id:ident, $crossing:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
        #[uniffi::export(Eq, Hash)]
        pub struct $crossing {
            /// Lower-case hex.
            pub hex: String,
        }

        uniffi::custom_type!($id, $crossing, {
            remote,
            lower: |id| $crossing { hex: id.to_string() },
            try_lift: |given| given.hex.parse().map_err(|_| Problem::not_a_name(stringify!($id)).into()),
        });
    };
}

crosses_as_hex!(
    /// A person who receives care. 32 hex digits.
    PersonId, PersonHex
);
crosses_as_hex!(
    /// A member of staff. 32 hex digits.
    StaffId, StaffHex
);
crosses_as_hex!(
    /// Who writes records: a device, or the server's store. 32 hex digits.
    AuthorId, AuthorHex
);
crosses_as_hex!(
    /// A visit. 32 hex digits; for an unplanned visit the shell chooses them at random.
    VisitId, VisitHex
);
crosses_as_hex!(
    /// One installation of an author. 16 hex digits.
    Epoch, EpochHex
);

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
#[uniffi::export(Eq, Hash)]
pub struct UnixMs {
    /// Milliseconds, negative before 1970.
    pub ms: i64,
}

uniffi::custom_type!(Moment, UnixMs, {
    remote,
    lower: |moment| UnixMs { ms: moment.0 },
    try_lift: |given| Ok(Moment(given.ms)),
});

uniffi::custom_type!(Kind, u16, {
    remote,
    lower: |kind| kind.0,
    try_lift: |number| Ok(Kind(number)),
});

uniffi::custom_type!(EntryId, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| text.parse().map_err(|_| Problem::not_a_name("EntryId").into()),
});

uniffi::custom_type!(Fields, HashMap<String, Value>, {
    remote,
    lower: |fields| fields.into_iter().collect(),
    try_lift: |given| Ok(given.into_iter().collect()),
});

/// The fields of a plan entry, by code.
pub type FieldViews = BTreeMap<String, FieldView>;

uniffi::custom_type!(FieldViews, HashMap<String, FieldView>, {
    remote,
    lower: |fields| fields.into_iter().collect(),
    try_lift: |given| Ok(given.into_iter().collect()),
});

/// The entries of a section of the plan, by name.
pub type EntryViews = BTreeMap<EntryId, EntryView>;

uniffi::custom_type!(EntryViews, HashMap<EntryId, EntryView>, {
    remote,
    lower: |entries| entries.into_iter().collect(),
    try_lift: |given| Ok(given.into_iter().collect()),
});

/// The sections of the plan.
pub type SectionViews = BTreeMap<Section, BTreeMap<EntryId, EntryView>>;

uniffi::custom_type!(SectionViews, HashMap<Section, EntryViews>, {
    remote,
    lower: |sections| sections.into_iter().collect(),
    try_lift: |given| Ok(given.into_iter().collect()),
});

/// Whom a clinician put before 999 for one person: a contact of the plan, and the clinician's name.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FirstContact {
    /// The contact's entry in the plan.
    pub contact: EntryId,
    /// The clinician who agreed it.
    pub agreed_by: String,
}

uniffi::custom_type!(CallFirst, FirstContact, {
    remote,
    lower: |call| FirstContact { contact: call.contact().clone(), agreed_by: call.agreed_by().to_owned() },
    try_lift: |given| Ok(CallFirst::new(given.contact, &given.agreed_by, Role::Nurse)?),
});

uniffi::custom_type!(Condition, String, {
    remote,
    lower: |condition| condition.to_json(),
    try_lift: |text| Condition::parse(&text, Catalogue::built_in()).map_err(|_| Problem::not_a_name("Condition").into()),
});

/// A calendar day, as `2026-03-02`.
pub type Day = NaiveDate;

uniffi::custom_type!(Day, String, {
    remote,
    lower: |day| day.to_string(),
    try_lift: |text| text.parse().map_err(|_| Problem::not_a_name("Day").into()),
});

uniffi::custom_type!(Week, String, {
    remote,
    lower: |week| week.monday().to_string(),
    try_lift: |text| text.parse().map(Week::of_day).map_err(|_| Problem::not_a_name("Week").into()),
});

uniffi::custom_type!(Level, u8, {
    remote,
    lower: |level| level.number(),
    try_lift: |number| Level::new(i64::from(number)).ok_or_else(|| Problem::not_a_name("Level").into()),
});

/// A goal, and how many records of it.
pub type GoalCount = (EntryId, usize);

/// A goal, and how many records of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecordsOfGoal {
    /// The goal's entry.
    pub goal: EntryId,
    /// How many records.
    pub records: u64,
}

uniffi::custom_type!(GoalCount, RecordsOfGoal, {
    remote,
    lower: |count| RecordsOfGoal { goal: count.0, records: count.1 as u64 },
    try_lift: |count| {
        let records = usize::try_from(count.records).map_err(|_| Problem::not_a_name("HowMany"))?;
        Ok((count.goal, records))
    },
});

/// A count of things.
pub type HowMany = usize;

uniffi::custom_type!(HowMany, u64, {
    remote,
    lower: |count| count as u64,
    try_lift: |count| usize::try_from(count).map_err(|_| Problem::not_a_name("HowMany").into()),
});

/// Who answered, and what they said: a pair in core.
pub type WhoSaid = (String, String);

/// Who answered, and what they said.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AnswerInWords {
    /// Their name.
    pub who: String,
    /// Their words.
    pub said: String,
}

uniffi::custom_type!(WhoSaid, AnswerInWords, {
    remote,
    lower: |answer| AnswerInWords { who: answer.0, said: answer.1 },
    try_lift: |answer| Ok((answer.who, answer.said)),
});
