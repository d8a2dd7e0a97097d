#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::sentence::sentences;

fn chunked(name: &str, text: &str, options: &ChunkOptions) -> (String, Vec<Chunk>) {
    let imported = conclave_import::first(name, text.as_bytes()).unwrap();
    let chunks = chunk(&imported.text, &imported.outline, imported.kind, options);
    (imported.text, chunks)
}

const SMALL: ChunkOptions = ChunkOptions { max_pieces: 12, enough_pieces: 8, overlap_sentences: 0 };

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
    let options = ChunkOptions { overlap_sentences: 1, ..SMALL };
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
        let options = ChunkOptions { max_pieces: max, enough_pieces: max / 2, overlap_sentences: 0 };
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
