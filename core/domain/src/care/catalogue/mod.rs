//! The descriptor catalogue: which kinds of observation there are, and what each may hold.
//!
//! It is data (`core/domain/catalogue/catalogue.json`), read once and validated: an organisation can add a
//! kind without a release (`additions.rs`). Codes are stable; labels are the product's own words. Absent on
//! purpose: scores. Scales under licence are entered by clinicians elsewhere; carers send facts.

use super::emergency::SignedList;
use super::number::Number;
use crate::journal::body::{ReasonAbsent, Role};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

mod additions;
mod growth;
mod validate;

pub use additions::{
    ADDITIONS_BYTES_MAX, ADDITIONS_KINDS_MAX, ADDITIONS_LABELS_MAX, CODES_MAX, FIELDS_MAX, LABEL_CHARS_MAX,
    OWN_PREFIX,
};
pub use validate::CatalogueError;
pub(crate) use validate::{distinct, labelled, worded};

static BUILT_IN: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
    let shipped = Catalogue::load(include_str!("../../../catalogue/catalogue.json"));
    Arc::new(shipped.expect("a test loads the built-in catalogue"))
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
    /// The version of the organisation's own kinds, units and sites, where it has added some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additions: Option<u32>,
    /// Who at the organisation answers for the list of emergency signs, where somebody has signed it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_signs: Option<SignedList>,
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

/// Who may record a kind. The caller knows who is trained and what is delegated to whom; this only says what
/// is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoRecords {
    /// All who may record for the person.
    #[default]
    Anyone,
    /// Those trained for it, such as for vital signs.
    Trained,
    /// Those to whom a registered nurse has delegated it for this person.
    Delegated,
    /// These roles, at least one.
    Roles(Vec<Role>),
}

impl WhoRecords {
    fn is_anyone(&self) -> bool {
        *self == WhoRecords::Anyone
    }
}

/// How far a source can be relied on. Whatever is not verified, a clinician must still agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Read in its source.
    Verified,
    /// Concluded from sources.
    Inferred,
    /// General knowledge, to be checked before anyone relies on it.
    ToCheck,
}

/// Where a kind, or a part of it, comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The source, and what of the kind it is for.
    pub text: String,
    /// How far it can be relied on.
    pub mark: Mark,
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
    /// Who may record it.
    #[serde(default, skip_serializing_if = "WhoRecords::is_anyone")]
    pub who: WhoRecords,
    /// Where it comes from; empty when nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
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

impl Catalogue {
    /// The catalogue that ships with the product.
    pub fn built_in() -> &'static Catalogue {
        &BUILT_IN
    }

    /// The same, for whoever holds one catalogue that may be changed for another.
    pub fn shipped() -> Arc<Catalogue> {
        Arc::clone(&BUILT_IN)
    }

    /// Reads catalogue data, and checks that it means something.
    pub fn load(json: &str) -> Result<Catalogue, CatalogueError> {
        let catalogue: Catalogue = serde_json::from_str(json)?;
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_of(kinds: impl Fn(&KindRule) -> bool) -> Vec<&'static str> {
        let all = Catalogue::built_in().kinds.iter();
        all.filter(|kind| kinds(kind)).map(|kind| kind.code.as_str()).collect()
    }

    #[test]
    fn the_built_in_catalogue_has_every_kind_that_carers_record() {
        assert_eq!(
            codes_of(|_| true),
            [
                "skin_check",
                "wound_dressed",
                "wound_seen",
                "mark_injury",
                "fall",
                "near_fall",
                "pain",
                "meal",
                "fluid",
                "swallowing",
                "weight",
                "bladder",
                "bowel",
                "transfer",
                "walking",
                "adl_step",
                "home_task",
                "mood",
                "alertness",
                "breathing",
                "stroke_signs",
                "vital_signs",
                "glucose",
                "medicine_support",
                "position",
                "mouth",
                "sleep",
                "home",
                "goal_progress",
                "money_visitors",
                "contact_conduct",
                "wishes_consent",
                "care_refused",
                "family_carer",
                "no_access",
            ]
        );
    }

    #[test]
    fn money_visitors_and_conduct_belong_in_a_concern() {
        let restricted = codes_of(|kind| kind.channel == KindChannel::Restricted);
        assert_eq!(restricted, ["money_visitors", "contact_conduct"]);
    }

    #[test]
    fn only_the_trained_measure_and_only_the_delegated_see_a_wound_or_blood_glucose() {
        assert_eq!(codes_of(|kind| kind.who == WhoRecords::Trained), ["vital_signs"]);
        assert_eq!(codes_of(|kind| kind.who == WhoRecords::Delegated), ["wound_seen", "glucose"]);
    }

    #[test]
    fn every_kind_says_where_it_comes_from() {
        assert!(codes_of(|kind| kind.sources.is_empty()).is_empty());
    }

    #[test]
    fn the_codes_of_organisations_are_left_to_them() {
        let built_in = Catalogue::built_in();
        let labels = built_in.units.iter().chain(&built_in.sites).map(|label| &label.code);
        let own = |code: &&String| code.starts_with(OWN_PREFIX);
        assert_eq!(labels.chain(built_in.kinds.iter().map(|kind| &kind.code)).find(own), None);
    }

    #[test]
    fn a_catalogue_reads_back_from_what_it_writes() {
        let json = serde_json::to_string(Catalogue::built_in()).expect("a catalogue has string keys only");
        assert_eq!(Catalogue::load(&json).as_ref(), Ok(Catalogue::built_in()));
    }
}
