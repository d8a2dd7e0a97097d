//! The engine worker's life.

use conclave_protocol::{Problem, ProblemCode, ToWorker};

/// Most automatic restarts within a minute. A worker that dies at once would otherwise be started for ever; three are
/// enough for a crash that does not repeat.
pub const RESTARTS_PER_MINUTE: usize = 3;

const MINUTE_MS: u64 = 60_000;

/// Where the engine worker stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Stage {
    /// The script loads.
    #[default]
    Starting,
    /// It runs and opens the storage.
    Opening,
    /// It takes requests.
    Ready,
    /// It cannot work; the problem says why. A person may try again.
    Down(Problem),
}

/// The engine worker's life and its restarts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Connection {
    /// Where it stands.
    pub stage: Stage,
    /// Whether it was ready before, in this visit.
    pub was_ready: bool,
    restarts_ms: Vec<u64>,
}

impl Connection {
    /// Whether requests go out at once.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.stage == Stage::Ready
    }

    /// What stands in the way, where something does.
    #[must_use]
    pub const fn problem(&self) -> Option<&Problem> {
        match &self.stage {
            Stage::Down(problem) => Some(problem),
            Stage::Starting | Stage::Opening | Stage::Ready => None,
        }
    }

    /// Whether the worker takes this request now.
    #[must_use]
    pub fn takes(&self, body: &ToWorker) -> bool {
        match self.stage {
            Stage::Ready => true,
            Stage::Opening => matches!(body, ToWorker::Hello),
            Stage::Starting | Stage::Down(_) => false,
        }
    }

    /// The worker died: whether it may be started again by itself.
    pub fn may_restart(&mut self, now_ms: u64) -> bool {
        self.restarts_ms.retain(|at| now_ms.saturating_sub(*at) < MINUTE_MS);
        if self.restarts_ms.len() >= RESTARTS_PER_MINUTE {
            return false;
        }
        self.restarts_ms.push(now_ms);
        true
    }

    /// A person starts the worker: earlier crashes no longer count.
    pub fn forgive(&mut self) {
        self.restarts_ms.clear();
    }

    /// The problem of a worker that died too often.
    #[must_use]
    pub fn gave_up() -> Problem {
        Problem::new(
            ProblemCode::WorkerCrashed,
            "The engine stopped several times within a minute.",
            "Close other tabs that need much memory, then start it again. What was stored is safe.",
        )
    }

    /// The problem of page and worker that do not belong together.
    #[must_use]
    pub fn mismatch() -> Problem {
        Problem::new(
            ProblemCode::VersionMismatch,
            "This page and its engine are of different versions.",
            "Load the page again; if it stays, close all tabs of Conclave first.",
        )
    }
}
