//! From a file into storage.

use std::collections::BTreeSet;

use conclave_knowledge::{LIBRARY_LOCK, Library, is_of_register};
use conclave_ports::{Cancel, FileBytes, LockGuard, Table, Write};
use conclave_protocol::{BackupProgress, BroughtBack, FromWorker, Passphrase, Problem, ProblemCode, RequestId};
use conclave_vault::age::{AgeError, Header, MAX_HEADER_BYTES};

use super::{ABOUT, About, DOCUMENTS, FORMAT, META, THREADS, owner, tar};
use crate::service::error::ServiceError;
use crate::service::{Change, Service, records};

/// Bytes of the file that are read at once.
const PIECE_BYTES: u64 = 1 << 20;
/// Records that are collected for one commit.
const BATCH_BYTES: usize = 4 << 20;

/// A backup whose passphrase is known.
struct Source<'a> {
    file: &'a dyn FileBytes,
    header: Header,
    payload_at: u64,
    passphrase: &'a str,
}

/// What is here already, and what has come.
struct Arrival {
    documents: BTreeSet<String>,
    threads: BTreeSet<String>,
    /// Whether nothing was here: then index and settings come too.
    is_empty: bool,
    /// Whether the files of documents come: where a person here does not want any kept, they stay out.
    takes_originals: bool,
    /// Held while files come whose documents are not listed yet: who sweeps would take them away.
    originals: Option<LockGuard>,
    /// Held while the index comes: nobody else may begin another.
    index: Option<LockGuard>,
    came: BroughtBack,
    batch: Vec<Write>,
    batch_bytes: usize,
}

impl Service {
    /// Brings back what is in a backup and not here. It is looked through first: of a damaged one nothing is taken.
    pub(in crate::service) async fn bring_back(
        &self,
        id: RequestId,
        passphrase: &Passphrase,
        file: Box<dyn FileBytes>,
        cancel: &Cancel,
    ) -> Result<BroughtBack, ServiceError> {
        let _turn = self.queue("backup", cancel).await?;
        let library = self.documents.library().await?;
        // Nothing is indexed again while its index may come.
        let _still = self.ingest.hold();
        let source = Source::open(&*file, &passphrase.0).await?;
        let size = file.size_bytes();
        let tell = |done: u64| self.tell(Some(id), FromWorker::BackingUp(BackupProgress { done, of: 2 * size }));

        let mut check = Check::default();
        let mut pass = source.pass()?;
        while pass.read(&mut |name, content| check.take(&name, &content)).await? {
            check.verdict()?;
            tell(pass.at);
            self.ports.yields.yield_now().await;
            cancel.check()?;
        }
        check.finish()?;

        let mut arrival = self.look_around().await?;
        let taken = self.take_all(&library, &source, &mut arrival, &|at| tell(size + at), cancel).await;
        drop((arrival.index.take(), arrival.originals.take()));
        // Of a document that did not come after all its file may have.
        self.originals.sweep_again();
        library.refresh().await?;
        // Nothing of it is news of another tab: all of it is told below.
        drop(library.news());
        // Whatever came before something failed is here, too.
        self.tell_arrival().await;
        taken.map(|()| arrival.came)
    }

    async fn take_all(
        &self,
        library: &Library,
        source: &Source<'_>,
        arrival: &mut Arrival,
        tell: &dyn Fn(u64),
        cancel: &Cancel,
    ) -> Result<(), ServiceError> {
        let mut pass = source.pass()?;
        let mut entries = Vec::new();
        while pass.read(&mut |name, content| entries.push((name, content))).await? {
            for (name, content) in entries.drain(..) {
                if arrival.is_index_next(&name) {
                    self.store_arrival(library, arrival, cancel).await?;
                    let lock = self.ports.lock.acquire(LIBRARY_LOCK);
                    let guard = self.requests.until(cancel, lock).await??;
                    library.refresh().await?;
                    // What another tab has added meanwhile has begun an index.
                    arrival.is_empty = !library.has_index();
                    arrival.index = arrival.is_empty.then_some(guard);
                }
                if arrival.take(&name, content) {
                    self.store_arrival(library, arrival, cancel).await?;
                }
            }
            tell(pass.at);
            self.ports.yields.yield_now().await;
            cancel.check()?;
        }
        self.store_arrival(library, arrival, cancel).await
    }

    async fn look_around(&self) -> Result<Arrival, ServiceError> {
        let store = &*self.ports.store;
        let documents: BTreeSet<String> = store.list(Table::Documents, "").await?.into_iter().collect();
        let threads: BTreeSet<String> = store.list(Table::Threads, "").await?.into_iter().collect();
        let is_empty = documents.is_empty() && threads.is_empty();
        // An empty vault takes the settings of the backup.
        let takes_originals = is_empty || self.wants_originals().await?;
        let (came, batch, batch_bytes) = (BroughtBack::default(), Vec::new(), 0);
        let (originals, index) = (None, None);
        Ok(Arrival { documents, threads, is_empty, takes_originals, originals, index, came, batch, batch_bytes })
    }

    /// Stores what has been collected.
    async fn store_arrival(
        &self,
        library: &Library,
        arrival: &mut Arrival,
        cancel: &Cancel,
    ) -> Result<(), ServiceError> {
        arrival.batch_bytes = 0;
        let batch = std::mem::take(&mut arrival.batch);
        let is_original = |write: &Write| write.table() == Table::Originals;
        if arrival.originals.is_none() && batch.iter().any(is_original) {
            arrival.originals = Some(self.requests.until(cancel, self.hold_originals()).await??);
        }
        // The listing of a document comes last: behind it none is without its own.
        let are_all_listed = !batch.last().is_some_and(is_original);
        let is_document = |write: &Write| match write {
            Write::Put { table, .. } => DOCUMENTS.contains(table) && *table != Table::Originals,
            Write::Delete { .. } => false,
        };
        let (documents, others): (Vec<Write>, Vec<Write>) = batch.into_iter().partition(is_document);
        // Files come before the documents that they are of; what is left of one whose document does not come goes with a sweep.
        if !others.is_empty() {
            self.ports.store.commit(others).await?;
        }
        if !documents.is_empty() {
            library.take_over(documents).await?;
        }
        if are_all_listed {
            arrival.originals = None;
        }
        Ok(())
    }

    /// Tells every tab what there is now.
    async fn tell_arrival(&self) {
        self.ingest.follow(self.documents.ids());
        self.tell_the_rest().await;
        (self.announce)(Change::Documents);
        for change in [Change::Threads, Change::Settings] {
            self.refresh(change).await;
            (self.announce)(change);
        }
    }
}

impl<'a> Source<'a> {
    async fn open(file: &'a dyn FileBytes, passphrase: &'a str) -> Result<Self, ServiceError> {
        let beginning = file.read_range(0..file.size_bytes().min(MAX_HEADER_BYTES as u64)).await?;
        let (header, payload_at) = Header::parse(&beginning).map_err(unopened)?;
        Ok(Self { file, header, payload_at: payload_at as u64, passphrase })
    }

    fn pass(&self) -> Result<Pass<'_>, ServiceError> {
        let decrypter = self.header.open(self.passphrase).map_err(unopened)?;
        let archive = tar::Reader::default();
        Ok(Pass { file: self.file, at: self.payload_at, decrypter: Some(decrypter), archive })
    }
}

/// One time through the file.
struct Pass<'a> {
    file: &'a dyn FileBytes,
    at: u64,
    /// Gone when the end was read.
    decrypter: Option<conclave_vault::age::Decrypter>,
    archive: tar::Reader,
}

impl Pass<'_> {
    /// Reads on, and calls `take` with each entry that is complete; `false` at the end.
    async fn read(&mut self, take: &mut dyn FnMut(String, Vec<u8>)) -> Result<bool, ServiceError> {
        let Some(mut decrypter) = self.decrypter.take() else { return Ok(false) };
        let end = self.file.size_bytes().min(self.at + PIECE_BYTES);
        let mut text = Vec::new();
        if end == self.at {
            decrypter.finish(&mut text).map_err(unopened)?;
        } else {
            let piece = self.file.read_range(self.at..end).await?;
            decrypter.push(&piece, &mut text).map_err(unopened)?;
            self.decrypter = Some(decrypter);
        }
        self.at = end;
        self.archive.push(&text, take).map_err(|tar::NoArchive| no_backup())?;
        if self.decrypter.is_none() && !self.archive.has_ended() {
            return Err(no_backup());
        }
        Ok(true)
    }
}

/// Whether what is read is a backup of a format that is known.
#[derive(Default)]
struct Check {
    about: Option<Option<About>>,
    is_foreign: bool,
}

impl Check {
    fn take(&mut self, name: &str, content: &[u8]) {
        if self.about.is_none() {
            self.about = Some((name == ABOUT).then(|| records::decode("backup", content).ok()).flatten());
        } else {
            self.is_foreign |= place(name).is_none();
        }
    }

    fn verdict(&self) -> Result<(), ServiceError> {
        match self.about {
            Some(Some(About { format, .. })) if format > FORMAT => Err(Problem::new(
                ProblemCode::UnsupportedType,
                "This backup was made by a newer version of Conclave.",
                "Load the page again while you are online, then try once more.",
            )
            .into()),
            Some(None) => Err(no_backup()),
            _ if self.is_foreign => Err(no_backup()),
            _ => Ok(()),
        }
    }

    fn finish(&self) -> Result<(), ServiceError> {
        if self.about.is_none() { Err(no_backup()) } else { self.verdict() }
    }
}

impl Arrival {
    /// Whether this is the first record that comes after documents and threads, and is wanted.
    fn is_index_next(&self, name: &str) -> bool {
        let is_index = || matches!(place(name), Some((Table::Segments | Table::Meta, _)));
        self.is_empty && self.index.is_none() && is_index()
    }

    /// Takes a record, unless what it belongs to is here; says whether it is time to store what was collected.
    fn take(&mut self, name: &str, content: Vec<u8>) -> bool {
        let Some((table, key)) = place(name) else { return false };
        if !self.wants(table, key) {
            return false;
        }
        self.came.documents += u32::from(table == Table::Documents);
        self.came.threads += u32::from(table == Table::Threads);
        self.batch_bytes += content.len();
        self.batch.push(Write::put(table, key, content));
        // A document or a thread is stored as a whole: its listing comes last. Only a document's file is too large for that.
        let is_whole =
            matches!(table, Table::Documents | Table::Threads | Table::Segments | Table::Meta | Table::Originals);
        is_whole && self.batch_bytes >= BATCH_BYTES
    }

    /// Whether a record is taken; counts what is here already.
    fn wants(&mut self, table: Table, key: &str) -> bool {
        if table == Table::Originals && !self.takes_originals {
            return false;
        }
        if matches!(table, Table::Segments | Table::Meta) {
            // The register is made of the documents that did come.
            return self.is_empty && !is_of_register(key);
        }
        let (known, here, listing) = if DOCUMENTS.contains(&table) {
            // The index is the library's last word.
            if self.index.is_some() {
                return false;
            }
            (&self.documents, &mut self.came.documents_here, Table::Documents)
        } else {
            (&self.threads, &mut self.came.threads_here, Table::Threads)
        };
        let is_here = known.contains(owner(key));
        *here += u32::from(is_here && table == listing);
        !is_here
    }
}

/// The table and key of an entry that a backup may have.
fn place(name: &str) -> Option<(Table, &str)> {
    let (table, key) = name.split_once('/')?;
    let known = || DOCUMENTS.into_iter().chain(THREADS).chain([Table::Segments, Table::Meta]);
    let table = known().find(|known| known.name() == table)?;
    let is_plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain && (table != Table::Meta || META.contains(&key))).then_some((table, key))
}

fn unopened(error: AgeError) -> ServiceError {
    let (code, what, next) = match error {
        AgeError::Foreign => return no_backup(),
        AgeError::WrongPassphrase => (
            ProblemCode::BadRequest,
            "The passphrase is not the one that this backup was made with.",
            "Check capitals and spaces, then type it again. Nobody can open the file without it.",
        ),
        AgeError::Damaged => (
            ProblemCode::Corrupt,
            "The backup was cut short or changed, so nothing was taken from it.",
            "Copy it again from where you keep it, or take another backup.",
        ),
        AgeError::TooCostly => (
            ProblemCode::OutOfMemory,
            "Opening this backup takes more memory than there is here.",
            "Close other tabs, or bring it back on another device.",
        ),
    };
    Problem::new(code, what, next).into()
}

fn no_backup() -> ServiceError {
    let what = "This file is no backup of Conclave.";
    Problem::new(ProblemCode::UnsupportedType, what, "Pick a file that Conclave saved; its name ends in .age.").into()
}
