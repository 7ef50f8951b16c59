//! Words that point to a concern. Whatever is written into the plan is read by everybody in the home's care, perhaps over
//! somebody's shoulder: an instruction that is made because of a concern says what to do, and never why.
//!
//! A check that warns and never blocks. The list is a default: the provider's safeguarding lead must agree it.

/// Beginnings of words, in small letters: each stands for all words that begin so.
const BEGINNINGS: &[&str] = &[
    "abus",
    "allegation",
    "alleged",
    "assault",
    "bruise",
    "coerc",
    "cqc",
    "disclos",
    "exploit",
    "harass",
    "hurt",
    "implicat",
    "investigat",
    "molest",
    "neglect",
    "perpetrat",
    "police",
    "safeguard",
    "scam",
    "stole",
    "steal",
    "suspect",
    "suspici",
    "theft",
    "threat",
    "victim",
    "violen",
    "witness",
];

/// Several words that say so together.
const PHRASES: &[&str] = &[
    "section 42",
    "s42",
    "cause for concern",
    "a concern",
    "the concern",
    "concerns about",
    "at risk from",
    "afraid of",
];

/// The words of a text that point to a concern, as they stand there, each once.
pub fn pointing_words(text: &str) -> Vec<String> {
    let small = text.to_lowercase();
    let words = small.split(|character: char| !character.is_alphanumeric());
    let one = words.filter(|word| BEGINNINGS.iter().any(|beginning| word.starts_with(beginning)));
    let joined: Vec<&str> = small.split(|character: char| !character.is_alphanumeric()).collect();
    let spaced = format!(" {} ", joined.join(" "));
    let several = PHRASES.iter().filter(|phrase| spaced.contains(&format!(" {phrase} "))).copied();
    let mut found: Vec<String> = Vec::new();
    for word in one.chain(several) {
        if !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_names_a_concern_is_found_in_its_forms() {
        for (text, found) in [
            ("Two carers because of the safeguarding concern", vec!["safeguarding"]),
            ("Son is SUSPECTED of stealing", vec!["suspected", "stealing"]),
            ("After the concern last week; Section 42 enquiry", vec!["section 42", "the concern"]),
            ("Police told us, the police said", vec!["police"]),
        ] {
            assert_eq!(pointing_words(text), found, "{text}");
        }
    }

    #[test]
    fn a_neutral_instruction_has_none() {
        for text in [
            "Two carers at each visit, for moving and handling",
            "Ring the office before you go in",
            "Keep the purse in the locked drawer, as Mrs Okafor asked",
            "She prefers to be seen alone in the morning",
        ] {
            assert_eq!(pointing_words(text), Vec::<String>::new(), "{text}");
        }
    }
}
