//! Rows of tables as lines that can be found and read on their own: every value behind its column's name.
//!
//! `Name: Ada Lovelace | Born: 1815`: a passage of such lines says what its values mean wherever it is cut, and a search for
//! "Born 1815" finds both words. Where a table has no header its values stand alone.

use conclave_protocol::Span;
use conclave_protocol::imported::{Anchor, Heading, Place};

use crate::body::MAX_HEADINGS;

/// Most anchors of one document: where there are more rows, an anchor stands at every second, fourth, … one.
const MAX_ANCHORS: usize = 50_000;

/// Most columns read. Spreadsheets end at 16,384.
pub(crate) const MAX_COLUMNS: usize = 16_384;

/// Longest name of a column that is repeated in each row, in characters.
const MAX_NAME_CHARS: usize = 60;

/// Tables under construction.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub text: String,
    pub outline: Vec<Heading>,
    pub anchors: Vec<Anchor>,
    columns: Vec<String>,
    /// Rows between two anchors, a power of two; 0 before the first row.
    stride: usize,
    rows: usize,
}

impl Tables {
    /// A table begins, with its name where it has one.
    pub fn begin(&mut self, name: Option<&str>) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        if let Some(name) = name.map(one_line).filter(|name| !name.is_empty()) {
            let start = self.text.len();
            self.text.push_str(&name);
            if self.outline.len() < MAX_HEADINGS {
                self.outline.push(Heading { span: Span::new(start, self.text.len()), level: 2 });
            }
            self.text.push_str("\n\n");
        }
        self.columns.clear();
    }

    /// The names of the columns.
    pub fn header<S: AsRef<str>>(&mut self, names: &[S]) {
        let names = names.iter().map(|name| one_line(name.as_ref()));
        self.columns = names.map(|name| name.chars().take(MAX_NAME_CHARS).collect()).collect();
    }

    /// A row; an empty one leaves nothing.
    pub fn row<S: AsRef<str>>(&mut self, place: Place, values: &[S]) {
        let start = self.text.len();
        for (index, value) in values.iter().enumerate() {
            let value = one_line(value.as_ref());
            if value.is_empty() {
                continue;
            }
            if self.text.len() > start {
                self.text.push_str(" | ");
            }
            if let Some(column) = self.columns.get(index).filter(|column| !column.is_empty()) {
                self.text.push_str(column);
                self.text.push_str(": ");
            }
            self.text.push_str(&value);
        }
        if self.text.len() > start {
            self.text.push('\n');
            self.anchor(Anchor { at: start, place });
        }
    }

    /// Drops the rows that do not fit.
    pub fn cut(&mut self, limit_bytes: usize) {
        let fits = self.text.floor_char_boundary(limit_bytes);
        let end = self.text[..fits].rfind('\n').map_or(0, |at| at + 1);
        self.text.truncate(end);
        self.anchors.retain(|anchor| anchor.at < end);
        self.outline.retain(|heading| heading.span.end <= end);
    }

    fn anchor(&mut self, anchor: Anchor) {
        if self.anchors.len() >= MAX_ANCHORS {
            let mut index = 0;
            self.anchors.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.stride = self.stride.max(1) * 2;
        }
        if self.rows.is_multiple_of(self.stride.max(1)) {
            self.anchors.push(anchor);
        }
        self.rows += 1;
    }
}

/// `text` with white space of any kind as single spaces, without control characters.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !(c.is_control() || c == '\u{feff}') {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Whether the first of these rows names the columns: it is full, its names differ, none is a number, and below it stands
/// at least one value that is no name (a number, a date, or longer), or another row at all where everything is words.
pub(crate) fn has_header(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else { return false };
    let names: Vec<&str> = first.iter().map(|name| name.trim()).collect();
    // Trailing separators make empty names at the end.
    let filled = names.iter().filter(|name| !name.is_empty()).count();
    if filled < 2 && names.len() > 1 || filled * 3 < names.len() * 2 || rest.is_empty() {
        return false;
    }
    let mut sorted: Vec<&&str> = names.iter().filter(|name| !name.is_empty()).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let plain = |name: &&str| name.is_empty() || (!is_number(name) && name.chars().count() <= MAX_NAME_CHARS);
    sorted.len() == filled && names.iter().all(plain) && names.iter().any(|name| name.chars().any(char::is_alphabetic))
}

/// Whether this is a number, a date, a time or an amount: digits with signs between them.
fn is_number(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text.chars().filter(|c| c.is_alphabetic()).count() <= 3
        && text.chars().filter(char::is_ascii_digit).count() * 2 >= text.chars().filter(|c| !c.is_whitespace()).count()
}
