//! A form as its page shows it: each question with what stands, what was typed, and what is offered.

use super::filled::{Over, Typed, Wrong};
use super::specs::{Ask, Offer, Part};
use crate::console::words;
use alongside_domain::care::default_triggers;
use alongside_domain::care::fields::{PlanFieldRule, PlanFieldType};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::PlanView;
use alongside_domain::value::{Fields, Value, text_in};

/// Questions under one heading.
pub struct PartShown {
    pub legend: &'static str,
    pub hint: &'static str,
    pub waits_for: &'static str,
    pub fields: Vec<FieldShown>,
}

/// One question. `kind`: `line`, `words`, `choice`, `select`, `day` or `number`.
pub struct FieldShown {
    pub code: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub kind: &'static str,
    pub value: String,
    pub options: Vec<OptionShown>,
    pub is_people: bool,
    pub required: bool,
    pub mark: &'static str,
    pub max: i64,
    pub min: i64,
    pub error: String,
    pub waits_for: &'static str,
    pub differs: bool,
}

/// An answer that is offered.
pub struct OptionShown {
    pub value: String,
    pub words: String,
    pub chosen: bool,
}

/// Fields without which a form says nothing.
const NEEDED: [&str; 3] = ["accepted_by", "health", "social_care"];
/// Fields that a decision needs once it is made.
const NEEDED_ONCE_DECIDED: [&str; 3] = ["rationale", "capacity", "final_by"];

/// Whether a field may stay empty, in words.
fn mark(rule: &PlanFieldRule, code: &str) -> &'static str {
    if rule.required || NEEDED.contains(&code) {
        ""
    } else if NEEDED_ONCE_DECIDED.contains(&code) {
        "(needed once it is decided)"
    } else {
        "(optional)"
    }
}

/// What the parts of a form are made from.
pub struct Showing<'a> {
    /// Over which entry.
    pub over: Over<'a>,
    /// The plan that it is filled in with.
    pub plan: &'a PlanView,
    /// What was typed; nothing when it is opened.
    pub typed: Option<&'a Typed>,
    /// What it is filled with when it is opened.
    pub given: &'a Typed,
    /// What does not fit.
    pub wrong: Option<&'a Wrong>,
}

impl Showing<'_> {
    /// All parts that are asked of the author.
    pub fn parts(&self) -> Vec<PartShown> {
        let part = |part: &'static Part| {
            let fields: Vec<FieldShown> = part.asks.iter().map(|ask| self.field(ask)).collect();
            let all_wait = fields.iter().all(|field| !field.waits_for.is_empty());
            let waits_for = fields.first().filter(|_| all_wait).map_or("", |field| field.waits_for);
            PartShown { legend: part.legend, hint: part.hint, waits_for, fields }
        };
        self.over.spec.parts_of(self.over.author.role).map(part).collect()
    }

    /// The label of a field, for the summary of what does not fit.
    pub fn label(&self, code: &str) -> &'static str {
        self.over.asks().find(|ask| ask.code == code).map_or("", |ask| ask.label)
    }

    fn value(&self, code: &str) -> String {
        match self.typed {
            Some(typed) => typed.get(code).cloned().unwrap_or_default(),
            None => match self.over.standing(code) {
                standing if standing.is_empty() => self.given.get(code).cloned().unwrap_or_default(),
                standing => standing,
            },
        }
    }

    fn field(&self, ask: &'static Ask) -> FieldShown {
        let (rule, value) = (self.over.spec.rule(ask.code), self.value(ask.code));
        let (kind, max, min) = kind_of(rule, ask.offer);
        let mut options = self.options(ask, rule);
        if !value.is_empty() && !options.is_empty() && options.iter().all(|(code, _)| *code != value) {
            options.push((value.clone(), "As it stands now".to_owned()));
        }
        let options = options.into_iter().map(|(code, words)| OptionShown {
            chosen: code == value,
            value: code,
            words,
        });
        let field = self.over.view.and_then(|view| view.fields.get(ask.code));
        let wrong = self.wrong.filter(|wrong| wrong.field == ask.code);
        FieldShown {
            code: ask.code,
            label: ask.label,
            hint: ask.hint,
            kind,
            options: options.collect(),
            is_people: matches!(ask.offer, Offer::People),
            required: rule.required || NEEDED.contains(&ask.code),
            mark: mark(rule, ask.code),
            max,
            min,
            error: wrong.map(|wrong| wrong.why.clone()).unwrap_or_default(),
            waits_for: self.over.waits_for(ask.code).map(words::role).unwrap_or_default(),
            differs: field.is_some_and(|field| field.is_conflict()),
            value,
        }
    }

    fn options(&self, ask: &Ask, rule: &PlanFieldRule) -> Vec<(String, String)> {
        match (ask.offer, rule.holds) {
            (Offer::Words(words), _) => {
                words.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
            }
            (Offer::Entries(sections), _) => {
                let is_link = matches!(rule.holds, PlanFieldType::Link);
                sections.iter().flat_map(|section| self.entries(*section, is_link)).collect()
            }
            (Offer::Conditions, _) => self.conditions(),
            (_, PlanFieldType::Bool) => {
                [("yes", "Yes"), ("no", "No")].map(|(code, words)| (code.into(), words.into())).into()
            }
            (_, PlanFieldType::Int(min, max)) if max - min < 6 => {
                (min..=max).map(|number| (number.to_string(), number.to_string())).collect()
            }
            _ => Vec::new(),
        }
    }

    fn entries(&self, section: Section, is_link: bool) -> Vec<(String, String)> {
        let entries = self.plan.entries(section).into_iter();
        let shown = entries.map(|(id, entry)| {
            let code = if is_link { format!("{}/{id}", section.code()) } else { id.to_string() };
            let words = match section {
                Section::Rights => right(&entry.values()),
                _ => {
                    format!("{}: {}", words::section(section), words::entry(self.plan, section, id.as_str()))
                }
            };
            (code, words)
        });
        shown.collect()
    }

    /// Those of the plan's triggers first, then those that the product offers.
    fn conditions(&self) -> Vec<(String, String)> {
        let own = self.plan.entries(Section::Triggers).into_iter().map(|(_, entry)| entry.values());
        let own = own.map(|fields| {
            let words = format!("This plan: {}", text_in(&fields, "name"));
            (text_in(&fields, "condition").to_owned(), words)
        });
        let offered = default_triggers::list().iter();
        let offered =
            offered.map(|trigger| (trigger.condition.to_json(), format!("Offered: {}", trigger.name)));
        let mut all: Vec<(String, String)> = Vec::new();
        for (condition, words) in own.chain(offered) {
            if all.iter().all(|(known, _)| *known != condition) {
                all.push((condition, words));
            }
        }
        all
    }

    /// Names of those whom the plan knows, and the author's.
    pub fn people(&self, own: &str) -> Vec<String> {
        let of = |section, code: &'static str| {
            let entries = self.plan.entries(section).into_iter();
            entries.map(move |(_, entry)| text_in(&entry.values(), code).to_owned()).collect::<Vec<_>>()
        };
        let mut names = vec![own.to_owned()];
        names.extend(of(Section::Contacts, "name"));
        names.extend(of(Section::Family, "name"));
        names.extend(of(Section::Safety, "preferred_name"));
        names.retain(|name| !name.is_empty());
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }
}

/// A decision right, in words.
pub fn right(fields: &Fields) -> String {
    let decides = words::value("decides", &Value::text(text_in(fields, "decides")));
    let by = text_in(fields, "by");
    let by = if by.is_empty() { String::new() } else { format!(", {by}") };
    format!("{}: {decides}{by}", text_in(fields, "about"))
}

fn kind_of(rule: &PlanFieldRule, offer: Offer) -> (&'static str, i64, i64) {
    match (rule.holds, offer) {
        (_, Offer::Words(words)) if rule.code == "whose" && !words.is_empty() => ("choice", 0, 0),
        (_, Offer::Words(_) | Offer::Entries(_) | Offer::Conditions) => ("select", 0, 0),
        (PlanFieldType::Bool, _) => ("select", 0, 0),
        (PlanFieldType::Int(min, max), _) if max - min < 6 => ("select", max, min),
        (PlanFieldType::Int(min, max), _) => ("number", max, min),
        (PlanFieldType::Date, _) => ("day", 0, 0),
        (PlanFieldType::Text(max), _) if max > 200 => ("words", i64::try_from(max).unwrap_or(i64::MAX), 0),
        (PlanFieldType::Text(max), _) => ("line", i64::try_from(max).unwrap_or(i64::MAX), 0),
        _ => ("line", 40, 0),
    }
}
