//! What a partner organisation's devices and pages get of a person's record, and what becomes of it when what is shared
//! changes.

mod support;

use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::body::{
    Communication, EditDecision, FateOutcome, HeldWhy, Means, PlanEdit, Role,
};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Body, Category, Channel, PageExtract, PlanSeen, PublicKey, RecordRef};
use alongside_domain::plan::NoEffect;
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::sync::messages::{Answer, AskedEdit, Cursors, Request};
use alongside_domain::value::Value;
use alongside_server::plan::{Act, act};
use alongside_server::storage::{BroughtAs, BroughtPage, Committed};
use axum::http::StatusCode;
use serde_json::json;
use std::collections::BTreeMap;
use support::browser::{Browser, PASSWORD, account, account_of};
use support::{Device, MONDAY, Server, bytes, pain};

const NORTHSIDE: &str = "Northside Community Nursing";
/// Stands in the contact log only.
const RANG: &str = "rang the neighbour in flat six";
/// Stands in the plan only.
const NAME: &str = "Mrs Grace Okafor";
/// Stands in a care note only.
const NOTED: &str = "the dressing is wet through";

fn rang(said: &str) -> Body {
    Body::Communication(Communication {
        with: "the neighbour".to_owned(),
        means: Means::Phone,
        purpose: "to ask after her".to_owned(),
        said: said.to_owned(),
    })
}

fn noted() -> Body {
    let Body::Observation(mut observation) = pain(4) else { unreachable!() };
    observation.note = Some(NOTED.to_owned());
    Body::Observation(observation)
}

fn value(text: &str) -> Value {
    match text {
        "yes" => Value::Bool(true),
        "no" => Value::Bool(false),
        _ => Value::text(text),
    }
}

/// Grace, of whose record Larkfield's carer wrote one note and one call.
struct Scene {
    server: Server,
    sam: StaffId,
    beth: StaffId,
    grace: PersonId,
    phone: Device,
}

impl Scene {
    async fn start() -> Scene {
        let server = Server::start().await;
        let sam = account(&server, "Sam", "supervisor").await;
        let amina = server.staff("Amina", "carer").await;
        let beth = account_of(&server, "Beth", "nurse", NORTHSIDE).await;
        let grace = server.person(&[sam, amina, beth]).await;
        let mut phone = server.device(amina).await;
        let page = phone.cut(&[(grace, vec![noted(), rang(RANG)])]);
        assert_eq!(phone.exchange(&server, vec![bytes(&page)]).await.receipts, vec![page.id]);
        let scene = Scene { server, sam, beth, grace, phone };
        scene.add(Section::Safety, "main", &[("full_name", NAME)]).await;
        scene
    }

    async fn act(&self, command: Command) {
        self.act_by(self.sam, command).await;
    }

    async fn act_by(&self, by: StaffId, command: Command) {
        let version = self.server.app.plans.current(&self.server.app, self.grace).await.unwrap().view.version;
        let base = PlanSeen { version, own_edit: None };
        let edit = PlanEdit { base, commands: vec![command], reason: "as agreed".to_owned() };
        let act_of = Act { person: self.grace, by, body: Body::PlanEdit(edit) };
        assert!(act(&self.server.app, &act_of).await.unwrap().is_none());
    }

    async fn add(&self, section: Section, entry: &str, fields: &[(&str, &str)]) {
        let fields = fields.iter().map(|(code, text)| ((*code).to_owned(), value(text))).collect();
        self.act(Command::AddEntry { section, entry: entry.parse().unwrap(), fields, order: 0 }).await;
    }

    /// What is agreed with Northside about a category.
    async fn agree(&self, category: &str, fields: &[(&str, &str)]) {
        let own = [("organisation", NORTHSIDE), ("category", category)];
        self.add(Section::Sharing, category, &[&own[..], fields].concat()).await;
    }

    async fn set(&self, category: &str, field: &str, text: &str) {
        let (section, entry) = (Section::Sharing, category.parse().unwrap());
        self.act(Command::SetField { section, entry, field: field.to_owned(), value: value(text) }).await;
    }

    async fn keys(&self) -> BTreeMap<AuthorId, PublicKey> {
        let devices = self.server.app.store.devices().await.unwrap();
        let mut keys: BTreeMap<_, _> = devices.iter().map(|device| (device.device, device.key)).collect();
        keys.insert(self.server.app.identity.author, self.server.app.identity.public_key());
        keys
    }
}

/// A device that drops what it holds of a person when something else of them is shared, as a phone does.
struct Tablet {
    device: Device,
    /// What it holds of each person, as it was sent: and under which categories.
    held: BTreeMap<PersonId, Vec<PageExtract>>,
    shared: BTreeMap<PersonId, Option<Vec<Category>>>,
    /// All that came over the line since it was last looked at.
    traffic: Vec<u8>,
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|at| at == word.as_bytes())
}

impl Tablet {
    async fn of(scene: &Scene, staff: StaffId) -> Tablet {
        let device = scene.server.device(staff).await;
        Tablet { device, held: BTreeMap::new(), shared: BTreeMap::new(), traffic: Vec::new() }
    }

    async fn sync(&mut self, scene: &Scene) {
        self.traffic.clear();
        let keys = scene.keys().await;
        for _ in 0..8 {
            let asked = self.device.request(vec![]);
            let mut answer = self.device.ask(&scene.server, &asked).await;
            if let Answer::CursorsWanted(_) = answer {
                let cursors = Cursors::All(self.device.store_epoch, self.device.has());
                answer = self.device.ask(&scene.server, &Request { cursors, ..asked }).await;
            }
            let Answer::Exchanged(done) = answer else { panic!("no exchange") };
            self.traffic.extend(minicbor::to_vec(&done).unwrap());
            self.device.store_epoch = done.epoch.unwrap_or(self.device.store_epoch);
            for extract in done.extracts {
                extract.check(&keys[&extract.id.author]).expect("what is sent proves itself");
                for part in &extract.parts {
                    if let Part::Open(run) = part {
                        self.held.entry(run.person).or_default().push(extract.clone());
                    }
                }
            }
            for cursor in &done.cursors {
                self.device.cursors.insert((cursor.person, cursor.channel), cursor.position);
            }
            if let Some(list) = done.access {
                self.device.access = list.version;
                let given: BTreeMap<_, _> =
                    list.people.into_iter().map(|of| (of.person, of.categories)).collect();
                let changed = self.shared.iter().filter(|(person, of)| given.get(person) != Some(of));
                for person in changed.map(|(person, _)| *person).collect::<Vec<_>>() {
                    self.held.remove(&person);
                    self.device.cursors.retain(|(of, _), _| *of != person);
                }
                self.shared = given;
            }
            if !done.more {
                return;
            }
        }
        panic!("the device is never done");
    }

    fn holds(&self, word: &str) -> bool {
        self.held.values().flatten().any(|extract| contains(&minicbor::to_vec(extract).unwrap(), word))
    }

    fn has_seen(&self, word: &str) -> bool {
        contains(&self.traffic, word) || self.holds(word)
    }

    /// How many records of a person are here, and how many digests.
    fn counted(&self, person: PersonId) -> (usize, usize) {
        let parts = self.held.get(&person).into_iter().flatten().flat_map(|extract| &extract.parts);
        let items = parts.flat_map(|part| match part {
            Part::Open(run) if run.person == person => run.items.clone(),
            _ => Vec::new(),
        });
        let (records, digests): (Vec<_>, Vec<_>) = items.partition(|item| matches!(item, Item::Record(_)));
        (records.len(), digests.len())
    }
}

#[tokio::test]
async fn a_partners_device_gets_what_is_shared_and_digests_for_the_rest() {
    let scene = Scene::start().await;
    scene.agree("contact_log", &[("objects", "yes"), ("objection", "not the neighbours' business")]).await;
    let mut tablet = Tablet::of(&scene, scene.beth).await;
    tablet.sync(&scene).await;
    assert!(tablet.holds(NOTED) && tablet.holds(NAME), "nobody recorded a ground, and she gives direct care");
    assert!(!tablet.has_seen(RANG), "neither here nor on the way");
    assert_eq!(tablet.counted(scene.grace).1, 1, "a digest stands for the call");
    let expected = vec![Category::CARE_NOTES, Category::VISITS, Category::PLAN];
    assert_eq!(tablet.shared[&scene.grace], Some(expected));
}

#[tokio::test]
async fn an_objection_takes_what_it_is_about_from_the_device_and_what_is_shared_again_arrives() {
    let scene = Scene::start().await;
    scene.agree("all", &[("ground", "direct_care")]).await;
    let mut tablet = Tablet::of(&scene, scene.beth).await;
    tablet.sync(&scene).await;
    assert!(tablet.holds(RANG) && tablet.holds(NOTED));
    scene.set("all", "objects", "yes").await;
    scene.set("all", "objects", "no").await;
    scene.agree("contact_log", &[("ground", "direct_care"), ("objects", "yes")]).await;
    tablet.sync(&scene).await;
    assert!(!tablet.has_seen(RANG), "the readable copy is gone, and none was sent");
    assert!(tablet.holds(NOTED), "the rest came again");
    let before = tablet.counted(scene.grace);
    tablet.sync(&scene).await;
    assert_eq!(tablet.counted(scene.grace), before, "and stays");
    assert!(!tablet.has_seen(RANG));
    scene.set("contact_log", "handled", "she agrees after all").await;
    scene.set("contact_log", "overridden", "yes").await;
    tablet.sync(&scene).await;
    assert!(tablet.holds(RANG), "what it lacked arrives");
    assert_eq!(tablet.counted(scene.grace).1, 0);
}

#[tokio::test]
async fn who_comes_to_work_for_a_partner_keeps_what_is_shared_with_it_alone_on_device_and_pages() {
    let scene = Scene::start().await;
    let nia = account(&scene.server, "Nia", "nurse").await;
    scene.server.ask_admin("care-team", json!({ "person": scene.grace, "staff": nia })).await;
    scene.agree("contact_log", &[("objects", "yes")]).await;
    let works_for = async |asked| scene.server.ask_admin("employers", asked).await;
    let unknown = json!({ "staff": StaffId([9; 16]), "organisation": NORTHSIDE });
    assert_eq!(works_for(unknown).await.0, StatusCode::NOT_FOUND);
    let mut tablet = Tablet::of(&scene, nia).await;
    tablet.sync(&scene).await;
    assert!(tablet.holds(RANG), "the provider's own are never narrowed");
    let mut browser = Browser::of(&scene.server);
    browser.sign_in("nia", PASSWORD).await;
    let path = format!("/people/{}", scene.grace);
    assert!(!browser.open(&path).await.html.contains("Not all of this person"));

    let answer = works_for(json!({ "staff": nia, "organisation": NORTHSIDE })).await;
    assert_eq!((answer.0, &answer.1["partner"]), (StatusCode::OK, &json!(true)));
    assert!(browser.open(&path).await.html.contains("Not all of this person"), "her pages at once");
    tablet.sync(&scene).await;
    assert!(!tablet.has_seen(RANG) && tablet.holds(NOTED), "her device with its next request");
    let (_, state) = scene.server.ask_admin_state().await;
    let named = |one: &&serde_json::Value| one["staff"] == json!(nia);
    let of = state["staff"].as_array().unwrap().iter().find(named).unwrap().clone();
    assert_eq!((&of["organisation"], &of["partner"]), (&json!(NORTHSIDE), &json!(true)), "and it is seen");
    let mut desk = Browser::of(&scene.server);
    desk.sign_in("sam", PASSWORD).await;
    assert!(desk.open(&format!("{path}/team")).await.html.contains(&format!("{NORTHSIDE}, a partner")));

    works_for(json!({ "staff": nia })).await;
    tablet.sync(&scene).await;
    tablet.sync(&scene).await;
    assert!(tablet.holds(RANG), "back with the provider, what she lacked arrives");
}

#[tokio::test]
async fn what_comes_after_the_narrowing_is_hidden_too() {
    let mut scene = Scene::start().await;
    scene.agree("contact_log", &[("objects", "yes")]).await;
    let mut tablet = Tablet::of(&scene, scene.beth).await;
    tablet.sync(&scene).await;
    let page = scene.phone.cut(&[(scene.grace, vec![rang("rang again"), pain(5)])]);
    scene.phone.exchange(&scene.server, vec![bytes(&page)]).await;
    let (records, digests) = tablet.counted(scene.grace);
    tablet.sync(&scene).await;
    assert!(!tablet.has_seen("rang again"));
    let (more, hidden) = tablet.counted(scene.grace);
    assert!(more > records && hidden == digests + 1);
}

#[tokio::test]
async fn sharing_ends_at_local_midnight_after_its_last_day() {
    let scene = Scene::start().await;
    scene.agree("contact_log", &[("ground", "direct_care"), ("ends_on", "2026-03-02")]).await;
    let mut tablet = Tablet::of(&scene, scene.beth).await;
    tablet.sync(&scene).await;
    assert!(tablet.holds(RANG));
    let midnight = alongside_domain::time::Moment::day_after(MONDAY.local_day());
    scene.server.app.clock.move_to(midnight.plus_ms(-1));
    tablet.sync(&scene).await;
    assert!(tablet.holds(RANG));
    scene.server.app.clock.move_to(midnight);
    tablet.sync(&scene).await;
    assert!(!tablet.has_seen(RANG) && tablet.holds(NOTED));
}

#[tokio::test]
async fn of_whom_nothing_is_shared_a_partners_device_learns_nothing_and_can_hand_in() {
    let scene = Scene::start().await;
    let dora = scene.server.staff_of("Dora", "manager", NORTHSIDE).await;
    let asked = json!({ "person": scene.grace, "staff": dora });
    assert_eq!(scene.server.ask_admin("care-team", asked).await.0, StatusCode::OK);
    let mut tablet = Tablet::of(&scene, dora).await;
    tablet.sync(&scene).await;
    assert!(tablet.shared.is_empty() && tablet.held.is_empty());
    let page = tablet.device.cut(&[(scene.grace, vec![pain(3)])]);
    let done = tablet.device.exchange(&scene.server, vec![bytes(&page)]).await;
    assert_eq!(done.receipts, vec![page.id]);
    scene.agree("visits", &[("ground", "statute")]).await;
    tablet.sync(&scene).await;
    assert_eq!(tablet.shared[&scene.grace], Some(vec![Category::VISITS]));
    assert!(!tablet.has_seen(NOTED) && !tablet.has_seen(NAME) && !tablet.has_seen(RANG));
}

/// What a restored store is brought.
fn brought(extract: &PageExtract, keys: &BTreeMap<AuthorId, PublicKey>, may_hide: bool) -> BroughtPage {
    let placed = extract.check(&keys[&extract.id.author]).unwrap();
    let (extract, taken) = (extract.clone(), vec![BroughtAs::Given; placed.len()]);
    BroughtPage { extract, placed, taken, sealed_to: vec![], received: MONDAY, may_hide }
}

#[tokio::test]
async fn what_was_brought_in_part_is_kept_and_read_once_somebody_brings_all_of_it() {
    let scene = Scene::start().await;
    scene.agree("contact_log", &[("objects", "yes")]).await;
    let (mut part, mut all) = (Tablet::of(&scene, scene.beth).await, Tablet::of(&scene, scene.sam).await);
    part.sync(&scene).await;
    all.sync(&scene).await;
    let keys = scene.keys().await;
    let of_phone = |tablet: &Tablet, is_partners: bool| {
        let mut extracts = tablet.held[&scene.grace].iter();
        brought(extracts.find(|extract| extract.id.author == scene.phone.id).unwrap(), &keys, is_partners)
    };
    let restored = Server::start().await;
    let heads = async || restored.app.store.heads(vec![scene.grace]).await.unwrap();
    assert_eq!(
        restored.app.store.bring(of_phone(&part, true)).await.unwrap(),
        Committed::Stored,
        "it is durable"
    );
    assert!(heads().await.is_empty(), "and read by nobody");
    assert_eq!(restored.app.store.bring(of_phone(&all, false)).await.unwrap(), Committed::Stored);
    assert_eq!(heads().await[0].position, 2);
    assert_eq!(restored.app.store.bring(of_phone(&part, true)).await.unwrap(), Committed::Already);
    assert_eq!(heads().await[0].position, 2);
}

#[tokio::test]
async fn the_office_channel_goes_to_no_partner() {
    let scene = Scene::start().await;
    scene.agree("all", &[("ground", "statute")]).await;
    let dora = scene.server.staff_of("Dora", "manager", NORTHSIDE).await;
    scene.server.ask_admin("care-team", json!({ "person": scene.grace, "staff": dora })).await;
    let mut device = scene.server.device(dora).await;
    let list = device.exchange(&scene.server, vec![]).await.access.unwrap();
    assert_eq!(list.people[0].channels, [Channel::Care]);
}

#[tokio::test]
async fn the_providers_own_staff_keep_all_whatever_is_objected_to() {
    let scene = Scene::start().await;
    let mut tablet = Tablet::of(&scene, scene.sam).await;
    tablet.sync(&scene).await;
    scene.agree("all", &[("objects", "yes")]).await;
    let access = tablet.device.access;
    tablet.sync(&scene).await;
    assert!(tablet.holds(RANG) && tablet.device.access == access, "nothing changed for her");
    assert_eq!(tablet.shared[&scene.grace], None);
}

#[tokio::test]
async fn what_somebody_wrote_themselves_comes_back_to_their_device() {
    let scene = Scene::start().await;
    scene.agree("contact_log", &[("objects", "yes")]).await;
    let mut tablet = Tablet::of(&scene, scene.beth).await;
    tablet.sync(&scene).await;
    let page = tablet.device.cut(&[(scene.grace, vec![rang("she told me herself")])]);
    tablet.device.exchange(&scene.server, vec![bytes(&page)]).await;
    scene.set("contact_log", "objection", "still no").await;
    scene.agree("visits", &[("objects", "yes")]).await;
    tablet.sync(&scene).await;
    assert!(tablet.holds("she told me herself") && !tablet.holds(RANG));
}

#[tokio::test]
async fn whoever_does_not_read_the_plan_proposes_and_asks_what_became_of_it() {
    let scene = Scene::start().await;
    scene.agree("plan", &[("objects", "yes")]).await;
    let mut tablet = Tablet::of(&scene, scene.beth).await;
    let command = Command::AddEntry {
        section: Section::Asked,
        entry: "pain".parse().unwrap(),
        fields: [("text".to_owned(), Value::text("pain at rest"))].into(),
        order: 1,
    };
    let base = PlanSeen { version: 0, own_edit: None };
    let edit = Body::PlanEdit(PlanEdit { base, commands: vec![command], reason: "sore".to_owned() });
    let page = tablet.device.cut(&[(scene.grace, vec![edit])]);
    tablet.device.exchange(&scene.server, vec![bytes(&page)]).await;
    let edit =
        RecordRef { author: tablet.device.id, epoch: tablet.device.epoch, number: 1, channel: Channel::Care };
    let plan = scene.server.app.plans.current(&scene.server.app, scene.grace).await.unwrap();
    let held = plan.states.edit(&edit).and_then(|record| record.held.as_ref()).expect("it waits");
    let expected = FateOutcome::Held { role: Role::Nurse, why: HeldWhy::MayNot };
    assert_eq!(held.fate.outcome, expected);
    let asked = tablet.device.request(vec![]);
    let edits = Some(vec![AskedEdit { person: scene.grace, edit, held: false }]);
    let cursors = Cursors::All(tablet.device.store_epoch, tablet.device.has());
    let asked = Request { edits, cursors, ..asked };
    let Answer::Exchanged(done) = tablet.device.ask(&scene.server, &asked).await else { panic!() };
    assert_eq!(done.fates.map(|fates| fates.len()), Some(1), "of the plan itself nothing comes to her");
}

#[tokio::test]
async fn the_console_says_what_is_not_shared_and_why_and_nothing_of_it() {
    let scene = Scene::start().await;
    let page = format!("/people/{}", scene.grace);
    let paths =
        [page.clone(), format!("{page}/deadlines"), format!("{page}/folder"), format!("{page}/templates")];
    let mut browser = Browser::of(&scene.server);
    browser.sign_in("beth", PASSWORD).await;
    let open = browser.open(&page).await.html;
    assert!(open.contains(NAME) && open.contains(NOTED) && !open.contains("Not all of this"));
    scene.agree("plan", &[("objects", "yes")]).await;
    scene.agree("care_notes", &[("ground", "direct_care"), ("ends_on", "2026-03-01")]).await;
    for path in &paths {
        let shown = browser.open(path).await;
        let html = shown.html;
        // Starting a plan, and printing it, is for those who read it.
        let of_the_plan = path.ends_with("templates") || path.ends_with("folder");
        let expected = if of_the_plan { StatusCode::FORBIDDEN } else { StatusCode::OK };
        assert_eq!(shown.status, expected, "{path}");
        for word in [NAME, NOTED, "Grace"] {
            assert!(!html.contains(word), "{path} shows {word}");
        }
        if expected == StatusCode::OK {
            let lines = [
                "Plan: not shared with Northside Community Nursing, since the person objects.",
                "Care notes: not shared with Northside Community Nursing, since what was agreed has ended.",
            ];
            assert!(lines.iter().all(|line| html.contains(line)), "{path}: {html}");
            assert!(!html.contains("Contact log: not shared"));
            assert!(!html.contains("not recorded"), "{path}: what is not shared may well be recorded");
        }
    }
    for list in ["/", "/needs-you", "/inbox"] {
        let html = browser.open(list).await.html;
        assert!(!html.contains(NAME) && !html.contains("Grace"), "{list}");
    }
    assert!(browser.open("/").await.html.contains("Not all of this record is shared with you"));
    let mut own = Browser::of(&scene.server);
    own.sign_in("sam", PASSWORD).await;
    let html = own.open(&page).await.html;
    assert!(html.contains(NAME) && html.contains(NOTED) && !html.contains("not shared"));
}

/// An absence that nobody of the provider would be told of: pain is recorded, and its record is not shared.
const NOBODY_ASKED: &str = "Nobody has asked about her pain";

#[tokio::test]
async fn a_page_tells_no_state_and_no_figure_of_what_it_has_only_a_part_of() {
    let scene = Scene::start().await;
    let absence = r#"{"absence":{"kind":"pain","hours":6,"between":["06:00","22:00"]}}"#;
    let fields = [
        ("name", NOBODY_ASKED),
        ("condition", absence),
        ("contact", "district_nursing"),
        ("urgency", "same_day"),
        ("agreed_by", "Beth"),
    ];
    let fields = fields.iter().map(|(code, text)| ((*code).to_owned(), value(text))).collect();
    let add =
        Command::AddEntry { section: Section::Triggers, entry: "t1".parse().unwrap(), fields, order: 1 };
    scene.act_by(scene.beth, add).await;
    scene.server.app.clock.move_to(MONDAY.plus_ms(30 * 60 * 60 * 1000));
    let page = format!("/people/{}", scene.grace);
    let mut browser = Browser::of(&scene.server);
    browser.sign_in("beth", PASSWORD).await;
    assert!(browser.open(&page).await.html.contains(NOBODY_ASKED), "nobody has since, as far as all know");
    for (category, needs) in
        [("care_notes", "the care notes"), ("visits", "the visits"), ("contact_log", "the contact log")]
    {
        scene.agree(category, &[("objects", "yes")]).await;
        for list in [page.as_str(), "/"] {
            let html = browser.open(list).await.html;
            assert!(!html.contains(NOBODY_ASKED), "{list} without {category}");
        }
        let html = browser.open(&page).await.html;
        assert!(html.contains("This cannot be told here. Ask the provider’s office:"), "{html}");
        assert!(html.contains(&format!("who was told and what they answered (needs {needs})")), "{html}");
        let week = browser.open(&format!("{page}/weeks/2026-02-23")).await;
        assert!(week.html.contains("The summary of the week: this cannot be told here."), "{}", week.html);
        assert!(!week.html.contains("Visits missed"), "no figure");
        scene.set(category, "objects", "no").await;
    }
    scene.agree("plan", &[("objects", "yes")]).await;
    let deadlines = browser.open(&format!("{page}/deadlines")).await.html;
    assert!(deadlines.contains("What is due from whom: this cannot be told here."), "{deadlines}");
    assert!(!deadlines.contains("Nothing is to do"));
    assert!(!browser.open("/needs-you").await.html.contains("Nothing needs you now"));
    let mut own = Browser::of(&scene.server);
    own.sign_in("sam", PASSWORD).await;
    let html = own.open(&page).await.html;
    assert!(html.contains(NOBODY_ASKED) && !html.contains("cannot be told here"));
    let start = own.open(&format!("{page}/templates")).await.html;
    assert!(start.contains("Nurses of Northside Community Nursing do not read the plan"), "{start}");
}

#[tokio::test]
async fn staff_without_an_organisation_work_for_the_provider_and_the_answer_says_whose_they_are() {
    let server = Server::start().await;
    for (asked, partner) in [
        (json!({ "name": "Amina", "role": "carer" }), false),
        (json!({ "name": "Amina", "role": "carer", "organisation": "LARKFIELD" }), false),
        (json!({ "name": "Kit", "role": "carer", "organisation": "Agency", "agency": true }), false),
        (json!({ "name": "Beth", "role": "nurse", "organisation": NORTHSIDE }), true),
    ] {
        let (status, answer) = server.ask_admin("staff", asked).await;
        assert_eq!((status, &answer["partner"]), (StatusCode::OK, &json!(partner)), "{answer}");
    }
}

#[tokio::test]
async fn a_manager_of_a_partner_who_reads_the_plan_widens_nothing_and_decides_nothing_of_the_providers() {
    let scene = Scene::start().await;
    let app = &scene.server.app;
    let nora = account_of(&scene.server, "Nora", "manager", NORTHSIDE).await;
    scene.server.ask_admin("care-team", json!({ "person": scene.grace, "staff": nora })).await;
    scene.agree("plan", &[("ground", "explicit_consent")]).await;
    let widen = [("organisation", NORTHSIDE), ("category", "all"), ("ground", "explicit_consent")];
    let fields = widen.map(|(code, text)| (code.to_owned(), value(text))).into();
    let (section, entry) = (Section::Sharing, "all".parse().unwrap());
    scene.act_by(nora, Command::AddEntry { section, entry, fields, order: 0 }).await;
    let plan = app.plans.current(app, scene.grace).await.unwrap();
    assert!(!plan.view.sections[&section].contains_key(&"all".parse().unwrap()));
    let waits = plan.states.held_for(Role::Supervisor);
    assert_eq!(waits.len(), 1, "it is a proposal, for the provider");

    let edit = *waits[0].0;
    let decision = EditDecision { edit, accept: true, reason: "ours".to_owned() };
    let decides = Act { person: scene.grace, by: nora, body: Body::EditDecision(decision) };
    assert_eq!(act(app, &decides).await.unwrap(), Some(NoEffect::MayNot));

    let phone = json!({ "device": scene.phone.id, "why": "left", "by": nora });
    let (status, _) = scene.server.ask_admin("revocations", phone).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "the provider's phones are not hers to end");
    let mut browser = Browser::of(&scene.server);
    browser.sign_in("nora", PASSWORD).await;
    let key_safe = browser.open(&format!("/people/{}/key-safe", scene.grace)).await;
    assert_eq!(key_safe.status, StatusCode::FORBIDDEN);
}
