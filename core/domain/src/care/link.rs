//! A link from one entry of the plan to another: the decision that a change follows from, the goal of a review.

use crate::ids::EntryId;
use crate::plan::edit::Section;
use std::fmt;
use std::str::FromStr;

/// An entry of the plan, written `goals/g1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The section.
    pub section: Section,
    /// The entry.
    pub entry: EntryId,
}

/// Text that is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a link is a section and the name of an entry, such as goals/g1")]
pub struct LinkError;

impl FromStr for Link {
    type Err = LinkError;
    fn from_str(text: &str) -> Result<Self, LinkError> {
        let (section, entry) = text.split_once('/').ok_or(LinkError)?;
        let section = Section::from_code(section).ok_or(LinkError)?;
        Ok(Link { section, entry: entry.parse().map_err(|_| LinkError)? })
    }
}

impl fmt::Display for Link {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}/{}", self.section.code(), self.entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_reads_back_and_what_is_none_is_refused() {
        let link: Link = "goals/g1".parse().expect("a link");
        assert_eq!((link.section, link.to_string().as_str()), (Section::Goals, "goals/g1"));
        for text in ["", "goals", "goals/", "/g1", "nowhere/g1", "goals/a/b", "goals/a b"] {
            assert_eq!(text.parse::<Link>(), Err(LinkError), "{text}");
        }
    }
}
