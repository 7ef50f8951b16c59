//! What a reader may read of a person's record, by the plan as it stands today: the one question that pages, syncs and
//! decisions about edits ask. The rule itself is the domain's.

use crate::agency;
use crate::app::App;
use crate::plan::{CurrentPlan, PlanError};
use crate::storage::{Access, Staff, StorageError};
use alongside_domain::access::break_glass::BreakGlass;
use alongside_domain::access::{self, Author};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::{Category, Entry};
use alongside_domain::plan::view::PlanView;
use alongside_domain::sharing::{self, Scope, Shared, Sharing};
use alongside_domain::time::Moment;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The partner organisation that somebody works for; nothing for the provider's own staff. Whoever works through an
/// agency works for the provider.
pub fn partner_of<'a>(app: &App, staff: &'a Staff) -> Option<&'a str> {
    let partner = sharing::partner(&staff.organisation, &app.identity.organisation);
    partner.filter(|_| !staff.agency)
}

/// Whether somebody is a supervisor or manager of the provider's own.
pub fn is_office(app: &App, staff: &Staff) -> bool {
    access::is_office(staff.role) && partner_of(app, staff).is_none()
}

/// What somebody who is related to a person may read, by this plan of theirs.
pub fn by_plan(app: &App, staff: &Staff, plan: &PlanView) -> Sharing {
    let reader = sharing::Reader { role: staff.role, partner: partner_of(app, staff) };
    sharing::sharing(plan, &reader, app.clock.now().local_day())
}

/// Somebody who reads what is known of one person, and what of it they may read.
pub struct Reader {
    /// Of whom.
    pub person: PersonId,
    /// For the rules of access.
    pub author: Author,
    /// What they may read, and why.
    pub sharing: Sharing,
    /// Until when, where they opened the record in an emergency.
    pub until: Option<Moment>,
    /// The plan as it stands; an empty one where they may not read it.
    pub plan: Arc<CurrentPlan>,
}

impl Reader {
    /// A member of staff who is related to the person.
    pub async fn related(app: &App, staff: &Staff, person: PersonId) -> Result<Reader, PlanError> {
        let plan = app.plans.current(app, person).await?;
        let sharing = by_plan(app, staff, &plan.view);
        let plan = if sharing.scope.reads(Category::PLAN) {
            plan
        } else {
            Arc::new(CurrentPlan::new(app.identity.author, app.identity.epoch, Arc::clone(&plan.catalogue)))
        };
        let author = Author { staff: staff.staff, role: staff.role, scope: Some(sharing.scope) };
        Ok(Reader { person, author, sharing, until: None, plan })
    }

    /// A member of staff who opened the person's record in an emergency. The rules of access find no relationship: they
    /// read, and change nothing.
    pub async fn in_emergency(app: &App, staff: &Staff, opened: &BreakGlass) -> Result<Reader, PlanError> {
        let plan = app.plans.current(app, opened.person).await?;
        let author = Author { staff: staff.staff, role: staff.role, scope: None };
        let sharing = Sharing { scope: Scope::SHAREABLE, why: Vec::new() };
        Ok(Reader { person: opened.person, author, sharing, until: Some(opened.until), plan })
    }

    /// Whether they are on the care team, or see the person for a time.
    pub fn is_related(&self) -> bool {
        self.author.scope.is_some()
    }
}

/// Whether a member of staff is on the person's care team, or sees the person now for a time.
pub async fn is_in_care(app: &App, staff: &Staff, person: PersonId) -> Result<bool, StorageError> {
    let (access, _) = agency::access_now(app, staff, app.clock.now()).await?;
    Ok(access.people.binary_search(&person).is_ok())
}

/// Whether a reader may read a record. What somebody wrote themselves tells them nothing new.
pub fn reads(scope: Scope, by: StaffId, entry: &Entry) -> bool {
    scope.reads(entry.header.category) || entry.header.by == by
}

/// What a member of staff's devices may hold of the people on their access list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    /// The provider's own: all that the role gives.
    Own,
    /// A partner's: of each person, what is shared; of anybody else nothing.
    Partner(BTreeMap<PersonId, Scope>),
}

impl Scopes {
    /// Of one person.
    pub fn of(&self, person: PersonId) -> Scope {
        match self {
            Scopes::Own => Scope::Whole,
            Scopes::Partner(scopes) => scopes.get(&person).copied().unwrap_or(Scope::Only(Shared::default())),
        }
    }
}

/// What the devices of a member of staff may see now. A person of whom nothing is shared is not on a partner's list;
/// what was recorded about them can be handed in all the same.
pub async fn bound(app: &App, staff: &Staff, access: Access) -> Result<(Access, Scopes), StorageError> {
    if partner_of(app, staff).is_none() {
        return Ok((access, Scopes::Own));
    }
    let mut scopes = BTreeMap::new();
    for person in &access.people {
        scopes.insert(*person, scope_now(app, staff, *person).await?);
    }
    Ok(within(access, scopes))
}

/// Where a plan cannot be read, nobody knows what its person objects to.
async fn scope_now(app: &App, staff: &Staff, person: PersonId) -> Result<Scope, StorageError> {
    match app.plans.current(app, person).await {
        Ok(plan) => Ok(by_plan(app, staff, &plan.view).scope),
        Err(PlanError::Storage(error)) => Err(error),
        Err(error) => {
            tracing::error!(%person, %error, "nothing is shared with partners: the plan cannot be read");
            Ok(Scope::Only(Shared::default()))
        }
    }
}

fn within(access: Access, mut scopes: BTreeMap<PersonId, Scope>) -> (Access, Scopes) {
    scopes.retain(|_, scope| !scope.is_nothing());
    let (people, others): (Vec<PersonId>, Vec<PersonId>) =
        access.people.into_iter().partition(|person| scopes.contains_key(person));
    let mut former = [access.former, others].concat();
    former.sort_unstable();
    (Access { people, former, ..access }, Scopes::Partner(scopes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: PersonId = PersonId([1; 16]);
    const OMAR: PersonId = PersonId([2; 16]);

    fn bounded(categories: &[Category]) -> (Access, Scopes) {
        let access = Access { people: vec![GRACE, OMAR], ..Access::default() };
        let scopes = [(GRACE, Scope::Only(Shared::of(categories))), (OMAR, Scope::Only(Shared::default()))];
        within(access, scopes.into())
    }

    #[test]
    fn of_whom_nothing_is_shared_nothing_is_seen_and_what_was_recorded_can_be_handed_in() {
        let (access, scopes) = bounded(&[Category::PLAN]);
        assert_eq!((access.people, access.former), (vec![GRACE], vec![OMAR]));
        assert!(scopes.of(GRACE).reads(Category::PLAN) && !scopes.of(GRACE).reads(Category::VISITS));
        assert!(scopes.of(OMAR).is_nothing() && scopes.of(PersonId([9; 16])).is_nothing());
    }
}
