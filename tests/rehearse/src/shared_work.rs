//! The forms of shared work: deadlines, what they follow from, clashes, and what needs somebody.

use crate::cast::Cast;
use crate::shown::{items, time};
use serde_json::{Value as Json, json};

/// What is due. `raw` is all of it: at several places it must be the same.
pub fn deadlines(together: &Json, cast: &Cast) -> Json {
    items(&together["deadlines"]).iter().map(|one| deadline(one, cast)).collect()
}

fn deadline(one: &Json, cast: &Cast) -> Json {
    json!({
        "kind": one["kind"],
        "entry": link(one),
        "what": one["what"],
        "owner": owner(&one["owner"], cast),
        "due": time(&one["due"]),
        "state": one["state"],
        "known_in_time": one["known_in_time"],
        "done": time(&one["done"]["at"]),
        "by": cast.name(&one["done"]["by"]),
        "known": time(&one["done"]["known"]),
        "since": time(&one["since"]),
        "bank_holiday": one["bank_holiday"],
        "delay": one["delay"],
        "raw": one,
    })
}

fn link(one: &Json) -> String {
    format!("{}/{}", one["section"].as_str().unwrap_or_default(), one["entry"].as_str().unwrap_or_default())
}

/// The file's name of a member of staff, or the words of the plan.
fn owner(owner: &Json, cast: &Cast) -> Json {
    if owner["staff"].is_null() { owner["words"].clone() } else { cast.name(&owner["staff"]) }
}

fn made(made: &Json, cast: &Cast) -> Json {
    if made.is_null() {
        return Json::Null;
    }
    json!({ "at": time(&made["at"]), "by": cast.name(&made["by"]), "known": time(&made["known"]) })
}

/// Everything that deadlines follow from. `raw` is all of it.
pub fn shared_work(together: &Json, cast: &Cast) -> Json {
    let all = |name: &str, form: fn(&Json, &Cast) -> Json| -> Json {
        items(&together[name]).iter().map(|one| form(one, cast)).collect()
    };
    json!({
        "risks": all("risks", risk),
        "decisions": all("decisions", decision),
        "disputes": all("disputes", dispute),
        "referrals": all("referrals", referral),
        "assessments": all("assessments", assessment),
        "home": home(&together["discharge"], cast),
        "flags": all("flags", |one, _| json!({
            "field": format!("{}.{}", link(one), one["field"].as_str().unwrap_or_default()), "why": one["why"],
        })),
        "raw": together,
    })
}

fn risk(one: &Json, cast: &Cast) -> Json {
    json!({
        "risk": one["id"], "scores": one["scores"], "likelihood_gap": one["likelihood_gap"],
        "impact_gap": one["impact_gap"], "asks_for_decision": one["asks_for_decision"],
        "decisions": one["decisions"], "own_view": one["own_view"], "benefit": one["benefit"],
        "owner": owner(&one["owner"], cast),
    })
}

fn decision(one: &Json, cast: &Cast) -> Json {
    json!({
        "decision": one["id"], "whose": one["whose"], "capacity": one["capacity"],
        "decided": one["decision"], "dissented": one["dissented"], "agreed": one["agreed"],
        "final_by": owner(&one["final_by"], cast), "final_role": one["final_role"],
        "right_about": one["right_about"], "made": made(&one["decided"], cast), "review_on": one["review_on"],
        "opened": items(&one["opened"]).iter().map(|opened| json!({
            "opened": time(&opened["opened"]), "due": time(&opened["due"]),
            "matches": items(&opened["matches"]).len(), "held": time(&opened["held"]["at"]),
            "agreed": opened["held"]["agreed"],
        })).collect::<Json>(),
        "flags": items(&one["flags"]).iter().map(|flag| flag["why"].clone()).collect::<Json>(),
    })
}

fn dispute(one: &Json, cast: &Cast) -> Json {
    json!({
        "dispute": one["id"], "about": one["about"], "by": one["by"], "asked_on": one["asked_on"],
        "reached_on": one["reached_on"], "reached_by": one["reached_by"], "result": one["result"],
        "told": one["told"], "check_on": one["check_on"], "bank_holiday": one["check_on_bank_holiday"],
        "checked": made(&one["checked"], cast), "settled": one["settled"],
    })
}

fn referral(one: &Json, cast: &Cast) -> Json {
    json!({
        "referral": one["id"], "way": one["way"], "service": one["service"], "made_at": time(&one["made_at"]),
        "state": one["state"], "triage": one["triage"], "answered": made(&one["answered"], cast),
    })
}

fn assessment(one: &Json, cast: &Cast) -> Json {
    json!({
        "part": one["id"], "due": time(&one["due"]), "state": one["state"],
        "known_in_time": one["known_in_time"], "complete": made(&one["complete"], cast),
        "contributions": items(&one["contributions"]).iter().map(|given| json!({
            "side": given["side"], "owner": owner(&given["owner"], cast), "made": made(&given["made"], cast),
        })).collect::<Json>(),
    })
}

fn home(one: &Json, cast: &Cast) -> Json {
    if one.is_null() {
        return Json::Null;
    }
    json!({
        "from": one["from"], "pathway": one["pathway"], "home_on": one["home_on"], "home_at": time(&one["home_at"]),
        "postponed": items(&one["postponed"]).iter().map(|moved| json!({
            "from": moved["from"], "to": moved["to"], "by": cast.name(&moved["made"]["by"]), "delay": moved["delay"],
        })).collect::<Json>(),
        "moved": items(&one["items"]).iter().filter(|item| !item["moved"].is_null())
            .map(|item| moved(&item["moved"], cast)).collect::<Json>(),
        "reviews": items(&one["reviews"]).iter().map(|review| json!({
            "day": review["day"], "held": !review["held"].is_null(),
        })).collect::<Json>(),
        "accepted_by": owner(&one["accepted_by"], cast),
        "accepted": time(&one["accepted"]["at"]),
    })
}

fn moved(one: &Json, cast: &Cast) -> Json {
    json!({
        "item": one["item"], "owner": owner(&one["owner"], cast), "from": time(&one["from"]), "to": time(&one["to"]),
    })
}

/// Visits that do not go together, by time.
pub fn clashes(together: &Json) -> Json {
    let clash = |one: &Json| {
        json!({
            "at": time(&one["at"]), "visit": one["visit"], "with": one["with"], "with_at": time(&one["with_at"]),
            "why": one["why"],
        })
    };
    items(&together["clashes"]).iter().map(clash).collect()
}

/// What needs the holder of a device, person by person.
pub fn needs_you(list: &Json, cast: &Cast) -> Json {
    let one = |one: &Json| {
        let needs = &one["needs"];
        json!({
            "person": cast.name(&one["person"]),
            "deadlines": items(&needs["deadlines"]).iter().map(|one| deadline(one, cast)).collect::<Json>(),
            "moved": items(&needs["moved"]).iter().map(|one| moved(one, cast)).collect::<Json>(),
            "clashes": clashes(needs),
        })
    };
    items(list).iter().map(one).collect()
}
