//! Suite `import`: what becomes of files of any type.

mod reader;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use conclave_import::{Limits, import};
use conclave_protocol::Problem;
use conclave_protocol::imported::{Imported, Outcome, Place, Report as Outcomes};
use serde::{Deserialize, Serialize};

use crate::args::Common;
use crate::data::Predictions;
use crate::report::{Report, progress, round};
use reader::{Done, Reader, Task};

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Reads files whose paths come in on standard input; what the suite starts for itself.
    #[arg(long, hide = true)]
    serve: bool,
}

#[derive(Serialize, Deserialize)]
struct Prediction {
    file: String,
    status: String,
    reason: Option<String>,
    chars: Option<usize>,
    pages: Option<usize>,
    title: Option<String>,
    /// Whether bytes could not be decoded.
    #[serde(skip)]
    lost: bool,
}

impl Default for Prediction {
    fn default() -> Self {
        Self {
            file: String::new(),
            status: "refused".to_owned(),
            reason: None,
            chars: None,
            pages: None,
            title: None,
            lost: false,
        }
    }
}

/// Runs the suite.
///
/// # Errors
/// An unreadable folder. A file that cannot be read or imported is an item of the result.
#[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
pub fn run(options: &Options) -> Result<()> {
    if options.serve {
        return reader::serve(read);
    }
    let root = &options.common.data;
    let mut reader = Reader::new(root);
    let mut files = files_under(root)?;
    files.truncate(options.common.limit.unwrap_or(usize::MAX));
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let mut report = Report::start("import");
    let mut by_status: BTreeMap<String, usize> =
        ["ok", "partial", "refused"].map(|status| (status.to_owned(), 0)).into();
    let (mut bytes, mut seconds) = (0usize, 0f64);
    for (index, path) in files.iter().enumerate() {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
        let name = if name.is_empty() { path.to_string_lossy().into_owned() } else { name };
        let task = Task { path: path.to_string_lossy().into_owned(), name };
        let Done { prediction, size_bytes, seconds: took } = reader.read(&task)?;
        bytes += size_bytes;
        seconds += took;
        *by_status.entry(prediction.status.clone()).or_default() += 1;
        predictions.write(&prediction)?;
        progress("import", index + 1, files.len());
    }
    predictions.finish()?;
    for (status, count) in by_status {
        report.figure(&status, count);
    }
    report.figure("mb_per_s", round(bytes as f64 / 1e6 / seconds.max(1e-9)));
    report.print(files.len());
    Ok(())
}

/// Imports one file.
fn read(task: &Task) -> Done {
    let Task { path, name } = task;
    let mut prediction = Prediction { file: name.clone(), ..Prediction::default() };
    let limits = Limits::default();
    let content = match std::fs::metadata(path).map(|data| data.len()) {
        Ok(size_bytes) => limits.check_file(name, size_bytes).map_err(|error| Problem::from(error).to_string()),
        Err(error) => Err(error.to_string()),
    }
    .and_then(|()| std::fs::read(path).map_err(|error| error.to_string()));
    let content = match content {
        Ok(content) => content,
        Err(reason) => {
            prediction.reason = Some(reason);
            return Done { prediction, size_bytes: 0, seconds: 0.0 };
        }
    };
    let start = Instant::now();
    let report = import(name, &content, &limits, &mut |imported| prediction.add(&imported));
    let seconds = start.elapsed().as_secs_f64();
    prediction.end(&report);
    Done { prediction, size_bytes: content.len(), seconds }
}

impl Prediction {
    /// Counts a document of the file. The title is that of the first one that has any: a file's name is none.
    fn add(&mut self, imported: &Imported) {
        if self.title.is_none() && imported.title != imported.name {
            self.title = Some(imported.title.clone());
        }
        *self.chars.get_or_insert(0) += imported.text.chars().count();
        let pages = imported.anchors.iter().filter(|anchor| matches!(anchor.place, Place::Page(_))).count();
        if pages > 0 {
            *self.pages.get_or_insert(0) += pages;
        }
        self.reason.get_or_insert_default().extend(imported.notes.iter().map(|note| format!("{note} ")));
        // The replacement character stands where bytes could not be decoded; a note says how many places.
        self.lost |= imported.text.contains('\u{fffd}') && !imported.notes.is_empty();
    }

    fn end(&mut self, report: &Outcomes) {
        let mut reason = self.reason.take().unwrap_or_default();
        let status = match &report.outcome {
            Outcome::Ok if self.lost => "partial",
            Outcome::Ok => "ok",
            Outcome::Partial(why) => {
                reason.insert_str(0, &format!("{why} "));
                "partial"
            }
            Outcome::Refused(problem) => {
                reason = problem.to_string();
                "refused"
            }
        };
        self.status = status.to_owned();
        let reason = reason.trim();
        self.reason = (!reason.is_empty()).then(|| reason.to_owned());
    }
}

/// The files under a folder, ordered by path; links are not followed. A single file is a folder of one.
fn files_under(root: &Path) -> Result<Vec<PathBuf>> {
    let place = |path: &Path| format!("cannot read {}", path.display());
    if std::fs::metadata(root).with_context(|| place(root))?.is_file() {
        return Ok(vec![root.to_owned()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| place(&folder))? {
            let entry = entry.with_context(|| place(&folder))?;
            let kind = entry.file_type().with_context(|| place(&entry.path()))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
