//! Changed files: whatever is in them, they are refused or used, without a panic and in little memory.
//!
//! `fuzz/` looks deeper with the same targets.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use common::{folder, targets};

/// Seconds of each of the three tests that change files, unless `MUTATION_SECONDS` says otherwise.
const SECONDS: u64 = 4;

/// Where the cases begin to be counted, unless `MUTATION_FIRST` says otherwise: other cases are other files.
const FIRST: u64 = 0;

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// Numbers (Marsaglia 2003), so that a case is known by its number alone.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Numbers that lengths, counts and offsets should not be.
const LENGTHS: [u64; 12] =
    [0, 1, 2, 31, 255, 65_536, (1 << 20) + 1, 1 << 31, u32::MAX as u64, 1 << 40, i64::MAX as u64, u64::MAX];

/// Some changes at once; most of them near the beginning, where the lengths are.
fn change(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        let reach = [64, 1_024, bytes.len()][numbers.below(3)].min(bytes.len());
        let at = numbers.below(reach);
        let length = numbers.below(64).min(bytes.len() - at);
        match numbers.below(8) {
            0 => bytes.truncate(numbers.below(bytes.len() + 1)),
            1 if at < bytes.len() => bytes[at] = numbers.next() as u8,
            2 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            3 | 4 => {
                let number = LENGTHS[numbers.below(LENGTHS.len())].to_le_bytes();
                let width = [1, 2, 4, 8][numbers.below(4)].min(bytes.len() - at);
                bytes[at..at + width].copy_from_slice(&number[..width]);
            }
            5 => drop(bytes.drain(at..at + length)),
            6 => {
                let copied = bytes[at..at + length].to_vec();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, copied);
            }
            // In JSON a digit is a length.
            _ => {
                let digits: Vec<usize> = (0..reach).filter(|at| bytes[*at].is_ascii_digit()).collect();
                if let Some(at) = digits.get(numbers.below(digits.len())) {
                    let number = LENGTHS[numbers.below(LENGTHS.len())].to_string();
                    bytes.splice(*at..=*at, number.bytes());
                }
            }
        }
    }
}

/// Runs a target on changes of the files until the time is over.
fn run(files: &[(String, Vec<u8>)], target: impl Fn(&str, &[u8])) {
    let (start, time) = (Instant::now(), Duration::from_secs(setting("MUTATION_SECONDS", SECONDS)));
    let first = setting("MUTATION_FIRST", FIRST);
    let mut case = first;
    while start.elapsed() < time {
        case += 1;
        let mut numbers = Numbers(case.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (name, bytes) = &files[numbers.below(files.len())];
        let mut bytes = bytes.clone();
        change(&mut bytes, &mut numbers);
        let begun = Instant::now();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(name, &bytes))) {
            eprintln!("case {case}, made of {name}");
            resume_unwind(panic);
        }
        assert!(begun.elapsed().as_secs() < 20, "case {case}, made of {name}, took {:?}", begun.elapsed());
    }
    let count = case - first;
    println!("{count} cases");
    assert!(count > 20, "only {count} cases in {time:?}");
}

fn fixture(name: &str) -> Vec<u8> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    std::fs::read(Path::new(&package).join("tests/fixtures").join(name)).unwrap()
}

fn chat_folder() -> BTreeMap<String, Vec<u8>> {
    folder::files("chat-bytes", usize::MAX).into_iter().map(|(name, pieces)| (name, pieces.concat())).collect()
}

#[test]
fn changed_gguf_files_are_refused_or_used() {
    let names = ["writer-llama-bpe.gguf", "writer-sentencepiece.gguf", "vocabulary-qwen2.gguf", "tiny-phi3.gguf"];
    run(&names.map(|name| (name.to_owned(), fixture(name))), |_, bytes| targets::gguf(bytes));
}

#[test]
fn changed_safetensors_files_are_refused_or_used() {
    let names = ["folder-chat-pieces/model.safetensors", "folder-llama/model-00001-of-00003.safetensors"];
    run(&names.map(|name| (name.to_owned(), fixture(name))), |_, bytes| targets::safetensors_file(bytes));
}

#[test]
fn changed_folders_are_refused_or_used() {
    let folder = chat_folder();
    let files: Vec<(String, Vec<u8>)> = folder.clone().into_iter().collect();
    run(&files, |name, bytes| {
        let which = folder.keys().position(|key| key == name).unwrap();
        targets::folder(&folder, &[&[which as u8], bytes].concat());
    });
}
