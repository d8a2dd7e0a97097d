//! What the service notes for a report about a fault. The journal redacts it; see [`conclave_privacy::journal`].
//!
//! Errors are noted as outlines: their words name files and models, and those are a person's.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_inference::gpu::GpuError;
use conclave_ports::Clock;
use conclave_privacy::{Journal, Part};
use conclave_protocol::{JournalEntry, JournalLevel, PROTOCOL_VERSION, Problem};

use super::error::ServiceError;

/// The journal with a clock.
pub(super) struct Notes {
    journal: RefCell<Journal>,
    clock: Rc<dyn Clock>,
}

impl Notes {
    pub(super) fn new(clock: Rc<dyn Clock>) -> Rc<Self> {
        Rc::new(Self { journal: RefCell::default(), clock })
    }

    /// Something went as it should.
    pub(super) fn news(&self, source: &'static str, parts: &[Part<'_>]) {
        self.journal.borrow_mut().note(self.clock.unix_ms(), JournalLevel::News, source, parts);
    }

    /// Something did not.
    pub(super) fn trouble(&self, source: &'static str, parts: &[Part<'_>]) {
        self.journal.borrow_mut().note(self.clock.unix_ms(), JournalLevel::Trouble, source, parts);
    }

    /// Something failed, unless a person stopped it.
    pub(super) fn failure(&self, source: &'static str, what: &'static str, error: &ServiceError) {
        if !error.is_cancelled() {
            self.trouble(source, &[Part::Words(what), Part::Words(": "), Part::Outline(error)]);
        }
    }

    /// A model can be used: which and where, after which time, of what size.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    pub(super) fn model_ready(&self, which: &'static str, took_ms: f64, size_bytes: u64) {
        let (took_ms, size_bytes) = (Part::Number(took_ms as u64), Part::Number(size_bytes));
        self.news("models", &[Part::Words(which), took_ms, Part::Words(" ms; bytes: "), size_bytes]);
    }

    /// The graphics processor failed under a model.
    pub(super) fn gpu_failed(&self, fault: &GpuError) {
        self.trouble("models", &[Part::Words("the graphics processor failed: "), Part::Outline(fault)]);
    }

    /// A page was greeted.
    pub(super) fn greeted(&self, documents: usize, threads: usize, problems: &[Problem]) {
        self.news(
            "engine",
            &[
                Part::Words(concat!("version ", env!("CARGO_PKG_VERSION"), " greets a page: messages of version ")),
                Part::Number(PROTOCOL_VERSION.into()),
                Part::Words(", documents: "),
                Part::Number(documents as u64),
                Part::Words(", threads: "),
                Part::Number(threads as u64),
            ],
        );
        for problem in problems {
            self.trouble("engine", &[Part::Words("greets with a problem: "), Part::Outline(&problem.code)]);
        }
    }

    pub(super) fn entries(&self) -> Vec<JournalEntry> {
        self.journal.borrow().entries()
    }
}
