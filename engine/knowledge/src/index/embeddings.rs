//! Stored vectors: those of some passages of some documents, in one immutable piece of binary data.
//!
//! Vectors are kept apart from the words, because they come later, in batches of passages, and go as a whole when another
//! encoder takes over. Format 2, little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `CNCLVVEC` |
//! | 8..10, 10..12 | format version; 0 |
//! | 12..24 | length of a vector; number of runs; number of vectors |
//! | 24..28 | length in bytes of the names |
//! | 28..32 | CRC-32 (IEEE) of all that follows and of the bytes before |
//!
//! Then the names: the encoder's as a string (a LEB128 length and UTF-8 bytes), and for each run the document's id as a string,
//! the number of the first passage and how many follow each other (varints). Then one row per vector, in the order of the runs,
//! its numbers in 6 bits of two's complement, lowest bits first, filled up to whole bytes; a row's scale follows from it
//! ([`quantise()`](super::vectors::quantise)). Format 1 had a byte for each number, up to 127: read, they are rounded once more.

use conclave_protocol::DocumentId;

use super::segment::SegmentError;
use super::segment::bytes::{Cursor, checksum, length, put_string, put_varint};
use super::vectors::{MAX_DIM, pack, packed_len, quantise, unpack};

const MAGIC: &[u8; 8] = b"CNCLVVEC";
const FORMAT_VERSION: u16 = 2;
/// The format before, with numbers of a byte.
const WHOLE_BYTES: u16 = 1;
const HEADER_BYTES: usize = 32;
/// Where the checksum stands.
const CRC_AT: usize = 28;

/// Passages of a document that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The document.
    pub document: DocumentId,
    /// Number of the first passage in the document.
    pub first: u32,
    /// How many.
    pub count: u32,
}

/// Vectors of one encoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    encoder: String,
    dim: usize,
    runs: Vec<Run>,
    values: Vec<i8>,
}

impl Embeddings {
    /// No vectors yet, of the encoder called `encoder`, `dim` numbers each.
    #[must_use]
    pub fn new(encoder: impl Into<String>, dim: usize) -> Self {
        Self { encoder: encoder.into(), dim, runs: Vec::new(), values: Vec::new() }
    }

    /// Adds the vectors of a document's passages from number `first` on. Says whether they were sound: all of the right length,
    /// with finite values. Nothing is added where they are not.
    #[must_use]
    pub fn push(&mut self, document: &DocumentId, first: u32, rows: &[Vec<f32>]) -> bool {
        if !(1..=MAX_DIM).contains(&self.dim) {
            return false;
        }
        let before = self.values.len();
        for row in rows {
            match quantise(row).ok().filter(|_| row.len() == self.dim) {
                Some((values, _)) => self.values.extend(values),
                None => {
                    self.values.truncate(before);
                    return false;
                }
            }
        }
        if !rows.is_empty() {
            self.runs.push(Run { document: document.clone(), first, count: length(rows.len()) });
        }
        true
    }

    /// Who made them.
    #[must_use]
    pub fn encoder(&self) -> &str {
        &self.encoder
    }

    /// Length of each.
    #[must_use]
    pub const fn dim(&self) -> usize {
        self.dim
    }

    /// Number of vectors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() / self.dim.max(1)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whose they are, in their order.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The row of each vector, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[i8]> {
        self.values.chunks_exact(self.dim.max(1))
    }

    /// The vectors of `all` whose document `keep` wants, as one. All are of the encoder of the first.
    #[must_use]
    pub fn merge(all: &[&Self], keep: impl Fn(&DocumentId) -> bool) -> Self {
        let mut merged =
            all.first().map_or_else(|| Self::new("", 0), |first| Self::new(first.encoder.clone(), first.dim));
        for one in all {
            let mut at = 0;
            for run in &one.runs {
                let rows = at..at + run.count as usize;
                at = rows.end;
                if !keep(&run.document) {
                    continue;
                }
                merged.values.extend_from_slice(&one.values[rows.start * one.dim..rows.end * one.dim]);
                match merged.runs.last_mut() {
                    // Batches of one document come one after the other.
                    Some(last) if last.document == run.document && last.first + last.count == run.first => {
                        last.count += run.count
                    }
                    _ => merged.runs.push(run.clone()),
                }
            }
        }
        merged
    }

    /// As stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut names = Vec::new();
        put_string(&mut names, &self.encoder);
        for run in &self.runs {
            put_string(&mut names, run.document.as_str());
            put_varint(&mut names, run.first);
            put_varint(&mut names, run.count);
        }
        let mut out = Vec::with_capacity(HEADER_BYTES + names.len() + self.len() * packed_len(self.dim));
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        for number in [self.dim, self.runs.len(), self.len(), names.len(), 0] {
            out.extend_from_slice(&length(number).to_le_bytes());
        }
        out.extend_from_slice(&names);
        self.rows().for_each(|row| pack(row, &mut out));
        let crc = checksum(&out, CRC_AT);
        out[CRC_AT..HEADER_BYTES].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// Reads stored vectors.
    ///
    /// # Errors
    /// [`SegmentError`] for bytes that [`Embeddings::to_bytes`] of this version did not make.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SegmentError> {
        let (head, body) = bytes.split_at_checked(HEADER_BYTES).ok_or(SegmentError::Truncated)?;
        if !head.starts_with(MAGIC) {
            return Err(SegmentError::Magic);
        }
        let u32_at = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if checksum(bytes, CRC_AT) != u32_at(CRC_AT) {
            return Err(SegmentError::Checksum);
        }
        let format = u16::from_le_bytes([head[8], head[9]]);
        if format != FORMAT_VERSION && format != WHOLE_BYTES {
            return Err(SegmentError::Version { format, analyzer: 0 });
        }
        let (dim, runs, count) = (u32_at(12) as usize, u32_at(16) as usize, u32_at(20) as usize);
        let (names, values) = body.split_at_checked(u32_at(24) as usize).ok_or(SegmentError::Truncated)?;
        let stored = if format == WHOLE_BYTES { dim } else { packed_len(dim) };
        if !(1..=MAX_DIM).contains(&dim) || stored.checked_mul(count) != Some(values.len()) {
            return Err(SegmentError::Inconsistent("vectors"));
        }
        let (encoder, runs) = read_names(names, runs, count)?;
        let mut rows = Vec::with_capacity(count * dim);
        for row in values.chunks_exact(stored) {
            if format == WHOLE_BYTES {
                let row: Vec<f32> = row.iter().map(|byte| f32::from(byte.cast_signed())).collect();
                rows.extend(quantise(&row).map_err(|_| SegmentError::Inconsistent("vectors"))?.0);
            } else {
                unpack(row, dim, &mut rows);
            }
        }
        let values = rows;
        Ok(Self { encoder, dim, runs, values })
    }
}

fn read_names(section: &[u8], count: usize, vectors: usize) -> Result<(String, Vec<Run>), SegmentError> {
    let mut cursor = Cursor::new(section, "vectors");
    let encoder = cursor.string()?.to_owned();
    let mut runs = Vec::with_capacity(count.min(cursor.room_for(3)));
    let mut all = 0usize;
    for _ in 0..count {
        let run =
            Run { document: DocumentId(cursor.string()?.into()), first: cursor.varint()?, count: cursor.varint()? };
        run.first.checked_add(run.count).ok_or(cursor.wrong())?;
        all = all.checked_add(run.count as usize).ok_or(cursor.wrong())?;
        runs.push(run);
    }
    if all != vectors {
        return Err(cursor.wrong());
    }
    cursor.finish()?;
    Ok((encoder, runs))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn sample() -> Embeddings {
        let mut embeddings = Embeddings::new("mini", 3);
        assert!(embeddings.push(&DocumentId("a".into()), 0, &[vec![0.6, -0.8, 0.0], vec![0.0, 0.0, 1.0]]));
        assert!(embeddings.push(&DocumentId("b".into()), 4, &[vec![1.0, 0.0, 0.0]]));
        embeddings
    }

    #[test]
    fn vectors_survive_their_bytes_and_changed_ones_are_refused() {
        let bytes = sample().to_bytes();
        assert_eq!(Embeddings::from_bytes(&bytes), Ok(sample()));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert!(Embeddings::from_bytes(&changed).is_err(), "byte {at}");
            assert!(Embeddings::from_bytes(&bytes[..at]).is_err(), "length {at}");
        }
        assert_eq!(Embeddings::from_bytes(b"").err(), Some(SegmentError::Truncated));
    }

    #[test]
    fn unsound_vectors_are_not_taken() {
        let mut embeddings = sample();
        assert!(!embeddings.push(&DocumentId("c".into()), 0, &[vec![1.0, 0.0]]));
        assert!(!embeddings.push(&DocumentId("c".into()), 0, &[vec![1.0, f32::NAN, 0.0]]));
        assert!(!Embeddings::new("none", 0).push(&DocumentId("c".into()), 0, &[vec![]]));
        assert_eq!(embeddings, sample());
    }

    #[test]
    fn a_merge_joins_runs_and_leaves_out_what_is_gone() {
        let mut more = Embeddings::new("mini", 3);
        assert!(more.push(&DocumentId("b".into()), 5, &[vec![0.0, 1.0, 0.0]]));
        let merged = Embeddings::merge(&[&sample(), &more], |id| id.as_str() == "b");
        assert_eq!(merged.runs(), [Run { document: DocumentId("b".into()), first: 4, count: 2 }]);
        let rows: Vec<_> = merged.rows().map(<[i8]>::to_vec).collect();
        assert_eq!(rows, [[31, 0, 0], [0, 31, 0]]);
    }

    #[test]
    fn vectors_of_format_1_are_read() {
        let mut bytes = sample().to_bytes();
        bytes.truncate(bytes.len() - 3 * packed_len(3));
        for row in [[95i8, -127, 0], [0, 0, 127], [127, 0, 0]] {
            bytes.extend(row.map(i8::cast_unsigned));
        }
        bytes[8] = 1;
        let crc = checksum(&bytes, CRC_AT);
        bytes[CRC_AT..HEADER_BYTES].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(Embeddings::from_bytes(&bytes), Ok(sample()));
        bytes[8] = 3;
        let crc = checksum(&bytes, CRC_AT);
        bytes[CRC_AT..HEADER_BYTES].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(Embeddings::from_bytes(&bytes), Err(SegmentError::Version { format: 3, analyzer: 0 }));
    }
}
