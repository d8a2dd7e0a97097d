#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::lexer::tokens;
use super::near::Near;
use super::*;
use crate::index::analyzer::Analyzer;

/// Passages as texts; a filter passes where the text holds its value.
struct Texts(Vec<&'static str>);

impl Lookup for Texts {
    fn passages(&self) -> usize {
        self.0.len()
    }

    fn holding(&self, term: &str, take: &mut dyn FnMut(usize)) {
        for (number, text) in self.0.iter().enumerate() {
            Analyzer::default().terms(text, |other| {
                if other == term {
                    take(number)
                }
            });
        }
    }

    fn terms_from(&self, from: &str, take: &mut dyn FnMut(&str) -> bool) {
        let mut terms = std::collections::BTreeSet::new();
        for text in &self.0 {
            Analyzer::default().terms(text, |term| {
                terms.insert(term.to_owned());
            });
        }
        let _ = terms.iter().filter(|term| term.as_str() >= from).all(|term| take(term));
    }

    fn admitted(&self, filter: &Filter, take: &mut dyn FnMut(usize)) {
        let Filter::Tag(tag) = filter else { return };
        self.0.iter().enumerate().filter(|(_, text)| text.contains(tag.as_str())).for_each(|(number, _)| take(number));
    }
}

fn found(query: &str) -> Option<Vec<usize>> {
    let texts = Texts(vec![
        "The goose flies in winter.",
        "A steel goose stands on a car.",
        "Ducks sleep in winter; the ice is thin.",
        "Universities teach in summer.",
    ]);
    let bits = parse(query).passages(&Analyzer::default(), &texts)?;
    Some((0..4).filter(|number| bits.contains(*number)).collect())
}

#[test]
fn plain_words_and_questions_are_left_as_they_are() {
    for text in [
        "goose winter",
        "What did he mean by \"I'll go home\" - and why (really)?",
        "It's 5:30: what's the e-mail's title?",
        "note: C++ and C# -5 a/b 10% --flag",
        "WHAT IS THE DIFFERENCE BETWEEN AND AND OR",
        "",
        "   ",
        "\u{1f600} 東京都 مرحبا",
    ] {
        assert_eq!(parse(text), Parsed { text: text.to_owned(), ..Parsed::default() }, "{text:?}");
        assert_eq!(found(text), None);
    }
}

#[test]
fn operators_combine() {
    assert_eq!(found("goose AND winter"), Some(vec![0]));
    assert_eq!(found("goose OR ducks"), Some(vec![0, 1, 2]));
    assert_eq!(found("goose AND NOT car"), Some(vec![0]));
    assert_eq!(
        found("winter NOT goose"),
        Some(vec![2, 3].into_iter().filter(|number| *number != 3).chain([3]).collect())
    );
    assert_eq!(found("+winter -goose"), Some(vec![2]));
    assert_eq!(found("(steel goose) OR ice"), Some(vec![1, 2]));
    assert_eq!(found("winter AND (ice OR car)"), Some(vec![2]));
    assert_eq!(found("\"steel goose\" car"), Some(vec![1]));
    assert_eq!(found("tag:ice winter"), Some(vec![2]));
    assert_eq!(found("-tag:ice +winter"), Some(vec![0]));
}

#[test]
fn prefixes_and_misspelt_words_find() {
    assert_eq!(found("universit*"), Some(vec![]));
    assert_eq!(found("univ*"), Some(vec![3]));
    assert_eq!(found("duc*"), Some(vec![2]));
    assert_eq!(found("gosse~"), Some(vec![0, 1]));
    assert_eq!(found("wniter~"), Some(vec![0, 2]));
    assert_eq!(found("wxxter~1"), Some(vec![]));
}

#[test]
fn what_ranks_has_no_operators() {
    let parsed = parse("goose AND (winter OR ice) -car tag:x \"the big lake\" duc* gosse~");
    assert_eq!(parsed.text, "goose winter ice the big lake duc gosse");
    assert_eq!(parsed.phrases, ["the big lake"]);
    assert_eq!(parse("-\"the lake\" goose").excluded_phrases, ["the lake"]);
    assert_eq!(parse("-\"the lake\" goose").condition, None);
}

#[test]
fn fields_are_read_where_they_are_fields() {
    assert_eq!(tokens("type:pdf", false).len(), 1);
    assert!(parse("tag:\"to read\" lake").condition.is_some());
    assert!(parse("type:pdf what is a lake?").condition.is_some());
    for text in ["before:soon", "lake:tag", "tag:", "http://x.y", "before:2024-13", "before:2024-02-30"] {
        assert_eq!(parse(text).condition, None, "{text}");
    }
}

#[test]
fn dates_are_days_months_and_years() {
    let subject = |time_ms| Subject {
        title: "Birds of Lakes",
        name: "Report.PDF",
        kind: conclave_protocol::imported::Kind::Pdf,
        language: None,
        tags: &[],
        path: Some("box/Letters/a.pdf"),
        time_ms,
    };
    let admits = |query: &str, time_ms| match parse(query).condition {
        Some(Node::Filter(filter)) => filter.admits(&subject(time_ms)),
        other => panic!("{other:?}"),
    };
    // 1 March 2024, 00:00 UTC.
    let march = 1_709_251_200_000;
    assert!(admits("after:2024-03", march) && !admits("after:2024-03", march - 1));
    assert!(admits("before:2024-03-01", march - 1) && !admits("before:2024-03-01", march));
    assert!(admits("date:2024-02-29", march - 1) && !admits("date:2024-02-29", march));
    assert!(admits("date:2024-01..2024-03", march) && !admits("date:2023", march));
    assert!(admits("after:1969-12-31", 0) && admits("title:birds", 0) && admits("name:report", 0));
    assert!(admits("type:pdf", 0) && !admits("kind:html", 0));
    assert!(
        admits("folder:letters", 0) && admits("in:box/letters", 0) && !admits("in:let", 0) && !admits("in:a.pdf", 0)
    );
}

#[test]
fn deep_and_long_queries_are_bounded() {
    let deep = format!("{}goose{} -x", "(".repeat(10_000), ")".repeat(10_000));
    let _ = parse(&deep);
    let long = "goose AND ".repeat(100_000);
    assert!(parse(&long).text.len() < 2_000);
    assert!(found(&"-".repeat(1_000)).is_none());
}

/// Edits between two words, by the definition.
fn whole_table(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let mut best = if i == 0 || j == 0 { i + j } else { usize::MAX };
            if i > 0 && j > 0 {
                best = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                best = best.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
            }
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(table[i - 2][j - 2] + 1);
            }
            table[i][j] = best;
        }
    }
    table[a.len()][b.len()]
}

proptest! {
    #[test]
    fn any_text_is_read_and_evaluated(text in "([a-c]{1,3}|\"|\\(|\\)|-|\\+|~1?|\\*|:| |AND|OR|NOT|tag:|before:|2024|é|東|\u{1f600}){0,40}") {
        let parsed = parse(&text);
        prop_assert_eq!(&parsed, &parse(&text));
        let _ = found(&text);
    }

    #[test]
    fn any_characters_are_read(text in "\\PC{0,60}") {
        let _ = found(&text);
    }

    #[test]
    fn distances_are_those_of_the_whole_table(
        word in "[abc]{0,6}",
        mut others in proptest::collection::vec("[abcé]{0,7}", 1..30),
        are_sorted in proptest::bool::ANY,
        most in 0usize..4,
    ) {
        if are_sorted {
            others.sort();
        }
        let mut near = Near::new(&word, most);
        for other in &others {
            let exact = whole_table(&word, other);
            prop_assert_eq!(near.edits(other), (exact <= most).then_some(exact), "{}", other);
            prop_assert_eq!(within(other, &word, 99), Some(exact));
        }
    }

    #[test]
    fn sets_of_bits_are_sets(a in proptest::collection::btree_set(0usize..130, 0..40), b in proptest::collection::btree_set(0usize..130, 0..40)) {
        let bits = |set: &std::collections::BTreeSet<usize>| {
            let mut bits = Bits::none(130);
            set.iter().for_each(|number| bits.insert(*number));
            bits
        };
        let (mut kept, mut added, mut removed) = (bits(&a), bits(&a), bits(&a));
        kept.keep(&bits(&b));
        added.add(&bits(&b));
        removed.remove(&bits(&b));
        prop_assert_eq!(kept, bits(&(&a & &b)));
        prop_assert_eq!(added, bits(&(&a | &b)));
        prop_assert_eq!(removed, bits(&(&a - &b)));
        prop_assert_eq!(Bits::all(130).count(), 130);
    }
}

#[test]
fn every_form_that_the_page_shows_is_read_as_one() {
    for form in conclave_protocol::QUERY_FORMS {
        let parsed = parse(form.written);
        assert!(parsed.condition.is_some(), "{}: {parsed:?}", form.written);
    }
}
