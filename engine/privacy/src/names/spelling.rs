//! What no name is written like: keys, sequences, fillers such as `XXXX` and words that somebody draws out (`sooo`).

use super::words::{Gap, Word};

/// Hyphens of the longest names (`Jean-Luc Dupont-Roux`, `Villers-sur-le-Mont`); what has more is a key, a path or a code.
const HYPHENS_MAX: usize = 3;

/// Letters of the longest word of a name in ASCII: `Llanfairpwllgwyngyll` has 20.
const LETTERS_MAX: usize = 24;

/// Times that a letter stands beside itself in a name; Roman numbers (`Henry VIII`, `John XXIII`) and initials (`AAA`) aside.
const SAME_MAX: usize = 2;

/// Whether the words from `at` to `end` can be a name as they are written. The hyphens around them count, up to a few beyond the most.
pub fn may_be_name(text: &str, words: &[Word], at: usize, end: usize) -> bool {
    let hyphen = |word: &&Word| word.gap == Gap::Hyphen;
    let inside = words[at + 1..end].iter().filter(hyphen).count();
    let before = words[..=at].iter().rev().take(HYPHENS_MAX + 1).take_while(hyphen).count();
    let after = words[end..].iter().take(HYPHENS_MAX + 1).take_while(hyphen).count();
    inside + before + after <= HYPHENS_MAX && words[at..end].iter().all(|word| may_be_word(word.of(text)))
}

fn may_be_word(word: &str) -> bool {
    let long = word.len() > LETTERS_MAX && word.is_ascii();
    let drawn_out = word.as_bytes().chunk_by(u8::eq_ignore_ascii_case).any(|run| {
        let initials = (matches!(run[0], b'I' | b'X') || word.len() == run.len()) && run.len() == SAME_MAX + 1;
        run[0].is_ascii_alphabetic() && run.len() > SAME_MAX && !initials
    });
    !long && !drawn_out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::words::{Lexicon, read};

    #[test]
    fn words_that_are_drawn_out_or_endless_are_no_names() {
        for word in ["Hannah", "VIII", "XXIII", "AAA", "Llanfairpwllgwyngyll", "Übermüüd"] {
            assert!(may_be_word(word), "{word}");
        }
        for word in ["Hannahhh", "Sooo", "AAAA", "XXXX", "Fairbanksfairbanksfairbank"] {
            assert!(!may_be_word(word), "{word}");
        }
    }

    #[test]
    fn hyphens_are_counted_also_around_a_name() {
        let may_be = |text: &str, at: usize, end: usize| {
            let mut words = Vec::new();
            read(text, 0, &mut Lexicon::new(None), &mut words);
            may_be_name(text, &words, at, end)
        };
        assert!(may_be("Jean-Luc Dupont-Roux", 0, 4));
        assert!(may_be("Villers-sur-le-Mont", 0, 4));
        assert!(!may_be("Anna-Bert-Carl-Dora-Emil", 0, 5));
        assert!(!may_be("Anna-Bert-Carl-Dora-Emil", 1, 2));
    }
}
