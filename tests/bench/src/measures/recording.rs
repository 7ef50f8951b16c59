//! Recording one observation, beside one insert of the same bytes.

use super::{MeasureError, Times, history};
use crate::cpu;
use crate::limit::{Limit, PagesWritten, record_bytes};
use crate::organisation::{Organisation, person};
use crate::phone;
use crate::report::{Figure, Section, Target};
use crate::workload::{self, Made, SEED};
use alongside_domain::ids::StaffId;
use alongside_domain::journal::{Body, Header, PlanSeen};
use alongside_domain::time::Moment;
use alongside_replica::{DATABASE_FILE, Draft, Replica};
use std::time::{Duration, Instant};

/// Records on the phone before the first one that is measured.
const HISTORY: usize = 10_000;
/// Records that are measured.
const COUNT: usize = 3_000;
/// Records before them, that fill caches.
const WARM: usize = 200;

/// Takes the measure.
pub async fn measure() -> Result<Section, MeasureError> {
    let folder = tempfile::tempdir()?;
    let now = phone::now();
    let before = history(HISTORY, now);
    let organisation = Organisation::start(now, &before).await?;
    let phone = phone::filled(folder.path(), &organisation).await?;
    let limit = Limit::make(folder.path())?;
    let stored: Vec<Vec<u8>> = before.iter().map(|made| bytes_of(made, now)).collect();
    limit.insert_all(stored.iter().map(Vec::as_slice))?;
    let records = workload::records(SEED + 1, WARM + 2 * COUNT);
    let (warm, records) = records.split_at(WARM);
    for made in warm {
        record(&phone, made)?;
        limit.insert(&bytes_of(made, now))?;
    }
    let (timed, counted) = records.split_at(COUNT);
    let (product, bare) = alternate(&phone, &limit, timed, now)?;
    let (pages, bare_pages) = count_pages(folder.path(), &phone, &limit, counted, now)?;
    Ok(section(&product, &bare, pages, bare_pages))
}

struct Costs {
    wall: Times,
    cpu: Times,
}

fn section(product: &Costs, bare: &Costs, pages: f64, bare_pages: f64) -> Section {
    let mut section = Section::titled(format!(
        "Recording one observation, on a phone that holds {HISTORY} of 30 people; limit: one SQLCipher insert of the same bytes"
    ));
    let wall =
        |what, share| Figure::shown(what, "us", product.wall.micros(share)).beside(bare.wall.micros(share));
    section.figures = vec![
        wall("wall, p50", 0.5),
        wall("wall, p99", 0.99),
        Figure::shown("CPU, mean", "us", product.cpu.mean_micros())
            .beside(bare.cpu.mean_micros())
            .target(Target::TimesLimit(1.25)),
        Figure::shown("CPU, p50", "us", product.cpu.micros(0.5)).beside(bare.cpu.micros(0.5)),
        Figure::shown("pages written", "pages", pages).beside(bare_pages).target(Target::AtMost(2.2)),
    ];
    section.notes.push(format!(
        "{COUNT} of each, alternating; the mean holds the checkpoints that fall to one of them (every 1,000 pages)"
    ));
    section
}

/// The bytes that the record has on a phone.
fn bytes_of(made: &Made, now: Moment) -> Vec<u8> {
    let body = Body::Observation(made.observation());
    let header = Header {
        kind: body.kind(),
        category: body.category(),
        recorded: now,
        observed: None,
        by: StaffId([0x40; 16]),
        plan_seen: PlanSeen { version: 1, own_edit: None },
        clock_off_ms: None,
        counted: None,
    };
    record_bytes(&header, &body)
}

fn record(phone: &Replica, made: &Made) -> Result<(), MeasureError> {
    let draft = Draft { body: Body::Observation(made.observation()), observed: None };
    phone.record(person(made.person), draft)?;
    Ok(())
}

fn alternate(
    phone: &Replica,
    limit: &Limit,
    records: &[Made],
    now: Moment,
) -> Result<(Costs, Costs), MeasureError> {
    let (mut product, mut bare) = (Sums::default(), Sums::default());
    for made in records {
        let draft = Draft { body: Body::Observation(made.observation()), observed: None };
        product.time(|| phone.record(person(made.person), draft))?;
        let bytes = bytes_of(made, now);
        bare.time(|| limit.insert(&bytes))?;
    }
    Ok((product.costs(), bare.costs()))
}

#[derive(Default)]
struct Sums {
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
}

impl Sums {
    fn time<T, E>(&mut self, act: impl FnOnce() -> Result<T, E>) -> Result<(), E> {
        let (wall, cpu) = (Instant::now(), cpu::own());
        act()?;
        self.cpu.push(cpu::own() - cpu);
        self.wall.push(wall.elapsed());
        Ok(())
    }

    fn costs(self) -> Costs {
        Costs { wall: Times::of(self.wall), cpu: Times::of(self.cpu) }
    }
}

/// The mean number of pages that a record and its limit write.
fn count_pages(
    folder: &std::path::Path,
    phone: &Replica,
    limit: &Limit,
    records: &[Made],
    now: Moment,
) -> Result<(f64, f64), MeasureError> {
    let mut product = PagesWritten::of(&folder.join(DATABASE_FILE))?;
    let mut bare = PagesWritten::of(&Limit::file(folder))?;
    let (mut sum, mut bare_sum) = (0, 0);
    for made in records {
        record(phone, made)?;
        sum += product.since_last()?;
        limit.insert(&bytes_of(made, now))?;
        bare_sum += bare.since_last()?;
    }
    let mean = |sum: u32| f64::from(sum) / records.len() as f64;
    Ok((mean(sum), mean(bare_sum)))
}
