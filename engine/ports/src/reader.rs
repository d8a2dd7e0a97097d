//! A disposable program that reads files.
//!
//! Files come from anywhere: one may be made to keep a parser busy for ever, to fill its memory or to stop it. So each is
//! read by a program that can be ended, with limits of time and memory; a file that reaches one is refused with that
//! reason, and the next file is read by a new program.

use std::cell::RefCell;

use conclave_protocol::Problem;
use conclave_protocol::imported::{Imported, Report};
use thiserror::Error;

use crate::{FileBytes, LocalFuture};

/// What reading one file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Time, from the moment in which the program has the file.
    pub time_ms: u32,
    /// A program whose memory has grown beyond this is not used again: WebAssembly gives no memory back.
    pub memory_bytes: u64,
}

/// Time for a file of any size: compiling nothing and parsing little, on a slow phone that does other things as well.
const TIME_MS: u64 = 20_000;
/// Bytes that a millisecond has to do: 0.5 MB/s, a tenth of what the slowest format needs on a slow machine.
const BYTES_PER_MS: u64 = 500;
/// Memory that stays: a usual file of each kind needs less.
const MEMORY_BYTES: u64 = 256 << 20;

impl ReadLimits {
    /// The limits for a file of this size.
    #[must_use]
    pub fn for_size(size_bytes: u64) -> Self {
        let time_ms = TIME_MS + size_bytes / BYTES_PER_MS;
        Self { time_ms: u32::try_from(time_ms).unwrap_or(u32::MAX), memory_bytes: MEMORY_BYTES }
    }
}

/// Why a file could not be read at all. What is wrong with the file itself is said in its [`Report`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Reading took too long, and was ended.
    #[error("reading it took longer than {} seconds and was ended", limit_ms / 1_000)]
    TimedOut {
        /// The limit.
        limit_ms: u32,
    },
    /// The program ended itself: it panicked, or its memory was full.
    #[error("the program that reads files broke on it")]
    Broke {
        /// Where in the source, if it could still say so. Never the panic's text, which may quote the file.
        place: Option<String>,
    },
    /// The program could not be started.
    #[error("the program that reads files cannot be started: {0}")]
    Unavailable(String),
    /// The file's bytes cannot be had.
    #[error(transparent)]
    File(#[from] Problem),
}

/// Reads files, one at a time: who comes while one is being read waits. Dropping the future of a reading ends it.
pub trait Reader {
    /// Reads a file: `take` gets each document as soon as it is read (a mailbox has many); then comes what became of the file.
    /// Where the reading ends with an error, there may have been documents before.
    ///
    /// # Errors
    /// [`ReadError`]; the next file is read by a new program.
    fn read<'a>(
        &'a self,
        name: &'a str,
        file: &'a dyn FileBytes,
        limits: ReadLimits,
        take: &'a mut dyn FnMut(Imported),
    ) -> LocalFuture<'a, Result<Report, ReadError>>;
}

/// Reads a file's bytes: name, bytes, and what takes the documents.
pub type ReadBytes = dyn Fn(&str, &[u8], &mut dyn FnMut(Imported)) -> Report;

/// A reader in this program, by the function that it is given. It ends nothing: a limit of no time is over at once, and
/// any other is not looked at.
pub struct MemoryReader {
    read: Box<ReadBytes>,
    /// Names of files on which the program breaks.
    breaks_on: RefCell<Vec<String>>,
}

impl MemoryReader {
    /// A reader by this function.
    #[must_use]
    pub fn new(read: impl Fn(&str, &[u8], &mut dyn FnMut(Imported)) -> Report + 'static) -> Self {
        Self { read: Box::new(read), breaks_on: RefCell::default() }
    }

    /// From now on the program breaks on files of this name.
    pub fn break_on(&self, name: &str) {
        self.breaks_on.borrow_mut().push(name.to_owned());
    }
}

impl Reader for MemoryReader {
    fn read<'a>(
        &'a self,
        name: &'a str,
        file: &'a dyn FileBytes,
        limits: ReadLimits,
        take: &'a mut dyn FnMut(Imported),
    ) -> LocalFuture<'a, Result<Report, ReadError>> {
        Box::pin(async move {
            let bytes = file.read().await?;
            if limits.time_ms == 0 {
                return Err(ReadError::TimedOut { limit_ms: 0 });
            }
            if self.breaks_on.borrow().iter().any(|broken| broken == name) {
                return Err(ReadError::Broke { place: None });
            }
            Ok((self.read)(name, &bytes, take))
        })
    }
}
