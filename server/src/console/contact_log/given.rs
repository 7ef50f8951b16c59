//! What somebody typed into a form of the contact log, as records; or which field does not fit, and why.

use crate::console::plan_forms::{Typed, Wrong};
use alongside_domain::care::needed;
use alongside_domain::ids::EntryId;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{
    Closing, Communication, ContactAttempt, MatchRef, Means, Promise, Response,
};
use alongside_domain::time::{Moment, parse_local};

/// Longest field, in bytes.
pub const FIELD_BYTES_MAX: usize = 2000;

/// A call about an escalation: the attempt, and what was answered.
pub fn call(typed: &Typed, about: MatchRef, contacts: &[EntryId], now: Moment) -> Result<Vec<Body>, Wrong> {
    let contact = contacts.iter().find(|contact| contact.as_str() == text(typed, "contact"));
    let contact = contact.ok_or_else(|| Wrong::new("contact", "Choose whom you tried to reach."))?.clone();
    let answered = match text(typed, "answered") {
        "yes" => true,
        "no" => false,
        _ => return Err(Wrong::new("answered", "Say whether somebody answered.")),
    };
    let attempt = ContactAttempt { about: about.clone(), contact, means: means(typed)?, answered };
    let mut bodies = vec![Body::ContactAttempt(attempt)];
    let has_words = ["from", "said", "promise"].iter().any(|field| !text(typed, field).is_empty());
    match answered {
        true => bodies.push(Body::Response(answer(typed, about, now)?)),
        false if has_words => {
            return Err(Wrong::new("answered", "Somebody said something: then somebody answered."));
        }
        false => {}
    }
    checked(typed, bodies)
}

fn answer(typed: &Typed, about: MatchRef, now: Moment) -> Result<Response, Wrong> {
    let promise = promise(text(typed, "promise"), now)?.map(|by| Promise { staff: None, by });
    let refused = (text(typed, "refused") == "yes").then_some(true);
    Ok(Response { about, from: owned(typed, "from"), said: owned(typed, "said"), promise, refused })
}

fn promise(typed: &str, now: Moment) -> Result<Option<Moment>, Wrong> {
    if typed.is_empty() {
        return Ok(None);
    }
    let by = parse_local(typed).map(|(day, minute)| Moment::at_local(day, minute));
    match by.filter(|by| *by > now) {
        None => Err(Wrong::new("promise", "Give a day and a time that are still to come.")),
        by => Ok(by),
    }
}

/// The end of an escalation.
pub fn closing(typed: &Typed, about: MatchRef) -> Result<Vec<Body>, Wrong> {
    checked(typed, vec![Body::Closing(Closing { about, outcome: owned(typed, "outcome") })])
}

/// A conversation that is about no escalation.
pub fn talk(typed: &Typed) -> Result<Vec<Body>, Wrong> {
    let (with, purpose, said) = (owned(typed, "with"), owned(typed, "purpose"), owned(typed, "said"));
    checked(typed, vec![Body::Communication(Communication { with, means: means(typed)?, purpose, said })])
}

/// As a phone asks of what it records.
fn checked(typed: &Typed, bodies: Vec<Body>) -> Result<Vec<Body>, Wrong> {
    if let Some((field, _)) = typed.iter().find(|(_, text)| text.len() > FIELD_BYTES_MAX) {
        return Err(Wrong::new(field, &format!("Is too long: at most {} characters.", FIELD_BYTES_MAX / 4)));
    }
    let said = bodies.iter().try_for_each(needed::check);
    said.map_err(|not_said| Wrong::new(not_said.field, &format!("Please {}.", not_said.reason)))?;
    Ok(bodies)
}

fn means(typed: &Typed) -> Result<Means, Wrong> {
    match text(typed, "means") {
        "phone" => Ok(Means::Phone),
        "secure_email" => Ok(Means::SecureEmail),
        "in_person" => Ok(Means::InPerson),
        _ => Err(Wrong::new("means", "Say how: by telephone, by secure email or face to face.")),
    }
}

fn text<'t>(typed: &'t Typed, field: &str) -> &'t str {
    typed.get(field).map(|text| text.trim()).unwrap_or_default()
}

fn owned(typed: &Typed, field: &str) -> String {
    text(typed, field).to_owned()
}
