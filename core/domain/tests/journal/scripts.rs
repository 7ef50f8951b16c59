//! Text in any script comes out of a page as it was written.

use crate::made::{Signer, Told, observation, page, page_id, person, record};
use alongside_domain::journal::{Body, Link, Page};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_note_in_any_script_survives_its_page(note in any::<String>(), quoted in "\\PC{0,40}") {
        let Body::Observation(mut seen) = observation(&note) else { unreachable!("it is one") };
        seen.quoted = Some(quoted);
        let body = Body::Observation(seen);
        let signer = Signer::new(1);
        let told = Told { person: person(1), first: 1, before: Link::START, records: vec![record(&body, 1)] };
        let sealed = page(page_id(1), [7; 32], vec![told], &signer);
        let bytes = minicbor::to_vec(&sealed).expect("a vector takes all");
        let read: Page = minicbor::decode(&bytes).expect("what was written");
        prop_assert!(read.check(&signer.public()).is_ok());
        let record = &read.runs[0].records[0];
        prop_assert_eq!(Body::decode(body.kind(), &record.body).expect("a body"), body);
    }
}
