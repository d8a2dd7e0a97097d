//! What tests of readers share.

use conclave_protocol::imported::{Anchor, Imported, Outcome, Place, Report};
use conclave_protocol::{Problem, ProblemCode};

use crate::{Limits, import};

#[cfg(feature = "pdf")]
#[path = "../tests/common/pdf.rs"]
pub(crate) mod pdf;
#[path = "../tests/common/zip.rs"]
pub(crate) mod zip;

/// All documents of a file, with the report; what every document must keep to is checked.
pub(crate) fn read_within(name: &str, bytes: &[u8], limits: &Limits) -> (Vec<Imported>, Report) {
    let mut documents = Vec::new();
    let report = import(name, bytes, limits, &mut |imported| documents.push(imported));
    assert_eq!(report.documents as usize, documents.len());
    documents.iter().for_each(check);
    (documents, report)
}

pub(crate) fn read_all(name: &str, bytes: &[u8]) -> (Vec<Imported>, Report) {
    read_within(name, bytes, &Limits::default())
}

/// The one document of a file that is read whole.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Imported {
    let (mut documents, report) = read_all(name, bytes);
    assert_eq!(report.outcome, Outcome::Ok);
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

/// Why a file is refused.
pub(crate) fn refused(name: &str, bytes: &[u8]) -> Problem {
    match read_all(name, bytes).1.outcome {
        Outcome::Refused(problem) => problem,
        other => panic!("{name} was read: {other:?}"),
    }
}

/// The codes and paths of the parts that were refused.
pub(crate) fn refused_parts(report: &Report) -> Vec<(&str, ProblemCode)> {
    let refused = report.parts.iter().filter_map(|part| match &part.outcome {
        Outcome::Refused(problem) => Some((part.path.as_str(), problem.code)),
        _ => None,
    });
    refused.collect()
}

pub(crate) fn headings(imported: &Imported) -> Vec<(&str, u8)> {
    imported.outline.iter().map(|heading| (heading.span.of(&imported.text).unwrap(), heading.level)).collect()
}

/// The places of a document, each with the first line that stands there.
pub(crate) fn places(imported: &Imported) -> Vec<(Place, &str)> {
    let line = |anchor: &Anchor| imported.text[anchor.at..].lines().next().unwrap_or("");
    imported.anchors.iter().map(|anchor| (anchor.place, line(anchor))).collect()
}

/// What holds for every document.
pub(crate) fn check(imported: &Imported) {
    assert!(imported.text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{:?}", imported.text);
    let mut end = 0;
    for heading in &imported.outline {
        let words = heading.span.of(&imported.text).unwrap();
        assert!(heading.span.start >= end && !words.trim().is_empty() && (1..=6).contains(&heading.level));
        end = heading.span.end;
    }
    assert!(imported.anchors.is_sorted_by_key(|anchor| anchor.at), "{:?}", imported.anchors);
    assert!(imported.anchors.iter().all(|anchor| imported.text.is_char_boundary(anchor.at)));
    assert!(!imported.title.is_empty() && !imported.name.is_empty() && !imported.text.trim().is_empty());
}
