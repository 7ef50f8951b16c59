//! The device's side of the protocol as a state machine: events in, effects out.
//!
//! Every effect's result comes back as an event that may say "failed". A device forgets that a record waits
//! only when [`Effect::Store`] has stored a receipt.

use super::messages::{Answer, Challenge, Exchanged};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Someone wants a sync: the app opened, a visit ended, the network came back.
    Wanted,
    /// [`Effect::Compose`] was done: a request is ready to be signed and sent.
    Composed,
    /// [`Effect::Compose`] failed: the disk.
    ComposeFailed,
    /// [`Effect::Send`] brought this answer.
    Answered(Box<Answer>),
    /// [`Effect::Send`] brought none, or one that cannot be read.
    NotAnswered(NoAnswer),
    /// [`Effect::Store`] was done.
    Stored {
        /// Pages are left that no request has carried yet.
        left: bool,
    },
    /// [`Effect::Store`] found that the answer does not prove itself. Nothing of it counts.
    NotBelieved,
    /// [`Effect::Store`] failed: the disk. Nothing of the answer counts.
    StoreFailed,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// No network, no server, a broken connection, half an answer.
    #[error("the server cannot be reached: try again when there is a line")]
    Unreachable,
    /// The server's certificate is not of the pinned authority.
    #[error("the server is not the organisation's own: try another network, or ask the office")]
    WrongServer,
    /// The server said that it is busy or broken.
    #[error("the server cannot answer now: try again later")]
    Busy,
    /// Something answered that does not speak this protocol, or records that do not prove themselves.
    #[error(
        "the answer is not one that the organisation's server gives: try another network, or ask the office"
    )]
    NotUnderstood,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Cut pages and make a request.
    Compose {
        /// With all cursors, not their digest.
        all_cursors: bool,
    },
    /// Sign the request for this challenge (none: the stored one) and send it.
    Send {
        /// The challenge to sign.
        challenge: Option<Challenge>,
        /// With the device's certificate: the server does not know it.
        introduce: bool,
    },
    /// Store the answer in one transaction.
    Store(Box<Exchanged>),
    /// Tell whoever waits.
    Finish(Outcome),
}

/// How a sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Both sides have all that the other may see.
    UpToDate,
    /// Try again later; nothing is lost.
    NoAnswer(NoAnswer),
    /// The device's own disk failed; nothing is lost on the server.
    Disk,
    /// The server no longer knows this device. It keeps everything.
    NotEnrolled,
    /// The device is no longer enrolled: what it recorded was handed in, and nothing comes down any more.
    Ended,
    /// The device has destroyed what it held, as the organisation ordered; what it recorded was handed in first.
    Wiped,
    /// The server asked for the same thing again and again.
    GaveUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Composing,
    Sending,
    Storing { more: bool, receipted: bool, ended: bool },
}

/// Most extra trips for challenges and cursors before an exchange succeeds.
const DETOURS_MAX: u32 = 3;
/// Most exchanges in one sync.
const EXCHANGES_MAX: u32 = 10_000;

/// One device's sync.
#[derive(Debug)]
pub struct Machine {
    state: State,
    detours: u32,
    exchanges: u32,
    wanted_again: bool,
    challenge: Option<Challenge>,
    introduced: bool,
}

impl Default for Machine {
    fn default() -> Self {
        Machine {
            state: State::Idle,
            detours: 0,
            exchanges: 0,
            wanted_again: false,
            challenge: None,
            introduced: false,
        }
    }
}

impl Machine {
    /// Takes what happened; says what to do next. An event that does not fit the state does nothing.
    pub fn handle(&mut self, event: Event) -> Option<Effect> {
        match (self.state, event) {
            (State::Idle, Event::Wanted) => Some(self.begin()),
            (_, Event::Wanted) => {
                self.wanted_again = true;
                None
            }
            (State::Composing, Event::Composed) => Some(self.send()),
            (State::Composing, Event::ComposeFailed) => Some(self.finish(Outcome::Disk)),
            (State::Sending, Event::Answered(answer)) => Some(self.handle_answer(*answer)),
            (State::Sending, Event::NotAnswered(why)) => Some(self.finish(Outcome::NoAnswer(why))),
            (State::Storing { more, receipted, ended }, Event::Stored { left }) => {
                Some(self.handle_stored(more || (left && receipted), ended))
            }
            (State::Storing { .. }, Event::NotBelieved) => {
                Some(self.finish(Outcome::NoAnswer(NoAnswer::NotUnderstood)))
            }
            (State::Storing { .. }, Event::StoreFailed) => Some(self.finish(Outcome::Disk)),
            _ => None,
        }
    }

    fn begin(&mut self) -> Effect {
        *self = Machine::default();
        self.compose(false)
    }

    fn compose(&mut self, all_cursors: bool) -> Effect {
        self.state = State::Composing;
        Effect::Compose { all_cursors }
    }

    fn send(&mut self) -> Effect {
        self.state = State::Sending;
        Effect::Send { challenge: self.challenge.take(), introduce: false }
    }

    /// Once in a sync the device shows its certificate to a server that does not know it.
    fn introduce(&mut self) -> Effect {
        if std::mem::replace(&mut self.introduced, true) {
            return self.finish(Outcome::NotEnrolled);
        }
        Effect::Send { challenge: None, introduce: true }
    }

    fn handle_answer(&mut self, answer: Answer) -> Effect {
        match answer {
            Answer::Exchanged(exchanged) => {
                let receipted = !exchanged.receipts.is_empty();
                let ended = exchanged.terms.ended;
                self.state = State::Storing { more: exchanged.more, receipted, ended };
                Effect::Store(Box::new(exchanged))
            }
            Answer::ChallengeUnknown(challenge) => self.detour(challenge, Machine::send),
            Answer::CursorsWanted(challenge) => self.detour(challenge, |machine| machine.compose(true)),
            Answer::NotEnrolled => self.introduce(),
        }
    }

    fn detour(&mut self, challenge: Challenge, then: impl FnOnce(&mut Machine) -> Effect) -> Effect {
        self.detours += 1;
        self.challenge = Some(challenge);
        if self.detours > DETOURS_MAX { self.finish(Outcome::GaveUp) } else { then(self) }
    }

    fn handle_stored(&mut self, more: bool, ended: bool) -> Effect {
        self.exchanges += 1;
        self.detours = 0;
        if self.exchanges >= EXCHANGES_MAX {
            return self.finish(Outcome::GaveUp);
        }
        if more || std::mem::take(&mut self.wanted_again) {
            self.compose(false)
        } else {
            self.finish(if ended { Outcome::Ended } else { Outcome::UpToDate })
        }
    }

    fn finish(&mut self, outcome: Outcome) -> Effect {
        self.state = State::Idle;
        Effect::Finish(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AuthorId, Epoch};
    use crate::journal::{Channel, PageId};
    use crate::sync::standing::Terms;
    use crate::time::Moment;

    fn exchanged(more: bool) -> Event {
        answered(Answer::Exchanged(Exchanged {
            challenge: Challenge([7; 16]),
            server_time: Moment(0),
            receipts: vec![],
            refused: vec![],
            extracts: vec![],
            cursors: vec![],
            access: None,
            directory: vec![],
            directory_version: 0,
            heard: vec![],
            more,
            epoch: None,
            backed_up: false,
            terms: Terms::default(),
            erasures: vec![],
            erasures_version: 0,
            recipients: None,
            fates: None,
            key_safes: None,
            admitted: None,
            audit: None,
            shut_cases: None,
            own_kinds: None,
        }))
    }

    fn answered(answer: Answer) -> Event {
        Event::Answered(Box::new(answer))
    }

    /// Feeds events; the effects must be the expected ones, by the start of their debug form.
    fn check(events: Vec<Event>, expected: &[&str]) {
        let mut machine = Machine::default();
        let effects: Vec<String> = events
            .into_iter()
            .filter_map(|event| machine.handle(event))
            .map(|effect| format!("{effect:?}"))
            .collect();
        assert_eq!(effects.len(), expected.len(), "{effects:#?}");
        for (effect, expected) in effects.iter().zip(expected) {
            assert!(effect.starts_with(expected), "{effect} is not {expected}");
        }
    }

    #[test]
    fn the_usual_case_is_one_round_trip() {
        check(
            vec![Event::Wanted, Event::Composed, exchanged(false), Event::Stored { left: false }],
            &["Compose { all_cursors: false }", "Send { challenge: None", "Store", "Finish(UpToDate)"],
        );
    }

    #[test]
    fn an_unknown_challenge_costs_one_extra_trip_and_composes_nothing_anew() {
        let unknown = answered(Answer::ChallengeUnknown(Challenge([9; 16])));
        check(
            vec![Event::Wanted, Event::Composed, unknown, exchanged(false), Event::Stored { left: false }],
            &["Compose", "Send { challenge: None", "Send { challenge: Some", "Store", "Finish(UpToDate)"],
        );
    }

    #[test]
    fn a_server_that_only_sends_challenges_is_given_up() {
        let again = || answered(Answer::ChallengeUnknown(Challenge([9; 16])));
        check(
            vec![Event::Wanted, Event::Composed, again(), again(), again(), again()],
            &["Compose", "Send", "Send", "Send", "Send", "Finish(GaveUp)"],
        );
    }

    #[test]
    fn a_failed_store_ends_the_sync_and_the_next_one_starts_anew() {
        check(
            vec![Event::Wanted, Event::Composed, exchanged(true), Event::StoreFailed, Event::Wanted],
            &["Compose", "Send", "Store", "Finish(Disk)", "Compose"],
        );
    }

    #[test]
    fn what_is_wanted_during_a_sync_is_done_after_it() {
        check(
            vec![
                Event::Wanted,
                Event::Wanted,
                Event::Composed,
                exchanged(false),
                Event::Stored { left: false },
            ],
            &["Compose", "Send", "Store", "Compose"],
        );
    }

    #[test]
    fn what_did_not_fit_goes_at_once_as_long_as_the_server_takes_it() {
        let receipt = |taken: bool| {
            let Event::Answered(answer) = exchanged(false) else { unreachable!("it is an answer") };
            let Answer::Exchanged(mut exchanged) = *answer else { unreachable!("it is an exchange") };
            exchanged.receipts.extend(taken.then(page));
            answered(Answer::Exchanged(exchanged))
        };
        let left = Event::Stored { left: true };
        let events = [Event::Wanted, Event::Composed, receipt(true), left.clone(), Event::Composed];
        check(
            [events.to_vec(), vec![receipt(false), left]].concat(),
            &["Compose", "Send", "Store", "Compose", "Send", "Store", "Finish(UpToDate)"],
        );
    }

    fn page() -> PageId {
        PageId { author: AuthorId([1; 16]), epoch: Epoch([2; 8]), number: 1, channel: Channel::Care }
    }

    #[test]
    fn a_server_that_does_not_know_the_device_is_shown_its_certificate_once() {
        let unknown = || answered(Answer::NotEnrolled);
        check(
            vec![Event::Wanted, Event::Composed, unknown(), unknown()],
            &[
                "Compose",
                "Send { challenge: None, introduce: false }",
                "Send { challenge: None, introduce: true }",
                "Finish(NotEnrolled)",
            ],
        );
    }

    #[test]
    fn a_device_that_is_no_longer_enrolled_hands_in_and_is_told() {
        let Event::Answered(answer) = exchanged(false) else { unreachable!("it is an answer") };
        let Answer::Exchanged(mut ended) = *answer else { unreachable!("it is an exchange") };
        ended.terms.ended = true;
        check(
            vec![
                Event::Wanted,
                Event::Composed,
                answered(Answer::Exchanged(ended)),
                Event::Stored { left: false },
            ],
            &["Compose", "Send", "Store", "Finish(Ended)"],
        );
    }

    #[test]
    fn an_answer_that_nobody_asked_for_does_nothing() {
        check(vec![answered(Answer::NotEnrolled), Event::Stored { left: false }, Event::Composed], &[]);
    }
}
