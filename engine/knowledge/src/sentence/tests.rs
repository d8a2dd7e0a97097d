#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn split(text: &str) -> Vec<&str> {
    sentences(text).into_iter().map(|span| span.of(text).unwrap()).collect()
}

#[test]
fn full_stops_inside_sentences_end_nothing() {
    for whole in [
        "Dr. Smith met Mrs. O'Neil at 5 p.m. on Monday.",
        "The value is 3.14 at version 2.0.1 of e.g. Rust.",
        "See Fig. 3 and pp. 12 for details.",
        "J. R. R. Tolkien wrote it.",
        "Visit www.example.com/a.b?c=d today.",
        "\"Really?\" he said.",
        "They live in the U.S. Senate district.",
        "He paused... and went on.",
    ] {
        assert_eq!(split(whole), [whole]);
    }
}

#[test]
fn sentences_end_at_marks_with_their_quotes() {
    assert_eq!(
        split("It is. Is it? Yes! \"So.\" (Fine.) End"),
        ["It is.", "Is it?", "Yes!", "\"So.\"", "(Fine.)", "End"]
    );
    assert_eq!(split("He works at Acme Inc. The firm is old."), ["He works at Acme Inc.", "The firm is old."]);
    assert_eq!(split("So did I. Then it rained."), ["So did I.", "Then it rained."]);
    assert_eq!(split("The answer is no. 5 people left."), ["The answer is no. 5 people left."]);
    assert_eq!(split("Costs 5.\u{a0}Next one."), ["Costs 5.", "Next one."]);
}

#[test]
fn scripts_without_spaces_end_at_their_own_marks() {
    assert_eq!(split("今日は晴れ。「明日は？」雨だ！終わり"), ["今日は晴れ。", "「明日は？」", "雨だ！", "終わり"]);
    assert_eq!(split("यह एक है। वह दो है।"), ["यह एक है।", "वह दो है।"]);
}

#[test]
fn wrapped_lines_join_and_blank_lines_split() {
    let text = "This line is wrapped at a\nwidth of some characters and\ngoes on. Next one.\n\nNew paragraph";
    assert_eq!(
        split(text),
        ["This line is wrapped at a\nwidth of some characters and\ngoes on.", "Next one.", "New paragraph"]
    );
}

#[test]
fn short_lines_stand_for_themselves() {
    let text = "Name: Ada Lovelace\nBorn: 1815\nWorked on: the Analytical Engine of Charles Babbage";
    assert_eq!(split(text), text.lines().collect::<Vec<_>>());
}

#[test]
fn headings_items_rows_and_code_are_units() {
    let text = "# A. Title\n1. First item. More.\n2. Second\n- third\n| a. B | c |\n```\nlet x = 1. Then();\n```\n> Quote. Two.";
    assert_eq!(
        split(text),
        [
            "# A. Title",
            "1. First item.",
            "More.",
            "2. Second",
            "- third",
            "| a. B | c |",
            "```",
            "let x = 1. Then();",
            "```",
            "> Quote.",
            "Two."
        ]
    );
}

#[test]
fn lines_of_code_outside_a_fence_are_units() {
    let text =
        "def fee(metres, days):\n    if days == 0:\n        return 0\n    total = RATE * metres\n    return total";
    assert_eq!(split(text), text.lines().map(str::trim).collect::<Vec<_>>());
    let prose = "The rate (see below) is fixed for a year;\nafter that it follows the index of prices.";
    assert_eq!(split(prose).len(), 1, "a semicolon at a line's end is no code");
}

#[test]
fn a_line_of_megabytes_is_split_in_linear_time() {
    let text = "word ".repeat(400_000);
    assert_eq!(sentences(&text).len(), 1);
    let stops = "A. ".repeat(400_000);
    assert!(!sentences(&stops).is_empty());
}

proptest! {
    #[test]
    fn spans_are_ordered_trimmed_and_cover_everything_visible(text in "(?s)[a-zA-Z0-9 .!?\"'()\n#|`*。？é\t-]{0,200}") {
        let spans = sentences(&text);
        let mut end = 0;
        for span in &spans {
            prop_assert!(span.start >= end);
            prop_assert!(text[end..span.start].trim().is_empty());
            let sentence = span.of(&text).unwrap();
            prop_assert!(!sentence.is_empty() && sentence.trim() == sentence);
            end = span.end;
        }
        prop_assert!(text[end..].trim().is_empty());
    }

    #[test]
    fn any_text_is_split_without_a_panic(text in any::<String>()) {
        let _ = sentences(&text);
    }
}
