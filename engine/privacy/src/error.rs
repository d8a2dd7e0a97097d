//! Why the redactor cannot work.

use thiserror::Error;

/// What goes wrong in this crate. No variant carries any of the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PrivacyError {
    /// The table of anchors could not be compiled: a fault of ours. Nothing may be sent without the redactor; report it.
    #[error("the redactor's table could not be built: {0}")]
    Table(String),
    /// The text is longer than what is read at once. Nothing of it may be sent; take a part of it.
    #[error("the text has {size_bytes} bytes, more than the redactor reads at once")]
    TooLong {
        /// Its length.
        size_bytes: usize,
    },
    /// Stored bytes are no table of tokens, or not the one that is asked for. The conversation's text stays readable as it
    /// is; tokens of earlier turns stay visible.
    #[error("these bytes are no table of tokens of this conversation: {0}")]
    Stored(&'static str),
}
