//! Ages of persons: the number alone, so that the sentence still reads with a token in its place.

use conclave_protocol::Span;

use super::cues::Cue;
use super::fold::{hash, hashes};
use super::words::{Gap, Shape, Word};

/// Oldest age: the oldest person known lived 122 years.
const AGE_MAX: u32 = 122;

const UNITS: [u64; 19] = hashes(
    "year years yr yrs month months week weeks jahre jahr jahren ans anos anni jaar mois meses mesi \
        monate",
);
/// Units that say an age without `old` behind, after `I have` in these languages or alone in short texts.
const OLD: [u64; 6] = hashes("old alt oud age young edad");
const AGE: [u64; 7] =
    [hash(b"age"), hash(b"aged"), hash(b"alter"), hash(b"edad"), hash(b"eta"), hash(b"leeftijd"), hash(b"idade")];
const GLUED: [&str; 3] = ["yo", "y", "yr"];
const HAVE: [u64; 8] = hashes("j'ai ai tengo tiene ho ha tenho tem");
const TURNS: [u64; 4] = hashes("turned turning turns turn");
const YO: u64 = hash(b"yo");

/// Words of doctors' notes behind an age with a sex, and before one.
const CLINICAL: [u64; 14] =
    hashes("with w c h s presents presenting presented who admitted complaining brought pt patient");
const PATIENT: [u64; 5] = hashes("pt patient a an this");

/// The age whose number is the word at `at`.
pub fn at(text: &str, words: &[Word], at: usize) -> Option<Span> {
    let word = words.get(at).filter(|word| word.shape == Shape::Number && !word.taken)?;
    let digits = word.of(text).trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = word.of(text).get(digits.len()..).unwrap_or_default();
    if digits.is_empty() || digits.len() > 3 || digits.parse::<u32>().is_ok_and(|age| age == 0 || age > AGE_MAX) {
        return None;
    }
    let span = Span::new(word.start, word.start + digits.len());
    let other = |offset: isize| at.checked_add_signed(offset).and_then(|i| words.get(i));
    let next = other(1).filter(|next| matches!(next.gap, Gap::Space | Gap::Hyphen | Gap::Slash));
    let is = |word: Option<&Word>, list: &[u64]| word.is_some_and(|word| list.contains(&word.number));
    if GLUED.contains(&unit) || next.is_some_and(|next| next.number == YO) {
        return Some(span);
    }
    // `my wife (34F)`: age and sex in brackets.
    let sex = matches!(unit, "f" | "F" | "m" | "M") && digits.len() == 2 && word.gap == Gap::Open;
    if sex && text.as_bytes().get(word.end) == Some(&b')') {
        return Some(span);
    }
    // `45F with chest pain`, `Pt is 71M`.
    if matches!(unit, "f" | "F" | "m" | "M") && digits.len() == 2 {
        let before = other(-1).filter(|_| matches!(word.gap, Gap::Space | Gap::Colon));
        let begins = before.is_none_or(|before| before.cue == Cue::Is || PATIENT.contains(&before.number));
        let noted = is(next.filter(|next| next.gap == Gap::Space), &CLINICAL);
        return (begins && noted || is(before, &PATIENT[..2])).then_some(span);
    }
    if !unit.is_empty() {
        return None;
    }
    // `y/o`
    if next.is_some_and(|next| next.of(text) == "y") && is(other(2), &const { [hash(b"o")] }) {
        return Some(span);
    }
    if is(next, &UNITS) {
        let of_age = is(other(2), &const { [hash(b"of")] }) && is(other(3), &const { [hash(b"age")] });
        if is_thing(words, at) {
            return None;
        }
        if is(other(2), &OLD) || of_age || is(other(-1), &HAVE) || is(other(-1), &AGE) {
            return Some(span);
        }
        return None;
    }
    let near = |word: &&Word| matches!(word.gap, Gap::Space | Gap::Colon);
    let before = other(-1).filter(|_| near(&word));
    let ends = other(1)
        .is_none_or(|next| next.gap != Gap::Space || next.cue == Cue::And || matches!(next.cue, Cue::From | Cue::In));
    let subject =
        other(-2).is_some_and(|w| w.cue == Cue::I || HE.contains(&w.number) || w.cue == Cue::Relation || w.capital());
    if is(before, &AGE) || is(before, &TURNS) && (ends || subject) {
        return Some(span);
    }
    // `age of 34`, `age is 34`.
    if before.is_some_and(|before| matches!(before.cue, Cue::Of | Cue::Is) || is_now(before.number))
        && is(other(-2), &AGE)
    {
        return Some(span);
    }
    // `I am 34.`, `She is 34 and lives in Leeds`.
    let person = |word: Option<&Word>| {
        word.is_some_and(|w| {
            matches!(w.cue, Cue::I | Cue::Relation) || HE.contains(&w.number) || w.capital() && w.entry.given() >= 2
        })
    };
    if digits.len() == 2 && ends && next.is_none_or(|next| next.gap != Gap::Hyphen && next.gap != Gap::Slash) {
        let plain = text.as_bytes().get(word.end).is_none_or(|b| {
            !matches!(b, b'%' | b':' | b'.' if text.as_bytes().get(word.end + 1).is_some_and(u8::is_ascii_digit))
                && *b != b'%'
        });
        let said = before.is_some_and(|b| b.cue == Cue::Iam && b.end - b.start > 2)
            || word.gap == Gap::Possessive && other(-1).is_some_and(|b| HE.contains(&b.number))
            || before.is_some_and(|b| b.cue == Cue::Is || is_now(b.number)) && person(other(-2));
        if said && plain {
            return Some(span);
        }
    }
    None
}

const HE: [u64; 3] = hashes("he she who");

fn is_now(number: u64) -> bool {
    number == const { hash(b"is") }
}

/// People, beside those that [`Cue::Person`] and [`Cue::Relation`] name.
const PEOPLE: [u64; 16] =
    hashes("man woman boy girl lady gentleman child kid person guy teenager driver infant toddler male female");

/// Whether the age is said of a thing: `the vehicle was 3 years old`.
fn is_thing(words: &[Word], at: usize) -> bool {
    let word = |back: usize| at.checked_sub(back).and_then(|i| words.get(i));
    let said = word(1).is_some_and(|word| matches!(word.cue, Cue::Is | Cue::Says));
    let subject =
        word(2).filter(|word| word.shape == Shape::Lower && word.cue == Cue::None && !PEOPLE.contains(&word.number));
    said && subject.is_some() && word(3).is_some_and(|word| matches!(word.cue, Cue::The | Cue::This))
}

/// `Ann Smith, 34, of Leeds`, `Ann Smith (34)`, `Ann Smith, fifty-one, of Leeds`: the number that follows a person, between commas
/// or in brackets.
pub fn after_person(text: &str, words: &[Word], last: usize) -> Option<Span> {
    let age = words.get(last + 1).filter(|word| !word.taken)?;
    let (closing, least) = match age.gap {
        Gap::Comma => (b',', 15),
        Gap::Open => (b')', 2),
        _ => return None,
    };
    let end = if age.shape == Shape::Number {
        let fits = age.of(text).parse::<u32>().is_ok_and(|age| (least..100).contains(&age));
        fits.then_some(age.end)?
    } else {
        spelled(words, last + 1)?
    };
    (text.as_bytes().get(end) == Some(&closing)).then(|| Span::new(age.start, end))
}

/// Where an age in words ends: `forty-two`, `sixty`.
fn spelled(words: &[Word], at: usize) -> Option<usize> {
    const TENS: [u64; 8] = hashes("twenty thirty forty fifty sixty seventy eighty ninety");
    const ONES: [u64; 9] = hashes("one two three four five six seven eight nine");
    let tens = words.get(at).filter(|word| TENS.contains(&word.number))?;
    let one = words.get(at + 1).filter(|word| word.gap == Gap::Hyphen && ONES.contains(&word.number));
    Some(one.map_or(tens.end, |one| one.end))
}
