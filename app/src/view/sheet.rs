//! Panels as sheets over a narrow page: the focus goes into a sheet, stays in it, and returns to where it came from.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::store::{Store, ids};
use crate::link;
use crate::state::{Section, Sheet};

/// What a sheet covers. `inert` takes it out of the order of Tab, away from the pointer and from screen readers. Problems
/// are not among it: beside an open sheet they lie over everything.
const COVERED: &str = "[data-covered]";

/// Moves the focus as sheets open and close.
pub fn watch(store: Store) {
    let sheet = store.memo(&[Section::Layout], |state| state.layout.sheet());
    let opener = StoredValue::new_local(None::<HtmlElement>);
    Effect::new(move |before: Option<Option<Sheet>>| {
        let now = sheet.get();
        match (before.flatten(), now) {
            (None, Some(sheet)) => {
                // Before the rest goes inert, which takes the focus from it.
                opener.set_value(link::focused());
                cover(true);
                enter(sheet);
            }
            (Some(_), Some(sheet)) => enter(sheet),
            (Some(sheet), None) => {
                cover(false);
                // A command may move the focus on afterwards, into the composer say.
                leave(sheet, opener.try_update_value(Option::take).flatten());
            }
            (None, None) => {}
        }
        now
    });
}

const fn sheet_id(sheet: Sheet) -> &'static str {
    match sheet {
        Sheet::Threads => ids::THREADS,
        Sheet::Panel => ids::PANEL,
    }
}

const fn toggle_id(sheet: Sheet) -> &'static str {
    match sheet {
        Sheet::Threads => ids::THREADS_TOGGLE,
        Sheet::Panel => ids::PANEL_TOGGLE,
    }
}

fn cover(covered: bool) {
    let Ok(elements) = document().query_selector_all(COVERED) else { return };
    for element in (0..elements.length()).filter_map(|at| elements.get(at)?.dyn_into::<Element>().ok()) {
        // Fails only for a name that is no attribute's.
        let _ = element.toggle_attribute_with_force("inert", covered);
    }
}

/// The sheet takes the focus once it is displayed, unless something in it has it already (a passage, the search field).
fn enter(sheet: Sheet) {
    request_animation_frame(move || {
        let Some(element) = document().get_element_by_id(sheet_id(sheet)) else { return };
        if !element.contains(document().active_element().as_deref()) {
            link::focus(sheet_id(sheet));
        }
    });
}

fn leave(sheet: Sheet, opener: Option<HtmlElement>) {
    match opener.filter(|element| element.is_connected()) {
        // An element that just went away cannot take the focus.
        Some(opener) => drop(opener.focus()),
        None => link::focus(toggle_id(sheet)),
    }
}
