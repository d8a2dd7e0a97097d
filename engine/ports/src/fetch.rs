//! Bytes from the origin that served the page.

use std::cell::RefCell;
use std::collections::BTreeMap;

use thiserror::Error;

use crate::{Cancel, LocalFuture};

/// Why a download failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The server answered with another status than 200.
    #[error("the server answered {status} for {path}")]
    Status {
        /// What was asked for.
        path: String,
        /// HTTP status.
        status: u16,
    },
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Connection(String),
    /// The answer is longer than the caller allows.
    #[error("the answer for {path} is longer than {limit_bytes} bytes")]
    TooLong {
        /// What was asked for.
        path: String,
        /// The caller's limit.
        limit_bytes: usize,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// Downloads from our own origin only. What carries user content does not come through here (DESIGN, invariant 1).
pub trait Fetch {
    /// The whole body at `path` (no scheme, no host). `progress` is told the bytes so far.
    ///
    /// # Errors
    /// [`FetchError`].
    fn get<'a>(
        &'a self,
        path: &'a str,
        limit_bytes: usize,
        cancel: &'a Cancel,
        progress: &'a dyn Fn(usize),
    ) -> LocalFuture<'a, Result<Vec<u8>, FetchError>>;
}

/// Answers from memory.
#[derive(Debug, Default)]
pub struct MemoryFetch {
    files: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl MemoryFetch {
    /// Puts `bytes` at `path`.
    pub fn serve(&self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.borrow_mut().insert(path.into(), bytes.into());
    }
}

impl Fetch for MemoryFetch {
    fn get<'a>(
        &'a self,
        path: &'a str,
        limit_bytes: usize,
        cancel: &'a Cancel,
        progress: &'a dyn Fn(usize),
    ) -> LocalFuture<'a, Result<Vec<u8>, FetchError>> {
        let result = if cancel.is_cancelled() {
            Err(FetchError::Cancelled)
        } else {
            match self.files.borrow().get(path) {
                None => Err(FetchError::Status { path: path.to_owned(), status: 404 }),
                Some(bytes) if bytes.len() > limit_bytes => {
                    Err(FetchError::TooLong { path: path.to_owned(), limit_bytes })
                }
                Some(bytes) => Ok(bytes.clone()),
            }
        };
        if let Ok(bytes) = &result {
            progress(bytes.len());
        }
        Box::pin(std::future::ready(result))
    }
}
