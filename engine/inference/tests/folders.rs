//! Folders with safetensors against `transformers` (tests/fixtures/folders.py), and what is wrong with them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::folder::{Cut, files, in_memory};
use conclave_inference::checkpoint::{Checkpoint, Folder};
use conclave_inference::model::{Decoder, Precision};
use conclave_inference::text::Vocabulary;
use conclave_inference::{
    ChatMessage, Constraint, Finish, GenerateRequest, Generator, InferenceError, ModelCard, Pulse, Role, Sampling,
    TextGenerator,
};
use pollster::block_on;
use serde::Deserialize;

#[derive(Deserialize)]
struct Logits {
    folder: String,
    tokens: Vec<u32>,
    /// All of them, at the last position.
    logits: Vec<f32>,
}

#[derive(Deserialize)]
struct Text {
    folder: String,
    text: String,
    tokens: Vec<u32>,
}

#[derive(Deserialize)]
struct Chat {
    folder: String,
    messages: Vec<ChatMessage>,
    tokens: Vec<u32>,
}

fn folder(name: &str, piece: usize) -> Folder<'static> {
    block_on(Folder::from_files(in_memory(files(name, piece)))).unwrap()
}

async fn generator(name: &str, files: Cut, context: usize) -> Result<TextGenerator, InferenceError> {
    TextGenerator::load(name, &Folder::from_files(in_memory(files)).await?, context).await
}

fn decoder(folder: &Folder<'_>, precision: Precision, context: usize) -> Decoder {
    block_on(Decoder::load(folder, precision, context)).unwrap()
}

#[test]
fn logits_equal_those_of_transformers() {
    let cases: Vec<Logits> = serde_json::from_str(include_str!("fixtures/folders.json")).unwrap();
    assert_eq!(cases.len(), 10);
    for (case, piece) in cases.iter().zip([1 << 20, 999, 4_096].into_iter().cycle()) {
        let count = case.tokens.len();
        // phi3 has other positions for contexts above 16.
        let context = if count > 16 { 64 } else { 16 };
        let folder = folder(&case.folder, piece);
        let model = decoder(&folder, Precision::Float, context);
        let mut cache = model.new_cache();
        model.read(&case.tokens[..5], &mut cache).unwrap();
        let logits = model.next_logits(&case.tokens[5..], &mut cache).unwrap();
        let off = logits.iter().zip(&case.logits).map(|(got, expected)| (got - expected).abs()).fold(0.0, f32::max);
        println!("{} with {count} tokens: off by {off:.1e}", case.folder);
        assert_eq!(logits.len(), case.logits.len());
        assert!(off <= 1e-3, "{}: a logit is off by {off}", case.folder);
    }
}

/// The vocabulary of a folder, which may have nothing else.
fn vocabulary(name: &str) -> Vocabulary {
    let json = files(name, usize::MAX).remove("tokenizer.json").unwrap().concat();
    Vocabulary::from_tokenizer_json(&json, Some("<|begin|>"), Some("<|end|>"), None).unwrap()
}

#[test]
fn tokens_equal_those_of_the_library_and_write_the_text_again() {
    let cases: Vec<Text> = serde_json::from_str(include_str!("fixtures/folder-texts.json")).unwrap();
    assert_eq!(cases.len(), 24);
    for Text { folder, text, tokens } in cases {
        let vocabulary = vocabulary(&folder);
        assert_eq!(vocabulary.encode(&text).unwrap(), tokens, "{folder}: {text:?}");
        let bytes: Vec<u8> = tokens.iter().flat_map(|token| vocabulary.bytes_of(*token)).copied().collect();
        let written = String::from_utf8(bytes).unwrap();
        let without_space =
            written.strip_prefix(' ').filter(|_| vocabulary.begins_with_space() && !text.starts_with(' '));
        let without_space = if folder == "chat-pieces" { written.strip_prefix(' ') } else { without_space };
        assert_eq!(without_space.unwrap_or(&written), text, "{folder}");
    }
}

#[test]
fn only_templates_hold_special_tokens() {
    for name in ["chat-bytes", "chat-pieces", "bytes-begin", "pieces-first"] {
        let vocabulary = vocabulary(name);
        let text = "<|begin|><|user|>Hello <think> there<unk><|end|>";
        let plain = vocabulary.encode(text).unwrap();
        assert!(plain.iter().all(|token| !vocabulary.is_special(*token)), "{name}");
        let template = vocabulary.encode_template(text).unwrap();
        assert!(template.iter().filter(|token| vocabulary.is_control(**token)).count() >= 3, "{name}");
        assert!(template.last().is_some_and(|token| vocabulary.is_end(*token)), "{name}");
        assert_eq!((vocabulary.begin_name(), vocabulary.end_name()), (Some("<|begin|>"), Some("<|end|>")), "{name}");
    }
}

#[test]
fn chats_become_the_tokens_that_transformers_makes_of_them() {
    let cases: Vec<Chat> = serde_json::from_str(include_str!("fixtures/folder-chats.json")).unwrap();
    assert_eq!(cases.len(), 4);
    for Chat { folder: name, messages, tokens } in cases {
        let folder = folder(&name, 1_000);
        let prompt = folder.template().unwrap().prompt(&messages, &folder.vocabulary().unwrap()).unwrap();
        assert_eq!(prompt.tokens, tokens, "{name}: {:?}", prompt.text);
    }
}

#[test]
fn the_shipped_path_writes_from_a_folder() {
    for name in ["chat-bytes", "chat-pieces"] {
        let card = ModelCard::of_folder(&folder(name, 5_000)).unwrap();
        assert!(card.parameters > 20_000 && ["F16", "BF16"].contains(&card.stored_as), "{card:?}");
        let generator = block_on(generator(name, files(name, 5_000), 256)).unwrap();
        let mut request = GenerateRequest::greedy(vec![ChatMessage::new(Role::User, "Größe?")], 24);
        let write =
            |request: &GenerateRequest| block_on(generator.generate(request, &Pulse::none(), &mut |_| {})).unwrap();
        let free = write(&request);
        assert!(!free.tokens.is_empty() && free.log_probabilities.iter().all(|log| log.is_finite()), "{name}");
        // The embedding has more rows than there are tokens.
        request.constraint = Some(Constraint::Regex("(yes|no), [0-9]{3}".to_owned()));
        request.sampling = Sampling { temperature: 3.0, seed: 4, ..Sampling::GREEDY };
        let held = write(&request);
        assert!(held.finish == Finish::Stop && held.text.split_once(", ").unwrap().1.len() == 3, "{:?}", held.text);
        // Packed weights give nearly the logits of floats.
        let cases: Vec<Logits> = serde_json::from_str(include_str!("fixtures/folders.json")).unwrap();
        let case = cases.iter().find(|case| case.folder == name).unwrap();
        let folder = folder(name, 5_000);
        let model = decoder(&folder, Precision::Quantised, 64);
        let logits = model.next_logits(&case.tokens, &mut model.new_cache()).unwrap();
        let off = logits.iter().zip(&case.logits).map(|(got, expected)| (got - expected).abs()).fold(0.0, f32::max);
        assert!(off <= 2e-2, "{name}: a logit is off by {off}");
    }
}

/// What is said of a folder after a change.
fn fault(name: &str, change: impl FnOnce(&mut Cut)) -> String {
    let mut files = files(name, usize::MAX);
    change(&mut files);
    let result = block_on(generator(name, files, 64));
    match result.err() {
        Some(InferenceError::Damaged(what) | InferenceError::Unsupported(what)) => what,
        Some(missing @ InferenceError::Incomplete { .. }) => missing.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Replaces the first `from` in a file.
fn replace(files: &mut Cut, file: &str, from: &str, to: &str) {
    let bytes = &mut files.get_mut(file).unwrap()[0];
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    bytes.splice(at..at + from.len(), to.bytes());
}

#[test]
fn what_is_wrong_with_a_folder_is_named() {
    const SHARD: &str = "model-00002-of-00002.safetensors";
    const INDEX: &str = "model.safetensors.index.json";
    const WEIGHTS: &str = "model.safetensors";
    for file in ["config.json", "tokenizer.json", SHARD, "model-00001-of-00002.safetensors"] {
        let what = fault("chat-bytes", |files| drop(files.remove(file)));
        assert!(what.contains(file) && what.contains("missing"), "{what}");
    }
    let both = |from: &str, to: &str| fault("chat-pieces", |files| replace(files, WEIGHTS, from, to));
    let faults = [
        (fault("chat-bytes", |files| drop(files.remove(INDEX))), "model.safetensors is missing"),
        (fault("chat-bytes", |files| drop(files.remove("chat_template.jinja"))), "no chat template"),
        (fault("chat-bytes", |files| replace(files, INDEX, SHARD, "../secrets")), "../secrets is missing"),
        (
            fault("chat-bytes", |files| replace(files, INDEX, "model.norm.weight", "model.form.weight")),
            "model.form.weight",
        ),
        (fault("chat-bytes", |files| replace(files, "config.json", "hidden_size", "hidden_sise")), "hidden_size"),
        (fault("chat-bytes", |files| replace(files, "config.json", "512", "51x")), "config.json"),
        (fault("chat-bytes", |files| replace(files, "tokenizer.json", "\"BPE\"", "\"Unigram\"")), "Unigram"),
        (
            fault("chat-bytes", |files| replace(files, "tokenizer.json", "\"id\": 500", "\"id\": 4000000000")),
            "4000000000",
        ),
        (
            fault("chat-bytes", |files| {
                replace(files, "tokenizer_config.json", "<|end|>", "<|fin|>");
                replace(files, "config.json", "\"eos_token_id\": ", "\"eos_token_id\": 9");
            }),
            "end token is not in the vocabulary",
        ),
        (both("F16", "I16"), "has the type I16"),
        (both("[608,32]", "[32,608]"), "has the shape"),
        (both("lm_head", "lm_bead"), "lm_head.weight"),
        (both("[608,32]", "[608,33]"), "do not fit its shape"),
        (
            fault("chat-pieces", |files| {
                files.get_mut(WEIGHTS).unwrap()[0].pop();
            }),
            "model.safetensors: ",
        ),
        (
            fault("chat-pieces", |files| {
                // The last weight is not a number any more.
                let bytes = &mut files.get_mut(WEIGHTS).unwrap()[0];
                let end = bytes.len();
                bytes[end - 2..].copy_from_slice(&[0xFF, 0x7F]);
            }),
            "no numbers",
        ),
    ];
    for (what, expected) in faults {
        println!("{what}");
        assert!(what.contains(expected), "{what:?} instead of {expected:?}");
    }
}
