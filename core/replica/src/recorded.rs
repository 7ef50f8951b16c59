//! What a saved record leads to: whom to ring, and how soon the phone sends it.

use alongside_domain::care::emergency::Sign;
use alongside_domain::care::escalation::Escalation;
use alongside_domain::journal::{Body, RecordRef};
use alongside_domain::sync::pace::WakeReason;
use alongside_domain::time::Moment;
use serde::Serialize;

/// A record that is durable on this phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// Its name.
    pub id: RecordRef,
    /// Its time.
    pub recorded: Moment,
    /// The open escalations that it raised or joined, each with whom to contact.
    pub met: Vec<Escalation>,
    /// The emergency signs that it is, each with whom to ring first: whoever saw one rings now if they have not.
    pub signs: Vec<Sign>,
    /// For which reason the app wakes the core after it: no shell decides who must know at once.
    pub wake: WakeReason,
}

impl Recorded {
    pub(crate) fn at_once_if_alarm(self) -> Recorded {
        let is_alarm = !self.met.is_empty() || !self.signs.is_empty();
        let wake = if is_alarm { WakeReason::AtOnce } else { self.wake };
        Recorded { wake, ..self }
    }
}

/// How soon the office and colleagues must know of a record that is no alarm by what it says.
///
/// The kinds are a default to be agreed. A concern is in none of them: it must not show on the line.
pub(crate) fn wake_after(body: &Body) -> WakeReason {
    match body {
        Body::RunningLate(_)
        | Body::NoReplyTried(_)
        | Body::LocatedSafe(_)
        | Body::NotSafeToday(_)
        | Body::ExpectedLeaving(_)
        | Body::HelpAsked(_)
        | Body::CarerSafe(_)
        | Body::ContactAttempt(_)
        | Body::Response(_)
        | Body::Closing(_)
        | Body::Communication(_) => WakeReason::AtOnce,
        Body::VisitArrived(_) | Body::VisitLeft(_) | Body::HandoverNote(_) => WakeReason::VisitEnded,
        _ => WakeReason::Time,
    }
}
