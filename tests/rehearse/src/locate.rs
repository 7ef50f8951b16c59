//! Finds the line on which a part of a JSON text begins, from its JSON pointer (RFC 6901).
//!
//! The text is known to be JSON: it was parsed before.

/// The line, from 1, of the value that `pointer` names; the nearest part around it where the value is not there.
pub fn line_of(text: &str, pointer: &str) -> usize {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    scan.space();
    for token in pointer.split('/').skip(1) {
        let here = scan.at;
        if !scan.enter(&token.replace("~1", "/").replace("~0", "~")) {
            scan.at = here;
            break;
        }
    }
    1 + scan.bytes[..scan.at.min(scan.bytes.len())].iter().filter(|byte| **byte == b'\n').count()
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Passes white space, commas and colons.
    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',' || byte == b':') {
            self.at += 1;
        }
    }

    /// Moves to the member or item `name` of the object or array that begins here.
    fn enter(&mut self, name: &str) -> bool {
        let is_object = self.peek() == Some(b'{');
        if !is_object && self.peek() != Some(b'[') {
            return false;
        }
        self.at += 1;
        for index in 0.. {
            self.space();
            if matches!(self.peek(), None | Some(b'}' | b']')) {
                return false;
            }
            let found = if is_object { self.text() == name } else { name.parse() == Ok(index) };
            self.space();
            if found {
                return true;
            }
            self.value();
        }
        false
    }

    /// Reads a string without unescaping it: names of members in scenario files have no escapes.
    fn text(&mut self) -> String {
        let start = self.at + 1;
        self.value();
        String::from_utf8_lossy(&self.bytes[start..self.at.saturating_sub(1).max(start)]).into_owned()
    }

    /// Passes one value.
    fn value(&mut self) {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') => self.nested(),
            _ => {
                while self.peek().is_some_and(|byte| !matches!(byte, b',' | b'}' | b']' | b'\n' | b' ')) {
                    self.at += 1;
                }
            }
        }
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
    }

    fn nested(&mut self) {
        let mut depth = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    const TEXT: &str = "{\n \"a\": {\"x\": \"}]\\\"\"},\n \"list\": [\n  1,\n  {\"b/c\": true}\n ]\n}";

    #[test]
    fn a_pointer_leads_to_its_line() {
        for (pointer, line) in
            [("", 1), ("/a", 2), ("/a/x", 2), ("/list", 3), ("/list/0", 4), ("/list/1/b~1c", 5)]
        {
            assert_eq!(line_of(TEXT, pointer), line, "{pointer}");
        }
    }

    #[test]
    fn a_pointer_to_nothing_leads_to_the_nearest_part_around_it() {
        assert_eq!(line_of(TEXT, "/list/7"), 3);
        assert_eq!(line_of(TEXT, "/list/1/none"), 5);
        assert_eq!(line_of("", "/a"), 1);
    }
}
