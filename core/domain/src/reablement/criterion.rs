//! When to step down, maintain or step up: rules in the plan, as JSON.
//!
//! ```json
//! {"all": [{"goals_at_target": {"goals": 2, "records": 6}}, {"no_falls": {"days": 14}}]}
//! {"any": [{"goal_worse": {"levels": 2, "records": 3}}, {"falls": {"at_least": 2, "days": 14}}]}
//! ```

use crate::care::parse::at;
use serde::{Deserialize, Serialize};

/// What must be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Criterion {
    /// At least so many goals were at target or better in every record of the week.
    GoalsAtTarget {
        /// How many goals.
        goals: u32,
        /// With at least so many records each.
        records: u32,
    },
    /// A goal is worse than its last week's level, so many records running.
    GoalWorse {
        /// By at least so many levels.
        levels: u8,
        /// Records one after another, all of the week.
        records: u32,
    },
    /// At least so many falls in the days up to the end of the week.
    Falls {
        /// How many.
        at_least: u32,
        /// In so many days.
        days: u32,
    },
    /// No fall in the days up to the end of the week.
    NoFalls {
        /// In so many days.
        days: u32,
    },
    /// At least one of these.
    Any(Vec<Criterion>),
    /// All of these.
    All(Vec<Criterion>),
}

/// Why a rule cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct CriterionError {
    /// Where, such as `all[1].falls.days`; empty for the whole.
    pub place: String,
    /// What is wrong, and what is allowed.
    pub reason: String,
}

/// The most parts of a rule.
const PARTS_MAX: usize = 16;
/// How deep any and all may stand in one another.
const DEPTH_MAX: usize = 4;
/// The most days that a rule looks back.
pub const DAYS_MAX: u32 = 56;

impl Criterion {
    /// Reads and checks a rule.
    pub fn parse(text: &str) -> Result<Criterion, CriterionError> {
        let unreadable = |error: serde_json::Error| fault("", format!("cannot be read: {error}"));
        let criterion: Criterion = serde_json::from_str(text).map_err(unreadable)?;
        criterion.check("", 0)?;
        Ok(criterion)
    }

    /// The form in which the plan keeps it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a rule has string keys only")
    }

    fn check(&self, place: &str, depth: usize) -> Result<(), CriterionError> {
        match self {
            Criterion::GoalsAtTarget { goals, records } => {
                range(place, "goals_at_target.goals", *goals, 1, 20)?;
                range(place, "goals_at_target.records", *records, 1, 100)
            }
            Criterion::GoalWorse { levels, records } => {
                range(place, "goal_worse.levels", u32::from(*levels), 1, 5)?;
                range(place, "goal_worse.records", *records, 1, 100)
            }
            Criterion::Falls { at_least, days } => {
                range(place, "falls.at_least", *at_least, 1, 100)?;
                range(place, "falls.days", *days, 1, DAYS_MAX)
            }
            Criterion::NoFalls { days } => range(place, "no_falls.days", *days, 1, DAYS_MAX),
            Criterion::Any(parts) => check_parts(&at(place, "any"), parts, depth),
            Criterion::All(parts) => check_parts(&at(place, "all"), parts, depth),
        }
    }
}

fn check_parts(place: &str, parts: &[Criterion], depth: usize) -> Result<(), CriterionError> {
    if !(2..=PARTS_MAX).contains(&parts.len()) {
        return Err(fault(place, format!("needs 2 to {PARTS_MAX} parts")));
    }
    if depth + 1 >= DEPTH_MAX {
        return Err(fault(place, format!("at most {DEPTH_MAX} inside one another")));
    }
    parts.iter().enumerate().try_for_each(|(index, part)| part.check(&format!("{place}[{index}]"), depth + 1))
}

fn range(place: &str, name: &str, number: u32, min: u32, max: u32) -> Result<(), CriterionError> {
    if (min..=max).contains(&number) {
        return Ok(());
    }
    Err(fault(&at(place, name), format!("give a whole number from {min} to {max}")))
}

fn fault(place: &str, reason: String) -> CriterionError {
    CriterionError { place: place.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_back_from_what_it_writes() {
        for text in [
            r#"{"all":[{"goals_at_target":{"goals":2,"records":6}},{"no_falls":{"days":14}}]}"#,
            r#"{"any":[{"goal_worse":{"levels":2,"records":3}},{"falls":{"at_least":2,"days":14}}]}"#,
        ] {
            assert_eq!(Criterion::parse(text).map(|rule| rule.to_json()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_fault_names_its_place_and_what_is_allowed() {
        let deep = r#"{"any":[{"all":[{"any":[{"all":[{"no_falls":{"days":1}},{"no_falls":{"days":1}}]},{"no_falls":{"days":1}}]},{"no_falls":{"days":1}}]},{"no_falls":{"days":1}}]}"#;
        for (text, reason) in [
            (r#"{"all":[]}"#, "all: needs 2 to 16 parts"),
            (r#"{"no_falls":{"days":0}}"#, "no_falls.days: give a whole number from 1 to 56"),
            (
                r#"{"any":[{"no_falls":{"days":1}},{"falls":{"at_least":0,"days":14}}]}"#,
                "any[1].falls.at_least: give a whole number from 1 to 100",
            ),
            (deep, "any[0].all[0].any[0].all: at most 4 inside one another"),
        ] {
            assert_eq!(
                Criterion::parse(text).map_err(|error| error.to_string()),
                Err(reason.to_owned()),
                "{text}"
            );
        }
        assert!(Criterion::parse("{").is_err() && Criterion::parse(r#"{"better":{}}"#).is_err());
    }
}
