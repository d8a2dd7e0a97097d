//! Workbooks: SpreadsheetML (ECMA-376 part 1, section 18).

use conclave_protocol::imported::{Kind, Place};

use super::relationships::Relationships;
use super::{broken, main_part};
use crate::archive::Archive;
use crate::body::Body;
use crate::date;
use crate::error::ImportError;
use crate::run::{Run, Source};
use crate::table::{MAX_COLUMNS, Tables, has_header};
use crate::xml::{self, Node, Tag};

const WHAT: &str = "an Excel workbook (XLSX)";

/// Most sheets read.
const MAX_SHEETS: usize = 1_000;

/// Rows looked at to tell whether the first one names the columns.
const PROBE_ROWS: usize = 20;

pub(super) fn read(
    run: &mut Run<'_>,
    source: &Source<'_>,
    archive: &Archive<'_>,
    main: &str,
) -> Result<Body, ImportError> {
    let workbook = main_part(run, source, archive, main, WHAT)?;
    let relationships = Relationships::read(run, archive, main);
    let part = |run: &mut Run<'_>, kind| {
        relationships.by_type(kind).and_then(|name| run.unpack_named(archive, name)).unwrap_or_default()
    };
    let strings = shared_strings(&part(run, "sharedStrings"), run.limits.file_bytes);
    let dates = date_styles(&part(run, "styles"));
    let mut sheets = Vec::new();
    let mut is_1904 = false;
    let mut whole = xml::walk(&workbook, |node| {
        let Node::Start(tag) = node else { return };
        match tag.name {
            "sheet" if sheets.len() < MAX_SHEETS => {
                let part = tag.attributes("id").iter().find_map(|id| relationships.by_id(id).map(str::to_owned));
                sheets.extend(part.map(|part| (tag.attribute("name").unwrap_or_default(), part)));
            }
            "workbookPr" => is_1904 = tag.is("date1904", "1") || tag.is("date1904", "true"),
            _ => {}
        }
    })
    .is_ok();
    let mut tables = Tables::default();
    let mut is_full = false;
    for (index, (name, part)) in sheets.iter().enumerate() {
        let Some(bytes) = run.unpack_named(archive, part) else {
            whole = false;
            continue;
        };
        let sheet = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let reader = Reader { strings: &strings, dates: &dates, is_1904, sheet, limit_bytes: run.limits.text_bytes };
        let name = (sheets.len() > 1).then_some(name.as_str());
        let (complete, full) = reader.read(&bytes, name, &mut tables);
        whole &= complete;
        is_full |= full;
    }
    let partial = if is_full {
        Some("The workbook is too long; its first rows were read.".to_owned())
    } else {
        (!whole).then(broken)
    };
    let Tables { text, outline, anchors, .. } = tables;
    Ok(Body { outline, anchors, partial, ..Body::new(Kind::Table, text) })
}

/// The texts that cells point to.
fn shared_strings(bytes: &[u8], limit_bytes: u64) -> Vec<String> {
    let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
    let (mut strings, mut open) = (Vec::new(), None::<String>);
    let (mut in_text, mut phonetic, mut size) = (0usize, 0usize, 0usize);
    let _ = xml::walk(bytes, |node| match node {
        Node::Start(tag) => match tag.name {
            "si" => open = Some(String::new()),
            "t" => in_text += 1,
            "rPh" => phonetic += 1,
            _ => {}
        },
        Node::End("si") => strings.extend(open.take()),
        Node::End("t") => in_text = in_text.saturating_sub(1),
        Node::End("rPh") => phonetic = phonetic.saturating_sub(1),
        Node::End(_) => {}
        Node::Text(text) => {
            // How Japanese words are read stands beside them once more.
            if let Some(open) = open.as_mut().filter(|_| in_text > 0 && phonetic == 0 && size < limit) {
                size += text.len();
                open.push_str(&text);
            }
        }
    });
    strings
}

/// For each cell style, whether it shows a number as a date.
fn date_styles(bytes: &[u8]) -> Vec<bool> {
    let (mut own, mut styles, mut in_cells) = (Vec::<String>::new(), Vec::new(), false);
    let _ = xml::walk(bytes, |node| match node {
        Node::Start(tag) => match tag.name {
            "numFmt" => {
                let code = tag.attribute("formatCode").unwrap_or_default();
                own.extend(tag.attribute("numFmtId").filter(|_| is_date_format(&code)));
            }
            "cellXfs" => in_cells = true,
            "xf" if in_cells => {
                let id = tag.attribute("numFmtId").unwrap_or_default();
                // Built-in formats 14 to 22 and 45 to 47 (18.8.30).
                let built_in = id.parse::<u32>().is_ok_and(|id| (14..=22).contains(&id) || (45..=47).contains(&id));
                styles.push(built_in || own.contains(&id));
            }
            _ => {}
        },
        Node::End("cellXfs") => in_cells = false,
        _ => {}
    });
    styles
}

/// Whether a format code has parts of a date outside quotes and brackets.
fn is_date_format(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    code.chars().any(|c| {
        let skip = std::mem::take(&mut escaped);
        match c {
            _ if skip => false,
            '\\' => {
                escaped = true;
                false
            }
            '"' => {
                quoted = !quoted;
                false
            }
            '[' => {
                bracketed = true;
                false
            }
            ']' => {
                bracketed = false;
                false
            }
            c => !quoted && !bracketed && matches!(c, 'y' | 'Y' | 'd' | 'D' | 'h' | 'H'),
        }
    })
}

struct Reader<'a> {
    strings: &'a [String],
    dates: &'a [bool],
    is_1904: bool,
    sheet: u32,
    limit_bytes: usize,
}

/// An open cell.
#[derive(Debug, Default)]
struct Cell {
    column: usize,
    kind: String,
    is_date: bool,
    value: String,
}

impl Reader<'_> {
    /// Reads a sheet. Returns whether its XML is whole, and whether rows were left out.
    fn read(&self, bytes: &[u8], name: Option<&str>, tables: &mut Tables) -> (bool, bool) {
        let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
        let (mut begun, mut is_full) = (false, false);
        let (mut row, mut number) = (Vec::<String>::new(), 0u32);
        let mut cell: Option<Cell> = None;
        let mut in_value = 0usize;
        let mut flush = |rows: &mut Vec<(u32, Vec<String>)>, tables: &mut Tables| {
            let rows = std::mem::take(rows);
            let mut from = 0;
            if !begun && !rows.is_empty() {
                begun = true;
                tables.begin(name);
                let values: Vec<Vec<String>> = rows.iter().map(|(_, values)| values.clone()).collect();
                if has_header(&values) {
                    tables.header(&values[0]);
                    from = 1;
                }
            }
            for (number, values) in &rows[from..] {
                tables.row(Place::Row { sheet: self.sheet, row: *number }, values);
            }
        };
        let whole = xml::walk(bytes, |node| match node {
            _ if is_full => {}
            Node::Start(tag) => match tag.name {
                "row" => {
                    let given = tag.attribute("r").and_then(|number| number.parse().ok());
                    number = given.unwrap_or(number.saturating_add(1));
                }
                "c" => cell = Some(self.cell(&tag, row.len())),
                "v" | "t" if cell.is_some() => in_value += 1,
                _ => {}
            },
            Node::Text(text) => {
                if let Some(cell) = cell.as_mut().filter(|_| in_value > 0) {
                    cell.value.push_str(&text);
                }
            }
            Node::End("v" | "t") => in_value = in_value.saturating_sub(1),
            Node::End("c") => {
                if let Some(cell) = cell.take() {
                    let column = cell.column;
                    let value = self.value(cell);
                    if column < MAX_COLUMNS && !value.is_empty() {
                        if row.len() <= column {
                            row.resize(column + 1, String::new());
                        }
                        row[column] = value;
                    }
                }
            }
            Node::End("row") => {
                if !row.is_empty() {
                    rows.push((number, std::mem::take(&mut row)));
                }
                if rows.len() >= PROBE_ROWS {
                    flush(&mut rows, tables);
                    is_full = tables.text.len() > self.limit_bytes;
                }
            }
            Node::End(_) => {}
        })
        .is_ok();
        flush(&mut rows, tables);
        if tables.text.len() > self.limit_bytes {
            is_full = true;
            tables.cut(self.limit_bytes);
        }
        (whole, is_full)
    }

    fn cell(&self, tag: &Tag<'_>, next: usize) -> Cell {
        let style = tag.attribute("s").and_then(|style| style.parse::<usize>().ok());
        Cell {
            column: tag.attribute("r").and_then(|name| column(&name)).unwrap_or(next),
            kind: tag.attribute("t").unwrap_or_default(),
            is_date: style.and_then(|style| self.dates.get(style)).copied().unwrap_or(false),
            value: String::new(),
        }
    }

    fn value(&self, cell: Cell) -> String {
        match cell.kind.as_str() {
            "s" => {
                let index = cell.value.trim().parse::<usize>().ok();
                index.and_then(|index| self.strings.get(index)).cloned().unwrap_or_default()
            }
            "b" => if cell.value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "str" | "inlineStr" | "e" | "d" => cell.value,
            _ if cell.is_date => self.date(&cell.value).unwrap_or(cell.value),
            _ => number(&cell.value),
        }
    }

    /// Days since 1899-12-30, or since 1904-01-01, as a date; without the time where it is midnight.
    fn date(&self, value: &str) -> Option<String> {
        let days: f64 = value.trim().parse().ok()?;
        // 2958465 is the last day that spreadsheets know, 9999-12-31.
        if !(0.0..=2_958_466.0).contains(&days) {
            return None;
        }
        // Days from those epochs to 1970-01-01.
        let epoch = if self.is_1904 { 24_107.0 } else { 25_569.0 };
        #[allow(clippy::cast_possible_truncation, reason = "within the range checked above")]
        let minutes = ((days - epoch) * 1440.0).round() as i64;
        let text = date::written(minutes * 60_000);
        Some(match text.strip_suffix(" 00:00") {
            Some(day) => day.to_owned(),
            // A time of day alone.
            None if days < 1.0 => text.rsplit(' ').next().unwrap_or(&text).to_owned(),
            None => text,
        })
    }
}

/// The column of a cell's name, from 0: `C7` is 2.
fn column(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let number =
        letters.fold(0usize, |number, letter| number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

/// A number as a person wrote it: stored ones carry the noise of binary fractions (`0.1` as `0.10000000000000001`).
fn number(value: &str) -> String {
    let value = value.trim();
    if value.len() < 15 {
        return value.to_owned();
    }
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => {
            // 15 digits are what spreadsheets keep.
            let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
            rounded.to_string()
        }
        _ => value.to_owned(),
    }
}
