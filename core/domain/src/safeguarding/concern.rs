//! The check of a concern before it is saved. Only what was seen and heard must be there: nobody in a hurry is kept
//! from telling by a form.

use super::records::{Concern, ConcernCall};

/// Most characters of what was seen and heard, and of what was said.
pub const WORDS_MAX: usize = 4_000;
/// Most characters of any other field.
pub const LINE_MAX: usize = 1_000;

/// Why a concern, or a call about one, is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConcernError {
    /// What was seen and heard is not there.
    #[error("{field} is missing: write what you saw and heard, in your own words")]
    Missing {
        /// Which field.
        field: &'static str,
    },
    /// Longer than a field may be.
    #[error("{field} has more than {max} characters: shorten it, or record a second concern")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// How many it may have.
        max: usize,
    },
}

impl ConcernError {
    /// The field that it is about.
    pub fn field(&self) -> &'static str {
        match self {
            ConcernError::Missing { field } | ConcernError::TooLong { field, .. } => field,
        }
    }
}

impl Concern {
    /// A concern that says no more than what was seen and heard.
    pub fn of_text(text: impl Into<String>) -> Concern {
        Concern { text: text.into(), ..Concern::default() }
    }

    /// Whether it can be saved.
    pub fn check(&self) -> Result<(), ConcernError> {
        needed("text", &self.text)?;
        short("text", Some(&self.text), WORDS_MAX)?;
        short("quoted", self.quoted.as_deref(), WORDS_MAX)?;
        short("place", self.place.as_deref(), LINE_MAX)?;
        short("present", self.present.as_deref(), LINE_MAX)?;
        short("done", self.done.as_deref(), WORDS_MAX)
    }
}

impl ConcernCall {
    /// Whether it can be saved.
    pub fn check(&self) -> Result<(), ConcernError> {
        needed("with", &self.with)?;
        short("with", Some(&self.with), LINE_MAX)?;
        short("said", Some(&self.said), WORDS_MAX)
    }
}

fn needed(field: &'static str, text: &str) -> Result<(), ConcernError> {
    if text.trim().is_empty() { Err(ConcernError::Missing { field }) } else { Ok(()) }
}

fn short(field: &'static str, text: Option<&str>, max: usize) -> Result<(), ConcernError> {
    let length = text.map_or(0, |text| text.chars().count());
    if length > max { Err(ConcernError::TooLong { field, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_seen_and_heard_must_be_there() {
        assert_eq!(Concern::of_text("two strangers at the table").check(), Ok(()));
        let empty = Concern { place: Some("kitchen".into()), ..Concern::of_text("  ") };
        assert_eq!(empty.check(), Err(ConcernError::Missing { field: "text" }));
    }

    #[test]
    fn what_is_too_long_is_named_and_none_of_its_words_are() {
        let word = "secretword ".repeat(200);
        let concern = Concern { present: Some(word), ..Concern::of_text("seen") };
        let error = concern.check().unwrap_err();
        assert_eq!((error.field(), error.to_string().contains("secretword")), ("present", false));
    }
}
