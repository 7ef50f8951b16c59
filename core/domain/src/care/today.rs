//! Small views for a carer's screen: the visits of a day, and the latest value of each field.

use super::CareInputs;
use super::aligned::ValueAt;
use super::visits::{self, Visit};
use chrono::NaiveDate;
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

/// The visits of a local day, by time.
pub fn visits_of(inputs: &CareInputs<'_>, day: NaiveDate) -> Vec<Visit> {
    let is_today = |visit: &Visit| {
        let planned = visit.planned.as_ref().map(|planned| planned.start.local_day());
        planned == Some(day) || visit.arrivals.iter().any(|arrival| arrival.at.local_day() == day)
    };
    visits::fold(inputs).into_iter().filter(is_today).collect()
}
