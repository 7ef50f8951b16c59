//! Text in any script stands in the plan as it was written.

use crate::cases::cases;
use crate::support::{Store, add, set, staff, values};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn a_value_in_any_script_stands_in_every_copy_of_the_plan_as_it_was_written(
        first in any::<String>(), then in "\\PC{0,40}",
    ) {
        let mut store = Store::new();
        let added = store.take(1, 1, (0, None), vec![add("A", &[("text", &first)])]).expect("it applies");
        prop_assert_eq!(store.values("A", "text"), [(first, staff(1))]);
        store.take(1, 2, (added, None), vec![set("A", "text", &then)]).expect("it applies");
        let replica = store.replica();
        prop_assert_eq!(values(&replica.view(), "A", "text"), [(then, staff(1))]);
        prop_assert_eq!(replica.save(), store.plan.save());
    }
}
