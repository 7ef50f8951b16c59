//! Which package may depend on which, read from cargo's resolved graph.

use super::Breach;
use crate::failure::Failure;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the pure core must not reach, directly or not.
const NEVER_IN_CORE: &[&str] = &["tokio", "rusqlite", "reqwest", "uniffi"];

/// What the pure core must not name itself. ring and automerge bring these along; the source rules keep the core
/// from calling what uses them.
const NEVER_NAMED_BY_CORE: &[&str] = &["getrandom", "rand", "fastrand", "uuid"];

/// For each package of the workspace, the others that it may name, in any kind of dependency.
const ARROWS: &[(&str, &[&str])] = &[
    ("alongside-domain", &[]),
    ("alongside-replica", &["alongside-domain"]),
    ("alongside-bindings", &["alongside-replica"]),
    ("alongside-server", &["alongside-domain"]),
    ("alongside-rehearse", &["alongside-replica"]),
    ("alongside-bench", &["alongside-domain", "alongside-replica"]),
    ("alongside-durability", &["alongside-bench", "alongside-domain", "alongside-replica"]),
    ("alongside-checker", &[]),
    ("alongside-faultfs", &[]),
    ("alongside-oracle-answers", &["alongside-domain"]),
    (
        "alongside-simulate",
        &[
            "alongside-checker",
            "alongside-domain",
            "alongside-faultfs",
            "alongside-replica",
            "alongside-server",
        ],
    ),
    ("alongside-xtask", &[]),
];

/// What the scenario player must not hold in its own hands: it knows the facade and HTTP, no store and no plan.
const NEVER_IN_PLAYER: &[&str] = &["rusqlite", "automerge", "minicbor"];

const PURE: &str = "core/domain depends on no runtime, database, network, or binding";
const RANDOM: &str = "core/domain names no source of randomness: random bytes come in as arguments";
const ARROW: &str =
    "arrows point one way: mobile-shell, bindings, core/replica, core/domain, and server to domain";
const UNKNOWN: &str = "say in xtask/src/walls/graph.rs what this package may depend on";
const CHECKER: &str =
    "the checker of the simulator depends on nothing, so that it repeats no mistake of the product";
const PLAYER: &str = "the scenario player reaches only the replica's facade and HTTP";

/// What is wrong in the answer of `cargo metadata`.
pub fn breaches(metadata: &Value) -> Result<Vec<Breach>, Failure> {
    let graph = Graph::read(metadata)?;
    let mut found = impure(&graph);
    for member in &graph.members {
        found.extend(wrong_arrows(&graph, member));
    }
    Ok(found)
}

fn impure(graph: &Graph) -> Vec<Breach> {
    let mut found = Vec::new();
    for id in graph.ids_named("alongside-domain") {
        for way in graph.ways_to(id, NEVER_IN_CORE) {
            found.push(Breach { place: "core/domain".to_owned(), found: way, rule: PURE });
        }
        for edge in graph.edges_of(id).iter().filter(|edge| edge.normal) {
            let target = graph.name(&edge.to);
            if NEVER_NAMED_BY_CORE.contains(&target) {
                found.push(Breach {
                    place: "core/domain".to_owned(),
                    found: target.to_owned(),
                    rule: RANDOM,
                });
            }
        }
    }
    found
}

fn wrong_arrows(graph: &Graph, member: &str) -> Vec<Breach> {
    let name = graph.name(member);
    let breach = |found: &str, rule| Breach { place: name.to_owned(), found: found.to_owned(), rule };
    let Some((_, allowed)) = ARROWS.iter().find(|(package, _)| *package == name) else {
        return vec![breach("not known", UNKNOWN)];
    };
    let mut found = Vec::new();
    for edge in graph.edges_of(member) {
        let target = graph.name(&edge.to);
        if graph.members.contains(&edge.to) && !allowed.contains(&target) {
            found.push(breach(target, ARROW));
        }
        if name == "alongside-checker" {
            found.push(breach(target, CHECKER));
        }
        if name == "alongside-rehearse" && NEVER_IN_PLAYER.contains(&target) {
            found.push(breach(target, PLAYER));
        }
    }
    found
}

/// The resolved packages.
struct Graph<'a> {
    names: BTreeMap<&'a str, &'a str>,
    members: BTreeSet<String>,
    edges: BTreeMap<&'a str, Vec<Edge>>,
}

struct Edge {
    to: String,
    /// Whether it is needed to run the package, not only to build or test it.
    normal: bool,
}

impl<'a> Graph<'a> {
    fn read(metadata: &'a Value) -> Result<Graph<'a>, Failure> {
        let graph = Graph {
            names: list(&metadata["packages"])
                .filter_map(|one| Some((one["id"].as_str()?, one["name"].as_str()?)))
                .collect(),
            members: list(&metadata["workspace_members"])
                .filter_map(|id| Some(id.as_str()?.to_owned()))
                .collect(),
            edges: list(&metadata["resolve"]["nodes"])
                .filter_map(|node| {
                    Some((node["id"].as_str()?, list(&node["deps"]).filter_map(Edge::read).collect()))
                })
                .collect(),
        };
        // An empty answer would have no breaches either.
        if graph.members.is_empty() || graph.edges.len() < graph.members.len() {
            let cause = "it has no resolved packages".to_owned();
            return Err(Failure::Unreadable { what: "cargo metadata", cause });
        }
        Ok(graph)
    }

    fn name(&self, id: &str) -> &'a str {
        self.names.get(id).copied().unwrap_or("")
    }

    fn ids_named(&self, name: &str) -> Vec<&'a str> {
        self.names.iter().filter(|(_, found)| **found == name).map(|(id, _)| *id).collect()
    }

    fn edges_of(&self, id: &str) -> &[Edge] {
        self.edges.get(id).map_or(&[], Vec::as_slice)
    }

    /// One way over normal dependencies from `start` to each package of these names that can be reached.
    fn ways_to(&self, start: &'a str, names: &[&str]) -> Vec<String> {
        let mut ways = BTreeMap::from([(start.to_owned(), self.name(start).to_owned())]);
        let mut waiting = vec![start.to_owned()];
        let mut found = Vec::new();
        while let Some(id) = waiting.pop() {
            for edge in self.edges_of(&id).iter().filter(|edge| edge.normal) {
                if ways.contains_key(&edge.to) {
                    continue;
                }
                let way = format!("{} -> {}", ways[&id], self.name(&edge.to));
                if names.contains(&self.name(&edge.to)) {
                    found.push(way.clone());
                }
                ways.insert(edge.to.clone(), way);
                waiting.push(edge.to.clone());
            }
        }
        found
    }
}

impl Edge {
    fn read(dependency: &Value) -> Option<Edge> {
        let normal = list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null());
        Some(Edge { to: dependency["pkg"].as_str()?.to_owned(), normal })
    }
}

/// The elements of a JSON list; none when it is not one.
pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{Place, metadata};
    use serde_json::json;
    use std::sync::OnceLock;

    /// The graph of this repository, asked for once.
    fn real() -> Value {
        static ANSWER: OnceLock<Value> = OnceLock::new();
        let ask = || {
            let place = Place::find().expect("the repository is there");
            metadata(&place.root, &[]).expect("cargo answers")
        };
        ANSWER.get_or_init(ask).clone()
    }

    fn id(metadata: &Value, name: &str) -> String {
        let package = list(&metadata["packages"]).find(|package| package["name"] == name);
        package.and_then(|package| package["id"].as_str()).expect("the package is resolved").to_owned()
    }

    /// The real graph with one more dependency from one package to another.
    fn planted(from: &str, to: &str, kind: Value) -> Value {
        let mut metadata = real();
        let (from, to) = (id(&metadata, from), id(&metadata, to));
        let nodes = metadata["resolve"]["nodes"].as_array_mut().expect("resolved");
        let node = nodes.iter_mut().find(|node| node["id"] == *from).expect("the package is a node");
        let edge = json!({"name": "planted", "pkg": to, "dep_kinds": [{"kind": kind, "target": null}]});
        node["deps"].as_array_mut().expect("a list").push(edge);
        metadata
    }

    fn rules(metadata: &Value) -> Vec<&'static str> {
        breaches(metadata).expect("it can be read").iter().map(|breach| breach.rule).collect()
    }

    #[test]
    fn a_planted_runtime_in_the_core_is_caught_directly_and_indirectly() {
        for never in ["tokio", "rusqlite", "reqwest", "uniffi"] {
            assert!(rules(&planted("alongside-domain", never, Value::Null)).contains(&PURE), "{never}");
            assert!(
                rules(&planted("automerge", never, Value::Null)).contains(&PURE),
                "{never} through automerge"
            );
        }
    }

    #[test]
    fn a_planted_source_of_randomness_is_caught() {
        assert_eq!(rules(&planted("alongside-domain", "getrandom", Value::Null)), [RANDOM]);
    }

    #[test]
    fn what_only_tests_need_does_not_make_the_core_impure() {
        assert_eq!(rules(&planted("alongside-domain", "tokio", json!("dev"))), Vec::<&str>::new());
    }

    #[test]
    fn a_planted_arrow_that_points_back_is_caught() {
        for (from, to) in [
            ("alongside-domain", "alongside-replica"),
            ("alongside-domain", "alongside-server"),
            ("alongside-replica", "alongside-server"),
            ("alongside-replica", "alongside-bindings"),
            ("alongside-server", "alongside-replica"),
            ("alongside-bindings", "alongside-domain"),
            ("alongside-bindings", "alongside-server"),
            ("alongside-rehearse", "alongside-domain"),
            ("alongside-rehearse", "alongside-server"),
            ("alongside-xtask", "alongside-domain"),
            ("alongside-checker", "alongside-domain"),
            ("alongside-faultfs", "alongside-replica"),
        ] {
            for kind in [Value::Null, json!("dev"), json!("build")] {
                assert!(rules(&planted(from, to, kind)).contains(&ARROW), "{from} -> {to}");
            }
        }
    }

    #[test]
    fn a_planted_store_in_the_player_is_caught() {
        assert_eq!(rules(&planted("alongside-rehearse", "rusqlite", Value::Null)), [PLAYER]);
    }

    #[test]
    fn a_planted_dependency_of_the_checker_is_caught() {
        assert_eq!(rules(&planted("alongside-checker", "minicbor", json!("dev"))), [CHECKER]);
    }

    #[test]
    fn a_new_package_must_be_placed() {
        let mut metadata = real();
        let serde_json = id(&metadata, "serde_json");
        metadata["workspace_members"].as_array_mut().expect("a list").push(json!(serde_json));
        assert!(rules(&metadata).contains(&UNKNOWN));
    }

    #[test]
    fn an_empty_answer_is_an_error_and_not_a_pass() {
        assert!(breaches(&json!({})).is_err());
    }
}
