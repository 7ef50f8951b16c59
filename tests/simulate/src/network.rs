//! Messages on their way, and what becomes of them.

use crate::faults::{Class, Faults};
use crate::server::Asker;
use alongside_domain::sync::machine::NoAnswer;
use alongside_domain::time::Moment;
use alongside_replica::exchange::{Answered, no_answer_of};

/// How long a phone waits for an answer that does not come.
const PATIENCE_MS: i64 = 60_000;
/// A late message comes at most so much later.
const LATE_MS_MAX: usize = 50_000;

/// What is carried.
#[derive(Debug, Clone)]
pub enum Carried {
    /// A request, to this server.
    Request {
        /// Its place among the servers.
        server: usize,
        /// The bytes.
        body: Vec<u8>,
    },
    /// What a phone gets.
    Answer(Answered),
}

/// A message on its way.
#[derive(Debug, Clone)]
pub struct Message {
    /// Not before.
    pub due: Moment,
    /// The phone, and which request of its.
    pub asker: Asker,
    /// What.
    pub carried: Carried,
    /// Its place in the order of sending.
    sent: u64,
    fault: Option<Class>,
}

/// All messages on their way.
#[derive(Debug, Default)]
pub struct Network {
    messages: Vec<Message>,
    sent: u64,
    /// The last of those that have arrived, in the order of sending.
    arrived: u64,
}

impl Network {
    /// Sends a request.
    pub fn send(&mut self, faults: &mut Faults, now: Moment, asker: Asker, server: usize, mut body: Vec<u8>) {
        let was_cut = cut(faults, &mut body);
        if faults.strikes(Class::Drop, 8) {
            faults.changed(Class::Drop);
            return self.give_up(now, asker);
        }
        if was_cut {
            faults.changed(Class::Cut);
        }
        let carried = Carried::Request { server, body };
        if faults.strikes(Class::Duplicate, 6) {
            let due = now.plus_ms(faults.dice(Class::Duplicate).below(LATE_MS_MAX) as i64);
            self.push(due, asker, carried.clone(), Some(Class::Duplicate));
        }
        self.post(faults, now, asker, carried);
    }

    /// Sends an answer back.
    pub fn reply(&mut self, faults: &mut Faults, now: Moment, asker: Asker, status: u16, mut body: Vec<u8>) {
        // A body that ends early is an error of the connection, or bytes that make no message.
        let was_cut = cut(faults, &mut body);
        let broken = was_cut && faults.dice(Class::Cut).once_in(2);
        let no_answer = no_answer_of(status);
        // Of an answer that says nothing but why there is none, the body is not read.
        let is_changed = was_cut && (broken || no_answer.is_none());
        let answer = match no_answer {
            _ if broken => Err(NoAnswer::Unreachable),
            None => Ok(body),
            Some(why) => Err(why),
        };
        if faults.strikes(Class::Drop, 8) {
            faults.changed(Class::Drop);
            return self.give_up(now, asker);
        }
        if is_changed {
            faults.changed(Class::Cut);
        }
        self.post(faults, now, asker, Carried::Answer(answer));
    }

    /// Puts a message on its way; perhaps it comes late.
    fn post(&mut self, faults: &mut Faults, now: Moment, asker: Asker, carried: Carried) {
        let late = faults.strikes(Class::Delay, 5);
        let by = if late { faults.dice(Class::Delay).below(LATE_MS_MAX) } else { 0 };
        self.push(now.plus_ms(by as i64), asker, carried, late.then_some(Class::Delay));
    }

    fn push(&mut self, due: Moment, asker: Asker, carried: Carried, fault: Option<Class>) {
        self.sent += 1;
        self.messages.push(Message { due, asker, carried, sent: self.sent, fault });
    }

    /// The phone learns by its own patience that no answer comes.
    pub fn give_up(&mut self, now: Moment, asker: Asker) {
        let carried = Carried::Answer(Err(NoAnswer::Unreachable));
        self.push(now.plus_ms(PATIENCE_MS), asker, carried, None);
    }

    /// How many messages can arrive by now.
    pub fn due(&self, now: Moment) -> usize {
        self.messages.iter().filter(|message| message.due <= now).count()
    }

    /// Takes the one of them at this place, in the order in which they were sent.
    pub fn take(&mut self, faults: &mut Faults, now: Moment, place: usize) -> Option<Message> {
        let due = self.messages.iter().enumerate().filter(|(_, message)| message.due <= now);
        let index = due.map(|(index, _)| index).nth(place)?;
        let message = self.messages.remove(index);
        match message.fault {
            // Late makes a difference when something that was sent after it came before it.
            Some(Class::Delay) if self.arrived > message.sent => faults.changed(Class::Delay),
            Some(Class::Duplicate) => faults.changed(Class::Duplicate),
            _ => {}
        }
        self.arrived = self.arrived.max(message.sent);
        Some(message)
    }

    /// Everything on its way is lost.
    pub fn clear(&mut self) {
        self.messages.clear();
    }
}

/// Cuts a body short, or not. Whether it did.
fn cut(faults: &mut Faults, body: &mut Vec<u8>) -> bool {
    let is_cut = !body.is_empty() && faults.strikes(Class::Cut, 8);
    if is_cut {
        let length = faults.dice(Class::Cut).below(body.len());
        body.truncate(length);
    }
    is_cut
}
