//! What somebody filled into a form, as commands of a plan edit; or which field does not fit, and why.

use super::specs::{Ask, FormSpec, Part};
use alongside_domain::access::{Action, Author, Subject, Verdict, may};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::fields::{
    PlanFieldError, PlanFieldRule, PlanFieldType, check_entry_with, check_field_with, field_rules,
};
use alongside_domain::ids::EntryId;
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::view::EntryView;
use alongside_domain::value::{Fields, Value, text_in};
use std::collections::BTreeMap;

/// What was typed, by field.
pub type Typed = BTreeMap<String, String>;

/// A field that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Its code.
    pub field: String,
    /// What is wrong, and what it takes.
    pub why: String,
}

impl Wrong {
    /// A field, and why.
    pub fn new(field: &str, why: &str) -> Wrong {
        Wrong { field: field.to_owned(), why: why.to_owned() }
    }
}

impl From<PlanFieldError> for Wrong {
    fn from(error: PlanFieldError) -> Wrong {
        let place = if error.place.is_empty() { String::new() } else { format!("at {}: ", error.place) };
        Wrong { field: error.field, why: format!("{place}{}", error.reason) }
    }
}

/// A form over an entry of the plan, or a new one.
#[derive(Clone, Copy)]
pub struct Over<'a> {
    /// The form.
    pub spec: &'static FormSpec,
    /// Whose.
    pub author: Author,
    /// The entry.
    pub entry: &'a EntryId,
    /// What it says; nothing for a new one.
    pub view: Option<&'a EntryView>,
    /// The kinds of observation that it may name.
    pub catalogue: &'a Catalogue,
}

impl FormSpec {
    /// The parts that someone of this role fills in.
    pub fn parts_of(&self, role: Role) -> impl Iterator<Item = &'static Part> {
        self.parts.iter().filter(move |part| part.roles.is_empty() || part.roles.contains(&role))
    }

    /// What the plan says of a field.
    pub fn rule(&self, code: &str) -> &'static PlanFieldRule {
        let mut rules = field_rules(self.section).iter();
        rules.find(|rule| rule.code == code).expect("each question is a field of its section")
    }
}

impl Over<'_> {
    /// The questions that are asked of this author.
    pub fn asks(&self) -> impl Iterator<Item = &'static Ask> {
        self.spec.parts_of(self.author.role).flat_map(|part| part.asks)
    }

    /// What the entry says now, as a form holds it.
    pub fn standing(&self, code: &str) -> String {
        let field = self.view.and_then(|view| view.fields.get(code));
        field.map(|field| in_form(field.value())).unwrap_or_default()
    }

    /// What the author may not do alone: whose answer a change of this field waits for. A new entry counts or waits as
    /// a whole.
    pub fn waits_for(&self, code: &str) -> Option<Role> {
        let (section, entry, value) = (self.spec.section, self.entry.clone(), Value::text(""));
        let command = match self.view {
            Some(_) => Command::SetField { section, entry, field: code.to_owned(), value },
            None => {
                let fields = self.asks().map(|ask| (ask.code.to_owned(), value.clone())).collect();
                Command::AddEntry { section, entry, fields, order: 0 }
            }
        };
        match self.verdict(&command) {
            Verdict::ProposalFor(role) => Some(role),
            Verdict::Yes | Verdict::No => None,
        }
    }

    fn verdict(&self, command: &Command) -> Verdict {
        may(&self.author, &Action::Edit(Subject::of_command(command, self.view)))
    }

    /// The commands that say what was typed: those that the author may make, then those that wait for somebody. Each
    /// is an edit of its own, so that what counts at once does not wait for what does not.
    pub fn commands(&self, typed: &Typed) -> Result<[Vec<Command>; 2], Wrong> {
        let changed = self.changed(typed)?;
        let mut whole = self.view.map(EntryView::values).unwrap_or_default();
        whole.extend(changed.clone());
        self.needed(&changed, &whole)?;
        check_entry_with(self.catalogue, self.spec.section, &whole)?;
        let (section, entry) = (self.spec.section, self.entry);
        let commands: Vec<Command> = if changed.is_empty() {
            Vec::new()
        } else if self.view.is_none() {
            vec![Command::AddEntry { section, entry: entry.clone(), fields: changed, order: 0 }]
        } else {
            let set = |(field, value)| Command::SetField { section, entry: entry.clone(), field, value };
            changed.into_iter().map(set).collect()
        };
        let (now, waits) = commands.into_iter().partition(|command| self.verdict(command) == Verdict::Yes);
        Ok([now, waits])
    }

    /// The fields that say something else than the plan does.
    fn changed(&self, typed: &Typed) -> Result<Fields, Wrong> {
        let asked = |code: &String| self.asks().any(|ask| ask.code == code);
        if let Some(code) = typed.keys().find(|code| !asked(code)) {
            return Err(Wrong::new(&shown(code), "is not one that this page offered"));
        }
        let mut changed = Fields::new();
        for ask in self.asks() {
            let (new, old) = (typed.get(ask.code).map(|text| plain(text)), self.standing(ask.code));
            let Some(new) = new.filter(|new| *new != old) else { continue };
            let rule = self.spec.rule(ask.code);
            if new.is_empty() && rule.required {
                return Err(Wrong::new(ask.code, "is missing"));
            }
            if new.is_empty() && !matches!(rule.holds, PlanFieldType::Text(_)) {
                return Err(Wrong::new(ask.code, "cannot be emptied: give another answer, or leave it"));
            }
            if new.len() > PlanEdit::TEXT_BYTES_MAX {
                let why = format!("is too long: give at most {} characters", most_characters(rule.holds));
                return Err(Wrong { field: ask.code.to_owned(), why });
            }
            let value = read(rule.holds, new);
            check_field_with(self.catalogue, self.spec.section, ask.code, &value)?;
            changed.insert(ask.code.to_owned(), value);
        }
        Ok(changed)
    }

    /// What the form asks for beyond what the plan must have.
    fn needed(&self, changed: &Fields, whole: &Fields) -> Result<(), Wrong> {
        let rules = field_rules(self.spec.section).iter();
        if let Some(rule) =
            rules.filter(|rule| rule.required).find(|rule| text_in(whole, rule.code).is_empty())
        {
            return Err(Wrong::new(rule.code, "is missing"));
        }
        match self.spec.section {
            Section::Decisions if !text_in(changed, "decision").is_empty() => decided(whole),
            Section::Risks if self.view.is_none() => self.scored(changed),
            Section::Assessments => needs(whole, self.first_asked(), "is missing"),
            Section::Discharge => needs(whole, "accepted_by", "is missing: name who accepts it"),
            _ => Ok(()),
        }
    }

    fn first_asked(&self) -> &'static str {
        self.asks().next().map_or("", |ask| ask.code)
    }

    /// A new risk comes with what the author's organisation thinks of it.
    fn scored(&self, changed: &Fields) -> Result<(), Wrong> {
        let of = |dimension: &str| {
            self.asks().map(|ask| ask.code).filter(|code| code.starts_with(dimension)).collect::<Vec<_>>()
        };
        let (likely, bad) = (of("likelihood_"), of("impact_"));
        let pair = likely.iter().zip(&bad);
        for (likely, bad) in pair.clone() {
            match (changed.contains_key(*likely), changed.contains_key(*bad)) {
                (true, false) => return Err(Wrong::new(bad, "is missing: give both scores")),
                (false, true) => return Err(Wrong::new(likely, "is missing: give both scores")),
                _ => {}
            }
        }
        let any = likely.iter().any(|code| changed.contains_key(*code));
        match likely.first() {
            Some(first) if !any => Err(Wrong::new(first, "is missing: say how your organisation sees it")),
            _ => Ok(()),
        }
    }
}

/// A decision that is made says whose it is, why, and who held it.
fn decided(whole: &Fields) -> Result<(), Wrong> {
    let whose = text_in(whole, "whose");
    needs(whole, "whose", "is missing: ask first whose decision it is")?;
    needs(whole, "rationale", "is missing: give the reasons of the decision")?;
    if whose != "services" {
        needs(whole, "capacity", "is missing: say whether the person has capacity for this decision")?;
    }
    if whose != "person" {
        needs(whole, "final_by", "is missing: name who held the final decision")?;
    }
    Ok(())
}

fn needs(whole: &Fields, code: &str, why: &str) -> Result<(), Wrong> {
    if text_in(whole, code).is_empty() { Err(Wrong::new(code, why)) } else { Ok(()) }
}

/// How many characters fit whatever the script, for the words of a refusal.
fn most_characters(holds: PlanFieldType) -> usize {
    match holds {
        PlanFieldType::Text(max) => max.min(PlanEdit::TEXT_BYTES_MAX / 4),
        _ => 40,
    }
}

/// A code, where it looks like one.
fn shown(code: &str) -> String {
    let is_code = (1..=40).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_code { code.to_owned() } else { "(not a field)".to_owned() }
}

/// Text as it was meant: browsers send two characters for the end of a line.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// The value that text of a form stands for; text that stands for none is refused by the field's check.
fn read(holds: PlanFieldType, text: String) -> Value {
    match (holds, text.as_str()) {
        (PlanFieldType::Int(..), number) => number.parse().map_or_else(|_| Value::text(number), Value::Int),
        (PlanFieldType::Bool, "yes") => Value::Bool(true),
        (PlanFieldType::Bool, "no") => Value::Bool(false),
        _ => Value::Text(text),
    }
}

/// A value as a form holds it.
fn in_form(value: &Value) -> String {
    value.to_string()
}
