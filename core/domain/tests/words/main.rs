//! The check of objective words: its rules by name.

mod properties;
mod rules;
