//! Messages and plain data shared by the page, the workers and the edge.
//!
//! Nothing in this crate computes: it fixes the shape of what crosses a boundary (page ↔ worker, worker ↔ storage).
//! Text offsets are UTF-8 byte offsets, half-open, on character boundaries, unless a name says otherwise.

pub mod answer;
pub mod backup;
pub mod default_packs;
pub mod device;
pub mod document;
pub mod download;
pub mod folder;
pub mod id;
pub mod imported;
pub mod journal;
pub mod message;
pub mod model;
pub mod pack;
pub mod page;
pub mod privacy;
pub mod problem;
pub mod query;
pub mod queue;
pub mod redaction;
pub mod settings;
pub mod sharing;
pub mod thread;
pub mod trace;

pub use answer::{Answer, AnswerParts, ApprovedAnswer, Citation, Sourcing, Verdict};
pub use backup::{Backup, BackupProgress, BroughtBack, PASSPHRASE_MIN_CHARS, Passphrase, StorageUse};
pub use device::{Advice, Bound, Device, DeviceReport, Gpu, Limit, Speed};
pub use document::{Alike, DocumentDetails, DocumentInfo, DocumentText, IndexedPassage, Passage};
pub use download::{CatalogueModel, Download, DownloadProgress, DownloadStep};
pub use folder::{FolderInfo, FolderState, Scanned};
pub use id::{DocumentId, EngineId, FolderId, ManifestId, ModelId, RequestId, Span, TabId, ThreadId, TurnId};
pub use journal::{JournalEntry, JournalLevel};
pub use message::{Event, FromWorker, GivenFile, PROTOCOL_VERSION, Request, Snapshot, ToWorker};
pub use model::{CopyProgress, ModelPhase, ModelStatus, ModelsStatus, OwnModel};
pub use page::{Bytes, Cited, CitedOnPage, ORIGINAL_MAX_BYTES, Original, PageFault, PageImage, PageRect, PageWish};
pub use privacy::{DestinationRules, PrivacySettings, RuleKind, RuleProblem};
pub use problem::{Problem, ProblemCode};
pub use query::{QUERY_FORMS, QueryForm};
pub use queue::{Embedding, FileId, FileState, OfferedFile, QueueStatus, QueuedFile};
pub use redaction::{Category, Doubt, Evidence, FromRedact, Mark, Restored, Review, Reviewed, ToRedact, TokenCount};
pub use settings::{Processor, Settings, Theme};
pub use sharing::{FromHost, ToHost, shared_engine};
pub use thread::{Outcome, ThreadInfo, Turn};
pub use trace::{EvidenceRef, Position, Seat, SeatReport, TraceEvent, TurnPhase};
