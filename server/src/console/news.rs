//! What is new on a person's page for whoever opens it; and the record that they have seen it.

use super::session::SignedIn;
use super::words::{self, Names};
use crate::app::App;
use crate::care::PersonCare;
use crate::plan::{Act, act};
use alongside_domain::care::fields::section_rule;
use alongside_domain::care::looks::{Looks, News, PlanNews};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Body;
use std::collections::{BTreeMap, BTreeSet};

/// What is new, in words.
pub struct NewLines {
    /// When the reader looked before.
    pub since: String,
    /// Each change of the plan, with its author, time and reason.
    pub plan: Vec<String>,
    /// How many records of which sort.
    pub records: String,
}

/// What all readers of a person's care have looked at.
pub fn looks(app: &App, care: &PersonCare) -> Looks {
    Looks::of(care.records.entries(), app.identity.author)
}

/// What is new for the reader; nothing where they never looked, or nothing is new.
pub fn lines(looks: &Looks, signed_in: &SignedIn, care: &PersonCare, names: &Names) -> Option<NewLines> {
    let (reader, entries) = (signed_in.staff.staff, care.records.entries());
    let news = looks.news(reader, entries, &care.plan.states, care.now());
    let since = words::time(news.since?);
    let plan: Vec<String> = news.plan.iter().map(|change| changed(change, names)).collect();
    let records = counted(care, &news);
    (!plan.is_empty() || !records.is_empty()).then_some(NewLines { since, plan, records })
}

fn changed(change: &PlanNews, names: &Names) -> String {
    let sections: BTreeSet<&str> =
        change.touched.iter().map(|touched| section_rule(touched.section).label).collect();
    let sections: Vec<&str> = sections.into_iter().collect();
    let (by, at) = (words::name(names, change.by), words::time(change.at));
    format!("{}: changed by {by}, {at}: “{}”", sections.join(", "), change.reason)
}

fn counted(care: &PersonCare, news: &News) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in news.records.iter().filter_map(|record| care.records.entry(*record)) {
        *counts.entry(sort_of(&entry.body)).or_default() += 1;
    }
    let told: Vec<String> = counts.iter().map(|(sort, count)| format!("{sort}: {count}")).collect();
    if told.is_empty() { String::new() } else { format!("New records: {}", told.join("; ")) }
}

fn sort_of(body: &Body) -> &'static str {
    match body {
        Body::Observation(_) => "observations",
        Body::VisitPlanned(_) | Body::VisitArrived(_) | Body::VisitLeft(_) => "visits",
        Body::ContactAttempt(_) | Body::Response(_) | Body::Closing(_) | Body::Communication(_) => {
            "calls and answers"
        }
        _ => "other records",
    }
}

/// Records that the page has been shown. A page is not refused because that could not be written.
pub async fn note_look(app: &App, signed_in: &SignedIn, looks: &Looks, person: PersonId, care: &PersonCare) {
    if signed_in.watch.emergency().is_some() {
        // Who reads in an emergency writes nothing into the record: the audit trail and the office know.
        return;
    }
    let (by, role) = (signed_in.staff.staff, signed_in.staff.role);
    let look = looks.look((by, Some(role)), care.records.entries(), care.plan.view.version);
    let Some(looked) = look else { return };
    if let Err(error) = act(app, &Act { person, by, body: Body::Looked(looked) }).await {
        tracing::warn!(%error, "that a page was shown could not be recorded: the next look tries again");
    }
}
