//! One sync or enrolment without a network of its own: does what the sync machine asks, one effect at a call, and
//! hands out the bytes that go to the server. The driver puts HTTPS around it, a simulator its faults.

use crate::absorb::AbsorbError;
use crate::identity::{EnrolTicket, Me, NewDevice, PinnedServer};
use crate::replica::{EnrolError, Inner, RecordError, Replica};
use crate::store::StoreError;
use crate::wipe::Wiped;
use alongside_domain::sync::machine::{Effect, Event, Machine, NoAnswer, Outcome};
use alongside_domain::sync::messages::{
    Challenge, Enrolled, Envelope, Exchanged, envelope_message, pack, unpack,
};
use alongside_domain::sync::standing::WipeOrder;
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
    /// The challenge that the last request signed.
    signed: Challenge,
    wipe: Wipe,
    _one_at_a_time: OwnedMutexGuard<()>,
}

/// How far an order of the organisation to destroy what is here has been carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wipe {
    /// There is none.
    NotOrdered,
    /// It is carried out once this sync has handed in what it could.
    Ordered,
    /// It is, and the server is being told.
    Done,
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
            signed: Challenge([0; 16]),
            wipe: Wipe::NotOrdered,
            _one_at_a_time: one_at_a_time,
        }
    }

    /// Does the next effect. After [`Step::Send`] without an answer, there was none.
    pub fn poll(&mut self) -> Step {
        if self.wipe == Wipe::Done {
            return self.finish(Outcome::Wiped);
        }
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
            Effect::Finish(Outcome::Ended) if self.wipe == Wipe::Ordered => return self.wipe(),
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
        let composed = match self.inner.compose_request(all_cursors) {
            Err(StoreError::Damaged) => {
                self.inner.mend().and_then(|()| self.inner.compose_request(all_cursors))
            }
            composed => composed,
        };
        match composed {
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

    /// Destroys what is here. The words that say so are signed before, since the key goes too.
    fn wipe(&mut self) -> Step {
        let last_words = self.inner.last_request().map_err(RecordError::from).and_then(|request| {
            self.request = request;
            self.envelope(None, false)
        });
        let wiped = last_words.and_then(|words| Ok((words, self.inner.wipe()?)));
        match wiped {
            Ok((words, Wiped::All)) => {
                self.wipe = Wipe::Done;
                Step::Send(minicbor::to_vec(&words).expect("a vector takes every byte"))
            }
            // Somebody recorded something meanwhile: it is handed in first.
            Ok((_, Wiped::NotYet)) => {
                self.wipe = Wipe::NotOrdered;
                self.next = Next::Event(Event::Wanted);
                Step::Working
            }
            Err(error) => {
                tracing::warn!(%error, "the order to wipe could not be carried out; the next sync tries again");
                self.finish(Outcome::Disk)
            }
        }
    }

    fn envelope(&mut self, challenge: Option<Challenge>, introduce: bool) -> Result<Envelope, RecordError> {
        let identity = self.inner.identity()?;
        let challenge = match challenge {
            Some(challenge) => challenge,
            None => self.inner.take_challenge()?,
        };
        self.signed = challenge;
        let body = self.request.clone();
        let signature = identity.sign(&envelope_message(&identity.device, &challenge, &body));
        let certificate = introduce.then(|| identity.certificate().clone());
        Ok(Envelope { device: identity.device, challenge, signature, body, certificate })
    }

    fn store(&mut self, exchanged: &Exchanged) -> Event {
        match self.inner.absorb(exchanged) {
            Ok(left) => {
                self.note_order(exchanged);
                Event::Stored { left }
            }
            Err(AbsorbError::Store(error)) => {
                if matches!(error, StoreError::Damaged)
                    && let Err(error) = self.inner.mend()
                {
                    tracing::error!(%error, "the damaged database could not be mended");
                }
                tracing::warn!(%error, "the answer could not be stored");
                Event::StoreFailed
            }
            Err(error @ AbsorbError::Outdated) => {
                tracing::warn!(%error, "the answer is left alone: the next sync asks anew");
                Event::StoreFailed
            }
            Err(error) => {
                tracing::warn!(%error, "the answer does not prove itself");
                Event::NotBelieved
            }
        }
    }

    /// Only an order under the organisation's key, for this device and in answer to its request, counts.
    fn note_order(&mut self, exchanged: &Exchanged) {
        let Some(statement) = &exchanged.terms.wipe else { return };
        let Ok(identity) = self.inner.identity() else { return };
        let Ok(store) = identity.store_subject() else { return };
        if WipeOrder::is_given(statement, &store.key, identity.device, &self.signed) {
            self.wipe = Wipe::Ordered;
        } else {
            tracing::warn!("an order to wipe that the organisation did not give was not obeyed");
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
    /// Begins a sync whose bytes the caller carries; nothing while another sync or an enrolment is under way, nor on a
    /// phone that is not enrolled.
    pub fn begin_exchange(&self) -> Option<Exchange> {
        self.me()?;
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
        self.inner.check_may_enrol()?;
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
