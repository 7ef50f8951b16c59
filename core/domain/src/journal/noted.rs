//! Records about records: their times corrected, when they came in, and to whom they were shown.

use super::body::Role;
use crate::ids::{AuthorId, Epoch};
use crate::time::Moment;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Corrected times for records `first` to `last` of a stream of this person.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// The stream's author.
    #[n(0)]
    pub author: AuthorId,
    /// Its epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// The first record that it is about.
    #[n(2)]
    pub first: u64,
    /// The last one.
    #[n(3)]
    pub last: u64,
    /// What to add to their times, in milliseconds.
    #[n(4)]
    pub add_ms: i64,
}

/// What a screen has shown to the author, of this person's records in the same channel.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// What the author does, where the store writes it: who looks on the console may have no device.
    #[n(0)]
    #[serde(default)]
    pub role: Option<Role>,
    /// What was shown for the first time: at most [`Looked::SHOWN_MAX`].
    #[n(1)]
    pub shown: Vec<ShownRun>,
    /// What a screen has rendered to the author as what became of their own edits: records of the store, at most
    /// [`Looked::SHOWN_MAX`].
    #[n(2)]
    #[serde(default)]
    pub fates: Option<Vec<ShownRun>>,
    /// With `fates` of somebody else's edits: the author has told them, and how. Whose the edits are is known by them.
    #[n(3)]
    #[serde(default)]
    pub told: Option<String>,
}

impl Looked {
    /// The most runs in one look.
    pub const SHOWN_MAX: usize = 200;
}

/// Records `first` to `last` of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownRun {
    /// The stream's author.
    #[n(0)]
    pub author: AuthorId,
    /// Its epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// The first record.
    #[n(2)]
    pub first: u64,
    /// The last one.
    #[n(3)]
    pub last: u64,
}

/// When records `first` to `last` of a stream of this person came in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// The stream's author.
    #[n(0)]
    pub author: AuthorId,
    /// Its epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// The first record that it is about.
    #[n(2)]
    pub first: u64,
    /// The last one.
    #[n(3)]
    pub last: u64,
    /// When they came in, by the server's clock.
    #[n(4)]
    pub at: Moment,
}
