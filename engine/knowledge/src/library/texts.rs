//! Canonical texts that were read lately, with their structure.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
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

/// Texts by document, with the order in which they were used.
#[derive(Default)]
pub(super) struct TextCache(RefCell<Kept>);

#[derive(Default)]
struct Kept {
    texts: HashMap<DocumentId, (u64, Rc<Canonical>)>,
    /// Documents by the number of their last use.
    used: BTreeMap<u64, DocumentId>,
    uses: u64,
    bytes: usize,
}

impl TextCache {
    pub fn get(&self, document: &DocumentId) -> Option<Rc<Canonical>> {
        let kept = &mut *self.0.borrow_mut();
        let (used, text) = kept.texts.get_mut(document)?;
        let id = kept.used.remove(used)?;
        kept.uses += 1;
        *used = kept.uses;
        kept.used.insert(kept.uses, id);
        Some(Rc::clone(text))
    }

    pub fn put(&self, document: DocumentId, text: Rc<Canonical>) {
        self.forget(&document);
        let kept = &mut *self.0.borrow_mut();
        kept.uses += 1;
        kept.bytes += text.size();
        kept.used.insert(kept.uses, document.clone());
        kept.texts.insert(document, (kept.uses, text));
        while kept.bytes > LIMIT_BYTES && kept.texts.len() > 1 {
            let Some((_, oldest)) = kept.used.pop_first() else { return };
            kept.bytes -= kept.texts.remove(&oldest).map_or(0, |(_, text)| text.size());
        }
    }

    pub fn forget(&self, document: &DocumentId) {
        let kept = &mut *self.0.borrow_mut();
        if let Some((used, text)) = kept.texts.remove(document) {
            kept.used.remove(&used);
            kept.bytes -= text.size();
        }
    }

    pub fn clear(&self) {
        *self.0.borrow_mut() = Kept::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: usize) -> Rc<Canonical> {
        Rc::new(Canonical { text: "x".repeat(bytes).into(), structure: Structure::default() })
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let cache = TextCache::default();
        let id = |name: &str| DocumentId(name.into());
        for name in ["a", "b", "c"] {
            cache.put(id(name), text(LIMIT_BYTES / 3));
        }
        assert!(cache.get(&id("a")).is_some());
        cache.put(id("d"), text(LIMIT_BYTES / 3));
        let kept = ["a", "b", "c", "d"].map(|name| cache.get(&id(name)).is_some());
        assert_eq!(kept, [true, false, true, true]);
        // One that is too large stays alone; the same one again counts once.
        cache.put(id("e"), text(2 * LIMIT_BYTES));
        cache.put(id("e"), text(2 * LIMIT_BYTES));
        assert!(cache.get(&id("e")).is_some() && cache.get(&id("a")).is_none());
        cache.forget(&id("e"));
        assert_eq!(cache.0.borrow().bytes, 0);
    }
}
