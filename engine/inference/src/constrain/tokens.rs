//! A vocabulary as llguidance looks at it.

use std::sync::Arc;

use llguidance::toktrie::{ApproximateTokEnv, TokEnv, TokRxInfo, TokTrie, TokenId};

use super::constraint_error;
use crate::InferenceError;
use crate::text::Vocabulary;

/// Longest token in bytes that an answer of a given form can hold; the trie's walks nest that deep. The longest of known
/// vocabularies are runs of 128 spaces.
const TOKEN_MAX: usize = 512;

/// Most bytes of all tokens: the trie counts its nodes, of which there are no more, with 22 bits. Vocabularies of 262,144
/// tokens have half of that.
const BYTES_MAX: usize = (1 << 22) - 2;

/// The tokens that content is made of, and those that end it.
pub(super) fn tokens(vocabulary: &Vocabulary) -> Result<TokEnv, InferenceError> {
    // No text holds the byte 0xFF, which the trie marks special tokens with.
    let no_text = |bytes: &[u8]| bytes.len() > TOKEN_MAX || bytes.contains(&TokTrie::SPECIAL_TOKEN_MARKER);
    let mut words: Vec<Vec<u8>> = (0..vocabulary.count())
        .map(|token| vocabulary.bytes_of(token))
        .map(|bytes| if no_text(bytes) { Vec::new() } else { bytes.to_vec() })
        .collect();
    // Without bytes a token is in no content, whatever the grammar says.
    for token in vocabulary.specials() {
        if let Some(word) = words.get_mut(token as usize) {
            word.clear();
        }
    }
    if words.iter().map(Vec::len).sum::<usize>() > BYTES_MAX {
        return Err(constraint_error("the model's vocabulary is too large for answers of a given form"));
    }
    let ends: Vec<TokenId> = vocabulary.ends().collect();
    let info = TokRxInfo::new(vocabulary.count(), vocabulary.end());
    let trie = TokTrie::from(&info, &words).with_eos_tokens(&ends);
    // "Approximate" keeps the library from writing all that is forced at once, which may be without end (`a{1000000}`).
    Ok(Arc::new(ApproximateTokEnv::new(trie)))
}
