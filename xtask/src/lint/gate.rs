//! No ungated answer: the type that the page may show is made in one place.

use super::Source;

/// The trait of approved answers is sealed by this rule. Written in pieces, because this file is checked too.
const IMPLEMENTATION: &str = concat!("impl Approved", "Answer for");

/// The gate, which alone implements it.
const GATE: &str = "engine/src/council/gate.rs";

/// Implementations outside of the gate, or more or less than one inside.
pub fn check(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut in_gate = None;
    for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
        let count = source.text.matches(IMPLEMENTATION).count();
        if source.path == GATE {
            in_gate = Some(count);
        } else if count > 0 {
            breaches.push(format!("{} has `{IMPLEMENTATION}`; only {GATE} may approve an answer", source.path));
        }
    }
    // Before the gate exists nothing can be approved.
    if let Some(count) = in_gate.filter(|count| *count != 1) {
        breaches.push(format!("{GATE} has `{IMPLEMENTATION}` {count} times; it must stand there once"));
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, times: usize) -> Source {
        Source { path: path.into(), text: format!("{IMPLEMENTATION} X {{}}\n").repeat(times) }
    }

    #[test]
    fn the_gate_alone_approves_and_only_once() {
        assert!(check(&[source(GATE, 1), source("app/src/lib.rs", 0)]).is_empty());
        assert!(check(&[source("app/src/lib.rs", 0)]).is_empty());
        assert_eq!(check(&[source(GATE, 0)]).len(), 1);
        assert_eq!(check(&[source(GATE, 2)]).len(), 1);
        assert_eq!(check(&[source(GATE, 1), source("app/src/lib.rs", 1)]).len(), 1);
        assert!(check(&[source(GATE, 1), source("notes.md", 1)]).is_empty());
    }
}
