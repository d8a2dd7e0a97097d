//! Input that nobody wants: long, deep, broken, hostile. It takes bounded time, nothing panics, and every offset is exact in
//! bytes, code points and UTF-16 units.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use conclave_privacy::{PrivacyError, Redaction, Redactor, Rules, Tokens};
use conclave_protocol::{Category, PrivacySettings};
use proptest::prelude::*;

/// Time for ten megabytes: a fifth of a megabyte per second, on a busy machine. Quadratic time would be hours.
const LONGEST: Duration = Duration::from_secs(50);

fn found_in(text: &str) -> usize {
    let redactor = Redactor::new().unwrap();
    let start = Instant::now();
    let found = redactor.find(text).unwrap();
    assert!(start.elapsed() < LONGEST, "{:?} for {} bytes", start.elapsed(), text.len());
    let mut end = 0;
    for finding in &found {
        assert!(finding.span.start >= end && finding.span.of(text).is_some(), "{finding:?}");
        end = finding.span.end;
    }
    found.len()
}

#[test]
fn ten_megabytes_of_prose_with_a_value_at_each_end() {
    let prose = "The harbour master opened the ledger at six in the morning and wrote down every ship.\n";
    let text = format!("ann@example.com {} bob@example.com", prose.repeat(10_000_000 / prose.len()));
    assert_eq!(found_in(&text), 2);
}

#[test]
fn one_line_of_five_megabytes() {
    for unit in ["abcdef ", "a1", "x=y;", "\u{202e}abc\u{301} ", "{\"a\":"] {
        let text = format!("{} ann@example.com", unit.repeat(5_000_000 / unit.len()));
        assert!(found_in(&text) >= 1, "{unit:?}");
    }
}

#[test]
fn a_hundred_thousand_finds_are_replaced_and_linked() {
    let text: String = (0..100_000).map(|i| format!("user{i}@example.com, ")).collect();
    let findings = Redactor::new().unwrap().find(&text).unwrap();
    assert_eq!(findings.len(), 100_000);
    let start = Instant::now();
    let mut tokens = Tokens::new();
    let redaction = Redaction::of(&text, &findings, &mut tokens);
    assert!(start.elapsed() < LONGEST);
    assert!(redaction.text().ends_with("[EMAIL_100000], "));
}

#[test]
fn deep_json_keeps_its_structure() {
    let deep = format!("{}\"ann@example.com\"{}", "{\"a\":[".repeat(500_000), "]}".repeat(500_000));
    assert_eq!(found_in(&deep), 1);
}

#[test]
fn json_is_json_after_its_values_were_replaced() {
    let text = r#"{"email":"ann@example.com","name":"x\"y","hosts":["192.0.2.7","+49 171 1234567"],"n":12,"k":{"password":"hunter2x9"}}"#;
    let findings = Redactor::new().unwrap().find(text).unwrap();
    let redaction = Redaction::of(text, &findings, &mut Tokens::new());
    let json: serde_json::Value = serde_json::from_str(redaction.text()).unwrap();
    assert_eq!(json["email"], "[EMAIL_01]");
    assert_eq!(json["hosts"], serde_json::json!(["[IP_ADDRESS_01]", "[PHONE_01]"]));
    assert_eq!((&json["name"], &json["n"]), (&"x\"y".into(), &12.into()));
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    let text = "a ".repeat((32 << 20) / 2 + 1);
    assert!(matches!(Redactor::new().unwrap().find(&text), Err(PrivacyError::TooLong { .. })));
}

#[test]
fn a_hostile_pattern_is_refused_or_stays_linear() {
    let patterns = ["(a|aa)+$", "(.*)*x", "((a{50}){50}){50}", "a[^b]*b|a", "(?:[a-z]+)+[0-9]"];
    let settings =
        PrivacySettings { patterns: patterns.iter().map(|p| (*p).to_owned()).collect(), ..PrivacySettings::default() };
    let start = Instant::now();
    let (rules, problems) = Rules::compile(&settings);
    assert!(problems.iter().any(|problem| problem.index == 2));
    let text = "a".repeat(1_000_000);
    Redactor::new().unwrap().find_by(&text, &rules).unwrap();
    assert!(start.elapsed() < LONGEST, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn offsets_are_exact_in_bytes_code_points_and_utf16(
        pieces in proptest::collection::vec(
            prop::sample::select(vec![
                "ann@example.com", " ", "🔑", "é", "e\u{301}", "\u{202e}", "\0", "\u{fffd}", "\u{200b}", "4111 1111 1111 1111", "%40",
                "\\u0040", "192.0.2.7", "\n", "ａ", "ß", "日本", "👩‍👩‍👧",
            ]),
            0..30,
        )
    ) {
        let text = pieces.concat();
        let points: Vec<char> = text.chars().collect();
        let units: Vec<u16> = text.encode_utf16().collect();
        for finding in Redactor::new().unwrap().find(&text).unwrap() {
            let value = finding.span.of(&text).unwrap();
            let before = &text[..finding.span.start];
            let point = before.chars().count();
            prop_assert_eq!(points[point..point + value.chars().count()].iter().collect::<String>(), value);
            let unit = before.encode_utf16().count();
            let stretch = &units[unit..unit + value.encode_utf16().count()];
            prop_assert_eq!(String::from_utf16(stretch).unwrap(), value);
            prop_assert!(finding.category != Category::Custom);
        }
    }
}
