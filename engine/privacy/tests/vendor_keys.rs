//! Keys of services: one is made from every shape and must be found whole; damaged ones must not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use conclave_privacy::Redactor;
use conclave_privacy::alphabet::Alphabet;
use conclave_privacy::secrets::{self, Key};
use conclave_privacy::shape::Part;

/// Characters in no order that is easily seen: a quadratic sequence.
fn fill(alphabet: Alphabet, len: usize, salt: usize, out: &mut String) {
    let letters: Vec<char> = (0..128u8).filter(|byte| alphabet.has(*byte)).map(char::from).collect();
    // The first and the last character are letters or digits, as in real keys.
    let plain: Vec<char> = letters.iter().copied().filter(char::is_ascii_alphanumeric).collect();
    for i in 0..len {
        let from = if i == 0 || i + 1 == len { &plain } else { &letters };
        let from = if from.is_empty() { &letters } else { from };
        out.push(from[(i * 31 + i * i * 7 + salt * 5) % from.len()]);
    }
}

fn make(parts: &[Part], out: &mut String) {
    for (i, part) in parts.iter().enumerate() {
        match part {
            Part::Lit(literal) => out.push_str(literal),
            Part::Run(alphabet, min, _) => fill(*alphabet, *min, i, out),
            Part::OneOf(literals) => out.push_str(literals[0]),
            Part::Opt(_) => {}
        }
    }
}

fn example(key: &Key) -> String {
    let mut out = String::new();
    if let Some((alphabet, min, _)) = key.lead {
        fill(alphabet, min, 3, &mut out);
    }
    make(key.parts, &mut out);
    // What must hold for the whole key: a letter it begins with.
    if key.check.is_some_and(|check| !check(out.as_bytes())) {
        out.replace_range(..1, "M");
    }
    out
}

#[test]
fn a_key_of_every_shape_is_found_whole() {
    let redactor = Redactor::new().unwrap();
    for key in secrets::all() {
        let value = example(key);
        for text in [value.clone(), format!("key: \"{value}\", next"), format!("a line\\n{value} end")] {
            let start = text.find(&value).unwrap();
            let found = redactor.find(&text).unwrap();
            assert!(
                found
                    .iter()
                    .any(|f| f.category == key.category && f.span.start <= start && f.span.end >= start + value.len()),
                "{}: {text:?} gave {found:?}",
                key.vendor
            );
        }
    }
}

#[test]
fn the_anchor_is_part_of_the_shape() {
    for key in secrets::all() {
        let value = example(key).to_ascii_lowercase();
        assert!(value.contains(key.anchor), "{}: {value} lacks {}", key.vendor, key.anchor);
        assert_eq!(key.anchor, key.anchor.to_ascii_lowercase(), "anchors are written in lower case");
    }
}

#[test]
fn a_key_glued_to_a_word_or_made_of_one_letter_is_none() {
    let redactor = Redactor::new().unwrap();
    let key = concat!("gh", "p_16C7e42F292c6912E7710c838347Ae178B4a");
    assert_eq!(redactor.find(key).unwrap().len(), 1);
    assert!(redactor.find(&format!("x{key}")).unwrap().is_empty());
    assert!(redactor.find(&format!("{}{}", "ghp_", "x".repeat(36))).unwrap().is_empty());
    assert!(redactor.find(&key[..30]).unwrap().is_empty());
}

#[test]
fn there_are_many_vendors() {
    // Products of one vendor (`azure-cosmos`, `slack-webhook`) count once.
    let vendors: std::collections::BTreeSet<&str> =
        secrets::vendors().into_iter().map(|name| name.split('-').next().unwrap_or(name)).collect();
    assert!(vendors.len() >= 150, "{}", vendors.len());
}
