//! Speed of the library natively, on a store in memory: `cargo xtask bench knowledge`. One JSON line per row.
//!
//! Documents are of about 2 KB, of words drawn by Zipf's law from 50,000; vectors are of 384 numbers.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a program for people; it ends where something is wrong")]

mod draw;

use std::rc::Rc;
use std::time::Instant;

use conclave_knowledge::{Library, PassageVectors, Prepared, QueryVector};
use conclave_ports::{MemoryLock, MemoryStore, Store as _, Table};
use draw::{DIM, Draw};
use pollster::block_on;

const COMMAND: &str = "cargo xtask bench knowledge";
/// Passages of the library that is opened.
const PASSAGES: usize = 100_000;
/// Documents stored together, as the queue of imports does.
const TOGETHER: usize = 64;

fn row(name: &str, figure: f64, unit: &str) {
    println!(
        r#"{{"row":"{name}","ours":{figure:.3},"rival":null,"ratio":null,"unit":"{unit}","command":"{COMMAND}"}}"#
    );
}

fn main() {
    let mut draw = Draw(1);
    let store = Rc::new(MemoryStore::default());
    let open =
        || block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).expect("a store in memory opens");
    let library = open();
    let (mut documents, mut text_bytes, mut seconds) = (0usize, 0usize, 0f64);
    let mut ids = Vec::new();
    let mut passages = 0usize;
    while passages < PASSAGES {
        let files: Vec<(String, String)> =
            (0..TOGETHER).map(|at| (format!("{}.txt", documents + at), draw.text(2_000))).collect();
        let start = Instant::now();
        let prepared: Vec<Prepared> = files
            .iter()
            .map(|(name, text)| Prepared::new(conclave_import::first(name, text.as_bytes()).expect("it is text")))
            .collect();
        let infos = block_on(library.add_all(&prepared, 0)).expect("there is room");
        seconds += start.elapsed().as_secs_f64();
        documents += TOGETHER;
        text_bytes += files.iter().map(|(_, text)| text.len()).sum::<usize>();
        passages += infos.iter().map(|info| info.passages as usize).sum::<usize>();
        ids.extend(infos.into_iter().map(|info| (info.id, info.passages as usize)));
    }
    row("library: documents of 2 KB imported and stored", documents as f64 / seconds, "documents/s");
    for batch in ids.chunks(1_000) {
        let rows =
            batch.iter().map(|(id, count)| (id.clone(), 0, (0..*count).map(|_| draw.vector()).collect())).collect();
        block_on(library.attach(&PassageVectors { encoder: "bench".into(), dim: DIM, rows })).expect("they fit");
    }
    drop(library);
    let start = Instant::now();
    let library = open();
    row(&format!("library: {passages} passages opened"), start.elapsed().as_secs_f64() * 1e3, "ms");
    let size = |prefix: &str| -> usize {
        let records = block_on(store.scan(Table::Segments, prefix)).expect("a store in memory reads");
        records.into_iter().filter_map(|(_, record)| record.ok()).map(|record| record.len()).sum()
    };
    row("library: index of words, of the text", size("w-") as f64 / text_bytes as f64, "bytes/byte");
    row("library: index of words and vectors, of the text", size("") as f64 / text_bytes as f64, "bytes/byte");
    let name = format!("library: excerpts of {passages} passages, by words and meaning, without embedding");
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let (text, values) = (draw.text(40), draw.vector());
            let vector = QueryVector { encoder: "bench", values: &values };
            let start = Instant::now();
            block_on(library.look_up(&text, Some(vector), 12)).expect("it searches");
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    row(&format!("{name}, p50"), times[100], "ms");
    row(&format!("{name}, p95"), times[190], "ms");
}
