//! What whoever answers for a concern records about it, as data: which acts there are, what each holds, and the check
//! that each passes before it is sealed.

use super::records::CaseAct;
use crate::care::check::is_date;
use crate::ids::StaffId;
use crate::time::{Moment, parse_local};
use crate::value::{Value, text_in};
use Holds::{Choice, Day, Line, LocalMoment, Staff, Words};

/// One act.
#[derive(Debug, PartialEq, Eq)]
pub struct ActRule {
    /// Stable code.
    pub code: &'static str,
    /// Words on screen.
    pub label: &'static str,
    /// What helps to fill it in; may be empty.
    pub hint: &'static str,
    /// What it holds, in the order of the form.
    pub fields: &'static [ActField],
}

/// One field of an act.
#[derive(Debug, PartialEq, Eq)]
pub struct ActField {
    /// Stable code.
    pub code: &'static str,
    /// Words on screen.
    pub label: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether an act without it means nothing.
    pub required: bool,
}

/// What a field of an act holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A few words.
    Line,
    /// More words.
    Words,
    /// One of these codes, each with its words.
    Choice(&'static [(&'static str, &'static str)]),
    /// A calendar day.
    Day,
    /// A local date and time.
    LocalMoment,
    /// A member of staff.
    Staff,
}

/// Most characters of a line.
pub const LINE_MAX: usize = 300;
/// Most characters of words.
pub const WORDS_MAX: usize = 4_000;

/// Codes of the acts that rules here name.
pub mod code {
    /// Somebody says that they have it.
    pub const ACKNOWLEDGED: &str = "acknowledged";
    /// Which sort of abuse or neglect, and whether staff are accused.
    pub const CATEGORY: &str = "category";
    /// Can the person make this decision?
    pub const CAPACITY: &str = "capacity";
    /// What the person wants.
    pub const WISHES: &str = "wishes";
    /// Agreement, or the reason to share without it.
    pub const SHARING: &str = "consent";
    /// The three parts of section 42.
    pub const SECTION_42: &str = "section_42";
    /// It was referred to somebody outside.
    pub const REFERRAL: &str = "referral";
    /// What was told to somebody outside.
    pub const SHARED: &str = "shared";
    /// An interim measure.
    pub const MEASURE: &str = "measure";
    /// Somebody else who enters the home.
    pub const ENTERS: &str = "enters_home";
    /// Access was given to somebody.
    pub const ACCESS: &str = "access";
    /// It was taken back.
    pub const ACCESS_TAKEN: &str = "access_taken";
    /// Something outside that has to be thought of.
    pub const PROMPT: &str = "prompt";
    /// How it ended.
    pub const OUTCOME: &str = "outcome";
    /// An instruction in the plan.
    pub const INSTRUCTION: &str = "instruction";
    /// What somebody who is accused may do meanwhile.
    pub const STAFF_WORK: &str = "staff_work";
    /// What is learned.
    pub const LEARNING: &str = "learning";
}

const fn field(code: &'static str, label: &'static str, holds: Holds) -> ActField {
    ActField { code, label, holds, required: false }
}

const fn needed(code: &'static str, label: &'static str, holds: Holds) -> ActField {
    ActField { code, label, holds, required: true }
}

const YES_NO: Holds = Choice(&[("yes", "Yes"), ("no", "No")]);

/// How sure the provider is of one part of section 42. The council decides; in doubt, refer.
const VIEW: Holds = Choice(&[
    ("yes", "Yes"),
    ("reasonable_cause", "Reasonable cause to suspect"),
    ("no", "No"),
    ("not_known", "Not known"),
]);

/// The categories of the statutory guidance to the Care Act 2014.
const CATEGORY: Holds = Choice(&[
    ("physical", "Physical abuse"),
    ("domestic", "Domestic abuse"),
    ("sexual", "Sexual abuse"),
    ("psychological", "Psychological abuse"),
    ("financial", "Financial or material abuse"),
    ("modern_slavery", "Modern slavery"),
    ("discriminatory", "Discriminatory abuse"),
    ("organisational", "Organisational abuse"),
    ("neglect", "Neglect and acts of omission"),
    ("self_neglect", "Self-neglect"),
]);

/// What has to be thought of outside the home, in the order of the form.
pub const PROMPTS: &[(&str, &str)] = &[
    ("cqc", "CQC notification"),
    ("candour", "Duty of candour"),
    ("police", "Police"),
    ("riddor", "RIDDOR report"),
    ("commissioner", "Commissioner"),
    ("staff_work", "Allegation against staff: interim decision on work and device"),
    ("position_of_trust", "Allegation against staff: position-of-trust route"),
    ("dbs", "Allegation against staff: DBS referral"),
];

/// Those of the prompts that an allegation against staff asks for too.
pub const STAFF_PROMPTS: [&str; 3] = [code::STAFF_WORK, "position_of_trust", "dbs"];

/// Every act, in the order in which a case usually goes.
pub const ACTS: &[ActRule] = &[
    ActRule {
        code: code::ACKNOWLEDGED,
        label: "Acknowledge",
        hint: "You have it and act on it. Nobody else is asked from now on.",
        fields: &[field("note", "Note", Line)],
    },
    ActRule {
        code: code::CATEGORY,
        label: "Category",
        hint: "Yours to say, never the reporter’s.",
        fields: &[
            needed("category", "Category", CATEGORY),
            needed("about_staff", "Is it an allegation against staff or a volunteer? In doubt: yes", YES_NO),
            field("note", "Why", Line),
        ],
    },
    ActRule {
        code: code::CAPACITY,
        label: "Capacity for this decision",
        hint: "Capacity is for one decision at one time.",
        fields: &[
            needed("decision", "Which decision", Line),
            needed(
                "capacity",
                "Has the person capacity for it?",
                Choice(&[("yes", "Yes"), ("no", "No"), ("in_doubt", "In doubt")]),
            ),
            needed("support", "Support given to decide", Words),
            needed("by", "Assessed by", Line),
            needed("on", "On", Day),
        ],
    },
    ActRule {
        code: code::WISHES,
        label: "What the person wants",
        hint: "",
        fields: &[
            needed("words", "In their own words", Words),
            field("asked", "Asked when, and who was there", Line),
        ],
    },
    ActRule {
        code: code::SHARING,
        label: "Consent to share",
        hint: "Without consent, say the lawful reason: information governance must agree what counts.",
        fields: &[
            needed(
                "consent",
                "Does the person consent?",
                Choice(&[("yes", "Yes"), ("no", "No"), ("not_asked", "Not asked")]),
            ),
            field("lawful_reason", "If not: the lawful reason to share without it", Words),
        ],
    },
    ActRule {
        code: code::SECTION_42,
        label: "Section 42: the provider’s view",
        hint: "The council decides. In doubt, refer.",
        fields: &[
            needed("needs", "Has needs for care and support", VIEW),
            needed("at_risk", "Is experiencing, or at risk of, abuse or neglect", VIEW),
            needed("unable", "Cannot protect themself because of those needs", VIEW),
            needed("refer", "Refer to the council?", YES_NO),
            needed("rationale", "Why", Words),
        ],
    },
    ActRule {
        code: code::REFERRAL,
        label: "Referral",
        hint: "",
        fields: &[
            needed("to", "To whom", Line),
            needed("at", "When", LocalMoment),
            field("reference", "Their reference", Line),
        ],
    },
    ActRule {
        code: code::SHARED,
        label: "What was shared",
        hint: "Exactly what, with whom, why, and on what basis.",
        fields: &[
            needed("what", "Exactly what", Words),
            needed("with", "With whom", Line),
            needed("why", "Why", Words),
            needed("basis", "On what basis", Line),
        ],
    },
    ActRule {
        code: code::MEASURE,
        label: "Interim measure",
        hint: "The least that keeps the person safe. To review one or to end it, record it again under the same name.",
        fields: &[
            needed("what", "What", Words),
            needed("owner", "Owner", Line),
            field("review_on", "Review on, while it is in force", Day),
            needed("proportionate", "Proportionate because", Words),
            needed("blanket", "Is it a blanket restriction, such as no visitors?", YES_NO),
            field("blanket_why", "If so: why nothing less would do", Words),
            field("declined", "If it was thought of and declined: why", Words),
            field("ended", "If it is no longer in force: ended on", Day),
        ],
    },
    ActRule {
        code: code::ENTERS,
        label: "Who else enters the home",
        hint: "Each who may come alone: what they must know to be safe, who tells them, or why not.",
        fields: &[
            needed("who", "Who", Line),
            field("must_know", "What they must know, and no more", Words),
            field("told_by", "Told by whom", Line),
            field("told_at", "Told when", LocalMoment),
            field("not_told", "Or: why they are not told", Words),
        ],
    },
    ActRule {
        code: code::INSTRUCTION,
        label: "A neutral instruction in the plan",
        hint: "Everybody who cares for the person reads it and its reason. Say what to do; never why there is a concern.",
        fields: &[
            needed("text", "What to do", Words),
            needed("why", "The reason that is shown with it", Line),
            field(
                "sure",
                "If its words point to the concern",
                Choice(&[("yes", "Write it as it is, all the same")]),
            ),
        ],
    },
    ActRule {
        code: code::STAFF_WORK,
        label: "Allegation against staff: work and device",
        hint: "An interim decision. A device that ends hands in what waits on it, and then shows nothing more.",
        fields: &[
            needed("staff", "Who", Staff),
            needed("work", "What work they do meanwhile, or none", Line),
            needed("device", "Their devices", Choice(&[("end", "End them now"), ("keep", "They keep them")])),
            needed("why", "Why", Words),
        ],
    },
    ActRule {
        code: code::ACCESS,
        label: "Give access",
        hint: "Everything so far is sealed to their devices and their console, and all that follows.",
        fields: &[needed("staff", "To whom", Staff), needed("why", "Why", Line)],
    },
    ActRule {
        code: code::ACCESS_TAKEN,
        label: "Take access back",
        hint: "From now on they read nothing of this case, and nothing tells them what follows. What they have read, they have read.",
        fields: &[needed("staff", "From whom", Staff), needed("why", "Why", Line)],
    },
    ActRule {
        code: code::PROMPT,
        label: "Notify, or say why not",
        hint: "With an owner and a time; then a reference, or the reason not to.",
        fields: &[
            needed("which", "What", Choice(PROMPTS)),
            needed("owner", "Owner", Line),
            needed("due", "Due", LocalMoment),
            field("reference", "Done: the reference or the decision", Line),
            field("not_because", "Or: not, because", Words),
        ],
    },
    ActRule {
        code: "note",
        label: "Anything else",
        hint: "A call, a visit, an answer.",
        fields: &[needed("text", "What", Words)],
    },
    ActRule {
        code: code::OUTCOME,
        label: "Outcome",
        hint: "What came of it, and what the person says of that.",
        fields: &[needed("text", "Outcome", Words), field("own_words", "In the person’s own words", Words)],
    },
    ActRule {
        code: code::LEARNING,
        label: "Learning",
        hint: "",
        fields: &[
            needed("text", "What is learned", Words),
            needed("action", "Action", Line),
            needed("owner", "Owner", Line),
            field("check_on", "To be checked on", Day),
            field("checked", "Checked on", Day),
        ],
    },
];

/// Why an act is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct ActError {
    /// The field, or `act` when there is no such act.
    pub field: &'static str,
    /// What is wrong, and what is allowed.
    pub reason: String,
}

fn refused(field: &'static str, reason: impl Into<String>) -> ActError {
    ActError { field, reason: reason.into() }
}

/// The rule of an act.
pub fn rule(code: &str) -> Option<&'static ActRule> {
    ACTS.iter().find(|rule| rule.code == code)
}

impl Holds {
    fn check(self, text: &str) -> Result<(), String> {
        match self {
            Line if text.chars().count() > LINE_MAX => Err(format!("has at most {LINE_MAX} characters")),
            Words if text.chars().count() > WORDS_MAX => Err(format!("has at most {WORDS_MAX} characters")),
            Choice(codes) if !codes.iter().any(|(code, _)| *code == text) => {
                let codes: Vec<&str> = codes.iter().map(|(code, _)| *code).collect();
                Err(format!("is one of {}", codes.join(", ")))
            }
            Day if !is_date(text) => Err("is a day such as 2026-04-21".to_owned()),
            LocalMoment if parse_local(text).is_none() => {
                Err("is a time such as 2026-04-14T16:40".to_owned())
            }
            Staff if text.parse::<StaffId>().is_err() => Err("is a member of staff".to_owned()),
            _ => Ok(()),
        }
    }
}

impl CaseAct {
    /// The text of a field; empty when it has none.
    pub fn text(&self, field: &str) -> &str {
        text_in(&self.fields, field)
    }

    /// The moment that a field of local time names.
    pub fn moment(&self, field: &str) -> Option<Moment> {
        parse_local(self.text(field)).map(|(day, minute)| Moment::at_local(day, minute))
    }

    /// Whether it can be recorded.
    pub fn check(&self) -> Result<(), ActError> {
        let rule = rule(&self.act).ok_or_else(|| refused("act", "is not one that is known here"))?;
        if self.fields.keys().any(|code| !rule.fields.iter().any(|field| field.code == *code)) {
            return Err(refused("act", "has a field that it does not have here"));
        }
        for field in rule.fields {
            match self.fields.get(field.code).map(Value::as_text) {
                None if field.required => return Err(refused(field.code, "is missing")),
                None => {}
                Some(Some(text)) if text.trim().is_empty() => return Err(refused(field.code, "is empty")),
                Some(Some(text)) => field.holds.check(text).map_err(|reason| refused(field.code, reason))?,
                Some(None) => return Err(refused(field.code, "is text")),
            }
        }
        self.check_together()
    }

    /// What one field asks of another.
    fn check_together(&self) -> Result<(), ActError> {
        let has = |field: &str| !self.text(field).is_empty();
        match self.act.as_str() {
            code::SHARING if self.text("consent") != "yes" && !has("lawful_reason") => Err(refused(
                "lawful_reason",
                "is missing: without consent, say the lawful reason to share, or that nothing is shared",
            )),
            code::MEASURE if self.text("blanket") == "yes" && !has("blanket_why") && !has("declined") => {
                Err(refused(
                    "blanket_why",
                    "is missing: a blanket restriction is rarely proportionate; say why nothing less would do, or decline it",
                ))
            }
            code::MEASURE if !has("review_on") && !has("declined") && !has("ended") => Err(refused(
                "review_on",
                "is missing: say when it is reviewed, unless it was declined or has ended",
            )),
            code::ENTERS if !(has("not_told") || has("must_know") && has("told_by")) => Err(refused(
                "must_know",
                "is missing: say what they must know and who tells them, or why they are not told",
            )),
            code::PROMPT if has("reference") && has("not_because") => {
                Err(refused("not_because", "does not go with a reference: give one of the two"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AuthorId, Epoch};
    use crate::journal::{Channel, RecordRef};

    const CASE: RecordRef = RecordRef {
        author: AuthorId([1; 16]),
        epoch: Epoch([2; 8]),
        number: 1,
        channel: Channel::Restricted,
    };

    fn refused_field(act: &str, fields: &[(&str, &str)]) -> Option<&'static str> {
        let fields = fields.iter().map(|(code, text)| ((*code).to_owned(), Value::text(*text))).collect();
        CaseAct { case: CASE, act: act.to_owned(), fields }.check().err().map(|error| error.field)
    }

    const MEASURE: [(&str, &str); 4] =
        [("what", "no visitors"), ("owner", "Dee"), ("review_on", "2026-04-21"), ("proportionate", "safe")];

    #[test]
    fn a_blanket_restriction_is_asked_why_nothing_less_would_do() {
        let with = |more: &[(&'static str, &'static str)]| {
            refused_field("measure", &[MEASURE.as_slice(), more].concat())
        };
        assert_eq!(with(&[("blanket", "no")]), None);
        assert_eq!(with(&[("blanket", "yes")]), Some("blanket_why"));
        assert_eq!(with(&[("blanket", "yes"), ("blanket_why", "he asked for it")]), None);
        assert_eq!(with(&[("blanket", "yes"), ("declined", "out of proportion")]), None);
    }

    #[test]
    fn a_measure_in_force_has_a_day_of_review() {
        let fields = [MEASURE[0], MEASURE[1], MEASURE[3], ("blanket", "no")];
        let with = |more: (&'static str, &'static str)| {
            refused_field("measure", &[fields.as_slice(), &[more]].concat())
        };
        assert_eq!(refused_field("measure", &fields), Some("review_on"));
        assert_eq!(with(("ended", "2026-04-30")), None);
        assert_eq!(with(("declined", "out of proportion")), None);
    }

    #[test]
    fn sharing_without_consent_needs_its_lawful_reason() {
        assert_eq!(refused_field("consent", &[("consent", "yes")]), None);
        assert_eq!(refused_field("consent", &[("consent", "no")]), Some("lawful_reason"));
        let reason = ("lawful_reason", "others may be at risk");
        assert_eq!(refused_field("consent", &[("consent", "no"), reason]), None);
    }

    #[test]
    fn whoever_enters_the_home_is_told_by_someone_or_there_is_a_reason_not_to() {
        assert_eq!(refused_field("enters_home", &[("who", "nurses")]), Some("must_know"));
        let told = [("who", "nurses"), ("must_know", "lone visitors ring in"), ("told_by", "Dee")];
        assert_eq!(refused_field("enters_home", &told), None);
        assert_eq!(
            refused_field("enters_home", &[("who", "cleaner"), ("not_told", "comes with a carer")]),
            None
        );
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_named() {
        assert_eq!(refused_field("outcome", &[]), Some("text"));
        assert_eq!(refused_field("outcome", &[("text", " ")]), Some("text"));
        assert_eq!(refused_field("referral", &[("to", "council"), ("at", "today")]), Some("at"));
        assert_eq!(refused_field("prompt", &[("which", "press"), ("owner", "Dee")]), Some("which"));
        assert_eq!(refused_field("suspect", &[]), Some("act"));
        assert_eq!(refused_field("outcome", &[("text", "ended"), ("suspect", "a")]), Some("act"));
    }

    #[test]
    fn no_two_acts_and_no_two_fields_of_one_have_the_same_code() {
        use std::collections::BTreeSet;
        assert_eq!(ACTS.iter().map(|rule| rule.code).collect::<BTreeSet<_>>().len(), ACTS.len());
        for rule in ACTS {
            let codes: BTreeSet<_> = rule.fields.iter().map(|field| field.code).collect();
            assert_eq!(codes.len(), rule.fields.len(), "{}", rule.code);
        }
    }
}
