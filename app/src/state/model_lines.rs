//! The list of models, line by line: what is known of each, what it means for this device, and what can be done.

use conclave_protocol::{CatalogueModel, DeviceReport, Download, DownloadStep, Limit, OwnModel};

use super::AppState;
use super::device::{DeviceLook, tokens};
use super::downloads::{Ending, RunningDownload};
use super::format::{bytes, count, time_left, weights};
use super::intent::Intent;
use super::layout::{Confirm, Dialog};
use super::models::Models;

/// What a model means for this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// In a sentence or two.
    pub words: String,
    /// Whether nothing speaks against it.
    pub is_good: bool,
}

/// Something that can be done with a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The button's words.
    pub words: &'static str,
    /// What it does; nothing where it is being done, or done already.
    pub intent: Option<Intent>,
}

/// A model on the list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ModelLine {
    /// Identity among the lines.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Facts with their names.
    pub facts: Vec<(&'static str, String)>,
    /// What it means for this device, where that is known.
    pub fit: Option<Fit>,
    /// How it stands.
    pub status: Option<String>,
    /// Bytes that are here, and bytes in all.
    pub progress: Option<(u64, u64)>,
    /// What went wrong, and what to do.
    pub trouble: Option<String>,
    /// The first thing that can be done.
    pub first: Option<Action>,
    /// The other one.
    pub second: Option<Action>,
}

/// The list: models and downloads that are not in the catalogue, then the catalogue.
#[must_use]
pub fn model_lines(state: &AppState) -> Vec<ModelLine> {
    let known = |address: &str| state.downloads.catalogue.iter().any(|model| model.address.as_deref() == Some(address));
    let catalogue = state.downloads.catalogue.iter().map(|model| of_catalogue(state, model));
    let own = state.own_models.iter().filter(|model| !model.address.as_deref().is_some_and(known));
    let own = own.map(|model| of_own(state, model));
    let downloads = &state.downloads;
    let mut addresses: Vec<&str> = downloads.unfinished.iter().map(|download| &*download.address).collect();
    addresses.extend(downloads.running.iter().map(|download| &*download.address));
    addresses.extend(downloads.failed.iter().map(|(address, _)| &**address));
    let mut seen: Vec<&str> = Vec::new();
    addresses.retain(|address| {
        let is_here = state.own_models.iter().any(|model| model.address.as_deref() == Some(address));
        let is_new = !known(address) && !is_here && !seen.contains(address);
        seen.push(address);
        is_new
    });
    let others = addresses.into_iter().map(|address| {
        let name = downloads.name_of(address).to_owned();
        let mut line = ModelLine { key: address.to_owned(), name, ..ModelLine::default() };
        of_download(state, address, &mut line);
        line
    });
    others.chain(own).chain(catalogue).collect()
}

fn of_catalogue(state: &AppState, model: &CatalogueModel) -> ModelLine {
    let own = state.own_models.iter().find(|own| own.address.is_some() && own.address == model.address);
    let is_here = own.is_some() || model.address.is_none();
    let size = own.map_or(model.size_bytes, |own| own.size_bytes);
    let made_for = format!("made for {}", count(u64::from(model.most_context_tokens)));
    let mut line = ModelLine {
        key: model.address.clone().unwrap_or_default(),
        name: model.name.clone(),
        facts: vec![
            ("Licence", model.licence.clone()),
            ("Size", format!("{} ({})", bytes(size), model.stored_as)),
            ("Memory", bytes(model.memory_bytes)),
            ("Context", format!("{} tokens here, {made_for}", count(u64::from(model.context_tokens)))),
        ],
        fit: fit(state, model, is_here),
        ..ModelLine::default()
    };
    match (&model.address, own) {
        (None, _) => {
            line.status = Some("Comes with Conclave.".to_owned());
            line.first = Some(use_action(state, None));
        }
        (Some(_), Some(own)) => here(state, own, &mut line),
        (Some(address), None) => of_download(state, address, &mut line),
    }
    if lacks_gpu(state, model) && line.first.as_ref().is_some_and(|action| action.words == DOWNLOAD) {
        line.first = None;
    }
    line
}

fn of_own(state: &AppState, model: &OwnModel) -> ModelLine {
    let licence = model.licence.clone().unwrap_or_else(|| "not named in the file".to_owned());
    let facts = vec![
        ("Licence", licence),
        ("Size", format!("{} ({}, {})", bytes(model.size_bytes), weights(model.parameters), model.stored_as)),
    ];
    let mut line = ModelLine { key: model.id.to_string(), name: model.name.clone(), facts, ..ModelLine::default() };
    here(state, model, &mut line);
    line
}

/// A model that is on the device.
fn here(state: &AppState, model: &OwnModel, line: &mut ModelLine) {
    line.status = Some("On this device.".to_owned());
    line.first = Some(use_action(state, Some(model)));
    let confirm = Confirm::RemoveModel { model: model.id.clone(), name: model.name.clone() };
    let intent = Some(Intent::OpenDialog(Dialog::Confirm(confirm)));
    line.second = Some(Action { words: "Remove", intent });
}

fn use_action(state: &AppState, model: Option<&OwnModel>) -> Action {
    let generator = model.map(|model| model.id.clone());
    if state.settings.generator == generator {
        Action { words: "In use", intent: None }
    } else {
        let settings = conclave_protocol::Settings { generator, ..state.settings.clone() };
        Action { words: "Use", intent: Some(Intent::Save(settings)) }
    }
}

const DOWNLOAD: &str = "Download";

/// A model that is not on the device, or not all of it.
fn of_download(state: &AppState, address: &str, line: &mut ModelLine) {
    let Some(running) = state.downloads.running.iter().find(|download| download.address == address) else {
        return at_rest(state, address, line);
    };
    let does = |words, intent| Some(Action { words, intent });
    let end = |ending| Some(Intent::EndDownload { address: address.to_owned(), ending });
    line.first = match running.ending {
        None => does("Pause", end(Ending::Pause)),
        Some(Ending::Pause) => does("Pausing…", None),
        Some(Ending::GiveUp) => does("Cancelling…", None),
    };
    line.second = running.ending.is_none().then(|| Action { words: "Cancel", intent: end(Ending::GiveUp) });
    line.status = Some(progress_words(running));
    let counted = running.progress.as_ref().filter(|progress| progress.size_bytes > 0);
    let begun = state.downloads.unfinished.iter().find(|download| download.address == address);
    line.progress = counted.map(|now| (now.done_bytes, now.size_bytes)).or(begun.map(stored));
}

/// A download that does not run: unfinished, failed, or never asked for.
fn at_rest(state: &AppState, address: &str, line: &mut ModelLine) {
    let downloads = &state.downloads;
    let failed = downloads.failed.iter().find(|(failed, _)| failed == address);
    let begun = downloads.unfinished.iter().find(|download| download.address == address);
    line.trouble = failed.map(|(_, problem)| problem.to_string());
    let begin = Some(Intent::Download(address.to_owned()));
    let give_up = Some(Intent::EndDownload { address: address.to_owned(), ending: Ending::GiveUp });
    if let Some(begun) = begun {
        let (done, size) = stored(begun);
        line.status = Some(format!("Not finished: {} of {} are here.", bytes(done), bytes(size)));
        line.progress = Some((done, size));
        line.first = Some(Action { words: "Resume", intent: begin });
        line.second = Some(Action { words: "Remove", intent: give_up });
    } else {
        let words = if failed.is_some() { "Try again" } else { DOWNLOAD };
        line.first = Some(Action { words, intent: begin });
        line.second = failed.map(|_| Action { words: "Dismiss", intent: give_up });
    }
}

const fn stored(download: &Download) -> (u64, u64) {
    (download.done_bytes, download.size_bytes)
}

fn progress_words(running: &RunningDownload) -> String {
    let Some(now) = &running.progress else { return "Starting…".to_owned() };
    let does = match &now.step {
        DownloadStep::Queued => return "Waiting for another download…".to_owned(),
        DownloadStep::Retrying { reason } => return format!("Trying again soon: {reason}."),
        DownloadStep::Checking => "Looking at its beginning",
        DownloadStep::Fetching => "Downloading",
        DownloadStep::Verifying => "Verifying what is here",
    };
    if now.size_bytes == 0 {
        return format!("{does}, {}", bytes(now.done_bytes));
    }
    let mut words = format!("{does}, {} of {}", bytes(now.done_bytes), bytes(now.size_bytes));
    if let Some(seconds) = running.rate.seconds_left(now.size_bytes) {
        words.push_str(&format!(", {}", time_left(seconds)));
    }
    words
}

/// Whether a model needs a graphics processor, and none is known that would run it.
fn lacks_gpu(state: &AppState, model: &CatalogueModel) -> bool {
    let measured = state.device.report().is_some_and(|report| report.gpu_speed.is_some());
    model.needs_gpu && !measured && !state.models.as_ref().is_some_and(Models::run_on_gpu)
}

/// What a model means for the device; nothing where that was not measured.
fn fit(state: &AppState, model: &CatalogueModel, is_here: bool) -> Option<Fit> {
    if lacks_gpu(state, model) {
        let words =
            "Needs a graphics processor that Conclave can use: the memory of a tab is too small for it.".to_owned();
        return Some(Fit { words, is_good: false });
    }
    let report = state.device.report()?;
    let pace = tokens(report, model.size_bytes);
    let binding = report.advice.bounds.iter().filter(|bound| bound.largest_model_bytes < model.size_bytes);
    let against: Vec<String> = binding
        .filter_map(|bound| match bound.limit {
            Limit::Speed => {
                Some(format!("Slow here: it would write about {pace} tokens a second, most people read faster."))
            }
            Limit::Memory => {
                Some("It takes more than a quarter of this device's memory, and may stop the engine.".to_owned())
            }
            Limit::Storage if !is_here => {
                let room = bytes(bound.largest_model_bytes);
                Some(format!("It does not fit into what the browser lets this site store: {room} are left."))
            }
            Limit::Storage | Limit::Tab => None,
        })
        .collect();
    let is_good = against.is_empty();
    let words = if is_good { format!("Suits this device: about {pace} tokens a second.") } else { against.join(" ") };
    Some(Fit { words, is_good })
}

impl DeviceLook {
    /// What was measured, where it was.
    #[must_use]
    pub fn report(&self) -> Option<&DeviceReport> {
        match self {
            Self::Known(report) => Some(report),
            Self::Unknown | Self::Measuring(_) | Self::Failed(_) => None,
        }
    }
}
