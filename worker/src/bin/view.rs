//! The `view` program: a file and the number of a page in, a picture of the page out. It reads nothing else, may fetch nothing, and
//! is ended when a page keeps it too long or fills its memory.
//!
//! A page is drawn in one go, without giving way: so whatever breaks the program reaches the one that started it as an error.

use std::cell::RefCell;

use conclave_pages::Document;
use conclave_protocol::{Bytes, PageFault, PageImage};
use conclave_worker::given::{file_bytes, memory_bytes};
use conclave_worker::scope;
use conclave_worker::viewing::{FromView, wish};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

fn main() {
    scope::on_panic(|place| scope::post(&FromView::Panicked { place: place.to_owned() }));
    let open: RefCell<Option<(String, Document)>> = RefCell::default();
    scope::listen(move |data| {
        let said = match draw(&mut open.borrow_mut(), &data.unchecked_into()) {
            Ok(PageImage { png, .. }) if png.0.is_empty() => FromView::Refused(PageFault::BadSize),
            Ok(image) => {
                scope::transfer(&Uint8Array::from(&*image.png.0).buffer());
                let image = PageImage { png: Bytes::default(), ..image };
                FromView::Drawn { image, memory_bytes: memory_bytes() }
            }
            Err(fault) => FromView::Refused(fault),
        };
        scope::post(&said);
    });
    scope::post(&FromView::Ready);
}

/// Draws the page that is wished for, of the file that came with the wish or of the one that is open.
fn draw(open: &mut Option<(String, Document)>, given: &Array) -> Result<PageImage, PageFault> {
    // The one that started this program hears an error for the page that it wished for.
    let Some(wish) = wish(given.get(0)) else { wasm_bindgen::throw_str("no page was wished for") };
    let name = given.get(1).as_string().unwrap_or_default();
    if open.as_ref().is_none_or(|(other, _)| *other != name) || !given.get(2).is_undefined() {
        // There is never more than one file in memory.
        *open = None;
        let Ok(bytes) = file_bytes(given.get(2)) else { wasm_bindgen::throw_str("the file cannot be read") };
        *open = Some((name, Document::open(bytes)?));
    }
    open.as_ref().ok_or(PageFault::Damaged)?.1.draw(&wish)
}
