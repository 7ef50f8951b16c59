//! How many random cases a property is tried with: few in every run, as many as `PROPTEST_CASES` says in a long one.

use proptest::prelude::ProptestConfig;

/// `few`, unless the environment asks for another number.
pub fn cases(few: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(few), failure_persistence: None, ..ProptestConfig::default() }
}
