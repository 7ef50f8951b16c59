//! What was promised is kept, and nothing else is there: acknowledged, saved, phantoms, duplicates, gaps, forks.

use crate::breach::Breach;
use crate::model::{Attempt, Checker, Record, Tried};
use std::collections::{BTreeMap, BTreeSet};

/// How long a device keeps what it wrote about somebody whom it may not show any more, if no backup takes it before.
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

impl Checker {
    /// `staff` sets out to do something about a person on their device. Whether it is saved is not known yet.
    pub fn tried(&mut self, device: &str, staff: &str, person: &str, content: &str, what: Tried) {
        self.clock += 1;
        let attempt =
            Attempt { person: person.to_owned(), by: staff.to_owned(), what, times: 0, since: self.clock };
        let key = [device, person, content].map(str::to_owned);
        self.attempts.entry(key).or_insert(attempt).times += 1;
    }

    /// The screen says that it was not saved: it must not turn up.
    pub fn refused(&mut self, device: &str, person: &str, content: &str) {
        if let Some(attempt) = self.attempts.get_mut(&[device, person, content].map(str::to_owned)) {
            attempt.times -= 1;
        }
    }

    /// The screen says "saved".
    pub fn saved(&mut self, device: &str, record: Record) {
        self.know(&record);
        self.saved.entry(device.to_owned()).or_default().insert(record);
    }

    /// The device's disk is an older copy, or a copy of another's: what came after is not expected there, and
    /// its streams may have two branches.
    pub fn set_back(&mut self, device: &str, author: &str) {
        self.saved.remove(device);
        self.concerns_saved.remove(device);
        self.acts_of_device_in_doubt(device);
        self.set_back.insert(author.to_owned());
    }

    /// The device's disk is damaged: what was saved on it may be lost with it.
    pub fn damaged(&mut self, device: &str, author: &str) {
        self.saved.remove(device);
        self.damaged.insert(author.to_owned());
        self.damaged_holders.insert(device.to_owned());
        self.concerns_saved.remove(device);
        self.acts_of_device_in_doubt(device);
    }

    /// Everything that a device holds about a person, each with whether it says that the server has it.
    pub fn device_holds(&mut self, device: &str, person: &str, mut listed: Vec<(Record, bool)>) {
        // Until it is known to be damaged, its author's device may show what it became.
        listed.retain(|(record, _)| !self.is_changed(record));
        let records: Vec<Record> = listed.iter().map(|(record, _)| record.clone()).collect();
        self.check_list(device, &records, false);
        let here: BTreeSet<&Record> = records.iter().collect();
        let saved = self.saved.get(device).cloned().unwrap_or_default();
        for record in saved.into_iter().filter(|record| record.person == person) {
            // What is kept apart is shown to nobody, not even to its author once it is handed in.
            let is_excused = self.may_be_apart(&record)
                || self.may_be_gone(&record)
                || self.is_to_come(device, &record)
                || self.ended.contains(&record.name());
            if !here.contains(&record) && !is_excused {
                self.breach(Breach::SavedIsGone { device: device.to_owned(), record });
            }
        }
        let receipted = listed.into_iter().filter(|(_, receipted)| *receipted).map(|(record, _)| record);
        self.acknowledged.extend(receipted);
        self.held.insert((device.to_owned(), person.to_owned()), records.into_iter().collect());
    }

    /// The device holds nothing about a person, whom its holder may not see any more. If it was told so before the server
    /// was set back, and took it in after that, it could not know that it had to bring anything back.
    pub fn device_holds_nothing(&mut self, device: &str, person: &str) {
        let key = (device.to_owned(), person.to_owned());
        let gone = self.held.remove(&key).unwrap_or_default();
        self.told.retain(|told| (told.device.as_str(), told.person.as_str()) != (device, person));
        let saved = self.saved.get(device).into_iter().flatten();
        let of_person = saved.filter(|record| record.person == person).cloned();
        self.forgotten.entry(key).or_default().extend(of_person);
        if self.is_healing && !self.began_since.contains(device) {
            let held: BTreeSet<&Record> = self.held.values().flatten().collect();
            let is_lost =
                |record: &Record| record.author == "store" && gone.contains(record) && !held.contains(record);
            self.acknowledged.retain(|record| !is_lost(record));
        }
    }

    /// Whether a device held nothing about a person, and not all of it is known to have come again.
    pub fn has_forgotten(&self, device: &str, person: &str) -> bool {
        self.forgotten.contains_key(&(device.to_owned(), person.to_owned()))
    }

    /// A device has synced to the end, and shows a person: what it had forgotten of them has come again. A server that was
    /// set back may lack what others have still to bring of it, where the device kept it no longer.
    pub fn all_has_come(&mut self, device: &str, person: &str, now: i64) {
        if self.is_healing {
            self.note_left(now);
        }
        self.forgotten.remove(&(device.to_owned(), person.to_owned()));
    }

    /// Whether the holder had forgotten it, with access to the person, and has not synced to the end since that is back, or
    /// had to wait for others to bring it.
    fn is_to_come(&self, holder: &str, record: &Record) -> bool {
        let forgotten = self.forgotten.get(&(holder.to_owned(), record.person.clone()));
        self.left.contains(&record.name())
            || forgotten.is_some_and(|forgotten| forgotten.iter().any(|other| other.name() == record.name()))
    }

    /// A device, by its own name, begins to sync: what it forgets from now on, it may have been told by a server that was
    /// set back and wants what it keeps.
    pub fn sync_begins(&mut self, device: &str) {
        self.began_since.insert(device.to_owned());
        self.began_at.insert(device.to_owned(), self.clock);
    }

    /// Whether somebody was off a team at any moment since a device, by its own name, began to sync: it may have been told
    /// so, and have forgotten the person, also where they are on the team again by then.
    pub fn may_forget(&self, device: &str, person: &str, staff: &str) -> bool {
        let Some(changes) = self.teams.get(&(person.to_owned(), staff.to_owned())) else { return true };
        let since = self.began_at.get(device).copied().unwrap_or(0);
        let before = changes.iter().rev().find(|(at, _)| *at <= since);
        before.is_none_or(|(_, on)| !*on) || changes.iter().any(|(at, on)| *at > since && !*on)
    }

    /// A page that waits on a device was changed after it was sealed: until all is over, others may come before it.
    pub fn page_changed(&mut self, author: &str) {
        self.pages_changed.insert(author.to_owned());
    }

    /// A device, by its author's name, shows a person now, by the true time.
    pub fn shows(&mut self, author: &str, person: &str, now: i64) {
        if self.is_healing {
            // It may have come to its end before access came back.
            self.note_ended(now);
        }
        self.shown_at.insert((author.to_owned(), person.to_owned()), now);
    }

    /// A sync of a device, by its own name and its author's, has ended well. If it began since the server was set back,
    /// the device keeps from now on what it has for that; if it had begun before, all its answers may be of before.
    pub fn came_home(&mut self, device: &str, author: &str, now: i64) {
        if self.began_since.contains(device) {
            self.home_at.entry(author.to_owned()).or_insert(now);
        }
    }

    /// Whether the device that wrote it may keep it no longer: since so long it may not show the person, until it came home
    /// or until `now`.
    fn may_have_left(&self, record: &Record, now: i64) -> bool {
        let shown = self.shown_at.get(&(record.author.clone(), record.person.clone()));
        let since = shown.max(self.made.get(&record.name()));
        let until = self.home_at.get(&record.author).copied().unwrap_or(now);
        self.is_device(&record.author) && since.is_some_and(|since| until - since >= KEPT_MS)
    }

    /// What devices had forgotten and may keep no longer: a server that was set back gets it from others, and so do they.
    fn note_left(&mut self, now: i64) {
        let forgotten = self.forgotten.values().flatten();
        let left = forgotten.filter(|record| self.may_have_left(record, now)).map(Record::name);
        let left: Vec<String> = left.collect();
        self.left.extend(left);
    }

    /// What nobody can bring back to a server that was set back: the device that wrote it may keep it no longer, and no
    /// other device holds it.
    fn note_ended(&mut self, now: i64) {
        self.note_left(now);
        let held: BTreeSet<&Record> = self.held.values().flatten().collect();
        let has_ended = |record: &&Record| self.may_have_left(record, now) && !held.contains(record);
        let known = self.named.values().flatten();
        let ended: BTreeSet<String> = known.filter(has_ended).map(Record::name).collect();
        self.acknowledged.retain(|record| !ended.contains(&record.name()));
        self.apart.retain(|record| !ended.contains(&record.name()));
        self.ended.extend(ended);
    }

    /// The server's disk is an older copy: phones have to bring back what came after. A fate that nobody but the
    /// server has seen was never told, and of one that only those have seen who may not any more, nobody is left who
    /// could bring it.
    pub fn server_set_back(&mut self, now: i64) {
        self.is_healing = true;
        let held: BTreeSet<&Record> = self.held.values().flatten().collect();
        self.acknowledged.retain(|record| record.author != "store" || held.contains(record));
        self.home_at.clear();
        self.began_since.clear();
        self.note_ended(now);
        self.concerns_set_back();
        self.cases_set_back();
        self.fates.clear();
        self.final_fates.clear();
        self.told.clear();
        // So is a corrected time, and the phone may have started anew since.
        self.known_within.clear();
        // And so is when records had come in, and those which had may come back by way of others.
        self.sent = self.made.keys().map(|name| (name.clone(), i64::MIN)).collect();
    }

    /// Every phone has had the time to bring back what it knows: from now on nothing may be lacking.
    pub fn server_healed(&mut self, now: i64) {
        if self.is_healing {
            self.note_ended(now);
        }
        self.pages_changed.clear();
        self.left.clear();
        self.is_healing = false;
    }

    /// Everything that the server holds about a person, and how many records it says are branches.
    pub fn server_holds(&mut self, person: &str, records: Vec<Record>, branches: u64) {
        self.check_list("server", &records, true);
        let here: BTreeSet<&Record> = records.iter().collect();
        let promised = self.acknowledged.iter().filter(|record| record.person == person && !self.is_healing);
        let lost = promised.filter(|record| !here.contains(record) && !self.apart_now.contains(record));
        let lost: Vec<Record> = lost.filter(|record| !self.may_be_gone(record)).cloned().collect();
        lost.into_iter().for_each(|record| self.breach(Breach::Lost(record)));
        let names: BTreeSet<String> = records.iter().map(Record::name).collect();
        if let Some(record) = records.last().filter(|_| names.len() < records.len() && branches == 0) {
            self.breach(Breach::ForkNotNoticed(record.clone()));
        }
        self.server.insert(person.to_owned(), records);
    }

    /// Everything that the server keeps apart until a manager releases it. Told before [`Checker::server_holds`].
    pub fn server_keeps_apart(&mut self, records: Vec<Record>) {
        records.iter().for_each(|record| {
            self.know(record);
            self.check_tried(record, 1);
        });
        self.apart_now = records.iter().cloned().collect();
        self.apart.extend(records);
        let gone = |record: &&Record| !self.apart_now.contains(*record);
        let gone: Vec<Record> = self.apart.iter().filter(gone).cloned().collect();
        // A manager has released it, or it is lost: it must be among what the server holds from now on.
        self.acknowledged.extend(gone);
    }

    fn check_list(&mut self, holder: &str, records: &[Record], forks_allowed: bool) {
        let mut times: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut numbers: BTreeMap<(&str, &str, &str), BTreeSet<u64>> = BTreeMap::new();
        for record in records {
            self.know(record);
            *times.entry((&record.author, &record.content)).or_default() += 1;
            let stream = (record.person.as_str(), record.author.as_str(), record.stream.as_str());
            let is_new = numbers.entry(stream).or_default().insert(record.number);
            if !is_new && !forks_allowed {
                self.breach(Breach::Duplicate(record.clone()));
            }
        }
        for record in records {
            let found = times[&(record.author.as_str(), record.content.as_str())];
            self.check_tried(record, found);
            let stream = (record.person.as_str(), record.author.as_str(), record.stream.as_str());
            let follows = record.number == 1
                || numbers[&stream].contains(&(record.number - 1))
                || self.may_be_gone(&Record { number: record.number - 1, ..record.clone() });
            let is_excused = self.is_apart_before(record)
                || self.pages_changed.contains(&record.author)
                || self.ended.contains(&Record { number: record.number - 1, ..record.clone() }.name())
                || self.comes_again(holder)
                || self.may_hold_digests(holder)
                || self.is_to_come(holder, &Record { number: record.number - 1, ..record.clone() })
                || (holder != "server" && self.may_be_apart(record));
            if !follows && !is_excused {
                self.breach(Breach::Gap { holder: holder.to_owned(), record: record.clone() });
            }
        }
    }

    /// Whether a digest may stand in its place.
    fn may_be_gone(&self, record: &Record) -> bool {
        self.is_erased(record) || self.is_changed(record)
    }

    /// Whether what is not here may come again from others, in any order: to a server that was set back, and to who
    /// asks it until then; and to a phone whose disk is damaged.
    fn comes_again(&self, holder: &str) -> bool {
        self.is_healing || self.damaged_holders.contains(holder)
    }

    /// Whether the record before this one in its stream was ever kept apart.
    fn is_apart_before(&self, record: &Record) -> bool {
        let number = record.number - 1;
        self.apart.iter().any(|apart| apart.name() == Record { number, ..record.clone() }.name())
    }

    /// Whether records of this stream may be kept apart without the model having seen it yet: the device was stolen, or
    /// its holder wrote about this person before they ever were on the care team.
    fn may_be_apart(&self, record: &Record) -> bool {
        self.stolen.contains(&record.author)
            || self.attempts.iter().any(|([device, person, _], attempt)| {
                *device == record.author
                    && *person == record.person
                    && !self.was_ever_on_team(person, &attempt.by, attempt.since)
            })
    }

    /// A device's record was tried by somebody, about that person, at least as often as it is found.
    fn check_tried(&mut self, record: &Record, found: usize) {
        if !self.is_device(&record.author) {
            return;
        }
        match self.attempt(record) {
            None => self.breach(Breach::Phantom(record.clone())),
            Some(attempt) if attempt.times == 0 => self.breach(Breach::Phantom(record.clone())),
            Some(attempt) if attempt.times < found => self.breach(Breach::Duplicate(record.clone())),
            Some(_) => {}
        }
    }

    /// The server's store is no device: what it writes is judged as fates.
    fn is_device(&self, author: &str) -> bool {
        author != "store"
    }

    /// One name is one record, for ever, unless its author was set back.
    fn know(&mut self, record: &Record) {
        let known = self.named.entry(record.name()).or_default();
        known.insert(record.clone());
        let other = known.iter().find(|other| *other != record).cloned();
        if let Some(other) = other
            && !self.set_back.contains(&record.author)
        {
            self.breach(Breach::TwoOfOneName(other, record.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u64, content: &str) -> Record {
        let (person, author, stream) = ("grace".into(), "phone".into(), "e1".into());
        Record { person, author, stream, number, content: content.into() }
    }

    /// A phone has saved one and two.
    fn two_saved() -> Checker {
        let mut checker = Checker::new();
        checker.team("grace", "amina", true);
        for (number, content) in [(1, "one"), (2, "two")] {
            checker.tried("phone", "amina", "grace", content, Tried::Note);
            checker.saved("phone", record(number, content));
        }
        checker
    }

    /// A sync of the phone, from its beginning to its end.
    fn phone_syncs(checker: &mut Checker) {
        checker.sync_begins("phone");
        checker.came_home("phone", "phone", 9);
    }

    fn listed(records: &[Record], receipted: bool) -> Vec<(Record, bool)> {
        records.iter().map(|record| (record.clone(), receipted)).collect()
    }

    #[test]
    fn what_is_kept_breaks_nothing() {
        let mut checker = two_saved();
        let both = [record(1, "one"), record(2, "two")];
        checker.device_holds("phone", "grace", listed(&both, true));
        checker.server_holds("grace", both.to_vec(), 0);
        assert_eq!(checker.breaches(), []);
    }

    #[test]
    fn a_saved_record_that_is_gone_is_noticed_unless_the_disk_was_set_back() {
        let mut checker = two_saved();
        checker.device_holds("phone", "grace", listed(&[record(1, "one")], false));
        let gone = Breach::SavedIsGone { device: "phone".into(), record: record(2, "two") };
        assert_eq!(checker.breaches(), [gone]);
        let mut checker = two_saved();
        checker.set_back("phone", "phone");
        checker.device_holds("phone", "grace", listed(&[record(1, "one")], false));
        assert_eq!(checker.breaches(), []);
    }

    #[test]
    fn an_acknowledged_record_that_the_server_lacks_is_lost() {
        let mut checker = two_saved();
        checker.device_holds("phone", "grace", listed(&[record(1, "one"), record(2, "two")], true));
        checker.server_holds("grace", vec![record(1, "one")], 0);
        assert_eq!(checker.breaches(), [Breach::Lost(record(2, "two"))]);
    }

    #[test]
    fn a_server_that_was_set_back_has_until_it_is_healed() {
        let mut checker = two_saved();
        checker.device_holds("phone", "grace", listed(&[record(1, "one"), record(2, "two")], true));
        checker.server_set_back(0);
        checker.server_holds("grace", vec![record(1, "one")], 0);
        assert_eq!(checker.breaches(), []);
        checker.server_healed(0);
        checker.server_holds("grace", vec![record(1, "one")], 0);
        assert_eq!(checker.breaches(), [Breach::Lost(record(2, "two"))]);
    }

    #[test]
    fn what_only_those_have_seen_who_may_not_any_more_cannot_be_brought_back_to_a_server() {
        let fate = Record { author: "store".to_owned(), ..record(1, "held") };
        let told = || {
            let mut checker = two_saved();
            checker.device_holds("phone", "grace", listed(std::slice::from_ref(&fate), true));
            checker
        };
        let judge = |mut checker: Checker| {
            checker.server_set_back(0);
            checker.server_healed(0);
            checker.server_holds("grace", vec![], 0);
            checker.breaches().contains(&Breach::Lost(fate.clone()))
        };
        assert!(judge(told()), "the phone has to bring it");
        let mut forgot = told();
        forgot.device_holds_nothing("phone", "grace");
        assert!(!judge(forgot));
    }

    #[test]
    fn what_a_phone_forgets_by_an_answer_of_before_a_restore_cannot_be_brought_back_and_by_a_later_one_must()
    {
        let fate = Record { author: "store".to_owned(), ..record(1, "held") };
        let judge = |also: fn(&mut Checker)| {
            let mut checker = two_saved();
            checker.device_holds("phone", "grace", listed(std::slice::from_ref(&fate), true));
            checker.sync_begins("phone");
            checker.server_set_back(0);
            also(&mut checker);
            checker.device_holds_nothing("phone", "grace");
            checker.server_healed(0);
            checker.server_holds("grace", vec![], 0);
            checker.breaches().contains(&Breach::Lost(fate.clone()))
        };
        assert!(!judge(|_| {}), "its sync had begun before");
        assert!(judge(|checker| checker.sync_begins("phone")), "it has heard of the restore");
        let tablet = |checker: &mut Checker| {
            let fate = Record { author: "store".to_owned(), ..record(1, "held") };
            checker.device_holds("tablet", "grace", listed(&[fate], true));
        };
        assert!(judge(tablet), "another device holds it");
    }

    #[test]
    fn what_a_device_kept_of_its_own_must_come_back_for_seven_days_after_access_has_ended_and_no_longer() {
        let judge = |days: i64, also: fn(&mut Checker)| {
            let mut checker = two_saved();
            let both = listed(&[record(1, "one"), record(2, "two")], true);
            checker.device_holds("phone", "grace", both);
            checker.shows("phone", "grace", 5);
            checker.device_holds_nothing("phone", "grace");
            also(&mut checker);
            checker.server_set_back(6);
            checker.server_healed(5 + days * 24 * 60 * 60 * 1000);
            checker.server_holds("grace", vec![], 0);
            checker.breaches().len()
        };
        assert_eq!((judge(6, |_| {}), judge(7, |_| {})), (2, 0));
        let tablet = |checker: &mut Checker| {
            checker.device_holds("tablet", "grace", listed(&[record(1, "one")], false));
        };
        assert_eq!(judge(7, tablet), 1, "another device holds the first");
        assert_eq!(judge(7, phone_syncs), 0, "it came home before");
        let home = |checker: &mut Checker| {
            checker.server_set_back(6);
            phone_syncs(checker);
            checker.server_healed(i64::MAX);
            checker.server_holds("grace", vec![], 0);
            assert_eq!(checker.breaches().len(), 2, "it came home in time");
        };
        judge(7, home);
        let mut back = two_saved();
        back.shows("phone", "grace", 5);
        back.server_set_back(6);
        back.shows("phone", "grace", 5 + KEPT_MS);
        back.device_holds("phone", "grace", vec![]);
        assert_eq!(back.breaches(), [], "access has come back later");
    }

    #[test]
    fn a_sync_that_had_begun_before_the_server_was_set_back_brings_no_device_home() {
        let judge = |also: fn(&mut Checker)| {
            let mut checker = two_saved();
            checker.shows("phone", "grace", 5);
            checker.device_holds_nothing("phone", "grace");
            checker.sync_begins("phone");
            checker.server_set_back(6);
            checker.came_home("phone", "phone", 9);
            also(&mut checker);
            checker.server_healed(5 + KEPT_MS);
            checker.server_holds("grace", vec![record(2, "two")], 0);
            checker.breaches().len()
        };
        assert_eq!(judge(|_| {}), 0, "what it kept of the first had come to its end");
        assert_eq!(judge(phone_syncs), 1, "it came home in time");
    }

    #[test]
    fn what_a_device_has_forgotten_with_access_must_be_there_when_it_has_synced_with_access_again() {
        let mut checker = two_saved();
        checker.device_holds_nothing("phone", "grace");
        for (number, content) in [(3, "three"), (4, "four")] {
            checker.tried("phone", "amina", "grace", content, Tried::Note);
            checker.saved("phone", record(number, content));
        }
        let new = [record(3, "three"), record(4, "four")];
        checker.device_holds("phone", "grace", listed(&new, false));
        assert_eq!(checker.breaches(), [], "the first two are still to come");
        checker.device_holds("phone", "grace", listed(&new[..1], false));
        let gone =
            |number, content| Breach::SavedIsGone { device: "phone".into(), record: record(number, content) };
        assert_eq!(checker.breaches(), [gone(4, "four")], "what was saved since then was never forgotten");
        checker.all_has_come("phone", "grace", 0);
        checker.device_holds("phone", "grace", listed(&new, false));
        let gap = Breach::Gap { holder: "phone".into(), record: record(3, "three") };
        assert_eq!(checker.breaches()[1..], [gap, gone(1, "one"), gone(2, "two")]);
    }

    #[test]
    fn what_a_device_kept_no_longer_may_be_missing_there_until_others_have_brought_it_to_a_restored_server() {
        let judge = |days: i64, also: fn(&mut Checker)| {
            let mut checker = two_saved();
            let both = listed(&[record(1, "one"), record(2, "two")], true);
            checker.device_holds("tablet", "grace", both);
            checker.shows("phone", "grace", 5);
            checker.device_holds_nothing("phone", "grace");
            checker.server_set_back(6);
            checker.sync_begins("phone");
            let now = 5 + days * 24 * 60 * 60 * 1000;
            also(&mut checker);
            checker.all_has_come("phone", "grace", now);
            checker.came_home("phone", "phone", now);
            checker.shows("phone", "grace", now);
            checker.device_holds("phone", "grace", vec![]);
            let before = checker.breaches().len();
            checker.server_healed(now);
            checker.device_holds("phone", "grace", vec![]);
            (before, checker.breaches().len())
        };
        assert_eq!(judge(6, |_| {}), (2, 2), "it had to bring them itself");
        assert_eq!(judge(7, |_| {}), (0, 2), "in the end they are there");
        let cut = |checker: &mut Checker| checker.shows("phone", "grace", 5 + KEPT_MS);
        assert_eq!(judge(7, cut), (0, 2), "a sync before was broken off when it showed the person again");
        assert_eq!(judge(7, phone_syncs), (2, 2), "it came home in time");
    }

    #[test]
    fn who_was_off_a_team_while_their_device_synced_may_have_been_forgotten_there() {
        let mut checker = Checker::new();
        assert!(checker.may_forget("phone", "grace", "amina"), "who was never on it");
        checker.team("grace", "amina", true);
        checker.sync_begins("phone");
        assert!(!checker.may_forget("phone", "grace", "amina"));
        checker.team("grace", "amina", false);
        checker.team("grace", "amina", true);
        assert!(checker.may_forget("phone", "grace", "amina"), "its answer may be of between");
        checker.sync_begins("phone");
        assert!(!checker.may_forget("phone", "grace", "amina"), "what it is told now is of after that");
    }

    #[test]
    fn what_nobody_tried_is_a_phantom_and_what_is_there_twice_a_duplicate() {
        let mut checker = two_saved();
        checker.server_holds("grace", vec![record(1, "one"), record(2, "two"), record(3, "three")], 0);
        assert_eq!(checker.breaches(), [Breach::Phantom(record(3, "three"))]);
        let mut checker = two_saved();
        checker.server_holds("grace", vec![record(1, "one"), record(2, "two"), record(3, "two")], 0);
        assert!(checker.breaches().contains(&Breach::Duplicate(record(3, "two"))));
    }

    #[test]
    fn what_is_kept_apart_is_not_lost_and_what_is_gone_from_there_must_be_held() {
        let mut checker = two_saved();
        checker.device_holds("phone", "grace", listed(&[record(1, "one"), record(2, "two")], true));
        checker.server_keeps_apart(vec![record(1, "one")]);
        checker.server_holds("grace", vec![record(2, "two")], 0);
        assert_eq!(checker.breaches(), [], "the gap is explained");
        checker.server_keeps_apart(vec![]);
        checker.server_holds("grace", vec![record(2, "two")], 0);
        assert_eq!(checker.breaches(), [Breach::Lost(record(1, "one"))]);
    }

    #[test]
    fn a_gap_on_a_device_is_explained_where_a_stranger_wrote_and_nowhere_else() {
        let gap = |with_stranger: bool| {
            let mut checker = Checker::new();
            if !with_stranger {
                checker.team("grace", "amina", true);
            }
            checker.tried("phone", "amina", "grace", "one", Tried::Note);
            checker.team("grace", "amina", true);
            checker.tried("phone", "amina", "grace", "two", Tried::Note);
            checker.device_holds("tablet", "grace", listed(&[record(2, "two")], false));
            checker.breaches().len()
        };
        assert_eq!((gap(true), gap(false)), (0, 1));
    }

    #[test]
    fn what_was_refused_must_not_turn_up() {
        let mut checker = two_saved();
        checker.tried("phone", "amina", "grace", "three", Tried::Note);
        checker.refused("phone", "grace", "three");
        checker.server_holds("grace", vec![record(1, "one"), record(2, "two"), record(3, "three")], 0);
        assert_eq!(checker.breaches(), [Breach::Phantom(record(3, "three"))]);
    }

    #[test]
    fn a_gap_in_a_stream_is_noticed() {
        let mut checker = two_saved();
        checker.server_holds("grace", vec![record(2, "two")], 0);
        assert!(matches!(checker.breaches(), [Breach::Gap { .. }]));
    }

    #[test]
    fn what_is_in_a_page_that_was_changed_may_come_behind_others_and_must_come() {
        let mut checker = two_saved();
        checker.page_changed("phone");
        checker.server_holds("grace", vec![record(2, "two")], 0);
        assert_eq!(checker.breaches(), []);
        checker.server_healed(0);
        checker.server_holds("grace", vec![record(2, "two")], 0);
        assert!(matches!(checker.breaches(), [Breach::Gap { .. }]));
    }

    #[test]
    fn what_comes_again_may_come_with_a_gap_until_a_restored_server_is_healed_and_to_a_damaged_phone() {
        let second = || vec![record(2, "two")];
        let mut checker = two_saved();
        checker.server_set_back(0);
        checker.server_holds("grace", second(), 0);
        checker.device_holds("tablet", "grace", listed(&second(), false));
        checker.damaged("phone", "phone");
        checker.device_holds("phone", "grace", listed(&second(), false));
        assert_eq!(checker.breaches(), []);
        checker.server_healed(0);
        checker.device_holds("phone", "grace", listed(&second(), false));
        assert_eq!(checker.breaches(), []);
        checker.server_holds("grace", second(), 0);
        assert!(matches!(checker.breaches(), [Breach::Gap { .. }]));
    }

    #[test]
    fn two_records_of_one_name_are_a_breach_or_a_fork_that_must_be_noticed() {
        let mut checker = two_saved();
        checker.tried("phone", "amina", "grace", "other", Tried::Note);
        checker.saved("phone", record(2, "other"));
        assert!(matches!(checker.breaches(), [Breach::TwoOfOneName(..)]));
        let mut checker = two_saved();
        checker.set_back("phone", "phone");
        checker.tried("phone", "amina", "grace", "other", Tried::Note);
        checker.saved("phone", record(2, "other"));
        let all = vec![record(1, "one"), record(2, "two"), record(2, "other")];
        checker.server_holds("grace", all.clone(), 1);
        assert_eq!(checker.breaches(), []);
        checker.server_holds("grace", all, 0);
        assert!(matches!(checker.breaches(), [Breach::ForkNotNoticed(_)]));
    }
}
