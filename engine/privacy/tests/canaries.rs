//! The values of `canaries.txt` are known to the redactor, each as its kind, and the journal keeps none of them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "common/gazetteer.rs"]
mod gazetteer;

use std::collections::BTreeSet;

use conclave_privacy::names::Gazetteer;
use conclave_privacy::{Journal, Part, Redactor, Rules};
use conclave_protocol::{Category, JournalLevel, PrivacySettings, Span};

/// Kind, text and place of the value.
fn canaries() -> Vec<(Category, String, Span)> {
    let lines = include_str!("canaries.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (stem, text) = line.split_once('\t').unwrap();
            let text = text.replace('¦', "");
            let (before, rest) = text.split_once('{').unwrap();
            let (value, behind) = rest.split_once('}').unwrap();
            let span = Span::new(before.len(), before.len() + value.len());
            (Category::of_stem(stem).unwrap(), format!("{before}{value}{behind}"), span)
        })
        .collect()
}

fn rules() -> Rules {
    Rules::compile(&PrivacySettings { terms: vec!["zorblaxquim".into()], ..PrivacySettings::default() }).0
}

#[test]
fn there_is_one_of_each_kind_and_each_is_found() {
    let redactor = Redactor::new().unwrap().with_gazetteer(Gazetteer::from_bytes(gazetteer::bytes()).unwrap());
    let kinds: BTreeSet<Category> = canaries().into_iter().map(|(category, ..)| category).collect();
    assert_eq!(kinds, Category::ALL.into_iter().collect());
    let mut missed = Vec::new();
    for (category, text, span) in canaries() {
        let found = redactor.find_by(&text, &rules()).unwrap();
        if !found.iter().any(|finding| finding.category == category && finding.span.overlaps(&span)) {
            missed.push((text, found));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// What a form betrays is found without lists of names, and the journal has none.
#[test]
fn the_journal_keeps_none_that_has_a_form() {
    let mut journal = Journal::new();
    let named = [
        Category::Person,
        Category::Title,
        Category::Location,
        Category::Organization,
        Category::Nrp,
        Category::Custom,
    ];
    let formed: Vec<_> = canaries().into_iter().filter(|(category, ..)| !named.contains(category)).collect();
    for (_, text, _) in &formed {
        journal.note(0, JournalLevel::Trouble, "test", &[Part::Text(text)]);
    }
    let entries = journal.entries();
    assert_eq!(entries.len(), formed.len());
    for ((_, text, span), entry) in formed.iter().zip(entries) {
        let value = span.of(text).unwrap();
        assert!(!entry.text.contains(value), "{value} in {entry:?}");
    }
}
