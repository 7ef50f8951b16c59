//! The forms as data: what each is for, and which fields of the plan it asks for, in which words.

use alongside_domain::journal::body::Role;
use alongside_domain::plan::edit::Section;

/// A form that writes into one section of the plan.
#[derive(Debug)]
pub struct FormSpec {
    /// Its name in the path.
    pub code: &'static str,
    /// The section that it writes.
    pub section: Section,
    /// Its heading.
    pub title: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Whether it can add an entry, or only goes on with one that is there.
    pub adds: bool,
    /// What the button says.
    pub button: &'static str,
    /// What it asks, for everybody.
    pub parts: &'static [Part],
}

/// Fields under one heading.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The heading.
    pub legend: &'static str,
    /// What to know before filling it in.
    pub hint: &'static str,
    /// Who fills it in; empty for everybody.
    pub roles: &'static [Role],
    /// The fields.
    pub asks: &'static [Ask],
}

/// One question.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The field of the plan.
    pub code: &'static str,
    /// The question.
    pub label: &'static str,
    /// What to know before answering; may be empty.
    pub hint: &'static str,
    /// What is offered as answers.
    pub offer: Offer,
}

/// What is offered as answers.
#[derive(Debug, Clone, Copy)]
pub enum Offer {
    /// What the field of the plan holds.
    Own,
    /// The codes of the field, in these words.
    Words(&'static [(&'static str, &'static str)]),
    /// Names of people whom the plan knows; others may be written too.
    People,
    /// Entries of these sections.
    Entries(&'static [Section]),
    /// Conditions of the plan's triggers, and those that the product offers.
    Conditions,
}

const fn ask(code: &'static str, label: &'static str) -> Ask {
    Ask { code, label, hint: "", offer: Offer::Own }
}

const fn hinted(code: &'static str, label: &'static str, hint: &'static str) -> Ask {
    Ask { code, label, hint, offer: Offer::Own }
}

const fn person(code: &'static str, label: &'static str) -> Ask {
    Ask { code, label, hint: "", offer: Offer::People }
}

const fn all(legend: &'static str, asks: &'static [Ask]) -> Part {
    Part { legend, hint: "", roles: &[], asks }
}

/// Every form.
pub const FORMS: &[FormSpec] = &[DECISION, RISK, CONTRIBUTION, DISAGREEMENT, HANDOVER];

/// The form of that name.
pub fn form(code: &str) -> Option<&'static FormSpec> {
    FORMS.iter().find(|form| form.code == code)
}

/// Whose decision it is, in words.
pub const WHOSE: &[(&str, &str)] = &[
    ("person", "The person’s own: they have capacity, and it is about their own life"),
    ("attorney", "The attorney’s or deputy’s, who has the power for it"),
    ("best_interests", "In best interests: the person lacks capacity for it"),
    ("services", "Ours: what services provide"),
];

/// Capacity for one decision, in words.
pub const CAPACITY: &[(&str, &str)] = &[
    ("has", "Has capacity for this decision"),
    ("lacks", "Lacks capacity for this decision"),
    ("in_doubt", "In doubt: to be looked at"),
    ("not_asked", "Nobody has looked at it"),
];

const ROLES: &[(&str, &str)] = &[
    ("nurse", "District nurse"),
    ("therapist", "Therapist"),
    ("supervisor", "Supervisor"),
    ("manager", "Manager"),
    ("social_worker", "Social worker"),
];

const REVIEW: Part = Part {
    legend: "When it is looked at again",
    hint: "A review trigger opens the review by itself, on every phone, as soon as it is met.",
    roles: &[],
    asks: &[
        Ask {
            code: "review_when",
            label: "Review at once when",
            hint: "A condition as triggers have them.",
            offer: Offer::Conditions,
        },
        hinted(
            "review_within_days",
            "Then hold the review within so many days",
            "0 is the same day. Agree it together: the plan has no number of its own.",
        ),
        ask("review_on", "Review in any case on"),
    ],
};

const DECISION: FormSpec = FormSpec {
    code: "decision",
    section: Section::Decisions,
    title: "A decision",
    about: "Write down the question, and the decision when it is made. Both can be changed later; every version stays readable.",
    adds: true,
    button: "Write the decision into the plan",
    parts: &[
        all(
            "The question",
            &[
                ask("text", "What is to be decided"),
                Ask {
                    code: "whose",
                    label: "Whose decision is it?",
                    hint: "Asked first. With capacity the person decides for themself; services decide only what they provide.",
                    offer: Offer::Words(WHOSE),
                },
                Ask {
                    code: "capacity",
                    label: "Capacity for this decision",
                    hint: "For this question, at this time. Not needed where it is about what services provide.",
                    offer: Offer::Words(CAPACITY),
                },
                person("capacity_by", "Who looked at capacity"),
                ask("capacity_on", "On"),
                Ask {
                    code: "because",
                    label: "What it is about",
                    hint: "A decision that names a risk answers the gap between organisations.",
                    offer: Offer::Entries(&[
                        Section::Risks,
                        Section::Disputes,
                        Section::Goals,
                        Section::Actions,
                        Section::Referrals,
                    ]),
                },
            ],
        ),
        all(
            "What was weighed and decided",
            &[
                ask("options", "The options"),
                ask("own_words", "What the person said, in their words"),
                ask("attended", "The person was there"),
                hinted("decision", "The decision", "Leave empty while the question is open."),
                hinted(
                    "rationale",
                    "Why",
                    "The reasons, so that somebody who was not there understands them.",
                ),
                hinted(
                    "decide_by",
                    "While it is open: decide by",
                    "Such as 2026-05-11T18:00, or home-1d@12:00 for noon on the day before going home.",
                ),
            ],
        ),
        all(
            "Who took part",
            &[
                ask("took_part", "Who took part"),
                ask("agreed", "Who agreed"),
                hinted(
                    "dissented",
                    "Who did not agree, and why",
                    "In their words. A dissent is kept; it stops nothing.",
                ),
            ],
        ),
        Part {
            legend: "Who held the final decision",
            hint: "For what services provide: by the plan’s decision rights, which stand above. Leave empty where the person decides for themself.",
            roles: &[],
            asks: &[
                Ask {
                    code: "right",
                    label: "The decision right that it rests on",
                    hint: "",
                    offer: Offer::Entries(&[Section::Rights]),
                },
                person("final_by", "Who held the final decision"),
                Ask { code: "final_role", label: "As", hint: "", offer: Offer::Words(ROLES) },
                ask("decided_on", "Decided on"),
            ],
        },
        REVIEW,
    ],
};

const LIKELY: &str = "How likely, 1 (hardly) to 5 (almost certain)";
const BAD: &str = "How bad, 1 (hardly) to 5 (worst)";

const RISK: FormSpec = FormSpec {
    code: "risk",
    section: Section::Risks,
    title: "A risk",
    about: "Each organisation gives its own scores; the others’ stand beside them and stay as they are. A gap of two or more asks for a decision.",
    adds: true,
    button: "Write the risk into the plan",
    parts: &[
        all(
            "The risk",
            &[
                ask("text", "What may go wrong"),
                ask("own_view", "How the person sees it, in their words"),
                ask("benefit", "What taking the risk gives the person"),
            ],
        ),
        Part {
            legend: "As community nursing sees it",
            hint: "",
            roles: &[Role::Nurse],
            asks: &[ask("likelihood_nursing", LIKELY), ask("impact_nursing", BAD)],
        },
        Part {
            legend: "As therapy sees it",
            hint: "",
            roles: &[Role::Therapist],
            asks: &[ask("likelihood_therapy", LIKELY), ask("impact_therapy", BAD)],
        },
        Part {
            legend: "As the hospital sees it",
            hint: "Only if you work there. A new risk that is scored for the hospital alone goes to the supervisor first.",
            roles: &[Role::Nurse, Role::Therapist],
            asks: &[ask("likelihood_hospital", LIKELY), ask("impact_hospital", BAD)],
        },
        Part {
            legend: "As the council sees it",
            hint: "",
            roles: &[Role::SocialWorker],
            asks: &[ask("likelihood_council", LIKELY), ask("impact_council", BAD)],
        },
        Part {
            legend: "As homecare sees it",
            hint: "",
            roles: &[Role::Supervisor, Role::Manager],
            asks: &[ask("likelihood_provider", LIKELY), ask("impact_provider", BAD)],
        },
        all(
            "What was agreed",
            &[
                ask("approach", "Agreed approach"),
                ask("measures", "What is done about it"),
                Ask {
                    code: "owner",
                    label: "Who owns it",
                    hint: "Somebody whom the plan knows: a contact, family, or the person.",
                    offer: Offer::People,
                },
            ],
        ),
        REVIEW,
    ],
};

const CONTRIBUTION: FormSpec = FormSpec {
    code: "contribution",
    section: Section::Assessments,
    title: "Your part of the joint assessment",
    about: "What the other side has given stands beside it: nobody is asked twice.",
    adds: false,
    button: "Give our part",
    parts: &[
        Part {
            legend: "Health",
            hint: "",
            roles: &[Role::Nurse, Role::Therapist],
            asks: &[
                ask("health", "What health contributes"),
                person("health_by", "Who contributes for health"),
            ],
        },
        Part {
            legend: "Social care",
            hint: "",
            roles: &[Role::SocialWorker, Role::Supervisor, Role::Manager],
            asks: &[
                ask("social_care", "What social care contributes"),
                person("social_care_by", "Who contributes for social care"),
            ],
        },
    ],
};

const DISAGREEMENT: FormSpec = FormSpec {
    code: "disagreement",
    section: Section::Disputes,
    title: "A disagreement",
    about: "Who disagrees on what, who decides, and when senior oversight was asked and reached. Care goes on by the plan meanwhile.",
    adds: true,
    button: "Write the disagreement into the plan",
    parts: &[
        all(
            "The disagreement",
            &[
                ask("text", "What is disputed"),
                Ask {
                    code: "about",
                    label: "About",
                    hint: "",
                    offer: Offer::Entries(&[Section::Decisions, Section::Risks, Section::Referrals]),
                },
                person("by", "Who disagrees"),
                person("decides", "Who decides it"),
            ],
        ),
        Part {
            legend: "Senior oversight",
            hint: "Asked until it is reached: it stands on the list of whoever decides.",
            roles: &[],
            asks: &[
                ask("oversight_asked_on", "Asked on"),
                ask("oversight_on", "Reached on"),
                person("oversight_by", "By whom"),
                ask("result", "With what result"),
                ask("told", "Who was told"),
            ],
        },
        all(
            "The check",
            &[
                ask("check_on", "To be checked on"),
                ask("checked_on", "Checked on"),
                ask("check_found", "What the check found"),
                Ask {
                    code: "state",
                    label: "It is",
                    hint: "",
                    offer: Offer::Words(&[("open", "Open"), ("settled", "Settled")]),
                },
            ],
        ),
    ],
};

const HANDOVER: FormSpec = FormSpec {
    code: "handover",
    section: Section::Discharge,
    title: "Accept the handover",
    about: "From now on somebody at home answers for this person’s care. Read what is still open first: it is yours with the handover.",
    adds: false,
    button: "Accept the handover",
    parts: &[all(
        "The handover",
        &[Ask {
            code: "accepted_by",
            label: "Accepted by",
            hint: "A named person, not a team.",
            offer: Offer::People,
        }],
    )],
};

#[cfg(test)]
mod tests {
    use super::*;
    use alongside_domain::care::fields::{PlanFieldType, field_rules};

    #[test]
    fn each_question_is_a_field_of_its_section_and_each_code_has_words() {
        for form in FORMS {
            for ask in form.parts.iter().flat_map(|part| part.asks) {
                let rule = field_rules(form.section).iter().find(|rule| rule.code == ask.code);
                let rule = rule.unwrap_or_else(|| panic!("{}: {}", form.code, ask.code));
                if let PlanFieldType::Code(codes) = rule.holds {
                    let Offer::Words(words) = ask.offer else { panic!("{} has no words", ask.code) };
                    assert_eq!(
                        words.iter().map(|(code, _)| *code).collect::<Vec<_>>(),
                        codes,
                        "{}",
                        ask.code
                    );
                }
            }
        }
    }

    #[test]
    fn a_form_that_adds_asks_for_what_an_entry_needs() {
        for form in FORMS.iter().filter(|form| form.adds) {
            let asked: Vec<&str> = form.parts.iter().flat_map(|part| part.asks).map(|ask| ask.code).collect();
            let needed = field_rules(form.section).iter().filter(|rule| rule.required);
            for rule in needed {
                assert!(asked.contains(&rule.code), "{}: {}", form.code, rule.code);
            }
        }
    }
}
