//! Mutations of sound files of every format, by a seeded generator: nothing panics, what is read keeps to its own rules, and
//! no file keeps a reader busy.
//!
//! It runs a fixed number of cases, the same every time. `CONCLAVE_FUZZ_SECONDS=600 cargo test -p conclave-import --test fuzz`
//! goes on for that long, and `CONCLAVE_FUZZ_SEED` begins elsewhere.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

mod files;
#[allow(dead_code, reason = "the readers' own tests use more of it")]
#[path = "../common/pdf.rs"]
mod pdf;
#[path = "../../../../privacy/tests/fuzz/random.rs"]
mod random;
#[allow(dead_code, reason = "the readers' own tests use more of it")]
#[path = "../common/zip.rs"]
mod zip;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use conclave_import::{Limits, import};
use conclave_protocol::imported::Imported;

use crate::random::Random;

/// What a small file may take in a build without optimisation on a busy machine.
const SLOW: Duration = Duration::from_secs(10);

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().expect("it is a number"))
}

fn cases(count: u64, mut case: impl FnMut(&mut Random)) {
    let first = number("CONCLAVE_FUZZ_SEED").unwrap_or(0);
    let time = number("CONCLAVE_FUZZ_SECONDS").map(Duration::from_secs);
    let start = Instant::now();
    for seed in first.. {
        if !time.map_or(seed < first + count, |time| start.elapsed() < time) {
            break;
        }
        if catch_unwind(AssertUnwindSafe(|| case(&mut Random::new(seed)))).is_err() {
            panic!("it fails with CONCLAVE_FUZZ_SEED={seed}");
        }
    }
}

/// One change of some bytes.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    if bytes.is_empty() {
        bytes.push(random.byte());
        return;
    }
    let at = random.below(bytes.len());
    let length = random.below((bytes.len() - at).min(64) + 1);
    match random.below(7) {
        0 => bytes[at] = random.byte(),
        1 => bytes[at] ^= 1 << random.below(8),
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..at + length)),
        4 => {
            let part = bytes[at..at + length].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, part);
        }
        5 => {
            let from = random.below(other.len());
            let part = &other[from..(from + length).min(other.len())];
            bytes.splice(at..at, part.iter().copied());
        }
        _ => bytes.splice(at..at, [random.byte(), random.byte()]).for_each(drop),
    }
}

fn check(name: &str, bytes: &[u8]) {
    let start = Instant::now();
    let mut documents = 0;
    let report = import(name, bytes, &Limits::default(), &mut |imported: Imported| {
        documents += 1;
        assert!(imported.text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{:?}", imported.text);
        assert!(!imported.text.trim().is_empty() && !imported.title.is_empty() && !imported.name.is_empty());
        let mut end = 0;
        for heading in &imported.outline {
            assert!(
                heading.span.start >= end
                    && heading.span.of(&imported.text).is_some_and(|words| !words.trim().is_empty())
            );
            end = heading.span.end;
        }
        assert!(imported.anchors.is_sorted_by_key(|anchor| anchor.at));
        assert!(imported.anchors.iter().all(|anchor| imported.text.is_char_boundary(anchor.at)));
    });
    assert_eq!(report.documents, documents);
    assert!(start.elapsed() < SLOW, "{name} of {} bytes took {:?}", bytes.len(), start.elapsed());
}

#[test]
fn sound_files_of_every_format_are_read() {
    for (name, bytes) in files::all() {
        let mut documents = 0;
        let report = import(name, &bytes, &Limits::default(), &mut |_| documents += 1);
        assert!(documents > 0, "{name}: {report:?}");
        check(name, &bytes);
    }
}

#[test]
fn changed_files_break_nothing() {
    let files = files::all();
    cases(1_500, |random| {
        let (name, mut bytes) = random.pick(&files).clone();
        let other = random.pick(&files).1.clone();
        for _ in 0..1 + random.below(12) {
            mutate(&mut bytes, &other, random);
        }
        check(name, &bytes);
    });
}

#[test]
fn changed_parts_of_packages_break_nothing() {
    let packages = files::packages();
    cases(400, |random| {
        let (name, mut parts) = random.pick(&packages).clone();
        let at = random.below(parts.len());
        let other = parts[random.below(parts.len())].1.clone();
        for _ in 0..1 + random.below(12) {
            mutate(&mut parts[at].1, &other, random);
        }
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        check(name, &zip::zip(&parts));
    });
}
