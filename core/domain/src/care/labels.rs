//! Labels by code, in English and in other languages.
//!
//! English labels stand as data beside their codes: kinds, fields, values, units and places in the catalogue, the
//! offered triggers, the emergency signs, the templates, the sections of the plan; those of codes that have no other
//! data file in `labels_of_codes.json`. Another language is one more data file and no code. What it leaves out is shown
//! in English. A translation of clinical words says which clinician agreed it; none ships with the product. The
//! pseudo-language shows on a screen what is not translatable yet: it is made, and no language.

use super::catalogue::{Catalogue, FieldType, LABEL_CHARS_MAX};
use super::sections::section_rule;
use super::{default_triggers, emergency, templates};
use crate::plan::edit::Section;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The label of each code, by a key such as `kind.pain.field.score`.
pub type Labels = BTreeMap<String, String>;

/// The language of the product.
pub const ENGLISH: &str = "en-GB";
/// The pseudo-language, as tools for translation know it.
pub const PSEUDO: &str = "en-XA";
/// Longest file of a translation, in bytes.
pub const TRANSLATION_BYTES_MAX: usize = 1024 * 1024;
/// Longest label of a translation, in characters: some of English are sentences, and other languages are longer.
const TRANSLATED_CHARS_MAX: usize = LABEL_CHARS_MAX * 10;

static ENGLISH_LABELS: LazyLock<Labels> = LazyLock::new(collect);

/// Why a translation cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TranslationError {
    /// Longer than a translation may be.
    #[error("the translation is longer than {TRANSLATION_BYTES_MAX} bytes")]
    TooLong,
    /// Not JSON of the expected shape: correct the line.
    #[error(
        "the translation cannot be read at line {line}, column {column}: give locale, agreed_by and labels"
    )]
    Unreadable {
        /// Line in the text, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Its locale is none, or one of the product's own.
    #[error("locale: give a language such as cy or pl-PL, and neither {ENGLISH} nor {PSEUDO}")]
    Locale,
    /// Nobody has agreed it.
    #[error("agreed_by: name the clinician who agreed this translation")]
    NotAgreed,
    /// A code that has no English label.
    #[error("labels.{key}: there is no such code")]
    UnknownCode {
        /// The key.
        key: String,
    },
    /// A label that is empty or too long.
    #[error("labels.{key}: give 1 to {TRANSLATED_CHARS_MAX} characters on one line")]
    Label {
        /// The key.
        key: String,
    },
}

/// A translation into another language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// The language, such as `cy`.
    pub locale: String,
    /// Which clinician agreed it.
    pub agreed_by: String,
    /// The labels; those that are left out are shown in English.
    pub labels: Labels,
}

/// The English label of every code.
pub fn english() -> &'static Labels {
    &ENGLISH_LABELS
}

/// The English label of a code, or the code where it has none.
pub fn english_of(key: &str) -> &str {
    english().get(key).map_or(key, String::as_str)
}

/// The labels of a language that ships: English, and the pseudo-language.
pub fn labels(locale: &str) -> Labels {
    if locale == PSEUDO { disguised_all(english()) } else { english().clone() }
}

/// As [`labels`], of a catalogue that may have an organisation's own kinds: what an organisation says stands in its own
/// words in each language.
pub fn labels_with(catalogue: &Catalogue, locale: &str) -> Labels {
    let mut all = english().clone();
    of_catalogue(catalogue, &mut |key, label| drop(all.insert(key, label.to_owned())));
    if locale == PSEUDO { disguised_all(&all) } else { all }
}

impl Translation {
    /// Reads a translation, and checks that each label is of a code that there is.
    pub fn load(json: &str) -> Result<Translation, TranslationError> {
        if json.len() > TRANSLATION_BYTES_MAX {
            return Err(TranslationError::TooLong);
        }
        let found: Translation = serde_json::from_str(json)
            .map_err(|error| TranslationError::Unreadable { line: error.line(), column: error.column() })?;
        if !is_locale(&found.locale) || [ENGLISH, PSEUDO].contains(&found.locale.as_str()) {
            return Err(TranslationError::Locale);
        }
        if found.agreed_by.trim().is_empty() {
            return Err(TranslationError::NotAgreed);
        }
        for (key, label) in &found.labels {
            if !english().contains_key(key) {
                return Err(TranslationError::UnknownCode { key: shown(key) });
            }
            let fits = !label.trim().is_empty() && label.chars().count() <= TRANSLATED_CHARS_MAX;
            if !fits || label.chars().any(char::is_control) {
                return Err(TranslationError::Label { key: key.clone() });
            }
        }
        Ok(found)
    }

    /// The label of every code: in this language, or in English where it has none.
    pub fn labels(&self) -> Labels {
        let mut labels = english().clone();
        labels.extend(self.labels.clone());
        labels
    }

    /// The codes that it leaves out.
    pub fn missing(&self) -> Vec<&'static str> {
        let left_out = english().keys().filter(|key| !self.labels.contains_key(*key));
        left_out.map(String::as_str).collect()
    }
}

/// Two or three small letters, and perhaps a region.
fn is_locale(text: &str) -> bool {
    let (language, region) = text.split_once('-').unwrap_or((text, "GB"));
    let small = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    small && (2..=4).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The key, when it looks like one.
fn shown(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte);
    let is_key = (1..=120).contains(&key.len()) && key.bytes().all(plain);
    if is_key { key.to_owned() } else { "(not a code)".to_owned() }
}

/// Every English label with its letters accented, brackets around it, and a third longer, as other languages are.
fn disguised_all(labels: &Labels) -> Labels {
    labels.iter().map(|(key, label)| (key.clone(), disguised(label))).collect()
}

fn disguised(label: &str) -> String {
    let accented: String = label.chars().map(accent).collect();
    let longer = "~".repeat(label.chars().count().div_ceil(3));
    format!("[{accented} {longer}]")
}

fn accent(letter: char) -> char {
    const PLAIN: &str = "aceinosuyzACEINOSUYZ";
    const ACCENTED: &str = "àçéîñöšûýžÀÇÉÎÑÖŠÛÝŽ";
    let at = PLAIN.chars().position(|plain| plain == letter);
    at.and_then(|at| ACCENTED.chars().nth(at)).unwrap_or(letter)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCodes {
    #[serde(rename = "version")]
    _version: u32,
    labels: Labels,
}

fn collect() -> Labels {
    let own: OfCodes = serde_json::from_str(include_str!("../../catalogue/labels_of_codes.json"))
        .expect("a test reads the labels");
    let mut all = own.labels;
    let mut put = |key: String, label: &str| {
        all.insert(key, label.to_owned());
    };
    of_catalogue(Catalogue::built_in(), &mut put);
    for trigger in default_triggers::list() {
        put(format!("trigger.{}", trigger.code), &trigger.name);
    }
    for sign in &emergency::list().signs {
        put(format!("sign.{}", sign.code), &sign.label);
        put(format!("sign.{}.sees", sign.code), &sign.sees);
    }
    for template in templates::list() {
        put(format!("template.{}", template.code), &template.label);
        put(format!("template.{}.about", template.code), &template.about);
    }
    for section in Section::ALL {
        let rule = section_rule(section);
        put(format!("plan.{}", section.code()), rule.label);
        for field in rule.fields {
            put(format!("plan.{}.{}", section.code(), field.code), field.label);
        }
    }
    all
}

fn of_catalogue(catalogue: &Catalogue, put: &mut impl FnMut(String, &str)) {
    for unit in &catalogue.units {
        put(format!("unit.{}", unit.code), &unit.label);
    }
    for site in &catalogue.sites {
        put(format!("site.{}", site.code), &site.label);
    }
    for kind in &catalogue.kinds {
        put(format!("kind.{}", kind.code), &kind.label);
        for field in &kind.fields {
            let key = format!("kind.{}.field.{}", kind.code, field.code);
            put(key.clone(), &field.label);
            if let FieldType::Codes(codes) = &field.holds {
                codes.iter().for_each(|code| put(format!("{key}.{}", code.code), &code.label));
            }
        }
    }
}
