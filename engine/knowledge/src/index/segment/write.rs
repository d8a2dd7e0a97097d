//! From a segment to bytes.

use super::Segment;
use super::bytes::{length, put_step, put_string, put_varint};
use super::read::{FORMAT_VERSION, HEADER_BYTES, MAGIC};
use crate::index::analyzer;

impl Segment {
    /// The segment as stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let sections = [self.strings(), self.passages(), self.dictionary(), self.posting_lists(), self.vector_rows()];
        let mut crc = crc32fast::Hasher::new();
        sections.iter().for_each(|section| crc.update(section));
        let mut out = Vec::with_capacity(HEADER_BYTES + sections.iter().map(Vec::len).sum::<usize>());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        out.extend_from_slice(&analyzer::VERSION.to_le_bytes());
        let dim = self.vectors.as_ref().map_or(0, |vectors| vectors.dim);
        let numbers = [0, length(self.chunks.len()), length(self.terms.len()), length(dim)];
        let lengths = sections.iter().map(|section| length(section.len()));
        for number in numbers.into_iter().chain(lengths).chain([crc.finalize(), 0, 0]) {
            out.extend_from_slice(&number.to_le_bytes());
        }
        let header_crc = crc32fast::hash(&out);
        out.extend_from_slice(&header_crc.to_le_bytes());
        sections.iter().for_each(|section| out.extend_from_slice(section));
        out
    }

    fn strings(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_string(&mut out, self.encoder().unwrap_or(""));
        put_varint(&mut out, self.title_terms);
        put_varint(&mut out, length(self.headings.len()));
        self.headings.iter().for_each(|heading| put_string(&mut out, heading));
        out
    }

    fn passages(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let (mut start, mut line) = (0, 0);
        for chunk in &self.chunks {
            put_step(&mut out, start, length(chunk.span.start));
            put_varint(&mut out, length(chunk.span.len()));
            put_step(&mut out, line, chunk.line);
            put_varint(&mut out, chunk.heading.map_or(0, |heading| heading + 1));
            put_varint(&mut out, chunk.text_terms);
            put_varint(&mut out, chunk.heading_terms);
            (start, line) = (length(chunk.span.start), chunk.line);
        }
        out
    }

    fn dictionary(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut before = "";
        for entry in &self.terms {
            let shared = before.bytes().zip(entry.term.bytes()).take_while(|(a, b)| a == b).count();
            // A prefix ends on a character boundary, so that the rest is UTF-8 of its own.
            let shared = entry.term.floor_char_boundary(shared);
            put_varint(&mut out, length(shared));
            put_string(&mut out, &entry.term[shared..]);
            put_varint(&mut out, entry.in_title);
            put_varint(&mut out, entry.count);
            before = &entry.term;
        }
        out
    }

    fn posting_lists(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for entry in &self.terms {
            let first = entry.first as usize;
            let mut before = 0;
            for posting in self.postings.get(first..first + entry.count as usize).unwrap_or_default() {
                put_varint(&mut out, posting.chunk - before);
                put_varint(&mut out, posting.in_text);
                put_varint(&mut out, posting.in_heading);
                before = posting.chunk;
            }
        }
        out
    }

    fn vector_rows(&self) -> Vec<u8> {
        let Some(vectors) = &self.vectors else {
            return Vec::new();
        };
        let mut out = Vec::with_capacity(4 * vectors.scales.len() + vectors.values.len());
        vectors.scales.iter().for_each(|scale| out.extend_from_slice(&scale.to_le_bytes()));
        out.extend(vectors.values.iter().map(|value| value.cast_unsigned()));
        out
    }
}
