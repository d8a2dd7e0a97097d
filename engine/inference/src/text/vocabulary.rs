//! Byte-level BPE from GGUF metadata (Sennrich et al. 2016; Radford et al. 2019).
//!
//! Control tokens (`<|im_end|>` and its like) are never recognised inside plain text: [`Vocabulary::encode`] reads them as
//! ordinary characters, so a document cannot close the message that quotes it. Only the chat template's own text may
//! contain them ([`Vocabulary::encode_template`]).

use std::collections::HashMap;

use ahash::AHashMap;
use tokenizers::Tokenizer;
use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;

use crate::InferenceError;
use crate::format::{Gguf, Value};

/// ggml's token types that stand for commands instead of text: control and user-defined.
const CONTROL_TYPES: [i64; 2] = [3, 4];

/// The tokens of a model.
pub struct Vocabulary {
    tokenizer: Tokenizer,
    /// What each token writes; empty for control tokens.
    bytes: Vec<Box<[u8]>>,
    control: HashMap<String, u32>,
    end: u32,
}

impl Vocabulary {
    /// Reads `tokenizer.ggml.*`.
    ///
    /// # Errors
    /// [`InferenceError`] where entries are missing or the tokenizer is of another kind.
    pub fn from_gguf(gguf: &Gguf<'_>) -> Result<Self, InferenceError> {
        let model = gguf.required("tokenizer.ggml.model")?.as_str().unwrap_or_default();
        let pre = gguf.metadata().get("tokenizer.ggml.pre").and_then(Value::as_str).unwrap_or("default");
        if model != "gpt2" {
            return Err(unsupported(format!("its tokenizer is {model:?}; byte-level BPE (gpt2) is read")));
        }
        let tokens: Vec<&str> = texts(gguf, "tokenizer.ggml.tokens")?;
        let types: Vec<i64> = match gguf.metadata().get("tokenizer.ggml.token_type").and_then(Value::as_array) {
            Some(types) => types.iter().map(|kind| kind.as_usize().map_or(1, |kind| kind as i64)).collect(),
            None => Vec::new(),
        };
        let mut merges = Vec::new();
        for merge in texts(gguf, "tokenizer.ggml.merges")? {
            let (left, right) = merge.split_once(' ').ok_or_else(|| unsupported("a merge is not a pair".to_owned()))?;
            merges.push((left.to_owned(), right.to_owned()));
        }
        let mut vocabulary: AHashMap<String, u32> = AHashMap::with_capacity(tokens.len());
        let mut control = HashMap::new();
        let mut bytes = Vec::with_capacity(tokens.len());
        let char_bytes = char_bytes();
        for (id, token) in (0u32..).zip(&tokens) {
            vocabulary.insert((*token).to_owned(), id);
            if types.get(id as usize).is_some_and(|kind| CONTROL_TYPES.contains(kind)) {
                control.insert((*token).to_owned(), id);
                bytes.push(Box::default());
            } else {
                bytes.push(token.chars().filter_map(|c| char_bytes.get(&c).copied()).collect());
            }
        }
        let bpe = BPE::builder().vocab_and_merges(vocabulary, merges).build().map_err(tokenizer_error)?;
        let mut tokenizer = Tokenizer::new(bpe);
        tokenizer.with_pre_tokenizer(Some(pre_tokenizer(pre)?));
        let end = gguf.required("tokenizer.ggml.eos_token_id")?.as_usize().and_then(|id| u32::try_from(id).ok());
        let end = end.filter(|id| (*id as usize) < tokens.len());
        let end = end.ok_or_else(|| InferenceError::Damaged("its end token is not in the vocabulary".to_owned()))?;
        Ok(Self { tokenizer, bytes, control, end })
    }

    /// The tokens of plain text.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`].
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, InferenceError> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let encoding = self.tokenizer.encode_fast(text, false).map_err(tokenizer_error)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The tokens of a template's own text, in which control tokens count.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`].
    pub fn encode_template(&self, mut text: &str) -> Result<Vec<u32>, InferenceError> {
        let mut tokens = Vec::new();
        while let Some((at, name, id)) = self.first_control(text) {
            tokens.extend(self.encode(&text[..at])?);
            tokens.push(id);
            text = &text[at + name..];
        }
        tokens.extend(self.encode(text)?);
        Ok(tokens)
    }

    /// Place, length and number of the first control token in `text`; the longest where several begin there.
    fn first_control(&self, text: &str) -> Option<(usize, usize, u32)> {
        let finds = self.control.iter().filter_map(|(name, id)| Some((text.find(name.as_str())?, name.len(), *id)));
        finds.min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)))
    }

    /// What a token writes: bytes, which may end in the middle of a character.
    #[must_use]
    pub fn bytes_of(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], |bytes| bytes)
    }

    /// The token that ends a message.
    #[must_use]
    pub const fn end(&self) -> u32 {
        self.end
    }

    /// Whether the token is a command instead of text.
    #[must_use]
    pub fn is_control(&self, token: u32) -> bool {
        self.control.values().any(|id| *id == token)
    }
}

fn pre_tokenizer(name: &str) -> Result<PreTokenizerWrapper, InferenceError> {
    let byte_level = PreTokenizerWrapper::ByteLevel(ByteLevel::new(false, true, true));
    match name {
        "smollm" => {
            let digits = PreTokenizerWrapper::Digits(Digits::new(true));
            Ok(PreTokenizerWrapper::Sequence(Sequence::new(vec![digits, byte_level])))
        }
        "gpt-2" | "default" => Ok(byte_level),
        other => Err(unsupported(format!("its pre-tokenizer is {other:?}; smollm and gpt-2 are read"))),
    }
}

/// The inverse of GPT-2's `bytes_to_unicode`: printable Latin-1 bytes stand for themselves, the others for U+0100 and up.
fn char_bytes() -> HashMap<char, u8> {
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

fn texts<'a>(gguf: &'a Gguf<'_>, key: &str) -> Result<Vec<&'a str>, InferenceError> {
    let values = gguf.required(key)?.as_array();
    let texts = values.and_then(|values| values.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    texts.ok_or_else(|| InferenceError::Damaged(format!("{key} is not a list of texts")))
}

fn unsupported(what: String) -> InferenceError {
    InferenceError::Unsupported(what)
}

pub(super) fn tokenizer_error(error: impl std::fmt::Display) -> InferenceError {
    InferenceError::Tokenizer(error.to_string())
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
