//! One-time codes: four groups of four letters and digits, as an office reads them out and a carer types them.

use crate::secret::{self, Random};
use alongside_domain::time::{HOUR_MS, Moment};

/// Crockford's base 32: no I, L, O or U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;
/// The first letters find the code in the store; the other 60 bits are the secret.
const LOOKUP_LENGTH: usize = 4;
/// How long a code is good.
const GOOD_FOR_MS: i64 = 24 * HOUR_MS;

/// A code, normalised: sixteen letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// A new random code.
    pub fn random(random: &dyn Random) -> Code {
        let bytes = random.bytes::<LENGTH>();
        Code(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect())
    }

    /// Reads what someone typed: case, spaces and dashes do not matter, O is 0, I and L are 1.
    pub fn parse(typed: &str) -> Option<Code> {
        let code: String = typed
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let valid = code.len() == LENGTH && code.bytes().all(|letter| LETTERS.contains(&letter));
        valid.then_some(Code(code))
    }

    /// The part that finds it.
    pub fn lookup(&self) -> &str {
        &self.0[..LOOKUP_LENGTH]
    }

    /// What the store keeps of it.
    pub fn hash(&self) -> [u8; 32] {
        secret::hash(self.0.as_bytes())
    }

    /// As it is shown: groups of four.
    pub fn shown(&self) -> String {
        let groups: Vec<&str> = (0..LENGTH).step_by(4).map(|at| &self.0[at..at + 4]).collect();
        groups.join("-")
    }

    /// Until when a code made now is good.
    pub fn expires(now: Moment) -> Moment {
        now.plus_ms(GOOD_FOR_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::OsRandom;

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        let code = Code::random(&OsRandom);
        let shown = code.shown();
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " ")] {
            assert!(Code::parse(&typed) == Some(code.clone()), "{typed}");
        }
        assert!(Code::parse("oooo-IIII-llll-0000") == Code::parse("0000111111110000"));
    }

    #[test]
    fn text_that_is_no_code_is_none() {
        for typed in ["", "1234", "UUUU-UUUU-UUUU-UUUU", "éééé-éééé", "1234-1234-1234-12345"] {
            assert!(Code::parse(typed).is_none(), "{typed}");
        }
    }
}
