//! Numbers in JSON: what is redacted is JSON still, and comes back as it was.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use conclave_privacy::review::{Decisions, review};
use conclave_privacy::{Finding, Landing, Redaction, Redactor, Restorer, Rules, Strength, Tokens};
use conclave_protocol::{Category, Span};
use proptest::prelude::*;

fn restored(tokens: &Tokens, redaction: &Redaction, cuts: &[usize]) -> String {
    let mut restorer = Restorer::of_message(tokens, Landing::Plain, redaction);
    let (mut out, mut from) = (String::new(), 0);
    for cut in cuts.iter().copied().chain([redaction.text().len()]) {
        out += &restorer.push(&redaction.text().as_bytes()[from..cut]);
        from = cut;
    }
    out + &restorer.finish()
}

const RECORD: &str = r#"{"ssn": 536904399, "again": "536904399", "card": [4111111111111111,4111111111111111], "phone": 4155552671.0, "n": 12, "say": "\"[US_SSN_01]\""}"#;

#[test]
fn numbers_become_strings_and_numbers_again() {
    let found = Redactor::new().unwrap().find(RECORD).unwrap();
    let mut tokens = Tokens::new();
    let redaction = Redaction::of(RECORD, &found, &mut tokens);
    let value: serde_json::Value = serde_json::from_str(redaction.text()).unwrap();
    assert_eq!((&value["ssn"], &value["again"]), (&"[US_SSN_01]".into(), &"[US_SSN_01]".into()));
    assert_eq!(value["card"], serde_json::json!(["[CREDIT_CARD_01]", "[CREDIT_CARD_01]"]));
    assert_eq!(value["n"], 12);
    assert!(!redaction.text().contains("4155552671"), "{}", redaction.text());
    for cut in 0..=redaction.text().len() {
        assert_eq!(restored(&tokens, &redaction, &[cut]), RECORD, "cut at {cut}");
    }
    let every: Vec<usize> = (0..redaction.text().len()).collect();
    assert_eq!(restored(&tokens, &redaction, &every), RECORD);
    // An answer keeps the string that the model saw.
    let mut answer = Restorer::new(&tokens, Landing::Json);
    let answer = answer.push(redaction.text()) + &answer.finish();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&answer).unwrap()["ssn"], "536904399");
}

#[test]
fn a_review_shows_the_same_text() {
    let redactor = Redactor::new().unwrap();
    let (kept, hidden) = (["[CREDIT_CARD_01]".to_owned()], []);
    let (review, _) =
        review(&redactor, &Rules::default(), &Tokens::new(), RECORD, Decisions { kept: &kept, hidden: &hidden })
            .unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&review.redacted).is_ok(), "{}", review.redacted);
    for one in &review.found {
        let shown = one.redacted.of(&review.redacted).unwrap();
        let value = one.mark.span.of(RECORD).unwrap();
        assert!(shown.trim_matches('"') == if one.hidden { one.mark.token.as_str() } else { value }, "{shown}");
    }
}

#[test]
fn texts_that_are_no_json_have_no_quotes() {
    let text = "ssn: 536904399";
    let mut tokens = Tokens::new();
    let found = Redactor::new().unwrap().find(text).unwrap();
    assert_eq!(Redaction::of(text, &found, &mut tokens).text(), "ssn: [US_SSN_01]");
}

/// A JSON array of these: content, and whether it is a number.
const ITEMS: &[(&str, bool)] = &[
    ("536904399", true),
    ("-12.5e3", true),
    ("7", true),
    ("536904399", false),
    ("[US_SSN_01]", false),
    ("\\\"", false),
    ("[LITERAL_01]", false),
    ("x", false),
    ("", false),
];

proptest! {
    #[test]
    fn any_array_comes_back(
        items in proptest::collection::vec((prop::sample::select(ITEMS), any::<bool>(), any::<bool>()), 1..8),
        cuts in proptest::collection::vec(0..600usize, 0..4),
    ) {
        let (mut text, mut findings) = ("[".to_owned(), Vec::new());
        for (i, ((item, is_number), is_value, spaced)) in items.into_iter().enumerate() {
            text += if i == 0 { "" } else if spaced { ", " } else { "," };
            text += if is_number { "" } else { "\"" };
            if is_value && !item.is_empty() {
                let span = Span::new(text.len(), text.len() + item.len());
                findings.push(Finding::new(span, Category::UsSsn, Strength::Checksummed, "test"));
            }
            text += item;
            text += if is_number { "" } else { "\"" };
        }
        text.push(']');
        let mut tokens = Tokens::new();
        let redaction = Redaction::of(&text, &findings, &mut tokens);
        prop_assert!(serde_json::from_str::<serde_json::Value>(redaction.text()).is_ok(), "{}", redaction.text());
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (redaction.text().len() + 1)).collect();
        cuts.sort_unstable();
        prop_assert_eq!(restored(&tokens, &redaction, &cuts), text);
    }
}
