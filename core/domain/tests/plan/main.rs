//! The plan's behaviour as the rest of the system sees it: the store writes, replicas replay, people choose.

#[path = "../support/cases.rs"]
mod cases;
mod cost;
mod document;
mod erased;
mod fates;
mod overlay;
mod people;
mod replay;
mod scripts;
mod support;
mod unseen;
