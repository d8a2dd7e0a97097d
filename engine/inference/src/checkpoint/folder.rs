//! A model's folder as Hugging Face has it: `config.json`, one or several safetensors files, `tokenizer.json`, and the chat
//! template in `tokenizer_config.json` or `chat_template.jinja`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Checkpoint;
use super::hub_config::HubConfig;
use super::names::in_transformers;
use crate::InferenceError;
use crate::format::{Directory, StoredTensor, TensorType, safetensors};
use crate::model::{DecoderConfig, Family};
use crate::text::{ChatTemplate, Vocabulary};

/// Files by name, each in pieces.
pub type Files = BTreeMap<String, Vec<Vec<u8>>>;

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
const TEMPLATE: &str = "chat_template.jinja";
const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// The folder of a model.
pub struct Folder {
    config: HubConfig,
    shards: Vec<Directory<'static>>,
    tokenizer: Option<Vec<u8>>,
    names: TokenNames,
    template: Option<String>,
}

/// Which file has which tensor.
#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// What is read of `tokenizer_config.json`.
#[derive(Default, Deserialize)]
struct TokenNames {
    bos_token: Option<TokenName>,
    eos_token: Option<TokenName>,
    chat_template: Option<Templates>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TokenName {
    Name(String),
    Described { content: String },
}

impl TokenName {
    fn name(&self) -> &str {
        match self {
            Self::Name(name) | Self::Described { content: name } => name,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Templates {
    One(String),
    Several(Vec<NamedTemplate>),
}

#[derive(Deserialize)]
struct NamedTemplate {
    name: String,
    template: String,
}

impl Folder {
    /// Reads the small files and the directories of the large ones. Pieces of those go away as tensors are taken. Tokenizer and
    /// template are missed when they are asked for; other files are not looked at.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where a file is missing or damaged, with its name.
    pub fn from_files(mut files: Files) -> Result<Self, InferenceError> {
        let mut whole = |name: &str| files.remove(name).map(|pieces| pieces.concat());
        let config = HubConfig::parse(&whole(CONFIG).ok_or_else(|| missing(CONFIG))?)?;
        let names = match whole(TOKENIZER_CONFIG) {
            Some(json) => serde_json::from_slice(&json).map_err(|error| in_file(TOKENIZER_CONFIG, error))?,
            None => TokenNames::default(),
        };
        let tokenizer = whole(TOKENIZER);
        let template = whole(TEMPLATE).map(String::from_utf8).transpose().map_err(|error| in_file(TEMPLATE, error))?;
        let index = whole(INDEX);
        let shards = match (files.remove(WEIGHTS), index) {
            (Some(pieces), _) => vec![shard(WEIGHTS, pieces)?],
            (None, Some(index)) => shards(&index, &mut files)?,
            (None, None) => return Err(missing(WEIGHTS)),
        };
        Ok(Self { config, shards, tokenizer, names, template })
    }

    /// How many weights are stored in which way, over all tensors.
    pub fn weights(&self) -> impl Iterator<Item = (TensorType, u64)> {
        self.shards.iter().flat_map(Directory::weights)
    }

    /// The file's name of a tensor, and the shard that has it.
    fn find(&self, name: &str) -> Option<(String, &Directory<'static>)> {
        let fused = self.config.family().is_ok_and(|family| family == Family::Phi3);
        let name = in_transformers(name, fused)?;
        let shard = self.shards.iter().find(|shard| shard.has(&name))?;
        Some((name, shard))
    }
}

/// The files that an index names, each with the tensors that it says.
fn shards(index: &[u8], files: &mut Files) -> Result<Vec<Directory<'static>>, InferenceError> {
    let Index { weight_map } = serde_json::from_slice(index).map_err(|error| in_file(INDEX, error))?;
    let names: BTreeSet<&String> = weight_map.values().collect();
    let mut shards = BTreeMap::new();
    for name in names {
        let pieces = files.remove(name).ok_or_else(|| missing(name))?;
        shards.insert(name.clone(), shard(name, pieces)?);
    }
    for (tensor, name) in &weight_map {
        if !shards.get(name).is_some_and(|shard| shard.has(tensor)) {
            return Err(in_file(name, format!("it lacks the tensor {tensor}")));
        }
    }
    Ok(shards.into_values().collect())
}

fn shard(name: &str, pieces: Vec<Vec<u8>>) -> Result<Directory<'static>, InferenceError> {
    safetensors::from_pieces(pieces).map_err(|error| match error {
        InferenceError::Damaged(what) => in_file(name, what),
        other => other,
    })
}

impl Checkpoint for Folder {
    fn config(&self, context: usize) -> Result<DecoderConfig, InferenceError> {
        self.config.decoder(context)
    }

    fn vocabulary(&self) -> Result<Vocabulary, InferenceError> {
        let json = self.tokenizer.as_ref().ok_or_else(|| missing(TOKENIZER))?;
        let [begin, end] =
            [&self.names.bos_token, &self.names.eos_token].map(|name| name.as_ref().map(TokenName::name));
        let vocabulary = Vocabulary::from_tokenizer_json(json, begin, end, self.config.first_end())?;
        let (tokens, rows) = (vocabulary.count() as usize, self.config.vocabulary());
        if tokens > rows {
            return Err(in_file(TOKENIZER, format!("it has {tokens} tokens, and the model {rows}")));
        }
        Ok(vocabulary)
    }

    fn template(&self) -> Result<ChatTemplate, InferenceError> {
        let configured = match &self.names.chat_template {
            Some(Templates::One(template)) => Some(template),
            Some(Templates::Several(several)) => {
                several.iter().find(|one| one.name == "default").or(several.first()).map(|one| &one.template)
            }
            None => None,
        };
        ChatTemplate::of_model(self.template.as_ref().or(configured).map(String::as_str))
    }

    fn has(&self, name: &str) -> bool {
        // A model that shares the embedding's weights may still have stored them twice.
        let is_shared = name == "output.weight" && self.config.tie_word_embeddings == Some(true);
        let is_missed = name == "output.weight" && self.config.tie_word_embeddings == Some(false);
        !is_shared && (is_missed || self.find(name).is_some())
    }

    fn take(&self, name: &str, shape: &[usize]) -> Result<StoredTensor<'_>, InferenceError> {
        let fused = self.config.family()? == Family::Phi3;
        match self.find(name) {
            Some((name, shard)) => shard.take(&name, shape),
            None => {
                let name = in_transformers(name, fused).unwrap_or_else(|| name.to_owned());
                Err(InferenceError::Damaged(format!("it lacks the tensor {name}")))
            }
        }
    }
}

fn missing(name: &str) -> InferenceError {
    InferenceError::Damaged(format!("the file {name} is missing"))
}

fn in_file(name: &str, error: impl std::fmt::Display) -> InferenceError {
    InferenceError::Damaged(format!("{name}: {error}"))
}
