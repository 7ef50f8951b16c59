//! A small view for a carer's screen: the latest value of each field.

use super::CareInputs;
use super::aligned::ValueAt;
use serde::Serialize;
use std::collections::BTreeMap;

/// The latest value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Latest {
    /// The kind.
    pub kind: String,
    /// The field.
    pub field: String,
    /// Where on the body, if the record says.
    pub site: Option<String>,
    /// What, when and by whom.
    pub value: ValueAt,
}

/// The latest value of each field by observed time, sorted by kind, field and site.
pub fn latest(inputs: &CareInputs<'_>) -> Vec<Latest> {
    let mut found: BTreeMap<(&str, &str, Option<&str>), ValueAt> = BTreeMap::new();
    for kind in inputs.records.kinds() {
        for seen in inputs.records.of_kind(kind) {
            for (field, value) in &seen.observation.fields {
                let rule = inputs.catalogue.field(kind, field);
                let words = rule.map_or_else(|| value.to_string(), |rule| rule.words(value));
                let (record, at, by) = (seen.entry.id, seen.entry.observed, seen.entry.header.by);
                let latest = ValueAt { record, at, by, value: value.clone(), words };
                found.insert((kind, field.as_str(), seen.site()), latest);
            }
        }
    }
    let name = |text: &str| text.to_owned();
    found
        .into_iter()
        .map(|((kind, field, site), value)| Latest {
            kind: name(kind),
            field: name(field),
            site: site.map(name),
            value,
        })
        .collect()
}
