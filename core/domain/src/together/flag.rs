//! What does not fit together in the plan: flagged with its place and the reason, never refused in silence.

use crate::care::hours::bank_holidays_end;
use crate::ids::EntryId;
use crate::plan::edit::Section;
use serde::Serialize;
use std::borrow::Cow;

/// Something in the plan that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flag {
    /// The section.
    pub section: Section,
    /// The entry.
    pub entry: EntryId,
    /// The field.
    pub field: String,
    /// The reason.
    pub why: FlagWhy,
}

/// Why something is flagged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagWhy {
    /// Decided, and nobody has said whose decision it is.
    WhoseNotAsked,
    /// Decided, and nobody has said whether the person has capacity for it.
    CapacityNotAsked,
    /// Said to be the person's own decision, for which they lack capacity.
    BestInterests,
    /// Decided in best interests, though the person has capacity for it.
    PersonDecides,
    /// A person with capacity decides for themself: no role holds the final decision.
    NoRoleDecides,
    /// Decided, and nobody is named who held the final decision.
    NoDecider,
    /// The final decision rests on no decision right of the plan.
    NoRight,
    /// The decision right that it names was not in the plan.
    RightNotThere,
    /// The decision right gives this role no final decision.
    RoleHasNoRight,
    /// The decision right names somebody else.
    NotTheHolder,
    /// Nobody of this name is in the plan.
    UnknownOwner,
    /// A bank holiday: the date is kept.
    BankHoliday,
    /// A referral in, and nobody has said whether social care was asked.
    TriageNotAsked,
    /// Reviewed less often than a package of this kind is.
    ReviewTooRare,
    /// It hangs on a referral, or on going home, that the plan does not have.
    HangsOnNothing,
    /// To be done more often than visits come, and nobody is named who does it between them.
    NobodyBetween,
    /// Another contact is the care coordinator already: there is one.
    SeveralCoordinators,
    /// The entry cannot be acted on as it stands: a trigger is never met, a visit is on no list.
    CannotBeRead {
        /// Where inside the field, such as `any[1].change.field`; empty for the whole.
        place: String,
        /// What is wrong, and what is allowed.
        reason: String,
    },
    /// To be ready for going home, and nobody has said by when.
    NoDue,
    /// To be ready for going home, and nobody is named who sees to it.
    NoOwner,
    /// Which days are bank holidays then is not known: the list of them ends before.
    BankHolidaysEnd,
}

impl FlagWhy {
    /// The reason, in words.
    pub fn words(&self) -> Cow<'static, str> {
        let words = match self {
            FlagWhy::WhoseNotAsked => "nobody has said whose decision it is",
            FlagWhy::CapacityNotAsked => "nobody has said whether the person has capacity for it",
            FlagWhy::BestInterests => "without capacity it is decided in best interests",
            FlagWhy::PersonDecides => "a person with capacity decides for themself",
            FlagWhy::NoRoleDecides => "the person decides: a role decides only what services provide",
            FlagWhy::NoDecider => "nobody is named who held the final decision",
            FlagWhy::NoRight => "it rests on no decision right of the plan",
            FlagWhy::RightNotThere => "the decision right was not in the plan",
            FlagWhy::RoleHasNoRight => "the decision right gives this role no final decision",
            FlagWhy::NotTheHolder => "the decision right names somebody else",
            FlagWhy::UnknownOwner => "nobody of this name is in the plan",
            FlagWhy::BankHoliday => "a bank holiday: the date is kept",
            FlagWhy::TriageNotAsked => "nobody has said whether social care was asked at triage",
            FlagWhy::ReviewTooRare => "a package of this kind is reviewed more often",
            FlagWhy::HangsOnNothing => "what it hangs on is not in the plan",
            FlagWhy::NobodyBetween => {
                "visits are less often than this: nobody is named who does it between them"
            }
            FlagWhy::SeveralCoordinators => "another contact is the care coordinator: there is one",
            FlagWhy::NoDue => "nobody has said by when",
            FlagWhy::NoOwner => "nobody is named who sees to it",
            FlagWhy::BankHolidaysEnd => {
                let last = bank_holidays_end().format("%-d %B %Y");
                return format!(
                    "the list of bank holidays ends on {last}: an update of the app brings a newer one"
                )
                .into();
            }
            FlagWhy::CannotBeRead { place, reason } => {
                let at = if place.is_empty() { String::new() } else { format!(" at {place}") };
                return format!("it does nothing as it stands{at}: {reason}").into();
            }
        };
        words.into()
    }
}
