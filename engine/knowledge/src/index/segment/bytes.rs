//! Reading and writing numbers and strings, with every bound checked.

use super::SegmentError;

/// Reads a section from its start; every read fails softly at its end.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    section: &'static str,
}

impl<'a> Cursor<'a> {
    pub fn new(rest: &'a [u8], section: &'static str) -> Self {
        Self { rest, section }
    }

    /// The error for anything wrong in this section.
    pub fn wrong(&self) -> SegmentError {
        SegmentError::Inconsistent(self.section)
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], SegmentError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(self.wrong())?;
        self.rest = rest;
        Ok(taken)
    }

    /// A LEB128 number of at most 32 bits.
    pub fn varint(&mut self) -> Result<u32, SegmentError> {
        let mut value = 0u64;
        for shift in (0..35).step_by(7) {
            let (byte, rest) = self.rest.split_first().ok_or(self.wrong())?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value).map_err(|_| self.wrong());
            }
        }
        Err(self.wrong())
    }

    /// A LEB128 number of at most 64 bits.
    pub fn long(&mut self) -> Result<u64, SegmentError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first().ok_or(self.wrong())?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            value |= bits << shift;
            if (value >> shift) != bits {
                break;
            }
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.wrong())
    }

    /// `before` plus a zigzag difference.
    pub fn step(&mut self, before: u32) -> Result<u32, SegmentError> {
        let zigzag = self.varint()?;
        let by = i64::from(zigzag >> 1) ^ -i64::from(zigzag & 1);
        u32::try_from(i64::from(before) + by).map_err(|_| self.wrong())
    }

    pub fn string(&mut self) -> Result<&'a str, SegmentError> {
        let length = self.varint()?;
        let bytes = self.take(length as usize)?;
        std::str::from_utf8(bytes).map_err(|_| self.wrong())
    }

    /// How many items of at least `min_bytes` the rest can hold at most: a bound for memory before reading them.
    pub fn room_for(&self, min_bytes: usize) -> usize {
        self.rest.len() / min_bytes
    }

    /// Bytes that were not read yet.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    pub fn finish(self) -> Result<(), SegmentError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.wrong()) }
    }
}

/// CRC-32 (IEEE) of everything but the four bytes at `at`, where it stands itself.
pub fn checksum(bytes: &[u8], at: usize) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(bytes.get(..at).unwrap_or_default());
    crc.update(bytes.get(at + 4..).unwrap_or_default());
    crc.finalize()
}

pub(crate) fn put_varint(out: &mut Vec<u8>, value: u32) {
    put_long(out, value.into());
}

pub(crate) fn put_long(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        // The mask keeps seven bits: the cast loses nothing.
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The zigzag difference. Values are offsets below 2^30 (texts have at most 20 MB), so it fits 32 bits.
pub(crate) fn put_step(out: &mut Vec<u8>, before: u32, value: u32) {
    let by = i64::from(value) - i64::from(before);
    let zigzag = ((by << 1) ^ (by >> 63)) as u64;
    put_varint(out, u32::try_from(zigzag).unwrap_or(u32::MAX));
}

pub(crate) fn put_string(out: &mut Vec<u8>, text: &str) {
    put_varint(out, length(text.len()));
    out.extend_from_slice(text.as_bytes());
}

/// A length as the format holds it. Nothing in a segment comes near 4 GB: a text has at most 20 MB.
pub(crate) fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
