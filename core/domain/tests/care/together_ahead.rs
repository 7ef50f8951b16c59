//! What lies ahead in shared work: visits that clash, and dates beyond the list of bank holidays.

use crate::support::*;
use crate::together::{Shared, flags};
use alongside_domain::care::lacks::{Lack, Part};
use alongside_domain::journal::body::{Role, VisitKind};
use alongside_domain::plan::edit::Section;
use alongside_domain::time::Moment;
use alongside_domain::together::flag::FlagWhy;
use alongside_domain::together::needs::Needs;

#[test]
fn clashes_of_the_next_four_weeks_stand_beside_the_deadlines() {
    let mut shared = Shared::new();
    let dressing = [
        ("text", "Dressing"),
        ("visit_kind", "clinical"),
        ("starts", "2026-05-18T09:00"),
        ("rule", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("minutes", "20"),
        ("task", "dressing_change"),
    ];
    let shower =
        [("text", "Shower"), ("visit_kind", "care"), ("starts", "2026-05-18T09:40"), ("task", "shower")];
    shared.edit(
        BETH,
        "5-14 09:00",
        &[(Section::Schedule, "dressing", &dressing), (Section::Schedule, "shower", &shower)],
    );
    let clashes = |now: &str| -> Vec<String> {
        let found = shared.at(now).clashes;
        found
            .iter()
            .map(|one| format!("{} {} on {}: {:?}", shown(one.at), one.what, one.with_what, one.why))
            .collect()
    };
    assert_eq!(clashes("5-14 10:00"), ["18 09:40 Shower on Dressing: WetDressing"]);
    assert_eq!(clashes("4-14 10:00"), Vec::<String>::new());
    assert_eq!(clashes("5-19 10:00"), Vec::<String>::new());
    shared.world.visit(1, VisitKind::Care, "5-21 09:10", JOEL);
    let found = shared.at("5-19 10:00").clashes;
    let found: Vec<String> =
        found.iter().map(|one| format!("{} {} on {}", shown(one.at), one.what, one.with_what)).collect();
    assert_eq!(found, ["21 09:10 A carer’s visit on the roster on Dressing"]);
}

#[test]
fn a_date_beyond_the_list_of_bank_holidays_is_flagged() {
    let mut shared = Shared::new();
    let dispute =
        [("text", "Is a pendant enough?"), ("by", "Beth"), ("decides", "Sam"), ("check_on", "2028-01-03")];
    shared.edit(BETH, "5-15 15:00", &[(Section::Disputes, "x", &dispute)]);
    let nurses = [
        ("role", "district_nursing"),
        ("name", "Nurses"),
        ("hours", r#"{"open":[{"from":"08:00","to":"18:00"}],"bank_holidays":"closed"}"#),
    ];
    let practice =
        [("role", "gp"), ("name", "Practice"), ("hours", r#"{"open":[{"from":"08:00","to":"18:00"}]}"#)];
    shared.edit(
        SAM,
        "5-15 15:00",
        &[(Section::Contacts, "nurses", &nurses), (Section::Contacts, "practice", &practice)],
    );
    assert_eq!(flags(&shared.at("5-16 09:00")), ["x.check_on: BankHolidaysEnd"]);
    let in_december = |day: u32| {
        let day = chrono::NaiveDate::from_ymd_opt(2027, 12, day).expect("a day of December");
        flags(&shared.at_moment(Moment::at_local(day, 9 * 60)))
    };
    assert_eq!(in_december(3), ["x.check_on: BankHolidaysEnd"]);
    assert_eq!(in_december(4), ["nurses.hours: BankHolidaysEnd", "x.check_on: BankHolidaysEnd"]);
    assert_eq!(
        FlagWhy::BankHolidaysEnd.words(),
        "the list of bank holidays ends on 31 December 2027: an update of the app brings a newer one"
    );
}

#[test]
fn that_clashes_cannot_be_told_is_said_to_whoever_keeps_the_visits() {
    let mut view = Shared::new().at("5-14 10:00");
    view.lacks = vec![Lack { part: Part::Visits, needs: vec!["visits".to_owned()] }];
    let lacks = |role| Needs::of(&view, staff(BETH), role).lacks.len();
    assert_eq!((lacks(Role::Nurse), lacks(Role::SocialWorker)), (1, 0));
}
