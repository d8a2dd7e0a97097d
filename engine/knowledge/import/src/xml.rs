//! XML as a row of events, for the formats that are made of it.
//!
//! No tree is built, so that nesting costs nothing; entities are the five of XML and character references. What a document
//! type declares is not read: entities of its own, inside or outside the file, stand for nothing.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::encoding;

/// Deepest nesting followed. Office documents nest some 50 deep; each level costs the readers a few bytes.
const MAX_DEPTH: usize = 2_000;

/// One step through a document.
pub(crate) enum Node<'a> {
    /// An element begins.
    Start(Tag<'a>),
    /// An element ends; its name without the prefix.
    End(&'a str),
    /// Text, with references resolved.
    Text(Cow<'a, str>),
}

/// A start tag.
pub(crate) struct Tag<'a> {
    /// Name without the prefix.
    pub name: &'a str,
    start: &'a BytesStart<'a>,
}

impl Tag<'_> {
    /// The value of the attribute of this name, whatever its prefix.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
        let value = found.normalized_value(XmlVersion::Implicit1_0).map(Cow::into_owned);
        // References to entities that are not XML's own: the value stays as written.
        Some(value.unwrap_or_else(|_| found.value.into_owned()))
    }

    /// The values of all attributes of this name: `id` and `r:id`, say.
    pub fn attributes(&self, name: &str) -> Vec<String> {
        let mut attributes = self.start.attributes();
        attributes.with_checks(false);
        let named = attributes.flatten().filter(|attribute| attribute.key.local_name().as_ref() == name);
        named.map(|attribute| attribute.value.into_owned()).collect()
    }

    /// Whether the attribute has this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.attribute(name).is_some_and(|found| found == value)
    }
}

/// Where the XML breaks off: what comes before was visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

/// Visits a document from its bytes, decoded as it declares.
pub(crate) fn walk(bytes: &[u8], visit: impl FnMut(Node<'_>)) -> Result<(), Broken> {
    match std::str::from_utf8(bytes) {
        Ok(source) => walk_text(source, visit),
        Err(_) => walk_text(&encoding::decode(bytes, true).ok_or(Broken)?.text, visit),
    }
}

fn walk_text(source: &str, mut visit: impl FnMut(Node<'_>)) -> Result<(), Broken> {
    let mut reader = Reader::from_str(source.trim_start_matches('\u{feff}'));
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut depth = 0usize;
    loop {
        match reader.read_event().map_err(|_| Broken)? {
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Broken);
                }
                let name = start.local_name();
                visit(Node::Start(Tag { name: name.as_ref(), start: &start }));
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Node::End(end.local_name().as_ref()));
            }
            Event::Text(text) => visit(Node::Text(text.xml10_content())),
            Event::CData(text) => visit(Node::Text(text.xml10_content())),
            Event::GeneralRef(reference) => {
                let c = match reference.resolve_char_ref() {
                    Ok(Some(c)) => Some(c),
                    Ok(None) => predefined(&reference),
                    Err(_) => None,
                };
                if let Some(c) = c {
                    visit(Node::Text(Cow::Borrowed(c.encode_utf8(&mut [0; 4]))));
                }
            }
            Event::Eof => return Ok(()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        // Not XML's, but found in books whose pages began as HTML.
        "nbsp" => Some('\u{a0}'),
        _ => None,
    }
}

/// The text inside the first element of this name.
pub(crate) fn text_of(bytes: &[u8], name: &str) -> Option<String> {
    let (mut depth, mut text) = (0usize, None::<String>);
    let mut done = false;
    // What comes before a break is as good as ever.
    let _ = walk(bytes, |node| match node {
        Node::Start(tag) if depth > 0 || (tag.name == name && !done) => {
            depth += 1;
            text.get_or_insert_default();
        }
        Node::End(_) if depth > 0 => {
            depth -= 1;
            done = depth == 0;
        }
        Node::Text(part) if depth > 0 => text.get_or_insert_default().push_str(&part),
        _ => {}
    });
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
