//! What must not fall out of the lists of what is due (D7): what nobody gave a time or an owner, what people disagree on,
//! a gap that came back, the review of a goal that has stalled.

use crate::support::*;
use crate::together::{Part, Shared, due, flags, risk};
use alongside_domain::plan::edit::Section;
use alongside_domain::together::deadline::DeadlineKind;

#[test]
fn what_was_decided_before_a_gap_arose_does_not_answer_it() {
    let mut shared = risk(("4", "4"), ("2", "4"));
    let decided = [("text", "Which support?"), ("whose", "services"), ("because", "risks/garden")];
    shared.edit(BETH, "5-14 12:00", &[(Section::Decisions, "support", &decided)]);
    shared.edit(BETH, "5-15 12:00", &[(Section::Decisions, "support", &[("decision", "A rail")])]);
    let gap = |shared: &Shared, now: &str| due(&shared.at(now), DeadlineKind::RiskGap);
    assert_eq!(gap(&shared, "5-15 13:00"), ["RiskGap garden by Sam: - DoneInTime"]);
    // They agree, and a week later they are apart again.
    shared.edit(SAM, "5-16 09:00", &[(Section::Risks, "garden", &[("likelihood_provider", "4")])]);
    assert_eq!(gap(&shared, "5-16 10:00"), Vec::<String>::new());
    shared.edit(SAM, "5-23 09:00", &[(Section::Risks, "garden", &[("likelihood_provider", "1")])]);
    assert_eq!(gap(&shared, "5-23 10:00"), ["RiskGap garden by Sam: - Open"]);
    let again =
        [("text", "And now?"), ("whose", "services"), ("because", "risks/garden"), ("decision", "Two come")];
    shared.edit(BETH, "5-23 12:00", &[(Section::Decisions, "again", &again)]);
    assert_eq!(gap(&shared, "5-23 13:00"), ["RiskGap garden by Sam: - DoneInTime"]);
    // A gap on the other dimension is another gap, though the first one stands.
    shared.edit(SAM, "5-24 09:00", &[(Section::Risks, "garden", &[("impact_provider", "1")])]);
    assert_eq!(gap(&shared, "5-24 10:00"), ["RiskGap garden by Sam: - Open"]);
}

#[test]
fn what_must_be_ready_stands_in_the_list_also_without_a_time_and_without_an_owner() {
    let mut shared = Shared::new();
    let case = [("text", "Home from ward 4"), ("home_on", "2026-05-12"), ("owner", "Sam")];
    let parts: [Part<'_>; 4] = [
        (Section::Discharge, "main", &case),
        (Section::Discharge, "key", &[("text", "Key safe"), ("owner", "Sam")]),
        (Section::Discharge, "bed", &[("text", "Bed"), ("due", "home-1d@12:00")]),
        (Section::Discharge, "day-1", &[("text", "Daily review"), ("review_on", "2026-05-09")]),
    ];
    shared.edit(SAM, "5-8 10:00", &parts);
    let view = shared.at("5-9 10:00");
    let expected = ["Checklist bed by : 11 12:00 Open", "Checklist key by Sam: - Open"];
    assert_eq!(due(&view, DeadlineKind::Checklist), expected);
    assert_eq!(flags(&view), ["bed.owner: NoOwner", "key.due: NoDue"]);
    let done = [("state", "done")];
    shared.edit(SAM, "5-9 11:00", &[(Section::Discharge, "key", &done), (Section::Discharge, "bed", &done)]);
    assert_eq!(flags(&shared.at("5-9 12:00")), Vec::<String>::new());
}

#[test]
fn a_disagreement_is_in_the_list_of_who_decides_until_it_is_settled() {
    let mut shared = Shared::new();
    let fields = [("text", "Is a pendant enough?"), ("by", "Beth"), ("decides", "Sam")];
    shared.edit(BETH, "5-15 15:00", &[(Section::Disputes, "x", &fields)]);
    assert_eq!(due(&shared.at("5-16 09:00"), DeadlineKind::Dispute), ["Dispute x by Sam: - Open"]);
    shared.edit(SAM, "5-18 12:00", &[(Section::Disputes, "x", &[("state", "settled")])]);
    assert_eq!(due(&shared.at("5-18 13:00"), DeadlineKind::Dispute), ["Dispute x by Sam: - DoneInTime"]);
}

#[test]
fn the_review_of_a_stalled_goal_is_in_the_list_of_who_leads_it_until_it_was_held() {
    let mut shared = Shared::new();
    let goal = [("text", "A hot drink"), ("baseline", "3"), ("target", "0"), ("lead", "Beth")];
    shared.edit(SAM, "5-4 07:00", &[(Section::Goals, "g3", &goal)]);
    for day in 4..18 {
        let when = format!("5-{day} 08:00");
        shared.world.see(JOEL, &when, "goal_progress", &[("goal", "g3"), ("level", "help_of_one")]);
    }
    let review = |shared: &Shared, now: &str| due(&shared.at(now), DeadlineKind::ProblemSolving);
    assert_eq!(review(&shared, "5-17 23:59"), Vec::<String>::new());
    assert_eq!(review(&shared, "5-18 08:00"), ["ProblemSolving g3 by Beth: 20 23:59 Open"]);
    assert_eq!(review(&shared, "5-21 00:00"), ["ProblemSolving g3 by Beth: 20 23:59 Overdue"]);
    let asked = [("text", "Why?"), ("goal", "g3"), ("week", "2026-05-11"), ("due", "2026-05-20")];
    shared.edit(BETH, "5-19 09:00", &[(Section::Reviews, "drink", &asked)]);
    assert_eq!(review(&shared, "5-19 10:00"), ["ProblemSolving g3 by Beth: 20 23:59 Open"]);
    // It is one review, though the plan names it too.
    assert_eq!(due(&shared.at("5-19 10:00"), DeadlineKind::Review), Vec::<String>::new());
    shared.edit(BETH, "5-19 15:00", &[(Section::Reviews, "drink", &[("last_held", "2026-05-19")])]);
    assert_eq!(review(&shared, "5-20 08:00"), ["ProblemSolving g3 by Beth: 20 23:59 DoneInTime"]);
}
