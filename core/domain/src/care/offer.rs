//! Whom to call next about a met trigger: the plan's contacts in hours, then on-call, 111, and 999 if worse.

use super::plan::{CarePlan, Contact};
use crate::ids::EntryId;
use crate::time::Moment;
use serde::Serialize;
use std::collections::BTreeSet;

/// Someone who can be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// A contact of the plan.
    Contact(EntryId),
    /// NHS 111.
    OneOneOne,
    /// 999, if the person is worse.
    NineNineNineIfWorse,
}

/// Whom to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offers {
    /// The next to call: the first in hours who has not just failed.
    pub next: Offer,
    /// Contacts that did not answer and may be tried again, in the order of the list.
    pub retry: Vec<EntryId>,
    /// All who can be called now, in order. It always ends with the on-call, 111, and 999 if worse.
    pub list: Vec<Offer>,
    /// The telephone in the home, to ring from where there is no signal; empty where the plan names none. Then it is
    /// the nearest place with a signal, once the person is safe.
    pub telephone: String,
}

impl Offers {
    /// After an answer of somebody who will not help: the on-call is next, whoever else could be tried. Where the
    /// on-call is who was reached last, 111 is; where they did not answer, it goes on as always.
    pub(super) fn after_refusal(mut self, plan: &CarePlan, reached_last: Option<&EntryId>) -> Offers {
        let Some(on_call) = plan.contacts.iter().find(|contact| contact.role == ON_CALL) else { return self };
        if self.retry.contains(&on_call.id) {
            return self;
        }
        if reached_last == Some(&on_call.id) {
            self.next = Offer::OneOneOne;
            return self;
        }
        self.next = Offer::Contact(on_call.id.clone());
        self
    }
}

/// The role of the provider's on-call: last of the contacts, whatever its hours.
pub const ON_CALL: &str = "on_call";

/// The offers at `at` for a trigger that names `roles`. `failed` are the contacts whose last attempt was not
/// answered.
pub fn offers(plan: &CarePlan, roles: &[String], failed: &BTreeSet<EntryId>, at: Moment) -> Offers {
    let contacts = callable(plan, roles, at);
    let is_failed = |contact: &&&Contact| failed.contains(&contact.id);
    let next = contacts.iter().find(|contact| !is_failed(contact));
    let next = next.map_or(Offer::OneOneOne, |contact| Offer::Contact(contact.id.clone()));
    let retry = contacts.iter().filter(is_failed).map(|contact| contact.id.clone()).collect();
    let mut list: Vec<Offer> = contacts.iter().map(|contact| Offer::Contact(contact.id.clone())).collect();
    list.extend([Offer::OneOneOne, Offer::NineNineNineIfWorse]);
    Offers { next, retry, list, telephone: plan.telephone.clone() }
}

/// Those of the roles first, or who stands in for them when they are closed; then all others in hours by the
/// plan's order; the on-call last.
fn callable<'a>(plan: &'a CarePlan, roles: &'a [String], at: Moment) -> Vec<&'a Contact> {
    let mut found: Vec<&Contact> = Vec::new();
    let mut add = |contact: &'a Contact| {
        if !found.iter().any(|other| other.id == contact.id) {
            found.push(contact);
        }
    };
    let of_role = |role: &'a String| plan.contacts.iter().filter(move |contact| contact.role == *role);
    for contact in roles.iter().flat_map(of_role) {
        if contact.is_open(at) {
            add(contact);
        } else if let Some(other) = stands_in(plan, contact, at) {
            add(other);
        }
    }
    plan.contacts.iter().filter(|contact| contact.role != ON_CALL && contact.is_open(at)).for_each(&mut add);
    plan.contacts.iter().filter(|contact| contact.role == ON_CALL).for_each(&mut add);
    found
}

fn stands_in<'a>(plan: &'a CarePlan, closed: &Contact, at: Moment) -> Option<&'a Contact> {
    let id = closed.out_of_hours.as_ref()?;
    plan.contacts.iter().find(|contact| contact.id == *id && contact.is_open(at))
}
