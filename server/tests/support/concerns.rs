//! A place with concerns: a carer's phone that seals them, phones and desks that open them.

use super::browser::{Browser, PASSWORD, account};
use super::{Device, MONDAY, Server};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{CaseAct, Concern, ConcernCall, Means, Sealed};
use alongside_domain::journal::sealed::SealingKey;
use alongside_domain::journal::times::Counted;
use alongside_domain::journal::{
    Body, Channel, Header, PageId, PageSecret, PlanSeen, RecordBytes, RecordRef,
};
use alongside_domain::sync::messages::{Acknowledges, Answer, CallAbout, PackedPage};
use alongside_domain::time::MINUTE_MS;
use alongside_server::backup;
use alongside_server::storage::ConcernName;
use axum::http::StatusCode;
use serde_json::json;
use std::path::Path;

pub const WORDS: &str = "two strangers at the table";

/// A carer's phone, and managers with accounts, of whom the first two receive concerns.
pub struct Place {
    pub server: Server,
    pub dee: StaffId,
    pub ines: StaffId,
    pub imran: StaffId,
    pub alan: PersonId,
    phone: Device,
    concerns: u8,
    calls: u8,
}

impl Place {
    pub async fn new() -> Place {
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
        Place { server, dee, ines, imran, alan, phone, concerns: 0, calls: 0 }
    }

    /// The server ends, and starts again with this backup.
    pub async fn restored(self, backup: &Path) -> Place {
        let Server { folder, routes, token, app } = self.server;
        let data = app.data.clone();
        drop((routes, app));
        backup::restore(&data, backup).await.unwrap();
        Place { server: Server::open(folder, token), ..self }
    }

    pub async fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = Browser::of(&self.server);
        assert_eq!(browser.sign_in(name, PASSWORD).await.status, StatusCode::SEE_OTHER);
        browser
    }

    /// The desks of these, as a phone's directory has them.
    pub async fn desks(&self, staff: &[StaffId]) -> Vec<(AuthorId, SealingKey)> {
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
    pub async fn concern(&mut self, to: &[StaffId]) -> String {
        self.concern_for(to, &[]).await
    }

    /// The same, sealed to these phones too.
    pub async fn concern_for(&mut self, to: &[StaffId], phones: &[&Device]) -> String {
        let mut to = self.desks(to).await;
        to.extend(phones.iter().map(|phone| (phone.id, phone.sealing)));
        self.concerns += 1;
        let epoch = Epoch([self.concerns; 8]);
        let page = sealed_page(&self.phone, self.alan, epoch, &Body::Concern(Concern::of_text(WORDS)), &to);
        let mut request = self.phone.request(vec![]);
        request.sealed = vec![page];
        self.phone.ask(&self.server, &request).await;
        format!("/safeguarding/{epoch}")
    }

    /// The phone was started anew, and has not reached the server since.
    pub fn restart_phone(&mut self) {
        self.phone.made_at = Some(Counted { boot: 9, monotonic_ms: 60_000 });
    }

    /// A call about the last concern, sealed to the desks of these.
    pub async fn call(&mut self, to: &[StaffId], said: &str) {
        let (to, concern) = (self.desks(to).await, self.last());
        self.calls += 1;
        let epoch = Epoch([0xc0 | self.calls; 8]);
        let call = ConcernCall {
            concern,
            with: "the council".to_owned(),
            means: Means::Phone,
            answered: true,
            said: said.to_owned(),
        };
        let page = sealed_page(&self.phone, self.alan, epoch, &Body::ConcernCall(call), &to);
        let mut request = self.phone.request(vec![]);
        request.sealed = vec![page];
        let call = only_record(self.phone.id, epoch);
        request.calls = Some(vec![CallAbout { call, concern }]);
        self.phone.ask(&self.server, &request).await;
    }

    /// The last concern.
    pub fn last(&self) -> RecordRef {
        only_record(self.phone.id, Epoch([self.concerns; 8]))
    }

    /// A phone says that its holder has the last concern. Whether it got a receipt.
    pub async fn acknowledge(&self, phone: &mut Device, to: &[StaffId]) -> bool {
        let mut keys = self.desks(to).await;
        keys.push((phone.id, phone.sealing));
        let case = self.last();
        let act = CaseAct { case, act: "acknowledged".to_owned(), fields: Default::default() };
        let epoch = Epoch([0xa0 | self.concerns; 8]);
        let page = sealed_page(phone, self.alan, epoch, &Body::CaseAct(act), &keys);
        let mut request = phone.request(vec![]);
        request.sealed = vec![page];
        let act = only_record(phone.id, epoch);
        request.acknowledges = Some(vec![Acknowledges { act, of: vec![case] }]);
        let Answer::Exchanged(answer) = phone.ask(&self.server, &request).await else {
            panic!("no exchange")
        };
        answer.receipts.iter().any(|page| page.epoch == epoch)
    }

    pub async fn is_acknowledged(&self) -> bool {
        let RecordRef { author, epoch, .. } = self.last();
        let asked = self.server.app.store.asked(ConcernName { author, epoch }).await.unwrap().unwrap();
        asked.asking.acknowledged.is_some()
    }

    /// How many pages the desk of somebody can be given.
    pub async fn addressed_to(&self, staff: StaffId) -> usize {
        let desk = self.server.app.store.desk(staff).await.unwrap().unwrap();
        self.server.app.store.sealed_for(desk.author, vec![], usize::MAX).await.unwrap().runs.len()
    }

    pub fn move_to(&self, minute: i64) {
        self.server.app.clock.move_to(MONDAY.plus_ms(minute * MINUTE_MS));
    }

    /// As after a reset of their password: it opens their desk no more.
    pub async fn spoil(&self, staff: StaffId) {
        let store =
            rusqlite::Connection::open(self.server.folder.path().join("data/alongside.sqlite")).unwrap();
        let changed = store.execute("UPDATE desk SET salt = zeroblob(16) WHERE staff = ?1", [staff.0]);
        assert_eq!(changed, Ok(1));
    }

    /// Whether any file of the server holds these bytes.
    pub fn holds(&self, text: &str) -> bool {
        let folder = self.server.folder.path().join("data");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut bytes = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap());
        bytes.any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
    }
}

pub fn only_record(author: AuthorId, epoch: Epoch) -> RecordRef {
    RecordRef { author, epoch, number: 1, channel: Channel::Restricted }
}

/// A page of a device with one record, sealed to these.
pub fn sealed_page(
    device: &Device,
    person: PersonId,
    epoch: Epoch,
    body: &Body,
    to: &[(AuthorId, SealingKey)],
) -> PackedPage {
    let id = PageId { author: device.id, epoch, number: 1, channel: Channel::Restricted };
    let header = Header {
        kind: body.kind(),
        category: body.category(),
        recorded: MONDAY,
        observed: None,
        by: device.staff,
        plan_seen: PlanSeen::default(),
        clock_off_ms: None,
        counted: device.made_at,
    };
    let record = RecordBytes::of(&header, body);
    let sealed = Sealed::seal(&record, &id.stream(person), to, &mut |bytes| bytes.fill(7)).unwrap();
    PackedPage::of(
        &sealed.into_page(id, person, &header, PageSecret([5; 32]), |message| device.sign(message)),
    )
}
