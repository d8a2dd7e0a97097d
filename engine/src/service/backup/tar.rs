//! Archives of records as tar files (POSIX.1-1988, "ustar"), written and read as they come.
//!
//! A record is a file: its folder the table, its path below that the key. So whoever has decrypted a backup can look into it with
//! any tool.

use std::ops::Range;

/// Header and contents come in blocks of so many bytes.
const BLOCK: usize = 512;
/// Largest entry that is read: records are segments of 8 MB and texts, which importers bound at less than this.
const MAX_ENTRY_BYTES: u64 = 1 << 28;

// Where the fields of a header are that we write or read.
const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const OWNER: Range<usize> = 108..116;
const GROUP: Range<usize> = 116..124;
const SIZE: Range<usize> = 124..136;
const CHANGED: Range<usize> = 136..148;
const SUM: Range<usize> = 148..156;
const KIND: usize = 156;
const MAGIC: Range<usize> = 257..265;
const PREFIX: Range<usize> = 345..500;

/// Magic and version.
const USTAR: &[u8] = b"ustar\x0000";
/// A regular file.
const REGULAR: u8 = b'0';

/// What is no archive, or one of another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoArchive;

/// Appends an entry; `false` where its name is too long for the format, or its content.
pub(super) fn append(out: &mut Vec<u8>, name: &str, content: &[u8], changed_s: u64) -> bool {
    let Some((prefix, name)) = split(name) else { return false };
    if content.len() as u64 > MAX_ENTRY_BYTES {
        return false;
    }
    let mut header = [0; BLOCK];
    let mut put = |field: Range<usize>, bytes: &[u8]| {
        let end = field.start + bytes.len();
        header[field.start..end].copy_from_slice(bytes);
    };
    put(NAME, name.as_bytes());
    put(PREFIX, prefix.as_bytes());
    put(MODE, b"0000600\0");
    put(OWNER, b"0000000\0");
    put(GROUP, b"0000000\0");
    put(SIZE, format!("{:011o}\0", content.len()).as_bytes());
    put(CHANGED, format!("{:011o}\0", changed_s.min(0o77_777_777_777)).as_bytes());
    put(MAGIC, USTAR);
    header[KIND] = REGULAR;
    let sum = format!("{:06o}\0 ", sum(&header));
    header[SUM].copy_from_slice(sum.as_bytes());
    out.extend(header);
    out.extend(content);
    out.resize(out.len() + padding(content.len() as u64), 0);
    true
}

/// Appends the end of the archive.
pub(super) fn finish(out: &mut Vec<u8>) {
    out.resize(out.len() + 2 * BLOCK, 0);
}

/// Reads an archive piece by piece.
#[derive(Default)]
pub(super) struct Reader {
    rest: Vec<u8>,
    /// The entry whose content comes: its name and size.
    entry: Option<(String, u64)>,
    has_ended: bool,
}

impl Reader {
    /// Takes bytes of the archive, and calls `take` with each entry that is complete.
    pub(super) fn push(&mut self, bytes: &[u8], take: &mut dyn FnMut(String, Vec<u8>)) -> Result<(), NoArchive> {
        self.rest.extend_from_slice(bytes);
        let mut at = 0;
        while !self.has_ended {
            let ahead = &self.rest[at..];
            match &self.entry {
                None => {
                    let Some((header, _)) = ahead.split_first_chunk::<BLOCK>() else { break };
                    at += BLOCK;
                    if header.iter().all(|byte| *byte == 0) {
                        self.has_ended = true;
                    } else {
                        self.entry = Some(parse(header)?);
                    }
                }
                Some((_, size)) => {
                    // At most what `parse` lets through.
                    let whole = *size as usize + padding(*size);
                    if ahead.len() < whole {
                        break;
                    }
                    let content = ahead[..*size as usize].to_vec();
                    at += whole;
                    if let Some((name, _)) = self.entry.take() {
                        take(name, content);
                    }
                }
            }
        }
        self.rest.drain(..at);
        Ok(())
    }

    /// Says whether the archive's end was there.
    pub(super) const fn has_ended(&self) -> bool {
        self.has_ended
    }
}

fn parse(header: &[u8; BLOCK]) -> Result<(String, u64), NoArchive> {
    let told = octal(&header[SUM])?;
    if header[MAGIC] != *USTAR || header[KIND] != REGULAR || told != u64::from(sum(header)) {
        return Err(NoArchive);
    }
    let size = octal(&header[SIZE])?;
    if size > MAX_ENTRY_BYTES {
        return Err(NoArchive);
    }
    let (prefix, name) = (text(&header[PREFIX])?, text(&header[NAME])?);
    let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
    Ok((name, size))
}

/// The sum of a header's bytes, those of the sum itself taken as spaces.
fn sum(header: &[u8; BLOCK]) -> u32 {
    let byte = |(at, byte): (usize, &u8)| u32::from(if SUM.contains(&at) { b' ' } else { *byte });
    header.iter().enumerate().map(byte).sum()
}

fn octal(field: &[u8]) -> Result<u64, NoArchive> {
    let digits = std::str::from_utf8(field).map_err(|_| NoArchive)?.trim_end_matches(['\0', ' ']);
    u64::from_str_radix(digits, 8).map_err(|_| NoArchive)
}

fn text(field: &[u8]) -> Result<&str, NoArchive> {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    std::str::from_utf8(&field[..end]).map_err(|_| NoArchive)
}

/// A path as prefix and name, each short enough for its field.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.is_empty() || path.contains('\0') {
        return None;
    }
    if path.len() <= NAME.len() {
        return Some(("", path));
    }
    let mut at = path.match_indices('/').map(|(at, _)| (&path[..at], &path[at + 1..]));
    at.find(|(prefix, name)| prefix.len() <= PREFIX.len() && (1..=NAME.len()).contains(&name.len()))
}

/// Bytes from the end of a content to that of its last block.
const fn padding(size: u64) -> usize {
    (BLOCK - size as usize % BLOCK) % BLOCK
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    type Entry = (String, Vec<u8>);

    fn archive(entries: &[Entry]) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, content) in entries {
            assert!(append(&mut out, name, content, 1_700_000_000));
        }
        finish(&mut out);
        out
    }

    fn read(archive: &[u8], piece_bytes: usize) -> Result<(Vec<Entry>, bool), NoArchive> {
        let (mut reader, mut entries) = (Reader::default(), Vec::new());
        for piece in archive.chunks(piece_bytes) {
            reader.push(piece, &mut |name, content| entries.push((name, content)))?;
        }
        Ok((entries, reader.has_ended()))
    }

    #[test]
    fn a_header_is_what_the_format_says() {
        let archive = archive(&[("texts/0a".to_owned(), b"abc".to_vec())]);
        assert_eq!(archive.len(), 4 * BLOCK);
        assert_eq!(&archive[..9], b"texts/0a\0");
        assert_eq!(&archive[SIZE], b"00000000003\0");
        // As GNU tar 1.34 adds it up.
        assert_eq!(octal(&archive[SUM]).unwrap(), u64::from(sum(archive[..BLOCK].try_into().unwrap())));
    }

    #[test]
    fn long_paths_are_split_at_a_slash_or_refused() {
        let key = format!("turns/{}/{}/{}", "a".repeat(32), "1".repeat(20), "b".repeat(64));
        let archive = archive(&[(key.clone(), b"x".to_vec())]);
        assert_eq!(read(&archive, 100).unwrap(), (vec![(key, b"x".to_vec())], true));
        assert!(!append(&mut Vec::new(), &"a".repeat(101), b"", 0));
        assert!(!append(&mut Vec::new(), &format!("{}/{}", "a".repeat(156), "b".repeat(10)), b"", 0));
        assert!(!append(&mut Vec::new(), "", b"", 0));
    }

    #[test]
    fn a_changed_header_is_refused_and_a_cut_archive_has_no_end() {
        let whole = archive(&[("meta/settings".to_owned(), vec![7; 700])]);
        for at in 0..BLOCK {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(read(&changed, 512).is_err(), "{at}");
        }
        for cut in [0, 100, BLOCK, 2 * BLOCK, 3 * BLOCK] {
            assert!(!read(&whole[..cut], 512).unwrap().1, "{cut}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            entries in proptest::collection::vec(("[a-z]{1,9}/[0-9a-f/]{1,60}", proptest::collection::vec(any::<u8>(), 0..1_500)), 0..6),
            piece in 1usize..2_000,
        ) {
            let archive = archive(&entries);
            prop_assert_eq!(archive.len() % BLOCK, 0);
            prop_assert_eq!(read(&archive, piece), Ok((entries, true)));
        }

        #[test]
        fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = read(&bytes, 700);
        }
    }
}
