//! Each rule of the check by name: what is flagged, and what is left alone.

use alongside_domain::care::words::{Part, WordList, WordListError, check};

fn flagged<'a>(note: &'a str, known: &[&str]) -> Vec<&'a str> {
    check(note, known).into_iter().map(|finding| &note[finding.range]).collect()
}

fn asks(cases: &[(&str, &[&str])]) {
    for (note, expected) in cases {
        assert_eq!(flagged(note, &[]), *expected, "{note}");
    }
}

fn leaves_alone(notes: &[&str]) {
    for note in notes {
        assert_eq!(flagged(note, &[]), [""; 0], "{note}");
    }
}

#[test]
fn every_row_of_the_list_is_caught_in_its_forms_and_common_misspellings() {
    let cases = [
        ("infection", "infected, infction, Sepsis, septic, abscess"),
        ("pressure_sore", "grade 2, stage three, cat 3 PU, pressure ulcer, bed-sores, bedsore"),
        ("wound_state", "healing nicely, sloughy, necrosis, necrotic"),
        ("inflammation", "cellulitis, celulitis, inflamed, inflammed"),
        ("uti", "UTI, U.T.I., water infection, urine infection, bladder infection"),
        ("dehydration", "dehydrated, dehydration, dehidrated"),
        ("malnutrition", "malnourished, malnutrition, under nourished"),
        ("constipation", "constipated, constapated, constipation"),
        ("chest_infection", "chest infection, pneumonia, pnuemonia, chest inf"),
        ("stroke", "stroke, mini-stroke, TIA, CVA"),
        ("seizure", "seizure, siezure, had a fit, 2 fits, convulsions"),
        ("heart", "heart attack, angina"),
        ("clot_swelling", "DVT, oedema, odema, blood clot"),
        ("allergy", "allergic, alergic reaction, anaphylaxis"),
        ("fracture", "fractured, fracture, sprained"),
        ("broken_bone", "broken hip, broke his leg"),
        ("concussion", "concussed, concussion"),
        ("skin_disease", "thrush, scabies, shingles"),
        ("mental_state", "depressed, anxiety, anxious, psychotic, paranoid"),
        ("dementia_delirium", "dementia, delirium, delerium"),
        ("other_illness", "flu, jaundiced, a hypo"),
        ("intoxication", "drunk, intoxicated"),
        ("overdose", "overdose, overdosed"),
        ("capacity", "lacks capacity, lacks mental capacity, no capacity, doesn't have capacity"),
        ("aggressive", "aggressive, agression, agitated, challenging, violent"),
        (
            "difficult",
            "non-compliant, noncompliant, refused care, refusing all personal care, difficult, uncooperative",
        ),
        ("abuse_neglect", "abused, neglected, stolen, scammed, theft"),
        ("unkempt", "unkempt, unkept, filthy, hoarder, hoarding, dishevelled"),
        ("fine_ok", "fine, OK, okay, o.k., settled, usual self, good day, all well, alright"),
        ("appears_probably", "seems, seemed, appears, probably, prob, presumably"),
    ];
    for (code, forms) in cases {
        for form in forms.split(", ") {
            let found = check(form, &[]);
            assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [code], "{form}");
        }
    }
    assert_eq!(cases.map(|(code, _)| code).to_vec(), codes());
}

fn codes() -> Vec<&'static str> {
    WordList::built_in().entries.iter().map(|entry| entry.code.as_str()).collect()
}

#[test]
fn a_finding_has_its_place_its_part_and_its_offer() {
    let found = check("Wee smells. UTI.", &[]);
    assert_eq!((found.len(), &found[0].range, found[0].part), (1, &(12..15), Part::Diagnostic));
    assert_eq!(found[0].offer.kind.as_deref(), Some("bladder"));
    assert!(found[0].offer.text.contains("burning"));
}

#[test]
fn a_negation_still_asks_what_was_looked_at() {
    asks(&[
        ("No sign of infection.", &["infection"]),
        ("Not constipated", &["constipated"]),
        ("never aggressive", &["aggressive"]),
        ("not her usual self", &["usual self"]),
    ]);
}

#[test]
fn words_in_quotation_marks_are_left_alone() {
    leaves_alone(&[
        r#"He said "I'm fine, it's infected"."#,
        "“she is depressed”",
        "'I had a stroke' he said",
        "„infected“ and »settled«",
        "said “I am fine",
    ]);
    asks(&[(r#""I'm ok" she said. Settled"#, &["Settled"]), (r#"said "no. Later agitated"#, &["agitated"])]);
}

#[test]
fn what_the_person_or_a_relative_says_is_left_alone_to_the_end_of_the_clause() {
    leaves_alone(&[
        "She told me she feels anxious",
        "said ok and drank it",
        "Wife said he was aggressive last night",
        "son thinks she has a UTI",
        "c/o constipation",
        "constipated, she says",
        "Daughter: mum is depressed",
        "She asked if it was infected",
    ]);
    asks(&[
        ("She told me about her day, settled", &["settled"]),
        ("said she was ok but seems dehydrated", &["seems", "dehydrated"]),
        ("she said no and became aggressive", &["aggressive"]),
        ("Son said she ate lunch. Settled on leaving", &["Settled"]),
        (r#"She said "no" then infected leg seen"#, &["infected"]),
    ]);
}

#[test]
fn what_the_carer_says_is_not_someone_elses() {
    asks(&[
        ("I told nurse Beth the toe is infected", &["infected"]),
        ("Rang 111 and said she has had a stroke", &["stroke"]),
        ("Rang DN: leg infected", &["infected"]),
        ("told DN leg infected", &["infected"]),
        ("I think she has a UTI", &["UTI"]),
        ("thinking it's cellulitis", &["cellulitis"]),
    ]);
}

#[test]
fn a_clinicians_words_are_left_alone_to_the_end_of_the_sentence() {
    leaves_alone(&[
        "nurse Beth told us it is infected",
        "As per DN, grade 2 on sacrum",
        "wound infected as per DN",
        "GP says UTI, chest infection, and dehydrated",
        "Dr Khan thinks it is cellulitis",
        "Chest infection confirmed by Dr Osei",
        "the hospital letter says fracture of the hip",
        "Discharge letter: pneumonia",
        "paramedics said TIA",
        "Rang GP who thinks UTI",
        "TVN came. She says it is sloughy but healing well",
        "GP suspects cellulitis",
        "has a UTI according to GP",
    ]);
    asks(&[
        ("Nurse visited. Wound infected", &["infected"]),
        ("plan says grade 2, but it's a grade 3 now", &["grade 3"]),
        ("GP says shingles. I think infected also", &["infected"]),
        ("The nurse is coming to look at infected toe", &["infected"]),
    ]);
}

#[test]
fn a_diagnosis_of_the_plan_is_left_alone_until_it_is_new_or_worse() {
    let cases: [(&str, &[&str], &[&str]); 10] = [
        ("has dementia so I showed both cups", &["dementia"], &[]),
        ("day 3 of antibiotics for UTI", &["Urinary tract infection"], &[]),
        ("her dementia is getting worse", &["dementia"], &["dementia is getting worse"]),
        ("cellulitis is back", &["cellulitis"], &["cellulitis is back"]),
        ("she's had another stroke", &["stroke"], &["another stroke"]),
        ("grade 2 pressure sore: dressing dry", &["grade 2 pressure sore"], &[]),
        ("it's a grade 3 now", &["grade 2 pressure sore"], &["grade 3"]),
        ("infected toe", &["infected elbow"], &["infected"]),
        ("constipated", &["dementia"], &["constipated"]),
        ("had a fit", &["epilepsy"], &[]),
    ];
    for (note, known, expected) in cases {
        assert_eq!(flagged(note, known), expected, "{note}");
    }
}

#[test]
fn everyday_meanings_of_diagnostic_words_are_left_alone() {
    leaves_alone(&[
        "infection control gloves worn",
        "infectious laugh",
        "septic tank emptied",
        "Stroke Association leaflet",
        "a stroke of luck",
        "strokes the cat",
        "fit for the day centre",
        "new trousers fit, belt looser",
        "engineer fitted a new alarm",
        "coughing fit after tea",
        "tea drunk 150ml",
        "has drunk all her squash",
        "The cup is broken, hip not hurt",
        "broke her glasses and hurt her hand",
        "skin on heel not broken",
        "roofer here about the shingles on the porch",
        "thrush singing in the garden",
        "depressed the button on the chair",
        "anxious to get home",
        "Anti-inflammatory gel on knee",
        "dementia cafe",
        "flu jab",
        "mouth ulcer 3mm",
        "bladder capacity",
        "stage 2 thickener",
    ]);
}

#[test]
fn everyday_meanings_of_vague_words_are_left_alone() {
    leaves_alone(&[
        "settled the milk bill",
        "fine red rash",
        "parking fine",
        "said good morning to her",
        "stable door",
        "as soon as possible",
        "appeared at the door",
        "rash appeared overnight",
        "difficult to hear",
        "finds the stairs difficult",
        "neglected to lock the door",
        "scam awareness leaflet",
        "compliance aid filled",
        "challenging puzzle done",
    ]);
}

#[test]
fn to_refuse_one_thing_is_a_fact_and_to_refuse_care_is_a_judgement() {
    leaves_alone(&["refused lunch", "refused her tablets", "refused help with socks", "declined shower"]);
    asks(&[
        ("refused care", &["refused care"]),
        ("Refused all personal care AM", &["Refused all personal care"]),
        ("refused all help", &["refused all help"]),
    ]);
}

#[test]
fn plain_facts_and_words_that_only_look_alike_are_left_alone() {
    leaves_alone(&[
        "confused about the day",
        "tearful, bruise on arm, difficulty swallowing",
        "injected insulin",
        "mattress inflated",
        "outfit and benefit letter",
        "okra for tea",
        "she looks tired I think",
    ]);
}

#[test]
fn punctuation_hyphens_and_capitals_do_not_hide_a_word() {
    asks(&[
        ("?UTI", &["UTI"]),
        ("*INFECTED*", &["INFECTED"]),
        ("(dehydrated)", &["dehydrated"]),
        ("non - compliant", &["compliant"]),
        ("Bed-Sore", &["Bed-Sore"]),
        ("pressure ulcer, stage 2", &["pressure ulcer, stage 2"]),
        ("she’s dehydrated", &["dehydrated"]),
    ]);
}

const SMALL: &str = r#"{"version":1,"real_words":[],"lists":{"drinks":["tea"]},
    "around":{"thing_after":[],"worse_after":[],"worse_before":[],"body":[]},
    "reported":{"says":[],"thinks":[],"heard":[],"confirms":[],"clinician_verbs":[],"as_per":[],"carer":[],
    "clinician":[],"speaker":[],"object":[],"call":[],"link":[],"resumes":[]},
    "entries":[{"code":"drunk","part":"diagnostic","offer":{"text":"the smell"},"caught":["drunk"],
    "unless":["@drinks drunk"]},{"code":"fine","part":"vague","offer":{"text":"what was eaten"},"caught":["fine"]}]}"#;

#[test]
fn another_list_is_used_in_the_same_way() {
    let list = WordList::load(SMALL).expect("a list");
    let note = "Tea drunk. Drunk again.";
    let found: Vec<&str> = list.check(note, &[]).into_iter().map(|finding| &note[finding.range]).collect();
    assert_eq!(found, ["Drunk"]);
}

#[test]
fn a_list_with_a_fault_is_refused_with_the_place_and_the_reason() {
    let cases = [
        (r#""code":"fine""#, r#""code":"drunk""#, "entries.drunk: the code is there twice"),
        (
            r#""code":"fine""#,
            r#""code":"Fine""#,
            "entries.Fine: a code has 1 to 40 characters of a to z, digits and _",
        ),
        (r#""caught":["fine"]"#, r#""caught":[]"#, "entries.fine.caught: must not be empty"),
        (r#""caught":["fine"]"#, r#""caught":[" "]"#, "entries.fine.caught: must not be empty"),
        (r#""text":"the smell""#, r#""text":" ""#, "entries.drunk.offer: must not be empty"),
        ("@drinks", "@foods", r#"entries.drunk.unless: "@foods drunk": the list foods is not declared"#),
    ];
    for (from, to, reason) in cases {
        let error = WordList::load(&SMALL.replacen(from, to, 1)).expect_err(to);
        assert_eq!(error.to_string(), reason);
    }
    let error = WordList::load(&SMALL.replacen("vague", "dull", 1));
    assert!(matches!(error, Err(WordListError::Unreadable { line: 6, .. })), "{error:?}");
}

#[test]
fn what_is_offered_can_be_recorded() {
    let catalogue = alongside_domain::care::catalogue::Catalogue::built_in();
    for entry in &WordList::built_in().entries {
        let kind = entry.offer.kind.as_deref();
        assert!(kind.is_none_or(|kind| catalogue.kind(kind).is_some()), "{}: {kind:?}", entry.code);
    }
}
