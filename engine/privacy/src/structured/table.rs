//! Tables: comma-separated values (RFC 4180; also with semicolons, tabs or bars) and tables of Markdown. A text is taken for
//! one when its first line has a name that is known and the second line has as many cells.

use conclave_protocol::{Category, Span};

use super::{Cell, Role, fields};
use crate::bytes;

/// Most columns that are read; a text with more is no table that a person wrote.
const COLUMNS_MAX: usize = 200;

/// Most bytes of a header inside a text: longer lines are prose.
const HEADER_MAX: usize = 400;

/// The cells of a text that is a table, or has tables: behind an empty line, a fence's opening or a line that ends with a
/// colon.
pub(super) fn cells(text: &str) -> Option<Vec<Cell>> {
    let mut cells = Vec::new();
    if table(text, 0, Extent::Text, &mut cells).is_some() {
        return Some(cells);
    }
    let mut at = 0;
    while let Some(newline) = bytes::newline(text.as_bytes(), at) {
        let line = &text.as_bytes()[at..newline];
        let blanks = line.iter().rev().take_while(|byte| matches!(byte, b'\r' | b' ')).count();
        let line = &line[..line.len() - blanks];
        at = newline + 1;
        if (line.is_empty() || line.starts_with(b"```") || line.ends_with(b":"))
            && let Some(end) = table(text, at, Extent::Paragraph, &mut cells)
        {
            at = end;
        }
    }
    (!cells.is_empty()).then_some(cells)
}

/// How far a table goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// To the end of the text, over rows that have more or fewer cells.
    Text,
    /// As long as the rows have as many cells as the header.
    Paragraph,
}

/// Adds the cells of a table that begins at `start`, and gives where it ends.
fn table(text: &str, start: usize, extent: Extent, cells: &mut Vec<Cell>) -> Option<usize> {
    let bytes = &text.as_bytes()[start..];
    let most = if extent == Extent::Text { bytes.len() } else { bytes.len().min(HEADER_MAX) };
    let header = &bytes[..bytes[..most].iter().position(|byte| *byte == b'\n')?];
    let separator = [b'\t', b';', b'|', b','].into_iter().find(|separator| header.contains(separator))?;
    let mut rows = Rows { text, separator, at: start };
    let names = rows.next()?;
    if names.len() < 2 || names.len() > COLUMNS_MAX || names.iter().any(|name| is_sentence(text, *name)) {
        return None;
    }
    let columns: Vec<Option<Category>> =
        names.iter().map(|name| fields::category(name.of(text).unwrap_or_default())).collect();
    if columns.iter().all(Option::is_none) {
        return None;
    }
    let known = cells.len();
    cells.extend(names.iter().map(|span| Cell { span: *span, role: Role::Name }));
    let (mut is_first, mut end) = (true, rows.at);
    while let Some(row) = rows.next() {
        let is_whole = row.len() == names.len();
        if !is_whole && is_first {
            cells.truncate(known);
            return None;
        }
        if !is_whole && extent == Extent::Paragraph {
            break;
        }
        (is_first, end) = (false, rows.at);
        let of_column = |column: usize| columns.get(column).copied().flatten().filter(|_| is_whole);
        cells.extend(
            row.iter().enumerate().map(|(column, span)| Cell { span: *span, role: Role::Value(of_column(column)) }),
        );
    }
    cells.retain(|cell| !cell.span.is_empty());
    Some(end.min(text.len()))
}

/// Whether three words or more end like a sentence: no column is called so (`Name, Age and Sex are optional.`).
fn is_sentence(text: &str, name: Span) -> bool {
    let name = name.of(text).unwrap_or_default();
    name.ends_with(['.', '!', '?']) && name.split_ascii_whitespace().nth(2).is_some()
}

/// The rows, each as the spans of its cells' contents, without quotes.
struct Rows<'a> {
    text: &'a str,
    separator: u8,
    at: usize,
}

impl Iterator for Rows<'_> {
    type Item = Vec<Span>;

    fn next(&mut self) -> Option<Vec<Span>> {
        let bytes = self.text.as_bytes();
        if self.at >= bytes.len() {
            return None;
        }
        let mut row = Vec::new();
        loop {
            let (content, end) = cell(bytes, self.at, self.separator);
            row.push(content);
            self.at = end + 1;
            match bytes.get(end) {
                Some(byte) if *byte == self.separator => {}
                Some(b'\r') => {
                    self.at = end + 2;
                    break;
                }
                _ => break,
            }
        }
        // A bar at both ends of the line stands before the first and behind the last cell.
        if self.separator == b'|' {
            if row.last().is_some_and(Span::is_empty) {
                row.pop();
            }
            if row.first().is_some_and(Span::is_empty) {
                row.remove(0);
            }
        }
        Some(row)
    }
}

/// The content of the cell that begins at `start`, and where the cell ends: at a separator, a line's end or the text's.
fn cell(bytes: &[u8], start: usize, separator: u8) -> (Span, usize) {
    let blank = bytes[start..].iter().take_while(|byte| **byte == b' ').count();
    if bytes.get(start + blank) == Some(&b'"') {
        let open = start + blank + 1;
        if let Some(close) = closing_quote(bytes, open, separator) {
            let after = bytes[close + 1..].iter().take_while(|byte| **byte == b' ').count();
            return (Span::new(open, close), close + 1 + after);
        }
    }
    let ends = |byte: &u8| *byte == separator || *byte == b'\n' || *byte == b'\r';
    let len = bytes[start..].iter().position(ends).unwrap_or(bytes.len() - start);
    let content = &bytes[start..start + len];
    let lead = content.iter().take_while(|byte| **byte == b' ').count();
    let tail = content[lead..].iter().rev().take_while(|byte| **byte == b' ').count();
    (Span::new(start + lead, start + len - tail), start + len)
}

/// Longest quoted cell. An opening quote without a closing one does not make the rest of the text one cell.
const QUOTED_MAX: usize = 8_192;

/// The quote that ends a cell: one that is not doubled, with a separator or an end of line behind it.
fn closing_quote(bytes: &[u8], open: usize, separator: u8) -> Option<usize> {
    let limit = bytes.len().min(open + QUOTED_MAX);
    let mut at = open;
    while at < limit {
        if bytes[at] == b'"' {
            if bytes.get(at + 1) == Some(&b'"') {
                at += 1;
            } else {
                let behind = bytes[at + 1..].iter().find(|byte| **byte != b' ');
                return behind.is_none_or(|byte| *byte == separator || matches!(byte, b'\n' | b'\r')).then_some(at);
            }
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn persons(text: &str) -> Vec<&str> {
        cells(text)
            .unwrap_or_default()
            .into_iter()
            .filter(|cell| cell.role == Role::Value(Some(Category::Person)))
            .filter_map(|cell| cell.span.of(text))
            .collect()
    }

    #[test]
    fn columns_are_known_by_their_names() {
        assert_eq!(
            persons("id,First Name,note\n1,Ann,\"a, b\"\r\n2,\"Bo \"\"B\"\" X\",c\n"),
            ["Ann", "Bo \"\"B\"\" X"]
        );
        assert_eq!(persons("Vorname;Nachname\nJörg;Weiß\n"), ["Jörg", "Weiß"]);
        assert_eq!(persons("surname\tage\nSmith\t4"), ["Smith"]);
        assert_eq!(persons("| surname | age |\n|---|---|\n| Smith | 4 |\n"), ["---", "Smith"]);
    }

    #[test]
    fn prose_and_uneven_lines_are_no_tables() {
        for text in [
            "Dear Ann,\nhow are you, and the others?",
            "Nationality, Religion and Gender are optional.\nProfessor, could you repeat the last point?",
            "surname, age\nSmith",
            "surname\nSmith",
            "a,b\n1,2",
            "",
        ] {
            assert_eq!(cells(text), None, "{text}");
        }
    }

    #[test]
    fn tables_inside_a_text_are_read() {
        for text in [
            "Here they are:\nid,Surname\n1,Smith\n2,Jones\n\nThanks, Ann",
            "Look:\n\n| id | surname |\n|---|---|\n| 1 | Smith |\n| 2 | Jones |\nAnd so on.",
            "```csv\nid;surname\n1;Smith\n2;Jones\n```\nsurname; x",
        ] {
            let persons: Vec<&str> = persons(text).into_iter().filter(|name| *name != "---").collect();
            assert_eq!(persons, ["Smith", "Jones"], "{text}");
        }
        assert_eq!(cells("Hello\n\nsurname, see above,\nis missing"), None);
        assert_eq!(cells("Hello\nsurname,id\nSmith,1"), None);
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_rest() {
        assert_eq!(persons("surname,x\n\"Smith,1\nJones,2"), ["\"Smith", "Jones"]);
    }
}
