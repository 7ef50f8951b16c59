//! The two syncs that a phone does all day: one with nothing to say, and one after a round of visits.

use super::MeasureError;
use super::exchange::{join, through};
use crate::phone;
use crate::plans;
use crate::proxy::{Proxy, Traffic};
use crate::report::{Figure, Section, Target};
use crate::server::Server;
use crate::workload::{self, SEED};
use alongside_domain::journal::Body;
use alongside_domain::plan::edit::{Command, Section as PlanSection};
use alongside_domain::value::Value;
use alongside_replica::{Draft, Replica};

/// Records of the round, each about another person.
const ROUND: usize = 20;

/// Takes both measures, inside TLS.
pub async fn measure() -> Result<Section, MeasureError> {
    let server = Server::start(false).await?;
    let (certificate, key) = server.tls_files();
    let proxy = Proxy::of_http(server.address, &certificate, &key).await?;
    let folder = tempfile::tempdir()?;
    let ticket = through(&proxy, server.ticket("Sam", "supervisor").await?);
    let (phone, clock) = join(folder.path(), &ticket).await?;
    phone::sync(&phone).await?;
    for (place, person) in server.people.iter().enumerate() {
        phone.edit_plan(*person, plans::commands(SEED, place), "first plan")?;
    }
    phone::sync(&phone).await?;
    clock.advance_ms(60_000);
    server.set_clock(phone.now()).await?;
    phone::sync(&phone).await?;
    let idle = traffic_of_sync(&phone, &proxy).await?;
    record_a_round(&phone, &server)?;
    let round = traffic_of_sync(&phone, &proxy).await?;
    if phone.sync_state()?.waiting > 0 {
        return Err(MeasureError::Unexpected("records of the round still wait".to_owned()));
    }
    Ok(section(idle, round))
}

fn section(idle: Traffic, round: Traffic) -> Section {
    let mut section = Section::titled("Small syncs of a phone with 30 people, in bytes of HTTP (TLS aside)");
    section.figures = vec![
        Figure::shown("nothing to say: requests", "requests", idle.requests as f64)
            .target(Target::AtMost(1.0)),
        Figure::shown("nothing to say: up", "B", idle.up as f64),
        Figure::shown("nothing to say: down", "B", idle.down as f64),
        Figure::shown("nothing to say: both ways", "B", (idle.up + idle.down) as f64)
            .target(Target::AtMost(500.0)),
        Figure::shown("20 records of 20 people, 1 edit: requests", "requests", round.requests as f64)
            .target(Target::AtMost(1.0)),
        Figure::shown("20 records of 20 people, 1 edit: up", "B", round.up as f64)
            .target(Target::AtMost(2_000.0)),
        Figure::shown("20 records of 20 people, 1 edit: down", "B", round.down as f64),
    ];
    section
}

fn record_a_round(phone: &Replica, server: &Server) -> Result<(), MeasureError> {
    for made in workload::records(SEED + 1, ROUND) {
        let draft = Draft { body: Body::Observation(made.observation()), observed: None };
        phone.record(server.people[made.person], draft)?;
    }
    let edit = Command::SetField {
        section: PlanSection::Contacts,
        entry: "c2".parse().expect("a plain name"),
        field: "note".to_owned(),
        value: Value::text("stairs lunch seemed"),
    };
    phone.edit_plan(server.people[0], vec![edit], "as agreed today")?;
    Ok(())
}

async fn traffic_of_sync(phone: &Replica, proxy: &Proxy) -> Result<Traffic, MeasureError> {
    let before = proxy.traffic();
    phone::sync(phone).await?;
    Ok(proxy.traffic().since(before))
}
