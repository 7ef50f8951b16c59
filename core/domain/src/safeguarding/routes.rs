//! The ways outside of the provider by which anybody may report a concern, shown beside the form: nobody has to go through
//! somebody whom they do not trust.
//!
//! A default: the provider's safeguarding lead must agree the words and the order, and set the numbers of its council.

use minicbor::{Decode, Encode};
use serde::Serialize;

/// One way, as the program knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Way {
    code: &'static str,
    label: &'static str,
    how: &'static str,
}

/// One way, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Stable code.
    pub code: &'static str,
    /// Who.
    pub label: &'static str,
    /// When, and how they are reached.
    pub how: String,
}

/// The telephone numbers of the council's adult safeguarding, as the provider set them; each may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Council {
    /// In office hours.
    #[n(0)]
    pub day: Option<String>,
    /// Out of hours.
    #[n(1)]
    pub out_of_hours: Option<String>,
}

/// Whether a text is a telephone number: 3 to 20 digits, with spaces, one plus at its beginning, brackets and hyphens.
pub fn is_telephone(text: &str) -> bool {
    let (digits, others): (Vec<char>, Vec<char>) = text.chars().partition(char::is_ascii_digit);
    let plus = text.strip_prefix('+').unwrap_or(text);
    let fits = |other: &char| matches!(other, ' ' | '(' | ')' | '-' | '+');
    (3..=20).contains(&digits.len())
        && others.len() <= 12
        && others.iter().all(fits)
        && !plus.contains('+')
        && text.trim() == text
}

/// Where staff of another organisation report first.
const OWN_LEAD: Way = Way {
    code: "own_lead",
    label: "The safeguarding lead of your own organisation",
    how: "You work for another organisation: report to your own lead too, as its policy says.",
};

/// In the order in which they are shown: danger first.
const ROUTES: [Way; 5] = [
    Way { code: "emergency", label: "Police or ambulance, now", how: "Somebody is in danger now: ring 999." },
    Way {
        code: "council",
        label: "The council’s adult safeguarding team",
        how: "In office hours. The number is on the council’s website, and the office has it.",
    },
    Way {
        code: "council_out_of_hours",
        label: "The council’s out-of-hours team",
        how: "At night, at weekends and on bank holidays, when it cannot wait.",
    },
    Way { code: "police", label: "Police", how: "A crime, and nobody is in danger now: ring 101." },
    Way {
        // The number: www.cqc.org.uk/contact-us.
        code: "cqc",
        label: "Care Quality Commission",
        how: "About how a care provider works: its website, or ring 03000 616161.",
    },
];

/// The ways that somebody is shown. `works_elsewhere`: for another organisation than those who receive concerns here.
pub fn routes(works_elsewhere: bool, council: &Council) -> Vec<Route> {
    let own = works_elsewhere.then_some(OWN_LEAD);
    let (emergency, others) = ROUTES.split_first().expect("there are some");
    let ways = [*emergency].into_iter().chain(own).chain(others.iter().copied());
    ways.map(|way| Route { code: way.code, label: way.label, how: how(&way, council) }).collect()
}

/// The number comes first: somebody reads it in a hurry.
fn how(way: &Way, council: &Council) -> String {
    let number = match way.code {
        "council" => council.day.as_deref(),
        "council_out_of_hours" => council.out_of_hours.as_deref(),
        _ => None,
    };
    match (way.code, number) {
        ("council", Some(number)) => format!("Ring {number} in office hours."),
        (_, Some(number)) => format!("Ring {number}. {}", way.how),
        (_, None) => way.how.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(works_elsewhere: bool) -> Vec<&'static str> {
        routes(works_elsewhere, &Council::default()).iter().map(|route| route.code).collect()
    }

    #[test]
    fn danger_comes_first_and_the_council_its_out_of_hours_team_the_police_and_the_regulator_follow() {
        assert_eq!(codes(false), ["emergency", "council", "council_out_of_hours", "police", "cqc"]);
    }

    #[test]
    fn staff_of_another_organisation_are_shown_their_own_lead_and_the_council() {
        assert_eq!(codes(true)[..3], ["emergency", "own_lead", "council"]);
    }

    #[test]
    fn the_councils_own_numbers_stand_where_they_are_set_and_come_first() {
        let how = |council: &Council, code| {
            routes(false, council).into_iter().find(|route| route.code == code).map(|route| route.how)
        };
        let day = Some("01632 960 001".to_owned());
        let council = Council { day, out_of_hours: Some("01632 960 002".to_owned()) };
        assert_eq!(how(&council, "council").unwrap(), "Ring 01632 960 001 in office hours.");
        assert!(how(&council, "council_out_of_hours").unwrap().starts_with("Ring 01632 960 002. At night"));
        assert!(how(&Council::default(), "council").unwrap().starts_with("In office hours."));
        assert_eq!(how(&council, "police"), how(&Council::default(), "police"));
    }

    #[test]
    fn a_telephone_number_has_digits_and_what_people_write_between_them() {
        for good in ["999", "01632 960 001", "+44 1632 960001", "(01632) 960-001"] {
            assert!(is_telephone(good), "{good}");
        }
        for bad in ["", "99", "ring Dee", "0163+2960", "01632\n960001", " 01632 960001", &"1".repeat(21)] {
            assert!(!is_telephone(bad), "{bad:?}");
        }
    }
}
