//! A piece of the register: the listings of some documents, as binary data.
//!
//! Format 1, little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `CNCLVREG` |
//! | 8..10, 10..12 | format version; 0 |
//! | 12..16 | number of documents |
//! | 16..20 | CRC-32 (IEEE) of all other bytes |
//!
//! Then each document: which of the fields that may be missing are there ([`HAS_TITLE`] and what follows it) and its kind, a byte
//! each; id, name, then title, language, path and why it is partial, where they are there, as strings (a LEB128 length and
//! UTF-8 bytes); its date where it has one (zigzag), size, characters, passages and time of import as LEB128 numbers; tags and
//! notes, a number and so many strings each. Whether it is embedded is not stored: the vectors say it.

use conclave_protocol::imported::Kind;
use conclave_protocol::{DocumentId, DocumentInfo};

use crate::index::SegmentError;
use crate::index::bytes::{Cursor, checksum, length, put_long, put_string, put_varint};

const MAGIC: &[u8; 8] = b"CNCLVREG";
const FORMAT_VERSION: u16 = 1;
const HEADER_BYTES: usize = 20;
/// Where the checksum stands.
const CRC_AT: usize = 16;

/// A title other than the name.
const HAS_TITLE: u8 = 1;
const HAS_LANGUAGE: u8 = 2;
const HAS_PATH: u8 = 4;
const HAS_DATE: u8 = 8;
const IS_PARTIAL: u8 = 16;

/// Least bytes of a document: two of fields and kind, empty id and name, four numbers, two empty lists.
const LEAST_BYTES: usize = 10;

/// The kinds and their numbers in a piece, in both directions: a kind without a number is not compiled.
macro_rules! kinds {
    ($($number:literal => $kind:ident,)*) => {
        const fn number_of(kind: Kind) -> u8 {
            match kind {
                $(Kind::$kind => $number,)*
            }
        }

        const fn kind_of(number: u8) -> Option<Kind> {
            match number {
                $($number => Some(Kind::$kind),)*
                _ => None,
            }
        }
    };
}

// What is stored has these numbers: a new kind gets a new one.
kinds! {
    0 => Plain,
    1 => Markdown,
    2 => Html,
    3 => Code,
    4 => Data,
    5 => Table,
    6 => Pdf,
    7 => Word,
    8 => Slides,
    9 => Book,
    10 => Mail,
    11 => Chat,
    12 => Subtitles,
}

/// Documents as a piece, and its checksum.
pub(super) fn encode(documents: &[&DocumentInfo]) -> (Vec<u8>, u32) {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&length(documents.len()).to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    documents.iter().for_each(|info| put(&mut out, info));
    let crc = checksum(&out, CRC_AT);
    out[CRC_AT..HEADER_BYTES].copy_from_slice(&crc.to_le_bytes());
    (out, crc)
}

fn put(out: &mut Vec<u8>, info: &DocumentInfo) {
    let title = Some(&info.title).filter(|title| **title != info.name);
    let texts = [
        (HAS_TITLE, title),
        (HAS_LANGUAGE, info.language.as_ref()),
        (HAS_PATH, info.path.as_ref()),
        (IS_PARTIAL, info.partial.as_ref()),
    ];
    let has: u8 = texts.iter().filter(|(_, text)| text.is_some()).map(|(flag, _)| flag).sum();
    out.push(has | if info.date_ms.is_some() { HAS_DATE } else { 0 });
    out.push(number_of(info.kind));
    put_string(out, info.id.as_str());
    put_string(out, &info.name);
    texts.iter().filter_map(|(_, text)| *text).for_each(|text| put_string(out, text));
    if let Some(date) = info.date_ms {
        put_long(out, ((date << 1) ^ (date >> 63)).cast_unsigned());
    }
    put_long(out, info.size_bytes);
    put_long(out, info.chars);
    put_varint(out, info.passages);
    put_long(out, info.added_ms);
    for list in [&info.tags, &info.notes] {
        put_varint(out, length(list.len()));
        list.iter().for_each(|text| put_string(out, text));
    }
}

/// The documents of a stored piece, whose checksum is to be `crc`.
///
/// # Errors
/// [`SegmentError`] for bytes that are not that piece.
pub(super) fn decode(bytes: &[u8], crc: u32) -> Result<Vec<DocumentInfo>, SegmentError> {
    let (head, body) = bytes.split_at_checked(HEADER_BYTES).ok_or(SegmentError::Truncated)?;
    if !head.starts_with(MAGIC) {
        return Err(SegmentError::Magic);
    }
    let u32_at = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if u32_at(CRC_AT) != crc || checksum(bytes, CRC_AT) != crc {
        return Err(SegmentError::Checksum);
    }
    let format = u16::from_le_bytes([head[8], head[9]]);
    if format != FORMAT_VERSION {
        return Err(SegmentError::Version { format, analyzer: 0 });
    }
    let count = u32_at(12) as usize;
    let mut cursor = Cursor::new(body, "documents");
    let mut documents = Vec::with_capacity(count.min(cursor.room_for(LEAST_BYTES)));
    for _ in 0..count {
        documents.push(take(&mut cursor)?);
    }
    cursor.finish()?;
    Ok(documents)
}

fn take(cursor: &mut Cursor<'_>) -> Result<DocumentInfo, SegmentError> {
    let [has, kind] = *cursor.take(2)?.first_chunk().ok_or(cursor.wrong())?;
    let kind = kind_of(kind).ok_or(cursor.wrong())?;
    let id = DocumentId(cursor.string()?.into());
    let name = cursor.string()?.to_owned();
    let mut text = |flag: u8| match has & flag {
        0 => Ok(None),
        _ => cursor.string().map(|text| Some(text.to_owned())),
    };
    let title = text(HAS_TITLE)?.unwrap_or_else(|| name.clone());
    let (language, path, partial) = (text(HAS_LANGUAGE)?, text(HAS_PATH)?, text(IS_PARTIAL)?);
    let date_ms = match has & HAS_DATE {
        0 => None,
        _ => {
            let zigzag = cursor.long()?;
            Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
        }
    };
    let (size_bytes, chars, passages, added_ms) = (cursor.long()?, cursor.long()?, cursor.varint()?, cursor.long()?);
    let (tags, notes) = (strings(cursor)?, strings(cursor)?);
    Ok(DocumentInfo {
        id,
        name,
        title,
        kind,
        language,
        path,
        date_ms,
        partial,
        tags,
        size_bytes,
        chars,
        passages,
        added_ms,
        notes,
        embedded: false,
    })
}

fn strings(cursor: &mut Cursor<'_>) -> Result<Vec<String>, SegmentError> {
    let count = cursor.varint()? as usize;
    let mut strings = Vec::with_capacity(count.min(cursor.left()));
    for _ in 0..count {
        strings.push(cursor.string()?.to_owned());
    }
    Ok(strings)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;

    use super::*;

    fn kinds() -> Vec<Kind> {
        (0..=u8::MAX).filter_map(kind_of).collect()
    }

    /// What is stored somewhere must be read for ever.
    #[test]
    fn every_kind_has_the_number_that_it_always_had() {
        let kinds = kinds();
        assert!(kinds.iter().zip(0..).all(|(kind, number)| number_of(*kind) == number));
        assert_eq!(
            format!("{kinds:?}"),
            "[Plain, Markdown, Html, Code, Data, Table, Pdf, Word, Slides, Book, Mail, Chat, Subtitles]"
        );
    }

    fn info() -> impl Strategy<Value = DocumentInfo> {
        let text = || prop::option::of(".{0,12}");
        let list = || prop::collection::vec(".{0,8}", 0..3);
        let names = ("[0-9a-f]{32}", ".{0,20}", text(), prop::sample::select(kinds()), text(), text(), text());
        let numbers = (any::<Option<i64>>(), any::<u64>(), any::<u64>(), any::<u32>(), any::<u64>(), list(), list());
        (names, numbers).prop_map(|((id, name, title, kind, language, path, partial), numbers)| {
            let (date_ms, size_bytes, chars, passages, added_ms, tags, notes) = numbers;
            DocumentInfo {
                id: DocumentId(id.into()),
                title: title.unwrap_or_else(|| name.clone()),
                name,
                kind,
                language,
                path,
                date_ms,
                partial,
                tags,
                size_bytes,
                chars,
                passages,
                added_ms,
                notes,
                embedded: false,
            }
        })
    }

    proptest! {
        #[test]
        fn listings_survive_their_bytes(all in prop::collection::vec(info(), 0..9)) {
            let (bytes, crc) = encode(&all.iter().collect::<Vec<_>>());
            prop_assert_eq!(decode(&bytes, crc), Ok(all));
            prop_assert!(decode(&bytes, crc ^ 1).is_err());
        }

        #[test]
        fn bytes_of_anybody_are_refused_softly(body in prop::collection::vec(any::<u8>(), 0..200), count in any::<u32>()) {
            let mut bytes = encode(&[]).0;
            bytes[12..16].copy_from_slice(&count.to_le_bytes());
            bytes.extend(body);
            let crc = checksum(&bytes, CRC_AT);
            bytes[CRC_AT..HEADER_BYTES].copy_from_slice(&crc.to_le_bytes());
            // Whatever it is, memory for it is bounded by its bytes.
            prop_assert!(decode(&bytes, crc).is_err() || count < 200);
        }
    }

    #[test]
    fn every_changed_or_missing_byte_is_seen() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let one = info().new_tree(&mut runner).unwrap().current();
        let (bytes, crc) = encode(&[&one]);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert!(decode(&changed, crc).is_err(), "byte {at}");
            assert!(decode(&bytes[..at], crc).is_err(), "length {at}");
        }
        let mut newer = bytes;
        newer[8] = 2;
        let crc = checksum(&newer, CRC_AT);
        newer[CRC_AT..HEADER_BYTES].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(decode(&newer, crc), Err(SegmentError::Version { format: 2, analyzer: 0 }));
    }

    /// What is stored somewhere must be read for ever.
    #[test]
    fn the_format_is_pinned() {
        let info = DocumentInfo {
            id: DocumentId("0123".into()),
            name: "a.md".into(),
            title: "Geese".into(),
            kind: Kind::Markdown,
            language: None,
            path: Some("x/a.md".into()),
            date_ms: Some(-3),
            partial: None,
            tags: vec!["Birds".into()],
            size_bytes: 300,
            chars: 299,
            passages: 2,
            added_ms: 7,
            notes: Vec::new(),
            embedded: true,
        };
        let (bytes, crc) = encode(&[&info]);
        assert_eq!(
            hex::encode(&bytes),
            "434e434c5652454701000000010000009382d0f80d01043031323304612e6d6405476565736506782f612e6d6405ac02ab0202070105426972647300"
        );
        assert_eq!(decode(&bytes, crc), Ok(vec![DocumentInfo { embedded: false, ..info }]));
    }
}
