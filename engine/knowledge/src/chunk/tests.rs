#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::sentence::sentences;

fn chunked(name: &str, text: &str, options: &ChunkOptions) -> (String, Vec<Chunk>) {
    let imported = conclave_import::first(name, text.as_bytes()).unwrap();
    let chunks = chunk(&imported.text, &imported.outline, imported.kind, options);
    (imported.text, chunks)
}

const SMALL: ChunkOptions =
    ChunkOptions { strategy: ChunkStrategy::Sentence, max_pieces: 12, enough_pieces: 8, overlap_pieces: 0 };

#[test]
fn sentences_stay_whole_and_headings_begin_passages() {
    let source = "# One\n\nAlpha beta gamma. Delta epsilon zeta eta.\n\n## Two `x`\n\nTheta iota. Kappa lambda mu nu xi. Omicron pi rho sigma.\n";
    let (text, chunks) = chunked("a.md", source, &SMALL);
    let found: Vec<_> = chunks.iter().map(|c| (c.span.of(&text).unwrap(), c.heading.as_str(), c.line)).collect();
    assert_eq!(
        found,
        [
            ("# One\n\nAlpha beta gamma. Delta epsilon zeta eta.", "One", 1),
            ("## Two `x`\n\nTheta iota.", "Two x", 5),
            ("Kappa lambda mu nu xi. Omicron pi rho sigma.", "Two x", 7),
        ]
    );
}

#[test]
fn overlap_repeats_sentences_inside_a_section_only() {
    let options = ChunkOptions { overlap_pieces: 7, ..SMALL };
    let (text, chunks) =
        chunked("a.md", "# H\nAa bb cc dd ee ff. Gg hh ii jj kk ll. Mm nn oo pp qq rr.\n# I\nSs tt.", &options);
    let found: Vec<_> = chunks.iter().map(|c| c.span.of(&text).unwrap()).collect();
    assert_eq!(found[1], "Aa bb cc dd ee ff. Gg hh ii jj kk ll.");
    assert_eq!(found.last(), Some(&"# I\nSs tt."));
}

#[test]
fn one_overlong_sentence_is_cut_between_words() {
    let source = "word ".repeat(100);
    let (text, chunks) = chunked("a.txt", &source, &SMALL);
    assert!(chunks.len() > 5);
    for chunk in &chunks {
        let passage = chunk.span.of(&text).unwrap();
        assert!(passage.split(' ').all(|word| word == "word"), "{passage:?}");
    }
}

#[test]
fn a_word_longer_than_a_passage_is_cut() {
    let (text, chunks) = chunked("a.txt", &"x".repeat(10_000), &SMALL);
    assert_eq!(chunks.iter().map(|chunk| chunk.span.len()).sum::<usize>(), text.len());
    assert!(chunks.iter().all(|chunk| chunk.span.len() <= 200));
}

#[test]
fn code_keeps_its_lines_and_indentation() {
    let (text, chunks) = chunked("a.rs", "fn main() {\n    let x = 1;\n}\n\nfn other() {\n    return;\n}\n", &SMALL);
    let found: Vec<_> = chunks.iter().map(|chunk| (chunk.span.of(&text).unwrap(), chunk.line)).collect();
    assert_eq!(found[0].0.lines().next(), Some("fn main() {"));
    assert!(found.iter().any(|(passage, line)| passage.starts_with("fn other") && *line == 5), "{found:?}");
}

#[test]
fn megabytes_on_one_line_are_cut_in_linear_time() {
    let text = "ab cd ".repeat(300_000);
    assert!(chunk(&text, &[], Kind::Plain, &ChunkOptions::default()).len() > 1_000);
}

proptest! {
    #[test]
    fn passages_are_exact_and_cover_the_text(text in "(?s)[a-zA-Z .!?\n#|*。é`0-9-]{0,400}", max in 1usize..40) {
        let options = ChunkOptions { strategy: ChunkStrategy::Sentence, max_pieces: max, enough_pieces: max / 2, overlap_pieces: 0 };
        let mut end = 0;
        for chunk in chunk(&text, &[], Kind::Markdown, &options) {
            prop_assert!(chunk.span.start >= end && !chunk.span.is_empty());
            prop_assert!(text[end..chunk.span.start].trim().is_empty());
            let line = 1 + text[..chunk.span.start].matches('\n').count();
            prop_assert_eq!(chunk.line as usize, line);
            end = chunk.span.end;
        }
        prop_assert!(text[end..].trim().is_empty());
    }

    #[test]
    fn sentences_that_fit_are_never_cut(text in "[a-z]{1,8}( [a-z]{1,8}){0,6}\\.( [A-Z][a-z]{1,8}( [a-z]{1,8}){0,6}\\.){0,20}") {
        let chunks = chunk(&text, &[], Kind::Plain, &SMALL);
        for sentence in sentences(&text) {
            let fits = estimate_pieces(sentence.of(&text).unwrap()) <= SMALL.max_pieces;
            let whole = chunks.iter().any(|c| c.span.start <= sentence.start && sentence.end <= c.span.end);
            prop_assert!(whole || !fits);
        }
    }
}

#[test]
fn paragraphs_stay_whole_where_they_fit() {
    let options = ChunkOptions { strategy: ChunkStrategy::Paragraph, ..SMALL };
    let (text, chunks) = chunked("a.txt", "Aa bb cc dd ee ff.\n\nGg hh. Ii jj kk ll mm.\n\nNn oo.", &options);
    let found: Vec<_> = chunks.iter().map(|c| c.span.of(&text).unwrap()).collect();
    assert_eq!(found, ["Aa bb cc dd ee ff.", "Gg hh. Ii jj kk ll mm.\n\nNn oo."]);
    let (text, chunks) = chunked("a.txt", &"Aa bb cc dd. ".repeat(9), &options);
    assert!(chunks.iter().all(|chunk| chunk.span.of(&text).unwrap().ends_with("dd.")), "{chunks:?}");
}

#[test]
fn fixed_windows_are_full_and_overlap_by_their_size() {
    let options = ChunkOptions { strategy: ChunkStrategy::FixedTokens, overlap_pieces: 2, ..SMALL };
    let (text, chunks) = chunked("a.txt", &"One two. Three four five six seven. ".repeat(4), &options);
    let found: Vec<_> = chunks.iter().map(|c| c.span.of(&text).unwrap()).collect();
    assert_eq!(found[0], "One two. Three four five six seven. One two.");
    assert!(found[1].starts_with("two. Three"), "{found:?}");
}

#[test]
fn sizes_are_those_of_the_counter() {
    let text = "Aa bb. Cc dd. Ee ff. Gg hh.";
    let by_chars = |text: &str| text.chars().count();
    let found = chunk_with(text, &[], Kind::Plain, &SMALL, &by_chars);
    assert_eq!(found.iter().map(|c| c.span.of(text).unwrap()).collect::<Vec<_>>(), ["Aa bb. Cc dd.", "Ee ff. Gg hh."]);
}

const PYTHON: &str = "import os\n\n# Adds.\n@cached\ndef add(a, b):\n    c = a + b\n\n    return c\n\nclass Stack:\n    def push(self, x):\n        self.items.append(x)\n        self.size += 1\n\n    def pop(self):\n        self.size -= 1\n        return self.items.pop()\n\nprint(add(1, 2))\n";

#[test]
fn definitions_begin_passages_with_what_stands_above_them() {
    let options = ChunkOptions { max_pieces: 40, enough_pieces: 8, ..SMALL };
    let (text, chunks) = chunked("a.py", PYTHON, &options);
    let found: Vec<_> =
        chunks.iter().map(|c| (c.span.of(&text).unwrap().lines().next().unwrap(), c.heading.as_str())).collect();
    assert_eq!(
        found,
        [("import os", ""), ("class Stack:", ""), ("    def pop(self):", "class Stack"), ("print(add(1, 2))", "")]
    );
}

#[test]
fn braces_and_keywords_of_other_languages_are_definitions_too() {
    let first_words = |name: &str, text: &str| {
        let options = ChunkOptions { max_pieces: 30, enough_pieces: 4, ..SMALL };
        let (text, chunks) = chunked(name, text, &options);
        chunks.iter().map(|c| c.span.of(&text).unwrap().lines().next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let c = "#include <a.h>\nint x = 1;\n/* Main. */\nint main(void) {\n  if (x) {\n    f(x);\n  }\n}\nvoid f(int a)\n{\n  g(a);\n}\n";
    assert_eq!(first_words("a.c", c), ["#include <a.h>", "/* Main. */", "void f(int a)"]);
    let rust = "use std::io;\n\n#[derive(Debug)]\npub(crate) struct A {\n    b: u8,\n}\n\n/// Does.\npub async fn does() {\n    a().await;\n}\n";
    assert_eq!(first_words("a.rs", rust), ["use std::io;", "#[derive(Debug)]", "/// Does."]);
    let ts = "import a from 'a';\nexport default class X {\n  y = 1;\n}\nexport function z() {\n  return 1;\n}\n";
    assert_eq!(first_words("a.ts", ts), ["import a from 'a';", "export default class X {", "export function z() {"]);
}

proptest! {
    #[test]
    fn any_code_is_covered(text in "(?s)((    |\t)?(fn a|class B:|def f\\(x\\):|\\}|end|// c|@d|x = 1|if \\(y\\) \\{|é|)\n){0,40}", max in 1usize..40) {
        for strategy in [ChunkStrategy::Sentence, ChunkStrategy::Paragraph, ChunkStrategy::FixedTokens] {
            let options = ChunkOptions { strategy, max_pieces: max, enough_pieces: max / 2, overlap_pieces: 0 };
            let mut end = 0;
            for chunk in chunk(&text, &[], Kind::Code, &options) {
                prop_assert!(chunk.span.start >= end && !chunk.span.is_empty());
                prop_assert!(text[end..chunk.span.start].trim().is_empty());
                end = chunk.span.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
