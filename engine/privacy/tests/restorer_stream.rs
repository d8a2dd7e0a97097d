//! Streams: any chunks, hostile text, bytes held back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "common/token_pieces.rs"]
mod token_pieces;

use std::time::{Duration, Instant};

use conclave_privacy::restorer::HELD_MAX_BYTES;
use conclave_privacy::{Landing, Restorer, Tokens};
use conclave_protocol::Category;
use proptest::prelude::*;

use token_pieces::TOKEN_PIECES;

/// `[EMAIL_01]` to `[EMAIL_12]` are `e1@x.org` and so on; `[ADDRESS_01]` is `A1`, `[URL_01]` `U1`, `[US_SSN_01]` `S1`,
/// `[AGE_12]` `a12`.
fn table() -> Tokens {
    let mut tokens = Tokens::new();
    for i in 1..=12 {
        tokens.token(Category::Email, &format!("e{i}@x.org"));
        tokens.token(Category::Age, &format!("a{i}"));
    }
    tokens.token(Category::Address, "A1");
    tokens.token(Category::Url, "U1");
    tokens.token(Category::UsSsn, "S1");
    tokens.token(Category::CreditCard, "C1");
    tokens
}

#[test]
fn hostile_text_takes_linear_time_and_bounded_memory() {
    let tokens = table();
    let units = [
        "[",
        "[EMAIL_",
        "&#91;",
        "&",
        "&amp;",
        "\\",
        "\\u005b",
        "%5B",
        "%",
        "[[EMAIL_01](",
        "[EMAIL_01](mailto:",
        "EMAIL_",
        "EMAIL ",
        "e",
        "IP ",
        "[\u{200b}",
        "\u{200b}",
        "[ ",
        "[****",
        "{{",
        "(",
        "⟦",
        "é",
        "EMAIL_01-",
        "[EMAIL_01",
        "[EMAIL_9",
        "&#91;&#8203;",
        "\\u",
        "[EMAIL\u{200b}",
        "US_",
        "`",
        "```\n",
        "\"",
    ];
    let repeated = units.map(|unit| (unit, unit.repeat((1 << 18) / unit.len())));
    // A beginning that could go on for ever.
    let endless = [
        ("&#", "1"),
        ("&#x", "0"),
        ("[EMAIL_", "0"),
        ("[", " "),
        ("[EMAIL", "\u{200b}"),
        ("[EMAIL_01](", " "),
        ("EMAIL_01", "\u{ad}"),
    ];
    let endless = endless.map(|(begin, unit)| (begin, begin.to_owned() + &unit.repeat((1 << 18) / unit.len())));
    for (unit, text) in repeated.into_iter().chain(endless) {
        for (size, landing) in [(1 << 18, Landing::Plain), (4096, Landing::Markdown), (13, Landing::Json)] {
            let start = Instant::now();
            let mut restorer = Restorer::new(&tokens, landing);
            for chunk in text.as_bytes().chunks(size) {
                restorer.push(chunk);
                assert!(restorer.held_bytes() <= HELD_MAX_BYTES, "{unit:?}: {}", restorer.held_bytes());
            }
            restorer.finish();
            // Test builds take up to a second; quadratic time would be an hour.
            assert!(start.elapsed() < Duration::from_secs(30), "{unit:?} in chunks of {size}: {:?}", start.elapsed());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn chunks_do_not_matter(
        pieces in proptest::collection::vec(prop::sample::select(TOKEN_PIECES), 0..14),
        landing in prop::sample::select(vec![Landing::Plain, Landing::Json, Landing::Html, Landing::Markdown]),
    ) {
        let mut tokens = table();
        tokens.token(Category::Password, "a\"b<c>\\d`e\n_f");
        let text = pieces.concat();
        let mut whole = Restorer::new(&tokens, landing);
        let expected = whole.push(&text) + &whole.finish();
        // One cut anywhere, then a cut everywhere.
        for cut in 0..=text.len() {
            let mut restorer = Restorer::new(&tokens, landing);
            let out = restorer.push(&text.as_bytes()[..cut]) + &restorer.push(&text.as_bytes()[cut..]) + &restorer.finish();
            prop_assert_eq!(&out, &expected, "cut at {} of {:?}", cut, text);
            prop_assert_eq!(restorer.notes(), whole.notes());
        }
        let mut restorer = Restorer::new(&tokens, landing);
        let mut out = String::new();
        for byte in text.as_bytes() {
            out += &restorer.push([*byte]);
            prop_assert!(restorer.held_bytes() <= HELD_MAX_BYTES);
        }
        out += &restorer.finish();
        prop_assert_eq!(&out, &expected);
        prop_assert_eq!(restorer.notes(), whole.notes());
        for note in restorer.notes() {
            prop_assert!(note.span.of(&out).is_some());
        }
    }
}
