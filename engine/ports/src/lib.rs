//! What the engine asks of the world: time, randomness, storage, bytes, network, locks and yielding, as traits.
//!
//! The engine does no I/O of its own. Each port stands in a file of its own with an in-memory implementation beside it;
//! the browser's implementations (crate `conclave-worker`) use the same file names. One conformance suite per port
//! ([`conformance`]) runs on every implementation.
//!
//! Futures are not `Send`: a worker program has one thread, and natively the engine runs on one as well.

pub mod blobs;
pub mod cancel;
pub mod clock;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod digest;
pub mod entropy;
pub mod fetch;
pub mod file_bytes;
pub mod folders;
pub mod hardware;
pub mod helper;
pub mod keys;
pub mod lock;
pub mod model_url;
pub mod pages;
pub mod range_fetch;
pub mod reader;
mod sensitive;
pub mod store;
pub mod yields;

pub use blobs::{Blobs, MemoryBlobs};
pub use cancel::{Cancel, Cancelled};
pub use clock::{Clock, ManualClock, SystemClock};
pub use digest::{Digest, OwnDigest};
pub use entropy::{Entropy, EntropyError, SeededEntropy};
pub use fetch::{Fetch, FetchError, MemoryFetch};
pub use file_bytes::FileBytes;
pub use folders::{Directory, Entries, FolderEntry, FolderError, FolderFile, Folders, Look, MemoryFolders};
pub use hardware::{FixedHardware, Hardware};
#[cfg(not(target_arch = "wasm32"))]
pub use helper::ThreadHelper;
pub use helper::{Helper, SharedBytes, Station};
pub use keys::{KEY_BYTES, Keys, KeysError, MemoryKeys, SecretKey};
pub use lock::{Lock, LockError, LockGuard, MemoryLock};
pub use model_url::{ModelUrl, ModelUrlError};
pub use pages::{DrawError, MemoryPages, Pages};
pub use range_fetch::{MemoryRangeFetch, RangeAnswer, RangeError, RangeFault, RangeFetch, RangeHead};
pub use reader::{MemoryReader, ReadError, ReadLimits, Reader};
pub use sensitive::Sensitive;
pub use store::{MemoryStore, Record, RecordFault, Store, StoreError, Stored, Table, Write};
pub use yields::{NoYield, Yield};

/// A boxed future of this thread; what the ports' methods return, so that ports can be trait objects.
pub type LocalFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + 'a>>;
