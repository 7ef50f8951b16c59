//! Concerns at the desks of those who answer for them, and what everybody else gets: nothing.

mod support;

use alongside_domain::ids::StaffId;
use alongside_domain::plan::edit::Section;
use alongside_domain::safeguarding::reference;
use alongside_domain::sync::messages::PackedExtract;
use alongside_domain::sync::standing::Ended;
use alongside_domain::time::Moment;
use alongside_server::backup;
use alongside_server::storage::WantedEntries;
use axum::http::StatusCode;
use serde_json::json;
use support::browser::{Browser, field, location};
use support::concerns::{Place, WORDS};
use support::{bytes, exchanged, pain};

async fn act(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let page = browser.open(path).await;
    let csrf = field(&page, "csrf");
    let fields = [&[("csrf", csrf.as_str())], fields].concat();
    let done = browser.post(path, &fields).await;
    (done.status, done.html)
}

#[tokio::test]
async fn the_first_recipient_reads_it_at_her_desk_and_no_file_of_the_server_holds_its_words() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let path = place.concern(&[place.dee]).await;
    let mut dee = place.signed_in("dee").await;
    let list = dee.open("/safeguarding").await;
    assert!(list.html.contains("Waiting for an acknowledgement"), "{}", list.html);
    let case = dee.open(&path).await;
    assert_eq!(case.status, StatusCode::OK);
    assert!(case.html.contains(WORDS) && case.html.contains("in time"), "{}", case.html);
    assert!(!place.holds(WORDS));
    let written = "rang the council at noon";
    let (status, html) = act(&mut dee, &path, &[("act", "note"), ("text", written)]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{html}");
    assert_eq!(act(&mut dee, &path, &[("act", "acknowledged")]).await.0, StatusCode::SEE_OTHER);
    assert_eq!(act(&mut dee, &path, &[("act", "note"), ("text", written)]).await.0, StatusCode::SEE_OTHER);
    assert!(dee.open(&path).await.html.contains(written));
    assert!(!place.holds(written) && !place.holds(WORDS));
}

#[tokio::test]
async fn whoever_is_no_recipient_gets_what_any_unknown_path_gets_and_no_link() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let path = place.concern(&[place.dee]).await;
    for name in ["nora", "sam", "imran"] {
        let mut other = place.signed_in(name).await;
        let unknown = other.open("/no-such-page").await;
        for path in ["/safeguarding", &path] {
            let page = other.open(path).await;
            assert_eq!((page.status, &page.html), (unknown.status, &unknown.html), "{name} {path}");
        }
        let posted = other.post(&path, &[("csrf", ""), ("act", "acknowledged")]).await;
        assert_eq!((posted.status, &posted.html), (unknown.status, &unknown.html));
        assert!(!other.open("/").await.html.contains("afeguarding"), "{name}");
    }
}

#[tokio::test]
async fn the_next_recipient_is_given_it_after_half_an_hour_without_an_acknowledgement() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("ines").await;
    let (first, second) =
        (place.concern(&[place.dee, place.ines]).await, place.concern(&[place.dee, place.ines]).await);
    let (mut dee, mut ines) = (place.signed_in("dee").await, place.signed_in("ines").await);
    let nothing = ines.open("/safeguarding").await.html;
    assert!(nothing.contains("Nothing here is for you"));
    assert_eq!(ines.open(&first).await.status, StatusCode::NOT_FOUND);
    place.move_to(9);
    assert_eq!(act(&mut dee, &first, &[("act", "acknowledged")]).await.0, StatusCode::SEE_OTHER);
    place.move_to(29);
    assert_eq!(ines.open(&second).await.status, StatusCode::NOT_FOUND);
    place.move_to(30);
    assert_eq!(ines.open(&second).await.status, StatusCode::OK, "nobody has acknowledged it");
    assert_eq!(ines.open(&first).await.status, StatusCode::NOT_FOUND, "it was acknowledged");
}

#[tokio::test]
async fn whoever_was_left_out_never_sees_it_nor_what_is_done_about_it() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("ines").await;
    let path = place.concern(&[place.ines]).await;
    let mut ines = place.signed_in("ines").await;
    assert_eq!(act(&mut ines, &path, &[("act", "acknowledged")]).await.0, StatusCode::SEE_OTHER);
    assert_eq!(act(&mut ines, &path, &[("act", "note"), ("text", "rang")]).await.0, StatusCode::SEE_OTHER);
    let mut dee = place.signed_in("dee").await;
    assert!(dee.open("/safeguarding").await.html.contains("Nothing here is for you"));
    let desk = place.server.app.store.desk(place.dee).await.unwrap().unwrap();
    let all = place.server.app.store.sealed_for(desk.author, vec![], usize::MAX).await.unwrap();
    assert!(all.runs.is_empty(), "nothing is addressed to her");
}

#[tokio::test]
async fn access_brings_all_so_far_and_all_that_follows_and_each_reading_is_noted() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("imran").await;
    let path = place.concern(&[place.dee]).await;
    let (mut dee, mut imran) = (place.signed_in("dee").await, place.signed_in("imran").await);
    assert_eq!(imran.open(&path).await.status, StatusCode::NOT_FOUND);
    act(&mut dee, &path, &[("act", "acknowledged")]).await;
    act(&mut dee, &path, &[("act", "wishes"), ("words", "it is my business")]).await;
    let staff = place.imran.to_string();
    let (status, html) =
        act(&mut dee, &path, &[("act", "access"), ("staff", &staff), ("why", "leads the enquiry")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{html}");
    act(&mut dee, &path, &[("act", "note"), ("text", "met at the office")]).await;
    let page = imran.open(&path).await;
    for words in [WORDS, "it is my business", "leads the enquiry", "met at the office"] {
        assert!(page.html.contains(words), "{words}: {}", page.html);
    }
    assert_eq!(
        act(&mut imran, &path, &[("act", "outcome"), ("text", "the enquiry is closed")]).await.0,
        StatusCode::SEE_OTHER
    );
    let seen = dee.open(&path).await.html;
    assert!(seen.contains("the enquiry is closed") && seen.contains("Imran read it here"), "{seen}");
}

#[tokio::test]
async fn a_desk_that_no_password_opens_any_more_ends_and_its_holder_gets_a_new_one() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let path = place.concern(&[place.dee]).await;
    let lost = place.server.app.store.desk(place.dee).await.unwrap().unwrap();
    place.spoil(place.dee).await;
    let mut dee = place.signed_in("dee").await;
    let new = place.server.app.store.desk(place.dee).await.unwrap().unwrap();
    assert_ne!(new.author, lost.author);
    assert_eq!(dee.open(&path).await.status, StatusCode::NOT_FOUND, "it is lost to her");
    let later = place.concern(&[place.dee]).await;
    assert_eq!(place.signed_in("dee").await.open(&later).await.status, StatusCode::OK);
}

#[tokio::test]
async fn after_a_restart_a_desk_is_shut_until_its_holder_signs_in_again() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let path = place.concern(&[place.dee]).await;
    let mut dee = place.signed_in("dee").await;
    place.server.app.desks.forget_unused_since(Moment(i64::MAX));
    assert!(dee.open("/safeguarding").await.html.contains("sign in again"));
    assert_eq!(location(&dee.open(&path).await), "/safeguarding");
    let mut again = place.signed_in("dee").await;
    assert_eq!(again.open(&path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_recipient_who_acknowledges_on_her_phone_stops_the_steps_and_her_desk_shows_it() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("ines").await;
    let mut phone = place.server.device(place.dee).await;
    let both = [place.dee, place.ines];
    let path = place.concern_for(&both, &[&phone]).await;
    assert_eq!(phone.exchange(&place.server, vec![]).await.extracts.len(), 1);
    place.move_to(9);
    assert!(place.acknowledge(&mut phone, &both).await, "her phone keeps it too: it may be told at once");
    assert_eq!(phone.exchange(&place.server, vec![]).await.extracts.len(), 1, "it comes back as any page");
    place.move_to(500);
    let mut ines = place.signed_in("ines").await;
    assert_eq!(ines.open(&path).await.status, StatusCode::NOT_FOUND, "it was acknowledged");
    assert_eq!(place.addressed_to(place.ines).await, 0, "nor is the acknowledgement for her");
    let mut dee = place.signed_in("dee").await;
    let case = dee.open(&path).await.html;
    assert!(case.contains(">Open</span>") && case.contains("<h3>Acknowledge</h3>"), "{case}");
    assert_eq!(act(&mut dee, &path, &[("act", "note"), ("text", "rang")]).await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_a_recipient_acknowledged_on_her_phone_comes_back_from_that_phone_to_a_restored_server() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let mut phone = place.server.device(place.dee).await;
    let dee = [place.dee];
    let path = place.concern_for(&dee, &[&phone]).await;
    let to = place.server.folder.path().join("backup.sqlite");
    backup::backup(&place.server.app.data, &to).await.unwrap();
    phone.exchange(&place.server, vec![]).await;
    assert!(place.acknowledge(&mut phone, &dee).await);
    let held = phone.exchange(&place.server, vec![]).await.extracts;
    let held: Vec<PackedExtract> = held.iter().map(PackedExtract::of).collect();
    assert_eq!(
        held.len(),
        1,
        "what she said, which her phone keeps as it keeps any page that was given to it"
    );

    let place = place.restored(&to).await;
    let mut browser = place.signed_in("dee").await;
    assert!(browser.open(&path).await.html.contains("Waiting for an acknowledgement"), "it is lost here");
    let mut request = phone.request(vec![]);
    request.brought = held;
    let done = exchanged(&mut phone, &place.server, request).await;
    assert!(done.refused.is_empty() && done.receipts.len() == 1, "{:?}", done.refused);
    let case = browser.open(&path).await.html;
    assert!(case.contains(">Open</span>") && case.contains("<h3>Acknowledge</h3>"), "{case}");
    assert!(place.is_acknowledged().await, "the next recipient is not asked");
}

#[tokio::test]
async fn whoever_has_not_been_given_a_concern_or_has_left_does_not_acknowledge_it() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("ines").await;
    let both = [place.dee, place.ines];
    let (mut dees, mut ines) = (place.server.device(place.dee).await, place.server.device(place.ines).await);
    let path = place.concern_for(&both, &[&dees, &ines]).await;
    // She cannot know of it before her step; a phone that was changed might guess.
    assert!(!place.acknowledge(&mut ines, &both).await, "it is not taken before her step");
    assert!(!place.is_acknowledged().await);
    let asked = json!({ "device": dees.id.to_string(), "why": "stolen", "by": place.ines });
    let (status, answer) = place.server.ask_admin("revocations", asked).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(
        place.acknowledge(&mut dees, &both).await,
        "it is kept for nobody, so that the phone can be emptied"
    );
    assert!(!place.is_acknowledged().await);
    place.move_to(30);
    let mut browser = place.signed_in("ines").await;
    let case = browser.open(&path).await;
    assert!(case.html.contains("Waiting for an acknowledgement"), "{}", case.html);
    assert_eq!(place.addressed_to(place.ines).await, 1, "the concern alone");
    assert!(place.acknowledge(&mut ines, &both).await && place.is_acknowledged().await, "now it is");
}

#[tokio::test]
async fn access_that_is_taken_back_ends_there_and_what_was_read_stays_noted() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("imran").await;
    let mut phone = place.server.device(place.imran).await;
    let path = place.concern(&[place.dee]).await;
    let (mut dee, mut imran) = (place.signed_in("dee").await, place.signed_in("imran").await);
    act(&mut dee, &path, &[("act", "acknowledged")]).await;
    let staff = place.imran.to_string();
    let page = dee.open(&path).await.html;
    assert!(!page.contains("Take access back"), "there is nobody to take it from");
    act(&mut dee, &path, &[("act", "access"), ("staff", &staff), ("why", "leads the enquiry")]).await;
    let page = imran.open(&path).await.html;
    assert!(page.contains(WORDS) && !page.contains("Take access back"), "{page}");
    let dees = place.dee.to_string();
    let (status, html) =
        act(&mut imran, &path, &[("act", "access_taken"), ("staff", &dees), ("why", "mine")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "he was not asked about it: {html}");
    let taken = [("act", "access_taken"), ("staff", staff.as_str()), ("why", "the enquiry is another's")];
    let (status, html) = act(&mut dee, &path, &taken).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{html}");
    act(&mut dee, &path, &[("act", "note"), ("text", "met at the office")]).await;
    let unknown = imran.open("/no-such-page").await;
    for path in ["/safeguarding", path.as_str()] {
        let page = imran.open(path).await;
        assert_eq!((page.status, &page.html), (unknown.status, &unknown.html), "{path}");
    }
    assert!(!imran.open("/").await.html.contains("afeguarding"));
    assert_eq!(place.addressed_to(place.imran).await, 0);
    let answer = phone.exchange(&place.server, vec![]).await;
    assert!(answer.extracts.is_empty() && answer.admitted.is_none(), "what his phone had not got");
    let case = dee.open(&path).await.html;
    assert!(case.contains("Imran read it here") && case.contains("another&#39;s"), "{case}");
    act(&mut dee, &path, &[("act", "access"), ("staff", &staff), ("why", "his again")]).await;
    let again = imran.open(&path).await.html;
    for words in [WORDS, "leads the enquiry", "met at the office", "his again"] {
        assert!(again.contains(words), "{words}: {again}");
    }
}

#[tokio::test]
async fn a_recipient_who_is_implicated_later_loses_the_case_and_sees_nothing_of_what_follows() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("ines").await;
    let mut phone = place.server.device(place.dee).await;
    let path = place.concern_for(&[place.dee, place.ines], &[&phone]).await;
    assert_eq!(phone.exchange(&place.server, vec![]).await.extracts.len(), 1);
    place.move_to(31);
    let (mut dee, mut ines) = (place.signed_in("dee").await, place.signed_in("ines").await);
    assert_eq!(dee.open(&path).await.status, StatusCode::OK);
    act(&mut ines, &path, &[("act", "acknowledged")]).await;
    let staff = place.dee.to_string();
    let taken = [("act", "access_taken"), ("staff", staff.as_str()), ("why", "it may be about her")];
    assert_eq!(act(&mut ines, &path, &taken).await.0, StatusCode::SEE_OTHER);
    act(&mut ines, &path, &[("act", "note"), ("text", "rang the council")]).await;
    assert_eq!(dee.open(&path).await.status, StatusCode::NOT_FOUND);
    assert!(dee.open("/safeguarding").await.html.contains("Nothing here is for you"));
    assert_eq!(place.addressed_to(place.dee).await, 0);
    let answer = phone.exchange(&place.server, vec![]).await;
    assert_eq!((answer.extracts.len(), answer.shut_cases), (0, Some(vec![place.last()])));
    let case = ines.open(&path).await.html;
    assert!(case.contains("Dee read it here") && case.contains("rang the council"), "{case}");
    assert!(case.contains("<p>Ines. Nobody else can read this page"), "{case}");
}

#[tokio::test]
async fn acts_of_one_moment_count_in_the_order_in_which_they_were_recorded() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("imran").await;
    let path = place.concern(&[place.dee]).await;
    let (mut dee, mut imran) = (place.signed_in("dee").await, place.signed_in("imran").await);
    act(&mut dee, &path, &[("act", "acknowledged")]).await;
    let staff = place.imran.to_string();
    // The clock stands still, or was set back.
    for (turn, code) in ["access", "access_taken"].repeat(6).iter().enumerate() {
        place.move_to(-(turn as i64));
        let done = act(&mut dee, &path, &[("act", code), ("staff", &staff), ("why", "turn by turn")]).await;
        assert_eq!(done.0, StatusCode::SEE_OTHER, "{turn}: {}", done.1);
        let is_there = imran.open(&path).await.status == StatusCode::OK;
        assert_eq!(is_there, *code == "access", "{turn}");
    }
}

async fn named(place: &Place, name: &str) -> StaffId {
    place.server.app.store.all_staff().await.unwrap().iter().find(|one| one.name == name).unwrap().staff
}

#[tokio::test]
async fn whoever_is_on_the_list_reads_a_concern_at_their_desk_whatever_they_do_there() {
    let mut place = Place::new().await;
    let (sam, amina) = (named(&place, "Sam").await, named(&place, "Amina").await);
    let receive = async |place: &Place, staff: &[StaffId]| {
        place.server.ask_admin("restricted-recipients", json!({ "staff": staff })).await.0
    };
    assert_eq!(
        receive(&place, &[place.dee, amina]).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "she has no desk"
    );
    place.signed_in("sam").await;
    assert_eq!(place.desks(&[sam]).await, vec![], "nothing is sealed to him yet");
    assert_eq!(receive(&place, &[place.dee, sam]).await, StatusCode::OK);
    place.signed_in("dee").await;
    place.signed_in("sam").await;
    let path = place.concern(&[place.dee, sam]).await;
    let mut on_call = place.signed_in("sam").await;
    assert_eq!(on_call.open(&path).await.status, StatusCode::NOT_FOUND, "his step has not come");
    place.move_to(31);
    let mut on_call = place.signed_in("sam").await;
    assert!(on_call.open("/").await.html.contains("Safeguarding"));
    assert!(on_call.open(&path).await.html.contains(WORDS));
    assert_eq!(act(&mut on_call, &path, &[("act", "acknowledged")]).await.0, StatusCode::SEE_OTHER);
    assert!(place.is_acknowledged().await);
    assert_eq!(receive(&place, &[place.dee]).await, StatusCode::OK);
    assert_eq!(on_call.open("/safeguarding").await.status, StatusCode::NOT_FOUND, "he is off the list");
}

#[tokio::test]
async fn the_case_shows_the_reference_that_its_reporter_was_shown() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let path = place.concern(&[place.dee]).await;
    let mut dee = place.signed_in("dee").await;
    assert!(dee.open(&path).await.html.contains(&reference(&place.last())));
}

#[tokio::test]
async fn an_instruction_whose_words_point_to_the_concern_is_asked_about_and_written_all_the_same() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let path = place.concern(&[place.dee]).await;
    let mut dee = place.signed_in("dee").await;
    act(&mut dee, &path, &[("act", "acknowledged")]).await;
    let actions = async || {
        let app = &place.server.app;
        let plan = app.plans.current(app, place.alan).await.unwrap();
        plan.view.sections.get(&Section::Actions).map_or(0, |actions| actions.len())
    };
    let neutral =
        [("act", "instruction"), ("text", "Two carers at each visit"), ("why", "for moving and handling")];
    assert_eq!(act(&mut dee, &path, &neutral).await.0, StatusCode::SEE_OTHER);
    assert_eq!(actions().await, 1);
    let pointing = [("act", "instruction"), ("text", "Two carers"), ("why", "the police asked us to")];
    let (status, html) = act(&mut dee, &path, &pointing).await;
    assert_eq!((status, actions().await), (StatusCode::UNPROCESSABLE_ENTITY, 1));
    assert!(html.contains("“police” may point to the concern"), "{html}");
    let sure = [pointing.as_slice(), &[("sure", "yes")]].concat();
    assert_eq!(act(&mut dee, &path, &sure).await.0, StatusCode::SEE_OTHER, "it warns, and never blocks");
    assert_eq!(actions().await, 2);
    assert!(dee.open(&path).await.html.contains("A neutral instruction in the plan"));
}

#[tokio::test]
async fn a_concern_whose_time_rests_on_the_phones_own_clock_says_so() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let path = place.concern(&[place.dee]).await;
    let doubt = "its clock may have been wrong";
    assert!(!place.signed_in("dee").await.open(&path).await.html.contains(doubt));
    place.restart_phone();
    let path = place.concern(&[place.dee]).await;
    assert!(place.signed_in("dee").await.open(&path).await.html.contains(doubt));
}

#[tokio::test]
async fn a_form_that_does_not_fit_says_why_and_keeps_everything_that_was_typed() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    let path = place.concern(&[place.dee]).await;
    let mut dee = place.signed_in("dee").await;
    act(&mut dee, &path, &[("act", "acknowledged")]).await;
    let measure = [
        ("act", "measure"),
        ("what", "no visitors after six"),
        ("owner", "Dee <the manager>"),
        ("proportionate", "she asked for quiet evenings"),
        ("blanket", "yes"),
        ("review_on", "2026-04-21"),
    ];
    let (status, html) = act(&mut dee, &path, &measure).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("say why nothing less would do"), "{html}");
    let (_, form) = html.split_once("<details class=\"act\" open>").expect("its form is open");
    let (form, others) = form.split_once("</details>").unwrap();
    for kept in
        ["no visitors after six", "Dee &#60;the manager&#62;", "quiet evenings", "2026-04-21", "checked>"]
    {
        assert!(form.contains(kept), "{kept}: {form}");
        assert!(!others.contains(kept), "{kept} in another form");
    }
    let whole = [measure.as_slice(), &[("blanket_why", "they came in threes")]].concat();
    assert_eq!(act(&mut dee, &path, &whole).await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_interim_decision_ends_the_devices_of_who_is_accused_once_they_have_handed_in() {
    let mut place = Place::new().await;
    place.signed_in("dee").await;
    place.signed_in("imran").await;
    let joel = place.server.staff("Joel", "carer").await;
    place.server.ask_admin("care-team", json!({ "person": place.alan, "staff": joel })).await;
    let mut phone = place.server.device(joel).await;
    phone.exchange(&place.server, vec![]).await;
    let path = place.concern(&[place.dee]).await;
    let (mut dee, mut imran) = (place.signed_in("dee").await, place.signed_in("imran").await);
    act(&mut dee, &path, &[("act", "acknowledged")]).await;
    let (imrans, joels) = (place.imran.to_string(), joel.to_string());
    act(&mut dee, &path, &[("act", "access"), ("staff", &imrans), ("why", "the council asks")]).await;
    let decides = |device| {
        [
            ("act", "staff_work"),
            ("staff", joels.as_str()),
            ("work", "none"),
            ("device", device),
            ("why", "asked"),
        ]
    };
    let mut about_a_reader = decides("end");
    about_a_reader[1].1 = &imrans;
    let told = act(&mut dee, &path, &about_a_reader).await;
    assert_eq!(told.0, StatusCode::UNPROCESSABLE_ENTITY, "he would read it: {}", told.1);
    let refused = act(&mut imran, &path, &decides("end")).await;
    assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY, "not his to end: {}", refused.1);
    assert_eq!(act(&mut dee, &path, &decides("keep")).await.0, StatusCode::SEE_OTHER);
    assert!(!phone.exchange(&place.server, vec![]).await.terms.ended);
    assert_eq!(act(&mut dee, &path, &decides("end")).await.0, StatusCode::SEE_OTHER);
    let page = phone.cut(&[(place.alan, vec![pain(3)])]);
    let done = phone.exchange(&place.server, vec![bytes(&page)]).await;
    assert_eq!((done.receipts, done.terms.ended), (vec![page.id], true), "it hands in, and is over");
    assert_eq!(done.access.map(|list| list.people), Some(vec![]));
    assert_eq!(place.server.app.store.apart().await.unwrap(), vec![]);
    let ended = place.server.app.store.ended_devices().await.unwrap();
    assert_eq!(ended.iter().map(|one| (one.device, one.why)).collect::<Vec<_>>(), [(phone.id, Ended::Left)]);
    let wanted = WantedEntries { count: 100, ..WantedEntries::default() };
    let trail = place.server.app.store.audit_entries(wanted).await.unwrap();
    let told: Vec<_> = trail.iter().filter(|one| one.entry.device == Some(phone.id)).collect();
    assert!(told.iter().any(|one| one.entry.staff == Some(joel)), "that it ended is in the trail");
    assert!(!format!("{trail:?}").contains("safeguarding"), "and nothing of why");
}

#[tokio::test]
async fn a_call_goes_to_those_who_have_the_concern_and_to_nobody_who_lost_access_to_it() {
    let mut place = Place::new().await;
    let (dee, ines) = (place.dee, place.ines);
    place.signed_in("dee").await;
    place.signed_in("ines").await;
    let path = place.concern(&[dee, ines]).await;
    place.move_to(31);
    let (mut dees, mut ineses) = (place.signed_in("dee").await, place.signed_in("ines").await);
    assert_eq!(
        (dees.open(&path).await.status, ineses.open(&path).await.status),
        (StatusCode::OK, StatusCode::OK)
    );
    act(&mut ineses, &path, &[("act", "acknowledged")]).await;
    place.call(&[dee, ines], "they come on Friday").await;
    let (mut dees, mut ineses) = (place.signed_in("dee").await, place.signed_in("ines").await);
    for desk in [&mut dees, &mut ineses] {
        assert!(
            desk.open(&path).await.html.contains("they come on Friday"),
            "at once: both have the concern"
        );
    }
    let staff = dee.to_string();
    let taken = [("act", "access_taken"), ("staff", staff.as_str()), ("why", "it may be about her")];
    assert_eq!(act(&mut ineses, &path, &taken).await.0, StatusCode::SEE_OTHER);
    let of_dee = place.addressed_to(dee).await;
    // Her phone seals to both: it cannot know.
    place.call(&[dee, ines], "they come on Monday").await;
    place.move_to(95);
    let (mut dees, mut ineses) = (place.signed_in("dee").await, place.signed_in("ines").await);
    assert!(ineses.open(&path).await.html.contains("they come on Monday"));
    assert_eq!(dees.open(&path).await.status, StatusCode::NOT_FOUND);
    assert!(!dees.open("/safeguarding").await.html.contains("Alan"));
    assert_eq!(place.addressed_to(dee).await, of_dee, "nothing more is given to her");
}
