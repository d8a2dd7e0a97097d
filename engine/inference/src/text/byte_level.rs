//! Byte-level BPE (Radford et al. 2019): bytes written as printable characters, words cut before they are merged.

use std::collections::HashMap;

use tokenizers::SplitDelimiterBehavior;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};

use super::vocabulary::{tokenizer_error, unsupported};
use crate::InferenceError;

/// How Llama 3 cuts text: contractions, words with one mark before, up to three digits, marks, line ends, spaces.
const LLAMA_3: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|",
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
);
/// The same with every digit alone.
const QWEN_2: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|",
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
);

/// How a vocabulary cuts text.
pub(super) struct Cut {
    /// In steps of the library.
    pub steps: PreTokenizerWrapper,
    /// Whether a word that is a token needs no merges.
    pub takes_whole_words: bool,
}

impl Cut {
    /// By the name in `tokenizer.ggml.pre`.
    pub fn of(name: &str) -> Result<Self, InferenceError> {
        let alone = |use_regex| PreTokenizerWrapper::ByteLevel(ByteLevel::new(false, true, use_regex));
        let after = |first| PreTokenizerWrapper::Sequence(Sequence::new(vec![first, alone(false)]));
        let split = |pattern: &str| -> Result<PreTokenizerWrapper, InferenceError> {
            let pattern = SplitPattern::Regex(pattern.to_owned());
            let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false).map_err(tokenizer_error)?;
            Ok(PreTokenizerWrapper::Split(split))
        };
        let steps = match name {
            "smollm" => {
                let digits = PreTokenizerWrapper::Digits(Digits::new(true));
                PreTokenizerWrapper::Sequence(Sequence::new(vec![digits, alone(true)]))
            }
            "gpt-2" | "default" => alone(true),
            "llama-bpe" | "llama3" => after(split(LLAMA_3)?),
            "qwen2" => after(split(QWEN_2)?),
            other => {
                return Err(unsupported(format!(
                    "its pre-tokenizer is {other:?}; smollm, gpt-2, llama-bpe and qwen2 are read"
                )));
            }
        };
        Ok(Self { steps, takes_whole_words: name.starts_with("llama") })
    }
}

/// The inverse of GPT-2's `bytes_to_unicode`: printable Latin-1 bytes stand for themselves, the others for U+0100 and up.
pub(super) fn char_bytes() -> HashMap<char, u8> {
    let mut next = 0x100;
    (0..=255u8)
        .filter_map(|byte| {
            let printable = matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
            let code = if printable {
                u32::from(byte)
            } else {
                next += 1;
                next - 1
            };
            Some((char::from_u32(code)?, byte))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_character_of_its_own() {
        let map = char_bytes();
        assert_eq!(map.len(), 256);
        assert_eq!(map[&'Ġ'], b' ');
        assert_eq!(map[&'Ċ'], b'\n');
        assert_eq!(map[&'a'], b'a');
    }
}
