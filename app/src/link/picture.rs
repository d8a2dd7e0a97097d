//! Pictures that were made here.

use js_sys::{Array, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlCanvasElement, ImageBitmap, ImageBitmapRenderingContext};

/// Shows a PNG file in a canvas, and tells whether it could. The browser decodes it beside the page's own thread, and no address is
/// made for it that the page's policy would have to allow.
pub fn paint(canvas: HtmlCanvasElement, png: &[u8], told: impl FnOnce(bool) + 'static) {
    let decoding = decode(png);
    spawn_local(async move { told(show(&canvas, decoding).await.is_ok()) });
}

fn decode(png: &[u8]) -> Result<js_sys::Promise, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("image/png");
    let parts = Array::of1(&Uint8Array::from(png));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    window().create_image_bitmap_with_blob(&blob)
}

async fn show(canvas: &HtmlCanvasElement, decoding: Result<js_sys::Promise, JsValue>) -> Result<(), JsValue> {
    let picture: ImageBitmap = JsFuture::from(decoding?).await?.dyn_into()?;
    let context = canvas.get_context("bitmaprenderer")?.ok_or(JsValue::NULL)?;
    context.dyn_into::<ImageBitmapRenderingContext>()?.transfer_from_image_bitmap(&picture);
    Ok(())
}

/// Pixels of the screen for a hundred CSS pixels.
#[must_use]
pub fn density() -> u32 {
    // Between a page made small and the densest screens; a float-to-integer cast saturates.
    ((window().device_pixel_ratio() * 100.0) as u32).clamp(50, 300)
}
