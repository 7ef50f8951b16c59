//! Care: the catalogue, visits, triggers, escalations and aligned notes. Each view is a fold over entries.
