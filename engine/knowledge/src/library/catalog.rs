//! What a person keeps in order: tags, and documents that are nearly the same.

use std::collections::{BTreeMap, BTreeSet};

use conclave_protocol::{Alike, DocumentId, DocumentInfo};

use super::change::Change;
use super::load::parse_listing;
use super::records::Listing;
use super::sketch::{near_duplicates, resemblance};
use super::{LOCK, Library};
use crate::error::KnowledgeError;

/// Longest tag in characters: what a line of a list shows.
const MAX_TAG_CHARS: usize = 40;

/// Most tags of a document.
const MAX_TAGS: usize = 50;

/// Records that are asked for at once.
const READ_AT_ONCE: usize = 1_000;

/// A document whose file stands elsewhere than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relocation {
    /// Which.
    pub document: DocumentId,
    /// The path of its file before.
    pub from: String,
    /// The path now.
    pub to: String,
}

impl Library {
    /// Gives documents the paths that their files have now, all of them or none. Neither text nor index changes: the words of an
    /// old file name find the document until its file is read again. One that is gone, or has another path than said, is left.
    ///
    /// # Errors
    /// Storage as for [`Library::add_all`].
    pub async fn relocate(&self, moves: &[Relocation]) -> Result<Vec<DocumentInfo>, KnowledgeError> {
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let mut change = self.change();
        let documents: Vec<&DocumentId> = moves.iter().map(|relocation| &relocation.document).collect();
        for (Relocation { from, to, .. }, mut listing) in moves.iter().zip(self.stored(&documents).await?) {
            let Some(listing) = &mut listing else { continue };
            let inside = listing.info.path.as_deref().and_then(|path| path.strip_prefix(from.as_str()));
            match inside {
                Some("") => {
                    let name = to.rsplit('/').next().unwrap_or(to).to_owned();
                    if listing.info.title == listing.info.name {
                        listing.info.title.clone_from(&name);
                    }
                    listing.info.name = name;
                    listing.info.path = Some(to.clone());
                }
                // A document inside the file.
                Some(inside) if inside.starts_with('/') => listing.info.path = Some(format!("{to}{inside}")),
                _ => continue,
            }
            change.list(listing);
        }
        self.relist(change).await
    }

    /// Gives documents tags and takes others off, in one commit; tags are trimmed, without repetitions in any case of letters,
    /// sorted. The listings of those that are there.
    ///
    /// # Errors
    /// Storage as for [`Library::add_all`]; then nothing was changed.
    pub async fn change_tags(
        &self,
        ids: &[DocumentId],
        add: &[String],
        remove: &[String],
    ) -> Result<Vec<DocumentInfo>, KnowledgeError> {
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let removed: BTreeSet<String> = remove.iter().map(|tag| tidy(tag).to_lowercase()).collect();
        let mut change = self.change();
        // One that was removed in the meantime, here or in another tab, needs no tags any more.
        for mut listing in self.stored(&ids.iter().collect::<Vec<_>>()).await?.into_iter().flatten() {
            let kept = listing.info.tags.iter().filter(|tag| !removed.contains(&tag.to_lowercase()));
            listing.info.tags = sound(kept.chain(add));
            change.list(&listing);
        }
        self.relist(change).await
    }

    /// Applies a change of listings, where there is one; these documents as they are listed then.
    async fn relist(&self, change: Change) -> Result<Vec<DocumentInfo>, KnowledgeError> {
        let changed: Vec<DocumentId> = change.listed.keys().cloned().collect();
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        self.apply(change).await?;
        Ok(changed.iter().filter_map(|id| self.info(id)).collect())
    }

    /// The listings of documents with what only their records have, in this order; `None` for one that is not there. Where a record
    /// cannot be read what memory has of it takes its place: its document then resembles no other one until it is indexed again.
    async fn stored(&self, ids: &[&DocumentId]) -> Result<Vec<Option<Listing>>, KnowledgeError> {
        let mut stored = Vec::with_capacity(ids.len());
        for some in ids.chunks(READ_AT_ONCE) {
            let records = self.records(some).await?;
            stored.extend(some.iter().zip(records).map(|(id, record)| {
                let sketch = record.map(|listing| listing.sketch).unwrap_or_default();
                Some(Listing { info: self.listed(id).ok()?, sketch, kind: None, outline: Vec::new() })
            }));
        }
        Ok(stored)
    }

    /// Groups of documents that say nearly the same, each document in one group at most, the oldest of a group first. The others
    /// are compared with that one. What tells them is read from storage: a search does without it.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] when storage fails.
    pub async fn duplicates(&self) -> Result<Vec<Vec<Alike>>, KnowledgeError> {
        let mut sketches: BTreeMap<DocumentId, Vec<u32>> = BTreeMap::new();
        self.each_record(|id, bytes| {
            // One that cannot be read resembles nothing.
            if let Ok(listing) = parse_listing(&id, bytes.as_deref().ok()) {
                sketches.insert(id, listing.sketch);
            }
        })
        .await?;
        let state = self.state.borrow();
        let mut listings: Vec<_> = state.listings.values().collect();
        listings.sort_by(|a, b| a.info.added_ms.cmp(&b.info.added_ms).then_with(|| a.info.id.cmp(&b.info.id)));
        let sketch = |id: &DocumentId| sketches.get(id).map(Vec::as_slice).unwrap_or_default();
        let sketches: Vec<&[u32]> = listings.iter().map(|listing| sketch(&listing.info.id)).collect();
        let group = |group: Vec<usize>| {
            let first = group.first().map_or(&[][..], |first| sketches[*first]);
            let alike =
                |at: usize| Alike { document: listings[at].info.id.clone(), share: resemblance(first, sketches[at]) };
            group.iter().map(|at| alike(*at)).collect()
        };
        Ok(near_duplicates(&sketches).into_iter().map(group).collect())
    }

    /// The tags of a document; none where there is no such document.
    pub(super) fn tags(&self, id: &DocumentId) -> Vec<String> {
        self.state.borrow().listings.get(id).map(|listing| listing.info.tags.clone()).unwrap_or_default()
    }
}

/// White space as single spaces, and no more characters than a list shows.
fn tidy(tag: &str) -> String {
    tag.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_TAG_CHARS).collect()
}

fn sound<'a>(tags: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut sound: Vec<String> = tags
        .map(|tag| tidy(tag))
        .filter(|tag| !tag.is_empty() && seen.insert(tag.to_lowercase()))
        .take(MAX_TAGS)
        .collect();
    sound.sort_by_key(|tag| tag.to_lowercase());
    sound
}
