//! Places in a text field, which the browser counts in UTF-16 code units: here they become UTF-8 spans.

use conclave_protocol::Span;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement, MouseEvent};

use crate::state::span_of_utf16;

/// The field's text with what is selected in it; `None` where nothing is.
pub fn selected(field: &HtmlTextAreaElement) -> Option<(String, Span)> {
    let (start, end) = (field.selection_start().ok()??, field.selection_end().ok()??);
    let text = field.value();
    let span = span_of_utf16(&text, start, end)?;
    Some((text, span))
}

/// The byte before which the caret stands, or at which a selection begins.
pub fn caret(field: &HtmlTextAreaElement) -> Option<usize> {
    let at = field.selection_start().ok()??;
    if at == 0 {
        return Some(0);
    }
    span_of_utf16(&field.value(), 0, at).map(|span| span.end)
}

/// Attribute `name` of the first element under the pointer that has it, though another one lies over it.
pub fn under_pointer(event: &MouseEvent, name: &str) -> Option<String> {
    let (x, y) = (event.client_x(), event.client_y());
    #[expect(clippy::cast_possible_truncation, reason = "a place on a screen is far below 2^24")]
    let elements = document().elements_from_point(x as f32, y as f32);
    elements.iter().find_map(|element| element.dyn_into::<Element>().ok()?.get_attribute(name))
}
