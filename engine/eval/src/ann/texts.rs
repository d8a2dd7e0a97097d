//! Vectors of a collection's texts.

use std::path::Path;

use anyhow::{Context, Result};
use conclave_inference::{BertEncoder, Encoder, Pulse};
use conclave_knowledge::{ChunkOptions, chunk, text_to_embed};
use conclave_protocol::imported::Kind;

use super::Vectors;
use crate::packs;
use crate::report::progress;
use crate::search::beir::Collection;

/// Those of all passages, cut as the library does, and of all queries.
pub fn embed(folder: &Path, model: &str) -> Result<(Vectors, Vectors)> {
    let collection = Collection::read(folder, None)?;
    let encoder = packs::encoder(model)?;
    let mut vectors = Vec::new();
    for (done, document) in collection.documents.iter().enumerate() {
        let chunks = chunk(&document.text, &[], Kind::Plain, &ChunkOptions::default());
        let texts: Vec<String> =
            chunks.iter().map(|chunk| text_to_embed(&document.title, &document.text, chunk)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        if !texts.is_empty() {
            vectors.append(&mut of(&encoder, &texts)?);
        }
        progress("ann: embedding", done + 1, collection.documents.len());
    }
    let mut queries = Vec::with_capacity(collection.queries.len());
    for query in &collection.queries {
        queries.append(&mut of(&encoder, &[&query.text])?);
    }
    Ok((vectors, queries))
}

fn of(encoder: &BertEncoder, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
    pollster::block_on(encoder.embed(texts, &Pulse::none())).context("cannot embed")
}
