//! Reading and searching.

use std::rc::Rc;

use conclave_ports::{StoreError, Table};
use conclave_protocol::{DocumentId, DocumentText, Passage, Span};

use super::records::{Listing, Structure};
use super::texts::Canonical;
use super::{Library, Prepared};
use crate::error::KnowledgeError;
use crate::index::{Coverage, Hit, Mode, Query};
use conclave_protocol::imported::{Heading, Imported, place_at};
use conclave_text::without_markup;

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
        let hits = self.state.borrow().index.search(query, Mode::Hybrid, limit);
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
            title: self.listing(document)?.info.title,
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

    /// A document for reading.
    ///
    /// # Errors
    /// [`KnowledgeError::NotFound`]; [`KnowledgeError::Corrupt`] when its text is damaged; [`KnowledgeError::Store`].
    pub async fn text(&self, document: &DocumentId) -> Result<DocumentText, KnowledgeError> {
        let canonical = self.canonical(document).await?;
        let info = self.state.borrow().info(&self.listing(document)?);
        let Structure { outline, anchors } = canonical.structure.clone();
        Ok(DocumentText { info, text: canonical.text.to_string(), anchors, outline })
    }

    /// A stored document as it was after import, cut into passages as new ones are.
    ///
    /// # Errors
    /// As [`Library::text`].
    pub async fn prepared(&self, document: &DocumentId) -> Result<Prepared, KnowledgeError> {
        let canonical = self.canonical(document).await?;
        let info = self.listing(document)?.info;
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

    pub(super) fn listing(&self, document: &DocumentId) -> Result<Listing, KnowledgeError> {
        self.state.borrow().listings.get(document).cloned().ok_or(KnowledgeError::NotFound)
    }

    /// The canonical text, from memory or from storage.
    pub(super) async fn canonical(&self, document: &DocumentId) -> Result<Rc<Canonical>, KnowledgeError> {
        let name = self.listing(document)?.info.name;
        if let Some(canonical) = self.texts.get(document) {
            return Ok(canonical);
        }
        let damage = |name| KnowledgeError::Corrupt { record: "text", name };
        let bytes = match self.store.get(Table::Texts, document.as_str()).await {
            Ok(bytes) => bytes.ok_or(KnowledgeError::NotFound)?,
            Err(StoreError::Unreadable(_)) => return Err(damage(name)),
            Err(error) => return Err(error.into()),
        };
        let text = String::from_utf8(bytes).map_err(|_| damage(name))?.into_boxed_str();
        let structure = self.structure(document).await?.fitting(&text);
        let canonical = Rc::new(Canonical { text, structure });
        self.texts.put(document.clone(), Rc::clone(&canonical));
        Ok(canonical)
    }

    /// Headings and places of a document. Damaged ones are as good as none: they only say where a passage stands.
    async fn structure(&self, document: &DocumentId) -> Result<Structure, KnowledgeError> {
        let bytes = match self.store.get(Table::Structures, document.as_str()).await {
            Ok(Some(bytes)) => bytes,
            // A library of format 1 had headings in the listing.
            Ok(None) => return Ok(Structure { outline: self.listing(document)?.outline, anchors: Vec::new() }),
            Err(StoreError::Unreadable(_)) => return Ok(Structure::default()),
            Err(error) => return Err(error.into()),
        };
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
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
