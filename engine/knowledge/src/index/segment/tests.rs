#![allow(clippy::unwrap_used, reason = "tests")]

use conclave_protocol::DocumentId;
use conclave_protocol::imported::Kind;
use proptest::prelude::*;

use super::*;
use crate::chunk::{ChunkOptions, chunk};
use crate::index::held::Held;

fn add(builder: &mut SegmentBuilder, id: &str, title: &str, source: &str) {
    let imported = conclave_import::first("birds.md", source.as_bytes()).unwrap();
    let chunks = chunk(&imported.text, &imported.outline, imported.kind, &ChunkOptions::default());
    builder.add(&DocumentId(id.into()), title, &imported.text, &chunks);
}

const BIRDS: &str = "# Ducks\n\nThe duck swims. Ducks swim.\n\n# Geese\n\nA goose flies; große Gänse.\n";
const BOATS: &str = "# Boats\n\nA ship swims as well, with ducks.\n";

fn sample() -> Segment {
    let mut builder = SegmentBuilder::new();
    add(&mut builder, "a", "Birds", BIRDS);
    add(&mut builder, "b", "Boats and ducks", BOATS);
    builder.finish()
}

/// What a term's list says, by document.
fn held(segment: &Segment, term: &str) -> (Vec<(u32, u32, bool)>, Vec<u32>) {
    let Some(entry) = segment.find(term) else { return Default::default() };
    let postings = segment.postings(&entry).map(|posting| (posting.passage, posting.in_text, posting.in_heading));
    (postings.collect(), segment.titles(&entry).collect())
}

#[test]
fn a_segment_survives_its_bytes() {
    for segment in [sample(), SegmentBuilder::new().finish()] {
        let read = Segment::from_bytes(segment.as_bytes().to_vec()).unwrap();
        assert_eq!(read, segment);
        assert_eq!((read.documents(), read.passages()), (segment.documents(), segment.passages()));
        assert_eq!((read.terms(), read.text_terms()), (segment.terms(), segment.text_terms()));
    }
}

#[test]
fn words_headings_and_titles_are_found_where_they_stand() {
    let segment = sample();
    // Two passages in the first document: one per heading. The heading's word stands in the passage's text as well.
    assert_eq!(held(&segment, "duck"), (vec![(0, 3, true), (2, 1, false)], vec![1]));
    assert_eq!(held(&segment, "gans"), (vec![(1, 1, false)], vec![]));
    assert_eq!(held(&segment, "bird"), (vec![], vec![0]));
    assert_eq!(held(&segment, "zebra"), (vec![], vec![]));
    assert_eq!(segment.heading(&segment.passages()[1]), "Geese");
    assert_eq!(
        (0..4).map(|passage| segment.document_of(passage)).collect::<Vec<_>>(),
        [Some(0), Some(0), Some(1), None]
    );
}

#[test]
fn the_document_of_a_passage_is_found_among_some_without_passages() {
    let mut builder = SegmentBuilder::new();
    // Some without passages: they share the number of their first one with the next document.
    for (number, lines) in [3, 0, 1, 1, 0, 0, 2, 1, 1, 1, 5, 1, 0].into_iter().enumerate() {
        let text = "Words of a page.\n".repeat(lines);
        let options = ChunkOptions::default();
        let chunks: Vec<_> =
            (0..lines).map(|line| chunk(&text[line * 17..], &[], Kind::Plain, &options).remove(0)).collect();
        builder.add(&DocumentId(format!("{number:02}").into()), "", &text, &chunks);
    }
    let held = Held::new(builder.finish());
    let documents: Vec<_> = (0..17).map_while(|passage| held.segment.document_of(passage)).collect();
    assert_eq!(documents, [0, 0, 0, 2, 3, 6, 6, 7, 8, 9, 10, 10, 10, 10, 10, 11]);
    assert!(held.walk.iter().map(|step| step.document as usize).eq(documents));
    let lengths = held.segment.passages().iter().map(|passage| passage.text_terms);
    assert!(held.walk.iter().map(|step| step.text_terms).eq(lengths));
}

#[test]
fn terms_come_in_order_from_anywhere() {
    let mut builder = SegmentBuilder::new();
    let words: Vec<String> = (0..500).map(|number| format!("w{number:03}x")).collect();
    add(&mut builder, "a", "", &words.join(" "));
    let segment = builder.finish();
    for (at, word) in words.iter().enumerate() {
        assert_eq!(segment.find(word).map(|entry| entry.passages > 0), Some(true), "{word}");
        let mut from = Vec::new();
        segment.terms_from(&word[..4], |term, _| {
            from.push(term.to_owned());
            from.len() < 3
        });
        assert_eq!(from, words[at..words.len().min(at + 3)]);
    }
    assert_eq!(segment.find("w"), None);
    assert_eq!(segment.find("w999"), None);
}

#[test]
fn a_merge_is_what_building_at_once_gives() {
    let parts = [("a", "Birds", BIRDS), ("b", "Boats and ducks", BOATS)].map(|(id, title, text)| {
        let mut builder = SegmentBuilder::new();
        add(&mut builder, id, title, text);
        builder.finish()
    });
    let both: Vec<&Segment> = parts.iter().collect();
    assert_eq!(Segment::merge(&both, |_, _| true), sample());
    assert_eq!(Segment::merge(&[&sample()], |_, id| id.as_str() == "b"), parts[1]);
    // Nothing of what is left out is in the bytes.
    let without = Segment::merge(&[&sample()], |_, id| id.as_str() == "b");
    assert!(!without.as_bytes().windows(5).any(|bytes| bytes == b"Geese" || bytes == b"goose"));
}

/// The format is fixed: stored segments must stay readable. A change here needs a new version.
#[test]
fn the_bytes_of_format_3_do_not_change() {
    let hex: Vec<String> = sample().as_bytes()[..64].chunks(16).map(hex::encode).collect();
    let expected = [
        "434e434c565345470300030002000000",
        "03000000030000001000000008000000",
        "120000000f0000000400000076000000",
        "12000000564c7ed7000000001d3824f4",
    ];
    assert_eq!(hex, expected);
}

#[test]
fn changed_bytes_are_refused() {
    let bytes = sample().as_bytes().to_vec();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(Segment::from_bytes(changed).is_err(), "byte {at}");
    }
    for length in 0..bytes.len() {
        assert!(Segment::from_bytes(bytes[..length].to_vec()).is_err(), "length {length}");
    }
    assert!(Segment::from_bytes([bytes.as_slice(), b"x"].concat()).is_err());
}

#[test]
fn errors_name_the_cause() {
    let bytes = sample().as_bytes().to_vec();
    assert_eq!(Segment::from_bytes(Vec::new()), Err(SegmentError::Truncated));
    assert_eq!(Segment::from_bytes(vec![7; 64]), Err(SegmentError::Magic));
    assert_eq!(Segment::from_bytes(bytes[..bytes.len() - 1].to_vec()), Err(SegmentError::Truncated));
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(Segment::from_bytes(changed), Err(SegmentError::Checksum));
    let mut newer = bytes;
    newer[8] = 4;
    seal(&mut newer);
    assert_eq!(Segment::from_bytes(newer), Err(SegmentError::Version { format: 4, analyzer: 3 }));
}

/// Makes both checksums right again, as an attacker would.
fn seal(bytes: &mut [u8]) {
    let body = crc32fast::hash(&bytes[64..]);
    bytes[52..56].copy_from_slice(&body.to_le_bytes());
    let head = crc32fast::hash(&bytes[..60]);
    bytes[60..64].copy_from_slice(&head.to_le_bytes());
}

proptest! {
    /// With right checksums the parser sees the damage itself: it must refuse or give a segment that can be searched.
    #[test]
    fn sealed_damage_never_panics(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = sample().as_bytes().to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        seal(&mut bytes);
        if let Ok(segment) = Segment::from_bytes(bytes) {
            let mut terms = Vec::new();
            segment.terms_from("", |term, entry| {
                terms.push((term.to_owned(), segment.postings(entry).count(), segment.titles(entry).count()));
                true
            });
            let merged = Segment::merge(&[&segment], |_, _| true);
            prop_assert!(merged.passages().len() <= segment.passages().len());
            let mut index = crate::index::Index::default();
            index.insert(crate::index::SegmentId(1), segment);
            let query = crate::index::Query::words("ducks swim boats");
            let _ = index.search(&query, crate::index::Mode::Hybrid, 10);
        }
    }

    #[test]
    fn any_text_survives(title in ".{0,20}", text in "(?s).{0,200}") {
        let options = ChunkOptions { max_pieces: 10, ..ChunkOptions::default() };
        let chunks = chunk(&text, &[], conclave_protocol::imported::Kind::Plain, &options);
        let mut builder = SegmentBuilder::new();
        builder.add(&DocumentId("d".into()), &title, &text, &chunks);
        let segment = builder.finish();
        let read = Segment::from_bytes(segment.as_bytes().to_vec());
        prop_assert_eq!(read.as_ref(), Ok(&segment));
        let spans: Vec<_> = segment.passages().iter().map(PassageEntry::span).collect();
        prop_assert_eq!(spans, chunks.iter().map(|chunk| chunk.span).collect::<Vec<_>>());
        prop_assert_eq!(Segment::merge(&[&segment], |_, _| true), segment);
    }
}
