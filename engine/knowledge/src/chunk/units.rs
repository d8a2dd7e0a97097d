//! What passages are made of: sentences, headings, lines of code, or words.

use conclave_protocol::Span;
use conclave_protocol::imported::{Heading, Kind};
use conclave_text::lines;
use unicode_segmentation::UnicodeSegmentation as _;

use super::code::Definition;
use super::pieces::CHARS_PER_PIECE;
use crate::sentence::{Block, blocks, push_sentences};

/// What begins with a unit, from nothing to what holds together most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Boundary {
    /// It goes on.
    None,
    /// Lines behind an empty line inside a definition.
    Gap,
    /// A paragraph, or lines of code behind an empty line.
    Block,
    /// A definition inside another one.
    Inner,
    /// A definition.
    Definition,
}

/// A sentence, a heading or a line of code, with what decides about cutting before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub span: Span,
    pub pieces: usize,
    pub is_heading: bool,
    /// Whether it is a line of a text in which lines stand for themselves.
    pub is_line: bool,
    pub boundary: Boundary,
}

/// The units of a text; none is larger than `max_pieces`.
pub(super) fn units(
    text: &str,
    outline: &[Heading],
    kind: Kind,
    max_pieces: usize,
    definitions: &[Definition],
    count: &dyn Fn(&str) -> usize,
) -> Vec<Unit> {
    let is_line = kind.is_by_line();
    let blocks = if is_line { whole_lines(text) } else { blocks(text) };
    let mut headings = outline.iter().peekable();
    let mut definitions = definitions.iter().peekable();
    let mut end_of_definitions = 0;
    let mut units = Vec::new();
    let mut spans = Vec::new();
    let mut end_before = 0;
    for block in &blocks {
        while headings.next_if(|heading| heading.span.end <= block.span.start).is_some() {}
        let is_heading = headings.peek().is_some_and(|heading| heading.span.overlaps(&block.span));
        let mut boundary = Boundary::Block;
        if is_line {
            let is_behind_gap = text[end_before..block.span.start].matches('\n').count() > 1 || end_before == 0;
            let is_inside = block.span.start < end_of_definitions;
            boundary = match (is_behind_gap, is_inside) {
                (false, _) => Boundary::None,
                (true, true) => Boundary::Gap,
                (true, false) => Boundary::Block,
            };
            // The first line at the margin behind a definition is no part of it, empty line or not.
            if !is_inside && end_before < end_of_definitions {
                boundary = Boundary::Block;
            }
            while let Some(definition) = definitions.next_if(|definition| definition.start < block.span.end) {
                let is_inner = definition.start < end_of_definitions;
                boundary = if is_inner { Boundary::Inner } else { Boundary::Definition };
                end_of_definitions = end_of_definitions.max(definition.end);
            }
            end_before = block.span.end;
        }
        spans.clear();
        push_sentences(text, block, &mut spans);
        for (index, span) in spans.iter().enumerate() {
            let boundary = if index == 0 { boundary } else { Boundary::None };
            let unit = Unit { span: *span, pieces: 0, is_heading, is_line, boundary };
            push_unit(text, unit, max_pieces, count, &mut units);
        }
    }
    units
}

/// Every word as a unit of its own.
pub(super) fn words(text: &str, max_pieces: usize, count: &dyn Fn(&str) -> usize) -> Vec<Unit> {
    let mut units = Vec::new();
    for (start, word) in text.split_word_bound_indices().filter(|(_, word)| !word.trim().is_empty()) {
        let span = Span::new(start, start + word.len());
        let unit = Unit { span, pieces: 0, is_heading: false, is_line: false, boundary: Boundary::None };
        push_unit(text, unit, max_pieces, count, &mut units);
    }
    units
}

fn whole_lines(text: &str) -> Vec<Block> {
    lines(text)
        .filter(|line| !line.is_blank())
        .map(|line| {
            // Indentation belongs to a line of code.
            let end = line.start + line.text.trim_end().len();
            Block { span: Span::new(line.start, end), is_prose: false }
        })
        .collect()
}

/// Adds a unit; one that alone is over the limit is cut between words.
fn push_unit(text: &str, unit: Unit, max_pieces: usize, count: &dyn Fn(&str) -> usize, units: &mut Vec<Unit>) {
    let sentence = unit.span.of(text).unwrap_or("");
    let pieces = count(sentence);
    if pieces <= max_pieces {
        units.push(Unit { pieces, ..unit });
        return;
    }
    let mut start = 0;
    let mut end = 0;
    let mut size = 0;
    let mut push = |start: usize, end: usize, pieces: usize| {
        let part = sentence[start..end].trim_end();
        if !part.is_empty() {
            let span = Span::new(unit.span.start + start, unit.span.start + start + part.len());
            let boundary = if start == 0 { unit.boundary } else { Boundary::None };
            units.push(Unit { span, pieces, boundary, ..unit });
        }
    };
    for (at, word) in sentence.split_word_bound_indices() {
        let word_pieces = count(word);
        if size > 0 && size + word_pieces > max_pieces {
            push(start, end, size);
            (start, size) = (at, 0);
        }
        if word_pieces > max_pieces {
            // A "word" longer than a passage (base64, say) is cut between characters.
            for (offset, c) in word.char_indices() {
                if offset + at - start >= max_pieces * CHARS_PER_PIECE {
                    push(start, at + offset, max_pieces);
                    start = at + offset;
                }
                size = (at + offset + c.len_utf8() - start) / CHARS_PER_PIECE;
            }
        } else {
            size += word_pieces;
        }
        // White space does not begin a part.
        if word.trim().is_empty() && start == at {
            start = at + word.len();
        }
        end = at + word.len();
    }
    if start < end {
        push(start, end, size);
    }
}
