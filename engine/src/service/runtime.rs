//! The models that ship: MiniLM as encoder, SmolLM2 as generator, on Burn.

use std::rc::Rc;

use conclave_inference::{BertConfig, BertEncoder, DEFAULT_CONTEXT, Encoder, Generator, GgufGenerator, InferenceError};
use conclave_protocol::default_packs::{ENCODER, GENERATOR, PinnedPack};

use super::models::Runtime;
use super::pack::PackFiles;

/// The default models (DESIGN, section 3).
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultRuntime;

impl Runtime for DefaultRuntime {
    fn encoder_pack(&self) -> PinnedPack<'_> {
        ENCODER
    }

    fn generator_pack(&self) -> PinnedPack<'_> {
        GENERATOR
    }

    fn encoder(&self, files: PackFiles) -> Result<Rc<dyn Encoder>, InferenceError> {
        let config: BertConfig = serde_json::from_slice(named(&files, "config.json")?)
            .map_err(|error| InferenceError::Damaged(format!("config.json: {error}")))?;
        let weights = named(&files, "model.safetensors")?;
        let tokenizer = named(&files, "tokenizer.json")?;
        Ok(Rc::new(BertEncoder::from_files(ENCODER.name, weights, tokenizer, config)?))
    }

    fn generator(&self, files: PackFiles) -> Result<Rc<dyn Generator>, InferenceError> {
        let gguf = files.iter().find(|(name, _)| name.ends_with(".gguf")).map(|(_, bytes)| bytes.as_slice());
        let gguf = gguf.ok_or_else(|| InferenceError::Damaged("the pack has no .gguf file".to_owned()))?;
        Ok(Rc::new(GgufGenerator::from_gguf(GENERATOR.name, gguf, DEFAULT_CONTEXT)?))
    }
}

fn named<'a>(files: &'a PackFiles, name: &str) -> Result<&'a [u8], InferenceError> {
    let missing = || InferenceError::Damaged(format!("the pack has no {name}"));
    files.get(name).map(Vec::as_slice).ok_or_else(missing)
}
