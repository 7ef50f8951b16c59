//! When the code of a person's key safe may be on a phone: near a rostered visit of its holder, and at no other time.
//!
//! The code is in no record, no plan, no print, no export and no log. It lies in a table of the server and, while a
//! window is open, in one of the phone; each look is a record that does not hold it.

use crate::ids::{StaffId, VisitId};
use crate::journal::body::VisitPlanned;
use crate::time::{HOUR_MS, Moment};

/// The window opens this long before the planned start. The clinical safety officer and the information governance
/// lead must agree both times.
pub const OPENS_BEFORE_MS: i64 = 2 * HOUR_MS;
/// It closes this long after the end of the arrival window, or of the visit where its end is planned.
pub const CLOSES_AFTER_MS: i64 = HOUR_MS;

/// When a code may be on a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// From when on.
    pub from: Moment,
    /// Until when, itself not any more.
    pub until: Moment,
    /// The visit that it is for.
    pub visit: VisitId,
}

impl Window {
    /// The window of a visit.
    pub fn of(planned: &VisitPlanned) -> Window {
        let end = planned.ends.map_or(planned.window_end, |ends| ends.max(planned.window_end));
        Window {
            from: planned.start.plus_ms(-OPENS_BEFORE_MS),
            until: end.plus_ms(CLOSES_AFTER_MS),
            visit: planned.visit,
        }
    }

    /// Whether it is open.
    pub fn is_open(&self, now: Moment) -> bool {
        self.from <= now && now < self.until
    }
}

/// The open window of a member of staff that closes last; nothing where none of their visits is near.
pub fn open_window<'r>(
    roster: impl IntoIterator<Item = &'r VisitPlanned>,
    staff: StaffId,
    now: Moment,
) -> Option<Window> {
    let theirs = roster.into_iter().filter(|planned| !planned.cancelled && planned.staff.contains(&staff));
    theirs
        .map(Window::of)
        .filter(|window| window.is_open(now))
        .max_by_key(|window| (window.until, window.visit))
}

/// Longest code.
pub const CODE_CHARACTERS_MAX: usize = 32;

/// Whether a code can be kept: 2 to [`CODE_CHARACTERS_MAX`] letters, digits, spaces, `#`, `*` or `-`.
pub fn is_code(code: &str) -> bool {
    let length = code.chars().count();
    let is_fine = |it: char| it.is_ascii_alphanumeric() || " #*-".contains(it);
    (2..=CODE_CHARACTERS_MAX).contains(&length) && code.chars().all(is_fine) && code.trim() == code
}

/// Whether a text holds a code, however it is spaced: a warning to whoever writes it, never a refusal. A code of fewer
/// than four letters and digits is in too many texts to warn of.
pub fn holds_code(text: &str, code: &str) -> bool {
    let plain = |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
    let code = plain(code).to_ascii_lowercase();
    code.len() >= 4 && plain(text).to_ascii_lowercase().contains(&code)
}
