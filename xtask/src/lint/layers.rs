//! Who may depend on whom: the *never* column of the layout table.
//!
//! Our own crates count transitively, third-party crates as direct dependencies of our own ones (wgpu brings web-sys along;
//! that is fine). Development dependencies do not ship and do not count.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

const PREFIX: &str = "conclave-";

/// Crates that only make sense in a browser.
const BROWSER: &[&str] = &[
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "serde-wasm-bindgen",
    "gloo",
    "idb",
    "leptos",
    "leptos-use",
    "worker",
];
/// What the engine does not touch: every call into JavaScript is behind a port.
const BROWSER_API: &[&str] = &["web-sys", "js-sys", "gloo", "idb", "worker"];
/// Crates that compute on graphics processors.
const GPU: &[&str] = &["wgpu", "wgpu-*", "naga", "burn", "burn-*", "cubecl*"];
const HTTP_CLIENT: &[&str] = &["reqwest", "ureq", "hyper", "isahc", "surf", "curl"];
const LEPTOS: &[&str] = &["leptos", "leptos-use", "leptos_*"];

struct Rule {
    package: &'static str,
    /// Our own crates that it must not reach; `*` stands for any.
    never_own: &'static [&'static str],
    /// Third-party crates that neither it nor an own crate below it may name.
    never_third: &'static [&'static [&'static str]],
}

const RULES: &[Rule] = &[
    Rule { package: "protocol", never_own: &["*"], never_third: &[BROWSER, GPU] },
    Rule { package: "ports", never_own: &[], never_third: &[BROWSER, GPU] },
    Rule { package: "checks", never_own: &["*"], never_third: &[BROWSER, GPU] },
    Rule { package: "privacy", never_own: &[], never_third: &[BROWSER, GPU] },
    Rule { package: "providers", never_own: &[], never_third: &[BROWSER, GPU, HTTP_CLIENT] },
    Rule { package: "relay", never_own: &["vault"], never_third: &[BROWSER, GPU] },
    Rule { package: "vault", never_own: &[], never_third: &[BROWSER, GPU] },
    Rule { package: "text", never_own: &["ports", "knowledge"], never_third: &[BROWSER, GPU] },
    Rule { package: "import", never_own: &["ports", "knowledge"], never_third: &[BROWSER, GPU] },
    Rule { package: "pages", never_own: &["ports", "knowledge", "import"], never_third: &[BROWSER, GPU] },
    Rule { package: "knowledge", never_own: &[], never_third: &[BROWSER, GPU] },
    Rule { package: "kernels", never_own: &["inference"], never_third: &[BROWSER, GPU] },
    Rule { package: "vectors-bench", never_own: &[], never_third: &[BROWSER, GPU] },
    Rule { package: "inference", never_own: &["vault", "knowledge"], never_third: &[] },
    Rule { package: "engine", never_own: &["relay"], never_third: &[BROWSER_API] },
    Rule { package: "worker", never_own: &[], never_third: &[LEPTOS] },
    Rule { package: "app", never_own: &["engine", "privacy"], never_third: &[GPU] },
    Rule { package: "edge", never_own: &["engine", "vault", "inference", "knowledge"], never_third: &[GPU] },
    Rule { package: "eval", never_own: &[], never_third: &[] },
];

/// Breaches of the rules in what `cargo metadata --no-deps` says.
pub fn check(metadata: &Value) -> Result<Vec<String>> {
    let dependencies = dependencies(metadata).context("`cargo metadata` has another form than expected")?;
    let mut breaches = Vec::new();
    for package in dependencies.keys().filter(|package| package.starts_with(PREFIX)) {
        let own_name = package.trim_start_matches(PREFIX);
        match RULES.iter().find(|rule| rule.package == own_name) {
            Some(rule) => breaches.extend(broken(rule, package, &dependencies)),
            None => breaches.push(format!("{package} has no rule in xtask/src/lint/layers.rs; add it there")),
        }
    }
    Ok(breaches)
}

type Dependencies = BTreeMap<String, BTreeSet<String>>;

fn dependencies(metadata: &Value) -> Option<Dependencies> {
    let mut all = Dependencies::new();
    for package in metadata.get("packages")?.as_array()? {
        let mut named = BTreeSet::new();
        for dependency in package.get("dependencies")?.as_array()? {
            if dependency.get("kind")?.as_str() != Some("dev") {
                named.insert(dependency.get("name")?.as_str()?.to_owned());
            }
        }
        all.insert(package.get("name")?.as_str()?.to_owned(), named);
    }
    Some(all)
}

fn broken(rule: &Rule, package: &str, dependencies: &Dependencies) -> Vec<String> {
    let mut breaches = Vec::new();
    // Every own crate that is reached, with the way to it.
    let mut ways = BTreeMap::from([(package, package.to_owned())]);
    let mut open = vec![package];
    while let Some(at) = open.pop() {
        let way = ways.get(at).cloned().unwrap_or_default();
        for name in dependencies.get(at).into_iter().flatten() {
            let way = format!("{way} -> {name}");
            let is_own = dependencies.contains_key(name);
            let own_name = name.trim_start_matches(PREFIX);
            let never = match is_own {
                true => rule.never_own.iter().any(|never| matches(never, own_name)),
                false => rule.never_third.iter().copied().flatten().any(|never| matches(never, name)),
            };
            if never {
                breaches.push(format!("{package} must never depend on {name}: {way}"));
            }
            if is_own && !ways.contains_key(name.as_str()) {
                ways.insert(name, way);
                open.push(name);
            }
        }
    }
    breaches
}

/// Whether a name is the pattern; a `*` at the pattern's end stands for any rest.
fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    // A failed expectation is the test's failure.
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    /// A dependency's name and kind.
    type Named = (&'static str, Option<&'static str>);

    /// Metadata of packages with their dependencies.
    fn metadata(packages: &[(&str, &[Named])]) -> Value {
        let package = |(name, dependencies): &(&str, &[Named])| {
            let dependency = |(name, kind): &Named| json!({ "name": name, "kind": kind });
            json!({ "name": name, "dependencies": dependencies.iter().map(dependency).collect::<Vec<_>>() })
        };
        json!({ "packages": packages.iter().map(package).collect::<Vec<_>>() })
    }

    #[test]
    fn what_is_allowed_passes() {
        let tree = metadata(&[
            ("conclave-protocol", &[("serde", None)]),
            ("conclave-inference", &[("wgpu", None), ("conclave-protocol", None)]),
            ("conclave-engine", &[("conclave-inference", None)]),
            ("conclave-worker", &[("conclave-engine", None), ("web-sys", None)]),
            ("conclave-app", &[("conclave-protocol", None), ("leptos", None)]),
            ("xtask", &[("conclave-protocol", None)]),
        ]);
        assert_eq!(check(&tree).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn own_crates_count_transitively() {
        let tree = metadata(&[
            ("conclave-app", &[("conclave-ports", None)]),
            ("conclave-ports", &[("conclave-engine", Some("build"))]),
            ("conclave-engine", &[]),
        ]);
        let breaches = check(&tree).unwrap();
        assert_eq!(
            breaches,
            ["conclave-app must never depend on conclave-engine: conclave-app -> conclave-ports -> conclave-engine"]
        );
    }

    #[test]
    fn third_party_crates_count_where_an_own_crate_names_them() {
        let tree = metadata(&[
            ("conclave-engine", &[("conclave-knowledge", None)]),
            ("conclave-knowledge", &[("web-sys", None), ("wgpu-core", None)]),
        ]);
        let breaches = check(&tree).unwrap();
        assert_eq!(breaches.len(), 3, "{breaches:?}");
        assert!(breaches.iter().any(|breach| breach.ends_with("conclave-engine -> conclave-knowledge -> web-sys")));
        assert!(breaches.iter().any(|breach| breach.ends_with("conclave-knowledge -> wgpu-core")));
    }

    #[test]
    fn protocol_stands_alone_and_development_dependencies_do_not_count() {
        let tree = metadata(&[
            ("conclave-protocol", &[("conclave-ports", None), ("wgpu", Some("dev"))]),
            ("conclave-ports", &[]),
        ]);
        assert_eq!(check(&tree).unwrap().len(), 1);
    }

    #[test]
    fn a_crate_without_a_rule_and_strange_metadata_are_told() {
        assert!(check(&metadata(&[("conclave-new", &[])])).unwrap().concat().contains("has no rule"));
        assert!(check(&json!({ "packages": 3 })).is_err());
    }
}
