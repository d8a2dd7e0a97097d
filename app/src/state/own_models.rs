//! Models that a person added, and which one writes.

use conclave_protocol::{ModelId, OwnModel, RequestId, Settings, ToWorker};

use super::AppState;
use super::section::Section;

impl AppState {
    /// Who adds a model wants its answers: it is chosen.
    pub(super) fn on_model_added(&mut self, id: Option<RequestId>, model: OwnModel) {
        self.end_import(id);
        self.announce(format!("Added {}. It writes from now on.", model.name));
        let chosen = Settings { generator: Some(model.id.clone()), ..self.settings.clone() };
        if self.own_models.iter().all(|known| known.id != model.id) {
            self.own_models.push(model);
        }
        self.touch(Section::Models);
        self.save(chosen);
        self.pump_imports();
    }

    pub(super) fn on_own_models(&mut self, models: Vec<OwnModel>) {
        self.own_models = models;
        self.touch(Section::Models);
    }

    pub(super) fn remove_model(&mut self, model: ModelId) {
        self.close_dialog();
        self.request(ToWorker::RemoveModel { model }, None);
    }
}
