//! Who a name in the plan stands for.
//!
//! Owners are written as people say them: "Sam", "Equipment service". They are looked for among the contacts and the
//! family of the plan and the person themself; a member of staff can be named by identifier too. Nobody is guessed.

use crate::ids::StaffId;
use crate::plan::edit::Section;
use crate::plan::view::PlanView;
use crate::value::text_in;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whoever is to do something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Owner {
    /// As the plan says it; empty where it says nobody.
    pub words: String,
    /// The member of staff, where it is one.
    pub staff: Option<StaffId>,
    /// Whether the plan knows them: as a contact, as family, as the person, or as staff.
    pub known: bool,
}

/// Everyone whom a plan knows by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Everyone {
    /// By lower-case name; nothing where it is nobody of staff, or more than one.
    names: BTreeMap<String, Option<StaffId>>,
}

impl Everyone {
    /// Those in the plan.
    pub fn of(plan: &PlanView) -> Everyone {
        let mut everyone = Everyone::default();
        for section in [Section::Contacts, Section::Family] {
            for (id, entry) in plan.entries(section) {
                let fields = entry.values();
                let staff = text_in(&fields, "staff").parse().ok();
                everyone.add(id.as_str(), staff);
                everyone.add(text_in(&fields, "name"), staff);
            }
        }
        for (_, entry) in plan.entries(Section::Safety) {
            let fields = entry.values();
            everyone.add(text_in(&fields, "preferred_name"), None);
            everyone.add(text_in(&fields, "full_name"), None);
        }
        everyone
    }

    fn add(&mut self, name: &str, staff: Option<StaffId>) {
        let name = plain(name);
        if name.is_empty() {
            return;
        }
        let same = self.names.entry(name).or_insert(staff);
        if *same != staff {
            *same = None;
        }
    }

    /// Who a name stands for.
    pub fn find(&self, words: &str) -> Owner {
        let words = words.trim();
        let by_name = self.names.get(&plain(words));
        let staff = by_name.copied().flatten().or_else(|| words.parse().ok());
        Owner { words: words.to_owned(), staff, known: by_name.is_some() || staff.is_some() }
    }

    /// Whether two names stand for one.
    pub fn are_one(&self, one: &str, other: &str) -> bool {
        let (found, others) = (self.find(one), self.find(other));
        plain(one) == plain(other) || (found.staff.is_some() && found.staff == others.staff)
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}
