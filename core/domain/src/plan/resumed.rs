//! After a restore the store decides anew about a plan, with what devices have brought by then. A device that comes home
//! later may hold, and bring, what the store had written before: it counts no more, here and there.

use crate::ids::AuthorId;
use crate::journal::body::{KnownRun, PlanResumed};
use crate::journal::{Body, Channel, Entry};

/// Leaves out those of the store's records about a plan that came too late for its last decision to go on.
pub fn leave_out_late(entries: &mut Vec<Entry>, store: AuthorId) {
    let resumed =
        entries.iter().filter(|entry| is_of_store(entry, store)).filter_map(|entry| match &entry.body {
            Body::PlanResumed(resumed) => Some((entry.effective, entry.id, resumed)),
            _ => None,
        });
    let Some((_, id, resumed)) = resumed.max_by_key(|(at, id, _)| (*at, *id)) else { return };
    let (epoch, resumed) = (id.epoch, resumed.clone());
    entries.retain(|entry| !is_of_store(entry, store) || entry.id.epoch == epoch || resumed.has(entry));
}

impl PlanResumed {
    /// What the store says when it goes on with what is here.
    pub fn with(entries: &[Entry], store: AuthorId) -> PlanResumed {
        let own = entries.iter().filter(|entry| is_of_store(entry, store));
        let mut ids: Vec<_> = own.map(|entry| (entry.id.epoch, entry.id.number)).collect();
        ids.sort_unstable();
        let mut known: Vec<KnownRun> = Vec::new();
        for (epoch, number) in ids {
            match known.last_mut() {
                Some(run) if run.epoch == epoch && number <= run.last + 1 => run.last = number,
                _ => known.push(KnownRun { epoch, first: number, last: number }),
            }
        }
        PlanResumed { known }
    }

    fn has(&self, entry: &Entry) -> bool {
        let is_in = |run: &KnownRun| (run.first..=run.last).contains(&entry.id.number);
        self.known.iter().any(|run| run.epoch == entry.id.epoch && is_in(run))
    }
}

/// Whether the store wrote it about the plan.
fn is_of_store(entry: &Entry, store: AuthorId) -> bool {
    let is_about_the_plan = matches!(
        entry.body,
        Body::Fate(_) | Body::PlanChange(_) | Body::PlanRootPart(_) | Body::PlanResumed(_)
    );
    entry.id.author == store && entry.id.channel == Channel::Care && is_about_the_plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Epoch, StaffId};
    use crate::journal::body::{Fate, FateOutcome};
    use crate::journal::{Category, Header, PlanSeen, RecordRef};
    use crate::time::Moment;

    const STORE: AuthorId = AuthorId([9; 16]);

    fn entry(author: AuthorId, epoch: u8, number: u64, at: i64, body: Body) -> Entry {
        let (id, at) =
            (RecordRef { author, epoch: Epoch([epoch; 8]), number, channel: Channel::Care }, Moment(at));
        let header = Header {
            kind: body.kind(),
            category: Category::PLAN,
            recorded: at,
            observed: None,
            by: StaffId(author.0),
            plan_seen: PlanSeen::default(),
            clock_off_ms: None,
            counted: None,
        };
        Entry { id, effective: at, observed: at, header, body }
    }

    fn fate(epoch: u8, number: u64) -> Entry {
        let edit =
            RecordRef { author: AuthorId([1; 16]), epoch: Epoch([1; 8]), number, channel: Channel::Care };
        entry(STORE, epoch, number, 1, Body::Fate(Fate { edit, outcome: FateOutcome::Withdrawn, by: None }))
    }

    fn resumed(epoch: u8, at: i64, here: &[Entry]) -> Entry {
        entry(STORE, epoch, 1, at, Body::PlanResumed(PlanResumed::with(here, STORE)))
    }

    fn counting(mut entries: Vec<Entry>) -> Vec<(u8, u64)> {
        leave_out_late(&mut entries, STORE);
        entries.iter().map(|entry| (entry.id.epoch.0[0], entry.id.number)).collect()
    }

    #[test]
    fn what_was_not_here_when_the_store_went_on_counts_no_more() {
        let here = vec![fate(1, 1), fate(1, 2), fate(1, 5)];
        let resumed = resumed(2, 10, &here);
        let all = [here, vec![fate(1, 3), fate(1, 6), resumed, fate(2, 2)]].concat();
        assert_eq!(counting(all), [(1, 1), (1, 2), (1, 5), (2, 1), (2, 2)]);
    }

    #[test]
    fn of_two_restores_the_later_says_what_counts() {
        let first = resumed(2, 10, &[fate(1, 1)]);
        let second = resumed(3, 20, &[fate(1, 1), fate(1, 2)]);
        let all = vec![fate(1, 1), fate(1, 2), first, fate(2, 2), second, fate(3, 2)];
        assert_eq!(counting(all), [(1, 1), (1, 2), (3, 1), (3, 2)]);
    }

    #[test]
    fn records_of_others_and_a_store_that_was_never_restored_are_left_alone() {
        assert_eq!(counting(vec![fate(1, 1), fate(2, 1)]), [(1, 1), (2, 1)]);
        let other = AuthorId([2; 16]);
        let claims = entry(other, 4, 1, 30, Body::PlanResumed(PlanResumed { known: vec![] }));
        assert_eq!(counting(vec![fate(1, 1), claims]), [(1, 1), (4, 1)]);
    }
}
