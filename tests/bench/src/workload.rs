//! The workload of homecare records that sync stacks were compared with: 30 people, 262 bytes of JSON a record.
//!
//! The generator is a port, number by number, of one in JavaScript (mulberry32); a test holds it to that one's
//! bytes. Its eight kinds are mapped to those of the catalogue so that a record keeps its note and about as many
//! values: see [`Made::observation`].

use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::journal::body::{HowKnown, Observation};
use alongside_domain::time::Moment;
use alongside_domain::value::{Fields, Value};

/// People in the workload.
pub const PEOPLE: usize = 30;
/// Devices in the workload.
pub const DEVICES: usize = 12;
/// The seed of the comparison.
pub const SEED: u32 = 42;
/// When the first record's time begins to count: 2026-01-05T07:00:00Z.
const START: Moment = Moment(1_767_596_400_000);

const WORDS: &str = "drank half the cup with prompting refused breakfast but took tea later settled after lunch \
    walked to the door with frame skin intact on both heels small red area left hip reported to nurse seemed low \
    this morning asked for daughter slept well changed pad no concerns medication taken with water blister pack \
    checked mood brighter than yesterday a bit unsteady on stairs used the rail ate most of the soup family visited \
    cream applied to legs";

/// The random numbers of the workload (mulberry32).
pub struct Random {
    state: u32,
    words: Vec<&'static str>,
}

impl Random {
    /// Numbers from a seed.
    pub fn new(seed: u32) -> Random {
        Random { state: seed, words: WORDS.split_whitespace().collect() }
    }

    /// At least 0 and below 1.
    fn unit(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x6D2B_79F5);
        let a = self.state;
        let mut t = (a ^ (a >> 15)).wrapping_mul(1 | a);
        t = t.wrapping_add((t ^ (t >> 7)).wrapping_mul(61 | t)) ^ t;
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }

    /// A whole number below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        (self.unit() * f64::from(end)) as u32
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize]
    }

    /// Words of at most `max` letters together.
    pub fn words(&mut self, max: u32) -> String {
        let length_max = self.below(max + 1) as usize;
        let mut text = String::new();
        loop {
            let place = self.below(self.words.len() as u32) as usize;
            let word = self.words[place];
            if text.len() + word.len() + 1 > length_max {
                return text;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
    }

    fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from_digit(self.below(16), 16).expect("below 16")).collect()
    }
}

/// One value of a generated record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// A code.
    Code(&'static str),
    /// A code with a number.
    Numbered(u32),
    /// A whole number.
    Number(u32),
    /// A number of tenths.
    Tenths(u32),
    /// Yes or no.
    Flag(bool),
}

/// A generated record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// A UUID of version 7.
    pub id: String,
    /// Which person, from 0.
    pub person: usize,
    /// Which device, from 0.
    pub device: usize,
    /// When it was recorded.
    pub at: Moment,
    kind: &'static str,
    values: Vec<(&'static str, Datum)>,
    note: String,
}

type Make = fn(&mut Random) -> Vec<(&'static str, Datum)>;

const KINDS: [(&str, Make); 8] = [
    ("fluid", |r| {
        vec![
            ("amount_ml", Datum::Number(25 * (1 + r.below(12)))),
            ("vessel", Datum::Code(r.pick(&["beaker", "cup", "glass"]))),
            ("assist", Datum::Code(r.pick(&["none", "prompt", "full"]))),
        ]
    }),
    ("meal", |r| {
        vec![
            ("meal", Datum::Code(r.pick(&["breakfast", "lunch", "tea", "supper"]))),
            ("eaten", Datum::Code(r.pick(&["none", "quarter", "half", "most", "all"]))),
            ("texture", Datum::Code(r.pick(&["normal", "soft", "pureed"]))),
        ]
    }),
    ("mobility", |r| {
        vec![
            ("aid", Datum::Code(r.pick(&["frame", "stick", "hoist", "none"]))),
            ("assist", Datum::Number(r.below(3))),
            ("distance_m", Datum::Number(r.below(60))),
        ]
    }),
    ("skin", |r| {
        vec![
            ("site", Datum::Code(r.pick(&["sacrum", "heel_l", "heel_r", "hip_l", "hip_r", "elbow"]))),
            ("grade", Datum::Number(r.below(4))),
            ("size_mm", Datum::Number(r.below(40))),
        ]
    }),
    ("mood", |r| {
        vec![
            ("score", Datum::Number(1 + r.below(5))),
            ("affect", Datum::Code(r.pick(&["bright", "flat", "anxious", "low"]))),
        ]
    }),
    ("medication", |r| {
        vec![
            ("code", Datum::Numbered(r.below_from(10, 90))),
            ("outcome", Datum::Code(r.pick(&["taken", "refused", "omitted", "prompted"]))),
            ("slot", Datum::Code(r.pick(&["am", "noon", "tea", "night"]))),
        ]
    }),
    ("toileting", |r| {
        vec![
            ("type", Datum::Number(r.below(8))),
            ("pad", Datum::Flag(r.unit() < 0.4)),
            ("assist", Datum::Code(r.pick(&["none", "one", "two"]))),
        ]
    }),
    ("vitals", |r| {
        vec![
            ("sys", Datum::Number(95 + r.below(80))),
            ("dia", Datum::Number(55 + r.below(40))),
            ("pulse", Datum::Number(55 + r.below(50))),
            ("temp", Datum::Tenths((360.0 + r.unit() * 25.0 + 0.5) as u32)),
        ]
    }),
];

impl Random {
    fn below_from(&mut self, first: u32, span: u32) -> u32 {
        (self.unit() * f64::from(span) + f64::from(first)) as u32
    }
}

/// The first `count` records of a seed, one person after another.
pub fn records(seed: u32, count: usize) -> Vec<Made> {
    records_from(seed, count, START)
}

/// As [`records`], beginning at another time.
pub fn records_from(seed: u32, count: usize, start: Moment) -> Vec<Made> {
    let mut random = Random::new(seed);
    let mut at = start;
    let mut made = Vec::with_capacity(count);
    for index in 0..count {
        at = at.plus_ms(1_000 + i64::from(random.below(90_000)));
        let (kind, values) = random.pick(&KINDS);
        let id = uuid(&mut random, at);
        let device = random.below(DEVICES as u32) as usize;
        let values = values(&mut random);
        let note = random.words(120);
        made.push(Made { id, person: index % PEOPLE, device, at, kind, values, note });
    }
    made
}

fn uuid(random: &mut Random, at: Moment) -> String {
    let time = format!("{:012x}", at.0);
    let (low, variant) = (random.hex(3), random.pick(&["8", "9", "a", "b"]));
    let (middle, last) = (random.hex(3), random.hex(12));
    format!("{}-{}-7{low}-{variant}{middle}-{last}", &time[..8], &time[8..])
}

impl Made {
    fn code(&self, name: &str) -> &'static str {
        match self.value(name) {
            Datum::Code(code) => code,
            _ => "",
        }
    }

    fn number(&self, name: &str) -> i64 {
        match self.value(name) {
            Datum::Number(number) | Datum::Numbered(number) | Datum::Tenths(number) => i64::from(*number),
            _ => 0,
        }
    }

    fn value(&self, name: &str) -> &Datum {
        let found = self.values.iter().find(|(code, _)| *code == name);
        &found.expect("each kind names its own values").1
    }

    /// The observation of the catalogue that stands for this record: fluid and meal become a meal, mobility and
    /// toileting a change of position, skin a dressed wound, mood pain, medication a visit without access, vital
    /// signs a fall. The note is kept as it is. Its bytes and its number of values are about the same; its
    /// meaning is not.
    pub fn observation(&self) -> Observation {
        let (kind, site, values) = self.mapped();
        let fields: Fields = values.into_iter().map(|(code, value)| (code.to_owned(), value)).collect();
        Observation {
            visit: None,
            kind: kind.to_owned(),
            catalogue_version: Catalogue::built_in().version,
            site: site.map(str::to_owned),
            fields,
            absent: None,
            how_known: HowKnown::SeenNow,
            note: (!self.note.is_empty()).then(|| self.note.clone()),
            quoted: None,
            corrects: None,
            changed: None,
            present: None,
            done: None,
            first_note: None,
        }
    }

    fn mapped(&self) -> (&'static str, Option<&'static str>, Vec<(&'static str, Value)>) {
        let text = |code: &'static str| Value::text(code);
        let yes_no = |yes: bool| Value::text(if yes { "yes" } else { "no" });
        match self.kind {
            "fluid" => {
                let help = [("none", "none"), ("prompt", "prompt"), ("full", "fed")];
                let help = help.iter().find(|(from, _)| *from == self.code("assist")).expect("listed").1;
                let meal = ("meal", text("snack"));
                ("meal", None, vec![meal, ("drink", yes_no(true)), ("help", text(help))])
            }
            "meal" => {
                let eaten = if self.code("eaten") == "most" { "three_quarters" } else { self.code("eaten") };
                let texture = ("texture_as_plan", yes_no(self.code("texture") == "normal"));
                ("meal", None, vec![("meal", text(self.code("meal"))), ("eaten", text(eaten)), texture])
            }
            "mobility" => {
                let to = if self.number("assist") == 0 { "standing" } else { "sitting" };
                let since = ("since_last_min", Value::Int(self.number("distance_m")));
                ("position", None, vec![("to", text(to)), since, ("by_self", yes_no(to == "standing"))])
            }
            "toileting" => {
                let to = ["back", "left_side", "right_side", "front"][(self.number("type") % 4) as usize];
                let cushion = yes_no(self.value("pad") == &Datum::Flag(true));
                ("position", None, vec![("to", text(to)), ("cushion", cushion), ("by_self", yes_no(false))])
            }
            "skin" => {
                let pain = ("pain_rest", Value::Int(self.number("size_mm") % 11));
                let dressing = ["in_place", "lifting", "off", "wet"][self.number("grade") as usize];
                ("wound_dressed", Some(self.wound_site()), vec![("dressing", text(dressing)), pain])
            }
            "mood" => {
                let low = matches!(self.code("affect"), "low" | "anxious");
                ("pain", None, vec![("score", Value::Int(self.number("score"))), ("grimace", yes_no(low))])
            }
            "medication" => {
                let (outcome, slot) = (self.code("outcome"), self.code("slot"));
                let tried = format!("M{} {outcome} {slot}", self.number("code"));
                ("no_access", None, vec![("tried", Value::text(tried))])
            }
            _ => {
                let hit = yes_no(self.number("sys") > 170);
                let floor = ("floor_min", Value::Int(self.number("pulse")));
                ("fall", None, vec![("how_learned", text("found")), ("head_hit", hit), floor])
            }
        }
    }

    fn wound_site(&self) -> &'static str {
        match self.code("site") {
            "heel_l" => "left_heel",
            "heel_r" => "right_heel",
            "hip_l" => "left_hip",
            "hip_r" => "right_hip",
            "elbow" => "left_elbow",
            _ => "sacrum",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::digest::{SHA256, digest};

    /// The record as the generator in JavaScript prints it.
    fn json(made: &Made) -> String {
        let values: Vec<String> =
            made.values.iter().map(|(name, datum)| format!("\"{name}\":{}", datum_json(datum))).collect();
        format!(
            "{{\"id\":\"{}\",\"person\":\"p-{:03}\",\"device\":\"d-{:03}\",\"recorded_at\":\"{}\",\"kind\":\"{}\",\
             \"descriptors\":{{{}}},\"note\":\"{}\"}}\n",
            made.id,
            made.person,
            made.device,
            made.at,
            made.kind,
            values.join(","),
            made.note
        )
    }

    fn datum_json(datum: &Datum) -> String {
        match datum {
            Datum::Code(code) => format!("\"{code}\""),
            Datum::Numbered(number) => format!("\"M{number}\""),
            Datum::Number(number) => number.to_string(),
            Datum::Tenths(tenths) if tenths % 10 == 0 => (tenths / 10).to_string(),
            Datum::Tenths(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
            Datum::Flag(flag) => flag.to_string(),
        }
    }

    #[test]
    fn the_port_gives_the_bytes_of_the_generator() {
        let lines: String = records(SEED, 10_000).iter().map(json).collect();
        assert_eq!(lines.len(), 2_617_245);
        let hash: String =
            digest(&SHA256, lines.as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hash, "5da51e1088ae4c0f11e9b7e2e043a7582a357cf1718ef7cc9bb4d168049b6633");
    }

    #[test]
    fn every_mapped_record_fits_the_catalogue() {
        for made in records(SEED, 10_000) {
            assert_eq!(Catalogue::built_in().check(&made.observation()), Ok(()), "{made:?}");
        }
    }
}
