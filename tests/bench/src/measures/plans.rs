//! The first sync of a phone to people whose plans have a long history: 30 plans with 1,000 accepted edits each.

use super::MeasureError;
use super::exchange::{join, through};
use crate::cpu;
use crate::phone;
use crate::plans;
use crate::proxy::Proxy;
use crate::report::{Figure, Section, Target};
use crate::server::Server;
use crate::workload::{PEOPLE, Random, SEED};
use alongside_domain::ids::PersonId;
use alongside_domain::plan::edit::{Command, Section as PlanSection};
use alongside_domain::value::Value;
use alongside_replica::Replica;
use std::time::{Duration, Instant};

/// Accepted edits of each plan.
const EDITS: usize = 1_000;
/// Edits that are made before each sync.
const BATCH: usize = 50;
/// What a first sync may take, and bring.
const WALL_MS_MAX: f64 = 2_000.0;
const WIRE_MAX: f64 = 3_000_000.0;

/// Takes the measure.
pub async fn measure() -> Result<Section, MeasureError> {
    let server = Server::start(true).await?;
    let proxy = Proxy::of_wire(server.address).await?;
    let folders = (tempfile::tempdir()?, tempfile::tempdir()?);
    let ticket = server.ticket("Sam", "supervisor").await?;
    let (sam, _) = join(folders.0.path(), &ticket).await?;
    phone::sync(&sam).await?;
    write_plans(&sam, &server.people).await?;

    let ticket = through(&proxy, server.ticket("Ben", "supervisor").await?);
    let (fresh, _) = join(folders.1.path(), &ticket).await?;
    let of_server =
        || cpu::of_process(server.pid()).ok_or_else(|| MeasureError::Unexpected("no /proc here".to_owned()));
    let before = (cpu::own(), of_server()?, proxy.traffic());
    let begun = Instant::now();
    phone::sync(&fresh).await?;
    let wall = begun.elapsed();
    let (phone_cpu, server_cpu) = (cpu::own() - before.0, of_server()? - before.1);
    let wire = proxy.traffic().since(before.2).down;
    let versions = server.people.iter().map(|person| fresh.plan(*person).map(|page| page.view.version));
    let least = versions.collect::<Result<Vec<_>, _>>()?.into_iter().min().unwrap_or_default();
    if least < EDITS as u64 {
        return Err(MeasureError::Unexpected(format!("a plan has {least} versions only")));
    }
    drop(fresh);

    let begun = Instant::now();
    let fresh = phone::open(folders.1.path())?;
    let _ = fresh.people()?;
    let opened = begun.elapsed();
    let begun = Instant::now();
    let _ = fresh.plan(server.people[0])?;
    let shown = begun.elapsed();
    let begun = Instant::now();
    fresh.edit_plan(server.people[0], vec![edit(&mut Random::new(1), 0)], "a first edit")?;
    let edited = begun.elapsed();
    let begun = Instant::now();
    fresh.edit_plan(server.people[0], vec![edit(&mut Random::new(2), 1)], "a second edit")?;
    let again = begun.elapsed();

    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let mut section = Section::titled(format!(
        "A first sync to {PEOPLE} people whose plans have {EDITS} accepted edits each, over HTTPS to the server's process"
    ));
    section.figures = vec![
        Figure::shown("wall", "ms", ms(wall)).target(Target::AtMost(WALL_MS_MAX)),
        Figure::shown("bytes on the wire", "B", wire as f64).target(Target::AtMost(WIRE_MAX)),
        Figure::shown("CPU of the phone", "ms", ms(phone_cpu)),
        Figure::shown("CPU of the server", "ms", ms(server_cpu)),
        Figure::shown("opening the app and who is on it", "ms", ms(opened)),
        Figure::shown("showing a plan", "ms", ms(shown)),
        Figure::shown("the first edit of a plan", "ms", ms(edited)),
        Figure::shown("the next one", "ms", ms(again)),
    ];
    Ok(section)
}

/// A supervisor begins the plans, but for what is clinical, and edits them a field at a time.
async fn write_plans(sam: &Replica, people: &[PersonId]) -> Result<(), MeasureError> {
    for (place, person) in people.iter().enumerate() {
        let is_hers =
            |command: &Command| !matches!(command, Command::AddEntry { section: PlanSection::Triggers, .. });
        let commands = plans::commands(SEED, place).into_iter().filter(is_hers).collect();
        sam.edit_plan(*person, commands, "first plan")?;
    }
    phone::sync(sam).await?;
    let mut random = Random::new(SEED);
    for person in people {
        for batch in 0..EDITS / BATCH {
            for place in 0..BATCH {
                let at = batch * BATCH + place;
                sam.edit_plan(*person, vec![edit(&mut random, at)], &format!("as agreed, {at}"))?;
            }
            phone::sync(sam).await?;
        }
    }
    Ok(())
}

/// A field of the plan is set to other words.
fn edit(random: &mut Random, at: usize) -> Command {
    let (section, entry, field) = match at % 4 {
        0 => (PlanSection::Actions, format!("a{}", at / 4 % 14), "text"),
        1 => (PlanSection::Risks, format!("r{}", at / 4 % 8), "measures"),
        2 => (PlanSection::Goals, format!("g{}", at / 4 % 6), "own_words"),
        _ => (PlanSection::Contacts, format!("c{}", at / 4 % 4), "name"),
    };
    let words = format!("{} {at}", random.words(60));
    Command::SetField {
        section,
        entry: entry.parse().expect("a plain name"),
        field: field.to_owned(),
        value: Value::text(words),
    }
}
