//! What every change in the document says about itself in its message: which edit it is, whose, when.
//!
//! So a saved document is enough to say who set what, and what the plan said at any version.

use crate::ids::{AuthorId, Epoch, StaffId};
use crate::journal::{Channel, RecordRef};
use crate::time::Moment;
use automerge::ActorId;
use ring::digest::{Context, SHA256};
use std::fmt;

/// The message of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// The change is an edit.
    Edit(EditStamp),
    /// The change only joins two heads of this version into one.
    Fold {
        /// The version.
        version: u64,
    },
}

/// The edit that a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EditStamp {
    /// The version that it made.
    pub version: u64,
    /// The version that it started from.
    pub base: u64,
    /// Its record.
    pub edit: RecordRef,
    /// Who made it.
    pub author: StaffId,
    /// When.
    pub at: Moment,
}

impl Stamp {
    /// The version that the change belongs to.
    pub fn version(&self) -> u64 {
        match self {
            Stamp::Edit(edit) => edit.version,
            Stamp::Fold { version } => *version,
        }
    }

    /// Reads a message; nothing for text that no store wrote.
    pub fn parse(text: &str) -> Option<Stamp> {
        let mut words = text.split(' ');
        let stamp = match words.next()? {
            "edit" => Stamp::Edit(EditStamp {
                version: words.next()?.parse().ok()?,
                base: words.next()?.parse().ok()?,
                edit: RecordRef {
                    author: words.next()?.parse::<AuthorId>().ok()?,
                    epoch: words.next()?.parse::<Epoch>().ok()?,
                    number: words.next()?.parse().ok()?,
                    channel: Channel::Care,
                },
                author: words.next()?.parse().ok()?,
                at: Moment(words.next()?.parse().ok()?),
            }),
            "fold" => Stamp::Fold { version: words.next()?.parse().ok()? },
            _ => return None,
        };
        words.next().is_none().then_some(stamp)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stamp::Fold { version } => write!(to, "fold {version}"),
            Stamp::Edit(EditStamp { version, base, edit, author, at }) => {
                let RecordRef { author: stream, epoch, number, .. } = edit;
                write!(to, "edit {version} {base} {stream} {epoch} {number} {author} {}", at.0)
            }
        }
    }
}

/// The Automerge actor of all edits in one stream.
pub(super) fn actor_of_stream(author: AuthorId, epoch: Epoch) -> ActorId {
    actor(b"alongside plan edit", author, epoch)
}

/// The Automerge actor of the store's folding changes. Never that of a stream: an edit in isolation must not
/// find its own actor in use by a change that it does not know.
pub(super) fn actor_of_folds(store: AuthorId, epoch: Epoch) -> ActorId {
    actor(b"alongside plan fold", store, epoch)
}

fn actor(purpose: &[u8], author: AuthorId, epoch: Epoch) -> ActorId {
    let mut digest = Context::new(&SHA256);
    for part in [purpose, author.0.as_slice(), epoch.0.as_slice()] {
        digest.update(part);
    }
    ActorId::from(&digest.finish().as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_reads_back_from_its_message() {
        let edit =
            RecordRef { author: AuthorId([1; 16]), epoch: Epoch([2; 8]), number: 7, channel: Channel::Care };
        let stamp = EditStamp { version: 12, base: 3, edit, author: StaffId([4; 16]), at: Moment(-5) };
        for stamp in [Stamp::Edit(stamp), Stamp::Fold { version: 12 }] {
            assert_eq!(Stamp::parse(&stamp.to_string()), Some(stamp));
        }
        for text in ["", "fold", "fold x", "fold 1 2", "edit 1", "other 1"] {
            assert_eq!(Stamp::parse(text), None, "{text:?}");
        }
    }
}
