//! Working together, as remote types: risks, decisions, disagreements, referrals, joint assessment, going home, and
//! what is due of all of them.

use crate::names::Day;
use alongside_replica::NeedsYou;
use alongside_replica::domain::care::clashes::{ClashWhy, VisitName};
use alongside_replica::domain::care::escalation::InTime;
use alongside_replica::domain::care::lacks::Lack;
use alongside_replica::domain::care::triggers::MatchFound;
use alongside_replica::domain::ids::{EntryId, PersonId, StaffId, VisitId};
use alongside_replica::domain::plan::edit::Section;
use alongside_replica::domain::time::Moment;
use alongside_replica::domain::together::assessment::{AssessmentView, Contribution, Side};
use alongside_replica::domain::together::deadline::{Deadline, DeadlineKind, DeadlineState};
use alongside_replica::domain::together::decision::DecisionView;
use alongside_replica::domain::together::discharge::{
    ChecklistItem, DailyReview, DischargeView, Moved, Postponed,
};
use alongside_replica::domain::together::dispute::DisputeView;
use alongside_replica::domain::together::flag::{Flag, FlagWhy};
use alongside_replica::domain::together::needs::Needs;
use alongside_replica::domain::together::owner::Owner;
use alongside_replica::domain::together::referral::ReferralView;
use alongside_replica::domain::together::review::{HeldReview, OpenedReview};
use alongside_replica::domain::together::risk::{RiskView, Score};
use alongside_replica::domain::together::view::{Made, Together, VisitClash};

/// What several services do for one person.
#[uniffi::remote(Record)]
pub struct Together {
    pub risks: Vec<RiskView>,
    pub decisions: Vec<DecisionView>,
    pub disputes: Vec<DisputeView>,
    pub referrals: Vec<ReferralView>,
    pub assessments: Vec<AssessmentView>,
    pub discharge: Option<DischargeView>,
    pub deadlines: Vec<Deadline>,
    pub clashes: Vec<VisitClash>,
    pub flags: Vec<Flag>,
    pub lacks: Vec<Lack>,
}

/// Something that somebody is to do.
#[uniffi::remote(Record)]
pub struct Deadline {
    pub kind: DeadlineKind,
    pub section: Section,
    pub entry: EntryId,
    pub what: String,
    pub owner: Owner,
    pub due: Option<Moment>,
    pub state: DeadlineState,
    pub known_in_time: InTime,
    pub done: Option<Made>,
    pub since: Option<Moment>,
    pub last_held: Option<Day>,
    pub bank_holiday: bool,
    pub delay: String,
}

/// What sort of thing is due.
#[uniffi::remote(Enum)]
pub enum DeadlineKind {
    Action,
    EquipmentCheck,
    Review,
    PlanReview,
    ReviewOpened,
    Decision,
    RiskGap,
    Oversight,
    DisputeCheck,
    Referral,
    AssessmentHealth,
    AssessmentSocialCare,
    Checklist,
    DailyReview,
    Handover,
    Dispute,
    ProblemSolving,
}

/// How a deadline stands.
#[uniffi::remote(Enum)]
pub enum DeadlineState {
    Open,
    DoneInTime,
    DoneLate,
    Overdue,
}

/// Whoever is to do something.
#[uniffi::remote(Record)]
pub struct Owner {
    pub words: String,
    pub staff: Option<StaffId>,
    pub known: bool,
}

/// That somebody put something into the plan.
#[uniffi::remote(Record)]
pub struct Made {
    pub at: Moment,
    pub by: StaffId,
    pub known: Option<Moment>,
}

/// A risk of the plan.
#[uniffi::remote(Record)]
pub struct RiskView {
    pub id: EntryId,
    pub text: String,
    pub scores: Vec<Score>,
    pub likelihood_gap: Option<i64>,
    pub impact_gap: Option<i64>,
    pub own_view: String,
    pub benefit: String,
    pub approach: String,
    pub owner: Owner,
    pub review_on: Option<Day>,
    pub asks_for_decision: bool,
    pub decisions: Vec<EntryId>,
    pub opened: Vec<OpenedReview>,
    pub held: Vec<HeldReview>,
}

/// What one organisation thinks of a risk, each from 1 to 5.
#[uniffi::remote(Record)]
pub struct Score {
    pub organisation: String,
    pub likelihood: Option<i64>,
    pub impact: Option<i64>,
}

/// A decision of the plan, or a question that waits for one.
#[uniffi::remote(Record)]
pub struct DecisionView {
    pub id: EntryId,
    pub question: String,
    pub whose: String,
    pub capacity: String,
    pub capacity_by: String,
    pub options: String,
    pub decision: String,
    pub rationale: String,
    pub own_words: String,
    pub attended: Option<bool>,
    pub took_part: String,
    pub agreed: String,
    pub dissented: String,
    pub final_by: Owner,
    pub final_role: String,
    pub right: Option<EntryId>,
    pub right_about: String,
    pub because: Option<String>,
    pub decided: Option<Made>,
    pub decided_on: Option<Day>,
    pub review_on: Option<Day>,
    pub watched: bool,
    pub opened: Vec<OpenedReview>,
    pub held: Vec<HeldReview>,
    pub flags: Vec<Flag>,
}

/// A review that a review trigger has opened. It is derived, never recorded.
#[uniffi::remote(Record)]
pub struct OpenedReview {
    pub opened: Moment,
    pub observed: Moment,
    pub due: Option<Moment>,
    pub matches: Vec<MatchFound>,
    pub held: Option<HeldReview>,
}

/// A review that was held.
#[uniffi::remote(Record)]
pub struct HeldReview {
    pub review: EntryId,
    pub at: Moment,
    pub made: Made,
    pub held_by: String,
    pub found: String,
    pub agreed: String,
}

/// A disagreement.
#[uniffi::remote(Record)]
pub struct DisputeView {
    pub id: EntryId,
    pub text: String,
    pub about: Option<String>,
    pub by: String,
    pub decides: Owner,
    pub asked_on: Option<Day>,
    pub reached_on: Option<Day>,
    pub reached_by: String,
    pub result: String,
    pub told: String,
    pub check_on: Option<Day>,
    pub check_on_bank_holiday: bool,
    pub checked: Option<Made>,
    pub check_found: String,
    pub settled: bool,
}

/// A referral.
#[uniffi::remote(Record)]
pub struct ReferralView {
    pub id: EntryId,
    pub text: String,
    pub way: String,
    pub service: String,
    pub reason: String,
    pub made_at: Option<Moment>,
    pub state: String,
    pub answer: String,
    pub answered_by: String,
    pub answered: Option<Made>,
    pub triage: String,
    pub owner: Owner,
}

/// A part of a joint assessment.
#[uniffi::remote(Record)]
pub struct AssessmentView {
    pub id: EntryId,
    pub text: String,
    pub referral: Option<EntryId>,
    pub due: Option<Moment>,
    pub contributions: Vec<Contribution>,
    pub complete: Option<Made>,
    pub state: DeadlineState,
    pub known_in_time: InTime,
    pub acknowledged: String,
}

/// What one side contributes.
#[uniffi::remote(Record)]
pub struct Contribution {
    pub side: Side,
    pub owner: Owner,
    pub words: String,
    pub made: Option<Made>,
}

/// The sides of a joint assessment.
#[uniffi::remote(Enum)]
pub enum Side {
    Health,
    SocialCare,
}

/// A person's way home.
#[uniffi::remote(Record)]
pub struct DischargeView {
    pub id: EntryId,
    pub from: String,
    pub pathway: Option<i64>,
    pub home_on: Option<Day>,
    pub home_at: Option<Moment>,
    pub postponed: Vec<Postponed>,
    pub items: Vec<ChecklistItem>,
    pub reviews: Vec<DailyReview>,
    pub accepted_by: Owner,
    pub accepted: Option<Made>,
}

/// The planned day moved.
#[uniffi::remote(Record)]
pub struct Postponed {
    pub from: Day,
    pub to: Day,
    pub made: Made,
    pub delay: String,
}

/// Something that must be ready.
#[uniffi::remote(Record)]
pub struct ChecklistItem {
    pub id: EntryId,
    pub text: String,
    pub owner: Owner,
    pub due: Option<Moment>,
    pub hangs_on_going_home: bool,
    pub state: DeadlineState,
    pub known_in_time: InTime,
    pub done: Option<Made>,
    pub delay: String,
    pub moved: Option<Moved>,
}

/// The due time of something has moved, and its owner has not been told yet.
#[uniffi::remote(Record)]
pub struct Moved {
    pub item: EntryId,
    pub text: String,
    pub owner: Owner,
    pub from: Moment,
    pub to: Moment,
}

/// The joint review of a day.
#[uniffi::remote(Record)]
pub struct DailyReview {
    pub day: Day,
    pub held: Option<Made>,
    pub found: String,
}

/// What a clash names: an entry of the schedule, or one visit on the roster.
#[uniffi::remote(Enum)]
pub enum VisitName {
    Recurring(EntryId),
    Rostered(VisitId),
}

/// Two visits that do not go together, or one that does not fit the person's day.
#[uniffi::remote(Record)]
pub struct VisitClash {
    pub at: Moment,
    pub visit: VisitName,
    pub what: String,
    pub with: Option<VisitName>,
    pub with_what: String,
    pub with_at: Option<Moment>,
    pub why: ClashWhy,
}

/// Something in the plan that somebody should look at.
#[uniffi::remote(Record)]
pub struct Flag {
    pub section: Section,
    pub entry: EntryId,
    pub field: String,
    pub why: FlagWhy,
}

/// Why something is flagged.
#[uniffi::remote(Enum)]
pub enum FlagWhy {
    WhoseNotAsked,
    CapacityNotAsked,
    BestInterests,
    PersonDecides,
    NoRoleDecides,
    NoDecider,
    NoRight,
    RightNotThere,
    RoleHasNoRight,
    NotTheHolder,
    UnknownOwner,
    BankHoliday,
    TriageNotAsked,
    ReviewTooRare,
    HangsOnNothing,
    NobodyBetween,
    SeveralCoordinators,
    CannotBeRead { place: String, reason: String },
    NoDue,
    NoOwner,
    BankHolidaysEnd,
}

/// What needs somebody.
#[uniffi::remote(Record)]
pub struct Needs {
    pub deadlines: Vec<Deadline>,
    pub moved: Vec<Moved>,
    pub clashes: Vec<VisitClash>,
    pub flags: Vec<Flag>,
    pub lacks: Vec<Lack>,
}

/// Why visits clash.
#[uniffi::remote(Enum)]
pub enum ClashWhy {
    SameTime,
    WetDressing,
    OutsideRoutine,
}

/// What of one person's care needs the holder of this phone.
#[uniffi::remote(Record)]
pub struct NeedsYou {
    pub person: PersonId,
    pub name: Option<String>,
    pub needs: Needs,
}
