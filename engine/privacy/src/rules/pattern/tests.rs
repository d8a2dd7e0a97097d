//! The crate `regex` is asked the same.

use proptest::prelude::*;
use regex::bytes::{Regex, RegexBuilder};

use super::*;

fn reference(source: &str) -> Option<Regex> {
    RegexBuilder::new(source).unicode(false).nest_limit(24).build().ok()
}

/// Matches in bytes. Texts are shorter than a window and ASCII, so nothing is cut or widened.
fn expected(regex: &Regex, text: &str) -> Vec<(usize, usize)> {
    regex.find_iter(text.as_bytes()).map(|found| (found.start(), found.end())).collect()
}

fn found(pattern: &Pattern, text: &str) -> Vec<(usize, usize)> {
    pattern.find(text).into_iter().map(|span| (span.start, span.end)).collect()
}

const TEXT: &str = "case-12, Case-1234_x case-77\nAB-123456 ab-99 PRJ-0042;\tx=[a]b-c^d \"q\" foo.bar@x9 ~!{2} end\n";

#[test]
fn what_people_write_matches_as_elsewhere() {
    let sources = [
        r"\bcase-\d{3,}\b",
        r"[A-Z]{2}-\d{6,12}",
        r"(?i)prj-\d+",
        r"(?i:CASE)-\d",
        r"^case",
        r"(?m)^\w+",
        r"(?m)\w+$",
        r"end\n\z",
        r"\Acase",
        r"a|ab|abc",
        r"(?:foo|foo\.bar)@?",
        r"\d+?",
        r"\d{2,3}?",
        r"(?U)\d+",
        r"(?U)\d+?\b",
        r"[^\s,]+",
        r"[a-c-]+",
        r"[]a]+",
        r"[^]a]",
        r"[\]\[^-]+",
        r"[[:upper:]]+",
        r"[[:^alpha:]]{2}",
        r"[a-z&&[^aeiou]]+",
        r"[a-z--[aeiou]]+",
        r"[a-c~~b-d]+",
        r"[\d\-x]+",
        r"[\x41-\x5A]{2}",
        r"\x63ase",
        r"\u0063ase",
        r"\U00000063",
        r"\x{63}a",
        r"(?x) \d +  # digits",
        r"(?P<n>\d)\d",
        r"(?<n>\d)\d",
        r"\<c",
        r"e\>",
        r"\b{start}\w",
        r"\w\b{end}",
        r"\B\d",
        r".{3}",
        r"(?s).{90}",
        r"\t\w",
        r"\{2\}",
        r"~!",
        r"\.|\^|\[",
        r"(a|b)*c",
        r"(\w|-)+",
        r"(?:\b|x)\d",
        r"(a*)*b",
        r"(\b)+c",
        r"(?:(?m:^)|[a-e])*(?:a|[^a])",
        r"(a??)*?b",
        r"x=\[.\]",
        r#""[^"]*""#,
        r"\d{2}{2}",
        r"\d**-?\w",
        r"[--a]",
        r"\-",
        r"(?i)[^c]ase",
        r"(?-i)case",
        r"(?is-m:.$)",
        r"()c()",
        r"(|c)a",
        r"c(a|)",
        r"\d{,2}x",
        r"\w{0}c",
        r"[a-]",
        r"[-a]",
        r"(?i)[a-c]\x53",
        r"\pL",
        r"\p{L}",
        r"[é]",
        r"a{3,2}",
        r"+a",
        r"a|*",
        r"(?=a)",
        r"(?!a)a",
        r"(a)\1",
        r"[z-a]",
        r"[a",
        r"a)",
        r"(a",
        r"a{",
        r"a{x}",
        r"\q",
        r"\",
        r"(?a)",
        r"(?",
        r"[[:no:]]",
        r"[\b]",
        r"[a-\d]",
        r"(?P<1>a)",
        r"\x4",
        r"\x{110000}",
        r"(?i",
        r"[]",
        r"[^]",
        r"a{99999999999}",
        r"\8",
        r"(?i-)a",
        r"(?)a",
        r"(?--i)a",
    ];
    for source in sources {
        let made = Pattern::compile(source);
        match reference(source) {
            Some(regex) => {
                let wanted = expected(&regex, TEXT);
                match made {
                    Ok(pattern) => assert_eq!(found(&pattern, TEXT), wanted, "{source}"),
                    Err(reason) => assert!(reason.contains("nothing") && regex.is_match(b"a b"), "{source}: {reason}"),
                }
            }
            None => assert!(made.is_err(), "{source}"),
        }
    }
}

#[test]
fn flags_for_what_is_not_here_are_refused() {
    for source in ["(?u)a", "(?R)a"] {
        assert!(Pattern::compile(source).is_err() && reference(source).is_some(), "{source}");
    }
}

#[test]
fn what_multiplies_is_refused_at_once() {
    let many = format!("{}a{}", "(".repeat(25), ")".repeat(25));
    let hostile = [
        "((a{50}){50}){50}",
        "(a|b)*a(a|b){20}",
        "((((){900}){900}){900}){900}a",
        ".{4000}a.{40}",
        &many,
        &"a*".repeat(199),
        &"*".repeat(399),
    ];
    for source in hostile {
        let start = std::time::Instant::now();
        let made = Pattern::compile(source);
        assert!(start.elapsed().as_millis() < 2_000, "{source}: {:?}", start.elapsed());
        assert!(made.is_err(), "{source}");
    }
}

/// Expressions of a few letters with everything that has an order of preference or looks around.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a", "b", "-", "[ab]", "[^a]", ".", r"\w", r"\W", r"\b", r"\B", "^", "$", "(?m)^", "(?m:$)", r"\<", r"\>", "",
        "ab", "(?i:A)", r"\n",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| all.concat()),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("(?:{})", all.join("|"))),
            (inner, prop::sample::select(vec!["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{2,}?"]))
                .prop_map(|(one, times)| format!("({one}){times}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_expression_matches_as_elsewhere(source in expression(), text in "[abAB\\-\n ]{0,40}") {
        if let (Some(regex), Ok(pattern)) = (reference(&source), Pattern::compile(&source)) {
            prop_assert_eq!(found(&pattern, &text), expected(&regex, &text), "{} in {:?}", source, text);
        }
    }
}
