//! From bytes to a segment. Bytes may be anything.

use conclave_protocol::Span;

use super::bytes::Cursor;
use super::{ChunkEntry, Posting, Segment, SegmentError, TermEntry};
use crate::index::analyzer::{self, MAX_TERM_BYTES};
use crate::index::dense::Quantised;

pub(super) const MAGIC: &[u8; 8] = b"CNCLVSEG";
pub(super) const FORMAT_VERSION: u16 = 1;
pub(super) const HEADER_BYTES: usize = 64;

struct Header {
    chunks: usize,
    terms: usize,
    dim: usize,
    sections: [usize; 5],
    crc: u32,
}

impl Segment {
    /// Reads a stored segment.
    ///
    /// # Errors
    /// [`SegmentError`] for bytes that [`Segment::to_bytes`] of this version did not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SegmentError> {
        let (head, body) = bytes.split_at_checked(HEADER_BYTES).ok_or(SegmentError::Truncated)?;
        let header = header(head)?;
        if body.len() < header.sections.iter().sum() {
            return Err(SegmentError::Truncated);
        }
        if body.len() != header.sections.iter().sum::<usize>() || crc32fast::hash(body) != header.crc {
            return Err(SegmentError::Checksum);
        }
        let mut rest = body;
        let [strings, passages, terms, postings, vectors] = header.sections.map(|length| {
            // The sum was checked above.
            let (section, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            section
        });
        let (encoder, title_terms, headings) = read_strings(strings)?;
        let chunks = read_passages(passages, header.chunks, headings.len())?;
        let terms = read_terms(terms, header.terms)?;
        let postings = read_postings(postings, &terms, chunks.len())?;
        let vectors = read_vectors(vectors, chunks.len(), header.dim, encoder)?;
        Ok(Self { title_terms, headings, chunks, terms, postings, vectors })
    }
}

fn header(head: &[u8]) -> Result<Header, SegmentError> {
    if !head.starts_with(MAGIC) {
        return Err(SegmentError::Magic);
    }
    let u16_at = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
    let u32_at = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if crc32fast::hash(&head[..60]) != u32_at(60) {
        return Err(SegmentError::Checksum);
    }
    let (format, analyzer) = (u16_at(8), u16_at(10));
    if format != FORMAT_VERSION || analyzer != analyzer::VERSION {
        return Err(SegmentError::Version { format, analyzer });
    }
    let size = |at: usize| u32_at(at) as usize;
    Ok(Header {
        chunks: size(16),
        terms: size(20),
        dim: size(24),
        sections: [size(28), size(32), size(36), size(40), size(44)],
        crc: u32_at(48),
    })
}

fn read_strings(section: &[u8]) -> Result<(String, u32, Vec<String>), SegmentError> {
    let mut cursor = Cursor::new(section, "strings");
    let encoder = cursor.string()?.to_owned();
    let title_terms = cursor.varint()?;
    let count = cursor.varint()? as usize;
    let mut headings = Vec::with_capacity(count.min(cursor.room_for(1)));
    for _ in 0..count {
        headings.push(cursor.string()?.to_owned());
    }
    cursor.finish()?;
    Ok((encoder, title_terms, headings))
}

fn read_passages(section: &[u8], count: usize, headings: usize) -> Result<Vec<ChunkEntry>, SegmentError> {
    let mut cursor = Cursor::new(section, "passages");
    let mut chunks = Vec::with_capacity(count.min(cursor.room_for(6)));
    let (mut start, mut line) = (0, 0);
    for _ in 0..count {
        start = cursor.step(start)?;
        let end = start.checked_add(cursor.varint()?).ok_or(cursor.wrong())?;
        line = cursor.step(line)?;
        let heading = cursor.varint()?.checked_sub(1);
        if heading.is_some_and(|heading| heading as usize >= headings) {
            return Err(cursor.wrong());
        }
        let (text_terms, heading_terms) = (cursor.varint()?, cursor.varint()?);
        let span = Span::new(start as usize, end as usize);
        chunks.push(ChunkEntry { span, line, heading, text_terms, heading_terms });
    }
    cursor.finish()?;
    Ok(chunks)
}

fn read_terms(section: &[u8], count: usize) -> Result<Vec<TermEntry>, SegmentError> {
    let mut cursor = Cursor::new(section, "terms");
    let mut terms: Vec<TermEntry> = Vec::with_capacity(count.min(cursor.room_for(4)));
    let mut first = 0u32;
    for _ in 0..count {
        let before = terms.last().map_or("", |entry| &*entry.term);
        let shared = cursor.varint()? as usize;
        let mut term = before.get(..shared).ok_or(cursor.wrong())?.to_owned();
        term.push_str(cursor.string()?);
        // Sorted without repetitions, or the binary search would not find them.
        if term.len() > MAX_TERM_BYTES || (!terms.is_empty() && *term <= *before) {
            return Err(cursor.wrong());
        }
        let (in_title, count) = (cursor.varint()?, cursor.varint()?);
        terms.push(TermEntry { term: term.into_boxed_str(), in_title, first, count });
        first = first.checked_add(count).ok_or(cursor.wrong())?;
    }
    cursor.finish()?;
    Ok(terms)
}

fn read_postings(section: &[u8], terms: &[TermEntry], chunks: usize) -> Result<Vec<Posting>, SegmentError> {
    let mut cursor = Cursor::new(section, "postings");
    let mut postings = Vec::with_capacity(cursor.room_for(3));
    for entry in terms {
        let mut chunk = 0u32;
        for index in 0..entry.count {
            let step = cursor.varint()?;
            chunk = chunk.checked_add(step).ok_or(cursor.wrong())?;
            if chunk as usize >= chunks || (index > 0 && step == 0) {
                return Err(cursor.wrong());
            }
            postings.push(Posting { chunk, in_text: cursor.varint()?, in_heading: cursor.varint()? });
        }
    }
    cursor.finish()?;
    Ok(postings)
}

fn read_vectors(section: &[u8], chunks: usize, dim: usize, encoder: String) -> Result<Option<Quantised>, SegmentError> {
    let wrong = SegmentError::Inconsistent("vectors");
    if dim == 0 {
        return if section.is_empty() { Ok(None) } else { Err(wrong) };
    }
    let expected = dim.checked_add(4).and_then(|row| row.checked_mul(chunks));
    if expected != Some(section.len()) {
        return Err(wrong);
    }
    let (scales, values) = section.split_at_checked(4 * chunks).ok_or(wrong.clone())?;
    let scales: Vec<f32> = scales.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    if !scales.iter().all(|scale| scale.is_finite() && *scale >= 0.0) {
        return Err(wrong);
    }
    let values = values.iter().map(|byte| byte.cast_signed()).collect();
    Ok(Some(Quantised { encoder, dim, scales, values }))
}
