//! Sentences of canonical text, as spans.
//!
//! Two steps: lines become blocks ([`blocks`]: paragraphs, list items, headings, table rows, lines of code), and prose
//! blocks are cut where a sentence ends ([`ends`]). A sentence never crosses a block; its span has no white space at
//! either end. Rules, not a model: they have to run on every text at import and cost nothing to load. They follow
//! UAX #29 in spirit, with a list of abbreviations and the next word's case to decide about full stops.

mod abbreviations;
mod blocks;
mod ends;

use conclave_protocol::Span;

pub(crate) use blocks::{Block, blocks};

/// The sentences of `text`, ordered, without overlaps. Headings, list items, table rows and lines of code count as one
/// each (a long list item may hold several). Linear in the length of the text.
#[must_use]
pub fn sentences(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for block in blocks(text) {
        push_sentences(text, &block, &mut spans);
    }
    spans
}

/// Appends the sentences of one block.
pub(crate) fn push_sentences(text: &str, block: &Block, spans: &mut Vec<Span>) {
    if block.is_prose {
        ends::split(text, block.span, spans);
    } else {
        spans.push(block.span);
    }
}

/// `start..end` without white space at either end.
fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = text.get(start..end).unwrap_or("");
    let left = start + (part.len() - part.trim_start().len());
    Span::new(left, left + part.trim().len())
}

#[cfg(test)]
mod tests;
