//! From bytes to a segment. Bytes may be anything.

use conclave_protocol::DocumentId;

use super::bytes::Cursor;
use super::{DocumentEntry, PassageEntry, Segment, SegmentError};
use crate::index::analyzer;

pub(super) const MAGIC: &[u8; 8] = b"CNCLVSEG";
pub(super) const FORMAT_VERSION: u16 = 3;
pub(super) const HEADER_BYTES: usize = 64;

struct Header {
    documents: usize,
    headings: usize,
    passages: usize,
    terms: u32,
    sections: [usize; 6],
    crc: u32,
}

impl Segment {
    /// Takes a stored segment over.
    ///
    /// # Errors
    /// [`SegmentError`] for bytes that no [`SegmentBuilder`](super::SegmentBuilder) of this version made.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SegmentError> {
        let (head, body) = bytes.split_at_checked(HEADER_BYTES).ok_or(SegmentError::Truncated)?;
        let header = header(head)?;
        // Six numbers of 32 bits, so that the sum fits everywhere but in wasm, where it is looked at.
        let whole = header.sections.iter().try_fold(0usize, |sum, section| sum.checked_add(*section));
        if whole.is_none_or(|whole| body.len() < whole) {
            return Err(SegmentError::Truncated);
        }
        if whole != Some(body.len()) || crc32fast::hash(body) != header.crc {
            return Err(SegmentError::Checksum);
        }
        let mut at = HEADER_BYTES;
        let [documents, headings, passages, blocks, dictionary, postings] = header.sections.map(|length| {
            let section = at..at + length;
            at = section.end;
            section
        });
        let section = |range: std::ops::Range<usize>| bytes.get(range).unwrap_or_default();
        let documents = read_documents(section(documents), header.documents, header.passages)?;
        let places = read_headings(section(headings.clone()), header.headings, headings.start)?;
        let passages = read_passages(section(passages), &documents, header.headings)?;
        let blocks = read_blocks(section(blocks), header.terms, dictionary.len())?;
        let text_terms = passages.iter().map(|passage| u64::from(passage.text_terms)).sum();
        let terms = header.terms;
        Ok(Self { documents, headings: places, passages, blocks, terms, dictionary, postings, text_terms, bytes })
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
        documents: size(12),
        headings: size(16),
        passages: size(20),
        terms: u32_at(24),
        sections: [size(28), size(32), size(36), size(40), size(44), size(48)],
        crc: u32_at(52),
    })
}

fn read_documents(section: &[u8], count: usize, passages: usize) -> Result<Vec<DocumentEntry>, SegmentError> {
    let mut cursor = Cursor::new(section, "documents");
    let mut documents = Vec::with_capacity(count.min(cursor.room_for(3)));
    let mut first = 0u32;
    for _ in 0..count {
        let id = DocumentId(cursor.string()?.into());
        let (passages, title_terms) = (cursor.varint()?, cursor.varint()?);
        documents.push(DocumentEntry { id, first, passages, title_terms });
        first = first.checked_add(passages).ok_or(cursor.wrong())?;
    }
    if first as usize != passages {
        return Err(cursor.wrong());
    }
    cursor.finish()?;
    Ok(documents)
}

/// Where each heading begins, `start` being where the section does.
fn read_headings(section: &[u8], count: usize, start: usize) -> Result<Vec<u32>, SegmentError> {
    let mut cursor = Cursor::new(section, "headings");
    let mut places = Vec::with_capacity(count.min(cursor.room_for(1)));
    for _ in 0..count {
        let at = start + section.len() - cursor.left();
        places.push(u32::try_from(at).map_err(|_| cursor.wrong())?);
        cursor.string()?;
    }
    cursor.finish()?;
    Ok(places)
}

fn read_passages(
    section: &[u8],
    documents: &[DocumentEntry],
    headings: usize,
) -> Result<Vec<PassageEntry>, SegmentError> {
    let mut cursor = Cursor::new(section, "passages");
    let mut passages = Vec::with_capacity(cursor.room_for(5));
    let mut heading = 0;
    for document in documents {
        let (mut start, mut line) = (0, 0);
        for _ in 0..document.passages {
            start = cursor.step(start)?;
            let length = cursor.varint()?;
            line = cursor.step(line)?;
            heading = cursor.step(heading)?;
            if start.checked_add(length).is_none() || heading as usize > headings {
                return Err(cursor.wrong());
            }
            passages.push(PassageEntry { start, length, line, heading, text_terms: cursor.varint()? });
        }
    }
    cursor.finish()?;
    passages.shrink_to_fit();
    Ok(passages)
}

fn read_blocks(section: &[u8], terms: u32, dictionary: usize) -> Result<Vec<u32>, SegmentError> {
    let (fours, rest) = section.as_chunks::<4>();
    let blocks: Vec<u32> = fours.iter().map(|four| u32::from_le_bytes(*four)).collect();
    let sound = rest.is_empty()
        && blocks.len() == (terms as usize).div_ceil(super::dictionary::BLOCK)
        && blocks.is_sorted()
        && blocks.last().is_none_or(|last| (*last as usize) < dictionary);
    if sound { Ok(blocks) } else { Err(SegmentError::Inconsistent("blocks")) }
}
