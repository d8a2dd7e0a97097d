//! The models' state, with the speed at which it moves.

use conclave_protocol::{ModelPhase, ModelStatus, ModelsStatus};

/// Speed of a phase, from its first sight to its last.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    began_ms: u64,
    began_at: u64,
    last_ms: u64,
    last_at: u64,
}

impl Rate {
    /// Shortest stretch from which a speed is told; below, start-up costs dominate.
    const SHORTEST_MS: u64 = 700;

    /// A phase begins with `done` units.
    #[must_use]
    pub const fn begin(done: u64, now_ms: u64) -> Self {
        Self { began_ms: now_ms, began_at: done, last_ms: now_ms, last_at: done }
    }

    /// The phase has done so much now.
    pub const fn see(&mut self, done: u64, now_ms: u64) {
        self.last_at = done;
        self.last_ms = now_ms;
    }

    /// Seconds until `total`, where they can be told.
    #[must_use]
    pub fn seconds_left(&self, total: u64) -> Option<u64> {
        let took_ms = self.last_ms.saturating_sub(self.began_ms);
        let did = self.last_at.saturating_sub(self.began_at);
        if took_ms < Self::SHORTEST_MS || did == 0 {
            return None;
        }
        let left = u128::from(total.saturating_sub(self.last_at));
        u64::try_from(left * u128::from(took_ms) / u128::from(did) / 1_000).ok()
    }
}

/// How far a model is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Bytes done.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
    /// Seconds left, where they can be told.
    pub seconds_left: Option<u64>,
}

/// Both models.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// As the engine told.
    pub status: ModelsStatus,
    encoder: Rate,
    generator: Rate,
}

impl Models {
    /// The first sight of the models.
    #[must_use]
    pub const fn new(status: ModelsStatus, now_ms: u64) -> Self {
        let encoder = Rate::begin(status.encoder.done_bytes, now_ms);
        let generator = Rate::begin(status.generator.done_bytes, now_ms);
        Self { status, encoder, generator }
    }

    /// The engine tells the next state.
    pub fn update(&mut self, status: ModelsStatus, now_ms: u64) {
        step(&mut self.encoder, &self.status.encoder, &status.encoder, now_ms);
        step(&mut self.generator, &self.status.generator, &status.generator, now_ms);
        self.status = status;
    }

    /// Whether both can be used.
    #[must_use]
    pub fn are_ready(&self) -> bool {
        self.each().iter().all(|(model, _)| model.phase == ModelPhase::Ready)
    }

    /// Whether the graphics processor runs the model that writes.
    #[must_use]
    pub fn run_on_gpu(&self) -> bool {
        matches!(self.status.generator, ModelStatus { phase: ModelPhase::Ready, on_gpu: true, .. })
    }

    /// What runs the model that writes, in words.
    #[must_use]
    pub fn runs_on(&self) -> &'static str {
        match &self.status.generator {
            ModelStatus { phase: ModelPhase::Ready, on_gpu: true, .. } => "It runs on the graphics processor now.",
            ModelStatus { phase: ModelPhase::Ready, .. } => "It runs on the processor now.",
            _ => "It is not loaded now.",
        }
    }

    /// Whether one of them failed.
    #[must_use]
    pub fn have_failed(&self) -> bool {
        self.each().iter().any(|(model, _)| matches!(model.phase, ModelPhase::Failed(_)))
    }

    /// Both models with their progress, where the phase counts bytes.
    #[must_use]
    pub fn each(&self) -> [(&ModelStatus, Option<Progress>); 2] {
        [
            (&self.status.encoder, progress(&self.status.encoder, &self.encoder)),
            (&self.status.generator, progress(&self.status.generator, &self.generator)),
        ]
    }
}

fn step(rate: &mut Rate, before: &ModelStatus, now: &ModelStatus, now_ms: u64) {
    if before.phase == now.phase && now.done_bytes >= before.done_bytes {
        rate.see(now.done_bytes, now_ms);
    } else {
        *rate = Rate::begin(now.done_bytes, now_ms);
    }
}

fn progress(model: &ModelStatus, rate: &Rate) -> Option<Progress> {
    let counts = matches!(model.phase, ModelPhase::Downloading | ModelPhase::Reading);
    (counts && model.total_bytes > 0).then(|| Progress {
        done: model.done_bytes.min(model.total_bytes),
        total: model.total_bytes,
        seconds_left: rate.seconds_left(model.total_bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(phase: ModelPhase, done_bytes: u64) -> ModelStatus {
        ModelStatus { name: "m".into(), role: "writes".into(), phase, done_bytes, total_bytes: 1_000, on_gpu: false }
    }

    fn both(phase: &ModelPhase, done: u64) -> ModelsStatus {
        ModelsStatus { encoder: model(phase.clone(), done), generator: model(ModelPhase::Idle, 0) }
    }

    #[test]
    fn time_left_follows_the_speed_of_this_phase_alone() {
        let mut models = Models::new(both(&ModelPhase::Downloading, 0), 0);
        models.update(both(&ModelPhase::Downloading, 100), 100);
        assert_eq!(models.each()[0].1.as_ref().unwrap().seconds_left, None, "too early to tell");
        models.update(both(&ModelPhase::Downloading, 200), 1_000);
        assert_eq!(models.each()[0].1.as_ref().unwrap().seconds_left, Some(4));
        models.update(both(&ModelPhase::Reading, 0), 2_000);
        assert_eq!(models.each()[0].1.as_ref().unwrap().seconds_left, None);
        models.update(both(&ModelPhase::Reading, 500), 3_000);
        assert_eq!(models.each()[0].1.as_ref().unwrap().seconds_left, Some(1));
    }

    #[test]
    fn bytes_resumed_from_an_earlier_visit_do_not_count_as_speed() {
        let mut models = Models::new(both(&ModelPhase::Idle, 0), 0);
        models.update(both(&ModelPhase::Downloading, 800), 10);
        models.update(both(&ModelPhase::Downloading, 900), 1_010);
        assert_eq!(models.each()[0].1.as_ref().unwrap().seconds_left, Some(1));
    }

    #[test]
    fn phases_without_bytes_have_no_progress() {
        let models = Models::new(both(&ModelPhase::WarmingUp, 0), 0);
        assert!(models.each().iter().all(|(_, progress)| progress.is_none()));
        assert!(!models.are_ready() && !models.have_failed());
    }
}
