//! A folder with one file from outside: the first byte says which.

#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

#[path = "../../tests/common/targets.rs"]
#[allow(dead_code)]
mod targets;

macro_rules! file {
    ($name:literal) => {
        ($name.to_owned(), include_bytes!(concat!("../../tests/fixtures/folder-chat-bytes/", $name)).to_vec())
    };
}

/// All files of the folder, in the order of their names.
static FOLDER: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    BTreeMap::from([
        file!("chat_template.jinja"),
        file!("config.json"),
        file!("model-00001-of-00002.safetensors"),
        file!("model-00002-of-00002.safetensors"),
        file!("model.safetensors.index.json"),
        file!("tokenizer.json"),
        file!("tokenizer_config.json"),
    ])
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::folder(&FOLDER, bytes));
