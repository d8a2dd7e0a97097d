//! Keys of services, as data.
//!
//! Three tables: keys that are known by their own form ([`Key`]), keys that only the name beside them betrays
//! ([`Announced`]), and the generic names (`api_key`, `client_secret`) with a random-looking value.
//! Sources: the vendors' documentation, and the published rules of secret scanners (gitleaks, detect-secrets; MIT and
//! Apache-2.0), rewritten as shapes.

mod announced;
mod cloud;
mod code;
mod models;
mod services;

use conclave_protocol::{Category, Span};

use crate::detector::{Finding, Strength};
use crate::shape::{self, Part};
use crate::{boundary, entropy};

pub(crate) use announced::{ANNOUNCED, GENERIC};
pub use announced::{Announced, Generic};

/// A key that is known by its own form.
pub struct Key {
    /// Who issues it.
    pub vendor: &'static str,
    /// A literal of the form, by which it is found; `lead` bytes may stand before it.
    pub anchor: &'static str,
    /// What stands before the anchor, matched from there to the left as one run; empty for most.
    pub lead: Option<(crate::alphabet::Alphabet, usize, usize)>,
    /// The form, from the anchor on.
    pub parts: &'static [Part],
}

const fn key(vendor: &'static str, anchor: &'static str, parts: &'static [Part]) -> Key {
    Key { vendor, anchor, lead: None, parts }
}

/// All keys that are known by their form.
pub fn all() -> impl Iterator<Item = &'static Key> {
    models::KEYS.iter().chain(cloud::KEYS).chain(code::KEYS).chain(services::KEYS)
}

impl Key {
    /// The key whose anchor stands at `at`.
    pub(crate) fn scan(&self, text: &[u8], at: usize) -> Option<Finding> {
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
        let body = &text[start + self.anchor.len().min(len)..end];
        let whole = boundary::starts(text, start) && boundary::ends(text, end);
        (whole && !entropy::is_placeholder(body) && !is_word(body)).then(|| finding(Span::new(start, end), self.vendor))
    }
}

/// Whether a body is a long word: lower-case letters and `_` alone. A random string of 20 letters and digits is one with a
/// probability below 1e-4.
fn is_word(body: &[u8]) -> bool {
    body.len() >= 20 && body.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
}

pub(crate) fn finding(span: Span, detector: &'static str) -> Finding {
    Finding::new(span, Category::ApiKey, Strength::Secret, detector)
}
