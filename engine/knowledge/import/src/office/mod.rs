//! Documents of office programs: packages of XML in a ZIP archive.
//!
//! Office Open XML (ECMA-376: DOCX, PPTX, XLSX and their templates) and OpenDocument (ISO/IEC 26300: ODT, ODS, ODP).
//! Nothing outside the package is read: external relationships and entities are left alone.

mod opendocument;
mod relationships;
mod sheets;
mod slides;
mod styles;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
mod word;

use crate::archive::Archive;
use crate::body::Body;
use crate::error::ImportError;
use crate::run::{Run, Source};
use crate::{date, name, xml};
use relationships::Relationships;
pub(crate) use relationships::resolve;

/// What a package holds.
pub(crate) enum Package {
    /// A text document; the name of its main part.
    Word(String),
    /// A presentation.
    Slides(String),
    /// A workbook.
    Sheets(String),
    /// An OpenDocument file.
    OpenDocument,
}

/// What the archive is as a package; `None` for any other archive.
pub(crate) fn package(run: &mut Run<'_>, archive: &Archive<'_>) -> Option<Package> {
    if archive.entry("content.xml").is_some()
        && (archive.entry("mimetype").is_some() || archive.entry("META-INF/manifest.xml").is_some())
    {
        return Some(Package::OpenDocument);
    }
    archive.entry("[Content_Types].xml")?;
    let main = Relationships::read(run, archive, "").by_type("officeDocument").map(str::to_owned);
    // A damaged list of relationships: the parts are where all programs put them.
    let main = main.filter(|main| archive.entry(main).is_some()).or_else(|| {
        let usual = ["word/document.xml", "ppt/presentation.xml", "xl/workbook.xml"];
        usual.into_iter().find(|name| archive.entry(name).is_some()).map(str::to_owned)
    })?;
    let folder = main.split('/').next().unwrap_or("").to_ascii_lowercase();
    Some(match folder.as_str() {
        "ppt" => Package::Slides(main),
        "xl" => Package::Sheets(main),
        _ => Package::Word(main),
    })
}

/// Whether this is a package whose main part was lost.
pub(crate) fn may_be_package(archive: &Archive<'_>) -> bool {
    archive.entry("[Content_Types].xml").is_some()
}

/// Reads a package.
pub(crate) fn read(
    run: &mut Run<'_>,
    source: &Source<'_>,
    archive: &Archive<'_>,
    package: Package,
) -> Result<Body, ImportError> {
    let mut body = match package {
        Package::Word(main) => word::read(run, source, archive, &main)?,
        Package::Slides(main) => slides::read(run, source, archive, &main)?,
        Package::Sheets(main) => sheets::read(run, source, archive, &main)?,
        Package::OpenDocument => return opendocument::read(run, source, archive),
    };
    if let Some(core) = run.unpack_named(archive, "docProps/core.xml") {
        if let Some(title) = xml::text_of(&core, "title").filter(|title| name::is_telling(title)) {
            body.title = Some(title);
        }
        let changed = xml::text_of(&core, "modified").or_else(|| xml::text_of(&core, "created"));
        body.date_ms = changed.and_then(|text| date::parse(&text));
    }
    if archive.is_cut {
        body.partial.get_or_insert_with(|| "The file is cut off; what is left of it was read.".to_owned());
    }
    Ok(body)
}

/// The bytes of a package's main part.
fn main_part(
    run: &mut Run<'_>,
    source: &Source<'_>,
    archive: &Archive<'_>,
    part: &str,
    what: &'static str,
) -> Result<Vec<u8>, ImportError> {
    let entry = archive.entry(part).ok_or_else(|| ImportError::Damaged { name: source.name.clone(), what })?;
    let name = || source.name.clone();
    run.unpack(archive, entry).map_err(|error| match error {
        ImportError::Encrypted { .. } => ImportError::Encrypted { name: name() },
        ImportError::Bomb { .. } => ImportError::Bomb { name: name() },
        ImportError::Damaged { .. } => ImportError::Damaged { name: name(), what },
        other => other,
    })
}

/// Said of a document whose XML breaks off.
fn broken() -> String {
    "The file is damaged: its text breaks off before the end.".to_owned()
}
