//! Models that are small enough to read, and a yield that lets others run.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::task::Poll;

use conclave_inference::format::Pieces;
use conclave_inference::gpu::GpuError;
use conclave_inference::gpu::probe::GpuProbe;
use conclave_inference::kernels::Team;
use conclave_inference::probe::{self, Probe};
use conclave_inference::{Encoder, Finish, GenerateRequest, Generated, Generator, InferenceError, ModelCard, Pulse};
use conclave_ports::{Clock, LocalFuture, ManualClock, MemoryFetch, Yield};
use conclave_protocol::CatalogueModel;
use conclave_protocol::default_packs::PinnedPack;
use conclave_protocol::pack::{PACK_FORMAT, PackFile, PackKind, PackManifest, PackPart};
use sha2::{Digest, Sha256};

use crate::service::catalogue::Pin;
use crate::service::pack::{PackFiles, xxh3};
use crate::service::{Place, Runtime};

/// Lets every other future of the same executor run once.
pub struct GivesWay;

impl Yield for GivesWay {
    fn yield_now(&self) -> LocalFuture<'_, ()> {
        let mut gave_way = false;
        Box::pin(std::future::poll_fn(move |context| {
            if gave_way {
                return Poll::Ready(());
            }
            gave_way = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }))
    }
}

pub const ENCODER: &str = "word-encoder";
pub const GENERATOR: &str = "silent-generator";

/// How a file begins that [`FakeRuntime`] takes for a model.
pub const OWN: &[u8] = b"OWN MODEL";

/// Where the packs' one file is cut.
const FIRST_PART_BYTES: usize = 3_000;

/// What the packs' one file holds.
pub fn weights(name: &str) -> Vec<u8> {
    (0..5_000u32).map(|i| (i % 251) as u8 ^ name.len() as u8).collect()
}

/// Builds the fake models, from files that must have arrived unchanged, under the manifests that it is pinned to.
pub struct FakeRuntime {
    encoder_manifest: String,
    generator_manifest: String,
    gpu: Rc<FakeGpu>,
    lost_helpers: Rc<Cell<usize>>,
    /// What the catalogue says, by address.
    pins: BTreeMap<String, Pin>,
}

/// A graphics processor that can be told to fail.
#[derive(Default)]
pub struct FakeGpu {
    /// What opening says.
    pub absent: RefCell<Option<GpuError>>,
    /// What the next passes of a model on it come to; all later ones succeed.
    pub passes: RefCell<VecDeque<Option<GpuError>>>,
    /// How often a model was laid out in its memory.
    pub loads: Cell<u32>,
}

impl FakeRuntime {
    pub fn new(gpu: Rc<FakeGpu>, lost_helpers: Rc<Cell<usize>>, pins: BTreeMap<String, Pin>) -> Self {
        Self {
            gpu,
            lost_helpers,
            encoder_manifest: sha256(&manifest(ENCODER, PackKind::Encoder)),
            generator_manifest: sha256(&manifest(GENERATOR, PackKind::Generator)),
            pins,
        }
    }

    async fn check(name: &str, files: &PackFiles<'_>) -> Result<(), InferenceError> {
        if files["weights.bin"].whole().await? == weights(name) {
            Ok(())
        } else {
            Err(InferenceError::Damaged("the weights arrived changed".into()))
        }
    }
}

impl Runtime for FakeRuntime {
    fn encoder_pack(&self) -> PinnedPack<'_> {
        PinnedPack { name: ENCODER, manifest_sha256: &self.encoder_manifest }
    }

    fn generator_pack(&self) -> PinnedPack<'_> {
        PinnedPack { name: GENERATOR, manifest_sha256: &self.generator_manifest }
    }

    fn encoder<'a>(&'a self, files: PackFiles<'a>) -> LocalFuture<'a, Result<Rc<dyn Encoder>, InferenceError>> {
        Box::pin(async move {
            Self::check(ENCODER, &files).await?;
            Ok(Rc::new(WordEncoder) as Rc<dyn Encoder>)
        })
    }

    fn measure_cpu<'a>(
        &'a self,
        clock: &'a dyn Clock,
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Probe, InferenceError>> {
        Box::pin(async move {
            probe::measure(&Team::new(Vec::new(), Rc::new(ManualClock::default()), 0), clock, pulse).await
        })
    }

    fn open_gpu(&self, _: bool) -> LocalFuture<'_, Result<(), InferenceError>> {
        let absent = self.gpu.absent.borrow().clone();
        Box::pin(std::future::ready(absent.map_or(Ok(()), |fault| Err(fault.into()))))
    }

    fn measure_gpu<'a>(&'a self, _: &'a dyn Clock, _: &'a Pulse) -> LocalFuture<'a, Result<GpuProbe, InferenceError>> {
        Box::pin(std::future::ready(Ok(GpuProbe { bytes_per_second: 1e11, operations_per_second: 2e12 })))
    }

    fn generator<'a>(
        &'a self,
        name: &'a str,
        files: PackFiles<'a>,
        place: Place,
        _: &'a Pulse,
    ) -> LocalFuture<'a, Result<Rc<dyn Generator>, InferenceError>> {
        Box::pin(async move {
            if name == GENERATOR {
                Self::check(GENERATOR, &files).await?;
            } else {
                let weights = files.get("model.gguf").or(files.get("model.safetensors"));
                let weights = weights.ok_or(InferenceError::Damaged("no weights arrived".into()))?;
                if !weights.whole().await?.starts_with(OWN) {
                    return Err(InferenceError::Damaged("the file arrived changed".into()));
                }
            }
            if place == Place::Cpu {
                return Ok(Rc::new(SilentGenerator { gpu: None }) as Rc<dyn Generator>);
            }
            self.gpu.loads.set(self.gpu.loads.get() + 1);
            Ok(Rc::new(SilentGenerator { gpu: Some(Rc::clone(&self.gpu)) }) as Rc<dyn Generator>)
        })
    }

    fn card(&self, beginning: &[u8], size_bytes: u64) -> Result<ModelCard, InferenceError> {
        if !beginning.starts_with(OWN) {
            return Err(InferenceError::Damaged("it does not begin as a model does".into()));
        }
        Ok(ModelCard { name: Some("Own".into()), licence: None, parameters: size_bytes, stored_as: "Q8_0" })
    }

    fn folder_card<'a>(&'a self, files: PackFiles<'a>) -> LocalFuture<'a, Result<ModelCard, InferenceError>> {
        Box::pin(async move {
            let absent = || InferenceError::Incomplete { file: "config.json".into() };
            let config = files.get("config.json").ok_or_else(absent)?.whole().await?;
            let parameters = files.values().map(Pieces::size_bytes).sum();
            let name = String::from_utf8(config).ok().filter(|name| !name.is_empty());
            Ok(ModelCard { name, licence: None, parameters, stored_as: "BF16" })
        })
    }

    fn lost_helpers(&self) -> usize {
        self.lost_helpers.get()
    }

    fn catalogue(&self) -> Vec<CatalogueModel> {
        Vec::new()
    }

    fn pin(&self, address: &str) -> Option<Pin> {
        self.pins.get(address).cloned()
    }
}

/// Counts words by their hash: texts with common words are similar.
pub struct WordEncoder;

impl Encoder for WordEncoder {
    fn name(&self) -> &str {
        ENCODER
    }

    fn dim(&self) -> usize {
        64
    }

    fn embed<'a>(
        &'a self,
        texts: &'a [&'a str],
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Vec<Vec<f32>>, InferenceError>> {
        Box::pin(async move {
            let mut rows = Vec::new();
            for text in texts {
                pulse.beat().await?;
                let mut row = vec![0.0f32; self.dim()];
                for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
                    let hash = Sha256::digest(word.to_lowercase());
                    row[usize::from(hash[0]) % 64] += 1.0;
                }
                let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(1.0);
                row.iter_mut().for_each(|x| *x /= length);
                rows.push(row);
            }
            Ok(rows)
        })
    }
}

/// Has nothing to say, so that the council quotes.
pub struct SilentGenerator {
    gpu: Option<Rc<FakeGpu>>,
}

impl Generator for SilentGenerator {
    fn name(&self) -> &str {
        GENERATOR
    }

    fn context_tokens(&self) -> usize {
        2_048
    }

    fn count_tokens(&self, text: &str) -> Result<usize, InferenceError> {
        Ok(text.split_whitespace().count())
    }

    fn generate<'a>(
        &'a self,
        _request: &'a GenerateRequest,
        pulse: &'a Pulse,
        _on_text: &'a mut dyn FnMut(&str),
    ) -> LocalFuture<'a, Result<Generated, InferenceError>> {
        Box::pin(async move {
            pulse.beat().await?;
            let pass = self.gpu.as_ref().and_then(|gpu| gpu.passes.borrow_mut().pop_front());
            if let Some(Some(fault)) = pass {
                return Err(fault.into());
            }
            Ok(Generated {
                text: String::new(),
                tokens: Vec::new(),
                log_probabilities: Vec::new(),
                prompt: String::new(),
                prompt_tokens: 0,
                reused_tokens: 0,
                finish: Finish::Stop,
            })
        })
    }
}

pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The manifest of the pack `of`, which has one file in two parts. That of the generator was made before quick sums.
pub fn manifest(of: &str, kind: PackKind) -> Vec<u8> {
    let bytes = weights(of);
    let (first, second) = bytes.split_at(FIRST_PART_BYTES);
    let part = |name: &str, bytes: &[u8]| PackPart {
        name: name.into(),
        size_bytes: bytes.len() as u64,
        sha256: sha256(bytes),
        xxh3: (of != GENERATOR).then(|| xxh3(bytes)),
    };
    let manifest = PackManifest {
        format: PACK_FORMAT,
        name: of.into(),
        kind,
        licence: "MIT".into(),
        source: "a test".into(),
        files: vec![PackFile {
            name: "weights.bin".into(),
            size_bytes: bytes.len() as u64,
            sha256: sha256(&bytes),
            parts: vec![part("part-000", first), part("part-001", second)],
        }],
    };
    serde_json::to_vec(&manifest).unwrap()
}

/// Serves the pack `name`.
pub fn serve_model(server: &MemoryFetch, name: &str, kind: PackKind) {
    let bytes = weights(name);
    let (first, second) = bytes.split_at(FIRST_PART_BYTES);
    server.serve(format!("/models/{name}/manifest.json"), manifest(name, kind));
    server.serve(format!("/models/{name}/part-000"), first);
    server.serve(format!("/models/{name}/part-001"), second);
}

pub fn serve_models(server: &MemoryFetch) {
    serve_model(server, ENCODER, PackKind::Encoder);
    serve_model(server, GENERATOR, PackKind::Generator);
}
