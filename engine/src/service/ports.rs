//! What the service is given.

use std::rc::Rc;

use conclave_ports::{Blobs, Clock, Entropy, Fetch, LocalFuture, Lock, Store, Yield};
use conclave_protocol::Problem;

/// The ports that the service works through.
#[derive(Clone)]
pub struct Ports {
    /// Documents, index, threads, settings.
    pub store: Rc<dyn Store>,
    /// Model parts.
    pub blobs: Rc<dyn Blobs>,
    /// Model parts that are not here yet.
    pub fetch: Rc<dyn Fetch>,
    /// Time.
    pub clock: Rc<dyn Clock>,
    /// Identifiers.
    pub entropy: Rc<dyn Entropy>,
    /// One writer across tabs.
    pub lock: Rc<dyn Lock>,
    /// Giving way.
    pub yields: Rc<dyn Yield>,
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
}

/// A file that waits to be imported; it is not in memory yet.
pub trait FileBytes {
    /// Its size, known without reading it.
    fn size_bytes(&self) -> u64;

    /// Reads it.
    ///
    /// # Errors
    /// A [`Problem`] where it is gone or may not be read any more.
    fn read(&self) -> LocalFuture<'_, Result<Vec<u8>, Problem>>;
}

/// A file that is in memory already (native programs, tests).
impl FileBytes for Vec<u8> {
    fn size_bytes(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }

    fn read(&self) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}
