//! Tests the expectations themselves: each expected value is changed in turn, and the change must be noticed.
//!
//! The scenario is played once; each changed expectation is judged against what was found then, by the same
//! function that judged the unchanged one.

use crate::expect::differences;
use crate::format::Expectation;
use serde_json::{Value as Json, json};

/// A changed expectation.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// Where it was changed: a JSON pointer inside the expectation.
    pub place: String,
    /// The expectation as changed.
    pub expectation: Expectation,
}

/// Every way to change one expected value of the expectation. `found` is what was found for it.
pub fn mutants(expectation: &Expectation, found: &Json) -> Vec<Mutant> {
    let mut all = Vec::new();
    if let Some(is) = &expectation.is {
        for (place, changed) in changes("/is", is) {
            all.push(Mutant { place, expectation: Expectation { is: Some(changed), ..expectation.clone() } });
        }
    }
    if let Some(includes) = &expectation.includes {
        for (index, item) in includes.iter().enumerate() {
            for (place, changed) in changes(&format!("/includes/{index}"), item) {
                let mut includes = includes.clone();
                includes[index] = changed;
                all.push(Mutant {
                    place,
                    expectation: Expectation { includes: Some(includes), ..expectation.clone() },
                });
            }
        }
    }
    all.extend(changed_words(expectation, found));
    all
}

/// Words that a page shows become words that it does not show, and the other way round.
fn changed_words(expectation: &Expectation, found: &Json) -> Vec<Mutant> {
    let on_page =
        found.as_str().and_then(|text| text.split_whitespace().next()).unwrap_or_default().to_owned();
    let mut all = Vec::new();
    for (index, words) in expectation.shows.iter().enumerate() {
        let mut expectation = expectation.clone();
        expectation.shows[index] = format!("{words}\u{2260}");
        all.push(Mutant { place: format!("/shows/{index}"), expectation });
    }
    for index in 0..expectation.shows_not.len() {
        let mut expectation = expectation.clone();
        expectation.shows_not[index].clone_from(&on_page);
        all.push(Mutant { place: format!("/shows_not/{index}"), expectation });
    }
    all
}

/// Each scalar changed in turn; each list also one item longer and, if it can be, one shorter.
fn changes(place: &str, value: &Json) -> Vec<(String, Json)> {
    match value {
        Json::Object(object) => object
            .iter()
            .flat_map(|(name, inner)| {
                changes(&format!("{place}/{name}"), inner).into_iter().map(move |(place, changed)| {
                    let mut object = object.clone();
                    object.insert(name.clone(), changed);
                    (place, Json::Object(object))
                })
            })
            .collect(),
        Json::Array(list) => changed_list(place, list),
        scalar => vec![(place.to_owned(), changed_scalar(scalar))],
    }
}

fn changed_list(place: &str, list: &[Json]) -> Vec<(String, Json)> {
    let longer: Json = list.iter().cloned().chain([json!("one more")]).collect();
    let mut all = vec![(format!("{place}/-"), longer)];
    if let [shorter @ .., _] = list {
        all.push((format!("{place}/{}", shorter.len()), json!(shorter)));
    }
    for (index, item) in list.iter().enumerate() {
        for (place, changed) in changes(&format!("{place}/{index}"), item) {
            let mut list = list.to_vec();
            list[index] = changed;
            all.push((place, Json::Array(list)));
        }
    }
    all
}

fn changed_scalar(value: &Json) -> Json {
    match value {
        Json::Bool(value) => json!(!value),
        Json::Number(number) => json!(number.as_i64().unwrap_or_default() + 1),
        Json::String(text) => json!(format!("{text}\u{2260}")),
        _ => json!("something"),
    }
}

/// The changes that nobody noticed, by their places.
pub fn unnoticed(expectation: &Expectation, found: &Json) -> (usize, Vec<String>) {
    let all = mutants(expectation, found);
    let count = all.len();
    let missed = all.into_iter().filter(|mutant| differences(&mutant.expectation, found).is_empty());
    (count, missed.map(|mutant| mutant.place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expectation(expected: Json) -> Expectation {
        let mut whole =
            json!({ "id": "x", "at": "2026-03-02T09:00", "on": "server", "look_at": "escalations" });
        whole.as_object_mut().expect("an object").extend(expected.as_object().expect("an object").clone());
        serde_json::from_value(whole).expect("an expectation")
    }

    #[test]
    fn every_expected_value_is_changed_and_every_change_is_noticed() {
        let found = json!([{ "a": 1, "b": "x", "list": [true, null] }]);
        let (count, missed) = unnoticed(&expectation(json!({ "is": found })), &found);
        // Four scalars, and two lists each longer and shorter.
        assert_eq!((count, missed), (8, Vec::<String>::new()));
        let page = json!("words on a page");
        let shown = expectation(json!({ "shows": ["on a"], "shows_not": ["elsewhere"] }));
        assert_eq!(unnoticed(&shown, &page), (2, vec![]));
    }

    #[test]
    fn nothing_expected_of_an_empty_list_is_changed_too() {
        assert_eq!(unnoticed(&expectation(json!({ "is": [] })), &json!([])), (1, vec![]));
    }

    #[test]
    fn a_change_that_is_not_noticed_is_named() {
        // Two items are alike but for the changed value, so that the change finds the other one.
        let found = json!([{ "n": 1 }, { "n": 2 }]);
        assert_eq!(
            unnoticed(&expectation(json!({ "includes": [{ "n": 1 }] })), &found),
            (1, vec!["/includes/0/n".to_owned()])
        );
    }
}
