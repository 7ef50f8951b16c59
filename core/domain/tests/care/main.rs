//! The rules of care, R1 to R7, D11 and those around them, each as a test that is named for it.

mod absence;
mod access;
mod additions;
mod any_order;
mod break_glass;
#[path = "../support/cases.rs"]
mod cases;
mod catalogue;
mod corrections;
mod day;
mod day_properties;
mod days;
mod emergency;
mod escalations;
mod labels;
mod lacks;
mod lives;
mod looks;
mod needed;
mod news2;
mod plans;
mod properties;
mod reablement;
mod received;
mod sbard;
mod schedule;
mod sharing;
mod support;
mod together;
mod together_ahead;
mod together_lists;
mod together_properties;
mod triggers;
mod visits;
mod wound_care;
