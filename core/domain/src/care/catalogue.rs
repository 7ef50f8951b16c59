//! The descriptor catalogue: which kinds of observation there are, and what each may hold.
//!
//! It is data (`core/domain/catalogue/catalogue.json`), read once and validated: an organisation can add a
//! kind without a release. Codes are stable; labels are the product's own words.

use super::number::Number;
use crate::journal::body::ReasonAbsent;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::load(include_str!("../../catalogue/catalogue.json"))
        .expect("a test loads the built-in catalogue")
});

/// All kinds of observation of one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Grows with each change of the data.
    pub version: u32,
    /// The units that fields may name.
    pub units: Vec<Label>,
    /// The places on the body that kinds may allow.
    pub sites: Vec<Label>,
    /// The kinds.
    pub kinds: Vec<KindRule>,
}

/// A stable code and its words on screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// What is stored.
    pub code: String,
    /// What is shown.
    pub label: String,
}

/// Who may learn of a kind: fixes the channel of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KindChannel {
    /// The care team.
    Care,
    /// Opens the concern form, and leaves no care record.
    Restricted,
}

/// One kind of observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// Stable code.
    pub code: String,
    /// Words on screen.
    pub label: String,
    /// Who may learn of it.
    pub channel: KindChannel,
    /// Codes of the places on the body that it may name; empty when it has none.
    pub sites: Vec<String>,
    /// The reasons that may stand in place of values.
    pub absent: Vec<ReasonAbsent>,
    /// Its fields, in the order of the form.
    pub fields: Vec<FieldRule>,
}

/// One field of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Stable code.
    pub code: String,
    /// Words on screen.
    pub label: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub holds: FieldType,
    /// The unit of its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether an observation with values must have it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The code that "declined" stands for in conditions (R7: a declined meal was not eaten).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined_is: Option<String>,
    /// When another field says this, the field has no value and counts in no condition (R7: not offered).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_when: Option<NotWhen>,
}

/// Another field, and the code with which it rules a field out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotWhen {
    /// The other field.
    pub field: String,
    /// Its code.
    pub is: String,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldType {
    /// A whole number, both ends allowed.
    Int {
        /// Lowest.
        min: i64,
        /// Highest.
        max: i64,
    },
    /// A number with at most this many decimal places, both ends allowed.
    Decimal {
        /// Lowest, whole.
        min: i64,
        /// Highest, whole.
        max: i64,
        /// The most places.
        places: u8,
    },
    /// One of a list.
    Codes(Vec<Code>),
    /// Words.
    Text {
        /// The most characters.
        max: usize,
    },
    /// A calendar day, `2026-03-02`.
    Date {},
}

/// One allowed code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// What is stored.
    pub code: String,
    /// What is shown.
    pub label: String,
    /// Its place in an order, so that "at least" has a meaning. All codes of a list have one, or none has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u16>,
}

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
}

impl Catalogue {
    /// The catalogue that ships with the product.
    pub fn built_in() -> &'static Catalogue {
        &BUILT_IN
    }

    /// Reads catalogue data, and checks that it means something.
    pub fn load(json: &str) -> Result<Catalogue, CatalogueError> {
        let catalogue: Catalogue =
            serde_json::from_str(json).map_err(|error| CatalogueError::Unreadable {
                line: error.line(),
                column: error.column(),
                reason: error.to_string(),
            })?;
        catalogue.validate()?;
        Ok(catalogue)
    }

    /// The kind with this code.
    pub fn kind(&self, code: &str) -> Option<&KindRule> {
        self.kinds.iter().find(|kind| kind.code == code)
    }

    /// The field of a kind.
    pub fn field(&self, kind: &str, field: &str) -> Option<&FieldRule> {
        self.kind(kind)?.field(field)
    }

    /// The label of a site.
    pub fn site_label(&self, code: &str) -> Option<&str> {
        self.sites.iter().find(|site| site.code == code).map(|site| site.label.as_str())
    }

    fn validate(&self) -> Result<(), CatalogueError> {
        distinct("units", self.units.iter().map(|unit| &unit.code))?;
        distinct("sites", self.sites.iter().map(|site| &site.code))?;
        distinct("kinds", self.kinds.iter().map(|kind| &kind.code))?;
        self.kinds.iter().try_for_each(|kind| self.validate_kind(kind))
    }

    fn validate_kind(&self, kind: &KindRule) -> Result<(), CatalogueError> {
        let place = format!("kinds.{}", kind.code);
        labelled(&place, &kind.label)?;
        distinct(&format!("{place}.fields"), kind.fields.iter().map(|field| &field.code))?;
        distinct(&format!("{place}.sites"), kind.sites.iter())?;
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

impl KindRule {
    /// The field with this code.
    pub fn field(&self, code: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|field| field.code == code)
    }
}

impl FieldRule {
    /// The value as a number that can be compared: the number itself, or the rank of an ordered code.
    pub fn measure(&self, value: &Value) -> Option<Number> {
        match &self.holds {
            FieldType::Codes(_) => {
                let rank = self.holds.code(value.as_text()?)?.rank?;
                Some(Number::whole(i64::from(rank)))
            }
            FieldType::Int { .. } | FieldType::Decimal { .. } => Number::of(value),
            FieldType::Text { .. } | FieldType::Date {} => None,
        }
    }

    /// Whether "at least" and "up by" mean something here.
    pub fn is_ordered(&self) -> bool {
        match &self.holds {
            FieldType::Int { .. } | FieldType::Decimal { .. } => true,
            FieldType::Codes(codes) => codes.iter().all(|code| code.rank.is_some()),
            FieldType::Text { .. } | FieldType::Date {} => false,
        }
    }

    /// The value in words: a code's label, or the value itself.
    pub fn words(&self, value: &Value) -> String {
        let code = value.as_text().and_then(|text| self.holds.code(text));
        code.map_or_else(|| value.to_string(), |code| code.label.clone())
    }
}

impl FieldType {
    /// The allowed code with this text.
    pub fn code(&self, text: &str) -> Option<&Code> {
        match self {
            FieldType::Codes(codes) => codes.iter().find(|code| code.code == text),
            _ => None,
        }
    }

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

fn distinct<'a>(place: &str, codes: impl Iterator<Item = &'a String>) -> Result<(), CatalogueError> {
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

fn labelled(place: &str, label: &str) -> Result<(), CatalogueError> {
    if label.trim().is_empty() {
        Err(CatalogueError::Empty { place: format!("{place}.label") })
    } else {
        Ok(())
    }
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
    fn the_built_in_catalogue_loads_and_has_the_kinds_of_the_first_version() {
        let codes: Vec<&str> = Catalogue::built_in().kinds.iter().map(|kind| kind.code.as_str()).collect();
        assert_eq!(
            codes,
            ["wound_dressed", "pain", "position", "meal", "no_access", "fall", "goal_progress"]
        );
    }

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
            (r#""label":"Walk""#, r#""label":" ""#, "kinds.walk.label: must not be empty"),
            (
                r#""code":"walk""#,
                r#""code":"Walk!""#,
                "kinds.Walk!: a code has 1 to 40 characters of a to z, digits and _",
            ),
        ];
        assert!(Catalogue::load(SMALL).is_ok());
        for (from, to, reason) in cases {
            let error = Catalogue::load(&SMALL.replacen(from, to, 1)).expect_err(to);
            assert_eq!(error.to_string(), reason);
        }
    }

    #[test]
    fn data_of_another_shape_names_its_line() {
        let error = Catalogue::load(&SMALL.replacen(r#""channel":"care""#, r#""channel":"x""#, 1));
        assert!(matches!(error, Err(CatalogueError::Unreadable { line: 2, .. })), "{error:?}");
    }
}
