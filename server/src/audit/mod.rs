//! The audit trail: who read, wrote, was refused or exported what, about whom, when. It only grows, and each entry's
//! link covers all before it.
//!
//! Console and administration note what they do in one place each ([`layer`]), exchanges with devices in another
//! ([`exchange`]). An entry is durable before the page that it is about is shown. **Nothing about concerns is in it**: who
//! was given one and who read it is kept apart for those alone who take part, and neither an entry, nor a number, nor a
//! head tells whether there are any.

mod entry;
pub mod exchange;
mod heads;
pub mod layer;
mod limit;
mod watch;
mod witness;

pub use entry::{Entry, Outcome, TrailHead, What, Who, head_message, link};
pub use heads::Heads;
pub use limit::Repeats;
pub use watch::Watch;
