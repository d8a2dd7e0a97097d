//! Models on Burn: MiniLM as encoder; as generator SmolLM2, or any that a person added.

use std::rc::Rc;

use conclave_inference::{
    BertConfig, BertEncoder, DEFAULT_CONTEXT, Encoder, Generator, GgufGenerator, InferenceError, ModelCard,
};
use conclave_protocol::CatalogueModel;
use conclave_protocol::default_packs::{ENCODER, GENERATOR, PinnedPack};

use super::catalogue::{self, Pin};
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

    fn encoder(&self, mut files: PackFiles) -> Result<Rc<dyn Encoder>, InferenceError> {
        let mut whole = |name| Ok::<_, InferenceError>(parts_of(&mut files, name)?.concat());
        let config: BertConfig = serde_json::from_slice(&whole("config.json")?)
            .map_err(|error| InferenceError::Damaged(format!("config.json: {error}")))?;
        let (weights, tokenizer) = (whole("model.safetensors")?, whole("tokenizer.json")?);
        Ok(Rc::new(BertEncoder::from_files(ENCODER.name, &weights, &tokenizer, config)?))
    }

    fn generator(&self, name: &str, mut files: PackFiles) -> Result<Rc<dyn Generator>, InferenceError> {
        let parts = parts_of(&mut files, "model.gguf")?;
        Ok(Rc::new(GgufGenerator::from_pieces(name, parts, DEFAULT_CONTEXT)?))
    }

    fn card(&self, beginning: &[u8], size_bytes: u64) -> Result<ModelCard, InferenceError> {
        ModelCard::read(beginning, size_bytes)
    }

    fn catalogue(&self) -> Vec<CatalogueModel> {
        catalogue::told()
    }

    fn pin(&self, address: &str) -> Option<Pin> {
        catalogue::pin(address)
    }
}

fn parts_of(files: &mut PackFiles, name: &str) -> Result<Vec<Vec<u8>>, InferenceError> {
    files.remove(name).ok_or_else(|| InferenceError::Damaged(format!("the pack has no {name}")))
}
