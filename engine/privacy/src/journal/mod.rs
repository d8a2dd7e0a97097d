//! What happened, for a report about a fault: the one way to log, which lets no content through.
//!
//! A program's own words, the numbers that it measured and the *outline* of an error (names of its variants, no texts) say
//! what went wrong; none of them can hold what a person wrote. Whatever an entry is made of, the redactor reads the whole of
//! it before it is kept, and what it finds gives way to its kind: `[EMAIL]`, without a number, since nothing is ever put
//! back. There is no other way in, and none out but reading. The journal is in memory only.

mod outline;

use std::collections::VecDeque;
use std::fmt::{Debug, Write};

use conclave_protocol::{JournalEntry, JournalLevel};

use crate::redactor::Redactor;

/// Most entries; the oldest makes room. At some two entries a question an afternoon's work, and below 100 KB.
pub const ENTRIES_MAX: usize = 200;

/// Longest text of an entry, in bytes: three lines of a report.
pub const TEXT_MAX_BYTES: usize = 400;

/// Longest text that is read for an entry. What is cut before it is redacted may lose what a value is recognised by, so a
/// longer one is withheld.
const READ_MAX_BYTES: usize = 16 << 10;

/// Longest outline of one value.
const OUTLINE_MAX_BYTES: usize = 300;

/// Stands for a text that could not be redacted.
const WITHHELD: &str = "[WITHHELD]";

/// A piece of an entry's text.
pub enum Part<'a> {
    /// The program's own words.
    Words(&'static str),
    /// What the program counted or measured.
    Number(u64),
    /// What kind of value this is: its derived [`Debug`] without texts and lists.
    Outline(&'a dyn Debug),
    /// A text from elsewhere, which no person wrote: a place in the source, say.
    Text(&'a str),
}

/// The latest entries.
#[derive(Default)]
pub struct Journal {
    redactor: Reader,
    entries: VecDeque<JournalEntry>,
}

/// The redactor, made when it is first needed.
#[derive(Default)]
enum Reader {
    #[default]
    NotNeeded,
    Ready(Box<Redactor>),
    /// It cannot be made.
    Missing,
}

impl Journal {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry at a time in Unix milliseconds, from the part of the program that `source` names. One that says the same
    /// as the one before is counted there. Where the text cannot be redacted, only its source is kept.
    pub fn note(&mut self, time_ms: u64, level: JournalLevel, source: &'static str, parts: &[Part<'_>]) {
        let text = self.redact(&written(parts));
        if let Some(last) = self.entries.back_mut()
            && (last.level, last.source.as_str(), last.text.as_str()) == (level, source, text.as_str())
        {
            last.times = last.times.saturating_add(1);
            last.time_ms = time_ms;
            return;
        }
        if self.entries.len() == ENTRIES_MAX {
            self.entries.pop_front();
        }
        self.entries.push_back(JournalEntry { time_ms, level, source: source.to_owned(), text, times: 1 });
    }

    /// The entries, the newest last.
    #[must_use]
    pub fn entries(&self) -> Vec<JournalEntry> {
        self.entries.iter().cloned().collect()
    }

    /// The text on one line with its finds replaced, no longer than an entry may be.
    fn redact(&mut self, text: &str) -> String {
        if matches!(self.redactor, Reader::NotNeeded) {
            self.redactor = Redactor::new().map_or(Reader::Missing, |redactor| Reader::Ready(Box::new(redactor)));
        }
        let Reader::Ready(redactor) = &self.redactor else { return WITHHELD.to_owned() };
        if text.len() > READ_MAX_BYTES {
            return WITHHELD.to_owned();
        }
        let Ok(found) = redactor.find(text) else { return WITHHELD.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for finding in found {
            let Some(before) = text.get(end..finding.span.start) else { return WITHHELD.to_owned() };
            out.push_str(before);
            out.push('[');
            out.push_str(finding.category.stem());
            out.push(']');
            end = finding.span.end;
        }
        let Some(rest) = text.get(end..) else { return WITHHELD.to_owned() };
        out.push_str(rest);
        one_line(&out)
    }
}

fn written(parts: &[Part<'_>]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Words(words) => text.push_str(words),
            // Writing into a string cannot fail.
            Part::Number(number) => drop(write!(text, "{number}")),
            Part::Outline(value) => text.push_str(&outline::outline(*value, OUTLINE_MAX_BYTES)),
            Part::Text(from_elsewhere) => text.push_str(from_elsewhere),
        }
    }
    text
}

/// A text without line breaks and other control characters, cut where it is too long.
fn one_line(text: &str) -> String {
    const MORE: char = '…';
    let mut out: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if out.len() > TEXT_MAX_BYTES {
        out.truncate(out.floor_char_boundary(TEXT_MAX_BYTES - MORE.len_utf8()));
        out.push(MORE);
    }
    out
}

#[cfg(test)]
mod tests;
