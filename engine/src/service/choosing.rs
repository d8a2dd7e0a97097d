//! Which model writes: added, removed, chosen.

use conclave_ports::{Cancel, FileBytes};
use conclave_protocol::{
    CopyProgress, FromWorker, GivenFile, ModelId, OwnModel, Problem, ProblemCode, RequestId, Settings,
};

use super::adding::{Adding, Given};
use super::error::ServiceError;
use super::own_models::{self, Kept};
use super::ports::{Change, file_sent};
use super::{Service, settings};

impl Service {
    /// Keeps a model.
    pub(super) async fn add_model(
        &self,
        id: RequestId,
        (name, files): (&str, &[GivenFile]),
        bytes: Option<Box<dyn FileBytes>>,
        cancel: &Cancel,
    ) -> Result<OwnModel, ServiceError> {
        let bytes = file_sent(bytes)?;
        let given = Given::new(name, files, &*bytes)?;
        own_models::check_size(name, given.size_bytes())?;
        self.models.check_usable(name, given.size_bytes()).await?;
        let _turn = self.queue("add model", cancel).await?;
        let progress = |done, total| {
            self.tell(Some(id), FromWorker::Copying(CopyProgress { done, total }));
        };
        let (pulse, ports) = (self.pulse(cancel), &self.ports);
        let adding = Adding { ports, runtime: self.models.runtime(), pulse: &pulse, progress: &progress };
        let added = adding.add(ModelId::from_random(self.random_id()?), &given).await?;
        (self.announce)(Change::OwnModels);
        Ok(added)
    }

    /// Removes an added model; the one that ships writes where it was the chosen one.
    pub(super) async fn remove_model(&self, id: &ModelId) -> Result<Vec<OwnModel>, ServiceError> {
        let settings = settings::read(&*self.ports.store).await?;
        if settings.generator.as_ref() == Some(id) {
            let saved = settings::save(&*self.ports.store, Settings { generator: None, ..settings }).await?;
            self.models.choose(None);
            self.tell(None, FromWorker::Settings(saved));
            (self.announce)(Change::Settings);
        }
        own_models::remove(&self.ports, id).await?;
        (self.announce)(Change::OwnModels);
        self.own_models().await
    }

    pub(super) async fn own_models(&self) -> Result<Vec<OwnModel>, ServiceError> {
        Ok(own_models::list(&*self.ports.store).await?.into_iter().map(|kept| kept.info).collect())
    }

    /// Stores the settings and lets the model write that they name. Kept files go where the settings begin not to want them: last,
    /// because everything else holds as soon as it is stored.
    pub(super) async fn save_settings(&self, settings: Settings) -> Result<Settings, ServiceError> {
        let kept = self.kept(&settings).await?;
        let before = settings::read(&*self.ports.store).await;
        // The defaults hold where they cannot be read.
        let kept_originals = before.as_ref().map_or(true, |before| before.keep_originals);
        if before.is_ok_and(|before| before.generator != settings.generator) {
            // Who chooses it again wants it tried again.
            own_models::end_trying(&*self.ports.store).await?;
        }
        let saved = settings::save(&*self.ports.store, settings).await?;
        self.models.run_on(saved.processor);
        self.models.choose(kept);
        (self.announce)(Change::Settings);
        if kept_originals
            && !saved.keep_originals
            && let Err(error) = self.drop_originals().await
        {
            self.notes.failure("storage", "removing the kept files", &error);
            self.originals.sweep_again();
            self.tell(None, FromWorker::Settings(saved));
            return Err(not_all_removed(error).into());
        }
        Ok(saved)
    }

    /// Lets the model write that another tab chose.
    pub(super) async fn follow_settings(&self) -> Result<Settings, ServiceError> {
        let settings = settings::read(&*self.ports.store).await?;
        let kept = self.kept(&settings).await?;
        self.models.run_on(settings.processor);
        self.models.choose(kept);
        Ok(settings)
    }

    /// Lets the model write that the stored settings name, at the start. One that is gone, or that ended the engine again
    /// and again, gives way to the one that ships.
    pub(super) async fn settle_generator(
        &self,
        settings: Settings,
    ) -> Result<(Settings, Option<Problem>), ServiceError> {
        let Some(id) = &settings.generator else { return Ok((settings, None)) };
        let store = &*self.ports.store;
        let problem = match own_models::find(store, id).await? {
            // Another tab is greeted by an engine that has it; what may be noted meanwhile is that it is being loaded.
            Some(kept) if self.models.has_chosen(&kept) => return Ok((settings, None)),
            Some(kept) if own_models::ends_the_engine(store, id).await? => Problem::new(
                ProblemCode::OutOfMemory,
                format!("The engine stopped each time when it loaded {}.", kept.info.name),
                "The model that ships with Conclave writes instead. This device may have too little memory for the other one.",
            ),
            Some(kept) => {
                self.models.choose(Some(kept));
                return Ok((settings, None));
            }
            None => Problem::new(
                ProblemCode::NotFound,
                "The chosen model is not on this device any more.",
                "The model that ships with Conclave writes instead. Add the file again in the settings.",
            ),
        };
        let _ = own_models::end_trying(store).await;
        let default = Settings { generator: None, ..settings };
        // Where it cannot be stored, it is settled again next time.
        let _ = settings::save(store, default.clone()).await;
        Ok((default, Some(problem)))
    }

    /// The added model that the settings name.
    async fn kept(&self, settings: &Settings) -> Result<Option<Kept>, ServiceError> {
        match &settings.generator {
            None => Ok(None),
            Some(id) => {
                let kept = own_models::find(&*self.ports.store, id).await?;
                Ok(Some(kept.ok_or(ServiceError::NotFound("the model"))?))
            }
        }
    }
}

/// The settings hold, and some of the files that nobody wants any more are still there.
fn not_all_removed(error: ServiceError) -> Problem {
    let Problem { code, .. } = error.into();
    let what = "The settings are saved, but not all of the kept files could be removed.";
    Problem::new(code, what, "Load the page again: what is left of them is removed then.")
}
