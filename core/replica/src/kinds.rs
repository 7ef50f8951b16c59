//! The kinds of observation that there are: those that ship and, once the server has told them, the organisation's own.

use crate::replica::{Inner, Replica, State};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::labels::{Labels, labels_with};
use std::sync::Arc;

impl Replica {
    /// All kinds of observation that this phone knows now. A sync may bring others: ask again when something changed.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.inner.catalogue()
    }

    /// The label of each code in a language that ships; those of the organisation's own kinds are its own words.
    pub fn labels(&self, locale: &str) -> Labels {
        labels_with(&self.catalogue(), locale)
    }
}

impl Inner {
    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(self.state().store.catalogue())
    }
}

impl State {
    /// The organisation's kinds have come: every view is folded anew with them.
    pub(crate) fn take_up_kinds(&mut self) {
        self.store.read_catalogue();
        self.plans.clear();
        self.people.clear();
    }
}
