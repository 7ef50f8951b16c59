//! The plans of the workload: 40 entries in five sections, as edits of the plan.

use crate::workload::Random;
use alongside_domain::ids::EntryId;
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::value::{Fields, Value};

/// Conditions of all sorts, over fields that the workload's records have, with some thresholds left open. As in
/// care, few records meet one: a record that does costs a fold of the look-back on top.
const CONDITIONS: [&str; 8] = [
    r#"{"change":{"kind":"wound_dressed","field":"pain_rest","direction":"up","by":10,"within_hours":48}}"#,
    r#"{"count":{"of":{"kind":"meal","field":"eaten","op":"at_most","value":"quarter"},"at_least":COUNT,"within_hours":48}}"#,
    r#"{"run":{"of":{"kind":"meal","field":"help","op":"over","value":"prompt"},"times":COUNT}}"#,
    r#"{"compare":{"kind":"pain","field":"score","op":"at_least","value":10}}"#,
    r#"{"absence":{"kind":"position","hours":6,"between":["08:00","22:00"]}}"#,
    r#"{"all":[{"compare":{"kind":"fall","field":"head_hit","op":"is","value":"yes"}},{"compare":{"kind":"fall","field":"floor_min","op":"over","value":BY}}]}"#,
    r#"{"run":{"of":{"kind":"wound_dressed","field":"dressing","op":"is","value":"wet"},"times":4}}"#,
    r#"{"change":{"kind":"pain","field":"score","direction":"up","by":10,"within_hours":24}}"#,
];

/// The commands that make the plan of the `person`th person.
pub fn commands(seed: u32, person: usize) -> Vec<Command> {
    let mut random = Random::new(seed.wrapping_mul(7919).wrapping_add(person as u32));
    let name = ("preferred_name", Value::text(format!("Person {person}")));
    let mut commands = vec![add(Section::Safety, "main", 0, vec![name])];
    let sections = [
        (Section::Goals, 6),
        (Section::Risks, 8),
        (Section::Actions, 14),
        (Section::Contacts, 4),
        (Section::Triggers, 8),
    ];
    for (section, count) in sections {
        for place in 0..count {
            let id = format!("{}{place}", &section.code()[..1]);
            commands.push(add(section, &id, place, fields(&mut random, section, place as usize)));
        }
    }
    commands
}

fn add(section: Section, entry: &str, order: i64, fields: Vec<(&str, Value)>) -> Command {
    let entry: EntryId = entry.parse().expect("a plain name");
    let fields: Fields = fields.into_iter().map(|(code, value)| (code.to_owned(), value)).collect();
    Command::AddEntry { section, entry, fields, order }
}

fn fields(random: &mut Random, section: Section, place: usize) -> Vec<(&'static str, Value)> {
    let words = random.words(120);
    let text = Value::text(if words.is_empty() { "as before".to_owned() } else { words });
    let status = random.pick(&["active", "paused", "met"]);
    match section {
        Section::Goals => vec![("text", text), ("own_words", Value::text(status))],
        Section::Risks => {
            let level = Value::Int(i64::from(1 + random.below(5)));
            vec![("text", text), ("likelihood_provider", level), ("measures", Value::text(status))]
        }
        Section::Actions => {
            let hours = random.pick(&[4_i64, 6, 8, 12, 24]);
            vec![("text", text), ("interval_min", Value::Int(hours * 60)), ("who", Value::text(status))]
        }
        Section::Contacts => {
            let phone = format!("0{}", 1_000_000_000_u64 + u64::from(random.below(u32::MAX)));
            let role = ["coordinator", "district_nursing", "gp", "on_call"][place];
            vec![("role", Value::text(role)), ("name", text), ("phone", Value::text(phone))]
        }
        _ => trigger(random, place, text),
    }
}

fn trigger(random: &mut Random, place: usize, name: Value) -> Vec<(&'static str, Value)> {
    let threshold = random.below(100);
    let condition = CONDITIONS[place]
        .replace("BY", &(3 + threshold % 7).to_string())
        .replace("COUNT", &(9 + threshold % 4).to_string());
    vec![
        ("name", name),
        ("condition", Value::text(condition)),
        ("contact", Value::text("district_nursing")),
        ("urgency", Value::text("same_day")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use alongside_domain::care::plan::check_entry;

    #[test]
    fn every_entry_of_every_plan_fits_its_section() {
        for command in (0..30).flat_map(|person| commands(42, person)) {
            let Command::AddEntry { section, fields, .. } = &command else { panic!("{command:?}") };
            assert_eq!(check_entry(*section, fields), Ok(()), "{command:?}");
        }
    }

    #[test]
    fn the_first_words_are_those_of_the_comparison() {
        let Command::AddEntry { fields, .. } = &commands(42, 0)[1] else { panic!("no entry") };
        let text = "settled to the legs half prompting blister heels checked rail lunch left for pack heels soup but ate";
        assert_eq!(fields.get("text"), Some(&Value::text(text)));
    }
}
