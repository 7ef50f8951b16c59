//! What an agency carer may see: the people of their shift, from two hours before it to two hours after it.
//!
//! A shift is the rostered visits of one member of staff on one local day. What they recorded may be handed in
//! afterwards, as by anybody who was on a care team. The lease of their phone ends with the shift, so that a phone
//! without signal locks itself too.

use crate::app::App;
use crate::secret;
use crate::storage::{Access, Staff, StorageError};
use alongside_domain::ids::PersonId;
use alongside_domain::time::{HOUR_MS, Moment};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Access begins this long before a shift, and ends this long after it. The clinical safety officer must agree it.
pub const AROUND_SHIFT_MS: i64 = 2 * HOUR_MS;

/// A shift, and the people of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shift {
    begins: Moment,
    ends: Moment,
    people: Vec<PersonId>,
}

/// What an agency carer's device may see now, and until when.
pub async fn bound(
    app: &App,
    staff: &Staff,
    access: Access,
    now: Moment,
) -> Result<(Access, Option<Moment>), StorageError> {
    if !staff.agency {
        return Ok((access, None));
    }
    let mut shifts: BTreeMap<NaiveDate, Shift> = BTreeMap::new();
    for person in &access.people {
        for planned in app.rosters.current(app, *person).await? {
            if planned.cancelled || !planned.staff.contains(&staff.staff) {
                continue;
            }
            let ends = planned.ends.map_or(planned.window_end, |ends| ends.max(planned.window_end));
            let shift = shifts.entry(planned.start.local_day()).or_insert(Shift {
                begins: planned.start,
                ends,
                people: Vec::new(),
            });
            shift.begins = shift.begins.min(planned.start);
            shift.ends = shift.ends.max(ends);
            shift.people.push(*person);
        }
    }
    Ok(within(access, shifts.into_values(), now))
}

fn within(access: Access, shifts: impl Iterator<Item = Shift>, now: Moment) -> (Access, Option<Moment>) {
    let is_open = |shift: &Shift| {
        shift.begins.plus_ms(-AROUND_SHIFT_MS) <= now && now < shift.ends.plus_ms(AROUND_SHIFT_MS)
    };
    let open: Vec<Shift> = shifts.filter(is_open).collect();
    let until = open.iter().map(|shift| shift.ends.plus_ms(AROUND_SHIFT_MS)).max();
    let (people, others): (Vec<PersonId>, Vec<PersonId>) =
        access.people.into_iter().partition(|person| open.iter().any(|shift| shift.people.contains(person)));
    let mut former = [access.former, others].concat();
    former.sort_unstable();
    let version = version_of(access.version, &people);
    (Access { version, people, former, ..access }, until)
}

/// Another version for other people: what a device has is compared with it, and nothing else is read from it.
fn version_of(version: u64, people: &[PersonId]) -> u64 {
    let people = people.iter().flat_map(|person| person.0);
    let all: Vec<u8> = version.to_be_bytes().into_iter().chain(people).collect();
    let sum = secret::hash(&all);
    let first: [u8; 8] = sum[..8].try_into().expect("eight of 32 bytes");
    // The highest is that of a device whose enrolment has ended.
    u64::from_be_bytes(first) >> 1
}

/// The lease of a phone whose holder's access ends at `until`: whole hours, at least one.
pub fn lease_hours(lease_hours: u32, until: Option<Moment>, now: Moment) -> u32 {
    let Some(until) = until else { return lease_hours };
    let left = u32::try_from(until.since_ms(now) / HOUR_MS).unwrap_or(0).max(1);
    left.min(lease_hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: PersonId = PersonId([1; 16]);
    const OMAR: PersonId = PersonId([2; 16]);
    const NINE: Moment = Moment(1_772_442_000_000);

    fn seen(hours: i64) -> (Vec<PersonId>, Vec<PersonId>, Option<Moment>) {
        let access = Access { version: 3, people: vec![GRACE, OMAR], ..Access::default() };
        let shift = Shift { begins: NINE, ends: NINE.plus_ms(3 * HOUR_MS), people: vec![GRACE] };
        let (access, until) = within(access, std::iter::once(shift), NINE.plus_ms(hours * HOUR_MS));
        (access.people, access.former, until)
    }

    #[test]
    fn access_is_from_two_hours_before_a_shift_to_two_hours_after_it_to_the_people_of_it() {
        let until = Some(NINE.plus_ms(5 * HOUR_MS));
        for (hours, people, former, until) in [
            (-3, vec![], vec![GRACE, OMAR], None),
            (-2, vec![GRACE], vec![OMAR], until),
            (4, vec![GRACE], vec![OMAR], until),
            (5, vec![], vec![GRACE, OMAR], None),
        ] {
            assert_eq!(seen(hours), (people, former, until), "{hours} hours after it began");
        }
    }

    #[test]
    fn another_list_has_another_version() {
        assert_ne!(version_of(3, &[GRACE]), version_of(3, &[]));
        assert_ne!(version_of(3, &[GRACE]), version_of(4, &[GRACE]));
        assert_eq!(version_of(3, &[GRACE]), version_of(3, &[GRACE]));
    }

    #[test]
    fn the_lease_of_an_agency_phone_ends_with_the_shift() {
        for (until, hours) in [(None, 72), (Some(5), 5), (Some(0), 1), (Some(90), 72)] {
            let until = until.map(|hours: i64| NINE.plus_ms(hours * HOUR_MS));
            assert_eq!(lease_hours(72, until, NINE), hours);
        }
    }
}
