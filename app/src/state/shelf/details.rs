//! A document's details: what it takes, and its passages.

use conclave_protocol::{DocumentDetails, DocumentId, Problem, RequestId, ToWorker};

use crate::state::AppState;
use crate::state::section::Section;

/// The details that are open.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// Of which document.
    pub document: DocumentId,
    /// The request under way.
    pub request: Option<RequestId>,
    /// What is known.
    pub body: DetailsBody,
}

/// What is known of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum DetailsBody {
    /// Nothing yet.
    Loading,
    /// What it takes, and its passages from the first on.
    Known(DocumentDetails),
    /// It failed.
    Failed(Problem),
}

impl Details {
    /// Passages that are not listed yet.
    #[must_use]
    pub fn left(&self) -> u64 {
        match &self.body {
            DetailsBody::Known(known) => u64::from(known.passages).saturating_sub(known.listed.len() as u64),
            DetailsBody::Loading | DetailsBody::Failed(_) => 0,
        }
    }
}

impl AppState {
    pub(super) fn open_details(&mut self, document: DocumentId) {
        let request = self.request(ToWorker::ReadDetails { document: document.clone(), first: 0 }, None);
        self.shelf.details = Some(Details { document, request: Some(request), body: DetailsBody::Loading });
    }

    pub(super) fn more_passages(&mut self) {
        let Some(Details { document, request: None, body: DetailsBody::Known(known) }) = &self.shelf.details else {
            return;
        };
        let first = u32::try_from(known.listed.len()).unwrap_or(u32::MAX);
        let body = ToWorker::ReadDetails { document: document.clone(), first };
        let request = self.request(body, None);
        if let Some(details) = &mut self.shelf.details {
            details.request = Some(request);
        }
    }

    /// Reads the open details again, because their document changed: it was embedded, say.
    pub(in crate::state) fn renew_details(&mut self, changed: impl Fn(&DocumentId) -> bool) {
        let open =
            self.shelf.details.as_ref().filter(|details| details.request.is_none() && changed(&details.document));
        if let Some(document) = open.map(|details| details.document.clone()) {
            let request = self.request(ToWorker::ReadDetails { document, first: 0 }, None);
            if let Some(details) = &mut self.shelf.details {
                details.request = Some(request);
            }
        }
    }

    pub(in crate::state) fn on_details(&mut self, id: Option<RequestId>, mut new: DocumentDetails) {
        let Some(details) = self.shelf.details.as_mut().filter(|details| details.request == id && id.is_some()) else {
            return;
        };
        details.request = None;
        if new.first > 0
            && let DetailsBody::Known(known) = &mut details.body
            && known.listed.len() == new.first as usize
        {
            known.listed.append(&mut new.listed);
            new.listed = std::mem::take(&mut known.listed);
            new.first = 0;
        }
        details.body = DetailsBody::Known(new);
        self.touch(Section::Shelf);
    }

    pub(in crate::state) fn fail_details(&mut self, id: Option<RequestId>, problem: Problem) {
        if let Some(details) = self.shelf.details.as_mut().filter(|details| details.request == id) {
            details.request = None;
            details.body = DetailsBody::Failed(problem);
            self.touch(Section::Shelf);
        }
    }
}
