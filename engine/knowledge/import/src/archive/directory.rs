//! A ZIP archive in memory: its entries, and the bytes of one (PKWARE APPNOTE 6.3.10).
//!
//! Entries are found by the directory at the archive's end; where that is lost (a download that broke off), by their own
//! headers, as far as those tell their sizes. Nothing is unpacked before it is asked for, and then at most as much as
//! the caller allows, whatever the headers promise.

use std::collections::HashMap;
use std::io::Read as _;

use flate2::read::DeflateDecoder;

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
const END_64: [u8; 4] = *b"PK\x06\x06";

/// The end record has 22 bytes and a comment of at most 65,535.
const END_RANGE: usize = 22 + 65_535;

/// Most entries listed; beyond, an archive is refused. A whole mailbox or photo library has fewer.
const MAX_ENTRIES: usize = 200_000;

/// Most bytes that one byte can stand for, with a mebibyte for free. Deflate reaches 1,032; sheets and logs that people have
/// stay below 200.
const MAX_RATIO: u64 = 400;
const FREE_BYTES: u64 = 1 << 20;

/// One file in an archive.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Name with its folders, as it stands in the archive.
    pub name: String,
    method: u16,
    flags: u16,
    packed_bytes: u64,
    /// Size that the header promises.
    pub size_bytes: u64,
    header_at: usize,
}

/// Why an entry cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryError {
    /// It needs a password.
    Encrypted,
    /// It is packed by a method that is not known here (its number in APPNOTE, 4.4.5).
    Method(u16),
    /// It would unpack to more than is allowed.
    TooLarge,
    /// It unpacks to far more than real files do.
    Bomb,
    /// Its bytes are damaged, or missing.
    Damaged,
}

/// An archive's entries.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry>,
    by_name: HashMap<String, usize>,
    /// Whether the directory is lost, and with it perhaps some entries.
    pub is_cut: bool,
}

/// The archive cannot be opened: it has no entries that can be found, or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoArchive;

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, NoArchive> {
        let listed = directory(bytes);
        let is_cut = listed.is_none();
        let entries = match listed {
            Some(entries) => entries,
            None => scan(bytes),
        };
        if (entries.is_empty() && is_cut) || entries.len() > MAX_ENTRIES {
            return Err(NoArchive);
        }
        // The last entry of a name is the one that programs take.
        let by_name = entries.iter().enumerate().map(|(index, entry)| (entry.name.clone(), index)).collect();
        Ok(Self { bytes, entries, by_name, is_cut })
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of this name; names of office packages are compared without case, as their standard says.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        let exact = self.by_name.get(name).and_then(|index| self.entries.get(*index));
        exact.or_else(|| self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)))
    }

    /// The unpacked bytes of an entry.
    pub fn read(&self, entry: &Entry, limit_bytes: u64) -> Result<Vec<u8>, EntryError> {
        // Bit 0: encrypted; bit 6: strongly; bit 13: the directory itself is.
        if entry.flags & 0x2041 != 0 || entry.method == 99 {
            return Err(EntryError::Encrypted);
        }
        let packed = self.packed(entry).ok_or(EntryError::Damaged)?;
        match entry.method {
            0 => {
                let too_large = packed.len() as u64 > limit_bytes;
                if too_large { Err(EntryError::TooLarge) } else { Ok(packed.to_vec()) }
            }
            8 => inflate(packed, entry.size_bytes, limit_bytes),
            method => Err(EntryError::Method(method)),
        }
    }

    /// The unpacked bytes of the entry of this name, where there is one and it is sound.
    pub fn get(&self, name: &str, limit_bytes: u64) -> Option<Vec<u8>> {
        self.entry(name).and_then(|entry| self.read(entry, limit_bytes).ok())
    }

    fn packed(&self, entry: &Entry) -> Option<&'a [u8]> {
        let header = self.bytes.get(entry.header_at..)?;
        if header.get(..4)? != LOCAL {
            return None;
        }
        let from = 30 + usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
        let rest = header.get(from..)?;
        // A last entry that was cut off is read as far as it goes.
        let length = usize::try_from(entry.packed_bytes).ok()?;
        if length > rest.len() && !self.is_cut {
            return None;
        }
        rest.get(..length.min(rest.len()))
    }
}

fn inflate(packed: &[u8], promised_bytes: u64, limit_bytes: u64) -> Result<Vec<u8>, EntryError> {
    let ratio_bytes = (packed.len() as u64).saturating_mul(MAX_RATIO).saturating_add(FREE_BYTES);
    let most = limit_bytes.min(ratio_bytes);
    if promised_bytes > limit_bytes && promised_bytes <= ratio_bytes {
        return Err(EntryError::TooLarge);
    }
    // A header may promise too much: room is made for what can be there.
    let mut out = Vec::with_capacity(usize::try_from(promised_bytes.min(most)).unwrap_or(0));
    let mut reader = DeflateDecoder::new(packed).take(most + 1);
    let whole = reader.read_to_end(&mut out);
    if out.len() as u64 > most {
        return Err(if limit_bytes <= ratio_bytes { EntryError::TooLarge } else { EntryError::Bomb });
    }
    match whole {
        Ok(_) => Ok(out),
        // Half a text is worth having only as a part of a format that can say so; an archive's entry is whole or lost.
        Err(_) => Err(EntryError::Damaged),
    }
}

/// The entries that the directory at the end lists; `None` where there is no sound directory.
fn directory(bytes: &[u8]) -> Option<Vec<Entry>> {
    let from = bytes.len().saturating_sub(END_RANGE);
    let tail = bytes.get(from..)?;
    let end_at = from + tail.windows(4).rposition(|window| window == END)?;
    let end = bytes.get(end_at..)?;
    let (mut count, mut size, mut offset) =
        (u64::from(u16_at(end, 10)?), u64::from(u32_at(end, 12)?), u64::from(u32_at(end, 16)?));
    let mut directory_end = end_at as u64;
    // ZIP64: a locator of 20 bytes stands before the end record and says where the longer one is.
    if let Some(long_at) = end_at.checked_sub(20).and_then(|at| zip_64(bytes, at)) {
        let long = bytes.get(usize::try_from(long_at).ok()?..)?;
        (count, size, offset) = (u64_at(long, 32)?, u64_at(long, 40)?, u64_at(long, 48)?);
        directory_end = long_at;
    }
    if count > MAX_ENTRIES as u64 {
        return None;
    }
    // Bytes before the archive (a self-extracting program) shift all offsets.
    let shift = directory_end.checked_sub(size)?.checked_sub(offset)?;
    let mut at = usize::try_from(offset.checked_add(shift)?).ok()?;
    let mut entries = Vec::with_capacity(usize::try_from(count.min(4096)).unwrap_or(0));
    for _ in 0..count {
        let header = bytes.get(at..)?;
        if header.get(..4)? != CENTRAL {
            return None;
        }
        let name_bytes = usize::from(u16_at(header, 28)?);
        let extra_bytes = usize::from(u16_at(header, 30)?);
        let comment_bytes = usize::from(u16_at(header, 32)?);
        let name = header.get(46..46 + name_bytes)?;
        let extra = header.get(46 + name_bytes..46 + name_bytes + extra_bytes)?;
        let flags = u16_at(header, 8)?;
        let (packed, size, local) = (u32_at(header, 20)?, u32_at(header, 24)?, u32_at(header, 42)?);
        let (packed_bytes, size_bytes, local) = long_sizes(extra, packed, size, local);
        entries.push(Entry {
            name: name_of(name),
            method: u16_at(header, 10)?,
            flags,
            packed_bytes,
            size_bytes,
            header_at: usize::try_from(local.checked_add(shift)?).ok()?,
        });
        at += 46 + name_bytes + extra_bytes + comment_bytes;
    }
    Some(entries)
}

fn zip_64(bytes: &[u8], locator_at: usize) -> Option<u64> {
    let locator = bytes.get(locator_at..)?;
    if locator.get(..4)? != b"PK\x06\x07" {
        return None;
    }
    let at = u64_at(locator, 8)?;
    let long = bytes.get(usize::try_from(at).ok()?..)?;
    (long.get(..4)? == END_64).then_some(at)
}

/// Sizes and offset of an entry whose 32-bit fields are all ones stand in its extra field 1.
fn long_sizes(extra: &[u8], packed: u32, size: u32, local: u32) -> (u64, u64, u64) {
    let mut fields = [u64::from(packed), u64::from(size), u64::from(local)];
    let mut rest = extra;
    while let (Some(id), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let Some(field) = rest.get(4..4 + usize::from(length)) else { break };
        if id == 1 {
            let mut at = 0;
            // In this order: size, packed size, offset; each only where its short field is full.
            for index in [1, 0, 2] {
                if fields[index] == u64::from(u32::MAX)
                    && let Some(long) = u64_at(field, at)
                {
                    fields[index] = long;
                    at += 8;
                }
            }
            break;
        }
        rest = &rest[4 + usize::from(length)..];
    }
    (fields[0], fields[1], fields[2])
}

/// The entries whose own headers tell their sizes, from the beginning on.
fn scan(bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(entry) = local_entry(bytes, at) {
        let next = at + 30 + entry.0 + usize::try_from(entry.1.packed_bytes).unwrap_or(usize::MAX / 2);
        entries.push(entry.1);
        if next >= bytes.len() || entries.len() > MAX_ENTRIES {
            break;
        }
        at = next;
    }
    entries
}

/// The entry whose header stands at this place, with the length of its name and extra field.
fn local_entry(bytes: &[u8], at: usize) -> Option<(usize, Entry)> {
    let header = bytes.get(at..)?;
    if header.get(..4)? != LOCAL {
        return None;
    }
    let flags = u16_at(header, 6)?;
    let name_bytes = usize::from(u16_at(header, 26)?);
    let extra_bytes = usize::from(u16_at(header, 28)?);
    let name = header.get(30..30 + name_bytes)?;
    let (packed, size) = (u32_at(header, 18)?, u32_at(header, 22)?);
    // Bit 3: the sizes follow behind the data, where they cannot be found without the directory.
    if flags & 8 != 0 || packed == u32::MAX {
        return None;
    }
    let entry = Entry {
        name: name_of(name),
        method: u16_at(header, 8)?,
        flags,
        packed_bytes: u64::from(packed),
        size_bytes: u64::from(size),
        header_at: at,
    };
    Some((name_bytes + extra_bytes, entry))
}

/// A name in UTF-8, whether marked so (bit 11) or not; else in code page 437, of which only ASCII and the letters of
/// Western Europe matter for a name.
fn name_of(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) => name.iter().map(|byte| code_page_437(*byte)).collect(),
    }
}

/// Letters of code page 437 (IBM PC); its frames and signs become `_`.
fn code_page_437(byte: u8) -> char {
    const LETTERS: [char; 44] = [
        'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö', 'ò',
        'û', 'ù', 'ÿ', 'Ö', 'Ü', '¢', '£', '¥', '₧', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '⌐', '¬', '½',
    ];
    match byte {
        0..=0x7f => char::from(byte),
        0xe1 => 'ß',
        _ => LETTERS.get(usize::from(byte) - 0x80).copied().unwrap_or('_'),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}
