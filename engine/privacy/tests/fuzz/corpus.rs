//! What is mutated: the crate's own examples, and pieces that parsers stumble over.

use crate::random::Random;
use crate::token_pieces::TOKEN_PIECES;

/// The files whose texts are the seeds: tests of detectors, tokens and restorer.
const SOURCES: [&str; 9] = [
    include_str!("../examples.rs"),
    include_str!("../identifiers.rs"),
    include_str!("../names.rs"),
    include_str!("../phone.rs"),
    include_str!("../redactor.rs"),
    include_str!("../restorer.rs"),
    include_str!("../secrets.rs"),
    include_str!("../tokens.rs"),
    include_str!("../names/personas.txt"),
];

/// Pieces that mean something to some part: anchors, escapes, brackets of tokens and of JSON, invisible and combining
/// characters, other scripts' digits, borders of UTF-8.
#[rustfmt::skip]
const TRICKY: [&str; 84] = [
    "\0", "\u{202e}", "\u{2066}", "\u{200b}", "\u{200d}", "\u{feff}", "\u{ad}", "\u{301}", "\u{fe0f}", "\u{a0}",
    "\u{2028}", "\u{fffd}", "\u{10ffff}", "\u{7f}", "\u{80}", "\u{7ff}", "\u{800}", "\u{1d7d9}", "٣", "९", "０", "ａ",
    "－", "ß", "İ", "ﬁ", "🔑", "👩‍👩‍👧", "日本", "\r\n", "\n", "\t", "  ", "=\n", "-\n", "\\\n", "\\n", "\\u0040",
    "\\ud800", "\\u", "%40", "%2", "%", "&#64;", "&amp;", "&#x", "&", "=3D", "[EMAIL_01]", "[EMAIL_", "[PERSON_00]",
    "_01]", "[", "]", "((", "⟦", "`", "**", "](", "@", " [at] ", "://", "ftp://a:b@", "+", "+1", "+49 ", "0049",
    ":::", "::1", "<<", "-----BEGIN RSA PRIVATE KEY-----", "-----END", "eyJ", "Bearer ", "password=", "api_key: \"",
    "AKIA", "0x", "{\"a\":", "\":[", "\",\"", ",,,", ";", "Dear Mr. ",
];

/// The strings that stand between quotation marks in the sources, as the program would see them, and the lines of plain files.
pub fn seeds() -> Vec<String> {
    let mut seeds = Vec::new();
    for source in SOURCES {
        for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let pieces: Vec<&str> = line.split('"').collect();
            if pieces.len() < 3 {
                seeds.push(line.to_owned());
            } else {
                let inside = pieces.iter().skip(1).step_by(2).filter(|piece| piece.len() > 3);
                seeds.extend(
                    inside.map(|piece| piece.replace("\\n", "\n").replace("\\t", "\t").replace(['{', '}'], "")),
                );
            }
        }
    }
    seeds
}

/// A text of some seeds in one of the layouts that the crate reads, changed at random.
pub fn text(seeds: &[String], random: &mut Random) -> String {
    let count = 1 + random.below(6);
    let some: Vec<&str> = (0..count).map(|_| random.pick(seeds).as_str()).collect();
    let mut text = match random.below(7) {
        0 => some.join("\n"),
        1 => some.join(" "),
        2 => some.join(","),
        3 => serde_json::json!({ "items": some, "n": 12 }).to_string(),
        4 => some.iter().enumerate().map(|(at, one)| format!("KEY_{at}={one}\n")).collect(),
        5 => some.iter().map(|one| format!("[12/03/2024, 09:14:22] Ann: {one}\n")).collect(),
        _ => some.concat(),
    };
    for _ in 0..random.below(8) {
        mutate(&mut text, seeds, random);
    }
    text
}

/// Longest text: what a person pastes; a bound on what a test with ten thousand texts takes.
const TEXT_MAX_BYTES: usize = 8 << 10;

/// One change, at a place on a character boundary.
fn mutate(text: &mut String, seeds: &[String], random: &mut Random) {
    let (from, to) = stretch(text, random);
    match random.below(8) {
        // Flip: another character in the place of one.
        0 => text.replace_range(from..next(text, from), &char::from(random.byte()).to_string()),
        1 => text.insert_str(from, random.pick::<&str>(&TRICKY)),
        2 => text.insert_str(from, random.pick::<&str>(TOKEN_PIECES)),
        // Splice.
        3 => text.replace_range(from..to, &some_of(random.pick::<String>(seeds), random)),
        4 => text.replace_range(from..to, ""),
        // Repeat.
        5 => {
            let again = text[from..to].repeat(1 + random.below(12));
            text.insert_str(to, &again);
        }
        6 => {
            let moved = text[from..to].to_owned();
            text.replace_range(from..to, "");
            let (at, _) = stretch(text, random);
            text.insert_str(at, &moved);
        }
        _ => {
            let disguised = disguise(&text[from..to], random);
            text.replace_range(from..to, &disguised);
        }
    }
    if text.len() > TEXT_MAX_BYTES {
        text.truncate(boundary(text, TEXT_MAX_BYTES));
    }
}

/// A stretch in a spelling that the shadow undoes.
fn disguise(stretch: &str, random: &mut Random) -> String {
    match random.below(5) {
        0 => stretch.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        1 => stretch.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
        2 => stretch.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect(),
        3 => stretch.bytes().map(|byte| format!("{byte:02x}")).collect(),
        _ => stretch.chars().flat_map(|c| [c, '\u{200b}']).collect(),
    }
}

fn some_of(seed: &str, random: &mut Random) -> String {
    let (from, to) = stretch(seed, random);
    seed[from..to].to_owned()
}

/// A stretch of up to 64 bytes.
fn stretch(text: &str, random: &mut Random) -> (usize, usize) {
    let from = boundary(text, random.below(text.len() + 1));
    let to = boundary(text, (from + random.below(64)).min(text.len()));
    (from, to.max(from))
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn next(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(at, |c| at + c.len_utf8())
}
