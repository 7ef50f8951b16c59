//! Finds the words of others: what "she said", "the GP thinks" or "as per DN" reach over.
//!
//! What the carer says ("I told the nurse it is infected") is not reported. The words of the person or of a
//! relative reach to the end of the clause; a clinician's diagnosis reaches to the end of the sentence. Any word
//! that turns to something else ("but it is") ends both.

use super::list::WordList;
use super::text::Word;
use std::ops::Range;

/// The most words back in which the one who speaks is looked for.
const SPEAKER_WORDS_MAX: usize = 8;
/// The most words back over which a carer's "I" still is the one who says.
const CARER_WORDS_MAX: usize = 4;
/// The most words between a speaker and a colon: "Daughter on phone: ...".
const COLON_WORDS_MAX: usize = 4;
/// The most words in which a mark's words stand before "she said".
const QUOTE_WORDS_MAX: usize = 3;

/// The most words that a saying reaches over, so that a note without a full stop is still read in a moment.
const REACH_WORDS_MAX: usize = 150;

/// Whether a word is someone else's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Theirs {
    /// Leave it alone as a diagnostic word.
    pub diagnostic: bool,
    /// Leave it alone as a vague or judging word.
    pub vague: bool,
}

const BOTH: Theirs = Theirs { diagnostic: true, vague: true };

/// How someone's words are marked in a note. The order is the order in `reported` of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribution {
    /// "said": anybody but "I"; without a subject it is the person.
    Says,
    /// "thinks", "told": anybody but "I"; without a subject it is the carer.
    Thinks,
    /// "told me", "asked if": always someone else, or not a statement.
    Heard,
    /// "confirmed", "diagnosed": reaches both ways.
    Confirms,
    /// "suspects", "found": only after a clinician.
    ClinicianVerb,
    /// "as per DN".
    AsPer,
}

/// For each word of a note, whether it is someone else's.
pub(super) fn reported(list: &WordList, words: &[Word]) -> Vec<Theirs> {
    let mut reader = Reader { list, words, theirs: vec![Theirs::default(); words.len()] };
    for (at, word) in words.iter().enumerate() {
        if !word.quoted {
            reader.read_attribution(at);
            reader.read_colon(at);
        }
    }
    reader.theirs
}

struct Reader<'a> {
    list: &'a WordList,
    words: &'a [Word],
    theirs: Vec<Theirs>,
}

impl Reader<'_> {
    fn read_attribution(&mut self, at: usize) {
        let found = self.list.attributions(self.words, at).max_by_key(|(_, whole)| whole.end);
        let Some((attribution, verb)) = found else { return };
        match attribution {
            Attribution::Says if !self.by_carer(verb.start, false) => self.take_saying(verb),
            Attribution::Thinks if !self.by_carer(verb.start, true) => self.take_saying(verb),
            Attribution::Heard => self.take_saying(verb),
            Attribution::Confirms if !self.by_carer(verb.start, false) => self.take_confirmed(verb),
            Attribution::ClinicianVerb if self.after_clinician(verb.start) => {
                self.take_forward(verb.end, true)
            }
            Attribution::AsPer => self.take_as_per(verb),
            _ => {}
        }
    }

    /// Whether the carer is the one who says: "I", or nobody named when `unless_named`.
    fn by_carer(&self, verb: usize, unless_named: bool) -> bool {
        let start = self.clause_start(verb);
        for at in (start..verb).rev().take(CARER_WORDS_MAX) {
            if self.list.is_carer(&self.words[at]) {
                return true;
            }
            if !self.list.is_link(&self.words[at]) {
                let linked = self.words[verb - 1].is("and") || self.words[verb - 1].is("to");
                return linked && at + 1 < verb && self.is_carers_act(start);
            }
        }
        unless_named
    }

    /// Whether a clause begins with what the carer does: "I ...", "Rang ...".
    fn is_carers_act(&self, start: usize) -> bool {
        self.words.get(start).is_some_and(|word| self.list.is_carer(word) || self.list.is_call(word))
    }

    fn take_saying(&mut self, verb: Range<usize>) {
        if self.words[verb.start.saturating_sub(QUOTE_WORDS_MAX)..verb.start].iter().any(|word| word.quoted) {
            return;
        }
        let clinician = self.names_clinician(verb.clone());
        let start = self.clause_start(verb.start);
        let mut body = verb.end;
        while self.continues(body, verb.start) && self.list.is_object(&self.words[body]) {
            body += 1;
        }
        if self.continues(body, verb.start) {
            return self.take_forward(body, clinician);
        }
        let opens = start == 0 || self.words[start - 1].sentence != self.words[start].sentence;
        if self.leads_on(body, start, opens) {
            return self.take_forward(body, clinician);
        }
        self.mark(start..verb.start, BOTH);
        if !opens && self.list.is_speaker(&self.words[start]) {
            let before = self.clause_start(start - 1);
            self.mark(before..start, BOTH);
        }
    }

    /// Whether what is said follows the comma or colon: "GP says: UTI", "Nurse said, infected".
    fn leads_on(&self, body: usize, start: usize, opens: bool) -> bool {
        self.words.get(body).is_some_and(|next| {
            let speaker_first = opens && self.list.is_speaker(&self.words[start]);
            next.sentence == self.words[start].sentence && !next.turn && (next.after_colon || speaker_first)
        })
    }

    fn take_confirmed(&mut self, verb: Range<usize>) {
        self.mark(self.clause_start(verb.start)..verb.start, BOTH);
        self.take_forward(verb.end, true);
    }

    fn take_as_per(&mut self, whole: Range<usize>) {
        let start = self.clause_start(whole.start);
        if start == whole.start {
            return self.take_forward(whole.end, true);
        }
        self.mark(start..whole.start, BOTH);
        if self.continues(whole.end, start) {
            self.take_forward(whole.end, false);
        }
    }

    /// "Son: ...", "Hospital letter: ..."; not "Rang DN: ...".
    fn read_colon(&mut self, at: usize) {
        let start = self.clause_start(at);
        if !self.list.is_speaker(&self.words[at]) || self.is_carers_act(start) {
            return;
        }
        let after = (at + 1..self.words.len())
            .take(COLON_WORDS_MAX)
            .find(|next| self.words[*next].clause != self.words[at].clause);
        if let Some(after) = after
            && self.words[after].after_colon
        {
            self.take_forward(after, self.list.is_clinician(&self.words[at]));
        }
    }

    /// Marks from a word on to where the one who speaks stops.
    fn take_forward(&mut self, from: usize, clinician: bool) {
        if from >= self.words.len() {
            return;
        }
        let (sentence, clause) = (self.words[from].sentence, self.words[from].clause);
        let mut to = from;
        let limit = self.words.len().min(from + REACH_WORDS_MAX);
        while to < limit && self.words[to].sentence == sentence && !self.stops(from, to) {
            let near = self.words[to].clause == clause;
            if !near && !clinician {
                break;
            }
            self.mark(to..to + 1, Theirs { diagnostic: true, vague: near });
            to += 1;
        }
    }

    /// Whether the carer speaks again at this word: after a turn, after a quotation, with "and I", ", rang".
    fn stops(&self, from: usize, at: usize) -> bool {
        let word = &self.words[at];
        if at == from {
            return word.turn;
        }
        let links = word.is("and") || word.is("so") || word.is("then");
        let resumed = self.words.get(at + 1).is_some_and(|next| self.list.resumes(next));
        let begins = self.words[at - 1].clause != word.clause;
        let after_quote = self.words[at - 1].quoted && !word.quoted;
        word.turn || after_quote || (links && resumed) || (begins && self.is_carers_act(at))
    }

    /// Whether a clinician is the subject: named before the verb in its clause, and not the one who is called.
    fn after_clinician(&self, verb: usize) -> bool {
        let start = self.clause_start(verb);
        let near = start.max(verb.saturating_sub(SPEAKER_WORDS_MAX));
        let named = (near..verb).any(|at| self.list.is_clinician(&self.words[at]));
        named && !self.is_carers_act(start) && !(near..verb).any(|at| self.list.is_carer(&self.words[at]))
    }

    /// Whether a clinician is named in the sentence before the verb, or directly in it ("told by DN").
    fn names_clinician(&self, verb: Range<usize>) -> bool {
        let sentence = self.words[verb.start].sentence;
        let near = verb.start.saturating_sub(SPEAKER_WORDS_MAX)..(verb.end + 2).min(self.words.len());
        near.into_iter()
            .any(|at| self.words[at].sentence == sentence && self.list.is_clinician(&self.words[at]))
    }

    fn continues(&self, at: usize, with: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.clause == self.words[with].clause)
    }

    fn clause_start(&self, at: usize) -> usize {
        self.words[at].clause_start.max(at.saturating_sub(REACH_WORDS_MAX))
    }

    fn mark(&mut self, range: Range<usize>, theirs: Theirs) {
        for word in &mut self.theirs[range] {
            word.diagnostic |= theirs.diagnostic;
            word.vague |= theirs.vague;
        }
    }
}
