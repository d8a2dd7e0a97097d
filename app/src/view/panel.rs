//! The right panel: sources and trace, or the open document.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::icon::{Icon, icon};
use super::reader::ReaderPane;
use super::sources::Sources;
use super::store::{Store, ids};
use super::tabs::{Tab, tabs};
use super::trace::Trace;
use crate::link;
use crate::state::{Intent, PanelTab, Section};

static TABS: [Tab<PanelTab>; 2] = [
    Tab { value: PanelTab::Sources, words: "Sources", id: "tab-sources", pane: "pane-sources" },
    Tab { value: PanelTab::Trace, words: "Trace", id: "tab-trace", pane: "pane-trace" },
];

/// The panel.
#[component]
pub fn Panel() -> impl IntoView {
    let store = Store::here();
    let reading = store.memo(&[Section::Reader], |state| state.reader.is_some());
    let tab = store.memo(&[Section::Layout], |state| state.layout.tab);
    return_focus(reading);
    view! {
        <aside id=ids::PANEL class="panel" aria-label="Trace and sources" tabindex="-1">
            <Show when=move || reading.get()>
                <ReaderPane />
            </Show>
            <div class="tabbed" hidden=move || reading.get()>
                <div class="tabs">
                    {tabs("Panel", &TABS, tab, move |tab| store.dispatch(Intent::ShowTab(tab)))}
                    <button
                        type="button"
                        class="plain sheet-only"
                        aria-label="Close the panel"
                        on:click=move |_| store.dispatch(Intent::CloseSheets)
                    >
                        {icon(Icon::Cross)}
                    </button>
                </div>
                <div
                    id="pane-sources"
                    class="pane"
                    role="tabpanel"
                    aria-labelledby="tab-sources"
                    hidden=move || tab.get() != PanelTab::Sources
                >
                    <Sources />
                </div>
                <div
                    id="pane-trace"
                    class="pane"
                    role="tabpanel"
                    aria-labelledby="tab-trace"
                    tabindex="0"
                    hidden=move || tab.get() != PanelTab::Trace
                >
                    <Trace />
                </div>
            </div>
        </aside>
    }
}

/// When a document is closed, the focus goes back to what it was opened with: a citation, a line of the list.
fn return_focus(reading: Memo<bool>) {
    let opener = StoredValue::new_local(None::<HtmlElement>);
    Effect::new(move |before: Option<bool>| {
        let now = reading.get();
        match (before, now) {
            (Some(true), false) => {
                let opener = opener.try_update_value(Option::take).flatten();
                request_animation_frame(move || {
                    // What closed it may have moved the focus elsewhere.
                    if let Some(opener) = opener.filter(|_| link::focused().is_none()) {
                        // An element that just went away cannot take the focus.
                        let _ = opener.focus();
                    }
                });
            }
            (_, true) if before != Some(true) => opener.set_value(link::focused()),
            _ => {}
        }
        now
    });
}
