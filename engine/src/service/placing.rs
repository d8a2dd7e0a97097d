//! What runs the model that writes: the graphics processor where it is wished for, there, and sound; else the processor.

use std::cell::{Cell, RefCell};

use conclave_inference::InferenceError;
use conclave_inference::gpu::GpuError;
use conclave_protocol::{Problem, ProblemCode, Processor};

use super::models::Runtime;

/// Largest file of a model that the processor runs: its weights as the kernels read them (some formats take half as much
/// again), its context and what the engine itself needs have to fit into the 4 GB of WebAssembly.
pub(super) const CPU_MAX_BYTES: u64 = 2_100_000_000;

/// Times that the graphics processor may be lost before it is left alone: one is the system's sleep or a driver's update.
const LOSSES: u32 = 3;

/// Where a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the processor.
    Cpu,
    /// On the graphics processor.
    Gpu,
}

/// The choice, and what speaks against it.
#[derive(Default)]
pub(super) struct Placing {
    wish: Cell<Processor>,
    losses: Cell<u32>,
    /// Whether the graphics processor is left alone until the wish changes.
    given_up: Cell<bool>,
    /// What a person has to know and was not told yet.
    news: RefCell<Option<Problem>>,
}

impl Placing {
    /// Takes the wish; says whether it is another one.
    pub(super) fn wish(&self, processor: Processor) -> bool {
        let changed = self.wish.replace(processor) != processor;
        if changed {
            self.losses.set(0);
            self.given_up.set(false);
        }
        changed
    }

    /// Where the model should go now.
    pub(super) async fn place(&self, runtime: &dyn Runtime) -> Place {
        let wish = self.wish.get();
        if wish == Processor::Central || self.given_up.get() {
            return Place::Cpu;
        }
        // A program that plays a graphics processor is slower than the processor: for those only who ask for it.
        match runtime.open_gpu(wish == Processor::Graphics).await {
            Ok(()) => Place::Gpu,
            Err(InferenceError::Gpu(fault)) if wish == Processor::Graphics => {
                self.fails(&fault);
                Place::Cpu
            }
            Err(_) => {
                self.given_up.set(true);
                Place::Cpu
            }
        }
    }

    /// The graphics processor failed; where it is only lost, it is opened again.
    pub(super) fn fails(&self, fault: &GpuError) {
        self.losses.set(self.losses.get() + 1);
        if *fault == GpuError::Lost && self.losses.get() < LOSSES {
            return;
        }
        self.given_up.set(true);
        let code = if *fault == GpuError::OutOfMemory { ProblemCode::OutOfMemory } else { ProblemCode::ModelNotReady };
        let next = "The model runs on the processor instead, more slowly. The settings say what runs it.";
        *self.news.borrow_mut() = Some(Problem::new(code, fault.to_string(), next));
    }

    /// What a person has to know, once.
    pub(super) fn news(&self) -> Option<Problem> {
        self.news.borrow_mut().take()
    }
}
