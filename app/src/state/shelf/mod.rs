//! The library page: which documents it lists, which of them are chosen, and what is known of one.

mod details;
mod order;
mod rows;

use std::collections::BTreeSet;

use conclave_protocol::imported::Kind;
use conclave_protocol::{Alike, DocumentId, Problem, RequestId, ToWorker};

use super::AppState;
use super::library::Documents;
use super::section::Section;

pub use details::{Details, DetailsBody};
pub use order::{Only, Sort, kinds_in, tags_in};
pub use rows::{Rows, rows_shown, step_to};

/// The library page.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Words that a document's name, title, folder, kind or tags hold.
    pub words: String,
    /// Only documents that were read so.
    pub kind: Option<Kind>,
    /// Only documents with this tag.
    pub tag: Option<String>,
    /// Only documents of this standing.
    pub only: Only,
    /// What they are ordered by.
    pub sort: Sort,
    /// Whether the last comes first.
    pub is_reversed: bool,
    /// Documents that the next action is about.
    pub chosen: BTreeSet<DocumentId>,
    /// Which documents say nearly the same.
    pub alike: AlikeLook,
    /// The document whose details are open.
    pub details: Option<Details>,
}

/// What is known of documents that say nearly the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum AlikeLook {
    /// Nobody asked.
    #[default]
    Closed,
    /// The engine looks.
    Looking(RequestId),
    /// Groups, the oldest document of each first.
    Found(Vec<Vec<Alike>>),
    /// It failed.
    Failed(Problem),
}

/// What a person does on the library page.
#[derive(Debug, Clone, PartialEq)]
pub enum ShelfIntent {
    /// Show the library.
    Open,
    /// Show the conversation again.
    Leave,
    /// List documents with these words.
    Seek(String),
    /// List documents of one kind, or of all.
    OfKind(Option<Kind>),
    /// List documents with one tag, or all.
    WithTag(Option<String>),
    /// List documents of one standing.
    OfStanding(Only),
    /// Order by this; by the same again, the other way round.
    SortBy(Sort),
    /// Choose a document, or do not any more.
    Choose(DocumentId, bool),
    /// Choose all documents that are listed.
    ChooseListed,
    /// Choose none.
    ChooseNone,
    /// Give documents a tag.
    Tag(Vec<DocumentId>, String),
    /// Take a tag off documents.
    Untag(Vec<DocumentId>, String),
    /// Look for documents that say nearly the same.
    LookAlike,
    /// Show all documents again.
    CloseAlike,
    /// Open a document's details.
    OpenDetails(DocumentId),
    /// List more of its passages.
    MorePassages,
    /// Close the details.
    CloseDetails,
}

impl Shelf {
    /// The documents that are listed, in order.
    #[must_use]
    pub fn listed(&self, documents: &Documents) -> Vec<DocumentId> {
        order::listed(self, documents)
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.words.trim().is_empty() || self.kind.is_some() || self.tag.is_some() || self.only != Only::default()
    }

    /// Forgets documents that are gone.
    fn keep(&mut self, documents: &Documents) {
        self.chosen.retain(|id| documents.has(id));
        if self.details.as_ref().is_some_and(|details| !documents.has(&details.document)) {
            self.details = None;
        }
        if let AlikeLook::Found(groups) = &mut self.alike {
            groups.iter_mut().for_each(|group| group.retain(|one| documents.has(&one.document)));
            groups.retain(|group| group.len() > 1);
        }
    }
}

impl AppState {
    pub(super) fn on_shelf(&mut self, intent: ShelfIntent) {
        match intent {
            ShelfIntent::Open => self.open_library(),
            ShelfIntent::Leave => self.leave_library(),
            ShelfIntent::Seek(words) => self.shelf.words = words,
            ShelfIntent::OfKind(kind) => self.shelf.kind = kind,
            ShelfIntent::WithTag(tag) => self.shelf.tag = tag,
            ShelfIntent::OfStanding(only) => self.shelf.only = only,
            ShelfIntent::SortBy(sort) => {
                self.shelf.is_reversed = self.shelf.sort == sort && !self.shelf.is_reversed;
                self.shelf.sort = sort;
            }
            ShelfIntent::Choose(document, true) => drop(self.shelf.chosen.insert(document)),
            ShelfIntent::Choose(document, false) => drop(self.shelf.chosen.remove(&document)),
            ShelfIntent::ChooseListed => self.shelf.chosen = self.shelf.listed(&self.documents).into_iter().collect(),
            ShelfIntent::ChooseNone => self.shelf.chosen.clear(),
            ShelfIntent::Tag(documents, tag) if !tag.trim().is_empty() && !documents.is_empty() => {
                let add = vec![tag.trim().to_owned()];
                self.request(ToWorker::ChangeTags { documents, add, remove: Vec::new() }, None);
            }
            ShelfIntent::Tag(..) => {}
            ShelfIntent::Untag(documents, tag) => {
                self.request(ToWorker::ChangeTags { documents, add: Vec::new(), remove: vec![tag] }, None);
            }
            ShelfIntent::LookAlike => {
                let request = self.request(ToWorker::FindAlike, None);
                self.shelf.alike = AlikeLook::Looking(request);
            }
            ShelfIntent::CloseAlike => self.shelf.alike = AlikeLook::Closed,
            ShelfIntent::OpenDetails(document) => self.open_details(document),
            ShelfIntent::MorePassages => self.more_passages(),
            ShelfIntent::CloseDetails => self.shelf.details = None,
        }
        self.touch(Section::Shelf);
    }

    pub(super) fn open_library(&mut self) {
        if self.layout.narrow {
            self.layout.close_sheets();
        }
        self.layout.library = true;
        self.touch(Section::Layout);
    }

    /// Shows the conversation, which something wants to be seen in.
    pub(super) fn leave_library(&mut self) {
        if self.layout.library {
            self.layout.library = false;
            self.touch(Section::Layout);
        }
    }

    /// Documents came, changed or went.
    pub(super) fn documents_changed(&mut self) {
        self.shelf.keep(&self.documents);
        self.touch(Section::Documents);
        self.touch(Section::Shelf);
    }

    pub(super) fn on_alike(&mut self, id: Option<RequestId>, groups: Vec<Vec<Alike>>) {
        if matches!(self.shelf.alike, AlikeLook::Looking(request) if Some(request) == id) {
            let words = match groups.len() {
                0 => "No documents say nearly the same.".to_owned(),
                1 => "1 group of documents says nearly the same.".to_owned(),
                many => format!("{many} groups of documents say nearly the same."),
            };
            self.shelf.alike = AlikeLook::Found(groups);
            self.shelf.keep(&self.documents);
            self.touch(Section::Shelf);
            self.announce(words);
        }
    }

    pub(super) fn fail_alike(&mut self, problem: Problem) {
        self.announce(problem.to_string());
        self.shelf.alike = AlikeLook::Failed(problem);
        self.touch(Section::Shelf);
    }
}
