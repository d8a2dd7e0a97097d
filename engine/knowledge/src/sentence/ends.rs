//! Where sentences end inside a paragraph.

use conclave_protocol::Span;

use super::abbreviations::{Abbreviation, abbreviation, begins_sentences};
use super::trimmed;
use conclave_text::list_marker;

/// Marks that end a sentence whatever follows: scripts without spaces, and scripts without capitals.
fn ends_always(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．' | '।' | '॥' | '؟' | '۔' | '።' | '։' | '။' | '។')
}

fn ends_perhaps(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉')
}

fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | ')' | ']' | '}' | '”' | '’' | '»' | '›' | '」' | '』' | '）' | '】' | '》' | '*' | '_' | '`'
    )
}

fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '('
            | '['
            | '{'
            | '“'
            | '‘'
            | '„'
            | '«'
            | '‹'
            | '「'
            | '『'
            | '（'
            | '【'
            | '《'
            | '*'
            | '_'
            | '`'
            | '¿'
            | '¡'
    )
}

/// Appends the sentences under `block`, which is trimmed and lies on character boundaries.
pub(super) fn split(text: &str, block: Span, spans: &mut Vec<Span>) {
    let Some(part) = block.of(text) else { return };
    // "1. Item": the marker's full stop ends nothing.
    let skip = list_marker(part).unwrap_or(0);
    let mut start = 0;
    let mut chars = part.char_indices().skip_while(|(at, _)| *at < skip).peekable();
    while let Some((at, c)) = chars.next() {
        let always = ends_always(c);
        if !always && !ends_perhaps(c) {
            continue;
        }
        // "?!", "...", and closing quotes and brackets belong to the sentence.
        let mut run = 1;
        let mut end = at + c.len_utf8();
        while let Some((at, c)) = chars.next_if(|(_, c)| ends_perhaps(*c) || ends_always(*c)) {
            run += 1;
            end = at + c.len_utf8();
        }
        while let Some((at, c)) = chars.next_if(|(_, c)| is_closer(*c)) {
            end = at + c.len_utf8();
        }
        let rest = &part[end..];
        if always || (rest.starts_with(char::is_whitespace) && is_end(&part[start..at], c, run, rest)) {
            spans.push(trimmed(text, block.start + start, block.start + end));
            start = end;
        }
    }
    let last = trimmed(text, block.start + start, block.end);
    if !last.is_empty() {
        spans.push(last);
    }
}

/// Whether the mark `c` (in a run of `run` marks) ends a sentence, given the sentence up to it and what follows.
fn is_end(before: &str, c: char, run: usize, rest: &str) -> bool {
    let following = rest.trim_start().trim_start_matches(is_opener);
    let Some(next) = following.chars().next() else {
        return true;
    };
    if next.is_lowercase() {
        return false;
    }
    if c != '.' || run > 1 {
        return true;
    }
    let word = last_word(before);
    match abbreviation(word) {
        Some(Abbreviation::BeforeName) => false,
        Some(Abbreviation::BeforeNumber) => !next.is_ascii_digit(),
        Some(Abbreviation::Anywhere) => {
            let next_word = following.split(|c: char| !c.is_alphanumeric() && c != '\'').next().unwrap_or("");
            begins_sentences(next_word)
        }
        // A single capital is an initial ("J. Smith"), but not "I".
        None => !(is_initial(word) && next.is_uppercase()),
    }
}

fn is_initial(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|c| c.is_uppercase() && c != 'I') && chars.next().is_none()
}

/// Longest abbreviation looked for, in bytes.
const MAX_WORD_BYTES: usize = 24;

/// The word at the end of `before`, full stops inside it included.
fn last_word(before: &str) -> &str {
    let tail = &before[before.ceil_char_boundary(before.len().saturating_sub(MAX_WORD_BYTES))..];
    let word = tail.rsplit(|c: char| c.is_whitespace() || c == '/' || c == '-').next().unwrap_or("");
    word.trim_start_matches(is_opener)
}
