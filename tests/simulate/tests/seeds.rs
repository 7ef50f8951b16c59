//! Seeds that once found something, and what must hold of any seed.

use alongside_simulate::place::Place;
use alongside_simulate::run::{Options, run};

/// Each seed with what it found.
const SEEDS: &[(u64, &str)] = &[
    (0, "the store stayed closed for ever when it could not open again on a full disk"),
    (25, "the same, in another place"),
    (239, "an access list of before a restore stayed, since its version came again"),
    (474, "a phone forgot a person before a restored server had what it held of them"),
    (1915, "a phone was told that a backup holds what it had, of a restore that it had not heard of"),
    (489, "the only record about somebody whom a phone had forgotten went with an erased record of its page"),
    (2315, "a phone went on to show people when its enrolment ended while the server worked on its request"),
    (
        992,
        "a plan could not be shown any more when the wait for the phone that knew one of its versions was ended",
    ),
    (7810, "a phone that had left and had no cursors never heard of a restore, and forgot what only it had"),
    (17457, "the same, where an answer was cut"),
    (5709, "an edit that came while a restored store decided anew got no fate"),
    (5891, "an erasure that had failed was not tried again when the request that tried it was let go"),
    (11432, "the same, with a phone that was put back"),
    (14653, "the database kept a copy of an erased record where it had moved a row from one page to another"),
    (6201, "a root that a restore had lost came back after an edit that it says was erased"),
    (14291, "a fault that lay in wait for one server was forgotten when the other died"),
    (11596, "a gap in what a restored server had been brought so far was taken for a loss"),
    (18457, "the same, where an erased record keeps a page from being sent as it was cut"),
    (9469, "the same on a phone that had gone on in a new file and was not told yet what it had lost"),
    (4905, "that a concern was on a server alone that was put back was found out too late to be excused"),
    (8821, "the same"),
    (11903, "the same, of a stolen phone"),
    (15703, "the same, where its recipient had left"),
    (
        2343,
        "a fate of before a restore counted as said since where access ended with the news of the restore",
    ),
    (4525, "the same"),
    (
        8098,
        "what a phone had forgotten with access was missed before the sync that brings it again had ended",
    ),
    (
        5071,
        "a page that was changed on a copy of a phone was not made again, where the other had gone on in its stream",
    ),
    (7104, "the same"),
    (3777, "what a stolen phone forgot by an answer of before a restore was awaited from it"),
    (
        4967,
        "a bit of a record changed in a page that had lost its name, and the phone held records of nobody",
    ),
    (
        8356,
        "that an edit has no fate which a manager leaves apart, since access to its person was lost with a restore, was \
         taken for a broken promise",
    ),
    (2638, "the same"),
    (6793, "the same"),
    (17393, "the same"),
    (18505, "the same"),
    (8241, "an edit that came damaged, and whole from a copy of its phone, got no fate"),
    (
        2795,
        "a damaged record that was put back into a page that others had brought came without what opens it, and no \
         reader took the answer any more",
    ),
    (
        15510,
        "what a stolen phone had handed in before, and others had been given, was kept apart when it handed it in \
         again to a restored server before they did",
    ),
    (
        71,
        "a phone that took in an answer of before a restore was held to have heard of that, and what it kept for seven \
         days was missed",
    ),
    (
        10104,
        "what a phone had forgotten was missed where access came back while the answer that ended it was on its way",
    ),
    (
        17964,
        "what a phone kept no longer was missed there before others had brought it back to a restored server",
    ),
    (
        2103,
        "what a recipient had acknowledged on her phone was refused as she brought it back to a restored server",
    ),
    (4831, "a recipient's own concern was refused as she brought it back to a restored server"),
    (15237, "a page that went with its digests was refused for ever once one more bit of it had changed"),
    (75, "what was saved was saved once more when its phone met damage in what it read after that"),
    (6517, "what the database had left of a longer word, its end overwritten, was taken for the erased one"),
    (
        18971,
        "an erased record came again, under a new name, from a damaged phone whose receipt had been lost",
    ),
    (
        11409,
        "an erased edit was taken over again where its author, who had not heard of the order, handed it in to a restored \
         server",
    ),
    (1945, "an edit was saved once more when its phone met damage in the plan that was shown with it"),
];

#[test]
fn what_a_seed_once_found_stays_mended_and_the_same_seed_runs_alike() {
    let place = Place::new().expect("a folder");
    for (seed, found) in SEEDS {
        let told = run(&place, *seed, &Options::default());
        assert!(told.breaches.is_empty(), "{found}: {:?}", told.breaches);
        assert_eq!(run(&place, *seed, &Options::default()).digest, told.digest);
    }
}

#[test]
fn a_class_of_faults_that_never_struck_has_changed_nothing() {
    let place = Place::new().expect("a folder");
    // On phones of these, a record had come to harm that no version can read.
    for seed in [13_250, 13_450, 18_457] {
        let told = run(&place, seed, &Options::default());
        assert!(told.breaches.is_empty(), "{:?}", told.breaches);
        let unstruck = told.changed.keys().find(|class| !told.injected.contains_key(*class));
        assert_eq!(unstruck, None, "seed {seed}");
    }
}
