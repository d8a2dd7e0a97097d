//! Fits the model of names and writes its weights. The benign texts are those of a commit, so that they stay the same:
//!
//! `mkdir benign && git archive 2e77f92 | tar x -C benign && cargo run --release -p conclave-privacy --example fit_names --
//! models/gazetteer/words.gazetteer benign --posts wnut17-train.jsonl > engine/privacy/src/names/weights.rs`
//!
//! Maximum likelihood with a Gaussian prior, by AdaGrad (Duchi, Hazan, Singer 2011), over three kinds of text: the sentences of
//! `templates/` filled from `fillers.txt`; the repository's own documentation and code of that commit, in which nobody is named;
//! and, where a file of them is given, posts in which persons, places and companies are marked. Seeds are fixed: the same input
//! gives the same weights.
//!
//! The posts of the weights in use are the training split of WNUT 2017, 3,394 posts (Derczynski, Nichols, van Erp, Limsopatham
//! 2017, <https://github.com/leondz/emerging_entities_17>, CC BY 4.0): one line of JSON each, `{"text", "spans": [{"start", "end",
//! "label"}]}` with places in Unicode code points. Of them the model learns weights of its features alone: no word of them is kept.
//! Its development and test splits are never fitted on.

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

/// What the written file says of the posts.
const POSTS: &str = " Fitted on sentences of
//! our own, and on the training split of WNUT 2017 (Derczynski, Nichols, van Erp, Limsopatham 2017; CC BY 4.0).";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (gazetteer, benign, posts) = match arguments.as_slice() {
        [gazetteer, benign] => (gazetteer, benign, None),
        [gazetteer, benign, option, posts] if option == "--posts" => (gazetteer, benign, Some(posts)),
        _ => return Err("name the gazetteer and the folder of benign texts, then perhaps `--posts FILE`".into()),
    };
    let gazetteer = Gazetteer::from_bytes(std::fs::read(gazetteer)?)?;
    let read = |take: Take| -> Result<Vec<Chain>, Box<dyn Error>> {
        let mut corpus = Corpus::new(&gazetteer);
        corpus.templates(take)?;
        corpus.benign(Path::new(benign), take)?;
        if let Some(posts) = posts {
            corpus.posts(Path::new(posts), take)?;
        }
        eprintln!("{} chains of {take:?}", corpus.chains.len());
        Ok(corpus.chains)
    };
    // A model that has not seen all sentences tells what a margin is worth on sentences that a model has not seen.
    let held = read(Take::Held)?;
    let curves = confidence::fit(&Model::fit(&read(Take::AllButHeld)?), &held);
    confidence::tell(&curves, held.len());
    let model = Model::fit(&read(Take::All)?);
    print(&model, &curves, posts.is_some());
    Ok(())
}

/// As Rust.
fn print(model: &Model, curves: &[(f64, f64); LABELS], posts: bool) {
    println!(
        "//! What the model of names learned: written by the command in `examples/fit_names/main.rs`, not by hand.{}\n",
        if posts { POSTS } else { "" }
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
