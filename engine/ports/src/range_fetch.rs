//! Parts of a model file from its public host, by range requests (RFC 9110, section 14).

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use thiserror::Error;

use crate::{Cancel, LocalFuture, ModelUrl};

/// Why a part could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RangeError {
    /// The server answered with an error.
    #[error("the server answered {status}")]
    Status {
        /// HTTP status.
        status: u16,
    },
    /// The server answered with a web page: a login, or a network that wants to be agreed with first.
    #[error("the server sent a web page instead of the file")]
    Page,
    /// The server sends the whole file, whatever is asked for.
    #[error("the server does not send the file in parts")]
    Whole,
    /// The server sent another part than the one asked for.
    #[error("the server sent another part of the file than the one asked for")]
    WrongPart,
    /// The server sent the browser on to a host that is none for models.
    #[error("the server sent the browser on to another place")]
    Elsewhere,
    /// The connection failed, or broke off.
    #[error("the connection failed: {0}")]
    Connection(String),
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl RangeError {
    /// Whether the same request may succeed a moment later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Connection(_) | Self::Status { status: 408 | 429 | 500 | 502 | 503 | 504 })
    }
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeAnswer {
    /// The bytes; fewer than were asked for only where the file ends.
    pub bytes: Vec<u8>,
    /// Size of the whole file, where the server lets a page know.
    pub total_bytes: Option<u64>,
    /// The file's `ETag`: changes when the file does. `None` where the server does not let a page know.
    pub etag: Option<String>,
}

/// Downloads of model files. Nothing of the person goes along: no cookie, no referrer, and no word but the address.
pub trait RangeFetch {
    /// The bytes of `range`, which must not be empty. `progress` is told the bytes so far.
    ///
    /// # Errors
    /// [`RangeError`].
    fn get_range<'a>(
        &'a self,
        url: &'a ModelUrl,
        range: Range<u64>,
        cancel: &'a Cancel,
        progress: &'a dyn Fn(u64),
    ) -> LocalFuture<'a, Result<RangeAnswer, RangeError>>;
}

/// The head of an answer, as far as it tells which part is coming.
#[derive(Debug, Clone, Copy, Default)]
pub struct RangeHead<'a> {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`
    pub content_type: Option<&'a str>,
    /// `Content-Range`, where the server lets a page know.
    pub content_range: Option<&'a str>,
}

impl RangeHead<'_> {
    /// How many bytes are coming, and the size of the whole file.
    ///
    /// # Errors
    /// [`RangeError`] where this is no answer to a request for `asked`.
    pub fn judge(&self, asked: &Range<u64>) -> Result<(u64, Option<u64>), RangeError> {
        if !matches!(self.status, 200 | 206) {
            return Err(RangeError::Status { status: self.status });
        }
        if self.content_type.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html")) {
            return Err(RangeError::Page);
        }
        if self.status == 200 {
            return Err(RangeError::Whole);
        }
        let Some(content_range) = self.content_range else { return Ok((asked.end - asked.start, None)) };
        let (sent, total) = parse_content_range(content_range).ok_or(RangeError::WrongPart)?;
        let end = total.map_or(asked.end, |total| asked.end.min(total));
        if end <= asked.start || sent != (asked.start..end) {
            return Err(RangeError::WrongPart);
        }
        Ok((end - asked.start, total))
    }
}

/// `bytes 0-99/1000`: the range, half-open, and the total, which may be `*`.
fn parse_content_range(text: &str) -> Option<(Range<u64>, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    let end = last.parse::<u64>().ok()?.checked_add(1)?;
    Some((first.parse().ok()?..end, total))
}

/// What goes wrong with the next request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeFault {
    /// Nothing; the one after it may fail.
    None,
    /// This error.
    Error(RangeError),
    /// The answer has another `ETag` and another last byte.
    Changed,
    /// The first byte arrives changed.
    Flipped,
}

/// A file of [`MemoryRangeFetch`].
#[derive(Debug, Clone)]
struct Remote {
    bytes: Vec<u8>,
    etag: Option<String>,
}

/// Files in memory, with faults in an order that a test chooses, and a list of what was asked for.
#[derive(Debug, Default)]
pub struct MemoryRangeFetch {
    files: RefCell<BTreeMap<ModelUrl, Remote>>,
    faults: RefCell<VecDeque<RangeFault>>,
    asked: RefCell<Vec<Range<u64>>>,
    /// Whether the server keeps size and `ETag` from pages, as one without `Access-Control-Expose-Headers` does.
    pub is_silent: Cell<bool>,
}

impl MemoryRangeFetch {
    /// Puts `bytes` at `url`.
    pub fn serve(&self, url: ModelUrl, bytes: Vec<u8>, etag: &str) {
        self.files.borrow_mut().insert(url, Remote { bytes, etag: Some(etag.to_owned()) });
    }

    /// Lets the next requests fail, one after the other.
    pub fn fail(&self, faults: impl IntoIterator<Item = RangeFault>) {
        self.faults.borrow_mut().extend(faults);
    }

    /// What was asked for since this was last called.
    pub fn take_asked(&self) -> Vec<Range<u64>> {
        self.asked.take()
    }

    fn answer(&self, url: &ModelUrl, range: &Range<u64>) -> Result<RangeAnswer, RangeError> {
        self.asked.borrow_mut().push(range.clone());
        let fault = self.faults.borrow_mut().pop_front().unwrap_or(RangeFault::None);
        if let RangeFault::Error(error) = fault {
            return Err(error);
        }
        let files = self.files.borrow();
        let file = files.get(url).ok_or(RangeError::Status { status: 404 })?;
        let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(file.bytes.len());
        let mut bytes = file.bytes.get(at(range.start)..at(range.end)).unwrap_or_default().to_vec();
        if bytes.is_empty() {
            return Err(RangeError::Status { status: 416 });
        }
        let mut etag = file.etag.clone();
        match fault {
            RangeFault::Changed => {
                etag = Some("\"changed\"".to_owned());
                bytes.last_mut().into_iter().for_each(|byte| *byte ^= 1);
            }
            RangeFault::Flipped => bytes.first_mut().into_iter().for_each(|byte| *byte ^= 1),
            RangeFault::None | RangeFault::Error(_) => {}
        }
        let told = !self.is_silent.get();
        let total_bytes = u64::try_from(file.bytes.len()).ok().filter(|_| told);
        Ok(RangeAnswer { bytes, total_bytes, etag: etag.filter(|_| told) })
    }
}

impl RangeFetch for MemoryRangeFetch {
    fn get_range<'a>(
        &'a self,
        url: &'a ModelUrl,
        range: Range<u64>,
        cancel: &'a Cancel,
        progress: &'a dyn Fn(u64),
    ) -> LocalFuture<'a, Result<RangeAnswer, RangeError>> {
        let result = if cancel.is_cancelled() { Err(RangeError::Cancelled) } else { self.answer(url, &range) };
        if let Ok(answer) = &result {
            progress(answer.bytes.len() as u64);
        }
        Box::pin(std::future::ready(result))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head<'a>(status: u16, content_type: &'a str, content_range: Option<&'a str>) -> RangeHead<'a> {
        RangeHead { status, content_type: Some(content_type), content_range }
    }

    const BYTES: &str = "application/octet-stream";

    #[test]
    fn an_answer_in_parts_tells_its_length_and_the_whole() {
        let judge = |range| head(206, BYTES, Some(range)).judge(&(100..200));
        assert_eq!(judge("bytes 100-199/1000"), Ok((100, Some(1_000))));
        assert_eq!(judge("bytes 100-149/150"), Ok((50, Some(150))), "the file ends before");
        assert_eq!(judge("bytes 100-199/*"), Ok((100, None)));
        assert_eq!(head(206, BYTES, None).judge(&(100..200)), Ok((100, None)), "the header is not shown to pages");
    }

    #[test]
    fn what_is_no_answer_to_the_request_says_why() {
        let judge = |head: RangeHead<'_>| head.judge(&(100..200));
        for status in [301, 401, 403, 404, 416, 500] {
            assert_eq!(judge(head(status, "text/html", None)), Err(RangeError::Status { status }));
        }
        assert_eq!(judge(head(200, "text/html; charset=utf-8", None)), Err(RangeError::Page));
        assert_eq!(judge(head(206, "Text/HTML", Some("bytes 100-199/1000"))), Err(RangeError::Page));
        assert_eq!(judge(head(200, BYTES, None)), Err(RangeError::Whole));
        for wrong in [
            "bytes 0-99/1000",
            "bytes 100-198/1000",
            "bytes 100-200/1000",
            "bytes 100-99/1000",
            "bytes 100-49/50",
            "bytes */1000",
            "bytes 100-18446744073709551615/1000",
            "lines 100-199/1000",
            "bytes 100-199",
            "",
        ] {
            assert_eq!(judge(head(206, BYTES, Some(wrong))), Err(RangeError::WrongPart), "{wrong}");
        }
    }
}
