//! What a later version of an organisation's kinds may change.
//!
//! Records and plans name kinds, fields, values, units and places by their codes, on phones that may be offline for
//! days. So what was given once stays and means the same; labels, sources and who records may change, and all may grow.

use super::{Catalogue, CatalogueError, Code, FieldRule, FieldType, KindRule, Label, OWN_PREFIX};
use crate::care::emergency;

impl Catalogue {
    /// Whether the additions of this catalogue may follow those of `before`: they are newer, and nothing of `before` is
    /// left out, allows less or means something else. A list of emergency signs that they sign off is the one that ships.
    pub fn grows_from(&self, before: &Catalogue) -> Result<(), CatalogueError> {
        let (version, had) = (self.additions.unwrap_or(0), before.additions.unwrap_or(0));
        if version <= had {
            return Err(CatalogueError::NotNewer { had });
        }
        let ships = emergency::list().version;
        if self.emergency_signs.as_ref().is_some_and(|signed| signed.version != ships) {
            return Err(CatalogueError::OtherList { version: ships });
        }
        labels_stay("units", &before.units, &self.units)?;
        labels_stay("sites", &before.sites, &self.sites)?;
        for kind in before.kinds.iter().filter(|kind| kind.code.starts_with(OWN_PREFIX)) {
            let place = format!("kinds.{}", kind.code);
            kind_grows(&place, kind, there(&place, self.kind(&kind.code))?)?;
        }
        Ok(())
    }
}

fn labels_stay(place: &str, before: &[Label], now: &[Label]) -> Result<(), CatalogueError> {
    for label in before.iter().filter(|label| label.code.starts_with(OWN_PREFIX)) {
        there(&format!("{place}.{}", label.code), now.iter().find(|one| one.code == label.code))?;
    }
    Ok(())
}

fn kind_grows(place: &str, before: &KindRule, now: &KindRule) -> Result<(), CatalogueError> {
    same(&format!("{place}.channel"), before.channel == now.channel)?;
    for site in &before.sites {
        there(&format!("{place}.sites.{site}"), now.sites.iter().find(|one| *one == site))?;
    }
    for reason in &before.absent {
        there(&format!("{place}.absent"), now.absent.iter().find(|one| *one == reason))?;
    }
    for field in &before.fields {
        let place = format!("{place}.fields.{}", field.code);
        field_grows(&place, field, there(&place, now.field(&field.code))?)?;
    }
    Ok(())
}

fn field_grows(place: &str, before: &FieldRule, now: &FieldRule) -> Result<(), CatalogueError> {
    same(&format!("{place}.unit"), before.unit == now.unit)?;
    same(&format!("{place}.declined_is"), before.declined_is == now.declined_is)?;
    same(&format!("{place}.not_when"), before.not_when == now.not_when)?;
    let is_as_wide = match (&before.holds, &now.holds) {
        (FieldType::Int { min, max }, FieldType::Int { min: low, max: high }) => low <= min && high >= max,
        (
            FieldType::Decimal { min, max, places },
            FieldType::Decimal { min: low, max: high, places: finer },
        ) => low <= min && high >= max && finer >= places,
        (FieldType::Text { max }, FieldType::Text { max: longer }) => longer >= max,
        (FieldType::Date {}, FieldType::Date {}) => true,
        (FieldType::Codes(before), FieldType::Codes(_)) => {
            return before.iter().try_for_each(|code| code_stays(place, code, &now.holds));
        }
        _ => return same(&format!("{place}.type"), false),
    };
    if is_as_wide { Ok(()) } else { Err(CatalogueError::Narrower { place: format!("{place}.type") }) }
}

fn code_stays(place: &str, before: &Code, now: &FieldType) -> Result<(), CatalogueError> {
    let place = format!("{place}.codes.{}", before.code);
    same(&format!("{place}.rank"), there(&place, now.code(&before.code))?.rank == before.rank)
}

fn there<T>(place: &str, found: Option<T>) -> Result<T, CatalogueError> {
    found.ok_or_else(|| CatalogueError::LeftOut { place: place.to_owned() })
}

fn same(place: &str, is_same: bool) -> Result<(), CatalogueError> {
    if is_same { Ok(()) } else { Err(CatalogueError::MeansAnother { place: place.to_owned() }) }
}
