//! The list of documents, of which only the rows in view are on the page.

use conclave_protocol::DocumentId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::super::store::{Store, ids};
use super::row::Row;
use super::shelf;
use crate::link;
use crate::state::{AppState, Rows, Section, ShelfIntent, count, rows_shown, step_to};

/// What rows read and change together.
#[derive(Clone, Copy)]
pub struct Listing {
    /// The rows on the page: number of the first, and which.
    pub shown: Memo<(usize, Vec<DocumentId>)>,
    /// How many there are in all.
    pub len: Memo<usize>,
    /// The row that the Tab key leads to.
    pub active: RwSignal<usize>,
}

/// What says that a row's button takes the focus when details are closed.
const ACTIVE: &str = "#library-list .open[tabindex='0']";

/// The list.
#[component]
pub fn List() -> impl IntoView {
    let store = Store::here();
    let all = store.memo(&[Section::Documents, Section::Shelf], |state| state.shelf.listed(&state.documents));
    let len = Memo::new(move |_| all.with(Vec::len));
    let rows = RwSignal::new(Rows::default());
    let active = RwSignal::new(0_usize);
    let shown = Memo::new(move |_| {
        let range = all.with(|all| rows_shown(rows.get(), all.len()));
        (range.start, all.with(|all| all.get(range).unwrap_or_default().to_vec()))
    });
    let listing = Listing { shown, len, active };
    let element = NodeRef::<leptos::html::Div>::new();
    let measure = move || {
        let Some(element) = element.get_untracked() else { return };
        let before = rows.get_untracked().row;
        let row = element.query_selector("li").ok().flatten().map_or(before, |row| f64::from(row.client_height()));
        let now = Rows { top: element.scroll_top(), height: f64::from(element.client_height()), row };
        if now.row > 0.0 && rows.get_untracked() != now {
            rows.set(now);
        }
    };
    // After the first rows are there, and when another window shows them.
    Effect::new(move |_| {
        len.track();
        store.read(&[Section::Layout], |_| ());
        request_animation_frame(measure);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    // Another order or other words begin at the top.
    Effect::new(move |before: Option<Narrowed>| {
        let now = store.read(&[Section::Shelf], Narrowed::of);
        if before.is_some_and(|before| before != now)
            && let Some(element) = element.get_untracked()
        {
            element.set_scroll_top(0.0);
            active.set(0);
            measure();
        }
        now
    });
    let room = move || {
        let (first, some) = shown.with(|(first, some)| (*first, some.len()));
        let row = rows.get().row;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52 rows")]
        let pixels = |many: usize| format!("{}px", many as f64 * row);
        (pixels(first), pixels(len.get().saturating_sub(first + some)))
    };
    let go = move |event: web_sys::KeyboardEvent| {
        let Some(at) = event.target().and_then(|target| row_of(&target)) else { return };
        let Some(next) = step_to(&event.key(), at, len.get_untracked(), rows.get_untracked()) else { return };
        event.prevent_default();
        active.set(next);
        let Some(element) = element.get_untracked() else { return };
        bring_into_view(&element, next, rows.get_untracked());
        measure();
        let column = event.target().is_some_and(|target| is_checkbox(&target));
        request_animation_frame(move || link::focus(&row_id(next, column)));
    };
    view! {
        <div class="shelf-count">
            <p role="status" class="quiet">{move || store.read(&[Section::Documents, Section::Shelf], |state| count_words(state, len.get()))}</p>
            <Show when=move || len.get().gt(&0)>
                <button type="button" class="link" on:click=move |_| shelf(store, ShelfIntent::ChooseListed)>"Choose all"</button>
            </Show>
        </div>
        <div class="shelf-list" node_ref=element on:scroll=move |_| measure()>
            <ul
                id=ids::LIBRARY_LIST
                aria-label="All documents"
                style:padding-top=move || room().0
                style:padding-bottom=move || room().1
                on:keydown=go
            >
                <For each=move || shown.get().1 key=Clone::clone let:id>
                    <Row id listing />
                </For>
            </ul>
        </div>
    }
}

/// What the list depends on beside the documents.
#[derive(PartialEq)]
struct Narrowed(
    String,
    Option<conclave_protocol::imported::Kind>,
    Option<String>,
    crate::state::Only,
    crate::state::Sort,
    bool,
);

impl Narrowed {
    fn of(state: &AppState) -> Self {
        let shelf = &state.shelf;
        Self(shelf.words.clone(), shelf.kind, shelf.tag.clone(), shelf.only, shelf.sort, shelf.is_reversed)
    }
}

fn count_words(state: &AppState, listed: usize) -> String {
    let all = state.documents.len();
    let documents = |many: usize| match many {
        1 => "1 document".to_owned(),
        many => format!("{} documents", count(many as u64)),
    };
    if state.shelf.is_narrowed() { format!("{} of {}", count(listed as u64), documents(all)) } else { documents(all) }
}

/// Identity of what takes the focus in a row: its button, or its box.
pub fn row_id(at: usize, is_box: bool) -> String {
    format!("{}-{at}", if is_box { "choose" } else { "row" })
}

/// Puts the focus on the row that had it; `false` where that is not on the page any more.
pub fn focus_active() -> bool {
    let found = document().query_selector(ACTIVE).ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok());
    found.is_some_and(|element| element.focus().is_ok())
}

fn row_of(target: &web_sys::EventTarget) -> Option<usize> {
    let element = target.dyn_ref::<web_sys::Element>()?.closest("li").ok()??;
    let at: usize = element.get_attribute("aria-posinset")?.parse().ok()?;
    at.checked_sub(1)
}

fn is_checkbox(target: &web_sys::EventTarget) -> bool {
    target.dyn_ref::<web_sys::HtmlInputElement>().is_some()
}

fn bring_into_view(element: &HtmlElement, at: usize, rows: Rows) {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 rows")]
    let above = at as f64 * rows.row;
    let top = if above < rows.top {
        above
    } else if above + rows.row > rows.top + rows.height {
        above + rows.row - rows.height
    } else {
        return;
    };
    element.set_scroll_top(top.ceil());
}
