//! Running text from pieces: white space collapses, blocks stand apart, items and cells get their marks.

use conclave_protocol::Span;

use crate::body::MAX_HEADINGS;
use conclave_protocol::imported::{Anchor, Heading, Place};

/// Text under construction.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    text: String,
    outline: Vec<Heading>,
    /// Line breaks due before the next text: 0, 1 or 2.
    breaks: usize,
    /// A space is due before the next text.
    space: bool,
    /// Mark of a list item due before the next text.
    item: Option<String>,
    /// Cell separators due before the next text.
    separators: usize,
    /// Cells begun in this row.
    cells: usize,
    /// Nothing was written yet in the open cell.
    at_cell_start: bool,
    /// Level of the open heading, and where its text began.
    heading: Option<(u8, Option<usize>)>,
    anchors: Vec<Anchor>,
    /// Places that begin with the next text.
    places: Vec<Place>,
}

/// What a writer wrote.
#[derive(Debug)]
pub(crate) struct Written {
    pub text: String,
    pub outline: Vec<Heading>,
    pub anchors: Vec<Anchor>,
}

/// Most empty cells marked in a row: a row of a million empty cells would be longer than its source.
const MAX_SEPARATORS: usize = 64;

impl Writer {
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// The next text stands at this place of the file.
    pub fn begin_place(&mut self, place: Place) {
        self.places.push(place);
    }

    /// The next text stands apart from the last by a space at least.
    pub fn space(&mut self) {
        self.space = true;
    }

    /// The next text begins on a new line, after an empty one where `count` is 2.
    pub fn break_lines(&mut self, count: usize) {
        // A block that opens an item or a cell stays on the line of its mark.
        if self.item.is_none() && !self.at_cell_start {
            self.breaks = self.breaks.max(count);
        }
    }

    /// A `<br>`: two of them make an empty line. Headings stay on one line.
    pub fn line_break(&mut self) {
        if self.heading.is_some() {
            self.space = true;
        } else {
            self.breaks = (self.breaks + 1).min(2);
        }
    }

    pub fn begin_item(&mut self, mark: String) {
        self.item = None;
        self.break_lines(1);
        self.item = Some(mark);
    }

    pub fn end_item(&mut self) {
        self.item = None;
        self.break_lines(1);
    }

    pub fn begin_row(&mut self) {
        self.separators = 0;
        self.cells = 0;
        self.at_cell_start = false;
        self.break_lines(1);
    }

    pub fn end_row(&mut self) {
        self.separators = 0;
        self.cells = 0;
        self.at_cell_start = false;
        // Rows of one table stand close, whatever blocks their cells held.
        self.breaks = 1;
    }

    pub fn begin_cell(&mut self) {
        if self.cells > 0 {
            self.separators = (self.separators + 1).min(MAX_SEPARATORS);
            self.breaks = 0;
        }
        self.cells += 1;
        self.at_cell_start = true;
    }

    pub fn begin_heading(&mut self, level: u8) {
        self.break_lines(2);
        self.heading = Some((level, None));
    }

    /// Ends the open heading and returns its words.
    pub fn end_heading(&mut self) -> Option<String> {
        let mut words = None;
        if let Some((level, Some(start))) = self.heading.take() {
            let end = start + self.text[start..].trim_end().len();
            if end > start {
                words = Some(self.text[start..end].to_owned());
                if self.outline.len() < MAX_HEADINGS {
                    self.outline.push(Heading { span: Span::new(start, end), level });
                }
            }
        }
        self.break_lines(2);
        words
    }

    /// Adds text in which runs of white space count as one space.
    pub fn push(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
                '\u{a0}' => self.space = true,
                c if c.is_whitespace() => self.space = true,
                c if c.is_control() => {}
                c => {
                    self.settle();
                    self.text.push(c);
                }
            }
        }
    }

    /// Adds text in which white space counts.
    pub fn push_preformatted(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.text.is_empty() || self.breaks > 0 => {}
                '\n' | '\t' => self.text.push(c),
                '\u{a0}' => self.text.push(' '),
                c if c.is_control() || c == '\u{feff}' => {}
                c => {
                    self.space = false;
                    self.settle();
                    self.text.push(c);
                }
            }
        }
    }

    /// Writes what is due before text.
    fn settle(&mut self) {
        if self.breaks > 0 {
            let end = self.text.trim_end().len();
            self.text.truncate(end);
            if !self.text.is_empty() {
                self.text.extend(std::iter::repeat_n('\n', self.breaks));
            }
        } else if self.separators > 0 {
            let end = self.text.trim_end_matches(' ').len();
            self.text.truncate(end);
            self.text.extend(std::iter::repeat_n(" |", self.separators));
            self.text.push(' ');
        } else if self.space && !self.text.is_empty() && !self.text.ends_with([' ', '\n', '\t']) {
            self.text.push(' ');
        }
        (self.breaks, self.separators, self.space, self.at_cell_start) = (0, 0, false, false);
        self.settle_places();
        if let Some(mark) = self.item.take() {
            self.text.push_str(&mark);
        }
        if let Some((_, start @ None)) = &mut self.heading {
            *start = Some(self.text.len());
        }
    }

    fn settle_places(&mut self) {
        if self.places.is_empty() {
            return;
        }
        let at = self.text.len();
        self.anchors.extend(self.places.drain(..).map(|place| Anchor { at, place }));
    }

    pub fn finish(mut self) -> Written {
        self.end_heading();
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        self.settle_places();
        Written { text: self.text, outline: self.outline, anchors: self.anchors }
    }
}
