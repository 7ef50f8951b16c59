//! Who reads a page about a person: the one door to a person's pages. Whoever comes through it has a reader, and pages
//! are folded from nothing but what that reader may read.

use super::page::NotShown;
use super::session::SignedIn;
use super::words;
use crate::app::App;
use crate::care::PersonCare;
use crate::refusal::Refusal;
use crate::sharing::{Reader, is_in_care};
use alongside_domain::access::{Action, Verdict};
use alongside_domain::care::lacks::{Lack, Part, lacks};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Category;
use alongside_domain::sharing::Why;

/// The reader of a person's pages. Somebody else's person is not found, unless their record was opened in an emergency:
/// then it is read, and nothing more is done.
pub async fn reader_of(app: &App, signed_in: &SignedIn, person: PersonId) -> Result<Reader, NotShown> {
    signed_in.watch.is_about(person);
    if is_in_care(app, &signed_in.staff, person).await? {
        return Ok(Reader::related(app, &signed_in.staff, person).await?);
    }
    let (staff, now) = (signed_in.staff.staff, app.clock.now());
    let opened = app.store.break_glass_of(staff, now).await?.into_iter().map(|one| one.grant);
    let reading = Action::Read(Category::CARE_NOTES);
    let mut reads = opened.filter(|one| one.may(staff, person, &reading, now) == Verdict::Yes);
    let opened = reads.next().ok_or(Refusal::NotFound { what: "person" })?;
    if !signed_in.only_reads {
        return Err(Refusal::OnlyReading.into());
    }
    signed_in.watch.is_in_emergency(opened.until);
    Ok(Reader::in_emergency(app, &signed_in.staff, &opened).await?)
}

/// What is not shared with the reader's organisation, why, and what a page can therefore not tell; not what there is.
pub fn not_shared(reader: &Reader, organisation: &str) -> Vec<String> {
    let line = |(category, why): (Category, Why)| {
        let (what, so) = cannot_tell(category);
        format!("{what}: not shared with {organisation}, since {}. {so}", words::why_not_shared(why))
    };
    reader.sharing.withheld().map(line).collect()
}

/// What the reader cannot be told, in words.
pub fn untold_of(lacks: &[Lack], signed_in: &SignedIn) -> Vec<String> {
    let organisation = signed_in.partner.as_deref().unwrap_or_default();
    lacks.iter().map(|lack| lack.words(organisation)).collect()
}

/// What a page says in the place of a part that its reader cannot be told; empty where they can.
pub fn untold(care: &PersonCare, signed_in: &SignedIn, part: Part) -> String {
    untold_of(&lacks(care.scope, &[part]), signed_in).concat()
}

fn cannot_tell(category: Category) -> (&'static str, &'static str) {
    match category {
        Category::CARE_NOTES => (
            "Care notes",
            "What carers saw and measured is not on these pages, nor the triggers that it met.",
        ),
        Category::VISITS => ("Visits", "These pages cannot tell whether anybody came."),
        Category::PLAN => ("Plan", "Name, safety facts, goals and triggers are not on these pages."),
        Category::CONTACT_LOG => (
            "Contact log",
            "These pages cannot tell whom anybody rang about a trigger, nor what was answered.",
        ),
        _ => ("Other records", ""),
    }
}
