//! The models: MiniLM as encoder; as generator SmolLM2, or any that a person added.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_inference::format::{Gguf, Pieces, safetensors};
use conclave_inference::gpu::probe::GpuProbe;
use conclave_inference::gpu::{self, GpuDevice, GpuError, GpuOptions};
use conclave_inference::kernels::Team;
use conclave_inference::probe::{self, Probe};
use conclave_inference::{
    BertConfig, BertEncoder, Checkpoint, DEFAULT_CONTEXT, Encoder, Folder, Generator, InferenceError, ModelCard, Pulse,
    TextGenerator,
};
use conclave_ports::{Clock, LocalFuture};
use conclave_protocol::CatalogueModel;
use conclave_protocol::default_packs::{ENCODER, GENERATOR, PinnedPack};
use futures_util::FutureExt;
use futures_util::future::Shared;

use super::catalogue::{self, Pin};
use super::models::Runtime;
use super::own_models;
use super::pack::PackFiles;
use super::placing::Place;

/// The default models (DESIGN, section 3).
pub struct DefaultRuntime {
    gpu: RefCell<Option<Rc<GpuDevice>>>,
    team: Shared<LocalFuture<'static, Rc<Team>>>,
}

impl DefaultRuntime {
    /// Models whose products on the processor this team shares. They wait for it.
    #[must_use]
    pub fn new(team: LocalFuture<'static, Rc<Team>>) -> Self {
        Self { gpu: RefCell::default(), team: team.shared() }
    }
}

impl Runtime for DefaultRuntime {
    fn encoder_pack(&self) -> PinnedPack<'_> {
        ENCODER
    }

    fn generator_pack(&self) -> PinnedPack<'_> {
        GENERATOR
    }

    fn encoder<'a>(&'a self, mut files: PackFiles<'a>) -> LocalFuture<'a, Result<Rc<dyn Encoder>, InferenceError>> {
        Box::pin(async move {
            let config = file(&mut files, "config.json")?.whole().await?;
            let config: BertConfig = serde_json::from_slice(&config)
                .map_err(|error| InferenceError::Damaged(format!("config.json: {error}")))?;
            let weights = safetensors::from_pieces(file(&mut files, "model.safetensors")?).await?;
            let tokenizer = file(&mut files, "tokenizer.json")?.whole().await?;
            let mut encoder = BertEncoder::load(ENCODER.name, &weights, &tokenizer, config).await?;
            encoder.lend(&self.team.clone().await);
            Ok(Rc::new(encoder) as Rc<dyn Encoder>)
        })
    }

    fn measure_cpu<'a>(
        &'a self,
        clock: &'a dyn Clock,
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Probe, InferenceError>> {
        Box::pin(async move { probe::measure(&self.team.clone().await, clock, pulse).await })
    }

    fn lost_helpers(&self) -> usize {
        self.team.peek().map_or(0, |team| team.lost())
    }

    fn open_gpu(&self, software: bool) -> LocalFuture<'_, Result<(), InferenceError>> {
        Box::pin(async move {
            let known = self.gpu.borrow().clone();
            if known.is_some_and(|gpu| gpu.check().is_ok()) {
                return Ok(());
            }
            let opened = GpuDevice::open(GpuOptions { software, ..GpuOptions::default() }).await?;
            gpu::probe::check(&opened).await?;
            *self.gpu.borrow_mut() = Some(opened);
            Ok(())
        })
    }

    fn measure_gpu<'a>(
        &'a self,
        clock: &'a dyn Clock,
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<GpuProbe, InferenceError>> {
        Box::pin(async move {
            let gpu = self.gpu.borrow().clone().ok_or(GpuError::Absent)?;
            gpu::probe::measure(&gpu, clock, pulse).await
        })
    }

    fn generator<'a>(
        &'a self,
        name: &'a str,
        mut files: PackFiles<'a>,
        place: Place,
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Rc<dyn Generator>, InferenceError>> {
        Box::pin(async move {
            let weights: Box<dyn Checkpoint + 'a> = match files.remove(own_models::FILE) {
                Some(file) => Box::new(Gguf::from_pieces(file).await?),
                None => Box::new(Folder::from_files(files).await?),
            };
            let generator = match place {
                Place::Cpu => {
                    let mut generator = TextGenerator::load(name, &*weights, DEFAULT_CONTEXT).await?;
                    generator.lend(&self.team.clone().await);
                    generator
                }
                Place::Gpu => {
                    let gpu = self.gpu.borrow().clone().ok_or(GpuError::Absent)?;
                    TextGenerator::on_gpu(name, &*weights, DEFAULT_CONTEXT, &gpu, pulse).await?
                }
            };
            Ok(Rc::new(generator) as Rc<dyn Generator>)
        })
    }

    fn card(&self, beginning: &[u8], size_bytes: u64) -> Result<ModelCard, InferenceError> {
        ModelCard::read(beginning, size_bytes)
    }

    fn folder_card<'a>(&'a self, files: PackFiles<'a>) -> LocalFuture<'a, Result<ModelCard, InferenceError>> {
        Box::pin(async move { ModelCard::of_folder(&Folder::from_files(files).await?) })
    }

    fn catalogue(&self) -> Vec<CatalogueModel> {
        catalogue::told()
    }

    fn pin(&self, address: &str) -> Option<Pin> {
        catalogue::pin(address)
    }
}

fn file<'a>(files: &mut PackFiles<'a>, name: &str) -> Result<Pieces<'a>, InferenceError> {
    files.remove(name).ok_or_else(|| InferenceError::Damaged(format!("the pack has no {name}")))
}
