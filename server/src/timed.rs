//! Access to a person for a time, given to somebody without a visit: a supervisor or manager says who, and from when
//! until when. What it opens, and two hours before and after, says [`crate::agency`].

use crate::agency::{self, AROUND_SHIFT_MS};
use crate::app::App;
use crate::refusal::Refusal;
use crate::storage::{Staff, TimedAccess};
use alongside_domain::access::channels_of;
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::Channel;
use alongside_domain::time::{HOUR_MS, Moment};

/// The longest time: whoever comes for longer belongs on the care team. The clinical safety officer must agree it.
pub const LONGEST_MS: i64 = 7 * 24 * HOUR_MS;

/// What somebody asks for.
pub struct Asked {
    /// Of whom.
    pub person: PersonId,
    /// For whom.
    pub staff: StaffId,
    /// When what they come for begins.
    pub from: Moment,
    /// When it ends.
    pub until: Moment,
}

/// Whether somebody can be given a time: those who read care at all.
pub fn may_have(staff: &Staff) -> bool {
    channels_of(staff.role).contains(&Channel::Care)
}

/// Gives it, in the name of somebody of the office who is on the care team.
pub async fn give(app: &App, asked: &Asked, by: &Staff) -> Result<(), Refusal> {
    let staff = app.store.staff(asked.staff).await?.filter(may_have);
    let staff = staff.ok_or_else(|| Refusal::not_offered("staff"))?;
    let now = app.clock.now();
    if asked.until <= asked.from {
        return Err(Refusal::field("until", "is not after the time when it begins"));
    }
    if asked.until.since_ms(asked.from) > LONGEST_MS {
        return Err(Refusal::field("until", "is more than 7 days later: put them on the care team instead"));
    }
    if asked.until.plus_ms(AROUND_SHIFT_MS) <= now {
        return Err(Refusal::field("until", "is over already"));
    }
    if !staff.agency && app.store.care_team(asked.person).await?.contains(&staff.staff) {
        return Err(Refusal::field("staff", "is on the care team, and sees this person at any time"));
    }
    let Asked { person, from, until, .. } = *asked;
    let access = TimedAccess { staff: staff.staff, person, from, until, by: by.staff, at: now, ended: None };
    let given = app.store.give_time(access).await?;
    if given { Ok(()) } else { Err(Refusal::NotFound { what: "person" }) }
}

/// Ends it at once.
pub async fn end(app: &App, person: PersonId, id: i64, by: &Staff) -> Result<(), Refusal> {
    let now = app.clock.now();
    let given = app.store.times_about(person).await?;
    let is_over =
        given.iter().find(|one| one.id == id).is_none_or(|one| agency::open_between(&one.access).1 <= now);
    if is_over || !app.store.end_time(id, person, by.staff, now).await? {
        return Err(Refusal::field("id", "is not a time that this page offered, or it is over"));
    }
    Ok(())
}
