//! What the workspace takes from outside: licences, bans and sources, as deny.toml states them.
//!
//! cargo-deny reads the same file and asks for advisories too; it takes minutes to install, so the walls hold here
//! what needs no network.

use super::Breach;
use super::graph::list;
use serde_json::Value;

const LICENCE: &str = "its licence is not in deny.toml";
const BANNED: &str = "deny.toml bans it";
const SOURCE: &str = "packages come from crates.io or from this repository";
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What is wrong in the answer of `cargo metadata`, measured by the text of deny.toml.
pub fn breaches(metadata: &Value, deny: &str) -> Vec<Breach> {
    let allowed = quoted(section(deny, "allow = [", "]"));
    let banned = crates(section(deny, "deny = [", "]"));
    let members: Vec<&str> = list(&metadata["workspace_members"]).filter_map(Value::as_str).collect();
    let mut found = Vec::new();
    for package in list(&metadata["packages"]) {
        if members.contains(&package["id"].as_str().unwrap_or("")) {
            continue;
        }
        let name = package["name"].as_str().unwrap_or("");
        let licence = package["license"].as_str().unwrap_or("none");
        let source = package["source"].as_str().unwrap_or("a path outside the workspace");
        let mut add = |what: &str, rule| {
            found.push(Breach { place: name.to_owned(), found: what.to_owned(), rule });
        };
        if !allows(&allowed, licence) {
            add(licence, LICENCE);
        }
        if banned.contains(&name) {
            add("banned", BANNED);
        }
        if source != CRATES_IO {
            add(source, SOURCE);
        }
    }
    found
}

/// Whether one of the choices that an SPDX expression gives is allowed in full.
fn allows(allowed: &[&str], expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (verdict, rest) = any(allowed, &words);
    verdict && rest.is_empty()
}

fn any<'a, 'b>(allowed: &[&str], words: &'a [&'b str]) -> (bool, &'a [&'b str]) {
    let (mut verdict, mut rest) = all(allowed, words);
    while let ["OR", after @ ..] = rest {
        let (next, left) = all(allowed, after);
        verdict |= next;
        rest = left;
    }
    (verdict, rest)
}

fn all<'a, 'b>(allowed: &[&str], words: &'a [&'b str]) -> (bool, &'a [&'b str]) {
    let (mut verdict, mut rest) = one(allowed, words);
    while let ["AND", after @ ..] = rest {
        let (next, left) = one(allowed, after);
        verdict &= next;
        rest = left;
    }
    (verdict, rest)
}

fn one<'a, 'b>(allowed: &[&str], words: &'a [&'b str]) -> (bool, &'a [&'b str]) {
    match words {
        ["(", inside @ ..] => {
            let (verdict, rest) = any(allowed, inside);
            (verdict, rest.split_first().map_or(rest, |(_, after)| after))
        }
        [licence, "WITH", exception, rest @ ..] => {
            (allowed.contains(&format!("{licence} WITH {exception}").as_str()), rest)
        }
        [licence, rest @ ..] => (allowed.contains(licence), rest),
        [] => (false, words),
    }
}

/// The text between `start` at the beginning of a line and the next `end` at one; empty when it is not there.
fn section<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let after = text.split_once(&format!("\n{start}")).map_or("", |(_, after)| after);
    after.split_once(&format!("\n{end}")).map_or("", |(inside, _)| inside)
}

/// The first quoted word of each line.
fn quoted(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split('"').nth(1)).collect()
}

/// The crates that a list of tables names.
fn crates(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.contains("crate = ")).filter_map(|line| line.split('"').nth(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DENY: &str = "\nallow = [\n  \"MIT\", # why\n  \"Zlib\",\n  \"Apache-2.0 WITH LLVM-exception\",\n]\n\
                        deny = [\n  { crate = \"bad\", reason = \"why\" },\n]\n";

    fn check(package: Value, expected: &[&str]) {
        let metadata = json!({"packages": [package], "workspace_members": ["own"]});
        let rules: Vec<&str> = breaches(&metadata, DENY).iter().map(|breach| breach.rule).collect();
        assert_eq!(rules, expected, "{metadata}");
    }

    #[test]
    fn a_planted_package_is_caught_by_its_licence_its_name_or_its_source() {
        check(json!({"id": "a", "name": "good", "license": "MIT", "source": CRATES_IO}), &[]);
        check(json!({"id": "a", "name": "good", "license": "GPL-3.0", "source": CRATES_IO}), &[LICENCE]);
        check(json!({"id": "a", "name": "good", "license": null, "source": CRATES_IO}), &[LICENCE]);
        check(json!({"id": "a", "name": "bad", "license": "MIT", "source": CRATES_IO}), &[BANNED]);
        check(json!({"id": "a", "name": "good", "license": "MIT", "source": "git+https://x"}), &[SOURCE]);
        check(json!({"id": "a", "name": "good", "license": "MIT", "source": null}), &[SOURCE]);
        check(json!({"id": "own", "name": "own", "license": "AGPL-3.0-or-later", "source": null}), &[]);
    }

    #[test]
    fn a_choice_needs_one_allowed_licence_and_a_sum_needs_all() {
        let allowed = quoted(section(DENY, "allow = [", "]"));
        for expression in
            ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "(GPL-3.0 OR MIT) AND Zlib", "MIT AND Zlib"]
        {
            assert!(allows(&allowed, expression), "{expression}");
        }
        assert!(allows(&allowed, "Apache-2.0 WITH LLVM-exception OR GPL-3.0"));
        for expression in
            ["", "GPL-3.0", "GPL-3.0 AND MIT", "MIT AND (GPL-3.0 OR X)", "Apache-2.0", "MIT Zlib"]
        {
            assert!(!allows(&allowed, expression), "{expression}");
        }
    }
}
