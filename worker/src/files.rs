//! Files that a person picked or dropped: the page hands them over unread.

use std::any::Any;
use std::ops::Range;

use conclave_ports::{FileBytes, LocalFuture};
use conclave_protocol::{Problem, ProblemCode};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Files as the page handed them over; their bytes follow each other.
pub struct PickedFiles(Vec<File>);

impl PickedFiles {
    /// The file in an attachment, or the files of a list; an attachment with anything else cannot be read.
    #[must_use]
    pub fn new(attachment: JsValue) -> Self {
        let files = match attachment.dyn_into::<Array>() {
            Ok(list) => list.iter().map(JsCast::dyn_into).collect::<Result<_, _>>(),
            Err(one) => one.dyn_into().map(|file| vec![file]),
        };
        Self(files.unwrap_or_default())
    }

    /// The file, where there is one only.
    #[must_use]
    pub fn only(&self) -> Option<File> {
        if let [file] = &*self.0 { Some(file.clone()) } else { None }
    }
}

fn size(file: &File) -> u64 {
    // A whole number below 2^53.
    file.size() as u64
}

impl FileBytes for PickedFiles {
    fn size_bytes(&self) -> u64 {
        self.0.iter().map(size).sum()
    }

    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        Box::pin(async move {
            let gone = || {
                let what = "The file cannot be read: it was moved, deleted, or may not be read any more.";
                Problem::new(ProblemCode::NotFound, what, "Pick it again.")
            };
            let mut bytes = Vec::new();
            let mut start = 0;
            for file in &self.0 {
                let end = start + size(file);
                let (from, to) = (range.start.max(start), range.end.min(end));
                if from < to {
                    // Sizes of files are whole numbers below 2^53.
                    let slice = file.slice_with_f64_and_f64((from - start) as f64, (to - start) as f64);
                    let buffer = JsFuture::from(slice.map_err(|_| gone())?.array_buffer()).await.map_err(|_| gone())?;
                    let part = Uint8Array::new(&buffer);
                    let filled = bytes.len();
                    bytes.resize(filled + part.length() as usize, 0);
                    part.copy_to(&mut bytes[filled..]);
                }
                start = end;
            }
            if bytes.len() as u64 == range.end - range.start { Ok(bytes) } else { Err(gone()) }
        })
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}
