//! Runs the sync machine: performs each effect once and feeds its result back.

pub(crate) mod transport;

use crate::replica::Inner;
use alongside_domain::sync::machine::{Effect, Event, Machine, NoAnswer, Outcome};
use alongside_domain::sync::messages::{Challenge, Envelope, Exchanged, envelope_message};
use std::sync::Arc;
use transport::Transport;

/// One sync, from first effect to last.
pub(crate) struct Driver {
    inner: Arc<Inner>,
    transport: Transport,
    request: Vec<u8>,
}

impl Driver {
    /// A driver for this replica and this way to the server.
    pub(crate) fn new(inner: Arc<Inner>, transport: Transport) -> Driver {
        Driver { inner, transport, request: Vec::new() }
    }

    /// Runs until the machine has finished.
    pub(crate) async fn run(mut self) -> Outcome {
        let mut machine = Machine::default();
        let mut event = Event::Wanted;
        loop {
            let effect = machine.handle(event).expect("each event here answers the machine's last effect");
            event = match effect {
                Effect::Compose { all_cursors } => self.compose(all_cursors).await,
                Effect::Send { challenge } => self.send(challenge).await,
                Effect::Store(exchanged) => self.store(*exchanged).await,
                Effect::Finish(outcome) => return outcome,
            };
        }
    }

    async fn compose(&mut self, all_cursors: bool) -> Event {
        match self.on_disk(move |inner| inner.compose_request(all_cursors)).await {
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

    async fn send(&mut self, challenge: Option<Challenge>) -> Event {
        let body = self.request.clone();
        let sealed = self.on_disk(move |inner| {
            let identity = inner.identity()?;
            let challenge = match challenge {
                Some(challenge) => challenge,
                None => inner.take_challenge()?,
            };
            let signature = identity.sign(&envelope_message(&identity.device, &challenge, &body));
            Ok::<_, crate::replica::RecordError>(Envelope {
                device: identity.device,
                challenge,
                signature,
                body,
            })
        });
        let Ok(envelope) = sealed.await else { return Event::NotAnswered(NoAnswer::Unreachable) };
        match self.transport.sync(&envelope).await {
            Ok(answer) => Event::Answered(Box::new(answer)),
            Err(why) => Event::NotAnswered(why),
        }
    }

    async fn store(&mut self, exchanged: Exchanged) -> Event {
        use crate::absorb::AbsorbError;
        match self.on_disk(move |inner| inner.absorb(&exchanged)).await {
            Ok(()) => Event::Stored,
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

    /// Disk work goes to a thread that may block.
    async fn on_disk<T: Send + 'static>(&self, act: impl FnOnce(&Inner) -> T + Send + 'static) -> T {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || act(&inner)).await.expect("disk work does not panic")
    }
}
