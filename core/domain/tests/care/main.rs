//! The rules of care, R1 to R7 and those around them, each as a test that is named for it.

mod absence;
mod access;
mod corrections;
mod escalations;
mod plans;
mod properties;
mod received;
mod support;
mod triggers;
mod visits;
mod wound_care;
