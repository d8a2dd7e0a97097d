//! What is on its way to the engine, one thing at a time: models, and files that will be documents; and the queue in which
//! the engine keeps the latter.

use conclave_protocol::{
    CopyProgress, FileId, FileState, Problem, ProblemCode, QueueStatus, QueuedFile, RequestId, ToWorker,
};

use super::effect::Ticket;
use super::given::{Given, GivenKind};
use super::models::Rate;

/// Where a file stands.
#[derive(Debug, Clone, PartialEq)]
pub enum ImportStage {
    /// Others are before it.
    Waiting,
    /// The engine works on it.
    Running {
        /// The request.
        request: RequestId,
        /// The last progress.
        progress: Option<CopyProgress>,
        /// Whether Cancel was pressed.
        stopping: bool,
    },
    /// It could not be handed over.
    Failed(Problem),
    /// A person stopped it.
    Stopped,
}

/// How many of those that wait are listed.
const WAITING_SHOWN: usize = 5;

/// One thing on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportItem {
    /// What was given.
    pub given: Given,
    /// Where it stands.
    pub stage: ImportStage,
    /// How fast the current phase goes.
    pub rate: Rate,
}

impl ImportItem {
    /// Whether the same file may fare better another time. What is too large, empty or no text stays so.
    #[must_use]
    pub const fn can_retry(&self) -> bool {
        match &self.stage {
            ImportStage::Failed(problem) => may_pass(problem.code),
            ImportStage::Stopped => true,
            ImportStage::Waiting | ImportStage::Running { .. } => false,
        }
    }

    fn request(&self) -> Option<RequestId> {
        match self.stage {
            ImportStage::Running { request, .. } => Some(request),
            ImportStage::Waiting | ImportStage::Failed(_) | ImportStage::Stopped => None,
        }
    }
}

/// Whether what failed for this reason may fare better another time.
const fn may_pass(code: ProblemCode) -> bool {
    !matches!(
        code,
        ProblemCode::EmptyFile
            | ProblemCode::NotText
            | ProblemCode::TooLarge
            | ProblemCode::UnsupportedType
            | ProblemCode::Encrypted
            | ProblemCode::NoTextLayer
            | ProblemCode::Harmful
            | ProblemCode::BadModel
    )
}

/// Whether reading a file of the queue again makes sense.
#[must_use]
pub const fn can_read_again(file: &QueuedFile) -> bool {
    match &file.state {
        FileState::Stopped => file.is_kept,
        FileState::Refused(problem) => file.is_kept && may_pass(problem.code),
        FileState::Waiting | FileState::Reading | FileState::Done | FileState::Partial(_) => false,
    }
}

/// Things on their way, in the order in which they were given, and the engine's queue. One is handed over at a time: the
/// engine stores its bytes before it takes the next.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Imports {
    /// What the page still has.
    pub items: Vec<ImportItem>,
    /// What the engine has.
    pub queue: QueueStatus,
    /// How fast passages are embedded.
    pub embedding: Rate,
    /// How many files of the queue are shown.
    pub shown: u32,
}

impl Imports {
    /// Adds something at the end.
    pub fn add(&mut self, given: Given) {
        self.items.push(ImportItem { given, stage: ImportStage::Waiting, rate: Rate::default() });
    }

    /// The next file to start and what to ask for it, where none runs.
    #[must_use]
    pub fn next(&self) -> Option<(Ticket, ToWorker)> {
        if self.items.iter().any(|item| item.request().is_some()) {
            return None;
        }
        let waiting = self.items.iter().find(|item| item.stage == ImportStage::Waiting)?;
        let Given { ticket, name, kind, .. } = waiting.given.clone();
        let body = match kind {
            GivenKind::Documents(files) => ToWorker::AddFiles { files, left: self.left_behind(ticket) },
            GivenKind::ModelFile => ToWorker::AddModel { name, files: Vec::new() },
            GivenKind::ModelFolder(files) => ToWorker::AddModel { name, files },
        };
        Some((ticket, body))
    }

    /// Files that are handed over after those of this ticket.
    fn left_behind(&self, ticket: Ticket) -> u64 {
        let waits = |item: &&ImportItem| item.stage == ImportStage::Waiting && item.given.ticket != ticket;
        self.items.iter().filter(waits).map(|item| item.given.documents()).sum()
    }

    /// What a list shows: what is under way or has ended, and the first that wait; then how many files wait behind these. A
    /// folder of a hundred thousand files comes in hundreds of lots.
    #[must_use]
    pub fn listed(&self) -> (Vec<Ticket>, u64) {
        let (mut tickets, mut behind, mut waiting) = (Vec::new(), 0, 0);
        for item in &self.items {
            if item.stage == ImportStage::Waiting {
                waiting += 1;
                if waiting > WAITING_SHOWN {
                    behind += item.given.documents().max(1);
                    continue;
                }
            }
            tickets.push(item.given.ticket);
        }
        (tickets, behind)
    }

    /// Takes over how the queue stands; gives a sentence where there is something to say.
    pub fn see_queue(&mut self, status: QueueStatus, now_ms: u64) -> Option<String> {
        match (self.queue.embedding, status.embedding) {
            (Some(before), Some(now)) if before.total == now.total && before.done <= now.done => {
                self.embedding.see(now.done, now_ms);
            }
            (_, now) => self.embedding = Rate::begin(now.map_or(0, |now| now.done), now_ms),
        }
        let is_busy = |queue: &QueueStatus| queue.waiting > 0 || queue.reading.is_some();
        let ended = is_busy(&self.queue) && !is_busy(&status);
        let stalled = status.stalled.clone().filter(|_| self.queue.stalled.is_none());
        let troubled = status.trouble.saturating_sub(self.queue.trouble);
        let words = match (stalled, ended) {
            (Some(problem), _) => Some(problem.to_string()),
            (None, true) => Some(ended_words(&status)),
            (None, false) if troubled > 0 => Some(trouble_words(status.trouble)),
            (None, false) => None,
        };
        self.queue = status;
        words
    }

    /// The file of the queue with this number, where it is listed.
    #[must_use]
    pub fn queued(&self, id: FileId) -> Option<&QueuedFile> {
        self.queue.files.iter().find(|file| file.id == id)
    }

    /// The file with this ticket.
    pub fn by_ticket(&mut self, ticket: Ticket) -> Option<&mut ImportItem> {
        self.items.iter_mut().find(|item| item.given.ticket == ticket)
    }

    /// The file that this request imports.
    pub fn by_request(&mut self, request: RequestId) -> Option<&mut ImportItem> {
        self.items.iter_mut().find(|item| item.request() == Some(request))
    }

    /// Takes a file off the list.
    pub fn remove(&mut self, ticket: Ticket) {
        self.items.retain(|item| item.given.ticket != ticket);
    }
}

/// What is said when nothing waits any more.
fn ended_words(queue: &QueueStatus) -> String {
    let read = match queue.done {
        0 => "No file was read.".to_owned(),
        1 => "1 file was read.".to_owned(),
        count => format!("{count} files were read."),
    };
    if queue.trouble == 0 { read } else { format!("{read} {}", trouble_words(queue.trouble)) }
}

/// How many files are in trouble.
#[must_use]
pub fn trouble_words(count: u64) -> String {
    match count {
        1 => "1 file was not read whole.".to_owned(),
        count => format!("{count} files were not read whole."),
    }
}
