//! Text documents: WordprocessingML (ECMA-376 part 1, section 17).

use std::collections::{BTreeSet, HashMap};

use conclave_protocol::imported::Kind;

use super::relationships::Relationships;
use super::styles::{Numbering, Styles};
use super::{broken, main_part};
use crate::archive::Archive;
use crate::body::Body;
use crate::error::ImportError;
use crate::run::{Run, Source};
use crate::writer::{Writer, Written};
use crate::xml::{self, Broken, Node, Tag};

const WHAT: &str = "a Word document (DOCX)";

/// Deepest list indent.
const MAX_INDENT: u8 = 8;

pub(super) fn read(
    run: &mut Run<'_>,
    source: &Source<'_>,
    archive: &Archive<'_>,
    main: &str,
) -> Result<Body, ImportError> {
    let document = main_part(run, source, archive, main, WHAT)?;
    let relationships = Relationships::read(run, archive, main);
    let part = |run: &mut Run<'_>, kind| {
        relationships.by_type(kind).and_then(|name| run.unpack_named(archive, name)).unwrap_or_default()
    };
    let styles = Styles::read(&part(run, "styles"));
    let numbering = Numbering::read(&part(run, "numbering"));
    let mut reader = Reader::new(styles, numbering, run.limits.text_bytes);
    // A letter's head may stand nowhere else. Each text once: three pages kinds often share one.
    let mut seen = BTreeSet::new();
    for name in relationships.all_of_type("header") {
        reader.margin(&run.unpack_named(archive, name).unwrap_or_default(), &mut seen);
    }
    let whole = reader.walk(&document);
    for (kind, element, mark) in
        [("footnotes", "footnote", ""), ("endnotes", "endnote", "e"), ("comments", "comment", "c")]
    {
        reader.notes(&part(run, kind), element, mark);
    }
    for name in relationships.all_of_type("footer") {
        reader.margin(&run.unpack_named(archive, name).unwrap_or_default(), &mut seen);
    }
    let title = reader.title.take();
    let Written { text, outline, .. } = reader.writer.finish();
    let title = title.or_else(|| {
        let first = outline.iter().min_by_key(|heading| (heading.level, heading.span.start))?;
        first.span.of(&text).map(str::to_owned)
    });
    let partial = whole.is_err().then(broken);
    Ok(Body { outline, title, partial, ..Body::new(Kind::Word, text) })
}

/// A paragraph that is open.
#[derive(Debug, Default)]
struct Paragraph {
    style: Option<String>,
    list: Option<String>,
    level: u8,
    outline_level: Option<u8>,
    begun: bool,
    is_heading: bool,
    is_item: bool,
}

struct Reader {
    writer: Writer,
    styles: Styles,
    numbering: Numbering,
    /// Open paragraphs: one inside another where a text box is anchored in it.
    paragraphs: Vec<Paragraph>,
    /// Numbers given so far, by list and level.
    counts: HashMap<(String, u8), u32>,
    /// Elements open inside one that is skipped, that one included.
    skipped: usize,
    in_properties: usize,
    in_text: usize,
    tables: usize,
    /// Whether the paragraph before was an item of a list.
    in_list: bool,
    title: Option<String>,
    limit_bytes: usize,
}

impl Reader {
    fn new(styles: Styles, numbering: Numbering, limit_bytes: usize) -> Self {
        Self {
            writer: Writer::default(),
            styles,
            numbering,
            paragraphs: Vec::new(),
            counts: HashMap::new(),
            skipped: 0,
            in_properties: 0,
            in_text: 0,
            tables: 0,
            in_list: false,
            title: None,
            limit_bytes,
        }
    }

    fn walk(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let result = xml::walk(bytes, |node| self.node(node));
        // Where the XML breaks off, what is open ends.
        while self.paragraphs.last().is_some() {
            self.end_paragraph();
        }
        (self.skipped, self.in_properties, self.in_text, self.tables) = (0, 0, 0, 0);
        result
    }

    /// The text of a header or footer, once, and only where there are words: a page number says nothing.
    fn margin(&mut self, bytes: &[u8], seen: &mut BTreeSet<String>) {
        let styles = std::mem::take(&mut self.styles);
        let mut apart = Self::new(Styles::default(), Numbering::default(), self.limit_bytes);
        let _ = apart.walk(bytes);
        self.styles = styles;
        let text = apart.writer.finish().text;
        let is_page_number =
            text.chars().filter(|c| c.is_alphabetic()).count() < 8 && text.contains(|c: char| c.is_ascii_digit());
        if text.chars().any(char::is_alphabetic) && !is_page_number && seen.insert(text.clone()) {
            self.writer.break_lines(2);
            for line in text.lines() {
                self.writer.push(line);
                self.writer.break_lines(1);
            }
            self.writer.break_lines(2);
        }
    }

    /// Footnotes, endnotes or comments, each behind its mark.
    fn notes(&mut self, bytes: &[u8], element: &str, mark: &str) {
        let mut skip = false;
        self.writer.break_lines(2);
        let _ = xml::walk(bytes, |node| {
            match &node {
                Node::Start(tag) if tag.name == element => {
                    // Separators are drawn lines.
                    skip = tag.attribute("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("separator"));
                    if !skip {
                        let id = tag.attribute("id").unwrap_or_default();
                        self.writer.begin_item(format!("[{mark}{id}] "));
                    }
                    return;
                }
                Node::End(name) if *name == element => {
                    skip = false;
                    self.writer.end_item();
                    return;
                }
                _ => {}
            }
            if !skip {
                self.node(node);
            }
        });
    }

    fn node(&mut self, node: Node<'_>) {
        if self.skipped > 0 {
            match node {
                Node::Start(_) => self.skipped += 1,
                Node::End(_) => self.skipped -= 1,
                Node::Text(_) => {}
            }
            return;
        }
        match node {
            Node::Start(tag) => self.start(&tag),
            Node::End(name) => self.end(name),
            Node::Text(text) => {
                if self.in_text > 0 && self.writer.len() <= self.limit_bytes {
                    self.begin();
                    self.writer.push(&text);
                }
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag.name {
            // A fallback repeats what the choice before it shows; moved text stands where it was moved to.
            "Fallback" | "moveFrom" | "del" | "delText" | "instrText" | "pPrChange" | "rPrChange" => self.skipped = 1,
            "p" => {
                // A row of a table is one line, whatever paragraphs its cells hold.
                if self.tables > 0 {
                    self.writer.space();
                }
                self.paragraphs.push(Paragraph::default());
            }
            "pPr" => self.in_properties += 1,
            "t" => self.in_text += 1,
            "tbl" => {
                self.tables += 1;
                if self.tables == 1 {
                    self.writer.break_lines(2);
                }
            }
            "tr" if self.tables == 1 => self.writer.begin_row(),
            "tc" if self.tables == 1 => self.writer.begin_cell(),
            _ if self.in_properties > 0 => self.property(tag),
            "tab" | "ptab" => self.writer.space(),
            "br" | "cr" if self.tables == 0 => self.writer.line_break(),
            "br" | "cr" => self.writer.space(),
            "noBreakHyphen" => self.writer.push("-"),
            "footnoteReference" => self.reference(tag, ""),
            "endnoteReference" => self.reference(tag, "e"),
            "commentReference" => self.reference(tag, "c"),
            _ => {}
        }
    }

    fn reference(&mut self, tag: &Tag<'_>, mark: &str) {
        if let Some(id) = tag.attribute("id") {
            self.begin();
            self.writer.push(&format!("[{mark}{id}]"));
        }
    }

    fn property(&mut self, tag: &Tag<'_>) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let value = tag.attribute("val");
        match tag.name {
            "pStyle" => paragraph.style = value,
            // List 0 takes a paragraph out of the list that its style is in.
            "numId" => paragraph.list = value.filter(|list| list != "0"),
            "ilvl" => paragraph.level = value.and_then(|level| level.parse().ok()).unwrap_or(0),
            "outlineLvl" => paragraph.outline_level = value.and_then(|level| level.parse().ok()),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => self.end_paragraph(),
            "pPr" => self.in_properties = self.in_properties.saturating_sub(1),
            "t" => self.in_text = self.in_text.saturating_sub(1),
            "tr" if self.tables == 1 => self.writer.end_row(),
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.writer.end_row();
                    self.writer.break_lines(2);
                }
            }
            _ => {}
        }
    }

    /// Begins the innermost paragraph, at its first text.
    fn begin(&mut self) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        if paragraph.begun {
            return;
        }
        paragraph.begun = true;
        if self.tables > 0 {
            return;
        }
        let own = paragraph.outline_level.filter(|level| *level < 9).map(|level| (level + 1).min(6));
        let style = paragraph.style.as_deref();
        if let Some(level) = own.or_else(|| style.and_then(|style| self.styles.level(style))) {
            paragraph.is_heading = true;
            if self.title.is_none() && style.is_some_and(|style| self.styles.is_title(style)) {
                self.title = Some(String::new());
            }
            self.in_list = false;
            self.writer.begin_heading(level);
        } else if let Some(list) = paragraph.list.clone() {
            paragraph.is_item = true;
            let level = paragraph.level;
            let indent = "  ".repeat(usize::from(level.min(MAX_INDENT)));
            let mark = if self.numbering.is_numbered(&list, level) {
                // A new item of a level begins the levels below it anew.
                self.counts.retain(|(of, deeper), _| *of != list || *deeper <= level);
                let count = self.counts.entry((list, level)).or_insert(0);
                *count += 1;
                format!("{indent}{count}. ")
            } else {
                format!("{indent}- ")
            };
            self.writer.break_lines(if self.in_list { 1 } else { 2 });
            self.in_list = true;
            self.writer.begin_item(mark);
        } else {
            self.in_list = false;
            self.writer.break_lines(2);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        if paragraph.is_heading {
            let heading = self.writer.end_heading();
            if self.title.as_ref().is_some_and(String::is_empty) {
                self.title = heading;
            }
        } else if paragraph.is_item {
            self.writer.end_item();
        }
        // The paragraph in which a text box stood goes on.
        if self.tables == 0 && self.paragraphs.last().is_some_and(|outer| outer.begun) {
            self.writer.break_lines(2);
        }
    }
}
