//! When the server came to know of a record: read from the records alone, whoever reads them.

use crate::cases::cases;
use crate::support::*;
use alongside_domain::care::escalation::{self, Escalations};
use alongside_domain::care::heard::{AT_ONCE_MS, Known, received};
use alongside_domain::ids::{Epoch, PersonId};
use alongside_domain::journal::body::Received;
use alongside_domain::journal::{Body, Channel, Entry, RecordRef, StreamId};
use alongside_domain::time::Moment;
use proptest::prelude::*;

/// A run of Amina's: its numbers, and when the store said that it came in.
type Said = (u64, u64, i64);

const RECORDS: u64 = 12;
const DAY: &str = "2 00:00";

/// Records of Amina, one a minute, the last an answer, and what a writer says of them.
fn told(said: &[Said], writer: Who) -> World {
    let mut world = World::with(WORSE_OR_SILENT, "60");
    for number in 1..RECORDS {
        world.pain(AMINA, &format!("2 10:{number:02}"), &number.min(10).to_string());
    }
    world.answer(AMINA, "2 10:12", about("T", record(3)), None);
    for (first, last, minutes) in said {
        let of = world.entries[0].id;
        let at = at(DAY).plus_ms(minutes * 60_000);
        let body = Received { author: of.author, epoch: of.epoch, first: *first, last: *last, at };
        world.add(writer, "3 00:00", "3 00:00", Body::Received(body));
    }
    world
}

fn record(number: u64) -> RecordRef {
    RecordRef { author: device(AMINA), epoch: Epoch([AMINA; 8]), number, channel: Channel::Care }
}

fn entry(world: &World, number: u64) -> &Entry {
    world.entries.iter().find(|entry| entry.id == record(number)).expect("it was told")
}

/// When each of Amina's records was known.
fn known(world: &World) -> Vec<Moment> {
    let known = Known::of(&world.entries, device(STORE));
    (1..=RECORDS).map(|number| known.at(entry(world, number))).collect()
}

/// The rule in its plainest form.
fn known_plainly(world: &World, said: &[Said]) -> Vec<Moment> {
    let plainly = |number: u64| {
        let about = said.iter().filter(|(first, last, _)| (*first..=*last).contains(&number));
        let earliest = about.map(|(_, _, minutes)| at(DAY).plus_ms(minutes * 60_000)).min();
        let recorded = entry(world, number).effective;
        earliest.map_or(recorded, |at| at.max(recorded))
    };
    (1..=RECORDS).map(plainly).collect()
}

fn look(world: &World) -> (Vec<Moment>, Escalations) {
    (known(world), world.at("4 00:00", escalation::fold))
}

#[test]
fn a_record_is_known_from_the_earliest_word_about_it_and_else_when_it_was_recorded() {
    let said = [(2, 9, 900), (3, 4, 700)];
    let found = known(&told(&said, STORE));
    let minute = |minutes: i64| at(DAY).plus_ms(minutes * 60_000);
    assert_eq!(found[..5], [at("2 10:01"), minute(900), minute(700), minute(700), minute(900)]);
    assert_eq!(found[8..10], [minute(900), at("2 10:10")]);
}

#[test]
fn nothing_is_known_before_it_was_recorded() {
    assert_eq!(known(&told(&[(1, 12, 0)], STORE)), known(&told(&[], STORE)));
}

#[test]
fn only_the_word_of_the_store_counts() {
    assert_eq!(known(&told(&[(1, 12, 900)], BETH)), known(&told(&[], STORE)));
}

#[test]
fn numbers_at_the_ends_of_their_range_are_read_too() {
    let world = told(&[(0, u64::MAX, 900), (1, 12, 800), (9, 3, 700)], STORE);
    assert_eq!(known(&world), [at(DAY).plus_ms(800 * 60_000); 12]);
}

#[test]
fn a_run_is_noted_when_one_of_its_records_is_late_by_more_than_a_minute() {
    let stream = StreamId {
        person: PersonId([1; 16]),
        channel: Channel::Care,
        author: device(AMINA),
        epoch: Epoch([1; 8]),
    };
    let of = |recorded: &[i64]| {
        let records = (3..).zip(recorded.iter().map(|ago| Moment(-ago)));
        received(&stream, records, Moment(0)).map(|received| (received.first, received.last, received.at))
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[AT_ONCE_MS, 0]), None);
    assert_eq!(
        of(&[AT_ONCE_MS + 1, 0]),
        Some((3, 4, Moment(0))),
        "what was recorded just before hides nothing"
    );
    assert_eq!(of(&[0, AT_ONCE_MS + 1]), Some((3, 4, Moment(0))));
    assert_eq!(of(&[-AT_ONCE_MS - 1]), None, "a clock that is ahead");
    assert_eq!(of(&[i64::MAX]), Some((3, 3, Moment(0))));
}

proptest! {
    #![proptest_config(cases(96))]

    /// A phone holds the records in the order in which they came, some twice; the server in another.
    #[test]
    fn whoever_holds_the_same_records_knows_the_same_and_says_the_same_of_deadlines(
        said in prop::collection::vec((0..15_u64, 0..15_u64, 550..700_i64), 0..8),
        order in prop::collection::vec(any::<u32>(), 40),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let server = told(&said, STORE);
        let mut phone = server.clone();
        let mut keyed: Vec<(u32, Entry)> = order.iter().cycle().copied().zip(server.entries.clone()).collect();
        keyed.sort_by_key(|(key, _)| *key);
        phone.entries = keyed.into_iter().map(|(_, entry)| entry).collect();
        for index in repeated {
            let again = index.get(&server.entries).clone();
            phone.entries.push(again);
        }
        prop_assert_eq!(look(&phone), look(&server));
        prop_assert_eq!(known(&server), known_plainly(&server, &said));
    }
}
