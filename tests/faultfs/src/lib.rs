//! Disks in memory that fail as real ones do, beneath every SQLite database of this process.
//!
//! [`install`] makes them SQLite's default VFS. A path below a mounted folder is a file of that [`Disk`]; the
//! product opens its databases as ever and knows of nothing. What a disk does is decided by its owner: it is cut
//! from its power, it fills up, a sync fails, a bit changes, it is copied and put back. Only bytes whose sync
//! returned without an error are certain to be there after a loss of power.
//!
//! Absent on purpose: randomness. Whoever injects a fault says which bytes it takes.

mod disk;
mod file;
mod locks;
mod vfs;

pub use disk::{Counts, Disk, Image, Loss, Mount, SECTOR_BYTES};
pub use vfs::{install, reset_randomness};
