//! What becomes of the plan edits, decisions and withdrawals of one page: the store's records that follow.
//!
//! An edit is applied, or held once for a named role; and it gets exactly one final fate. Nothing is refused in
//! silence. The phone runs the same code on a copy, to show what the store will do.

use super::added::check_added_at;
use super::apply::{EditToApply, InvalidCommand, NotApplied, StartsAt};
use super::document::PlanDocument;
use super::states::{EditState, EditStates, KnownFate, MadeEdit, OwnEdit};
use super::subject::subjects;
use crate::access::{Action, Author, Subject, Verdict, decides, may};
use crate::care::catalogue::Catalogue;
use crate::care::fields::check_field_with;
use crate::ids::StaffId;
use crate::journal::body::{EditDecision, Fate, FateOutcome, HeldWhy, PlanChange, Role};
use crate::journal::{Body, Entry, PlanSeen, RecordRef};
use crate::time::Moment;
use std::collections::BTreeSet;

/// What follows from a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decided {
    /// The store's records, in order.
    pub records: Vec<Body>,
    /// The decisions and withdrawals that change nothing, and why. Their records are kept all the same.
    pub without_effect: Vec<(RecordRef, NoEffect)>,
}

/// Why a decision or withdrawal changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoEffect {
    /// No such edit waits for a decision here.
    #[error("no such edit waits for a decision")]
    NotHeld,
    /// The edit has its final fate.
    #[error("the edit is settled already")]
    Settled,
    /// Its author may not decide it, or did not make it.
    #[error("not theirs to decide")]
    MayNot,
    /// The edit builds on another that is still held: decide that one first.
    #[error("the edit that it builds on is still held")]
    EarlierEditHeld,
    /// The edit fits neither the plan that it starts from nor the rules of its fields: decline it.
    #[error("the edit does not fit the plan")]
    DoesNotFit,
}

/// Decides about the entries of a page, in their order, and applies what is accepted.
///
/// `document` and `states` are those of the person before the page; after it, they hold what follows. When the
/// store's transaction fails, throw both away. What is set is judged by `catalogue`. `who` gives the role and relationship of a member of staff with
/// the person. `next_version` is the first version that may be given. Entries that are decided already, and those of other kinds, change nothing.
pub fn plan_fates(
    states: &mut EditStates,
    document: &mut PlanDocument,
    page: &[Entry],
    catalogue: &Catalogue,
    who: &dyn Fn(StaffId) -> Author,
    next_version: u64,
) -> Decided {
    // An edit that was withdrawn in the same page never takes effect.
    page.iter().for_each(|entry| states.add(entry));
    let mut deciding =
        Deciding { states, document, catalogue, who, next_version, decided: Decided::default() };
    page.iter().for_each(|entry| deciding.entry(entry));
    deciding.decided
}

/// Applies again what was accepted and is not in the plan, in the order of its versions: after a restore a change may be
/// lost, or erased together with the history that it stood on, whose fate somebody has brought back. Edits that do not
/// fit any more stay out of the plan. The changes; no edit gets another fate.
pub fn accepted_again(
    states: &EditStates,
    document: &mut PlanDocument,
    catalogue: &Catalogue,
    next_version: u64,
) -> Vec<PlanChange> {
    let mut lost: Vec<(u64, RecordRef, &MadeEdit)> = states
        .edits()
        .filter(|(edit, _)| document.version_of(edit).is_none())
        .filter_map(|(edit, record)| match record.state() {
            EditState::Settled(FateOutcome::Accepted { version }) => {
                Some((*version, *edit, record.made.as_ref()?))
            }
            _ => None,
        })
        .collect();
    lost.sort_by_key(|(version, edit, _)| (*version, *edit));
    let fits = |section, field: &str, value: &_| check_field_with(catalogue, section, field, value).is_ok();
    let mut changes = Vec::new();
    for (_, id, made) in lost {
        let PlanSeen { version, own_edit } = made.edit.base;
        let base = StartsAt::Base { version, own: own_edit.map(|own| own.named_by(id)) };
        let starts_at = document.heads_of(base).map_or(StartsAt::Latest, |_| base);
        let edit = EditToApply { id, author: made.author, at: made.at, starts_at, edit: &made.edit };
        changes.extend(document.apply_edit(&edit, next_version + changes.len() as u64, &fits).ok());
    }
    changes
}

struct Deciding<'a> {
    states: &'a mut EditStates,
    document: &'a mut PlanDocument,
    catalogue: &'a Catalogue,
    who: &'a dyn Fn(StaffId) -> Author,
    next_version: u64,
    decided: Decided,
}

impl Deciding<'_> {
    fn entry(&mut self, entry: &Entry) {
        let no_effect = match &entry.body {
            Body::PlanEdit(_) => {
                self.edit(entry.id);
                None
            }
            Body::EditDecision(decision) => self.decision(entry, decision).err(),
            Body::EditWithdrawal(withdrawal) => self.withdrawal(entry, withdrawal.edit).err(),
            _ => None,
        };
        self.decided.without_effect.extend(no_effect.map(|why| (entry.id, why)));
    }

    fn edit(&mut self, id: RecordRef) {
        let Some(record) = self.states.edit(&id) else { return };
        let Some(made) = record.made.clone() else { return };
        if record.state() != EditState::Unsettled {
            return;
        }
        if record.is_withdrawn() {
            return self.tell(id, FateOutcome::Withdrawn, Some(made.author), made.at);
        }
        let starts_at = self.starts_at(id, made.edit.base);
        let subjects = self.subjects(id, &made, starts_at);
        if let Some(role) = self.proposal_for(&made, &subjects) {
            return self.hold(id, role, HeldWhy::MayNot, made.at);
        }
        let applied = starts_at.and_then(|starts_at| self.apply(id, &made, starts_at, None));
        if let Some(why) = applied.err().and_then(|error| error.held_why()) {
            let role = subjects.first().map_or(Role::Supervisor, decides);
            self.hold(id, role, why, made.at);
        }
    }

    fn decision(&mut self, entry: &Entry, decision: &EditDecision) -> Result<(), NoEffect> {
        let id = decision.edit;
        let made = self.waiting(id)?;
        let starts_at = self.starts_at(id, made.edit.base);
        let subjects = self.subjects(id, &made, starts_at);
        if !self.may_decide(entry.header.by, &made, &subjects, decision.accept) {
            return Err(NoEffect::MayNot);
        }
        if !decision.accept {
            let declined = FateOutcome::Declined { reason: decision.reason.clone() };
            self.tell(id, declined, Some(entry.header.by), entry.effective);
            return Ok(());
        }
        let starts_at = match starts_at {
            Err(NotApplied::BaseHeld) => return Err(NoEffect::EarlierEditHeld),
            // Whoever decides has read the commands and takes them over onto the plan as it is now.
            Err(_) => StartsAt::Latest,
            Ok(starts_at) => starts_at,
        };
        self.apply(id, &made, starts_at, Some(entry.header.by)).map_err(|_| NoEffect::DoesNotFit)
    }

    fn withdrawal(&mut self, entry: &Entry, id: RecordRef) -> Result<(), NoEffect> {
        let Some(record) = self.states.edit(&id) else { return Err(NoEffect::NotHeld) };
        // Without the edit it waits for it: the edit is then withdrawn as it arrives.
        let Some(made) = &record.made else { return Ok(()) };
        if made.author != entry.header.by {
            return Err(NoEffect::MayNot);
        }
        match record.state() {
            EditState::Settled(FateOutcome::Withdrawn) | EditState::Unsettled => Ok(()),
            EditState::Settled(_) => Err(NoEffect::Settled),
            EditState::Held { .. } => {
                self.tell(id, FateOutcome::Withdrawn, Some(entry.header.by), entry.effective);
                Ok(())
            }
        }
    }

    /// The edit, if it waits for a decision.
    fn waiting(&self, id: RecordRef) -> Result<MadeEdit, NoEffect> {
        let record = self.states.edit(&id).ok_or(NoEffect::NotHeld)?;
        match record.state() {
            EditState::Settled(_) => Err(NoEffect::Settled),
            EditState::Unsettled => Err(NoEffect::NotHeld),
            EditState::Held { .. } => record.made.clone().ok_or(NoEffect::NotHeld),
        }
    }

    /// Where an edit starts. An earlier edit of the author's own that was declined or withdrawn is left out, as if
    /// it had never been; one that was taken over onto a plan which its author had not seen is no base for more.
    fn starts_at(&self, id: RecordRef, base: PlanSeen) -> Result<StartsAt, NotApplied> {
        let own_edit = |base: PlanSeen| base.own_edit.map(|own| own.named_by(id));
        let (mut own, mut passed) = (own_edit(base), BTreeSet::from([id]));
        while let Some(earlier) = own {
            if !passed.insert(earlier) {
                return Err(NotApplied::BaseMissing);
            }
            match self.states.own_edit(&earlier) {
                OwnEdit::Missing => return Err(NotApplied::BaseMissing),
                OwnEdit::Held => return Err(NotApplied::BaseHeld),
                OwnEdit::Dropped(base) => own = own_edit(base),
                OwnEdit::InPlan(seen) if self.document.base_of(&earlier) != Some(seen.version) => {
                    return Err(NotApplied::BaseMissing);
                }
                OwnEdit::InPlan(_) => break,
            }
        }
        let starts_at = StartsAt::Base { version: base.version, own };
        self.document.heads_of(starts_at).map(|_| starts_at)
    }

    /// What each command touches, as the plan stood where the edit starts; where that is not there, as it is now.
    fn subjects<'m>(
        &self,
        id: RecordRef,
        made: &'m MadeEdit,
        starts_at: Result<StartsAt, NotApplied>,
    ) -> Vec<Subject<'m>> {
        let starts_at = starts_at.unwrap_or(StartsAt::Latest);
        subjects(self.document, id, made, starts_at)
    }

    /// The role that decides, when the author may only propose this.
    fn proposal_for(&self, made: &MadeEdit, subjects: &[Subject<'_>]) -> Option<Role> {
        let author = (self.who)(made.author);
        subjects.iter().find_map(|subject| match may(&author, &Action::Edit(subject.clone())) {
            Verdict::Yes => None,
            Verdict::ProposalFor(role) => Some(role),
            Verdict::No => Some(decides(subject)),
        })
    }

    /// To decline, one command must be theirs to decide; to accept, also every command that its author may not do.
    fn may_decide(&self, by: StaffId, made: &MadeEdit, subjects: &[Subject<'_>], accept: bool) -> bool {
        let (decider, author) = ((self.who)(by), (self.who)(made.author));
        let theirs = |subject: &Subject<'_>| may(&decider, &Action::Decide(subject.clone())) == Verdict::Yes;
        let authors = |subject: &Subject<'_>| may(&author, &Action::Edit(subject.clone())) == Verdict::Yes;
        let all = !accept || subjects.iter().all(|subject| theirs(subject) || authors(subject));
        all && subjects.iter().any(theirs)
    }

    fn apply(
        &mut self,
        id: RecordRef,
        made: &MadeEdit,
        starts_at: StartsAt,
        by: Option<StaffId>,
    ) -> Result<(), NotApplied> {
        let edit = EditToApply { id, author: made.author, at: made.at, starts_at, edit: &made.edit };
        let version = self.next_version;
        self.check_added(&edit)?;
        let fits =
            |section, field: &str, value: &_| check_field_with(self.catalogue, section, field, value).is_ok();
        let change = self.document.apply_edit(&edit, version, &fits)?;
        self.next_version += 1;
        self.decided.records.push(Body::PlanChange(change));
        self.tell(id, FateOutcome::Accepted { version }, by, made.at);
        Ok(())
    }

    /// What stands in the plan already is not judged again, so that what was accepted stays.
    fn check_added(&self, edit: &EditToApply<'_>) -> Result<(), NotApplied> {
        if self.document.version_of(&edit.id).is_some() {
            return Ok(());
        }
        let (_, heads) = self.document.heads_of(edit.starts_at)?;
        check_added_at(self.catalogue, self.document, &heads, &edit.edit.commands)
            .map_err(|lacking| NotApplied::Command { index: lacking.index, why: InvalidCommand::Incomplete })
    }

    fn hold(&mut self, id: RecordRef, role: Role, why: HeldWhy, at: Moment) {
        self.tell(id, FateOutcome::Held { role, why }, None, at);
    }

    fn tell(&mut self, edit: RecordRef, outcome: FateOutcome, by: Option<StaffId>, at: Moment) {
        let fate = Fate { edit, outcome, by };
        self.states.settle(KnownFate { record: None, at, fate: fate.clone() });
        self.decided.records.push(Body::Fate(fate));
    }
}
