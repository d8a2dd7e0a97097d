//! The documents, newest first. There may be a hundred thousand of them: what changes is told in pieces, and taking in a piece
//! costs as much as the piece has documents.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use conclave_protocol::{DocumentId, DocumentInfo};

/// Place of a document: when it was added, its name, and what tells two of these apart.
type Place = (Reverse<u64>, String, DocumentId);

/// The documents.
#[derive(Debug, Default)]
pub struct Documents {
    in_order: BTreeMap<Place, DocumentInfo>,
    places: HashMap<DocumentId, Place>,
    /// Documents that were not told yet when the engine greeted, less those that were told or are gone since.
    /// `None` before any greeting.
    untold: Option<u64>,
}

impl Documents {
    /// The first ones of so many; the others are told later.
    #[must_use]
    pub fn greeted(first: Vec<DocumentInfo>, total: u64) -> Self {
        let mut all = Self { untold: Some(total), ..Self::default() };
        all.add(first);
        all
    }

    /// Whether this one is not there: all were told, and it is not among them.
    #[must_use]
    pub fn lacks(&self, id: &DocumentId) -> bool {
        self.untold == Some(0) && !self.has(id)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.in_order.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn has(&self, id: &DocumentId) -> bool {
        self.places.contains_key(id)
    }

    /// One document.
    #[must_use]
    pub fn get(&self, id: &DocumentId) -> Option<&DocumentInfo> {
        self.in_order.get(self.places.get(id)?)
    }

    /// The documents, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &DocumentInfo> {
        self.in_order.values()
    }

    /// Takes in documents that are new or changed.
    pub fn add(&mut self, documents: impl IntoIterator<Item = DocumentInfo>) {
        for info in documents {
            let place = (Reverse(info.added_ms), info.name.clone(), info.id.clone());
            if let Some(before) = self.places.insert(info.id.clone(), place.clone()) {
                self.in_order.remove(&before);
            } else {
                self.untold = self.untold.map(|untold| untold.saturating_sub(1));
            }
            self.in_order.insert(place, info);
        }
    }

    /// Takes out documents that are gone.
    pub fn remove(&mut self, documents: &[DocumentId]) {
        for id in documents {
            if let Some(place) = self.places.remove(id) {
                self.in_order.remove(&place);
            } else {
                self.untold = self.untold.map(|untold| untold.saturating_sub(1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use conclave_protocol::imported::Kind;

    use super::*;

    fn document(id: &str, added_ms: u64, name: &str) -> DocumentInfo {
        DocumentInfo {
            id: DocumentId(id.into()),
            name: name.into(),
            title: name.into(),
            kind: Kind::Plain,
            language: None,
            path: None,
            date_ms: None,
            partial: None,
            tags: Vec::new(),
            size_bytes: 1,
            chars: 1,
            passages: 1,
            added_ms,
            notes: Vec::new(),
            embedded: false,
        }
    }

    #[test]
    fn a_document_is_missed_once_all_were_told() {
        let id = |id: &str| DocumentId(id.into());
        let mut all = Documents::greeted(vec![document("a", 1, "a")], 4);
        assert!(!all.lacks(&id("c")) && !Documents::default().lacks(&id("c")), "it may be told yet");
        // One that was there already tells nothing new.
        all.add([document("a", 1, "a"), document("b", 2, "b")]);
        assert!(!all.lacks(&id("c")));
        all.remove(&[id("c")]);
        all.add([document("d", 3, "d")]);
        assert!(all.lacks(&id("c")) && !all.lacks(&id("d")));
    }

    fn names(documents: &Documents) -> Vec<&str> {
        documents.iter().map(|info| info.name.as_str()).collect()
    }

    #[test]
    fn they_stand_newest_first_whatever_the_order_in_which_they_come() {
        let mut all = Documents::greeted(vec![document("a", 1, "old"), document("b", 3, "new")], 2);
        all.add([document("c", 2, "between")]);
        assert_eq!(names(&all), ["new", "between", "old"]);
        // The same one again: changed, and in another place.
        all.add([DocumentInfo { embedded: true, ..document("a", 4, "old") }]);
        assert_eq!((names(&all), all.len()), (vec!["old", "new", "between"], 3));
        assert!(all.iter().next().unwrap().embedded);
        all.remove(&[DocumentId("b".into()), DocumentId("unknown".into())]);
        assert_eq!(names(&all), ["old", "between"]);
        assert!(!all.has(&DocumentId("b".into())) && !all.is_empty());
    }
}
