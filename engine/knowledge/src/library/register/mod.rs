//! The register: the listings of all documents in a few pieces, so that a start reads some dozen records and not one for each
//! document.
//!
//! The record of a document in [`Table::Documents`] stays the authority for its name, its tags and all that a person sees; the
//! register is made from these records and can be made again, like the index. So nothing is lost with a damaged piece, a backup
//! needs no register, and a version of this program that knows of none (it drops the manifest's field with its next change) does
//! no harm: where the manifest names no register, or one piece of it is not what the manifest says, the records are read, one by
//! one as before, and [`Library::keep_register`] makes it anew when there is time. As long as a record cannot be read none is made, so
//! that every start says so.
//!
//! Pieces are immutable ([`piece`]), of [`PIECE_DOCUMENTS`] documents at most, and every document stands in one of them alone. A
//! change writes those anew that name one of its documents, and a small one of documents that are new; eight small ones become
//! one ([`super::merge`]). All of it is part of the change's one commit, and so the register agrees with the records.

mod piece;

use std::collections::{BTreeMap, BTreeSet};

use conclave_ports::{RecordFault, Table, Write};
use conclave_protocol::{DocumentId, DocumentInfo};

use super::change::Change;
use super::load::parse_listing;
use super::records::{Listing, piece_key};
use super::{LOCK, Library, Listed, State};
use crate::error::KnowledgeError;

/// Most documents of a piece: about 250 KB, which one change of a name writes anew. 50,000 documents are 25 pieces.
pub(super) const PIECE_DOCUMENTS: usize = 2_048;

/// From so many documents on their records are read in 256 portions and not in one: all at once, those of half a million
/// documents take as much as a tab may hold.
const PORTIONED_FROM: usize = 2_048;

/// Characters of an id by which records are portioned: two hexadecimal digits.
const PORTION_CHARS: usize = 2;

/// Pieces that are asked for at once: some 16 MB.
const READ_AT_ONCE: usize = 64;

/// The group of documents that stand in no piece yet.
const NEW: u64 = u64::MAX;

/// What is read of the listings.
pub(super) enum Listings {
    /// What has come to the register.
    Pieces {
        /// Pieces that are as they were.
        kept: BTreeSet<u64>,
        /// New ones with their documents.
        new: Vec<(u64, Vec<DocumentInfo>)>,
    },
    /// All of them, from their records, where there is no register.
    Records(BTreeMap<DocumentId, Listed>, BTreeMap<Option<DocumentId>, KnowledgeError>),
}

impl Library {
    /// What the listings are now: `stored` is what the manifest says of the register.
    pub(super) async fn stored_listings(
        &self,
        stored: Option<&BTreeMap<u64, u32>>,
    ) -> Result<Listings, KnowledgeError> {
        if let Some(stored) = stored
            && let Some(pieces) = self.new_pieces(stored).await?
        {
            return Ok(pieces);
        }
        let (mut listings, mut problems) = (BTreeMap::new(), BTreeMap::new());
        self.each_record(|id, bytes| match parse_listing(&id, bytes.as_deref().ok()) {
            Ok(listing) => {
                listings.insert(id, Listed { info: listing.info, piece: NEW });
            }
            Err(error) => {
                problems.insert(Some(id), error);
            }
        })
        .await?;
        Ok(Listings::Records(listings, problems))
    }

    /// The pieces that are not in memory; `None` where one of them is not as the manifest says.
    async fn new_pieces(&self, stored: &BTreeMap<u64, u32>) -> Result<Option<Listings>, KnowledgeError> {
        let kept: BTreeSet<u64> = {
            let state = self.state.borrow();
            let known = state.manifest.register.as_ref().filter(|_| state.register.is_some());
            let is_known = |(number, crc): &(&u64, &u32)| known.is_some_and(|known| known.get(number) == Some(crc));
            stored.iter().filter(is_known).map(|(number, _)| *number).collect()
        };
        let wanted: Vec<(u64, u32)> =
            stored.iter().filter(|(number, _)| !kept.contains(number)).map(|(number, crc)| (*number, *crc)).collect();
        let keys: Vec<String> = wanted.iter().map(|(number, _)| piece_key(*number)).collect();
        let mut new = Vec::with_capacity(wanted.len());
        for (wanted, keys) in wanted.chunks(READ_AT_ONCE).zip(keys.chunks(READ_AT_ONCE)) {
            let keys: Vec<(Table, &str)> = keys.iter().map(|key| (Table::Segments, key.as_str())).collect();
            for ((number, crc), bytes) in wanted.iter().zip(self.store.get_many(&keys).await?) {
                let Ok(Some(bytes)) = bytes else { return Ok(None) };
                let Ok(documents) = piece::decode(&bytes, *crc) else { return Ok(None) };
                new.push((*number, documents));
            }
        }
        Ok(Some(Listings::Pieces { kept, new }))
    }

    /// The listings in the records of documents, in their order; `None` where there is none, or it cannot be read.
    pub(super) async fn records(&self, ids: &[&DocumentId]) -> Result<Vec<Option<Listing>>, KnowledgeError> {
        let keys: Vec<(Table, &str)> = ids.iter().map(|id| (Table::Documents, id.as_str())).collect();
        let stored = self.store.get_many(&keys).await?;
        Ok(ids.iter().zip(stored).map(|(id, bytes)| parse_listing(id, bytes.ok().flatten().as_deref()).ok()).collect())
    }

    /// The record of every document, or why it cannot be read, by id.
    pub(super) async fn each_record(
        &self,
        mut take: impl FnMut(DocumentId, Result<Vec<u8>, RecordFault>),
    ) -> Result<(), KnowledgeError> {
        let keys = self.store.list(Table::Documents, "").await?;
        let portion = |key: &String| key.chars().take(PORTION_CHARS).collect::<String>();
        let portions: BTreeSet<String> = if keys.len() < PORTIONED_FROM {
            BTreeSet::from([String::new()])
        } else {
            keys.iter().map(portion).collect()
        };
        drop(keys);
        for portion in portions {
            for (key, record) in self.store.scan(Table::Documents, &portion).await? {
                take(DocumentId(key.into()), record);
            }
        }
        Ok(())
    }

    /// Makes the register where there is none. Call it when nothing else is to be done; says whether there was anything to do.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] and [`KnowledgeError::Lock`]; the records are there all the same.
    pub async fn keep_register(&self) -> Result<bool, KnowledgeError> {
        if !self.state.borrow().lacks_register() {
            return Ok(false);
        }
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        if !self.state.borrow().lacks_register() {
            return Ok(false);
        }
        let mut change = self.change();
        change.manifest.register = Some(BTreeMap::new());
        for (id, listed) in &self.state.borrow().listings {
            change.listed.insert(id.clone(), Some(listed.info.clone()));
        }
        self.apply(change).await?;
        Ok(true)
    }

    /// Adds what a change does to the register, and says where its documents stand afterwards.
    pub(super) fn register(&self, change: &mut Change) -> BTreeMap<u64, Vec<DocumentId>> {
        let Change { manifest, writes, listed, merged, .. } = change;
        let Some(mut stored) = manifest.register.take() else { return BTreeMap::new() };
        let state = self.state.borrow();
        let piece_of = |id: &DocumentId| {
            state.listings.get(id).map(|listed| listed.piece).filter(|piece| stored.contains_key(piece))
        };
        let anew: BTreeSet<u64> = listed.keys().filter_map(piece_of).chain(merged.iter().copied()).collect();
        let group = |piece: u64| if merged.contains(&piece) { merged.first().copied().unwrap_or(piece) } else { piece };
        let mut groups: BTreeMap<u64, Vec<&DocumentInfo>> = BTreeMap::new();
        if !anew.is_empty() {
            let others =
                state.listings.iter().filter(|(id, other)| anew.contains(&other.piece) && !listed.contains_key(id));
            others.for_each(|(_, other)| groups.entry(group(other.piece)).or_default().push(&other.info));
        }
        for (id, info) in listed.iter() {
            groups.entry(piece_of(id).map_or(NEW, group)).or_default().extend(info);
        }
        for number in anew {
            stored.remove(&number);
            writes.push(Write::delete(Table::Segments, piece_key(number)));
        }
        let mut placed = BTreeMap::new();
        for mut documents in groups.into_values() {
            documents.sort_unstable_by(|a, b| a.id.cmp(&b.id));
            for some in documents.chunks(PIECE_DOCUMENTS) {
                let number = manifest.next;
                manifest.next += 1;
                let (bytes, crc) = piece::encode(some);
                stored.insert(number, crc);
                writes.push(Write::put(Table::Segments, piece_key(number), bytes));
                placed.insert(number, some.iter().map(|info| info.id.clone()).collect());
            }
        }
        manifest.register = Some(stored);
        placed
    }
}

impl State {
    /// Whether the listings came from their records, all of which can be read.
    fn lacks_register(&self) -> bool {
        let is_lost = |problem: &KnowledgeError| matches!(problem, KnowledgeError::Corrupt { record: "listing", .. });
        self.register.is_none() && !self.listings.is_empty() && !self.problems.values().any(is_lost)
    }

    /// Takes over what the listings are now.
    pub(super) fn take_listings(&mut self, listings: Listings) {
        self.problems.clear();
        match listings {
            Listings::Records(listings, problems) => {
                self.register = None;
                self.listings = listings;
                self.problems = problems;
            }
            Listings::Pieces { kept, new } => {
                let mut register = self.register.take().unwrap_or_default();
                register.retain(|number, _| kept.contains(number));
                register.extend(new.iter().map(|(number, documents)| (*number, documents.len())));
                self.register = Some(register);
                let new = new.into_iter().flat_map(|(number, documents)| entries(number, documents));
                if self.listings.is_empty() {
                    // All at once they are sorted and not entered one by one.
                    self.listings = new.collect();
                } else {
                    self.listings.retain(|_, listed| kept.contains(&listed.piece));
                    self.listings.extend(new);
                }
            }
        }
    }

    /// Takes over what a change did to listings and register.
    pub(super) fn take_listed(
        &mut self,
        listed: BTreeMap<DocumentId, Option<DocumentInfo>>,
        placed: &BTreeMap<u64, Vec<DocumentId>>,
        stored: Option<&BTreeMap<u64, u32>>,
    ) {
        for (id, info) in listed {
            match info {
                Some(info) => match self.listings.get_mut(&id) {
                    Some(listed) => listed.info = info,
                    None => {
                        self.listings.insert(id, Listed { info, piece: NEW });
                    }
                },
                None => {
                    self.listings.remove(&id);
                }
            }
        }
        for (number, documents) in placed {
            for id in documents {
                if let Some(listed) = self.listings.get_mut(id) {
                    listed.piece = *number;
                }
            }
        }
        let before = self.register.take().unwrap_or_default();
        let count = |number: &u64| placed.get(number).map(Vec::len).or(before.get(number).copied()).unwrap_or_default();
        self.register = stored.map(|stored| stored.keys().map(|number| (*number, count(number))).collect());
    }
}

fn entries(piece: u64, documents: Vec<DocumentInfo>) -> impl Iterator<Item = (DocumentId, Listed)> {
    documents.into_iter().map(move |info| (info.id.clone(), Listed { info, piece }))
}
