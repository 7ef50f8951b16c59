//! The carer's day at the server: calls for help, the page of today, codes of key safes, agency carers.

mod support;

use alongside_domain::ids::{PersonId, StaffId, VisitId};
use alongside_domain::journal::body::{
    Closing, HelpAsked, Match, MatchRef, NoReplyStep, NoReplyTried, OfficeNote, PlanEdit, Response,
    RunningLate, StepResult, VisitArrived, VisitKind, VisitPlanned,
};
use alongside_domain::journal::{Body, Channel, PageError, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::time::{HOUR_MS, MINUTE_MS, Moment};
use alongside_domain::value::Value;
use axum::http::StatusCode;
use serde_json::json;
use support::browser::{Browser, PASSWORD, account, field};
use support::{Device, MONDAY, Server, bytes};

const CODE: &str = "C4471Z";
const VISIT: VisitId = VisitId([5; 16]);

async fn signed_in<'s>(server: &'s Server, username: &str) -> Browser<'s> {
    let mut browser = Browser::of(server);
    assert_eq!(browser.sign_in(username, PASSWORD).await.status, StatusCode::SEE_OTHER);
    browser
}

/// Sam the supervisor, Amina and Joel the carers, and Grace.
struct Team {
    server: Server,
    sam: StaffId,
    amina: StaffId,
    joel: StaffId,
    grace: PersonId,
}

impl Team {
    async fn new() -> Team {
        let server = Server::start().await;
        let sam = account(&server, "Sam", "supervisor").await;
        account(&server, "Beth", "nurse").await;
        let (amina, joel) = (server.staff("Amina", "carer").await, server.staff("Joel", "carer").await);
        let grace = server.person(&[sam, amina, joel]).await;
        Team { server, sam, amina, joel, grace }
    }

    /// A visit of a carer, at so many hours after nine o'clock on Monday.
    async fn rosters(&self, desk: &mut Device, carer: StaffId, hours: i64) {
        let start = MONDAY.plus_ms(hours * HOUR_MS);
        let planned = VisitPlanned {
            visit: VISIT,
            visit_kind: VisitKind::Care,
            start,
            window_end: start.plus_ms(30 * MINUTE_MS),
            staff: vec![carer],
            cancelled: false,
            ends: None,
            time_critical: Some(true),
        };
        let page = desk.cut(&[(self.grace, vec![Body::VisitPlanned(planned)])]);
        desk.exchange(&self.server, vec![bytes(&page)]).await;
    }

    async fn sets_code(&self, code: &str) -> StatusCode {
        let asked = json!({ "person": self.grace, "code": code, "by": self.sam });
        self.server.ask_admin("key-safes", asked).await.0
    }
}

fn hours(hours: i64) -> Moment {
    MONDAY.plus_ms(hours * HOUR_MS)
}

#[tokio::test]
async fn a_carers_call_for_help_is_taken_and_nothing_else_of_hers_in_the_office_channel() {
    let team = Team::new().await;
    let mut phone = team.server.device(team.amina).await;
    let note = Body::OfficeNote(OfficeNote { text: "owes money".to_owned() });
    let help = Body::HelpAsked(HelpAsked { visit: Some(VISIT) });
    let mixed = phone.cut_in(Channel::Office, &[(team.grace, vec![help.clone(), note])]);
    let done = phone.exchange(&team.server, vec![bytes(&mixed)]).await;
    assert_eq!(done.refused.iter().map(|it| it.why).collect::<Vec<_>>(), [PageError::Access]);
    let page = phone.cut_in(Channel::Office, &[(team.grace, vec![help])]);
    let done = phone.exchange(&team.server, vec![bytes(&page)]).await;
    assert_eq!((done.receipts, done.refused), (vec![page.id], vec![]));
    let mut colleague = team.server.device(team.joel).await;
    let seen = colleague.exchange(&team.server, vec![]).await;
    assert!(seen.extracts.iter().all(|extract| extract.id.channel == Channel::Care), "no carer gets it");
    let mut desk = team.server.device(team.sam).await;
    let seen = desk.exchange(&team.server, vec![]).await;
    assert_eq!(seen.extracts.iter().filter(|extract| extract.id.channel == Channel::Office).count(), 1);
}

#[tokio::test]
async fn the_page_of_today_shows_a_call_for_help_until_somebody_knows_that_she_is_safe() {
    let team = Team::new().await;
    let mut phone = team.server.device(team.amina).await;
    let help = Body::HelpAsked(HelpAsked { visit: None });
    let page = phone.cut_in(Channel::Office, &[(team.grace, vec![help])]);
    phone.exchange(&team.server, vec![bytes(&page)]).await;
    let mut nurse = signed_in(&team.server, "beth").await;
    assert_eq!(nurse.open("/today").await.status, StatusCode::FORBIDDEN);

    let mut desk = signed_in(&team.server, "sam").await;
    let caseload = desk.open("/").await.html;
    assert!(caseload.contains("asked for help"), "every page says so at its top");
    let page = desk.open("/today").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("Amina asks for help"), "{}", page.html);
    let mut post = async |csrf: &str, how: &str| {
        let fields = [
            ("csrf", csrf.to_owned()),
            ("person", field(&page, "person")),
            ("staff", field(&page, "staff")),
            ("help", field(&page, "help")),
            ("how", how.to_owned()),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        desk.post("/today/safe", &fields).await.status
    };
    let csrf = field(&page, "csrf");
    assert_eq!(post("of another session", "rang her").await, StatusCode::FORBIDDEN);
    assert_eq!(post(&csrf, " ").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(&csrf, "rang her, she has left").await, StatusCode::SEE_OTHER);
    let html = desk.open("/today").await.html;
    assert!(!html.contains("asks for help"));
    let seen = phone.exchange(&team.server, vec![]).await;
    assert!(seen.extracts.iter().all(|it| it.id.channel == Channel::Care), "her phone is told nothing");
}

#[tokio::test]
async fn the_page_of_today_shows_who_has_not_left_who_does_not_answer_and_who_is_late() {
    let team = Team::new().await;
    let mut desk_phone = team.server.device(team.sam).await;
    team.rosters(&mut desk_phone, team.joel, 1).await;
    let mut phone = team.server.device(team.amina).await;
    let (step, result) = (NoReplyStep::Knock, StepResult::NoReply);
    let other = VisitId([6; 16]);
    let page = phone.cut(&[(
        team.grace,
        vec![
            Body::VisitArrived(VisitArrived { visit: other, visit_kind: VisitKind::Care }),
            Body::NoReplyTried(NoReplyTried { visit: other, step, result, note: None }),
        ],
    )]);
    phone.exchange(&team.server, vec![bytes(&page)]).await;
    let mut second = team.server.device(team.joel).await;
    let (expected, reason) = (hours(2), Some("the bridge is closed".to_owned()));
    let late =
        second.cut(&[(team.grace, vec![Body::RunningLate(RunningLate { visit: VISIT, expected, reason })])]);
    second.exchange(&team.server, vec![bytes(&late)]).await;
    let mut desk = signed_in(&team.server, "sam").await;
    let html = desk.open("/today").await.html;
    assert!(html.contains("Nobody answers the door") && !html.contains("should have left"), "{html}");
    assert!(html.contains("Joel is at") && html.contains("the bridge is closed"), "{html}");
    team.server.app.clock.move_to(hours(1).plus_ms(20 * MINUTE_MS));
    let mut desk = signed_in(&team.server, "sam").await;
    let html = desk.open("/today").await.html;
    for words in [
        "Amina should have left",
        "Ring them.",
        "Their phone was last heard",
        "nobody has located them",
        "Overdue",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[tokio::test]
async fn the_code_of_a_key_safe_reaches_only_the_phone_of_who_is_rostered_and_only_near_the_visit() {
    let team = Team::new().await;
    let mut desk = team.server.device(team.sam).await;
    team.rosters(&mut desk, team.amina, 4).await;
    assert_eq!(team.sets_code("no\ncode").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(team.sets_code(CODE).await, StatusCode::OK);
    let (mut amina, mut joel) = (team.server.device(team.amina).await, team.server.device(team.joel).await);
    let mut given = Vec::new();
    for hour in 1..7 {
        team.server.app.clock.move_to(hours(hour));
        let to_amina = amina.exchange(&team.server, vec![]).await;
        let to_joel = joel.exchange(&team.server, vec![]).await;
        assert_eq!(to_joel.key_safes, None, "he has no visit there");
        let told = format!("{to_joel:?} {:?}", to_amina.extracts);
        assert!(!told.contains(CODE));
        given.push(to_amina.key_safes.map(|all| {
            assert!(!format!("{all:?}").contains(CODE), "it does not come into a log by itself");
            (all.len(), all[0].code.0.clone(), all[0].until)
        }));
    }
    let once = Some((1, CODE.to_owned(), hours(5).plus_ms(30 * MINUTE_MS)));
    assert_eq!(given, [None, once.clone(), once.clone(), once.clone(), once, None]);
}

#[tokio::test]
async fn the_code_is_in_no_journal_no_answer_of_the_administration_and_on_no_page() {
    let team = Team::new().await;
    let mut desk_phone = team.server.device(team.sam).await;
    team.rosters(&mut desk_phone, team.amina, 1).await;
    team.sets_code(CODE).await;
    team.server.device(team.amina).await.exchange(&team.server, vec![]).await;
    let (_, state) = team.server.ask_admin_state().await;
    assert!(!state.to_string().contains(CODE));
    let mut desk = signed_in(&team.server, "sam").await;
    for path in
        ["/", "/today", &format!("/people/{}", team.grace), &format!("/people/{}/key-safe", team.grace)]
    {
        let page = desk.open(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.html.contains(CODE), "{path}");
    }
    // The journal's bytes, as they lie in the database: every table but its own.
    let database = alongside_server::init::database(&team.server.folder.path().join("data"));
    let db = rusqlite::Connection::open(database).unwrap();
    let mut searched = 0;
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for table in tables {
        let mut query = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = query.column_count();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                use rusqlite::types::ValueRef;
                if let ValueRef::Blob(bytes) | ValueRef::Text(bytes) = row.get_ref(column).unwrap() {
                    let found = bytes.windows(CODE.len()).any(|window| window == CODE.as_bytes());
                    assert_eq!(found, table == "key_safe" && bytes == CODE.as_bytes(), "{table}");
                    searched += bytes.len();
                }
            }
        }
    }
    assert!(searched > 1000, "{searched} bytes");
}

#[tokio::test]
async fn a_code_is_to_be_changed_when_somebody_who_could_see_it_leaves_or_it_stands_in_the_plan() {
    let team = Team::new().await;
    let mut desk_phone = team.server.device(team.sam).await;
    team.rosters(&mut desk_phone, team.amina, 1).await;
    team.sets_code(CODE).await;
    let (mut amina, joel) = (team.server.device(team.amina).await, team.server.device(team.joel).await);
    amina.exchange(&team.server, vec![]).await;
    let mut desk = signed_in(&team.server, "sam").await;
    let revoke = |device, why| json!({ "device": device, "why": why, "by": team.sam });
    team.server.ask_admin("revocations", revoke(joel.id, "left")).await;
    assert!(!desk.open("/today").await.html.contains("change the code"), "he never had it");
    team.server.ask_admin("revocations", revoke(amina.id, "left")).await;
    assert!(desk.open("/today").await.html.contains("change the code: Amina could see it and has left"));
    team.server.app.clock.move_to(hours(1));
    team.sets_code("9999").await;
    let mut desk = signed_in(&team.server, "sam").await;
    assert_eq!(desk.open("/today").await.status, StatusCode::OK);
    assert!(!desk.open("/today").await.html.contains("change the code"), "it is another now");

    let fields = [("text".to_owned(), Value::text("The safe opens with 99 99"))].into();
    let command =
        Command::AddEntry { section: Section::Actions, entry: "door".parse().unwrap(), fields, order: 1 };
    let base = PlanSeen { version: 0, own_edit: None };
    let edit = PlanEdit { base, commands: vec![command], reason: "how to get in".to_owned() };
    let page = desk_phone.cut(&[(team.grace, vec![Body::PlanEdit(edit)])]);
    desk_phone.exchange(&team.server, vec![bytes(&page)]).await;
    let html = desk.open("/today").await.html;
    assert!(html.contains("the code stands in the plan"), "{html}");
    let folder = desk.open(&format!("/people/{}/folder", team.grace)).await.html;
    assert!(folder.contains("Plan version 1") && !folder.contains("99 99"), "{folder}");
}

#[tokio::test]
async fn an_agency_carer_sees_people_from_two_hours_before_a_shift_to_two_hours_after_and_hands_in_later() {
    let team = Team::new().await;
    let asked = json!({ "name": "Kit", "role": "carer", "organisation": "Agency", "agency": true });
    let (_, answer) = team.server.ask_admin("staff", asked).await;
    let kit: StaffId = answer["staff"].as_str().unwrap().parse().unwrap();
    team.server.ask_admin("care-team", json!({ "person": team.grace, "staff": kit })).await;
    let mut desk = team.server.device(team.sam).await;
    team.rosters(&mut desk, kit, 4).await;
    let mut phone = team.server.device(kit).await;
    let mut seen = Vec::new();
    for hour in [1, 2, 6, 7] {
        team.server.app.clock.move_to(hours(hour));
        let done = phone.exchange(&team.server, vec![]).await;
        let people = done.access.map(|access| access.people.len());
        seen.push((people, done.terms.lease_hours));
    }
    // The last half hour is less than a whole hour of lease: one hour is the least.
    assert_eq!(seen, [(Some(0), 72), (Some(1), 4), (None, 1), (Some(0), 72)]);
    let late = phone.cut(&[(team.grace, vec![support::pain(3)])]);
    let done = phone.exchange(&team.server, vec![bytes(&late)]).await;
    assert_eq!((done.receipts, done.refused), (vec![late.id], vec![]));
    let (_, state) = team.server.ask_admin_state().await;
    assert!(state["records"].as_u64().unwrap() >= 2, "it is not kept apart: {state}");
}

/// What a page of a care team sends.
async fn gives(desk: &mut Browser<'_>, person: PersonId, staff: StaffId, times: (&str, &str)) -> StatusCode {
    let path = format!("/people/{person}/team");
    let csrf = field(&desk.open(&path).await, "csrf");
    let staff = staff.to_string();
    let fields = [("csrf", csrf.as_str()), ("staff", &staff), ("from", times.0), ("until", times.1)];
    desk.post(&path, &fields).await.status
}

#[tokio::test]
async fn somebody_without_a_visit_sees_a_person_for_the_time_that_the_office_gives_them() {
    let team = Team::new().await;
    let asked = json!({ "name": "Kit", "role": "carer", "organisation": "Agency", "agency": true });
    let (_, answer) = team.server.ask_admin("staff", asked).await;
    let kit: StaffId = answer["staff"].as_str().unwrap().parse().unwrap();
    let mut phone = team.server.device(kit).await;
    let early = phone.cut(&[(team.grace, vec![support::pain(1)])]);
    phone.exchange(&team.server, vec![bytes(&early)]).await;
    let kept_apart = async || team.server.app.store.apart().await.unwrap().len();
    assert_eq!(kept_apart().await, 1, "nobody has let them see her");
    let mut desk = signed_in(&team.server, "sam").await;
    for wrong in [("2026-03-02T13:00", "2026-03-02T13:00"), ("2026-03-02T13:00", "2026-03-12T13:00")] {
        assert_eq!(gives(&mut desk, team.grace, kit, wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let afternoon = ("2026-03-02T13:00", "2026-03-02T14:00");
    let on_team = gives(&mut desk, team.grace, team.amina, afternoon).await;
    assert_eq!(on_team, StatusCode::UNPROCESSABLE_ENTITY, "she sees her at any time");
    assert_eq!(gives(&mut desk, team.grace, kit, afternoon).await, StatusCode::SEE_OTHER);
    let html = desk.open(&format!("/people/{}/team", team.grace)).await.html;
    assert!(html.contains("Agency, through an agency") && html.contains("to come"), "{html}");
    let mut seen = Vec::new();
    for hour in [1, 2, 6, 7] {
        team.server.app.clock.move_to(hours(hour));
        let done = phone.exchange(&team.server, vec![]).await;
        seen.push((done.access.map(|access| access.people.len()), done.terms.lease_hours));
    }
    // Nobody, as before: its list stands.
    assert_eq!(seen, [(None, 72), (Some(1), 5), (None, 1), (Some(0), 72)]);
    let late = phone.cut(&[(team.grace, vec![support::pain(3)])]);
    let done = phone.exchange(&team.server, vec![bytes(&late)]).await;
    assert_eq!((done.receipts, kept_apart().await), (vec![late.id], 1), "it can be handed in afterwards");
}

#[tokio::test]
async fn a_time_can_be_ended_at_once_and_only_the_office_of_the_provider_gives_one() {
    let team = Team::new().await;
    let nia = account(&team.server, "Nia", "nurse").await;
    team.server.app.clock.move_to(hours(1));
    let mut nurse = signed_in(&team.server, "nia").await;
    let page_of_grace = format!("/people/{}", team.grace);
    assert_eq!(nurse.open(&page_of_grace).await.status, StatusCode::NOT_FOUND);
    let mut desk = signed_in(&team.server, "sam").await;
    let now = ("2026-03-02T10:00", "2026-03-02T18:00");
    assert_eq!(gives(&mut desk, team.grace, nia, now).await, StatusCode::SEE_OTHER);
    assert_eq!(nurse.open(&page_of_grace).await.status, StatusCode::OK, "on the console too");
    assert_eq!(nurse.open(&format!("{page_of_grace}/team")).await.status, StatusCode::FORBIDDEN);
    let mut phone = team.server.device(nia).await;
    let people =
        |done: alongside_domain::sync::messages::Exchanged| done.access.map(|list| list.people.len());
    assert_eq!(people(phone.exchange(&team.server, vec![]).await), Some(1));
    let page = desk.open(&format!("{page_of_grace}/team")).await;
    let (csrf, id) = (field(&page, "csrf"), field(&page, "id"));
    let path = format!("{page_of_grace}/team/end");
    let mut end = async |csrf: &str| desk.post(&path, &[("csrf", csrf), ("id", &id)]).await.status;
    assert_eq!(end("of another session").await, StatusCode::FORBIDDEN);
    assert_eq!(end(&csrf).await, StatusCode::SEE_OTHER);
    assert_eq!(end(&csrf).await, StatusCode::UNPROCESSABLE_ENTITY, "it is over");
    assert_eq!(people(phone.exchange(&team.server, vec![]).await), Some(0));
    assert_eq!(nurse.open(&page_of_grace).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_agency_nurse_sees_at_the_console_whom_her_phone_shows_and_only_then() {
    let team = Team::new().await;
    let asked = json!({
        "name": "Rae", "role": "nurse", "organisation": "Agency", "agency": true, "username": "rae", "password": PASSWORD
    });
    let (_, answer) = team.server.ask_admin("staff", asked).await;
    let rae: StaffId = answer["staff"].as_str().unwrap().parse().unwrap();
    team.server.ask_admin("care-team", json!({ "person": team.grace, "staff": rae })).await;
    let mut desk = team.server.device(team.sam).await;
    team.rosters(&mut desk, rae, 4).await;
    let page_of_grace = format!("/people/{}", team.grace);
    let mut seen = Vec::new();
    for hour in [1, 2, 6, 7] {
        team.server.app.clock.move_to(hours(hour));
        let mut browser = signed_in(&team.server, "rae").await;
        seen.push(browser.open(&page_of_grace).await.status == StatusCode::OK);
    }
    assert_eq!(seen, [false, true, true, false]);
}

#[tokio::test]
async fn a_visit_missed_at_bedtime_is_there_in_the_morning() {
    let team = Team::new().await;
    let mut desk = team.server.device(team.sam).await;
    team.rosters(&mut desk, team.amina, 14).await;
    let mut phone = team.server.device(team.amina).await;
    let mut told = Vec::new();
    for minutes in [1, 61, 8 * 60, 23 * 60 + 1] {
        team.server.app.clock.move_to(hours(15).plus_ms(minutes * MINUTE_MS));
        phone.exchange(&team.server, vec![]).await;
        let html = signed_in(&team.server, "sam").await.open("/today").await.html;
        let found = ["visit late", "visit missed", "Nothing is overdue"];
        told.extend(found.into_iter().filter(|words| html.contains(words)));
    }
    assert_eq!(told, ["visit late", "visit missed", "visit missed", "Nothing is overdue"]);
}

/// The supervisor puts a trigger into the plan of which the office is to be told within the hour.
async fn agrees(team: &Team, desk: &mut Device, name: &str, condition: &str) {
    let texts = [("name", name), ("condition", condition), ("contact", "gp")];
    let texts = texts.map(|(code, text)| (code.to_owned(), Value::text(text))).into_iter();
    let others = [("urgency".to_owned(), Value::Int(60)), ("clinical".to_owned(), Value::Bool(false))];
    let fields = texts.chain(others).collect();
    let (section, entry) = (Section::Triggers, "t1".parse().unwrap());
    let commands = vec![Command::AddEntry { section, entry, fields, order: 1 }];
    let base = PlanSeen { version: 0, own_edit: None };
    let edit = PlanEdit { base, commands, reason: "agreed".to_owned() };
    let page = desk.cut(&[(team.grace, vec![Body::PlanEdit(edit)])]);
    desk.exchange(&team.server, vec![bytes(&page)]).await;
}

/// A pain of 9 of 10.
fn bad_pain() -> Body {
    let Body::Observation(mut observation) = support::pain(9) else { unreachable!() };
    observation.fields = [("score".to_owned(), Value::Int(9))].into();
    Body::Observation(observation)
}

#[tokio::test]
async fn the_second_escalation_of_a_trigger_is_told_as_it_stands() {
    let team = Team::new().await;
    let condition = r#"{"compare":{"kind":"pain","field":"score","op":"at_least","value":8}}"#;
    agrees(&team, &mut team.server.device(team.sam).await, "Pain is bad", condition).await;
    let mut phone = team.server.device(team.amina).await;
    let first = RecordRef { author: phone.id, epoch: phone.epoch, number: 1, channel: Channel::Care };
    let about = MatchRef { trigger: "t1".parse().unwrap(), matched: Match::Record(first) };
    let closing = Body::Closing(Closing { about, outcome: "the surgery rang back".to_owned() });
    for (hour, body) in [(1, bad_pain()), (2, closing), (3, bad_pain())] {
        team.server.app.clock.move_to(hours(hour));
        phone.records_at = hours(hour);
        let page = phone.cut(&[(team.grace, vec![body])]);
        phone.exchange(&team.server, vec![bytes(&page)]).await;
    }
    team.server.app.clock.move_to(hours(5));
    let html = signed_in(&team.server, "sam").await.open("/today").await.html;
    assert!(html.contains("Pain is bad: nobody has answered"), "{html}");
    assert!(!html.contains("Pain is bad: closed"), "{html}");
}

#[tokio::test]
async fn a_page_says_that_the_carer_had_the_earlier_plan_and_that_an_answer_was_known_too_late() {
    let team = Team::new().await;
    let condition = r#"{"compare":{"kind":"pain","field":"score","op":"at_least","value":8}}"#;
    agrees(&team, &mut team.server.device(team.sam).await, "Pain is bad", condition).await;
    let mut phone = team.server.device(team.amina).await;
    let first = RecordRef { author: phone.id, epoch: phone.epoch, number: 1, channel: Channel::Care };
    let about = MatchRef { trigger: "t1".parse().unwrap(), matched: Match::Record(first) };
    let answer = Response {
        about,
        from: "the surgery".to_owned(),
        said: "give her the tablet".to_owned(),
        promise: None,
        refused: None,
    };
    let mut told = Vec::new();
    for (minutes, body) in [(60, bad_pain()), (70, Body::Response(answer))] {
        phone.records_at = MONDAY.plus_ms(minutes * MINUTE_MS);
        told.push(phone.cut(&[(team.grace, vec![body])]));
    }
    // Her phone has a line again three hours later.
    team.server.app.clock.move_to(hours(4));
    phone.exchange(&team.server, told.iter().map(bytes).collect()).await;
    let page = format!("/people/{}", team.grace);
    let html = signed_in(&team.server, "sam").await.open(&page).await.html;
    assert!(html.contains("answered after 10 min (in time, known here too late)"), "{html}");
    assert_eq!(html.matches("The carer had the earlier plan").count(), 2, "at the top and beside the match");
}

#[tokio::test]
async fn what_nobody_could_tell_and_was_done_is_said_for_a_day() {
    let team = Team::new().await;
    let mut phone = team.server.device(team.amina).await;
    team.server.app.clock.move_to(MONDAY.plus_ms(MINUTE_MS));
    let mut desk = team.server.device(team.sam).await;
    agrees(&team, &mut desk, "Pain is asked about", r#"{"absence":{"kind":"pain","hours":2}}"#).await;
    team.rosters(&mut desk, team.amina, 1).await;
    team.server.app.clock.move_to(hours(3));
    let mut browser = signed_in(&team.server, "sam").await;
    let html = browser.open("/today").await.html;
    assert!(html.contains("Pain is asked about: cannot tell, ring Amina"), "{html}");
    phone.records_at = hours(1);
    let page = phone.cut(&[(team.grace, vec![bad_pain()])]);
    phone.exchange(&team.server, vec![bytes(&page)]).await;
    let of_grace = format!("/people/{}", team.grace);
    let html = browser.open(&of_grace).await.html;
    assert!(html.contains("It was done: Amina had recorded it."), "{html}");
    assert!(browser.open("/").await.html.contains("Could not be told, was done (1)"));
    assert!(!browser.open("/today").await.html.contains("cannot tell"));
    team.server.app.clock.move_to(hours(30));
    let html = signed_in(&team.server, "sam").await.open(&of_grace).await.html;
    assert!(!html.contains("It was done: Amina had recorded it."), "{html}");
}
