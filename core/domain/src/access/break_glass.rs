//! Break-glass: somebody without a relationship with a person reads that person's care in an emergency.
//!
//! It opens one person's care channel, to one member of staff, for reading, until a time. Nothing else follows from it:
//! no channel of the office, no concern, no code of a key safe, no copy on a device. Who, why and until when stands in the
//! person's office channel, for supervisors and managers.

use super::{Action, Author, Verdict};
use crate::ids::{AuthorId, PersonId, StaffId};
use crate::journal::body::{AccessNoted, Role};
use crate::journal::{Body, Entry, RecordRef};
use crate::sharing::Scope;
use crate::time::{HOUR_MS, Moment};
use serde::Serialize;

/// The longest time, in hours.
pub const HOURS_MAX: u32 = 12;
/// The longest reason, in bytes.
pub const REASON_BYTES_MAX: usize = 1000;

/// Access that somebody opened for themself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlass {
    /// Who reads.
    pub staff: StaffId,
    /// About whom.
    pub person: PersonId,
    /// From when on.
    pub opened: Moment,
    /// Until when, at the latest: this moment is not in it.
    pub until: Moment,
    /// When it was ended before that.
    pub ended: Option<Moment>,
}

/// Why access is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// Their role does not read care at a desk.
    #[error("your role may not do this")]
    Role,
    /// They are on the care team: they have more than this.
    #[error("this person is in your care already")]
    InTheirCare,
    /// No hour, or too many.
    #[error("takes 1 to {HOURS_MAX} hours")]
    Hours,
    /// No reason.
    #[error("is missing: say why you must read this record now")]
    NoReason,
    /// A longer reason than is kept.
    #[error("takes at most {REASON_BYTES_MAX} bytes")]
    LongReason,
}

/// Whether a role may open a record in an emergency: whoever reads care at a desk. Carers read on their phones, which get
/// nothing of it.
pub fn may_open(role: Role) -> bool {
    matches!(role, Role::Nurse | Role::Therapist | Role::SocialWorker | Role::Supervisor | Role::Manager)
}

impl BreakGlass {
    /// Opens a person's record to `reader` for so many hours from `now`, if the rule allows it.
    pub fn open(
        reader: &Author,
        person: PersonId,
        hours: u32,
        reason: &str,
        now: Moment,
    ) -> Result<BreakGlass, NotOpened> {
        if !may_open(reader.role) {
            return Err(NotOpened::Role);
        }
        if reader.scope.is_some() {
            return Err(NotOpened::InTheirCare);
        }
        if !(1..=HOURS_MAX).contains(&hours) {
            return Err(NotOpened::Hours);
        }
        match reason.trim().len() {
            0 => return Err(NotOpened::NoReason),
            1..=REASON_BYTES_MAX => {}
            _ => return Err(NotOpened::LongReason),
        }
        let until = now.plus_ms(i64::from(hours) * HOUR_MS);
        Ok(BreakGlass { staff: reader.staff, person, opened: now, until, ended: None })
    }

    /// Whether it is open. However its times were written, it is over 12 hours after it was opened.
    pub fn is_open(&self, now: Moment) -> bool {
        let longest = self.opened.plus_ms(i64::from(HOURS_MAX) * HOUR_MS);
        self.ended.is_none() && self.opened <= now && now < self.until.min(longest)
    }

    /// Whether `staff` may do `action` about `person` by this alone: reading, while it is open, and nothing else.
    pub fn may(&self, staff: StaffId, person: PersonId, action: &Action<'_>, now: Moment) -> Verdict {
        let is_theirs = self.staff == staff && self.person == person;
        let reads = matches!(action, Action::Read(category) if Scope::SHAREABLE.reads(*category));
        if is_theirs && self.is_open(now) && reads { Verdict::Yes } else { Verdict::No }
    }
}

/// What the office channel tells of a record that was opened in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// The record that says so.
    pub record: RecordRef,
    /// Who reads.
    pub by: StaffId,
    /// When they opened it.
    pub at: Moment,
    /// Why, in their words.
    pub reason: String,
    /// Until when, at the latest.
    pub until: Moment,
    /// When they ended it before that.
    pub ended: Option<Moment>,
    /// Which manager has looked at it, and when.
    pub looked_at: Option<(StaffId, Moment)>,
}

impl Opened {
    /// No manager has looked at it yet.
    pub fn waits(&self) -> bool {
        self.looked_at.is_none()
    }
}

/// Everything that was opened in an emergency, by time. Only what the `store` wrote counts: no phone writes it, and
/// nobody looks at what they opened themself.
pub fn opened(office: &[Entry], store: AuthorId) -> Vec<Opened> {
    let own = || office.iter().filter(|entry| entry.id.author == store);
    let mut found: Vec<Opened> = own()
        .filter_map(|entry| match &entry.body {
            Body::BreakGlass(opened) => Some(Opened {
                record: entry.id,
                by: entry.header.by,
                at: entry.effective,
                reason: opened.reason.clone(),
                until: opened.until,
                ended: None,
                looked_at: None,
            }),
            _ => None,
        })
        .collect();
    found.sort_by_key(|one| (one.at, one.record));
    for entry in own() {
        let Body::BreakGlassNoted(noted) = &entry.body else { continue };
        let Some(one) = found.iter_mut().find(|one| one.record == noted.opened) else { continue };
        let (by, at) = (entry.header.by, entry.effective);
        match noted.noted {
            AccessNoted::Ended => one.ended = Some(one.ended.map_or(at, |known| known.min(at))),
            AccessNoted::LookedAt if by == one.by => {}
            AccessNoted::LookedAt => {
                let first = one.looked_at.is_none_or(|(_, known)| at < known);
                one.looked_at = if first { Some((by, at)) } else { one.looked_at };
            }
        }
    }
    found
}
