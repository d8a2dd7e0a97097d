//! What comes back, what stays visible, and that chunks do not matter.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use conclave_privacy::restorer::Doubt;
use conclave_privacy::{Finding, Kind, Landing, Mutation, Redaction, Restorer, Strength, Token, Tokens};
use conclave_protocol::{Category, Span};

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

fn restore(text: &str) -> String {
    let tokens = table();
    let mut restorer = Restorer::new(&tokens, Landing::Plain);
    restorer.push(text) + &restorer.finish()
}

/// What stays visible in `text`, and why.
fn doubts(text: &str) -> Vec<(String, Doubt)> {
    let tokens = table();
    let mut restorer = Restorer::new(&tokens, Landing::Plain);
    let out = restorer.push(text) + &restorer.finish();
    let notes = restorer.notes().iter();
    notes.filter_map(|note| Some((note.span.of(&out).unwrap().to_owned(), note.doubt?))).collect()
}

/// What a model writes, and what comes back.
const RESTORED: &[(&str, &str)] = &[
    // Neighbours.
    ("[EMAIL_01][EMAIL_02]", "e1@x.orge2@x.org"),
    ("(EMAIL_01)(EMAIL_02)", "e1@x.orge2@x.org"),
    ("[EMAIL_01]2", "e1@x.org2"),
    ("[EMAIL_1] [EMAIL_10] [EMAIL_001] [EMAIL_012]", "e1@x.org e10@x.org e1@x.org e12@x.org"),
    ("[[EMAIL_01]] ([EMAIL_02]) <[EMAIL_03]> \"[EMAIL_04]\"", "[e1@x.org] (e2@x.org) <e3@x.org> \"e4@x.org\""),
    ("[EMAIL_01, EMAIL_02]", "[e1@x.org, e2@x.org]"),
    ("EMAIL_01, EMAIL_02. EMAIL_03", "e1@x.org, e2@x.org. e3@x.org"),
    ("EMAIL_01に送信、EMAIL_02。", "e1@x.orgに送信、e2@x.org。"),
    ("[EMAIL_01 [EMAIL_02]", "[e1@x.org e2@x.org"),
    // Categories of which one's name ends in the other's.
    ("[URL_01] [US_SSN_01] [ADDRESS_01] [IP_ADDRESS_01]", "U1 S1 A1 [IP_ADDRESS_01]"),
    (
        "[IP ADDRESS_01] IP ADDRESS_01 MAC_ADDRESS_01 [URL_X_01]",
        "[IP ADDRESS_01] IP ADDRESS_01 MAC_ADDRESS_01 [URL_X_01]",
    ),
    // Links.
    ("[EMAIL_01](mailto:[EMAIL_01])", "[e1@x.org](mailto:e1@x.org)"),
    ("[EMAIL_01](mailto:EMAIL_01)", "[e1@x.org](mailto:e1@x.org)"),
    ("[EMAIL_01](mailto:%5BEMAIL_01%5D)", "[e1@x.org](mailto:e1@x.org)"),
    ("[EMAIL_01](mailto:[EMAIL_02])", "e1@x.org(mailto:e2@x.org)"),
    ("[EMAIL_01](see below)", "e1@x.org(see below)"),
    ("[write](mailto:EMAIL_01) [write](EMAIL_01)", "[write](mailto:e1@x.org) [write](e1@x.org)"),
    ("[write][EMAIL_01]\n\n[EMAIL_01]: x", "[write]e1@x.org\n\ne1@x.org: x"),
    // Code and LaTeX.
    ("x[EMAIL_01] = [\"EMAIL_02\"]; send(EMAIL_03)", "xe1@x.org = [\"e2@x.org\"]; send(e3@x.org)"),
    ("\\textbf{EMAIL_01} \\textbf{[EMAIL_01]} ${EMAIL_02}", "\\textbf{e1@x.org} \\textbf{e1@x.org} ${e2@x.org}"),
    ("\\[EMAIL_01]", "\\e1@x.org"),
    ("\"a\\nEMAIL_01\" ?to=a%20EMAIL_01", "\"a\\ne1@x.org\" ?to=a%20e1@x.org"),
    // Changes together.
    ("[**email\\_1**] [CREDIT\u{2011}CARD\u{2011}01] (credit_card_01)", "e1@x.org C1 C1"),
    ("＜ＥＭＡＩＬ＿０１＞ &#x5b;&#69;MAIL_01&#x5D;", "e1@x.org e1@x.org"),
    ("[CREDITCARD01] [Credit Card 01]", "C1 [Credit Card 01]"),
];

/// What stays, with the reason.
const VISIBLE: &[(&str, &[(&str, Doubt)])] = &[
    (
        "[EMAIL_13] [PHONE_01] [EMAIL_00] EMAIL_99",
        &[
            ("[EMAIL_13]", Doubt::Unknown),
            ("[PHONE_01]", Doubt::Unknown),
            ("[EMAIL_00]", Doubt::Unknown),
            ("EMAIL_99", Doubt::Unknown),
        ],
    ),
    (
        "email 1, Email 01, EMAIL-01, email_01, EMAIL_1",
        &[
            ("email 1", Doubt::Ambiguous),
            ("Email 01", Doubt::Ambiguous),
            ("EMAIL-01", Doubt::Ambiguous),
            ("email_01", Doubt::Ambiguous),
            ("EMAIL_1", Doubt::Ambiguous),
        ],
    ),
    (
        "Tom (age 12) [AGE 12] [email 1] (EMAIL 01)",
        &[
            ("(age 12)", Doubt::Ambiguous),
            ("[AGE 12]", Doubt::Ambiguous),
            ("[email 1]", Doubt::Ambiguous),
            ("(EMAIL 01)", Doubt::Ambiguous),
        ],
    ),
    (
        "$EMAIL_01 EMAIL_01.txt EMAIL_01-03 EMAIL_01(x) EMAIL_01=x a.EMAIL_01",
        &[
            ("EMAIL_01", Doubt::Ambiguous),
            ("EMAIL_01", Doubt::Ambiguous),
            ("EMAIL_01", Doubt::Ambiguous),
            ("EMAIL_01", Doubt::Ambiguous),
            ("EMAIL_01", Doubt::Ambiguous),
            ("EMAIL_01", Doubt::Ambiguous),
        ],
    ),
    // No token at all: nothing is marked.
    (
        "MY_EMAIL_01 EMAIL_01s EMAIL_01_x EMAIL_013x emails 1 (age 77) address book [EMAIL_] [EMAIL] [_01] x_EMAIL_01",
        &[],
    ),
    ("[EMAIL:01] [EMAIL_1000000000] [EMAIL\n_01] [EMAIL______01]", &[]),
];

#[test]
fn tokens_come_back_where_they_stand() {
    for (text, expected) in RESTORED {
        assert_eq!(restore(text), *expected, "{text}");
    }
}

#[test]
fn every_cut_of_every_example_gives_the_same() {
    let tokens = table();
    for text in RESTORED.iter().map(|(text, _)| *text).chain(VISIBLE.iter().map(|(text, _)| *text)) {
        let expected = restore(text);
        let bytes = text.as_bytes();
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let mut restorer = Restorer::new(&tokens, Landing::Plain);
                let mut out = restorer.push(&bytes[..first]) + &restorer.push(&bytes[first..second]);
                out += &restorer.push(&bytes[second..]);
                assert_eq!(out + &restorer.finish(), expected, "{text} cut at {first} and {second}");
            }
        }
    }
}

#[test]
fn doubt_leaves_tokens_visible_and_marked() {
    for (text, expected) in VISIBLE {
        assert_eq!(restore(text), *text);
        let found = doubts(text);
        let found: Vec<(&str, Doubt)> = found.iter().map(|(text, doubt)| (text.as_str(), *doubt)).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn a_deleted_value_stays_visible_and_a_value_that_looks_like_a_token_is_not_read_again() {
    let mut tokens = table();
    tokens.token(Category::Password, "[EMAIL_01] (EMAIL_02");
    tokens.forget(Token { kind: Kind::Value(Category::Email), number: 3 });
    let mut restorer = Restorer::new(&tokens, Landing::Plain);
    let text = "[PASSWORD_01]) [EMAIL_03]";
    assert_eq!(restorer.push(text) + &restorer.finish(), "[EMAIL_01] (EMAIL_02) [EMAIL_03]");
    assert_eq!(restorer.notes()[1].doubt, Some(Doubt::Unknown));
}

#[test]
fn brackets_of_the_text_stay_and_those_that_a_model_put_go() {
    let mut tokens = Tokens::new();
    let text = "Ann (a@x.org) wrote to b@x.org";
    let find = |start: usize| Finding::new(Span::new(start, start + 7), Category::Email, Strength::Patterned, "test");
    let redaction = Redaction::of(text, &[find(5), find(23)], &mut tokens);
    assert_eq!(redaction.text(), "Ann ([EMAIL_01]) wrote to [EMAIL_02]");
    for (answer, expected) in [
        ("([EMAIL_01]) (EMAIL_01) ((EMAIL_01)) {EMAIL_01}", "(a@x.org) (a@x.org) (a@x.org) a@x.org"),
        ("([EMAIL_02]) (EMAIL_02) ((EMAIL_02)) {EMAIL_02}", "(b@x.org) b@x.org b@x.org b@x.org"),
    ] {
        let mut restorer = Restorer::new(&tokens, Landing::Plain);
        assert_eq!(restorer.push(answer) + &restorer.finish(), expected);
    }
}

#[test]
fn every_mutation_of_every_kind_is_undone() {
    let mut tokens = Tokens::new();
    for category in Category::ALL {
        tokens.token(category, &format!("value-of-{category:?}"));
    }
    let all: Vec<Token> = tokens.iter().collect();
    assert_eq!(all.len(), Category::ALL.len());
    for token in all {
        let value = tokens.value(token).unwrap().to_owned();
        for mutation in Mutation::ALL {
            for variant in 0..12 {
                let (before, after) = mutation.around(variant);
                let text = format!("Say {} now", mutation.apply(token, variant));
                let mut restorer = Restorer::new(&tokens, Landing::Plain);
                let out = restorer.push(&text) + &restorer.finish();
                assert_eq!(out, format!("Say {before}{value}{after} now"), "{}: {text}", mutation.name());
            }
        }
    }
}

#[test]
fn the_names_of_mutations_are_documented() {
    let page = include_str!("../src/restorer/mod.rs");
    for mutation in Mutation::ALL {
        assert!(page.contains(&format!("//! | `{}` |", mutation.name())), "{}", mutation.name());
    }
}

/// A token as it lands: what it is read as, what a model writes, what comes back. The value is `a"b<c>\`d`e` and a line break.
const LANDED: &[(Landing, &str, &str)] = &[
    (Landing::Plain, "[PASSWORD_01]", "a\"b<c>\\d`e\n_f"),
    (Landing::Plain, "&#91;PASSWORD_01&#93;", "a&quot;b&lt;c&gt;\\d`e\n_f"),
    (Landing::Plain, "\\u005bPASSWORD_01\\u005d", "a\\\"b<c>\\\\d`e\\n_f"),
    (Landing::Plain, "%5BPASSWORD_01%5D", "a%22b%3Cc%3E%5Cd%60e%0A_f"),
    (Landing::Html, "<p title='[PASSWORD_01]'>[EMAIL_01]", "<p title='a&quot;b&lt;c&gt;\\d`e\n_f'>e1@x.org"),
    (Landing::Html, "&#91;PASSWORD_01&#93;", "a&quot;b&lt;c&gt;\\d`e\n_f"),
    (Landing::Json, "{\"a\\\"\": \"[PASSWORD_01]!\"}", "{\"a\\\"\": \"a\\\"b<c>\\\\d`e\\n_f!\"}"),
    (Landing::Json, "{\"a\": \"\\u005bPASSWORD_01\\u005d\"}", "{\"a\": \"a\\\"b<c>\\\\d`e\\n_f\"}"),
    (Landing::Json, "{\"a\": [PASSWORD_01]}", "{\"a\": \"a\\\"b<c>\\\\d`e\\n_f\"}"),
    (Landing::Markdown, "See [PASSWORD_01]", "See a\"b\\<c>\\\\d\\`e\n\\_f"),
    (
        Landing::Markdown,
        "```\nx = [PASSWORD_01]\n```\n[PASSWORD_01]",
        "```\nx = a\"b<c>\\d`e\n_f\n```\na\"b\\<c>\\\\d\\`e\n\\_f",
    ),
    (Landing::Markdown, "\\`[EMAIL_01] `[PASSWORD_01]` ``[EMAIL_01]``", "\\`e1@x.org `[PASSWORD_01]` ``e1@x.org``"),
    (
        Landing::Markdown,
        "~~~\n[SECRET_01]\n~~~\n[SECRET_01] `[SECRET_01]`",
        "~~~\n[SECRET_01]\n~~~\n\\~\\~\\~ x_y `~~~ x_y`",
    ),
    (Landing::Markdown, "[TITLE_01] x\nis [TITLE_01]", "\\# a 1. x\nis # a 1."),
];

#[test]
fn values_are_escaped_for_the_place_where_they_land() {
    let mut tokens = table();
    tokens.token(Category::Password, "a\"b<c>\\d`e\n_f");
    tokens.token(Category::Secret, "~~~ x_y");
    tokens.token(Category::Title, "# a 1.");
    for (landing, text, expected) in LANDED {
        for size in [1, 7, 1000] {
            let mut restorer = Restorer::new(&tokens, *landing);
            let mut out: String = text.as_bytes().chunks(size).map(|chunk| restorer.push(chunk)).collect();
            out += &restorer.finish();
            assert_eq!(out, *expected, "{landing:?} {text} in chunks of {size}");
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_replaced_in_the_same_way_wherever_they_are_cut() {
    let tokens = table();
    let bytes = b"\xf0\x9f\x94\x91 \xff[EMAIL_01]\xe2\x82 \xf0\x9f\xe2\x80\x91\xc3";
    let expected = String::from_utf8_lossy(bytes).replace("[EMAIL_01]", "e1@x.org");
    for cut in 0..=bytes.len() {
        let mut restorer = Restorer::new(&tokens, Landing::Plain);
        let out = restorer.push(&bytes[..cut]) + &restorer.push(&bytes[cut..]) + &restorer.finish();
        assert_eq!(out, expected, "cut at {cut}");
    }
}

#[test]
fn prose_is_given_out_at_once() {
    let tokens = table();
    let mut restorer = Restorer::new(&tokens, Landing::Plain);
    let text = "It was the best of times; an array x[3], a link [here](https://x.org), 100 % & more. ";
    assert_eq!(restorer.push(text), text);
    assert_eq!(restorer.held_bytes(), 0);
    assert_eq!(restorer.push("Write to [EMAIL_0"), "Write to ");
    assert_eq!(restorer.held_bytes(), 8);
    assert_eq!(restorer.push("1] is"), "e1@x.org is");
}
