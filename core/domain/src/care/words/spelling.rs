//! Whether a word is another one with a single slip of the keys.

/// Whether `written` is `meant` with one letter left out, doubled, changed, or two swapped. The first letter is
/// the same: people seldom miss that one.
pub(super) fn is_slip(written: &str, meant: &str) -> bool {
    let (a, b) = (written.as_bytes(), meant.as_bytes());
    if a.first() != b.first() || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([], []) | ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([x, y], [p, q]) => x == q && y == p,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_seen_and_two_are_not() {
        for written in ["constapated", "constipatd", "consttipated", "consitpated", "constipated"] {
            assert!(is_slip(written, "constipated"), "{written}");
        }
        for written in ["constapatd", "onstipated", "", "constipation", "ç"] {
            assert!(!is_slip(written, "constipated"), "{written}");
        }
    }
}
