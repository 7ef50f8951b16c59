//! No effect without authority; each edit has at most one final fate, and in the end exactly one.

use crate::breach::Breach;
use crate::model::{Attempt, Checker, Fate, Outcome, Part, Record, Told, Tried};
use std::collections::BTreeSet;

impl Checker {
    /// A record of the store, named `name`, says what became of an edit.
    pub fn fate(&mut self, name: &str, fate: &Fate) {
        let said = (name.to_owned(), format!("{:?} by {:?}", fate.outcome, fate.by));
        let is_new = self.fates.entry(fate.edit.clone()).or_default().insert(said);
        if !is_new {
            return;
        }
        if fate.outcome != Outcome::Held && self.final_fates.insert(fate.edit.clone(), fate.outcome).is_some()
        {
            self.breach(Breach::TwoFates(fate.edit.clone()));
        }
        let Some((edit, part)) = self.edit(&fate.edit) else {
            return self.breach(Breach::FateOfNothing(fate.edit.clone()));
        };
        let allowed = match (fate.outcome, &fate.by) {
            (Outcome::Held, _) => true,
            (Outcome::Accepted, None) => self.may_act(&edit.by, part, &edit),
            (Outcome::Accepted, Some(by)) => self.has_decided(by, &fate.edit, true, part),
            (Outcome::Declined, Some(by)) => self.has_decided(by, &fate.edit, false, part),
            (Outcome::Withdrawn, Some(by)) => *by == edit.by && self.has_withdrawn(by, &fate.edit),
            (Outcome::Declined | Outcome::Withdrawn, None) => false,
        };
        if !allowed {
            let outcome = format!("{:?} by {:?}", fate.outcome, fate.by);
            self.breach(Breach::NoAuthority { edit: fate.edit.clone(), outcome });
        }
    }

    /// The edit of this name, and the part of the plan that it changes.
    fn edit(&self, name: &str) -> Option<(Attempt, Part)> {
        let record: &Record = self.named.get(name)?.first()?;
        let attempt = self.attempt(record)?;
        match attempt.what {
            Tried::Edit(part) => Some((attempt.clone(), part)),
            _ => None,
        }
    }

    fn may_act(&self, staff: &str, part: Part, attempt: &Attempt) -> bool {
        self.may_change(staff, part) && self.was_on_team(&attempt.person, staff, attempt.since)
    }

    fn has_decided(&self, by: &str, edit: &str, accepted: bool, part: Part) -> bool {
        self.attempts.values().any(|attempt| match &attempt.what {
            Tried::Decision { edit: about, accept } => {
                attempt.by == by && about == edit && *accept == accepted && self.may_act(by, part, attempt)
            }
            _ => false,
        })
    }

    fn has_withdrawn(&self, by: &str, edit: &str) -> bool {
        self.attempts.values().any(|attempt| {
            attempt.by == by && matches!(&attempt.what, Tried::Withdrawal { edit: about } if about == edit)
        })
    }

    /// What the author's phone shows of an edit, after all is over.
    pub fn edit_shown(&mut self, device: &str, edit: &str, outcome: Option<Outcome>) {
        let settled = self.final_fates.get(edit).copied();
        if settled.is_none() && self.ended.contains(edit) {
            // The edit is nowhere any more.
            return;
        }
        if settled.is_none() && outcome.is_none() && self.stays_apart(edit) {
            // It has no fate until a manager releases it.
            return;
        }
        if settled.is_none() {
            self.breach(Breach::NoFate(edit.to_owned()));
        } else if outcome != settled {
            self.breach(Breach::NotShown { device: device.to_owned(), edit: edit.to_owned() });
        }
    }

    /// The server was set back just now, and a phone that it waits for shows what became of an edit. Told after
    /// [`Checker::server_set_back`].
    pub fn fate_was_told(&mut self, told: Told) {
        self.told.push(told);
    }

    /// A manager ends the wait for a phone.
    pub fn wait_ended(&mut self) {
        self.has_wait_ended = true;
    }

    /// After all is over, of a phone that is what it was when the server was set back: what it showed then stands. Nothing
    /// is decided before it has brought that.
    pub fn told_fates_stand(&mut self, device: &str) {
        if self.has_wait_ended {
            return;
        }
        let is_otherwise = |told: &&Told| {
            told.device == device
                && !self.set_back.contains(&told.author)
                && !self.damaged.contains(&told.author)
                && !self.erased.contains(&told.edit)
                && self.final_fates.get(&told.edit).is_some_and(|outcome| *outcome != told.outcome)
        };
        let otherwise: Vec<String> =
            self.told.iter().filter(is_otherwise).map(|told| told.edit.clone()).collect();
        for edit in otherwise {
            self.breach(Breach::DecidedOtherwise { device: device.to_owned(), edit });
        }
    }

    /// Whether the server keeps the edit apart and has it nowhere else.
    fn stays_apart(&self, edit: &str) -> bool {
        let is_it = |record: &Record| record.name() == edit;
        self.apart_now.iter().any(is_it) && !self.server.values().flatten().any(is_it)
    }

    /// All edits that the author's phone, enrolled as `author`, lists after all is over: also those about people whom it
    /// may not show any more. A phone whose disk was an older copy, or damaged, may not know of some.
    pub fn edits_listed(&mut self, device: &str, author: &str, listed: &BTreeSet<String>) {
        if self.set_back.contains(author) || self.damaged.contains(author) {
            return;
        }
        let is_own = |name: &&String| {
            let record = self.named.get(*name).and_then(|records| records.first());
            record.is_some_and(|record| {
                record.author == author && !self.is_erased(record) && !self.is_changed(record)
            })
        };
        let own = self.final_fates.keys().filter(is_own);
        let lacking: Vec<String> = own.filter(|name| !listed.contains(*name)).cloned().collect();
        for edit in lacking {
            self.breach(Breach::NotShown { device: device.to_owned(), edit });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDIT: &str = "grace/phone/e1/1";

    /// A supervisor, a nurse and a carer look after Grace; `by` has made an edit of `part`.
    fn edited(by: &str, part: Part) -> Checker {
        let mut checker = Checker::new();
        for (staff, role) in [("sam", "supervisor"), ("beth", "nurse"), ("amina", "carer")] {
            checker.works(staff, role);
            checker.team("grace", staff, true);
        }
        checker.tried("phone", by, "grace", "edit", Tried::Edit(part));
        let (person, author, stream) = ("grace".into(), "phone".into(), "e1".into());
        checker.saved("phone", Record { person, author, stream, number: 1, content: "edit".into() });
        checker
    }

    fn fate(outcome: Outcome, by: Option<&str>) -> Fate {
        Fate { edit: EDIT.to_owned(), outcome, by: by.map(str::to_owned) }
    }

    #[test]
    fn what_the_responsible_role_does_takes_effect_at_once() {
        let mut checker = edited("beth", Part::Clinical);
        checker.fate("f1", &fate(Outcome::Accepted, None));
        assert_eq!(checker.breaches(), []);
        let mut checker = edited("sam", Part::Clinical);
        checker.fate("f1", &fate(Outcome::Accepted, None));
        assert!(matches!(checker.breaches(), [Breach::NoAuthority { .. }]));
    }

    #[test]
    fn a_proposal_takes_effect_by_a_decision_that_somebody_with_the_right_has_made() {
        let decide = |checker: &mut Checker, staff| {
            let decision = Tried::Decision { edit: EDIT.to_owned(), accept: true };
            checker.tried("tablet", staff, "grace", "yes", decision);
        };
        let mut checker = edited("amina", Part::Other);
        checker.fate("f1", &fate(Outcome::Held, None));
        decide(&mut checker, "sam");
        checker.fate("f2", &fate(Outcome::Accepted, Some("sam")));
        assert_eq!(checker.breaches(), []);
        let mut checker = edited("amina", Part::Other);
        decide(&mut checker, "beth");
        checker.fate("f2", &fate(Outcome::Accepted, Some("beth")));
        assert!(matches!(checker.breaches(), [Breach::NoAuthority { .. }]));
        let mut checker = edited("amina", Part::Other);
        checker.fate("f2", &fate(Outcome::Accepted, Some("sam")));
        assert!(matches!(checker.breaches(), [Breach::NoAuthority { .. }]), "sam decided nothing");
    }

    #[test]
    fn who_is_not_on_the_team_decides_nothing() {
        let mut checker = edited("sam", Part::Other);
        checker.team("grace", "sam", false);
        checker.fate("f1", &fate(Outcome::Accepted, None));
        assert_eq!(checker.breaches(), [], "he was on it when he made the edit");
        checker.tried("phone", "sam", "grace", "later", Tried::Edit(Part::Other));
        let (person, author, stream) = ("grace".into(), "phone".into(), "e1".into());
        checker.saved("phone", Record { person, author, stream, number: 2, content: "later".into() });
        let later = Fate { edit: "grace/phone/e1/2".into(), ..fate(Outcome::Accepted, None) };
        checker.fate("f2", &later);
        assert!(matches!(checker.breaches(), [Breach::NoAuthority { .. }]));
    }

    #[test]
    fn a_second_final_fate_and_a_fate_of_nothing_are_noticed() {
        let mut checker = edited("beth", Part::Clinical);
        checker.fate("f1", &fate(Outcome::Accepted, None));
        checker.fate("f1", &fate(Outcome::Accepted, None));
        assert_eq!(checker.breaches(), [], "the same record again");
        checker.fate("f2", &fate(Outcome::Accepted, None));
        assert_eq!(checker.breaches(), [Breach::TwoFates(EDIT.to_owned())]);
        let mut checker = edited("beth", Part::Clinical);
        checker.fate("f1", &Fate { edit: "grace/phone/e1/9".into(), ..fate(Outcome::Held, None) });
        assert!(matches!(checker.breaches(), [Breach::FateOfNothing(_)]));
    }

    #[test]
    fn what_a_phone_showed_when_the_server_was_set_back_is_not_decided_otherwise() {
        let judge = |outcome: Outcome, also: fn(&mut Checker)| {
            let mut checker = edited("beth", Part::Clinical);
            checker.server_set_back(0);
            let [device, author, staff, person] = ["tablet", "a", "sam", "grace"].map(str::to_owned);
            let (edit, outcome) = (EDIT.to_owned(), (outcome, Outcome::Accepted));
            checker.fate_was_told(Told { device, author, staff, person, edit, outcome: outcome.0 });
            also(&mut checker);
            checker.fate("f2", &fate(outcome.1, None));
            checker.told_fates_stand("another");
            assert_eq!(checker.breaches(), []);
            checker.told_fates_stand("tablet");
            checker.breaches().to_vec()
        };
        let otherwise = Breach::DecidedOtherwise { device: "tablet".to_owned(), edit: EDIT.to_owned() };
        assert_eq!(judge(Outcome::Accepted, |_| {}), []);
        assert_eq!(judge(Outcome::Declined, |_| {}), [otherwise]);
        let excuses: [fn(&mut Checker); 6] = [
            Checker::wait_ended,
            |checker| checker.set_back("tablet", "a"),
            |checker| checker.team("grace", "sam", false),
            |checker| checker.device_holds_nothing("tablet", "grace"),
            |checker| assert!(checker.erased(EDIT)),
            |checker| checker.server_set_back(1),
        ];
        for excuse in excuses {
            assert_eq!(judge(Outcome::Declined, excuse), []);
        }
    }

    #[test]
    fn in_the_end_each_edit_has_a_fate_and_its_author_sees_it() {
        let mut checker = edited("beth", Part::Clinical);
        checker.edit_shown("phone", EDIT, None);
        assert_eq!(checker.breaches(), [Breach::NoFate(EDIT.to_owned())]);
        let mut checker = edited("beth", Part::Clinical);
        checker.fate("f1", &fate(Outcome::Accepted, None));
        checker.edit_shown("phone", EDIT, None);
        assert!(matches!(checker.breaches(), [Breach::NotShown { .. }]));
    }

    #[test]
    fn an_edit_has_no_fate_as_long_as_it_is_kept_apart_and_has_one_once_it_is_released() {
        let (person, author, stream) = ("grace".into(), "phone".into(), "e1".into());
        let edit = Record { person, author, stream, number: 1, content: "edit".into() };
        let mut checker = edited("beth", Part::Clinical);
        checker.server_keeps_apart(vec![edit.clone()]);
        checker.edit_shown("phone", EDIT, None);
        assert_eq!(checker.breaches(), []);
        checker.server_keeps_apart(vec![]);
        checker.server_holds("grace", vec![edit.clone()], 0);
        checker.edit_shown("phone", EDIT, None);
        assert_eq!(checker.breaches(), [Breach::NoFate(EDIT.to_owned())]);
        let mut told = edited("beth", Part::Clinical);
        told.server_keeps_apart(vec![edit]);
        told.edit_shown("phone", EDIT, Some(Outcome::Accepted));
        assert_eq!(told.breaches(), [Breach::NoFate(EDIT.to_owned())], "the phone says what nobody decided");
    }

    #[test]
    fn an_edit_whose_fate_its_author_is_not_told_since_access_ended_is_noticed() {
        let judge = |listed: &[&str], also: fn(&mut Checker)| {
            let mut checker = edited("beth", Part::Clinical);
            checker.fate("f1", &fate(Outcome::Accepted, None));
            checker.team("grace", "beth", false);
            also(&mut checker);
            let listed = listed.iter().map(|name| (*name).to_owned()).collect();
            checker.edits_listed("phone", "phone", &listed);
            checker.breaches().len()
        };
        assert_eq!((judge(&[EDIT], |_| {}), judge(&[], |_| {})), (0, 1));
        assert_eq!(judge(&[], |checker| checker.set_back("phone", "phone")), 0);
        assert_eq!(judge(&[], |checker| assert!(checker.erased(EDIT))), 0);
    }
}
