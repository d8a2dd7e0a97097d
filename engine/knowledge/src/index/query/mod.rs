//! What is looked for, and the language in which a person says it.
//!
//! | written | means |
//! |---|---|
//! | `goose winter` | words: the more of them, and the rarer, the better; none must occur |
//! | `"steel goose"` | these words, in this order, beside each other |
//! | `+goose`, `-winter` | must occur, must not occur |
//! | `goose AND (winter OR ice) NOT car` | capitals combine; parentheses group |
//! | `cylind*` | words that begin so (from two letters) |
//! | `gooze~`, `gooze~1` | words that are written nearly so: one letter differs up to five letters, two above |
//! | `title:birds` | in the document's title |
//! | `name:report` | in the file's name |
//! | `type:pdf` (or `kind:`) | how the file was read: pdf, markdown, html, code, mail, chat, table … or a language: `type:rust` |
//! | `tag:taxes` | has this tag |
//! | `folder:letters` (or `in:`) | stands in this folder or archive |
//! | `before:2024`, `after:2024-03-15`, `date:2024-01..2024-06` | the document's own date, or the day it was added; `before` leaves the named time out, `after` takes it in |
//!
//! A value with spaces is quoted: `tag:"to read"`. Nothing is ever an error: what is no operator where it stands is a word. A text that
//! ends with a question mark, or has no small letters at all, is read as words whatever it holds, but for fields; so a pasted
//! question with quotes, dashes and colons ranks by all its words. [`parse`] reads a query, [`Parsed::passages`] says which
//! passages fulfil it.

mod bits;
mod date;
mod evaluate;
mod filter;
mod lexer;
mod near;
mod parser;

pub use bits::Bits;
pub use evaluate::Lookup;
pub(crate) use evaluate::near_terms;
pub use filter::{Filter, Subject};
pub use near::{edits_for, within};
pub use parser::{Node, Parsed, parse};

/// A query's embedding, made by the encoder that embedded the passages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QueryVector<'a> {
    /// The encoder's name; vectors of other encoders are not compared.
    pub encoder: &'a str,
    /// The vector, of length 1.
    pub values: &'a [f32],
}

/// Words or a question, with its embedding where an encoder is loaded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Query<'a> {
    /// As typed.
    pub text: &'a str,
    /// Its embedding.
    pub vector: Option<QueryVector<'a>>,
}

impl<'a> Query<'a> {
    /// A query by words alone.
    #[must_use]
    pub const fn words(text: &'a str) -> Self {
        Self { text, vector: None }
    }

    /// A query by words and by meaning.
    #[must_use]
    pub const fn with_vector(text: &'a str, encoder: &'a str, values: &'a [f32]) -> Self {
        Self { text, vector: Some(QueryVector { encoder, values }) }
    }
}

#[cfg(test)]
mod tests;
