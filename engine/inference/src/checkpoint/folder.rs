//! A model's folder as Hugging Face has it: `config.json`, one or several safetensors files, `tokenizer.json`, and the chat
//! template in `tokenizer_config.json` or `chat_template.jinja`.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::ops::Range;

use conclave_ports::LocalFuture;
use serde::Deserialize;

use super::Checkpoint;
use super::hub_config::HubConfig;
use super::names::in_transformers;
use crate::InferenceError;
use crate::format::{Directory, Pieces, StoredTensor, TensorType, safetensors};
use crate::model::{DecoderConfig, Family};
use crate::text::{ChatTemplate, Vocabulary};

/// Files by name.
pub type Files<'a> = BTreeMap<String, Pieces<'a>>;

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
const TEMPLATE: &str = "chat_template.jinja";
const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// The folder of a model.
pub struct Folder<'a> {
    config: HubConfig,
    shards: Vec<Directory<'a>>,
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

impl<'a> Folder<'a> {
    /// Whether a file of this name may be one that is read. Repositories have others.
    #[must_use]
    pub fn reads(name: &str) -> bool {
        [CONFIG, TOKENIZER, TOKENIZER_CONFIG, TEMPLATE, INDEX].contains(&name) || name.ends_with(".safetensors")
    }

    /// What its configuration says where it comes from: mostly the repository's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.config.name()
    }

    /// Reads the small files and the directories of the large ones. Tokenizer and template are missed when they are asked for;
    /// other files are not looked at.
    ///
    /// # Errors
    /// [`InferenceError::Incomplete`] where a file is missing, [`InferenceError::Damaged`] where one is damaged, with its
    /// name; see also [`Pieces::read`].
    pub async fn from_files(mut files: Files<'a>) -> Result<Self, InferenceError> {
        let config = whole(&files, CONFIG).await?.ok_or_else(|| missing(CONFIG))?;
        let config = HubConfig::parse(&config)?;
        let names = match whole(&files, TOKENIZER_CONFIG).await? {
            Some(json) => serde_json::from_slice(&json).map_err(|error| in_file(TOKENIZER_CONFIG, error))?,
            None => TokenNames::default(),
        };
        let tokenizer = whole(&files, TOKENIZER).await?;
        let template = whole(&files, TEMPLATE).await?.map(String::from_utf8).transpose();
        let template = template.map_err(|error| in_file(TEMPLATE, error))?;
        let shards = match files.remove(WEIGHTS) {
            Some(pieces) => vec![shard(WEIGHTS, pieces).await?],
            None => {
                let index = whole(&files, INDEX).await?.ok_or_else(|| missing(WEIGHTS))?;
                shards(&index, &mut files).await?
            }
        };
        Ok(Self { config, shards, tokenizer, names, template })
    }

    /// How many weights are stored in which way, over all tensors.
    pub fn weights(&self) -> impl Iterator<Item = (TensorType, u64)> {
        self.shards.iter().flat_map(Directory::weights)
    }

    /// Its dimensions, for contexts of any length.
    pub(crate) fn dimensions(&self) -> Result<DecoderConfig, InferenceError> {
        self.config.decoder(usize::MAX)
    }

    /// The file's name of a tensor, and the shard that has it.
    fn find(&self, name: &str) -> Option<(String, &Directory<'a>)> {
        let fused = self.config.family().is_ok_and(|family| family == Family::Phi3);
        let name = in_transformers(name, fused)?;
        let shard = self.shards.iter().find(|shard| shard.has(&name))?;
        Some((name, shard))
    }

    /// The same, or what is missing.
    fn found(&self, name: &str) -> Result<(String, &Directory<'a>), InferenceError> {
        let fused = self.config.family()? == Family::Phi3;
        self.find(name).ok_or_else(|| {
            let name = in_transformers(name, fused).unwrap_or_else(|| name.to_owned());
            InferenceError::Damaged(format!("it lacks the tensor {name}"))
        })
    }
}

/// A small file.
async fn whole(files: &Files<'_>, name: &str) -> Result<Option<Vec<u8>>, InferenceError> {
    match files.get(name) {
        Some(pieces) => pieces.whole().await.map(Some),
        None => Ok(None),
    }
}

/// The files that an index names, each with the tensors that it says.
async fn shards<'a>(index: &[u8], files: &mut Files<'a>) -> Result<Vec<Directory<'a>>, InferenceError> {
    let Index { weight_map } = serde_json::from_slice(index).map_err(|error| in_file(INDEX, error))?;
    let names: BTreeSet<&String> = weight_map.values().collect();
    let mut shards = BTreeMap::new();
    for name in names {
        let pieces = files.remove(name).ok_or_else(|| missing(name))?;
        shards.insert(name.clone(), shard(name, pieces).await?);
    }
    for (tensor, name) in &weight_map {
        if !shards.get(name).is_some_and(|shard| shard.has(tensor)) {
            return Err(in_file(name, format!("it lacks the tensor {tensor}")));
        }
    }
    Ok(shards.into_values().collect())
}

async fn shard<'a>(name: &str, pieces: Pieces<'a>) -> Result<Directory<'a>, InferenceError> {
    safetensors::from_pieces(pieces).await.map_err(|error| match error {
        InferenceError::Damaged(what) => in_file(name, what),
        other => other,
    })
}

impl Checkpoint for Folder<'_> {
    fn config(&self, context: usize) -> LocalFuture<'_, Result<DecoderConfig, InferenceError>> {
        Box::pin(ready(self.config.decoder(context)))
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

    fn read<'files: 'call, 'call>(
        &'files self,
        name: &'call str,
        shape: &'call [usize],
    ) -> LocalFuture<'call, Result<StoredTensor<'files>, InferenceError>> {
        Box::pin(async move {
            let (name, shard) = self.found(name)?;
            shard.read(&name, shape).await
        })
    }

    fn read_rows<'files: 'call, 'call>(
        &'files self,
        name: &'call str,
        shape: [usize; 2],
        rows: Range<usize>,
    ) -> LocalFuture<'call, Result<StoredTensor<'files>, InferenceError>> {
        Box::pin(async move {
            let (name, shard) = self.found(name)?;
            shard.read_rows(&name, shape, rows).await
        })
    }
}

fn missing(name: &str) -> InferenceError {
    InferenceError::Incomplete { file: name.to_owned() }
}

fn in_file(name: &str, error: impl std::fmt::Display) -> InferenceError {
    InferenceError::Damaged(format!("{name}: {error}"))
}
