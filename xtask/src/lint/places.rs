//! The tree names no place of a single machine: no home folder, no registry that somebody happens to use.

use super::Source;

/// Folders of people and machines. Written in pieces, because this file is checked too.
const FOLDERS: [&str; 4] =
    [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("C:", "\\Users")];

/// Hosts that package managers are configured with; a lock file must not depend on them.
const REGISTRIES: [&str; 4] = [
    concat!("registry.", "npmjs.org"),
    concat!("files.", "pythonhosted.org"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
];

/// npm writes a package's address under this key unless `.npmrc` says otherwise.
const RESOLVED: &str = "\"resolved\":";

/// The clone's folder at build time; another clone that shares the target folder would be given the binary.
const BUILT_IN: &str = concat!("env!(\"CARGO_MANIFEST", "_DIR\")");

/// Lines that name such a place.
pub fn check(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources {
        for (number, line) in source.text.lines().enumerate() {
            let place = FOLDERS.iter().chain(&REGISTRIES).chain([&BUILT_IN]).find(|place| line.contains(**place));
            let resolved = source.path.ends_with("package-lock.json") && line.contains(RESOLVED);
            if let Some(what) = place.copied().or(resolved.then_some(RESOLVED)) {
                breaches.push(format!("{}:{} names {what}, a place of one machine", source.path, number + 1));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_one_machine_are_found_with_their_line() {
        let source = |path: &str, text: String| Source { path: path.into(), text };
        let breaches = check(&[
            source("a.md", format!("fine\nsee {}anna/x", FOLDERS[1])),
            source("e2e/package-lock.json", format!("{RESOLVED} \"somewhere\"")),
            source("b.json", format!("{RESOLVED} \"somewhere\"")),
            source("d.rs", format!("let folder = {BUILT_IN};")),
            source("c.toml", "crates.io is fine, https://example.org/homework too".into()),
        ]);
        assert_eq!(breaches.len(), 3, "{breaches:?}");
        assert!(breaches.first().is_some_and(|breach| breach.starts_with("a.md:2 ")));
    }
}
