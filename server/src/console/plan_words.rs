//! What a plan says, in words, each line with who wrote it and when: for pages that show all of it.

use super::left_out::{LeftOut, id_of_field};
use super::words::{self, Names};
use alongside_domain::care::fields::section_rule;
use alongside_domain::journal::RecordRef;
use alongside_domain::plan::conflicts;
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::{Candidate, PlanView};
use alongside_domain::time::Moment;
use alongside_domain::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A part of the plan.
pub struct Part {
    pub title: &'static str,
    pub lines: Vec<Line>,
}

/// What is said, by whom, when.
pub struct Line {
    /// How the form names it.
    pub id: String,
    pub at: String,
    pub by: String,
    pub words: String,
}

/// A paper is read years later.
pub fn when(at: Moment) -> String {
    at.local().format("%a %-d %b %Y %H:%M").to_string()
}

/// Everything that a plan says, part by part. Where people differ, each version is said, and that it is one of several.
pub fn parts(view: &PlanView, names: &Names, left_out: &LeftOut) -> Vec<Part> {
    let differ: BTreeSet<_> =
        conflicts(view).into_iter().map(|one| (one.section, one.entry.as_str(), one.field)).collect();
    let mut parts: BTreeMap<Section, Vec<Line>> = BTreeMap::new();
    for (said, one) in all_said(view) {
        let is_one_of_several = differ.contains(&(said.0, said.1, said.2));
        let differs = if is_one_of_several { " (people differ about this)" } else { "" };
        let words = format!("{}{differs}", in_words(view, &said, one));
        parts.entry(said.0).or_default().push(plan_line(&said, one, words, names, left_out));
    }
    let part = |(section, lines)| Part { title: section_rule(section).label, lines };
    parts.into_iter().map(part).collect()
}

/// A value of the plan in words. A part that is no list has one entry, whose name says nothing.
pub fn in_words(view: &PlanView, (section, name, code, ..): &Said<'_>, one: &Candidate) -> String {
    let title = words::entry(view, *section, name);
    let said = format!("{}: {}", words::field(*section, code), words::value(code, &one.value));
    if title == "main" { said } else { format!("{title}: {said}") }
}

pub fn plan_line(said: &Said<'_>, one: &Candidate, words: String, names: &Names, left_out: &LeftOut) -> Line {
    let (section, name, code, edit, _) = said;
    let id = id_of_field(*section, name, code, edit);
    let words = left_out.out_of(&id, words);
    Line { id, at: when(one.at), by: words::name(names, one.author), words }
}

/// Where a value stands, or stood: part, entry and field, the edit that set it, and the value.
pub type Said<'v> = (Section, &'v str, &'v str, RecordRef, &'v Value);

/// All that a plan says.
pub fn all_said(view: &PlanView) -> impl Iterator<Item = (Said<'_>, &Candidate)> {
    let entries = view.sections.iter().flat_map(|(section, entries)| {
        entries.iter().map(move |(name, entry)| (*section, name.as_str(), entry))
    });
    let fields = entries.flat_map(|(section, name, entry)| {
        entry.fields.iter().map(move |(code, field)| (section, name, code.as_str(), field))
    });
    fields.flat_map(|(section, name, code, field)| {
        field.candidates.iter().map(move |one| ((section, name, code, one.edit, &one.value), one))
    })
}
