//! Templates to start a plan from: what plans of one pathway have in common, as data.
//!
//! A template becomes two edits. What carers and the office keep goes in at once for whoever may edit it. What is
//! clinical, the fields asked for and the default triggers, is a proposal for the nurse unless a nurse starts it: a
//! clinician agrees before it counts. Every entry has a name of its own: one that stands in the plan is left alone, and
//! two people who start a template apart make one plan.

use super::catalogue::{Catalogue, distinct, worded};
use super::default_triggers::{self, DefaultTrigger, ResponseClass};
use super::fields::{PlanFieldError, check_entry_with};
use super::listed::{self, ListError};
use super::sections::CONTACT_ROLES;
use crate::ids::EntryId;
use crate::journal::body::Role;
use crate::plan::edit::{Command, Section};
use crate::plan::view::PlanView;
use crate::value::{Fields, Value};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Minutes within which an urgent default trigger asks for an answer. A default of the product: whoever agrees the
/// trigger for a person sets what is right there.
pub const URGENT_MINUTES: i64 = 30;

static BUILT_IN: LazyLock<Vec<Template>> = LazyLock::new(|| {
    load(Catalogue::built_in(), include_str!("../../catalogue/templates.json"))
        .expect("a test loads the built-in templates")
});

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Stable code.
    pub code: String,
    /// Words on screen.
    pub label: String,
    /// For whom it is.
    pub about: String,
    general: Vec<Entry>,
    clinical: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    section: Section,
    id: EntryId,
    fields: Fields,
}

/// Who starts a plan from a template, and on which day. A nurse agrees what is clinical in it as she starts it.
#[derive(Debug, Clone, Copy)]
pub struct Starter<'a> {
    /// Their role.
    pub role: Role,
    /// Their name.
    pub name: &'a str,
    /// The day.
    pub on: NaiveDate,
}

/// Who agrees what is clinical, and on which day.
#[derive(Debug, Clone, Copy)]
struct Agreed<'a> {
    by: &'a str,
    on: NaiveDate,
}

/// Why templates cannot be used. `place` is like `templates.wound_care.entries[2]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// As in other lists that ship as data.
    #[error(transparent)]
    List(#[from] ListError),
    /// An entry that no plan takes.
    #[error("{place}: {error}")]
    Entry {
        /// Where.
        place: String,
        /// What is wrong with it.
        error: PlanFieldError,
    },
    /// A name that entries cannot have, or that stands twice.
    #[error("{place}: name each entry once, by 1 to 40 letters, digits, '-' or '_'")]
    Name {
        /// Where.
        place: String,
    },
    /// A default trigger or a contact's role that there is not.
    #[error("{place}: {code} is not known")]
    Unknown {
        /// Where.
        place: String,
        /// What it names.
        code: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(rename = "version")]
    _version: u32,
    templates: Vec<ListedTemplate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedTemplate {
    code: String,
    label: String,
    about: String,
    needs_agreement: bool,
    triggers_contact: String,
    entries: Vec<ListedEntry>,
    asked: Vec<Asked>,
    triggers: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedEntry {
    section: Section,
    entry: String,
    fields: Fields,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    kind: String,
    field: String,
}

/// The templates that ship with the product.
pub fn list() -> &'static [Template] {
    &BUILT_IN
}

/// The template with this code.
pub fn template(code: &str) -> Option<&'static Template> {
    list().iter().find(|template| template.code == code)
}

/// Reads templates, and checks that a plan takes every entry of them.
pub fn load(catalogue: &Catalogue, json: &str) -> Result<Vec<Template>, TemplateError> {
    let listed: Listed = listed::read(json)?;
    distinct("templates", listed.templates.iter().map(|template| &template.code)).map_err(ListError::from)?;
    listed.templates.into_iter().map(|template| template.checked(catalogue)).collect()
}

impl Template {
    /// The edits that start a plan from it, each with commands: what the office keeps, then what is clinical.
    pub fn edits(&self, plan: &PlanView, starter: Starter<'_>) -> Vec<Vec<Command>> {
        let Starter { role, name: by, on } = starter;
        let agreed = (role == Role::Nurse).then_some(Agreed { by, on });
        let parts = [self.general(plan), self.clinical(plan, agreed)];
        parts.into_iter().filter(|commands| !commands.is_empty()).collect()
    }

    /// Why these edits are made, in words.
    pub fn reason(&self) -> String {
        format!("Started from the template: {}", self.label)
    }

    /// The sections that it adds to, each with how many entries.
    pub fn holds(&self) -> BTreeMap<Section, usize> {
        let mut counts = BTreeMap::new();
        for entry in self.general.iter().chain(&self.clinical) {
            *counts.entry(entry.section).or_default() += 1;
        }
        counts
    }

    /// What carers and the office keep, of which the plan has nothing yet.
    fn general(&self, plan: &PlanView) -> Vec<Command> {
        commands(&self.general, plan, None)
    }

    /// What is clinical, of which the plan has nothing yet; `agreed` where a clinician starts it.
    fn clinical(&self, plan: &PlanView, agreed: Option<Agreed<'_>>) -> Vec<Command> {
        commands(&self.clinical, plan, agreed)
    }
}

/// An entry that stands in the plan was written for this person: a template leaves it alone.
fn commands(entries: &[Entry], plan: &PlanView, agreed: Option<Agreed<'_>>) -> Vec<Command> {
    let stands = |entry: &Entry| {
        plan.sections.get(&entry.section).is_some_and(|entries| entries.contains_key(&entry.id))
    };
    let new = entries.iter().enumerate().filter(|(_, entry)| !stands(entry));
    new.map(|(order, entry)| entry.command(order, agreed)).collect()
}

impl Entry {
    fn command(&self, order: usize, agreed: Option<Agreed<'_>>) -> Command {
        let mut fields = self.fields.clone();
        if let (Section::Triggers, Some(agreed)) = (self.section, agreed) {
            fields.insert("agreed_by".to_owned(), Value::text(agreed.by));
            fields.insert("agreed_on".to_owned(), Value::text(agreed.on.to_string()));
        }
        Command::AddEntry { section: self.section, entry: self.id.clone(), fields, order: order as i64 }
    }
}

impl ListedTemplate {
    fn checked(self, catalogue: &Catalogue) -> Result<Template, TemplateError> {
        let place = format!("templates.{}", self.code);
        for (name, text) in [("label", &self.label), ("about", &self.about)] {
            worded(&format!("{place}.{name}"), text).map_err(ListError::from)?;
        }
        if !self.needs_agreement {
            return Err(ListError::AgreementLeftOut { place }.into());
        }
        if !CONTACT_ROLES.contains(&self.triggers_contact.as_str()) {
            let place = format!("{place}.triggers_contact");
            return Err(TemplateError::Unknown { place, code: self.triggers_contact });
        }
        let mut general = Vec::new();
        for (at, entry) in self.entries.into_iter().enumerate() {
            general.push((format!("{place}.entries[{at}]"), entry.section, entry.entry, entry.fields));
        }
        let mut clinical = Vec::new();
        for (at, asked) in self.asked.into_iter().enumerate() {
            let name = format!("{}-{}", asked.kind, asked.field);
            let fields = [("kind", asked.kind), ("field", asked.field)];
            let fields = fields.map(|(code, text)| (code.to_owned(), Value::text(text))).into();
            clinical.push((format!("{place}.asked[{at}]"), Section::Asked, name, fields));
        }
        for (at, code) in self.triggers.into_iter().enumerate() {
            let place = format!("{place}.triggers[{at}]");
            let offered = default_triggers::list().iter().find(|trigger| trigger.code == code);
            let Some(offered) = offered else { return Err(TemplateError::Unknown { place, code }) };
            clinical.push((place, Section::Triggers, code, trigger_fields(offered, &self.triggers_contact)));
        }
        Ok(Template {
            code: self.code,
            label: self.label,
            about: self.about,
            general: checked(general, catalogue)?,
            clinical: checked(clinical, catalogue)?,
        })
    }
}

type Placed = (String, Section, String, Fields);

fn checked(entries: Vec<Placed>, catalogue: &Catalogue) -> Result<Vec<Entry>, TemplateError> {
    let mut found: BTreeMap<(Section, EntryId), ()> = BTreeMap::new();
    let mut checked = Vec::with_capacity(entries.len());
    for (place, section, name, fields) in entries {
        let Ok(id) = name.parse::<EntryId>() else { return Err(TemplateError::Name { place }) };
        if found.insert((section, id.clone()), ()).is_some() {
            return Err(TemplateError::Name { place });
        }
        if let Err(error) = check_entry_with(catalogue, section, &fields) {
            return Err(TemplateError::Entry { place, error });
        }
        checked.push(Entry { section, id, fields });
    }
    Ok(checked)
}

fn trigger_fields(offered: &DefaultTrigger, contact: &str) -> Fields {
    let urgency = match offered.response {
        ResponseClass::Emergency | ResponseClass::Urgent => Value::Int(URGENT_MINUTES),
        ResponseClass::SameDay => Value::text("same_day"),
        ResponseClass::NextReview => Value::text("next_visit"),
    };
    let texts = [
        ("name", offered.name.clone()),
        ("condition", offered.condition.to_json()),
        ("contact", contact.to_owned()),
    ];
    let mut fields: Fields =
        texts.into_iter().map(|(code, text)| (code.to_owned(), Value::text(text))).collect();
    fields.insert("urgency".to_owned(), urgency);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, Author, Subject, Verdict, may_all};
    use crate::ids::StaffId;
    use crate::plan::view::EntryView;
    use crate::sharing::Scope;

    fn verdict(role: Role, commands: &[Command]) -> Verdict {
        let author = Author { staff: StaffId([1; 16]), role, scope: Some(Scope::Whole) };
        let subjects = commands.iter().map(|command| Subject::of_command(command, None));
        may_all(&author, subjects.map(|subject| crate::access::may(&author, &Action::Edit(subject))))
    }

    #[test]
    fn there_is_a_template_for_each_pathway_and_a_general_one() {
        let codes: Vec<&str> = list().iter().map(|template| template.code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "general",
                "wound_care",
                "reablement",
                "falls_prevention",
                "discharge_to_assess",
                "hospital_avoidance",
                "mental_health",
                "end_of_life"
            ]
        );
    }

    #[test]
    fn a_supervisor_starts_what_is_general_and_proposes_what_is_clinical_to_the_nurse() {
        for template in list() {
            let code = &template.code;
            assert_eq!(
                verdict(Role::Supervisor, &template.general(&PlanView::default())),
                Verdict::Yes,
                "{code}"
            );
            let clinical = template.clinical(&PlanView::default(), None);
            assert_eq!(verdict(Role::Supervisor, &clinical), Verdict::ProposalFor(Role::Nurse), "{code}");
            assert_eq!(verdict(Role::Nurse, &clinical), Verdict::Yes, "{code}");
        }
    }

    #[test]
    fn a_trigger_of_a_template_says_who_agreed_it_only_where_a_clinician_starts_it() {
        let on = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        let agreed = Agreed { by: "Beth", on };
        let says = |commands: &[Command]| {
            let triggers = commands.iter().filter(|command| command.section() == Section::Triggers);
            let by = triggers.map(|command| match command {
                Command::AddEntry { fields, .. } => fields.contains_key("agreed_by"),
                _ => false,
            });
            by.collect::<std::collections::BTreeSet<bool>>()
        };
        for template in list() {
            assert_eq!(says(&template.clinical(&PlanView::default(), None)), [false].into());
            assert_eq!(says(&template.clinical(&PlanView::default(), Some(agreed))), [true].into());
        }
    }

    #[test]
    fn what_stands_in_the_plan_is_left_alone() {
        let reviews = [("plan_review".parse().expect("a name"), EntryView::default())].into();
        let plan = PlanView { version: 1, sections: [(Section::Reviews, reviews)].into() };
        for template in list() {
            let all = template.general(&PlanView::default());
            let new: Vec<Command> =
                all.into_iter().filter(|command| command.section() != Section::Reviews).collect();
            assert_eq!(template.general(&plan), new, "{}", template.code);
        }
    }

    #[test]
    fn a_template_with_a_fault_is_refused_with_its_place() {
        let json = include_str!("../../catalogue/templates.json");
        let cases = [
            (r#""section": "reviews""#, r#""section": "rooms""#, "the list cannot be read"),
            (r#""every_days": 28"#, r#""every_days": 0"#, "templates.general.entries[0]"),
            (r#""entry": "drinks""#, r#""entry": "a drink""#, "templates.general.entries[1]: name"),
            (r#""skin_changed","#, r#""skin_changes","#, "templates.general.triggers[0]: skin_changes"),
            (r#""needs_agreement": true"#, r#""needs_agreement": false"#, "templates.general: a clinician"),
            (
                r#""triggers_contact": "gp""#,
                r#""triggers_contact": "me""#,
                "templates.general.triggers_contact",
            ),
        ];
        for (from, to, reason) in cases {
            assert!(json.contains(from), "{from}");
            let error = load(Catalogue::built_in(), &json.replacen(from, to, 1)).expect_err(to).to_string();
            assert!(error.starts_with(reason), "{error}");
        }
    }
}
