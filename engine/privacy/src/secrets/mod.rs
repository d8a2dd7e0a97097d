//! Credentials: keys of services, passwords, hashes, private keys, sessions, seed phrases.
//!
//! - [`form`]: keys that are known by their own form, in the tables of [`vendors`] and [`hashes`];
//! - [`announced`]: keys that only the vendor's name beside them betrays;
//! - [`generic`]: what a [`name`] such as `password` or `api_key` announces, in any [`notation`], where the [`value`] is no
//!   reference, stand-in or word;
//! - [`http`], [`command`]: header fields, cookies, command lines;
//! - [`jwt`], [`pem`], [`url`], [`mnemonic`], [`wallet`]: values with a structure that can be checked.
//!
//! Prefixes and lengths are what vendors and secret scanners publish about them, rewritten as shapes with some room; they were
//! not checked against each vendor's page one by one.

mod announced;
mod base64;
mod bip39;
mod command;
mod form;
mod generic;
mod hashes;
mod http;
pub(crate) mod jwt;
mod mnemonic;
mod name;
mod notation;
pub(crate) mod pem;
mod reading;
pub(crate) mod samples;
pub(crate) mod url;
mod value;
mod vendors;
mod wallet;
mod words;

use std::collections::BTreeSet;

use conclave_protocol::Category;

pub use announced::Announced;
pub use form::Key;

use crate::detector::Finding;
use crate::focus::Focus;

/// All keys that are known by their form.
pub fn all() -> impl Iterator<Item = &'static Key> {
    vendors::all().chain(hashes::KEYS)
}

/// Everybody whose keys are known, by form or by name.
#[must_use]
pub fn vendors() -> BTreeSet<&'static str> {
    vendors::all().map(|key| key.vendor).chain(announced::ANNOUNCED.iter().map(|rule| rule.vendor)).collect()
}

/// What an anchor of this module leads to.
#[derive(Clone, Copy)]
pub(crate) enum Cue {
    Key(&'static Key),
    Announced(&'static Announced),
    Stem(&'static name::Stem),
    /// A scanner of its own, given the anchor's place.
    Scan(fn(text: &[u8], start: usize, end: usize, found: &mut Vec<Finding>)),
}

/// Every anchor of this module, in lower case, with what it leads to.
pub(crate) fn cues() -> impl Iterator<Item = (&'static str, Cue)> {
    const SCANNERS: [(&str, Cue); 12] = [
        ("authorization", Cue::Scan(http::authorization)),
        ("bearer ", Cue::Scan(http::bearer)),
        ("basic ", Cue::Scan(http::basic_anywhere)),
        ("cookie:", Cue::Scan(http::cookies)),
        (" -u", Cue::Scan(command::user)),
        (" --user", Cue::Scan(command::user)),
        (" --proxy-user", Cue::Scan(command::user)),
        (" -p", Cue::Scan(command::password)),
        ("putty-user-key-file-", Cue::Scan(pem::putty)),
        ("---- begin ssh2 encrypted", Cue::Scan(pem::ssh2)),
        ("xprv", Cue::Scan(wallet::extended)),
        (":::", Cue::Scan(hashes::windows_dump)),
    ];
    all()
        .map(|key| (key.anchor, Cue::Key(key)))
        .chain(announced::ANNOUNCED.iter().map(|rule| (rule.vendor, Cue::Announced(rule))))
        .chain(name::STEMS.iter().map(|stem| (stem.word, Cue::Stem(stem))))
        .chain(SCANNERS)
}

/// A token that is announced but may be of another kind by its own form.
fn kind_of_token(value: &[u8]) -> Category {
    if value.starts_with(b"eyJ") && value.contains(&b'.') { Category::Jwt } else { Category::ApiKey }
}

impl Cue {
    /// Whether what is found is known by its own form or by its vendor's name.
    pub(crate) const fn knows_form(self) -> bool {
        matches!(self, Self::Key(_) | Self::Announced(_))
    }

    /// Looks at what stands around the anchor at `start..end`. What lies elsewhere than finds are wanted may be left out.
    pub(crate) fn scan(self, text: &[u8], start: usize, end: usize, focus: &Focus<'_>, found: &mut Vec<Finding>) {
        match self {
            Self::Key(key) => found.extend(key.scan(text, start, focus)),
            Self::Announced(rule) => found.extend(rule.scan(text, start, end)),
            Self::Stem(stem) => found.extend(generic::scan(stem, text, start, end, focus)),
            Self::Scan(scan) => scan(text, start, end, found),
        }
    }
}
