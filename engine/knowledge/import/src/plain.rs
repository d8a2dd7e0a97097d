//! Plain text and source code: characters as they stand, line ends and control characters apart.

use conclave_text::{Line, lines};

use crate::body::{Body, MAX_HEADINGS};
use conclave_protocol::imported::{Heading, Kind};

/// Canonical form of decoded text: every line end is `\n`; NULs and other control characters, terminal colour codes
/// and stray byte order marks are removed, and `notes` says how many control characters there were.
pub(crate) fn normalise(text: String, notes: &mut Vec<String>) -> String {
    let clean = |byte: u8| (0x20..0x7f).contains(&byte) || byte == b'\n' || byte == b'\t';
    // U+0085, U+2028, U+2029 and U+FEFF are looked for in texts that are not all ASCII; most files take the short way.
    if text.bytes().all(clean) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut removed = 0usize;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\u{feff}' => {}
            '\u{1b}' => {
                // ECMA-48 control sequence: ESC [ parameters final, where final is `@` to `~`.
                if chars.next_if_eq(&'[').is_some() {
                    while chars.next_if(|c| matches!(c, ' '..='?')).is_some() {}
                    chars.next_if(|c| matches!(c, '@'..='~'));
                }
            }
            c if c.is_control() => removed += 1,
            c => out.push(c),
        }
    }
    if removed > 0 {
        let plural = if removed == 1 { "character was" } else { "characters were" };
        notes.push(format!("{removed} control {plural} removed."));
    }
    out
}

/// Plain text, with headings where a line is underlined or stands alone in capitals.
pub(crate) fn read(text: String, notes: &mut Vec<String>) -> Body {
    let text = normalise(text, notes);
    let outline = outline(&text);
    Body { outline, ..Body::new(Kind::Plain, text) }
}

/// Source code and data: no headings.
pub(crate) fn read_code(text: String, notes: &mut Vec<String>) -> Body {
    Body::new(Kind::Code, normalise(text, notes))
}

/// Longest line taken for a heading, in characters: one line of a page.
const MAX_HEADING_CHARS: usize = 80;

fn outline(text: &str) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut before: Option<Line<'_>> = None;
    let mut current: Option<Line<'_>> = None;
    for next in lines(text).map(Some).chain([None]) {
        if let Some(line) = current
            && headings.len() < MAX_HEADINGS
            && before.is_none_or(|line| line.is_blank())
            && let Some(level) = heading_level(line.trimmed(), next.map_or("", |line| line.trimmed()))
        {
            headings.push(Heading { span: line.trimmed_span(), level });
        }
        before = current;
        current = next;
    }
    headings
}

/// The level of a line, given the one below it: underlined with `=` or `-` (reStructuredText, many README files), or
/// capitals alone with an empty line below.
fn heading_level(line: &str, below: &str) -> Option<u8> {
    let chars = line.chars().count();
    if chars == 0 || chars > MAX_HEADING_CHARS || !line.chars().any(char::is_alphabetic) {
        return None;
    }
    let underlined = |mark: char| below.chars().all(|c| c == mark) && below.len() >= 3 && below.len() * 2 >= chars;
    if underlined('=') {
        return Some(1);
    }
    if underlined('-') {
        return Some(2);
    }
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = letters >= 4 && !line.chars().any(char::is_lowercase) && line.chars().any(char::is_uppercase);
    (capitals && below.is_empty() && !line.ends_with(['.', ',', ';', '!', '?'])).then_some(2)
}
