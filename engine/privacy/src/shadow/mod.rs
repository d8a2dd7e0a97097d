//! The text as detectors see it: without what cannot be seen, with one spelling for what looks the same, escapes decoded.
//!
//! A [`Shadow`] knows where each of its characters came from, so that what is found in it is covered in the text itself.

mod compat;
pub(crate) mod encoded;
mod escapes;
mod fold;
mod map;
pub(crate) mod wrapped;

use std::borrow::Cow;

use conclave_protocol::Span;

use self::fold::{Folded, fold, lookalike};
use self::map::Map;
use crate::bytes;

/// Most layers of escapes inside escapes of another kind that are decoded (JSON in a URL in HTML).
const LAYERS_MAX: usize = 3;
/// How far around a lookalike its word is searched for Latin letters.
const WORD_MAX: usize = 128;

/// A text in normal form, with the way back.
pub(crate) struct Shadow<'a> {
    text: Cow<'a, str>,
    /// From the text to the first layer, from there to the second, and so on.
    layers: Vec<Map>,
}

impl<'a> Shadow<'a> {
    /// The shadow of `text`, which is at most [`crate::redactor::TEXT_MAX_BYTES`] long. Plain text is borrowed as it is.
    pub(crate) fn of(text: &'a str) -> Self {
        let mut shadow = Self { text: Cow::Borrowed(text), layers: Vec::new() };
        while shadow.layers.len() < LAYERS_MAX
            && let Some(layer) = layer(&shadow.text)
        {
            shadow.text = Cow::Owned(layer.text);
            shadow.layers.push(layer.map);
            if !layer.unescaped {
                break;
            }
        }
        shadow
    }

    /// The normal form.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where a stretch of the shadow stands in the text.
    pub(crate) fn original(&self, span: Span) -> Span {
        self.layers.iter().rev().fold(span, |span, map| map.original(span))
    }
}

struct Layer {
    text: String,
    map: Map,
    /// Whether an escape was decoded: what it stood for may be the beginning of another one.
    unescaped: bool,
}

/// 1 for a byte at which something may have to be done: not ASCII, a control character, or the beginning of an escape.
#[inline]
fn needs_attention(byte: u8) -> u8 {
    let control = u8::from(byte < b' ') & u8::from(byte != b'\n') & u8::from(byte != b'\t') & u8::from(byte != b'\r');
    u8::from(byte >= 0x7f) | control | u8::from(byte == b'%') | u8::from(byte == b'\\') | u8::from(byte == b'&')
}

/// One pass over the text; `None` where nothing changes.
fn layer(text: &str) -> Option<Layer> {
    let bytes = text.as_bytes();
    let mut made = Layer { text: String::new(), map: Map::default(), unescaped: false };
    let mut copied = 0;
    let mut at = 0;
    // End of the word that was looked at last for Latin letters and digits, and whether it has some.
    let mut word = (0, false);
    while let Some(found) = bytes::position(bytes, at, needs_attention) {
        at = found;
        let (c, len, escaped) = match escapes::decode(&bytes[at..]) {
            Some((c, len)) => (c, len, true),
            None => {
                let Some(c) = text[at..].chars().next() else { break };
                (c, c.len_utf8(), false)
            }
        };
        let mut folded = fold(c);
        if folded == Folded::Same
            && !escaped
            && !c.is_ascii()
            && let Some(latin) = lookalike(c)
        {
            if at >= word.0 {
                word = word_at(bytes, at);
            }
            if word.1 {
                folded = Folded::One(latin);
            }
        }
        if folded != Folded::Same || escaped {
            if made.map.is_empty() {
                made.text.reserve(text.len());
            }
            made.text.push_str(&text[copied..at]);
            let start = made.text.len();
            match folded {
                Folded::Same => made.text.push(c),
                Folded::Nothing => {}
                Folded::One(other) => made.text.push(other),
                Folded::Several(others) => made.text.push_str(others),
            }
            made.map.add(Span::new(at, at + len), Span::new(start, made.text.len()));
            made.unescaped |= escaped;
            copied = at + len;
        }
        at += len;
    }
    if made.map.is_empty() {
        return None;
    }
    made.text.push_str(&text[copied..]);
    Some(made)
}

/// End of the word around `at`, and whether it has a letter or digit of ASCII, or stands between digits.
fn word_at(bytes: &[u8], at: usize) -> (usize, bool) {
    let in_word = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || **byte >= 0x80 || matches!(**byte, b'@' | b'.' | b'_' | b'-' | b'+' | b':')
    };
    let back = bytes[..at].iter().rev().take(WORD_MAX).take_while(in_word).count();
    let ahead = bytes[at..].iter().take(WORD_MAX).take_while(in_word).count();
    let word = &bytes[at - back..at + ahead];
    // In `NL66 КМКМ 0322` the neighbours tell.
    let digit_before = matches!(bytes[..at - back], [.., b'0'..=b'9', b' ']);
    let digit_behind = matches!(bytes[at + ahead..], [b' ', b'0'..=b'9', ..]);
    (at + ahead, word.iter().any(u8::is_ascii_alphanumeric) || digit_before && digit_behind)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back<'a>(text: &'a str, found: &str) -> &'a str {
        let shadow = Shadow::of(text);
        let start = shadow.text().find(found).unwrap_or_else(|| unreachable!("{found:?} in {:?}", shadow.text()));
        shadow.original(Span::new(start, start + found.len())).of(text).unwrap_or_default()
    }

    #[test]
    fn plain_text_is_its_own_shadow() {
        let shadow = Shadow::of("Grüße & 100% \\d of it");
        assert!(shadow.layers.is_empty() && matches!(shadow.text, Cow::Borrowed(_)));
    }

    #[test]
    fn disguised_values_come_back_whole() {
        for disguised in [
            "ann@example.com",
            "ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ",
            "a\u{200b}nn@exam\u{ad}ple.c\u{feff}om",
            "ann%40example%2Ecom",
            "ann%2540example.com",
            "ann\\u0040example.com",
            "ann&#64;example&period;com",
            "аnn@ехample.com",
            "a\0nn@example.com",
            "𝐚𝐧𝐧@𝖾𝗑𝖺𝗆𝗉𝗅𝖾.𝘤𝘰𝘮",
            "an\u{301}n@example.com",
            "\\u0061nn%40\\u0065xample.com",
            "%5Cu0061nn@example.com",
        ] {
            let text = format!("x {disguised} y");
            assert_eq!(back(&text, "ann@example.com"), disguised);
        }
    }

    #[test]
    fn words_of_other_scripts_keep_their_letters() {
        assert_eq!(Shadow::of("Москва и Αθήνα").text(), "Москва и Αθήνα");
    }

    #[test]
    fn what_is_invisible_at_the_edges_stays_outside() {
        assert_eq!(back("\u{200b}ab\u{200b}", "ab"), "ab");
        assert_eq!(back("a\u{200b}b", "ab"), "a\u{200b}b");
    }

    proptest! {
        #[test]
        fn every_stretch_maps_to_character_boundaries(
            pieces in proptest::collection::vec(
                prop::sample::select(vec!["a", "é", "\u{200b}", "%40", "%25", "40", "\\u0040", "\\", "u0040", "&amp;", "#64;", "ﬁ", "🔑", "а", "\0", " ", "\u{a0}"]),
                0..40,
            ),
            from in 0usize..60,
            len in 0usize..20,
        ) {
            let text = pieces.concat();
            let shadow = Shadow::of(&text);
            let chars: Vec<usize> = shadow.text().char_indices().map(|(at, _)| at).chain([shadow.text().len()]).collect();
            let start = chars[from.min(chars.len() - 1)];
            let end = chars[(from + len).min(chars.len() - 1)];
            if start < end {
                let span = shadow.original(Span::new(start, end));
                prop_assert!(span.start < span.end && span.of(&text).is_some());
            }
        }
    }
}
