//! Emergency signs: the provider-wide list for which the answer is "Ring 999 now", whatever the plan says.
//!
//! The list is data (`core/domain/catalogue/emergency_signs.json`). A carer rings first and records after, so
//! the list itself is always on the phone; [`signs`] says when what was just recorded is one of them. A provider's
//! clinical safety lead signs the list off, beside the organisation's own kinds; as shipped nobody has, and the screen
//! shows that.

use super::catalogue::{Catalogue, CatalogueError, distinct, labelled, worded};
use super::check::is_date;
use super::condition::{Condition, Leaf};
use super::listed::{self, ListError};
use super::triggers::is_met_by;
use crate::ids::EntryId;
use crate::journal::body::{Observation, Role};
use crate::plan::edit::Section;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

static BUILT_IN: LazyLock<EmergencyList> = LazyLock::new(|| {
    EmergencyList::load(Catalogue::built_in(), include_str!("../../catalogue/emergency_signs.json"))
        .expect("a test loads the built-in emergency signs")
});

/// All emergency signs of one version, in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmergencyList {
    /// Grows with each change of the data.
    pub version: u32,
    /// The signs.
    pub signs: Vec<SignRule>,
}

/// One emergency sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignRule {
    /// Stable code.
    pub code: String,
    /// Words on screen.
    pub label: String,
    /// What the carer sees, hears or is told.
    pub sees: String,
    /// Who signed it off; absent means "not signed off yet", which is shown.
    pub signed_off: Option<SignedOff>,
    /// When a recorded observation is this sign: any of these, at least one.
    pub matches: Vec<SignMatch>,
}

/// Who answers for a sign at this provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedOff {
    /// The clinical safety lead.
    pub by: String,
    /// The calendar day, `2026-03-02`.
    pub on: String,
}

/// That an organisation's clinical safety lead has signed off the whole list, as it stood in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedList {
    /// Of the list. Of another version nothing is signed off.
    pub version: u32,
    /// By whom, and when.
    pub signed_off: SignedOff,
}

impl SignedOff {
    /// Whether what stands at this place names somebody, and a day.
    pub(crate) fn check(&self, place: &str) -> Result<(), CatalogueError> {
        worded(&format!("{place}.signed_off.by"), &self.by)?;
        if is_date(&self.on) {
            Ok(())
        } else {
            Err(CatalogueError::NoDay { place: format!("{place}.signed_off.on") })
        }
    }
}

/// One way in which an observation is a sign. All parts must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignMatch {
    /// Comparisons with fields of one kind.
    pub when: Condition,
    /// Places on the body, one of which the observation names; empty for any and none.
    pub sites: Vec<String>,
    /// What the plan must say, all of it.
    pub plan: Vec<PlanFact>,
    /// What the plan must not say, none of it.
    pub unless_plan: Vec<PlanFact>,
}

/// A coded fact that stands in a plan, such as a blood-thinner in the safety header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFact {
    /// The section.
    pub section: Section,
    /// The field's code.
    pub field: String,
    /// The code that it has.
    pub is: String,
}

/// What the plan of one person says that matters here.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanSays<'a> {
    /// The plan's coded facts. While people differ about a field and nobody has chosen, give each value that
    /// would raise an alarm, and none that would silence one.
    pub facts: &'a [PlanFact],
    /// Whom a clinician put first in place of 999.
    pub call_first: Option<&'a CallFirst>,
}

/// Another call in place of 999, for one person: a clinician's decision, such as at the end of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallFirst {
    contact: EntryId,
    agreed_by: String,
}

/// Why no other call can be put first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallFirstError {
    /// Only a nurse settles it: make it a proposal to the nurse.
    #[error("only a clinician puts another call before 999: propose it to the nurse")]
    NotAClinician,
    /// Give the name of the clinician who agreed it.
    #[error("the name of the clinician who agreed it is missing")]
    Nobody,
}

impl CallFirst {
    /// Puts a contact of the plan first. `written_by` is the role of whoever wrote it into the plan.
    pub fn new(contact: EntryId, agreed_by: &str, written_by: Role) -> Result<CallFirst, CallFirstError> {
        if written_by != Role::Nurse {
            return Err(CallFirstError::NotAClinician);
        }
        if agreed_by.trim().is_empty() {
            return Err(CallFirstError::Nobody);
        }
        Ok(CallFirst { contact, agreed_by: agreed_by.to_owned() })
    }

    /// The contact of the plan.
    pub fn contact(&self) -> &EntryId {
        &self.contact
    }

    /// The clinician who agreed it.
    pub fn agreed_by(&self) -> &str {
        &self.agreed_by
    }
}

/// Whom to ring first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstCall {
    /// 999.
    NineNineNine,
    /// The plan of this person says otherwise, and the screen says that it does.
    PlanSays(CallFirst),
}

/// A sign that an observation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sign {
    /// Stable code.
    pub code: String,
    /// Words on screen.
    pub label: String,
    /// What the carer sees.
    pub sees: String,
    /// Who signed it off; absent means "not signed off yet".
    pub signed_off: Option<SignedOff>,
    /// Whom to ring first.
    pub first_call: FirstCall,
}

/// The list that ships with the product.
pub fn list() -> &'static EmergencyList {
    &BUILT_IN
}

/// The signs that the observation just recorded is, in the order of the list.
pub fn signs(
    catalogue: &Catalogue,
    list: &EmergencyList,
    plan: PlanSays<'_>,
    observation: &Observation,
) -> Vec<Sign> {
    let is_sign =
        |rule: &&SignRule| rule.matches.iter().any(|way| way.is_met(catalogue, plan.facts, observation));
    let signed = list.signed_by(catalogue);
    list.signs.iter().filter(is_sign).map(|rule| rule.sign(signed, plan.call_first)).collect()
}

impl FirstCall {
    /// 999, unless a clinician has put somebody in its place.
    pub fn of(call_first: Option<&CallFirst>) -> FirstCall {
        call_first.cloned().map_or(FirstCall::NineNineNine, FirstCall::PlanSays)
    }
}

impl SignRule {
    fn sign(&self, signed: Option<&SignedOff>, call_first: Option<&CallFirst>) -> Sign {
        let SignRule { code, label, sees, signed_off, .. } = self.clone();
        let signed_off = signed_off.or_else(|| signed.cloned());
        Sign { code, label, sees, signed_off, first_call: FirstCall::of(call_first) }
    }
}

impl SignMatch {
    fn is_met(&self, catalogue: &Catalogue, facts: &[PlanFact], observation: &Observation) -> bool {
        let site = observation.site.as_ref();
        let at_site = self.sites.is_empty() || site.is_some_and(|site| self.sites.contains(site));
        at_site
            && self.plan.iter().all(|fact| facts.contains(fact))
            && !self.unless_plan.iter().any(|fact| facts.contains(fact))
            && self.is_seen(catalogue, observation)
    }

    fn is_seen(&self, catalogue: &Catalogue, observation: &Observation) -> bool {
        self.when.holds(&|leaf| is_leaf_met(leaf, catalogue, observation))
    }
}

fn is_leaf_met(leaf: &Leaf, catalogue: &Catalogue, observation: &Observation) -> bool {
    let Leaf::Compare(compare) = leaf else { return false };
    let rule = catalogue.field(&compare.kind, &compare.field);
    compare.kind == observation.kind && rule.is_some_and(|rule| is_met_by(compare, rule, observation))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    version: u32,
    signs: Vec<ListedSign>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedSign {
    code: String,
    label: String,
    sees: String,
    signed_off: Option<SignedOff>,
    matches: Vec<ListedMatch>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedMatch {
    when: serde_json::Value,
    #[serde(default)]
    sites: Vec<String>,
    #[serde(default)]
    plan: Vec<PlanFact>,
    #[serde(default)]
    unless_plan: Vec<PlanFact>,
}

impl EmergencyList {
    /// Whether a fact of the plan keeps some observation from being a sign.
    pub(super) fn silences(&self, fact: &PlanFact) -> bool {
        self.signs.iter().flat_map(|sign| &sign.matches).any(|way| way.unless_plan.contains(fact))
    }

    /// Who at the organisation has signed off this version of the list.
    fn signed_by<'c>(&self, catalogue: &'c Catalogue) -> Option<&'c SignedOff> {
        let signed = catalogue.emergency_signs.as_ref().filter(|signed| signed.version == self.version);
        signed.map(|signed| &signed.signed_off)
    }

    /// The list, each sign with who at the organisation has signed it off.
    pub fn signed_off(&self, catalogue: &Catalogue) -> EmergencyList {
        let mut list = self.clone();
        let signed = self.signed_by(catalogue);
        for sign in &mut list.signs {
            sign.signed_off = sign.signed_off.take().or_else(|| signed.cloned());
        }
        list
    }

    /// Reads a list, and checks it against the catalogue.
    pub fn load(catalogue: &Catalogue, json: &str) -> Result<EmergencyList, ListError> {
        let Listed { version, signs } = listed::read(json)?;
        distinct("signs", signs.iter().map(|sign| &sign.code))?;
        let signs = signs.into_iter().map(|sign| sign.checked(catalogue)).collect::<Result<_, _>>()?;
        Ok(EmergencyList { version, signs })
    }
}

impl ListedSign {
    fn checked(self, catalogue: &Catalogue) -> Result<SignRule, ListError> {
        let place = format!("signs.{}", self.code);
        labelled(&place, &self.label)?;
        worded(&format!("{place}.sees"), &self.sees)?;
        self.signed_off.as_ref().map_or(Ok(()), |signed| signed.check(&place))?;
        let ListedSign { code, label, sees, signed_off, matches } = self;
        let matches = (0..)
            .zip(matches)
            .map(|(index, way): (usize, _)| way.checked(&format!("{place}.matches[{index}]"), catalogue));
        let matches: Vec<SignMatch> = matches.collect::<Result<_, _>>()?;
        if matches.is_empty() {
            return Err(ListError::Empty { place: format!("{place}.matches") });
        }
        Ok(SignRule { code, label, sees, signed_off, matches })
    }
}

impl ListedMatch {
    fn checked(self, place: &str, catalogue: &Catalogue) -> Result<SignMatch, ListError> {
        let when = listed::condition(place, &self.when, catalogue)?;
        let kind = kind_of(place, &when)?;
        check_sites(place, &self.sites, &kind, catalogue)?;
        let facts = self.plan.iter().chain(&self.unless_plan);
        for fact in facts {
            distinct(&format!("{place}.plan"), [&fact.field].into_iter())?;
            distinct(&format!("{place}.plan.{}", fact.field), [&fact.is].into_iter())?;
        }
        let ListedMatch { sites, plan, unless_plan, .. } = self;
        Ok(SignMatch { when, sites, plan, unless_plan })
    }
}

/// The one kind that the condition compares.
fn kind_of(place: &str, when: &Condition) -> Result<String, ListError> {
    let leaves = when.leaves();
    let kind = leaves.first().map(|leaf| leaf.kind()).unwrap_or_default();
    let one = leaves.iter().all(|leaf| matches!(leaf, Leaf::Compare(_)) && leaf.kind() == kind);
    if one { Ok(kind.to_owned()) } else { Err(ListError::NotOneObservation { place: place.to_owned() }) }
}

fn check_sites(place: &str, sites: &[String], kind: &str, catalogue: &Catalogue) -> Result<(), ListError> {
    let known = catalogue.kind(kind).map(|kind| kind.sites.as_slice()).unwrap_or_default();
    match sites.iter().find(|site| !known.contains(site)) {
        None => Ok(()),
        Some(site) => {
            Err(ListError::NoSuchSite { place: place.to_owned(), site: site.clone(), kind: kind.to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::fields::field_rules;

    const ONE: &str = r#"{"version":1,"signs":[{"code":"chest","label":"Chest pain","sees":"Pain in the chest.",
        "signed_off":{"by":"Dr Rao","on":"2026-03-02"},"matches":[{"sites":["chest"],
        "when":{"compare":{"kind":"pain","field":"score","op":"over","value":0}},
        "plan":[{"section":"safety","field":"blood_thinner","is":"yes"}]}]}]}"#;

    #[test]
    fn the_built_in_list_has_every_sign_and_nobody_has_signed_it_off_yet() {
        let codes: Vec<&str> = list().signs.iter().map(|sign| sign.code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "not_waking",
                "not_breathing_normally",
                "choking",
                "blue_lips",
                "chest_pain",
                "face_arm_speech",
                "heavy_bleeding",
                "fit",
                "head_injury_blood_thinner",
                "blocked_catheter_spinal_injury",
                "about_to_end_life",
            ]
        );
        assert!(list().signs.iter().all(|sign| sign.signed_off.is_none()));
    }

    #[test]
    fn each_plan_fact_names_a_field_of_the_plan() {
        let ways = list().signs.iter().flat_map(|sign| &sign.matches);
        let facts = ways.flat_map(|way| way.plan.iter().chain(&way.unless_plan));
        let unknown =
            facts.filter(|fact| field_rules(fact.section).iter().all(|rule| rule.code != fact.field));
        let unknown: Vec<&str> = unknown.map(|fact| fact.field.as_str()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }

    #[test]
    fn a_list_with_a_fault_is_refused_with_the_place_and_the_reason() {
        let cases = [
            (r#""kind":"pain""#, r#""kind":"pains""#, "signs.chest.matches[0] compare.kind: unknown kind"),
            (r#"["chest"]"#, r#"["toe"]"#, "signs.chest.matches[0]: toe is no place of pain"),
            (r#""label":"Chest pain""#, r#""label":"""#, "signs.chest.label: must not be empty"),
            (r#""sees":"Pain in the chest.""#, r#""sees":"""#, "signs.chest.sees: must not be empty"),
            (r#""by":"Dr Rao""#, r#""by":" ""#, "signs.chest.signed_off.by: must not be empty"),
            (
                r#""on":"2026-03-02""#,
                r#""on":"March""#,
                "signs.chest.signed_off.on: give a day such as 2026-03-02",
            ),
            (r#""blood_thinner""#, r#""Blood""#, "signs.chest.matches[0].plan.Blood: a code has"),
            (r#""is":"yes""#, r#""is":"""#, "signs.chest.matches[0].plan.blood_thinner.: a code has"),
            (
                r#"{"compare":{"kind":"pain","field":"score","op":"over","value":0}}"#,
                r#"{"absence":{"kind":"pain","hours":3}}"#,
                "signs.chest.matches[0]: compares fields of one kind only",
            ),
            (
                r#"{"compare":{"kind":"pain","field":"score","op":"over","value":0}}"#,
                r#"{"any":[{"compare":{"kind":"pain","field":"score","op":"over","value":0}},
                    {"compare":{"kind":"meal","field":"eaten","op":"is","value":"none"}}]}"#,
                "signs.chest.matches[0]: compares fields of one kind only",
            ),
        ];
        assert!(EmergencyList::load(Catalogue::built_in(), ONE).is_ok());
        for (from, to, reason) in cases {
            let error = EmergencyList::load(Catalogue::built_in(), &ONE.replacen(from, to, 1)).expect_err(to);
            assert!(error.to_string().starts_with(reason), "{error}");
        }
        let none = r#"{"version":1,"signs":[{"code":"x","label":"X","sees":"X","matches":[]}]}"#;
        let error = EmergencyList::load(Catalogue::built_in(), none).expect_err("it has no match");
        assert_eq!(error.to_string(), "signs.x.matches: must not be empty");
    }

    #[test]
    fn only_a_nurse_puts_another_call_first_and_names_who_agreed_it() {
        let contact: EntryId = "hospice".parse().expect("a name");
        let made = |by: &str, role| CallFirst::new(contact.clone(), by, role).map(|call| call.agreed_by);
        assert_eq!(made("Dr Rao", Role::Nurse), Ok("Dr Rao".to_owned()));
        assert_eq!(made("Dr Rao", Role::Manager), Err(CallFirstError::NotAClinician));
        assert_eq!(made(" ", Role::Nurse), Err(CallFirstError::Nobody));
    }
}
