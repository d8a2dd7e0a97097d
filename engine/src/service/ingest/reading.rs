//! From the queue into the library: files are read one by one, and their documents stored in batches.

use std::collections::HashSet;
use std::rc::Rc;

use conclave_inference::Pulse;
use conclave_knowledge::Prepared;
use conclave_ports::{Cancel, ReadError, ReadLimits};
use conclave_protocol::imported::{Imported, Outcome, Part, Report};
use conclave_protocol::{DocumentId, FileId, FileState};

use super::content_of;
use super::refusal::not_read;
use super::staged::{StagedFile, piece_of};
use crate::service::error::ServiceError;
use crate::service::folders::ReadDocument;
use crate::service::{Change, Service};

/// Most documents that are stored at once, and most bytes of text: an archive may hold thousands.
const STORED_DOCUMENTS: usize = 256;
const STORED_BYTES: usize = 8 << 20;

/// Most parts of a file that its line names as not read.
const PARTS_NAMED: usize = 20;

/// A file that was read, and what is to be stored of it.
struct Read {
    id: FileId,
    /// The folders that it was given with, with a slash behind them; empty for one that was given alone.
    folder: String,
    size_bytes: u64,
    documents: Vec<Imported>,
    state: FileState,
    /// Its bytes, where they are to be kept with its document.
    original: Option<StagedFile>,
}

/// Documents that will be stored together, and files whose last document is among them.
#[derive(Default)]
struct Batch {
    documents: Vec<Prepared>,
    text_bytes: usize,
    /// Files that are kept with their documents.
    originals: Vec<(DocumentId, StagedFile)>,
    files: Vec<(FileId, u64, FileState)>,
    /// The documents of each of these files.
    read: Vec<(FileId, Vec<ReadDocument>)>,
}

impl Service {
    /// Reads and stores the next files; `false` where there is nothing to do, or something is against it.
    pub(super) async fn read_next_batch(&self) -> bool {
        let ids = {
            let mut queue = self.ingest.queue.borrow_mut();
            if !queue.is_ready() {
                return false;
            }
            if queue.pace.speed().is_none() {
                queue.pace.start(self.ports.clock.monotonic_ms());
            }
            queue.next_batch()
        };
        let read = self.read_batch(ids).await;
        *self.ingest.current.borrow_mut() = None;
        self.ingest.queue.borrow_mut().set_reading(None);
        if let Err(error) = read {
            // Nothing is lost: what was not stored still waits.
            self.notes.failure("documents", "reading the queue", &error);
            let mut queue = self.ingest.queue.borrow_mut();
            queue.stalled = Some(error.into());
        }
        let is_over = !self.ingest.queue.borrow().is_ready();
        self.tell_queue(is_over);
        self.tell_news(is_over);
        if is_over {
            self.ingest.queue.borrow_mut().pace.start(self.ports.clock.monotonic_ms());
            (self.announce)(Change::Documents);
        }
        true
    }

    async fn read_batch(&self, ids: Vec<FileId>) -> Result<(), ServiceError> {
        // What is about to be read, in case that reading it ends the program.
        self.store_changes().await?;
        let pulse = self.patient_pulse(&Cancel::new());
        let mut last_piece = None;
        let mut seen = HashSet::new();
        let mut batch = Batch::default();
        for id in ids {
            self.priority.quiet().await;
            if self.ingest.queue.borrow().settings.is_paused {
                break;
            }
            let Some(read) = self.read_one(id, &mut seen, &mut last_piece).await? else { continue };
            self.prepare(read, &mut batch, &pulse).await?;
        }
        self.store(batch).await
    }

    /// Reads a file; `None` where nothing is to be stored of it.
    async fn read_one(
        &self,
        id: FileId,
        seen: &mut HashSet<String>,
        last_piece: &mut Option<(u32, u32, Rc<[u8]>)>,
    ) -> Result<Option<Read>, ServiceError> {
        let found = {
            let queue = self.ingest.queue.borrow();
            // A person may have stopped it.
            let entry = queue.entry(id).filter(|_| queue.is_waiting(id));
            entry.map(|entry| (entry.path.clone(), entry.sha256.clone(), entry.size_bytes, queue.kept_range(id)))
        };
        let Some((path, sha256, size_bytes, range)) = found else { return Ok(None) };
        let Some(path) = self.place_now(id, &path).await? else {
            self.ingest.queue.borrow_mut().withdraw(id);
            return Ok(None);
        };
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let folder = path.strip_suffix(&name).unwrap_or_default().to_owned();
        let Some((lot, range)) = range else {
            self.settle(id, size_bytes, FileState::Refused(super::refusal::copy_gone()));
            return Ok(None);
        };
        let document = content_of(&sha256);
        let mut file = StagedFile { store: Rc::clone(&self.ports.store), lot, range: range.clone(), last: None };
        if !seen.insert(sha256.clone()) || self.is_in_library(&sha256).await? {
            let state = if self.ingest.origin(id).is_none() && self.lacks_original(&document).await? {
                self.attach_original(&document, &file).await?
            } else {
                FileState::Done
            };
            self.settle(id, size_bytes, state);
            return Ok(None);
        }
        let cancel = Cancel::new();
        *self.ingest.current.borrow_mut() = Some((id, cancel.clone()));
        self.ingest.queue.borrow_mut().set_reading(Some(id));
        self.tell_queue(false);
        let number = piece_of(range.start);
        let last = last_piece.take().filter(|(of, _, _)| *of == lot).map(|(_, number, bytes)| (number, bytes));
        file.last = last;
        file.keep_piece(number).await;
        let mut documents = Vec::new();
        let mut take = |document| documents.push(document);
        let reading = self.ports.reader.read(&name, &file, ReadLimits::for_size(size_bytes), &mut take);
        let read = self.requests.until(&cancel, reading).await;
        *last_piece = file.last.take().map(|(number, bytes)| (lot, number, bytes));
        let state = match read {
            // It was stopped, and is settled.
            Err(_) => return Ok(None),
            Ok(Ok(report)) => state_of(report),
            // Not the file's fault: the next one would fare no better.
            Ok(Err(error @ ReadError::Unavailable(_))) => return Err(not_read(&name, error).into()),
            Ok(Err(error)) if documents.is_empty() => FileState::Refused(not_read(&name, error)),
            Ok(Err(error)) => FileState::Partial(not_read(&name, error).what),
        };
        file.last = None;
        // One that stands in a folder is read there.
        let is_wanted = self.ingest.origin(id).is_none() && self.keeps_original(&documents, &document).await?;
        Ok(Some(Read { id, folder, size_bytes, documents, state, original: is_wanted.then_some(file) }))
    }

    /// Cuts the documents of a file into passages. Stores what is there where it becomes much.
    async fn prepare(&self, read: Read, batch: &mut Batch, pulse: &Pulse) -> Result<(), ServiceError> {
        // It may have been stopped in its last moment.
        if !self.ingest.queue.borrow().is_waiting(read.id) {
            return Ok(());
        }
        let library = self.documents.library().await?;
        let mut documents = Vec::new();
        let mut original = read.original;
        for mut document in read.documents {
            if !read.folder.is_empty() {
                let inside = document.path.as_ref().unwrap_or(&document.name);
                document.path = Some(format!("{}{inside}", read.folder));
            }
            pulse.beat().await.map_err(|_| ServiceError::Cancelled)?;
            batch.text_bytes += document.text.len();
            let path = document.path.clone();
            let prepared = Prepared::new(document);
            // From the same place it is what an earlier reading of this file left, which ended before it was noted.
            let was_there = library.info(&prepared.id()).is_some_and(|info| info.path != path);
            documents.push((prepared.id(), was_there));
            batch.originals.extend(original.take().map(|file| (prepared.id(), file)));
            batch.documents.push(prepared);
            if batch.documents.len() >= STORED_DOCUMENTS || batch.text_bytes >= STORED_BYTES {
                self.store(std::mem::take(batch)).await?;
            }
        }
        batch.read.push((read.id, documents));
        batch.files.push((read.id, read.size_bytes, read.state));
        Ok(())
    }

    /// Stores documents, their files before them, and then that the files are done. Where the program ends between the two, the
    /// files are found to be in the library the next time.
    async fn store(&self, batch: Batch) -> Result<(), ServiceError> {
        if !batch.documents.is_empty() {
            let added = self.add_with_originals(&batch.documents, &batch.originals).await?;
            self.note_news(added);
        }
        self.note_read(&batch.read).await?;
        for (id, size_bytes, state) in batch.files {
            self.settle(id, size_bytes, state);
        }
        self.store_changes().await
    }

    fn settle(&self, id: FileId, size_bytes: u64, state: FileState) {
        if let FileState::Refused(problem) = &state {
            self.notes.failure("documents", "reading a file", &problem.clone().into());
        }
        let mut queue = self.ingest.queue.borrow_mut();
        queue.settle(id, state);
        queue.pace.see(1, size_bytes, self.ports.clock.monotonic_ms());
    }
}

/// What a report says, as a file's state.
fn state_of(report: Report) -> FileState {
    let Report { outcome, parts, parts_omitted, .. } = report;
    match outcome {
        Outcome::Refused(problem) => FileState::Refused(problem),
        Outcome::Ok => FileState::Done,
        Outcome::Partial(why) => {
            let mut words = why;
            for Part { path, outcome } in parts.iter().take(PARTS_NAMED) {
                let why = match outcome {
                    Outcome::Ok => continue,
                    Outcome::Partial(why) => why,
                    Outcome::Refused(problem) => &problem.what,
                };
                words.push_str(&format!("\n{path}: {why}"));
            }
            let more = parts.len().saturating_sub(PARTS_NAMED) as u64 + u64::from(parts_omitted);
            if more > 0 {
                words.push_str(&format!("\nAnd {more} more."));
            }
            FileState::Partial(words)
        }
    }
}
