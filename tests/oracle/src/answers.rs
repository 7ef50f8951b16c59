//! The product's answers about a history, as JSON.

use crate::history::{History, Unreadable};
use alongside_domain::care::CareInputs;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::heard::Known;
use alongside_domain::care::records::Records;
use alongside_domain::care::{aligned, escalation, visits};
use alongside_domain::reablement::summary::{versions, weekly};
use alongside_domain::reablement::week::Week;
use alongside_domain::sharing::Scope;
use alongside_domain::time::Moment;
use serde_json::{Value, json};

/// What the folds of care say.
pub fn of(history: &History) -> Result<Value, Unreadable> {
    let (entries, store) = history.entries()?;
    let (records, known) = (Records::of(&entries), Known::of(&entries, store));
    let (plan, heard) = (history.plan()?, history.heard());
    let inputs = CareInputs {
        records: &records,
        plan: &plan,
        complete_from: Moment(i64::MIN),
        heard: &heard,
        known: &known,
        catalogue: Catalogue::built_in(),
        scope: Scope::Whole,
        now: history.now,
    };
    let escalations = escalation::fold(&inputs);
    let overdue: Vec<bool> = escalations.list.iter().map(|one| one.is_overdue(history.now)).collect();
    let visits = visits::fold(&inputs);
    let tells: Vec<bool> = visits.iter().map(|visit| visit.tells_supervisor(history.now)).collect();
    let weeks = history.weeks.iter().map(|asked| {
        let week = Week::of(asked.at);
        json!({ "summary": weekly(&inputs, week, asked.known_by), "versions": versions(&inputs, week) })
    });
    Ok(json!({
        "seed": history.seed,
        "escalations": escalations,
        "overdue": overdue,
        "visits": visits,
        "tells": tells,
        "aligned": aligned::notes(&inputs, &escalations),
        "weeks": weeks.collect::<Vec<_>>(),
    }))
}
