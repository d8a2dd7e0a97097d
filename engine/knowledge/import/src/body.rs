//! What a reader of one format gives back.

use conclave_protocol::imported::{Anchor, Heading, Kind};

/// Most headings that an outline keeps; a 20 MB file of headings alone would hold millions.
pub(crate) const MAX_HEADINGS: usize = 20_000;

/// A document's text with what was found in it.
#[derive(Debug)]
pub(crate) struct Body {
    pub kind: Kind,
    pub text: String,
    pub outline: Vec<Heading>,
    pub anchors: Vec<Anchor>,
    pub title: Option<String>,
    pub language: Option<&'static str>,
    pub date_ms: Option<i64>,
    pub partial: Option<String>,
    pub notes: Vec<String>,
}

impl Body {
    /// Text alone.
    pub fn new(kind: Kind, text: String) -> Self {
        Self {
            kind,
            text,
            outline: Vec::new(),
            anchors: Vec::new(),
            title: None,
            language: None,
            date_ms: None,
            partial: None,
            notes: Vec::new(),
        }
    }
}

/// Whether a reader sees anything of this character: neither white space nor one of the zero-width characters.
pub(crate) fn is_visible(c: char) -> bool {
    !(c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
}
