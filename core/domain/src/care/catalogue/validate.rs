//! Whether catalogue data means something: codes, labels, ranges, ranks, and that what is named is declared.

use super::{Catalogue, Code, FieldRule, FieldType, KindRule, WhoRecords};
use std::collections::BTreeSet;

/// Why catalogue data cannot be used. `place` is like `kinds.meal.fields.eaten`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Not JSON of the expected shape: correct the line.
    #[error("the catalogue cannot be read at line {line}, column {column}: {reason}")]
    Unreadable {
        /// Line in the text, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        reason: String,
    },
    /// A code is empty, or has other characters than `a` to `z`, digits and `_`.
    #[error("{place}: a code has 1 to 40 characters of a to z, digits and _")]
    BadCode {
        /// Where.
        place: String,
    },
    /// A code stands twice in one list.
    #[error("{place}: the code is there twice")]
    Duplicate {
        /// Where.
        place: String,
    },
    /// A list or a label has nothing in it.
    #[error("{place}: must not be empty")]
    Empty {
        /// Where.
        place: String,
    },
    /// A range whose lowest value is above its highest, or with too many places.
    #[error("{place}: the range is empty or has more than 9 places")]
    BadRange {
        /// Where.
        place: String,
    },
    /// Some codes have a rank and some have none, or two have the same.
    #[error("{place}: every code has a rank of its own, or none has one")]
    BadRanks {
        /// Where.
        place: String,
    },
    /// Something names a unit, site, field or code that is not declared.
    #[error("{place}: {names} is not declared")]
    NotDeclared {
        /// Where.
        place: String,
        /// What it names.
        names: String,
    },
    /// An organisation's code that does not begin as its own do: rename it.
    #[error("{place}: a code of the organisation begins with x_")]
    NotOwn {
        /// Where.
        place: String,
    },
    /// More than there is room for: shorten it, or leave some out.
    #[error("{place}: at most {max}")]
    TooMuch {
        /// Where.
        place: String,
        /// The most.
        max: usize,
    },
    /// No calendar day.
    #[error("{place}: give a day such as 2026-03-02")]
    NoDay {
        /// Where.
        place: String,
    },
    /// Another list of emergency signs than the one that ships: read that one, and sign it off.
    #[error("emergency_signs.version: the list that ships has version {version}: sign off that one")]
    OtherList {
        /// Of the list that ships.
        version: u32,
    },
    /// The version does not come after the one that there is: give a higher one.
    #[error("version: give a number above {had}, which is in use")]
    NotNewer {
        /// The version in use; 0 where there is none.
        had: u32,
    },
    /// Something of the version before is not there: records and plans may name it.
    #[error("{place}: is in the version before, and records may name it: keep it")]
    LeftOut {
        /// Where.
        place: String,
    },
    /// Something allows less than before: records and plans may hold what is left out.
    #[error("{place}: allows less than the version before: records may hold the rest")]
    Narrower {
        /// Where.
        place: String,
    },
    /// Something would mean another thing in the records that there are: give it a code of its own.
    #[error("{place}: is not as in the version before: keep it, or give it a code of its own")]
    MeansAnother {
        /// Where.
        place: String,
    },
    /// The catalogue has additions: make the new ones to the catalogue that ships.
    #[error("the catalogue has additions already")]
    HasAdditions,
}

impl CatalogueError {
    /// The field of the data that is wrong, where it is one.
    pub fn place(&self) -> Option<&str> {
        match self {
            CatalogueError::BadCode { place }
            | CatalogueError::Duplicate { place }
            | CatalogueError::Empty { place }
            | CatalogueError::BadRange { place }
            | CatalogueError::BadRanks { place }
            | CatalogueError::NotDeclared { place, .. }
            | CatalogueError::NotOwn { place }
            | CatalogueError::TooMuch { place, .. }
            | CatalogueError::NoDay { place }
            | CatalogueError::LeftOut { place }
            | CatalogueError::Narrower { place }
            | CatalogueError::MeansAnother { place } => Some(place),
            CatalogueError::NotNewer { .. } => Some("version"),
            CatalogueError::OtherList { .. } => Some("emergency_signs.version"),
            CatalogueError::Unreadable { .. } | CatalogueError::HasAdditions => None,
        }
    }
}

impl From<serde_json::Error> for CatalogueError {
    fn from(error: serde_json::Error) -> CatalogueError {
        CatalogueError::Unreadable { line: error.line(), column: error.column(), reason: error.to_string() }
    }
}

impl Catalogue {
    /// Finds the first fault.
    pub(super) fn validate(&self) -> Result<(), CatalogueError> {
        for (place, labels) in [("units", &self.units), ("sites", &self.sites)] {
            distinct(place, labels.iter().map(|label| &label.code))?;
            labels.iter().try_for_each(|one| labelled(&format!("{place}.{}", one.code), &one.label))?;
        }
        distinct("kinds", self.kinds.iter().map(|kind| &kind.code))?;
        self.kinds.iter().try_for_each(|kind| self.validate_kind(kind))
    }

    fn validate_kind(&self, kind: &KindRule) -> Result<(), CatalogueError> {
        let place = format!("kinds.{}", kind.code);
        labelled(&place, &kind.label)?;
        distinct(&format!("{place}.fields"), kind.fields.iter().map(|field| &field.code))?;
        distinct(&format!("{place}.sites"), kind.sites.iter())?;
        kind.sources.iter().try_for_each(|source| worded(&format!("{place}.sources"), &source.text))?;
        if kind.who == WhoRecords::Roles(Vec::new()) {
            return Err(CatalogueError::Empty { place: format!("{place}.who") });
        }
        for site in &kind.sites {
            declared(&format!("{place}.sites"), site, self.site_label(site).is_some())?;
        }
        kind.fields.iter().try_for_each(|field| self.validate_field(kind, field))
    }

    fn validate_field(&self, kind: &KindRule, field: &FieldRule) -> Result<(), CatalogueError> {
        let place = format!("kinds.{}.fields.{}", kind.code, field.code);
        labelled(&place, &field.label)?;
        field.holds.validate(&place)?;
        if let Some(unit) = &field.unit {
            declared(&place, unit, self.units.iter().any(|known| known.code == *unit))?;
        }
        if let Some(code) = &field.declined_is {
            declared(&place, code, field.holds.code(code).is_some())?;
        }
        if let Some(other) = &field.not_when {
            let found = kind.field(&other.field).is_some_and(|rule| rule.holds.code(&other.is).is_some());
            declared(&place, &format!("{} {}", other.field, other.is), found)?;
        }
        Ok(())
    }
}

impl FieldType {
    fn validate(&self, place: &str) -> Result<(), CatalogueError> {
        match self {
            FieldType::Int { min, max } if min <= max => Ok(()),
            FieldType::Decimal { min, max, places } if min <= max && *places <= 9 => Ok(()),
            FieldType::Int { .. } | FieldType::Decimal { .. } => {
                Err(CatalogueError::BadRange { place: place.to_owned() })
            }
            FieldType::Text { max: 0 } => Err(CatalogueError::Empty { place: place.to_owned() }),
            FieldType::Text { .. } | FieldType::Date {} => Ok(()),
            FieldType::Codes(codes) => validate_codes(place, codes),
        }
    }
}

fn validate_codes(place: &str, codes: &[Code]) -> Result<(), CatalogueError> {
    if codes.is_empty() {
        return Err(CatalogueError::Empty { place: place.to_owned() });
    }
    distinct(place, codes.iter().map(|code| &code.code))?;
    codes.iter().try_for_each(|code| labelled(place, &code.label))?;
    let ranks: BTreeSet<u16> = codes.iter().filter_map(|code| code.rank).collect();
    let ranked = codes.iter().filter(|code| code.rank.is_some()).count();
    let sound = ranked == 0 || (ranked == codes.len() && ranks.len() == ranked);
    if sound { Ok(()) } else { Err(CatalogueError::BadRanks { place: place.to_owned() }) }
}

/// Codes of a list are well formed, and no two are equal.
pub(crate) fn distinct<'a>(
    place: &str,
    codes: impl Iterator<Item = &'a String>,
) -> Result<(), CatalogueError> {
    let mut seen = BTreeSet::new();
    for code in codes {
        let place = format!("{place}.{code}");
        if !is_code(code) {
            return Err(CatalogueError::BadCode { place });
        }
        if !seen.insert(code) {
            return Err(CatalogueError::Duplicate { place });
        }
    }
    Ok(())
}

fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A label says something.
pub(crate) fn labelled(place: &str, label: &str) -> Result<(), CatalogueError> {
    worded(&format!("{place}.label"), label)
}

/// There are words.
pub(crate) fn worded(place: &str, words: &str) -> Result<(), CatalogueError> {
    if words.trim().is_empty() { Err(CatalogueError::Empty { place: place.to_owned() }) } else { Ok(()) }
}

fn declared(place: &str, names: &str, found: bool) -> Result<(), CatalogueError> {
    if found {
        return Ok(());
    }
    Err(CatalogueError::NotDeclared { place: place.to_owned(), names: names.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"version":1,"units":[{"code":"min","label":"minutes"}],
        "sites":[{"code":"heel","label":"Heel"}],"kinds":[{"code":"walk","label":"Walk","channel":"care",
        "sites":["heel"],"absent":["declined"],"fields":[
        {"code":"took","label":"Took","type":{"int":{"min":0,"max":60}},"unit":"min"},
        {"code":"aid","label":"Aid","type":{"codes":[{"code":"none","label":"None","rank":0},
        {"code":"stick","label":"Stick","rank":1}]},"declined_is":"none"}]}]}"#;

    #[test]
    fn data_with_a_fault_is_refused_with_the_place_and_the_reason() {
        let cases = [
            (r#""unit":"min""#, r#""unit":"hours""#, "kinds.walk.fields.took: hours is not declared"),
            (r#""sites":["heel"]"#, r#""sites":["toe"]"#, "kinds.walk.sites: toe is not declared"),
            (
                r#""min":0,"max":60"#,
                r#""min":61,"max":60"#,
                "kinds.walk.fields.took: the range is empty or has more than 9 places",
            ),
            (
                r#""rank":1"#,
                r#""rank":0"#,
                "kinds.walk.fields.aid: every code has a rank of its own, or none has one",
            ),
            (r#","rank":1"#, "", "kinds.walk.fields.aid: every code has a rank of its own, or none has one"),
            (r#""code":"aid""#, r#""code":"took""#, "kinds.walk.fields.took: the code is there twice"),
            (r#""declined_is":"none""#, r#""declined_is":"x""#, "kinds.walk.fields.aid: x is not declared"),
            (r#""label":"Heel""#, r#""label":"""#, "sites.heel.label: must not be empty"),
            (r#""label":"Walk""#, r#""label":" ""#, "kinds.walk.label: must not be empty"),
            (
                r#""code":"walk""#,
                r#""code":"Walk!""#,
                "kinds.Walk!: a code has 1 to 40 characters of a to z, digits and _",
            ),
            (r#""absent""#, r#""who":{"roles":[]},"absent""#, "kinds.walk.who: must not be empty"),
            (
                r#""absent""#,
                r#""sources":[{"text":"","mark":"inferred"}],"absent""#,
                "kinds.walk.sources: must not be empty",
            ),
        ];
        assert!(Catalogue::load(SMALL).is_ok());
        for (from, to, reason) in cases {
            let error = Catalogue::load(&SMALL.replacen(from, to, 1)).expect_err(to);
            assert_eq!(error.to_string(), reason);
        }
    }

    #[test]
    fn data_that_says_nothing_of_who_records_it_is_for_anyone() {
        let catalogue = Catalogue::load(SMALL).expect("it is sound");
        assert_eq!(catalogue.kinds[0].who, WhoRecords::Anyone);
        assert!(catalogue.kinds[0].sources.is_empty() && catalogue.additions.is_none());
    }

    #[test]
    fn data_of_another_shape_names_its_line() {
        let error = Catalogue::load(&SMALL.replacen(r#""channel":"care""#, r#""channel":"x""#, 1));
        assert!(matches!(error, Err(CatalogueError::Unreadable { line: 2, .. })), "{error:?}");
    }
}
