//! Lines and headings of passages.

use conclave_protocol::imported::Heading;
use conclave_text::without_markup;

/// Looks lines and headings up for places that only grow (by more than an overlap).
pub(super) struct Places<'a> {
    text: &'a str,
    outline: &'a [Heading],
    at: usize,
    line: u32,
}

impl<'a> Places<'a> {
    pub fn new(text: &'a str, outline: &'a [Heading]) -> Self {
        Self { text, outline, at: 0, line: 1 }
    }

    pub fn line_at(&mut self, place: usize) -> u32 {
        if place < self.at {
            (self.at, self.line) = (0, 1);
        }
        let breaks = self.text.as_bytes()[self.at..place].iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at = place;
        self.line
    }

    pub fn heading_at(&self, place: usize) -> String {
        let above = self.outline.partition_point(|heading| heading.span.start <= place);
        let heading = above.checked_sub(1).and_then(|index| self.outline.get(index));
        heading.and_then(|heading| heading.span.of(self.text)).map(without_markup).unwrap_or_default()
    }
}
