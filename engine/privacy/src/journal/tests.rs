#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;

/// A value of each kind that has a form, as a careless text could hold it. Put together here, so that no scanner of keys
/// takes this file for a leak.
fn planted() -> Vec<(&'static str, String)> {
    let owned = |values: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        values.iter().map(|(kind, value)| (*kind, (*value).to_owned())).collect()
    };
    let mut values = owned(&[
        ("[EMAIL]", "quentin.vale@post.example"),
        ("[PHONE]", "+44 20 7946 0958"),
        ("[CREDIT_CARD]", "4111 1111 1111 1111"),
        ("[US_SSN]", "SSN 536-22-8741"),
        ("[IP_ADDRESS]", "203.0.113.77"),
        ("[IP_ADDRESS]", "2001:db8:85a3::8a2e:370:7334"),
        ("[URL]", "postgres://ann:pw4Qz9@db.example.org/x"),
    ]);
    values.push(("[API_KEY]", ["ghp", "_9f8Xk2LmQz7RtVb3NcYw5HdJp1SgUa4Ee0Zz"].concat()));
    values.push((
        "[JWT]",
        ["eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"]
            .concat(),
    ));
    values
}

fn noted(text: &str) -> String {
    let mut journal = Journal::new();
    journal.note(1, JournalLevel::Trouble, "test", &[Part::Text(text)]);
    journal.entries().pop().unwrap().text
}

#[test]
fn a_find_becomes_its_kind_without_a_number() {
    for (kind, value) in planted() {
        let text = noted(&format!("The server said: {value} is unknown."));
        assert!(text.contains(kind) && !text.contains(&value), "{kind}: {text}");
    }
    assert_eq!(noted("a@example.org, b@example.org"), "[EMAIL], [EMAIL]");
}

#[test]
fn a_value_is_found_across_the_parts_that_it_is_written_in() {
    let mut journal = Journal::new();
    journal.note(1, JournalLevel::News, "test", &[Part::Text("quentin.vale@"), Part::Words("post.example")]);
    assert_eq!(journal.entries()[0].text, "[EMAIL]");
}

#[test]
fn words_numbers_and_outlines_are_written_one_after_the_other() {
    let mut journal = Journal::new();
    let error = Err::<(), _>("what a person wrote".to_owned());
    journal.note(
        7,
        JournalLevel::Trouble,
        "models",
        &[Part::Words("part "), Part::Number(3), Part::Words(": "), Part::Outline(&error)],
    );
    let entry = journal.entries().remove(0);
    assert_eq!((entry.time_ms, entry.source.as_str(), entry.text.as_str()), (7, "models", "part 3: Err(…)"));
}

#[test]
fn without_a_redactor_only_the_source_stays() {
    let mut journal = Journal { redactor: Reader::Missing, ..Journal::default() };
    journal.note(1, JournalLevel::News, "storage", &[Part::Words("opened")]);
    assert_eq!(journal.entries()[0].text, WITHHELD);
    assert_eq!(journal.entries()[0].source, "storage");
    // Too long to be read at once.
    assert_eq!(noted(&"word ".repeat(READ_MAX_BYTES)), WITHHELD);
}

#[test]
fn it_is_bounded_in_every_direction() {
    let mut journal = Journal::new();
    for number in 0..ENTRIES_MAX as u64 + 5 {
        journal.note(number, JournalLevel::News, "test", &[Part::Words("entry "), Part::Number(number)]);
    }
    let entries = journal.entries();
    assert_eq!((entries.len(), entries[0].text.as_str()), (ENTRIES_MAX, "entry 5"));
    let long = noted(&"Wörter ".repeat(200));
    assert!(long.len() <= TEXT_MAX_BYTES && long.ends_with('…'), "{}", long.len());
    assert_eq!(noted("one\ntwo\u{7}"), "one two ");
}

#[test]
fn what_is_said_again_is_counted() {
    let mut journal = Journal::new();
    for time_ms in [1, 2, 3] {
        journal.note(time_ms, JournalLevel::News, "test", &[Part::Words("again")]);
    }
    journal.note(4, JournalLevel::Trouble, "test", &[Part::Words("again")]);
    let entries: Vec<(u64, u32)> = journal.entries().iter().map(|entry| (entry.time_ms, entry.times)).collect();
    assert_eq!(entries, [(3, 3), (4, 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// In any text, one value of each kind on lines of their own.
    #[test]
    fn no_planted_value_comes_through(before in "(?s).{0,60}", after in "(?s).{0,60}") {
        for (kind, value) in planted() {
            let text = noted(&format!("{before}\n{value}\n{after}"));
            prop_assert!(!text.contains(&value), "{} in {:?}", kind, text);
        }
    }
}
