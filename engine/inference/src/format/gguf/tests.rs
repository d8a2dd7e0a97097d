use proptest::prelude::*;

use super::*;
use crate::format::{StoredTensor, at_once};

fn text(value: &str) -> Vec<u8> {
    let mut bytes = (value.len() as u64).to_le_bytes().to_vec();
    bytes.extend(value.as_bytes());
    bytes
}

/// A file with one text entry, one array entry and one 2 x 1 F32 tensor.
fn small_file() -> Vec<u8> {
    let mut file = b"GGUF".to_vec();
    file.extend(3u32.to_le_bytes());
    file.extend(1u64.to_le_bytes());
    file.extend(2u64.to_le_bytes());
    file.extend(text("general.architecture"));
    file.extend(8u32.to_le_bytes());
    file.extend(text("llama"));
    file.extend(text("ids"));
    file.extend(9u32.to_le_bytes());
    file.extend(5u32.to_le_bytes());
    file.extend(2u64.to_le_bytes());
    file.extend((-1i32).to_le_bytes());
    file.extend(7i32.to_le_bytes());
    file.extend(text("w"));
    file.extend(2u32.to_le_bytes());
    file.extend(1u64.to_le_bytes());
    file.extend(2u64.to_le_bytes());
    file.extend(0u32.to_le_bytes());
    file.extend(0u64.to_le_bytes());
    file.resize(file.len().next_multiple_of(32), 0);
    file.extend(1.5f32.to_le_bytes());
    file.extend((-2.0f32).to_le_bytes());
    file
}

/// The tensor `w` of that file.
fn read<'a>(gguf: &'a Gguf<'_>, shape: &[usize]) -> Result<StoredTensor<'a>, InferenceError> {
    at_once(gguf.tensors().read("w", shape))
}

fn in_pieces(pieces: &[&[u8]]) -> Result<Gguf<'static>, InferenceError> {
    at_once(Gguf::from_pieces(Pieces::in_memory(pieces.iter().map(|piece| piece.to_vec()).collect())))
}

#[test]
fn reads_metadata_and_tensors() {
    let file = small_file();
    let gguf = Gguf::parse(&file).unwrap();
    assert_eq!(gguf.required("general.architecture").unwrap().as_str(), Some("llama"));
    assert_eq!(gguf.required("ids").unwrap().as_array().unwrap()[0], Value::Signed(-1));
    let tensor = read(&gguf, &[2, 1]).unwrap();
    assert_eq!(tensor.kind.dequantise(&tensor.bytes), vec![1.5, -2.0]);
    assert!(read(&gguf, &[1, 2]).is_err());
    assert!(gguf.required("missing").is_err());
}

#[test]
fn a_file_in_pieces_gives_its_tensors_and_rows_of_them() {
    let file = small_file();
    let (first, second) = file.split_at(file.len() - 5);
    let gguf = in_pieces(&[first, second]).unwrap();
    assert!(read(&gguf, &[1, 2]).is_err());
    for _ in 0..2 {
        let tensor = read(&gguf, &[2, 1]).unwrap();
        assert_eq!(tensor.kind.dequantise(&tensor.bytes), vec![1.5, -2.0]);
    }
    let rows = |wanted| at_once(gguf.tensors().read_rows("w", [2, 1], wanted));
    let second_row = rows(1..2).unwrap();
    assert_eq!((second_row.shape, second_row.kind.dequantise(&second_row.bytes)), (vec![1, 1], vec![-2.0]));
    assert!(rows(1..3).is_err() && at_once(gguf.tensors().read_rows("w", [1, 2], 0..1)).is_err());
    assert!(in_pieces(&[first]).is_err());
}

#[test]
fn the_beginning_knows_tensors_that_it_does_not_have() {
    let file = small_file();
    let gguf = Gguf::parse_beginning(&file[..file.len() - 8], file.len() as u64).unwrap();
    assert!(gguf.tensors().has("w") && read(&gguf, &[2, 1]).is_err());
    assert_eq!(gguf.tensors().weights().collect::<Vec<_>>(), [(TensorType::F32, 2)]);
}

#[test]
fn weights_that_are_no_numbers_are_refused_by_name() {
    for wrong in [f32::NAN, f32::INFINITY] {
        let mut file = small_file();
        let at = file.len() - 4;
        file[at..].copy_from_slice(&wrong.to_le_bytes());
        let refused = read(&Gguf::parse(&file).unwrap(), &[2, 1]).err();
        assert!(matches!(refused, Some(InferenceError::Damaged(what)) if what.starts_with("w holds")), "{wrong}");
    }
}

#[test]
fn every_truncation_is_an_error() {
    let file = small_file();
    for length in 0..file.len() {
        assert!(Gguf::parse(&file[..length]).is_err(), "a file of {length} bytes was accepted");
    }
}

proptest! {
    #[test]
    fn flipped_bytes_never_panic(at in 0usize..200, with in any::<u8>()) {
        let mut file = small_file();
        let at = at % file.len();
        file[at] = with;
        let _ = Gguf::parse(&file);
    }

    #[test]
    fn arbitrary_bytes_never_panic(rest in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut file = b"GGUF\x03\0\0\0".to_vec();
        file.extend(rest);
        let _ = Gguf::parse(&file);
    }
}
