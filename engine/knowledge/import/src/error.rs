//! Why a file is refused.

use conclave_protocol::{Problem, ProblemCode};
use thiserror::Error;

/// Why a file is refused. Nothing is stored of a refused file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The file has no bytes. Check that it was saved or downloaded completely.
    #[error("\u{201c}{name}\u{201d} is empty (0 bytes)")]
    Empty {
        /// File name.
        name: String,
    },
    /// The file holds white space or markup only. Check that it is the right file.
    #[error("\u{201c}{name}\u{201d} holds no readable text")]
    Blank {
        /// File name.
        name: String,
    },
    /// The file is over the limit. Split it.
    #[error("\u{201c}{name}\u{201d} has {}; files may have at most {}", megabytes(*size_bytes), megabytes(*limit_bytes))]
    FileTooLarge {
        /// File name.
        name: String,
        /// Its size.
        size_bytes: u64,
        /// The limit.
        limit_bytes: u64,
    },
    /// The text in the file is over the limit. Split it.
    #[error("the text of \u{201c}{name}\u{201d} is longer than {}, the most that can be indexed", megabytes(*limit_bytes as u64))]
    TextTooLarge {
        /// File name.
        name: String,
        /// The limit.
        limit_bytes: usize,
    },
    /// The file is of a known format that holds no plain text, whatever its name says. `next` says what to do.
    #[error("\u{201c}{name}\u{201d} is {what}, which cannot be read here")]
    Unsupported {
        /// File name.
        name: String,
        /// The format with its article, such as "a PDF document".
        what: &'static str,
        /// What to do.
        next: &'static str,
    },
    /// The file is not text and of no known format. Export its content as text.
    #[error("\u{201c}{name}\u{201d} is not a text file: it holds binary data")]
    Binary {
        /// File name.
        name: String,
    },
}

/// Decimal megabytes with one digit, as file managers show them.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    if tenths.is_multiple_of(10) {
        format!("{} MB", tenths / 10)
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let what = error.to_string();
        let (code, next) = match error {
            ImportError::Empty { .. } => {
                (ProblemCode::EmptyFile, "Check that the file was saved or downloaded completely.")
            }
            ImportError::Blank { .. } => (ProblemCode::EmptyFile, "Check that it is the right file."),
            ImportError::FileTooLarge { .. } | ImportError::TextTooLarge { .. } => {
                (ProblemCode::TooLarge, "Split it into smaller files and import the ones you need.")
            }
            ImportError::Unsupported { next, .. } => (ProblemCode::UnsupportedType, next),
            ImportError::Binary { .. } => (
                ProblemCode::NotText,
                "Open it in the program it belongs to, export the content as text, Markdown or HTML, and import that.",
            ),
        };
        Self::new(code, what, next)
    }
}
