//! Any order, any batches: what a new phone gets at the end of a run is given to copies of it in other orders, in other
//! batches and twice, with its screens looked at in between. All of them show the same, byte for byte.

use super::World;
use crate::dice::{Dice, SeededRandom};
use crate::phone::{Kept, Phone};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::PageExtract;
use alongside_domain::sync::messages::{Answer, Exchanged, pack, unpack};
use alongside_replica::Replica;
use alongside_replica::exchange::Step;
use std::fmt::{Debug, Write};

/// The supervisor: reads all channels that a role reads.
const READER: usize = 0;

impl World<'_> {
    /// Plays so many orders; what was shown otherwise than in the server's own order.
    pub fn any_order(&mut self, orders: usize) -> Vec<String> {
        let mut reader = self.new_reader();
        let copy = reader.copied();
        let answers = self.answers_to(&mut reader);
        let expected = self.shown_by(&reader);
        reader.kill();
        let mut dice = self.dice.of("orders");
        let mut broken = Vec::new();
        for order in 0..orders {
            let shown = self.shown_after(&reader, &copy, &answers, &mut dice);
            if let Some((expected, shown)) = expected.iter().zip(&shown).find(|(one, other)| one != other) {
                broken.push(format!("order {order}: a replica shows {}", apart(shown, expected)));
            }
        }
        broken
    }

    /// A phone of the supervisor that has joined and got nothing yet.
    fn new_reader(&mut self) -> Phone {
        self.add_phone(READER);
        let mut reader = self.phones.pop().expect("it was added");
        reader.lacks.clear();
        reader
    }

    /// Lets it sync to the end with the server: what it was answered.
    fn answers_to(&self, reader: &mut Phone) -> Vec<Exchanged> {
        let mut answers = Vec::new();
        exchange(reader, |body| {
            let reply = self.servers[0].answer(&self.place.runtime, "/v1/sync", body, self.now);
            let body = reply.expect("the server runs").body;
            if let Ok(Answer::Exchanged(exchanged)) = unpack(&body) {
                answers.push(exchanged);
            }
            body
        });
        answers
    }

    /// What a copy of the reader shows that took in the same in another order.
    fn shown_after(
        &self,
        reader: &Phone,
        copy: &Kept,
        answers: &[Exchanged],
        dice: &mut Dice,
    ) -> Vec<String> {
        let random = SeededRandom::new(dice.of("copy"));
        let mut phone = reader.cloned(self.place, "copy", copy, random, self.now);
        phone.start().expect("a copy opens on a good disk");
        let looks = dice.once_in(2);
        let mut left = in_any_order(answers, dice);
        left.reverse();
        let replica = phone.replica.clone().expect("it runs");
        exchange(&mut phone, |_| {
            if looks {
                self.people.iter().for_each(|person| drop(views(&replica, *person)));
            }
            let exchanged = left.pop().expect("it asks no more once there is no more");
            pack(&Answer::Exchanged(exchanged))
        });
        drop(replica);
        let shown = self.shown_by(&phone);
        phone.kill();
        shown
    }

    fn shown_by(&self, phone: &Phone) -> Vec<String> {
        let replica = phone.replica.as_ref().expect("it runs");
        let mut shown = vec![debug("people", replica.people())];
        self.people.iter().for_each(|person| shown.extend(views(replica, *person)));
        shown
    }
}

/// Lets a phone sync to the end.
fn exchange(phone: &mut Phone, mut answer: impl FnMut(Vec<u8>) -> Vec<u8>) {
    assert!(phone.begin_sync(), "no sync is under way");
    let mut sync = phone.sync.take().expect("it has begun");
    loop {
        match sync.exchange.poll() {
            Step::Working => {}
            Step::Send(body) => sync.exchange.handle_answer(Ok(answer(body))),
            Step::Finished(_) => return,
        }
    }
}

/// The same answers, but that their records come shuffled, in other batches, and some of them again.
fn in_any_order(answers: &[Exchanged], dice: &mut Dice) -> Vec<Exchanged> {
    let mut pool: Vec<PageExtract> = answers.iter().flat_map(|answer| answer.extracts.clone()).collect();
    let again = dice.below(4).min(pool.len());
    (0..again).for_each(|_| pool.push(dice.pick(&pool).clone()));
    for last in (1..pool.len()).rev() {
        pool.swap(last, dice.below(last + 1));
    }
    // First whose word counts and who may be seen; then the records; last what they lead to.
    let mut first: Vec<Exchanged> = answers.to_vec();
    for answer in &mut first {
        answer.extracts.clear();
        answer.cursors.clear();
        answer.erasures.clear();
        answer.erasures_version = 0;
        answer.more = true;
    }
    let empty = first.last().expect("there is an answer").clone();
    let batches = dice.below(pool.len().max(1)) + 1;
    for _ in 0..batches {
        let count = dice.below(pool.len() * 2 / batches + 2).min(pool.len());
        first.push(Exchanged { extracts: pool.split_off(pool.len() - count), ..empty.clone() });
    }
    let mut last = answers.last().expect("there is an answer").clone();
    last.extracts = pool;
    last.cursors = answers.iter().flat_map(|answer| answer.cursors.clone()).collect();
    last.erasures = answers.iter().flat_map(|answer| answer.erasures.clone()).collect();
    last.erasures_version = answers.iter().map(|answer| answer.erasures_version).max().unwrap_or_default();
    first.push(last);
    first
}

/// All that a phone shows of a person.
fn views(replica: &Replica, person: PersonId) -> Vec<String> {
    let mut shown = vec![
        debug("journal", replica.journal(person)),
        debug("history", replica.history(person)),
        debug("plan", replica.plan(person)),
        debug("conflicts", replica.conflicts(person)),
        debug("escalations", replica.escalations(person)),
        debug("visits", replica.visits(person)),
        debug("aligned", replica.aligned(person)),
        debug("day", replica.day(person)),
        debug("help", replica.help_calls(person)),
        debug("together", replica.together(person)),
        debug("news", replica.news(person)),
        debug("office", replica.office_notes(person)),
    ];
    let weeks = replica.weeks(person);
    for week in weeks.iter().flatten() {
        shown.push(debug("week", replica.weekly(person, *week, None)));
        shown.push(debug("versions", replica.weekly_versions(person, *week)));
    }
    shown
}

/// What two views call themselves, and where they part.
fn apart(shown: &str, expected: &str) -> String {
    let name = shown.split(':').next().unwrap_or_default();
    let alike = shown.chars().zip(expected.chars()).take_while(|(one, other)| one == other).count();
    let part = |text: &str| text.chars().skip(alike.saturating_sub(60)).take(200).collect::<String>();
    format!("{name}: ...{} and not ...{}", part(shown), part(expected))
}

fn debug(name: &str, view: impl Debug) -> String {
    let mut text = format!("{name}: ");
    write!(text, "{view:?}").expect("a string takes every text");
    text
}
