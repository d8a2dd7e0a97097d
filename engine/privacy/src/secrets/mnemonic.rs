//! Seed phrases of wallets: 12, 15, 18, 21 or 24 words of the English list with a check sum (BIP-39).

use conclave_protocol::{Category, Span};
use sha2::{Digest as _, Sha256};

use super::bip39;
use crate::detector::{Finding, Strength};
use crate::entropy;

/// Numbers of words, longest first.
const LENGTHS: [usize; 5] = [24, 21, 18, 15, 12];
/// Longer rows of words of the list are a copy of the list, not a phrase.
const ROW_MAX: usize = 40;
/// Lengths of the words of the list.
const WORD_MIN: usize = 3;
const WORD_MAX: usize = 8;
/// Longest separator of words: `", "`, `\n12. `.
const GAP_MAX: usize = 6;
/// How far before a phrase the words are looked for that announce it.
const CUE_MAX: usize = 80;

struct Word {
    start: usize,
    end: usize,
    index: u16,
}

/// Looks for a phrase around `at`, a place in the text; gives it and where the looking ended.
pub(super) fn around(text: &[u8], at: usize) -> (Option<Finding>, usize) {
    // Between two words, the one before.
    let mut start = at - text[..=at].iter().rev().take(GAP_MAX).take_while(|byte| is_gap(**byte)).count().min(at);
    while start > 0 && at - start < 24 && text[start - 1].is_ascii_alphabetic() {
        start -= 1;
    }
    // Two words in a row, before they are looked up.
    let words = word_len(text, start).and_then(|len| Some((start + len, start + len + gap_len(text, start + len)?)));
    let Some((end, second)) = words.filter(|(_, second)| word_len(text, *second).is_some()) else { return (None, at) };
    let Some(first) = bip39::index(&text[start..end]).map(|index| Word { start, end, index }) else {
        return (None, at);
    };
    let Some(next) = word_at(text, second) else { return (None, at) };
    let mut row = std::collections::VecDeque::from([first, next]);
    while row.len() <= ROW_MAX
        && let Some(word) = row.front().and_then(|word| word_before(text, word.start))
    {
        row.push_front(word);
    }
    while row.len() <= ROW_MAX
        && let Some(word) = row.back().and_then(|word| next_word(text, word.end))
    {
        row.push_back(word);
    }
    let row = Vec::from(row);
    let end = row.last().map_or(at, |word| word.end);
    if !(LENGTHS[4]..=ROW_MAX).contains(&row.len()) {
        return (None, end);
    }
    let found = LENGTHS.iter().flat_map(|len| row.windows(*len)).find(|words| checks(words)).or_else(|| {
        // Electrum takes the same words with another check sum: then a word before them has to say what they are.
        let fits = LENGTHS.contains(&row.len()) && is_announced(text, row[0].start);
        fits.then_some(&row[..])
    });
    let finding = found.map(|words| {
        let span = Span::new(words[0].start, words[words.len() - 1].end);
        Finding::new(span, Category::Secret, Strength::Secret, "seed-phrase")
    });
    (finding, end)
}

fn is_announced(text: &[u8], at: usize) -> bool {
    let before = text[at.saturating_sub(CUE_MAX)..at].to_ascii_lowercase();
    ["seed", "mnemonic", "recovery", "phrase", "wallet"].iter().any(|cue| entropy::contains(&before, cue.as_bytes()))
}

/// Length of the word of letters from `start` on, where it is one that a word of the list can have.
fn word_len(text: &[u8], start: usize) -> Option<usize> {
    let len = text[start..].iter().take(WORD_MAX + 1).take_while(|byte| byte.is_ascii_alphabetic()).count();
    (WORD_MIN..=WORD_MAX).contains(&len).then_some(len)
}

fn word_at(text: &[u8], start: usize) -> Option<Word> {
    let len = word_len(text, start)?;
    let index = bip39::index(&text[start..start + len])?;
    Some(Word { start, end: start + len, index })
}

fn is_gap(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || byte.is_ascii_digit()
        || matches!(byte, b',' | b'.' | b'"' | b'\'' | b'-' | b')' | b'_' | b'|')
}

/// Length of what parts words from `end` on, if something does.
fn gap_len(text: &[u8], end: usize) -> Option<usize> {
    let gap = text[end..].iter().take(GAP_MAX).take_while(|byte| is_gap(**byte)).count();
    (gap > 0).then_some(gap)
}

fn next_word(text: &[u8], end: usize) -> Option<Word> {
    word_at(text, end + gap_len(text, end)?)
}

fn word_before(text: &[u8], start: usize) -> Option<Word> {
    let gap = text[..start].iter().rev().take(GAP_MAX).take_while(|byte| is_gap(**byte)).count();
    let end = start - gap;
    let len = text[..end].iter().rev().take(WORD_MAX + 1).take_while(|byte| byte.is_ascii_alphabetic()).count();
    if gap == 0 { None } else { word_at(text, end - len).filter(|word| word.end == end) }
}

/// BIP-39: eleven bits per word; the last bits (one per three words) are the first of the SHA-256 of those before.
fn checks(words: &[Word]) -> bool {
    let mut bytes = [0u8; 33];
    for (i, word) in words.iter().enumerate() {
        for bit in 0..11 {
            if word.index >> (10 - bit) & 1 == 1 {
                let place = i * 11 + bit;
                bytes[place / 8] |= 0x80 >> (place % 8);
            }
        }
    }
    let entropy_len = words.len() * 4 / 3;
    let check_bits = words.len() / 3;
    let hash = Sha256::digest(&bytes[..entropy_len]);
    let mask = 0xffu8 << (8 - check_bits);
    bytes[entropy_len] & mask == hash[0] & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        around(text.as_bytes(), text.len() / 2).0.and_then(|finding| finding.span.of(text))
    }

    // The reference vectors of BIP-39.
    const ZEROS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    const LEGAL: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn phrases_of_the_reference_are_found_whole() {
        assert_eq!(found(ZEROS), Some(ZEROS));
        assert_eq!(found(&format!("It is: {LEGAL}.")), Some(LEGAL));
        let long = "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid \
                    letter always";
        assert_eq!(found(long), Some(long));
        let listed = LEGAL.split(' ').enumerate().map(|(i, word)| format!("{}. {word}\n", i + 1)).collect::<String>();
        assert!(found(&listed).is_some_and(|phrase| phrase.starts_with("legal") && phrase.ends_with("yellow")));
        let loud = LEGAL.to_ascii_uppercase();
        assert_eq!(found(&loud), Some(loud.as_str()));
    }

    #[test]
    fn other_rows_of_words_are_left() {
        assert_eq!(found(&LEGAL.replace("yellow", "year")), None);
        assert_eq!(found(&ZEROS.replace("about", "house")), None);
        assert_eq!(found(&ZEROS.replacen("abandon", "house and", 1)), None);
    }

    #[test]
    fn a_cue_stands_in_for_the_check_sum() {
        let text = format!("recovery phrase = {}", LEGAL.replace("yellow", "year"));
        assert!(around(text.as_bytes(), 50).0.is_some());
    }
}
