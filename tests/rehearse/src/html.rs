//! Reads a console page as far as expectations need it: its text, its forms, and elements marked with data
//! attributes. The pages are the server's own and well formed; this is no general reader of HTML.

use std::collections::BTreeMap;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// What can be read, with single spaces.
    pub text: String,
    /// Its forms, in order.
    pub forms: Vec<Form>,
    /// The attributes of each element that has a `data-` attribute, in order.
    pub marked: Vec<BTreeMap<String, String>>,
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Where it is sent; empty for the page itself.
    pub action: String,
    /// Its inputs by name, with their values; a button with a name counts too.
    pub fields: BTreeMap<String, String>,
}

impl Form {
    /// Whether it has an input of this name.
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }
}

/// Elements whose text nobody reads.
const SILENT: [&str; 4] = ["script", "style", "head", "template"];

impl Page {
    /// Reads a page.
    pub fn read(html: &str) -> Page {
        let mut page = Page::default();
        let mut words = String::new();
        let mut rest = html;
        let mut in_form = false;
        while let Some(start) = rest.find('<') {
            words.push_str(&unescape(&rest[..start]));
            let Some(end) = end_of_tag(&rest[start..]) else { break };
            let tag = &rest[start + 1..start + end];
            rest = &rest[start + end + 1..];
            let (name, attributes) = read_tag(tag);
            words.push(' ');
            if SILENT.contains(&name.as_str()) {
                rest = after_end(rest, &name);
                continue;
            }
            match name.as_str() {
                "form" => {
                    in_form = true;
                    let action = attributes.get("action").cloned().unwrap_or_default();
                    page.forms.push(Form { action, fields: BTreeMap::new() });
                }
                "/form" => in_form = false,
                "input" | "button" | "textarea" | "select" if in_form => page.add_field(&attributes),
                _ => {}
            }
            if attributes.keys().any(|name| name.starts_with("data-")) {
                page.marked.push(attributes);
            }
        }
        words.push_str(&unescape(rest));
        page.text = words.split_whitespace().collect::<Vec<_>>().join(" ");
        page
    }

    fn add_field(&mut self, attributes: &BTreeMap<String, String>) {
        if let (Some(form), Some(name)) = (self.forms.last_mut(), attributes.get("name")) {
            let value = attributes.get("value").cloned().unwrap_or_default();
            form.fields.entry(name.clone()).or_insert(value);
        }
    }
}

/// Where the `>` of the tag that begins here is; quoted ones do not count.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, char) in text.char_indices() {
        match (quote, char) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(char),
            (Some(open), char) if open == char => quote = None,
            _ => {}
        }
    }
    None
}

fn after_end<'a>(rest: &'a str, name: &str) -> &'a str {
    rest.find(&format!("</{name}")).map_or("", |at| &rest[at..])
}

fn read_tag(tag: &str) -> (String, BTreeMap<String, String>) {
    let tag = tag.trim_end_matches('/');
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(|char: char| char.is_whitespace() || char == '=').unwrap_or(rest.len());
        if end == 0 {
            return (name.to_lowercase(), attributes);
        }
        let (attribute, after) = rest.split_at(end);
        let (value, after) = read_value(after.trim_start());
        attributes.insert(attribute.to_lowercase(), value);
        rest = after;
    }
}

/// The value after `=`, if there is one, and what follows it.
fn read_value(text: &str) -> (String, &str) {
    let Some(value) = text.strip_prefix('=').map(str::trim_start) else { return (String::new(), text) };
    let (value, after) = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
        _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
    };
    (unescape(value), after)
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        let entity =
            rest[start..].find(';').map(|end| (&rest[start + 1..start + end], &rest[start + end + 1..]));
        match entity.and_then(|(name, after)| Some((char_of(name)?, after))) {
            Some((char, after)) => {
                out.push(char);
                rest = after;
            }
            None => {
                out.push('&');
                rest = &rest[start + 1..];
            }
        }
    }
    out + rest
}

fn char_of(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_a_reader_sees() {
        let page = Page::read(
            "<head><title>x</title></head><p>2&nbsp;h <b>&amp; 30&#x20;min</b></p><script>if (a<b) {}</script><p>end",
        );
        assert_eq!(page.text, "2 h & 30 min end");
    }

    #[test]
    fn a_form_gives_its_action_and_fields() {
        let page = Page::read(
            "<form method=post action='/inbox/choose'><input type=hidden name=\"csrf\" value=\"a&quot;b>\"><input name=edit value=7><button name=accept value=yes>Yes</button></form><input name=outside>",
        );
        let fields = [("accept", "yes"), ("csrf", "a\"b>"), ("edit", "7")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(page.forms, [Form { action: "/inbox/choose".to_owned(), fields }]);
    }

    #[test]
    fn marked_elements_give_their_attributes() {
        let page = Page::read("<li data-value=\"120\" data-by='Beth' class=x>2 h</li><li>none</li>");
        assert_eq!(page.marked.len(), 1);
        assert_eq!(page.marked[0]["data-value"], "120");
        assert_eq!(page.marked[0]["data-by"], "Beth");
    }
}
