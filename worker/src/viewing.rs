//! What the program `view` and the one that starts it say to each other.
//!
//! The program is given `[wish, document, file]`: a [`PageWish`], the document's id, and its file as the browser's `File` or `Blob`, an
//! `ArrayBuffer` that is transferred, or `undefined` where it has the document open already. It answers with the picture, an
//! `ArrayBuffer` that is transferred, where there is one, and then with a [`FromView`].

use conclave_protocol::{PageFault, PageImage, PageWish};
use serde::{Deserialize, Serialize};

/// What the program says beside pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromView {
    /// It runs.
    Ready,
    /// A page was drawn.
    Drawn {
        /// It, without the picture.
        image: PageImage,
        /// Bytes of the program's memory now.
        memory_bytes: u64,
    },
    /// It cannot be drawn.
    Refused(PageFault),
    /// Its last word: it panicked.
    Panicked {
        /// File and line of the source.
        place: String,
    },
}

/// The wish in a message.
#[must_use]
pub fn wish(message: wasm_bindgen::JsValue) -> Option<PageWish> {
    crate::scope::from_js(message)
}
