//! JSON (RFC 8259) and JSON lines: strings and numbers, and the names in front of them. No tree is built, so that depth
//! costs nothing; fenced blocks of Markdown that say `json` are read as well.

use conclave_protocol::{Category, Span};

use super::{Cell, Role, fields};
use crate::bytes;

/// The cells of a text that is JSON, or has blocks of it.
pub(super) fn cells(text: &str) -> Option<Vec<Cell>> {
    let trimmed = text.trim();
    let is_whole = trimmed.starts_with(['{', '[']) && trimmed.ends_with(['}', ']']);
    if is_whole && let Some(cells) = lex(text, Span::new(0, text.len())) {
        return Some(cells);
    }
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(fence) = bytes::find(text.as_bytes(), at, b"```json") {
        let start = fence + "```json".len();
        let end = bytes::find(text.as_bytes(), start, b"```").unwrap_or(text.len());
        all.extend(lex(text, Span::new(start, end)).unwrap_or_default());
        at = end;
    }
    (!all.is_empty()).then_some(all)
}

/// Whether a cell is a number: a string's content begins behind a quote.
pub(super) fn is_number(text: &str, cell: &Cell) -> bool {
    let before = cell.span.start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    before != Some(&b'"') && cell.role != Role::Name
}

/// The cells of a stretch, or `None` where it is not made of JSON's tokens.
fn lex(text: &str, stretch: Span) -> Option<Vec<Cell>> {
    let bytes = text.as_bytes();
    let mut cells: Vec<Cell> = Vec::new();
    let mut field: Option<Category> = None;
    // Index of the string that was read last, as long as nothing but white space followed it.
    let mut last_string: Option<usize> = None;
    let mut at = stretch.start;
    while at < stretch.end {
        let byte = bytes[at];
        at += 1;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b':' => {
                let name = &mut cells[last_string.take()?];
                name.role = Role::Name;
                field = fields::category(name.span.of(text)?);
            }
            b'{' | b'}' => (last_string, field) = (None, None),
            b'[' | b']' | b',' => last_string = None,
            b'"' => {
                let len = string_len(&bytes[at..stretch.end])?;
                last_string = Some(cells.len());
                cells.push(Cell { span: Span::new(at, at + len), role: Role::Value(field) });
                at += len + 1;
            }
            b'-' | b'0'..=b'9' => {
                let len = bytes[at..stretch.end]
                    .iter()
                    .take_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
                    .count();
                cells.push(Cell { span: Span::new(at - 1, at + len), role: Role::Value(field) });
                last_string = None;
                at += len;
            }
            b't' | b'f' | b'n' => {
                let word =
                    ["rue", "alse", "ull"].iter().find(|word| bytes[at..stretch.end].starts_with(word.as_bytes()))?;
                last_string = None;
                at += word.len();
            }
            _ => return None,
        }
    }
    Some(cells)
}

/// Length of a string's content, whose opening quote was read.
fn string_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(&str, Role)> {
        let cells = cells(text).unwrap_or_default();
        cells.into_iter().filter_map(|cell| Some((cell.span.of(text)?, cell.role))).collect()
    }

    #[test]
    fn names_and_values_are_told_apart() {
        let text = r#"{"first_name": "Ann \"A\"", "x": [12, -1.5e3, true, null, "y"], "ssn": 536904399}"#;
        let value = Role::Value(None);
        assert_eq!(
            values(text),
            [
                ("first_name", Role::Name),
                ("Ann \\\"A\\\"", Role::Value(Some(Category::Person))),
                ("x", Role::Name),
                ("12", value),
                ("-1.5e3", value),
                ("y", value),
                ("ssn", Role::Name),
                ("536904399", Role::Value(Some(Category::UsSsn))),
            ]
        );
    }

    #[test]
    fn lines_and_fenced_blocks_are_read() {
        assert_eq!(values("{\"a\": 1}\n{\"a\": 2}").len(), 4);
        assert_eq!(values("See:\n```json\n{\"a\": 1}\n```\nand \"b\"").len(), 2);
        assert_eq!(values("```json\n{\"a\": 1"), [("a", Role::Name), ("1", Role::Value(None))]);
    }

    #[test]
    fn other_texts_are_not_taken_for_json() {
        for text in ["[x](https://example.com)", "{ let x = 1; }", "[\"open", "{:}", "", "[EMAIL_01]"] {
            assert_eq!(cells(text), None, "{text}");
        }
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(cells(&deep), Some(Vec::new()));
    }
}
