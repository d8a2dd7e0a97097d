//! Fits the model of names and writes its weights. The benign texts are those of a commit, so that they stay the same:
//!
//! `mkdir benign && git archive 2e77f92 | tar x -C benign && cargo run --release -p conclave-privacy --example fit_names --
//! models/gazetteer/words.gazetteer benign > engine/privacy/src/names/weights.rs`
//!
//! Maximum likelihood with a Gaussian prior, by AdaGrad (Duchi, Hazan, Singer 2011), over two kinds of text: the sentences of
//! `templates/` filled from `fillers.txt`, and the repository's own documentation and code of that commit, in which nobody is
//! named. Seeds are fixed: the same input gives the same weights.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

mod confidence;
mod crf;
mod texts;

use std::error::Error;
use std::path::Path;

use conclave_privacy::names::Gazetteer;
use conclave_privacy::names::features::FEATURES;
use conclave_privacy::names::model::{GAPS, LABELS};

use crate::crf::{Chain, Model};
use crate::texts::{Corpus, Take};

/// Units of a written weight: eight bits hold -8 to 8.
const SCALE: f64 = 16.0;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [gazetteer, benign] = arguments.as_slice() else {
        return Err("name the gazetteer and the folder of benign texts".into());
    };
    let gazetteer = Gazetteer::from_bytes(std::fs::read(gazetteer)?)?;
    let read = |take: Take| -> Result<Vec<Chain>, Box<dyn Error>> {
        let mut corpus = Corpus::new(&gazetteer);
        corpus.templates(take)?;
        corpus.benign(Path::new(benign), take)?;
        eprintln!("{} chains of {take:?}", corpus.chains.len());
        Ok(corpus.chains)
    };
    // A model that has not seen all sentences tells what a margin is worth on sentences that a model has not seen.
    let held = read(Take::Held)?;
    let curves = confidence::fit(&Model::fit(&read(Take::AllButHeld)?), &held);
    confidence::tell(&curves, held.len());
    let model = Model::fit(&read(Take::All)?);
    print(&model, &curves);
    Ok(())
}

/// As Rust.
fn print(model: &Model, curves: &[(f64, f64); LABELS]) {
    println!(
        "//! What the model of names learned: written by the command in `examples/fit_names/main.rs`, not by hand.\n"
    );
    println!("use super::features::FEATURES;\nuse super::model::{{GAPS, LABELS}};\n");
    println!("/// Units of a weight: `exp(weight / SCALE)` multiplies the odds.\npub const SCALE: f32 = {SCALE:.1};\n");
    println!("/// Slope and level of the confidence for each label, from the margin in natural logarithms.");
    let cells: Vec<String> = curves.iter().map(|(slope, level)| format!("({slope:.3}, {level:.3})")).collect();
    println!("pub static CONFIDENCE: [(f32, f32); LABELS] = [{}];\n", cells.join(", "));
    println!("/// Weights of each feature for the labels none, person, place, organisation.");
    println!("#[rustfmt::skip]\npub static WEIGHTS: [[i8; LABELS]; FEATURES] = [");
    rows(&(0..FEATURES).map(|feature| model.weights[feature]).collect::<Vec<_>>());
    println!("];\n\n/// Weights of a label after a label, by the gap between.");
    println!("#[rustfmt::skip]\npub static TRANSITIONS: [[[i8; LABELS]; LABELS]; GAPS] = [");
    for gap in 0..GAPS {
        println!("[");
        rows(&model.transitions[gap]);
        println!("],");
    }
    println!("];");
}

#[allow(clippy::cast_possible_truncation, reason = "clamped")]
fn rows(weights: &[[f64; LABELS]]) {
    for line in weights.chunks(9) {
        let cells: Vec<String> = line
            .iter()
            .map(|row| {
                format!("[{}]", row.map(|w| ((w * SCALE).round().clamp(-127.0, 127.0) as i8).to_string()).join(","))
            })
            .collect();
        println!("{},", cells.join(","));
    }
}
