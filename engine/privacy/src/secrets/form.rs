//! Keys that are known by their own form.

use conclave_protocol::{Category, Span};

use super::words;
use crate::alphabet::Alphabet;
use crate::anchors::EDGE;
use crate::detector::{Finding, Strength};
use crate::focus::Focus;
use crate::shape::{self, Part};
use crate::{boundary, entropy, runs};

/// An anchor of so many characters begins or ends ordinary words.
const SHORT_ANCHOR: usize = 2;

/// A key that is known by its own form.
pub struct Key {
    /// Who issues it.
    pub vendor: &'static str,
    /// What it is.
    pub category: Category,
    /// A literal of the form, by which it is found; `lead` bytes may stand before it.
    pub anchor: &'static str,
    /// What stands before the anchor, matched from there to the left as one run; empty for most.
    pub lead: Option<(Alphabet, usize, usize)>,
    /// The form, from the anchor on.
    pub parts: &'static [Part],
    /// What else has to hold for the whole key.
    pub check: Option<fn(&[u8]) -> bool>,
}

/// A key of a service that begins with its anchor.
pub(super) const fn key(vendor: &'static str, anchor: &'static str, parts: &'static [Part]) -> Key {
    Key { vendor, category: Category::ApiKey, anchor, lead: None, parts, check: None }
}

/// A key of a service with `min` to `max` bytes of an alphabet before its anchor.
pub(super) const fn led(
    vendor: &'static str,
    lead: (Alphabet, usize, usize),
    anchor: &'static str,
    parts: &'static [Part],
) -> Key {
    Key { vendor, category: Category::ApiKey, anchor, lead: Some(lead), parts, check: None }
}

/// A credential of another kind that begins with its anchor: a hash, an encrypted value.
pub(super) const fn secret(name: &'static str, anchor: &'static str, parts: &'static [Part]) -> Key {
    Key { vendor: name, category: Category::Secret, anchor, lead: None, parts, check: None }
}

impl Key {
    /// The same with a condition on the whole key.
    pub(super) const fn checked(self, check: fn(&[u8]) -> bool) -> Self {
        Self { check: Some(check), ..self }
    }

    /// What every key begins with, from its anchor on.
    pub(crate) const fn begins_with(&self) -> Option<&'static str> {
        match self.parts {
            [Part::Lit(literal), ..] => Some(literal),
            _ => None,
        }
    }

    /// Whether every key has a long run ([`runs`]) at its anchor or right before it, or one that begins a few characters
    /// behind the anchor's beginning.
    pub(crate) fn is_with_run(&self) -> bool {
        if self.lead.is_some_and(|(alphabet, min, _)| alphabet.is_in(runs::ALPHABET) && min >= runs::MIN) {
            return true;
        }
        // Where the last run begins at most, how long it is at least, and how long all is at most.
        let (mut start, mut len, mut most) = (0, 0, 0);
        for part in self.parts {
            let literals = match part {
                Part::Lit(literal) => std::slice::from_ref(literal),
                Part::OneOf(literals) => literals,
                Part::Run(alphabet, min, max) if alphabet.is_in(runs::ALPHABET) => {
                    (len, most) = (len + min, most + max);
                    &[]
                }
                _ => break,
            };
            let lens = literals.iter().map(|literal| literal.len());
            let tails = literals.iter().map(|literal| runs::ALPHABET.run_back(literal.as_bytes(), literal.len()));
            let is_broken = tails.clone().zip(lens.clone()).any(|(tail, len)| tail < len);
            most += lens.max().unwrap_or_default();
            let tail = tails.min().unwrap_or_default();
            (start, len) = if is_broken { (most - tail, tail) } else { (start, len + tail) };
            if len >= runs::MIN {
                return start <= EDGE;
            }
        }
        false
    }

    /// The key whose anchor stands at `at`, if it is wanted.
    pub(crate) fn scan(&self, text: &[u8], at: usize, focus: &Focus<'_>) -> Option<Finding> {
        let len = shape::match_len(self.parts, &text[at..])?;
        let mut start = at;
        if let Some((alphabet, min, max)) = self.lead {
            let mut lead = alphabet.run_back(&text[..at], max + 2);
            // The letter of an escape (`\n`) is no part of the run.
            if matches!(text[..at - lead + lead.min(1)], [.., b'\\', b'n' | b'r' | b't']) {
                lead -= 1;
            }
            if !(min..=max).contains(&lead) {
                return None;
            }
            start -= lead;
        }
        let end = at + len;
        if !focus.wants_span(start, end) {
            return None;
        }
        let body = &text[start + self.anchor.len().min(len)..end];
        // A run that goes on behind its greatest length is something else; `_` and `-` end words but not runs.
        let goes_on = matches!(self.parts.last(), Some(Part::Run(alphabet, ..))
            if text.get(end).is_some_and(|byte| matches!(byte, b'_' | b'-') && alphabet.has(*byte)));
        let whole = boundary::starts(text, start) && boundary::ends(text, end) && !goes_on;
        // Short anchors begin ordinary words, too (`s.acceptTimeout`): then the body must be no word.
        let short = self.anchor.len() <= SHORT_ANCHOR && self.lead.is_none() && body.len() >= 16;
        let holds = whole
            && !is_stand_in(body)
            && !is_word(body)
            && (!short || body.iter().any(u8::is_ascii_digit) && !words::is_wordy(body));
        (holds && self.check.is_none_or(|check| check(&text[start..end])))
            .then(|| Finding::new(Span::new(start, end), self.category, Strength::Secret, self.vendor))
    }
}

/// Whether a body is a mask or a word of documentation. A mask may keep a few characters of what it hides.
fn is_stand_in(body: &[u8]) -> bool {
    let masked =
        body.iter().filter(|byte| matches!(byte, b'x' | b'X' | b'*' | b'.' | b'_' | b'-' | b'0' | b'#')).count();
    const WORDS: [&str; 8] = ["your_", "your-", "yourapi", "placeholder", "changeme", "replace_me", "_here", "example"];
    let lower = body.to_ascii_lowercase();
    masked * 2 > body.len() || WORDS.iter().any(|word| entropy::contains(&lower, word.as_bytes()))
}

/// Whether a body is a long word: lower-case letters and `_` alone. A random string of 20 letters and digits is one with a
/// probability below 1e-4.
fn is_word(body: &[u8]) -> bool {
    body.len() >= 20 && body.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
}
