#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::chunk::{ChunkOptions, chunk};

fn sample(with_vectors: bool) -> Segment {
    let source = "# Ducks\n\nThe duck swims. Ducks swim.\n\n# Geese\n\nA goose flies; große Gänse.\n";
    let imported = conclave_import::first("birds.md", source.as_bytes()).unwrap();
    let chunks = chunk(&imported.text, &imported.outline, imported.kind, &ChunkOptions::default());
    let rows = vec![vec![0.6, -0.8, 0.0], vec![0.0, 0.0, 1.0]];
    let vectors = Vectors { encoder: "mini".into(), dim: 3, rows };
    Segment::build("Birds", &imported.text, &chunks, with_vectors.then_some(&vectors))
}

#[test]
fn a_segment_survives_its_bytes() {
    for segment in [sample(true), sample(false), Segment::build("", "", &[], None)] {
        assert_eq!(Segment::from_bytes(&segment.to_bytes()), Ok(segment));
    }
}

/// The format is fixed: stored segments must stay readable. A change here needs a new version.
#[test]
fn the_bytes_of_format_1_do_not_change() {
    let bytes = sample(true).to_bytes();
    let hex: Vec<String> = bytes[..64].chunks(16).map(hex::encode).collect();
    let expected = [
        "434e434c565345470100010000000000",
        "020000000a0000000300000013000000",
        "0c000000490000001b0000000e000000",
        "8f213d280000000000000000c5f4f97c",
    ];
    assert_eq!(hex, expected);
}

#[test]
fn changed_bytes_are_refused() {
    let bytes = sample(true).to_bytes();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(Segment::from_bytes(&changed).is_err(), "byte {at}");
    }
    for length in 0..bytes.len() {
        assert!(Segment::from_bytes(&bytes[..length]).is_err(), "length {length}");
    }
    assert!(Segment::from_bytes(&[bytes.as_slice(), b"x"].concat()).is_err());
}

#[test]
fn errors_name_the_cause() {
    let bytes = sample(true).to_bytes();
    assert_eq!(Segment::from_bytes(b""), Err(SegmentError::Truncated));
    assert_eq!(Segment::from_bytes(&[7; 64]), Err(SegmentError::Magic));
    assert_eq!(Segment::from_bytes(&bytes[..bytes.len() - 1]), Err(SegmentError::Truncated));
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(Segment::from_bytes(&changed), Err(SegmentError::Checksum));
    let mut newer = bytes;
    newer[8] = 2;
    seal(&mut newer);
    assert_eq!(Segment::from_bytes(&newer), Err(SegmentError::Version { format: 2, analyzer: 1 }));
}

/// Makes both checksums right again, as an attacker would.
fn seal(bytes: &mut [u8]) {
    let body = crc32fast::hash(&bytes[64..]);
    bytes[48..52].copy_from_slice(&body.to_le_bytes());
    let head = crc32fast::hash(&bytes[..60]);
    bytes[60..64].copy_from_slice(&head.to_le_bytes());
}

#[test]
fn vectors_that_do_not_fit_leave_a_segment_by_words() {
    let vectors = Vectors { encoder: "mini".into(), dim: 2, rows: vec![vec![1.0, 0.0]] };
    let chunks = vec![];
    assert_eq!(Segment::build("t", "", &chunks, Some(&vectors)).encoder(), None);
}

proptest! {
    /// With right checksums the parser sees the damage itself: it must refuse or give a segment that can be searched.
    #[test]
    fn sealed_damage_never_panics(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = sample(true).to_bytes();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        seal(&mut bytes);
        if let Ok(segment) = Segment::from_bytes(&bytes) {
            let mut index = crate::index::Index::default();
            index.insert(conclave_protocol::DocumentId("d".into()), segment);
            let query = crate::index::Query::with_vector("ducks swim", "mini", &[1.0, 0.0, 0.0]);
            let _ = index.search(&query, crate::index::Mode::Hybrid, 10);
        }
    }

    #[test]
    fn any_text_survives(title in ".{0,20}", text in "(?s).{0,200}", dim in 0usize..5) {
        let chunks = chunk(&text, &[], conclave_protocol::imported::Kind::Plain, &ChunkOptions { max_pieces: 10, ..ChunkOptions::default() });
        let rows = chunks.iter().map(|chunk| vec![chunk.span.start as f32 - 50.0; dim]).collect();
        let vectors = Vectors { encoder: "e".into(), dim, rows };
        let segment = Segment::build(&title, &text, &chunks, Some(&vectors));
        prop_assert_eq!(Segment::from_bytes(&segment.to_bytes()), Ok(segment));
    }
}
