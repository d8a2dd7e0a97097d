//! Every kind of vocabulary against the library that it comes from (tests/fixtures/vocabularies.py).

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use conclave_inference::format::Gguf;
use conclave_inference::text::Vocabulary;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    vocabulary: String,
    text: String,
    tokens: Vec<u32>,
}

fn vocabulary(name: &str) -> Vocabulary {
    let bytes: &[u8] = match name {
        "llama-bpe" => include_bytes!("fixtures/vocabulary-llama-bpe.gguf"),
        "qwen2" => include_bytes!("fixtures/vocabulary-qwen2.gguf"),
        "sentencepiece" => include_bytes!("fixtures/vocabulary-sentencepiece.gguf"),
        other => panic!("there is no fixture for {other}"),
    };
    Vocabulary::from_gguf(&Gguf::parse(bytes).unwrap()).unwrap()
}

fn text_of(vocabulary: &Vocabulary, tokens: &[u32]) -> String {
    let bytes: Vec<u8> = tokens.iter().flat_map(|token| vocabulary.bytes_of(*token)).copied().collect();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn tokens_equal_those_of_the_library_and_write_the_text_again() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/vocabularies.json")).unwrap();
    assert_eq!(cases.len(), 21);
    for Case { vocabulary: name, text, tokens } in cases {
        let vocabulary = vocabulary(&name);
        assert_eq!(vocabulary.encode(&text).unwrap(), tokens, "{name}: {text:?}");
        let space = if vocabulary.begins_with_space() && !text.is_empty() { " " } else { "" };
        assert_eq!(text_of(&vocabulary, &tokens), format!("{space}{text}"), "{name}");
    }
}

#[test]
fn only_templates_hold_special_tokens() {
    for name in ["llama-bpe", "qwen2", "sentencepiece"] {
        let vocabulary = vocabulary(name);
        let text = "<|begin|><|user|>Hello there<|end|>";
        let plain = vocabulary.encode(text).unwrap();
        assert!(plain.iter().all(|token| !vocabulary.is_special(*token)), "{name}");
        let template = vocabulary.encode_template(text).unwrap();
        assert_eq!(template.iter().filter(|token| vocabulary.is_control(**token)).count(), 3, "{name}");
        assert_eq!(text_of(&vocabulary, &template).trim(), "Hello there", "{name}");
        assert_eq!((vocabulary.begin_name(), vocabulary.end_name()), (Some("<|begin|>"), Some("<|end|>")), "{name}");
        assert!(template.last().is_some_and(|token| vocabulary.is_end(*token)), "{name}");
    }
}

#[test]
fn a_user_defined_token_is_written_and_does_not_end_the_message() {
    let vocabulary = vocabulary("qwen2");
    let [thinks] = vocabulary.encode_template("<think>").unwrap()[..] else { panic!("it is one token") };
    assert!(vocabulary.is_special(thinks) && !vocabulary.is_end(thinks));
    assert_eq!(vocabulary.bytes_of(thinks), b"<think>");
}
