//! Why a file is refused before, or instead of, being read; in words for a person.

use conclave_ports::ReadError;
use conclave_protocol::imported::FILE_MAX_BYTES;
use conclave_protocol::{Problem, ProblemCode};

/// Refuses a file by its size alone, before a byte of it is read.
pub(super) fn check_size(path: &str, size_bytes: u64) -> Result<(), Problem> {
    if size_bytes <= FILE_MAX_BYTES {
        return Ok(());
    }
    // Decimal megabytes, as file managers show them.
    let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
    let name = path.rsplit('/').next().unwrap_or(path);
    let (size, limit) = (megabytes(size_bytes), megabytes(FILE_MAX_BYTES));
    Err(Problem::new(
        ProblemCode::TooLarge,
        format!("\u{201c}{name}\u{201d} has {size} MB; files may have at most {limit} MB"),
        "Split it into smaller files and import the ones you need.",
    ))
}

/// Why reading a file ended.
pub(super) fn not_read(path: &str, error: ReadError) -> Problem {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (code, next) = match &error {
        ReadError::File(problem) => return problem.clone(),
        ReadError::TimedOut { .. } => (
            ProblemCode::TooLarge,
            "Split it, or save it again with the program that made it: a damaged file can keep a reader busy for ever.",
        ),
        ReadError::Broke { place: Some(_) } => {
            (ProblemCode::DamagedFile, "Save it again with the program that made it, or export its text, and add that.")
        }
        ReadError::Broke { place: None } => (
            ProblemCode::DamagedFile,
            "It may be damaged, or need more memory than one file may have: split it, or export its text, and add that.",
        ),
        ReadError::Unavailable(_) => (ProblemCode::Internal, "Load the page again, then try again."),
    };
    Problem::new(code, format!("\u{201c}{name}\u{201d}: {error}"), next)
}

/// A file during whose reading the program ended several times.
pub(super) fn ended_while_reading() -> Problem {
    Problem::new(
        ProblemCode::DamagedFile,
        "The page ended several times while this file was being read.",
        "Try again if it was by accident; else export its text, and add that.",
    )
}

/// A file whose copy is gone.
pub(super) fn copy_gone() -> Problem {
    Problem::new(ProblemCode::NotFound, "The copy of this file is gone.", "Drop the file again.")
}
