//! What simulated people do on their phones. Each act says something that no other act says, so that a copy can be
//! told from a second act.

use crate::dice::Dice;
use alongside_domain::ids::{EntryId, PersonId, VisitId};
use alongside_domain::journal::body::{
    Closing, Communication, ContactAttempt, ExpectedLeaving, HandoverNote, HowKnown, LocatedSafe, Looked,
    MatchRef, Means, NoReplyStep, NoReplyTried, NotSafeToday, Observation, OfficeNote, Response, Role,
    RunningLate, StepResult, VisitArrived, VisitKind, VisitLeft,
};
use alongside_domain::journal::{Body, Channel, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::time::{HOUR_MS, Moment};
use alongside_domain::value::{Fields, Value};
use alongside_replica::{Draft, RecordError, Recorded, Replica};

/// A member of staff in a run.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Their id.
    pub id: alongside_domain::ids::StaffId,
    /// Their role.
    pub role: Role,
}

/// Who works here, by name and role; the first carer's phone may get a copy.
pub const STAFF: [(&str, Role); 5] = [
    ("Sam", Role::Supervisor),
    ("Beth", Role::Nurse),
    ("Amina", Role::Carer),
    ("Mary", Role::Manager),
    ("Ines", Role::Therapist),
];

/// For whom somebody of a role works. The therapist's is a partner, with which nobody has agreed anything: she gives
/// direct care, and reads all that can be shared.
pub fn organisation(role: Role) -> &'static str {
    if role == Role::Therapist { "Northside" } else { "Larkfield" }
}

/// Something to do about a person.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Save a record.
    Record(Box<Draft>),
    /// Look at what is new.
    Look(Looked),
    /// Change the plan, or propose to.
    Edit {
        /// How.
        commands: Vec<Command>,
        /// Why.
        reason: String,
    },
    /// Decide on a held edit.
    Decide {
        /// Which.
        edit: RecordRef,
        /// To accept it.
        accept: bool,
        /// Why.
        reason: String,
    },
    /// Take back one's own edit.
    Withdraw(RecordRef),
    /// Save what only supervisors and managers may know.
    OfficeNote(String),
}

impl Act {
    /// What the record will say, but for an edit's base.
    pub fn body(&self) -> Body {
        use alongside_domain::journal::PlanSeen;
        use alongside_domain::journal::body::{EditDecision, EditWithdrawal, PlanEdit};
        match self.clone() {
            Act::Record(draft) => draft.body,
            Act::Look(looked) => Body::Looked(looked),
            Act::Edit { commands, reason } => {
                let base = PlanSeen::default();
                Body::PlanEdit(PlanEdit { base, commands, reason })
            }
            Act::Decide { edit, accept, reason } => Body::EditDecision(EditDecision { edit, accept, reason }),
            Act::Withdraw(edit) => Body::EditWithdrawal(EditWithdrawal { edit }),
            Act::OfficeNote(text) => Body::OfficeNote(OfficeNote { text }),
        }
    }

    /// For whom it is.
    pub fn channel(&self) -> Channel {
        if matches!(self, Act::OfficeNote(_)) { Channel::Office } else { Channel::Care }
    }

    /// Does it, through the facade that screens use.
    pub fn perform(&self, replica: &Replica, person: PersonId) -> Result<Done, RecordError> {
        let done = |id| Done { id, raised: false, recorded: None };
        match self.clone() {
            Act::Record(draft) => {
                let Recorded { id, met, recorded, .. } = replica.record(person, *draft)?;
                Ok(Done { id, raised: !met.is_empty(), recorded: Some(recorded) })
            }
            Act::Look(_) => Ok(done(replica.looked(person)?.expect("something is new"))),
            Act::Edit { commands, reason } => replica.edit_plan(person, commands, &reason).map(done),
            Act::Decide { edit, accept, reason } => {
                replica.decide_edit(person, edit, accept, &reason).map(done)
            }
            Act::Withdraw(edit) => replica.withdraw_edit(person, edit).map(done),
            Act::OfficeNote(text) => replica.record_office_note(person, &text).map(done),
        }
    }
}

/// What came of an act.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    /// The record.
    pub id: RecordRef,
    /// It met a trigger.
    pub raised: bool,
    /// When it was recorded, as the phone knows; nothing for what changes the plan.
    pub recorded: Option<Moment>,
}

/// Chooses what someone of this role does. `word` is theirs alone.
pub fn choose(
    dice: &mut Dice,
    role: Role,
    replica: &Replica,
    person: PersonId,
    word: &str,
) -> Result<Act, RecordError> {
    if matches!(role, Role::Supervisor | Role::Manager) && dice.once_in(4) {
        return Ok(Act::OfficeNote(word.to_owned()));
    }
    match dice.below(10) {
        0..=4 if matches!(role, Role::Supervisor | Role::Nurse) => {
            decide_or_withdraw(dice, role, replica, person, word)
        }
        0..=2 => Ok(record(pain(dice.below(11) as i64, word))),
        3 => of_the_day(replica, person, word),
        4 => Ok(record(visit(dice))),
        5 => escalation(dice, replica, person, word),
        6 | 7 => Ok(edit(dice, role, word)),
        _ => decide_or_withdraw(dice, role, replica, person, word),
    }
}

/// Chooses what someone writes about a person whom the phone does not show.
pub fn choose_unseen(dice: &mut Dice, word: &str) -> Act {
    record(if dice.once_in(3) { visit(dice) } else { pain(dice.below(11) as i64, word) })
}

fn record(body: Body) -> Act {
    Act::Record(Box::new(Draft { body, observed: None }))
}

/// A look at what is new, a communication, or one of the records of a carer's day: which, the word says, so that what
/// the dice say afterwards is the same for each.
fn of_the_day(replica: &Replica, person: PersonId, word: &str) -> Result<Act, RecordError> {
    let mark = word.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut id = [0; 16];
    id[..8].copy_from_slice(&mark.to_le_bytes());
    let (visit, text) = (VisitId(id), word.to_owned());
    let body = match mark % 8 {
        0 => Body::HandoverNote(HandoverNote { visit: None, text }),
        1 => Body::RunningLate(RunningLate { visit, expected: replica.now(), reason: Some(text) }),
        2 => Body::NoReplyTried(NoReplyTried {
            visit,
            step: NoReplyStep::Knock,
            result: StepResult::NoReply,
            note: Some(text),
        }),
        3 => Body::LocatedSafe(LocatedSafe { visit, located_by: "a neighbour".to_owned(), how: text }),
        4 => Body::ExpectedLeaving(ExpectedLeaving { visit, at: replica.now() }),
        5 => Body::NotSafeToday(NotSafeToday { visit: None, action: entry("a0"), why: text, told: None }),
        6 => match replica.new_to_show(person)? {
            Some(looked) => return Ok(Act::Look(looked)),
            None => said(text),
        },
        _ => said(text),
    };
    Ok(record(body))
}

fn said(said: String) -> Body {
    let (with, purpose) = ("the daughter".to_owned(), "asked".to_owned());
    Body::Communication(Communication { with, means: Means::Phone, purpose, said })
}

fn pain(score: i64, word: &str) -> Body {
    Body::Observation(Observation {
        visit: None,
        kind: "pain".to_owned(),
        catalogue_version: 1,
        site: None,
        fields: [("score".to_owned(), Value::Int(score))].into(),
        absent: None,
        how_known: HowKnown::SeenNow,
        note: Some(word.to_owned()),
        quoted: None,
        corrects: None,
        changed: None,
        present: None,
        done: None,
        first_note: None,
    })
}

fn visit(dice: &mut Dice) -> Body {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&dice.roll().to_le_bytes());
    let visit = VisitId(id);
    if dice.once_in(2) {
        Body::VisitArrived(VisitArrived { visit, visit_kind: VisitKind::Care })
    } else {
        Body::VisitLeft(VisitLeft { visit, tasks: vec![] })
    }
}

/// An attempt, an answer or a closing of an open escalation; an observation that may raise one where none is open.
fn escalation(dice: &mut Dice, replica: &Replica, person: PersonId, word: &str) -> Result<Act, RecordError> {
    let escalations = replica.escalations(person)?;
    let open: Vec<_> = escalations.list.iter().filter(|escalation| escalation.is_open()).collect();
    if open.is_empty() {
        return Ok(record(pain(9, word)));
    }
    let escalation = dice.pick(&open);
    let about = MatchRef { trigger: escalation.trigger.id.clone(), matched: escalation.raised_by };
    Ok(record(match dice.below(3) {
        0 => Body::ContactAttempt(ContactAttempt {
            about,
            contact: entry("nurses"),
            means: Means::Phone,
            answered: dice.once_in(2),
        }),
        1 => {
            let (from, said) = ("Beth".to_owned(), word.to_owned());
            Body::Response(Response { about, from, said, promise: None, refused: None })
        }
        _ => Body::Closing(Closing { about, outcome: word.to_owned() }),
    }))
}

/// Mostly a change of one's own part of the plan, at times of another's: then it is a proposal.
fn edit(dice: &mut Dice, role: Role, word: &str) -> Act {
    let own = match role {
        Role::Nurse => 0,
        Role::Therapist => 1,
        _ => 2,
    };
    let part = if dice.once_in(3) { dice.below(3) } else { own };
    let text = Value::text(word);
    let command = match (part, dice.below(3)) {
        (0, 0) => add(
            Section::Asked,
            &format!("a{}", dice.below(3)),
            &[("kind", Value::text("pain")), ("field", Value::text("score")), ("why", text)],
        ),
        (0, _) => set(Section::Safety, "main", "allergies", text),
        (1, 0) => add(Section::Goals, &format!("g{}", dice.below(3)), &[("text", text)]),
        (1, _) => set(Section::Goals, "g0", "own_words", text),
        (_, 0) => retire(Section::Contacts, &format!("c{}", dice.below(2))),
        (_, 1) => add(
            Section::Contacts,
            &format!("c{}", dice.below(2)),
            &[("role", Value::text("gp")), ("name", text)],
        ),
        _ => set(Section::About, "main", "routines", text),
    };
    Act::Edit { commands: vec![command], reason: word.to_owned() }
}

/// What is shared with the partner, as the plan calls it.
const CATEGORIES: [&str; 5] = ["care_notes", "visits", "plan", "contact_log", "all"];

/// The person agrees again to all of it.
pub fn agreed_again() -> Vec<Command> {
    let agreed = [
        ("objects", Value::Bool(false)),
        ("ground", Value::text("explicit_consent")),
        ("ends_on", Value::text("2099-01-01")),
    ];
    CATEGORIES.iter().map(|category| with_partner(category, &agreed)).collect()
}

/// What the person says about sharing with the partner, and what becomes of it: they object, it is talked over, it has a
/// last day, or they agree again.
pub fn about_sharing(dice: &mut Dice, now: Moment, word: &str) -> Vec<Command> {
    let category = *dice.pick(&CATEGORIES);
    let (text, says) = (|text: &str| Value::text(text), Value::Bool);
    let day = |at: Moment| Value::text(at.local_day().to_string());
    let change = match dice.below(6) {
        0 | 1 => vec![("objects", says(true)), ("overridden", says(false)), ("objection", text(word))],
        2 => vec![("overridden", says(true)), ("handled", text(word))],
        3 => vec![
            ("ground", text("direct_care")),
            ("ends_on", day(now.plus_ms(-24 * HOUR_MS * dice.below(2) as i64))),
        ],
        _ => return agreed_again(),
    };
    vec![with_partner(category, &change)]
}

fn with_partner(category: &str, change: &[(&'static str, Value)]) -> Command {
    let partner = Value::text(organisation(Role::Therapist));
    let own = [("organisation", partner), ("category", Value::text(category))];
    let fields: Vec<(&str, Value)> = own.into_iter().chain(change.iter().cloned()).collect();
    add(Section::Sharing, &format!("with-{}", category.replace('_', "-")), &fields)
}

/// The edits that stand when a run begins, by who makes them.
pub fn first_edits(role: Role) -> Vec<Command> {
    let text = |text: &str| Value::text(text);
    match role {
        Role::Supervisor => vec![
            add(Section::Safety, "main", &[("preferred_name", text("Grace"))]),
            add(Section::About, "main", &[("routines", text("tea at four"))]),
            add(Section::Contacts, "nurses", &[("role", text("district_nursing")), ("name", text("Hub"))]),
            add(Section::Goals, "g0", &[("text", text("to walk to the shop"))]),
        ],
        Role::Nurse => vec![add(
            Section::Triggers,
            "t1",
            &[
                ("name", text("pain is bad")),
                ("condition", text(PAIN_IS_BAD)),
                ("contact", text("district_nursing")),
                ("urgency", text("same_day")),
            ],
        )],
        _ => vec![],
    }
}

const PAIN_IS_BAD: &str = r#"{"compare":{"kind":"pain","field":"score","op":"at_least","value":8}}"#;

fn decide_or_withdraw(
    dice: &mut Dice,
    role: Role,
    replica: &Replica,
    person: PersonId,
    word: &str,
) -> Result<Act, RecordError> {
    let held = held_edits(replica, person)?;
    if held.is_empty() {
        return Ok(edit(dice, role, word));
    }
    let (id, is_own) = *dice.pick(&held);
    if is_own && dice.once_in(2) {
        return Ok(Act::Withdraw(id));
    }
    Ok(Act::Decide { edit: id, accept: !dice.once_in(3), reason: word.to_owned() })
}

/// The edits that wait for somebody, as this phone knows; whether each is its holder's own.
pub fn held_edits(replica: &Replica, person: PersonId) -> Result<Vec<(RecordRef, bool)>, RecordError> {
    let me = replica.me().map(|me| me.staff);
    let edits = replica.plan(person)?.edits;
    let held = edits.iter().filter(|edit| edit.held.is_some() && edit.settled.is_none());
    Ok(held.map(|edit| (edit.edit, Some(edit.author) == me)).collect())
}

fn entry(name: &str) -> EntryId {
    name.parse().expect("a plain name")
}

fn set(section: Section, name: &str, field: &str, value: Value) -> Command {
    Command::SetField { section, entry: entry(name), field: field.to_owned(), value }
}

fn add(section: Section, name: &str, fields: &[(&str, Value)]) -> Command {
    let fields: Fields = fields.iter().map(|(code, value)| ((*code).to_owned(), value.clone())).collect();
    Command::AddEntry { section, entry: entry(name), fields, order: 1 }
}

fn retire(section: Section, name: &str) -> Command {
    Command::RetireEntry { section, entry: entry(name) }
}
