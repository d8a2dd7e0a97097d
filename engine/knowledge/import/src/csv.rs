//! Tables in text: values between separators (RFC 4180, and what spreadsheets of other countries write).

use conclave_protocol::imported::{Kind, Place};

use crate::body::Body;
use crate::table::{MAX_COLUMNS, Tables, has_header};

/// Separators, the likelier first.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// Rows looked at to find the separator and the header.
const PROBE_ROWS: usize = 50;

/// How much of a table those rows are looked for in.
const PROBE_BYTES: usize = 64 * 1024;

/// Longest quoted value. A quote that is not closed within it is a character like any other: else one inch mark would
/// swallow all rows below it.
const MAX_QUOTED_BYTES: usize = 100_000;

/// The rows of a table as lines; `None` where the text has no columns.
pub(crate) fn read(source: &str, limit_bytes: usize) -> Option<Body> {
    let source = source.trim_start_matches('\u{feff}');
    let (source, said) = match source.split_once('\n') {
        // Excel's own first line says the separator.
        Some((first, rest)) if first.trim_end().strip_prefix("sep=").is_some_and(|sign| sign.chars().count() == 1) => {
            (rest, first.trim_end().chars().next_back())
        }
        _ => (source, None),
    };
    let separator = said.or_else(|| separator(source))?;
    let mut tables = Tables::default();
    tables.begin(None);
    let probe: Vec<Vec<String>> = Rows::new(source, separator).take(PROBE_ROWS).map(|(_, row)| row).collect();
    let named = has_header(&probe);
    let mut is_full = false;
    for (index, (line, row)) in Rows::new(source, separator).enumerate() {
        if index == 0 && named {
            tables.header(&row);
            continue;
        }
        tables.row(Place::Row { sheet: 1, row: line }, &row);
        if tables.text.len() > limit_bytes {
            is_full = true;
            tables.cut(limit_bytes);
            break;
        }
    }
    let partial = is_full.then(|| "The table is too long; its first rows were read.".to_owned());
    Some(Body { anchors: tables.anchors, partial, ..Body::new(Kind::Table, tables.text) })
}

/// The separator that cuts the most rows into the same number of columns.
fn separator(source: &str) -> Option<char> {
    let head = &source[..source.floor_char_boundary(PROBE_BYTES)];
    let mut best: Option<(usize, usize, char)> = None;
    for candidate in SEPARATORS {
        let widths: Vec<usize> = Rows::new(head, candidate).take(PROBE_ROWS).map(|(_, row)| row.len()).collect();
        let most =
            widths.iter().copied().max_by_key(|width| (widths.iter().filter(|other| *other == width).count(), *width));
        let Some(width) = most.filter(|width| *width > 1) else { continue };
        let alike = widths.iter().filter(|other| **other == width).count() * 100 / widths.len();
        // Half the rows alike, else the sign is one of the text's own.
        if alike >= 50 && best.is_none_or(|(best_alike, best_width, _)| (alike, width) > (best_alike, best_width)) {
            best = Some((alike, width, candidate));
        }
    }
    best.map(|(.., separator)| separator)
}

/// The rows of a text with the line on which each begins, from 1. Empty lines are no rows.
struct Rows<'a> {
    rest: &'a str,
    line: u32,
    separator: char,
}

impl<'a> Rows<'a> {
    const fn new(source: &'a str, separator: char) -> Self {
        Self { rest: source, line: 1, separator }
    }

    /// The value at the beginning of the rest, without the sign behind it.
    fn value(&mut self) -> String {
        if let Some(value) = self.quoted() {
            return value;
        }
        let end = self.rest.find([self.separator, '\n', '\r']).unwrap_or(self.rest.len());
        let value = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        value
    }

    fn quoted(&mut self) -> Option<String> {
        let inner = self.rest.trim_start_matches(' ').strip_prefix('"')?;
        let most = inner.floor_char_boundary(MAX_QUOTED_BYTES);
        let mut value = String::new();
        let mut at = 0;
        loop {
            let close = at + inner[at..most].find('"')?;
            value.push_str(&inner[at..close]);
            let after = &inner[close + 1..];
            if after.starts_with('"') {
                value.push('"');
                at = close + 2;
                continue;
            }
            let next = after.trim_start_matches(' ');
            if next.is_empty() || next.starts_with([self.separator, '\n', '\r']) {
                let lines = value.matches('\n').count();
                self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
                self.rest = next;
                return Some(value);
            }
            // A quote inside a quoted value that was not doubled.
            value.push('"');
            at = close + 1;
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = (u32, Vec<String>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let line = self.line;
            let mut row = Vec::new();
            loop {
                let value = self.value();
                if row.len() < MAX_COLUMNS {
                    row.push(value);
                }
                match self.rest.strip_prefix(self.separator) {
                    Some(rest) => self.rest = rest,
                    None => break,
                }
            }
            self.rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
            self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
            self.line = self.line.saturating_add(1);
            if row.iter().any(|value| !value.trim().is_empty()) {
                return Some((line, row));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::testing::{places, read as import, read_within};

    #[test]
    fn each_row_carries_the_names_of_its_columns() {
        let imported = import(
            "people.csv",
            "Name,Born,Note\r\nAda Lovelace,1815,\"first, \"\"programmer\"\"\r\nof all\"\r\n\r\nGrace Hopper,1906,\r\n"
                .as_bytes(),
        );
        assert_eq!(
            imported.text,
            "Name: Ada Lovelace | Born: 1815 | Note: first, \"programmer\" of all\nName: Grace Hopper | Born: 1906\n"
        );
        assert_eq!(
            places(&imported).iter().map(|(place, _)| *place).collect::<Vec<_>>(),
            [Place::Row { sheet: 1, row: 2 }, Place::Row { sheet: 1, row: 5 }]
        );
        assert_eq!(imported.kind, Kind::Table);
    }

    #[test]
    fn separators_and_headers_are_found() {
        for (name, source) in [
            ("a.csv", "Stadt;Preis\nKöln;1,50\nBonn;2,75\n"),
            ("a.tsv", "Stadt\tPreis\nKöln\t1,50\nBonn\t2,75\n"),
            ("a.csv", "sep=|\nStadt|Preis\nKöln|1,50\nBonn|2,75\n"),
        ] {
            assert_eq!(import(name, source.as_bytes()).text, "Stadt: Köln | Preis: 1,50\nStadt: Bonn | Preis: 2,75\n");
        }
        assert_eq!(import("a.csv", b"1,2\n3,4\n").text, "1 | 2\n3 | 4\n");
        assert_eq!(import("a.csv", b"Name,Age\n").text, "Name | Age\n");
        assert_eq!(import("a.csv", b"just a line\nand one more").text, "just a line\nand one more");
    }

    #[test]
    fn a_quote_that_stays_open_swallows_nothing() {
        let mut source = "Size,Item\n\"5\",bolt\n6\",nut\n\"7,washer\n".to_owned();
        source.push_str(&"8,more\n".repeat(20_000));
        let imported = import("a.csv", source.as_bytes());
        assert!(imported.text.starts_with(
            "Size: 5 | Item: bolt\nSize: 6\" | Item: nut\nSize: \"7 | Item: washer\nSize: 8 | Item: more\n"
        ));
    }

    #[test]
    fn long_tables_are_cut_at_a_row_and_anchors_stay_few() {
        let source = "Name,Age\n".to_owned() + &"Ann,40\n".repeat(200_000);
        let limits = crate::Limits { text_bytes: 1_000_000, ..crate::Limits::default() };
        let (documents, report) = read_within("a.csv", source.as_bytes(), &limits);
        assert!(documents[0].text.len() <= 1_000_000 && documents[0].text.ends_with("Age: 40\n"));
        assert!(matches!(report.outcome, conclave_protocol::imported::Outcome::Partial(_)));
        let whole = import("a.csv", source.as_bytes());
        assert!(whole.anchors.len() <= 50_000, "{}", whole.anchors.len());
        let last = whole.anchors.last().unwrap();
        assert!(matches!(last.place, Place::Row { row, .. } if row > 199_990), "{last:?}");
    }
}
