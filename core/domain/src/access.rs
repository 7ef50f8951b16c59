//! Who may do what: one pure rule, asked by the phone before an edit and by the server for each command.
//!
//! A change by someone who may not make it becomes a proposal for the responsible role; it is never dropped.
//! Access needs a role and a relationship with the person; what a partner organisation reads of it, says
//! [`crate::sharing`].

pub mod break_glass;

use crate::care::fields::field_rules;
use crate::ids::StaffId;
use crate::journal::body::{HelpAsked, Role, VisitKind};
use crate::journal::{Category, Channel, Kind};
use crate::plan::edit::{Command, Section};
use crate::plan::view::EntryView;
use crate::sharing::Scope;
use crate::value::{Fields, Value};
use std::collections::BTreeSet;

/// Who acts, for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The member of staff.
    pub staff: StaffId,
    /// What they do here.
    pub role: Role,
    /// What they read of the person's record; nothing where they are not in the person's care team, nor on the
    /// person's roster.
    pub scope: Option<Scope>,
}

/// What they want to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action<'a> {
    /// Read records of a category, and what views make of them.
    Read(Category),
    /// Record an observation, or one's own arrival and leaving.
    Record,
    /// Log a contact, an answer, a communication; close an escalation.
    LogContact,
    /// Put a visit of this kind on the roster, or take it off.
    PlanVisit(VisitKind),
    /// Change the plan.
    Edit(Subject<'a>),
    /// Accept or decline a held edit of this part of the plan.
    Decide(Subject<'a>),
    /// Choose between the two values of a conflict.
    Choose(Subject<'a>),
}

/// The part of the plan that a command touches, and what its entry says about who may change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The section.
    pub section: Section,
    /// The field; absent when the whole entry is added, retired or moved.
    pub field: Option<&'a str>,
    /// Whether the entry belongs to the clinical part.
    pub clinical: bool,
    /// The roles that the entry names in `may_change`.
    pub may_change: BTreeSet<Role>,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Done at once.
    Yes,
    /// Waits for someone of this role.
    ProposalFor(Role),
    /// Not done. Facts about care that are already recorded are still kept.
    No,
}

impl<'a> Subject<'a> {
    /// What a command touches. `entry` is the entry as it stands at the command's base, if it is there.
    pub fn of_command(command: &'a Command, entry: Option<&EntryView>) -> Subject<'a> {
        let (section, field, added) = match command {
            Command::SetField { section, field, .. } => (*section, Some(field.as_str()), None),
            Command::AddEntry { section, fields, .. } => (*section, None, Some(fields)),
            Command::RetireEntry { section, .. } | Command::MoveEntry { section, .. } => {
                (*section, None, None)
            }
        };
        let current = entry.map(EntryView::values);
        let says = current.as_ref().or(added);
        let mut subject = Subject::of_entry(section, field, says);
        if entry.is_none() {
            // What an entry would say of itself gives nobody the right to add it.
            subject.may_change.clear();
        } else if let Some(guarded) = added.and_then(guarded_field) {
            subject.field = Some(guarded);
        }
        // Adding to an entry that is there may set any field named; adding a clinical one needs a nurse.
        let names_clinical =
            added.is_some_and(|fields| fields.keys().any(|field| is_clinical_field(section, field)));
        let adds_clinical = added.is_some_and(|fields| {
            says_clinical(section, fields) || section == Section::Triggers && !fields.contains_key("clinical")
        });
        subject.clinical |= adds_clinical || (names_clinical && !only_says_not_clinical(section, added));
        subject
    }

    /// A field of an entry whose values are `fields`.
    pub fn of_entry(section: Section, field: Option<&'a str>, fields: Option<&Fields>) -> Subject<'a> {
        let empty = Fields::new();
        let fields = fields.unwrap_or(&empty);
        let may_change = fields.get("may_change").and_then(Value::as_text).unwrap_or_default();
        let may_change = may_change.split(',').filter_map(|code| role_of(code.trim())).collect();
        let clinical =
            says_clinical(section, fields) || field.is_some_and(|field| is_clinical_field(section, field));
        Subject { section, field, clinical, may_change }
    }
}

/// The fields of an action that say who may change it.
const GUARDED: [&str; 2] = ["clinical", "may_change"];

fn guarded_field(fields: &Fields) -> Option<&'static str> {
    GUARDED.into_iter().find(|field| fields.contains_key(*field))
}

/// Asked items are clinical, triggers are unless they say not, actions when they say so, visits by clinicians.
fn says_clinical(section: Section, fields: &Fields) -> bool {
    let says = match fields.get("clinical") {
        Some(Value::Bool(says)) => Some(*says),
        _ => None,
    };
    match section {
        Section::Asked => true,
        Section::Triggers => says != Some(false),
        Section::Actions => says == Some(true),
        Section::Schedule => fields.get("visit_kind").and_then(Value::as_text) == Some("clinical"),
        _ => false,
    }
}

fn is_clinical_field(section: Section, field: &str) -> bool {
    field_rules(section).iter().any(|rule| rule.code == field && rule.clinical)
}

/// `clinical: false` on a new action or trigger gives nothing away.
fn only_says_not_clinical(section: Section, added: Option<&Fields>) -> bool {
    let clinical = |field: &&String| is_clinical_field(section, field);
    added.is_some_and(|fields| {
        fields.keys().filter(clinical).all(|field| fields.get(field) == Some(&Value::Bool(false)))
    })
}

/// The channels of a person's journal that a role reads and writes, of people whom they care for. The restricted
/// channel is in none: it has recipients, not roles.
pub fn channels_of(role: Role) -> &'static [Channel] {
    match role {
        Role::Supervisor | Role::Manager => &[Channel::Care, Channel::Office],
        Role::Auditor | Role::Administrator => &[],
        Role::Carer | Role::Nurse | Role::Therapist | Role::SocialWorker => &[Channel::Care],
    }
}

/// The channels that a member of staff reads who reads this much of a person's record: no ground shares the office
/// channel with a partner.
pub fn channels_read(role: Role, scope: Scope) -> Vec<Channel> {
    let reads = |channel: &Channel| *channel != Channel::Office || scope.reads(Category::OFFICE);
    channels_of(role).iter().copied().filter(reads).collect()
}

/// Whether a role may write records of these kinds in a channel, about people whom they care for. Everyone who reads
/// care may call for help, in a channel that they do not read.
pub fn may_write(role: Role, channel: Channel, kinds: impl IntoIterator<Item = Kind>) -> bool {
    let channels = channels_of(role);
    let is_help = channel == Channel::Office && channels.contains(&Channel::Care);
    channels.contains(&channel) || (is_help && kinds.into_iter().all(|kind| kind == HelpAsked::KIND))
}

/// The stable code of a role, as the plan has it.
pub fn role_code(role: Role) -> &'static str {
    match role {
        Role::Carer => "carer",
        Role::Nurse => "nurse",
        Role::Therapist => "therapist",
        Role::Supervisor => "supervisor",
        Role::Manager => "manager",
        Role::SocialWorker => "social_worker",
        Role::Auditor => "auditor",
        Role::Administrator => "administrator",
    }
}

/// The role with this code.
pub fn role_of(code: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role_code(*role) == code)
}

/// The roles that settle this part of the plan: a conflict is shown to each of them.
pub fn responsible(subject: &Subject<'_>) -> BTreeSet<Role> {
    let mut roles: BTreeSet<Role> = if subject.clinical && subject.section == Section::Schedule {
        [Role::Nurse, Role::Therapist].into()
    } else if subject.clinical {
        [Role::Nurse].into()
    } else {
        keepers(subject.section).iter().copied().collect()
    };
    // Each organisation says itself how it sees a risk; the rest of it stays with whoever keeps it.
    if subject.section == Section::Risks {
        roles.extend(subject.field.and_then(scorer));
    }
    // An action says itself who else may change it; but not who may change that, or make it clinical.
    let guarded = subject.field.is_some_and(|field| GUARDED.contains(&field));
    if subject.section == Section::Actions && !guarded {
        roles.extend(subject.may_change.iter().copied().filter(|role| *role != Role::Carer));
    }
    roles
}

/// The role that gives the score of a risk in this field for their own organisation, beside whoever keeps it.
fn scorer(field: &str) -> Option<Role> {
    match field {
        "likelihood_council" | "impact_council" => Some(Role::SocialWorker),
        "likelihood_therapy" | "impact_therapy" => Some(Role::Therapist),
        _ => None,
    }
}

/// The roles that keep a section, but for its clinical parts.
fn keepers(section: Section) -> &'static [Role] {
    use Role::{Manager, Nurse, SocialWorker, Supervisor, Therapist};
    match section {
        Section::Goals | Section::Criteria => &[Therapist, Supervisor, Manager],
        Section::Rights => &[Manager],
        // What several services say and do side by side: each writes its part, and the history says who.
        Section::Baselines
        | Section::Views
        | Section::Family
        | Section::Equipment
        | Section::Reviews
        | Section::Decisions
        | Section::Disputes
        | Section::Referrals
        | Section::Assessments
        | Section::Discharge => &[Nurse, Therapist, SocialWorker, Supervisor, Manager],
        Section::Safety
        | Section::About
        | Section::Contacts
        | Section::Risks
        | Section::Actions
        | Section::Triggers
        | Section::Asked
        | Section::Schedule
        | Section::Sharing => &[Supervisor, Manager],
    }
}

/// Whether `author` may do `action`.
pub fn may(author: &Author, action: &Action<'_>) -> Verdict {
    let role = author.role;
    let Some(scope) = author.scope.filter(|_| !matches!(role, Role::Auditor | Role::Administrator)) else {
        return Verdict::No;
    };
    match action {
        Action::Read(category) => yes_if(scope.reads(*category)),
        Action::LogContact => Verdict::Yes,
        Action::Record => yes_if(role != Role::SocialWorker),
        Action::PlanVisit(VisitKind::Care) => yes_if(is_office(role) && scope == Scope::Whole),
        Action::PlanVisit(VisitKind::Clinical) => {
            yes_if(matches!(role, Role::Nurse | Role::Therapist | Role::Supervisor | Role::Manager))
        }
        Action::Edit(subject) if settles(role, scope, subject) => Verdict::Yes,
        Action::Edit(subject) => Verdict::ProposalFor(decides(subject)),
        Action::Decide(subject) | Action::Choose(subject) => yes_if(settles(role, scope, subject)),
    }
}

/// Whoever does not read the plan asks, and changes nothing unseen. A supervisor or manager of a partner, who reads what
/// a ground covers, keeps nothing of the provider's plan: they could widen what they read.
fn settles(role: Role, scope: Scope, subject: &Subject<'_>) -> bool {
    let of_provider = scope == Scope::Whole || !is_office(role);
    scope.reads(Category::PLAN) && of_provider && responsible(subject).contains(&role)
}

/// Whether a role runs the care.
pub fn is_office(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Manager)
}

/// The one role that proposals for this part are shown to first; whoever is responsible may decide them.
pub fn decides(subject: &Subject<'_>) -> Role {
    let responsible = responsible(subject);
    let first = [Role::Supervisor, Role::Manager].into_iter().find(|role| responsible.contains(role));
    first.unwrap_or(Role::Nurse)
}

/// The verdict on several commands together: the strictest of them, since an edit is taken or held whole.
pub fn may_all(author: &Author, subjects: impl IntoIterator<Item = Verdict>) -> Verdict {
    let related = yes_if(author.scope.is_some());
    subjects.into_iter().fold(related, Verdict::max)
}

fn yes_if(yes: bool) -> Verdict {
    if yes { Verdict::Yes } else { Verdict::No }
}
