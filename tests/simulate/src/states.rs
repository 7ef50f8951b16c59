//! Interesting states that a set of runs must reach: a run that never gets into trouble proves nothing.

use std::collections::BTreeMap;

macro_rules! states {
    ($($name:ident $code:literal;)+) => {
        /// A state worth reaching.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the code beside each says what it is")]
        pub enum State {
            $($name,)+
        }

        impl State {
            /// All of them.
            pub const ALL: &[State] = &[$(State::$name,)+];

            /// What it is.
            pub fn code(self) -> &'static str {
                match self {
                    $(State::$name => $code,)+
                }
            }
        }
    };
}

states! {
    Narrowed "less is shared with a partner, and what others wrote of it has left her phone";
    Widened "more is shared with a partner again, and reaches her phone";
    EscalationRaised "an escalation is raised on a phone";
    EditHeld "an edit is held";
    EditAccepted "an edit is accepted at once";
    EditDecided "a held edit is accepted by somebody";
    EditDeclined "a held edit is declined";
    EditWithdrawn "an edit is withdrawn";
    FateAfterAccess "an author whose access has ended is shown what became of an edit";
    Conflict "people differ about a field";
    AnswerLost "an exchange gets no answer";
    ServerBusy "an answer says that the server is busy";
    NotUnderstood "an answer that is none is refused";
    ChallengeUnknown "a request is signed a second time";
    StoppedInExchange "an app ends in the middle of a sync";
    StoppedWithWaiting "an app ends while records wait";
    SavedAsItDied "an app dies while it saves";
    RefusedFull "a full phone refuses to save";
    SyncRefusedByDisk "a sync ends because of the phone's disk";
    ServerStoppedInRequest "a server ends in the middle of a request";
    ServerDown "a request finds no server";
    RequestsAtOnce "two requests are under way in one server";
    HandedInAfterEnd "a device that is no longer enrolled has handed in what it had";
    KeptApart "the server keeps records apart";
    ReleasedApart "a manager releases records that were kept apart";
    StaysApart "a manager leaves records apart";
    CameDamaged "a record comes damaged, and the others of its page whole";
    ConcernReceived "a concern reaches its recipient";
    ConcernBroughtBack "a recipient brings a concern back to a restored server";
    ConcernForgotten "a phone forgets a concern that its recipient has";
    ActRecorded "a manager records at her desk what she does about a concern";
    AcknowledgedOnPhone "a recipient acknowledges a concern on their phone";
    AccessTakenBack "access to a case is taken back";
    OfficeNoteReceived "an office note reaches somebody else in the office";
    ErasedOnPhones "what was erased was on a phone, and is gone from all of them";
    EditErased "what an edit said is erased, and its plan is made anew";
    ErasureInterrupted "a server ends while it erases";
    KeyChanged "the key of a phone's database is changed";
    DiedChangingKey "a phone dies while its key is changed";
    KeptUnread "a phone keeps records that its version cannot read";
    ReadAfterUpdate "an app that was updated reads what it kept unread";
    TimesCorrected "the server corrects the times of records";
    ReceivedLate "the server notes that records came in late";
    ConfirmedAfterRestart "records are receipted that were saved before the app died";
}

/// How often each was reached.
#[derive(Debug, Clone, Default)]
pub struct States(BTreeMap<State, u64>);

impl States {
    /// It is reached.
    pub fn reach(&mut self, state: State) {
        *self.0.entry(state).or_default() += 1;
    }

    /// How often each was reached.
    pub fn counts(&self) -> &BTreeMap<State, u64> {
        &self.0
    }
}
