//! The index in memory: which document's passages stand in which segment, and which row holds whose vector.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use conclave_protocol::DocumentId;

use super::analyzer::Analyzer;
use super::arrangement::{Reserved, reserved};
use super::bm25::{Bm25, Totals};
use super::embeddings::{Embeddings, Run};
use super::fusion::Fusion;
use super::segment::{DocumentEntry, PassageEntry, Segment};
use super::vectors::VectorSet;

/// A segment's number: later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(pub u64);

/// A passage's place among all passages of all segments, which come in the order of their numbers. It holds until a segment
/// comes or goes.
pub(crate) type Place = u32;

/// No row.
pub(super) const NO_ROW: u32 = u32::MAX;

/// The number of no document.
const NOBODY: u32 = u32::MAX;

/// The segments of all documents, in memory.
#[derive(Default)]
pub struct Index {
    pub(super) segments: BTreeMap<SegmentId, Held>,
    /// By the numbers in `numbers`; removed ones leave a gap that is taken again.
    documents: Vec<Option<Document>>,
    numbers: HashMap<DocumentId, u32>,
    pub(super) meaning: Option<Meaning>,
    pub(super) totals: Totals,
    pub(super) analyzer: Analyzer,
    /// Parameters of the ranking by words.
    pub bm25: Bm25,
    /// Parameters of the fusion.
    pub fusion: Fusion,
}

/// A segment in memory.
pub(super) struct Held {
    pub segment: Segment,
    /// Place of its first passage.
    pub first: Place,
    /// Number of its first document among those of all segments.
    pub first_document: usize,
    /// Whether each of its documents is to be found in this segment: not in a later one, and not removed.
    pub live: Vec<bool>,
    /// Length of each of its documents in terms, with its title.
    pub lengths: Vec<f32>,
    /// What a walk through its passages asks of each.
    pub walk: Vec<Step>,
}

/// A passage as a walk through those that hold a word meets it: eight bytes beside each other, because there may be a million.
pub(super) struct Step {
    /// Number of its document in the segment.
    pub document: u32,
    /// Length of its text in terms.
    pub text_terms: u32,
}

impl Held {
    pub fn new(segment: Segment) -> Self {
        let length = |document: &DocumentEntry| {
            let passages = segment.passages().get(document.range()).unwrap_or_default();
            passages.iter().map(|passage| passage.text_terms as f32).sum::<f32>() + document.title_terms as f32
        };
        let lengths: Vec<f32> = segment.documents().iter().map(length).collect();
        let mut walk = Vec::with_capacity(segment.passages().len());
        for (number, document) in (0..).zip(segment.documents()) {
            let passages = segment.passages().get(document.range()).unwrap_or_default();
            walk.extend(passages.iter().map(|passage| Step { document: number, text_terms: passage.text_terms }));
        }
        Self { first: 0, first_document: 0, live: vec![true; lengths.len()], lengths, walk, segment }
    }

    /// The places of its passages.
    pub fn places(&self) -> Range<usize> {
        let first = self.first as usize;
        first..first + self.segment.passages().len()
    }
}

struct Document {
    id: DocumentId,
    segment: SegmentId,
    /// Its number in the segment.
    ordinal: usize,
    /// The row of each passage's vector.
    rows: Vec<u32>,
}

/// Vectors of one encoder.
pub(super) struct Meaning {
    pub set: VectorSet,
    /// Document's number and passage's number, by row.
    owners: Vec<(u32, u32)>,
    /// Rows that are kept for passages.
    reserved: Reserved,
}

impl Meaning {
    /// `None` for vectors of a length that none has.
    fn new(embeddings: &Embeddings) -> Option<Self> {
        let set = VectorSet::new(embeddings.encoder(), embeddings.dim()).ok()?;
        Some(Self { set, owners: Vec::new(), reserved: Reserved::new() })
    }

    /// Rows that are all kept for passages to come.
    pub fn arranged(set: VectorSet, reserved: Reserved) -> Self {
        Self { owners: vec![(NOBODY, 0); set.len() as usize], set, reserved }
    }

    /// The row of a vector of the set's length; none where the set is full, and the passage is found by its words.
    fn push(&mut self, vector: &[i8], owner: (u32, u32)) -> u32 {
        let kept = reserved(&self.reserved, owner.0, owner.1);
        if let Some(row) = kept.filter(|row| self.set.fill(*row, vector) == Ok(true)) {
            self.owners[row as usize] = owner;
            return row;
        }
        let Ok(row) = self.set.push_quantised(vector) else { return NO_ROW };
        self.owners.push(owner);
        row
    }
}

/// What the index knows of a document.
#[derive(Clone, Copy)]
pub struct Indexed<'a> {
    segment: &'a Segment,
    passages: &'a [PassageEntry],
    rows: &'a [u32],
}

impl<'a> Indexed<'a> {
    /// Its passages.
    #[must_use]
    pub const fn passages(&self) -> &'a [PassageEntry] {
        self.passages
    }

    /// The heading of one of its passages; empty where there is none.
    #[must_use]
    pub fn heading(&self, passage: &PassageEntry) -> &'a str {
        self.segment.heading(passage)
    }

    /// Whether each passage has a vector.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        !self.rows.contains(&NO_ROW)
    }

    /// Whether a passage has a vector.
    #[must_use]
    pub fn has_vector(&self, passage: usize) -> bool {
        self.rows.get(passage).is_some_and(|row| *row != NO_ROW)
    }

    /// Its share of its segment's bytes, by the terms of its passages.
    #[must_use]
    pub fn words_bytes(&self) -> u64 {
        let own: u64 = self.passages.iter().map(|passage| u64::from(passage.text_terms)).sum();
        let bytes = self.segment.as_bytes().len() as u64;
        // A segment of at most 4 GB times at most 2³² terms fits.
        (own * bytes).checked_div(self.segment.text_terms()).unwrap_or(bytes)
    }

    /// How many passages have no vector.
    #[must_use]
    pub fn lacking(&self) -> usize {
        self.rows.iter().filter(|row| **row == NO_ROW).count()
    }

    /// The first passages that follow each other and have no vector, `most` at the most.
    #[must_use]
    pub fn without_vector(&self, most: usize) -> Range<usize> {
        let start = self.rows.iter().position(|row| *row == NO_ROW).unwrap_or(self.rows.len());
        let missing = self.rows[start..].iter().take(most).take_while(|row| **row == NO_ROW).count();
        start..start + missing
    }
}

impl Index {
    /// Takes a segment in. Its documents are found in it alone from now on, with the vectors that they had.
    pub fn insert(&mut self, id: SegmentId, segment: Segment) {
        self.remove(id);
        self.totals.add(&segment);
        let documents = segment.documents().to_vec();
        self.segments.insert(id, Held::new(segment));
        for (ordinal, entry) in documents.iter().enumerate() {
            let passages = entry.passages as usize;
            match self.document_mut(&entry.id) {
                Some(document) => {
                    let (before, at) = (document.segment, document.ordinal);
                    (document.segment, document.ordinal) = (id, ordinal);
                    // Vectors of other passages are of no use.
                    let rows = if document.rows.len() == passages {
                        Vec::new()
                    } else {
                        std::mem::replace(&mut document.rows, vec![NO_ROW; passages])
                    };
                    self.bury(before, at);
                    self.wipe(rows);
                }
                None => {
                    let rows = vec![NO_ROW; passages];
                    self.enter(Document { id: entry.id.clone(), segment: id, ordinal, rows });
                }
            }
        }
        self.number_places();
    }

    /// Drops a segment with the documents that are found in it.
    pub fn remove(&mut self, id: SegmentId) {
        let Some(held) = self.segments.remove(&id) else { return };
        self.totals.subtract(&held.segment);
        for (entry, _) in held.segment.documents().iter().zip(held.live).filter(|(_, live)| *live) {
            self.leave(&entry.id);
        }
        self.number_places();
    }

    /// Forgets one document; its passages stay in their segment, where nothing finds them any more.
    pub fn forget(&mut self, id: &DocumentId) {
        if let Some((segment, ordinal)) = self.document(id).map(|document| (document.segment, document.ordinal)) {
            self.bury(segment, ordinal);
            self.leave(id);
        }
    }

    /// Drops the vectors of a document.
    pub fn forget_vectors(&mut self, id: &DocumentId) {
        let Some(document) = self.document_mut(id) else { return };
        let none = vec![NO_ROW; document.rows.len()];
        let rows = std::mem::replace(&mut document.rows, none);
        self.wipe(rows);
    }

    /// Takes vectors in; says for which runs there are no such passages. A passage that had a vector gets the new one. Another
    /// encoder's vectors are dropped.
    pub fn insert_vectors(&mut self, embeddings: &Embeddings) -> Vec<Run> {
        let same = |set: &VectorSet| set.encoder() == embeddings.encoder() && set.dim() == embeddings.dim();
        if self.meaning.as_ref().is_some_and(|meaning| !same(&meaning.set)) {
            self.drop_vectors();
        }
        let Some(mut meaning) = self.meaning.take().or_else(|| Meaning::new(embeddings)) else {
            return embeddings.runs().to_vec();
        };
        let mut rows = embeddings.rows();
        let mut refused = Vec::new();
        for run in embeddings.runs() {
            let vectors = rows.by_ref().take(run.count as usize);
            let number = self.numbers.get(&run.document).copied();
            let document = number.and_then(|number| self.documents.get_mut(number as usize)?.as_mut());
            let range = run.first as usize..run.first as usize + run.count as usize;
            match (document.and_then(|document| document.rows.get_mut(range)), number) {
                (Some(places), Some(number)) => {
                    for ((place, passage), vector) in places.iter_mut().zip(run.first..).zip(vectors) {
                        meaning.set.remove(*place);
                        *place = meaning.push(vector, (number, passage));
                    }
                }
                _ => {
                    vectors.for_each(drop);
                    refused.push(run.clone());
                }
            }
        }
        self.meaning = Some(meaning);
        refused
    }

    /// Drops all vectors.
    pub fn drop_vectors(&mut self) {
        self.meaning = None;
        self.documents.iter_mut().flatten().for_each(|document| document.rows.fill(NO_ROW));
    }

    /// Who made the vectors that are here.
    #[must_use]
    pub fn encoder(&self) -> Option<&str> {
        self.meaning.as_ref().map(|meaning| meaning.set.encoder())
    }

    /// Length of the vectors that are here; 0 where there is none.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.meaning.as_ref().map_or(0, |meaning| meaning.set.dim())
    }

    /// What is known of a document.
    #[must_use]
    pub fn indexed(&self, id: &DocumentId) -> Option<Indexed<'_>> {
        let document = self.document(id)?;
        let segment = &self.segments.get(&document.segment)?.segment;
        let passages = segment.passages().get(segment.documents().get(document.ordinal)?.range())?;
        Some(Indexed { segment, passages, rows: &document.rows })
    }

    /// The documents, in no order.
    pub fn documents(&self) -> impl Iterator<Item = &DocumentId> {
        self.numbers.keys()
    }

    /// The segment that a document stands in.
    #[must_use]
    pub fn segment_of(&self, id: &DocumentId) -> Option<SegmentId> {
        self.document(id).map(|document| document.segment)
    }

    /// A segment.
    #[must_use]
    pub fn segment(&self, id: SegmentId) -> Option<&Segment> {
        self.segments.get(&id).map(|held| &held.segment)
    }

    /// Number of passages.
    #[must_use]
    pub fn passages(&self) -> u64 {
        self.totals.passages
    }

    /// The place of the vector in `row`.
    pub(super) fn place_of(&self, row: u32) -> Option<Place> {
        let (number, passage) = *self.meaning.as_ref()?.owners.get(row as usize)?;
        let document = self.documents.get(number as usize)?.as_ref()?;
        let held = self.segments.get(&document.segment)?;
        let first = held.segment.documents().get(document.ordinal)?.first;
        Some(held.first + first + passage)
    }

    /// The row of the vector of the passage at `place`.
    pub(super) fn row_of(&self, place: Place) -> Option<u32> {
        let (id, passage) = self.at(place)?;
        self.document(id)?.rows.get(passage).copied().filter(|row| *row != NO_ROW)
    }

    /// The document at a place, and the passage's number in it.
    pub(super) fn at(&self, place: Place) -> Option<(&DocumentId, usize)> {
        // There are tens of segments; they lie in order.
        let held = self.segments.values().take_while(|held| held.first <= place).last()?;
        let entry = held.segment.documents().get(held.segment.document_of(place - held.first)?)?;
        Some((&entry.id, (place - held.first - entry.first) as usize))
    }

    /// The number of a document while it is here.
    pub(super) fn number(&self, id: &DocumentId) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// The documents with the rows of their passages.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&DocumentId, &[u32])> {
        self.documents.iter().flatten().map(|document| (&document.id, document.rows.as_slice()))
    }

    fn document(&self, id: &DocumentId) -> Option<&Document> {
        self.documents.get(*self.numbers.get(id)? as usize)?.as_ref()
    }

    fn document_mut(&mut self, id: &DocumentId) -> Option<&mut Document> {
        self.documents.get_mut(*self.numbers.get(id)? as usize)?.as_mut()
    }

    fn enter(&mut self, document: Document) {
        // Looked for only where there is a gap: when a library is opened there is none, and all documents come here.
        let has_gap = self.numbers.len() < self.documents.len();
        let at = has_gap.then(|| self.documents.iter().position(Option::is_none)).flatten();
        let at = at.unwrap_or_else(|| {
            self.documents.push(None);
            self.documents.len() - 1
        });
        self.numbers.insert(document.id.clone(), u32::try_from(at).unwrap_or(u32::MAX));
        self.documents[at] = Some(document);
    }

    fn leave(&mut self, id: &DocumentId) {
        let number = self.numbers.remove(id);
        let document = number.and_then(|number| self.documents.get_mut(number as usize)?.take());
        self.wipe(document.map(|document| document.rows).unwrap_or_default());
    }

    fn bury(&mut self, segment: SegmentId, ordinal: usize) {
        if let Some(live) = self.segments.get_mut(&segment).and_then(|held| held.live.get_mut(ordinal)) {
            *live = false;
        }
    }

    fn wipe(&mut self, rows: Vec<u32>) {
        if let Some(meaning) = &mut self.meaning {
            for row in rows.into_iter().filter(|row| *row != NO_ROW) {
                meaning.set.remove(row);
            }
        }
    }

    fn number_places(&mut self) {
        let (mut first, mut first_document) = (0, 0);
        for held in self.segments.values_mut() {
            (held.first, held.first_document) = (first, first_document);
            first_document += held.lengths.len();
            first += u32::try_from(held.segment.passages().len()).unwrap_or(u32::MAX);
        }
    }
}
