//! What the service is given.

use std::ops::Range;
use std::rc::Rc;

use conclave_ports::{
    Blobs, Clock, Digest, Entropy, Fetch, Hardware, Keys, LocalFuture, Lock, RangeFetch, Store, Yield,
};
use conclave_protocol::{Problem, ProblemCode};
use conclave_vault::SealedStore;

/// The ports that the service works through.
#[derive(Clone)]
pub struct Ports {
    /// Documents, index, threads, settings. What the service is given stores bytes; [`Ports::sealed`] makes of it what the
    /// service works on.
    pub store: Rc<dyn Store>,
    /// The device's key, under which the key of everything stored is wrapped.
    pub keys: Rc<dyn Keys>,
    /// Model parts.
    pub blobs: Rc<dyn Blobs>,
    /// Model parts that are not here yet.
    pub fetch: Rc<dyn Fetch>,
    /// Model files at their public host.
    pub ranges: Rc<dyn RangeFetch>,
    /// Time.
    pub clock: Rc<dyn Clock>,
    /// Hashes of model parts.
    pub digest: Rc<dyn Digest>,
    /// Identifiers.
    pub entropy: Rc<dyn Entropy>,
    /// What the device offers.
    pub hardware: Rc<dyn Hardware>,
    /// One writer across tabs.
    pub lock: Rc<dyn Lock>,
    /// Giving way.
    pub yields: Rc<dyn Yield>,
}

impl Ports {
    /// The same ports with a store that seals every record: the only one that the service sees.
    pub(super) fn sealed(self) -> Self {
        let Self { store, keys, entropy, lock, yields, .. } = self.clone();
        Self {
            store: Rc::new(SealedStore::new(conclave_vault::store::Parts { store, keys, entropy, lock, yields })),
            ..self
        }
    }
}

/// What another tab has to know about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A document was added, removed or embedded.
    Documents,
    /// A thread or one of its turns changed.
    Threads,
    /// The settings were saved.
    Settings,
    /// A model was added or removed.
    OwnModels,
    /// A download began, stopped or ended.
    Downloads,
}

/// A file that waits to be imported; it is not in memory yet.
pub trait FileBytes {
    /// Its size, known without reading it.
    fn size_bytes(&self) -> u64;

    /// Reads it.
    ///
    /// # Errors
    /// A [`Problem`] where it is gone or may not be read any more.
    fn read(&self) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        self.read_range(0..self.size_bytes())
    }

    /// Reads a range of its bytes, which must not reach past its end.
    ///
    /// # Errors
    /// See [`FileBytes::read`].
    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>>;
}

/// The file that must travel beside a request.
pub(super) fn file_sent(file: Option<Box<dyn FileBytes>>) -> Result<Box<dyn FileBytes>, Problem> {
    let what = "No file came with the request.";
    file.ok_or_else(|| Problem::new(ProblemCode::BadRequest, what, "Pick or drop the file again."))
}

/// A file that is in memory already (native programs, tests).
impl FileBytes for Vec<u8> {
    fn size_bytes(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }

    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
        let bytes = self.get(at(range.start)..at(range.end)).map(<[u8]>::to_vec);
        let gone = || Problem::new(ProblemCode::NotFound, "The file is shorter than it was.", "Pick it again.");
        Box::pin(std::future::ready(bytes.ok_or_else(gone)))
    }
}
