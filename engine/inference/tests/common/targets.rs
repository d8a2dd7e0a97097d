//! What is done with bytes from outside: shared by the fuzzers (`fuzz/`) and the test that changes files (`mutations.rs`).

use std::collections::BTreeMap;

use conclave_inference::checkpoint::Files;
use conclave_inference::format::{Directory, Gguf, safetensors};
use conclave_inference::{ChatMessage, GenerateRequest, Generator, ModelCard, Pulse, Role, TextGenerator};

/// Tokens of context: small, so that a run takes little time.
const CONTEXT: usize = 48;

/// A GGUF file, whole and as the beginning of a larger one.
pub fn gguf(bytes: &[u8]) {
    let _ = ModelCard::read(bytes, bytes.len() as u64 * 2);
    let _ = Gguf::from_pieces(bytes.chunks(1_000).map(<[u8]>::to_vec).collect());
    let whole = Gguf::parse(bytes);
    let beginning = Gguf::parse_beginning(bytes, u64::MAX);
    assert!(whole.is_err() || beginning.is_ok(), "what is whole fits a larger file");
    if let Ok(gguf) = whole {
        take_all(gguf.tensors(), bytes.len());
        use_generator(TextGenerator::from_gguf("changed", bytes, CONTEXT).ok());
    }
}

/// A safetensors file.
pub fn safetensors_file(bytes: &[u8]) {
    let pieces = safetensors::from_pieces(bytes.chunks(1_000).map(<[u8]>::to_vec).collect());
    let whole = safetensors::parse(bytes);
    assert_eq!(pieces.is_ok(), whole.is_ok());
    if let Ok(directory) = whole {
        take_all(&directory, bytes.len());
    }
}

/// A folder in which the first byte chooses a file that the others are the content of.
pub fn folder(folder: &BTreeMap<String, Vec<u8>>, bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let mut files: Files = folder.iter().map(|(name, bytes)| (name.clone(), vec![bytes.clone()])).collect();
    if let Some((_, pieces)) = files.iter_mut().nth(usize::from(*which) % folder.len()) {
        *pieces = bytes.chunks(1_000).map(<[u8]>::to_vec).collect();
    }
    use_generator(TextGenerator::from_files("changed", files, CONTEXT).ok());
}

/// No tensor is larger than its file.
fn take_all(directory: &Directory<'_>, size: usize) {
    for name in directory.names() {
        if let Some(tensor) = directory.tensor(name) {
            assert!(tensor.bytes.len() <= size);
            let _ = directory.take(name, tensor.shape);
        }
    }
}

/// What could be loaded writes.
fn use_generator(generator: Option<TextGenerator>) {
    let Some(generator) = generator else { return };
    let request = GenerateRequest::greedy(vec![ChatMessage::new(Role::User, "Größe <|end|>")], 2);
    let _ = pollster::block_on(generator.generate(&request, &Pulse::none(), &mut |_| {}));
}
