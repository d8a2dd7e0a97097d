//! Full dates, and partial ones where the text says that they are one.

use conclave_protocol::Span;

use super::cues::Cue;
use super::fold::hashes;
use super::words::{Gap, LineCase, Shape, Word};

/// A date, and whether it has day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Its place.
    pub span: Span,
    /// First word of it.
    pub first: usize,
    /// One past its last word.
    pub end: usize,
    /// Whether day, month and year are there.
    pub full: bool,
    /// Whether it cannot be anything else in prose: the month has its name, or the year has four digits at the end.
    pub plain: bool,
    /// Whether it is a stamp with a time, as in logs and exported chats.
    pub is_log_stamp: bool,
}

/// Longest date in bytes: a time stamp with fractions of a second and an offset (RFC 3339).
const DATE_MAX: usize = 40;

/// The date that begins with the word at `at`.
pub fn at(text: &str, words: &[Word], at: usize) -> Option<Date> {
    let word = words.get(at)?;
    // `Sunday, 8 November 2017`: the day belongs to it where one with its name follows.
    let named = usize::from(is_weekday(word) && words.get(at + 1).is_some_and(near));
    let begin = words.get(at + named)?;
    let found = match begin.shape {
        Shape::Number | Shape::Code => numeric(text, begin)
            .filter(|_| named == 0)
            .map(|(span, full)| (span, full, false))
            .or_else(|| day_first(text, words, at + named).map(|(span, full)| (span, full, true))),
        _ if begin.cue == Cue::Calendar => month_first(text, words, at + named).map(|(span, full)| (span, full, true)),
        _ => None,
    }?;
    let (span, full, written) = found;
    let span = Span::new(word.start, span.end);
    let end = at + words[at..].iter().take_while(|word| word.start < span.end).count();
    let stamp = text.get(span.start..span.end).is_some_and(|date| date.contains(':'));
    let is_log_stamp =
        stamp && text.as_bytes()[..span.start].ends_with(b"[") || full && is_stamp(text.as_bytes(), span);
    let year_last = full && text.as_bytes()[..span.end].iter().rev().take(4).all(u8::is_ascii_digit);
    let plain = word.line != LineCase::Code && (written || year_last);
    Some(Date { span, first: at, end, full, plain, is_log_stamp })
}

/// `[12.05.23, 14:32:10] Ann: hello`, `12/05/2023, 14:32 - Ann: hello`, `Ann, [12.05.2023 14:32]`, `Ann — 12/05/2023 2:32 PM`:
/// when a line was written. A time is in it, and it begins the line or stands in brackets or behind a dash.
fn is_stamp(text: &[u8], span: Span) -> bool {
    let before = text[..span.start].trim_ascii_end();
    let line = text[..span.start].iter().rev().take_while(|byte| **byte == b' ' || **byte == b'[').count();
    let begins = span.start == line || text[span.start - line - 1] == b'\n';
    let begins = begins || before.ends_with(b"[") || before.ends_with(b" -") || before.ends_with("—".as_bytes());
    let inside = text[span.start..span.end].contains(&b':') && text[span.start..span.end].contains(&b' ');
    let rest = text[span.end..].strip_prefix(b",").unwrap_or(&text[span.end..]);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let hours = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let has_time = matches!(rest.get(hours..hours + 3), Some([b':', tens, ones]) if tens.is_ascii_digit() && ones.is_ascii_digit());
    begins && (inside || (1..=2).contains(&hours) && has_time)
}

fn is_edge(byte: Option<&u8>) -> bool {
    byte.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'/' | b'-'))
}

/// `5-20-2021`, `21.5.21`, `2021-05-21`, `5-MAY-2021`, `05/21`, `5/2021`, `2024-06-05T09:15:30.500-07:00`.
fn numeric(text: &str, word: &Word) -> Option<(Span, bool)> {
    let bytes = text.as_bytes();
    let before = word.start.checked_sub(1).and_then(|i| bytes.get(i));
    let escaped = word.start >= 2 && matches!(&bytes[word.start - 2..word.start], b"\\n" | b"\\t" | b"\\r");
    if !(is_edge(before) || escaped) || before.is_some_and(|b| matches!(b, b'.' | b'$' | b'#' | b':' | b'+' | b'=')) {
        return None;
    }
    let rest = &bytes[word.start..bytes.len().min(word.start + DATE_MAX)];
    let mut at = 0;
    let one = digits(rest, &mut at)?;
    let separator = *rest.get(at).filter(|b| matches!(b, b'-' | b'/' | b'.'))?;
    at += 1;
    let named = month_name(rest, &mut at);
    let (two, is_name) = match named {
        Some(month) => ((month, 2), true),
        None => (digits(rest, &mut at)?, false),
    };
    let mut end = at;
    let mut three = None;
    if rest.get(at) == Some(&separator) {
        let mut after = at + 1;
        if let Some(year) = digits(rest, &mut after) {
            three = Some(year);
            end = after;
        }
    }
    let day = |(value, len): (u32, usize)| len <= 2 && (1..=31).contains(&value);
    let month = |(value, len): (u32, usize)| len <= 2 && (1..=12).contains(&value);
    let year = |(value, len): (u32, usize)| len == 4 && (1900..2100).contains(&value);
    let short = |(_, len): (u32, usize)| len == 2;
    let full = match three {
        // A date of a log or a file name begins with the year; ISO 8601 has hyphens, East Asia also slashes and dots.
        Some(three) if year(one) => month(two) && day(three) && three.1 == 2,
        Some(three) => {
            (day(one) && month(two) || month(one) && day(two))
                && (year(three) || short(three) && (separator != b'.' || one.1 == 2 || two.1 <= 2))
        }
        None => false,
    };
    let partial = three.is_none()
        && match separator {
            // `1/2` is a half.
            b'/' => one.1 + two.1 > 2 && (month(one) && (day(two) || year(two)) || day(one) && month(two)),
            b'-' if is_name => day(one),
            _ => false,
        };
    if !full && !partial {
        return None;
    }
    if full && rest.get(end).is_some_and(|b| matches!(b, b'T' | b't' | b' ')) && year(one) {
        end += time(&rest[end + 1..]).map_or(0, |len| len + 1);
    }
    let after = rest.get(end);
    let inner_dot = after == Some(&b'.') && rest.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
    (is_edge(after) && !inner_dot).then(|| (Span::new(word.start, word.start + end), full))
}

fn digits(bytes: &[u8], at: &mut usize) -> Option<(u32, usize)> {
    let start = *at;
    let mut value = 0u32;
    while let Some(digit) = bytes.get(*at).filter(|b| b.is_ascii_digit() && *at - start < 5) {
        value = value * 10 + u32::from(digit - b'0');
        *at += 1;
    }
    (*at > start).then_some((value, *at - start))
}

/// English months by their first three letters; what follows must be the rest of the name.
fn month_name(bytes: &[u8], at: &mut usize) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let len = bytes[*at..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let name = bytes.get(*at..*at + len).filter(|name| name.len() >= 3)?;
    let number =
        MONTHS.iter().position(|month| month.get(..len).is_some_and(|m| m.as_bytes().eq_ignore_ascii_case(name)))?;
    *at += len;
    u32::try_from(number + 1).ok()
}

/// `09:15`, `09:15:30.500`, with `Z` or an offset behind.
fn time(bytes: &[u8]) -> Option<usize> {
    let pair = |at: usize| bytes.get(at..at + 2).is_some_and(|two| two.iter().all(u8::is_ascii_digit));
    if !(pair(0) && bytes.get(2) == Some(&b':') && pair(3)) {
        return None;
    }
    let mut at = 5;
    if bytes.get(at) == Some(&b':') && pair(at + 1) {
        at += 3;
        if bytes.get(at) == Some(&b'.') {
            at += 1 + bytes[at + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        }
    }
    match bytes.get(at) {
        Some(b'Z' | b'z') => at += 1,
        Some(b'+' | b'-') if pair(at + 1) && bytes.get(at + 3) == Some(&b':') && pair(at + 4) => at += 6,
        _ => {}
    }
    Some(at)
}

fn number(text: &str, word: &Word) -> Option<u32> {
    let digits = word.of(text).trim_end_matches(|c: char| c.is_ascii_alphabetic());
    (word.shape == Shape::Number).then(|| digits.parse().ok())?
}

fn is_year(text: &str, word: &Word) -> bool {
    word.end - word.start == 4 && number(text, word).is_some_and(|year| (1900..2100).contains(&year))
}

fn is_weekday(word: &Word) -> bool {
    const DAYS: [u64; 17] =
        hashes("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun");
    word.cue == Cue::Calendar && DAYS.contains(&word.number)
}

fn is_month(word: &Word) -> bool {
    const NONE: [u64; 12] =
        hashes("today tomorrow yesterday tonight morning christmas easter halloween thanksgiving heute demain manana");
    word.cue == Cue::Calendar
        && !is_weekday(word)
        && !NONE.contains(&word.number)
        && (word.capital() || word.shape == Shape::Lower)
}

fn near(word: &Word) -> bool {
    matches!(word.gap, Gap::Space | Gap::Comma | Gap::Hyphen | Gap::Abbreviation | Gap::Slash)
}

/// `12 March 1985`, `3rd of May, 1990`, `12. März 1985`, `5 de mayo de 1990`.
fn day_first(text: &str, words: &[Word], at: usize) -> Option<(Span, bool)> {
    let word = &words[at];
    let day = number(text, word).filter(|day| (1..=31).contains(day))?;
    let _ = day;
    let mut next = at + 1;
    let dotted = |w: &Word| w.gap == Gap::Stop && text.get(word.end..w.start) == Some(". ");
    if words.get(next).is_some_and(|w| w.cue == Cue::Of || w.cue == Cue::Particle) {
        next += 1;
    }
    let month = words.get(next).filter(|w| is_month(w) && (near(w) || dotted(w)))?;
    let mut year = next + 1;
    if words.get(year).is_some_and(|w| w.cue == Cue::Of || w.cue == Cue::Particle) {
        year += 1;
    }
    match words.get(year).filter(|w| near(w) && is_year(text, w)) {
        Some(year) => Some((Span::new(word.start, year.end), true)),
        None => Some((Span::new(word.start, month.end), false)),
    }
}

/// `March 12, 1985`, `May 3rd 1990`, `May-21`, `May-2021`.
fn month_first(text: &str, words: &[Word], at: usize) -> Option<(Span, bool)> {
    // In a text without capitals `may` and `march` are no months.
    const WORDS: [u64; 5] = hashes("may march mar sun sat");
    let lower = |word: &Word| word.line == LineCase::Lower && !WORDS.contains(&word.number);
    let month = words.get(at).filter(|word| is_month(word) && (word.capital() || lower(word)))?;
    let day = words.get(at + 1).filter(|word| near(word) && word.shape == Shape::Number)?;
    let value = number(text, day)?;
    if is_year(text, day) {
        return (day.gap != Gap::Slash).then_some((Span::new(month.start, day.end), false));
    }
    if !(1..=31).contains(&value) || day.gap == Gap::Comma {
        return None;
    }
    match words.get(at + 2).filter(|word| near(word) && is_year(text, word)) {
        Some(year) => Some((Span::new(month.start, year.end), true)),
        None => Some((Span::new(month.start, day.end), false)),
    }
}

/// Words on each side within which another find makes a date with its month's name a person's: a paragraph.
const NEIGHBOURHOOD_WORDS: usize = 50;
/// Words within which the context of a date is looked for.
const CONTEXT_WORDS: usize = 14;

/// Whether a date belongs to a person: it stands alone on its line, or the words around say so.
pub fn is_personal(words: &[Word], date: &Date) -> bool {
    const DATED: [u64; 40] = hashes(
        "born birth dob birthday birthdate date dated today expires expiry expiration exp valid issued \
        admitted discharged appointment hired died deceased married due geboren geburtsdatum datum \
        naissance nacimiento nascita geb nee nacido nata signed anniversary passport visa diagnosed \
        visited card transaction",
    );
    const PRONOUNS: [u64; 10] = hashes("he she him me myself my his her your you");
    let breaks = |word: &Word| matches!(word.gap, Gap::Blank);
    let alone_before = matches!(words[date.first].gap, Gap::Newline | Gap::Blank);
    let alone_after = words.get(date.end).is_none_or(|next| matches!(next.gap, Gap::Newline | Gap::Blank));
    if alone_before && alone_after {
        return true;
    }
    // `Mar 4 12:00:00 2024` is the stamp of a log.
    if !date.full && words.get(date.end).is_some_and(|next| next.gap == Gap::Space && next.shape == Shape::Number) {
        return false;
    }
    if date.is_log_stamp {
        return false;
    }
    // A date with its month's name identifies whoever is found near it, though the next sentence says who that is.
    if date.plain {
        let found = |word: &Word| word.taken && word.cue != Cue::Calendar;
        let before = words[..date.first].iter().rev().take(NEIGHBOURHOOD_WORDS);
        if before.chain(words[date.end..].iter().take(NEIGHBOURHOOD_WORDS)).any(found) {
            return true;
        }
    }
    let fits = |word: &Word| {
        DATED.contains(&word.number)
            || (date.full || date.plain)
                && (PRONOUNS.contains(&word.number)
                    || matches!(word.cue, Cue::I | Cue::Iam | Cue::Person | Cue::Title)
                    || word.taken && word.letters() && word.cue != Cue::Calendar)
    };
    let back = words[..date.first].iter().rev().take(CONTEXT_WORDS);
    let mut stop = breaks(&words[date.first]);
    for word in back {
        if stop {
            break;
        }
        if fits(word) {
            return true;
        }
        stop = breaks(word);
    }
    words[date.end..].iter().take(CONTEXT_WORDS).take_while(|word| !breaks(word)).any(fits)
}
