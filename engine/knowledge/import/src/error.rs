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
    /// The file is protected by a password, or its publisher locked it. Save it without.
    #[error("\u{201c}{name}\u{201d} is locked by a password")]
    Encrypted {
        /// File name.
        name: String,
    },
    /// The file's bytes are not what its format says. Fetch or save it again.
    #[error("\u{201c}{name}\u{201d} is {what} that is damaged or incomplete")]
    Damaged {
        /// File name.
        name: String,
        /// The format with its article.
        what: &'static str,
    },
    /// The file has pages, but they are pictures. Recognise their text first.
    #[error("\u{201c}{name}\u{201d} has {pages} {} and no text: it was scanned, or is made of pictures", if *pages == 1 { "page" } else { "pages" })]
    Scanned {
        /// File name.
        name: String,
        /// Number of pages.
        pages: usize,
    },
    /// The file unpacks to far more than real files do. Leave it alone.
    #[error("\u{201c}{name}\u{201d} unpacks to far more than real files do, as harmful ones are made to")]
    Bomb {
        /// File name.
        name: String,
    },
    /// The file is built so that reading it would never end, or break the reader. Leave it alone.
    #[error("\u{201c}{name}\u{201d} is built so that reading it would never end")]
    Hostile {
        /// File name.
        name: String,
    },
    /// The archive as a whole unpacks to too much; what came before was read. Import the rest on its own.
    #[error("\u{201c}{name}\u{201d} was not unpacked: all files of an archive together may have {}", megabytes(*limit_bytes))]
    Unpacked {
        /// File name.
        name: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// The file is packed by a method that is not known here. Unpack the archive.
    #[error("\u{201c}{name}\u{201d} is packed by a method that cannot be read here (number {method})")]
    Packing {
        /// File name.
        name: String,
        /// Number of the method in the ZIP specification.
        method: u16,
    },
    /// The name leads out of the archive. Leave it alone.
    #[error("\u{201c}{name}\u{201d} names a place outside its archive")]
    UnsafeName {
        /// The whole name.
        name: String,
    },
    /// The file lies in more containers than are opened. Import the inner ones on their own.
    #[error("\u{201c}{name}\u{201d} lies deeper than {depth} archives or messages inside each other")]
    Nested {
        /// File name.
        name: String,
        /// How many are opened.
        depth: u8,
    },
    /// Not one part of the container could be read. The parts' own outcomes say why.
    #[error("none of the {parts} {} in \u{201c}{name}\u{201d} could be read", if *parts == 1 { "file" } else { "files" })]
    NothingRead {
        /// File name.
        name: String,
        /// Number of parts.
        parts: u32,
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
            ImportError::Encrypted { .. } => (
                ProblemCode::Encrypted,
                "Open it in the program it belongs to, save it without the password, and import that file.",
            ),
            ImportError::Damaged { .. } => (
                ProblemCode::DamagedFile,
                "Download or copy it again; if it opens in its own program, save it anew there and import that file.",
            ),
            ImportError::Scanned { .. } => (
                ProblemCode::NoTextLayer,
                "Let a program for text recognition (OCR) add its text, then import the result.",
            ),
            ImportError::Bomb { .. } | ImportError::Hostile { .. } => {
                (ProblemCode::Harmful, "Leave it alone unless you know where it comes from.")
            }
            ImportError::UnsafeName { .. } => {
                (ProblemCode::Harmful, "Leave it alone unless you know where the archive comes from.")
            }
            ImportError::Unpacked { .. } => {
                (ProblemCode::TooLarge, "Unpack the archive and import the files you need.")
            }
            ImportError::Packing { .. } => {
                (ProblemCode::UnsupportedType, "Unpack the archive and import the files inside.")
            }
            ImportError::Nested { .. } => {
                (ProblemCode::TooLarge, "Unpack the outer archive and import what is inside on its own.")
            }
            ImportError::NothingRead { .. } => {
                (ProblemCode::UnsupportedType, "The list of its parts says for each what to do.")
            }
            ImportError::Binary { .. } => (
                ProblemCode::NotText,
                "Open it in the program it belongs to, export the content as text, Markdown or HTML, and import that.",
            ),
        };
        Self::new(code, what, next)
    }
}
