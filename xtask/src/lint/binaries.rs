//! The tree holds sources: what is no text has a place of its own, or came there by mistake.

/// Where binary files may lie: what tests read, and pictures of the documentation.
const PLACES: [&str; 2] = ["/tests/fixtures/", "docs/"];

/// Binary files elsewhere.
pub fn check(binaries: &[String]) -> Vec<String> {
    let is_at_home = |path: &&String| PLACES.iter().any(|place| path.contains(place));
    let strays = binaries.iter().filter(|path| !is_at_home(path));
    strays.map(|path| format!("{path} is a binary file outside {}", PLACES.join(" and "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_file_outside_its_places_is_found() {
        let paths = ["docs/page.png", "engine/x/tests/fixtures/tiny.gguf", "package.whl", "app/tool.wasm"];
        let breaches = check(&paths.map(str::to_owned));
        assert_eq!(breaches.len(), 2, "{breaches:?}");
        assert!(breaches[0].starts_with("package.whl ") && breaches[1].starts_with("app/tool.wasm "), "{breaches:?}");
    }
}
