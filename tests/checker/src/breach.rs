//! What can be broken.

use crate::model::Record;
use std::fmt;

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// The server had said that it has the record; it does not.
    Lost(Record),
    /// The screen had said "saved"; the record is not on that phone.
    SavedIsGone {
        /// Whose phone.
        device: String,
        /// What.
        record: Record,
    },
    /// Somebody holds a record that nobody made.
    Phantom(Record),
    /// The server says of a record that it came damaged, and nothing had changed it.
    DamagedWithoutCause(String),
    /// After all is over: a record was changed on its author's device, and the server says nothing of it.
    DamageNotKept(String),
    /// Somebody holds what was done once more often.
    Duplicate(Record),
    /// One name, two records, on a phone that was never set back.
    TwoOfOneName(Record, Record),
    /// A number is missing in a stream that is here up to a later one.
    Gap {
        /// Who holds it.
        holder: String,
        /// The first record behind the gap.
        record: Record,
    },
    /// Two branches of a stream are held, and are not said to be two.
    ForkNotNoticed(Record),
    /// An edit took effect that nobody with the right to do it had made or accepted.
    NoAuthority {
        /// The edit.
        edit: String,
        /// What was said to have become of it.
        outcome: String,
    },
    /// A second final fate.
    TwoFates(String),
    /// After all is over: what became of an edit is not what a phone had shown before the server was set back, which that
    /// phone could bring back.
    DecidedOtherwise {
        /// Whose phone.
        device: String,
        /// The edit.
        edit: String,
    },
    /// What became of an edit was said of one that nobody made.
    FateOfNothing(String),
    /// After all is over: an edit without a final fate.
    NoFate(String),
    /// After all is over: its author's phone does not show what became of an edit.
    NotShown {
        /// Whose phone.
        device: String,
        /// The edit.
        edit: String,
    },
    /// After all is over: the screen of a person's last weeks lacks a record that the phone holds.
    NotOnScreen {
        /// Whose phone.
        device: String,
        /// What.
        record: String,
    },
    /// A phone shows a person whom its holder may not see any more, or not yet.
    OutOfScope {
        /// Whose phone.
        device: String,
        /// Whom.
        person: String,
    },
    /// A phone of a partner holds what others wrote and is not shared with it.
    NotShared {
        /// Whose phone.
        device: String,
        /// What.
        record: Record,
    },
    /// A device has destroyed what it held, and nobody had ordered it to.
    WipedWithoutOrder {
        /// Whose phone.
        device: String,
    },
    /// A phone that has not reached the server for longer than its lease shows people.
    ShowsAfterLease {
        /// Whose phone.
        device: String,
    },
    /// After the faults have ended and three syncs: records about people whom the phone may not show are on it.
    KeepsUnseen {
        /// Whose phone.
        device: String,
        /// How many records.
        records: u64,
    },
    /// After the faults have ended and three syncs: something still waits.
    StillWaiting {
        /// Whose phone.
        device: String,
        /// How many records.
        records: u64,
    },
    /// After the faults have ended and three syncs: a phone lacks a record that its holder may see.
    Lacks {
        /// Whose phone.
        device: String,
        /// What.
        record: Record,
    },
    /// After the faults have ended and three syncs: equal records, different views.
    ViewsDiffer {
        /// About whom.
        person: String,
        /// Who shows what.
        first: (String, String),
        /// Who shows something else.
        second: (String, String),
    },
    /// After the faults have ended and three syncs: somebody holds what was erased.
    NotErased {
        /// Who, or which file.
        holder: String,
        /// What.
        record: String,
    },
    /// After the faults have ended and three syncs: one record, two times.
    TimesDiffer {
        /// Which.
        record: String,
        /// Two who show it differently.
        holders: [String; 2],
    },
    /// After the faults have ended and three syncs: a record has a time that the server could know to be wrong.
    TimeWrong {
        /// Which.
        record: String,
        /// How far from the true time it is.
        off_ms: i64,
    },
    /// After the faults have ended and three syncs: the server claims to have known of a record before it can have come in.
    KnownTooEarly {
        /// Which.
        record: String,
        /// By how much.
        early_ms: i64,
    },
    /// After all is over: a concern that waits nowhere any more has not reached a recipient.
    ConcernLost {
        /// Whose phone.
        device: String,
        /// Which.
        text: String,
    },
    /// Somebody reads a concern who does not receive any.
    ConcernOutOfScope {
        /// Whose phone.
        device: String,
    },
    /// A recipient reads a concern that nobody wrote, or reads one twice, or cannot read one.
    ConcernOfNobody {
        /// Whose phone.
        device: String,
        /// What it says; absent where it cannot be read.
        text: Option<String>,
    },
    /// After the faults have ended: a phone cannot sync.
    CannotSync {
        /// Whose phone.
        device: String,
        /// How its sync ended.
        why: String,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{self:?}")
    }
}
