//! What somebody has begun on a visit and not recorded: a phone that ends the app must not lose it.

use crate::recorder::append;
use crate::replica::{RecordError, Replica, State};
use crate::store::StoreError;
use alongside_domain::ids::{PersonId, VisitId};
use alongside_domain::journal::body::TaskDone;
use alongside_domain::journal::{Body, Channel, Header, RecordBytes, RecordRef};

impl Replica {
    /// Keeps the answers to the tasks of a visit on this phone, in the place of those before, until its holder leaves
    /// the visit: they are no record, and nobody else sees them. Durable when it returns.
    pub fn keep_tasks(
        &self,
        person: PersonId,
        visit: VisitId,
        tasks: Vec<TaskDone>,
    ) -> Result<(), RecordError> {
        let bytes: usize = tasks.iter().map(length).sum();
        if bytes > RecordBytes::BODY_BYTES_MAX {
            return Err(RecordError::TooLong { bytes, bytes_max: RecordBytes::BODY_BYTES_MAX });
        }
        let now = self.now();
        let mut state = self.inner.reading(person)?;
        Ok(state.transact(|store, _, _| store.keep_tasks(person, visit, &tasks, now))?)
    }

    /// The answers that are kept of a visit which its holder has not left.
    pub fn kept_tasks(&self, person: PersonId, visit: VisitId) -> Result<Vec<TaskDone>, RecordError> {
        Ok(self.inner.reading(person)?.store.kept_tasks(person, visit)?)
    }
}

fn length(task: &TaskDone) -> usize {
    task.action.as_str().len() + task.not_done.as_ref().map_or(0, String::len)
}

impl State {
    /// Stores a record of care. What was begun of it is forgotten with the same commit.
    pub(crate) fn append_care(
        &mut self,
        person: PersonId,
        header: &Header,
        bytes: &RecordBytes,
        body: &Body,
    ) -> Result<RecordRef, StoreError> {
        self.transact(|store, identity, pages| {
            if let Body::VisitLeft(left) = body {
                store.forget_tasks(person, left.visit)?;
            }
            append(store, identity, pages, person, Channel::Care, header, bytes)
        })
    }
}
