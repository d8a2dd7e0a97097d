//! Downloads of models: asked for, paused, gone on with, given up.

use conclave_protocol::{
    CatalogueModel, Download, DownloadProgress, DownloadStep, OwnModel, Problem, ProblemCode, RequestId, ToWorker,
};

use super::AppState;
use super::command::Command;
use super::effect::{Effect, Env};
use super::format::bytes;
use super::layout::Dialog;
use super::models::Rate;
use super::problems::Remedy;
use super::section::Section;

/// How a person ends a download that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// What is here is kept.
    Pause,
    /// What is here goes as well.
    GiveUp,
}

/// A download that the engine works on for this page.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningDownload {
    /// Where the file is.
    pub address: String,
    /// The last progress.
    pub progress: Option<DownloadProgress>,
    /// How fast parts come.
    pub rate: Rate,
    /// How it is being ended, where it is.
    pub ending: Option<Ending>,
    request: RequestId,
}

/// Models that can be had, and downloads of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Downloads {
    /// Models that are known beforehand, the smallest first.
    pub catalogue: Vec<CatalogueModel>,
    /// Downloads that have begun and have not ended, whether they run or not.
    pub unfinished: Vec<Download>,
    /// Downloads that run for this page.
    pub running: Vec<RunningDownload>,
    /// Downloads that failed since they were last asked for, with their addresses.
    pub failed: Vec<(String, Problem)>,
}

impl Downloads {
    /// The model's name, as far as anybody has told.
    #[must_use]
    pub fn name_of<'a>(&'a self, address: &'a str) -> &'a str {
        let known = self.catalogue.iter().find(|model| model.address.as_deref() == Some(address));
        let begun = self.unfinished.iter().find(|download| download.address == address);
        let told = known.map(|model| &*model.name).or(begun.map(|download| &*download.name));
        told.or(address.rsplit('/').next()).unwrap_or(address)
    }

    fn by_request(&mut self, request: RequestId) -> Option<&mut RunningDownload> {
        self.running.iter_mut().find(|download| download.request == request)
    }

    fn take(&mut self, request: RequestId) -> Option<RunningDownload> {
        let at = self.running.iter().position(|download| download.request == request)?;
        Some(self.running.remove(at))
    }
}

impl AppState {
    /// Opens the list of models; the device is measured the first time, to say which ones suit it.
    pub(super) fn show_models(&mut self) {
        self.open(Dialog::Models);
        self.look_at_device();
    }

    /// Begins a download, or goes on with it.
    pub(super) fn download(&mut self, address: &str) {
        let address = address.trim();
        if address.is_empty() || self.downloads.running.iter().any(|download| download.address == address) {
            return;
        }
        let address = address.to_owned();
        self.downloads.failed.retain(|(failed, _)| *failed != address);
        // Now there is something to lose, and a person to ask.
        self.effect(Effect::KeepStorage);
        let request = self.request(ToWorker::DownloadModel { address: address.clone() }, None);
        self.announce(format!("Downloading {}.", self.downloads.name_of(&address)));
        let (progress, rate, ending) = (None, Rate::default(), None);
        self.downloads.running.push(RunningDownload { address, progress, rate, ending, request });
        self.touch(Section::Models);
    }

    /// Ends a download that runs, and gives up one that does not.
    pub(super) fn end_download(&mut self, address: &str, ending: Ending) {
        let running = self.downloads.running.iter_mut().find(|download| download.address == address);
        if let Some(download) = running {
            download.ending = Some(ending);
            let request = download.request;
            if self.pending.withdraw(request) {
                self.downloads.take(request);
            } else {
                self.request(ToWorker::Cancel { request }, None);
            }
        } else if ending == Ending::GiveUp {
            self.downloads.failed.retain(|(failed, _)| failed != address);
            self.give_up(address);
        }
        self.touch(Section::Models);
    }

    fn give_up(&mut self, address: &str) {
        let begun = self.downloads.unfinished.iter().find(|download| download.address == address);
        if let Some(model) = begun.map(|download| download.id.clone()) {
            self.request(ToWorker::RemoveDownload { model }, None);
        }
    }

    pub(super) fn on_downloading(&mut self, id: Option<RequestId>, now: DownloadProgress, env: &Env) {
        let Some(download) = id.and_then(|id| self.downloads.by_request(id)) else { return };
        let before = download.progress.as_ref();
        let same = before.is_some_and(|before| before.step == now.step && before.done_bytes <= now.done_bytes);
        if same {
            download.rate.see(now.done_bytes, env.now_ms);
        } else {
            download.rate = Rate::begin(now.done_bytes, env.now_ms);
        }
        let retries =
            matches!((&now.step, before), (DownloadStep::Retrying { .. }, Some(before)) if before.step != now.step);
        // A person may have copied it in another form.
        download.address.clone_from(&now.address);
        let address = now.address.clone();
        download.progress = Some(now);
        if retries {
            self.announce(format!("The connection of {} failed. It is tried again.", self.downloads.name_of(&address)));
        }
        self.touch(Section::Models);
    }

    pub(super) fn on_downloads(&mut self, downloads: Vec<Download>) {
        self.downloads.unfinished = downloads;
        self.touch(Section::Models);
    }

    /// A model is here. Which one writes stays as it was: the download may have taken long.
    pub(super) fn on_downloaded(&mut self, id: Option<RequestId>, model: OwnModel) {
        id.and_then(|id| self.downloads.take(id));
        self.announce(format!("{} is here, and can be used.", model.name));
        self.own_models.retain(|known| known.id != model.id);
        self.own_models.push(model);
        self.touch(Section::Models);
    }

    /// A download was stopped.
    pub(super) fn on_download_stopped(&mut self, id: Option<RequestId>) {
        let Some(download) = id.and_then(|id| self.downloads.take(id)) else { return };
        let name = self.downloads.name_of(&download.address).to_owned();
        if download.ending == Some(Ending::GiveUp) {
            self.give_up(&download.address);
            self.announce(format!("The download of {name} was cancelled."));
        } else {
            self.announce(format!("The download of {name} is paused."));
        }
        self.touch(Section::Models);
    }

    /// A download failed.
    pub(super) fn fail_download(&mut self, id: Option<RequestId>, problem: Problem) {
        let Some(download) = id.and_then(|id| self.downloads.take(id)) else { return };
        if download.ending == Some(Ending::GiveUp) {
            self.give_up(&download.address);
        } else {
            self.announce(problem.to_string());
            self.downloads.failed.push((download.address, problem));
        }
        self.touch(Section::Models);
    }

    /// A download of an earlier visit does not go on by itself: it may cost money, or the network's other users theirs.
    pub(super) fn say_what_is_unfinished(&mut self) {
        let Some(download) = self.downloads.unfinished.first() else { return };
        let Download { name, done_bytes, size_bytes, .. } = download;
        let what = format!(
            "The download of {name} is not finished: {} of {} are here.",
            bytes(*done_bytes),
            bytes(*size_bytes)
        );
        let next = "Resume it or remove it in the list of models.";
        self.report(Problem::new(ProblemCode::ModelNotReady, what, next), Some(Remedy(Command::ShowModels)));
    }

    /// The network is there again: what it ended goes on.
    pub(super) fn resume_downloads(&mut self) {
        let failed = self.downloads.failed.iter().filter(|(_, problem)| problem.code == ProblemCode::Network);
        let addresses: Vec<String> = failed.map(|(address, _)| address.clone()).collect();
        for address in addresses {
            self.download(&address);
        }
    }
}
