//! Lines become blocks.

use conclave_protocol::Span;

use super::trimmed;
use conclave_text::{Fence, Line, lines, list_marker};

/// Lines that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    /// Place, without white space at either end.
    pub span: Span,
    /// Whether it holds sentences; a heading, a table row or a line of code is one unit.
    pub is_prose: bool,
}

/// Widest line of a text that was wrapped by hand or by an editor (styles go up to some 160). Where lines are longer,
/// each line is a paragraph.
const MAX_WRAP_CHARS: usize = 200;

/// The blocks of `text`, ordered, none empty.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut builder = Builder { text, blocks: Vec::new(), paragraph: Vec::new() };
    let mut fence: Option<Fence> = None;
    for line in lines(text) {
        if let Some(open) = &fence {
            if open.is_closed_by(line.text) {
                fence = None;
            }
            builder.unit(line);
        } else if let Some(opened) = Fence::opened_by(line.text) {
            fence = Some(opened);
            builder.unit(line);
        } else if line.is_blank() {
            builder.end_paragraph();
        } else if is_unit(line.text) {
            builder.unit(line);
        } else {
            if list_marker(line.text).is_some() || line.trimmed().starts_with('>') {
                builder.end_paragraph();
            }
            builder.paragraph.push(line);
        }
    }
    builder.end_paragraph();
    builder.blocks
}

/// A line that stands for itself: a Markdown heading or an underline, a table row, a rule.
fn is_unit(line: &str) -> bool {
    let line = line.trim();
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    let heading = (1..=6).contains(&hashes) && line[hashes..].starts_with([' ', '\t']);
    let rule = line.len() >= 3
        && line.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'*' | b'_' | b'~' | b'+' | b'|' | b':' | b' '));
    heading || rule || line.starts_with('|') || line.contains(" | ") || line.contains('\t')
}

struct Builder<'a> {
    text: &'a str,
    blocks: Vec<Block>,
    paragraph: Vec<Line<'a>>,
}

impl<'a> Builder<'a> {
    fn unit(&mut self, line: Line<'a>) {
        self.end_paragraph();
        self.push(line.start, line.start + line.text.len(), false);
    }

    fn push(&mut self, start: usize, end: usize, is_prose: bool) {
        let span = trimmed(self.text, start, end);
        if !span.is_empty() {
            self.blocks.push(Block { span, is_prose });
        }
    }

    /// Cuts the collected lines where a line break ends something, and forgets them.
    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        let widest = paragraph.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
        let mut start: Option<usize> = None;
        for (index, line) in paragraph.iter().enumerate() {
            let begin = *start.get_or_insert(line.start);
            if paragraph.get(index + 1).is_none_or(|next| ends_here(line.text, next.text, widest)) {
                self.push(begin, line.start + line.text.len(), true);
                start = None;
            }
        }
    }
}

/// Whether the break between two lines of a paragraph was meant. A wrapped line is full: the next word did not fit. So a
/// break is meant where lines are no wrapped lines at all, or where the next word would have fitted well before the
/// width and does not go on in lower case.
fn ends_here(line: &str, next: &str, widest: usize) -> bool {
    if is_code(line) || is_code(next) {
        return true;
    }
    if next.trim_start().starts_with(char::is_lowercase) {
        return false;
    }
    if widest > MAX_WRAP_CHARS {
        return true;
    }
    let word = next.split_whitespace().next().map_or(0, |word| word.chars().count());
    // Three quarters: people who wrap by hand leave ragged lines.
    (line.trim_end().chars().count() + 1 + word) * 4 <= widest * 3
}

/// Whether a line looks like code outside a fence: an assignment, a call that is not finished, a block that opens or
/// closes. Every such line counts for itself, as in a fence.
fn is_code(line: &str) -> bool {
    let line = line.trim();
    // "f(x)" is code, "rate (see below)" is prose.
    let called = line.find('(').is_some_and(|at| line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
    let called = called && line.ends_with([';', ':']);
    let assigned = line.contains(" = ") || line.contains(" == ") || line.contains(" := ");
    let block = line.ends_with('{') || line.starts_with('}') || line.ends_with("*/") || line.starts_with("/*");
    called || assigned || block
}
