//! From the parts of a segment to its bytes.

use super::bytes::{length, put_step, put_string, put_varint};
use super::dictionary::DictionaryWriter;
use super::read::{FORMAT_VERSION, HEADER_BYTES, MAGIC};
use super::{DocumentEntry, PassageEntry, Segment};
use crate::index::analyzer;

/// Documents, headings and passages of a segment that is being made.
#[derive(Default)]
pub(super) struct Parts {
    pub documents: Vec<DocumentEntry>,
    pub headings: Vec<String>,
    pub passages: Vec<PassageEntry>,
}

impl Parts {
    /// The number that a passage keeps for its heading. Passages of one section follow each other: comparing with the last
    /// heading finds nearly all repetitions.
    pub fn heading(&mut self, heading: &str) -> u32 {
        if heading.is_empty() {
            return 0;
        }
        if self.headings.last().is_none_or(|last| last != heading) {
            self.headings.push(heading.to_owned());
        }
        length(self.headings.len())
    }

    /// The segment with these words.
    pub fn assemble(self, words: DictionaryWriter, postings: &[u8]) -> Segment {
        let documents = self.document_section();
        let (headings, heading_places) = self.heading_section();
        let passages = self.passage_section();
        let blocks: Vec<u8> = words.blocks.iter().flat_map(|at| at.to_le_bytes()).collect();
        let sections = [&documents, &headings, &passages, &blocks, &words.bytes, postings];
        let mut crc = crc32fast::Hasher::new();
        sections.iter().for_each(|section| crc.update(section));
        let mut bytes = Vec::with_capacity(HEADER_BYTES + sections.iter().map(|section| section.len()).sum::<usize>());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&analyzer::VERSION.to_le_bytes());
        let counts = [self.documents.len(), self.headings.len(), self.passages.len()].map(length);
        let lengths = sections.map(|section| length(section.len()));
        for number in counts.into_iter().chain([words.terms]).chain(lengths).chain([crc.finalize(), 0]) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let header_crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&header_crc.to_le_bytes());
        let mut places = [0; 6];
        for (place, section) in places.iter_mut().zip(sections) {
            *place = bytes.len();
            bytes.extend_from_slice(section);
        }
        let [_, heading_start, _, _, dictionary, list_start] = places;
        Segment {
            documents: self.documents,
            headings: heading_places.into_iter().map(|at| length(heading_start + at)).collect(),
            text_terms: self.passages.iter().map(|passage| u64::from(passage.text_terms)).sum(),
            passages: self.passages,
            blocks: words.blocks,
            terms: words.terms,
            dictionary: dictionary..list_start,
            postings: list_start..bytes.len(),
            bytes,
        }
    }

    fn document_section(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for document in &self.documents {
            put_string(&mut out, document.id.as_str());
            put_varint(&mut out, document.passages);
            put_varint(&mut out, document.title_terms);
        }
        out
    }

    /// The headings, and where each begins.
    fn heading_section(&self) -> (Vec<u8>, Vec<usize>) {
        let mut out = Vec::new();
        let mut places = Vec::with_capacity(self.headings.len());
        for heading in &self.headings {
            places.push(out.len());
            put_string(&mut out, heading);
        }
        (out, places)
    }

    fn passage_section(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut heading = 0;
        for document in &self.documents {
            let (mut start, mut line) = (0, 0);
            for passage in self.passages.get(document.range()).unwrap_or_default() {
                put_step(&mut out, start, passage.start);
                put_varint(&mut out, passage.length);
                put_step(&mut out, line, passage.line);
                put_step(&mut out, heading, passage.heading);
                put_varint(&mut out, passage.text_terms);
                (start, line, heading) = (passage.start, passage.line, passage.heading);
            }
        }
        out
    }
}
