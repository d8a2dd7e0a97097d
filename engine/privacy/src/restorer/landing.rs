//! Writing a value so that the place where it lands stays whole.

use std::borrow::Cow;
use std::fmt::Write as _;

use conclave_protocol::Category;

use super::markdown::Markdown;
use super::unit::Writing;
use crate::tokens::Kind;

/// What the restored text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Landing {
    /// Nothing: values come as they are, except where the token itself is written as HTML, JSON or a URL would have it.
    #[default]
    Plain,
    /// JSON from its first byte on (RFC 8259): inside a string a value is escaped, elsewhere it becomes a string.
    Json,
    /// HTML text and quoted attributes. A value inside `<script>`, `<style>` or an attribute without quotes is not made safe.
    Html,
    /// Markdown (CommonMark 0.31): as it is in code, with backslashes elsewhere.
    Markdown,
}

/// Follows the text to know where a value lands.
#[derive(Debug, Default)]
pub(super) struct Ground {
    landing: Landing,
    markdown: Markdown,
    /// Inside a JSON string.
    string: bool,
    /// After a backslash there.
    escaped: bool,
}

impl Ground {
    pub(super) fn of(landing: Landing) -> Self {
        Self { landing, ..Self::default() }
    }

    /// Goes over text that was given out.
    pub(super) fn pass(&mut self, text: &str) {
        match self.landing {
            Landing::Plain | Landing::Html => {}
            Landing::Json => text.bytes().for_each(|byte| self.pass_json(byte)),
            Landing::Markdown => self.markdown.pass(text),
        }
    }

    fn pass_json(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.string => self.escaped = true,
            b'"' => self.string = !self.string,
            _ => {}
        }
    }

    /// The value as it is written here. `None` where nothing can be written that means the value and leaves the place whole.
    pub(super) fn write<'v>(&mut self, kind: Kind, value: &'v str, writing: Writing) -> Option<Cow<'v, str>> {
        let value = match (writing, self.landing) {
            (Writing::Entity, Landing::Plain | Landing::Json | Landing::Markdown) => html(value),
            (Writing::Json, Landing::Plain | Landing::Html | Landing::Markdown) => json(value),
            (Writing::Percent, _) => percent(kind, value),
            _ => Cow::Borrowed(value),
        };
        match self.landing {
            Landing::Plain => Some(value),
            // What is already a reference must not be escaped again.
            Landing::Html if writing == Writing::Percent => Some(value),
            Landing::Html => Some(Cow::Owned(html(&value).into_owned())),
            Landing::Json if self.string => Some(Cow::Owned(json(&value).into_owned())),
            Landing::Json => Some(Cow::Owned(format!("\"{}\"", json(&value)))),
            Landing::Markdown if matches!(writing, Writing::Entity | Writing::Json | Writing::Percent) => Some(value),
            Landing::Markdown => self.markdown.write(value),
        }
    }
}

/// RFC 8259, section 7; U+2028 and U+2029 as well, which end lines in older JavaScript.
fn json(value: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '"' | '\\' | '\u{2028}' | '\u{2029}') || c < ' ';
    replaced(value, special, |out, c| match c {
        '"' | '\\' => {
            out.push('\\');
            out.push(c);
        }
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // Writing into a `String` cannot fail.
        _ => {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    })
}

/// HTML, 13.3 (escaping a string), and the apostrophe for attributes that use it as quote.
fn html(value: &str) -> Cow<'_, str> {
    replaced(
        value,
        |c| matches!(c, '&' | '<' | '>' | '"' | '\''),
        |out, c| {
            out.push_str(match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                _ => "&#39;",
            });
        },
    )
}

/// RFC 3986: all but unreserved characters. The `@` of an address stays: in a `mailto:` URL it must (RFC 6068).
fn percent(kind: Kind, value: &str) -> Cow<'_, str> {
    let is_email = kind == Kind::Value(Category::Email);
    let stays = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') || c == '@' && is_email;
    replaced(
        value,
        |c| !stays(c),
        |out, c| {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        },
    )
}

/// The value with its special characters written by `write`; borrowed where it has none.
fn replaced(value: &str, special: impl Fn(char) -> bool, write: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !value.chars().any(&special) {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len() + 16);
    for c in value.chars() {
        if special(c) { write(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}
