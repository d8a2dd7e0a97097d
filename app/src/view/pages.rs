//! A page of the open document as it looks, with the cited words on it.

use std::sync::Arc;

use conclave_protocol::{CitedOnPage, PageImage, PageRect};
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::icon::{Icon, icon};
use super::reader::arrive;
use super::store::Store;
use crate::link::{density, paint};
use crate::state::{InRoom, Intent, PageShown, PagesIntent, ReadAs, Room, Section, Zoom, pages_turned};

/// Identity of the first marked line.
const HIT: &str = "page-hit";

/// Room on both sides of a page, in CSS pixels, and that of a scroll bar.
const BESIDE: i32 = 40;

fn in_pages(store: Store, intent: PagesIntent) {
    store.dispatch(Intent::InPages(intent));
}

/// Pages or text: shown where there are both.
#[component]
pub fn ReadAsSwitch() -> impl IntoView {
    let store = Store::here();
    let read_as = store.memo(&[Section::Reader], |state| state.pages.read_as);
    let choice = |words: &'static str, value: ReadAs| {
        view! {
            <label>
                <input
                    type="radio"
                    name="read-as"
                    prop:checked=move || read_as.get() == value
                    on:change=move |_| in_pages(store, PagesIntent::ReadAs(value))
                />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="read-as">
            <legend class="sr-only">"Read this document as"</legend>
            {choice("Page", ReadAs::Page)}
            {choice("Text", ReadAs::Text)}
        </fieldset>
    }
}

/// The page that is looked at, with what turns and sizes it.
#[component]
pub fn PagePane() -> impl IntoView {
    let store = Store::here();
    let shown = store.memo(&[Section::Reader], |state| state.page_shown());
    let visit = store.memo(&[Section::Reader], |state| state.reader.as_ref().map(|reader| reader.visit));
    let element = NodeRef::<Div>::new();
    let measure = move || {
        let Some(element) = element.get_untracked() else { return };
        let width = u32::try_from(element.client_width() - BESIDE).unwrap_or_default();
        if width > 0 {
            in_pages(store, PagesIntent::Room(Room { width, density: density() }));
        }
    };
    Effect::new(move |_| {
        store.read(&[Section::Layout], |_| ());
        request_animation_frame(measure);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    // Another page begins at its top, unless words are marked on it: those are brought into view, also when another passage of the
    // same page is asked for.
    let arrived = Memo::new(move |_| {
        let page = shown.with(|shown| shown.as_ref().map(|shown| (shown.page, shown.picture.is_some())));
        (visit.get(), page)
    });
    let was_at = StoredValue::new(None);
    // Who goes back by Page Up reads on from a page's foot, which is where it will be once the picture is there.
    let goes_back = StoredValue::new(false);
    Effect::new(move |_| {
        let (_, page) = arrived.get();
        let is_drawn = page.is_some_and(|(_, is_drawn)| is_drawn);
        let page = page.map(|(page, _)| page);
        let is_other = was_at.get_value() != page;
        was_at.set_value(page);
        let to_foot = goes_back.get_value();
        if is_drawn {
            goes_back.set_value(false);
        }
        request_animation_frame(move || {
            if !bring_into_view()
                && (is_other || to_foot)
                && let Some(element) = element.get_untracked()
            {
                let foot = f64::from(element.scroll_height());
                element.set_scroll_top(if to_foot { foot } else { 0.0 });
            }
        });
    });
    let place = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| (shown.page, shown.pages))));
    let label = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(PageShown::label).unwrap_or_default()));
    let width = Memo::new(move |_| shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.width)));
    let trouble = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(Trouble::of).unwrap_or_default()));
    let picture = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(Drawn::of).unwrap_or_default()));
    let turn = move |by: i64, to_foot: bool| {
        let Some((page, _)) = place.get_untracked() else { return };
        goes_back.set_value(to_foot && page > 1);
        in_pages(store, PagesIntent::Turn(u32::try_from(i64::from(page) + by).unwrap_or_default()));
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let Some(element) = element.get_untracked() else { return };
        let (above, room) = (element.scroll_top(), f64::from(element.client_height()));
        let below = f64::from(element.scroll_height()) - above - room;
        let is_wide = element.scroll_width() > element.client_width();
        let key = event.key();
        let by = pages_turned(&key, &InRoom { above, below, is_wide });
        if by == 0 || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        event.prevent_default();
        turn(by, key == "PageUp");
    };
    view! {
        <div class="page-tools" role="group" aria-label="Page">
            <button
                type="button"
                class="plain"
                aria-label="Previous page"
                aria-disabled=move || (place.get().is_none_or(|(page, _)| page <= 1)).to_string()
                on:click=move |_| turn(-1, false)
            >
                {icon(Icon::Back)}
            </button>
            <span>
                {move || place.get().map(|(page, pages)| format!("Page {page} of {pages}"))}
            </span>
            <button
                type="button"
                class="plain forward"
                aria-label="Next page"
                aria-disabled=move || (place.get().is_none_or(|(page, pages)| page >= pages)).to_string()
                on:click=move |_| turn(1, false)
            >
                {icon(Icon::Back)}
            </button>
            <ZoomChoice />
        </div>
        {move || trouble_words(store, element, trouble.get())}
        <div class="page-room" tabindex="0" role="region" aria-label=label node_ref=element on:keydown=key>
            <div class="paper" class:waiting=move || picture.with(|drawn| drawn.picture.is_none()) style:width=move || format!("{}px", width.get())>
                {move || picture.get().view()}
            </div>
            <div class="sr-only">
                <p>"Text of the page:"</p>
                <p>{move || picture.with(|drawn| drawn.text.clone())}</p>
            </div>
        </div>
    }
}

#[component]
fn ZoomChoice() -> impl IntoView {
    const ALL: [(Zoom, &str, &str); 3] =
        [(Zoom::Width, "width", "Fit width"), (Zoom::Printed, "100", "100 %"), (Zoom::Larger, "150", "150 %")];
    let store = Store::here();
    let zoom = store.memo(&[Section::Reader], |state| state.pages.zoom);
    let options = ALL.map(|(value, name, words)| {
        view! { <option value=name selected=move || zoom.get() == value>{words}</option> }
    });
    view! {
        <select
            aria-label="Size of the page"
            on:change=move |event| {
                let name = event_target_value(&event);
                if let Some((zoom, ..)) = ALL.into_iter().find(|(_, other, _)| *other == name) {
                    in_pages(store, PagesIntent::Zoom(zoom));
                }
            }
        >
            {options}
        </select>
    }
}

/// What a person should know about the page.
#[derive(Debug, Clone, PartialEq, Default)]
struct Trouble {
    words: Option<&'static str>,
    problem: Option<String>,
}

impl Trouble {
    fn of(shown: &PageShown) -> Self {
        Self { words: shown.words(), problem: shown.problem.as_ref().map(ToString::to_string) }
    }
}

/// What a person should know about the page, and what they can do; `room` is the page's own.
fn trouble_words(store: Store, room: NodeRef<Div>, trouble: Trouble) -> AnyView {
    let Some(problem) = trouble.problem else {
        return view! { <p class="quiet page-words" role="status">{trouble.words}</p> }.into_any();
    };
    // Both buttons go away with what they do: the focus goes where it happens, not back to the beginning of everything.
    let show_text = move |_| {
        in_pages(store, PagesIntent::ReadAs(ReadAs::Text));
        request_animation_frame(|| arrive(true));
    };
    let again = move |_| {
        if let Some(room) = room.get_untracked() {
            // It is on the page.
            let _ = room.focus();
        }
        in_pages(store, PagesIntent::Again);
    };
    view! {
        <div class="page-words" role="alert">
            <p class="trouble">{problem}</p>
            <button type="button" class="link" on:click=show_text>
                "Show its text"
            </button>
            <button type="button" class="link" on:click=again>
                "Try again"
            </button>
        </div>
    }
    .into_any()
}

/// The picture, the marks on it, and the page's text for those who do not see it. Another size of the same picture is none.
#[derive(Debug, Clone, PartialEq, Default)]
struct Drawn {
    picture: Option<Arc<PageImage>>,
    label: String,
    text: String,
}

impl Drawn {
    fn of(shown: &PageShown) -> Self {
        Self { picture: shown.picture.clone(), label: shown.label(), text: shown.text.clone() }
    }

    fn view(self) -> Option<AnyView> {
        let image = self.picture?;
        let marks: Vec<AnyView> = match &image.cited {
            CitedOnPage::Found { rects, .. } => rects.iter().enumerate().map(|(at, rect)| mark(at, rect)).collect(),
            CitedOnPage::NotAsked | CitedOnPage::NotFound => Vec::new(),
        };
        let canvas = NodeRef::<Canvas>::new();
        let is_lost = RwSignal::new(false);
        let (width, height) = (image.width.to_string(), image.height.to_string());
        Effect::new(move |_| {
            if let Some(canvas) = canvas.get() {
                paint(canvas, &image.png.0, move |done| is_lost.set(!done));
            }
        });
        let view = view! {
            <canvas node_ref=canvas role="img" aria-label=self.label width=width height=height></canvas>
            {marks}
            <Show when=move || is_lost.get()>
                <p class="trouble" role="alert">
                    "The browser could not show the picture of this page. Close other tabs, or read its text."
                </p>
            </Show>
        };
        Some(view.into_any())
    }
}

fn mark(at: usize, rect: &PageRect) -> AnyView {
    let percent = |share: f32| format!("{:.3}%", share * 100.0);
    view! {
        <span
            class="page-mark"
            id=(at == 0).then_some(HIT)
            aria-hidden="true"
            style:left=percent(rect.left)
            style:top=percent(rect.top)
            style:width=percent(rect.width)
            style:height=percent(rect.height)
        ></span>
    }
    .into_any()
}

/// Scrolls to the marked words; `false` where there are none.
fn bring_into_view() -> bool {
    let found = document().get_element_by_id(HIT).and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let Some(element) = found else { return false };
    let scroll = ScrollIntoViewOptions::new();
    scroll.set_block(ScrollLogicalPosition::Center);
    scroll.set_inline(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&scroll);
    true
}
