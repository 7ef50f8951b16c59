//! Opening a record in an emergency: who may is the domain's rule; here it is told to the office before anything is
//! shown, written into the audit trail, and the person is found without a list of people.

use crate::app::App;
use crate::audit::{Entry, What, Who};
use crate::plan::{Act, PlanError, act_for_office};
use crate::refusal::Refusal;
use crate::sharing::is_in_care;
use crate::storage::Staff;
use alongside_domain::access::Author;
use alongside_domain::access::break_glass::{BreakGlass, NotOpened};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::{self, AccessNoted, BreakGlassNoted};
use alongside_domain::journal::{Body, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::PlanView;
use alongside_domain::sharing::Scope;
use alongside_domain::time::{MINUTE_MS, Moment};
use alongside_domain::value::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Most searches of one member of staff in [`SEARCHES_MS`].
const SEARCHES_MAX: usize = 10;
const SEARCHES_MS: i64 = 10 * MINUTE_MS;

/// Limits how often somebody looks for a person.
#[derive(Debug, Default)]
pub struct Searches(Mutex<HashMap<StaffId, VecDeque<Moment>>>);

impl Searches {
    /// Counts a search. `false`: too many in a short time.
    fn count(&self, staff: StaffId, now: Moment) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = all.entry(staff).or_default();
        lately.retain(|at| now.since_ms(*at) < SEARCHES_MS);
        if lately.len() >= SEARCHES_MAX {
            return false;
        }
        lately.push_back(now);
        true
    }
}

/// What somebody knows of the person whom they look for.
pub enum Sought<'a> {
    /// Their NHS number.
    NhsNumber(&'a str),
    /// Their full name and their date of birth.
    NameAndBirth(&'a str, &'a str),
}

/// Who was found.
pub enum Found {
    /// One person.
    One(PersonId),
    /// Nobody.
    Nobody,
    /// More than one: which is not told.
    Several,
}

/// Looks for a person by what must fit exactly. Only so many times in ten minutes.
pub async fn find(app: &App, staff: StaffId, sought: &Sought<'_>) -> Result<Found, Refusal> {
    if !app.searches.count(staff, app.clock.now()) {
        return Err(Refusal::TooMany);
    }
    let (mut found, mut unread) = (Found::Nobody, None);
    for person in app.store.people().await? {
        let plan = match app.plans.current(app, person).await {
            Ok(plan) => plan,
            // One plan that cannot be read must not keep everybody else from being found.
            Err(error) => {
                unread = Some(error);
                continue;
            }
        };
        if is_it(&plan.view, sought) {
            found = match found {
                Found::Nobody => Found::One(person),
                Found::One(_) | Found::Several => Found::Several,
            };
        }
    }
    match (found, unread) {
        (Found::Nobody, Some(error)) => Err(error.into()),
        (found, _) => Ok(found),
    }
}

fn is_it(plan: &PlanView, sought: &Sought<'_>) -> bool {
    match sought {
        Sought::NhsNumber(number) => {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            let number = digits(number);
            number.len() == 10 && texts(plan, "nhs_number").any(|text| digits(text) == number)
        }
        Sought::NameAndBirth(name, born) => {
            let name = plain(name);
            let is_named = !name.is_empty() && texts(plan, "full_name").any(|text| plain(text) == name);
            is_named && texts(plan, "date_of_birth").any(|text| text == born.trim())
        }
    }
}

/// Each version of a field of the safety header: while people differ about it, each of them finds the person.
fn texts<'p>(plan: &'p PlanView, code: &'p str) -> impl Iterator<Item = &'p str> {
    let entries = plan.sections.get(&Section::Safety).into_iter().flatten();
    let fields = entries.filter_map(move |(_, entry)| entry.fields.get(code));
    fields.flat_map(|field| field.candidates.iter()).filter_map(|one| match &one.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// What stands before a name and is not part of it.
const TITLES: [&str; 9] = ["mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "rev"];

/// A name in small letters, with one space between its words, without a title.
fn plain(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    let is_title = |word: &String| TITLES.contains(&word.trim_end_matches('.'));
    let skipped = usize::from(words.len() > 1 && words.first().is_some_and(is_title));
    words[skipped..].join(" ")
}

/// What somebody asks for.
pub struct Asked<'a> {
    /// About whom.
    pub person: PersonId,
    /// For how long.
    pub hours: u32,
    /// Why.
    pub reason: &'a str,
}

/// Opens a record. The office is told first: whatever fails after that, nobody reads what nobody was told of.
pub async fn open(app: &App, staff: &Staff, who: Who, asked: &Asked<'_>) -> Result<BreakGlass, Refusal> {
    let (now, person) = (app.clock.now(), asked.person);
    if app.store.people().await?.binary_search(&person).is_err() {
        return Err(Refusal::NotFound { what: "person" });
    }
    let related = is_in_care(app, staff, person).await?;
    let reader = Author { staff: staff.staff, role: staff.role, scope: related.then_some(Scope::SHAREABLE) };
    let grant = BreakGlass::open(&reader, person, asked.hours, asked.reason, now).map_err(refused)?;
    let is_same = |one: &crate::storage::OpenedRecord| one.grant.person == person;
    if app.store.break_glass_of(staff.staff, now).await?.iter().any(is_same) {
        return Err(Refusal::field("person", "is open to you already: end that first"));
    }
    let (reason, until) = (asked.reason.trim().to_owned(), grant.until);
    let told = Act { person, by: staff.staff, body: Body::BreakGlass(body::BreakGlass { reason, until }) };
    act_for_office(app, &told).await?;
    let entry = Entry { people: [person].into(), ..Entry::new(now, who, What::OpenedInEmergency) };
    app.store.open_break_glass(grant.clone(), entry).await?;
    tracing::warn!(%person, staff = %staff.staff, "a record was opened in an emergency");
    Ok(grant)
}

fn refused(why: NotOpened) -> Refusal {
    match why {
        NotOpened::Role => Refusal::MayNot,
        NotOpened::InTheirCare => Refusal::field("person", "is in your care already: open their page"),
        NotOpened::Hours => Refusal::field("hours", why.to_string()),
        NotOpened::NoReason | NotOpened::LongReason => Refusal::field("reason", why.to_string()),
    }
}

/// Writes into the office channel what became of an opening.
pub async fn note(
    app: &App,
    person: PersonId,
    by: StaffId,
    opened: RecordRef,
    noted: AccessNoted,
) -> Result<(), PlanError> {
    let body = Body::BreakGlassNoted(BreakGlassNoted { opened, noted });
    act_for_office(app, &Act { person, by, body }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_with_and_without_its_title_and_in_any_letters() {
        assert_eq!(plain(" MRS. grace   Okafor"), plain("Grace Okafor"));
        assert_ne!(plain("Grace Okafor-Bell"), plain("Grace Okafor"));
        assert_eq!(plain("Miss"), "miss");
    }

    #[test]
    fn somebody_looks_for_ten_people_in_ten_minutes_and_no_more() {
        let (searches, beth) = (Searches::default(), StaffId([4; 16]));
        assert!((0..SEARCHES_MAX).all(|_| searches.count(beth, Moment(0))));
        assert!(!searches.count(beth, Moment(SEARCHES_MS - 1)));
        assert!(searches.count(StaffId([5; 16]), Moment(0)), "a limit for each");
        assert!(searches.count(beth, Moment(SEARCHES_MS)));
    }
}
