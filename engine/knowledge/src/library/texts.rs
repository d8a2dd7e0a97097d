//! Canonical texts that were read lately, with their structure.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_protocol::DocumentId;
use conclave_protocol::imported::Imported;

use super::records::Structure;

/// A document's text with its headings and places.
pub(super) struct Canonical {
    pub text: Box<str>,
    pub structure: Structure,
}

impl Canonical {
    pub fn of(imported: &Imported) -> Self {
        let structure = Structure { outline: imported.outline.clone(), anchors: imported.anchors.clone() };
        Self { text: imported.text.as_str().into(), structure }
    }

    fn size(&self) -> usize {
        let Structure { outline, anchors } = &self.structure;
        self.text.len() + size_of_val(outline.as_slice()) + size_of_val(anchors.as_slice())
    }
}

/// Most bytes kept: three of the longest documents, or everything of a usual library.
const LIMIT_BYTES: usize = 64_000_000;

/// Texts by document, the one used last at the end.
#[derive(Default)]
pub(super) struct TextCache(RefCell<Vec<(DocumentId, Rc<Canonical>)>>);

impl TextCache {
    pub fn get(&self, document: &DocumentId) -> Option<Rc<Canonical>> {
        let mut texts = self.0.borrow_mut();
        let at = texts.iter().position(|(id, _)| id == document)?;
        let entry = texts.remove(at);
        let text = Rc::clone(&entry.1);
        texts.push(entry);
        Some(text)
    }

    pub fn put(&self, document: DocumentId, text: Rc<Canonical>) {
        let mut texts = self.0.borrow_mut();
        texts.retain(|(id, _)| *id != document);
        texts.push((document, text));
        let mut size: usize = texts.iter().map(|(_, text)| text.size()).sum();
        while size > LIMIT_BYTES && texts.len() > 1 {
            size -= texts.remove(0).1.size();
        }
    }

    pub fn forget(&self, document: &DocumentId) {
        self.0.borrow_mut().retain(|(id, _)| id != document);
    }

    pub fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}
