//! A file is about one thing and stays short.

use super::Source;

/// Lines that a file may have; 400 is the aim, and these are the last ones that a good reason may fill.
const LINES_MAX: usize = 500;

/// Endings of the files that people write.
const WRITTEN: [&str; 5] = [".rs", ".js", ".mjs", ".css", ".html"];

/// Files over the limit.
pub fn check(sources: &[Source]) -> Vec<String> {
    let written = sources.iter().filter(|source| WRITTEN.iter().any(|ending| source.path.ends_with(ending)));
    let lines = written.map(|source| (&source.path, source.text.lines().count()));
    lines
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(path, lines)| format!("{path} has {lines} lines, allowed are {LINES_MAX}; split it by meaning"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_named_and_others_left_alone() {
        let source = |path: &str, lines: usize| Source { path: path.into(), text: "x\n".repeat(lines) };
        let breaches = check(&[source("a.rs", 500), source("b.css", 501), source("data.json", 9000)]);
        assert_eq!(breaches, ["b.css has 501 lines, allowed are 500; split it by meaning"]);
    }
}
