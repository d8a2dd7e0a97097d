//! Passages: pieces of canonical text that are indexed, found and cited.

use conclave_protocol::Span;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::sentence::{Block, blocks, push_sentences};
use conclave_protocol::imported::{Heading, Kind};
use conclave_text::{lines, without_markup};

/// A passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Place in the canonical text; the passage is exactly the text under it.
    pub span: Span,
    /// Nearest heading above its content, without markup; empty where there is none.
    pub heading: String,
    /// First line, counted from 1.
    pub line: u32,
}

/// Sizes of passages, in estimated word pieces ([`estimate_pieces`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkOptions {
    /// Largest passage. Only a single sentence that is longer is cut.
    pub max_pieces: usize,
    /// A passage this long ends with its paragraph.
    pub enough_pieces: usize,
    /// Sentences of the passage before that are repeated, as long as they are of the same section.
    pub overlap_sentences: usize,
}

impl Default for ChunkOptions {
    /// MiniLM reads 256 word pieces; title and heading take up to 30 of them, and [`estimate_pieces`] errs by up to a
    /// quarter on single passages. BM25 over the chunking collections, span recall / precision of the first five: .887 /
    /// .069 at this size, .853 / .082 at 160 and 90 pieces, .907 / .058 at 240 and 160.
    fn default() -> Self {
        Self { max_pieces: 200, enough_pieces: 120, overlap_sentences: 0 }
    }
}

/// A sentence, a heading or a line of code, with what decides about cutting before it.
#[derive(Debug, Clone, Copy)]
struct Unit {
    span: Span,
    pieces: usize,
    is_heading: bool,
    begins_block: bool,
}

/// Cuts canonical text into passages along its sentences. They are ordered, cover every visible character, and overlap
/// only by [`ChunkOptions::overlap_sentences`]. A heading begins a passage and stays with the text below it.
#[must_use]
pub fn chunk(text: &str, outline: &[Heading], kind: Kind, options: &ChunkOptions) -> Vec<Chunk> {
    let units = units(text, outline, kind, options.max_pieces.max(1));
    let mut chunks = Vec::new();
    let mut places = Places::new(text, outline);
    let mut from = 0;
    while from < units.len() {
        let to = end_of_chunk(&units, from, options);
        let content = units[from..to].iter().find(|unit| !unit.is_heading).unwrap_or(&units[from]);
        let start = overlap_start(&units, from, options.overlap_sentences);
        let span = Span::new(units[start].span.start, units[to - 1].span.end);
        chunks.push(Chunk { span, line: places.line_at(span.start), heading: places.heading_at(content.span.start) });
        from = to;
    }
    chunks
}

/// The index after the last unit of the passage that begins with `from`.
fn end_of_chunk(units: &[Unit], from: usize, options: &ChunkOptions) -> usize {
    let mut pieces = units[from].pieces;
    let mut has_content = !units[from].is_heading;
    for (index, unit) in units.iter().enumerate().skip(from + 1) {
        let full = pieces + unit.pieces > options.max_pieces;
        let section_ends = unit.is_heading && has_content;
        let enough = unit.begins_block && has_content && pieces >= options.enough_pieces;
        if full || section_ends || enough {
            return index;
        }
        pieces += unit.pieces;
        has_content |= !unit.is_heading;
    }
    units.len()
}

fn overlap_start(units: &[Unit], from: usize, sentences: usize) -> usize {
    if units[from].is_heading {
        return from;
    }
    let before = units[..from].iter().rev().take(sentences).take_while(|unit| !unit.is_heading).count();
    from - before
}

fn units(text: &str, outline: &[Heading], kind: Kind, max_pieces: usize) -> Vec<Unit> {
    let blocks = if kind.is_by_line() { code_lines(text) } else { blocks(text) };
    let mut headings = outline.iter().peekable();
    let mut units = Vec::new();
    let mut spans = Vec::new();
    let mut line_before_is_blank = true;
    let mut end_before = 0;
    for block in &blocks {
        while headings.next_if(|heading| heading.span.end <= block.span.start).is_some() {}
        let is_heading = headings.peek().is_some_and(|heading| heading.span.overlaps(&block.span));
        if kind.is_by_line() {
            // Lines of code form a block up to an empty line.
            line_before_is_blank = text[end_before..block.span.start].matches('\n').count() > 1;
            end_before = block.span.end;
        }
        spans.clear();
        push_sentences(text, block, &mut spans);
        for (index, span) in spans.iter().enumerate() {
            let begins_block = index == 0 && line_before_is_blank;
            push_unit(text, *span, is_heading, begins_block, max_pieces, &mut units);
        }
    }
    units
}

fn code_lines(text: &str) -> Vec<Block> {
    lines(text)
        .filter(|line| !line.is_blank())
        .map(|line| {
            // Indentation belongs to a line of code.
            let end = line.start + line.text.trim_end().len();
            Block { span: Span::new(line.start, end), is_prose: false }
        })
        .collect()
}

/// Adds a sentence; one that alone is over the limit is cut between words.
fn push_unit(text: &str, span: Span, is_heading: bool, begins_block: bool, max_pieces: usize, units: &mut Vec<Unit>) {
    let sentence = span.of(text).unwrap_or("");
    let pieces = estimate_pieces(sentence);
    if pieces <= max_pieces {
        units.push(Unit { span, pieces, is_heading, begins_block });
        return;
    }
    let mut start = 0;
    let mut end = 0;
    let mut size = 0;
    let mut push = |start: usize, end: usize, pieces: usize| {
        let part = sentence[start..end].trim_end();
        if !part.is_empty() {
            let span = Span::new(span.start + start, span.start + start + part.len());
            units.push(Unit { span, pieces, is_heading, begins_block: begins_block && start == 0 });
        }
    };
    for (at, word) in sentence.split_word_bound_indices() {
        let word_pieces = estimate_pieces(word);
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

/// Letters per word piece inside a long word. MiniLM's vocabulary holds most words up to seven letters whole; unknown
/// longer ones fall into pieces of about four.
const CHARS_PER_PIECE: usize = 4;
const WHOLE_WORD_CHARS: usize = 8;

/// About how many word pieces MiniLM makes of `text`: on four English collections the true count is .92 to 1.05 of this,
/// and none of 1,129 passages of the default size has more than 247. Digits and code count higher, each character of a
/// script without spaces counts one.
#[must_use]
pub fn estimate_pieces(text: &str) -> usize {
    let mut pieces = 0;
    let mut word = 0;
    let mut has_digit = false;
    let mut finish = |word: &mut usize, has_digit: &mut bool| {
        pieces += match *word {
            0 => 0,
            length if *has_digit => length.div_ceil(3),
            length if length <= WHOLE_WORD_CHARS => 1,
            length => 1 + (length - WHOLE_WORD_CHARS).div_ceil(CHARS_PER_PIECE),
        };
        (*word, *has_digit) = (0, false);
    };
    let mut single = 0;
    for c in text.chars() {
        if c.is_alphanumeric() && !is_unspaced(c) {
            word += 1;
            has_digit |= c.is_numeric();
        } else {
            finish(&mut word, &mut has_digit);
            single += usize::from(!c.is_whitespace());
        }
    }
    finish(&mut word, &mut has_digit);
    pieces + single
}

/// Letters of scripts that are written without spaces: Han, kana, Thai, Lao, Myanmar, Khmer.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Looks lines and headings up for places that only grow (by more than an overlap).
struct Places<'a> {
    text: &'a str,
    outline: &'a [Heading],
    at: usize,
    line: u32,
}

impl<'a> Places<'a> {
    fn new(text: &'a str, outline: &'a [Heading]) -> Self {
        Self { text, outline, at: 0, line: 1 }
    }

    fn line_at(&mut self, place: usize) -> u32 {
        if place < self.at {
            (self.at, self.line) = (0, 1);
        }
        let breaks = self.text.as_bytes()[self.at..place].iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at = place;
        self.line
    }

    fn heading_at(&self, place: usize) -> String {
        let above = self.outline.partition_point(|heading| heading.span.start <= place);
        let heading = above.checked_sub(1).and_then(|index| self.outline.get(index));
        heading.and_then(|heading| heading.span.of(self.text)).map(without_markup).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
