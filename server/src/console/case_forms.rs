//! The forms on the page of a case, one for each act; and what was typed into one that did not fit.

use super::words;
use crate::desk::has_desk;
use crate::safeguarding::TakesPart;
use crate::storage::Staff;
use alongside_domain::safeguarding::acts::{self, ActField, ActRule, Holds, code};
use alongside_domain::sync::messages::Recipients;
use std::collections::BTreeMap;

/// The form of an act.
pub struct FormShown {
    pub code: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub fields: Vec<FieldShown>,
    /// It was sent, and did not fit.
    pub is_open: bool,
}

/// One field of a form. `kind`: `line`, `words`, `choice`, `select`, `day` or `moment`.
pub struct FieldShown {
    pub id: String,
    pub code: &'static str,
    pub label: &'static str,
    pub kind: &'static str,
    pub required: bool,
    pub max: usize,
    pub options: Vec<(String, String)>,
    /// What was typed or chosen.
    pub value: String,
    pub is_wrong: bool,
}

/// A form that was sent and did not fit.
#[derive(Default)]
pub struct Filled {
    act: String,
    typed: BTreeMap<String, String>,
    /// The field that does not fit, and why.
    wrong: Option<(String, String)>,
}

impl Filled {
    /// The form of an act, as it was sent, and what did not fit.
    pub fn refused(act: String, typed: BTreeMap<String, String>, field: String, why: String) -> Filled {
        Filled { act, typed, wrong: Some((field, why)) }
    }

    pub fn is_refused(&self) -> bool {
        self.wrong.is_some()
    }

    fn value(&self, rule: &ActRule, field: &ActField) -> String {
        let typed = self.typed.get(field.code).filter(|_| self.act == rule.code);
        typed.cloned().unwrap_or_default()
    }

    fn is_wrong(&self, rule: &ActRule, field: &ActField) -> bool {
        self.act == rule.code && self.wrong.as_ref().is_some_and(|(wrong, _)| wrong == field.code)
    }
}

/// Why a form was refused.
pub struct Wrong {
    /// The act whose form it is.
    pub code: &'static str,
    /// In the words of the page.
    pub why: String,
}

/// What the forms are made from.
pub struct Forms<'a> {
    pub staff: Vec<Staff>,
    pub takes_part: TakesPart,
    pub recipients: Recipients,
    pub filled: &'a Filled,
}

impl Forms<'_> {
    /// The forms of a case that somebody has acknowledged.
    pub fn shown(&self) -> Vec<FormShown> {
        let nobody_to_take_it_from = self.takes_part.may_be_taken_from().is_empty();
        let is_asked = |rule: &&ActRule| match rule.code {
            code::ACKNOWLEDGED => false,
            code::ACCESS_TAKEN => !nobody_to_take_it_from,
            _ => true,
        };
        acts::ACTS.iter().filter(is_asked).map(|rule| self.form(rule)).collect()
    }

    /// Why a form was refused, with the words that its field has on the page.
    pub fn wrong(&self) -> Option<Wrong> {
        let (field, why) = self.filled.wrong.as_ref()?;
        let rule = acts::rule(&self.filled.act)?;
        let label =
            rule.fields.iter().find(|known| known.code == field).map_or(rule.label, |known| known.label);
        Some(Wrong { code: rule.code, why: format!("{}: “{label}” {why}", rule.label) })
    }

    fn form(&self, rule: &'static ActRule) -> FormShown {
        let fields = rule.fields.iter().map(|field| self.field(rule, field)).collect();
        let is_open = self.filled.is_refused() && self.filled.act == rule.code;
        FormShown { code: rule.code, label: rule.label, hint: rule.hint, fields, is_open }
    }

    fn field(&self, rule: &'static ActRule, field: &'static ActField) -> FieldShown {
        let (kind, max, options) = match field.holds {
            Holds::Line => ("line", acts::LINE_MAX, Vec::new()),
            Holds::Words => ("words", acts::WORDS_MAX, Vec::new()),
            Holds::Choice(choices) if choices.len() <= 4 => ("choice", 0, own(choices)),
            Holds::Choice(choices) => ("select", 0, own(choices)),
            Holds::Day => ("day", 0, Vec::new()),
            Holds::LocalMoment => ("moment", 0, Vec::new()),
            Holds::Staff => ("select", 0, self.staff_for(rule)),
        };
        FieldShown {
            id: format!("{}-{}", rule.code, field.code),
            code: field.code,
            label: field.label,
            kind,
            required: field.required,
            max,
            options,
            value: self.filled.value(rule, field),
            is_wrong: self.filled.is_wrong(rule, field),
        }
    }

    /// The members of staff whom this act can name.
    fn staff_for(&self, rule: &ActRule) -> Vec<(String, String)> {
        let all = self.takes_part.all();
        match rule.code {
            code::ACCESS_TAKEN => {
                let from = self.takes_part.may_be_taken_from();
                self.choices(|staff| from.contains(&staff.staff))
            }
            // Whoever takes part would read it.
            code::STAFF_WORK => self.choices(|staff| !all.contains(&staff.staff)),
            _ => self.choices(|staff| has_desk(staff, &self.recipients) && !all.contains(&staff.staff)),
        }
    }

    /// These members of staff, to choose from.
    fn choices(&self, is_one: impl Fn(&Staff) -> bool) -> Vec<(String, String)> {
        let words = |staff: &Staff| {
            let words = format!("{}, {}, {}", staff.name, words::role(staff.role), staff.organisation);
            (staff.staff.to_string(), words)
        };
        self.staff.iter().filter(|staff| is_one(staff)).map(words).collect()
    }
}

fn own(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    choices.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}
