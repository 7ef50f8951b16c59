//! Access that ends: nothing is wiped without an order, nothing is shown without access, and what was saved is handed in.

use crate::breach::Breach;
use crate::model::Checker;

impl Checker {
    /// A device was said to be stolen.
    pub fn stolen(&mut self, device: &str) {
        self.stolen.insert(device.to_owned());
    }

    /// A device was ordered to wipe what it holds.
    pub fn wipe_ordered(&mut self, device: &str) {
        self.wipe_ordered.insert(device.to_owned());
    }

    /// A phone, enrolled as `device`, has destroyed what it held: the server must have all that was saved on it.
    pub fn wiped(&mut self, phone: &str, device: &str) {
        if !self.wipe_ordered.contains(device) {
            self.breach(Breach::WipedWithoutOrder { device: phone.to_owned() });
        }
        let saved = self.saved.remove(phone).unwrap_or_default();
        self.acknowledged.extend(saved);
    }

    /// A phone shows people though its lease has lapsed.
    pub fn shows_after_lease(&mut self, device: &str) {
        self.breach(Breach::ShowsAfterLease { device: device.to_owned() });
    }

    /// How many records about people whom it may not show a phone holds, after its last sync.
    pub fn device_keeps_unseen(&mut self, device: &str, records: u64) {
        if records > 0 {
            self.breach(Breach::KeepsUnseen { device: device.to_owned(), records });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Record, Tried};

    #[test]
    fn a_wipe_needs_an_order_and_hands_in_what_was_saved() {
        let (person, author, stream) = ("grace".to_owned(), "phone".to_owned(), "e1".to_owned());
        let record = Record { person, author, stream, number: 1, content: "one".to_owned() };
        let mut checker = Checker::new();
        checker.tried("phone", "amina", "grace", "one", Tried::Note);
        checker.saved("phone", record.clone());
        checker.wipe_ordered("phone");
        checker.wiped("phone", "phone");
        assert_eq!(checker.breaches(), []);
        checker.server_holds("grace", vec![], 0);
        assert_eq!(checker.breaches(), [Breach::Lost(record)]);
        let mut checker = Checker::new();
        checker.wiped("phone", "phone");
        assert!(matches!(checker.breaches(), [Breach::WipedWithoutOrder { .. }]));
    }

    #[test]
    fn what_is_left_of_people_who_may_not_be_seen_is_noticed() {
        let mut checker = Checker::new();
        checker.device_keeps_unseen("phone", 0);
        assert_eq!(checker.breaches(), []);
        checker.device_keeps_unseen("phone", 2);
        checker.shows_after_lease("phone");
        assert!(matches!(checker.breaches(), [Breach::KeepsUnseen { .. }, Breach::ShowsAfterLease { .. }]));
    }
}
