//! Another key for the database: at set times, or when the one it has may be known.

use crate::replica::Replica;
use crate::store::StoreError;

impl Replica {
    /// Writes the whole database anew under another key, and destroys the old one: it opens nothing any more. Nothing
    /// else goes on meanwhile. Whenever the phone dies, the next start opens the database with all that is in it.
    ///
    /// # Errors
    /// The key may have been changed or not, and nothing is lost; ask again. Where the file could not be opened again
    /// either, this replica does nothing more: open it anew.
    pub fn change_key(&self) -> Result<(), StoreError> {
        self.inner.state().store.change_key(self.inner.keystore.as_ref(), self.inner.random.as_ref())
    }
}
