//! CBOR as people read it: the diagnostic notation of RFC 8949 section 8, for what this format uses.

use minicbor::Decoder;
use minicbor::data::Type;

/// The one value that `bytes` hold.
pub fn diagnostic(bytes: &[u8]) -> String {
    let mut decoder = Decoder::new(bytes);
    let mut text = String::new();
    value(&mut decoder, &mut text, 0);
    assert_eq!(decoder.position(), bytes.len(), "one value");
    text
}

fn value(from: &mut Decoder<'_>, to: &mut String, depth: usize) {
    match from.datatype().expect("a value") {
        Type::Array => {
            let count = from.array().expect("an array").expect("of a told length");
            items(from, to, depth, ('[', ']'), count, value);
        }
        Type::Map => {
            let count = from.map().expect("a map").expect("of a told length");
            items(from, to, depth, ('{', '}'), count, |from, to, depth| {
                value(from, to, depth);
                to.push_str(": ");
                value(from, to, depth);
            });
        }
        Type::Tag => {
            to.push_str(&format!("{}(", from.tag().expect("a tag").as_u64()));
            value(from, to, depth);
            to.push(')');
        }
        other => to.push_str(&scalar(from, other)),
    }
}

fn items(
    from: &mut Decoder<'_>,
    to: &mut String,
    depth: usize,
    (open, close): (char, char),
    count: u64,
    item: fn(&mut Decoder<'_>, &mut String, usize),
) {
    let start = to.len();
    to.push(open);
    for index in 0..count {
        to.push_str(if index == 0 { "" } else { ", " });
        item(from, to, depth + 1);
    }
    to.push(close);
    // A short list stays on its line; a long one has a line for each item.
    if to.len() - start > 70 {
        let again = to.split_off(start);
        to.push_str(&indented(&again, depth));
    }
}

/// Breaks a list at its own commas, not at those of lists and texts within it.
fn indented(list: &str, depth: usize) -> String {
    let margin = "  ".repeat(depth + 1);
    let (mut within, mut quoted, mut broken) = (0, false, String::new());
    for (index, character) in list.chars().enumerate() {
        match character {
            '"' => quoted = !quoted,
            '[' | '{' | '(' if !quoted => within += 1,
            ']' | '}' | ')' if !quoted => within -= 1,
            ' ' if !quoted && within == 1 && broken.ends_with(',') => {
                broken.push_str(&format!("\n{margin}"));
                continue;
            }
            _ => {}
        }
        if index > 0 && within == 0 {
            broken.push_str(&format!("\n{}", "  ".repeat(depth)));
        }
        broken.push(character);
        if index == 0 {
            broken.push_str(&format!("\n{margin}"));
        }
    }
    broken
}

fn scalar(from: &mut Decoder<'_>, which: Type) -> String {
    match which {
        Type::Bool => from.bool().expect("a bool").to_string(),
        Type::Null => {
            from.null().expect("null");
            "null".to_owned()
        }
        Type::Bytes => {
            let bytes = from.bytes().expect("bytes");
            format!("h'{}'", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
        Type::String => format!("{:?}", from.str().expect("text")),
        _ => from.int().expect("an integer").to_string(),
    }
}
