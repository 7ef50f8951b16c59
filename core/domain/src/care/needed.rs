//! What a record must say to mean anything: asked where it is made, so that its author is told at once. What was made
//! without it stays, as everything that was recorded.

use crate::journal::Body;

/// A record that says too little or contradicts itself: which field, and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct NotSaid {
    /// The field.
    pub field: &'static str,
    /// What is wrong, and what it takes.
    pub reason: &'static str,
}

/// Whether a record says what it must.
pub fn check(body: &Body) -> Result<(), NotSaid> {
    match body {
        Body::Response(response) => {
            said("from", &response.from, "name who answered: only a person's answer counts")
        }
        Body::Closing(closing) => said("outcome", &closing.outcome, "say what came of it"),
        Body::Communication(talk) => said("with", &talk.with, "name whom you spoke with")
            .and_then(|()| said("purpose", &talk.purpose, "say what it was about")),
        Body::HandoverNote(note) => said("text", &note.text, "say what whoever comes next must know"),
        Body::LocatedSafe(located) => said("located_by", &located.located_by, "name who located them")
            .and_then(|()| said("how", &located.how, "say where and how")),
        Body::NotSafeToday(flag) => said("why", &flag.why, "say what you saw that makes it not safe"),
        Body::EditDecision(decision) if !decision.accept => {
            said("reason", &decision.reason, "say why: whoever proposed it is told")
        }
        Body::OfficeNote(note) => said("text", &note.text, "say what the office must know"),
        Body::CarerSafe(safe) => said("how", &safe.how, "say how you know that they are safe"),
        Body::Observation(seen) => match &seen.corrects {
            Some(correction) => said("corrects", &correction.reason, "say why it is corrected"),
            None => Ok(()),
        },
        Body::VisitLeft(left) => left.tasks.iter().try_for_each(|task| match &task.not_done {
            Some(reason) => said("tasks", reason, "say why the task was not done"),
            None => Ok(()),
        }),
        Body::VisitPlanned(planned) if planned.window_end < planned.start => {
            not_said("window_end", "give an end of the window that is not before the visit")
        }
        Body::VisitPlanned(planned) if planned.ends.is_some_and(|ends| ends < planned.start) => {
            not_said("ends", "give an end that is not before the visit")
        }
        _ => Ok(()),
    }
}

fn said(field: &'static str, words: &str, reason: &'static str) -> Result<(), NotSaid> {
    if words.trim().is_empty() { not_said(field, reason) } else { Ok(()) }
}

fn not_said(field: &'static str, reason: &'static str) -> Result<(), NotSaid> {
    Err(NotSaid { field, reason })
}
