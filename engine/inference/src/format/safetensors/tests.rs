use proptest::prelude::*;

use super::*;
use crate::format::at_once;

/// A file with this directory and so many bytes of tensors.
fn file(directory: &str, bytes: usize) -> Vec<u8> {
    let mut file = (directory.len() as u64).to_le_bytes().to_vec();
    file.extend(directory.as_bytes());
    file.extend((0..bytes).map(|at| at as u8));
    file
}

const TWO: &str = r#"{"__metadata__": {"format": "pt"}, "b": {"dtype": "BF16", "shape": [3], "data_offsets": [8, 14]},
    "a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}, "ids": {"dtype": "I64", "shape": [1], "data_offsets": [14, 22]}}"#;

fn in_pieces(file: &[u8]) -> Result<Directory<'static>, InferenceError> {
    at_once(from_pieces(Pieces::in_memory(file.chunks(7).map(<[u8]>::to_vec).collect())))
}

fn fault(file: &[u8]) -> String {
    match parse(file) {
        Err(InferenceError::Damaged(what)) => {
            assert_eq!(in_pieces(file).err(), Some(InferenceError::Damaged(what.clone())));
            what
        }
        other => panic!("{:?}", other.map(|directory| directory.names().map(str::to_owned).collect::<Vec<_>>())),
    }
}

#[test]
fn tensors_are_found_in_a_whole_file_and_in_pieces() {
    let whole = file(TWO, 22);
    let pieces = in_pieces(&whole).unwrap();
    for directory in [parse(&whole).unwrap(), pieces] {
        assert_eq!(directory.names().collect::<Vec<_>>(), ["a", "b", "ids"]);
        let a = at_once(directory.read("a", &[2, 1])).unwrap();
        assert_eq!((a.kind, &*a.bytes), (TensorType::F32, &[0u8, 1, 2, 3, 4, 5, 6, 7][..]));
        assert_eq!(*at_once(directory.read("b", &[3])).unwrap().bytes, [8, 9, 10, 11, 12, 13]);
        assert!(at_once(directory.read("b", &[1, 3])).is_err() && at_once(directory.read("c", &[3])).is_err());
        let other = at_once(directory.read("ids", &[1])).unwrap_err();
        assert!(
            matches!(&other, InferenceError::Unsupported(what) if what.contains("ids has the type I64")),
            "{other}"
        );
    }
}

#[test]
fn what_is_wrong_is_named() {
    let one = |entry: &str, bytes| fault(&file(&format!(r#"{{"w": {{{entry}}}}}"#), bytes));
    let faults = [
        (fault(&[1, 2, 3]), "header"),
        (fault(&[0xFF; 8]), "impossible length"),
        (fault(&file("{}", 0)[..9]), "header"),
        (fault(&file("{", 0)), "EOF"),
        (fault(&file("[]", 0)), "invalid type"),
        (fault(&file("{}", 1)), "do not fill"),
        (fault(&file("\u{FF}\u{0}", 1)), "header"),
        (one(r#""dtype": "F32", "shape": [1]"#, 4), "w: missing field `data_offsets`"),
        (one(r#""dtype": "F32", "shape": [1], "data_offsets": [0, 8]"#, 4), "w is at 0 to 8"),
        (one(r#""dtype": "F32", "shape": [1], "data_offsets": [4, 0]"#, 4), "w is at 4 to 0"),
        (one(r#""dtype": "F32", "shape": [1], "data_offsets": [0, 4]"#, 5), "do not fill"),
        (one(r#""dtype": "F32", "shape": [2], "data_offsets": [0, 4]"#, 4), "do not fit its shape [2]"),
        (one(r#""dtype": "F16", "shape": [1], "data_offsets": [0, 4]"#, 4), "do not fit"),
        (one(r#""dtype": "F32", "shape": [-1], "data_offsets": [0, 4]"#, 4), "w: invalid value"),
        (one(r#""dtype": "F32", "shape": [4294967296, 4294967296, 4], "data_offsets": [0, 0]"#, 0), "do not fit"),
        (
            one(r#""dtype": "F32", "shape": [1], "data_offsets": [18446744073709551612, 18446744073709551615]"#, 4),
            "w is at",
        ),
        (fault(&file(&TWO.replace("[8, 14]", "[6, 12]"), 22)), "b is at 6 to 12"),
        (fault(&file(&TWO.replace("[0, 8]", "[1, 9]"), 22)), "a is at 1 to 9"),
    ];
    for (what, expected) in faults {
        assert!(what.contains(expected), "{what:?} instead of {expected:?}");
    }
}

#[test]
fn every_truncation_is_an_error() {
    let whole = file(TWO, 22);
    for length in 0..whole.len() {
        fault(&whole[..length]);
    }
}

proptest! {
    #[test]
    fn changed_bytes_never_panic(at in 0usize..300, with in any::<u8>()) {
        let mut file = file(TWO, 22);
        let at = at % file.len();
        file[at] = with;
        if let Ok(directory) = parse(&file) {
            for name in directory.names() {
                let _ = at_once(directory.read(name, &[2, 1]));
            }
        }
    }
}
