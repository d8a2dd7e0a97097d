//! Files that a person picked or dropped: the page hands them over unread.

use std::ops::Range;

use conclave_engine::service::FileBytes;
use conclave_ports::LocalFuture;
use conclave_protocol::{Problem, ProblemCode};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// A file as the page handed it over.
pub struct PickedFile(Option<File>);

impl PickedFile {
    /// The file in an attachment; an attachment that is no file cannot be read.
    #[must_use]
    pub fn new(attachment: JsValue) -> Self {
        Self(attachment.dyn_into().ok())
    }
}

impl FileBytes for PickedFile {
    fn size_bytes(&self) -> u64 {
        // `size` is a whole number below 2^53.
        self.0.as_ref().map_or(0, |file| file.size() as u64)
    }

    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        Box::pin(async move {
            let gone = || {
                let what = "The file cannot be read: it was moved, deleted, or may not be read any more.";
                Problem::new(ProblemCode::NotFound, what, "Pick it again.")
            };
            let file = self.0.as_ref().ok_or_else(gone)?;
            // Sizes of files are whole numbers below 2^53.
            let slice = file.slice_with_f64_and_f64(range.start as f64, range.end as f64).map_err(|_| gone())?;
            let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|_| gone())?;
            Ok(Uint8Array::new(&buffer).to_vec())
        })
    }
}
