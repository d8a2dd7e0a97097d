//! Presentations: PresentationML (ECMA-376 part 1, section 19).

use conclave_protocol::imported::{Kind, Place};

use super::relationships::Relationships;
use super::{broken, main_part};
use crate::archive::Archive;
use crate::body::Body;
use crate::error::ImportError;
use crate::run::{Run, Source};
use crate::writer::{Writer, Written};
use crate::xml::{self, Node, Tag};

const WHAT: &str = "a PowerPoint presentation (PPTX)";

/// Most slides read.
const MAX_SLIDES: usize = 10_000;

pub(super) fn read(
    run: &mut Run<'_>,
    source: &Source<'_>,
    archive: &Archive<'_>,
    main: &str,
) -> Result<Body, ImportError> {
    let presentation = main_part(run, source, archive, main, WHAT)?;
    let relationships = Relationships::read(run, archive, main);
    let mut ids = Vec::new();
    let mut whole = xml::walk(&presentation, |node| {
        if let Node::Start(tag) = node
            && tag.name == "sldId"
            && ids.len() < MAX_SLIDES
        {
            // `id` and `r:id` differ by prefix alone; the second one names a relationship.
            ids.extend(tag.attributes("id").into_iter().filter(|id| relationships.by_id(id).is_some()));
        }
    })
    .is_ok();
    let mut reader =
        Reader { writer: Writer::default(), title: None, paragraphs: 0, in_text: 0, is_title: false, cells: 0 };
    for (index, id) in ids.iter().enumerate() {
        if reader.writer.len() > run.limits.text_bytes {
            break;
        }
        let Some(name) = relationships.by_id(id) else { continue };
        reader.writer.begin_place(Place::Slide(u32::try_from(index + 1).unwrap_or(u32::MAX)));
        reader.writer.break_lines(2);
        match run.unpack_named(archive, name) {
            Some(slide) => whole &= reader.walk(&slide),
            None => whole = false,
        }
        // What the speaker says is often all the text that there is.
        let of_slide = Relationships::read(run, archive, name);
        if let Some(notes) = of_slide.by_type("notesSlide").and_then(|name| run.unpack_named(archive, name)) {
            reader.writer.break_lines(2);
            reader.notes(&notes);
        }
    }
    let title = reader.title.take();
    let Written { text, outline, anchors } = reader.writer.finish();
    Ok(Body { outline, anchors, title, partial: (!whole).then(broken), ..Body::new(Kind::Slides, text) })
}

struct Reader {
    writer: Writer,
    title: Option<String>,
    paragraphs: usize,
    in_text: usize,
    /// Whether the open shape is the slide's title.
    is_title: bool,
    /// Cells open.
    cells: usize,
}

impl Reader {
    fn walk(&mut self, bytes: &[u8]) -> bool {
        let result = xml::walk(bytes, |node| self.node(node));
        (self.paragraphs, self.in_text, self.is_title, self.cells) = (0, 0, false, 0);
        result.is_ok()
    }

    /// The notes under a slide, without its number and picture.
    fn notes(&mut self, bytes: &[u8]) {
        let mut is_body = false;
        let _ = xml::walk(bytes, |node| {
            match &node {
                Node::Start(tag) if tag.name == "sp" => is_body = false,
                Node::Start(tag) if tag.name == "ph" => is_body = tag.is("type", "body"),
                _ => {}
            }
            if is_body {
                self.node(node);
            }
        });
        (self.paragraphs, self.in_text, self.is_title, self.cells) = (0, 0, false, 0);
    }

    fn node(&mut self, node: Node<'_>) {
        match node {
            Node::Start(tag) => self.start(&tag),
            Node::End(name) => self.end(name),
            Node::Text(text) if self.in_text > 0 => self.writer.push(&text),
            Node::Text(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag.name {
            "sp" | "graphicFrame" => {
                self.is_title = false;
                self.writer.break_lines(2);
            }
            "ph" => self.is_title = tag.is("type", "title") || tag.is("type", "ctrTitle"),
            "p" => {
                self.paragraphs += 1;
                if self.cells > 0 {
                    self.writer.space();
                } else if self.is_title && self.paragraphs == 1 {
                    self.writer.begin_heading(2);
                } else {
                    self.writer.break_lines(1);
                }
            }
            "t" => self.in_text += 1,
            "br" => self.writer.line_break(),
            "tab" => self.writer.space(),
            "tr" => self.writer.begin_row(),
            "tc" => {
                self.cells += 1;
                self.writer.begin_cell();
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                if self.is_title && self.cells == 0 {
                    let words = self.writer.end_heading();
                    if self.title.is_none() {
                        self.title = words;
                    }
                }
            }
            "t" => self.in_text = self.in_text.saturating_sub(1),
            "tc" => self.cells = self.cells.saturating_sub(1),
            "tr" => self.writer.end_row(),
            "sp" | "graphicFrame" => self.writer.break_lines(2),
            _ => {}
        }
    }
}
