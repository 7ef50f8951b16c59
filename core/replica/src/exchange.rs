//! One sync or enrolment without a network of its own: does what the sync machine asks, one effect at a call, and
//! hands out the bytes that go to the server. The driver puts HTTPS around it, a simulator its faults.

use crate::absorb::AbsorbError;
use crate::identity::{EnrolTicket, Me, NewDevice, PinnedServer};
use crate::replica::{EnrolError, Inner, RecordError, Replica};
use alongside_domain::sync::machine::{Effect, Event, Machine, NoAnswer, Outcome};
use alongside_domain::sync::messages::{
    Challenge, Enrolled, Envelope, Exchanged, envelope_message, pack, unpack,
};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;

/// What came back from the server: the body of an answer with status 200, or why there is none.
pub type Answered = Result<Vec<u8>, NoAnswer>;

/// Why there is no answer, by the status of an HTTP response; nothing for 200.
pub fn no_answer_of(status: u16) -> Option<NoAnswer> {
    match status {
        200 => None,
        408 | 429 | 500..=599 => Some(NoAnswer::Busy),
        _ => Some(NoAnswer::NotUnderstood),
    }
}

/// What a call of [`Exchange::poll`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// One effect on the disk. Call again.
    Working,
    /// These bytes go to `POST /v1/sync`. Give what comes back to [`Exchange::handle_answer`], then call again.
    Send(Vec<u8>),
    /// The sync is over.
    Finished(Outcome),
}

/// One sync, from first effect to last. While it lives, no other begins. Dropping it anywhere loses nothing.
pub struct Exchange {
    inner: Arc<Inner>,
    machine: Machine,
    next: Next,
    request: Vec<u8>,
    _one_at_a_time: OwnedMutexGuard<()>,
}

/// What the machine is told next.
enum Next {
    Event(Event),
    Answer(Answered),
    Nothing(Outcome),
}

impl Exchange {
    pub(crate) fn new(inner: Arc<Inner>, one_at_a_time: OwnedMutexGuard<()>) -> Exchange {
        Exchange {
            inner,
            machine: Machine::default(),
            next: Next::Event(Event::Wanted),
            request: Vec::new(),
            _one_at_a_time: one_at_a_time,
        }
    }

    /// Does the next effect. After [`Step::Send`] without an answer, there was none.
    pub fn poll(&mut self) -> Step {
        let unanswered = Next::Answer(Err(NoAnswer::Unreachable));
        let event = match std::mem::replace(&mut self.next, unanswered) {
            Next::Event(event) => event,
            Next::Answer(answer) => event_of(answer),
            Next::Nothing(outcome) => return self.finish(outcome),
        };
        let effect = self.machine.handle(event).expect("each event here answers the machine's last effect");
        self.next = Next::Event(match effect {
            Effect::Compose { all_cursors } => self.compose(all_cursors),
            Effect::Store(exchanged) => self.store(&exchanged),
            Effect::Finish(outcome) => return self.finish(outcome),
            Effect::Send { challenge, introduce } => match self.envelope(challenge, introduce) {
                Ok(envelope) => {
                    self.next = Next::Answer(Err(NoAnswer::Unreachable));
                    return Step::Send(minicbor::to_vec(&envelope).expect("a vector takes every byte"));
                }
                Err(_) => Event::NotAnswered(NoAnswer::Unreachable),
            },
        });
        Step::Working
    }

    /// Takes what came back for the bytes of [`Step::Send`].
    pub fn handle_answer(&mut self, answer: Answered) {
        self.next = Next::Answer(answer);
    }

    fn finish(&mut self, outcome: Outcome) -> Step {
        self.next = Next::Nothing(outcome);
        Step::Finished(outcome)
    }

    fn compose(&mut self, all_cursors: bool) -> Event {
        match self.inner.compose_request(all_cursors) {
            Ok(request) => {
                self.request = request;
                Event::Composed
            }
            Err(error) => {
                tracing::warn!(%error, "no request could be composed");
                Event::ComposeFailed
            }
        }
    }

    fn envelope(&self, challenge: Option<Challenge>, introduce: bool) -> Result<Envelope, RecordError> {
        let identity = self.inner.identity()?;
        let challenge = match challenge {
            Some(challenge) => challenge,
            None => self.inner.take_challenge()?,
        };
        let body = self.request.clone();
        let signature = identity.sign(&envelope_message(&identity.device, &challenge, &body));
        let certificate = introduce.then(|| identity.certificate().clone());
        Ok(Envelope { device: identity.device, challenge, signature, body, certificate })
    }

    fn store(&mut self, exchanged: &Exchanged) -> Event {
        match self.inner.absorb(exchanged) {
            Ok(left) => Event::Stored { left },
            Err(AbsorbError::Store(error)) => {
                tracing::warn!(%error, "the answer could not be stored");
                Event::StoreFailed
            }
            Err(error) => {
                tracing::warn!(%error, "the answer does not prove itself");
                Event::NotBelieved
            }
        }
    }
}

fn event_of(answer: Answered) -> Event {
    match answer.and_then(|bytes| unpack(&bytes).map_err(|_| NoAnswer::NotUnderstood)) {
        Ok(answer) => Event::Answered(Box::new(answer)),
        Err(why) => Event::NotAnswered(why),
    }
}

/// An enrolment on its way: the same device with the same key may ask again until it is answered.
pub struct Enrolment {
    device: NewDevice,
    server: PinnedServer,
    code: String,
    _one_at_a_time: OwnedMutexGuard<()>,
}

impl Enrolment {
    pub(crate) fn server(&self) -> &PinnedServer {
        &self.server
    }

    /// The bytes that go to `POST /v1/enrol`.
    pub fn request(&self) -> Vec<u8> {
        pack(&self.device.enrol(&self.code))
    }
}

impl Replica {
    /// Begins a sync whose bytes the caller carries; nothing while another sync or an enrolment is under way.
    pub fn begin_exchange(&self) -> Option<Exchange> {
        let one_at_a_time = Arc::clone(&self.inner.syncing).try_lock_owned().ok()?;
        Some(Exchange::new(Arc::clone(&self.inner), one_at_a_time))
    }

    /// Begins an enrolment whose bytes the caller carries; nothing while a sync or another one is under way.
    pub fn begin_enrolment(&self, ticket: &EnrolTicket) -> Option<Enrolment> {
        let one_at_a_time = Arc::clone(&self.inner.syncing).try_lock_owned().ok()?;
        Some(self.enrolment(ticket, one_at_a_time))
    }

    pub(crate) fn enrolment(&self, ticket: &EnrolTicket, one_at_a_time: OwnedMutexGuard<()>) -> Enrolment {
        Enrolment {
            device: NewDevice::make(self.inner.random.as_ref()),
            server: PinnedServer::of(ticket),
            code: ticket.code.clone(),
            _one_at_a_time: one_at_a_time,
        }
    }

    /// Takes what came back for the bytes of an enrolment.
    pub fn finish_enrolment(&self, enrolment: Enrolment, answer: Answered) -> Result<Me, EnrolError> {
        if self.inner.is_enrolled() {
            return Err(EnrolError::AlreadyEnrolled);
        }
        let welcome = match unpack(&answer?).map_err(|_| NoAnswer::NotUnderstood)? {
            Enrolled::Refused(why) => return Err(why.into()),
            Enrolled::Welcome(welcome) => welcome,
        };
        let identity = enrolment
            .device
            .welcomed(enrolment.server, &welcome)
            .map_err(|_| EnrolError::NotTheOrganisation)?;
        let me = identity.me().map_err(|_| EnrolError::NotTheOrganisation)?.clone();
        self.inner.join(identity, welcome.challenge, welcome.server_time)?;
        Ok(me)
    }
}
