//! Speed of sealing and opening natively: `cargo xtask bench vault`. One JSON line per row. Nothing runs
//! beside it here; in the browser, where it counts, the rival is the browser's own cipher (`worker-conformance.test.mjs`).

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a program for people; it ends where something is wrong")]

use std::hint::black_box;
use std::time::Instant;

use conclave_ports::{SeededEntropy, Table};
use conclave_vault::{Seal, VaultKey};

/// A settings record or a turn, and a large index segment.
const SIZES: [(&str, usize); 2] = [("2 KB", 2_000), ("5 MB", 5_000_000)];
/// Bytes that are worked on for one figure.
const WORK_BYTES: usize = 200_000_000;
const ROUNDS: usize = 5;

/// Median megabytes per second.
fn speed(bytes: usize, mut work: impl FnMut()) -> f64 {
    let repeats = (WORK_BYTES / ROUNDS / bytes).max(1);
    let mut figures: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            (0..repeats).for_each(|_| work());
            (bytes * repeats) as f64 / 1e6 / start.elapsed().as_secs_f64()
        })
        .collect();
    figures.sort_by(f64::total_cmp);
    figures[ROUNDS / 2]
}

fn main() {
    let entropy = SeededEntropy::new(1);
    let seal = Seal::new(&VaultKey::make(&entropy).expect("a seed gives randomness"));
    for (name, bytes) in SIZES {
        let record = vec![7; bytes];
        let sealed = seal.seal(Table::Segments, "key", &record, &entropy).expect("it is short");
        let sealing = speed(bytes, || {
            black_box(seal.seal(Table::Segments, "key", black_box(&record), &entropy).expect("it is short"));
        });
        let opening = speed(bytes, || {
            black_box(seal.open(Table::Segments, "key", black_box(sealed.clone())).expect("it was sealed"));
        });
        for (work, ours) in [("seal", sealing), ("open", opening)] {
            let ours = ours.round();
            println!(
                r#"{{"row":"vault {work} {name}","ours":{ours},"rival":null,"ratio":null,"unit":"MB/s","command":"cargo xtask bench vault"}}"#
            );
        }
    }
}
