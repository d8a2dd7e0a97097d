//! One import: from a file to its documents.

use conclave_protocol::Problem;
use conclave_protocol::imported::{Imported, Kind, Outcome, Part, Report};
use sha2::{Digest as _, Sha256};

use crate::archive::{self, Archive, Entry, EntryError};
use crate::body::{Body, is_visible};
use crate::error::ImportError;
use crate::format::{self, Format, TextFormat};
use crate::limits::Limits;
use crate::{binary, book, chat, csv, encoding, html, json, mail, markdown, name, office, plain, rtf, subtitles};

/// Parts that are listed one by one; a person reads no more, and a report stays small.
const MAX_LISTED_PARTS: usize = 1_000;

/// A file, or a part of one, on its way to the reader of its format.
pub(crate) struct Source<'s> {
    /// Name without a path.
    pub name: String,
    /// Where it stands inside the file that was given.
    pub path: Option<String>,
    pub bytes: &'s [u8],
    /// In how many containers it lies.
    pub depth: u8,
}

impl Source<'_> {
    /// The path of a part of it.
    pub fn path_of(&self, part: &str) -> String {
        let own = self.path.as_deref().unwrap_or(&self.name);
        format!("{own}/{}", name::path(part))
    }
}

/// Whether all of a file was read: `Some` says why not.
pub(crate) type Gap = Option<String>;

/// The state of one import.
pub(crate) struct Run<'a> {
    pub limits: &'a Limits,
    emit: &'a mut dyn FnMut(Imported),
    documents: u32,
    parts: Vec<Part>,
    parts_omitted: u32,
    /// Bytes that may still be unpacked.
    unpacked_left: u64,
}

impl<'a> Run<'a> {
    pub fn new(limits: &'a Limits, emit: &'a mut dyn FnMut(Imported)) -> Self {
        let unpacked_left = limits.unpacked_bytes;
        Self { limits, emit, documents: 0, parts: Vec::new(), parts_omitted: 0, unpacked_left }
    }

    /// Reads the file and says what became of it.
    pub fn read(mut self, name: &str, bytes: &[u8]) -> Report {
        let source = Source { name: name::file_name(name), path: None, bytes, depth: 0 };
        let outcome = outcome(self.file(&source));
        Report { outcome, documents: self.documents, parts: self.parts, parts_omitted: self.parts_omitted }
    }

    fn file(&mut self, source: &Source<'_>) -> Result<Gap, ImportError> {
        let Source { name, bytes, .. } = source;
        self.limits.check_file(name, u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        if bytes.is_empty() {
            return Err(ImportError::Empty { name: name.clone() });
        }
        match format::of_bytes(name, bytes) {
            Format::Unsupported(binary::Format { what, next }) => {
                Err(ImportError::Unsupported { name: name.clone(), what, next })
            }
            Format::Mail(mail) => mail::read(self, source, mail),
            Format::Rtf => {
                let body = rtf::read(bytes, self.limits.text_bytes);
                self.document(source, body)
            }
            Format::Locked => Err(ImportError::Encrypted { name: name.clone() }),
            #[cfg(feature = "pdf")]
            Format::Pdf => {
                let body = crate::pdf::read(self, source)?;
                self.document(source, body)
            }
            Format::Zip => self.zip(source),
            Format::Text => self.text(source),
        }
    }

    /// An archive, or a format that is one.
    fn zip(&mut self, source: &Source<'_>) -> Result<Gap, ImportError> {
        let name = || source.name.clone();
        let Ok(archive) = Archive::open(source.bytes) else {
            return Err(ImportError::Damaged { name: name(), what: "a ZIP archive" });
        };
        let body = if book::is_book(&archive) {
            book::read(self, source, &archive)?
        } else if let Some(package) = office::package(self, &archive) {
            office::read(self, source, &archive, package)?
        } else if archive.is_cut && office::may_be_package(&archive) {
            return Err(ImportError::Damaged { name: name(), what: "an Office document" });
        } else {
            return archive::read(self, source, &archive);
        };
        self.document(source, body)
    }

    fn text(&mut self, source: &Source<'_>) -> Result<Gap, ImportError> {
        let Source { name, bytes, .. } = source;
        let Some(decoded) = encoding::decode(bytes, format::may_be_html(name, bytes)) else {
            return Err(ImportError::Binary { name: name.clone() });
        };
        let mut notes = decoded.notes;
        let mut body = match format::of_text(name, &decoded.text, &mut notes) {
            TextFormat::Html => html::extract(&decoded.text, self.limits.text_bytes),
            TextFormat::Markdown => markdown::read(decoded.text, &mut notes),
            TextFormat::Code(language) => {
                let mut body = plain::read_code(decoded.text, &mut notes);
                body.language = language;
                body
            }
            TextFormat::Chat(export) => {
                let text = plain::normalise(decoded.text, &mut notes);
                return chat::read(self, source, &text, export);
            }
            TextFormat::Json if json::is_packed(&decoded.text) => {
                let text = json::laid_out(&decoded.text, self.limits.text_bytes);
                Body { kind: Kind::Data, ..plain::read_code(text, &mut notes) }
            }
            TextFormat::Table => match csv::read(&decoded.text, self.limits.text_bytes) {
                Some(body) => body,
                None => Body { kind: Kind::Data, ..plain::read_code(decoded.text, &mut notes) },
            },
            TextFormat::Subtitles => subtitles::read(&plain::normalise(decoded.text, &mut notes)),
            TextFormat::Json | TextFormat::Data => {
                Body { kind: Kind::Data, ..plain::read_code(decoded.text, &mut notes) }
            }
            TextFormat::Plain => plain::read(decoded.text, &mut notes),
        };
        notes.append(&mut body.notes);
        body.notes = notes;
        self.document(source, body)
    }

    /// Reads a part of a file. What is wrong with it is noted, and the rest goes on; `false` where it was not read whole.
    pub fn part(&mut self, parent: &Source<'_>, part: &str, bytes: &[u8]) -> bool {
        let path = parent.path_of(part);
        if parent.depth >= self.limits.depth {
            let error = ImportError::Nested { name: name::file_name(part), depth: self.limits.depth };
            return self.refuse(path, error);
        }
        let source = Source { name: name::file_name(part), path: Some(path), bytes, depth: parent.depth + 1 };
        let result = self.file(&source);
        self.settle(&source, result)
    }

    /// Notes what became of a part; `false` where it was not read whole.
    pub fn settle(&mut self, source: &Source<'_>, result: Result<Gap, ImportError>) -> bool {
        let outcome = outcome(result);
        let whole = outcome == Outcome::Ok;
        if !whole && let Some(path) = source.path.clone() {
            self.note(Part { path, outcome });
        }
        whole
    }

    /// Notes that a part was not read. Returns `false`, as [`Run::part`] does.
    pub fn refuse(&mut self, path: String, error: ImportError) -> bool {
        self.note(Part { path, outcome: Outcome::Refused(Problem::from(error)) });
        false
    }

    fn note(&mut self, part: Part) {
        if self.parts.len() < MAX_LISTED_PARTS {
            self.parts.push(part);
        } else {
            self.parts_omitted = self.parts_omitted.saturating_add(1);
        }
    }

    /// The unpacked bytes of an entry, within what one file may have and what is left for all.
    pub fn unpack(&mut self, archive: &Archive<'_>, entry: &Entry) -> Result<Vec<u8>, ImportError> {
        let limit = self.limits.file_bytes.min(self.unpacked_left);
        let bytes = archive.read(entry, limit).map_err(|error| {
            let name = name::file_name(&entry.name);
            match error {
                EntryError::Encrypted => ImportError::Encrypted { name },
                EntryError::Method(method) => ImportError::Packing { name, method },
                EntryError::Bomb => ImportError::Bomb { name },
                EntryError::Damaged => ImportError::Damaged { name, what: "a part of an archive" },
                EntryError::TooLarge if limit < self.limits.file_bytes => {
                    ImportError::Unpacked { name, limit_bytes: self.limits.unpacked_bytes }
                }
                EntryError::TooLarge => {
                    ImportError::FileTooLarge { name, size_bytes: entry.size_bytes.max(limit + 1), limit_bytes: limit }
                }
            }
        })?;
        self.unpacked_left = self.unpacked_left.saturating_sub(bytes.len() as u64);
        Ok(bytes)
    }

    /// The part of a package that a reader looks for; `None` where it is not there or cannot be read.
    pub fn unpack_named(&mut self, archive: &Archive<'_>, name: &str) -> Option<Vec<u8>> {
        let entry = archive.entry(name)?.clone();
        self.unpack(archive, &entry).ok()
    }

    /// How many documents were handed over so far.
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// Hands over a document.
    pub fn document(&mut self, source: &Source<'_>, body: Body) -> Result<Gap, ImportError> {
        self.document_of(source, source.bytes, body)
    }

    /// Hands over a document that is made of these bytes of the source: a message of a mailbox, say.
    pub fn document_of(&mut self, source: &Source<'_>, bytes: &[u8], body: Body) -> Result<Gap, ImportError> {
        let name = source.name.clone();
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
            path: source.path.clone(),
            kind: body.kind,
            language: body.language.map(str::to_owned),
            text: body.text,
            outline: body.outline,
            anchors: body.anchors,
            date_ms: body.date_ms,
            partial: body.partial.clone(),
            notes: body.notes,
            size_bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            sha256: Sha256::digest(bytes).into(),
        });
        Ok(body.partial)
    }
}

fn outcome(result: Result<Gap, ImportError>) -> Outcome {
    match result {
        Ok(None) => Outcome::Ok,
        Ok(Some(reason)) => Outcome::Partial(reason),
        Err(error) => Outcome::Refused(error.into()),
    }
}
