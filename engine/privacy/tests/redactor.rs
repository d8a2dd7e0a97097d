//! The face of the crate: tokens, overlaps, any text, linear time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use conclave_privacy::{Redactor, Rules, Tokens};
use conclave_protocol::Category;
use proptest::prelude::*;

#[test]
fn one_value_has_one_token() {
    let text = "Ann@example.com, bob@example.com, ann@EXAMPLE.com; call +1 415 555 2671 or +1 (415) 555-2671";
    let tokens: Vec<String> =
        Redactor::new().unwrap().marks(text).unwrap().into_iter().map(|mark| mark.token).collect();
    assert_eq!(tokens, ["[EMAIL_01]", "[EMAIL_02]", "[EMAIL_01]", "[PHONE_01]", "[PHONE_01]"]);
}

#[test]
fn a_conversation_keeps_its_tokens() {
    let redactor = Redactor::new().unwrap();
    let mut tokens = Tokens::new();
    let first = redactor.marks_by("a@example.com", &Rules::default(), &mut tokens).unwrap();
    let second = redactor.marks_by("b@example.com and a@example.com", &Rules::default(), &mut tokens).unwrap();
    assert_eq!(first[0].token, "[EMAIL_01]");
    assert_eq!((second[0].token.as_str(), second[1].token.as_str()), ("[EMAIL_02]", "[EMAIL_01]"));
}

#[test]
fn a_secret_swallows_what_overlaps_it() {
    let marks = Redactor::new().unwrap().marks("postgres://ann:pw4@10.0.0.1/db and ann@example.com").unwrap();
    let kinds: Vec<Category> = marks.iter().map(|mark| mark.category).collect();
    assert_eq!(kinds, [Category::Url, Category::Email]);
}

#[test]
fn lines_of_settings_are_values_of_their_own() {
    let key = ["sk", "live", "51H8x2LKJd8sKq0ZpQwErTyUiOpAsDf"].join("_");
    let text = format!(
        "DATABASE_URL=postgres://app:vE7%2Frk9Q!x2@db.example.org:5432/shop\n\
         REDIS_URL=redis://:p4ssw0rdOfRedis@10.12.4.9:6379/0\nSTRIPE_SECRET_KEY={key}\nAWS_ACCESS_KEY_ID=AKIAQ7MZ2XWVR4TNKL6B\n"
    );
    let found = Redactor::new().unwrap().find(&text).unwrap();
    let values: Vec<&str> = found.iter().map(|finding| finding.span.of(&text).unwrap()).collect();
    assert_eq!(
        values,
        [
            "postgres://app:vE7%2Frk9Q!x2@db.example.org:5432/shop",
            "redis://:p4ssw0rdOfRedis@10.12.4.9:6379/0",
            &key,
            "AKIAQ7MZ2XWVR4TNKL6B",
        ]
    );
}

#[test]
fn offsets_are_bytes_of_the_text() {
    let text = "Schlüssel für Jürgen 🔑: a@example.com";
    let mark = Redactor::new().unwrap().marks(text).unwrap().remove(0);
    assert_eq!(mark.span.of(text), Some("a@example.com"));
}

/// A text that would cost a quadratic scanner minutes.
fn hostile(unit: &str) -> String {
    unit.repeat((1 << 18) / unit.len())
}

#[test]
fn hostile_text_takes_linear_time() {
    let redactor = Redactor::new().unwrap();
    let units = [
        "@",
        "a@",
        "a.b@",
        "://",
        "a://b:c@",
        "a:b@",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY",
        "eyJ",
        "eyJhbGciOiJIUzI1NiJ9.",
        "sk-",
        "sk-ant-",
        "ghp_",
        "xox",
        "1",
        "1 ",
        "1-",
        "4111 ",
        "+1 ",
        "0049 ",
        "1.",
        "1.1.1.1.",
        ":",
        "::",
        "a:",
        "api_key=",
        "aws ",
        "aws",
        "token: ",
        "x",
        " ",
        "\n",
        "é",
        "(",
        "SG.",
        ".",
        "a.aaaaaa.",
        "1:AA",
        "-us1",
        "Q~",
        "eyJhIjoi",
        "AAAAAAAAAAAAAAAAAAAA",
        "password=",
        "password is ",
        "password for ",
        "key: \"",
        "<password>",
        "token token ",
        "authorization: bearer ",
        "cookie: a=b;",
        "curl -u a:",
        "mysql -p",
        "PuTTY-User-Key-File-2: x\n",
        "---- BEGIN SSH2 ENCRYPTED x\n",
        "abandon ",
        "$6$a$",
        "a [at] b [dot] ",
        "x at b dot ",
        "\"a\"@",
        "aad3b435b51404ee:::",
        "xprv",
        "5K",
    ];
    // A quarter of a megabyte of each, then a megabyte of all of them in turn.
    let mut texts: Vec<(&str, String)> = units.iter().map(|unit| (*unit, hostile(unit))).collect();
    texts.push(("all", units.concat().repeat((1 << 20) / units.concat().len())));
    for (unit, text) in texts {
        let start = Instant::now();
        let found = redactor.find(&text).unwrap();
        let took = start.elapsed();
        // Test builds take about a second for the worst of these; quadratic time would be many minutes.
        assert!(took < Duration::from_secs(20), "{unit:?} took {took:?} for {} finds", found.len());
    }
}

proptest! {
    #[test]
    fn any_text_gives_ordered_spans_that_fit(text in "(?s).{0,400}") {
        check(&text);
    }

    #[test]
    fn text_made_of_pieces_of_values_gives_ordered_spans_that_fit(
        pieces in proptest::collection::vec(
            prop::sample::select(vec![
                "@", ".", "a", "é", "🔑", "+", "(", ")", "-", " ", "4111", "1111", "555", "0", "00", "://", ":", "sk-", "ghp_", "eyJ",
                "-----BEGIN ", "PRIVATE KEY-----", "-----END ", "\n", "\\n", "api_key", "=", "\"", "aws", "example.com", "::", "fe80",
                "\u{a0}", "\u{2011}", "x1", "%3D", "AKIA", "IOSFODNN7EXAMPL3",
            ]),
            0..60,
        )
    ) {
        check(&pieces.concat());
    }
}

thread_local! {
    static REDACTOR: Redactor = Redactor::new().unwrap();
}

fn check(text: &str) {
    let marks = REDACTOR.with(|redactor| redactor.marks(text).unwrap());
    let mut end = 0;
    for mark in marks {
        assert!(mark.span.start >= end && mark.span.end > mark.span.start, "ordered, without overlaps");
        assert!(mark.span.of(text).is_some(), "on character boundaries");
        end = mark.span.end;
    }
}

#[test]
fn a_card_that_a_break_cuts_is_whole_although_its_rest_looks_like_one() {
    let redactor = Redactor::new().unwrap();
    for text in ["552=\n4436925585533", "477=\n4253921826518"] {
        let found = redactor.find(text).unwrap();
        assert_eq!(found.iter().map(|finding| finding.category).collect::<Vec<_>>(), [Category::CreditCard], "{text}");
        assert_eq!(found[0].span.of(text), Some(text));
    }
}
