//! What an organisation adds to the catalogue by data: kinds of its own, with their units and sites; and who has signed off
//! the list of emergency signs.
//!
//! The data comes from outside, so everything in it is bounded. Codes of an organisation begin with `x_` and
//! those that ship never do: no release can clash with what an organisation has recorded.

use super::{Catalogue, CatalogueError, FieldRule, FieldType, KindRule, Label, WhoRecords};
use crate::care::check::NOTE_CHARS_MAX;
use crate::care::emergency::SignedList;
use serde::Deserialize;

/// How each code of an organisation's own kinds, units and sites begins.
pub const OWN_PREFIX: &str = "x_";
/// The most bytes of the JSON.
pub const ADDITIONS_BYTES_MAX: usize = 256 * 1024;
/// The most kinds of an organisation.
pub const ADDITIONS_KINDS_MAX: usize = 100;
/// The most units of an organisation, and the most sites.
pub const ADDITIONS_LABELS_MAX: usize = 100;
/// The most fields of one of its kinds, and the most sources and roles.
pub const FIELDS_MAX: usize = 60;
/// The most codes of a field.
pub const CODES_MAX: usize = 60;
/// The most characters of a label, and of the text of a source.
pub const LABEL_CHARS_MAX: usize = 200;

/// What an organisation adds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Additions {
    /// Grows with each change of the data.
    version: u32,
    #[serde(default)]
    units: Vec<Label>,
    #[serde(default)]
    sites: Vec<Label>,
    #[serde(default)]
    kinds: Vec<KindRule>,
    #[serde(default)]
    emergency_signs: Option<SignedList>,
}

impl Catalogue {
    /// This catalogue with an organisation's kinds, units and sites after its own.
    ///
    /// The JSON is an object with `version` and, where it has some, `kinds`, `units` and `sites`, each as in the
    /// catalogue itself; and `emergency_signs`, who has signed off that list, and which version of it. Its kinds may name
    /// units and sites that ship. Nothing that ships is replaced.
    pub fn with_additions(&self, json: &str) -> Result<Catalogue, CatalogueError> {
        if self.additions.is_some() {
            return Err(CatalogueError::HasAdditions);
        }
        at_most("bytes", json.len(), ADDITIONS_BYTES_MAX)?;
        let mut added: Additions = serde_json::from_str(json)?;
        added.check()?;
        let (additions, emergency_signs) = (Some(added.version), added.emergency_signs.take());
        let mut catalogue = Catalogue { additions, emergency_signs, ..self.clone() };
        catalogue.units.append(&mut added.units);
        catalogue.sites.append(&mut added.sites);
        catalogue.kinds.append(&mut added.kinds);
        catalogue.validate()?;
        Ok(catalogue)
    }
}

impl Additions {
    /// What is asked of additions, beside what is asked of every catalogue.
    fn check(&self) -> Result<(), CatalogueError> {
        for (place, labels) in [("units", &self.units), ("sites", &self.sites)] {
            at_most(place, labels.len(), ADDITIONS_LABELS_MAX)?;
            labels.iter().try_for_each(|label| check_own(place, &label.code, &label.label))?;
        }
        if let Some(SignedList { signed_off, .. }) = &self.emergency_signs {
            let place = "emergency_signs";
            signed_off.check(place)?;
            at_most(&format!("{place}.signed_off.by"), signed_off.by.chars().count(), LABEL_CHARS_MAX)?;
        }
        at_most("kinds", self.kinds.len(), ADDITIONS_KINDS_MAX)?;
        self.kinds.iter().try_for_each(check_kind)
    }
}

fn check_kind(kind: &KindRule) -> Result<(), CatalogueError> {
    check_own("kinds", &kind.code, &kind.label)?;
    let place = format!("kinds.{}", kind.code);
    at_most(&format!("{place}.fields"), kind.fields.len(), FIELDS_MAX)?;
    at_most(&format!("{place}.sources"), kind.sources.len(), FIELDS_MAX)?;
    if let WhoRecords::Roles(roles) = &kind.who {
        at_most(&format!("{place}.who"), roles.len(), FIELDS_MAX)?;
    }
    kind.sources.iter().try_for_each(|source| check_words(&format!("{place}.sources"), &source.text))?;
    kind.fields.iter().try_for_each(|field| check_field(&place, field))
}

fn check_field(place: &str, field: &FieldRule) -> Result<(), CatalogueError> {
    let place = format!("{place}.fields.{}", field.code);
    check_words(&place, &field.label)?;
    match &field.holds {
        FieldType::Codes(codes) => {
            at_most(&place, codes.len(), CODES_MAX)?;
            codes.iter().try_for_each(|code| check_words(&place, &code.label))
        }
        FieldType::Text { max } => at_most(&place, *max, NOTE_CHARS_MAX),
        FieldType::Int { .. } | FieldType::Decimal { .. } | FieldType::Date {} => Ok(()),
    }
}

fn check_own(place: &str, code: &str, label: &str) -> Result<(), CatalogueError> {
    let place = format!("{place}.{code}");
    if !code.starts_with(OWN_PREFIX) {
        return Err(CatalogueError::NotOwn { place });
    }
    check_words(&place, label)
}

/// Words that ship are as long as they are; from outside they are short. That they say something, every
/// catalogue is asked.
fn check_words(place: &str, words: &str) -> Result<(), CatalogueError> {
    at_most(&format!("{place}.label"), words.chars().count(), LABEL_CHARS_MAX)
}

fn at_most(place: &str, count: usize, max: usize) -> Result<(), CatalogueError> {
    if count <= max { Ok(()) } else { Err(CatalogueError::TooMuch { place: place.to_owned(), max }) }
}
