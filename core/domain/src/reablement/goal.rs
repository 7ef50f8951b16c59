//! A goal as the plan has it, on the scale of support levels.

use crate::ids::EntryId;
use crate::plan::view::EntryView;
use crate::value::{Value, text_in};
use chrono::NaiveDate;
use serde::Serialize;

/// The kind of observation that records progress on a goal, and its fields.
pub const PROGRESS_KIND: &str = "goal_progress";
/// The field that names the goal.
pub const GOAL_FIELD: &str = "goal";
/// The field with the level of support.
pub const LEVEL_FIELD: &str = "level";

/// How much support something takes: 0 independent, 1 prompting, 2 supervision, 3 help of one, 4 help of two, 5 not
/// possible. Less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Level(u8);

impl Level {
    /// The level of a number from 0 to 5.
    pub fn new(number: i64) -> Option<Level> {
        u8::try_from(number).ok().filter(|number| *number <= 5).map(Level)
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Whether it is worse than another by at least so many levels.
    pub fn is_worse_by(self, levels: u8, than: Level) -> bool {
        self.0 >= than.0.saturating_add(levels)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        ["independent", "prompting", "supervision", "help of one", "help of two", "not possible"]
            [usize::from(self.0)]
    }
}

/// What the person wants to be able to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Goal {
    /// Its entry.
    pub id: EntryId,
    /// What.
    pub text: String,
    /// In the person's own words.
    pub own_words: String,
    /// The domain's code.
    pub domain: String,
    /// The level at the start.
    pub baseline: Option<Level>,
    /// The level aimed at.
    pub target: Option<Level>,
    /// By when.
    pub target_date: Option<NaiveDate>,
    /// Who leads.
    pub lead: String,
    /// How carers support it.
    pub support: String,
    /// Worked on since, where the plan says so.
    pub starts_on: Option<NaiveDate>,
}

impl Goal {
    /// Reads a goal. What does not fit is left out: a goal with an unreadable target is still a goal.
    pub fn of_entry(id: &EntryId, entry: &EntryView) -> Goal {
        let fields = entry.values();
        let text = |code| text_in(&fields, code).to_owned();
        let level = |code| fields.get(code).and_then(Value::as_int).and_then(Level::new);
        Goal {
            id: id.clone(),
            text: text("text"),
            own_words: text("own_words"),
            domain: text("domain"),
            baseline: level("baseline"),
            target: level("target"),
            target_date: text("target_date").parse().ok(),
            lead: text("lead"),
            support: text("support"),
            starts_on: text("starts_on").parse().ok(),
        }
    }
}
