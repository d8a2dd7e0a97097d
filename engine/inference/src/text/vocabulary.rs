//! The tokens of a model. GGUF metadata and `tokenizer.json` (see [`super::tokenizer_json`]) give the same facts about them.
//!
//! Special tokens (`<|im_end|>` and its like) are never recognised inside plain text: [`Vocabulary::encode`] reads them as
//! ordinary characters, so a document cannot close the message that quotes it. Only the chat template's own text may
//! contain them ([`Vocabulary::encode_template`]).

use std::collections::HashMap;

use ahash::AHashMap;
use tokenizers::Tokenizer;
use tokenizers::models::bpe::BPE;

use super::byte_level::{Cut, char_bytes};
use super::sentence_piece::{self, SPACE};
use crate::InferenceError;
use crate::format::{Gguf, Value};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// What characters without a token become.
    Unknown,
    /// A command: no text.
    Control,
    /// Text that is never made by merging.
    UserDefined,
    /// One byte, written like `<0x0A>`.
    Byte,
}

impl Kind {
    /// The kind with ggml's number.
    const fn from_ggml(number: usize) -> Self {
        match number {
            2 => Self::Unknown,
            3 => Self::Control,
            4 => Self::UserDefined,
            6 => Self::Byte,
            _ => Self::Text,
        }
    }
}

/// What stands before a text that becomes tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// A special token.
    Special,
    /// Text.
    Text,
}

/// When sentencepiece puts a space before a text that does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefix {
    /// Also behind special tokens, not only at the beginning of everything.
    pub after_special: bool,
    /// Also where the text begins with a space of its own.
    pub doubled: bool,
}

/// How text becomes tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// Byte-level BPE.
    ByteLevel,
    /// sentencepiece.
    SentencePiece(Option<Prefix>),
}

/// What a format says of a vocabulary.
pub(super) struct Facts<'a> {
    /// Makes tokens of text; knows no special ones.
    pub tokenizer: Tokenizer,
    pub scheme: Scheme,
    /// All tokens in the order of their numbers.
    pub tokens: Vec<(&'a str, Kind)>,
    pub begin: Option<u32>,
    /// Whether every prompt begins with it, whatever the template says.
    pub begins: bool,
    pub end: Option<u32>,
}

/// The tokens of a model.
pub struct Vocabulary {
    tokenizer: Tokenizer,
    scheme: Scheme,
    /// What each token writes; empty for control tokens.
    bytes: Vec<Box<[u8]>>,
    /// Control and user-defined tokens.
    special: HashMap<String, u32>,
    control: Vec<u32>,
    begin: Option<u32>,
    begins: bool,
    end: u32,
}

impl Vocabulary {
    /// Reads `tokenizer.ggml.*`.
    ///
    /// # Errors
    /// [`InferenceError`] where entries are missing or the tokenizer is of another kind.
    pub fn from_gguf(gguf: &Gguf<'_>) -> Result<Self, InferenceError> {
        let entry = |key: &str| gguf.metadata().get(&format!("tokenizer.ggml.{key}"));
        let tokens: Vec<&str> = texts(gguf, "tokenizer.ggml.tokens")?;
        let types: Vec<usize> = match entry("token_type").and_then(Value::as_array) {
            Some(types) => types.iter().map(|kind| kind.as_usize().unwrap_or(1)).collect(),
            None => Vec::new(),
        };
        let kind_of = |id: usize| Kind::from_ggml(types.get(id).copied().unwrap_or(1));
        let (scheme, tokenizer) = match gguf.required("tokenizer.ggml.model")?.as_str().unwrap_or_default() {
            "gpt2" => {
                let cut = Cut::of(entry("pre").and_then(Value::as_str).unwrap_or("default"))?;
                let bpe = BPE::builder().vocab_and_merges(numbered(&tokens), listed_merges(gguf)?);
                let bpe = bpe.ignore_merges(cut.takes_whole_words).build().map_err(tokenizer_error)?;
                let mut tokenizer = Tokenizer::new(bpe);
                tokenizer.with_pre_tokenizer(Some(cut.steps));
                (Scheme::ByteLevel, tokenizer)
            }
            "llama" => {
                // What is not plain text must not come out of merging characters.
                let plain = |id: usize| matches!(kind_of(id), Kind::Text | Kind::Unknown);
                let scores = scores(gguf, tokens.len())?;
                let (pieces, scores): (Vec<&str>, Vec<f32>) =
                    tokens.iter().zip(scores).enumerate().filter(|(id, _)| plain(*id)).map(|(_, piece)| piece).unzip();
                let bpe = BPE::builder().vocab_and_merges(numbered(&tokens), sentence_piece::merges(&pieces, &scores));
                let mut bpe = bpe.byte_fallback(true).fuse_unk(true);
                if let Some(unknown) = (0..tokens.len()).find(|id| kind_of(*id) == Kind::Unknown) {
                    bpe = bpe.unk_token(tokens[unknown].to_owned());
                }
                let prefix = entry("add_space_prefix").and_then(Value::as_bool).unwrap_or(true);
                let prefix = prefix.then_some(Prefix { after_special: true, doubled: true });
                (Scheme::SentencePiece(prefix), Tokenizer::new(bpe.build().map_err(tokenizer_error)?))
            }
            other => {
                return Err(unsupported(format!(
                    "its tokenizer is {other:?}; gpt2 (byte-level BPE) and llama are read"
                )));
            }
        };
        let number = |key: &str| entry(key).and_then(Value::as_usize).and_then(|id| u32::try_from(id).ok());
        Self::of(Facts {
            tokenizer,
            scheme,
            tokens: tokens.into_iter().enumerate().map(|(id, token)| (token, kind_of(id))).collect(),
            begin: number("bos_token_id"),
            begins: entry("add_bos_token").and_then(Value::as_bool).unwrap_or(scheme != Scheme::ByteLevel),
            end: number("eos_token_id"),
        })
    }

    /// The vocabulary of which this is said.
    pub(super) fn of(facts: Facts<'_>) -> Result<Self, InferenceError> {
        let Facts { mut tokenizer, scheme, tokens, begin, begins, end } = facts;
        tokenizer.with_padding(None);
        let char_bytes = char_bytes();
        let (mut special, mut control, mut bytes) = (HashMap::new(), Vec::new(), Vec::with_capacity(tokens.len()));
        for (id, (token, kind)) in (0u32..).zip(&tokens) {
            if matches!(kind, Kind::Control | Kind::UserDefined) {
                special.insert((*token).to_owned(), id);
            }
            bytes.push(match (kind, scheme) {
                (Kind::Control, _) => {
                    control.push(id);
                    Box::default()
                }
                (Kind::UserDefined, _) => token.as_bytes().into(),
                (_, Scheme::ByteLevel) => token.chars().filter_map(|c| char_bytes.get(&c).copied()).collect(),
                (Kind::Byte, _) => sentence_piece::byte_of(token).into_iter().collect(),
                (_, Scheme::SentencePiece(_)) => token.replace(SPACE, " ").into_bytes().into(),
            });
        }
        let known = |id: Option<u32>| id.filter(|id| (*id as usize) < tokens.len());
        let no_end = || InferenceError::Damaged("its end token is not in the vocabulary".to_owned());
        let (begin, end) = (known(begin), known(end).ok_or_else(no_end)?);
        Ok(Self { tokenizer, scheme, bytes, special, control, begin, begins, end })
    }

    /// The tokens of a plain text.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`].
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, InferenceError> {
        self.encode_piece(text, Before::Nothing)
    }

    /// The tokens of a piece of plain text.
    pub(super) fn encode_piece(&self, text: &str, before: Before) -> Result<Vec<u32>, InferenceError> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let encoding = match self.scheme {
            Scheme::ByteLevel => self.tokenizer.encode_fast(text, false),
            Scheme::SentencePiece(prefix) => {
                let has_prefix = prefix.is_some_and(|prefix| {
                    let may = before == Before::Nothing || before == Before::Special && prefix.after_special;
                    may && (prefix.doubled || !text.starts_with([' ', SPACE]))
                });
                let mut spaced = if has_prefix { SPACE.to_string() } else { String::new() };
                spaced.extend(text.chars().map(|c| if c == ' ' { SPACE } else { c }));
                self.tokenizer.encode_fast(spaced, false)
            }
        };
        Ok(encoding.map_err(tokenizer_error)?.get_ids().to_vec())
    }

    /// The tokens of a template's own text, in which special tokens count.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`].
    pub fn encode_template(&self, text: &str) -> Result<Vec<u32>, InferenceError> {
        self.encode_template_piece(text, Before::Nothing)
    }

    pub(super) fn encode_template_piece(&self, mut text: &str, mut before: Before) -> Result<Vec<u32>, InferenceError> {
        let mut tokens = Vec::new();
        while let Some((at, name, id)) = self.first_special(text) {
            tokens.extend(self.encode_piece(&text[..at], before)?);
            tokens.push(id);
            before = Before::Special;
            text = &text[at + name..];
        }
        tokens.extend(self.encode_piece(text, before)?);
        Ok(tokens)
    }

    /// Place, length and number of the first special token in `text`; the longest where several begin there.
    fn first_special(&self, text: &str) -> Option<(usize, usize, u32)> {
        let finds = self.special.iter().filter_map(|(name, id)| Some((text.find(name.as_str())?, name.len(), *id)));
        finds.min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)))
    }

    /// What a token writes: bytes, which may end in the middle of a character.
    #[must_use]
    pub fn bytes_of(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], |bytes| bytes)
    }

    /// The name of the token that begins every prompt of the model, if one does and it is known.
    #[must_use]
    pub fn begin_name(&self) -> Option<&str> {
        self.name_of(self.begin?)
    }

    /// The name of the token that ends a message.
    #[must_use]
    pub fn end_name(&self) -> Option<&str> {
        self.name_of(self.end)
    }

    fn name_of(&self, token: u32) -> Option<&str> {
        self.special.iter().find(|(_, id)| **id == token).map(|(name, _)| name.as_str())
    }

    /// The token that must begin a prompt, where the model wants one.
    #[must_use]
    pub const fn begin(&self) -> Option<u32> {
        if self.begins { self.begin } else { None }
    }

    /// How many tokens there are.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "tokens are numbered with 32 bits")]
    pub fn count(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// The tokens that are never made of plain text.
    pub fn specials(&self) -> impl Iterator<Item = u32> {
        self.special.values().copied()
    }

    /// The token that ends a message.
    #[must_use]
    pub const fn end(&self) -> u32 {
        self.end
    }

    /// All tokens that end a message: see [`Vocabulary::is_end`].
    pub fn ends(&self) -> impl Iterator<Item = u32> {
        std::iter::once(self.end).chain(self.control.iter().copied().filter(|token| *token != self.end))
    }

    /// Whether the token ends a message.
    #[must_use]
    pub fn is_end(&self, token: u32) -> bool {
        token == self.end || self.is_control(token)
    }

    /// Whether the token is a command instead of text.
    #[must_use]
    pub fn is_control(&self, token: u32) -> bool {
        self.control.contains(&token)
    }

    /// Whether the token is never made of plain text.
    #[must_use]
    pub fn is_special(&self, token: u32) -> bool {
        self.special.values().any(|id| *id == token)
    }

    /// Whether the first word of a text is written with a space before it that does not belong to the text.
    #[must_use]
    pub fn begins_with_space(&self) -> bool {
        matches!(self.scheme, Scheme::SentencePiece(Some(_)))
    }
}

fn numbered(tokens: &[&str]) -> AHashMap<String, u32> {
    tokens.iter().map(|token| (*token).to_owned()).zip(0..).collect()
}

fn listed_merges(gguf: &Gguf<'_>) -> Result<Vec<(String, String)>, InferenceError> {
    let pair = |merge: &str| -> Result<(String, String), InferenceError> {
        let (left, right) = merge.split_once(' ').ok_or_else(|| unsupported("a merge is not a pair".to_owned()))?;
        Ok((left.to_owned(), right.to_owned()))
    };
    texts(gguf, "tokenizer.ggml.merges")?.into_iter().map(pair).collect()
}

fn scores(gguf: &Gguf<'_>, count: usize) -> Result<Vec<f32>, InferenceError> {
    let scores = gguf.required("tokenizer.ggml.scores")?.as_array();
    let scores = scores.and_then(|scores| scores.iter().map(Value::as_f32).collect::<Option<Vec<_>>>());
    let no_scores = || InferenceError::Damaged("its tokens have no scores".to_owned());
    scores.filter(|scores| scores.len() == count).ok_or_else(no_scores)
}

fn texts<'a>(gguf: &'a Gguf<'_>, key: &str) -> Result<Vec<&'a str>, InferenceError> {
    let values = gguf.required(key)?.as_array();
    let texts = values.and_then(|values| values.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    texts.ok_or_else(|| InferenceError::Damaged(format!("{key} is not a list of texts")))
}

pub(super) const fn unsupported(what: String) -> InferenceError {
    InferenceError::Unsupported(what)
}

pub(super) fn tokenizer_error(error: impl std::fmt::Display) -> InferenceError {
    InferenceError::Tokenizer(error.to_string())
}
