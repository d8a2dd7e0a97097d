//! The default generator, as the council uses it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::num::NonZeroUsize;

use conclave_inference::{
    ChatMessage, DEFAULT_CONTEXT, Finish, GenerateRequest, Generated, Generator, InferenceError, Pulse, Role, Sampling,
    TextGenerator,
};
use conclave_ports::{Cancel, LocalFuture, Yield};

const PACK: &str = "smollm2-135m-instruct-q4_1";

fn load() -> TextGenerator {
    TextGenerator::from_gguf(PACK, &common::pack_file(PACK, "model.gguf"), DEFAULT_CONTEXT).unwrap()
}

fn write(generator: &TextGenerator, request: &GenerateRequest) -> Generated {
    pollster::block_on(generator.generate(request, &Pulse::none(), &mut |_| {})).unwrap()
}

fn capital_of_france(max_tokens: usize) -> GenerateRequest {
    GenerateRequest::greedy(vec![ChatMessage::new(Role::User, "What is the capital of France?")], max_tokens)
}

#[test]
fn the_capital_of_france_is_paris() {
    let generator = load();
    let request = capital_of_france(32);
    let mut streamed = String::new();
    let mut on_text = |piece: &str| streamed.push_str(piece);
    let written = pollster::block_on(generator.generate(&request, &Pulse::none(), &mut on_text)).unwrap();
    assert_eq!(written.text, "The capital of France is Paris.");
    assert_eq!(written.finish, Finish::Stop);
    assert_eq!(streamed, written.text);
    assert!(written.prompt.ends_with("What is the capital of France?<|im_end|>\n<|im_start|>assistant\n"));

    // The same generator again, cut short: nothing of the first answer is left.
    let short = write(&generator, &capital_of_france(3));
    assert_eq!((short.text.as_str(), short.finish), ("The capital of", Finish::Length));

    cancelling_stops_between_tokens(&generator);
    a_prompt_over_the_context_is_refused(&generator);
}

/// Raises the flag at the fifth beat.
struct CancelAtFive(Cancel, std::cell::Cell<u32>);

impl Yield for CancelAtFive {
    fn yield_now(&self) -> LocalFuture<'_, ()> {
        self.1.set(self.1.get() + 1);
        if self.1.get() == 5 {
            self.0.cancel();
        }
        Box::pin(std::future::ready(()))
    }
}

fn cancelling_stops_between_tokens(generator: &TextGenerator) {
    let cancel = Cancel::new();
    let pulse = Pulse::new(cancel.clone(), std::rc::Rc::new(CancelAtFive(cancel, std::cell::Cell::new(0))));
    let mut pieces = 0;
    let request = capital_of_france(32);
    let stopped = pollster::block_on(generator.generate(&request, &pulse, &mut |_| pieces += 1));
    assert_eq!(stopped, Err(InferenceError::Cancelled));
    assert!((1..5).contains(&pieces), "{pieces} pieces were written");
}

fn a_prompt_over_the_context_is_refused(generator: &TextGenerator) {
    let messages = vec![ChatMessage::new(Role::User, "word ".repeat(3_000))];
    let request = GenerateRequest::greedy(messages, 1);
    let refused = pollster::block_on(generator.generate(&request, &Pulse::none(), &mut |_| {}));
    assert!(matches!(refused, Err(InferenceError::TooLong { .. })));
}

/// A chat whose first messages are long enough for whole blocks of the prompt to be shared.
fn chat(last: &str) -> Vec<ChatMessage> {
    let rules = "Answer in one short sentence. Use only what the person says. The harbour master keeps a ledger of all ships, \
        their masters and their cargo; she opens it at six in the morning and closes it at ten in the evening.";
    vec![ChatMessage::new(Role::System, rules), ChatMessage::new(Role::User, last)]
}

#[test]
fn a_prompt_that_begins_alike_is_not_read_twice_and_the_answer_is_the_same() {
    let generator = load();
    let first = GenerateRequest::greedy(chat("When does the ledger open?"), 24);
    let second = GenerateRequest::greedy(chat("Who keeps the ledger, and when does she close it?"), 24);
    let alone = write(&generator, &second);
    let before = write(&generator, &first);
    assert!(before.reused_tokens >= 32 && before.reused_tokens < before.prompt_tokens, "{}", before.reused_tokens);
    let after = write(&generator, &second);
    assert_eq!(after.reused_tokens, before.reused_tokens);
    assert_eq!(Generated { reused_tokens: alone.reused_tokens, ..after }, alone, "to the last bit");

    // The whole chat goes on: the answer, which was written and not read, is no different for that.
    let mut messages = chat("When does the ledger open?");
    messages.push(ChatMessage::new(Role::Assistant, before.text));
    messages.push(ChatMessage::new(Role::User, "And when does it close?"));
    let follow_up = GenerateRequest::greedy(messages, 24);
    write(&generator, &first);
    let continued = write(&generator, &follow_up);
    assert!(continued.reused_tokens >= before.prompt_tokens / 32 * 32, "{}", continued.reused_tokens);
    assert_eq!(Generated { reused_tokens: 0, ..continued }, write(&load(), &follow_up), "to the last bit");
}

#[test]
fn a_stop_text_ends_the_answer_and_is_not_part_of_it() {
    let generator = load();
    let mut streamed = String::new();
    let request = GenerateRequest { stop: vec!["nowhere".into(), " is Par".into()], ..capital_of_france(32) };
    let mut on_text = |piece: &str| streamed.push_str(piece);
    let written = pollster::block_on(generator.generate(&request, &Pulse::none(), &mut on_text)).unwrap();
    assert_eq!((written.text.as_str(), written.finish), ("The capital of France", Finish::StopText));
    assert_eq!(streamed, written.text);
    // What was held back comes out where it does not become a stop text.
    let request = GenerateRequest { stop: vec!["Paris.!".into()], ..capital_of_france(32) };
    assert_eq!(write(&generator, &request).text, "The capital of France is Paris.");
}

#[test]
fn samples_are_repeatable_and_as_probable_as_they_say() {
    let generator = load();
    let sampling =
        |seed| Sampling { temperature: 0.9, top_k: NonZeroUsize::new(40), min_p: 0.02, seed, ..Sampling::GREEDY };
    let request =
        |seed| GenerateRequest { sampling: sampling(seed), ..GenerateRequest::greedy(chat("Tell me more."), 16) };
    let [one, same, other] = [1, 1, 2].map(|seed| write(&generator, &request(seed)));
    assert_eq!((&one.tokens, &one.log_probabilities), (&same.tokens, &same.log_probabilities));
    assert_ne!(one.tokens, other.tokens);
    let greedy = write(&generator, &GenerateRequest::greedy(chat("Tell me more."), 16));
    for written in [&one, &greedy] {
        assert_eq!(written.tokens.len(), written.log_probabilities.len());
        assert!(written.log_probabilities.iter().all(|log| *log <= 0.0 && log.is_finite()));
    }
    assert!(greedy.log_probabilities[0] >= one.log_probabilities[0], "the likeliest first token");
}

#[test]
fn a_rule_out_of_range_is_refused_before_anything_is_read() {
    let sampling = Sampling { top_p: 0.0, ..Sampling::GREEDY };
    let request = GenerateRequest { sampling, ..capital_of_france(1) };
    let refused = pollster::block_on(load().generate(&request, &Pulse::none(), &mut |_| {}));
    assert!(matches!(refused, Err(InferenceError::Request { field: "top_p", .. })));
}
