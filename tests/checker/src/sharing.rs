//! What is shared with a partner, by a naive reading of what the plan says: what is not shared is not on its phones, and
//! what is shared is.

use crate::breach::Breach;
use crate::model::{Checker, Record};
use std::collections::{BTreeMap, BTreeSet};

/// The categories that can be shared.
pub const CATEGORIES: [&str; 4] = ["care_notes", "visits", "plan", "contact_log"];

/// An entry of a plan about sharing: all that people say of each field.
pub type Agreed = BTreeMap<String, Vec<String>>;

/// What somebody of a partner reads of a person, who gives direct care: nothing recorded does not blank them.
pub fn shared_with(partner: &str, entries: &[Agreed], today: &str) -> BTreeSet<String> {
    let reads = |category: &&&str| is_shared(partner, entries, category, today);
    CATEGORIES.iter().filter(reads).map(|category| (*category).to_owned()).collect()
}

fn is_shared(partner: &str, entries: &[Agreed], category: &str, today: &str) -> bool {
    let about = |wanted: &str| -> Vec<&Agreed> {
        let with = entries.iter().filter(|entry| any(entry, "organisation", &|said| said == partner));
        with.filter(|entry| any(entry, "category", &|said| said == wanted)).collect()
    };
    let (itself, all) = (about(category), about("all"));
    if itself.iter().chain(&all).any(|entry| objects(entry)) {
        return false;
    }
    let deciding = if itself.is_empty() { all } else { itself };
    let has_ended = |entry: &Agreed| any(entry, "ends_on", &|last| last < today);
    let grants = |entry: &Agreed| every(entry, "ground", &|ground| !ground.is_empty()) && !has_ended(entry);
    deciding.iter().any(|entry| grants(entry)) || !deciding.iter().any(|entry| has_ended(entry))
}

fn objects(entry: &Agreed) -> bool {
    let overridden = every(entry, "overridden", &|said| said == "true")
        && every(entry, "handled", &|said| !said.is_empty());
    any(entry, "objects", &|said| said == "true") && !overridden
}

fn any(entry: &Agreed, field: &str, is: &dyn Fn(&str) -> bool) -> bool {
    entry.get(field).is_some_and(|said| said.iter().any(|one| is(one)))
}

fn every(entry: &Agreed, field: &str, is: &dyn Fn(&str) -> bool) -> bool {
    entry.get(field).is_some_and(|said| said.iter().all(|one| is(one)))
}

impl Checker {
    /// What a record is about, for sharing.
    pub fn is_of(&mut self, record: &str, category: &str) {
        self.categories.insert(record.to_owned(), category.to_owned());
    }

    /// Less than all may be shared with the holder of a phone from now on: digests stand for the rest.
    pub fn is_partners(&mut self, device: &str) {
        self.partners.insert(device.to_owned());
    }

    /// Whether a list of what this phone holds may have digests in it.
    pub(crate) fn may_hold_digests(&self, holder: &str) -> bool {
        self.partners.contains(holder)
    }

    /// After a sync to the end: of what others wrote, a phone holds nothing but what was shared as that sync began or
    /// is now.
    pub fn partner_holds(&mut self, device: &str, staff: &str, held: &[Record], shared: &BTreeSet<String>) {
        for record in held {
            let category = self.categories.get(&record.name()).map_or("", String::as_str);
            if CATEGORIES.contains(&category) && !shared.contains(category) && !self.is_by(record, staff) {
                self.breach(Breach::NotShared { device: device.to_owned(), record: record.clone() });
            }
        }
    }

    /// After all is over: a phone holds all that is shared with its holder, and all that they wrote.
    pub fn partner_is_complete(
        &mut self,
        (device, staff): (&str, &str),
        person: &str,
        held: &BTreeSet<(String, String)>,
        shared: &BTreeSet<String>,
    ) {
        for record in self.server.get(person).cloned().unwrap_or_default() {
            let category = self.categories.get(&record.name()).map_or("", String::as_str);
            let is_hers = shared.contains(category) || self.is_by(&record, staff);
            let is_held = held.contains(&(record.name(), record.content.clone()));
            if is_hers && !is_held && !self.is_changed(&record) {
                self.breach(Breach::Lacks { device: device.to_owned(), record });
            }
        }
    }

    fn is_by(&self, record: &Record, staff: &str) -> bool {
        self.attempt(record).is_some_and(|attempt| attempt.by == staff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tried;

    fn agreed(fields: &[(&str, &str)]) -> Agreed {
        let own = [("organisation", "northside")];
        own.iter()
            .chain(fields)
            .map(|(field, said)| ((*field).to_owned(), vec![(*said).to_owned()]))
            .collect()
    }

    fn shares(entries: &[Agreed], category: &str) -> bool {
        shared_with("northside", entries, "2026-03-02").contains(category)
    }

    #[test]
    fn what_is_shared_is_read_as_the_plan_says_it() {
        assert!(shares(&[], "visits"), "nothing recorded does not blank direct care");
        let no = agreed(&[("category", "visits"), ("objects", "true")]);
        assert!(!shares(std::slice::from_ref(&no), "visits") && shares(&[no], "plan"));
        let handled = agreed(&[
            ("category", "visits"),
            ("objects", "true"),
            ("overridden", "true"),
            ("handled", "talked it over"),
        ]);
        assert!(shares(&[handled], "visits"));
        let until = |last| agreed(&[("category", "all"), ("ground", "statute"), ("ends_on", last)]);
        assert!(shares(&[until("2026-03-02")], "visits") && !shares(&[until("2026-03-01")], "visits"));
        assert!(shares(&[until("2026-03-01"), until("2026-03-05")], "visits"), "it was renewed");
        let mut differ = agreed(&[("category", "visits")]);
        differ.insert("objects".to_owned(), vec!["false".to_owned(), "true".to_owned()]);
        assert!(!shares(&[differ], "visits"), "the strictest of what people say counts");
    }

    #[test]
    fn what_is_not_shared_and_on_a_phone_and_what_is_shared_and_not_there_is_noticed() {
        let mut checker = Checker::new();
        let record = |author: &str| {
            let (person, stream, content) = ("grace".to_owned(), "e1".to_owned(), "a".to_owned());
            Record { person, author: author.to_owned(), stream, number: 1, content }
        };
        let (theirs, own) = (record("phone"), record("tablet"));
        checker.tried("tablet", "ines", "grace", "a", Tried::Note);
        for one in [&theirs, &own] {
            checker.is_of(&one.name(), "visits");
        }
        let (none, visits) = (BTreeSet::new(), BTreeSet::from(["visits".to_owned()]));
        checker.partner_holds("tablet", "ines", &[theirs.clone(), own.clone()], &visits);
        checker.partner_holds("tablet", "ines", std::slice::from_ref(&own), &none);
        assert_eq!(checker.breaches(), [], "what she wrote herself stays");
        checker.partner_holds("tablet", "ines", std::slice::from_ref(&theirs), &none);
        assert!(matches!(checker.breaches(), [Breach::NotShared { .. }]));
        let mut checker = Checker::new();
        checker.tried("tablet", "ines", "grace", "a", Tried::Note);
        for one in [&theirs, &own] {
            checker.is_of(&one.name(), "visits");
        }
        checker.server.insert("grace".to_owned(), vec![theirs, own.clone()]);
        let held = BTreeSet::from([(own.name(), "a".to_owned())]);
        checker.partner_is_complete(("tablet", "ines"), "grace", &held, &none);
        assert_eq!(checker.breaches(), []);
        checker.partner_is_complete(("tablet", "ines"), "grace", &held, &visits);
        assert!(matches!(checker.breaches(), [Breach::Lacks { .. }]));
        checker.partner_is_complete(("tablet", "ines"), "grace", &BTreeSet::new(), &none);
        assert_eq!(checker.breaches().len(), 2, "and what she wrote is hers");
    }
}
