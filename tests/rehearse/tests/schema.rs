//! Every shipped scenario keeps to the published schema, and the schema refuses what the player refuses.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the file is there");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn is_valid(scenario: &Value) -> Result<(), String> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    let schema = read(&folder().join("scenario.schema.json"));
    compiler.add_resource("scenario.schema.json", schema).expect("the schema is a resource");
    let index = compiler.compile("scenario.schema.json", &mut schemas).expect("the schema is a schema");
    schemas.validate(scenario, index).map_err(|error| error.to_string())
}

fn shipped() -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder()).expect("the folder is there");
    let paths = files.map(|file| file.expect("a readable folder").path());
    let is_scenario = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".json") && !name.ends_with(".schema.json")
    };
    paths.filter(is_scenario).collect()
}

#[test]
fn every_shipped_scenario_keeps_to_the_schema() {
    let files = shipped();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        assert_eq!(is_valid(&read(&file)), Ok(()), "{}", file.display());
    }
}

#[test]
fn the_schema_refuses_unknown_words_everywhere() {
    let story = read(&folder().join("wound-care.json"));
    for pointer in
        ["", "/staff/amina", "/plan/0/edit", "/roster/0", "/steps/0", "/steps/0/record/0", "/expect/0"]
    {
        let mut changed = story.clone();
        let part = changed.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object");
        part.insert("misspelt".to_owned(), json!(1));
        assert!(is_valid(&changed).is_err(), "{pointer}");
    }
}

#[test]
fn the_schema_refuses_an_expectation_that_expects_nothing() {
    let mut story = read(&folder().join("wound-care.json"));
    let first = story.pointer_mut("/expect/0").and_then(Value::as_object_mut).expect("an object");
    first.remove("is");
    assert!(is_valid(&story).is_err());
}

fn manual() -> String {
    std::fs::read_to_string(folder().join("../../docs/scenarios.md")).expect("the manual is there")
}

#[test]
fn the_example_of_the_manual_keeps_to_the_schema() {
    let manual = manual();
    let (_, after) = manual.split_once("```json").expect("the manual has an example");
    let (example, _) = after.split_once("```").expect("the example ends");
    assert_eq!(is_valid(&serde_json::from_str(example).expect("the example is JSON")), Ok(()));
}

/// The names of all properties, and all words that stand in an enumeration.
fn words(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            let named = object.get("properties").and_then(Value::as_object).into_iter().flatten();
            found.extend(named.map(|(name, _)| name.clone()));
            let listed = object.get("enum").and_then(Value::as_array).into_iter().flatten();
            found.extend(listed.filter_map(Value::as_str).map(str::to_owned));
            object.values().for_each(|inner| words(inner, found));
        }
        Value::Array(list) => list.iter().for_each(|inner| words(inner, found)),
        _ => {}
    }
}

#[test]
fn the_manual_explains_every_word_of_the_schema() {
    let (manual, mut all) = (manual(), Vec::new());
    words(&read(&folder().join("scenario.schema.json")), &mut all);
    assert!(all.len() > 100);
    let is_word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    let explained: std::collections::BTreeSet<&str> = manual.split(|char| !is_word(char)).collect();
    all.retain(|word| !explained.contains(word.as_str()));
    assert_eq!(all, Vec::<String>::new());
}
