//! How large a file may be.

use conclave_protocol::imported::FILE_MAX_BYTES;

use crate::error::ImportError;

/// Limits of one import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest file in bytes; checked before the file is read.
    pub file_bytes: u64,
    /// Longest canonical text in bytes.
    pub text_bytes: usize,
    /// Most bytes unpacked from one file, with all that is packed inside it.
    pub unpacked_bytes: u64,
    /// How many containers (archives, messages) inside each other are opened.
    pub depth: u8,
}

impl Default for Limits {
    /// 20 MB of text: about 3 million words or 25,000 passages, ten times the longest novels. 1 GB unpacked: ten files of the
    /// largest size. Four containers: an archive with a mailbox whose message has an archive with a document.
    fn default() -> Self {
        Self { file_bytes: FILE_MAX_BYTES, text_bytes: 20_000_000, unpacked_bytes: 1_000_000_000, depth: 4 }
    }
}

impl Limits {
    /// Refuses a file by its size alone. Call this before reading the bytes.
    ///
    /// # Errors
    /// [`ImportError::FileTooLarge`].
    pub fn check_file(&self, name: &str, size_bytes: u64) -> Result<(), ImportError> {
        if size_bytes > self.file_bytes {
            return Err(ImportError::FileTooLarge {
                name: crate::name::file_name(name),
                size_bytes,
                limit_bytes: self.file_bytes,
            });
        }
        Ok(())
    }
}
