//! The default model on a graphics processor, or a program that plays one: it says what it says on the processor.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod common;

use std::rc::Rc;

use conclave_inference::format::Gguf;
use conclave_inference::gpu::{GpuDecoder, GpuDevice, GpuOptions};
use conclave_inference::model::{Decoder, Precision};
use conclave_inference::text::Vocabulary;
use conclave_inference::{ChatMessage, GenerateRequest, Generator, Pulse, Role, Sampling, TextGenerator};

const PACK: &str = "smollm2-135m-instruct-q4_1";
const CONTEXT: usize = 256;

const PROSE: &str = "The lighthouse keeper wrote down the weather every evening.";

fn open() -> Rc<GpuDevice> {
    pollster::block_on(GpuDevice::open(GpuOptions { software: true, ..GpuOptions::default() }))
        .expect("this test needs Vulkan or Metal; `cargo xtask test` sets a software adapter up")
}

#[test]
fn it_takes_the_same_token_as_the_processor() {
    let bytes = common::pack_file(PACK, "model.gguf");
    let gguf = Gguf::parse(&bytes).unwrap();
    let tokens = Vocabulary::from_gguf(&gguf).unwrap().encode(PROSE).unwrap();
    let on_cpu = pollster::block_on(Decoder::load(&gguf, Precision::Quantised, CONTEXT)).unwrap();
    let logits = on_cpu.all_logits(&tokens, &mut on_cpu.new_cache()).unwrap();
    let (mut agreed, mut compared) = (0, 0);
    pollster::block_on(async {
        let on_gpu = GpuDecoder::load(&gguf, CONTEXT, &open(), &Pulse::none()).await.unwrap();
        let mut cache = on_gpu.new_cache();
        // Most of it as a prompt is read, the rest token by token, as an answer is written.
        let mut blocks: Vec<&[u32]> = vec![&tokens[..tokens.len() - 4]];
        blocks.extend(tokens[tokens.len() - 4..].chunks(1));
        for block in blocks {
            let best = on_gpu.next_best(block, &mut cache).await.unwrap();
            let row = &logits[(cache.fill.length() - 1) * on_cpu.config().vocabulary..][..on_cpu.config().vocabulary];
            let largest = row.iter().copied().fold(f32::MIN, f32::max);
            let (token, logit) = best.tokens[0];
            assert!((logit - largest).abs() < 0.1, "{logit} instead of {largest}");
            agreed += usize::from(row[token as usize] == largest);
            compared += 1;
        }
    });
    println!("{agreed} of {compared} agree");
    assert!(agreed as f64 >= 0.98 * f64::from(compared));
}

#[test]
fn it_answers_and_remembers_what_it_read() {
    let bytes = common::pack_file(PACK, "model.gguf");
    let gpu = open();
    let mut request = GenerateRequest::greedy(vec![ChatMessage::new(Role::User, "What is the capital of France?")], 12);
    pollster::block_on(async {
        let loaded = TextGenerator::on_gpu("model", &Gguf::parse(&bytes).unwrap(), CONTEXT, &gpu, &Pulse::none()).await;
        let generator = loaded.unwrap();
        let first = generator.generate(&request, &Pulse::none(), &mut |_| {}).await.unwrap();
        assert!(first.text.contains("Paris"), "{}", first.text);
        request.max_tokens = 2;
        let again = generator.generate(&request, &Pulse::none(), &mut |_| {}).await.unwrap();
        assert_eq!(again.reused_tokens, first.prompt_tokens - 1);
        assert_eq!(again.tokens, first.tokens[..2]);
        // The prompt's last token is read alone now, by another kernel.
        let off = again.log_probabilities.iter().zip(&first.log_probabilities).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f32::max) < 0.01);
        // A rule that needs every logit reads them back.
        request.sampling = Sampling { temperature: 0.01, seed: 3, ..Sampling::GREEDY };
        request.max_tokens = 1;
        let drawn = generator.generate(&request, &Pulse::none(), &mut |_| {}).await.unwrap();
        assert!(first.text.starts_with(&drawn.text), "{}", drawn.text);
    });
}
