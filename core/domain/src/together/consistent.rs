//! What an edit must not do to the parts of the plan that lean on one another. Asked where the edit is made, with the
//! plan that its author sees; what two people make inconsistent together is flagged in the view.

use super::owner::Everyone;
use super::review::every_days_max;
use crate::care::fields::PlanFieldError;
use crate::care::link::Link;
use crate::ids::EntryId;
use crate::plan::edit::{Command, Section};
use crate::plan::view::{Candidate, EntryView, FieldView, PlanView};
use crate::value::{Fields, Value, text_in};

/// The sections whose `owner` must be somebody whom the plan knows.
const OWNED: [Section; 3] = [Section::Risks, Section::Referrals, Section::Discharge];

/// Whether the commands leave what they touch consistent.
pub fn check_together(plan: &PlanView, commands: &[Command]) -> Result<(), PlanFieldError> {
    let after = after(plan, commands);
    let everyone = Everyone::of(&after);
    for command in commands {
        let (section, entry) = (command.section(), command.entry());
        let touched: Fields = match command {
            Command::SetField { field, value, .. } => [(field.clone(), value.clone())].into(),
            Command::AddEntry { fields, .. } => fields.clone(),
            Command::RetireEntry { .. } | Command::MoveEntry { .. } => continue,
        };
        let whole = after.sections.get(&section).and_then(|entries| entries.get(entry));
        let checking = Checking { after: &after, everyone: &everyone, section };
        checking.owner(&touched)?;
        checking.names(&touched)?;
        checking.cadence(&touched, &whole.map(EntryView::values).unwrap_or_default())?;
    }
    Ok(())
}

struct Checking<'a> {
    after: &'a PlanView,
    everyone: &'a Everyone,
    section: Section,
}

impl Checking<'_> {
    fn refuse(&self, field: &str, reason: &str) -> Result<(), PlanFieldError> {
        let (field, reason) = (field.to_owned(), reason.to_owned());
        Err(PlanFieldError { section: self.section, field, place: String::new(), reason })
    }

    fn owner(&self, touched: &Fields) -> Result<(), PlanFieldError> {
        let owner = text_in(touched, "owner");
        if !OWNED.contains(&self.section) || owner.trim().is_empty() || self.everyone.find(owner).known {
            return Ok(());
        }
        self.refuse(
            "owner",
            "nobody of this name is in the plan: give a contact or a family carer of the plan, or the person",
        )
    }

    /// What an entry leans on must be there.
    fn names(&self, touched: &Fields) -> Result<(), PlanFieldError> {
        let entry = |section, code: &str| {
            let name = text_in(touched, code);
            name.is_empty() || self.is_there(section, name)
        };
        match self.section {
            Section::Decisions if !entry(Section::Rights, "right") => {
                self.refuse("right", "no such decision right is in the plan")
            }
            Section::Assessments if !entry(Section::Referrals, "referral") => {
                self.refuse("referral", "no such referral is in the plan")
            }
            Section::Disputes if !self.link_is_there(text_in(touched, "about")) => {
                self.refuse("about", "no such entry is in the plan")
            }
            _ => Ok(()),
        }
    }

    fn is_there(&self, section: Section, name: &str) -> bool {
        let name: Result<EntryId, _> = name.parse();
        let entries = self.after.sections.get(&section);
        name.is_ok_and(|name| entries.is_some_and(|entries| entries.contains_key(&name)))
    }

    fn link_is_there(&self, link: &str) -> bool {
        let found = link.parse::<Link>();
        link.is_empty() || found.is_ok_and(|link| self.is_there(link.section, link.entry.as_str()))
    }

    /// Weekly for reablement and step-down, monthly or sooner for long-term.
    fn cadence(&self, touched: &Fields, whole: &Fields) -> Result<(), PlanFieldError> {
        let is_touched = touched.contains_key("every_days") || touched.contains_key("package");
        let max = every_days_max(text_in(whole, "package"));
        let every = whole.get("every_days").and_then(Value::as_int);
        match (max, every) {
            (Some(max), Some(every)) if self.section == Section::Reviews && is_touched && every > max => {
                let reason = format!("give at most {max}: such a package is reviewed so often or more");
                self.refuse("every_days", &reason)
            }
            _ => Ok(()),
        }
    }
}

/// The plan as the commands leave it, as far as the checks look.
fn after(plan: &PlanView, commands: &[Command]) -> PlanView {
    let mut after = plan.clone();
    for command in commands {
        let entries = after.sections.entry(command.section()).or_default();
        match command {
            Command::SetField { entry, field, value, .. } => {
                set(entries.entry(entry.clone()).or_default(), field, value);
            }
            Command::AddEntry { entry, fields, .. } => {
                let view = entries.entry(entry.clone()).or_default();
                fields.iter().for_each(|(field, value)| set(view, field, value));
            }
            Command::RetireEntry { entry, .. } => drop(entries.remove(entry)),
            Command::MoveEntry { .. } => {}
        }
    }
    after
}

fn set(view: &mut EntryView, field: &str, value: &Value) {
    let candidate = Candidate {
        value: value.clone(),
        author: crate::ids::StaffId([0; 16]),
        at: crate::time::Moment(0),
        edit: crate::journal::RecordRef {
            author: crate::ids::AuthorId([0; 16]),
            epoch: crate::ids::Epoch([0; 8]),
            number: 0,
            channel: crate::journal::Channel::Care,
        },
    };
    view.fields.insert(field.to_owned(), FieldView { candidates: vec![candidate], unconfirmed: true });
}
