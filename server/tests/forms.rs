//! The console's forms for what several services decide together: they write edits of the plan by the same rule as a
//! phone; what does not fit is named, and everything that was typed stays in the form.

mod support;

use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::states::EditState;
use alongside_domain::value::{Fields, Value};
use alongside_server::plan::{Act, act};
use axum::http::StatusCode;
use support::Server;
use support::browser::{Browser, PASSWORD, Page, account, field, location};

/// A person with a risk, a decision right, a part of a joint assessment and a way home, and her team.
struct Home {
    server: Server,
    olwen: PersonId,
}

const TEAM: [(&str, &str); 5] = [
    ("Sam", "supervisor"),
    ("Dee", "manager"),
    ("Beth", "nurse"),
    ("Priya", "therapist"),
    ("Imran", "social_worker"),
];

impl Home {
    async fn new() -> Home {
        let server = Server::start().await;
        let mut team = Vec::new();
        for (name, role) in TEAM {
            team.push(account(&server, name, role).await);
        }
        let olwen = server.person(&team).await;
        let home = Home { server, olwen };
        let contact = |id: &str, name: &str| add(Section::Contacts, id, &[("role", "other"), ("name", name)]);
        let first = vec![
            add(Section::Safety, "main", &[("preferred_name", "Mrs Pryce")]),
            contact("sam", "Sam"),
            contact("priya", "Priya"),
            add(Section::Risks, "garden", &[("text", "Walks to the garden alone"), ("owner", "Sam")]),
            add(
                Section::Referrals,
                "home",
                &[("text", "Care at home"), ("way", "in"), ("service", "Ward 7")],
            ),
            add(
                Section::Assessments,
                "ward",
                &[
                    ("text", "On the ward"),
                    ("due", "2026-03-03T09:00"),
                    ("from", "both"),
                    ("referral", "home"),
                ],
            ),
            add(Section::Discharge, "main", &[("text", "Home from Ward 7"), ("handover_to", "Sam")]),
        ];
        home.edit(team[0], first).await;
        let right = [("about", "Support for going out"), ("decides", "therapist"), ("by", "Priya")];
        home.edit(team[1], vec![add(Section::Rights, "support", &right)]).await;
        home
    }

    async fn edit(&self, by: StaffId, commands: Vec<Command>) {
        let app = &self.server.app;
        let version = app.plans.current(app, self.olwen).await.unwrap().view.version;
        let base = PlanSeen { version, own_edit: None };
        let body = Body::PlanEdit(PlanEdit { base, commands, reason: "first plan".to_owned() });
        act(app, &Act { person: self.olwen, by, body }).await.unwrap();
    }

    async fn browser(&self, name: &str) -> Browser<'_> {
        let mut browser = Browser::of(&self.server);
        assert_eq!(browser.sign_in(name, PASSWORD).await.status, StatusCode::SEE_OTHER);
        browser
    }

    fn path(&self, form: &str) -> String {
        format!("/people/{}/forms/{form}", self.olwen)
    }

    /// The fields of an entry; nothing where there is none.
    async fn entry(&self, section: Section, id: &str) -> Fields {
        let plan = self.server.app.plans.current(&self.server.app, self.olwen).await.unwrap();
        let entries = plan.view.sections.get(&section);
        let found = entries.and_then(|entries| entries.get(&id.parse().unwrap()));
        found.map(|entry| entry.values()).unwrap_or_default()
    }

    async fn held(&self) -> usize {
        let plan = self.server.app.plans.current(&self.server.app, self.olwen).await.unwrap();
        plan.states.edits().filter(|(_, edit)| matches!(edit.state(), EditState::Held { .. })).count()
    }

    /// Opens a form and sends it with these answers.
    async fn fill(&self, name: &str, form: &str, answers: &[(&str, &str)]) -> Page {
        let mut browser = self.browser(name).await;
        let page = browser.open(&self.path(form)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        let mut all: Vec<(String, String)> =
            ["csrf", "version", "entry"].map(|code| (code.to_owned(), field(&page, code))).into();
        all.extend(answers.iter().map(|(code, text)| ((*code).to_owned(), (*text).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
        browser.post(&self.path(form), &all).await
    }
}

fn add(section: Section, id: &str, fields: &[(&str, &str)]) -> Command {
    let fields = fields.iter().map(|(code, text)| ((*code).to_owned(), Value::text(*text))).collect();
    Command::AddEntry { section, entry: id.parse().unwrap(), fields, order: 0 }
}

const DECISION: [(&str, &str); 12] = [
    ("text", "Which support for her walk?"),
    ("whose", "services"),
    ("because", "risks/garden"),
    ("options", "A rail; a carer each time"),
    ("own_words", "I would rather fall in my garden than sit"),
    ("decision", "A rail"),
    ("rationale", "She walks every day,\r\nand a rail lowers the risk"),
    ("agreed", "Mrs Pryce, Priya"),
    ("dissented", "Beth: a fall is too likely"),
    ("right", "support"),
    ("final_by", "Priya"),
    ("final_role", "therapist"),
];

#[tokio::test]
async fn a_decision_is_one_edit_of_the_plan_with_who_held_it_and_who_dissented() {
    let home = Home::new().await;
    let mut browser = home.browser("priya").await;
    let page = browser.open(&home.path("decision")).await;
    assert!(page.html.contains("Support for going out: therapist, Priya"), "{}", page.html);
    let done = home.fill("priya", "decision", &DECISION).await;
    assert_eq!(location(&done), format!("/people/{}/deadlines?done=written", home.olwen));
    let shown = browser.open(location(&done)).await;
    for words in [
        "It is in the plan",
        "Which support for her walk?",
        "Beth: a fall is too likely",
        "Priya, as therapist",
    ] {
        assert!(shown.html.contains(words), "{words}: {}", shown.html);
    }
    assert!(!shown.html.contains("Does not fit"), "{}", shown.html);
}

#[tokio::test]
async fn what_does_not_fit_is_named_and_everything_that_was_typed_stays() {
    let home = Home::new().await;
    let with = |code: &'static str, text: &'static str| {
        let mut answers = DECISION.to_vec();
        answers.retain(|(known, _)| *known != code);
        answers.push((code, text));
        answers
    };
    for (code, text, label, why) in [
        ("text", "", "What is to be decided", "is missing"),
        ("whose", "", "Whose decision is it?", "is missing: ask first whose decision it is"),
        (
            "whose",
            "the cat",
            "Whose decision is it?",
            "give one of person, attorney, best_interests, services",
        ),
        ("whose", "person", "Capacity for this decision", "is missing: say whether the person has capacity"),
        ("rationale", "  ", "Why", "is missing: give the reasons of the decision"),
        ("final_by", "", "Who held the final decision", "is missing: name who held the final decision"),
        (
            "right",
            "none-such",
            "The decision right that it rests on",
            "no such decision right is in the plan",
        ),
        ("decided_on", "yesterday", "Decided on", "give a day such as 2026-03-02"),
        (
            "review_within_days",
            "soon",
            "Then hold the review within so many days",
            "give a whole number from 0 to 31",
        ),
        ("review_when", "{", "Review at once when", ""),
        ("decide_by", "soon", "While it is open: decide by", "give a time such as"),
    ] {
        let page = home.fill("priya", "decision", &with(code, text)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}: {}", page.html);
        assert!(page.html.contains(&format!("{label}: {why}")), "{code}: {}", page.html);
        for kept in
            ["Beth: a fall is too likely", "I would rather fall in my garden than sit", "value=\"Priya\""]
        {
            assert!(code == "final_by" || page.html.contains(kept), "{code}: lost {kept}: {}", page.html);
        }
    }
    let plan = home.server.app.plans.current(&home.server.app, home.olwen).await.unwrap();
    assert!(!plan.view.sections.contains_key(&Section::Decisions), "nothing was written");
}

#[tokio::test]
async fn each_organisation_gives_its_own_scores_and_the_rest_of_a_risk_is_a_proposal_to_whoever_keeps_it() {
    let home = Home::new().await;
    let mut beth = home.browser("beth").await;
    let page = beth.open(&home.path("risk/garden")).await;
    assert!(page.html.contains("As community nursing sees it") && !page.html.contains("As homecare sees it"));
    assert!(page.html.contains("A change of this goes to the supervisor as a proposal"), "{}", page.html);
    let answers = [
        ("text", "Walks to the garden alone"),
        ("owner", "Sam"),
        ("likelihood_nursing", "4"),
        ("impact_nursing", "4"),
        ("approach", "A carer each time"),
    ];
    let done = home.fill("beth", "risk/garden", &answers).await;
    assert_eq!(location(&done), format!("/people/{}/deadlines?done=both", home.olwen));
    let risk = home.entry(Section::Risks, "garden").await;
    assert_eq!(risk.get("likelihood_nursing"), Some(&Value::Int(4)));
    assert_eq!((risk.get("approach"), home.held().await), (None, 1));

    let others = [("text", "Walks to the garden alone"), ("likelihood_nursing", "1")];
    let refused = home.fill("sam", "risk/garden", &others).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "another organisation's score");
    let own = [
        ("text", "Walks to the garden alone"),
        ("owner", "Sam"),
        ("likelihood_provider", "2"),
        ("impact_provider", "4"),
    ];
    assert_eq!(
        location(&home.fill("sam", "risk/garden", &own).await),
        format!("/people/{}/deadlines?done=written", home.olwen)
    );
    let mut sam = home.browser("sam").await;
    let shown = sam.open(&format!("/people/{}/deadlines", home.olwen)).await;
    assert!(shown.html.contains("A gap of two or more: it asks for a decision."), "{}", shown.html);
    assert!(shown.html.contains("forms/decision?about=risks/garden"), "{}", shown.html);
}

#[tokio::test]
async fn a_social_worker_gives_the_councils_score_at_once_and_the_rest_of_a_risk_is_a_proposal() {
    let home = Home::new().await;
    let stands = ("text", "Walks to the garden alone");
    let scores = [stands, ("owner", "Sam"), ("likelihood_council", "2"), ("impact_council", "3")];
    let done = home.fill("imran", "risk/garden", &scores).await;
    assert_eq!(location(&done), format!("/people/{}/deadlines?done=written", home.olwen), "{}", done.html);
    let risk = home.entry(Section::Risks, "garden").await;
    assert_eq!((risk.get("impact_council"), home.held().await), (Some(&Value::Int(3)), 0));
    let more = [scores.as_slice(), &[("approach", "A carer each time")]].concat();
    let done = home.fill("imran", "risk/garden", &more).await;
    assert_eq!(location(&done), format!("/people/{}/deadlines?done=proposed", home.olwen), "{}", done.html);
    let risk = home.entry(Section::Risks, "garden").await;
    assert_eq!((risk.get("approach"), home.held().await), (None, 1));
}

#[tokio::test]
async fn who_may_not_write_a_risk_is_told_before_that_it_is_a_proposal() {
    let home = Home::new().await;
    let mut imran = home.browser("imran").await;
    let page = imran.open(&home.path("risk")).await;
    assert!(page.html.contains("goes to the supervisor as a proposal"), "{}", page.html);
    let answers = [("text", "Cold at night"), ("likelihood_council", "3"), ("impact_council", "2")];
    let done = home.fill("imran", "risk", &answers).await;
    assert_eq!(location(&done), format!("/people/{}/deadlines?done=proposed", home.olwen));
    assert_eq!(home.held().await, 1);
    for (missing, answers) in [
        ("impact_council", vec![("text", "Cold"), ("likelihood_council", "3")]),
        ("likelihood_council", vec![("text", "Cold")]),
    ] {
        let page = home.fill("imran", "risk", &answers).await;
        assert!(page.html.contains(&format!("#field-{missing}")), "{}", page.html);
    }
}

#[tokio::test]
async fn a_part_of_the_joint_assessment_is_given_by_its_own_side_with_the_others_beside() {
    let home = Home::new().await;
    let health = [("health", "Ulcer left leg, walks with a frame"), ("health_by", "Beth")];
    let done = home.fill("beth", "contribution/ward", &health).await;
    assert_eq!(location(&done), format!("/people/{}/deadlines?done=written", home.olwen));
    let mut imran = home.browser("imran").await;
    let page = imran.open(&home.path("contribution/ward")).await;
    assert!(page.html.contains("Ulcer left leg, walks with a frame"), "{}", page.html);
    assert!(
        page.html.contains("What social care contributes") && !page.html.contains("What health contributes")
    );
    let refused = home.fill("imran", "contribution/ward", &[("social_care", " ")]).await;
    assert!(refused.html.contains("What social care contributes: is missing"), "{}", refused.html);
    home.fill("imran", "contribution/ward", &[("social_care", "Lives alone")]).await;
    assert_eq!(home.entry(Section::Assessments, "ward").await["social_care"], Value::text("Lives alone"));
}

#[tokio::test]
async fn a_disagreement_goes_from_oversight_asked_to_reached_and_a_handover_is_accepted_by_a_named_person() {
    let home = Home::new().await;
    let asked = [
        ("text", "Whether a rail is enough"),
        ("by", "Beth"),
        ("decides", "Dee"),
        ("oversight_asked_on", "2026-03-02"),
    ];
    assert_eq!(home.fill("beth", "disagreement", &asked).await.status, StatusCode::SEE_OTHER);
    let plan = home.server.app.plans.current(&home.server.app, home.olwen).await.unwrap();
    let id = plan.view.sections[&Section::Disputes].keys().next().unwrap().to_string();
    let mut reached = asked.to_vec();
    reached.extend([
        ("oversight_on", "2026-03-02"),
        ("oversight_by", "Dee"),
        ("result", "Keep it"),
        ("state", "settled"),
    ]);
    home.fill("dee", &format!("disagreement/{id}"), &reached).await;
    assert_eq!(home.entry(Section::Disputes, &id).await["result"], Value::text("Keep it"));
    let refused = home
        .fill(
            "dee",
            &format!("disagreement/{id}"),
            &[("text", "Whether a rail is enough"), ("oversight_on", "")],
        )
        .await;
    assert!(refused.html.contains("Reached on: cannot be emptied"), "{}", refused.html);

    let page = home.fill("sam", "handover/main", &[("accepted_by", "")]).await;
    assert!(page.html.contains("Accepted by: is missing: name who accepts it"), "{}", page.html);
    home.fill("sam", "handover/main", &[("accepted_by", "Sam")]).await;
    assert_eq!(home.entry(Section::Discharge, "main").await["accepted_by"], Value::text("Sam"));
}

#[tokio::test]
async fn only_what_was_changed_is_written_so_that_what_others_did_meanwhile_stays() {
    let home = Home::new().await;
    home.fill("priya", "decision", &DECISION).await;
    let plan = home.server.app.plans.current(&home.server.app, home.olwen).await.unwrap();
    let id = plan.view.sections[&Section::Decisions].keys().next().unwrap().to_string();
    let mut priya = home.browser("priya").await;
    let path = home.path(&format!("decision/{id}"));
    let opened = priya.open(&path).await;
    let mut meanwhile = DECISION.to_vec();
    meanwhile.retain(|(code, _)| *code != "dissented");
    meanwhile.push(("dissented", "Nobody"));
    home.fill("imran", &format!("decision/{id}"), &meanwhile).await;
    let (csrf, version) = (field(&opened, "csrf"), field(&opened, "version"));
    let mut mine = DECISION.to_vec();
    mine.extend([
        ("csrf", csrf.as_str()),
        ("version", &version),
        ("entry", &id),
        ("review_on", "2026-04-01"),
    ]);
    assert_eq!(priya.post(&path, &mine).await.status, StatusCode::SEE_OTHER);
    let decision = home.entry(Section::Decisions, &id).await;
    assert_eq!(decision["dissented"], Value::text("Nobody"));
    assert_eq!(decision["review_on"], Value::text("2026-04-01"));
    let plan = home.server.app.plans.current(&home.server.app, home.olwen).await.unwrap();
    assert!(alongside_domain::plan::conflicts(&plan.view).is_empty());
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_one_entry() {
    let home = Home::new().await;
    let mut priya = home.browser("priya").await;
    let page = priya.open(&home.path("decision")).await;
    let hidden = ["csrf", "version", "entry"].map(|code| (code, field(&page, code)));
    let mut all = DECISION.to_vec();
    all.extend(hidden.iter().map(|(code, text)| (*code, text.as_str())));
    for expected in ["written", "same"] {
        let done = priya.post(&home.path("decision"), &all).await;
        assert_eq!(location(&done), format!("/people/{}/deadlines?done={expected}", home.olwen));
    }
    let plan = home.server.app.plans.current(&home.server.app, home.olwen).await.unwrap();
    assert_eq!(plan.view.sections[&Section::Decisions].len(), 1);
}

#[tokio::test]
async fn forms_of_people_whom_one_does_not_care_for_and_unknown_forms_are_not_there() {
    let home = Home::new().await;
    account(&home.server, "Ruth", "nurse").await;
    let mut ruth = home.browser("ruth").await;
    assert_eq!(ruth.open(&home.path("decision")).await.status, StatusCode::NOT_FOUND);
    let mut sam = home.browser("sam").await;
    for path in ["none", "handover", "contribution", "risk/none", "risk/a%20b"] {
        assert_eq!(sam.open(&home.path(path)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
