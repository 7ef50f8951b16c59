//! Faults of memory, for simulations and tests: a bit that changes after a page was sealed.

use crate::replica::Replica;
use crate::store::StoreError;

impl Replica {
    /// As if memory had changed a bit of a page after it was sealed: of all pages that wait, at `place`. `false` where none
    /// waits.
    #[doc(hidden)]
    pub fn flip_bit_of_waiting_page(&self, place: usize) -> Result<bool, StoreError> {
        self.inner.state().transact(|store, identity, pages| {
            pages.cut(store, identity)?;
            store.flip_bit_of_waiting_page(place)
        })
    }

    /// The same of a record, in its page and in the journal. `named`: which one; after an error it may be changed or not.
    #[doc(hidden)]
    pub fn flip_bit_of_waiting_record(
        &self,
        place: usize,
        named: &mut Option<(alongside_domain::journal::StreamId, u64)>,
    ) -> Result<(), StoreError> {
        self.inner.state().transact(|store, identity, pages| {
            pages.cut(store, identity)?;
            *named = store.flip_bit_of_waiting_record(identity.device, place)?;
            Ok(())
        })
    }
}
