//! Suite `import`: what becomes of files of any type.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use conclave_knowledge::{ImportError, Imported, Limits, import};
use serde::Serialize;

use crate::args::Common;
use crate::data::Predictions;
use crate::report::{Report, progress, round};

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
}

#[derive(Serialize)]
struct Prediction<'a> {
    file: &'a str,
    status: &'static str,
    reason: Option<String>,
    chars: Option<usize>,
    pages: Option<usize>,
    title: Option<&'a str>,
}

/// Runs the suite.
///
/// # Errors
/// An unreadable folder. A file that cannot be read or imported is an item of the result.
#[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
pub fn run(options: &Options) -> Result<()> {
    let root = &options.common.data;
    let mut files = files_under(root)?;
    files.truncate(options.common.limit.unwrap_or(usize::MAX));
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let mut report = Report::start("import");
    let mut by_status: BTreeMap<&str, usize> = ["ok", "partial", "refused"].map(|status| (status, 0)).into();
    let (mut bytes, mut seconds) = (0usize, 0f64);
    for (index, path) in files.iter().enumerate() {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
        let name = if name.is_empty() { path.to_string_lossy().into_owned() } else { name };
        let outcome = read(path, &name, &mut bytes, &mut seconds);
        let prediction = match &outcome {
            Ok(imported) => read_well(&name, imported),
            Err(reason) => Prediction {
                file: &name,
                status: "refused",
                reason: Some(reason.clone()),
                chars: None,
                pages: None,
                title: None,
            },
        };
        *by_status.entry(prediction.status).or_default() += 1;
        predictions.write(&prediction)?;
        progress("import", index + 1, files.len());
    }
    predictions.finish()?;
    for (status, count) in by_status {
        report.figure(status, count);
    }
    report.figure("mb_per_s", round(bytes as f64 / 1e6 / seconds.max(1e-9)));
    report.print(files.len());
    Ok(())
}

fn read_well<'a>(name: &'a str, imported: &'a Imported) -> Prediction<'a> {
    // The replacement character stands where bytes could not be decoded; a note says how many places.
    let lost = imported.text.contains('\u{fffd}') && !imported.notes.is_empty();
    Prediction {
        file: name,
        status: if lost { "partial" } else { "ok" },
        reason: (!imported.notes.is_empty()).then(|| imported.notes.join(" ")),
        chars: Some(imported.text.chars().count()),
        pages: None,
        title: Some(&imported.title),
    }
}

/// Imports one file; counts its bytes and the time of importing, without that of reading it from disk.
fn read(path: &Path, name: &str, bytes: &mut usize, seconds: &mut f64) -> Result<Imported, String> {
    let limits = Limits::default();
    let size_bytes = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    limits.check_file(name, size_bytes).map_err(said)?;
    let content = std::fs::read(path).map_err(|error| error.to_string())?;
    let start = Instant::now();
    let result = import(name, &content, &limits);
    *seconds += start.elapsed().as_secs_f64();
    *bytes += content.len();
    result.map_err(said)
}

fn said(error: ImportError) -> String {
    conclave_protocol::Problem::from(error).to_string()
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
