//! What a model says about itself, and whether it can be used. Of a GGUF file it is read from the beginning, before the rest
//! is fetched.

use crate::InferenceError;
use crate::checkpoint::{Checkpoint, Folder};
use crate::format::{Gguf, TensorType, Value};
use crate::model::DecoderConfig;
use crate::text::{ChatTemplate, Vocabulary};

/// Longest name and licence that are taken from a file, in characters.
const TEXT_MAX: usize = 80;

/// What a model file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelCard {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its licence, where it names one.
    pub licence: Option<String>,
    /// Weights.
    pub parameters: u64,
    /// How most of the weights are stored: `Q4_K` and its like.
    pub stored_as: &'static str,
}

impl ModelCard {
    /// Reads the card of a generator from the beginning of its GGUF file ([`crate::CARD_BYTES`] of it, or all).
    ///
    /// # Errors
    /// [`InferenceError`] where the file is damaged or this engine cannot run the model.
    pub fn read(beginning: &[u8], size_bytes: u64) -> Result<Self, InferenceError> {
        let gguf = Gguf::parse_beginning(beginning, size_bytes)?;
        DecoderConfig::from_gguf(&gguf)?;
        Vocabulary::from_gguf(&gguf)?;
        ChatTemplate::from_gguf(&gguf)?;
        let text = |key: &str| plain(gguf.metadata().get(key).and_then(Value::as_str)?);
        Ok(Self::of(text("general.name"), text("general.license"), gguf.tensors().weights()))
    }

    /// Reads the card of a generator that comes as a folder. Its licence stands in none of the files that are read.
    ///
    /// # Errors
    /// See [`ModelCard::read`].
    pub fn of_folder(folder: &Folder<'_>) -> Result<Self, InferenceError> {
        folder.dimensions()?;
        folder.vocabulary()?;
        folder.template()?;
        Ok(Self::of(folder.name().and_then(plain), None, folder.weights()))
    }

    fn of(name: Option<String>, licence: Option<String>, weights: impl Iterator<Item = (TensorType, u64)>) -> Self {
        let mut stored: Vec<(&str, u64)> = Vec::new();
        for (kind, count) in weights {
            match stored.iter_mut().find(|(name, _)| *name == kind.name()) {
                Some((_, sum)) => *sum = sum.saturating_add(count),
                None => stored.push((kind.name(), count)),
            }
        }
        Self {
            name,
            licence,
            parameters: stored.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count)),
            stored_as: stored.iter().max_by_key(|(_, count)| *count).map_or("", |(name, _)| *name),
        }
    }
}

/// A text of a file as a person may see it.
fn plain(text: &str) -> Option<String> {
    let plain: String = text.trim().chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect();
    (!plain.is_empty()).then_some(plain)
}
