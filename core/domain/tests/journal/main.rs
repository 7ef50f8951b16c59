//! The journal's proof and its bytes: what is made checks, what is altered is noticed, what is hidden stays
//! hidden, what is hostile is refused, and what was written once can be read for ever.

mod alterations;
mod corrected;
mod diagnostic;
mod erased;
mod evidence;
mod extracts;
mod golden;
mod hostile;
mod made;
mod scripts;
mod sealed;
