//! Default triggers: what an editor of a plan is offered to start from.
//!
//! They are offers, never active by themselves: nothing here is judged against any record. One counts for a
//! person only once it stands in that person's plan with a clinician's agreement, and the plan says who gave it.
//! Numbers that only a plan can know (how often to turn, how much to drink) are absent on purpose.

use super::catalogue::{Catalogue, Mark, distinct, worded};
use super::condition::Condition;
use super::listed::{self, ListError};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

static BUILT_IN: LazyLock<Vec<DefaultTrigger>> = LazyLock::new(|| {
    load(Catalogue::built_in(), include_str!("../../catalogue/default_triggers.json"))
        .expect("a test loads the built-in default triggers")
});

/// How soon someone is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseClass {
    /// Ring 999 now.
    Emergency,
    /// Ring the plan's urgent contact, or 111, now.
    Urgent,
    /// Contact on the same day.
    SameDay,
    /// A note for the next review.
    NextReview,
}

/// A trigger that is offered. It does nothing until a clinician agrees it for one person and it stands in that
/// person's plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DefaultTrigger {
    /// Stable code.
    pub code: String,
    /// Its name in plain words.
    pub name: String,
    /// When it would be met.
    pub condition: Condition,
    /// How soon someone would be told.
    pub response: ResponseClass,
    /// Always: that a clinician agrees it before it counts. Data that says otherwise is refused.
    pub needs_agreement: bool,
    /// How far its threshold can be relied on.
    pub mark: Mark,
    /// What the clinician who agrees it should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    triggers: Vec<ListedTrigger>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedTrigger {
    code: String,
    name: String,
    condition: serde_json::Value,
    response: ResponseClass,
    needs_agreement: bool,
    mark: Mark,
    ask: Option<String>,
}

/// The default triggers that ship with the product, in the order of the catalogue.
pub fn list() -> &'static [DefaultTrigger] {
    &BUILT_IN
}

/// Reads default triggers, and checks each against the catalogue.
pub fn load(catalogue: &Catalogue, json: &str) -> Result<Vec<DefaultTrigger>, ListError> {
    let listed: Listed = listed::read(json)?;
    distinct("triggers", listed.triggers.iter().map(|trigger| &trigger.code))?;
    listed.triggers.into_iter().map(|trigger| trigger.checked(catalogue)).collect()
}

impl ListedTrigger {
    fn checked(self, catalogue: &Catalogue) -> Result<DefaultTrigger, ListError> {
        let place = format!("triggers.{}", self.code);
        worded(&format!("{place}.name"), &self.name)?;
        if !self.needs_agreement {
            return Err(ListError::AgreementLeftOut { place });
        }
        let condition = listed::condition(&place, &self.condition, catalogue)?;
        let ListedTrigger { code, name, response, needs_agreement, mark, ask, .. } = self;
        Ok(DefaultTrigger { code, name, condition, response, needs_agreement, mark, ask })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::edit::Section;
    use crate::value::Value;

    const ONE: &str = r#"{"triggers":[{"code":"cold","name":"Cold home","condition":{"compare":
        {"kind":"home","field":"temperature","op":"under","value":18}},"response":"same_day",
        "needs_agreement":true,"mark":"to_check"}]}"#;

    #[test]
    fn each_default_trigger_fits_the_catalogue_and_needs_agreement() {
        assert!(list().len() > 40);
        assert!(list().iter().all(|trigger| trigger.needs_agreement));
    }

    #[test]
    fn a_plan_takes_each_default_trigger_as_it_is_written() {
        for trigger in list() {
            let condition = Value::text(trigger.condition.to_json());
            let taken = super::super::fields::check_field(Section::Triggers, "condition", &condition);
            assert_eq!(taken, Ok(()), "{}", trigger.code);
            assert!(trigger.name.chars().count() <= 100, "{}", trigger.code);
        }
    }

    #[test]
    fn a_list_with_a_fault_is_refused_with_the_place_and_the_reason() {
        let cases = [
            (
                r#""needs_agreement":true"#,
                r#""needs_agreement":false"#,
                "triggers.cold: a clinician's agreement is always needed",
            ),
            (
                r#""kind":"home""#,
                r#""kind":"homes""#,
                "triggers.cold compare.kind: unknown kind of observation",
            ),
            (r#""code":"cold""#, r#""code":"Cold""#, "triggers.Cold: a code has 1 to 40 characters"),
            (r#""name":"Cold home""#, r#""name":"""#, "triggers.cold.name: must not be empty"),
            (r#""response":"same_day""#, r#""response":"soon""#, "the list cannot be read at line 2"),
        ];
        assert!(load(Catalogue::built_in(), ONE).is_ok());
        for (from, to, reason) in cases {
            let error = load(Catalogue::built_in(), &ONE.replacen(from, to, 1)).expect_err(to);
            assert!(error.to_string().starts_with(reason), "{error}");
        }
    }
}
