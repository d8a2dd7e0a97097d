//! What is on its way into the documents, or among the models, one thing at a time.

use conclave_protocol::{ImportProgress, Problem, ProblemCode, RequestId, ToWorker};

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
        progress: Option<ImportProgress>,
        /// Whether Cancel was pressed.
        stopping: bool,
    },
    /// It could not be imported.
    Failed(Problem),
    /// A person stopped it.
    Stopped,
}

/// A file on its way.
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
            ImportStage::Failed(problem) => !matches!(
                problem.code,
                ProblemCode::EmptyFile
                    | ProblemCode::NotText
                    | ProblemCode::TooLarge
                    | ProblemCode::UnsupportedType
                    | ProblemCode::BadModel
            ),
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

/// Files on their way, in the order in which they were given. One runs at a time: each needs memory for its text and
/// its embeddings, and a person sees the first one finish sooner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Imports {
    /// The files.
    pub items: Vec<ImportItem>,
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
            GivenKind::Document => ToWorker::Import { name },
            GivenKind::ModelFile => ToWorker::AddModel { name, files: Vec::new() },
            GivenKind::ModelFolder(files) => ToWorker::AddModel { name, files },
        };
        Some((ticket, body))
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
