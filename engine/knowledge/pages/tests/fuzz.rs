//! Mutations of sound files by a seeded generator: a page is drawn or refused, and none keeps the program busy.
//!
//! It runs a fixed number of cases, the same every time. `CONCLAVE_FUZZ_SECONDS=600 cargo test -p conclave-pages --test fuzz` goes
//! on for that long, and `CONCLAVE_FUZZ_SEED` begins elsewhere.
//!
//! A panic of the reader of the format would end the program that draws, which is started again: no case is known.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "the importer's own tests use more of it")]
#[path = "../../import/tests/common/pdf.rs"]
mod pdf;
#[path = "../../../privacy/tests/fuzz/random.rs"]
mod random;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use conclave_pages::Document;
use conclave_protocol::{Cited, CitedOnPage, PageImage, PageWish};
use random::Random;

/// What a small file may take in a build without optimisation on a busy machine.
const SLOW: Duration = Duration::from_secs(10);

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().expect("it is a number"))
}

/// Files that use much of the format: text, drawings, clips, patterns, shadings, groups, pictures, forms.
fn files() -> Vec<Vec<u8>> {
    let text =
        pdf::lines(&[(72, 700, 12, "The warranty lasts for two years."), (72, 680, 12, "It begins with the sale.")]);
    let drawing = "q 1 0 0 RG 4 w 50 50 m 200 300 300 50 400 400 c S Q q 10 10 500 500 re W n 0.2 0.4 0.9 rg \
        100 100 200 200 re f Q /P1 cs /Pattern cs /T1 scn 300 300 200 200 re f /S1 sh q /G1 gs /X1 Do Q \
        q 100 0 0 100 20 20 cm BI /W 4 /H 4 /BPC 8 /CS /G ID 0123456789abcdef EI Q [3 2] 1 d 0 0 m 500 800 l S";
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 3 0 R >> \
        /Pattern << /T1 6 0 R >> /Shading << /S1 7 0 R >> /XObject << /X1 8 0 R >> /ExtGState << /G1 << /ca 0.5 /BM /Multiply >> >> >> >>";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [4 0 R] >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>".to_owned(),
        page.to_owned(),
        pdf::stream("", &format!("{text}{drawing}")),
        pdf::stream("/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 20 20] /XStep 20 /YStep 20 /Resources << >>", "1 0 0 rg 0 0 10 10 re f"),
        "<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 500 0] /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [1 0 0] /C1 [0 0 1] /N 1 >> >>".to_owned(),
        pdf::stream("/Type /XObject /Subtype /Form /BBox [0 0 300 300] /Group << /S /Transparency /I true >> /Resources << /XObject << /X1 8 0 R >> >>", "0 1 0 rg 20 20 100 100 re f /X1 Do"),
    ];
    let simple = pdf::document(&[text.clone(), pdf::lines(&[(72, 100, 30, "Second page")])], "", "", &[]);
    vec![simple, pdf::file(&objects, "")]
}

/// One change of some bytes.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        bytes.push(random.byte());
        return;
    }
    let at = random.below(bytes.len());
    let length = random.below((bytes.len() - at).min(64) + 1);
    match random.below(7) {
        0 => bytes[at] = random.byte(),
        1 => bytes[at] ^= 1 << random.below(8),
        2 if random.below(8) == 0 => bytes.truncate(at),
        2 => bytes[at] = b'9',
        3 => drop(bytes.drain(at..at + length)),
        4 => {
            let part = bytes[at..at + length].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, part);
        }
        _ => bytes.splice(at..at, [random.byte(), random.byte()]).for_each(drop),
    }
}

/// How many pages were drawn.
fn check(bytes: Vec<u8>) -> usize {
    let start = Instant::now();
    let mut drawn = 0;
    let size = bytes.len();
    if let Ok(document) = Document::open(bytes) {
        for page in 1..=document.pages().min(2) {
            let cited = Cited { text: "The warranty lasts for two years.".into(), ..Cited::default() };
            let Ok(image) = document.draw(&PageWish { page, width_px: 150, cited: Some(cited) }) else { continue };
            assert!(image.width * image.height <= PageImage::PIXELS_MAX && !image.png.0.is_empty());
            if let CitedOnPage::Found { rects, .. } = &image.cited {
                let inside = |side: f32| (0.0..=1.0001).contains(&side);
                for rect in rects {
                    assert!(inside(rect.left) && inside(rect.top), "{rect:?}");
                    assert!(inside(rect.left + rect.width) && inside(rect.top + rect.height), "{rect:?}");
                }
            }
            drawn += 1;
        }
    }
    assert!(start.elapsed() < SLOW, "{size} bytes took {:?}", start.elapsed());
    drawn
}

#[test]
fn sound_files_are_drawn() {
    let drawn: Vec<usize> = files().into_iter().map(check).collect();
    assert_eq!(drawn, [2, 1]);
}

#[test]
fn changed_files_break_nothing() {
    let files = files();
    let first = number("CONCLAVE_FUZZ_SEED").unwrap_or(0);
    let time = number("CONCLAVE_FUZZ_SECONDS").map(Duration::from_secs);
    let (start, mut drawn) = (Instant::now(), 0);
    for seed in first.. {
        if !time.map_or(seed < first + 300, |time| start.elapsed() < time) {
            break;
        }
        let mut random = Random::new(seed);
        let mut bytes = random.pick(&files).clone();
        for _ in 0..1 + random.below(12) {
            mutate(&mut bytes, &mut random);
        }
        match catch_unwind(AssertUnwindSafe(|| check(bytes))) {
            Ok(pages) => drawn += pages,
            Err(_) => panic!("it fails with CONCLAVE_FUZZ_SEED={seed}"),
        }
    }
    assert!(drawn > 0, "nothing was drawn at all");
}
