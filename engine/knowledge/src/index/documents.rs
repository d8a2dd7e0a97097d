//! Ranking whole documents.
//!
//! A document's score by words is the mean of two: BM25 over the document as one text, and its best passage. A long document
//! that speaks of the question in one place is found by its passage, a short one that is about it as a whole. Which
//! of the two is better differs by collection (max of passages: Callan 1994; combining both: Dai and Callan 2019). By meaning
//! it is its best passage.

use conclave_protocol::DocumentId;

use super::bm25::idf;
use super::fusion::{Ranking, best};
use super::held::{Index, Place};
use super::query::Query;
use super::search::Mode;
use super::segment::Segment;

/// BM25's parameters for whole documents: Lucene's. Documents differ in length more than passages do.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Passages by meaning that are looked at for each document asked for: one document has many.
const PASSAGES_PER_DOCUMENT: usize = 10;

/// Least number of candidates of either ranking.
const CANDIDATES: usize = 100;

/// A document that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentHit {
    /// The document.
    pub document: DocumentId,
    /// What it was ranked by; comparable within one search only.
    pub score: f32,
}

/// A document's place in a segment; the number of a document is its index among these.
struct Member<'a> {
    segment: &'a Segment,
    ordinal: usize,
    /// Place of its first passage, and how many it has.
    first: Place,
    passages: u32,
    terms: f32,
}

impl Index {
    /// The best `limit` documents.
    #[must_use]
    pub fn rank_documents(&self, query: &Query<'_>, mode: Mode, limit: usize) -> Vec<DocumentHit> {
        let members = self.members();
        let depth = limit.max(CANDIDATES);
        let meaning = self.comparable(query);
        let words = if mode == Mode::Dense { Vec::new() } else { self.words_of_documents(query.text, &members) };
        let by_words = |depth| best(held(&words), depth);
        let similarity_at = |number: Place| {
            let (meaning, vector) = meaning.as_ref()?;
            let member = members.get(number as usize)?;
            let cosines = (member.first..member.first + member.passages)
                .filter_map(|place| meaning.set.cosine(self.row_of(place)?, vector));
            cosines.reduce(f32::max)
        };
        let similar = |depth: usize| {
            let passages = self.similar(meaning.as_ref(), depth * PASSAGES_PER_DOCUMENT, None);
            let mut ranking = Ranking::new();
            let mut seen = vec![false; members.len()];
            for (place, cosine) in passages {
                let number = members.partition_point(|member| member.first <= place).saturating_sub(1);
                if seen.get_mut(number).is_some_and(|seen| !std::mem::replace(seen, true)) {
                    ranking.push((u32::try_from(number).unwrap_or(u32::MAX), cosine));
                }
            }
            ranking.truncate(depth);
            ranking
        };
        let words_at = |number: Place| words.get(number as usize).copied().unwrap_or(0.0);
        let ranking = match mode {
            Mode::Words => by_words(limit),
            Mode::Dense => similar(limit),
            Mode::Hybrid if meaning.is_none() => by_words(limit),
            Mode::Hybrid => best(self.fusion.fuse(&by_words(depth), &similar(depth), words_at, similarity_at), limit),
        };
        let hit = |(number, score): (Place, f32)| {
            let member = members.get(number as usize)?;
            Some(DocumentHit { document: member.segment.documents().get(member.ordinal)?.id.clone(), score })
        };
        ranking.into_iter().filter_map(hit).collect()
    }

    /// Documents that are to be found, in the order of their passages' places. Those without passages have no place.
    fn members(&self) -> Vec<Member<'_>> {
        let mut members = Vec::new();
        for held in self.segments.values() {
            for (ordinal, entry) in held.segment.documents().iter().enumerate() {
                if entry.passages == 0 || !held.live.get(ordinal).copied().unwrap_or(false) {
                    continue;
                }
                let passages = held.segment.passages().get(entry.range()).unwrap_or_default();
                members.push(Member {
                    segment: &held.segment,
                    ordinal,
                    first: held.first + entry.first,
                    passages: entry.passages,
                    terms: passages.iter().map(|passage| passage.text_terms as f32).sum(),
                });
            }
        }
        members
    }

    /// The score by words of every document, by its number: 0 to 1.
    fn words_of_documents(&self, text: &str, members: &[Member<'_>]) -> Vec<f32> {
        let passages = self.words(text);
        let best_passage = |member: &Member<'_>| {
            let range = member.first as usize..(member.first + member.passages) as usize;
            passages.get(range).unwrap_or_default().iter().copied().fold(0.0, f32::max)
        };
        let by_passage = shares(members.iter().map(best_passage).collect());
        let whole = shares(self.bm25_of_documents(text, members));
        whole.iter().zip(by_passage).map(|(whole, passage)| f32::midpoint(*whole, passage)).collect()
    }

    /// BM25 over documents as wholes.
    fn bm25_of_documents(&self, text: &str, members: &[Member<'_>]) -> Vec<f32> {
        let mean = (members.iter().map(|member| member.terms).sum::<f32>() / members.len().max(1) as f32).max(1.0);
        let mut scores = vec![0f32; members.len()];
        let mut counts: Vec<f32> = Vec::new();
        for term in self.analyzer.query_terms(text) {
            counts.clear();
            counts.resize(members.len(), 0.0);
            let mut at = 0;
            while let Some(member) = members.get(at) {
                let segment = member.segment;
                // Members of one segment follow each other.
                let same = members[at..].iter().take_while(|other| std::ptr::eq(other.segment, segment)).count();
                let members = &members[at..at + same];
                if let (Some(entry), Some(counts)) = (segment.find(&term.term), counts.get_mut(at..at + same)) {
                    self.count(segment, &entry, members, counts);
                }
                at += same;
            }
            let holding = counts.iter().filter(|count| **count > 0.0).count();
            let idf = idf(members.len() as u64, holding as u64);
            for ((score, count), member) in scores.iter_mut().zip(&counts).zip(members) {
                let frequency = count / (1.0 - B + B * member.terms / mean);
                *score += idf * frequency / (K1 + frequency);
            }
        }
        scores
    }

    /// Adds a term's occurrences in each of a segment's members.
    fn count(&self, segment: &Segment, entry: &super::segment::TermEntry, members: &[Member<'_>], counts: &mut [f32]) {
        let number = |ordinal: usize| members.binary_search_by_key(&ordinal, |member| member.ordinal).ok();
        for posting in segment.postings(entry) {
            let number = segment.document_of(posting.passage).and_then(number);
            if let Some(count) = number.and_then(|number| counts.get_mut(number)) {
                *count += posting.in_text as f32 + if posting.in_heading { self.bm25.heading } else { 0.0 };
            }
        }
        for ordinal in segment.titles(entry) {
            if let Some(count) = number(ordinal as usize).and_then(|number| counts.get_mut(number)) {
                *count += self.bm25.title;
            }
        }
    }
}

/// Each score's share of the best.
fn shares(mut scores: Vec<f32>) -> Vec<f32> {
    let top = scores.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    scores.iter_mut().for_each(|score| *score /= top);
    scores
}

/// The numbers that have any score.
fn held(scores: &[f32]) -> Ranking {
    (0u32..).zip(scores.iter().copied()).filter(|(_, score)| *score > 0.0).collect()
}
