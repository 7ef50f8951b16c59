//! How many random cases a property is tried with: few in every run, as many as `PROPTEST_CASES` says in a long one.

use proptest::prelude::ProptestConfig;

/// What proptest takes where the environment says nothing.
const UNSAID: u32 = 256;

/// `few`, unless the environment asks for another number: proptest reads it by itself.
pub fn cases(few: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if asked.cases == UNSAID { few } else { asked.cases };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}
