//! Mutations of the crate's own examples, by a seeded generator: nothing panics, finds lie on characters, in order and
//! apart, what was redacted comes back, time is linear, and damaged files are refused.
//!
//! A fuzzer with coverage needs a nightly compiler; this one knows the crate's formats instead. It runs a fixed number of
//! cases, the same every time. `CONCLAVE_FUZZ_SECONDS=600 cargo test -p conclave-privacy --test fuzz` goes on for that long
//! in each test, and `CONCLAVE_FUZZ_SEED` begins elsewhere. What it found once stands in [`KNOWN`].

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

mod corpus;
#[path = "../common/gazetteer.rs"]
mod gazetteer;
mod random;
#[path = "../common/token_pieces.rs"]
mod token_pieces;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use conclave_privacy::names::Gazetteer;
use conclave_privacy::restorer::HELD_MAX_BYTES;
use conclave_privacy::review::{Decisions, restore, review};
use conclave_privacy::{Landing, Redaction, Redactor, Restorer, Rules, Tokens};
use conclave_protocol::{PrivacySettings, Span, ThreadId};

use crate::random::Random;

/// Texts that once broke something.
const KNOWN: [&str; 5] = [
    "-----BEGIN PRIVATE KEY--\n👧",
    "passwd=EMAIL_55",
    "sshpass -p'EMA\u{fd}",
    "j.doe@example.org(EMAIL_01)(EMAIL_02)",
    "3604399[PHONE 44051401359 . PESEL 44051401359 123\u{200b} \u{200b}4\u{200b}4\u{200b}0\u{200b}5\u{200b}1\u{200b}4\u{200b}0\u{200b}1\u{200b}3\u{200b}5\u{200b}9",
];

/// How often a text is repeated to see how time grows, and by how much more the longer one may take than in proportion.
const GROWTH: usize = 4;
const SLACK: u32 = 3;
/// Time that a busy machine takes for nothing.
const NOISE: Duration = Duration::from_millis(150);

fn redactor() -> Redactor {
    Redactor::new().unwrap().with_gazetteer(Gazetteer::from_bytes(gazetteer::bytes()).unwrap())
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().expect("it is a number"))
}

/// Runs so many cases, or as many as the time allows; a case that fails is told with its seed.
fn cases(count: u64, mut case: impl FnMut(&mut Random)) {
    let first = number("CONCLAVE_FUZZ_SEED").unwrap_or(0);
    let time = number("CONCLAVE_FUZZ_SECONDS").map(Duration::from_secs);
    let start = Instant::now();
    for seed in first.. {
        let goes_on = time.map_or(seed < first + count, |time| start.elapsed() < time);
        if !goes_on {
            break;
        }
        if catch_unwind(AssertUnwindSafe(|| case(&mut Random::new(seed)))).is_err() {
            panic!("it fails with CONCLAVE_FUZZ_SEED={seed}");
        }
    }
}

/// The text without whatever the failure does not need, where the check fails; to be read, and to be kept in [`KNOWN`].
fn check(text: &str, check: impl Fn(&str)) {
    let fails = |text: &str| catch_unwind(AssertUnwindSafe(|| check(text))).is_err();
    if !fails(text) {
        return;
    }
    let mut smallest = text.to_owned();
    let mut step = smallest.len() / 2;
    while step > 0 {
        let mut at = 0;
        while at < smallest.len() {
            let end = (at + step).min(smallest.len());
            if smallest.is_char_boundary(at) && smallest.is_char_boundary(end) {
                let without = format!("{}{}", &smallest[..at], &smallest[end..]);
                if fails(&without) {
                    smallest = without;
                    continue;
                }
            }
            at += step;
        }
        step /= 2;
    }
    panic!("{smallest:?} fails");
}

/// Finds lie on characters, in order and apart, and are the same with tokens as without.
fn finds_are_sound(redactor: &Redactor, rules: &Rules, text: &str) {
    let found = redactor.find_by(text, rules).unwrap();
    let mut end = 0;
    for finding in &found {
        let value = finding.span.of(text).unwrap_or_else(|| panic!("{finding:?} cuts a character"));
        assert!(finding.span.start >= end && !value.is_empty(), "{finding:?} behind {end}");
        assert!((0.0..=1.0).contains(&finding.score), "{finding:?}");
        end = finding.span.end;
    }
    let marks = redactor.marks_by(text, rules, &mut Tokens::new()).unwrap();
    let places = |span: Span| (span.start, span.end);
    let of_marks: Vec<_> = marks.iter().map(|mark| (places(mark.span), mark.category)).collect();
    let of_finds: Vec<_> = found.iter().map(|finding| (places(finding.span), finding.category)).collect();
    assert_eq!(of_marks, of_finds);
}

/// What was redacted comes back, cut anywhere; the table of its tokens too.
fn comes_back(redactor: &Redactor, rules: &Rules, text: &str, cuts: &[usize]) {
    let found = redactor.find_by(text, rules).unwrap();
    let mut tokens = Tokens::new();
    let redaction = Redaction::of(text, &found, &mut tokens);
    let mut restorer = Restorer::of_message(&tokens, Landing::Plain, &redaction);
    let (mut out, mut rest) = (String::new(), redaction.text().as_bytes());
    for cut in cuts {
        let (chunk, behind) = rest.split_at((*cut).min(rest.len()));
        out += &restorer.push(chunk);
        assert!(restorer.held_bytes() <= HELD_MAX_BYTES, "{} bytes are held back", restorer.held_bytes());
        rest = behind;
    }
    out += &restorer.push(rest);
    out += &restorer.finish();
    assert_eq!(out, text, "it was {:?}", redaction.text());
    let bytes = tokens.to_bytes();
    let read = Tokens::from_bytes(&bytes, None).unwrap();
    assert_eq!(read.to_bytes(), bytes);
    // Between them stands the same text, whichever part is read.
    let (mut original, mut redacted) = (0, 0);
    for one in redaction.replacements() {
        assert_eq!(text[original..one.original.start], redaction.text()[redacted..one.redacted.start]);
        (original, redacted) = (one.original.end, one.redacted.end);
    }
    assert_eq!(text[original..], redaction.text()[redacted..]);
}

/// A review holds in both texts, whatever is kept and chosen.
fn reviews_hold(redactor: &Redactor, rules: &Rules, text: &str, chosen: Span, keep: usize) {
    let tokens = Tokens::of(ThreadId("fuzz".to_owned()));
    let kept: Vec<String> = redactor
        .marks_by(text, rules, &mut tokens.clone())
        .unwrap()
        .into_iter()
        .map(|mark| mark.token)
        .take(keep)
        .collect();
    let hidden = [chosen];
    let (review, after) = review(redactor, rules, &tokens, text, Decisions { kept: &kept, hidden: &hidden }).unwrap();
    let mut done = (0, 0);
    for found in &review.found {
        let value = found.mark.span.of(text).unwrap();
        let stands = found.redacted.of(&review.redacted).unwrap();
        assert!(found.mark.span.start >= done.0 && found.redacted.start >= done.1, "{found:?}");
        // In JSON a number's token is a string.
        let is_string = value.parse::<f64>().is_ok() && stands.starts_with('"');
        let stands = if found.hidden && is_string { stands.trim_matches('"') } else { stands };
        assert_eq!(stands, if found.hidden { &found.mark.token } else { value });
        done = (found.mark.span.end, found.redacted.end);
    }
    let restored = restore(&after, &review.redacted);
    assert!(
        restored
            .values
            .iter()
            .chain(restored.doubts.iter().map(|doubt| &doubt.span))
            .all(|span| span.of(&restored.text).is_some())
    );
}

#[test]
fn what_broke_once_is_sound() {
    let (redactor, rules) = (redactor(), Rules::default());
    for text in KNOWN {
        finds_are_sound(&redactor, &rules, text);
        comes_back(&redactor, &rules, text, &[1, 1, 1]);
        reviews_hold(&redactor, &rules, text, Span::new(0, text.len().min(4)), 1);
    }
}

#[test]
fn texts_are_read_redacted_and_restored() {
    let (redactor, seeds) = (redactor(), corpus::seeds());
    assert!(seeds.len() > 1_000, "the examples are read");
    cases(1_500, |random| {
        let mut text = corpus::text(&seeds, random);
        if random.below(3) == 0 {
            text = with_tokens(text, random);
        }
        let rules = rules(&seeds, random);
        let cuts: Vec<usize> = (0..random.below(40)).map(|_| random.below(24)).collect();
        let keep = random.below(4);
        let chosen = Span::new(random.below(text.len() + 1), random.below(text.len() + 9));
        check(&text, |text| finds_are_sound(&redactor, &rules, text));
        check(&text, |text| comes_back(&redactor, &rules, text, &cuts));
        check(&text, |text| reviews_hold(&redactor, &rules, text, chosen, keep));
    });
}

/// The text with tokens in it, as they are, changed, or in one another.
fn with_tokens(mut text: String, random: &mut Random) -> String {
    for _ in 0..random.below(6) {
        let at = (0..=random.below(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let kind = random.pick::<&str>(&["EMAIL", "PERSON", "Email", "PHONE", "LITERAL", "URL"]);
        let number = 1 + random.below(4);
        let token = match random.below(6) {
            0 => format!("({kind}_{number:02})"),
            1 => format!("[{kind}_{number:02}]({kind}_{number:02})"),
            2 => format!("{kind}_{number:02}"),
            3 => format!("[{kind} {number}](mailto:[{kind}_{number:02}])"),
            _ => format!("[{kind}_{number:02}]"),
        };
        text.insert_str(at, &token);
    }
    text
}

/// Rules of a person who types anything.
fn rules(seeds: &[String], random: &mut Random) -> Rules {
    if random.below(4) != 0 {
        return Rules::default();
    }
    let mut some = |count: usize| (0..count).map(|_| corpus::text(seeds, random)).collect();
    let settings = PrivacySettings {
        terms: some(2),
        patterns: some(2),
        allowed: some(2),
        regions: some(1),
        ..PrivacySettings::default()
    };
    Rules::compile(&settings).0
}

#[test]
fn time_is_linear() {
    let (redactor, seeds) = (redactor(), corpus::seeds());
    let time = |text: &str| {
        let start = Instant::now();
        redactor.find(text).unwrap();
        start.elapsed()
    };
    cases(60, |random| {
        let text = corpus::text(&seeds, random);
        if text.is_empty() {
            return;
        }
        let short = text.repeat((32 << 10) / text.len() + 1);
        let long = short.repeat(GROWTH);
        // A machine that is busy with something else is slow once, and not every time.
        let is_linear = (0..5).any(|_| time(&long) <= time(&short) * u32::try_from(GROWTH).unwrap() * SLACK + NOISE);
        assert!(is_linear, "{text:?} takes {:?}, and {GROWTH} times as much {:?}", time(&short), time(&long));
    });
}

#[test]
fn an_answer_may_be_anything() {
    let seeds = corpus::seeds();
    let mut tokens = Tokens::new();
    let mut known = Random::new(1);
    for seed in seeds.iter().filter(|seed| seed.contains('@')).take(30) {
        tokens.token(conclave_protocol::Category::Email, seed);
        tokens.token(conclave_protocol::Category::Person, known.pick::<String>(&seeds));
    }
    cases(1_500, |random| {
        let answer = with_tokens(corpus::text(&seeds, random), random);
        for landing in [Landing::Plain, Landing::Json, Landing::Html, Landing::Markdown] {
            let mut whole = Restorer::new(&tokens, landing);
            let mut out = whole.push(&answer);
            out += &whole.finish();
            let mut cut = Restorer::new(&tokens, landing);
            let mut pieces = String::new();
            let mut rest = answer.as_bytes();
            while !rest.is_empty() {
                let (chunk, behind) = rest.split_at((1 + random.below(16)).min(rest.len()));
                pieces += &cut.push(chunk);
                assert!(cut.held_bytes() <= HELD_MAX_BYTES, "{} bytes are held back", cut.held_bytes());
                rest = behind;
            }
            pieces += &cut.finish();
            assert_eq!(pieces, out, "{landing:?} of {answer:?}");
            assert_eq!(cut.notes(), whole.notes(), "{landing:?} of {answer:?}");
        }
    });
}

/// Bytes of a file that was cut, patched, or filled with rubbish.
fn damaged(bytes: &[u8], head: usize, random: &mut Random) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    for _ in 0..=random.below(6) {
        // Half of the damage hits the head, which says how the rest is read.
        let limit = if random.below(2) == 0 { head.min(damaged.len()) } else { damaged.len() };
        let at = random.below(limit + 1);
        match random.below(5) {
            0 => damaged.truncate(at),
            1 => damaged.insert(at.min(damaged.len()), random.byte()),
            2 => damaged.extend((0..random.below(64)).map(|_| random.byte())),
            _ if at < damaged.len() => damaged[at] = if random.below(3) == 0 { 0xff } else { random.byte() },
            _ => {}
        }
    }
    damaged
}

#[test]
fn a_damaged_gazetteer_is_refused_or_knows_other_words() {
    let bytes = gazetteer::bytes();
    let text =
        "Dear Mr Hendrickson, my name is Katarzyna Lewandowska and I live in Bristol. Ann Müller of Acme Inc. wrote.";
    let mut read = 0;
    cases(150, |random| {
        // Its length follows from its head; of those that keep it, the words differ.
        let mut damaged = damaged(&bytes, 256, random);
        if random.below(3) == 0 {
            damaged = bytes.clone();
            for _ in 0..200 {
                let at = 256 + random.below(damaged.len() - 256);
                damaged[at] = random.byte();
            }
        }
        if let Ok(gazetteer) = Gazetteer::from_bytes(damaged) {
            read += 1;
            let redactor = Redactor::new().unwrap().with_gazetteer(gazetteer);
            finds_are_sound(&redactor, &Rules::default(), text);
        }
    });
    assert!(read > 0, "some are read");
}

#[test]
fn a_damaged_table_of_tokens_is_refused_or_means_what_it_says() {
    let (redactor, seeds) = (redactor(), corpus::seeds());
    cases(1_500, |random| {
        // What is redacted here may look like tokens, and often is.
        let text = with_tokens(corpus::text(&seeds, random), random);
        let mut tokens = Tokens::new();
        let redaction = Redaction::of(&text, &redactor.find(&text).unwrap(), &mut tokens);
        let bytes = tokens.to_bytes();
        let damaged = damaged(&bytes, 64, random);
        if let Ok(read) = Tokens::from_bytes(&damaged, None) {
            assert_eq!(read.to_bytes(), damaged, "what writing does not produce is refused");
            let restored = restore(&read, redaction.text());
            assert!(restored.values.iter().all(|span| span.of(&restored.text).is_some()));
        }
    });
}
