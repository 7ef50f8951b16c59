//! The bodies of safeguarding's records. Each stands within a sealed record, so that only those for whom it is read it.

use crate::journal::body::Means;
use crate::journal::record::RecordRef;
use crate::time::Moment;
use crate::value::Fields;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Whether somebody is in danger now, as far as the author knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// Yes.
    #[n(0)]
    Yes,
    /// No.
    #[n(1)]
    No,
    /// The author does not know.
    #[n(2)]
    NotKnown,
}

/// What somebody saw and heard that makes them think that the person may come to harm: facts, not classified. When it
/// was stands in the header, as for any record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concern {
    /// What was seen and heard.
    #[n(0)]
    pub text: String,
    /// The exact words that were said, and by whom.
    #[n(1)]
    #[serde(default)]
    pub quoted: Option<String>,
    /// Where it was.
    #[n(2)]
    #[serde(default)]
    pub place: Option<String>,
    /// Who was there.
    #[n(3)]
    #[serde(default)]
    pub present: Option<String>,
    /// Whether somebody is in danger now.
    #[n(4)]
    #[serde(default)]
    pub danger: Option<Danger>,
    /// What was done at once.
    #[n(5)]
    #[serde(default)]
    pub done: Option<String>,
}

/// A call about a concern, by whoever recorded it. When it was stands in the header.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcernCall {
    /// The concern.
    #[n(0)]
    pub concern: RecordRef,
    /// With whom, in words.
    #[n(1)]
    pub with: String,
    /// How.
    #[n(2)]
    pub means: Means,
    /// Whether someone answered.
    #[n(3)]
    pub answered: bool,
    /// What was said.
    #[n(4)]
    pub said: String,
}

/// Something that was done about a concern. [`super::acts`] says which acts there are, and what each holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseAct {
    /// The concern that the case began with.
    #[n(0)]
    pub case: RecordRef,
    /// The act's code.
    #[n(1)]
    pub act: String,
    /// What it holds, by field code.
    #[n(2)]
    pub fields: Fields,
}

/// A record of a case for someone whom it was not sealed to: its page as the server keeps it, whose seal proves who
/// wrote it, and the key of what is sealed in it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcernCopy {
    /// The concern that the case began with.
    #[n(0)]
    pub case: RecordRef,
    /// The CBOR of the [`crate::journal::PageExtract`] that holds the record.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub extract: Vec<u8>,
    /// The key of its content, 32 bytes.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub key: Vec<u8>,
    /// When the server received the page.
    #[n(3)]
    pub received: Moment,
}
