//! From tokens to text.

use html5gum::emitters::callback::CallbackEvent;

use super::element::{Role, is_boilerplate_role, is_raw_text, role};
use super::open::{Open, OpenElements, name_hash};
use crate::body::Body;
use crate::writer::{Writer, Written};
use conclave_protocol::imported::Kind;

/// Whether navigation, footers and the like are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boilerplate {
    Drop,
    Keep,
}

/// A start tag whose attributes are still coming.
#[derive(Debug, Default)]
struct Tag {
    name: Vec<u8>,
    attribute: Vec<u8>,
    hidden: bool,
    boilerplate: bool,
}

/// A question about an element's part.
type Test = fn(Role) -> bool;

/// Longest title read, in bytes.
const MAX_TITLE_BYTES: usize = 4096;

/// Deepest list indent; deeper lists are written at this depth.
const MAX_INDENT: usize = 8;

/// Collects a page's text from its tokens.
pub(super) struct Reader {
    writer: Writer,
    open: OpenElements,
    tag: Tag,
    /// Name of the open raw-text element, which ends with its own end tag only.
    raw: Option<(u64, Role)>,
    /// One counter per open list; `None` where items are not numbered.
    lists: Vec<Option<u32>>,
    preformatted: usize,
    title: String,
    boilerplate: Boilerplate,
    limit_bytes: usize,
}

impl Reader {
    pub fn new(limit_bytes: usize, boilerplate: Boilerplate) -> Self {
        Self {
            writer: Writer::default(),
            open: OpenElements::default(),
            tag: Tag::default(),
            raw: None,
            lists: Vec::new(),
            preformatted: 0,
            title: String::new(),
            boilerplate,
            limit_bytes,
        }
    }

    pub fn finish(self) -> Body {
        let Written { text, outline, .. } = self.writer.finish();
        let title = if self.title.trim().is_empty() {
            let first = outline.iter().min_by_key(|heading| (heading.level, heading.span.start));
            first.and_then(|heading| heading.span.of(&text)).map(str::to_owned)
        } else {
            Some(self.title)
        };
        Body { outline, title, ..Body::new(Kind::Html, text) }
    }

    pub fn on(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { name: name.to_ascii_lowercase(), ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => {
                self.tag.attribute = name.to_ascii_lowercase();
                self.tag.hidden |= self.tag.attribute == b"hidden";
            }
            CallbackEvent::AttributeValue { value } => self.attribute(value),
            CallbackEvent::CloseStartTag { self_closing } => self.start(self_closing),
            CallbackEvent::EndTag { name } => self.end(&name.to_ascii_lowercase()),
            CallbackEvent::String { value } => {
                // The source was text, so its tokens are.
                if let Ok(text) = std::str::from_utf8(value) {
                    self.text(text);
                }
            }
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn attribute(&mut self, value: &[u8]) {
        let value = value.trim_ascii().to_ascii_lowercase();
        match self.tag.attribute.as_slice() {
            b"aria-hidden" => self.tag.hidden |= value == b"true",
            b"role" => self.tag.boilerplate |= is_boilerplate_role(&value),
            b"style" => {
                let plain: Vec<u8> = value.into_iter().filter(|byte| !byte.is_ascii_whitespace()).take(1024).collect();
                self.tag.hidden |= plain.windows(12).any(|window| window == b"display:none");
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.raw {
            Some((_, Role::Title)) => {
                // Only the first title, and none from inside a drawing.
                let room = MAX_TITLE_BYTES.saturating_sub(self.title.len());
                self.title.push_str(&text[..text.floor_char_boundary(room)]);
            }
            Some((_, Role::Hidden)) => {}
            _ if self.open.is_dropping() || self.writer.len() > self.limit_bytes => {}
            _ if self.preformatted > 0 => self.writer.push_preformatted(text),
            _ => self.writer.push(text),
        }
    }

    fn start(&mut self, self_closing: bool) {
        let tag = std::mem::take(&mut self.tag);
        let role = role(&tag.name);
        let name = name_hash(&tag.name);
        // The title of a page is in its head: a second one, or one inside a drawing, is not the page's.
        if is_raw_text(&tag.name) && role != Role::Preformatted {
            let seen = role == Role::Title && (!self.title.is_empty() || self.open.is_dropping());
            self.raw = Some((name, if seen { Role::Hidden } else { role }));
            return;
        }
        if role == Role::Void {
            return;
        }
        if self.open.is_dropping() {
            // Everything is followed here, so that an inner end tag does not end the outer element. Drawings may
            // close themselves.
            if !self_closing && !matches!(role, Role::LineBreak | Role::Rule) {
                self.open.push(Open { name, role, drops: false });
            }
            return;
        }
        self.close_implied(role);
        let drops = tag.hidden || self.is_dropped(role, tag.boilerplate);
        if drops {
            if !self_closing {
                self.open.push(Open { name, role: Role::Hidden, drops: true });
            }
            return;
        }
        self.begin(role);
        if !matches!(role, Role::Inline | Role::LineBreak | Role::Rule) {
            self.open.push(Open { name, role, drops: false });
        }
    }

    fn is_dropped(&self, role: Role, boilerplate: bool) -> bool {
        match role {
            Role::Hidden => true,
            _ if self.boilerplate == Boilerplate::Keep => false,
            Role::Boilerplate => true,
            Role::Aside => !self.open.in_content(),
            _ => boilerplate && role != Role::Content,
        }
    }

    /// Closes what an author may leave open before this element (WHATWG HTML, section 13.1.2.4).
    fn close_implied(&mut self, role: Role) {
        if role == Role::Inline || role == Role::LineBreak {
            return;
        }
        if self.open.last().is_some_and(|open| open.role == Role::Paragraph) {
            self.close(1);
        }
        let (closes, inside): (Test, Test) = match role {
            Role::Item => (|role| role == Role::Item, |role| matches!(role, Role::List { .. })),
            Role::Cell => (|role| role == Role::Cell, |role| matches!(role, Role::Table)),
            Role::Row => (|role| matches!(role, Role::Cell | Role::Row), |role| matches!(role, Role::Table)),
            Role::Lines => (|role| role == Role::Lines, |role| role != Role::Lines),
            Role::Heading(_) => (|role| matches!(role, Role::Heading(_)), |role| !matches!(role, Role::Heading(_))),
            _ => return,
        };
        while self.open.is_open(closes, inside) {
            self.close(1);
        }
    }

    fn begin(&mut self, role: Role) {
        match role {
            Role::Block
            | Role::Paragraph
            | Role::Content
            | Role::Table
            | Role::Boilerplate
            | Role::Aside
            | Role::Rule => {
                self.writer.break_lines(2);
            }
            Role::Lines => self.writer.break_lines(1),
            Role::Heading(level) => self.writer.begin_heading(level),
            Role::List { ordered } => {
                self.writer.break_lines(if self.lists.is_empty() { 2 } else { 1 });
                self.lists.push(ordered.then_some(0));
            }
            Role::Item => {
                let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(MAX_INDENT));
                let mark = match self.lists.last_mut() {
                    Some(Some(count)) => {
                        *count += 1;
                        format!("{indent}{count}. ")
                    }
                    _ => format!("{indent}- "),
                };
                self.writer.begin_item(mark);
            }
            Role::Row => self.writer.begin_row(),
            Role::Cell => self.writer.begin_cell(),
            Role::Preformatted => {
                self.writer.break_lines(2);
                self.preformatted += 1;
            }
            Role::LineBreak => self.writer.line_break(),
            Role::Inline | Role::Hidden | Role::Title | Role::Void => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        let hash = name_hash(name);
        if let Some((raw, _)) = self.raw {
            if raw == hash {
                self.raw = None;
            }
            return;
        }
        // `</br>` is a line break and `</p>` an empty paragraph, as browsers have it.
        if name == b"br" && !self.open.is_dropping() {
            self.writer.line_break();
            return;
        }
        let count = self.open.closed_by(hash);
        self.close(count);
    }

    fn close(&mut self, count: usize) {
        for _ in 0..count {
            let Some(open) = self.open.pop() else { return };
            if open.drops || self.open.is_dropping() {
                continue;
            }
            match open.role {
                Role::Block | Role::Paragraph | Role::Content | Role::Boilerplate | Role::Aside => {
                    self.writer.break_lines(2)
                }
                Role::Lines => self.writer.break_lines(1),
                Role::Heading(_) => {
                    self.writer.end_heading();
                }
                Role::List { .. } => {
                    self.lists.pop();
                    self.writer.end_item();
                    self.writer.break_lines(if self.lists.is_empty() { 2 } else { 1 });
                }
                Role::Item => self.writer.end_item(),
                Role::Row => self.writer.end_row(),
                Role::Table => {
                    self.writer.end_row();
                    self.writer.break_lines(2);
                }
                Role::Preformatted => {
                    self.preformatted = self.preformatted.saturating_sub(1);
                    self.writer.break_lines(2);
                }
                Role::Cell | Role::Inline | Role::LineBreak | Role::Rule | Role::Hidden | Role::Title | Role::Void => {}
            }
        }
    }
}
