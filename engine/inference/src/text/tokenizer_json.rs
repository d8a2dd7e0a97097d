//! A vocabulary from the `tokenizer.json` of Hugging Face's tokenizers.
//!
//! Two things are taken out of what the file says, and done by [`Vocabulary`] instead: special tokens, which the library would
//! find in plain text too, and the space that sentencepiece puts before a text, which it would put before every piece.

use std::collections::HashSet;

use ahash::AHashMap;
use serde::Deserialize;
use serde_json::Value;
use tokenizers::Tokenizer;
use tokenizers::models::bpe::BPE;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;

use super::sentence_piece;
use super::vocabulary::{Facts, Kind, Prefix, Scheme, Vocabulary, tokenizer_error, unsupported};
use crate::InferenceError;

/// The kind of model, which is looked at before the rest is.
#[derive(Deserialize)]
struct Named {
    model: NamedModel,
}

#[derive(Deserialize)]
struct NamedModel {
    r#type: Option<String>,
}

/// What is read of the file.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<Added>,
    normalizer: Option<Value>,
    pre_tokenizer: Option<Value>,
    model: Model,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
    #[serde(default)]
    special: bool,
}

#[derive(Deserialize)]
struct Model {
    vocab: AHashMap<String, u32>,
    merges: Vec<Merge>,
    unk_token: Option<String>,
    #[serde(default)]
    fuse_unk: bool,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
}

/// A merge as the library writes it now, or as it did.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Pair(String, String),
    Joined(String),
}

impl Merge {
    fn parts(&self) -> Result<(&str, &str), InferenceError> {
        match self {
            Self::Pair(left, right) => Ok((left, right)),
            Self::Joined(both) => both.split_once(' ').ok_or_else(|| unsupported("a merge is not a pair".to_owned())),
        }
    }
}

impl Vocabulary {
    /// Reads a `tokenizer.json`. `begin` and `end` are the names of the tokens that begin a prompt and end a message, `or_end` the number
    /// of the latter where it has no name.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] names the field that is missing or of another type, [`InferenceError::Unsupported`] what
    /// the tokenizer does that is not read.
    pub fn from_tokenizer_json(
        json: &[u8],
        begin: Option<&str>,
        end: Option<&str>,
        or_end: Option<u32>,
    ) -> Result<Self, InferenceError> {
        let named: Named = serde_json::from_slice(json).map_err(damaged)?;
        // The oldest files have no word for it.
        if let Some(kind) = named.model.r#type.filter(|kind| kind != "BPE") {
            return Err(unsupported(format!("its tokenizer is {kind:?}; BPE is read")));
        }
        let mut file: File = serde_json::from_slice(json).map_err(damaged)?;
        let affix = [&file.model.continuing_subword_prefix, &file.model.end_of_word_suffix];
        if affix.into_iter().flatten().any(|affix| !affix.is_empty()) {
            return Err(unsupported("its tokenizer marks the insides or ends of words".to_owned()));
        }
        let mut prefix = take_prepended(&mut file.normalizer);
        let mut bytes = false;
        for step in steps(&mut file.pre_tokenizer) {
            match step.get("type").and_then(Value::as_str) {
                Some("ByteLevel") => {
                    bytes = true;
                    if step.get("add_prefix_space").and_then(Value::as_bool) == Some(true) {
                        return Err(unsupported("its tokenizer puts spaces before texts".to_owned()));
                    }
                }
                Some("Metaspace") => prefix = take_metaspace(step).or(prefix),
                _ => {}
            }
        }
        let scheme = match (bytes, file.model.byte_fallback) {
            (true, _) => Scheme::ByteLevel,
            (false, true) => Scheme::SentencePiece(prefix),
            (false, false) => return Err(unsupported("its tokenizer has no tokens for single bytes".to_owned())),
        };
        Self::of(Facts {
            tokenizer: tokenizer(&file)?,
            scheme,
            begin: begin.and_then(|name| file.number(name)),
            // As `apply_chat_template` of `transformers`: the template begins with it, or nothing does.
            begins: false,
            end: end.and_then(|name| file.number(name)).or(or_end),
            tokens: file.tokens(scheme)?,
        })
    }
}

impl File {
    fn number(&self, name: &str) -> Option<u32> {
        let added = self.added_tokens.iter().find(|added| added.content == name).map(|added| added.id);
        added.or_else(|| self.model.vocab.get(name).copied())
    }

    /// All tokens by their numbers; numbers that have none are empty texts.
    fn tokens(&self, scheme: Scheme) -> Result<Vec<(&str, Kind)>, InferenceError> {
        let is_byte = |token: &str| scheme != Scheme::ByteLevel && sentence_piece::byte_of(token).is_some();
        let plain = self.model.vocab.iter().map(|(token, id)| {
            let kind = if is_byte(token) { Kind::Byte } else { Kind::Text };
            (*id, token.as_str(), kind)
        });
        // As llama.cpp's converter has it.
        let added = self.added_tokens.iter().map(|added| {
            let kind = if added.special { Kind::Control } else { Kind::UserDefined };
            (added.id, added.content.as_str(), kind)
        });
        let count = plain.clone().chain(added.clone()).map(|(id, ..)| id as usize + 1).max().unwrap_or(0);
        // Numbers may have gaps, but a file with few tokens has no high ones.
        if count > 2 * (self.model.vocab.len() + self.added_tokens.len()) {
            return Err(damaged(format!("the token {} is out of range", count - 1)));
        }
        let mut tokens = vec![("", Kind::Text); count];
        for (id, token, kind) in plain.chain(added) {
            tokens[id as usize] = (token, kind);
        }
        Ok(tokens)
    }
}

/// The library's tokenizer without the tokens that are not plain text: no text becomes one of them.
fn tokenizer(file: &File) -> Result<Tokenizer, InferenceError> {
    let model = &file.model;
    let unknown = model.unk_token.as_deref();
    let special: HashSet<&str> = file.added_tokens.iter().map(|added| added.content.as_str()).collect();
    let vocab =
        model.vocab.iter().filter(|(token, _)| Some(token.as_str()) == unknown || !special.contains(token.as_str()));
    let vocab: AHashMap<String, u32> = vocab.map(|(token, id)| (token.clone(), *id)).collect();
    let mut merges = Vec::with_capacity(model.merges.len());
    for merge in &model.merges {
        let (left, right) = merge.parts()?;
        let whole = format!("{left}{right}");
        if ![left, right, whole.as_str()].iter().any(|part| special.contains(part)) {
            merges.push((left.to_owned(), right.to_owned()));
        }
    }
    let bpe = BPE::builder().vocab_and_merges(vocab, merges).ignore_merges(model.ignore_merges);
    let mut bpe = bpe.byte_fallback(model.byte_fallback).fuse_unk(model.fuse_unk);
    if let Some(unknown) = unknown {
        bpe = bpe.unk_token(unknown.to_owned());
    }
    let mut tokenizer = Tokenizer::new(bpe.build().map_err(tokenizer_error)?);
    if let Some(steps) = file.normalizer.clone().filter(|steps| !steps.is_null()) {
        tokenizer
            .with_normalizer(Some(NormalizerWrapper::deserialize(steps).map_err(damaged)?))
            .map_err(tokenizer_error)?;
    }
    if let Some(steps) = file.pre_tokenizer.clone().filter(|steps| !steps.is_null()) {
        tokenizer.with_pre_tokenizer(Some(PreTokenizerWrapper::deserialize(steps).map_err(damaged)?));
    }
    Ok(tokenizer)
}

/// The steps of a sequence, or the one step that there is.
fn steps(step: &mut Option<Value>) -> Vec<&mut Value> {
    let Some(step) = step else { return Vec::new() };
    if step.get("pretokenizers").is_none() {
        return vec![step];
    }
    let steps = step.get_mut("pretokenizers").and_then(Value::as_array_mut);
    steps.map(|steps| steps.iter_mut().collect()).unwrap_or_default()
}

/// Takes the space before every text out of a normalizer: how Llama 2 has it.
fn take_prepended(normalizer: &mut Option<Value>) -> Option<Prefix> {
    let is_space = |step: &Value| {
        let field = |name: &str| step.get(name).and_then(Value::as_str);
        field("type") == Some("Prepend")
            && field("prepend").is_some_and(|text| text.chars().eq([sentence_piece::SPACE]))
    };
    let found = match normalizer {
        Some(step) if is_space(step) => {
            *normalizer = None;
            true
        }
        Some(step) => match step.get_mut("normalizers") {
            Some(Value::Array(steps)) => {
                let count = steps.len();
                steps.retain(|step| !is_space(step));
                steps.len() < count
            }
            _ => false,
        },
        None => false,
    };
    found.then_some(Prefix { after_special: true, doubled: true })
}

/// The same with a pre-tokenizer, which asks whether there is a space already.
fn take_metaspace(step: &mut Value) -> Option<Prefix> {
    let spaced = step.get("add_prefix_space").and_then(Value::as_bool);
    let scheme = step.get("prepend_scheme").and_then(Value::as_str);
    let after_special = match scheme.unwrap_or(if spaced == Some(false) { "never" } else { "always" }) {
        "always" => Some(true),
        "first" => Some(false),
        _ => None,
    };
    if let Some(step) = step.as_object_mut() {
        step.remove("add_prefix_space");
        step.insert("prepend_scheme".to_owned(), "never".into());
    }
    after_special.map(|after_special| Prefix { after_special, doubled: false })
}

fn damaged(error: impl std::fmt::Display) -> InferenceError {
    InferenceError::Damaged(format!("tokenizer.json: {error}"))
}
