//! Compares what was found with what an expectation says. Pure; the same function judges changed expectations.

use crate::format::Expectation;
use serde_json::{Map, Value as Json};

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where in the expectation: a JSON pointer inside it, such as `/is/0/raised`.
    pub place: String,
    /// What was expected there.
    pub expected: Json,
    /// What was found; null where nothing is.
    pub found: Json,
}

/// All differences between the expectation and what was found; none means that it holds.
pub fn differences(expectation: &Expectation, found: &Json) -> Vec<Difference> {
    let mut differ = Vec::new();
    let found = &narrowed(found, expectation.only.as_ref());
    if let Some(is) = &expectation.is {
        compare("/is", is, found, &mut differ);
    }
    for (index, wanted) in expectation.includes.iter().flatten().enumerate() {
        if !found.as_array().is_some_and(|list| list.iter().any(|item| matches(wanted, item))) {
            let place = format!("/includes/{index}");
            differ.push(Difference { place, expected: wanted.clone(), found: found.clone() });
        }
    }
    let text = found.as_str().unwrap_or_default();
    let absent = |words: &String| !text.contains(&one_line(words));
    for (name, list, wrong) in
        [("shows", &expectation.shows, true), ("shows_not", &expectation.shows_not, false)]
    {
        for (index, words) in list.iter().enumerate().filter(|(_, words)| absent(words) == wrong) {
            let place = format!("/{name}/{index}");
            differ.push(Difference { place, expected: Json::from(words.as_str()), found: found.clone() });
        }
    }
    differ
}

/// Words with single spaces, as page texts have them.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Of a list, the items that match; anything else as it is.
pub fn narrowed(found: &Json, only: Option<&Map<String, Json>>) -> Json {
    match (found, only) {
        (Json::Array(list), Some(only)) => {
            let only = Json::Object(only.clone());
            list.iter().filter(|item| matches(&only, item)).cloned().collect()
        }
        _ => found.clone(),
    }
}

fn matches(expected: &Json, found: &Json) -> bool {
    let mut differ = Vec::new();
    compare("", expected, found, &mut differ);
    differ.is_empty()
}

/// Objects: each value that is named. Lists: the same length and order. Else: equal.
fn compare(place: &str, expected: &Json, found: &Json, differ: &mut Vec<Difference>) {
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => {
            for (name, value) in expected {
                compare(&format!("{place}/{name}"), value, found.get(name).unwrap_or(&Json::Null), differ);
            }
        }
        (Json::Array(expected), Json::Array(found)) if expected.len() == found.len() => {
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(&format!("{place}/{index}"), expected, found, differ);
            }
        }
        (expected, found) if expected == found => {}
        (expected, found) => {
            differ.push(Difference {
                place: place.to_owned(),
                expected: expected.clone(),
                found: found.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(expected: Json, found: Json, places: &[&str]) {
        let mut whole =
            json!({ "id": "x", "at": "2026-03-02T09:00", "on": "server", "look_at": "escalations" });
        whole.as_object_mut().expect("an object").extend(expected.as_object().expect("an object").clone());
        let expectation: Expectation = serde_json::from_value(whole).expect("an expectation");
        let differ = differences(&expectation, &found);
        assert_eq!(differ.iter().map(|one| one.place.as_str()).collect::<Vec<_>>(), places);
    }

    #[test]
    fn an_object_is_compared_by_the_values_that_are_named() {
        check(json!({"is": {"a": 1}}), json!({"a": 1, "b": 2}), &[]);
        check(json!({"is": {"a": 1, "c": null}}), json!({"a": 2}), &["/is/a"]);
    }

    #[test]
    fn a_list_has_the_same_length_and_order() {
        check(json!({"is": [{"a": 1}, {"a": 2}]}), json!([{"a": 2}, {"a": 1}]), &["/is/0/a", "/is/1/a"]);
        check(json!({"is": []}), json!([1]), &["/is"]);
    }

    #[test]
    fn where_narrows_a_list_before_it_is_compared() {
        check(
            json!({"where": {"t": "T2"}, "is": [{"n": 1}]}),
            json!([{"t": "T1"}, {"t": "T2", "n": 1}]),
            &[],
        );
    }

    #[test]
    fn a_list_includes_what_stands_anywhere_in_it() {
        check(
            json!({"includes": [{"a": 1}, {"a": 3}]}),
            json!([{"a": 2}, {"a": 1, "b": 0}]),
            &["/includes/1"],
        );
    }

    #[test]
    fn a_page_shows_words_whatever_their_spacing() {
        check(
            json!({"shows": ["two  words", "none"], "shows_not": ["such"]}),
            json!("here two words such"),
            &["/shows/1", "/shows_not/0"],
        );
    }

    #[test]
    fn null_is_a_value_that_can_be_expected() {
        check(json!({"is": null}), json!(null), &[]);
        check(json!({"is": null}), json!(0), &["/is"]);
    }
}
