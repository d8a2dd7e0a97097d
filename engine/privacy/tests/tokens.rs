//! One value, one token: spellings, numbers, the stored form, redacted texts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "common/token_pieces.rs"]
mod token_pieces;

use conclave_privacy::{Finding, Kind, Landing, PrivacyError, Redaction, Restorer, Strength, Token, Tokens};
use conclave_protocol::{Category, Span, ThreadId};
use proptest::prelude::*;

use token_pieces::TOKEN_PIECES;

/// Spellings of one value.
const SAME: &[(Category, &[&str])] = &[
    (Category::Email, &["Ann@Example.com", "ann@example.COM", "ann [at] example [dot] com", "ann＠example.com"]),
    (Category::Email, &["info@münchen.example", "INFO@MÜNCHEN.example", "info@xn--mnchen-3ya.example"]),
    (
        Category::CreditCard,
        &["4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "4111\u{a0}1111\n1111 1111"],
    ),
    (Category::Iban, &["DE89 3704 0044 0532 0130 00", "de89370400440532013000", "DE89-3704-0044-0532-0130-00"]),
    (Category::UsSsn, &["078-05-1120", "078051120", "078 05 1120", "078.05.1120", "078‑05‑1120"]),
    (Category::NationalId, &["12.345.678-Z", "12345678z", "12345678-Z"]),
    (Category::VatId, &["ATU 1234 5678", "atu12345678"]),
    (
        Category::Phone,
        &[
            "+49 171 1234567",
            "0049 (171) 1234567",
            "+49 (0)171 123 45 67",
            "0049(0)171-1234567",
            "0171 1234567",
            "0171/1234567",
        ],
    ),
    (Category::Phone, &["(415) 555-2671", "+1 415 555 2671", "1-415-555-2671", "415.555.2671"]),
    (Category::Phone, &["+7 912 345-67-89", "8 (912) 345-67-89"]),
    (Category::Phone, &["+49 30 1234567 ext. 12", "0049 30 1234567x12"]),
    (Category::IpAddress, &["2001:db8::1", "2001:0DB8:0:0::1", "[2001:db8::1]"]),
    (Category::MacAddress, &["00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001b.4411.3ab7"]),
    (
        Category::CryptoAddress,
        &["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ"],
    ),
    (
        Category::CryptoAddress,
        &["0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886e0f7030069857d2e4169ee7"],
    ),
    (Category::DeviceId, &["550E8400-E29B-41D4-A716-446655440000", "{550e8400-e29b-41d4-a716-446655440000}"]),
    (Category::DeviceId, &["49-015420-323751-8", "490154203237518"]),
    (Category::Person, &["Ann  Müller", "ANN MÜLLER", "ann\nmüller", "Ann\u{a0}Mu\u{308}ller"]),
    (Category::Address, &["Hauptstraße 5,\n10115 Berlin", "HAUPTSTRASSE 5, 10115 BERLIN"]),
    (Category::PostalCode, &["SW1A 1AA", "sw1a1aa"]),
    (Category::LicensePlate, &["M-AB 123", "m ab 123"]),
    (Category::Jwt, &["eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln", "eyJhbGciOiJIUzI1NiJ9.\n  eyJhIjoxfQ.c2ln"]),
    (Category::PrivateKey, &["-----BEGIN X-----\nAAAA\n-----END X-----", "-----BEGIN X-----\\nAAAA\\n-----END X-----"]),
    (Category::Url, &["https://Ann:Pw@Example.com/A", "HTTPS://Ann:Pw@example.COM/A"]),
];

/// Values that look alike and are two.
const DIFFERENT: &[(Category, &str, &str)] = &[
    (Category::ApiKey, "abcDEF", "abcdef"),
    (Category::Password, "pass word", "password"),
    (Category::LicensePlate, "M-AB 123", "MA-B 123"),
    (Category::NationalId, "121212-1212", "121212+1212"),
    (Category::CryptoAddress, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "1bvbmseystwetqtfn5au4m4gfg7xjanvn2"),
    (Category::PostalCode, "12-345", "12345"),
    (Category::Phone, "+49 171 1234567", "+41 171 1234567"),
    (Category::Phone, "+49 30 1234567 ext. 12", "+49 30 1234567 ext. 13"),
    (Category::Phone, "0113 496 0000", "113 496 0000 00"),
    (Category::Url, "https://ann:pw@example.com/a", "https://ann:PW@example.com/a"),
    (Category::Person, "Ann Muller", "Anne Muller"),
];

#[test]
fn a_writing_keeps_its_token_when_another_writing_of_it_gets_one() {
    let mut tokens = Tokens::new();
    let written = [
        (Category::NationalId, "44051401359"),
        (Category::Phone, "44051401359"),
        (Category::Phone, "440 514 013 59"),
        (Category::NationalId, "440 514 013 59"),
    ];
    let first: Vec<String> = written.iter().map(|(category, value)| tokens.token(*category, value)).collect();
    let again: Vec<String> = written.iter().map(|(category, value)| tokens.token(*category, value)).collect();
    assert_eq!(first, again);
}

#[test]
fn spellings_of_one_value_share_a_token() {
    for (category, spellings) in SAME {
        for first in *spellings {
            let mut tokens = Tokens::new();
            let token = tokens.token(*category, first);
            for other in *spellings {
                assert_eq!(tokens.token(*category, other), token, "{first:?} and {other:?}");
            }
        }
    }
}

#[test]
fn values_that_look_alike_have_two_tokens() {
    for (category, one, other) in DIFFERENT {
        let mut tokens = Tokens::new();
        assert_ne!(tokens.token(*category, one), tokens.token(*category, other), "{one:?} and {other:?}");
    }
}

#[test]
fn a_national_number_that_two_countries_know_is_neither() {
    let mut tokens = Tokens::new();
    assert_eq!(tokens.token(Category::Phone, "+49 171 1234567"), "[PHONE_01]");
    assert_eq!(tokens.token(Category::Phone, "+41 171 1234567"), "[PHONE_02]");
    assert_eq!(tokens.token(Category::Phone, "0171 1234567"), "[PHONE_03]");
    assert_eq!(tokens.token(Category::Phone, "0171 1234567"), "[PHONE_03]");
    // And one that came first belongs to the first country that it is seen with, not to two.
    let mut tokens = Tokens::new();
    assert_eq!(tokens.token(Category::Phone, "0171 1234567"), "[PHONE_01]");
    assert_eq!(tokens.token(Category::Phone, "+49 171 1234567"), "[PHONE_01]");
    assert_eq!(tokens.token(Category::Phone, "+41 171 1234567"), "[PHONE_02]");
}

#[test]
fn a_credential_has_one_token_whatever_a_detector_takes_it_for() {
    let mut tokens = Tokens::new();
    assert_eq!(tokens.token(Category::Password, "hunter2hunter2"), "[PASSWORD_01]");
    assert_eq!(tokens.token(Category::ApiKey, "hunter2hunter2"), "[PASSWORD_01]");
    // A name may be a person's and a town's.
    assert_eq!(tokens.token(Category::Person, "Paris Texas"), "[PERSON_01]");
    assert_eq!(tokens.token(Category::Location, "Paris Texas"), "[LOCATION_01]");
}

#[test]
fn numbers_go_on_behind_ninety_nine_and_are_never_given_twice() {
    let mut tokens = Tokens::new();
    let all: Vec<String> = (0..101).map(|i| tokens.token(Category::Email, &format!("a{i}@example.com"))).collect();
    assert_eq!((all[0].as_str(), all[98].as_str(), all[99].as_str()), ("[EMAIL_01]", "[EMAIL_99]", "[EMAIL_100]"));
    let last = Token { kind: Kind::Value(Category::Email), number: 101 };
    assert!(tokens.forget(last) && !tokens.forget(last));
    assert_eq!(tokens.value(last), None);
    assert_eq!(tokens.token(Category::Email, "a100@example.com"), "[EMAIL_102]");
    tokens.forget_all();
    assert!(tokens.is_empty());
    assert_eq!(tokens.token(Category::Email, "a0@example.com"), "[EMAIL_103]");
    let again = Tokens::from_bytes(&tokens.to_bytes(), None).unwrap();
    assert_eq!(again.clone().token(Category::Email, "new@example.com"), "[EMAIL_104]");
}

#[test]
fn statistics_and_debug_tell_no_value() {
    let mut tokens = Tokens::of(ThreadId("t1".into()));
    tokens.token(Category::Email, "ann@example.com");
    tokens.token(Category::Email, "ANN@example.com");
    tokens.token(Category::Email, "bob@example.com");
    tokens.forget(Token { kind: Kind::Value(Category::Email), number: 2 });
    let statistic = tokens.statistics()[0];
    assert_eq!((statistic.values, statistic.deleted, statistic.uses), (1, 1, 2));
    let text = "write to ann@example.com";
    let redaction = Redaction::of(text, &[find(text, "ann@example.com", Category::Email)], &mut tokens);
    let mut restorer = Restorer::new(&tokens, Landing::Plain);
    restorer.push("ann@example.com [EMA");
    for shown in [format!("{tokens:?}"), format!("{redaction:?}"), format!("{restorer:?}")] {
        assert!(!shown.to_lowercase().contains("ann@"), "{shown}");
    }
}

/// Version 1 of the stored form, byte by byte. Tables that are stored today must be readable for ever.
const STORED: &[u8] = b"CTOK\x01\x02t1\x03\x05EMAIL\x03\x02\x01\x02\x01\x07A@b.com\x03\x01\x00\x07c@d.com\x07LITERAL\x01\x01\x01\x01\x00\x0a[EMAIL_01]\x06PERSON\x01\x01\x01\x01\x00\x03Ann";

#[test]
fn the_stored_form_is_pinned() {
    let thread = ThreadId("t1".into());
    let mut tokens = Tokens::of(thread.clone());
    for value in ["A@b.com", "deleted@b.com", "c@d.com"] {
        tokens.token(Category::Email, value);
    }
    let _ = Redaction::of("(a@B.com)", &[find("(a@B.com)", "a@B.com", Category::Email)], &mut tokens);
    tokens.forget(Token { kind: Kind::Value(Category::Email), number: 2 });
    tokens.assign(Kind::Literal, "[EMAIL_01]");
    tokens.token(Category::Person, "Ann");
    assert_eq!(tokens.to_bytes(), STORED, "{}", tokens.to_bytes().escape_ascii());
    let mut again = Tokens::from_bytes(STORED, Some(&thread)).unwrap();
    assert_eq!(again.to_bytes(), STORED);
    assert_eq!(again.token(Category::Email, "C@D.COM"), "[EMAIL_03]");
    assert_eq!(again.token(Category::Email, "e@f.com"), "[EMAIL_04]");
}

#[test]
fn other_bytes_are_refused() {
    let thread = ThreadId("t1".into());
    let read = |bytes: &[u8]| Tokens::from_bytes(bytes, Some(&thread));
    assert!(matches!(Tokens::from_bytes(STORED, None), Err(PrivacyError::Stored(_))));
    assert!(matches!(Tokens::from_bytes(STORED, Some(&ThreadId("t2".into()))), Err(PrivacyError::Stored(_))));
    for len in 0..STORED.len() {
        assert!(read(&STORED[..len]).is_err(), "cut at {len}");
    }
    assert!(read(&[STORED, b"\0"].concat()).is_err());
    let swap = |from: &[u8], to: &[u8]| {
        let at = STORED.windows(from.len()).position(|window| window == from).unwrap();
        [&STORED[..at], to, &STORED[at + from.len()..]].concat()
    };
    for (from, to) in [
        (&b"CTOK\x01"[..], &b"CTOK\x02"[..]),
        (b"EMAIL\x03\x02\x01\x02", b"EMAIL\x03\x02\x03\x02"),
        (b"EMAIL\x03\x02\x01\x02", b"EMAIL\x03\x02\x00\x02"),
        (b"EMAIL\x03\x02", b"EMAIL\x02\x02"),
        (b"\x02\x01\x07A", b"\x02\x08\x07A"),
        (b"EMAIL\x03", b"EMAIL\x80\x94\xeb\xdc\x03"),
        (b"EMAIL\x03", b"EMAIL\x83\x00"),
        (b"EMAIL\x03\x02", b"EMAIL\x03\xff\xff\xff\xff\x0f"),
        (b"\x05EMAIL", b"\x05EMAUL"),
        (b"\x07LITERAL", b"\x03AGE"),
        (b"\x06PERSON", b"\x05EMAIL"),
        (b"A@b.com", b"A@b.\xff\xffm"),
        (b"\x02t1\x03", b"\xff\xff\xff\xff\x0ft1\x03"),
    ] {
        assert!(read(&swap(from, to)).is_err(), "{}", to.escape_ascii());
    }
}

fn find(text: &str, value: &str, category: Category) -> Finding {
    let start = text.find(value).unwrap();
    Finding::new(Span::new(start, start + value.len()), category, Strength::Patterned, "test")
}

#[test]
fn a_redaction_shows_both_texts_side_by_side() {
    let text = "Ann <ann@example.com>, see [EMAIL_01]; ANN@EXAMPLE.com";
    let mut tokens = Tokens::new();
    let findings = [
        find(text, "ann@example.com", Category::Email),
        find(text, "ANN@EXAMPLE.com", Category::Email),
        // Does not fit: left out.
        Finding::new(Span::new(3, 999), Category::Phone, Strength::Patterned, "test"),
    ];
    let redaction = Redaction::of(text, &findings, &mut tokens);
    assert_eq!(redaction.text(), "Ann <[EMAIL_01]>, see [LITERAL_01]; [EMAIL_01]");
    let pairs: Vec<_> = redaction
        .replacements()
        .iter()
        .map(|replacement| (replacement.original.of(text).unwrap(), replacement.redacted.of(redaction.text()).unwrap()))
        .collect();
    let expected =
        [("ann@example.com", "[EMAIL_01]"), ("[EMAIL_01]", "[LITERAL_01]"), ("ANN@EXAMPLE.com", "[EMAIL_01]")];
    assert_eq!(pairs, expected);
    // The person's own message has its own spellings, an answer the first one.
    let mut own = Restorer::of_message(&tokens, Landing::Plain, &redaction);
    assert_eq!(own.push(redaction.text()) + &own.finish(), text);
    let mut answer = Restorer::new(&tokens, Landing::Plain);
    assert_eq!(answer.push(redaction.text()) + &answer.finish(), text.replace("ANN@EXAMPLE.com", "ann@example.com"));
}

/// Redacts with each `finding` as a secret and restores: the text itself.
fn check_identity(text: &str, findings: &[Finding]) {
    let mut tokens = Tokens::new();
    // Values that make every low number live.
    for i in 0..12 {
        for category in [Category::Email, Category::Address, Category::Age, Category::Url, Category::IpAddress] {
            tokens.token(category, &format!("planted {i}"));
        }
        tokens.assign(Kind::Literal, &format!("planted {i}"));
    }
    let redaction = Redaction::of(text, findings, &mut tokens);
    let mut restorer = Restorer::of_message(&tokens, Landing::Plain, &redaction);
    assert_eq!(restorer.push(redaction.text()) + &restorer.finish(), text, "redacted: {}", redaction.text());
    // Redacting what is redacted, and so on, is undone as well.
    let twice = Redaction::of(redaction.text(), &[], &mut tokens);
    let mut restorer = Restorer::new(&tokens, Landing::Plain);
    assert_eq!(restorer.push(twice.text()) + &restorer.finish(), redaction.text());
    for replacement in redaction.replacements() {
        let quote = if replacement.quoted { "\"" } else { "" };
        assert_eq!(replacement.redacted.of(redaction.text()).unwrap(), format!("{quote}{}{quote}", replacement.token));
    }
}

#[test]
fn text_that_looks_like_tokens_comes_back() {
    for text in [
        "[EMAIL_01]",
        "[[EMAIL_01]]",
        "\\[EMAIL_01\\]",
        "&#91;EMAIL_01&#93;",
        "[LITERAL_01] [LITERAL_1]",
        "EMAIL_01[EMAIL_01]EMAIL_01",
        "email_1 [email_1] (EMAIL_1) {{EMAIL_1}}",
        "[EMAIL_01](mailto:[EMAIL_01])",
        "x[EMAIL_01] = y[EMAIL_012]",
        "IP ADDRESS_01",
        "[EMAIL_01's] %5BEMAIL_01%5D ［ＥＭＡＩＬ＿０１］ [AGE 12] $EMAIL_01",
        "\\nEMAIL_01 %20EMAIL_01 \\u000aEMAIL_01",
        "[EMAIL_999999999] [EMAIL_9999999999] [EMAIL_00]",
        "[EMAIL_01",
        "EMAIL_01]",
        "&amp;#91;EMAIL_01&amp;#93;",
        "{{01}",
    ] {
        check_identity(text, &[]);
        // The same with every stretch of it as a value.
        for start in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            for end in (start + 1..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let finding = Finding::new(Span::new(start, end), Category::Email, Strength::Patterned, "test");
                check_identity(text, &[finding]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn redacting_and_restoring_gives_any_text(text in "(?s).{0,200}") {
        check_identity(&text, &[]);
    }

    #[test]
    fn redacting_and_restoring_gives_texts_made_of_tokens(
        pieces in proptest::collection::vec((prop::sample::select(TOKEN_PIECES), prop::bool::weighted(0.2)), 0..24)
    ) {
        let mut text = String::new();
        let mut findings = Vec::new();
        for (piece, is_value) in pieces {
            let start = text.len();
            text.push_str(piece);
            if is_value {
                findings.push(Finding::new(Span::new(start, text.len()), Category::Email, Strength::Patterned, "test"));
            }
        }
        check_identity(&text, &findings);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80), at in 0..90usize, byte in any::<u8>()) {
        let thread = ThreadId("t1".into());
        let _ = Tokens::from_bytes(&bytes, None);
        let mut changed = STORED.to_vec();
        let len = changed.len();
        changed[at % len] = byte;
        // What is read is written again as it was.
        if let Ok(tokens) = Tokens::from_bytes(&changed, Some(&thread)) {
            prop_assert_eq!(tokens.to_bytes(), changed);
        }
    }
}
