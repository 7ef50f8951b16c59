//! Makes the product's own types from what a scenario file says.

use crate::cast::Cast;
use crate::format::{self, Observed};
use alongside_replica::domain::care::catalogue::Catalogue;
use alongside_replica::domain::ids::VisitId;
use alongside_replica::domain::journal::Body;
use alongside_replica::domain::journal::body::{Communication, Correction, Danger, Means, Observation};
use alongside_replica::domain::plan::edit::{Command, Section};
use alongside_replica::domain::time::Moment;
use alongside_replica::domain::value::{Decimal, Fields, Value};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

/// A word of the file that the product does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MakeError {
    /// Not one of the allowed codes.
    #[error("{what}: {why}")]
    Word {
        /// What it stands for.
        what: &'static str,
        /// What is allowed.
        why: String,
    },
    /// A value that no field can hold.
    #[error("{field}: a value is text, a number or yes or no")]
    Value {
        /// The field.
        field: String,
    },
}

/// A code as the product's type.
pub fn word<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, MakeError> {
    serde_json::from_value(json!(text)).map_err(|error| MakeError::Word { what, why: error.to_string() })
}

/// The name of an entry.
pub fn entry(text: &str) -> Result<alongside_replica::domain::ids::EntryId, MakeError> {
    word("entry", text)
}

/// How someone was contacted; by phone when the file does not say.
pub fn means(text: Option<&str>) -> Result<Means, MakeError> {
    word("means", text.unwrap_or("phone"))
}

/// Whether somebody is in danger now, by its code.
pub fn danger(text: &str) -> Result<Danger, MakeError> {
    word("danger", text)
}

/// An observation at a visit.
pub fn observation(
    observed: &Observed,
    visit: Option<VisitId>,
    corrects: Option<Correction>,
) -> Result<Body, MakeError> {
    let optional = |text: &Option<String>| text.clone();
    Ok(Body::Observation(Observation {
        visit,
        kind: observed.kind.clone(),
        catalogue_version: Catalogue::built_in().version,
        site: optional(&observed.site),
        fields: fields(&observed.fields, scalar)?,
        absent: observed.absent.as_deref().map(|text| word("absent", text)).transpose()?,
        how_known: observed
            .how_known
            .as_deref()
            .map(|text| word("how_known", text))
            .transpose()?
            .unwrap_or_default(),
        note: optional(&observed.note),
        quoted: optional(&observed.quoted),
        corrects,
        changed: observed.changed.as_deref().map(|text| word("changed", text)).transpose()?,
        present: optional(&observed.present),
        done: optional(&observed.done),
        first_note: optional(&observed.first_note),
    }))
}

/// A communication.
pub fn communication(from: &format::Communication) -> Result<Body, MakeError> {
    Ok(Body::Communication(Communication {
        with: from.with.clone(),
        means: means(from.means.as_deref())?,
        purpose: from.purpose.clone(),
        said: from.said.clone(),
    }))
}

fn fields(from: &Map<String, Json>, value: impl Fn(&Json) -> Option<Value>) -> Result<Fields, MakeError> {
    from.iter()
        .map(|(field, json)| {
            Ok((field.clone(), value(json).ok_or_else(|| MakeError::Value { field: field.clone() })?))
        })
        .collect()
}

fn scalar(json: &Json) -> Option<Value> {
    match json {
        Json::Bool(value) => Some(Value::Bool(*value)),
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Number(number) => number.as_i64().map(Value::Int).or_else(|| decimal(&number.to_string())),
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Value> {
    let (whole, part) = text.split_once('.')?;
    let digits = format!("{whole}{part}").parse().ok()?;
    Some(Value::Decimal(Decimal { digits, places: u8::try_from(part.len()).ok()? }))
}

/// A value of the plan: conditions and hours are written as objects in the file, and kept as JSON text.
pub fn plan_value(json: &Json, cast: &Cast) -> Option<Value> {
    match json {
        Json::Object(_) | Json::Array(_) => Some(Value::Text(json.to_string())),
        Json::String(text) => Some(Value::Text(cast.fill(text))),
        other => scalar(other),
    }
}

/// The commands of an edit; `number` takes the place of `{n}` in its text.
pub fn commands(edit: &format::Edit, cast: &Cast, number: u32) -> Result<Vec<Command>, MakeError> {
    let value = |json: &Json| match plan_value(json, cast)? {
        Value::Text(text) => Some(Value::Text(text.replace("{n}", &number.to_string()))),
        other => Some(other),
    };
    let mut commands = Vec::new();
    for add in &edit.add {
        commands.push(Command::AddEntry {
            section: section(&add.section)?,
            entry: entry(&add.entry)?,
            fields: fields(&add.fields, value)?,
            order: add.order,
        });
    }
    for set in &edit.set {
        let new = value(&set.value).ok_or_else(|| MakeError::Value { field: set.field.clone() })?;
        commands.push(set_field(&set.section, &set.entry, &set.field, new)?);
    }
    for retire in &edit.retire {
        commands
            .push(Command::RetireEntry { section: section(&retire.section)?, entry: entry(&retire.entry)? });
    }
    Ok(commands)
}

/// The command that sets a field.
pub fn set_field(in_section: &str, of: &str, field: &str, value: Value) -> Result<Command, MakeError> {
    Ok(Command::SetField { section: section(in_section)?, entry: entry(of)?, field: field.to_owned(), value })
}

fn section(text: &str) -> Result<Section, MakeError> {
    word("section", text)
}

/// A local time of the file.
pub fn moment(time: crate::time::LocalTime) -> Moment {
    Moment(time.unix_ms())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_a_point_is_a_decimal() {
        let found = scalar(&json!(72.5));
        assert_eq!(found, Some(Value::Decimal(Decimal { digits: 725, places: 1 })));
        assert_eq!(scalar(&json!(-0.25)), Some(Value::Decimal(Decimal { digits: -25, places: 2 })));
        assert_eq!(scalar(&json!({})), None);
    }

    #[test]
    fn a_condition_is_kept_as_json_text() {
        let found = plan_value(&json!({ "compare": { "op": "is" } }), &Cast::default());
        assert_eq!(found, Some(Value::text(r#"{"compare":{"op":"is"}}"#)));
    }
}
