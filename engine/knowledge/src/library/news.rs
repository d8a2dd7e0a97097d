//! What other tabs changed, as far as a list of documents shows it.

use conclave_protocol::{DocumentId, DocumentInfo};

use super::register::Listings;
use super::{Library, State};

/// What other tabs changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct News {
    /// Documents that are new, or listed otherwise than before.
    pub changed: Vec<DocumentInfo>,
    /// Documents that are gone.
    pub removed: Vec<DocumentId>,
}

impl Library {
    /// What other tabs changed since the last time, as far as [`Library::refresh`] and changes made here have taken it over; none of
    /// what was there when the library was opened.
    #[must_use]
    pub fn news(&self) -> News {
        let before = std::mem::take(&mut self.state.borrow_mut().before);
        let state = self.state.borrow();
        let mut news = News::default();
        for (id, before) in before {
            match state.listings.get(&id).map(|listed| state.info(listed)) {
                Some(now) if before.as_ref() != Some(&now) => news.changed.push(now),
                None if before.is_some() => news.removed.push(id),
                _ => {}
            }
        }
        news
    }
}

impl State {
    /// Notes the documents of listings that another tab changed.
    pub(super) fn note_changed(&mut self, listings: &Listings) {
        if !self.is_open {
            return;
        }
        let gone: Vec<DocumentId> = match listings {
            Listings::Pieces { kept, .. } => {
                let gone = self.listings.iter().filter(|(_, listed)| !kept.contains(&listed.piece));
                gone.map(|(id, _)| id.clone()).collect()
            }
            Listings::Records(..) => self.listings.keys().cloned().collect(),
        };
        self.note_before(&gone);
        match listings {
            Listings::Pieces { new, .. } => {
                self.note_before(new.iter().flat_map(|(_, documents)| documents).map(|info| &info.id));
            }
            Listings::Records(listings, _) => self.note_before(listings.keys()),
        }
    }

    /// Notes documents as they are, before what another tab changed is taken over.
    pub(super) fn note_before<'a>(&mut self, documents: impl IntoIterator<Item = &'a DocumentId>) {
        if !self.is_open {
            return;
        }
        for id in documents {
            if !self.before.contains_key(id) {
                let before = self.listings.get(id).map(|listed| self.info(listed));
                self.before.insert(id.clone(), before);
            }
        }
    }
}
