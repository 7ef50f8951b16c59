//! Words for screens: times, roles, states, and values of the plan.

use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::escalation::{EscalationState, InTime};
use alongside_domain::care::fields::{field_rules, section_rule};
use alongside_domain::ids::StaffId;
use alongside_domain::journal::Body;
use alongside_domain::journal::Category;
use alongside_domain::journal::body::{
    FromUsual, HeldWhy, NoReplyStep, Observation, ReasonAbsent, Role, StepResult,
};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::view::{FieldView, PlanView};
use alongside_domain::sharing::{Scope, Why};
use alongside_domain::time::Moment;
use alongside_domain::value::{Fields, Value};
use std::collections::BTreeMap;

/// Names of staff.
pub type Names = BTreeMap<StaffId, String>;

/// Someone's name, or that it is not known.
pub fn name(names: &Names, staff: StaffId) -> String {
    names.get(&staff).cloned().unwrap_or_else(|| "someone not on record".to_owned())
}

/// Several people's names, with these words between them.
pub fn names_of(names: &Names, staff: &[StaffId], between: &str) -> String {
    let told: Vec<String> = staff.iter().map(|staff| name(names, *staff)).collect();
    told.join(between)
}

/// When something was seen, and by whom.
pub fn seen_by(names: &Names, at: Moment, by: StaffId) -> String {
    format!("seen {} by {}", time(at), name(names, by))
}

/// A local time with its day: "Tue 3 Mar 12:41".
pub fn time(at: Moment) -> String {
    at.local().format("%a %-d %b %H:%M").to_string()
}

/// A time, with what the phone showed where that was another: "Tue 3 Mar 09:14 (phone showed 08:14)".
pub fn doubted_time(at: Moment, clock_off_ms: Option<i64>) -> String {
    let Some(showed) = clock_off_ms.map(|off_ms| at.plus_ms(off_ms)) else { return time(at) };
    let same_day = showed.local_day() == at.local_day();
    let showed =
        if same_day { showed.local().format("%H:%M") } else { showed.local().format("%-d %b %Y %H:%M") };
    format!("{} (phone showed {showed})", time(at))
}

/// A role.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Carer => "carer",
        Role::Nurse => "district nurse",
        Role::Therapist => "therapist",
        Role::Supervisor => "supervisor",
        Role::Manager => "manager",
        Role::SocialWorker => "social worker",
        Role::Auditor => "auditor",
        Role::Administrator => "administrator",
    }
}

/// What a record says, in one line. A kind of observation that is not known here is told by its codes.
pub fn record(catalogue: &Catalogue, body: &Body) -> String {
    match body {
        Body::Observation(observation) => observed(catalogue, observation),
        Body::VisitArrived(_) => "arrived".to_owned(),
        Body::VisitLeft(_) => "left".to_owned(),
        Body::VisitPlanned(_) => "a visit was planned".to_owned(),
        Body::HandoverNote(note) => format!("for whoever comes next: “{}”", note.text),
        Body::HandoverRead(_) => "read a handover note".to_owned(),
        Body::RunningLate(late) => format!("is running late: there at {}", time(late.expected)),
        Body::NoReplyTried(tried) => {
            format!("nobody answers the door: {}, {}", no_reply_step(tried.step), step_result(tried.result))
        }
        Body::LocatedSafe(located) => format!("located safe by {}: “{}”", located.located_by, located.how),
        Body::ExpectedLeaving(leaving) => format!("will leave at {}", time(leaving.at)),
        Body::NotSafeToday(flag) => format!("not safe to do today: “{}”", flag.why),
        Body::HelpAsked(_) => "asked for help".to_owned(),
        Body::CarerSafe(safe) => format!("a colleague is safe: “{}”", safe.how),
        Body::BreakGlass(opened) => format!("opened the record in an emergency: “{}”", opened.reason),
        Body::BreakGlassNoted(_) => "noted about an opening in an emergency".to_owned(),
        Body::KeySafeLook(_) => "looked at the code of the key safe".to_owned(),
        Body::ContactAttempt(attempt) => {
            format!("tried to reach a contact: {}", if attempt.answered { "answered" } else { "no answer" })
        }
        Body::Response(response) => format!("answer from {}: “{}”", response.from, response.said),
        Body::Closing(closing) => format!("closed: {}", closing.outcome),
        Body::Communication(talk) => format!("spoke with {} ({}): “{}”", talk.with, talk.purpose, talk.said),
        Body::PlanEdit(edit) => format!("asked for a change of the plan: “{}”", edit.reason),
        Body::EditDecision(decision) => format!("decided about a change of the plan: “{}”", decision.reason),
        Body::EditWithdrawal(_) => "took back a change of the plan".to_owned(),
        Body::Fate(_)
        | Body::PlanChange(_)
        | Body::PlanRootPart(_)
        | Body::PlanResumed(_)
        | Body::Times(_)
        | Body::Received(_)
        | Body::Looked(_) => "a note of the server".to_owned(),
        Body::OfficeNote(note) => format!("for the office: “{}”", note.text),
        Body::Concern(_)
        | Body::Sealed(_)
        | Body::ConcernCall(_)
        | Body::CaseAct(_)
        | Body::ConcernCopy(_) => "a record for others".to_owned(),
        Body::Unread(_) => "a record of a newer version of the app".to_owned(),
    }
}

/// A step of the ladder when nobody answers the door.
pub fn no_reply_step(step: NoReplyStep) -> &'static str {
    match step {
        NoReplyStep::Knock => "knocked and called",
        NoReplyStep::Ring => "rang the person",
        NoReplyStep::Look => "looked in at the windows",
        NoReplyStep::KeySafe => "key safe",
        NoReplyStep::Family => "rang the family",
        NoReplyStep::Office => "rang the office",
    }
}

/// A step that is to be taken.
pub fn no_reply_task(step: NoReplyStep) -> &'static str {
    match step {
        NoReplyStep::Knock => "knock and call",
        NoReplyStep::Ring => "ring the person",
        NoReplyStep::Look => "look in at the windows",
        NoReplyStep::KeySafe => "use the key safe",
        NoReplyStep::Family => "ring the family",
        NoReplyStep::Office => "ring the office",
    }
}

/// What came of a step.
pub fn step_result(result: StepResult) -> &'static str {
    match result {
        StepResult::NoReply => "no reply",
        StepResult::Reply => "there was a reply",
        StepResult::NotPossible => "not possible",
    }
}

fn observed(catalogue: &Catalogue, observation: &Observation) -> String {
    let rule = catalogue.kind(&observation.kind);
    let label = rule.map_or(observation.kind.as_str(), |rule| rule.label.as_str());
    let values =
        observation.fields.iter().map(|(code, value)| match rule.and_then(|rule| rule.field(code)) {
            Some(field) => format!("{} {}", field.label.to_lowercase(), field.words(value)),
            None => format!("{code} {value}"),
        });
    let reason = observation.absent.map(|reason| absent(reason).to_owned());
    let quoted = observation.quoted.as_ref().map(|quoted| format!("“{quoted}”"));
    let Observation { changed, present, done, first_note, .. } = observation;
    let beside = beside(*changed, present.as_deref(), done.as_deref(), first_note.as_deref());
    let parts: Vec<String> =
        values.chain(reason).chain(observation.note.clone()).chain(quoted).chain(beside).collect();
    format!("{label}: {}", parts.join(", "))
}

/// What stands beside what an author saw: whether it is as usual, who was there, what was done at once, and what the
/// note said before they changed it.
pub fn beside(
    changed: Option<FromUsual>,
    present: Option<&str>,
    done: Option<&str>,
    first_note: Option<&str>,
) -> Vec<String> {
    let changed = changed.map(|changed| match changed {
        FromUsual::No => "as usual".to_owned(),
        FromUsual::Yes => "not as usual".to_owned(),
        FromUsual::DontKnow => "what is usual is not known".to_owned(),
    });
    let present = present.map(|present| format!("also there: {present}"));
    let done = done.map(|done| format!("done at once: {done}"));
    let first_note = first_note.map(|first| format!("first written: “{first}”"));
    [changed, present, done, first_note].into_iter().flatten().collect()
}

/// How an escalation stands.
pub fn state(state: EscalationState) -> &'static str {
    match state {
        EscalationState::Raised => "Nobody has answered",
        EscalationState::Answered => "Answered",
        EscalationState::HelpRefused => "Answered, help refused: ring the on-call manager",
        EscalationState::Closed => "Closed",
        EscalationState::Overtaken => "Overtaken by later records",
    }
}

/// Whether the answer was in time.
pub fn in_time(done: InTime) -> &'static str {
    match done {
        InTime::Yes => "in time",
        InTime::No => "not in time",
        InTime::Pending => "still in time",
        InTime::Unknown => "",
    }
}

/// Whether the server knew of it in time.
pub fn known_in_time(known: InTime) -> &'static str {
    match known {
        InTime::Yes => "known here in time",
        InTime::No => "known here too late",
        InTime::Pending | InTime::Unknown => "not sure to be known here",
    }
}

/// Why there is no value.
pub fn absent(reason: ReasonAbsent) -> &'static str {
    match reason {
        ReasonAbsent::NotDue => "not due",
        ReasonAbsent::NotObserved => "nobody looked",
        ReasonAbsent::Declined => "declined",
        ReasonAbsent::Asleep => "asleep",
        ReasonAbsent::NoAccess => "no access",
        ReasonAbsent::EquipmentMissing => "equipment missing",
        ReasonAbsent::NotOffered => "not offered",
    }
}

/// Why an edit waits.
pub fn held(why: HeldWhy) -> &'static str {
    match why {
        HeldWhy::MayNot => "a proposal: its author may not make this change alone",
        HeldWhy::BaseMissing => "it was made on a plan that is not here",
        HeldWhy::BaseHeld => "it builds on another change that still waits",
        HeldWhy::Invalid => "it does not fit the plan that it was made on, or what it adds lacks something",
    }
}

/// A section of the plan.
pub fn section(section: Section) -> &'static str {
    section_rule(section).label
}

/// A field of the plan.
pub fn field(section: Section, code: &str) -> String {
    let rule = field_rules(section).iter().find(|rule| rule.code == code);
    match (rule, code) {
        (Some(rule), _) => rule.label.to_owned(),
        (None, "order") => "Place in the list".to_owned(),
        (None, "retired") => "Taken out of use".to_owned(),
        (None, _) => code.to_owned(),
    }
}

/// A value of the plan. Minutes are told in hours too.
pub fn value(field: &str, value: &Value) -> String {
    match value {
        Value::Int(minutes) if field.ends_with("_min") && *minutes >= 60 => {
            let (hours, rest) = (minutes / 60, minutes % 60);
            if rest == 0 {
                format!("{hours} h ({minutes} min)")
            } else {
                format!("{hours} h {rest} min ({minutes} min)")
            }
        }
        Value::Text(text) => day(text).unwrap_or_else(|| text.replace('_', " ")),
        other => other.to_string(),
    }
}

/// A calendar day such as 2026-03-02, in words.
fn day(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let is_number = |part: &str, length| part.len() == length && part.bytes().all(|it| it.is_ascii_digit());
    if !is_number(year, 4) || !is_number(month, 2) || !is_number(day, 2) {
        return None;
    }
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some(format!("{} {month} {year}", day.trim_start_matches('0')))
}

/// What an entry of the plan is called: its own words, or its name.
pub fn entry(plan: &PlanView, at: Section, id: &str) -> String {
    let found =
        plan.sections.get(&at).and_then(|entries| entries.iter().find(|(name, _)| name.as_str() == id));
    found.and_then(|(_, entry)| title(&entry.values())).unwrap_or_else(|| id.to_owned())
}

fn title(fields: &Fields) -> Option<String> {
    ["text", "name"].iter().find_map(|code| fields.get(*code)).and_then(Value::as_text).map(str::to_owned)
}

/// A field of the safety header or of "about me", if it is recorded; where people differ, what each of them says.
pub fn fact(plan: &PlanView, at: Section, code: &str) -> Option<String> {
    main_field(plan, at, code).map(|field| field.words(|one| value(code, one)))
}

fn main_field<'a>(plan: &'a PlanView, at: Section, code: &str) -> Option<&'a FieldView> {
    let main = plan.sections.get(&at)?.iter().find(|(name, _)| name.as_str() == "main")?;
    main.1.fields.get(code)
}

/// What a person likes to be called, or their full name, or that no plan is here yet.
pub fn person(plan: &PlanView) -> String {
    // A name stands inside sentences: that there are two is said where it is a fact.
    let of = |code| main_field(plan, Section::Safety, code).map(|field| value(code, field.value()));
    of("full_name").or_else(|| of("preferred_name")).unwrap_or_else(|| "Name not recorded yet".to_owned())
}

/// The same, for whoever reads this much of their record.
pub fn person_read(scope: Scope, plan: &PlanView) -> String {
    if scope.reads(Category::PLAN) { person(plan) } else { "Name not shared with you".to_owned() }
}

/// What a command does.
pub fn command(plan: &PlanView, given: &Command) -> String {
    match given {
        Command::SetField { section: at, entry: id, field: code, value: new } => {
            let entry = entry(plan, *at, id.as_str());
            format!("{}, {entry}: {} to {}", section(*at), field(*at, code).to_lowercase(), value(code, new))
        }
        Command::AddEntry { section: at, entry: id, fields, .. } => {
            let title = title(fields).unwrap_or_else(|| id.to_string());
            format!("{}: add {title}", section(*at))
        }
        Command::RetireEntry { section: at, entry: id } => {
            format!("{}: take out {}", section(*at), entry(plan, *at, id.as_str()))
        }
        Command::MoveEntry { section: at, entry: id, order } => {
            format!("{}: move {} to place {order}", section(*at), entry(plan, *at, id.as_str()))
        }
    }
}

/// Why something is not shared with a partner, to its staff.
pub fn why_not_shared(why: Why) -> &'static str {
    match why {
        Why::Objection => "the person objects",
        Why::Ended => "what was agreed has ended",
        Why::NotRecorded | Why::Ground | Why::DirectCare => "no ground for it is recorded",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_in_words_and_other_text_as_it_is() {
        for (given, expected) in [
            ("1941-06-04", "4 Jun 1941"),
            ("none_known", "none known"),
            ("2026-13-01", "2026-13-01"),
            ("1-2-3", "1-2-3"),
        ] {
            assert_eq!(value("date_of_birth", &Value::text(given)), expected);
        }
    }

    #[test]
    fn minutes_are_told_in_hours_too() {
        for (given, expected) in [(150, "2 h 30 min (150 min)"), (120, "2 h (120 min)"), (45, "45")] {
            assert_eq!(value("interval_min", &Value::Int(given)), expected);
        }
    }
}
