//! What of a person's record a reader may read: one pure rule over the plan's part about sharing, the reader and the
//! local day. Views, pages and syncs all ask it.
//!
//! The provider's own staff read what their role and relationship give. A partner organisation reads what its ground
//! covers and no more; but what nobody has recorded does not blank those who give direct care. Which roles these are,
//! and how several entries are read together, are the product's defaults: the provider's information governance lead
//! must agree them.

use crate::journal::Category;
use crate::journal::body::Role;
use crate::plan::edit::Section;
use crate::plan::view::{EntryView, PlanView};
use crate::value::Value;
use chrono::NaiveDate;

/// The categories that can be shared with a partner, each with its code in the plan. All others are withheld.
pub const SHAREABLE: [(Category, &str); 4] = [
    (Category::CARE_NOTES, "care_notes"),
    (Category::VISITS, "visits"),
    (Category::PLAN, "plan"),
    (Category::CONTACT_LOG, "contact_log"),
];
/// The code that stands for all of them.
const ALL: &str = "all";

/// What of a person's record somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All that their role and relationship give: the provider's own staff.
    Whole,
    /// No more than these.
    Only(Shared),
}

/// Some of the categories that can be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shared([bool; SHAREABLE.len()]);

impl Shared {
    /// Those of `categories` that can be shared.
    pub fn of(categories: &[Category]) -> Shared {
        Shared(SHAREABLE.map(|(category, _)| categories.contains(&category)))
    }

    /// Which they are.
    pub fn categories(self) -> Vec<Category> {
        SHAREABLE.iter().zip(self.0).filter(|(_, has)| *has).map(|((category, _), _)| *category).collect()
    }

    fn has(self, category: Category) -> bool {
        SHAREABLE.iter().zip(self.0).any(|((known, _), has)| has && *known == category)
    }
}

impl Scope {
    /// All that can be shared with anybody: what is read in an emergency.
    pub const SHAREABLE: Scope = Scope::Only(Shared([true; SHAREABLE.len()]));

    /// Of an access list: the categories that it names; all where it names none of them by itself.
    pub fn of_list(categories: Option<&[Category]>) -> Scope {
        categories.map_or(Scope::Whole, |categories| Scope::Only(Shared::of(categories)))
    }

    /// For an access list.
    pub fn to_list(self) -> Option<Vec<Category>> {
        match self {
            Scope::Whole => None,
            Scope::Only(shared) => Some(shared.categories()),
        }
    }

    /// Whether records of this category are read. Whoever reads anything reads what the server says of the times of
    /// records, too.
    pub fn reads(self, category: Category) -> bool {
        match self {
            Scope::Whole => true,
            Scope::Only(shared) if category == Category::ADMINISTRATION => shared != Shared::default(),
            Scope::Only(shared) => shared.has(category),
        }
    }

    /// Whether there is nothing that is read.
    pub fn is_nothing(self) -> bool {
        self == Scope::Only(Shared::default())
    }

    /// The categories that could be shared and are not, as the plan calls them.
    pub fn lacks(self) -> Vec<String> {
        let lacks = SHAREABLE.iter().filter(|(category, _)| !self.reads(*category));
        lacks.map(|(_, code)| (*code).to_owned()).collect()
    }
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader<'a> {
    /// What they do.
    pub role: Role,
    /// The partner organisation that they work for; nothing for the provider's own staff.
    pub partner: Option<&'a str>,
}

/// Why a category is shared with a partner, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A common-law ground is recorded.
    Ground,
    /// No ground is recorded, and the reader gives direct care.
    DirectCare,
    /// The person objects, and nobody recorded why it is shared all the same.
    Objection,
    /// What was agreed has ended.
    Ended,
    /// No ground is recorded.
    NotRecorded,
}

impl Why {
    /// Whether it is shared.
    pub fn shares(self) -> bool {
        matches!(self, Why::Ground | Why::DirectCare)
    }
}

/// What a reader may read of a person's record, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// What they read.
    pub scope: Scope,
    /// For each category that can be shared; nothing for the provider's own staff.
    pub why: Vec<(Category, Why)>,
}

impl Sharing {
    /// Of the provider's own staff.
    pub fn own() -> Sharing {
        Sharing { scope: Scope::Whole, why: Vec::new() }
    }

    /// What is not shared, each with the reason.
    pub fn withheld(&self) -> impl Iterator<Item = (Category, Why)> {
        self.why.iter().copied().filter(|(_, why)| !why.shares())
    }
}

/// The partner organisation that somebody works for; nothing where it is the provider itself.
pub fn partner<'a>(organisation: &'a str, provider: &str) -> Option<&'a str> {
    (!is_same_organisation(organisation, provider)).then_some(organisation)
}

/// Whether two names are of one organisation: capitals and spaces do not count.
pub fn is_same_organisation(one: &str, other: &str) -> bool {
    let words = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words(one) == words(other)
}

/// Those who give direct care: what is not recorded does not blank them.
pub fn gives_direct_care(role: Role) -> bool {
    matches!(role, Role::Nurse | Role::Therapist | Role::SocialWorker)
}

/// What a reader who is related to the person may read, by the plan as it stands, on a local day.
pub fn sharing(plan: &PlanView, reader: &Reader<'_>, today: NaiveDate) -> Sharing {
    let Some(partner) = reader.partner else { return Sharing::own() };
    let entries = plan.sections.get(&Section::Sharing).into_iter().flatten();
    let about: Vec<Agreement<'_>> =
        entries.map(|(_, entry)| Agreement(entry)).filter(|entry| entry.may_be_with(partner)).collect();
    let why = SHAREABLE.map(|(category, code)| (category, why(&about, partner, code, reader.role, today)));
    let shared = Shared(why.map(|(_, why)| why.shares()));
    Sharing { scope: Scope::Only(shared), why: why.to_vec() }
}

/// An objection counts wherever it stands. Else the entries about the category itself decide, and those about all
/// categories where there is none: what is said of one is meant for it. Among these a ground that has not ended
/// counts, since an agreement is renewed by a new entry beside the one that has ended.
fn why(about: &[Agreement<'_>], partner: &str, code: &str, role: Role, today: NaiveDate) -> Why {
    let (itself, all): (Vec<_>, Vec<_>) = (
        about.iter().filter(|entry| entry.may_be_about(code)).collect(),
        about.iter().filter(|entry| entry.may_be_about(ALL)).collect(),
    );
    if itself.iter().chain(&all).any(|entry| entry.has_objection()) {
        return Why::Objection;
    }
    let deciding = if itself.is_empty() { all } else { itself };
    if deciding.iter().any(|entry| entry.grants(partner, code, today)) {
        return Why::Ground;
    }
    if deciding.iter().any(|entry| entry.has_ended(today)) {
        return Why::Ended;
    }
    if gives_direct_care(role) { Why::DirectCare } else { Why::NotRecorded }
}

/// An entry about sharing. While people differ about a field, the strictest of what they say counts.
struct Agreement<'p>(&'p EntryView);

impl Agreement<'_> {
    fn values(&self, field: &str) -> impl Iterator<Item = &Value> {
        self.0.fields.get(field).into_iter().flat_map(|field| &field.candidates).map(|it| &it.value)
    }

    fn any(&self, field: &str, is: impl Fn(&Value) -> bool) -> bool {
        self.values(field).any(is)
    }

    /// Whether the field has a value, and nobody says otherwise.
    fn all(&self, field: &str, is: impl Fn(&Value) -> bool) -> bool {
        self.0.fields.contains_key(field) && self.values(field).all(is)
    }

    fn may_be_with(&self, partner: &str) -> bool {
        self.any("organisation", |value| is_organisation(value, partner))
    }

    fn may_be_about(&self, code: &str) -> bool {
        self.any("category", |value| value.as_text() == Some(code))
    }

    /// It stands until the entry says that it was overridden, and how it was handled; an end of what was agreed does
    /// not end it.
    fn has_objection(&self) -> bool {
        let overridden = self.all("overridden", |value| *value == Value::Bool(true))
            && self.all("handled", |value| value.as_text().is_some_and(|words| !words.trim().is_empty()));
        self.any("objects", |value| *value == Value::Bool(true)) && !overridden
    }

    fn has_ended(&self, today: NaiveDate) -> bool {
        // A day that cannot be read is no later than today.
        let last = |value: &Value| value.as_text().and_then(|text| text.parse::<NaiveDate>().ok());
        self.any("ends_on", |value| last(value).is_none_or(|last| last < today))
    }

    fn grants(&self, partner: &str, code: &str, today: NaiveDate) -> bool {
        let is_ground = |value: &Value| !matches!(value.as_text(), None | Some("" | "not_recorded"));
        let is_about = |value: &Value| value.as_text().is_some_and(|text| text == code || text == ALL);
        self.all("ground", is_ground)
            && self.all("organisation", |value| is_organisation(value, partner))
            && self.all("category", is_about)
            && !self.0.fields.contains_key("retired")
            && !self.has_ended(today)
    }
}

fn is_organisation(value: &Value, partner: &str) -> bool {
    value.as_text().is_some_and(|name| is_same_organisation(name, partner))
}
