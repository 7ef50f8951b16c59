//! Lists that ship as data beside the catalogue: what reading the emergency signs and the default triggers shares.

use super::catalogue::{Catalogue, CatalogueError};
use super::condition::Condition;
use super::parse::ConditionError;

/// Why a list cannot be used. `place` is like `signs.chest_pain.matches[1]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not JSON of the expected shape: correct the line.
    #[error("the list cannot be read at line {line}, column {column}: {reason}")]
    Unreadable {
        /// Line in the text, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        reason: String,
    },
    /// A code or a label is not as in a catalogue.
    #[error(transparent)]
    Code(#[from] CatalogueError),
    /// A sign that no observation could be.
    #[error("{place}: must not be empty")]
    Empty {
        /// Where.
        place: String,
    },
    /// A condition does not fit the catalogue.
    #[error("{place} {fault}", fault = .error.to_string())]
    Condition {
        /// Where.
        place: String,
        /// What is wrong inside it.
        error: ConditionError,
    },
    /// A sign is seen in one observation: its condition compares fields of one kind, and does nothing else.
    #[error("{place}: compares fields of one kind only")]
    NotOneObservation {
        /// Where.
        place: String,
    },
    /// A place on the body that the condition's kind does not have.
    #[error("{place}: {site} is no place of {kind}")]
    NoSuchSite {
        /// Where.
        place: String,
        /// What it names.
        site: String,
        /// The kind.
        kind: String,
    },
    /// A default trigger that says that nobody need agree it.
    #[error("{place}: a clinician's agreement is always needed")]
    AgreementLeftOut {
        /// Where.
        place: String,
    },
}

/// Reads a list's JSON.
pub(super) fn read<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, ListError> {
    serde_json::from_str(json).map_err(|error| ListError::Unreadable {
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })
}

/// Reads a condition that stands in a list.
pub(super) fn condition(
    place: &str,
    json: &serde_json::Value,
    catalogue: &Catalogue,
) -> Result<Condition, ListError> {
    Condition::parse(&json.to_string(), catalogue)
        .map_err(|error| ListError::Condition { place: place.to_owned(), error })
}
