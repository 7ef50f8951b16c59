//! What a desk can open, folded into cases.

use super::steps::give_due;
use crate::app::App;
use crate::desk::OpenDesk;
use crate::refusal::Refusal;
use crate::storage::{CaseAccess, ConcernName, EndedDevice, StorageError};
use crate::sync::extract;
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::{Body, PageExtract, RecordRef};
use alongside_domain::safeguarding::case::{self, Case, Opened};
use alongside_domain::safeguarding::opened::{Read, Reader, Writer};
use alongside_domain::sync::certificate::{Certificate, Subject};
use alongside_domain::time::Moment;
use std::collections::BTreeMap;

/// The cases of a desk, in memory as long as one request lasts.
pub struct Files {
    /// Each concern with what became of it, oldest first.
    pub cases: Vec<Case>,
    /// Every page that is sealed to the desk, with when the server received it and the case that it belongs to.
    pages: Vec<(RecordRef, PageExtract, Moment)>,
    writers: BTreeMap<AuthorId, Subject>,
}

/// The name under which the store knows a concern.
pub fn name_of(record: RecordRef) -> ConcernName {
    ConcernName { author: record.author, epoch: record.epoch }
}

impl Files {
    /// Opens all that is sealed to a desk and due to its holder. A concern that was acknowledged, and each call about it,
    /// is noted as acknowledged once it is opened here.
    pub async fn open(app: &App, desk: &OpenDesk, now: Moment) -> Result<Files, Refusal> {
        let recipients = app.store.recipients().await?;
        give_due(app, desk.author, desk.staff, &recipients, now).await?;
        let read = app.store.sealed_for(desk.author, Vec::new(), usize::MAX).await?;
        let rows = read.runs.iter().map(|sealed| sealed.run.page).collect();
        let (pages, writers) = (app.store.pages(rows).await?, writers(app).await?);
        let (key, known) = (desk.opening_key(), |author| writers.get(&author).map(Writer::of));
        let reader = Reader { author: desk.author, key: &key, writers: &known };
        let mut ended = app.store.ended_devices().await?;
        // What comes back after a restore has come in anew: a desk's acts stand whoever has left since.
        ended.retain(|device| writers.get(&device.device).is_none_or(|author| !author.is_desk()));
        let (mut all, mut kept) = (Vec::new(), Vec::new());
        for (page, sealed) in pages.iter().zip(read.runs) {
            let received = sealed.run.received;
            let extract = extract(page, BTreeMap::from([(sealed.person, sealed.run)]))?;
            let read = reader.read(&extract, Some(received));
            if let Some(Read::Opened(opened)) = read.filter(|read| !is_of_ended(read, &ended)) {
                kept.extend(opened.case().map(|case| (case, extract, received)));
                all.push(*opened);
            }
        }
        let names: Vec<Opened> = all.clone();
        let files = Files { cases: case::cases(all), pages: kept, writers };
        files.note_acknowledged(app, &names, now).await?;
        files.note_access(app, now).await?;
        Ok(files)
    }

    /// What the acts say about access holds also where the server has lost its own note of it, as after a restore.
    async fn note_access(&self, app: &App, now: Moment) -> Result<(), StorageError> {
        for case in &self.cases {
            let given = case.given_to().into_iter().map(|staff| (staff, true));
            for (staff, on) in given.chain(case.taken_from().into_iter().map(|staff| (staff, false))) {
                let access = CaseAccess { concern: name_of(case.id), staff, on, at: now };
                let noted = app.store.case_access_of(staff).await?;
                let is_noted = |noted: &CaseAccess| (noted.concern, noted.on) == (access.concern, on);
                if !noted.iter().any(is_noted) {
                    app.store.set_case_access(access).await?;
                }
            }
        }
        Ok(())
    }

    /// The acts say that a concern was acknowledged also where the server has lost its own note of it.
    async fn note_acknowledged(
        &self,
        app: &App,
        records: &[Opened],
        now: Moment,
    ) -> Result<(), StorageError> {
        for case in self.cases.iter().filter(|case| case.acknowledged().is_some()) {
            app.store.acknowledge(name_of(case.id), now).await?;
            let calls =
                records.iter().filter(|record| record.id != case.id && record.case() == Some(case.id));
            for call in
                calls.filter(|record| self.writers.get(&record.id.author).is_some_and(|of| !of.is_desk()))
            {
                app.store.acknowledge(name_of(call.id), now).await?;
            }
        }
        Ok(())
    }

    /// The case whose concern has this epoch, as paths name it.
    pub fn case(&self, epoch: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.id.epoch.to_string() == epoch)
    }

    /// Every page of a case, for a copy.
    pub fn pages_of(&self, case: RecordRef) -> impl Iterator<Item = (&PageExtract, Moment)> {
        self.pages.iter().filter(move |(of, ..)| *of == case).map(|(_, extract, at)| (extract, *at))
    }

    /// Devices and desks by name, as their certificates say.
    pub fn writers(&self) -> &BTreeMap<AuthorId, Subject> {
        &self.writers
    }
}

/// Whether it is an act of a device that came in after its enrolment had ended: whoever has it in their hands then is not
/// known.
fn is_of_ended(read: &Read, ended: &[EndedDevice]) -> bool {
    let Read::Opened(opened) = read else { return false };
    let came_after = |device: &EndedDevice| opened.received.is_none_or(|at| at >= device.at);
    matches!(opened.body, Body::CaseAct(_))
        && ended.iter().any(|device| device.device == opened.id.author && came_after(device))
}

async fn writers(app: &App) -> Result<BTreeMap<AuthorId, Subject>, StorageError> {
    let unreadable = |_| StorageError::Unreadable { what: "certificate" };
    let mut writers = BTreeMap::new();
    for (_, bytes) in app.store.directory_after(0).await? {
        let certificate: Certificate = minicbor::decode(&bytes).map_err(unreadable)?;
        if let Ok(subject) = certificate.verify(&app.identity.public_key()) {
            writers.insert(subject.author, subject);
        }
    }
    Ok(writers)
}
