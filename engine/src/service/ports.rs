//! What the service is given.

use std::rc::Rc;

use conclave_ports::{
    Blobs, Clock, Digest, Entropy, Fetch, FileBytes, Folders, Hardware, Keys, Lock, Pages, RangeFetch, Reader, Store,
    Yield,
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
    /// Parts of a backup that waits to be saved.
    pub exports: Rc<dyn Blobs>,
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
    /// The program that reads files.
    pub reader: Rc<dyn Reader>,
    /// The program that draws pages.
    pub pages: Rc<dyn Pages>,
    /// Folders that a person lets the program read.
    pub folders: Rc<dyn Folders>,
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

/// The file that must travel beside a request.
pub(super) fn file_sent(file: Option<Box<dyn FileBytes>>) -> Result<Box<dyn FileBytes>, Problem> {
    let what = "No file came with the request.";
    file.ok_or_else(|| Problem::new(ProblemCode::BadRequest, what, "Pick or drop the file again."))
}
