//! Labels by code: every code has one in English; another language is data, and what it leaves out is in English.

use alongside_domain::care::catalogue::{Catalogue, FieldType};
use alongside_domain::care::check::reason_code;
use alongside_domain::care::labels::{ENGLISH, PSEUDO, Translation, TranslationError, english, labels};
use alongside_domain::care::{default_triggers, emergency, templates};
use alongside_domain::plan::edit::Section;
use std::collections::BTreeSet;

fn welsh(labels: &str) -> String {
    format!(r#"{{"locale":"cy","agreed_by":"A clinician","labels":{labels}}}"#)
}

#[test]
fn every_code_that_a_screen_shows_has_a_label_in_english() {
    let mut keys: Vec<String> = Vec::new();
    let catalogue = Catalogue::built_in();
    keys.extend(catalogue.units.iter().map(|unit| format!("unit.{}", unit.code)));
    keys.extend(catalogue.sites.iter().map(|site| format!("site.{}", site.code)));
    for kind in &catalogue.kinds {
        keys.push(format!("kind.{}", kind.code));
        keys.extend(kind.absent.iter().map(|reason| format!("absent.{}", reason_code(*reason))));
        for field in &kind.fields {
            let key = format!("kind.{}.field.{}", kind.code, field.code);
            if let FieldType::Codes(codes) = &field.holds {
                keys.extend(codes.iter().map(|code| format!("{key}.{}", code.code)));
            }
            keys.push(key);
        }
    }
    keys.extend(default_triggers::list().iter().map(|trigger| format!("trigger.{}", trigger.code)));
    keys.extend(default_triggers::list().iter().map(|trigger| {
        let response = serde_json::to_value(trigger.response).expect("a code");
        format!("response.{}", response.as_str().expect("a code"))
    }));
    keys.extend(emergency::list().signs.iter().map(|sign| format!("sign.{}.sees", sign.code)));
    keys.extend(templates::list().iter().map(|template| format!("template.{}.about", template.code)));
    keys.extend(Section::ALL.map(|section| format!("plan.{}", section.code())));
    for known in ["seen_now", "told", "later_from_memory", "from_paper"] {
        keys.push(format!("how_known.{known}"));
    }
    keys.extend(["no", "yes", "dont_know"].map(|usual| format!("changed.{usual}")));
    for key in keys {
        assert!(english().get(&key).is_some_and(|label| !label.trim().is_empty()), "{key}");
    }
}

#[test]
fn the_pseudo_language_covers_every_code_and_reads_like_none_of_them() {
    let pseudo = labels(PSEUDO);
    assert_eq!(pseudo.keys().collect::<BTreeSet<_>>(), english().keys().collect());
    for (key, label) in &pseudo {
        assert_ne!(label, &english()[key], "{key}");
        assert!(label.starts_with('[') && label.ends_with(']'), "{key}: {label}");
        assert!(label.chars().count() > english()[key].chars().count(), "{key}: {label}");
    }
    assert_eq!(pseudo["kind.pain"], "[Pàîñ ~~]");
}

#[test]
fn an_unknown_language_is_english() {
    for locale in [ENGLISH, "cy", "", "\u{0}"] {
        assert_eq!(&labels(locale), english());
    }
}

#[test]
fn a_translation_is_data_and_what_it_leaves_out_is_in_english() {
    let found = Translation::load(&welsh(r#"{"kind.pain":"Poen"}"#)).expect("it fits");
    let all = found.labels();
    assert_eq!((all["kind.pain"].as_str(), all["kind.fall"].as_str()), ("Poen", "Fall"));
    assert_eq!(found.missing().len(), english().len() - 1);
}

#[test]
fn a_translation_with_a_fault_is_refused_with_its_place() {
    let refused = |json: &str| Translation::load(json).expect_err(json);
    let key = |key: &str| key.to_owned();
    assert_eq!(refused(&welsh("{}").replace("A clinician", " ")), TranslationError::NotAgreed);
    for locale in ["", "english", "en-GB", "en-XA", "CY"] {
        let json = welsh("{}").replace("\"cy\"", &format!("\"{locale}\""));
        assert_eq!(refused(&json), TranslationError::Locale, "{locale}");
    }
    let unknown = TranslationError::UnknownCode { key: key("kind.none") };
    assert_eq!(refused(&welsh(r#"{"kind.none":"x"}"#)), unknown);
    let words = TranslationError::UnknownCode { key: key("(not a code)") };
    assert_eq!(refused(&welsh(r#"{"Mrs Pryce":"x"}"#)), words);
    for label in ["", " ", "a\\nb"] {
        let json = welsh(&format!(r#"{{"kind.pain":"{label}"}}"#));
        assert_eq!(refused(&json), TranslationError::Label { key: key("kind.pain") }, "{label:?}");
    }
    assert_eq!(refused("{"), TranslationError::Unreadable { line: 1, column: 1 });
    assert!(matches!(refused(r#"{"locale":"cy","labels":{}}"#), TranslationError::Unreadable { .. }));
    assert_eq!(refused(&" ".repeat(1024 * 1024 + 1)), TranslationError::TooLong);
}
