//! Errors as a shell meets them: one variant for each thing that it can do about one.

use alongside_replica::domain::care::check::ObservationError;
use alongside_replica::domain::care::labels::TranslationError;
use alongside_replica::domain::safeguarding::concern::ConcernError;
use alongside_replica::domain::sync::machine::NoAnswer;
use alongside_replica::domain::sync::messages::EnrolRefusal;
use alongside_replica::keystore::KeystoreError;
use alongside_replica::{EnrolError, PinError, RecordError, StoreError};

/// Why something was not done, by what can be done about it.
///
/// `code` is stable, for a shell that has words of its own. `words` are plain English, with the remedy, and hold
/// no name, note or reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum Problem {
    /// Nothing is wrong with what was asked: do it again later. Nothing is lost.
    #[error("{words}")]
    TryLater {
        /// Stable.
        code: String,
        /// For people.
        words: String,
    },
    /// Ask for a ticket, or another one, and enrol.
    #[error("{words}")]
    Enrol {
        /// Stable.
        code: String,
        /// For people.
        words: String,
    },
    /// Show the words, keep what was typed, and let it be corrected. Nothing was stored.
    #[error("{words}")]
    ShowAndKeep {
        /// Stable.
        code: String,
        /// For people.
        words: String,
        /// The field to correct, where it is one field.
        field: Option<String>,
    },
    /// Something that nobody can correct on this phone: keep all files and tell the office or the developers.
    #[error("{words}")]
    ReportFault {
        /// Stable.
        code: String,
        /// For people.
        words: String,
    },
}

impl Problem {
    fn try_later(code: &str, error: &impl ToString) -> Problem {
        Problem::TryLater { code: code.to_owned(), words: error.to_string() }
    }

    fn enrol(code: &str, error: &impl ToString) -> Problem {
        Problem::Enrol { code: code.to_owned(), words: error.to_string() }
    }

    fn show(code: &str, error: &impl ToString, field: Option<&str>) -> Problem {
        Problem::ShowAndKeep {
            code: code.to_owned(),
            words: error.to_string(),
            field: field.map(str::to_owned),
        }
    }

    fn fault(code: &str, error: &impl ToString) -> Problem {
        Problem::ReportFault { code: code.to_owned(), words: error.to_string() }
    }

    /// Text that cannot be the name of such a thing.
    pub(crate) fn not_a_name(of: &'static str) -> Problem {
        Problem::show("not_a_name", &format!("this text is no {of}: give one that Alongside gave"), Some(of))
    }

    /// A part of the app that the core asked for something called the core.
    pub(crate) fn called_back() -> Problem {
        let words = "a part of the app called the core while the core was asking it: call it afterwards";
        Problem::fault("called_back", &words)
    }

    /// A view that has no JSON form.
    pub(crate) fn unreadable(error: &serde_json::Error) -> Problem {
        Problem::fault("unreadable", &format!("a view cannot be written as JSON: {error}: report it"))
    }

    /// A translation that cannot be used.
    pub(crate) fn not_a_translation(error: &TranslationError) -> Problem {
        Problem::show("translation", error, Some("translation"))
    }

    /// A ticket that is no ticket.
    pub(crate) fn not_a_ticket() -> Problem {
        let words = "this is not a ticket: scan it again, or ask the office for a new one";
        Problem::enrol("ticket_unreadable", &words)
    }
}

/// A part that the shell gives, such as its clock, threw something that nobody expected.
impl From<uniffi::UnexpectedUniFFICallbackError> for Problem {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Problem {
        Problem::fault("shell", &"a part of the app that the core asked for has failed: report it")
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match &error {
            StoreError::DiskFull => Problem::show("disk_full", &error, None),
            StoreError::NewerVersion { .. } => Problem::show("app_too_old", &error, None),
            StoreError::Keystore(KeystoreError::Unavailable) => Problem::try_later("keystore", &error),
            StoreError::Keystore(KeystoreError::Damaged) => Problem::fault("key_damaged", &error),
            StoreError::WrongKey => Problem::fault("wrong_key", &asking_for_help(&error)),
            StoreError::Damaged => Problem::fault("database_damaged", &asking_for_help(&error)),
            StoreError::KeyMissing => Problem::fault("key_missing", &asking_for_help(&error)),
            StoreError::Io => Problem::fault("database_unreachable", &asking_for_help(&error)),
            StoreError::Unreadable { .. } => Problem::fault("unreadable", &asking_for_help(&error)),
            StoreError::Refused(_) => Problem::fault("database", &asking_for_help(&error)),
        }
    }
}

fn asking_for_help(error: &StoreError) -> String {
    format!("{error}: keep the file and ask the office for help")
}

impl From<NoAnswer> for Problem {
    fn from(error: NoAnswer) -> Problem {
        match error {
            NoAnswer::Unreachable => Problem::try_later("unreachable", &error),
            NoAnswer::Busy => Problem::try_later("busy", &error),
            NoAnswer::WrongServer => Problem::fault("wrong_server", &error),
            NoAnswer::NotUnderstood => Problem::fault("not_understood", &error),
        }
    }
}

impl From<EnrolRefusal> for Problem {
    fn from(error: EnrolRefusal) -> Problem {
        let code = match error {
            EnrolRefusal::Unknown => "code_unknown",
            EnrolRefusal::Used => "code_used",
            EnrolRefusal::Expired => "code_expired",
            EnrolRefusal::Proof => return Problem::fault("proof", &error),
            EnrolRefusal::TooManyTries => "too_many_tries",
        };
        Problem::enrol(code, &error)
    }
}

impl From<EnrolError> for Problem {
    fn from(error: EnrolError) -> Problem {
        match error {
            EnrolError::AlreadyEnrolled => Problem::show("enrolled_already", &error, None),
            EnrolError::Refused(refusal) => refusal.into(),
            EnrolError::NoAnswer(why) => why.into(),
            EnrolError::Ticket(why) => Problem::enrol("ticket_unusable", &why),
            EnrolError::NotTheOrganisation => Problem::enrol("not_the_organisation", &error),
            EnrolError::Wiped => Problem::show("wiped", &error, None),
            EnrolError::Store(error) => error.into(),
        }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Problem {
        match error {
            RecordError::NotEnrolled => {
                Problem::enrol("not_enrolled", &"this phone is not enrolled yet: enrol it")
            }
            RecordError::Locked { .. } | RecordError::AskPin => Problem::show("locked", &error, None),
            RecordError::UnknownPerson => Problem::show("unknown_person", &error, None),
            RecordError::Observation(error) => error.into(),
            RecordError::NotSaid(error) => Problem::show("not_said", &error, Some(error.field)),
            RecordError::TooLong { .. } => Problem::show("too_long", &error, None),
            RecordError::InTheFuture => Problem::show("in_the_future", &error, Some("observed")),
            RecordError::NotYours => Problem::show("not_yours", &error, None),
            RecordError::NotForYou => Problem::show("not_for_you", &error, None),
            RecordError::PlanNotShared => Problem::show("plan_not_shared", &error, None),
            RecordError::NoKeySafe => Problem::show("no_key_safe", &error, None),
            RecordError::NobodyToTell => Problem::show("nobody_to_tell", &error, None),
            RecordError::Concern(error) => {
                let code = match error {
                    ConcernError::Missing { .. } => "missing",
                    ConcernError::TooLong { .. } => "too_long",
                };
                Problem::show(code, &error, Some(error.field()))
            }
            RecordError::PlanField(error) => Problem::show("plan_field", &error, Some(&error.field)),
            RecordError::Commands => Problem::show("commands", &error, None),
            RecordError::UnknownTemplate => Problem::show("unknown_template", &error, Some("template")),
            RecordError::Store(error) => error.into(),
        }
    }
}

impl From<PinError> for Problem {
    fn from(error: PinError) -> Problem {
        match error {
            PinError::NotEnrolled => Problem::enrol("not_enrolled", &error),
            PinError::Form => Problem::show("pin_form", &error, Some("pin")),
            PinError::NotSet => Problem::show("pin_not_set", &error, Some("pin")),
            PinError::Wrong { .. } => Problem::show("pin_wrong", &error, Some("pin")),
            PinError::Wait { .. } => Problem::try_later("pin_wait", &error),
            PinError::Store(error) => error.into(),
        }
    }
}

impl From<ObservationError> for Problem {
    fn from(error: ObservationError) -> Problem {
        use ObservationError as E;
        let (code, field) = match &error {
            E::UnknownKind { .. } => ("unknown_kind", Some("kind")),
            E::UseConcernForm { .. } => ("use_concern_form", Some("kind")),
            E::UnknownField { field, .. } => ("unknown_field", Some(field.as_str())),
            E::WrongType { field, .. } => ("wrong_type", Some(field.as_str())),
            E::NotAllowed { field, .. } => ("not_allowed", Some(field.as_str())),
            E::MissingRequired { field, .. } => ("missing", Some(field.as_str())),
            E::Nothing { .. } => ("nothing_recorded", None),
            E::AbsentWithValues { .. } => ("absent_with_values", Some("absent")),
            E::ReasonNotAllowed { .. } => ("reason_not_allowed", Some("absent")),
            E::SiteNotAllowed { .. } => ("site_not_allowed", Some("site")),
            E::RuledOut { field, .. } => ("ruled_out", Some(field.as_str())),
            E::TooLong { field, .. } => ("too_long", Some(field.as_str())),
        };
        Problem::show(code, &error, field)
    }
}
