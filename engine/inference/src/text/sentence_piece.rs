//! Vocabularies of sentencepiece (Kudo and Richardson 2018): spaces are letters, and the best-scored pair merges first.

use std::collections::HashMap;

/// What stands for a space.
pub(super) const SPACE: char = '\u{2581}';

/// Longest piece in bytes that is made of others; sentencepiece's own limit is 16 characters. Trying all ways to make one takes
/// the square of its length.
const PIECE_MAX: usize = 512;

/// The merges that a vocabulary with scores implies, best first: every way to make a piece of two others. Pieces without a
/// score do not merge.
pub(super) fn merges(tokens: &[&str], scores: &[f32]) -> Vec<(String, String)> {
    let ids: HashMap<&str, usize> = tokens.iter().copied().zip(0..).collect();
    let mut merges = Vec::new();
    for (token, score) in tokens.iter().zip(scores).filter(|(token, _)| token.len() <= PIECE_MAX) {
        for (at, _) in token.char_indices().skip(1) {
            let (left, right) = token.split_at(at);
            if let (Some(first), Some(second)) = (ids.get(left), ids.get(right)) {
                merges.push((*score, *first, *second, left, right));
            }
        }
    }
    // Pieces were added in the order of their numbers, so a pair of low numbers is the one that was counted.
    merges.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    merges.into_iter().map(|(_, _, _, left, right)| (left.to_owned(), right.to_owned())).collect()
}

/// The byte of a token like `<0x0A>`.
pub(super) fn byte_of(token: &str) -> Option<u8> {
    u8::from_str_radix(token.strip_prefix("<0x")?.strip_suffix('>')?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_merge_by_the_score_of_what_they_make() {
        let tokens = ["a", "b", "ab", "abb", "bb"];
        let found = merges(&tokens, &[0.0, 0.0, -2.0, -3.0, -1.0]);
        let found: Vec<(&str, &str)> = found.iter().map(|(left, right)| (left.as_str(), right.as_str())).collect();
        assert_eq!(found, [("b", "b"), ("a", "b"), ("a", "bb"), ("ab", "b")]);
    }

    #[test]
    fn bytes_are_read() {
        assert_eq!(byte_of("<0x0A>"), Some(10));
        assert_eq!(byte_of("<unk>"), None);
    }
}
