//! Reading and searching.

use std::rc::Rc;

use conclave_ports::{Stored, Table};
use conclave_protocol::{DocumentId, DocumentInfo, DocumentText, Original, Passage, Span};

use super::records::Structure;
use super::texts::Canonical;
use super::{Library, Prepared};
use crate::error::KnowledgeError;
use crate::index::{Coverage, Hit, Mode, Query};
use conclave_protocol::imported::{Heading, Imported, place_at};
use conclave_text::without_markup;

/// A text that may be read together with those of the other passages that were found. A search finds a hundred at the most, each of
/// which may be in another document: 25 MB of Latin letters, and 100 MB where every character takes the four bytes that UTF-8 has for it.
const SHORT_CHARS: u64 = 250_000;

/// A passage that was found, with what each of the two rankings says.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The passage.
    pub passage: Passage,
    /// BM25 score, 0 where no word of the query occurs.
    pub words: f32,
    /// Cosine with the query, where both have vectors.
    pub similarity: Option<f32>,
}

impl Library {
    /// The best `limit` passages, best first, with both scores.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] when storage fails, [`KnowledgeError::Corrupt`] when the text of a found passage is damaged.
    pub async fn find(&self, query: &Query<'_>, limit: usize) -> Result<Vec<Found>, KnowledgeError> {
        if query.vector.is_some() {
            self.complete().await?;
        }
        let hits = self.state.borrow().index.search(query, Mode::Hybrid, limit);
        self.read_texts(hits.iter().map(|hit| &hit.document)).await?;
        let mut found = Vec::with_capacity(hits.len());
        for hit in hits {
            let canonical = match self.canonical(&hit.document).await {
                Ok(canonical) => canonical,
                // Removed in another tab since the last refresh: not there any more, so not found.
                Err(KnowledgeError::NotFound) => continue,
                Err(error) => return Err(error),
            };
            found.extend(self.found(hit, &canonical));
        }
        Ok(found)
    }

    /// The best `limit` passages, best first.
    ///
    /// # Errors
    /// As [`Library::find`].
    pub async fn search(&self, query: &Query<'_>, limit: usize) -> Result<Vec<Passage>, KnowledgeError> {
        Ok(self.find(query, limit).await?.into_iter().map(|found| found.passage).collect())
    }

    /// Any place of a document as a passage, with heading and line; score 0.
    ///
    /// # Errors
    /// [`KnowledgeError::NotFound`] when the document does not exist or the span does not fit its text; storage as for `find`.
    pub async fn passage(&self, document: &DocumentId, span: Span) -> Result<Passage, KnowledgeError> {
        let canonical = self.canonical(document).await?;
        let text = &*canonical.text;
        let quote = span.of(text).ok_or(KnowledgeError::NotFound)?;
        let Structure { outline, anchors } = &canonical.structure;
        let mut path = heading_path(outline, text, span.start);
        let breaks = text.as_bytes()[..span.start].iter().filter(|byte| **byte == b'\n').count();
        Ok(Passage {
            document: document.clone(),
            title: self.listed(document)?.title,
            heading: path.pop().unwrap_or_default(),
            above: path,
            line: u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1),
            place: place_at(anchors, span.start),
            span,
            text: quote.to_owned(),
            highlights: Vec::new(),
            window: Span::new(0, 0),
            score: 0.0,
        })
    }

    /// A document for reading. Whether its pages can be shown is said by who has its file.
    ///
    /// # Errors
    /// [`KnowledgeError::NotFound`]; [`KnowledgeError::Corrupt`] when its text is damaged; [`KnowledgeError::Store`].
    pub async fn text(&self, document: &DocumentId) -> Result<DocumentText, KnowledgeError> {
        let canonical = self.canonical(document).await?;
        let info = self.info(document).ok_or(KnowledgeError::NotFound)?;
        let Structure { outline, anchors } = canonical.structure.clone();
        let original = Original::default();
        Ok(DocumentText { info, text: canonical.text.to_string(), anchors, outline, original })
    }

    /// A stored document as it was after import, cut into passages as new ones are.
    ///
    /// # Errors
    /// As [`Library::text`].
    pub async fn prepared(&self, document: &DocumentId) -> Result<Prepared, KnowledgeError> {
        let canonical = self.canonical(document).await?;
        let info = self.listed(document)?;
        // The id is the first half of the file's hash; the second half is not needed again.
        let mut sha256 = [0; 32];
        let damaged = || KnowledgeError::Corrupt { record: "listing", name: info.name.clone() };
        hex::decode_to_slice(document.as_str(), &mut sha256[..16]).map_err(|_| damaged())?;
        Ok(Prepared::new(Imported {
            name: info.name,
            path: info.path,
            title: info.title,
            kind: info.kind,
            language: info.language,
            text: canonical.text.to_string(),
            outline: canonical.structure.outline.clone(),
            anchors: canonical.structure.anchors.clone(),
            date_ms: info.date_ms,
            partial: info.partial,
            notes: info.notes,
            size_bytes: info.size_bytes,
            sha256,
        }))
    }

    /// Which words of a question occur in the library. Costs no search.
    #[must_use]
    pub fn coverage(&self, question: &str) -> Coverage {
        self.state.borrow().index.coverage(question)
    }

    /// A found place as a passage. `None` where the segment does not fit the text (another tab just replaced it).
    pub(super) fn found(&self, hit: Hit, canonical: &Canonical) -> Option<Found> {
        let state = self.state.borrow();
        let listing = state.listings.get(&hit.document)?;
        let indexed = state.index.indexed(&hit.document)?;
        let passage = indexed.passages().get(hit.passage)?;
        let heading = indexed.heading(passage);
        let above = headings_above(&canonical.structure.outline, &canonical.text, heading, passage.span());
        let passage = Passage {
            title: listing.info.title.clone(),
            heading: heading.to_owned(),
            above,
            line: passage.line,
            place: place_at(&canonical.structure.anchors, passage.span().start),
            span: passage.span(),
            text: passage.span().of(&canonical.text)?.to_owned(),
            highlights: Vec::new(),
            window: Span::new(0, 0),
            score: hit.score,
            document: hit.document,
        };
        Some(Found { passage, words: hit.words, similarity: hit.similarity })
    }

    pub(super) fn listed(&self, document: &DocumentId) -> Result<DocumentInfo, KnowledgeError> {
        let state = self.state.borrow();
        state.listings.get(document).map(|listed| listed.info.clone()).ok_or(KnowledgeError::NotFound)
    }

    /// The canonical text, from memory or from storage.
    pub(super) async fn canonical(&self, document: &DocumentId) -> Result<Rc<Canonical>, KnowledgeError> {
        self.listed(document)?;
        if let Some(canonical) = self.texts.get(document) {
            return Ok(canonical);
        }
        let mut read = self.read_canonicals(std::slice::from_ref(document)).await?;
        read.pop().unwrap_or(Err(KnowledgeError::NotFound))
    }

    /// Reads the texts of these documents that are not in memory at once: storage takes a millisecond or two for each
    /// request alone. Long ones are left: they are read one after the other where they are used.
    pub(super) async fn read_texts(&self, documents: impl Iterator<Item = &DocumentId>) -> Result<(), KnowledgeError> {
        let is_short = |id: &&DocumentId| self.listed(id).is_ok_and(|info| info.chars <= SHORT_CHARS);
        let is_unread = |id: &&DocumentId| self.texts.get(id).is_none();
        let mut wanted: Vec<DocumentId> = documents.filter(is_short).filter(is_unread).cloned().collect();
        wanted.sort_unstable();
        wanted.dedup();
        if !wanted.is_empty() {
            // One that is damaged says so where it is used.
            self.read_canonicals(&wanted).await?;
        }
        Ok(())
    }

    async fn read_canonicals(
        &self,
        documents: &[DocumentId],
    ) -> Result<Vec<Result<Rc<Canonical>, KnowledgeError>>, KnowledgeError> {
        let keys: Vec<(Table, &str)> = documents
            .iter()
            .flat_map(|document| [Table::Texts, Table::Structures].map(|table| (table, document.as_str())))
            .collect();
        let mut stored = self.store.get_many(&keys).await?.into_iter();
        let mut read = Vec::with_capacity(documents.len());
        for document in documents {
            let text = stored.next().unwrap_or(Ok(None));
            let structure = match stored.next().unwrap_or(Ok(None)) {
                Ok(Some(bytes)) => serde_json::from_slice(&bytes).unwrap_or_default(),
                // A library of format 1 had headings in the listing.
                Ok(None) => {
                    let record = self.records(&[document]).await?.pop().flatten();
                    Structure {
                        outline: record.map(|listing| listing.outline).unwrap_or_default(),
                        anchors: Vec::new(),
                    }
                }
                // Damaged headings and places are as good as none: they only say where a passage stands.
                Err(_) => Structure::default(),
            };
            let canonical = self.canonical_of(document, text, structure).map(Rc::new);
            if let Ok(canonical) = &canonical {
                self.texts.put(document.clone(), Rc::clone(canonical));
            }
            read.push(canonical);
        }
        Ok(read)
    }

    fn canonical_of(
        &self,
        document: &DocumentId,
        text: Stored,
        structure: Structure,
    ) -> Result<Canonical, KnowledgeError> {
        let name = self.listed(document)?.name;
        let damage = |name| KnowledgeError::Corrupt { record: "text", name };
        let Ok(text) = text.map(|text| text.map(String::from_utf8)) else { return Err(damage(name)) };
        let text = text.ok_or(KnowledgeError::NotFound)?.map_err(|_| damage(name))?.into_boxed_str();
        let structure = structure.fitting(&text);
        Ok(Canonical { text, structure })
    }
}

/// The headings that a byte of the text stands under, the highest first.
fn heading_path(outline: &[Heading], text: &str, byte: usize) -> Vec<String> {
    let before = outline.partition_point(|heading| heading.span.start <= byte);
    let mut path = Vec::new();
    let mut level = u8::MAX;
    for heading in outline[..before].iter().rev() {
        if heading.level < level {
            level = heading.level;
            path.extend(heading.span.of(text).map(without_markup));
        }
        if level <= 1 {
            break;
        }
    }
    path.reverse();
    path
}

/// The headings above the one that a passage has: small sections share a passage, so it need not be the one that it begins under.
fn headings_above(outline: &[Heading], text: &str, heading: &str, passage: Span) -> Vec<String> {
    let begun = outline.partition_point(|other| other.span.start < passage.end);
    let is_it = |other: &&Heading| other.span.of(text).map(without_markup).is_some_and(|words| words == heading);
    let Some(own) = outline[..begun].iter().rev().find(is_it) else { return Vec::new() };
    let mut path = heading_path(outline, text, own.span.start);
    path.pop();
    path
}
