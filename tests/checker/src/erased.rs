//! What was erased stays erased: nobody holds it in the end, and nothing else may be missing for it.

use crate::breach::Breach;
use crate::model::{Checker, Record};

impl Checker {
    /// A manager's order to erase the record of this name is kept. Whether that is news.
    pub fn erased(&mut self, name: &str) -> bool {
        self.erased.insert(name.to_owned())
    }

    /// Whether an order to erase the record of this name is kept.
    pub fn is_wanted_erased(&self, name: &str) -> bool {
        self.erased.contains(name)
    }

    /// After all is over: somebody holds what may have been erased.
    pub fn still_holds(&mut self, holder: &str, name: &str) {
        if self.erased.contains(name) {
            self.breach(Breach::NotErased { holder: holder.to_owned(), record: name.to_owned() });
        }
    }

    pub(crate) fn is_erased(&self, record: &Record) -> bool {
        self.erased.contains(&record.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tried;

    fn record(number: u64) -> Record {
        let (person, author, stream) = ("grace".into(), "phone".into(), "e1".into());
        Record { person, author, stream, number, content: format!("note {number}") }
    }

    /// A phone has saved three, which the server has, and the second is erased.
    fn one_of_three_erased() -> Checker {
        let mut checker = Checker::new();
        for number in 1..4 {
            checker.tried("phone", "amina", "grace", &record(number).content, Tried::Note);
            checker.saved("phone", record(number));
        }
        let listed = (1..4).map(|number| (record(number), true)).collect();
        checker.device_holds("phone", "grace", listed);
        assert!(checker.erased(&record(2).name()) && !checker.erased(&record(2).name()));
        checker
    }

    #[test]
    fn what_is_erased_may_be_missing_and_nothing_else() {
        let mut checker = one_of_three_erased();
        checker.server_holds("grace", vec![record(1), record(3)], 0);
        checker.device_holds("phone", "grace", vec![(record(1), true), (record(3), true)]);
        assert_eq!(checker.breaches(), []);
        checker.server_holds("grace", vec![record(1)], 0);
        assert_eq!(checker.breaches(), [Breach::Lost(record(3))]);
    }

    #[test]
    fn whoever_still_holds_it_in_the_end_is_noticed() {
        let mut checker = one_of_three_erased();
        checker.still_holds("tablet", &record(3).name());
        assert_eq!(checker.breaches(), []);
        checker.still_holds("tablet", &record(2).name());
        assert!(matches!(checker.breaches(), [Breach::NotErased { .. }]));
    }
}
