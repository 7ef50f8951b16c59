//! Turns the product's views, as JSON, into the forms that expectations are written against: names of the file
//! in place of identifiers, local times in place of milliseconds, and only what a reader of care needs.
//!
//! docs/scenarios.md lists these forms. The same functions read a device's views and the server's.

use crate::cast::Cast;
use crate::time::LocalTime;
use serde_json::{Map, Value as Json, json};

/// Milliseconds as local time; anything else as it is.
pub fn time(value: &Json) -> Json {
    value
        .as_i64()
        .and_then(LocalTime::from_unix_ms)
        .map_or_else(|| value.clone(), |local| json!(local.to_string()))
}

/// The items of a list; none of anything else.
pub fn items(list: &Json) -> &[Json] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn names(list: &Json, cast: &Cast) -> Json {
    items(list).iter().map(|id| cast.name(id)).collect()
}

/// The single member of an enum's object, or the text of one without fields.
fn variant(value: &Json) -> (&str, &Json) {
    match value {
        Json::Object(object) => {
            object.iter().next().map_or(("", &Json::Null), |(name, inner)| (name.as_str(), inner))
        }
        Json::String(name) => (name, &Json::Null),
        _ => ("", &Json::Null),
    }
}

/// Escalations, by the time they were raised.
pub fn escalations(list: &Json, cast: &Cast) -> Json {
    items(list).iter().map(|one| escalation(one, cast)).collect()
}

fn escalation(one: &Json, cast: &Cast) -> Json {
    let first = &one["matches"][0];
    let why = items(&first["why"]).iter().map(|why| variant(why).1);
    let of_why = |name: &str| why.clone().find_map(|why| why.get(name)).cloned().unwrap_or_default();
    let next = variant(&one["offers"]["next"]);
    json!({
        "trigger": one["trigger"]["id"],
        "state": one["state"],
        "raised": time(&one["raised"]),
        "by": by_match(&one["raised_by"], cast),
        "base": of_why("base"),
        "value": of_why("value"),
        "matches": items(&one["matches"]).len(),
        "earlier_plan": first["earlier_plan"],
        "attempts": items(&one["attempts"]).iter().map(|attempt| json!({
            "at": time(&attempt["at"]), "by": cast.name(&attempt["by"]),
            "contact": attempt["contact"], "answered": attempt["answered"],
        })).collect::<Json>(),
        "answers": items(&one["responses"]).iter().map(|answer| json!({
            "at": time(&answer["at"]), "by": cast.name(&answer["by"]), "from": answer["from"], "said": answer["said"],
        })).collect::<Json>(),
        "minutes_to_answer": one["response_minutes"],
        "due": time(&one["due"]),
        "done_in_time": one["done_in_time"],
        "known_in_time": one["known_in_time"],
        "promise_kept": time(&one["promise"]["kept"]),
        "next_contact": if next.0 == "contact" { next.1.clone() } else { json_name(next.0) },
        "closed": closed(&one["closed"], cast),
    })
}

fn json_name(name: &str) -> Json {
    if name.is_empty() { Json::Null } else { json!(name) }
}

/// Whose record met the trigger; null when it was that nothing was recorded.
fn by_match(matched: &Json, cast: &Cast) -> Json {
    match variant(matched) {
        ("record", record) => cast.name(&record["author"]),
        _ => Json::Null,
    }
}

fn closed(one: &Json, cast: &Cast) -> Json {
    if one.is_null() {
        return Json::Null;
    }
    json!({ "at": time(&one["at"]), "by": cast.name(&one["by"]), "outcome": one["outcome"] })
}

/// What nobody can tell, and what nobody could tell until records arrived.
pub fn cannot_tell(list: &Json, cast: &Cast) -> Json {
    let one = |one: &Json| {
        json!({
            "trigger": one["trigger"],
            "since": time(&one["since"]),
            "due": time(&one["due"]),
            "ring": names(&one["ring"], cast),
            "lapsed": !one["lapsed"].is_null(),
        })
    };
    items(list).iter().map(one).collect()
}

/// Visits by time.
pub fn visits(list: &Json, cast: &Cast) -> Json {
    let one = |one: &Json| {
        let (state, inner) = variant(&one["state"]);
        let late = inner["late"] == json!(true);
        json!({
            "planned": time(&one["planned"]["start"]),
            "kind": one["visit_kind"],
            "staff": names(&one["planned"]["staff"], cast),
            "state": if late { "arrived_late" } else { state },
            "arrived": time(&one["arrivals"][0]["at"]),
            "by": items(&one["arrivals"]).iter().map(|arrival| cast.name(&arrival["staff"])).collect::<Json>(),
        })
    };
    items(list).iter().map(one).collect()
}

/// A carer's day with a person.
pub fn day(day: &Json, cast: &Cast) -> Json {
    let list = |name: &str, one: &dyn Fn(&Json) -> Json| items(&day[name]).iter().map(one).collect::<Json>();
    let alarm = |one: &Json| match &one["alarm"] {
        Json::Null => json!("none"),
        alarm if alarm["silent"] == json!(true) => json!("silent"),
        _ => json!("raised"),
    };
    json!({
        "unread": list("unread", &|note| json!({ "by": cast.name(&note["by"]), "text": note["text"] })),
        "searches": list("searches", &|search| json!({
            "began": time(&search["began"]),
            "steps": items(&search["steps"]).iter().map(|step| json!({
                "step": step["step"], "by": cast.name(&step["by"]), "at": time(&step["at"]), "result": step["result"],
            })).collect::<Json>(),
            "next": search["next"]["step"],
            "due": time(&search["next"]["due"]),
            "overdue_from": time(&search["overdue_from"]),
            "located_by": search["located"]["located_by"],
        })),
        "late": list("late", &|late| json!({ "by": cast.name(&late["by"]), "expected": time(&late["expected"]) })),
        "at_visits": list("at_visits", &|one| json!({
            "by": cast.name(&one["staff"]), "expected_leaving": time(&one["expected_leaving"]), "alarm": alarm(one),
        })),
        "not_safe": list("not_safe", &|flag| json!({ "action": flag["action"], "by": cast.name(&flag["by"]), "why": flag["why"] })),
    })
}

/// One field of a plan view; null if it is not there. Versions stand by time, whichever one is in force.
pub fn field(plan: &Json, section: &str, entry: &str, field: &str, cast: &Cast) -> Json {
    let field = &plan["sections"][section][entry]["fields"][field];
    if field.is_null() {
        return Json::Null;
    }
    let versions = versions(&field["candidates"], cast);
    json!({ "conflict": versions.len() > 1, "versions": versions, "unconfirmed": field["unconfirmed"] })
}

fn versions(candidates: &Json, cast: &Cast) -> Vec<Json> {
    let mut sorted: Vec<&Json> = items(candidates).iter().collect();
    sorted.sort_by_key(|candidate| (candidate["at"].as_i64(), candidate["value"].to_string()));
    let version = |candidate: &&Json| json!({ "value": candidate["value"], "by": cast.name(&candidate["author"]), "at": time(&candidate["at"]) });
    sorted.iter().map(version).collect()
}

/// All fields of a plan view on which people differ, by section, entry and field.
pub fn conflicts(plan: &Json, cast: &Cast) -> Json {
    let mut found = Vec::new();
    let empty = Map::new();
    for (section, entries) in plan["sections"].as_object().unwrap_or(&empty) {
        for (entry, view) in entries.as_object().unwrap_or(&empty) {
            for (field, view) in view["fields"].as_object().unwrap_or(&empty) {
                let versions = versions(&view["candidates"], cast);
                if versions.len() > 1 {
                    found.push(
                        json!({ "section": section, "entry": entry, "field": field, "versions": versions }),
                    );
                }
            }
        }
    }
    Json::Array(found)
}

/// Notes aligned with clinical visits, oldest segment first.
pub fn aligned(notes: &Json, cast: &Cast) -> Json {
    items(&notes["segments"]).iter().map(|segment| segment_shown(segment, cast)).collect()
}

fn segment_shown(segment: &Json, cast: &Cast) -> Json {
    json!({
        "from": time(&segment["from"]),
        "to": time(&segment["to"]),
        "asked": items(&segment["asked"]).iter().map(trend).collect::<Json>(),
        "not_recorded": not_recorded(&segment["gaps"], cast),
        "triggers": items(&segment["triggers"]).iter().map(|met| json!({
            "trigger": met["trigger"], "raised": time(&met["raised"]), "state": met["state"],
            "attempts": met["attempts"], "minutes_to_answer": met["response_minutes"], "outcome": met["outcome"],
        })).collect::<Json>(),
        "missed_visits": segment["visits_missed"],
        "notes": items(&segment["notes"]).iter().map(|note| note["note"].clone()).collect::<Json>(),
    })
}

fn trend(trend: &Json) -> Json {
    let values = items(&trend["values"]);
    let value = |one: Option<&Json>| one.map_or(Json::Null, |one| one["value"].clone());
    json!({
        "field": trend["field"], "count": values.len(), "first": value(values.first()), "last": value(values.last()),
        "lowest": trend["lowest"], "highest": trend["highest"], "way": trend["way"],
    })
}

/// What was asked and not recorded, one item a visit.
fn not_recorded(gaps: &Json, cast: &Cast) -> Json {
    let mut visits: Vec<(&Json, Json)> = Vec::new();
    for gap in items(gaps) {
        let field = gap["item"]["field"].clone();
        match visits.iter_mut().find(|(visit, _)| *visit == &gap["visit"]) {
            Some((_, shown)) => shown["fields"].as_array_mut().expect("made as a list").push(field),
            None => {
                let by = cast.name(&gap["by"]);
                visits.push((
                    &gap["visit"],
                    json!({ "arrived": time(&gap["at"]), "by": by, "fields": [field] }),
                ));
            }
        }
    }
    visits.into_iter().map(|(_, shown)| shown).collect()
}

/// An edit and what became of it.
pub fn edit(item: &Json, cast: &Cast) -> Json {
    let held = &item["held"];
    let (settled, fate) = variant(&item["settled"]["outcome"]);
    let state = match (settled, held.is_null()) {
        ("", true) => "sent",
        ("", false) => "held",
        (settled, _) => settled,
    };
    json!({
        "edit": cast.edit_name(&item["edit"]),
        "by": cast.name(&item["author"]),
        "at": time(&item["at"]),
        "why": item["reason"],
        "state": state,
        "waits_for": if state == "held" { variant(&held["outcome"]).1["role"].clone() } else { Json::Null },
        "was_held": !held.is_null(),
        "answer": fate.get("reason").cloned().unwrap_or_default(),
        "decided_by": cast.name(&item["settled"]["by"]),
    })
}

/// Of edits as [`edit`] shows them, those that wait for a decision.
pub fn held(edits: &Json, cast: &Cast) -> Json {
    edits_shown(edits, cast).into_iter().filter(|edit| edit["state"] == "held").collect()
}

/// Own edits that the file names, and any that were held or not accepted.
pub fn my_edits(edits: &Json, cast: &Cast) -> Json {
    let told =
        |edit: &Json| !edit["edit"].is_null() || edit["state"] != "accepted" || edit["was_held"] == true;
    edits_shown(edits, cast).into_iter().filter(told).collect()
}

fn edits_shown(edits: &Json, cast: &Cast) -> Vec<Json> {
    items(edits).iter().map(|item| edit(item, cast)).collect()
}

/// Every record, in the order of folds, with the time of the plan that its author saw. Needs the items of the
/// whole journal: a version of the plan has the time of the record that names it.
pub fn history(list: &Json, cast: &Cast) -> Json {
    let accepted: std::collections::BTreeMap<u64, Json> = items(list)
        .iter()
        .filter(|item| kind(item) == "plan_change")
        .filter_map(|item| Some((item["body"]["version"].as_u64()?, time(&item["recorded"]))))
        .collect();
    let one = |item: &Json| {
        let version = item["plan_seen"]["version"].as_u64().unwrap_or(0);
        let at = time(&item["recorded"]);
        json!({
            "day": at.as_str().unwrap_or_default().get(..10),
            "at": at,
            "observed": time(&item["observed"]),
            "by": cast.name(&item["by"]),
            "kind": kind(item),
            "what": if is_observation(item) { item["body"]["kind"].clone() } else { Json::Null },
            "saw_plan_of": accepted.get(&version),
            "saw_own_edit": !item["plan_seen"]["own_edit"].is_null(),
            "receipt": item["receipt"],
            "seen_by": items(&item["seen"]).iter().map(|seen| cast.name(&seen["by"])).collect::<Json>(),
        })
    };
    // What the server writes says nothing of what somebody saw.
    let by_people =
        |item: &&Json| !matches!(kind(item), "fate" | "plan_change" | "times" | "received" | "looked");
    items(list).iter().filter(by_people).map(one).collect()
}

/// What is new for somebody: since when, what changed in the plan, and the records, each as in their history.
pub fn news(news: &Json, history: &Json, cast: &Cast) -> Json {
    let plan = items(&news["plan"]).iter().map(|change| {
        let touched = items(&change["touched"]).iter().map(|at| at["section"].clone());
        let mut sections: Vec<Json> = touched.collect();
        sections.dedup();
        json!({ "by": cast.name(&change["by"]), "at": time(&change["at"]), "reason": change["reason"], "sections": sections })
    });
    let is_new = |item: &&Json| items(&news["records"]).contains(&item["id"]);
    let records: Vec<Json> = items(history).iter().filter(is_new).cloned().collect();
    json!({
        "since": time(&news["since"]),
        "plan": plan.collect::<Json>(),
        "records": self::history(&Json::Array(records), cast),
    })
}

fn is_observation(item: &Json) -> bool {
    kind(item) == "observation"
}

fn kind(item: &Json) -> &str {
    item["body"]["record"].as_str().unwrap_or_default()
}

/// Summaries of weeks. `raw` is all of it: at several places it must be the same.
pub fn weekly(list: &Json, cast: &Cast) -> Json {
    items(list).iter().map(|one| week_shown(one, cast)).collect()
}

fn week_shown(one: &Json, cast: &Cast) -> Json {
    let goal = |goal: &Json| {
        json!({
            "goal": goal["goal"]["id"], "records": items(&goal["levels"]).len(), "level": goal["level"],
            "last_week": goal["last_week"], "state": goal["state"],
            "doubtful": items(&goal["levels"]).iter().filter(|level| !level["clock_off_ms"].is_null()).count(),
            "by": items(&goal["levels"]).iter().map(|level| cast.name(&level["by"])).collect::<Json>(),
        })
    };
    json!({
        "week": one["week"],
        "known_by": time(&one["known_by"]),
        "goals": items(&one["goals"]).iter().map(goal).collect::<Json>(),
        "proposal": one["proposal"]["step"],
        "rule": one["proposal"]["rule"],
        "reasons": items(&one["proposal"]["reasons"]).iter().map(|reason| json!(variant(reason).0)).collect::<Json>(),
        "visits": one["visits"],
        "escalations": items(&one["escalations"]).iter().map(|escalation| json!({
            "trigger": escalation["trigger"], "raised": time(&escalation["raised"]),
            "minutes_to_answer": escalation["minutes_to_answer"],
        })).collect::<Json>(),
        "falls": items(&one["falls"]).len(),
        "equipment": one["equipment"],
        "reviews": one["reviews"],
        "raw": one,
    })
}

/// How many records of whom a journal holds, how many numbers are missing or there twice in its streams, and how
/// many of the records that devices made it does not hold.
pub fn journal(streams: &[Json], missing: usize, cast: &Cast) -> Json {
    let mut records = Map::new();
    for stream in streams {
        let author = cast.name(&stream["author"]);
        let author = if stream["staff"].is_null() { "server" } else { author.as_str().unwrap_or_default() };
        let sum = records.get(author).and_then(Json::as_u64).unwrap_or_default();
        records.insert(author.to_owned(), json!(sum + stream["records"].as_u64().unwrap_or_default()));
    }
    let sum = |name: &str| streams.iter().filter_map(|stream| stream[name].as_u64()).sum::<u64>();
    json!({ "records": records, "gaps": sum("missing"), "branches": sum("branches"), "missing": missing })
}

/// What the check of a note offers.
pub fn note_words(found: &[alongside_replica::NoteFinding]) -> Json {
    let line = |one: &alongside_replica::NoteFinding| json!({ "words": one.words, "code": one.code, "diagnostic": one.diagnostic, "kind": one.kind, "offer": one.offer });
    found.iter().map(line).collect()
}
