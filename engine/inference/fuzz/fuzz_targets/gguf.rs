//! A GGUF file from outside.

#![no_main]

#[path = "../../tests/common/targets.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::gguf(bytes));
