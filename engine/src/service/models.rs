//! The two models: their state, and how they get into memory.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_inference::{ChatMessage, Encoder, GenerateRequest, Generator, InferenceError, Pulse, Role, Sampling};
use conclave_protocol::default_packs::PinnedPack;
use conclave_protocol::{ModelPhase, ModelStatus, ModelsStatus, Problem};

use super::error::ServiceError;
use super::pack::{Loader, PackFiles, Step};
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
    /// [`InferenceError`] where the files are no model of the expected kind.
    fn encoder(&self, files: PackFiles) -> Result<Rc<dyn Encoder>, InferenceError>;

    /// The generator in these files.
    ///
    /// # Errors
    /// [`InferenceError`] where the files are no model of the expected kind.
    fn generator(&self, files: PackFiles) -> Result<Rc<dyn Generator>, InferenceError>;
}

/// Shortest time between two reports of the same phase: five a second look smooth and cost nothing.
const REPORT_EVERY_MS: f64 = 200.0;

/// Which model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Encoder,
    Generator,
}

/// The models and their state.
pub(super) struct Models {
    runtime: Rc<dyn Runtime>,
    seated: RefCell<Seated>,
    status: RefCell<ModelsStatus>,
    reported_ms: RefCell<f64>,
    tell: Rc<dyn Fn(ModelsStatus)>,
}

impl Models {
    pub(super) fn new(runtime: Rc<dyn Runtime>, tell: Rc<dyn Fn(ModelsStatus)>) -> Self {
        let idle = |name: &str, role: &str| ModelStatus {
            name: name.to_owned(),
            role: role.to_owned(),
            phase: ModelPhase::Idle,
            done_bytes: 0,
            total_bytes: 0,
        };
        let status = ModelsStatus {
            encoder: idle(runtime.encoder_pack().name, "finds passages"),
            generator: idle(runtime.generator_pack().name, "writes answers"),
        };
        Self {
            runtime,
            seated: RefCell::default(),
            status: RefCell::new(status),
            reported_ms: RefCell::new(f64::NEG_INFINITY),
            tell,
        }
    }

    pub(super) fn status(&self) -> ModelsStatus {
        self.status.borrow().clone()
    }

    /// The models that are loaded.
    pub(super) fn seated(&self) -> Seated {
        self.seated.borrow().clone()
    }

    pub(super) fn encoder(&self) -> Option<Rc<dyn Encoder>> {
        self.seated.borrow().encoder.clone()
    }

    pub(super) fn are_ready(&self) -> bool {
        let seated = self.seated.borrow();
        seated.encoder.is_some() && seated.generator.is_some()
    }

    /// Brings what is missing into memory, the encoder first, since it is of use alone. A model that fails does not keep
    /// the other one back. Returns what could not be kept on the device.
    ///
    /// # Errors
    /// `Cancelled`, or the first failure; every failure stands in the status as well.
    pub(super) async fn load(&self, ports: &Ports, pulse: &Pulse) -> Result<Option<Problem>, ServiceError> {
        let mut not_kept = None;
        let mut failure = None;
        for which in [Which::Encoder, Which::Generator] {
            if self.is_seated(which) {
                continue;
            }
            match self.load_one(which, ports, pulse).await {
                Ok(problem) => not_kept = not_kept.or(problem),
                Err(error) if error.is_cancelled() => {
                    self.set(which, ModelPhase::Idle, 0, 0);
                    return Err(ServiceError::Cancelled);
                }
                Err(error) => {
                    let problem = Problem::from(error);
                    self.set(which, ModelPhase::Failed(problem.clone()), 0, 0);
                    failure = failure.or(Some(problem));
                }
            }
        }
        failure.map_or(Ok(not_kept), |problem| Err(problem.into()))
    }

    async fn load_one(&self, which: Which, ports: &Ports, pulse: &Pulse) -> Result<Option<Problem>, ServiceError> {
        let pack = match which {
            Which::Encoder => self.runtime.encoder_pack(),
            Which::Generator => self.runtime.generator_pack(),
        };
        let name = pack.name;
        let progress = |step: Step, done: u64, total: u64| {
            let phase = match step {
                Step::Downloading => ModelPhase::Downloading,
                Step::Verifying => ModelPhase::Verifying,
            };
            self.report(which, phase, done, total, ports.clock.monotonic_ms());
        };
        let loaded = Loader { ports, pulse, progress: &progress }.load(pack).await?;
        let total = loaded.files.values().map(|bytes| bytes.len() as u64).sum();
        self.set(which, ModelPhase::Preparing, 0, total);
        // Lets the page show the phase before the thread is busy for a while.
        let failed = |source| ServiceError::model(name, source);
        pulse.beat().await.map_err(failed)?;
        match which {
            Which::Encoder => {
                let encoder = self.runtime.encoder(loaded.files).map_err(failed)?;
                self.set(which, ModelPhase::WarmingUp, total, total);
                encoder.embed(&["The first pass."], pulse).await.map_err(failed)?;
                self.seated.borrow_mut().encoder = Some(encoder);
            }
            Which::Generator => {
                let generator = self.runtime.generator(loaded.files).map_err(failed)?;
                self.set(which, ModelPhase::WarmingUp, total, total);
                let first = GenerateRequest {
                    messages: vec![ChatMessage::new(Role::User, "Hello")],
                    max_tokens: 1,
                    sampling: Sampling::Greedy,
                };
                generator.generate(&first, pulse, &mut |_| {}).await.map_err(failed)?;
                self.seated.borrow_mut().generator = Some(generator);
            }
        }
        self.set(which, ModelPhase::Ready, total, total);
        Ok(loaded.not_kept.map(|error| not_kept(name, &error)))
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

fn not_kept(model: &str, error: &conclave_ports::StoreError) -> Problem {
    let mut problem = Problem::from(ServiceError::from(error.clone()));
    problem.what = format!("{model} works, but could not be kept on this device: {error}.");
    problem.next = "It is downloaded again next time, unless you free space on the device.".to_owned();
    problem
}
