//! OpenDocument: texts, workbooks and presentations (ISO/IEC 26300, OASIS OpenDocument 1.3).

use conclave_protocol::imported::{Kind, Place};

use super::broken;
use crate::archive::Archive;
use crate::body::Body;
use crate::error::ImportError;
use crate::run::{Run, Source};
use crate::table::{MAX_COLUMNS, Tables, has_header};
use crate::writer::{Writer, Written};
use crate::xml::{self, Node, Tag};
use crate::{date, name};

const WHAT: &str = "an OpenDocument file";

/// Rows looked at to tell whether the first one names the columns.
const PROBE_ROWS: usize = 20;

/// Deepest list indent.
const MAX_INDENT: usize = 8;

pub(super) fn read(run: &mut Run<'_>, source: &Source<'_>, archive: &Archive<'_>) -> Result<Body, ImportError> {
    let manifest = run.unpack_named(archive, "META-INF/manifest.xml").unwrap_or_default();
    let mut is_locked = false;
    let _ = xml::walk(&manifest, |node| {
        is_locked |= matches!(node, Node::Start(tag) if tag.name == "encryption-data");
    });
    if is_locked {
        return Err(ImportError::Encrypted { name: source.name.clone() });
    }
    let content = super::main_part(run, source, archive, "content.xml", WHAT)?;
    let mut reader = Reader { limit_bytes: run.limits.text_bytes, ..Reader::default() };
    let whole = xml::walk(&content, |node| reader.node(node)).is_ok();
    let mut body = reader.finish();
    if !whole {
        body.partial = Some(broken());
    }
    if let Some(meta) = run.unpack_named(archive, "meta.xml") {
        let title = xml::text_of(&meta, "title").filter(|title| name::is_telling(title));
        body.title = title.or(body.title);
        let changed = xml::text_of(&meta, "date").or_else(|| xml::text_of(&meta, "creation-date"));
        body.date_ms = changed.and_then(|text| date::parse(&text));
    }
    Ok(body)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Part {
    #[default]
    Text,
    Sheets,
    Slides,
}

#[derive(Debug, Default)]
struct Reader {
    writer: Writer,
    tables: Tables,
    part: Part,
    /// Elements open inside one that is skipped, that one included.
    skipped: usize,
    /// Headings and paragraphs open.
    blocks: usize,
    lists: usize,
    cells: usize,
    notes: usize,
    at_note_start: bool,
    slides: u32,
    is_title: bool,
    title: Option<String>,
    sheet: u32,
    row: u32,
    values: Vec<String>,
    value: String,
    column_repeats: usize,
    row_repeats: u32,
    rows: Vec<(u32, Vec<String>)>,
    begun: bool,
    sheet_name: String,
    limit_bytes: usize,
}

impl Reader {
    fn node(&mut self, node: Node<'_>) {
        if self.skipped > 0 {
            match node {
                Node::Start(_) => self.skipped += 1,
                Node::End(_) => self.skipped -= 1,
                Node::Text(_) => {}
            }
            return;
        }
        if self.writer.len().max(self.tables.text.len()) > self.limit_bytes {
            return;
        }
        match node {
            Node::Start(tag) => self.start(&tag),
            Node::End(name) => self.end(name),
            Node::Text(text) if self.blocks > 0 => self.push(&text),
            Node::Text(_) => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.part == Part::Sheets { self.value.push_str(text) } else { self.writer.push(text) }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag.name {
            "tracked-changes"
            | "forms"
            | "annotation"
            | "note-citation"
            | "event-listeners"
            | "settings"
            | "scripts"
            | "font-face-decls"
            | "automatic-styles"
            | "table-of-content-source" => self.skipped = 1,
            "spreadsheet" => self.part = Part::Sheets,
            "presentation" if tag.attribute("class").is_none() => self.part = Part::Slides,
            "h" => {
                self.blocks += 1;
                let level = tag.attribute("outline-level").and_then(|level| level.parse().ok()).unwrap_or(1u8);
                if self.cells > 0 || self.notes > 0 {
                    self.space()
                } else {
                    self.writer.begin_heading(level.clamp(1, 6))
                }
            }
            "p" => {
                self.blocks += 1;
                if self.cells > 0 || self.notes > 0 {
                    // The first paragraph of a note stands close to its bracket.
                    if !std::mem::take(&mut self.at_note_start) {
                        self.space();
                    }
                } else if self.is_title {
                    self.writer.begin_heading(2);
                } else {
                    self.writer.break_lines(if self.part == Part::Text { 2 } else { 1 });
                }
            }
            "s" | "tab" | "line-break" => {
                if tag.name == "line-break" && self.cells == 0 {
                    self.writer.line_break()
                } else {
                    self.space()
                }
            }
            "note" => {
                self.notes += 1;
                self.at_note_start = true;
                self.push(" [");
            }
            "list" => {
                if self.lists == 0 && self.cells == 0 {
                    self.writer.break_lines(2);
                }
                self.lists += 1;
            }
            "list-item" | "list-header" if self.cells == 0 => {
                let indent = "  ".repeat(self.lists.saturating_sub(1).min(MAX_INDENT));
                self.writer.begin_item(format!("{indent}- "));
            }
            "page" if self.part == Part::Slides => {
                self.slides += 1;
                self.writer.begin_place(Place::Slide(self.slides));
                self.writer.break_lines(2);
            }
            "frame" => self.is_title = tag.is("class", "title"),
            "table" => self.begin_table(tag),
            "table-row" => self.begin_row(tag),
            "table-cell" | "covered-table-cell" => self.begin_cell(tag),
            _ => {}
        }
    }

    fn space(&mut self) {
        if self.part == Part::Sheets { self.value.push(' ') } else { self.writer.space() }
    }

    fn begin_table(&mut self, tag: &Tag<'_>) {
        if self.part == Part::Sheets {
            (self.sheet, self.row, self.begun) = (self.sheet + 1, 0, false);
            self.sheet_name = tag.attribute("name").unwrap_or_default();
        } else if self.cells == 0 {
            self.writer.break_lines(2);
        }
    }

    fn begin_row(&mut self, tag: &Tag<'_>) {
        if self.part == Part::Sheets {
            self.row_repeats = tag.attribute("number-rows-repeated").and_then(|count| count.parse().ok()).unwrap_or(1);
        } else if self.cells == 0 {
            self.writer.begin_row();
        }
    }

    fn begin_cell(&mut self, tag: &Tag<'_>) {
        if self.part == Part::Sheets {
            self.value.clear();
            let repeats = tag.attribute("number-columns-repeated").and_then(|count| count.parse().ok());
            self.column_repeats = repeats.unwrap_or(1).min(MAX_COLUMNS);
        } else if self.cells == 0 {
            self.writer.begin_cell();
        }
        self.cells += 1;
    }

    fn end(&mut self, name: &str) {
        match name {
            "h" => {
                self.blocks = self.blocks.saturating_sub(1);
                if self.cells == 0 && self.notes == 0 {
                    self.writer.end_heading();
                }
            }
            "p" => {
                self.blocks = self.blocks.saturating_sub(1);
                if self.is_title && self.cells == 0 {
                    let words = self.writer.end_heading();
                    self.title = self.title.take().or(words);
                }
            }
            "note" => {
                self.notes = self.notes.saturating_sub(1);
                self.push("]");
            }
            "list" => self.lists = self.lists.saturating_sub(1),
            "list-item" | "list-header" if self.cells == 0 => self.writer.end_item(),
            "frame" => self.is_title = false,
            "table" if self.part == Part::Sheets => self.flush(),
            "table" if self.cells == 0 => self.writer.break_lines(2),
            "table-row" => self.end_row(),
            "table-cell" | "covered-table-cell" => self.end_cell(),
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        self.cells = self.cells.saturating_sub(1);
        if self.part != Part::Sheets {
            return;
        }
        // Empty cells up to the last column are written as one that repeats: only those before a value count.
        let room = MAX_COLUMNS.saturating_sub(self.values.len());
        let repeats = self.column_repeats.min(room);
        let value = std::mem::take(&mut self.value);
        self.values.extend(std::iter::repeat_n(value, repeats));
    }

    fn end_row(&mut self) {
        if self.part != Part::Sheets {
            if self.cells == 0 {
                self.writer.end_row();
            }
            return;
        }
        let mut values = std::mem::take(&mut self.values);
        while values.last().is_some_and(|value| value.trim().is_empty()) {
            values.pop();
        }
        let first = self.row.saturating_add(1);
        self.row = self.row.saturating_add(self.row_repeats);
        // A row that repeats says the same each time: it is kept once.
        if !values.is_empty() {
            self.rows.push((first, values));
        }
        if self.rows.len() >= PROBE_ROWS {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let mut from = 0;
        if !self.begun && !rows.is_empty() {
            self.begun = true;
            let name = std::mem::take(&mut self.sheet_name);
            self.tables.begin(Some(&name));
            let values: Vec<Vec<String>> = rows.iter().map(|(_, values)| values.clone()).collect();
            if has_header(&values) {
                self.tables.header(&values[0]);
                from = 1;
            }
        }
        for (row, values) in &rows[from..] {
            self.tables.row(Place::Row { sheet: self.sheet, row: *row }, values);
        }
    }

    fn finish(mut self) -> Body {
        if self.part == Part::Sheets {
            self.flush();
            let cut = self.tables.text.len() > self.limit_bytes;
            if cut {
                self.tables.cut(self.limit_bytes);
            }
            let Tables { text, outline, anchors, .. } = self.tables;
            let partial = cut.then(|| "The workbook is too long; its first rows were read.".to_owned());
            return Body { outline, anchors, partial, ..Body::new(Kind::Table, text) };
        }
        let kind = if self.part == Part::Slides { Kind::Slides } else { Kind::Word };
        let Written { text, outline, anchors } = self.writer.finish();
        let first = outline.iter().min_by_key(|heading| (heading.level, heading.span.start));
        let first = first.and_then(|heading| heading.span.of(&text)).map(str::to_owned);
        let title = self.title.or(first);
        Body { outline, anchors, title, ..Body::new(kind, text) }
    }
}
