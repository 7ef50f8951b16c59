//! 10,000 waiting records up to the real server and down to a fresh phone, beside the least work that it takes.

use super::{MeasureError, exchange_limit};
use crate::cpu;
use crate::phone;
use crate::proxy::{Proxy, Traffic};
use crate::report::{Figure, Section, Target};
use crate::server::Server;
use crate::workload::{self, Made, SEED};
use alongside_domain::journal::Body;
use alongside_replica::clock::ManualClock;
use alongside_replica::keystore::FileKeystore;
use alongside_replica::random::OsRandom;
use alongside_replica::{Draft, EnrolTicket, OpenConfig, Replica};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Records that wait.
const COUNT: usize = 10_000;
/// Bytes on the wire, each way.
const WIRE_MAX: f64 = 400_000.0;

/// How often product and limit are measured, in turn; the least counts, for both.
const TIMES: usize = 3;

/// What a sync cost.
struct Cost {
    wall: Duration,
    phone: Duration,
    server: Duration,
    traffic: Traffic,
}

impl Cost {
    /// The one that took less of the processors.
    fn least(self, other: Cost) -> Cost {
        if other.phone + other.server < self.phone + self.server { other } else { self }
    }
}

/// Takes the measure: over TLS to the server for time and bytes, then once more inside TLS for the requests.
pub async fn measure() -> Result<Section, MeasureError> {
    let records = workload::records(SEED, COUNT);
    let mut limit = exchange_limit::measure(&records)?;
    let (mut up, mut down) = there_and_back(true, &records).await?;
    for _ in 1..TIMES {
        limit = limit.least(exchange_limit::measure(&records)?);
        let again = there_and_back(true, &records).await?;
        (up, down) = (up.least(again.0), down.least(again.1));
    }
    let (up_http, down_http) = there_and_back(false, &records).await?;
    let mut section = Section::titled(format!(
        "{COUNT} waiting records up and a fresh phone down, over HTTPS to the server's process"
    ));
    section.figures =
        [figures("up", &up, &up_http, limit.up), figures("down", &down, &down_http, limit.down)].concat();
    section.notes = vec![
        "limit: signs and checks one seal a page, hashes each record once more, inserts it, commits once a page; in this process".to_owned(),
        "CPU is that of both processes, the counting proxy's too; wire bytes are those of TCP with TLS, enrolment of the fresh phone not counted".to_owned(),
    ];
    Ok(section)
}

fn figures(way: &str, cost: &Cost, http: &Cost, limit: Duration) -> Vec<Figure> {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let wire = if way == "up" { cost.traffic.up } else { cost.traffic.down };
    let back = if way == "up" { cost.traffic.down } else { cost.traffic.up };
    vec![
        Figure::shown(format!("{way}: wall"), "ms", ms(cost.wall)),
        Figure::shown(format!("{way}: CPU of both"), "ms", ms(cost.phone + cost.server))
            .beside(ms(limit))
            .target(Target::TimesLimit(2.0)),
        Figure::shown(format!("{way}: CPU of the server alone"), "ms", ms(cost.server)),
        Figure::shown(format!("{way}: bytes on the wire"), "B", wire as f64).target(Target::AtMost(WIRE_MAX)),
        Figure::shown(format!("{way}: bytes the other way"), "B", back as f64),
        Figure::shown(format!("{way}: requests"), "requests", http.traffic.requests as f64),
    ]
}

async fn there_and_back(tls: bool, records: &[Made]) -> Result<(Cost, Cost), MeasureError> {
    let server = Server::start(tls).await?;
    let (certificate, key) = server.tls_files();
    let proxy = if tls {
        Proxy::of_wire(server.address).await?
    } else {
        Proxy::of_http(server.address, &certificate, &key).await?
    };
    let folders = (tempfile::tempdir()?, tempfile::tempdir()?);
    let ticket = through(&proxy, server.ticket("Amina", "carer").await?);
    let (first, clock) = join(folders.0.path(), &ticket).await?;
    phone::sync(&first).await?;
    record_all(&first, &clock, &server, records)?;
    server.set_clock(first.now()).await?;
    let up = cost_of_sync(&first, &server, &proxy).await?;
    if first.sync_state()?.waiting > 0 {
        return Err(MeasureError::Unexpected("records still wait after the sync".to_owned()));
    }
    let ticket = through(&proxy, server.ticket("Ben", "carer").await?);
    let (fresh, _) = join(folders.1.path(), &ticket).await?;
    let down = cost_of_sync(&fresh, &server, &proxy).await?;
    let held: usize =
        server.people.iter().map(|person| fresh.history(*person).map_or(0, |items| items.len())).sum();
    if held != records.len() {
        return Err(MeasureError::Unexpected(format!(
            "the fresh phone holds {held} of {} records",
            records.len()
        )));
    }
    Ok((up, down))
}

/// The same ticket, by way of the proxy.
pub fn through(proxy: &Proxy, ticket: EnrolTicket) -> EnrolTicket {
    EnrolTicket { url: format!("https://{}", proxy.address), ..ticket }
}

/// A new phone whose clock is moved by hand.
pub async fn join(folder: &Path, ticket: &EnrolTicket) -> Result<(Replica, Arc<ManualClock>), MeasureError> {
    let clock = Arc::new(ManualClock::new(ticket.issued_ms));
    let keystore = Arc::new(FileKeystore::new(folder.join("key")));
    let phone = Replica::open(OpenConfig {
        folder: folder.to_owned(),
        keystore,
        clock: clock.clone(),
        random: Arc::new(OsRandom),
    })?;
    phone.enrol(ticket).await.map_err(phone::PhoneError::from)?;
    Ok((phone, clock))
}

/// Records them with the workload's own gaps between them.
fn record_all(
    phone: &Replica,
    clock: &ManualClock,
    server: &Server,
    records: &[Made],
) -> Result<(), MeasureError> {
    let mut before = records.first().map(|made| made.at);
    for made in records {
        let gap = made.at.since_ms(before.replace(made.at).unwrap_or(made.at));
        clock.advance_ms(gap.max(0) as u64);
        let draft = Draft { body: Body::Observation(made.observation()), observed: None };
        phone.record(server.people[made.person], draft)?;
    }
    Ok(())
}

async fn cost_of_sync(phone: &Replica, server: &Server, proxy: &Proxy) -> Result<Cost, MeasureError> {
    let of_server =
        || cpu::of_process(server.pid()).ok_or_else(|| MeasureError::Unexpected("no /proc here".to_owned()));
    let (before, traffic) = ((Instant::now(), cpu::own(), of_server()?), proxy.traffic());
    phone::sync(phone).await?;
    Ok(Cost {
        wall: before.0.elapsed(),
        phone: cpu::own() - before.1,
        server: of_server()? - before.2,
        traffic: proxy.traffic().since(traffic),
    })
}
