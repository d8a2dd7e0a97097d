//! Values that only a name announces: passwords, secrets, tokens, keys, sessions of no particular vendor.

use conclave_protocol::{Category, Span};

use super::name::{self, Kind, Name, Stem};
use super::notation::{self, Notation, Value};
use super::{value, words};
use crate::detector::{Finding, Strength};
use crate::focus::Focus;
use crate::{entropy, uuid};

/// Score of a value that a sentence announces: names in prose are less sure than names of settings.
const PROSE_SCORE: f32 = 0.85;

/// Fewest characters of a password that has letters alone and was drawn at random.
const DRAWN_MIN: usize = 16;
/// Least entropy of a value with signs of every kind, in bits per character: 32 random printable characters have 4.7 in the mean.
const SIGNS_ENTROPY_MIN: f32 = 4.0;

/// The value that the stem at `start..end` announces, if it is wanted.
pub(super) fn scan(stem: &Stem, text: &[u8], start: usize, end: usize, focus: &Focus<'_>) -> Option<Finding> {
    let name = name::around(text, stem.kind, start, end)?;
    let found = notation::value_after(text, name.start, name.end)?;
    if !focus.wants_span(found.span.start, found.span.end) {
        return None;
    }
    let bytes = &text[found.span.start..found.span.end];
    if bytes.len() >= notation::VALUE_MAX || value::is_reference(bytes, found.quoted, text.get(found.span.end).copied())
    {
        return None;
    }
    let holds = match stem.kind {
        Kind::Password => password(text, &name, &found, bytes),
        Kind::Secret => {
            token(&name, bytes) || found.quoted && bytes.len() >= 6 && value::is_mixed(bytes) && chosen(bytes)
        }
        // Salts and keys of frameworks use every sign there is.
        Kind::Token | Kind::Key if found.quoted && name.sure && bytes.len() >= 32 && value::is_mixed(bytes) => {
            token(&name, bytes) || chosen(bytes) && entropy::bits_per_byte(bytes) >= SIGNS_ENTROPY_MIN
        }
        Kind::Token | Kind::Key | Kind::Session => token(&name, bytes),
    };
    let category = match stem.kind {
        Kind::Password => Category::Password,
        Kind::Session => Category::Secret,
        Kind::Secret if !is_of_an_app(&text[name.start..name.end]) => Category::Secret,
        _ => super::kind_of_token(bytes),
    };
    let finding = Finding::new(trimmed(found.span, bytes), category, Strength::Secret, "generic");
    holds.then(|| if found.notation == Notation::Prose { finding.scored(PROSE_SCORE) } else { finding })
}

/// Without the escape that a string leaves at its end.
fn trimmed(span: Span, bytes: &[u8]) -> Span {
    Span::new(span.start, span.end - usize::from(bytes.ends_with(b"\\") && bytes.len() > 1))
}

fn is_of_an_app(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    ["client", "app", "api", "consumer", "key", "token", "access"]
        .iter()
        .any(|word| entropy::contains(&lower, word.as_bytes()))
}

/// A secret that a person may have chosen.
fn chosen(bytes: &[u8]) -> bool {
    value::is_password(bytes) && !words::is_wordy(bytes)
}

fn token(name: &Name, bytes: &[u8]) -> bool {
    // Digests that a lock file or a registry publishes (Subresource Integrity, OCI).
    let digest = ["sha1-", "sha256-", "sha384-", "sha512-", "sha256:", "sha512:", "md5:"];
    if digest.iter().any(|head| bytes.starts_with(head.as_bytes())) || bytes.starts_with(b"-----") {
        return false;
    }
    if uuid::is_uuid(bytes) {
        return name.sure && value::is_random(bytes);
    }
    let of_key = bytes.iter().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'+' | b'/'
                    | b'='
                    | b'_'
                    | b'-'
                    | b'.'
                    | b'~'
                    | b'%'
                    | b'|'
                    | b'$'
                    | b'!'
                    | b'@'
                    | b':'
                    | b'*'
                    | b'#'
                    | b'^'
            )
    });
    if !of_key || !value::is_random(bytes) {
        return false;
    }
    // `key` alone is a map's: only what is drawn from both cases and digits, and long, is taken for a secret.
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    name.sure
        || bytes.len() >= 20
            && has(u8::is_ascii_digit)
            && has(u8::is_ascii_uppercase)
            && has(u8::is_ascii_lowercase)
            && !bytes.contains(&b':')
}

fn password(text: &[u8], name: &Name, found: &Value, bytes: &[u8]) -> bool {
    let lower = || !bytes.iter().any(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
    // A passphrase is several words; elsewhere several words are a label.
    let phrase = name_holds(text, name, b"phrase") && found.quoted;
    if phrase && bytes.iter().filter(|byte| **byte == b' ').count() >= 2 {
        return !value::is_stand_in(bytes);
    }
    if !value::is_password(bytes) {
        return false;
    }
    // One of letters alone is drawn at random where it is long and no word.
    let mixed = value::is_mixed(bytes) || bytes.len() >= DRAWN_MIN && value::is_random(bytes);
    // `password1`, `user_password2`: a variable where code stands, a poor password where a literal does.
    let numbered = value::is_label(bytes.trim_ascii_end().strip_suffix(b"1").unwrap_or(bytes));
    match found.notation {
        Notation::Assigned if !found.quoted => mixed && !numbered,
        Notation::Assigned | Notation::Markup => mixed || bytes.len() >= 5 && (lower() || !words::is_wordy(bytes)),
        Notation::Line => mixed || bytes.len() >= 5 && (lower() || text[found.span.start - 1] == b'='),
        Notation::Argument | Notation::Prose => mixed || found.quoted && bytes.len() >= 6 && !words::is_wordy(bytes),
        Notation::Bare => !bytes.starts_with(b"-") && (mixed || lower() && bytes.len() >= 5),
    }
}

fn name_holds(text: &[u8], name: &Name, word: &[u8]) -> bool {
    entropy::contains(&text[name.start..name.end].to_ascii_lowercase(), word)
}
