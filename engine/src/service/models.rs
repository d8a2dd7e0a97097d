//! The two models: their state, and how they get into memory.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_inference::gpu::GpuError;
use conclave_inference::gpu::probe::GpuProbe;
use conclave_inference::kernels::make_room;
use conclave_inference::probe::Probe;
use conclave_inference::{ChatMessage, Encoder, GenerateRequest, Generator, InferenceError, ModelCard, Pulse, Role};
use conclave_ports::{Clock, LocalFuture};
use conclave_protocol::default_packs::PinnedPack;
use conclave_protocol::{CatalogueModel, ModelPhase, ModelStatus, ModelsStatus, Problem, Processor};

use super::catalogue::Pin;
use super::error::ServiceError;
use super::notes::Notes;
use super::own_models::{self, Kept};
use super::pack::{Loader, Origin, Pack, PackFiles, Step, check_room};
use super::placing::{CPU_MAX_BYTES, Place, Placing};
use super::ports::Ports;
use crate::council::Models as Seated;

/// Turns a pack's files into a model. The program chooses the implementation.
pub trait Runtime {
    /// The encoder's pack.
    fn encoder_pack(&self) -> PinnedPack<'_>;

    /// The generator's pack.
    fn generator_pack(&self) -> PinnedPack<'_>;

    /// The encoder in these files.
    ///
    /// # Errors
    /// [`InferenceError`] where the files cannot be read, or are no model of the expected kind.
    fn encoder<'a>(&'a self, files: PackFiles<'a>) -> LocalFuture<'a, Result<Rc<dyn Encoder>, InferenceError>>;

    /// How fast the processor is, measured for about two seconds.
    ///
    /// # Errors
    /// [`InferenceError::Cancelled`].
    fn measure_cpu<'a>(
        &'a self,
        clock: &'a dyn Clock,
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Probe, InferenceError>>;

    /// Opens the graphics processor, or a program that plays one where `software` will do, and checks that it computes
    /// right. One that was lost is opened anew.
    ///
    /// # Errors
    /// [`InferenceError::Gpu`] says why there is none to use.
    fn open_gpu(&self, software: bool) -> LocalFuture<'_, Result<(), InferenceError>>;

    /// How fast the open graphics processor is, measured for about a second.
    ///
    /// # Errors
    /// [`InferenceError::Gpu`] where there is none or it fails, [`InferenceError::Cancelled`].
    fn measure_gpu<'a>(
        &'a self,
        clock: &'a dyn Clock,
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<GpuProbe, InferenceError>>;

    /// The generator in these files, under its name; on the graphics processor only after [`Runtime::open_gpu`].
    ///
    /// # Errors
    /// [`InferenceError`] where the files cannot be read, or are no model of the expected kind, or the graphics processor
    /// fails.
    fn generator<'a>(
        &'a self,
        name: &'a str,
        files: PackFiles<'a>,
        place: Place,
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Rc<dyn Generator>, InferenceError>>;

    /// What the file of a generator says about itself; see [`ModelCard::read`].
    ///
    /// # Errors
    /// [`InferenceError`] where it cannot be used.
    fn card(&self, beginning: &[u8], size_bytes: u64) -> Result<ModelCard, InferenceError>;

    /// What the folder of a generator says about itself; see [`ModelCard::of_folder`].
    ///
    /// # Errors
    /// [`InferenceError`] where it cannot be used.
    fn folder_card<'a>(&'a self, files: PackFiles<'a>) -> LocalFuture<'a, Result<ModelCard, InferenceError>>;

    /// Helpers of the processor that do not answer any more.
    fn lost_helpers(&self) -> usize;

    /// Generators that can be had, the smallest first.
    fn catalogue(&self) -> Vec<CatalogueModel>;

    /// What the file at an address of the catalogue must be.
    fn pin(&self, address: &str) -> Option<Pin>;
}

/// Shortest time between two reports of the same phase: five a second look smooth and cost nothing.
const REPORT_EVERY_MS: f64 = 200.0;

/// What both models that ship take with what they work on.
const BOTH_BYTES: u64 = 256 << 20;

/// Which model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Encoder,
    Generator,
}

impl Which {
    const fn does_not_load(self) -> &'static str {
        match self {
            Self::Encoder => "the encoder does not load",
            Self::Generator => "the generator does not load",
        }
    }

    const fn is_ready(self, place: Place) -> &'static str {
        match (self, place) {
            (Self::Encoder, _) => "the encoder is ready after ",
            (Self::Generator, Place::Cpu) => "the generator is ready, on the processor, after ",
            (Self::Generator, Place::Gpu) => "the generator is ready, on the graphics processor, after ",
        }
    }
}

/// The models and their state.
pub(super) struct Models {
    runtime: Rc<dyn Runtime>,
    /// The added model that is to write; the one that ships where there is none.
    chosen: RefCell<Option<Kept>>,
    seated: RefCell<Seated>,
    placing: Placing,
    status: RefCell<ModelsStatus>,
    reported_ms: RefCell<f64>,
    tell: Rc<dyn Fn(ModelsStatus)>,
    notes: Rc<Notes>,
}

impl Models {
    pub(super) fn new(runtime: Rc<dyn Runtime>, tell: Rc<dyn Fn(ModelsStatus)>, notes: Rc<Notes>) -> Self {
        let idle = |name: &str, role: &str| ModelStatus {
            name: name.to_owned(),
            role: role.to_owned(),
            phase: ModelPhase::Idle,
            done_bytes: 0,
            total_bytes: 0,
            on_gpu: false,
        };
        let status = ModelsStatus {
            encoder: idle(runtime.encoder_pack().name, "finds passages"),
            generator: idle(runtime.generator_pack().name, "writes answers"),
        };
        Self {
            runtime,
            chosen: RefCell::default(),
            seated: RefCell::default(),
            placing: Placing::default(),
            status: RefCell::new(status),
            reported_ms: RefCell::new(f64::NEG_INFINITY),
            tell,
            notes,
        }
    }

    pub(super) fn status(&self) -> ModelsStatus {
        self.status.borrow().clone()
    }

    /// The models that are loaded.
    pub(super) fn seated(&self) -> Seated {
        self.seated.borrow().clone()
    }

    /// How fast the graphics processor is, where the model that writes may use one.
    pub(super) async fn measure_gpu(
        &self,
        clock: &dyn Clock,
        pulse: &Pulse,
    ) -> Result<Option<GpuProbe>, InferenceError> {
        if self.placing.place(&*self.runtime).await == Place::Cpu {
            return Ok(None);
        }
        match self.runtime.measure_gpu(clock, pulse).await {
            Ok(probe) => Ok(Some(probe)),
            Err(InferenceError::Cancelled) => Err(InferenceError::Cancelled),
            Err(_) => Ok(None),
        }
    }

    pub(super) fn runtime(&self) -> &dyn Runtime {
        &*self.runtime
    }

    /// Refuses a model that could not run here, before it is stored.
    pub(super) async fn check_usable(&self, title: &str, size_bytes: u64) -> Result<(), ServiceError> {
        match check_fits(title, size_bytes) {
            Err(_) if self.placing.place(&*self.runtime).await == Place::Gpu => Ok(()),
            result => result,
        }
    }

    /// Lets another model write: an added one, or the one that ships. It is not loaded before it is asked for; answers
    /// that are being written are finished by the old one.
    pub(super) fn choose(&self, chosen: Option<Kept>) {
        if *self.chosen.borrow() == chosen {
            return;
        }
        let name = chosen.as_ref().map_or(self.runtime.generator_pack().name, |kept| &kept.info.name).to_owned();
        *self.chosen.borrow_mut() = chosen;
        self.status.borrow_mut().generator.name = name;
        self.unload_generator();
    }

    /// Whether this is the model that writes.
    pub(super) fn has_chosen(&self, kept: &Kept) -> bool {
        self.chosen.borrow().as_ref() == Some(kept)
    }

    /// Lets the model that writes run elsewhere, from the next time on that it is loaded.
    pub(super) fn run_on(&self, processor: Processor) {
        if self.placing.wish(processor) {
            self.unload_generator();
        }
    }

    /// The graphics processor failed under the model that writes: it has to be loaded again, there or elsewhere.
    pub(super) fn gpu_fails(&self, fault: &GpuError) {
        self.notes.gpu_failed(fault);
        self.placing.fails(fault);
        self.unload_generator();
    }

    fn unload_generator(&self) {
        self.seated.borrow_mut().generator = None;
        self.set(Which::Generator, ModelPhase::Idle, 0, 0);
    }

    pub(super) fn encoder(&self) -> Option<Rc<dyn Encoder>> {
        self.seated.borrow().encoder.clone()
    }

    pub(super) fn are_ready(&self) -> bool {
        let seated = self.seated.borrow();
        seated.encoder.is_some() && seated.generator.is_some()
    }

    /// Brings what is missing into memory, the encoder first, since it is of use alone. A model that fails does not keep
    /// the other one back. `is_awaited` says whether a question waits for them: then it is the first work that they do. Returns
    /// what could not be kept on the device.
    ///
    /// # Errors
    /// `Cancelled`, or the first failure; every failure stands in the status as well.
    pub(super) async fn load(
        &self,
        ports: &Ports,
        pulse: &Pulse,
        is_awaited: &dyn Fn() -> bool,
    ) -> Result<Option<Problem>, ServiceError> {
        if !self.is_seated(Which::Encoder) {
            // Where there is less, it is said of the model that does not fit.
            let _ = make_room(BOTH_BYTES);
        }
        let mut not_kept = None;
        let mut failure = None;
        for which in [Which::Encoder, Which::Generator] {
            while !self.is_seated(which) {
                let chosen = self.chosen.borrow().clone();
                let place = match which {
                    Which::Encoder => Place::Cpu,
                    Which::Generator => self.placing.place(&*self.runtime).await,
                };
                match self.load_one(which, chosen.as_ref(), place, ports, pulse, is_awaited).await {
                    Err(error) if error.is_cancelled() => {
                        self.set(which, ModelPhase::Idle, 0, 0);
                        return Err(ServiceError::Cancelled);
                    }
                    // Another one was chosen meanwhile; what became of this one is no news.
                    _ if which == Which::Generator && *self.chosen.borrow() != chosen => {}
                    Ok(problem) => not_kept = not_kept.or(problem),
                    // Its files are in the device's memory, or gone: they are read again.
                    Err(ServiceError::Model { source: InferenceError::Gpu(fault), .. }) => {
                        self.notes.gpu_failed(&fault);
                        self.placing.fails(&fault);
                    }
                    Err(error) => {
                        self.notes.failure("models", which.does_not_load(), &error);
                        let problem = Problem::from(error);
                        self.set(which, ModelPhase::Failed(problem.clone()), 0, 0);
                        failure = failure.or(Some(problem));
                        break;
                    }
                }
            }
        }
        failure.map_or_else(|| Ok(self.placing.news().or(not_kept)), |problem| Err(problem.into()))
    }

    /// Loads the encoder or the generator, `chosen` where that is given.
    async fn load_one(
        &self,
        which: Which,
        chosen: Option<&Kept>,
        place: Place,
        ports: &Ports,
        pulse: &Pulse,
        is_awaited: &dyn Fn() -> bool,
    ) -> Result<Option<Problem>, ServiceError> {
        let began_ms = ports.clock.monotonic_ms();
        if which == Which::Generator {
            self.status.borrow_mut().generator.on_gpu = place == Place::Gpu;
        }
        let (pack, own) = match which {
            Which::Encoder => (self.runtime.encoder_pack(), None),
            Which::Generator => chosen.map_or((self.runtime.generator_pack(), None), |kept| (kept.pack(), Some(kept))),
        };
        let title = own.map_or(pack.name, |kept| &kept.info.name);
        let origin = own.map_or(Origin::Site, Kept::origin);
        let progress = |step: Step, done: u64, total: u64| {
            let phase = match step {
                Step::Downloading => ModelPhase::Downloading,
                Step::Reading => ModelPhase::Reading,
            };
            self.report(which, phase, done, total, ports.clock.monotonic_ms());
        };
        let loader = Loader { origin, title, ports, pulse, progress: &progress };
        let pack = loader.open(pack).await?;
        let total = pack.size_bytes();
        if place == Place::Cpu {
            check_fits(title, total)?;
            // Most formats take a third more as the kernels read them.
            check_room(title, total / 3 * 4)?;
        }
        let failed = |source| pack.failure().unwrap_or_else(|| ServiceError::model(title, source));
        match which {
            Which::Encoder => {
                let encoder = self.runtime.encoder(pack.files()).await.map_err(failed)?;
                self.set(which, ModelPhase::WarmingUp, total, total);
                encoder.embed(&["The first pass."], pulse).await.map_err(failed)?;
                self.seated.borrow_mut().encoder = Some(encoder);
            }
            Which::Generator => {
                // Storage that cannot take the note only means that nobody will know.
                if let Some(kept) = own {
                    let _ = own_models::begin_trying(&*ports.store, &kept.info.id).await;
                }
                // One that a person added has to show first that it works at all.
                let warms_up = || own.is_some() || !is_awaited();
                let generator = self.warm_generator(title, &pack, place, pulse, &warms_up).await;
                if own.is_some() {
                    let _ = own_models::end_trying(&*ports.store).await;
                }
                let generator = generator.map_err(failed)?;
                if self.chosen.borrow().as_ref() != chosen {
                    return Ok(None);
                }
                self.seated.borrow_mut().generator = Some(generator);
            }
        }
        self.set(which, ModelPhase::Ready, total, total);
        self.notes.model_ready(which.is_ready(place), ports.clock.monotonic_ms() - began_ms, total);
        if let Some(error) = pack.not_kept() {
            self.notes.failure("storage", "keeping a model", &error.clone().into());
        }
        Ok(pack.not_kept().map(|error| not_kept(title, &error)))
    }

    async fn warm_generator(
        &self,
        name: &str,
        pack: &Pack<'_>,
        place: Place,
        pulse: &Pulse,
        warms_up: &dyn Fn() -> bool,
    ) -> Result<Rc<dyn Generator>, InferenceError> {
        let total = pack.size_bytes();
        let generator = self.runtime.generator(name, pack.files(), place, pulse).await?;
        if !warms_up() {
            return Ok(generator);
        }
        self.set(Which::Generator, ModelPhase::WarmingUp, total, total);
        let first = GenerateRequest::greedy(vec![ChatMessage::new(Role::User, "Hello")], 1);
        generator.generate(&first, pulse, &mut |_| {}).await?;
        Ok(generator)
    }

    fn is_seated(&self, which: Which) -> bool {
        let seated = self.seated.borrow();
        match which {
            Which::Encoder => seated.encoder.is_some(),
            Which::Generator => seated.generator.is_some(),
        }
    }

    /// Reports a step, unless the same phase was reported a moment ago.
    fn report(&self, which: Which, phase: ModelPhase, done: u64, total: u64, now_ms: f64) {
        let same = {
            let status = self.status.borrow();
            let model = match which {
                Which::Encoder => &status.encoder,
                Which::Generator => &status.generator,
            };
            model.phase == phase
        };
        if !same || now_ms - *self.reported_ms.borrow() >= REPORT_EVERY_MS {
            *self.reported_ms.borrow_mut() = now_ms;
            self.set(which, phase, done, total);
        }
    }

    fn set(&self, which: Which, phase: ModelPhase, done_bytes: u64, total_bytes: u64) {
        {
            let mut status = self.status.borrow_mut();
            let model = match which {
                Which::Encoder => &mut status.encoder,
                Which::Generator => &mut status.generator,
            };
            model.phase = phase;
            model.done_bytes = done_bytes;
            model.total_bytes = total_bytes;
        }
        (self.tell)(self.status());
    }
}

/// Whether the processor's memory can hold a model at all.
fn check_fits(title: &str, size_bytes: u64) -> Result<(), ServiceError> {
    if size_bytes > CPU_MAX_BYTES { Err(ServiceError::NeedsGpu { model: title.to_owned() }) } else { Ok(()) }
}

fn not_kept(model: &str, error: &conclave_ports::StoreError) -> Problem {
    let mut problem = Problem::from(ServiceError::from(error.clone()));
    problem.what = format!("{model} works, but could not be kept on this device: {error}.");
    problem.next = "It is downloaded again next time, unless you free space on the device.".to_owned();
    problem
}
