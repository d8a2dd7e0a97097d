//! Answers of a given form: by the default generator, and by tiny random models with every kind of vocabulary
//! (tests/fixtures/writers.py), which write whatever is allowed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use common::forms::{EXPRESSIONS, SCHEMAS};
use common::schema::fault;
use conclave_inference::format::Gguf;
use conclave_inference::model::{Decoder, Precision};
use conclave_inference::text::{ChatTemplate, Vocabulary};
use conclave_inference::{
    ChatMessage, Constraint, DEFAULT_CONTEXT, Finish, GenerateRequest, Generated, Generator, InferenceError, Pulse,
    Role, Sampling, TextGenerator,
};
use conclave_ports::{Cancel, LocalFuture, Yield};
use proptest::prelude::*;
use serde_json::Value;

const PACK: &str = "smollm2-135m-instruct-q4_1";

fn real() -> TextGenerator {
    TextGenerator::from_gguf(PACK, &common::pack_file(PACK, "model.gguf"), DEFAULT_CONTEXT).unwrap()
}

const TINY: [(&str, &[u8]); 3] = [
    ("llama-bpe", include_bytes!("fixtures/writer-llama-bpe.gguf")),
    ("qwen2", include_bytes!("fixtures/writer-qwen2.gguf")),
    ("sentencepiece", include_bytes!("fixtures/writer-sentencepiece.gguf")),
];

fn tiny(index: usize) -> TextGenerator {
    let (name, bytes) = TINY[index];
    TextGenerator::from_gguf(name, bytes, 512).unwrap()
}

fn asked(question: &str, constraint: Constraint, sampling: Sampling) -> GenerateRequest {
    let messages = vec![ChatMessage::new(Role::User, question)];
    GenerateRequest { sampling, constraint: Some(constraint), ..GenerateRequest::greedy(messages, 200) }
}

fn write(generator: &TextGenerator, request: &GenerateRequest) -> Result<Generated, InferenceError> {
    pollster::block_on(generator.generate(request, &Pulse::none(), &mut |_| {}))
}

fn schema(text: &str) -> Constraint {
    Constraint::JsonSchema(text.to_owned())
}

fn regex(text: &str) -> Constraint {
    Constraint::Regex(text.to_owned())
}

fn check(written: &Generated, constraint: &Constraint) {
    let text = &written.text;
    assert_eq!(written.finish, Finish::Stop, "{text:?} for {constraint:?}");
    assert_eq!(written.tokens.len(), written.log_probabilities.len());
    match constraint {
        Constraint::JsonSchema(schema) => {
            let schema: Value = serde_json::from_str(schema).unwrap();
            let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text:?}"));
            assert_eq!(fault(&value, &schema, &schema), None);
        }
        Constraint::Regex(expression) => {
            let whole = regex::Regex::new(&format!("^(?:{expression})$")).unwrap();
            assert!(whole.is_match(text), "{text:?} does not match {expression}");
        }
    }
}

#[test]
fn the_default_model_answers_in_every_form() {
    let generator = real();
    let hot = Sampling { repetition_penalty: 1.3, temperature: 1.2, seed: 5, ..Sampling::GREEDY };
    for (index, constraint) in SCHEMAS.map(schema).into_iter().chain(EXPRESSIONS.map(regex)).enumerate() {
        let sampling = if index % 2 == 0 { Sampling::GREEDY } else { hot };
        let written =
            write(&generator, &asked("Describe the capital of France.", constraint.clone(), sampling)).unwrap();
        println!("{:?}", written.text);
        check(&written, &constraint);
    }
    // What the model knows, in a form.
    let city = asked("What is the capital of France?", schema(SCHEMAS[0]), Sampling::GREEDY);
    let written: Value = serde_json::from_str(&write(&generator, &city).unwrap().text).unwrap();
    assert_eq!(written["city"], "Paris");
    // Nothing of it is left for the next answer.
    let free = GenerateRequest { constraint: None, ..city };
    assert_eq!(write(&generator, &free).unwrap().text, "The capital of France is Paris.");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn whatever_a_model_would_rather_write_the_form_holds(
        model in 0usize..3,
        form in 0usize..SCHEMAS.len() + EXPRESSIONS.len(),
        seed: u64,
        temperature in 0f32..8.0,
        repetition_penalty in prop::sample::select(vec![1.0f32, 1.3, 30.0]),
    ) {
        let forms: Vec<Constraint> = SCHEMAS.map(schema).into_iter().chain(EXPRESSIONS.map(regex)).collect();
        let generator = tiny(model);
        let sampling = Sampling { temperature, repetition_penalty, seed, ..Sampling::GREEDY };
        let written = write(&generator, &asked("Anything", forms[form].clone(), sampling)).unwrap();
        check(&written, &forms[form]);
        let special = |token: &u32| generator.vocabulary().is_special(*token);
        prop_assert!(!written.tokens.iter().any(special), "{:?}", written.tokens);
        let again = write(&generator, &asked("Anything", forms[form].clone(), sampling)).unwrap();
        prop_assert_eq!(Generated { reused_tokens: 0, ..again }, Generated { reused_tokens: 0, ..written });
    }
}

#[test]
fn special_tokens_are_never_written_though_the_form_allows_their_names() {
    let named = regex(r"(<think>|<\|end\|>|<\|user\|>){3}");
    for index in 0..TINY.len() {
        let generator = tiny(index);
        for seed in 0..10 {
            let sampling = Sampling { temperature: 2.0, seed, ..Sampling::GREEDY };
            let written = write(&generator, &asked("?", named.clone(), sampling)).unwrap();
            check(&written, &named);
            assert!(written.tokens.iter().all(|token| !generator.vocabulary().is_special(*token)));
        }
    }
}

#[test]
fn log_probabilities_are_those_of_the_model_to_the_last_bit() {
    for (name, bytes) in TINY {
        let generator = TextGenerator::from_gguf(name, bytes, 512).unwrap();
        let request = asked("Hello", schema(SCHEMAS[6]), Sampling { temperature: 1.0, ..Sampling::GREEDY });
        let written = write(&generator, &request).unwrap();
        assert!(written.tokens.len() > 8);
        let gguf = Gguf::parse(bytes).unwrap();
        let vocabulary = Vocabulary::from_gguf(&gguf).unwrap();
        let prompt = ChatTemplate::from_gguf(&gguf).unwrap().prompt(&request.messages, &vocabulary).unwrap();
        let model = pollster::block_on(Decoder::load(&gguf, Precision::Quantised, 512)).unwrap();
        let mut cache = model.new_cache();
        let mut logits = model.next_logits(&prompt.tokens, &mut cache).unwrap();
        for (token, log_probability) in written.tokens.iter().zip(&written.log_probabilities) {
            assert_eq!(conclave_inference::sampling::log_probability(&logits, *token), *log_probability);
            logits = model.next_logits(&[*token], &mut cache).unwrap();
        }
    }
}

/// Counts the beats, and raises the flag at one of them.
struct Beats(Cancel, Cell<usize>, usize);

impl Yield for Beats {
    fn yield_now(&self) -> LocalFuture<'_, ()> {
        self.1.set(self.1.get() + 1);
        if self.1.get() == self.2 {
            self.0.cancel();
        }
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn what_is_forced_is_read_in_blocks_and_can_be_stopped_between_them() {
    let constraint = schema(r#"{"const": "The harbour master opened the ledger at six, and wrote down every ship."}"#);
    let generator = tiny(0);
    let run = |last: usize| {
        let cancel = Cancel::new();
        let beats = Rc::new(Beats(cancel.clone(), Cell::new(0), last));
        let pulse = Pulse::new(cancel, beats.clone());
        let request = asked("?", constraint.clone(), Sampling::GREEDY);
        (pollster::block_on(generator.generate(&request, &pulse, &mut |_| {})), beats.1.get())
    };
    let (written, beats) = run(usize::MAX);
    let tokens = written.unwrap().tokens.len();
    assert!(tokens > 20 && beats <= tokens / 4, "{beats} steps for {tokens} tokens");
    assert_eq!(run(beats - 1).0, Err(InferenceError::Cancelled));
}

#[test]
fn an_answer_that_is_cut_short_is_a_beginning_and_stop_texts_count() {
    let generator = tiny(1);
    let whole = write(&generator, &asked("?", schema(SCHEMAS[6]), Sampling::GREEDY)).unwrap();
    for most in 0..=whole.tokens.len() {
        let request = GenerateRequest { max_tokens: most, ..asked("?", schema(SCHEMAS[6]), Sampling::GREEDY) };
        let cut = write(&generator, &request).unwrap();
        assert_eq!(cut.tokens, whole.tokens[..most]);
        assert_eq!(cut.log_probabilities, whole.log_probabilities[..most]);
        let finish = if most < whole.tokens.len() { Finish::Length } else { Finish::Stop };
        assert_eq!(cut.finish, finish, "{most} tokens");
    }
    let stop = GenerateRequest { stop: vec!["µm".into()], ..asked("?", schema(SCHEMAS[6]), Sampling::GREEDY) };
    let stopped = write(&generator, &stop).unwrap();
    assert_eq!((stopped.text.as_str(), stopped.finish), (r#"{"Größe": "3 "#, Finish::StopText));
    // The context ends before the answer does.
    let generator = TextGenerator::from_gguf("short", TINY[1].1, 24).unwrap();
    let full = write(&generator, &asked("?", regex("(ab){40}"), Sampling::GREEDY)).unwrap();
    assert_eq!(full.finish, Finish::Length);
    assert!(full.text.starts_with("abab") && full.prompt_tokens + full.tokens.len() == 25, "{full:?}");
}

#[test]
fn a_form_that_cannot_be_held_to_is_refused_with_its_fault() {
    let generator = tiny(2);
    let deep = format!("{}{}", r#"{"type": "array", "items": "#.repeat(200), "{}".to_owned() + &"}".repeat(200));
    let faults = [
        (schema("{"), "EOF"),
        (schema("[]"), "not a JSON object"),
        (schema(r#"{"type": "strin"}"#), "strin"),
        (schema(r#"{"not": {"type": "string"}}"#), "not"),
        (schema(r#"{"type": "array", "uniqueItems": true}"#), "uniqueItems"),
        (schema(r##"{"$ref": "#/$defs/missing"}"##), "$defs"),
        (schema(r#"{"type": "string", "pattern": "("}"#), "unclosed group"),
        (schema(r#"{"type": "integer", "minimum": 5, "maximum": 4}"#), "minimum"),
        (schema(&deep), "recursion limit"),
        (schema(&format!("{}{{}}", " ".repeat(70_000))), "65536"),
        (regex("("), "unclosed group"),
        (regex(r"\bword\b"), "lookarounds"),
        (regex(r"(?=a)a"), "look-around"),
        (regex(&format!("{}{}", "(".repeat(5_000), ")".repeat(5_000))), "nest"),
        (schema(r#"{"items": {"type": "integer", "multipleOf": 1234567}}"#), "multipleOf"),
        (schema(r#"{"items": {"type": "number", "multipleOf": 0.1234567}}"#), "multipleOf"),
        (schema(r#"{"items": {"type": "number", "multipleOf": 1e6}}"#), "multipleOf"),
    ];
    let mut accepted = Vec::new();
    for (constraint, fault) in faults {
        let start = Instant::now();
        let refused = write(&generator, &asked("?", constraint.clone(), Sampling::GREEDY));
        println!("{refused:.300?} {:?}", start.elapsed());
        match refused {
            Err(InferenceError::Constraint(what)) if what.contains(fault) && what.len() < 300 => {}
            other => accepted.push((constraint, other)),
        }
    }
    assert!(accepted.is_empty(), "{accepted:.1000?}");
}

#[test]
fn forms_without_an_end_in_sight_cost_no_more_than_others() {
    let generator = tiny(0);
    let laughs: Vec<String> = (0..30)
        .map(|i| format!(r##""{i}": {{"type": "array", "prefixItems": [{{"$ref": "#/$defs/{0}"}}, {{"$ref": "#/$defs/{0}"}}], "minItems": 2}}"##, i + 1))
        .collect();
    let laughs = format!(r##"{{"$defs": {{{}, "30": {{"const": "ha"}}}}, "$ref": "#/$defs/0"}}"##, laughs.join(", "));
    let endless = [
        regex("a{5000000}"),
        regex("((a{1000}){1000}){1000}"),
        regex(".*a.{3000}"),
        schema(r#"{"type": "array", "items": {"const": "again"}, "minItems": 100000000}"#),
        schema(r#"{"type": "string", "pattern": "^(ab){100000000}$"}"#),
        schema(&laughs),
    ];
    for constraint in endless {
        let start = Instant::now();
        let written = write(&generator, &asked("?", constraint.clone(), Sampling::GREEDY));
        println!("{:?} {written:.100?}", start.elapsed());
        assert!(start.elapsed().as_secs() < 20, "{constraint:?}");
        match written {
            Ok(written) => assert_eq!((written.finish, written.tokens.len()), (Finish::Length, 200), "{constraint:?}"),
            Err(error) => assert!(matches!(error, InferenceError::Constraint(_)), "{error}"),
        }
    }
}
