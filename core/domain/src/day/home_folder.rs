//! The page for the folder in the person's home: the plan in short, dated and versioned.
//!
//! Whoever comes into the home reads it. So it holds no hazards, no risks, no views, no disagreements, no sharing,
//! nothing of the office and restricted channels, and never the code of the key safe.

use super::key_safe::holds_code;
use crate::care::fields::{PlanFieldType, field_rules};
use crate::plan::edit::Section;
use crate::plan::view::{EntryView, FieldView, PlanView};
use crate::time::Moment;
use crate::value::Value;
use chrono::NaiveDate;
use serde::Serialize;

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HomeFolder {
    /// Whose.
    pub name: String,
    /// The version of the plan that it shows.
    pub version: u64,
    /// When it was made.
    pub made: Moment,
    /// What it says, in order. Never empty parts.
    pub parts: Vec<FolderPart>,
}

/// A part of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FolderPart {
    /// Its heading.
    pub title: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// Who the person is.
const IDENTITY: [&str; 4] = ["full_name", "preferred_name", "date_of_birth", "nhs_number"];
/// The facts of the safety header that are printed. Hazards in the home are not: who makes them may read this.
pub(super) const SAFETY: [&str; 13] = [
    "allergies",
    "allergies_known",
    "cpr_form",
    "cpr_form_where",
    "blood_thinner",
    "insulin",
    "oxygen",
    "time_critical_medicines",
    "food_texture",
    "drink_texture",
    "moving_handling",
    "communication",
    "interpreter",
];
/// The facts of which "not recorded" is printed: it never means "none".
const TOLD_ALWAYS: [&str; 2] = ["allergies_known", "cpr_form"];
const ABOUT: [&str; 4] = ["matters_most", "communicate", "support_me", "routines"];
/// Most lines of a part, and characters of a line, so that all fits one page.
const LINES_MAX: usize = 17;
const CHARACTERS_MAX: usize = 220;

/// Makes the page of a plan. `code` is that of the key safe, where the caller knows it: a line that somebody wrote it
/// into is left out.
pub fn page(plan: &PlanView, made: Moment, code: Option<&str>) -> HomeFolder {
    let safety: Vec<&str> = IDENTITY.into_iter().chain(SAFETY).collect();
    let parts = [
        ("Safety", facts(plan, Section::Safety, &safety)),
        ("About me", facts(plan, Section::About, &ABOUT)),
        ("What I want to do", entries(plan, Section::Goals, |entry| words(entry, &["text", "support"]))),
        ("What is done at visits", entries(plan, Section::Actions, action)),
        ("When to ring somebody", entries(plan, Section::Triggers, trigger)),
        ("Whom to ring", entries(plan, Section::Contacts, contact)),
    ];
    HomeFolder::of(plan, made, parts, code)
}

/// What the person is called.
fn name_of(plan: &PlanView) -> String {
    let name = ["full_name", "preferred_name"].into_iter().find_map(|code| main(plan, Section::Safety, code));
    name.unwrap_or_else(|| "Name not recorded".to_owned())
}

impl HomeFolder {
    /// A page of these parts, each with its heading. Those that say nothing are left out.
    pub(super) fn of(
        plan: &PlanView,
        made: Moment,
        parts: impl IntoIterator<Item = (&'static str, Vec<String>)>,
        code: Option<&str>,
    ) -> HomeFolder {
        let part =
            |(title, lines): (&str, _)| FolderPart { title: title.to_owned(), lines: short(lines, code) };
        let parts = parts.into_iter().map(part).filter(|part| !part.lines.is_empty()).collect();
        HomeFolder { name: name_of(plan), version: plan.version, made, parts }
    }

    /// The page as plain text.
    pub fn text(&self) -> String {
        let made = self.made.local().format("%-d %b %Y %H:%M");
        let mut text = format!("{}\nPlan version {}, printed {made}\n", self.name, self.version);
        for part in &self.parts {
            text.push_str(&format!("\n{}\n", part.title.to_uppercase()));
            part.lines.iter().for_each(|line| text.push_str(&format!("- {line}\n")));
        }
        text
    }
}

fn main(plan: &PlanView, section: Section, code: &str) -> Option<String> {
    let (_, entry) = plan.entries(section).into_iter().find(|(id, _)| id.as_str() == "main")?;
    entry.fields.get(code).map(shown).filter(|text| !text.is_empty())
}

pub(super) fn facts(plan: &PlanView, section: Section, codes: &[&str]) -> Vec<String> {
    let rules = field_rules(section);
    let line = |code: &&str| {
        let rule = rules.iter().find(|rule| rule.code == *code)?;
        let missing = || TOLD_ALWAYS.contains(code).then(|| "not recorded".to_owned());
        let value = main(plan, section, code).or_else(missing)?;
        let value = if rule.holds == PlanFieldType::Date { day(value) } else { value };
        Some(format!("{}: {value}", rule.label))
    };
    codes.iter().filter_map(line).collect()
}

pub(super) fn entries(
    plan: &PlanView,
    section: Section,
    line: impl Fn(&EntryView) -> Option<String>,
) -> Vec<String> {
    plan.entries(section).into_iter().filter_map(|(_, entry)| line(entry)).collect()
}

pub(super) fn action(entry: &EntryView) -> Option<String> {
    let is_over = entry.fields.get("state").is_some_and(|state| state.value().as_text() != Some("open"));
    if is_over { None } else { words(entry, &["text", "who"]) }
}

fn trigger(entry: &EntryView) -> Option<String> {
    words(entry, &["name", "contact", "say", "meanwhile"])
}

fn contact(entry: &EntryView) -> Option<String> {
    words(entry, &["role", "name", "organisation", "phone"])
}

pub(super) fn words(entry: &EntryView, codes: &[&str]) -> Option<String> {
    let shown: Vec<String> = codes
        .iter()
        .filter_map(|code| entry.fields.get(*code))
        .map(shown)
        .filter(|it| !it.is_empty())
        .collect();
    (!shown.is_empty()).then(|| shown.join("; "))
}

/// A calendar day as it is read; what is none stays as it is.
fn day(text: String) -> String {
    text.parse::<NaiveDate>().map_or(text, |day| day.format("%-d %b %Y").to_string())
}

/// A field of which there are two versions is not settled on paper.
fn shown(field: &FieldView) -> String {
    if field.is_conflict() {
        return "two versions: ask the office".to_owned();
    }
    match field.value() {
        Value::Text(text) => text.replace('_', " ").split_whitespace().collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn short(lines: Vec<String>, code: Option<&str>) -> Vec<String> {
    let holds = |line: &str| code.is_some_and(|code| holds_code(line, code));
    let count = lines.len();
    let mut kept: Vec<String> =
        lines.into_iter().filter(|line| !holds(line)).take(LINES_MAX).map(|line| cut(&line)).collect();
    if kept.len() < count {
        kept.push(format!("{} more: ask the office", count - kept.len()));
    }
    kept
}

fn cut(line: &str) -> String {
    if line.chars().count() <= CHARACTERS_MAX {
        return line.to_owned();
    }
    let head: String = line.chars().take(CHARACTERS_MAX).collect();
    format!("{head} … (more in the plan)")
}
