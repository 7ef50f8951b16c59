//! The ways outside of the provider by which anybody may report a concern, shown beside the form: nobody has to go through
//! somebody whom they do not trust.
//!
//! A default: the provider's safeguarding lead must agree the words and the order, and add the numbers of its council.

use serde::Serialize;

/// One way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Stable code.
    pub code: &'static str,
    /// Who.
    pub label: &'static str,
    /// When, and how they are reached.
    pub how: &'static str,
}

/// Where staff of another organisation report first.
const OWN_LEAD: Route = Route {
    code: "own_lead",
    label: "The safeguarding lead of your own organisation",
    how: "You work for another organisation: report to your own lead too, as its policy says.",
};

/// In the order in which they are shown: danger first.
const ROUTES: [Route; 5] = [
    Route {
        code: "emergency",
        label: "Police or ambulance, now",
        how: "Somebody is in danger now: ring 999.",
    },
    Route {
        code: "council",
        label: "The council’s adult safeguarding team",
        how: "In office hours. The number is on the council’s website, and the office has it.",
    },
    Route {
        code: "council_out_of_hours",
        label: "The council’s out-of-hours team",
        how: "At night, at weekends and on bank holidays, when it cannot wait.",
    },
    Route { code: "police", label: "Police", how: "A crime, and nobody is in danger now: ring 101." },
    Route {
        code: "cqc",
        label: "Care Quality Commission",
        how: "About how a care provider works: its website, or ring 03000 616161.",
    },
];

/// The ways that somebody is shown. `works_elsewhere`: for another organisation than those who receive concerns here.
pub fn routes(works_elsewhere: bool) -> Vec<Route> {
    let own = works_elsewhere.then_some(OWN_LEAD);
    let (emergency, others) = ROUTES.split_first().expect("there are some");
    [*emergency].into_iter().chain(own).chain(others.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(works_elsewhere: bool) -> Vec<&'static str> {
        routes(works_elsewhere).iter().map(|route| route.code).collect()
    }

    #[test]
    fn danger_comes_first_and_the_council_its_out_of_hours_team_the_police_and_the_regulator_follow() {
        assert_eq!(codes(false), ["emergency", "council", "council_out_of_hours", "police", "cqc"]);
    }

    #[test]
    fn staff_of_another_organisation_are_shown_their_own_lead_and_the_council() {
        assert_eq!(codes(true)[..3], ["emergency", "own_lead", "council"]);
    }
}
