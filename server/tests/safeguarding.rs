//! Concerns at the desks of those who answer for them, and what everybody else gets: nothing.

mod support;

use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{Concern, Sealed};
use alongside_domain::journal::sealed::SealingKey;
use alongside_domain::journal::{Body, Channel, Header, PageId, PageSecret, PlanSeen, RecordBytes};
use alongside_domain::sync::messages::PackedPage;
use alongside_domain::time::{MINUTE_MS, Moment};
use axum::http::StatusCode;
use serde_json::json;
use support::browser::{Browser, PASSWORD, account, field, location};
use support::{Device, MONDAY, Server};

const WORDS: &str = "two strangers at the table";

/// A carer's phone, and managers with accounts, of whom the first two receive concerns.
struct Place {
    server: Server,
    dee: StaffId,
    ines: StaffId,
    imran: StaffId,
    alan: PersonId,
    phone: Device,
    concerns: u8,
}

impl Place {
    async fn new() -> Place {
        let server = Server::start().await;
        let amina = server.staff("Amina", "carer").await;
        let dee = account(&server, "Dee", "manager").await;
        let ines = account(&server, "Ines", "manager").await;
        account(&server, "Nora", "manager").await;
        let imran = account(&server, "Imran", "social_worker").await;
        account(&server, "Sam", "supervisor").await;
        let alan = server.person(&[amina, dee]).await;
        let (status, _) = server.ask_admin("restricted-recipients", json!({ "staff": [dee, ines] })).await;
        assert_eq!(status, StatusCode::OK);
        let phone = server.device(amina).await;
        Place { server, dee, ines, imran, alan, phone, concerns: 0 }
    }

    async fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = Browser::of(&self.server);
        assert_eq!(browser.sign_in(name, PASSWORD).await.status, StatusCode::SEE_OTHER);
        browser
    }

    /// The desks of these, as a phone's directory has them.
    async fn desks(&self, staff: &[StaffId]) -> Vec<(AuthorId, SealingKey)> {
        let mut desks = Vec::new();
        for staff in staff {
            if let Some(desk) = self.server.app.store.desk(*staff).await.unwrap() {
                let device = self.server.app.store.device(desk.author).await.unwrap().unwrap();
                let certificate: alongside_domain::sync::certificate::Certificate =
                    minicbor::decode(&device.certificate).unwrap();
                let subject = certificate.verify(&self.server.app.identity.public_key()).unwrap();
                assert!(subject.is_desk());
                desks.push((subject.author, subject.sealing.unwrap()));
            }
        }
        desks
    }

    /// A concern by the carer, sealed to the desks of these. The path of its case.
    async fn concern(&mut self, to: &[StaffId]) -> String {
        let to = self.desks(to).await;
        self.concerns += 1;
        let epoch = Epoch([self.concerns; 8]);
        let id = PageId { author: self.phone.id, epoch, number: 1, channel: Channel::Restricted };
        let body = Body::Concern(Concern::of_text(WORDS));
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded: MONDAY,
            observed: None,
            by: self.phone.staff,
            plan_seen: PlanSeen::default(),
            clock_off_ms: None,
            counted: None,
        };
        let record = RecordBytes::of(&header, &body);
        let sealed = Sealed::seal(&record, &id.stream(self.alan), &to, &mut |bytes| bytes.fill(7)).unwrap();
        let page =
            sealed.into_page(id, self.alan, &header, PageSecret([5; 32]), |message| self.phone.sign(message));
        let mut request = self.phone.request(vec![]);
        request.sealed = vec![PackedPage::of(&page)];
        self.phone.ask(&self.server, &request).await;
        format!("/safeguarding/{epoch}")
    }

    fn move_to(&self, minute: i64) {
        self.server.app.clock.move_to(MONDAY.plus_ms(minute * MINUTE_MS));
    }

    /// As after a reset of their password: it opens their desk no more.
    async fn spoil(&self, staff: StaffId) {
        let store =
            rusqlite::Connection::open(self.server.folder.path().join("data/alongside.sqlite")).unwrap();
        let changed = store.execute("UPDATE desk SET salt = zeroblob(16) WHERE staff = ?1", [staff.0]);
        assert_eq!(changed, Ok(1));
    }

    /// Whether any file of the server holds these bytes.
    fn holds(&self, text: &str) -> bool {
        let folder = self.server.folder.path().join("data");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut bytes = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap());
        bytes.any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
    }
}

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
