//! Starting a plan from a template: one edit for what the office keeps, one for what a clinician agrees.

use crate::replica::{RecordError, Replica};
use alongside_domain::care::templates::{Starter, Template, list, template};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::RecordRef;
use serde::Serialize;

/// A template that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateItem {
    /// Stable code.
    pub code: String,
    /// Words on screen.
    pub label: String,
    /// For whom it is.
    pub about: String,
}

/// The templates that there are.
pub fn templates() -> Vec<TemplateItem> {
    let item = |template: &Template| TemplateItem {
        code: template.code.clone(),
        label: template.label.clone(),
        about: template.about.clone(),
    };
    list().iter().map(item).collect()
}

impl Replica {
    /// Starts a person's plan from a template: at most two edits, of which the clinical one is a proposal to the nurse
    /// unless the holder of this phone is one. Entries that stand in the plan are left alone.
    pub fn start_from_template(&self, person: PersonId, code: &str) -> Result<Vec<RecordRef>, RecordError> {
        let template = template(code).ok_or(RecordError::UnknownTemplate)?;
        let me = self.me().ok_or(RecordError::NotEnrolled)?;
        let starter = Starter { role: me.role, name: &me.name, on: self.now().local_day() };
        let edits = template.edits(&self.plan(person)?.view, starter);
        edits.into_iter().map(|commands| self.edit_plan(person, commands, &template.reason())).collect()
    }
}
