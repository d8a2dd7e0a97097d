//! What is done with bytes from outside: shared by the fuzzers (`fuzz/`) and the test that changes files (`mutations.rs`).

use std::collections::BTreeMap;

use conclave_inference::checkpoint::Files;
use conclave_inference::format::{Directory, Gguf, Pieces, safetensors};
use conclave_inference::{
    ChatMessage, Folder, GenerateRequest, Generator, InferenceError, ModelCard, Pulse, Role, TextGenerator,
};
use pollster::block_on;

/// Tokens of context: small, so that a run takes little time.
const CONTEXT: usize = 48;

/// A GGUF file, whole and as the beginning of a larger one.
pub fn gguf(bytes: &[u8]) {
    let _ = ModelCard::read(bytes, bytes.len() as u64 * 2);
    let _ = block_on(Gguf::from_pieces(cut(bytes)));
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
    let pieces = block_on(safetensors::from_pieces(cut(bytes)));
    let whole = safetensors::parse(bytes);
    assert_eq!(pieces.is_ok(), whole.is_ok());
    if let Ok(directory) = whole {
        take_all(&directory, bytes.len());
    }
}

/// A folder in which the first byte chooses a file that the others are the content of.
pub fn folder(folder: &BTreeMap<String, Vec<u8>>, bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let mut files: Files =
        folder.iter().map(|(name, bytes)| (name.clone(), Pieces::in_memory(vec![bytes.clone()]))).collect();
    if let Some((_, pieces)) = files.iter_mut().nth(usize::from(*which) % folder.len()) {
        *pieces = cut(bytes);
    }
    use_generator(block_on(from_files(files)).ok());
}

async fn from_files(files: Files<'_>) -> Result<TextGenerator, InferenceError> {
    TextGenerator::load("changed", &Folder::from_files(files).await?, CONTEXT).await
}

fn cut(bytes: &[u8]) -> Pieces<'static> {
    Pieces::in_memory(bytes.chunks(1_000).map(<[u8]>::to_vec).collect())
}

/// No tensor is larger than its file.
fn take_all(directory: &Directory<'_>, size: usize) {
    for name in directory.names() {
        if let Some(shape) = directory.shape(name)
            && let Ok(tensor) = block_on(directory.read(name, shape))
        {
            assert!(tensor.bytes.len() <= size);
        }
    }
}

/// What could be loaded writes.
fn use_generator(generator: Option<TextGenerator>) {
    let Some(generator) = generator else { return };
    let request = GenerateRequest::greedy(vec![ChatMessage::new(Role::User, "Größe <|end|>")], 2);
    let _ = block_on(generator.generate(&request, &Pulse::none(), &mut |_| {}));
}
