//! Whom somebody may see who sees people for a time only: an agency carer the people of their shift, and anybody else
//! a person to whom they were given access without a visit; from two hours before it to two hours after it.
//!
//! A shift is the rostered visits of one member of staff on one local day. What they recorded may be handed in
//! afterwards, as by anybody who was on a care team. The lease of the phone of somebody who sees nobody else ends with
//! it, so that a phone without signal locks itself too.

use crate::app::App;
use crate::storage::{Access, Staff, StorageError, TimedAccess};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::time::{HOUR_MS, Moment};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Access begins this long before a shift, and ends this long after it. The clinical safety officer must agree it.
pub const AROUND_SHIFT_MS: i64 = 2 * HOUR_MS;

/// When some people may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Open {
    from: Moment,
    until: Moment,
    people: Vec<PersonId>,
}

impl Open {
    fn around(begins: Moment, ends: Moment, people: Vec<PersonId>) -> Open {
        let (from, until) = (begins.plus_ms(-AROUND_SHIFT_MS), ends.plus_ms(AROUND_SHIFT_MS));
        Open { from, until, people }
    }

    fn given(access: &TimedAccess) -> Open {
        let (from, until) = open_between(access);
        Open { from, until, people: vec![access.person] }
    }

    fn is_now(&self, now: Moment) -> bool {
        self.from <= now && now < self.until
    }

    fn has_begun(&self, now: Moment) -> bool {
        self.from <= now && self.from < self.until
    }
}

/// From when until when access that was given for a time is open. Where it was ended before that, it never is.
pub fn open_between(access: &TimedAccess) -> (Moment, Moment) {
    let until = access.until.plus_ms(AROUND_SHIFT_MS);
    (access.from.plus_ms(-AROUND_SHIFT_MS), access.ended.map_or(until, |ended| ended.min(until)))
}

/// Whom a member of staff may see now, and until when, where all of it ends.
pub async fn access_now(
    app: &App,
    staff: &Staff,
    now: Moment,
) -> Result<(Access, Option<Moment>), StorageError> {
    let access = app.store.access_of(staff.staff).await?;
    if !staff.agency && access.timed.is_empty() {
        return Ok((access, None));
    }
    let given = app.store.times_of(staff.staff).await?;
    let mut times: Vec<Open> = given.iter().map(|one| Open::given(&one.access)).collect();
    if staff.agency {
        times.extend(shifts(app, staff, &access).await?);
    }
    Ok(within(staff.agency, access, &times, now))
}

/// Who is on a person's care team, with those who may see them now for a time only.
pub async fn team_now(app: &App, person: PersonId) -> Result<Vec<StaffId>, StorageError> {
    let now = app.clock.now();
    let mut team = app.store.care_team(person).await?;
    let given = app.store.times_about(person).await?;
    team.extend(given.iter().filter(|one| Open::given(&one.access).is_now(now)).map(|one| one.access.staff));
    team.sort_unstable();
    team.dedup();
    Ok(team)
}

/// The shifts of an agency carer with people on whose care team they are.
async fn shifts(app: &App, staff: &Staff, access: &Access) -> Result<Vec<Open>, StorageError> {
    let mut shifts: BTreeMap<NaiveDate, (Moment, Moment, Vec<PersonId>)> = BTreeMap::new();
    for person in access.people.iter().filter(|person| access.timed.binary_search(person).is_err()) {
        for planned in app.rosters.current(app, *person).await? {
            if planned.cancelled || !planned.staff.contains(&staff.staff) {
                continue;
            }
            let ends = planned.ends.map_or(planned.window_end, |ends| ends.max(planned.window_end));
            let shift = shifts.entry(planned.start.local_day()).or_insert((planned.start, ends, Vec::new()));
            shift.0 = shift.0.min(planned.start);
            shift.1 = shift.1.max(ends);
            shift.2.push(*person);
        }
    }
    Ok(shifts.into_values().map(|(begins, ends, people)| Open::around(begins, ends, people)).collect())
}

fn within(is_agency: bool, access: Access, times: &[Open], now: Moment) -> (Access, Option<Moment>) {
    let is_timed = |person: &PersonId| access.timed.binary_search(person).is_ok();
    let is_bounded = |person: &PersonId| is_agency || is_timed(person);
    let open: Vec<&Open> = times.iter().filter(|time| time.is_now(now)).collect();
    let is_open = |person: &PersonId| open.iter().any(|time| time.people.contains(person));
    let (people, others): (Vec<PersonId>, Vec<PersonId>) =
        access.people.iter().partition(|person| !is_bounded(person) || is_open(person));
    // Who has not begun to see a person has nothing to hand in about them.
    let began =
        |person: &PersonId| times.iter().any(|time| time.has_begun(now) && time.people.contains(person));
    let others = others.into_iter().filter(|person| !is_timed(person) || began(person));
    let mut former: Vec<PersonId> = access.former.iter().copied().chain(others).collect();
    former.sort_unstable();
    let all_end = people.iter().all(is_bounded);
    let until = open.iter().map(|time| time.until).max().filter(|_| all_end);
    (Access { people, former, ..access }, until)
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

    const THREE_HOURS: i64 = 3 * HOUR_MS;

    type Seen = (Vec<PersonId>, Vec<PersonId>, Option<Moment>);

    fn seen_of(is_agency: bool, timed: Vec<PersonId>, time: Open, hours: i64) -> Seen {
        let access = Access { people: vec![GRACE, OMAR], timed, ..Access::default() };
        let (access, until) = within(is_agency, access, &[time], NINE.plus_ms(hours * HOUR_MS));
        (access.people, access.former, until)
    }

    fn seen(hours: i64) -> Seen {
        seen_of(true, vec![], Open::around(NINE, NINE.plus_ms(THREE_HOURS), vec![GRACE]), hours)
    }

    fn given(ended: Option<i64>) -> Open {
        let (staff, from, until) = (StaffId([3; 16]), NINE, NINE.plus_ms(THREE_HOURS));
        let ended = ended.map(|hours| NINE.plus_ms(hours * HOUR_MS));
        Open::given(&TimedAccess { staff, person: GRACE, from, until, by: staff, at: NINE, ended })
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
    fn a_time_that_was_given_bounds_that_person_alone_and_the_lease_only_where_all_they_see_ends() {
        let until = NINE.plus_ms(5 * HOUR_MS);
        for (hours, people, former) in [
            (-3, vec![OMAR], vec![]),
            (-2, vec![GRACE, OMAR], vec![]),
            (4, vec![GRACE, OMAR], vec![]),
            (5, vec![OMAR], vec![GRACE]),
        ] {
            let seen = seen_of(false, vec![GRACE], given(None), hours);
            assert_eq!(seen, (people, former, None), "{hours} hours after it began");
        }
        let alone = seen_of(false, vec![GRACE, OMAR], given(None), 0);
        assert_eq!(alone, (vec![GRACE], vec![], Some(until)), "of Omar nothing had begun");
    }

    #[test]
    fn a_time_that_was_ended_is_over_at_once_and_one_that_was_ended_before_it_began_never_was() {
        assert_eq!(seen_of(false, vec![GRACE], given(Some(1)), 0).0, [GRACE, OMAR]);
        assert_eq!(seen_of(false, vec![GRACE], given(Some(1)), 1), (vec![OMAR], vec![GRACE], None));
        assert_eq!(seen_of(false, vec![GRACE], given(Some(-3)), 1), (vec![OMAR], vec![], None));
    }

    #[test]
    fn the_lease_of_an_agency_phone_ends_with_the_shift() {
        for (until, hours) in [(None, 72), (Some(5), 5), (Some(0), 1), (Some(90), 72)] {
            let until = until.map(|hours: i64| NINE.plus_ms(hours * HOUR_MS));
            assert_eq!(lease_hours(72, until, NINE), hours);
        }
    }
}
