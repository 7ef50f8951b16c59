//! The conditions of triggers: typed, and checked when the plan is edited (`parse.rs`).
//!
//! A condition is one leaf, or any of, or all of several conditions. It is kept in the plan as JSON text, in the form that [`Condition::to_json`] writes.

use super::hours::LocalTime;
use crate::time::HOUR_MS;
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// When a trigger is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Condition {
    /// At least one of these.
    Any {
        /// Two or more.
        any: Vec<Condition>,
    },
    /// All of these at once. None of them holds an absence.
    All {
        /// Two or more.
        all: Vec<Condition>,
    },
    /// This.
    One(Leaf),
}

/// One condition that holds no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaf {
    /// A field of the observation just recorded.
    Compare(Compare),
    /// A field against its own earlier values (R1).
    Change(Change),
    /// How many observations match in a window.
    Count(Count),
    /// Consecutive observations that match.
    Run(Run),
    /// Nothing recorded for a time (R2).
    Absence(Absence),
}

/// `field` of an observation of `kind`, compared with a fixed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// The kind's code.
    pub kind: String,
    /// The field's code.
    pub field: String,
    /// How.
    pub op: Op,
    /// With what.
    pub value: Operand,
}

/// How a value is compared. Codes compare by their rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Equal.
    Is,
    /// Recorded, and not equal.
    IsNot,
    /// Equal to one of a list.
    IsOneOf,
    /// Equal or more.
    AtLeast,
    /// Equal or less.
    AtMost,
    /// More.
    Over,
    /// Less.
    Under,
}

impl Op {
    /// Whether the field's values must have an order.
    pub fn needs_order(self) -> bool {
        matches!(self, Op::AtLeast | Op::AtMost | Op::Over | Op::Under)
    }
}

/// A value, or the list for [`Op::IsOneOf`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Operand {
    /// The list of [`Op::IsOneOf`].
    Many(Vec<Value>),
    /// The value of any other.
    One(Value),
}

impl Operand {
    /// All values.
    pub fn values(&self) -> &[Value] {
        match self {
            Operand::Many(values) => values,
            Operand::One(value) => std::slice::from_ref(value),
        }
    }
}

/// `field` has gone up or down by `by` or more, against the earlier values of the window (R1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The kind's code.
    pub kind: String,
    /// The field's code. It has an order.
    pub field: String,
    /// Which way.
    pub direction: Direction,
    /// By how much at least: above zero; for codes, in steps of their list.
    pub by: Value,
    /// How far back the earlier values are taken, bounds included.
    pub within_hours: u32,
}

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Against the lowest earlier value.
    Up,
    /// Against the highest earlier value.
    Down,
}

/// `at_least` observations in the window match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// What matches.
    pub of: Compare,
    /// How many, 2 or more.
    pub at_least: u32,
    /// How far back they are counted, bounds included.
    pub within_hours: u32,
}

/// The last `times` observations of the kind and site that have the field all match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// What matches.
    pub of: Compare,
    /// How many, 2 or more.
    pub times: u32,
}

/// No observation of `kind` that counts for `hours`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// The kind's code.
    pub kind: String,
    /// For how long.
    pub hours: u32,
    /// The daily window, local time, opening and close; it may go over midnight. Left out: day and night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<[LocalTime; 2]>,
    /// Which observations of the kind count, such as those of a drink of more than 0 ml. Left out: each that has a
    /// value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Compare>,
}

/// How far back the observations of a run are looked for.
pub const RUN_LOOK_BACK_HOURS: u32 = 24 * 31;
/// How old the latest observation of another kind may be in "all of".
pub const LATEST_LOOK_BACK_HOURS: u32 = 24;
/// The longest window.
pub const WITHIN_HOURS_MAX: u32 = 24 * 184;
/// The longest absence.
pub const ABSENCE_HOURS_MAX: u32 = 24 * 14;
/// The most observations that a count or run may ask for.
pub const TIMES_MAX: u32 = 100;
/// The most leaves of a condition.
pub const LEAVES_MAX: usize = 16;
/// How deep any of and all of may stand in one another.
pub const DEPTH_MAX: usize = 4;

impl Condition {
    /// The leaves, in the order written.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Condition::Any { any: parts } | Condition::All { all: parts } => {
                parts.iter().flat_map(Condition::leaves).collect()
            }
            Condition::One(leaf) => vec![leaf],
        }
    }

    /// The leaves of which one alone is enough: those that no "all of" holds. Only these are absences.
    pub fn leaves_alone(&self) -> Vec<&Leaf> {
        match self {
            Condition::Any { any } => any.iter().flat_map(Condition::leaves_alone).collect(),
            Condition::All { .. } => Vec::new(),
            Condition::One(leaf) => vec![leaf],
        }
    }

    /// Whether it holds, when each leaf does or does not.
    pub fn holds(&self, leaf_holds: &dyn Fn(&Leaf) -> bool) -> bool {
        match self {
            Condition::Any { any } => any.iter().any(|part| part.holds(leaf_holds)),
            Condition::All { all } => all.iter().all(|part| part.holds(leaf_holds)),
            Condition::One(leaf) => leaf_holds(leaf),
        }
    }

    fn holds_all_of(&self) -> bool {
        match self {
            Condition::Any { any } => any.iter().any(Condition::holds_all_of),
            Condition::All { .. } => true,
            Condition::One(_) => false,
        }
    }

    /// The form in which the plan keeps it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a condition has string keys only")
    }

    /// How far back before a record its evaluation looks: what it costs to judge one.
    pub fn look_back_ms(&self) -> i64 {
        let hours = self.leaves().into_iter().map(Leaf::look_back_hours).max().unwrap_or(0);
        let other = if self.holds_all_of() { LATEST_LOOK_BACK_HOURS } else { 0 };
        i64::from(hours + other) * HOUR_MS
    }
}

impl Leaf {
    /// The kind of observation that it is about.
    pub fn kind(&self) -> &str {
        match self {
            Leaf::Compare(compare) => &compare.kind,
            Leaf::Change(change) => &change.kind,
            Leaf::Count(count) => &count.of.kind,
            Leaf::Run(run) => &run.of.kind,
            Leaf::Absence(absence) => &absence.kind,
        }
    }

    /// How far back it looks.
    pub fn look_back_hours(&self) -> u32 {
        match self {
            Leaf::Compare(_) => 0,
            Leaf::Change(change) => change.within_hours,
            Leaf::Count(count) => count.within_hours,
            Leaf::Run(_) => RUN_LOOK_BACK_HOURS,
            Leaf::Absence(absence) => absence.hours + 24,
        }
    }
}
