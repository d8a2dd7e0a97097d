//! Looking something up: the query language, excerpts, and words that are marked.

use conclave_protocol::imported::{Kind, place_at};
use conclave_protocol::{DocumentId, Passage};

use super::Library;
use super::read::Found;
use super::relevance::Floor;
use crate::error::KnowledgeError;
use crate::excerpt::{Candidate, ExcerptOptions, excerpts};
use crate::index::analyzer::Analyzer;
use crate::index::{Filter, Hit, Mode, Parsed, Query, QueryVector, Subject, parse};
use crate::mmr::{RELEVANCE, Vocabulary, mmr};
use crate::snippet::{Snippet, Wanted, snippet};

impl Library {
    /// The best `limit` excerpts for a query in the query language ([`crate::index::query`]), best first. `vector` is the embedding of
    /// [`Parsed::text`]. Filters alone give the first passages that pass.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] when storage fails, [`KnowledgeError::Corrupt`] when the text of a found passage is damaged.
    pub async fn look_up(
        &self,
        query: &str,
        vector: Option<QueryVector<'_>>,
        limit: usize,
    ) -> Result<Vec<Found>, KnowledgeError> {
        let parsed = parse(query);
        let analyzer = &self.analyzer;
        let options =
            ExcerptOptions { passages: ExcerptOptions::default().passages.max(limit), ..ExcerptOptions::default() };
        if vector.is_some() {
            self.complete().await?;
        }
        let Hits { hits, floor, corrections } = self.hits(&parsed, vector, &options);
        self.read_texts(hits.iter().map(|hit| &hit.document)).await?;
        let mut found = Vec::with_capacity(hits.len());
        for hit in hits {
            let canonical = match self.canonical(&hit.document).await {
                Ok(canonical) => canonical,
                // Removed in another tab since the last refresh: not there any more, so not found.
                Err(KnowledgeError::NotFound) => continue,
                Err(error) => return Err(error),
            };
            let Some(one) = self.found(hit, &canonical) else { continue };
            let is_near = |floor: &Floor| floor.lets_through(analyzer, &one.passage, one.similarity);
            if fits(analyzer, &parsed, &one.passage.text) && floor.as_ref().is_none_or(is_near) {
                found.push((one, canonical));
            }
        }
        let coverage = self.coverage(&parsed.text);
        let terms: Vec<(&str, f32)> = coverage.terms.iter().map(|term| (term.term.as_str(), term.idf)).collect();
        let mut documents: Vec<&DocumentId> = found.iter().map(|(one, _)| &one.passage.document).collect();
        documents.sort_unstable();
        documents.dedup();
        let candidates: Vec<Candidate<'_>> = found
            .iter()
            .map(|(one, canonical)| Candidate {
                document: documents.binary_search(&&one.passage.document).unwrap_or(0),
                text: &canonical.text,
                span: one.passage.span,
                score: one.passage.score,
                is_whole: self.kind(&one.passage.document) == Some(Kind::Code),
            })
            .collect();
        // More than are shown, because of those that say the same the best is enough.
        let chosen = excerpts(analyzer, &terms, &candidates, limit * SPARE, &options);
        let vocabularies: Vec<Vocabulary> = chosen
            .iter()
            .map(|excerpt| {
                let text = candidates.get(excerpt.candidate).and_then(|candidate| excerpt.span.of(candidate.text));
                Vocabulary::of(analyzer, text.unwrap_or(""))
            })
            .collect();
        let relevance: Vec<f32> = chosen.iter().map(|excerpt| excerpt.score).collect();
        let similarity = |a: usize, b: usize| match (vocabularies.get(a), vocabularies.get(b)) {
            (Some(a), Some(b)) => a.overlap(b),
            _ => 0.0,
        };
        let order = mmr(&relevance, similarity, limit, RELEVANCE);
        let shown = order.into_iter().filter_map(|at| {
            let excerpt = chosen.get(at)?;
            let (one, canonical) = found.get(excerpt.candidate)?;
            let text = excerpt.span.of(&canonical.text)?;
            let passage = &one.passage;
            // The excerpt may begin before its best passage, in the one before it.
            let line = if excerpt.span.start == passage.span.start {
                passage.line
            } else {
                line_at(&canonical.text, excerpt.span.start)
            };
            let passage = Passage {
                line,
                place: place_at(&canonical.structure.anchors, excerpt.span.start),
                span: excerpt.span,
                text: text.to_owned(),
                score: excerpt.score,
                ..passage.clone()
            };
            Some(Found { passage, ..one.clone() })
        });
        let mut shown: Vec<Found> = shown.collect();
        self.mark_parsed(&parsed, corrections, shown.iter_mut().map(|one| &mut one.passage));
        Ok(shown)
    }

    /// Marks what was looked for in passages, and chooses what of each a list shows.
    pub fn mark<'a>(&self, query: &str, passages: impl Iterator<Item = &'a mut Passage>) {
        let parsed = parse(query);
        let corrections = self.state.borrow().index.corrections(&parsed.text);
        self.mark_parsed(&parsed, corrections, passages);
    }

    fn mark_parsed<'a>(
        &self,
        parsed: &Parsed,
        corrections: Vec<String>,
        passages: impl Iterator<Item = &'a mut Passage>,
    ) {
        let analyzer = &self.analyzer;
        let wanted = Wanted::of(analyzer, parsed, corrections);
        for passage in passages {
            let Snippet { window, highlights } = snippet(analyzer, &wanted, &passage.text, SHOWN_BYTES);
            passage.highlights = highlights;
            passage.window = window;
        }
    }

    fn hits(&self, parsed: &Parsed, vector: Option<QueryVector<'_>>, options: &ExcerptOptions) -> Hits {
        let state = self.state.borrow();
        let admits = |id: &DocumentId, filter: &Filter| {
            let info = state.listings.get(id).map(|listing| &listing.info);
            info.is_some_and(|info| {
                filter.admits(&Subject {
                    title: &info.title,
                    name: &info.name,
                    kind: info.kind,
                    language: info.language.as_deref(),
                    tags: &info.tags,
                    path: info.path.as_deref(),
                    time_ms: info.date_ms.unwrap_or_else(|| i64::try_from(info.added_ms).unwrap_or(i64::MAX)),
                })
            })
        };
        let allowed = state.index.matching(parsed, &admits);
        let allowed = allowed.as_ref();
        // Words that nobody wrote are looked for as somebody may have meant them.
        let corrections = state.index.corrections(&parsed.text);
        let text = format!("{} {}", parsed.text, corrections.join(" "));
        let query = Query { text: if corrections.is_empty() { &parsed.text } else { &text }, vector };
        // Phrases are compared with the text afterwards, which leaves few of many.
        let deeper = if parsed.phrases.is_empty() && parsed.excluded_phrases.is_empty() { 1 } else { PHRASE_DEPTH };
        let hits = state.index.search_in(&query, Mode::Hybrid, options.passages * deeper, allowed);
        match allowed {
            // Filters alone, or a prefix, rank nothing.
            Some(allowed) if hits.is_empty() => {
                Hits { hits: state.index.first_of(allowed, options.passages), floor: None, corrections }
            }
            Some(_) => Hits { hits, floor: None, corrections },
            None => {
                let mut asked = state.index.coverage(query.text);
                if !corrections.is_empty() {
                    asked.terms.retain(|term| term.found);
                }
                Hits { hits, floor: Some(Floor::new(asked, state.index.passages())), corrections }
            }
        }
    }

    fn kind(&self, document: &DocumentId) -> Option<Kind> {
        self.state.borrow().listings.get(document).map(|listing| listing.info.kind)
    }
}

/// Passages for a query.
struct Hits {
    hits: Vec<Hit>,
    /// What a passage must have to do with; `None` where conditions say what is wanted.
    floor: Option<Floor>,
    /// What words that nobody wrote were read as.
    corrections: Vec<String>,
}
/// What of an excerpt a list shows, in bytes: three lines of the panel.
const SHOWN_BYTES: usize = 240;

/// How many times as many excerpts are made as are shown.
const SPARE: usize = 2;

/// How many times as many passages are read where phrases are looked for: the words of one occur apart about as often.
const PHRASE_DEPTH: usize = 5;

/// Whether a passage's text holds the phrases that it must and none that it must not.
fn fits(analyzer: &Analyzer, parsed: &Parsed, text: &str) -> bool {
    if parsed.phrases.is_empty() && parsed.excluded_phrases.is_empty() {
        return true;
    }
    let words = |text: &str| {
        let mut words = String::from(" ");
        analyzer.words(text, |word| {
            words.push_str(word);
            words.push(' ');
        });
        words
    };
    let text = words(text);
    let holds = |phrase: &String| text.contains(&words(phrase));
    parsed.phrases.iter().all(holds) && !parsed.excluded_phrases.iter().any(holds)
}

fn line_at(text: &str, at: usize) -> u32 {
    let breaks = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}
