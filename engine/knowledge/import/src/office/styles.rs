//! Which paragraphs of a text document are headings and list items (ECMA-376 part 1, sections 17.7 and 17.9).

use std::collections::HashMap;

use crate::xml::{self, Node};

/// Longest chain of styles that are based on each other.
const MAX_CHAIN: usize = 16;

/// A paragraph style.
#[derive(Debug, Default, Clone)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline_level: Option<u8>,
}

/// The paragraph styles of a document by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    pub fn read(bytes: &[u8]) -> Self {
        let mut styles = HashMap::new();
        let mut open: Option<(String, Style)> = None;
        let _ = xml::walk(bytes, |node| match node {
            Node::Start(tag) if tag.name == "style" => {
                open = tag.attribute("styleId").map(|id| (id, Style::default()));
            }
            Node::Start(tag) => {
                let Some((_, style)) = &mut open else { return };
                match tag.name {
                    "name" => style.name = tag.attribute("val").unwrap_or_default().to_ascii_lowercase(),
                    "basedOn" => style.based_on = tag.attribute("val"),
                    "outlineLvl" => style.outline_level = tag.attribute("val").and_then(|level| level.parse().ok()),
                    _ => {}
                }
            }
            Node::End("style") => styles.extend(open.take()),
            _ => {}
        });
        Self(styles)
    }

    /// Whether this is the style of the document's title.
    pub fn is_title(&self, id: &str) -> bool {
        self.0.get(id).map_or(id.eq_ignore_ascii_case("title"), |style| style.name == "title")
    }

    /// The heading level of a style, from 1: its name says so in every language, or its outline level does.
    pub fn level(&self, id: &str) -> Option<u8> {
        if self.is_title(id) {
            return Some(1);
        }
        let mut id = Some(id);
        for _ in 0..MAX_CHAIN {
            let Some(style) = id.and_then(|id| self.0.get(id)) else { break };
            let named = style.name.strip_prefix("heading ").and_then(|level| level.parse::<u8>().ok());
            // Outline level 9 says "body text" outright.
            if let Some(level) = named.or(style.outline_level.map(|level| level + 1)) {
                return (1..=9).contains(&level).then_some(level.min(6));
            }
            id = style.based_on.as_deref();
        }
        None
    }
}

/// Which lists are numbered.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// Abstract numbering of a list.
    lists: HashMap<String, String>,
    /// Levels that are numbered, of abstract numberings.
    numbered: HashMap<(String, u8), bool>,
}

impl Numbering {
    pub fn read(bytes: &[u8]) -> Self {
        let mut numbering = Self::default();
        let (mut kind, mut level, mut list) = (None::<String>, 0u8, None::<String>);
        let _ = xml::walk(bytes, |node| {
            let Node::Start(tag) = node else { return };
            match tag.name {
                "abstractNum" => kind = tag.attribute("abstractNumId"),
                "lvl" => level = tag.attribute("ilvl").and_then(|level| level.parse().ok()).unwrap_or(0),
                "numFmt" => {
                    if let Some(kind) = &kind {
                        let numbered = !(tag.is("val", "bullet") || tag.is("val", "none"));
                        numbering.numbered.insert((kind.clone(), level), numbered);
                    }
                }
                "num" => (list, kind) = (tag.attribute("numId"), None),
                "abstractNumId" => {
                    if let (Some(list), Some(kind)) = (list.take(), tag.attribute("val")) {
                        numbering.lists.insert(list, kind);
                    }
                }
                _ => {}
            }
        });
        numbering
    }

    /// Whether items of this list and level have numbers.
    pub fn is_numbered(&self, list: &str, level: u8) -> bool {
        let kind = self.lists.get(list);
        kind.and_then(|kind| self.numbered.get(&(kind.clone(), level))).copied().unwrap_or(false)
    }
}
