//! One import: from a file to its documents.

use conclave_protocol::imported::{Imported, Kind, Outcome, Report};
use sha2::{Digest as _, Sha256};

use crate::body::{Body, is_visible};
use crate::error::ImportError;
use crate::limits::Limits;
use crate::{binary, encoding, html, kind, markdown, name, plain};

/// The state of one import.
pub(crate) struct Run<'a> {
    limits: &'a Limits,
    emit: &'a mut dyn FnMut(Imported),
    documents: u32,
}

impl<'a> Run<'a> {
    pub fn new(limits: &'a Limits, emit: &'a mut dyn FnMut(Imported)) -> Self {
        Self { limits, emit, documents: 0 }
    }

    /// Reads the file and says what became of it.
    pub fn read(mut self, name: &str, bytes: &[u8]) -> Report {
        let name = name::file_name(name);
        let outcome = match self.file(name, bytes) {
            Ok(()) => Outcome::Ok,
            Err(error) => Outcome::Refused(error.into()),
        };
        Report { outcome, documents: self.documents, parts: Vec::new(), parts_omitted: 0 }
    }

    fn file(&mut self, name: String, bytes: &[u8]) -> Result<(), ImportError> {
        self.limits.check_file(&name, u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        if bytes.is_empty() {
            return Err(ImportError::Empty { name });
        }
        if let Some(format) = binary::format(bytes) {
            return Err(ImportError::Unsupported { name, what: format.what, next: format.next });
        }
        let Some(decoded) = encoding::decode(bytes, kind::may_be_html(&name, bytes)) else {
            return Err(ImportError::Binary { name });
        };
        let mut notes = decoded.notes;
        let kind = kind::detect(&name, &decoded.text, &mut notes);
        let mut body = match kind {
            Kind::Html => html::extract(&decoded.text, self.limits.text_bytes),
            Kind::Markdown => markdown::read(decoded.text, &mut notes),
            Kind::Code => plain::read_code(decoded.text, &mut notes),
            _ => plain::read(decoded.text, &mut notes),
        };
        body.notes = notes;
        self.document(name, bytes, body)
    }

    /// Hands over a document.
    fn document(&mut self, name: String, bytes: &[u8], body: Body) -> Result<(), ImportError> {
        if body.text.len() > self.limits.text_bytes {
            return Err(ImportError::TextTooLarge { name, limit_bytes: self.limits.text_bytes });
        }
        if !body.text.chars().any(is_visible) {
            return Err(ImportError::Blank { name });
        }
        self.documents = self.documents.saturating_add(1);
        (self.emit)(Imported {
            title: name::title(body.title.as_deref(), &name),
            name,
            path: None,
            kind: body.kind,
            language: body.language.map(str::to_owned),
            text: body.text,
            outline: body.outline,
            anchors: body.anchors,
            date_ms: body.date_ms,
            partial: body.partial,
            notes: body.notes,
            size_bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            sha256: Sha256::digest(bytes).into(),
        });
        Ok(())
    }
}
