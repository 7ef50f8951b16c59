//! The parts of the plan as data: what each is called, and which fields its entries may have.

use super::fields::PlanFieldRule;
use super::fields::PlanFieldType as T;
use super::fields::{clinical, plain, required};
use crate::plan::edit::Section;

/// Codes of the roles that `may_change` may name.
pub const ROLE_CODES: &[&str] = &["nurse", "therapist", "supervisor", "manager", "social_worker"];

/// Codes of the roles that a contact may have.
pub const CONTACT_ROLES: &[&str] = &[
    "coordinator",
    "discharge_hub",
    "district_nursing",
    "out_of_hours_nursing",
    "gp",
    "social_worker",
    "therapy",
    "mental_health",
    "out_of_hours",
    "on_call",
    "pharmacy",
    "family",
    "voluntary",
    "other",
];

const YES_NO: &[&str] = &["yes", "no", "not_recorded"];
const LINE: T = T::Text(200);
const WORDS: T = T::Text(2_000);

const SAFETY: &[PlanFieldRule] = &[
    plain("preferred_name", "Preferred name", LINE),
    plain("full_name", "Full name", LINE),
    plain("date_of_birth", "Date of birth", T::Date),
    plain("nhs_number", "NHS number", T::NhsNumber),
    plain("status", "Where the person is", T::Code(&["at_home", "in_hospital", "away", "ended", "died"])),
    clinical("allergies", "Allergies", WORDS),
    clinical("allergies_known", "Allergies known", T::Code(&["none_known", "listed", "not_recorded"])),
    clinical("cpr_form", "CPR or ReSPECT form", T::Code(&["held", "none", "not_recorded"])),
    plain("cpr_form_where", "Where the form is kept", LINE),
    plain("cpr_form_seen_by", "Form last seen by", LINE),
    plain("cpr_form_seen_on", "Form last seen on", T::Date),
    clinical("blood_thinner", "Blood-thinner", T::Code(YES_NO)),
    clinical("insulin", "Insulin", T::Code(YES_NO)),
    clinical("oxygen", "Oxygen", T::Code(YES_NO)),
    clinical("time_critical_medicines", "Time-critical medicines", WORDS),
    clinical("food_texture", "Food texture (IDDSI level)", T::Int(3, 7)),
    clinical("drink_texture", "Drink thickness (IDDSI level)", T::Int(0, 4)),
    clinical("spinal_injury", "Spinal cord injury", T::Code(YES_NO)),
    clinical("fit_plan", "A plan for fits", T::Code(YES_NO)),
    clinical("call_first", "Ring first in place of 999", T::Entry),
    clinical("call_first_agreed_by", "Agreed by (clinician)", LINE),
    clinical("infection_precautions", "Infection precautions", WORDS),
    clinical("baselines", "What is usual for this person", WORDS),
    plain("moving_handling", "Moving and handling", WORDS),
    plain("carers_needed", "Number of carers", T::Int(1, 4)),
    plain("communication", "Communication needs", WORDS),
    plain("interpreter", "Interpreter", LINE),
    plain("attorney", "Attorney or deputy", WORDS),
    plain("hazards", "Hazards in the home", WORDS),
    plain("telephone", "Telephone in the home", T::Text(40)),
];

const ABOUT: &[PlanFieldRule] = &[
    plain("own_words", "In the person's own words", WORDS),
    plain("matters_most", "What matters most to me", WORDS),
    plain("communicate", "How I communicate", WORDS),
    plain("support_me", "How best to support me", WORDS),
    plain("important_people", "Who is important to me", WORDS),
    plain("routines", "My routines", WORDS),
    plain("day_begins", "My day begins at", T::Time),
    plain("day_ends", "My day ends at", T::Time),
    plain("told_on", "Told on", T::Date),
    plain("told_to", "Told to", LINE),
];

const CONTACTS: &[PlanFieldRule] = &[
    required("role", "Role", T::Code(CONTACT_ROLES)),
    required("name", "Name", LINE),
    plain("organisation", "Organisation", LINE),
    plain("phone", "Phone", T::Text(40)),
    plain("email", "Secure email", LINE),
    plain("hours", "Hours", T::Hours),
    plain("out_of_hours", "Who stands in when closed", T::Entry),
    plain("staff", "Member of staff", T::Staff),
    plain("note", "Note", WORDS),
];

const GOALS: &[PlanFieldRule] = &[
    required("text", "Goal", WORDS),
    plain("own_words", "In the person's own words", WORDS),
    plain(
        "domain",
        "Domain",
        T::Code(&[
            "transfers",
            "washing",
            "dressing",
            "meal_preparation",
            "stairs",
            "outdoor_mobility",
            "indoor_mobility",
            "medicines",
            "continence",
            "other",
        ]),
    ),
    plain("baseline", "Support level at the start", T::Int(0, 5)),
    plain("target", "Support level aimed at", T::Int(0, 5)),
    plain("target_date", "By when", T::Date),
    plain("lead", "Lead", LINE),
    plain("support", "How carers support it", WORDS),
    plain("starts_on", "Worked on since", T::Date),
];

const RISKS: &[PlanFieldRule] = &[
    required("text", "Risk", WORDS),
    clinical("likelihood_nursing", "Likelihood, as nursing sees it", T::Int(1, 5)),
    clinical("impact_nursing", "Impact, as nursing sees it", T::Int(1, 5)),
    plain("likelihood_provider", "Likelihood, as homecare sees it", T::Int(1, 5)),
    plain("impact_provider", "Impact, as homecare sees it", T::Int(1, 5)),
    plain("likelihood_council", "Likelihood, as the council sees it", T::Int(1, 5)),
    plain("impact_council", "Impact, as the council sees it", T::Int(1, 5)),
    plain("likelihood_therapy", "Likelihood, as therapy sees it", T::Int(1, 5)),
    plain("impact_therapy", "Impact, as therapy sees it", T::Int(1, 5)),
    plain("likelihood_hospital", "Likelihood, as the hospital sees it", T::Int(1, 5)),
    plain("impact_hospital", "Impact, as the hospital sees it", T::Int(1, 5)),
    plain("own_view", "How the person sees it, in their words", WORDS),
    plain("benefit", "What taking the risk gives the person", WORDS),
    plain("approach", "Agreed approach", WORDS),
    plain("measures", "What is done about it", WORDS),
    plain("owner", "Owner", LINE),
    plain("review_when", "Review when", T::Condition),
    plain("review_within_days", "Hold the review within so many days", T::Int(0, 31)),
    plain("review_on", "Review on", T::Date),
];

const ACTIONS: &[PlanFieldRule] = &[
    required("text", "What", WORDS),
    plain("who", "Who is responsible", LINE),
    plain("who_between", "Who does it between visits", LINE),
    plain("interval_min", "How often, in minutes", T::Int(1, 43_200)),
    plain("by_when", "By when", T::Date),
    plain("state", "State", T::Code(&["open", "done", "stopped"])),
    plain("because", "Follows from", T::Link),
    plain("may_change", "Roles that may change it", T::Codes(ROLE_CODES)),
    clinical("clinical", "Part of the clinical section", T::Bool),
];

const TRIGGERS: &[PlanFieldRule] = &[
    required("name", "Name in plain words", LINE),
    required("condition", "Condition", T::Condition),
    required("contact", "Whom to contact (role)", T::Code(CONTACT_ROLES)),
    required("urgency", "How soon", T::Urgency),
    plain("say", "What to say", WORDS),
    plain("meanwhile", "What to do meanwhile", WORDS),
    plain("agreed_by", "Agreed by", LINE),
    plain("agreed_on", "Agreed on", T::Date),
    plain("review_on", "Review on", T::Date),
    clinical("clinical", "Part of the clinical section", T::Bool),
];

const ASKED: &[PlanFieldRule] = &[
    required("kind", "Kind of observation", T::Kind),
    required("field", "Field", T::KindField),
    plain("why", "Why", WORDS),
];

const BASELINES: &[PlanFieldRule] = &[
    required("kind", "Kind of observation", T::Kind),
    required("field", "Field", T::KindField),
    plain("site", "Where on the body", T::Text(40)),
    required("usual", "What is usual", LINE),
    plain("said_by", "Who says so", LINE),
    plain("since", "Since", T::Date),
];

const VIEWS: &[PlanFieldRule] = &[
    required("words", "Their words", WORDS),
    plain("from", "From", LINE),
    plain("about", "About", LINE),
    plain("asked_on", "Asked on", T::Date),
    plain("answer", "Our answer", WORDS),
    plain("answered_by", "Answered by", LINE),
    plain("changed", "What changed because of it", WORDS),
    plain("link", "Where it changed", T::Link),
];

const FAMILY: &[PlanFieldRule] = &[
    required("name", "Name", LINE),
    plain("relation", "Relation", LINE),
    plain("gives", "What they do", WORDS),
    plain("needs", "What they need themselves", WORDS),
    plain("own_words", "In their own words", WORDS),
    plain("contingency", "If they cannot", WORDS),
    plain("priority", "Priority if the service is cut", T::Int(1, 5)),
];

const EQUIPMENT: &[PlanFieldRule] = &[
    required("text", "What", LINE),
    plain("place", "Where", LINE),
    plain("state", "State", T::Code(&["ordered", "in_use", "not_there", "returned"])),
    plain("since", "Since", T::Date),
    plain("checked_on", "Checked on", T::Date),
    plain("check_due", "Next check due", T::Date),
    plain("owner", "Owner", LINE),
    plain("because", "Follows from", T::Link),
];

const SCHEDULE: &[PlanFieldRule] = &[
    required("text", "What", LINE),
    required("visit_kind", "By a carer or a clinician", T::Code(&["care", "clinical"])),
    required("starts", "First time", T::LocalMoment),
    plain("rule", "How it recurs (RFC 5545)", T::Recurrence),
    plain("except", "Not on these days", T::Dates),
    plain("ends_before", "No more from this day on", T::Date),
    plain("minutes", "How long, in minutes", T::Int(1, 1_440)),
    plain("window_min", "Arrival window, in minutes", T::Int(0, 720)),
    plain("joint", "Planned together with another visit", T::Bool),
    plain("task", "Task", T::Code(&["dressing_change", "shower", "bath", "meal", "medicines", "other"])),
    plain("waterproof", "Waterproof dressing", T::Bool),
    plain("staff", "Member of staff", T::Staff),
    plain("time_critical", "Time-critical", T::Bool),
    plain("because", "Follows from", T::Link),
];

const REVIEWS: &[PlanFieldRule] = &[
    required("text", "What is reviewed", LINE),
    plain("package", "Review of the whole plan, of a package of", T::Code(PACKAGES)),
    plain("every_days", "How often, in days", T::Int(1, 366)),
    plain("owner", "Owner", LINE),
    plain("goal", "Goal", T::Entry),
    plain("week", "Week that it follows from (its Monday)", T::Date),
    plain("opened_on", "Opened on", T::Date),
    plain("due", "Due", T::Date),
    plain("last_held", "Last held", T::Date),
    plain("held_by", "Held by", LINE),
    plain("found", "What was found", WORDS),
    plain("agreed", "What was agreed", WORDS),
    plain("because", "Follows from", T::Link),
];

/// Codes of the packages of care whose plan is reviewed at least so often.
pub const PACKAGES: &[&str] = &["reablement", "step_down", "long_term"];

const CRITERIA: &[PlanFieldRule] = &[
    required("proposes", "Proposes", T::Code(&["step_down", "maintain", "step_up"])),
    required("rule", "When", T::Criterion),
    plain("text", "In words", WORDS),
    plain("agreed_by", "Agreed by", LINE),
];

const SHARING: &[PlanFieldRule] = &[
    required("organisation", "Organisation", LINE),
    required("category", "What is shared", T::Code(SHARED_CATEGORIES)),
    plain(
        "basis",
        "UK GDPR basis",
        T::Code(&["public_task", "legal_obligation", "vital_interests", "consent", "not_recorded"]),
    ),
    plain(
        "ground",
        "Common-law ground",
        T::Code(&[
            "direct_care",
            "explicit_consent",
            "best_interests",
            "public_interest",
            "statute",
            "not_recorded",
        ]),
    ),
    plain("objects", "The person objects", T::Bool),
    plain("objection", "Their objection, in their words", WORDS),
    plain("handled", "How it was handled", WORDS),
    plain("overridden", "Shared in spite of it", T::Bool),
    plain("ends_on", "Ends on", T::Date),
];

const RIGHTS: &[PlanFieldRule] = &[
    required("about", "Decisions about", LINE),
    required("decides", "Who holds the final decision", T::Codes(ROLE_CODES)),
    plain("by", "By name", LINE),
    plain("why", "Why", WORDS),
];

const DECISIONS: &[PlanFieldRule] = &[
    required("text", "Question", WORDS),
    plain("whose", "Whose decision it is", T::Code(&["person", "attorney", "best_interests", "services"])),
    plain("capacity", "Capacity for this decision", T::Code(&["has", "lacks", "in_doubt", "not_asked"])),
    plain("capacity_by", "Capacity looked at by", LINE),
    plain("capacity_on", "Capacity looked at on", T::Date),
    plain("options", "Options", WORDS),
    plain("decide_by", "Decide by", T::Due),
    plain("decision", "Decision", WORDS),
    plain("rationale", "Why", WORDS),
    plain("own_words", "What the person said", WORDS),
    plain("attended", "The person was there", T::Bool),
    plain("took_part", "Who took part", WORDS),
    plain("agreed", "Who agreed", WORDS),
    plain("dissented", "Who did not, and why", WORDS),
    plain("right", "Decision right that it rests on", T::Entry),
    plain("final_by", "Who held the final decision", LINE),
    plain("final_role", "As", T::Code(ROLE_CODES)),
    plain("decided_on", "Decided on", T::Date),
    plain("outcome", "Outcome", T::Code(&["step_down", "maintain", "step_up", "other"])),
    plain("week", "Week that it is about (its Monday)", T::Date),
    plain("summary", "Version of the weekly summary", LINE),
    plain("funder", "Funder's agreement", WORDS),
    plain("review_when", "Review when", T::Condition),
    plain("review_within_days", "Hold the review within so many days", T::Int(0, 31)),
    plain("review_on", "Review on", T::Date),
    plain("because", "Follows from", T::Link),
];

const DISPUTES: &[PlanFieldRule] = &[
    required("text", "What is disputed", WORDS),
    plain("about", "Decision", T::Link),
    plain("by", "Who disagrees", LINE),
    plain("decides", "Who decides", LINE),
    plain("oversight_asked_on", "Senior oversight asked on", T::Date),
    plain("oversight_on", "Senior oversight reached on", T::Date),
    plain("oversight_by", "Senior oversight by", LINE),
    plain("result", "Result", WORDS),
    plain("told", "Who was told", WORDS),
    plain("check_on", "To be checked on", T::Date),
    plain("checked_on", "Checked on", T::Date),
    plain("check_found", "What the check found", WORDS),
    plain("state", "State", T::Code(&["open", "settled"])),
];

const REFERRALS: &[PlanFieldRule] = &[
    required("text", "What is asked for", WORDS),
    required("way", "In or out", T::Code(&["in", "out"])),
    required("service", "Service", LINE),
    plain("reason", "Reason", WORDS),
    plain("made_at", "Made at", T::LocalMoment),
    plain("state", "State", T::Code(&["made", "received", "accepted", "declined", "done"])),
    plain("answer", "Answer", WORDS),
    plain("answered_by", "Answered by", LINE),
    plain("owner", "Owner", LINE),
    plain("triage", "Social care asked at triage", T::Code(&["yes", "no", "not_recorded"])),
    plain("reference", "Reference", LINE),
];

const ASSESSMENTS: &[PlanFieldRule] = &[
    required("text", "Part", LINE),
    required("due", "Due", T::Due),
    required("from", "From health or social care", T::Code(&["health", "social_care", "both"])),
    plain("referral", "Referral", T::Entry),
    plain("health", "What health contributes", WORDS),
    plain("health_by", "Who contributes for health", LINE),
    plain("social_care", "What social care contributes", WORDS),
    plain("social_care_by", "Who contributes for social care", LINE),
    plain("acknowledged", "Acknowledged by the health system", T::Code(&["yes", "no", "not_recorded"])),
];

const DISCHARGE: &[PlanFieldRule] = &[
    required("text", "What", LINE),
    plain("owner", "Owner", LINE),
    plain("due", "Due", T::Due),
    plain("state", "State", T::Code(&["open", "done", "not_needed"])),
    plain("done_at", "Done at", T::LocalMoment),
    plain("told_due", "Due time of which the owner was told", T::LocalMoment),
    plain("delay", "Why it is late", WORDS),
    plain("from", "Coming from", LINE),
    plain("home_on", "Going home on", T::Date),
    plain("home_at", "Came home at", T::LocalMoment),
    plain("pathway", "Discharge-to-assess pathway", T::Int(0, 3)),
    plain("handover_to", "Handover goes to", LINE),
    plain("accepted_by", "Handover accepted by", LINE),
    plain("review_on", "Daily review held on", T::Date),
    plain("found", "What the review found", WORDS),
];

/// What can be shared with an organisation, as categories of records.
pub const SHARED_CATEGORIES: &[&str] = &["care_notes", "visits", "contact_log", "plan", "all"];

/// A part of the plan: what it is called and what its entries hold.
#[derive(Debug, Clone, Copy)]
pub struct SectionRule {
    /// Words on screen.
    pub label: &'static str,
    /// The fields that entries may have, in the order of the form.
    pub fields: &'static [PlanFieldRule],
}

/// What is known of a section.
pub fn section_rule(section: Section) -> SectionRule {
    let (label, fields) = match section {
        Section::Safety => ("Safety", SAFETY),
        Section::About => ("About me", ABOUT),
        Section::Contacts => ("Contacts", CONTACTS),
        Section::Goals => ("Goals", GOALS),
        Section::Risks => ("Risks", RISKS),
        Section::Actions => ("Actions", ACTIONS),
        Section::Triggers => ("Triggers", TRIGGERS),
        Section::Asked => ("Asked for at each visit", ASKED),
        Section::Baselines => ("What is usual", BASELINES),
        Section::Views => ("Views and feedback", VIEWS),
        Section::Family => ("Family carers", FAMILY),
        Section::Equipment => ("Equipment", EQUIPMENT),
        Section::Schedule => ("Visits that recur", SCHEDULE),
        Section::Reviews => ("Reviews", REVIEWS),
        Section::Criteria => ("When to step down or up", CRITERIA),
        Section::Sharing => ("Sharing", SHARING),
        Section::Rights => ("Decision rights", RIGHTS),
        Section::Decisions => ("Decisions", DECISIONS),
        Section::Disputes => ("Disagreements", DISPUTES),
        Section::Referrals => ("Referrals", REFERRALS),
        Section::Assessments => ("Joint assessment", ASSESSMENTS),
        Section::Discharge => ("Going home", DISCHARGE),
    };
    SectionRule { label, fields }
}

/// The fields that entries of a section may have, in the order of the form.
pub fn field_rules(section: Section) -> &'static [PlanFieldRule] {
    section_rule(section).fields
}
